"""Events: several rows of one agent on one day, each decided on its own after those before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings

from incentive_engine import EventsError, Ruleset, SnapshotError, parse_ruleset
from incentive_engine.evaluate import reference
from incentive_engine.evaluate.periods import Evaluator
from incentive_engine.graph.nodes import in_order
from incentive_engine.ruleset.period import Cadence, Period, period_of
from tests.support.drawing import Value
from tests.support.draws import draws
from tests.support.programs import Example, Rows, examples, exposed, scaled

HEADER = """\
language: 1
ruleset: deals
version: "1"
currency: CNY
period: event
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent_id, period: at, event: deal_id}
metrics: {amount: money}
"""
COMMISSION = parse_ruleset(HEADER + "rules: [{id: commission, kind: bonus, pay: 2% * amount}]")
# 1 % of all that was sold since the year began, this deal included
GROWING = parse_ruleset(HEADER + "rules: [{id: growing, kind: bonus, pay: 1% * ytd(amount)}]")


def deal(agent: str, at: object, event: object, amount: object) -> dict[str, object]:
    return {"agent_id": agent, "at": at, "deal_id": event, "amount": amount}


DEALS = [
    deal("A1", "2026-03-08T14:05", "D2", 600),
    deal("A1", "2026-03-08T09:30", "D1", 400),
    deal("A2", "2026-03-08 09:30", "D9", 100),
    deal("A1", "2026-03-08", "D0", 50),
]


def codes(ruleset: Ruleset, *rows: Mapping[str, object]) -> list[str]:
    return [each.problem.code for each in ruleset.evaluate_all(rows).rejected]


def events_of(ruleset: Ruleset, *rows: Mapping[str, object]) -> list[tuple[str, str, str]]:
    return [(made.period, made.agent, made.event) for made in ruleset.evaluate_all(rows)]


# --- Rows


def test_events_are_decided_in_the_order_of_time_and_those_without_a_time_come_first() -> None:
    assert events_of(COMMISSION, *DEALS) == [
        ("2026-03-08", "A1", "D0"),
        ("2026-03-08T09:30", "A1", "D1"),
        ("2026-03-08T09:30", "A2", "D9"),
        ("2026-03-08T14:05", "A1", "D2"),
    ]


def test_each_event_is_paid_on_its_own() -> None:
    decisions = COMMISSION.evaluate_all(DEALS)

    # 2 % of 50, 400, 100 and 600
    assert [made.total for made in decisions] == [Decimal(text) for text in ("1.00", "8.00", "2.00", "12.00")]
    assert decisions.of("A1", "2026-03-08T14:05").total == Decimal("12.00")


def test_events_at_one_time_are_ordered_and_told_apart_by_their_ids() -> None:
    at = "2026-03-08T09:30"
    decisions = COMMISSION.evaluate_all([deal("A1", at, "B", 200), deal("A1", at, "A", 100)])

    assert [made.event for made in decisions] == ["A", "B"]
    assert decisions.of("A1", at, "B").total == Decimal("4.00")
    with pytest.raises(KeyError):
        decisions.of("A1", at, "C")


def test_dates_and_times_of_programs_are_taken_and_those_of_a_time_zone_are_not() -> None:
    rows = [deal("A1", date(2026, 3, 8), 1, 50), deal("A1", datetime(2026, 3, 8, 9, 30), 2, 50)]  # noqa: DTZ001 -- a time of day as the data have it
    assert events_of(COMMISSION, *rows) == [
        ("2026-03-08", "A1", "1"),
        ("2026-03-08T09:30", "A1", "2"),
    ]
    assert codes(COMMISSION, deal("A1", datetime(2026, 3, 8, tzinfo=UTC), 1, 50)) == ["IE4043"]


def test_an_event_given_twice_is_taken_neither_time_even_if_the_times_differ() -> None:
    twice = [deal("A1", "2026-03-08", "D1", 50), deal("A1", "2026-03-09T10:00", "D1", 60)]
    decisions = COMMISSION.evaluate_all([*twice, deal("A2", "2026-03-08", "D1", 70)])

    assert [each.problem.code for each in decisions.rejected] == ["IE4061", "IE4061"]
    assert "agent `A1` has further rows for the event `D1` (row 2)" in decisions.rejected[0].message()
    assert [made.agent for made in decisions] == ["A2"]


def test_what_is_wrong_with_a_row_of_an_event_is_said() -> None:
    assert codes(COMMISSION, deal("A1", "2026-03-08T09:30", " ", 50)) == ["IE4060"]
    assert codes(COMMISSION, deal("A1", "2025-03-08T09:30", "D1", 50)) == ["IE4026"]
    assert codes(COMMISSION, {"agent_id": "A1", "at": "2026-03-08", "amount": 5}) == ["IE4020"]
    assert codes(COMMISSION, deal("A1", "8.3.", "", 5)) == ["IE4025", "IE4060"]
    with pytest.raises(SnapshotError) as caught:
        COMMISSION.evaluate(deal("A1", "2026/3/8 9:05", "D1", 5))
    assert "`2026-03-08T09:05`" in (caught.value.problems[0].hint() or "")


def test_without_a_column_of_ids_the_time_tells_events_apart() -> None:
    ruleset = parse_ruleset(HEADER.replace(", event: deal_id", "") + "rules: [{id: a, kind: bonus, pay: 1}]")
    decisions = ruleset.evaluate_all([*DEALS[:2], {**DEALS[0], "amount": 1}])

    assert [made.period for made in decisions] == ["2026-03-08T09:30"]
    assert {each.problem.code for each in decisions.rejected} == {"IE4027"}
    assert decisions[0].event == ""


# --- What a decision says of its event


def test_a_decision_names_its_event() -> None:
    made = COMMISSION.evaluate(deal("A1", "2026-03-08T14:05", "D2", 600))

    assert (made.period, made.event) == ("2026-03-08T14:05", "D2")
    assert repr(made) == "<Decision A1 2026-03-08T14:05 D2: 12.00 CNY, final>"
    assert made.to_dict()["event"] == "D2"
    assert made.facts.to_dict()["event"] == "D2"
    assert made.explain("en").text().startswith("A1, 2026-03-08T14:05, event D2: 12.00 CNY")
    assert made.explain("zh").text().startswith("A1，2026-03-08T14:05，事件 D2：12.00 元")


def test_the_same_figures_of_two_events_are_two_facts() -> None:
    def hash_of(event: str) -> str:
        return COMMISSION.evaluate(deal("A1", "2026-03-08", event, 5)).facts.digest

    assert hash_of("D1") != hash_of("D2")
    assert hash_of("D1") == hash_of("D1")


def test_what_is_no_event_says_nothing_of_one() -> None:
    monthly = parse_ruleset(
        HEADER.replace("event\n", "month\n").replace(", event: deal_id", "")
        + "rules: [{id: a, kind: bonus, pay: amount}]"
    )
    made = monthly.evaluate({"agent_id": "A1", "at": "2026-03", "amount": 5})

    assert "event" not in made.to_dict()
    assert "event" not in made.facts.to_dict()


# --- History


def test_history_is_the_agents_own_earlier_events() -> None:
    # The year so far is 50, then 450 and 1,050 for A1, and 100 for A2; one per cent of it.
    paid = {made.event: made.total for made in GROWING.evaluate_all(DEALS)}
    expected = {"D0": "0.50", "D1": "4.50", "D2": "10.50", "D9": "1.00"}
    assert paid == {event: Decimal(text) for event, text in expected.items()}


def test_one_event_is_decided_with_its_history() -> None:
    *history, last = sorted((row for row in DEALS if row["agent_id"] == "A1"), key=lambda row: str(row["at"]))

    made = GROWING.evaluate(last, history=history)
    assert made.total == Decimal("10.50")
    with pytest.raises(SnapshotError, match="is not before"):
        GROWING.evaluate(history[0], history=[last])
    with pytest.raises(SnapshotError, match="two snapshots"):
        GROWING.evaluate(last, history=[{**history[0], "deal_id": "D2"}])


def test_events_are_not_decided_on_in_columns() -> None:
    with pytest.raises(EventsError) as caught:
        COMMISSION.evaluate_frame("deals.csv")
    assert [problem.code for problem in caught.value.problems] == ["IE3852"]


def as_events(rows: Rows) -> Rows:
    """Let every second agent's periods be events at a time of day of their own, with an id."""
    found: dict[Period, dict[str, Mapping[str, Value]]] = {}
    for period, agents in rows.items():
        for number, (agent, inputs) in enumerate(sorted(agents.items())):
            event = period_of(period.start, Cadence.EVENT)
            at = replace(event, moment="09:30", event=agent) if number % 2 else event
            found.setdefault(at, {})[agent] = inputs
    return found


@settings(max_examples=draws(40), deadline=None)
@given(examples(peers=False))
def test_every_node_of_every_program_has_the_value_of_the_reference_for_events_too(example: Example) -> None:
    program = example.recipe.build()
    nodes = in_order(program.roots())
    rows = as_events(example.rows)
    evaluator = Evaluator(program)

    found = evaluator.evaluate(scaled(program, rows, evaluator.input_names))
    expected = reference.evaluate(exposed(program), rows)

    assert list(found) == list(expected)
    for period, agents in found.items():
        for agent, row in agents.items():
            assert {str(place): row.value(node) for place, node in enumerate(nodes)} == expected[period][
                agent
            ]
