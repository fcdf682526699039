"""Pools: budgets that are shared out by weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.ruleset.problems import Problem
from tests.kinds.deciding import Agents, Given, Trial, codes_of, decide, problems_of
from tests.kinds.page import Page, amount_of

TOP = """
attributes:
  team: text
  level: [junior, senior]
metrics:
  handled: count
  quality: {type: number, places: 2}
  revenue: money
  breaches: {type: count, missing: 0}
  trained: boolean
"""
VOID = "  - {id: line, kind: red_line, when: breaches > 0, consequence: void}\n"
SHARED = "budget: 100, weight: handled"


def ruleset(fields: str, others: str = "", top: str = "") -> str:
    """Return a ruleset with one pool."""
    return f"{TOP}{top}rules:\n  - {{id: pot, kind: pool, {fields}}}\n{others}"


def shared(fields: str, agents: Agents, others: str = "", top: str = "") -> Trial:
    """Return what a pool comes to in one month."""
    return decide(ruleset(fields, others, top), jan=agents)


def handled(**counts: Given) -> dict[str, Mapping[str, Given]]:
    """Return agents by what they have handled, all of one team."""
    return {agent: {"handled": count, "team": "red"} for agent, count in counts.items()}


def written(amounts: Mapping[str, Decimal | None]) -> dict[str, str]:
    return {agent: str(amount) for agent, amount in amounts.items()}


def problem(fields: str, top: str = "") -> Problem:
    (found,) = problems_of(ruleset(fields, "", top))
    assert found.message("zh")
    assert found.hint("zh")
    return found


# --- A budget that is shared out


def test_a_budget_is_shared_in_proportion_to_the_weights() -> None:
    trial = shared(SHARED, handled(A=1, B=4, C=5))
    assert written(trial.amounts("pot")) == {"A": "10", "B": "40", "C": "50"}


def test_the_spare_cents_go_to_the_largest_remainders() -> None:
    # 100 by 1 : 2 : 4 are 14.2857.., 28.5714.., 57.1428..: rounded down 99.98, with remainders of .57, .14
    # and .28 of a cent, so that the first and the last get a cent each.
    trial = shared(SHARED, handled(A=1, B=2, C=4))
    assert written(trial.amounts("pot")) == {"A": "14.29", "B": "28.57", "C": "57.14"}


def test_equal_remainders_go_by_the_agents_ids() -> None:
    trial = shared("budget: 100", handled(C=1, A=1, B=1))
    assert written(trial.amounts("pot")) == {"A": "33.34", "B": "33.33", "C": "33.33"}
    assert trial.line("pot").told() == [
        "The budget of the group is 100.",
        "It is shared equally among 3.",
        "Share: 33.34.",
    ]


def test_every_group_has_the_budget() -> None:
    agents = handled(A=1, B=3) | {"C": {"handled": 5, "team": "blue"}}
    trial = shared(SHARED + ", within: team", agents)
    assert written(trial.amounts("pot")) == {"A": "25", "B": "75", "C": "100"}


def test_whose_condition_fails_has_no_share() -> None:
    trial = shared(SHARED + ", when: handled >= 3", handled(A=2, B=3, C=7))
    assert written(trial.amounts("pot")) == {"A": "0", "B": "30", "C": "70"}
    assert trial.line("pot").told() == ["The budget of the group is 100."]
    assert trial.line("pot").goals == [False, 0]


def test_who_is_out_of_scope_has_no_share_and_counts_for_nobody() -> None:
    agents: Agents = {
        "A": {"handled": 2, "level": "junior"},
        "B": {"handled": 2, "level": "senior"},
    }
    trial = shared('budget: group_sum(handled) * 10, weight: handled, applies_to: level == "senior"', agents)
    assert written(trial.amounts("pot"))["B"] == "20"
    assert trial.line("pot", "B")["members"] == 1


def test_a_weight_below_zero_has_no_share_and_takes_nothing_from_others() -> None:
    agents: Agents = {"A": {"quality": "-1"}, "B": {"quality": 0}, "C": {"quality": "0.5"}}
    trial = shared("budget: 100, weight: quality", agents)
    assert written(trial.amounts("pot")) == {"A": "0", "B": "0", "C": "100"}
    assert trial.line("pot").told() == [
        "The budget of the group is 100.",
        "The weight `quality` is -1, of 0.5 of all members together.",
        "Only a weight above zero has a share.",
    ]


def test_a_budget_in_which_nobody_has_a_weight_stays_unspent() -> None:
    trial = shared(SHARED, handled(A=0, B=0))
    assert written(trial.amounts("pot")) == {"A": "0", "B": "0"}
    assert trial.line("pot").told()[-1] == "Nobody has a weight above zero: the budget stays unspent."


def test_a_budget_may_depend_on_what_the_group_has_together() -> None:
    agents: Agents = {
        "A": {"handled": 1, "team": "red", "revenue": 1000},
        "B": {"handled": 1, "team": "red", "revenue": "500.10"},
        "C": {"handled": 1, "team": "blue", "revenue": 300},
    }
    trial = shared("budget: '10% * group_sum(revenue, within=team)', within: team", agents)
    # 10 % of 1500.10 is 150.01: 75.005 each, the spare cent to A.
    assert written(trial.amounts("pot")) == {"A": "75.01", "B": "75", "C": "30"}


def test_a_budget_below_zero_is_none() -> None:
    trial = shared("budget: 1000 - group_sum(revenue)", {"A": {"revenue": 5000}})
    assert written(trial.amounts("pot")) == {"A": "0"}


def test_a_budget_may_depend_on_what_makes_the_groups() -> None:
    agents: Agents = {
        "A": {"level": "junior", "handled": 1},
        "B": {"level": "junior", "handled": 1},
        "C": {"level": "senior", "handled": 1},
    }
    trial = shared("budget: {by: level, junior: 90, senior: 200}, within: [level]", agents)
    assert written(trial.amounts("pot")) == {"A": "45", "B": "45", "C": "200"}


def test_a_pool_with_a_gate_and_a_reserve_comes_out_as_published() -> None:
    # "pool-reserve-brainmass": 10 % of revenue once it is at least 80 % of plan, which it is exactly;
    # a quarter is held in reserve. Plan 5,000,000, actual 4,000,000: gross 400,000, reserve 100,000, net
    # 300,000.
    top = """
