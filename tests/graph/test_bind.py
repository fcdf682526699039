"""Binding a program to a period."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings

from incentive_engine.evaluate.reference import evaluate
from incentive_engine.graph.bind import bind
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Inverse, PeriodNumber, PeriodTruth, Program, in_order
from incentive_engine.ruleset.period import Cadence, DateRange, Season, parse_period
from tests.support.draws import draws
from tests.support.plain import PlainBuilder
from tests.support.programs import Example, examples, exposed
from tests.support.written import F, month

BUILD = Builder()
A = BUILD.input("a", places=2)
CALENDAR = (PeriodTruth, PeriodNumber, Inverse)


def test_a_dated_parameter_becomes_the_value_of_its_period() -> None:
    first_quarter = BUILD.period_truth(DateRange(date(2026, 1, 1), date(2026, 3, 31)))
    target = BUILD.choose(first_quarter, BUILD.constant(F("0.85")), BUILD.constant(F("0.87")))
    program = Program({"reached": BUILD.compare(">=", A, target)})

    for text, expected in (("2026-03", "0.85"), ("2026-04", "0.87")):
        bound = bind(program, month(text), BUILD)
        assert bound.program.results["reached"] is BUILD.compare(">=", A, BUILD.constant(F(expected)))
        assert bound.nodes[target] is BUILD.constant(F(expected))


def test_the_numbers_of_a_period_are_its_days() -> None:
    numbers = [BUILD.period_number(quantity) for quantity in ("start", "end", "days")]
    program = Program({str(place): number for place, number in enumerate(numbers)})

    bound = bind(program, parse_period("2026-Q1", Cadence.QUARTER), BUILD)

    # 739617 is 1 January 2026; the quarter has 31 + 28 + 31 = 90 days.
    expected = [BUILD.constant(739617), BUILD.constant(739617 + 89), BUILD.constant(90)]
    assert list(bound.program.results.values()) == expected


def test_a_division_by_what_varies_by_an_attribute_becomes_a_product_with_constants() -> None:
    level = BUILD.input("level")
    target = BUILD.pick(level, [BUILD.constant(8), BUILD.period_number("days"), BUILD.constant(0)], first=0)
    program = Program({"share": BUILD.multiply(A, BUILD.inverse(target))})

    bound = bind(program, month("2026-02"), BUILD)

    inverses = [BUILD.constant(F(1, 8)), BUILD.constant(F(1, 28)), BUILD.unknown()]
    assert bound.program.results["share"] is BUILD.multiply(A, BUILD.pick(level, inverses, first=0))


def test_states_and_watched_nodes_are_bound_as_results_are() -> None:
    in_season = BUILD.period_truth(Season((11, 1), (11, 30)))
    carried = BUILD.carried("seasons", BUILD.constant(0))
    watched = BUILD.choose(in_season, A, BUILD.constant(7))
    program = Program({}, {"seasons": BUILD.choose(in_season, BUILD.add(carried, A), carried)})

    bound = bind(program, month("2026-10"), BUILD, watched=[watched])

    assert bound.program.states == {"seasons": carried}
    assert bound.nodes[watched] is BUILD.constant(7)


def test_two_periods_with_the_same_parameters_are_bound_to_the_same_nodes() -> None:
    year = BUILD.period_truth(DateRange(date(2026, 1, 1), date(2026, 12, 31)))
    program = Program({"pay": BUILD.choose(year, BUILD.multiply(A, BUILD.constant(3)), A)})

    january, february = (bind(program, month(text), BUILD).program for text in ("2026-01", "2026-02"))

    assert january.results["pay"] is february.results["pay"]


def test_another_builder_makes_all_the_nodes_anew() -> None:
    other = Builder()
    program = Program({"both": BUILD.all_of(BUILD.period_truth(DateRange()), BUILD.flag("p"))})

    assert bind(program, month("2026-01"), other).program.results["both"] is other.flag("p")


@settings(max_examples=draws(30))
@given(examples())
def test_binding_changes_no_value(example: Example) -> None:
    program = exposed(example.recipe.build(PlainBuilder()))
    for period, agents in example.rows.items():
        bound = bind(program, period, Builder())

        assert evaluate(bound.program, {period: agents}) == evaluate(program, {period: agents})


@settings(max_examples=draws(30))
@given(examples())
def test_nothing_that_is_bound_reads_the_calendar(example: Example) -> None:
    for build in (PlainBuilder(), Builder()):
        program = example.recipe.build(build)
        for period in example.rows:
            bound = bind(program, period, Builder())
            assert not [node for node in in_order(bound.program.roots()) if isinstance(node, CALENDAR)]
            assert set(bound.nodes) == set(in_order(program.roots()))


@settings(max_examples=draws(30))
@given(examples())
def test_what_is_bound_already_is_bound_to_itself(example: Example) -> None:
    build = Builder()
    program = example.recipe.build(PlainBuilder())
    for period in example.rows:
        once = bind(program, period, build).program
        twice = bind(once, period, build)

        assert twice.program == once
        assert all(node is bound for node, bound in twice.nodes.items())
