"""What agents carry is the same in columns and one by one, whoever is away and however large it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import polars as pl
import pytest

from incentive_engine.evaluate.columns.evaluator import AGENT, ColumnEvaluator
from incentive_engine.evaluate.periods import Evaluator
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node, Program
from tests.support.written import month

Earned = Mapping[str, Mapping[str, int]]


def assert_same(program: Program, wanted: Mapping[str, Node], rows: Earned) -> dict[str, list[object]]:
    """Return the values of each agent over the months, which both evaluators give."""
    one_by_one = Evaluator(program)
    expected = one_by_one.evaluate(
        {month(text): {agent: (earned,) for agent, earned in agents.items()} for text, agents in rows.items()}
    )
    # The agents come in another order than that of their ids.
    frames = {
        month(text): pl.DataFrame({AGENT: list(agents)[::-1], "earned": list(agents.values())[::-1]})
        for text, agents in rows.items()
    }
    found = ColumnEvaluator(program).evaluate(frames, wanted)
    values: dict[str, list[object]] = {}
    for period, columns in found.items():
        for row in columns.frame.to_dicts():
            for name, node in wanted.items():
                value = row[name]
                known = (
                    value if value is None or node.boolean else Fraction(value, columns.denominators[name])
                )
                assert known == expected[period][row[AGENT]].result(name), (period, row)
                values.setdefault(row[AGENT], []).append(known)
    return values


def balance(growth: Fraction) -> tuple[Program, dict[str, Node]]:
    """What an agent has earned, times the growth in each month; a half of it is lost in a month away."""
    build = Builder()
    history = History(build)
    earned = build.input("earned")
    held = history.keep(
        "balance",
        build.constant(0),
        lambda held: build.choose(
            build.present(),
            build.multiply(build.constant(growth), build.add(held, earned)),
            build.multiply(build.constant(Fraction(1, 2)), held),
        ),
    )
    before = history.previous(earned)
    wanted = {"held": held, "before": before}
    return Program(wanted, history.states), wanted


ROWS = {
    "2026-01": {"ann": 8, "bob": 4, "cal": 1},
    "2026-02": {"cal": 2, "ann": 1, "dan": 3},
    "2026-03": {"bob": 2, "ann": 1, "dan": 1},
    "2026-06": {"ann": 5, "eve": 1, "bob": 1},
    "2026-07": {"ann": 1, "bob": 1, "cal": 7},
}


def test_agents_may_be_away_for_a_month_all_may_be_away_and_new_ones_may_come() -> None:
    values = assert_same(*balance(Fraction(1)), ROWS)

    # Ann has 8, then 9, 10, a half of a half of it in April and May, and 5 more in June: 7.5.
    assert values["ann"][::2] == [0, 8, 9, Fraction(5, 2), Fraction(15, 2)]
    # Bob was away in February: a half of 4, and 2 in March; a quarter of 4 in June.
    assert values["bob"][::2] == [0, 2, 1, 2]


@pytest.mark.parametrize("exponent", [9, 13, 18, 19, 30])
def test_what_becomes_too_large_for_any_column_is_carried_all_the_same(exponent: int) -> None:
    assert_same(*balance(Fraction(10**exponent)), ROWS)


def test_where_denominators_grow_all_that_is_carried_grows_with_them() -> None:
    assert_same(*balance(Fraction(1, 3**20)), ROWS)


@pytest.mark.parametrize("parts", [3, 10**30])
def test_what_is_left_is_brought_to_the_denominator_of_the_beginning(parts: int) -> None:
    build = Builder()
    history = History(build)
    latest = history.keep("latest", build.constant(Fraction(1, parts)), lambda _: build.input("earned"))
    rows = {
        text: {agent: 10**10 * earned for agent, earned in agents.items()} for text, agents in ROWS.items()
    }

    values = assert_same(Program({"latest": latest}, history.states), {"latest": latest}, rows)

    assert values["cal"][:2] == [Fraction(1, parts), 10**10]
    assert values["dan"] == [Fraction(1, parts), 3 * 10**10]


def test_a_row_that_is_computed_alone_takes_what_it_carries_along() -> None:
    build = Builder()
    history = History(build)
    earned = build.input("earned")
    before = history.previous(earned)
    cube = build.multiply(earned, earned, earned)
    wanted = {"before": before, "cube": cube}
    # (10^15)^3 has 150 bits; the others stay in columns.
    rows = {
        "2026-01": {"ann": 5, "bob": 7},
        "2026-02": {"ann": 10**15, "bob": 2},
        "2026-03": {"bob": 1, "ann": 1},
    }

    values = assert_same(Program(wanted, history.states), wanted, rows)

    assert values["ann"] == [None, 125, 5, 10**45, 10**15, 1]