parameters:
  plan: 5000000 CNY
formulas:
  attainment: group_sum(revenue) / plan
  gross_pool: "10% * group_sum(revenue) if attainment >= 80% else 0"
  reserve: 25% * gross_pool
"""
    agents: Agents = {"A": {"revenue": 1000000, "handled": 1}, "B": {"revenue": 3000000, "handled": 2}}
    trial = shared("budget: gross_pool - reserve, weight: handled", agents, top=top)
    assert trial.line("pot")["budget"] == 300000
    assert written(trial.amounts("pot")) == {"A": "100000", "B": "200000"}
    # 3,999,000 are 79.98 % of the plan.
    short: Agents = {"A": {"revenue": 3999000, "handled": 1}}
    assert written(shared("budget: gross_pool - reserve", short, top=top).amounts("pot")) == {"A": "0"}


def test_what_is_voided_stays_unspent() -> None:
    agents: Agents = {"A": {"handled": 1, "breaches": 1}, "B": {"handled": 3}}
    trial = shared(SHARED, agents, VOID)
    assert [str(trial.line("pot", agent).final) for agent in "AB"] == ["0", "75"]


# --- What is unknown


def test_who_has_an_unknown_weight_is_left_out_and_counted() -> None:
    trial = shared(SHARED, handled(A=None, B=1, C=3))
    assert written(trial.amounts("pot")) == {"A": "None", "B": "25", "C": "75"}
    assert trial.line("pot").undetermined
    left_out = "1 of the group are left out, because something of theirs is unknown."
    assert trial.line("pot").told() == [
        "The budget of the group is 100.",
        "The weight `handled` is unknown.",
        left_out,
    ]
    assert left_out in trial.line("pot", "B").told()


def test_the_group_may_be_held_until_all_is_known() -> None:
    agents = handled(A=None, B=1) | {"C": {"handled": 3, "team": "blue"}}
    trial = shared(SHARED + ", within: team, if_unknown: hold_group", agents)
    assert written(trial.amounts("pot")) == {"A": "None", "B": "None", "C": "100"}
    assert "Nothing is given before it is known of 1 of the group." in trial.line("pot", "B").told()


def test_whose_condition_fails_needs_no_weight() -> None:
    agents: Agents = {"A": {"trained": False}, "B": {"trained": True, "handled": 1}}
    trial = shared(SHARED + ", when: trained, if_unknown: hold_group", agents)
    assert written(trial.amounts("pot")) == {"A": "0", "B": "100"}
    assert trial.line("pot").told() == ["The budget of the group is 100."]


def test_whose_condition_is_unknown_is_left_out() -> None:
    agents: Agents = {"A": {"handled": 1}, "B": {"trained": True, "handled": 1}}
    trial = shared(SHARED + ", when: trained", agents)
    assert written(trial.amounts("pot")) == {"A": "None", "B": "100"}


def test_who_has_no_group_has_no_share_yet() -> None:
    trial = shared(SHARED + ", within: team", {"A": {"handled": 1}, "B": {"handled": 1, "team": "red"}})
    assert written(trial.amounts("pot")) == {"A": "None", "B": "100"}


def test_an_unknown_budget_leaves_all_undetermined() -> None:
    trial = shared("budget: 100 / group_sum(quality)", {"A": {"quality": 0}, "B": {"quality": 0}})
    assert written(trial.amounts("pot")) == {"A": "None", "B": "None"}


# --- What a ruleset can get wrong


@pytest.mark.parametrize("budget", ["revenue", "10% * revenue", "10 * rank(handled)"])
def test_a_budget_is_one_value_for_the_group(budget: str) -> None:
    found = problem(f"budget: {budget}")
    assert (found.code, found.values["text"]) == ("IE3601", budget)
    assert found.hint().startswith("use group functions")


def test_a_budget_of_teams_is_not_one_for_all_the_company() -> None:
    budget = "budget: '10% * group_sum(revenue, within=team)'"
    assert problem(budget).code == "IE3601"
    assert codes_of(ruleset(budget + ", within: team")) == []


@pytest.mark.parametrize("budget", ["-100", "{by: level, junior: 90, senior: -1}"])
def test_a_budget_is_not_less_than_nothing(budget: str) -> None:
    found = problem(f"budget: {budget}, within: level")
    assert (found.code, found.hint()) == ("IE3602", "write the money of the group, as 20000")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("weight: handled", "IE1101"),
        ("budget: 1, weight: level", "IE3035"),
        ("budget: 1, within: teem", "IE2101"),
        ("budget: 5 min", "IE3035"),
        ("budget: 1, weight: pot.amount", "IE3023"),
    ],
)
def test_other_mistakes_are_reported_too(fields: str, code: str) -> None:
    assert code in codes_of(ruleset(fields))


# --- What the page says


def test_the_table_of_the_page_holds() -> None:
    page = Page("pool.md")
    shown = [{"team_pool": amount_of(decision, "team_pool")} for decision in page.decisions]
    assert len(shown) == 4
    assert page.said(shown[0]) == shown


def test_the_explanation_of_the_page_is_the_one_that_is_given() -> None:
    page = Page("pool.md")
    lines = page.decisions[0].explain(nearest=False).text().splitlines()
    assert [line for line in page.explanation if line not in lines] == []


# --- What holds for all of them

WEIGHTS = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 50), min_size=1)


def largest_remainder(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share cents by weight: rounded down, what is left by remainder and then by id."""
    total = sum(weights.values())
    exact = {agent: Fraction(cents * weight, total) for agent, weight in weights.items()}
    parts = {agent: int(share) for agent, share in exact.items()}
    by_remainder = sorted(weights, key=lambda agent: (parts[agent] - exact[agent], agent))
    for agent in by_remainder[: cents - sum(parts.values())]:
        parts[agent] += 1
    return parts


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), WEIGHTS, st.permutations("ABCDEF"))
def test_a_pool_pays_its_budget_to_the_cent_whatever_the_order_of_the_agents(
    cents: int, weights: Mapping[str, int], order: Sequence[str]
) -> None:
    trial = shared(
        f"budget: {cents // 100}.{cents % 100:02}, weight: handled",
        {agent: {"handled": weights[agent]} for agent in order if agent in weights},
    )
    found = {agent: int((amount or 0) * 100) for agent, amount in trial.amounts("pot").items()}
    if any(weights.values()):
        assert sum(found.values()) == cents
        assert found == largest_remainder(cents, weights)
    else:
        assert set(found.values()) == {0}
