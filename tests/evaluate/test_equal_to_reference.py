"""The central test: on random programs and populations the evaluator equals the reference exactly."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.evaluate import reference
from incentive_engine.evaluate.periods import Evaluator, RowValues
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.nodes import Program, in_order
from tests.support.draws import draws
from tests.support.programs import Example, examples, exposed, scaled


def evaluated(program: Program, example: Example) -> list[RowValues]:
    evaluator = Evaluator(program)
    found = evaluator.evaluate(scaled(program, example.rows, evaluator.input_names))
    return [row for agents in found.values() for row in agents.values()]


@settings(max_examples=draws(70), deadline=None)
@given(examples())
def test_every_node_of_every_program_has_the_value_that_the_reference_gives(example: Example) -> None:
    assert_equal_to_reference(example)


@settings(max_examples=draws(50), deadline=None)
@given(examples(peers=False))
def test_every_node_of_every_program_without_peers_has_it_too(example: Example) -> None:
    # Most of these look back over periods.
    assert_equal_to_reference(example)


def assert_equal_to_reference(example: Example) -> None:
    program = example.recipe.build()
    nodes = in_order(program.roots())

    found = evaluated(program, example)

    expected = [
        row
        for agents in reference.evaluate(exposed(program), example.rows).values()
        for row in agents.values()
    ]
    for row, values in zip(found, expected, strict=True):
        assert {str(place): row.value(node) for place, node in enumerate(nodes)} == values
        # 1 == True, so the types are compared as well.
        assert [type(row.value(node)) for node in nodes] == [
            type(values[str(place)]) for place in range(len(nodes))
        ]


@settings(max_examples=draws(50), deadline=None)
@given(examples())
def test_every_result_is_the_value_of_its_node_exactly_and_scaled(example: Example) -> None:
    program = example.recipe.build()

    for row in evaluated(program, example):
        for name, node in program.results.items():
            numerator, denominator = row.scaled(name)
            value = row.value(node)
            assert row.result(name) == value
            assert value == (numerator if numerator is None else Fraction(numerator, denominator))


@settings(max_examples=draws(50), deadline=None)
@given(examples(peers=False, history=False))
def test_one_agent_alone_has_the_values_that_it_has_among_others(example: Example) -> None:
    program = example.recipe.build()
    evaluator = Evaluator(program)
    rows = scaled(program, example.rows, evaluator.input_names)

    together = evaluator.evaluate(rows)

    for period, agents in rows.items():
        for agent, row in agents.items():
            alone = evaluator.evaluate_one(period, row)
            assert [alone.result(name) for name in program.results] == [
                together[period][agent].result(name) for name in program.results
            ]


def integers(row: RowValues, program: Program) -> dict[int, int | None]:
    """Return the integer of every node's value, by place."""
    instructions = row.bound.lowered.instructions
    found: dict[int, int | None] = {}
    for node in in_order(program.roots()):
        value, place = row.value(node), row.place(node)
        found[place] = None if value is None else int(value * instructions[place].denominator)
    return found


@settings(max_examples=draws(35), deadline=None)
@given(examples())
def test_on_points_every_interval_is_the_point(example: Example) -> None:
    program = example.recipe.build()

    for row in evaluated(program, example):
        given_points = {place: Interval.of(value) for place, value in row.bound.from_outside.items()}
        intervals = bounds(row.bound.lowered, given_points)
        for place, value in integers(row, program).items():
            assert intervals[place] == Interval.of(value)


@settings(max_examples=draws(35), deadline=None)
@given(examples(), st.data())
def test_no_value_leaves_its_interval(example: Example, data: st.DataObject) -> None:
    program = example.recipe.build()
    by_program: dict[int, list[RowValues]] = {}
    for row in evaluated(program, example):
        by_program.setdefault(id(row.bound.lowered), []).append(row)

    for rows in by_program.values():
        wide: dict[int, Interval] = {}
        for place in rows[0].bound.from_outside:
            values = [row.bound.from_outside[place] for row in rows]
            wide[place] = data.draw(intervals_around(values))
        intervals = bounds(rows[0].bound.lowered, wide)
        for row in rows:
            for place, value in integers(row, program).items():
                assert within(value, intervals[place])


@st.composite
def intervals_around(draw: st.DrawFn, values: list[int | None]) -> Interval:
    """An interval that some values lie in: as narrow as can be, wider, or open."""
    known = [int(value) for value in values if value is not None]
    may_be_unknown = None in values
    if not known:
        return Interval.of(None)
    if all(isinstance(value, bool) for value in values if value is not None):
        return Interval(min(known), max(known), may_be_unknown)
    low = draw(st.sampled_from([min(known), min(known) - 2, None]))
    high = draw(st.sampled_from([max(known), max(known) + 2, None]))
    return Interval(low, high, may_be_unknown)


def within(value: int | None, interval: Interval) -> bool:
    if value is None:
        return interval.may_be_unknown
    above = interval.low is None or interval.low <= value
    return interval.may_be_known and above and (interval.high is None or value <= interval.high)
