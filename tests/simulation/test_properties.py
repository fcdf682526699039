"""What holds of every comparison, whatever the rulesets and the people."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from incentive_engine.engine import Ruleset
from incentive_engine.simulation import Comparison, simulate
from incentive_engine.simulation.cost import Cost, Tally
from tests.simulation.comparing import BASELINE, PROPOSAL, Row, ruleset

STAR = """
total: {floor: 10}
rules:
  - {id: volume, kind: bonus, applies_to: team != "night", pay: 1.33 * calls}
  - {id: fine, kind: bonus, pay: -40 * breaches}
  - {id: star, kind: star_award, when: calls > 3, within: team, rank_by: [{highest: csat}],
     ties: share_prizes, prizes: [{pay: 100}, {pay: 50}]}
  - {id: hold, kind: red_line, when: breaches > 2, consequence: hold, affects: volume}
"""
HISTORY = """
rules:
  - {id: volume, kind: bonus, when: calls >= 5, pay: 0.87 * calls}
  - {id: loyal, kind: bonus, pay: "0.5 * default(previous(calls), 0)"}
  - {id: late, kind: red_line, when: breaches > 1, consequence: {deduct: 3 * breaches}}
"""
RULESETS: list[Ruleset] = [ruleset(text) for text in (BASELINE, PROPOSAL, STAR, HISTORY)]
POLICIES = st.sampled_from(RULESETS)
CELLS = st.fixed_dictionaries(
    {
        "team": st.sampled_from(["chat", "mail", "night", ""]),
        # -1 is refused
        "calls": st.sampled_from([-1, 0, 3, 5, 8, 100, None]),
        "csat": st.sampled_from(["0.80", "0.9", "95%", ""]),
        "breaches": st.integers(0, 3),
    }
)
KEYS = list(product(["Ann", "Bob", "Cid"], ["2026-01", "2026-02", "2026-04"]))


@st.composite
def populations(draw: st.DrawFn) -> list[Row]:
    keys = draw(st.lists(st.sampled_from(KEYS), max_size=7))
    return [{"agent": agent, "month": month, **draw(CELLS)} for agent, month in keys]


def compare(baseline: Ruleset, proposal: Ruleset, rows: list[Row]) -> Comparison:
    return simulate(baseline, proposal, rows, by=["team", "calls"])


def found(comparison: Comparison) -> Mapping[str, object]:
    """Return all that does not depend on where a row stands in the data."""
    return {name: value for name, value in comparison.to_dict().items() if name != "rejected"}


def units(costs: list[Cost]) -> tuple[int, int]:
    return sum(cost.units_before for cost in costs), sum(cost.units_after for cost in costs)


@given(POLICIES, populations())
def test_a_ruleset_compared_with_itself_changes_nothing(policy: Ruleset, rows: list[Row]) -> None:
    comparison = compare(policy, policy, rows)
    groups = [group for grouping in comparison.groupings for group in grouping.groups]
    costs = [
        comparison.cost,
        comparison.floor_added,
        *(rule.cost for rule in comparison.rules),
        *(group.cost for group in groups),
        *(pair.cost for pair in comparison.decisions),
    ]

    assert {cost.difference for cost in costs} == {0}
    assert comparison.agents.gainers == comparison.agents.losers == 0
    assert comparison.largest() == ()
    assert comparison.status_changes == ()
    assert comparison.covered_by_one == ()


@given(POLICIES, POLICIES, populations())
def test_rules_groups_decisions_and_people_add_up(
    baseline: Ruleset, proposal: Ruleset, rows: list[Row]
) -> None:
    comparison = compare(baseline, proposal, rows)
    total = units([comparison.cost])
    changes = comparison.largest(len(comparison.decisions))

    assert units([comparison.floor_added, *(rule.cost for rule in comparison.rules)]) == total
    assert units([pair.cost for pair in comparison.decisions]) == total
    for grouping in comparison.groupings:
        assert units([group.cost for group in grouping.groups]) == total
        assert sum(group.decisions.counted for group in grouping.groups) == len(comparison.decisions)
    for tally in (comparison.agents, comparison.per_decision):
        assert tally.gained + tally.lost == comparison.cost.difference
    for change in changes:
        moved = change.floor.units + sum(line.cost.units for line in change.lines)
        assert moved == change.pair.cost.units
    assert sum(change.pair.cost.units for change in changes) == comparison.cost.units
    assert sum(each.decisions for each in comparison.statuses) == len(comparison.decisions)


@given(POLICIES, POLICIES, populations(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    baseline: Ruleset, proposal: Ruleset, rows: list[Row], random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    assert found(compare(baseline, proposal, shuffled)) == found(compare(baseline, proposal, rows))


@given(POLICIES, POLICIES, populations())
def test_swapping_the_rulesets_turns_every_sign(
    baseline: Ruleset, proposal: Ruleset, rows: list[Row]
) -> None:
    there, back = compare(baseline, proposal, rows), compare(proposal, baseline, rows)

    assert turned(there.cost) == back.cost
    assert turned(there.floor_added) == back.floor_added
    assert {rule.rule: turned(rule.cost) for rule in there.rules} == {
        rule.rule: rule.cost for rule in back.rules
    }
    assert opposite(there.agents) == back.agents
    assert opposite(there.per_decision) == back.per_decision
    assert [turned(pair.cost) for pair in there.decisions] == [pair.cost for pair in back.decisions]
    assert [
        (group.value, turned(group.cost)) for grouping in there.groupings for group in grouping.groups
    ] == [(group.value, group.cost) for grouping in back.groupings for group in grouping.groups]
    assert [(each.pair.agent, each.pair.period) for each in there.largest()] == [
        (each.pair.agent, each.pair.period) for each in back.largest()
    ]
    assert [(row.row, row.proposal, row.baseline) for row in there.rejected] == [
        (row.row, row.baseline, row.proposal) for row in back.rejected
    ]


def turned(cost: Cost) -> Cost:
    return Cost(cost.units_after, cost.units_before, cost.places)


def opposite(tally: Tally) -> Tally:
    return Tally(tally.losers, tally.gainers, tally.unchanged, -tally.lost, -tally.gained)
