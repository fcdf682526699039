"""The central test of the columns: on random programs and populations they equal reference and evaluator."""

from __future__ import annotations

import random
from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.evaluate import reference
from incentive_engine.evaluate.columns.evaluator import AGENT, ColumnEvaluator, Found
from incentive_engine.evaluate.periods import Evaluator
from incentive_engine.evaluate.reference import Value
from incentive_engine.graph.nodes import Flag, Program, in_order
from incentive_engine.ruleset.period import Period
from tests.support.draws import draws
from tests.support.programs import Example, ScaledRows, examples, exposed, scaled


def frames(program: Program, rows: ScaledRows, input_names: tuple[str, ...]) -> dict[Period, pl.DataFrame]:
    """A frame for each period, with the rows of the agents in an order of their own."""
    flags = {node.name for node in in_order(program.roots()) if isinstance(node, Flag)}
    schema = {name: pl.Boolean() if name in flags else pl.Int64() for name in input_names}
    found = {}
    for period, agents in rows.items():
        shuffled = list(agents.items())
        random.Random(str(period)).shuffle(shuffled)  # noqa: S311 -- not for keeping anything secret
        cells = [(agent, *row) for agent, row in shuffled]
        found[period] = pl.DataFrame(cells, schema={AGENT: pl.String(), **schema}, orient="row")
    return found


def read(found: Found, program: Program) -> dict[str, dict[str, Value]]:
    """The values by agent and name, as exact numbers."""
    nodes = {str(place): node for place, node in enumerate(in_order(program.roots()))}

    def value(name: str, cell: int | None) -> Value:
        if cell is None:
            return None
        # 1 == True, so the types are held as well.
        assert isinstance(cell, bool) == nodes[name].boolean
        return cell if isinstance(cell, bool) else Fraction(cell, found.denominators[name])

    names = [name for name in found.frame.columns if name != AGENT]
    cells = {name: found.frame[name].to_list() for name in names}
    return {
        agent: {name: value(name, cells[name][number]) for name in names}
        for number, agent in enumerate(found.frame[AGENT].to_list())
    }


def assert_equal(example: Example) -> None:
    program = example.recipe.build()
    wanted = {str(place): node for place, node in enumerate(in_order(program.roots()))}
    evaluator = ColumnEvaluator(program)
    rows = scaled(program, example.rows, evaluator.input_names)

    found = evaluator.evaluate(frames(program, rows, evaluator.input_names), wanted)

    expected = reference.evaluate(exposed(program), example.rows)
    assert {period: read(values, program) for period, values in found.items()} == expected


@settings(max_examples=draws(60), deadline=None)
@given(examples(peers=False, history=False))
def test_every_node_of_every_program_about_one_agent_has_the_value_that_the_reference_gives(
    example: Example,
) -> None:
    assert_equal(example)


@settings(max_examples=draws(60), deadline=None)
@given(examples())
def test_every_node_of_every_program_with_peers_and_history_has_it_too(example: Example) -> None:
    assert_equal(example)


@settings(max_examples=draws(50), deadline=None)
@given(examples(history=False, most=8))
def test_every_node_of_short_programs_with_peers_has_it_too(example: Example) -> None:
    assert_equal(example)


@settings(max_examples=draws(25), deadline=None)
@given(examples(most=30), st.data())
def test_asking_for_some_values_gives_what_asking_for_all_gives(
    example: Example, data: st.DataObject
) -> None:
    program = example.recipe.build()
    nodes = in_order(program.roots())
    places = data.draw(st.lists(st.integers(0, len(nodes) - 1), min_size=1, max_size=3, unique=True))
    evaluator = ColumnEvaluator(program)
    rows = scaled(program, example.rows, evaluator.input_names)

    found = evaluator.evaluate(
        frames(program, rows, evaluator.input_names), {str(place): nodes[place] for place in places}
    )

    expected = Evaluator(program).evaluate(rows)
    for period, values in found.items():
        for agent, by_name in read(values, program).items():
            row = expected[period][agent]
            assert by_name == {str(place): row.value(nodes[place]) for place in places}
