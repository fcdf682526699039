"""What holds of every policy, whatever it pays for: how a change of the ruleset or the people may act.

Each law changes something that must not matter, or must matter in one way, and compares the decisions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentive_engine import Decision, Decisions, load_ruleset, parse_ruleset, simulate
from incentive_engine.engine import Ruleset
from tests.independent.drawn import FLAGSHIP, GROWTH, Cells
from tests.rulesets.drawn_rulesets import rows, rulesets
from tests.support.draws import draws
from tests.support.places import RULESETS

Row = Mapping[str, str]

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
HEADER = """
language: 1
ruleset: law
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text, salary: money}
metrics:
  calls: {type: count}
  csat: {type: ratio, better: higher}
  sales: money
  late: count
"""
CELLS: Cells = {
    "team": ("x", "x", "y", ""),
    "salary": ("3000", "5000", ""),
    "calls": ("0", "7", "100", "333", "500", ""),
    "csat": ("0.8", "0.9", "0.91", ""),
    "sales": ("0", "99.99", "12345.67", "40000", ""),
    "late": ("0", "0", "3", ""),
}
AGENTS = ("a", "B", "9", "10", "李")


@st.composite
def people(draw: st.DrawFn, cells: Cells, months: Sequence[str] = ("2026-03",)) -> list[Row]:
    """Draw the rows of some agents, each with or without a row for a month."""
    keys = [(agent, month) for month in months for agent in AGENTS]
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=6, unique=True))
    return [
        {"agent_id": agent, "agent": agent, "month": month}
        | {column: draw(st.sampled_from(values)) for column, values in cells.items()}
        for agent, month in sorted(chosen, key=lambda key: key[1])
    ]


def told(decision: Decision) -> tuple[object, ...]:
    """Return what a decision comes to, apart from the texts that it was made from."""
    lines = {
        line.rule: (line.outcome, line.amount, line.final, line.credits, line.recognitions, line.results)
        for line in decision.lines
    }
    return decision.status, decision.total, decision.floor_added, lines


def all_told(decisions: Decisions) -> dict[tuple[str, str], tuple[object, ...]]:
    return {(decision.agent, decision.period): told(decision) for decision in decisions}


# --- Splitting a band changes nothing

_MODES = {"slices": "rate", "whole": "rate", "fixed": "pay"}


@st.composite
def bands(draw: st.DrawFn) -> tuple[str, list[tuple[int, str]], int]:
    """Draw a mode, bands as their upper limits and values, and a limit that splits one of them."""
    mode = draw(st.sampled_from(sorted(_MODES)))
    limits = sorted(draw(st.sets(st.integers(1, 50), min_size=1, max_size=4)))
    values = [f"{draw(st.integers(0, 900)) / 100:.2f}" for _ in limits]
    cut = draw(st.integers(1, 60).filter(lambda cut: cut not in limits))
    return mode, list(zip(limits, values, strict=True)), cut


def tiers(mode: str, listed: Sequence[tuple[int, str]], last: str) -> Ruleset:
    word = _MODES[mode]
    bands = [f"      - {{upto: {limit}, {word}: {value}}}" for limit, value in listed]
    bands.append(f"      - {{{word}: {last}}}")
    head = ["rules:", "  - id: bonus", "    kind: tiered_bonus", "    measure: calls", f"    mode: {mode}"]
    return parse_ruleset(HEADER + "\n".join([*head, "    tiers:", *bands]))


@settings(max_examples=draws(20))
@given(bands())
def test_splitting_a_band_changes_no_amount(drawn: tuple[str, list[tuple[int, str]], int]) -> None:
    mode, listed, cut = drawn
    last = "7.35"
    split_value = next((value for limit, value in listed if limit > cut), last)
    whole = tiers(mode, listed, last)
    split = tiers(mode, sorted([*listed, (cut, split_value)]), last)

    for calls in sorted({0, cut - 1, cut, cut + 1, 100, *(limit for limit, _ in listed)}):
        row = {"agent": "A", "month": "2026-03", "calls": calls} | dict.fromkeys(CELLS.keys() - {"calls"})
        assert whole.evaluate(row).total == split.evaluate(row).total


def test_splitting_a_straight_line_where_it_passes_changes_no_amount() -> None:
    # From 100 at 10 calls to 300 at 50: at 30 calls it is half way, at 200.
    def line(*bands: str) -> Ruleset:
        listed = ", ".join(bands)
        return parse_ruleset(
            f"{HEADER}rules: [{{id: bonus, kind: tiered_bonus, measure: calls, tiers: [{listed}]}}]"
        )

    whole = line("{upto: 10, pay: 100}", "{upto: 50, pay: [100, 300]}", "{pay: 300}")
    split = line(
        "{upto: 10, pay: 100}", "{upto: 30, pay: [100, 200]}", "{upto: 50, pay: [200, 300]}", "{pay: 300}"
    )
    for calls in range(0, 60, 3):
        row = {"agent": "A", "month": "2026-03", "calls": calls} | dict.fromkeys(CELLS.keys() - {"calls"})
        assert whole.evaluate(row).total == split.evaluate(row).total


# --- A proposal that is equal to the baseline


@settings(max_examples=draws(6), suppress_health_check=SLOW)
@given(rulesets(), rows())
def test_a_proposal_equal_to_the_baseline_gives_no_difference(text: str, snapshots: list[Row]) -> None:
    # It has another text, so that it is another ruleset to the engine.
    comparison = simulate(parse_ruleset(text), parse_ruleset(f"{text}\n# the same"), snapshots, by=["team"])

    assert comparison.cost.difference == 0
    assert {rule.cost.difference for rule in comparison.rules} <= {0}
    assert comparison.agents.gainers == comparison.agents.losers == 0
    assert comparison.status_changes == ()


# --- The order of the people and of the rules


@st.composite
def rows_in_two_orders(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    found: list[Row] = [*draw(rows())]
    return found, draw(st.permutations(found))


@settings(max_examples=draws(8), suppress_health_check=SLOW)
@given(rulesets(), rows_in_two_orders())
def test_the_order_of_the_data_changes_no_decision(text: str, drawn: tuple[list[Row], list[Row]]) -> None:
    snapshots, mixed = drawn
    ruleset = parse_ruleset(text)

    assert all_told(ruleset.evaluate_all(mixed)) == all_told(ruleset.evaluate_all(snapshots))


@cache
def rules_of(name: str) -> tuple[str, tuple[str, ...], str]:
    """Return a ruleset's text in three parts: what stands before the rules, each rule, and what follows."""
    text = (RULESETS / name).read_text(encoding="utf-8")
    before, after = text.split("\nrules:\n")
    found = re.split(r"^(?=  - id: )", after, flags=re.MULTILINE)
    last, _, rest = found[-1].partition("\ntotal:")
    return before, (*found[1:-1], last + "\n"), f"\ntotal:{rest}" if rest else ""


