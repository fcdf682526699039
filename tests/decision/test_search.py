"""The nearest value that reaches a goal is the one that trying every value finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.decision.nearest import reached_by
from incentive_engine.decision.rivals import Rivals
from incentive_engine.decision.search import Cone, Found, Verdict, cone, nearest_value
from incentive_engine.evaluate.periods import Evaluator, RowValues
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Flag, Input, Node, Program, in_order
from tests.support.draws import draws
from tests.support.programs import Example, examples, scaled
from tests.support.written import JANUARY

AROUND = 12  # How many steps of the grid to either side every value is tried.
ENOUGH = 10_000


def present_values(values: RowValues) -> list[Interval]:
    points = {place: Interval.of(value) for place, value in values.bound.from_outside.items()}
    return bounds(values.bound.lowered, points)


def cone_of(values: RowValues, goal: Node, name: str) -> Cone | None:
    lowered, beside = values.bound.lowered, values.beside
    over_peers = Rivals(beside).result if beside else None
    return cone(lowered, present_values(values), values.place(goal), lowered.inputs[name], over_peers)


def verdict_on(values: RowValues, goal: Node) -> Verdict | None:
    return reached_by(present_values(values)[values.place(goal)], boolean=goal.boolean)


def by_distance(present: int, lowest: int, highest: int) -> Iterator[int]:
    """Yield the other values of a range, the nearest first and of two equally near ones the greater first."""
    yield from sorted(
        (value for value in range(lowest, highest + 1) if value != present),
        key=lambda value: (abs(value - present), -value),
    )


def tried_one_by_one(values: RowValues, goal: Node, name: str, candidates: Iterator[int]) -> int | None:
    """Return the first value with which an evaluation of the changed row reaches the goal."""
    is_flag = values.bound.lowered.instructions[values.bound.lowered.inputs[name]].boolean
    now = values.value(goal)
    for value in candidates:
        then = values.changed(name, bool(value) if is_flag else value).value(goal)
        if then is True or (not goal.boolean and then is not None and now is not None and then > now):
            return value
    return None


@settings(max_examples=draws(45))
@given(examples(most=12), st.data())
def test_on_random_programs_the_search_finds_what_trying_every_value_finds(
    example: Example, data: st.DataObject
) -> None:
    program = example.recipe.build()
    evaluator = Evaluator(program)
    evaluated = evaluator.evaluate(scaled(program, example.rows, evaluator.input_names))
    rows = [values for agents in evaluated.values() for values in agents.values()]
    values = data.draw(st.sampled_from(rows), label="row")
    goal = data.draw(st.sampled_from(list(program.results.values())), label="goal")
    inputs = {node.name: node for node in in_order(program.roots()) if isinstance(node, Input | Flag)}
    known = {name: values.bound.from_outside[place] for name, place in values.bound.lowered.inputs.items()}
    changeable = {name: int(value) for name, value in known.items() if value is not None}
    verdict = verdict_on(values, goal)
    for name, present in changeable.items():
        lowest, highest = (present - AROUND, present + AROUND) if isinstance(inputs[name], Input) else (0, 1)
        expected = None
        if verdict is not None:
            expected = tried_one_by_one(values, goal, name, by_distance(present, lowest, highest))

        between = cone_of(values, goal, name)

        if between is None:
            assert expected is None or values.value(goal) is True
        elif verdict is not None:
            found = nearest_value(between, present, lowest, highest, verdict, ENOUGH)
            assert found == Found(expected, proven=True)


@settings(max_examples=draws(35))
@given(examples(history=False, most=10), st.data())
def test_a_changed_row_beside_its_peers_is_worth_what_the_whole_population_evaluated_again_says(
    example: Example, data: st.DataObject
) -> None:
    program = example.recipe.build()
    evaluator = Evaluator(program)
    rows = scaled(program, example.rows, evaluator.input_names)
    period = data.draw(st.sampled_from(sorted(rows)))
    agent = data.draw(st.sampled_from(sorted(rows[period])))
    values = evaluator.evaluate(rows)[period][agent]
    # A result over peers that reads another one of theirs would change for them as well.
    if not values.bound.lowered.inputs or any(peer.stage for peer in values.bound.lowered.peers):
        return
    name = data.draw(st.sampled_from(sorted(values.bound.lowered.inputs)))
    is_flag = values.bound.lowered.instructions[values.bound.lowered.inputs[name]].boolean
    other = data.draw(st.booleans() if is_flag else st.integers(-3, 300))

    changed = values.changed(name, other)

    place = evaluator.input_names.index(name)
    row = rows[period][agent]
    again = {**rows[period], agent: (*row[:place], other, *row[place + 1 :])}
    expected = evaluator.evaluate({**rows, period: again})[period][agent]
    nodes = in_order(program.results.values())
    assert [changed.value(node) for node in nodes] == [expected.value(node) for node in nodes]


# --- By hand


def steps() -> tuple[Builder, Node]:
    build = Builder()
    return build, build.input("metric", places=0)


def searched(
    goal: Node, present: int, most_looks: int = ENOUGH, lowest: int = 0, highest: int = 10**6
) -> Found:
    evaluator = Evaluator(Program({"goal": goal}))
    values = evaluator.evaluate_one(JANUARY, (present,))
    between, verdict = cone_of(values, goal, "metric"), verdict_on(values, goal)
    assert between is not None
    assert verdict is not None
    return nearest_value(between, present, lowest, highest, verdict, most_looks)


@pytest.mark.parametrize(("present", "nearest"), [(0, 400), (450_199, 400), (450_201, 900_000)])
def test_a_goal_that_a_middle_range_misses_is_reached_on_the_nearer_side(present: int, nearest: int) -> None:
    # Reached at 400 and from 900,000 on, whose middle is 450,200: neither more nor less is always better.
    build, metric = steps()
    goal = build.any_of(
        build.compare("==", metric, build.constant(400)), build.compare(">=", metric, build.constant(900_000))
    )

    assert searched(goal, present) == Found(nearest, proven=True)


def test_of_two_values_equally_near_the_greater_one_is_taken() -> None:
    build, metric = steps()
    goal = build.any_of(
        build.compare("==", metric, build.constant(90)), build.compare("==", metric, build.constant(110))
    )

    assert searched(goal, 100) == Found(110, proven=True)


def test_a_goal_out_of_range_is_proven_to_be_out_of_reach_in_two_looks() -> None:
    # One look up and one look down.
    build, metric = steps()

    assert searched(build.compare(">", metric, build.constant(10**6)), 5, most_looks=2) == Found(
        None, proven=True
    )


def test_at_the_end_of_the_range_nothing_lies_further_out() -> None:
    build, metric = steps()

    assert searched(build.compare(">", metric, build.constant(9)), 9, highest=9) == Found(None, proven=True)


def test_a_search_that_ends_before_it_is_complete_does_not_claim_that_there_is_nothing() -> None:
    build, metric = steps()

    found = searched(build.compare("==", metric, build.constant(777)), 5, most_looks=3)

    assert found == Found(None, proven=False)


def test_a_far_goal_is_found_in_a_few_dozen_looks() -> None:
    # 10**6 is about 2**20: some 20 halvings to come near, and as many to come to the value itself.
    build, metric = steps()

    assert searched(build.compare(">=", metric, build.constant(777_777)), 0, most_looks=45).value == 777_777


def test_more_than_nobody_knows_is_no_goal() -> None:
    assert reached_by(Interval.of(None), boolean=False) is None
