"""What a formula may read of the agent's earlier periods."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from incentive_engine.evaluate.reference import Value, evaluate
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.ruleset.period import Cadence, Period, parse_period
from tests.support.written import F, Written, by_month

BUILD = Builder()
A = BUILD.input("a", places=2)
P = BUILD.flag("p")


def ann(history: History, node: Node, months: Mapping[str, Written]) -> list[Value]:
    """The value of a node for Ann in each month that she has a snapshot for."""
    program = Program({"it": node}, history.states)
    found = by_month(program, "ann", {month: {"ann": inputs} for month, inputs in months.items()})
    return list(found.values())


def readings(text: str, first: int = 1) -> dict[str, Written]:
    """Months of 2026 from the first one on: `5 - ?` is 5, a gap, and a snapshot in which it is unknown."""
    return {
        f"2026-{number:02}": {"a": None if reading == "?" else reading}
        for number, reading in enumerate(text.split(), first)
        if reading != "-"
    }


def answers(text: str) -> list[Value]:
    """Values as they are written: `5 ?` is 5 and unknown."""
    return [None if answer == "?" else F(answer) for answer in text.split()]


# --- Slots


def test_a_slot_keeps_what_the_step_makes_of_it() -> None:
    history = History(BUILD)

    def add_and_cap(balance: Node) -> Node:
        return BUILD.least(BUILD.add(balance, A), BUILD.constant(10))

    balance = history.keep("learning.balance", BUILD.constant(0), add_and_cap)

    assert ann(history, balance, readings("4 5 6 1")) == answers("0 4 9 10")


def test_a_slot_is_taken_once() -> None:
    history = History(BUILD)
    history.keep("balance", BUILD.constant(0), lambda balance: balance)

    with pytest.raises(ValueError, match="the slot 'balance' is taken"):
        history.keep("balance", BUILD.constant(1), lambda balance: balance)


def test_a_slot_is_not_free_for_its_own_step() -> None:
    history = History(BUILD)

    def take_again(_: Node) -> Node:
        return history.keep("balance", BUILD.constant(0), lambda inner: inner)

    with pytest.raises(ValueError, match="the slot 'balance' is taken"):
        history.keep("balance", BUILD.constant(0), take_again)


def test_the_same_question_is_kept_once() -> None:
    history = History(BUILD)

    assert history.previous(A) is history.previous(A)
    assert history.year_to_date(A) is history.year_to_date(A)
    assert history.streak(P) is history.streak(P)
    assert len(history.states) == 3
    # A rolling sum of three reads the previous value, which has its slot already, and the one before it.
    assert history.rolling(A, 3) is history.rolling(A, 3)
    assert len(history.states) == 4


def test_different_questions_have_different_slots() -> None:
    history = History(BUILD)
    asked = [history.previous(A), history.previous(P), history.previous(history.previous(A))]

    assert len(set(asked)) == len(history.states) == 3


# --- Questions


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("5 7 9", "? 5 7"),
        ("5 ? 9", "? 5 ?"),
        ("5 - 9 1", "? ? 9"),
    ],
)
def test_the_previous_value_is_unknown_at_first_and_after_a_gap(given: str, expected: str) -> None:
    history = History(BUILD)

    assert ann(history, history.previous(A), readings(given)) == answers(expected)


def test_a_truth_has_a_previous_value_too() -> None:
    history = History(BUILD)
    months: dict[str, Written] = {"2026-01": {"p": True}, "2026-02": {"p": False}, "2026-03": {"p": True}}

    assert ann(history, history.previous(P), months) == [None, True, False]


def test_an_empty_cell_may_have_a_value_of_its_own_but_a_period_without_a_snapshot_has_none() -> None:
    zero_if_empty = BUILD.default(A, BUILD.constant(0))
    history = History(BUILD)
    questions = {
        history.previous(zero_if_empty): ("? 5 0", "? ?"),
        history.rolling(zero_if_empty, 2): ("? 5 9", "? ?"),
        history.year_to_date(zero_if_empty): ("5 5 14", "5 ?"),
        history.streak(BUILD.compare("<", zero_if_empty, BUILD.constant(9))): ("1 2 0", "1 0"),
        history.streak(BUILD.compare(">", zero_if_empty, BUILD.constant(4))): ("1 0 1", "1 ?"),
    }

    for question, (empty, gap) in questions.items():
        assert ann(history, question, readings("5 ? 9")) == answers(empty)
        assert ann(history, question, readings("5 - 9")) == answers(gap)


def test_in_a_gap_itself_nothing_is_known_of_the_period() -> None:
    zero_if_empty = BUILD.default(A, BUILD.constant(0))
    history = History(BUILD)
    asked = [
        history.rolling(zero_if_empty, 1),
        history.rise(zero_if_empty),
        history.year_to_date(zero_if_empty),
    ]
    any_known = BUILD.any_of(*(BUILD.known(each) for each in asked))
    known_last_month = history.keep("known", BUILD.false, lambda _: any_known)

    # In April the slot holds what March left, which is a gap.
    assert ann(history, known_last_month, readings("5 5 - 5")) == [False, True, False]


@pytest.mark.parametrize(
    ("first", "given", "expected"),
    [
        # In January nothing has gone before; an agent who begins in March has no January.
        (1, "5 7 9", "5 12 21"),
        (3, "5 7", "? ?"),
        (1, "5 - 9 1", "5 ? ?"),
        (1, "5 ? 9", "5 ? ?"),
    ],
)
def test_the_year_to_date_needs_every_period_since_the_year_began(
    first: int, given: str, expected: str
) -> None:
    history = History(BUILD)

    assert ann(history, history.year_to_date(A), readings(given, first)) == answers(expected)


def test_a_new_year_begins_with_a_new_sum() -> None:
    history = History(BUILD)
    months = {"2025-11": {"a": "5"}, "2025-12": {"a": "7"}, "2026-01": {"a": "1"}, "2026-02": {"a": "2"}}

    assert ann(history, history.year_to_date(A), months) == answers("? ? 1 3")


def test_a_gap_in_january_leaves_the_whole_year_unknown() -> None:
    history = History(BUILD)
    months = {"2025-12": {"a": "7"}, "2026-02": {"a": "2"}, "2026-03": {"a": "3"}}

    assert ann(history, history.year_to_date(A), months) == answers("? ? ?")


@pytest.mark.parametrize(
    ("count", "given", "expected"),
    [
        (1, "5 7 ? 9", "5 7 ? 9"),
        (2, "5 7 9", "? 12 16"),
        (3, "1 2 3 4", "? ? 6 9"),
        # The gap, or the unknown value, has to leave the window first.
        (3, "1 2 - 4 5 6 7", "? ? ? ? 15 18"),
        (3, "1 2 ? 4 5 6 7", "? ? ? ? ? 15 18"),
    ],
)
def test_a_rolling_sum_is_unknown_until_its_window_is_full(count: int, given: str, expected: str) -> None:
    history = History(BUILD)

    assert ann(history, history.rolling(A, count), readings(given)) == answers(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # 1 is where the condition, at least 1, holds.
        ("1 1 1", "1 2 3"),
        ("1 0 1 1", "1 0 1 2"),
        ("0 1", "0 1"),
        # After a gap or an unknown it is only known again where the condition is false.
        ("1 - 1 1 0 1", "1 ? ? 0 1"),
        ("1 ? 1 0 1", "1 ? ? 0 1"),
        ("1 - 0 1", "1 0 1"),
    ],
)
def test_a_streak_counts_the_periods_in_a_row(given: str, expected: str) -> None:
    history = History(BUILD)
    streak = history.streak(BUILD.compare(">=", A, BUILD.constant(1)))

    assert ann(history, streak, readings(given)) == answers(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("2 5 4 4", "? 3 0 0"), ("2 ? 4", "? ? ?"), ("2 - 4 5", "? ? 1"), ("-3 -1", "? 2")],
)
def test_a_rise_is_the_positive_change_since_the_period_before(given: str, expected: str) -> None:
    history = History(BUILD)

    assert ann(history, history.rise(A), readings(given)) == answers(expected)


# --- Windows of the calendar


QUARTER = Cadence.QUARTER


@pytest.mark.parametrize(
    ("first", "given", "expected"),
    [
        # April opens the second quarter with a sum of its own.
        (1, "5 7 9 1 2", "5 12 21 1 3"),
        # Who begins in February has no January, and the first quarter stays unknown.
        (2, "7 9 1 2", "? ? 1 3"),
        (1, "5 - 9 1", "5 ? 1"),
        (1, "5 ? 9 1", "5 ? ? 1"),
    ],
)
def test_a_sum_since_the_start_of_the_quarter_needs_each_of_its_months(
    first: int, given: str, expected: str
) -> None:
    history = History(BUILD)

    assert ann(history, history.sum_since_start(A, QUARTER), readings(given, first)) == answers(expected)


@pytest.mark.parametrize(
    ("first", "given", "expected"),
    [
        (1, "5 7 9 1 2", "5 12 21 1 3"),
        (2, "7 9 1 2", "7 16 1 3"),
        # February is a gap and left out; a snapshot with an unknown value is not a missing one.
        (1, "5 - 9 1", "5 14 1"),
        (1, "5 ? 9 1", "5 ? ? 1"),
        # April, which opens the second quarter, is missing: the first one has gone all the same.
        (1, "5 7 9 - 2 3", "5 12 21 2 5"),
        (1, "5 - - - 2 3", "5 2 5"),
    ],
)
def test_a_sum_that_skips_what_is_missing_goes_over_the_months_that_are_there(
    first: int, given: str, expected: str
) -> None:
    history = History(BUILD)
    total = history.sum_since_start(A, QUARTER, skips_missing=True)

    assert ann(history, total, readings(given, first)) == answers(expected)


def test_the_most_and_the_least_of_a_quarter_begin_anew_with_it() -> None:
    history = History(BUILD)
    months = readings("5 7 2 -3 -1")

    assert ann(history, history.most_since_start(A, QUARTER), months) == answers("5 7 7 -3 -1")
    assert ann(history, history.least_since_start(A, QUARTER), months) == answers("5 5 2 -3 -3")
    of_present = history.most_since_start(A, QUARTER, skips_missing=True)
    assert ann(history, of_present, readings("5 - 2 - -1")) == answers("5 5 -1")


def test_the_history_of_quarters_moves_on_when_one_ends() -> None:
    months = History(BUILD)
    quarters = months.over(QUARTER)
    total = months.sum_since_start(A, QUARTER)
    before = quarters.previous(total)
    of_the_year = quarters.year_to_date(total)

    # 1 + 2 + 3 = 6, 4 + 5 + 6 = 15, 7 + 8 + 9 = 24
    given = readings("1 2 3 4 5 6 7 8 9")
    assert ann(months, before, given)[2::3] == answers("? 6 15")
    # The year's sum is asked for in the last month of a quarter: 6, 6 + 15 = 21, 21 + 24 = 45.
    assert ann(months, of_the_year, given)[2::3] == answers("6 21 45")
    # In between it finds what the quarter before has left.
    assert ann(months, before, given)[3:5] == answers("6 6")
    # The second quarter ends without a snapshot: nothing is known of it.
    assert ann(months, before, readings("1 2 3 4 5 - 7 8 9"))[-1:] == answers("?")
    assert months.states is quarters.states


# --- Events


def events(text: str) -> dict[Period, dict[str, dict[str, Value]]]:
    """Events of Ann, as `03-08T09:30=5`, in 2026."""
    found = [each.split("=") for each in text.split()]
    return {parse_period(f"2026-{at}", Cadence.EVENT): {"ann": {"a": F(value)}} for at, value in found}


def test_the_history_of_events_is_the_agents_events_one_after_the_other() -> None:
    history = History(BUILD, Cadence.EVENT)
    asked = {
        "before": history.previous(A),
        "month": history.sum_since_start(A, Cadence.MONTH),
        "year": history.year_to_date(A),
        "opens": history.opens(Cadence.MONTH),
    }
    given = events("02-27=1 03-08T09:30=2 03-08T14:05=3 03-20=4 05-01=5")
    found = [agents["ann"] for agents in evaluate(Program(asked, history.states), given).values()]

    assert [row["before"] for row in found] == answers("? 1 2 3 4")
    # Two events of one day are two; no day between them is missing.
    assert [row["month"] for row in found] == answers("1 2 5 9 5")
    assert [row["year"] for row in found] == answers("1 3 6 10 15")
    assert [row["opens"] for row in found] == [True, True, False, False, True]