@st.composite
def in_another_order(draw: st.DrawFn) -> tuple[str, str, list[Row]]:
    name, cells = draw(
        st.sampled_from([("service-incentives-2026.yaml", FLAGSHIP), ("growth-and-teams-2026.yaml", GROWTH)])
    )
    before, rules, rest = rules_of(name)
    text = f"{before}\nrules:\n{''.join(draw(st.permutations(rules)))}{rest}"
    return name, text, draw(people(cells, ("2026-02", "2026-03")))


@cache
def loaded(name: str) -> Ruleset:
    return load_ruleset(RULESETS / name)


@settings(max_examples=draws(4), suppress_health_check=SLOW)
@given(in_another_order())
def test_the_order_of_the_rules_changes_no_total_and_no_line_before_deductions(
    drawn: tuple[str, str, list[Row]],
) -> None:
    # Deductions come off the lines in the order of the rules: which line they come off depends on it.
    name, text, snapshots = drawn
    one = loaded(name).evaluate_all(snapshots)
    other = parse_ruleset(text).evaluate_all(snapshots)

    for decision, mixed in zip(one, other, strict=True):
        assert (decision.total, decision.status) == (mixed.total, mixed.status)
        for line in decision.lines:
            same = mixed.line(line.rule)
            assert (same.amount, same.results) == (line.amount, line.results)


# --- More money everywhere

MONEY = """
rules:
  - id: volume
    kind: tiered_bonus
    measure: calls
    mode: slices
    tiers: [{{upto: 100, rate: {a}}}, {{rate: {b}}}]
    then: [{{cap: 10% * salary}}, {{floor: {c}}}]
  - id: commission
    kind: tiered_bonus
    measure: sales
    mode: slices
    tiers: [{{upto: {d}, rate: 3%}}, {{rate: 5%}}]
  - id: star
    kind: star_award
    rank_by: [{{highest: csat}}]
    ties: share_prizes
    prizes: [{{pay: {d}}}, {{pay: {c}}}]
  - {{id: pot, kind: pool, within: team, budget: "{e} + 1% * group_sum(sales, within=team)", weight: calls}}
  - id: third
    kind: red_line
    when: csat < 90%
    consequence: {{keep: 33.3%}}
    affects: [volume, commission]
  - {{id: late_count, kind: red_line, when: late >= 3, consequence: {{deduct: {b} * late}}}}
"""
FACTORS = (2, 3, 7, 100)


