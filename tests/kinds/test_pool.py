"""Pools: budgets that are shared out by weight, and ceilings on what rules pay together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.engine import RulesetError, parse_ruleset
from incentive_engine.ruleset.problems import Problem
from tests.kinds.deciding import HEADER, Agents, Given, Trial, codes_of, decide, problems_of
from tests.kinds.page import Page, amount_of
from tests.support.draws import draws

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


FACTS_IN_COMMON = """
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text}
metrics: {handled: count}
facts: {revenue: money, team_pot: {type: money, per: team}, team_target: {type: count, per: team}}
formulas: {pot: 2% * revenue}
rules:
"""


def test_facts_of_the_company_and_of_the_group_are_one_value_for_a_group() -> None:
    ruleset = parse_ruleset(
        FACTS_IN_COMMON
        + """
  - {id: company, kind: pool, budget: pot, weight: handled}
  - {id: of_team, kind: pool, budget: team_pot, weight: handled, within: team}
  - id: contest
    kind: star_award
    compete: team
    rank_by: [{highest: "group_sum(handled, within=team) / team_target"}]
    ties: share_prizes
    prizes: [{pay: 10% * team_pot}]
"""
    )
    rows = [
        {"agent": agent, "month": "2026-03", "team": team, "handled": handled}
        for agent, team, handled in (("A", "x", 100), ("B", "x", 80), ("C", "y", 99))
    ]
    facts = [
        {"month": "2026-03", "team": "x", "revenue": 100000, "team_pot": 200, "team_target": 200},
        {"month": "2026-03", "team": "y", "revenue": 100000, "team_pot": 300, "team_target": 100},
    ]
    decisions = ruleset.evaluate_all(rows, facts=facts)

    def paid(rule: str) -> list[str]:
        return [str(decision.line(rule).final) for decision in decisions]

    # 2000 by 100, 80 and 99 of 279: 716.845..., 573.476... and 709.677...; spare cents to .677, .476.
    assert paid("company") == ["716.84", "573.48", "709.68"]
    # 200 by 100 and 80 of 180: 111.111... and 88.888...; team y has one member.
    assert paid("of_team") == ["111.11", "88.89", "300.00"]
    # Team x reaches 180 of 200, team y 99 of 100 and wins a tenth of 300.
    assert paid("contest") == ["0.00", "0.00", "30.00"]


def test_the_fact_of_a_team_is_not_one_value_for_the_whole_company() -> None:
    with pytest.raises(RulesetError) as refused:
        parse_ruleset(FACTS_IN_COMMON + "  - {id: company, kind: pool, budget: team_pot}\n")

    assert [problem.code for problem in refused.value.problems] == ["IE3601"]


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


# --- A ceiling on what other rules pay

PAYING = """
  - {id: volume, kind: bonus, title: Volume, tags: [paid], pay: handled}
  - {id: extra, kind: bonus, tags: [paid], pay: quality}
"""
CAP = "ceiling: 100, over: paid"


def under(fields: str, agents: Agents, others: str = "") -> Trial:
    """Return what two bonuses, `handled` and `quality` in money, come to under a pool."""
    return shared(fields, agents, PAYING + others)


def paid(**amounts: tuple[Given, Given]) -> dict[str, Mapping[str, Given]]:
    """Return agents by what the two bonuses pay them, all of one team."""
    return {
        agent: {"handled": volume, "quality": extra, "team": "red"}
        for agent, (volume, extra) in amounts.items()
    }


def finals(trial: Trial, rule: str) -> dict[str, str]:
    return {agent: str(line.final) for (each, agent, _), line in trial.lines.items() if each == rule}


def test_what_is_within_the_ceiling_stays_as_it_is() -> None:
    trial = under(CAP, paid(A=(40, 10), B=(50, 0)))
    assert finals(trial, "volume") == {"A": "40", "B": "50"}
    assert trial.line("pot").told() == [
        "The ceiling of the group is 100.",
        "Together the rules pay 100, which is not more than the ceiling of 100.",
        "Of that the agent has 50 before the ceiling.",
    ]


def test_what_exceeds_the_ceiling_is_scaled_so_that_the_cents_add_up() -> None:
    # 300 together. A has 100 of them: 33.33 and a third of a cent; B has 200: 66.66 and two thirds, so that
    # B gets the spare cent. A's lines are 60 and 40 of 100 of 33.33: 19.998 and 13.332, rounded down 19.99
    # and 13.33; the larger remainder is the first's: 20.00. B's are 150 and 50 of 200 of 66.67: 50.0025 and
    # 16.6675, so 50.00 and, with the larger remainder, 16.67.
    trial = under(CAP, paid(A=(60, 40), B=(150, 50)))
    assert finals(trial, "volume") == {"A": "20", "B": "50"}
    assert finals(trial, "extra") == {"A": "13.33", "B": "16.67"}
    assert trial.line("pot")["total"] == 300
    assert trial.line("pot").told()[1] == (
        "Together the rules pay 300, more than the ceiling: every line is scaled, so that they add up to 100."
    )
    assert trial.line("pot").parts_of("Of that") == ["total.line", "total.line"]


def test_equal_remainders_go_by_the_agents_id_and_then_by_the_order_of_the_rules() -> None:
    # A and B have 2 each of 4: 0.125, rounded down 0.12; the spare cent goes to A. A's lines are 0.065 each,
    # the spare cent goes to the first; B's are 0.06 each.
    trial = under("ceiling: 0.25, over: [extra, volume]", paid(B=(1, 1), A=(1, 1)))
    assert finals(trial, "volume") == {"A": "0.07", "B": "0.06"}
    assert finals(trial, "extra") == {"A": "0.06", "B": "0.06"}


def test_the_amount_is_before_the_ceiling_and_the_final_after() -> None:
    line = under(CAP, paid(A=(300, 100))).line("volume")
    assert (str(line.amount), str(line.final)) == ("300", "75")


def test_a_ceiling_holds_for_each_group() -> None:
    agents = paid(A=(100, 0), B=(100, 0)) | {"C": {"handled": 90, "quality": 0, "team": "blue"}}
    assert finals(under(CAP + ", within: team", agents), "volume") == {"A": "50", "B": "50", "C": "90"}


def test_who_is_not_under_the_ceiling_keeps_all_and_counts_for_nobody() -> None:
    trial = under(CAP + ", when: handled < 200", paid(A=(150, 0), B=(200, 0)))
    assert finals(trial, "volume") == {"A": "100", "B": "200"}
    assert trial.line("pot", "B").told() == ["The ceiling of the group is 100."]


def test_what_is_below_zero_is_neither_counted_nor_scaled() -> None:
    trial = under(CAP, paid(A=(150, -20), B=(50, 0)))
    assert finals(trial, "volume") == {"A": "75", "B": "25"}
    assert finals(trial, "extra") == {"A": "-20", "B": "0"}


def test_a_ceiling_of_nothing_leaves_nothing() -> None:
    trial = under("ceiling: group_sum(handled) - 1000, over: paid", paid(A=(150, 50), B=(0, 0)))
    assert finals(trial, "volume") == {"A": "0", "B": "0"}
    assert finals(trial, "extra") == {"A": "0", "B": "0"}


def test_ceilings_act_one_after_the_other_in_the_order_of_the_rules() -> None:
    # Of 300 and 100 the first leaves 100 and 100; the second halves these 200.
    others = "  - {id: whole, kind: pool, ceiling: 100, over: paid}\n"
    trial = under("ceiling: 100, over: volume", paid(A=(300, 100)), others)
    assert (finals(trial, "volume")["A"], finals(trial, "extra")["A"]) == ("50", "50")
    assert [limit.by for limit in trial.line("volume").policy_line.limits] == ["pot", "whole"]


def test_voided_money_stays_unspent_under_a_ceiling_too() -> None:
    agents = paid(A=(100, 0), B=(300, 0))
    trial = under(CAP, agents | {"A": {**agents["A"], "breaches": 1}}, VOID)
    assert finals(trial, "volume") == {"A": "0", "B": "75"}


def test_red_lines_act_on_what_the_ceiling_leaves() -> None:
    keep = "  - {id: line, kind: red_line, when: breaches > 0, consequence: {keep: 50%}}\n"
    agents = paid(A=(300, 100))
    trial = under(CAP, {"A": {**agents["A"], "breaches": 1}}, keep)
    assert (finals(trial, "volume")["A"], finals(trial, "extra")["A"]) == ("37.5", "12.5")


def test_adjustments_count_what_the_ceiling_leaves_wherever_they_stand() -> None:
    # The first ceiling leaves 75 of the 300. Another one behind it, of just 75, changes nothing.
    least = "  - {id: least, kind: adjustment, guarantee: {pay: 90, of: volume}}\n"
    for others in (least, least + "  - {id: second, kind: pool, ceiling: 75, over: volume}\n"):
        trial = under(CAP, paid(A=(300, 100)), others)
        assert finals(trial, "least") == {"A": "15"}


def test_a_ceiling_over_rules_out_of_scope_counts_nothing_of_them() -> None:
    others = '  - {id: c, kind: bonus, tags: [paid], applies_to: level == "senior", pay: 500}\n'
    agents = paid(A=(150, 50))
    trial = under(CAP, {"A": {**agents["A"], "level": "junior"}}, others)
    assert (finals(trial, "volume")["A"], finals(trial, "extra")["A"]) == ("75", "25")


def test_a_ceiling_alone_makes_nobody_eligible() -> None:
    text = ruleset(CAP, "  - {id: volume, kind: bonus, tags: [paid], applies_to: trained, pay: 1}\n")
    ruled = parse_ruleset(HEADER + text)
    row: dict[str, Given] = {"agent": "A", "month": "2026-01", "trained": False}
    empty = dict.fromkeys(("team", "level", "handled", "quality", "revenue", "breaches"))
    assert ruled.evaluate(row | empty, peers=[]).status == "ineligible"


# --- What is unknown under a ceiling


def test_who_has_an_unknown_amount_is_left_out_of_the_sum_and_waits() -> None:
    trial = under(CAP, paid(A=(None, 10), B=(150, 50)))
    assert finals(trial, "volume") == {"A": "None", "B": "75"}
    assert finals(trial, "extra") == {"A": "None", "B": "25"}
    assert trial.line("extra").undetermined
    assert str(trial.line("extra").amount) == "10"


def test_a_ceiling_may_wait_for_all_of_the_group() -> None:
    trial = under(CAP + ", if_unknown: hold_group", paid(A=(None, 10), B=(150, 50)))
    assert finals(trial, "volume") == {"A": "None", "B": "None"}
    assert trial.line("volume", "B").undetermined


def test_an_unknown_ceiling_leaves_all_under_it_undetermined() -> None:
    trial = under("ceiling: group_max(revenue), over: paid", paid(A=(1, 1)))
    assert finals(trial, "volume") == {"A": "None"}
    assert trial.line("pot").undetermined


def test_without_the_others_what_a_ceiling_leaves_is_unknown() -> None:
    decision = parse_ruleset(HEADER + ruleset(CAP, PAYING)).evaluate(
        {
            "agent": "A",
            "month": "2026-01",
            **dict.fromkeys(("team", "level", "revenue", "breaches", "trained")),
            "handled": 1,
            "quality": 1,
        }
    )
    assert decision.status == "incomplete"
    assert "What is needed of other agents is not known." in decision.explain(nearest=False).text()


# --- What explanations of the lines under it tell


def told(agents: Agents, others: str = "") -> str:
    names = ("team", "level", "handled", "quality", "revenue", "breaches", "trained")
    rows = [
        {"agent": agent, "month": "2026-01", **dict.fromkeys(names), **facts}
        for agent, facts in agents.items()
    ]
    found = parse_ruleset(HEADER + ruleset(CAP + ", title: Cap", PAYING + others)).evaluate_all(rows)
    return found[0].explain(nearest=False).text()


def test_a_line_tells_what_the_ceiling_leaves_of_it() -> None:
    assert "Volume: 75.00 CNY instead of 300.00 CNY" in told(paid(A=(300, 100)))
    assert "The ceiling “Cap” leaves 75.00 CNY of 300.00 CNY." in told(paid(A=(300, 100)))
    assert "leaves" not in told(paid(A=(30, 10)))


def test_a_line_tells_first_the_ceiling_and_then_the_red_line() -> None:
    agents = {"A": {**paid(A=(300, 100))["A"], "breaches": 1}}
    text = told(agents, VOID)
    first, second = (
        "The ceiling “Cap” leaves 75.00 CNY of 300.00 CNY.",
        "Before red lines: 75.00 CNY.",
    )
    assert text.index(first) < text.index(second)


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
        ("weight: handled", "IE3603"),
        ("budget: 1, ceiling: 1, over: pot", "IE3603"),
        ("ceiling: 1", "IE3604"),
        ("budget: 1, over: pot", "IE3604"),
        ("ceiling: 1, over: line, weight: handled", "IE3605"),
        ("budget: 1, weight: level", "IE3035"),
        ("budget: 1, within: teem", "IE2101"),
        ("budget: 5 min", "IE3035"),
        ("budget: 1, weight: pot.amount", "IE3023"),
    ],
)
def test_other_mistakes_are_reported_too(fields: str, code: str) -> None:
    found = problems_of(ruleset(fields))
    assert code in [each.code for each in found]
    assert all(each.message("zh") and each.hint("zh") for each in found if each.code.startswith("IE36"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("ceiling: revenue, over: paid", "IE3601"),
        ("ceiling: -1, over: paid", "IE3602"),
        ("ceiling: 1, over: [paid, volumes]", "IE3053"),
        ("ceiling: 1, over: line", "IE3054"),
    ],
)
def test_a_ceiling_is_one_amount_over_rules_that_pay(fields: str, code: str) -> None:
    assert codes_of(ruleset(fields, PAYING + VOID)) == [code]


def test_a_ceiling_cannot_depend_on_what_it_leaves() -> None:
    assert codes_of(ruleset("ceiling: group_sum(volume.amount), over: volume", PAYING)) == []
    assert "IE3023" in codes_of(ruleset("ceiling: group_sum(volume.final), over: volume", PAYING))


def test_a_rule_that_reads_the_ceiling_over_it_is_a_cycle() -> None:
    text = ruleset("ceiling: 100, over: [volume]", "  - {id: volume, kind: bonus, pay: pot.total / 2}\n")
    assert "IE3023" in codes_of(text)


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


def test_the_table_of_ceilings_holds() -> None:
    page = Page("pool.md", "B", 1)
    shown = [
        {
            "praise": amount_of(decision, "praise"),
            "praise is paid": str(decision.line("praise").final),
            "nights": amount_of(decision, "nights"),
            "nights are paid": str(decision.line("nights").final),
            "total": str(decision.total),
        }
        for decision in page.decisions
    ]
    assert len(shown) == 3
    assert page.said(shown[0]) == shown
    assert page.explanation[0] in page.decisions[0].explain(nearest=False).text().splitlines()


# --- What holds for all of them

WEIGHTS = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 50), min_size=1)


def largest_remainder(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share cents by weight: rounded down, what is left by remainder and then by id."""
    total = sum(weights.values())
    exact = {agent: Fraction(cents * weight, total) for agent, weight in weights.items()}
    parts = {agent: int(share) for agent, share in exact.items()}
    return with_spare(cents, parts, sorted(weights, key=lambda agent: (parts[agent] - exact[agent], agent)))