@cache
def paying(factor: int) -> Ruleset:
    amounts = {"a": "0.35", "b": "1.07", "c": "33.33", "d": "1000.01", "e": "500"}
    scaled = {name: f"{Decimal(amount) * factor}" for name, amount in amounts.items()}
    return parse_ruleset(HEADER + MONEY.format(**scaled))


@settings(max_examples=draws(25))
@given(people(CELLS), st.sampled_from(FACTORS))
def test_more_money_everywhere_is_as_much_more_pay_up_to_rounding(snapshots: list[Row], factor: int) -> None:
    def richer(row: Row) -> Row:
        more = {name: f"{Decimal(row[name]) * factor}" for name in ("salary", "sales") if row[name]}
        return {**row, **more}

    one = paying(1).evaluate_all(snapshots)
    many = paying(factor).evaluate_all(map(richer, snapshots))
    for decision, scaled in zip(one, many, strict=True):
        assert decision.status == scaled.status
        for line in decision.lines:
            found, expected = scaled.line(line.rule).final, line.final
            if expected is None or found is None:
                assert found == expected
            else:
                # A line is rounded at most three times (its amount, a share that is kept, a deduction), each
                # time by less than a cent: by less than three cents here, `factor` times as many there.
                assert abs(found - factor * expected) <= 3 * (factor + 1) * Decimal("0.01")


# --- People of another team

TEAMS = """
rules:
  - {id: star, kind: star_award, within: team, rank_by: [{highest: csat}], ties: share_prizes,
     prizes: [{pay: 100}, {share: 50%, pay: 30}], rest: 1 periods}
  - {id: above, kind: bonus, when: "csat > group_mean(csat, within=team)",
     pay: "10 * rank(calls, within=team)"}
  - {id: pot, kind: pool, within: team, budget: 100, weight: calls}
  - {id: card, kind: scorecard, perspectives: {only: {weight: 100%, measures: [
     {metric: csat, weight: 100%, percentile: team, unknown: 50}]}}}
  - {id: merit, kind: bonus, pay: card.score}
  - {id: roof, kind: pool, within: team, ceiling: 150, over: [above, merit]}
"""


@cache
def within_teams() -> Ruleset:
    return parse_ruleset(HEADER + TEAMS)


@settings(max_examples=draws(20))
@given(
    people(CELLS, ("2026-02", "2026-03")),
    st.lists(
        st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}), max_size=3
    ),
)
def test_who_joins_another_team_changes_nothing_for_the_others(
    snapshots: list[Row], joining: list[Row]
) -> None:
    strangers = [
        {**row, "agent": f"new {number}", "month": "2026-03", "team": "elsewhere"}
        for number, row in enumerate(joining)
    ]
    before = all_told(within_teams().evaluate_all(snapshots))
    after = all_told(within_teams().evaluate_all([*strangers, *snapshots]))

    assert {key: after[key] for key in before} == before


# --- What adds up


@settings(max_examples=draws(8), suppress_health_check=SLOW)
@given(rulesets(), rows())
def test_the_lines_and_what_the_floor_adds_are_the_total(text: str, snapshots: list[Row]) -> None:
    for decision in parse_ruleset(text).evaluate_all(snapshots):
        paid = sum((line.final or Decimal(0) for line in decision.lines), Decimal(0))
        assert paid + decision.floor_added == decision.total


POOL = """
rules:
  - {id: pot, kind: pool, within: team, budget: "1000.01 + 1% * group_sum(sales, within=team)", weight: calls}
"""


@cache
def pool() -> Ruleset:
    return parse_ruleset(HEADER + POOL)


@settings(max_examples=draws(30))
@given(people(CELLS))
def test_a_pool_pays_out_its_budget_to_the_cent(snapshots: list[Row]) -> None:
    decisions = pool().evaluate_all(snapshots)

    for team in ("x", "y"):
        mine = [row["agent"] for row in snapshots if row["team"] == team]
        lines = [decisions.of(agent, "2026-03").line("pot") for agent in mine]
        shared = [line.final for line in lines if line.final is not None]
        budgets = {line.results["budget"] for line in lines if line.final}
        # Where nobody has a weight the budget stays unspent.
        assert {sum(shared, Decimal(0))} == (budgets or {Decimal(0)})