def in_order(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share cents by weight: rounded down, what is left by remainder and then as they stand."""
    total = sum(weights.values())
    exact = {rule: Fraction(cents * weight, total) for rule, weight in weights.items()}
    parts = {rule: int(share) for rule, share in exact.items()}
    return with_spare(cents, parts, sorted(weights, key=lambda rule: parts[rule] - exact[rule]))


def with_spare(cents: int, parts: dict[str, int], order: Sequence[str]) -> dict[str, int]:
    for each in order[: cents - sum(parts.values())]:
        parts[each] += 1
    return parts


LINES = st.dictionaries(
    st.sampled_from("ABCD"), st.tuples(st.integers(0, 300), st.integers(0, 30_000)), min_size=1
)


@settings(max_examples=draws(20), deadline=None)
@given(st.integers(0, 60_000), LINES, st.permutations("ABCD"))
def test_what_a_ceiling_leaves_adds_up_to_it_exactly_and_exceeds_no_line(
    cents: int, lines: Mapping[str, tuple[int, int]], order: Sequence[str]
) -> None:
    agents = {
        agent: (lines[agent][0], f"{lines[agent][1] // 100}.{lines[agent][1] % 100:02}")
        for agent in order
        if agent in lines
    }
    trial = under(f"ceiling: {cents // 100}.{cents % 100:02}, over: paid", paid(**agents))
    before = {(rule, agent): line.amount for (rule, agent, _), line in trial.lines.items() if rule != "pot"}
    after = {(rule, agent): line.final for (rule, agent, _), line in trial.lines.items() if rule != "pot"}
    total = sum((each or Decimal(0)) for each in before.values()) * 100
    assert sum((each or Decimal(0)) for each in after.values()) * 100 == min(total, cents)
    assert all(0 <= (after[line] or 0) <= (before[line] or 0) for line in before)
    if cents < total:
        claims = {agent: volume * 100 + extra for agent, (volume, extra) in lines.items()}
        own = largest_remainder(cents, claims)
        for agent, (volume, extra) in lines.items():
            parts = {"volume": volume * 100, "extra": extra}
            shares = {"volume": 0, "extra": 0} if not claims[agent] else in_order(own[agent], parts)
            assert {rule: int((after[rule, agent] or 0) * 100) for rule in parts} == shares


@settings(max_examples=draws(20), deadline=None)
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
