"""The builder: one object for one meaning, and constants folded where that changes no value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings

from incentive_engine.evaluate.reference import evaluate
from incentive_engine.graph.builder import Builder, has_exact_inverse, period_constant
from incentive_engine.graph.nodes import (
    Band,
    Choose,
    Default,
    Inverse,
    Known,
    Least,
    Node,
    Product,
    Program,
    Quotient,
    Round,
    Sum,
    arguments,
    in_order,
)
from incentive_engine.graph.rounding import Rounding
from incentive_engine.ruleset.period import DateRange
from tests.support.draws import draws
from tests.support.plain import PlainBuilder
from tests.support.programs import Example, examples
from tests.support.written import F, by_month

BUILD = Builder()
A, B, C = (BUILD.input(name, places=2) for name in "abc")
P, Q = BUILD.flag("p"), BUILD.flag("q")
ZERO, ONE, TWO, HALF = (BUILD.constant(F(text)) for text in ("0", "1", "2", "0.5"))
UNKNOWN, UNKNOWN_TRUTH = BUILD.unknown(), BUILD.unknown(boolean=True)
TRUE, FALSE = BUILD.true, BUILD.false
IN_2026 = BUILD.period_truth(DateRange(date(2026, 1, 1), date(2026, 12, 31)))
DAYS = BUILD.period_number("days")


# --- One object for one meaning


def everything(build: Builder) -> list[Node]:
    """One node of every form."""
    a, p, days = build.input("a", places=2), build.flag("p"), build.period_number("days")
    return [
        a,
        p,
        days,
        build.constant(3),
        build.truth(value=True),
        build.unknown(),
        build.unknown(boolean=True),
        build.period_truth(DateRange(date(2026, 1, 1))),
        build.present(),
        build.carried("slot", build.constant(0)),
        build.add(a, days),
        build.multiply(a, days),
        build.inverse(days),
        build.quotient(days, a, 2),
        build.round(a, 0),
        build.least(a, days),
        build.greatest(a, days),
        build.compare("<", a, days),
        build.all_of(p, build.present()),
        build.any_of(p, build.present()),
        build.opposite(p),
        build.known(a),
        build.default(a, days),
        build.choose(p, a, days),
        build.band(a, [days], includes_limit=True),
        build.pick(a, [a, days]),
        build.weighted_mean([a, days], [days, days], skip_unknown=True, places=2),
        build.over_peers("sum", a, within=[days]),
        build.ahead([a], [True], units=[days]),
        build.apportion(days, a, places=2),
    ]


def test_the_same_meaning_is_the_same_object() -> None:
    build = Builder()
    once, again = everything(build), everything(build)

    assert all(first is second for first, second in zip(once, again, strict=True))
    assert len(set(once)) == len(once)


def test_any_difference_makes_another_node() -> None:
    build = BUILD
    different = [
        build.input("a", places=2),
        build.input("a", places=1),
        build.input("a", places=2, lowest=F(0)),
        build.input("a", places=2, highest=F(0)),
        build.input("a", places=2, optional=False),
        build.flag("a"),
        build.flag("a", optional=False),
        build.constant(1),
        build.truth(value=True),
        build.round(build.multiply(A, B), 0),
        build.round(build.multiply(A, B), 0, Rounding.DOWN),
        build.round(build.multiply(A, B), 1),
        build.band(A, [ONE], includes_limit=True),
        build.band(A, [ONE], includes_limit=False),
        build.pick(A, [B, C], first=0),
        build.pick(A, [B, C], first=1),
    ]

    assert len(set(different)) == len(different)


def test_two_builders_make_two_objects() -> None:
    assert Builder().constant(1) is not Builder().constant(1)


# --- Arithmetic


def test_the_constants_of_a_sum_are_added_up() -> None:
    assert BUILD.add(ONE, A, TWO) is BUILD.add(A, BUILD.constant(3))
    assert BUILD.add(ONE, BUILD.constant(-1), A) is A
    assert BUILD.add(ONE, TWO) is BUILD.constant(3)
    assert BUILD.add() is ZERO
    assert BUILD.subtract(A, ONE) is BUILD.add(A, BUILD.constant(-1))
    assert BUILD.subtract(TWO, ONE) is ONE


def test_sums_and_products_within_their_like_are_flat() -> None:
    assert BUILD.add(BUILD.add(A, B), C) is BUILD.add(A, BUILD.add(B, C))
    assert BUILD.multiply(BUILD.multiply(A, TWO), BUILD.multiply(B, HALF)) is BUILD.multiply(A, B)
    assert BUILD.negative(BUILD.negative(A)) is A


def test_the_constants_of_a_product_are_multiplied() -> None:
    assert BUILD.multiply(TWO, A, HALF) is A
    assert BUILD.multiply(TWO, HALF) is ONE
    assert BUILD.multiply() is ONE


def test_zero_times_a_value_stays_because_the_value_may_be_unknown() -> None:
    product = BUILD.multiply(ZERO, A)

    assert isinstance(product, Product)
    assert product.factors == (ZERO, A)


@pytest.mark.parametrize(
    "made",
    [
        BUILD.add(A, UNKNOWN),
        BUILD.multiply(A, UNKNOWN),
        BUILD.inverse(UNKNOWN),
        BUILD.inverse(ZERO),
        BUILD.quotient(UNKNOWN, A, 2),
        BUILD.quotient(A, UNKNOWN, 2),
        BUILD.quotient(A, ZERO, 2),
        BUILD.round(UNKNOWN, 2),
        BUILD.least(A, UNKNOWN),
        BUILD.greatest(UNKNOWN, A),
        BUILD.choose(UNKNOWN_TRUTH, A, B),
        BUILD.band(UNKNOWN, [ONE], includes_limit=True),
        BUILD.band(A, [ONE, UNKNOWN], includes_limit=True),
        BUILD.pick(UNKNOWN, [A, B]),
        BUILD.pick(ZERO, [A, B]),
        BUILD.pick(BUILD.constant(3), [A, B]),
    ],
)
def test_what_can_never_be_known_is_unknown_at_once(made: Node) -> None:
    assert made is UNKNOWN


@pytest.mark.parametrize(
    "made",
    [
        BUILD.compare("<", A, UNKNOWN),
        BUILD.compare(">=", A, UNKNOWN),
        BUILD.opposite(UNKNOWN_TRUTH),
        BUILD.choose(UNKNOWN_TRUTH, P, Q),
        BUILD.pick(UNKNOWN, [P, Q]),
        BUILD.pick(BUILD.constant(7), [P, Q]),
    ],
)
def test_a_truth_that_can_never_be_known_is_an_unknown_truth(made: Node) -> None:
    assert made is UNKNOWN_TRUTH


def test_division_by_a_constant_multiplies_by_its_inverse() -> None:
    third = BUILD.constant(F(1, 3))

    assert BUILD.inverse(BUILD.constant(3)) is third
    assert BUILD.quotient(A, BUILD.constant(3), 2) is BUILD.round(BUILD.multiply(A, third), 2)
    assert BUILD.quotient(ONE, BUILD.constant(3), 2) is BUILD.constant(F("0.33"))


def test_division_by_a_choice_among_constants_chooses_among_their_inverses() -> None:
    by_attribute = BUILD.choose(P, TWO, BUILD.pick(A, [BUILD.constant(4), ZERO]))

    assert BUILD.inverse(by_attribute) is BUILD.choose(
        P, HALF, BUILD.pick(A, [BUILD.constant(F("0.25")), UNKNOWN])
    )


def test_what_is_constant_in_a_period_has_an_inverse() -> None:
    target = BUILD.add(DAYS, BUILD.choose(IN_2026, ONE, TWO))

    made = BUILD.inverse(target)

    assert isinstance(made, Inverse)
    assert made.divisor is target
    assert period_constant(made)


@pytest.mark.parametrize("divisor", [A, BUILD.add(A, ONE), BUILD.choose(P, A, ONE), BUILD.pick(A, [ONE, B])])
def test_what_a_snapshot_says_has_no_exact_inverse(divisor: Node) -> None:
    assert not has_exact_inverse(divisor)
    assert isinstance(BUILD.quotient(ONE, divisor, 2), Quotient)
    with pytest.raises(ValueError, match="only what is constant in a period"):
        BUILD.inverse(divisor)


@pytest.mark.parametrize(
    "node",
    [A, P, BUILD.present(), BUILD.carried("slot", ZERO), BUILD.over_peers("sum", ONE), BUILD.known(A)],
)
def test_snapshot_history_and_peers_are_not_constant_in_a_period(node: Node) -> None:
    assert not period_constant(node)


def test_what_is_on_the_grid_already_is_not_rounded_again() -> None:
    product = BUILD.multiply(A, B)
    quotient = BUILD.quotient(A, B, 2)
    mean = BUILD.weighted_mean([A], [B], skip_unknown=False, places=2)

    for on_the_grid in (A, BUILD.round(product, 2), quotient, mean):
        assert BUILD.round(on_the_grid, 2) is on_the_grid
        assert BUILD.round(on_the_grid, 3) is on_the_grid
        assert isinstance(BUILD.round(on_the_grid, 1), Round)
    assert isinstance(BUILD.round(product, 2), Round)
    assert BUILD.round(BUILD.constant(F("2.5")), 0, Rounding.HALF_EVEN) is TWO


def test_the_least_and_the_greatest_keep_one_constant_and_each_term_once() -> None:
    assert BUILD.least(TWO, A, ONE) is BUILD.least(A, ONE)
    assert BUILD.greatest(TWO, A, ONE) is BUILD.greatest(A, TWO)
    assert BUILD.least(A, A) is A
    assert BUILD.greatest(ONE, TWO) is TWO
    assert BUILD.least(BUILD.least(A, B), C) is BUILD.least(A, B, C)
    assert isinstance(BUILD.clamp(A, ZERO, ONE), Least)


# --- Truth


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("<", True), ("<=", True), ("==", False), ("!=", True), (">", False), (">=", False)],
)
def test_a_comparison_of_constants_is_known(operator: str, expected: object) -> None:
    comparisons: dict[str, Callable[[Node, Node], Node]] = {
        "<": lambda left, right: BUILD.compare("<", left, right),
        "<=": lambda left, right: BUILD.compare("<=", left, right),
        "==": lambda left, right: BUILD.compare("==", left, right),
        "!=": lambda left, right: BUILD.compare("!=", left, right),
        ">": lambda left, right: BUILD.compare(">", left, right),
        ">=": lambda left, right: BUILD.compare(">=", left, right),
    }

    assert comparisons[operator](ONE, TWO) is (TRUE if expected else FALSE)


def test_above_is_below_the_other_way_round() -> None:
    assert BUILD.compare(">", A, B) is BUILD.compare("<", B, A)
    assert BUILD.compare(">=", A, B) is BUILD.compare("<=", B, A)


def test_a_term_that_decides_nothing_is_left_out_and_one_that_decides_is_all() -> None:
    assert BUILD.all_of(P, TRUE, P) is P
    assert BUILD.all_of(P, FALSE, Q) is FALSE
    assert BUILD.all_of() is TRUE
    assert BUILD.all_of(BUILD.all_of(P, Q), P) is BUILD.all_of(P, Q)
    assert BUILD.any_of(P, FALSE, P) is P
    assert BUILD.any_of(P, TRUE, Q) is TRUE
    assert BUILD.any_of() is FALSE
    assert BUILD.any_of(BUILD.any_of(P, Q), P) is BUILD.any_of(P, Q)


def test_an_unknown_term_stays_because_another_may_decide() -> None:
    assert arguments(BUILD.all_of(P, UNKNOWN_TRUTH)) == (P, UNKNOWN_TRUTH)
    assert arguments(BUILD.any_of(P, UNKNOWN_TRUTH)) == (P, UNKNOWN_TRUTH)


def test_the_opposite_of_the_opposite_is_the_term() -> None:
    assert BUILD.opposite(BUILD.opposite(P)) is P
    assert BUILD.opposite(TRUE) is FALSE


def test_it_is_known_that_a_constant_is_known_and_an_unknown_is_not() -> None:
    for known in (ONE, TRUE, DAYS, IN_2026, BUILD.present(), BUILD.known(A)):
        assert BUILD.known(known) is TRUE
    assert BUILD.known(UNKNOWN) is FALSE
    assert isinstance(BUILD.known(A), Known)


def test_an_input_that_every_snapshot_has_is_unknown_in_a_gap_all_the_same() -> None:
    required = BUILD.input("a", optional=False)
    left = BUILD.carried("last", UNKNOWN)
    program = Program({"it": left}, {"last": BUILD.default(required, BUILD.constant(-1))})
    months = {"2026-01": {"ann": {"a": "5"}}, "2026-03": {"ann": {"a": "7"}}}

    # In March the slot holds what February left, in which there was no snapshot.
    assert by_month(program, "ann", months) == {"2026-01": None, "2026-03": -1}


# --- Choice


def test_a_choice_that_is_settled_is_what_is_chosen() -> None:
    assert BUILD.choose(TRUE, A, B) is A
    assert BUILD.choose(FALSE, A, B) is B
    assert BUILD.default(ONE, A) is ONE
    assert BUILD.default(UNKNOWN, A) is A
    assert BUILD.pick(ONE, [A, B]) is A
    assert BUILD.pick(ONE, [A, B], first=0) is B


def test_a_choice_between_equals_stays_because_its_condition_may_be_unknown() -> None:
    assert isinstance(BUILD.choose(P, A, A), Choose)
    assert isinstance(BUILD.default(A, ONE), Default)
    assert isinstance(BUILD.band(A, [ONE], includes_limit=True), Band)


def test_the_only_band_is_the_first_where_the_value_is_known() -> None:
    assert BUILD.band(A, [], includes_limit=True) is BUILD.choose(BUILD.known(A), ONE, UNKNOWN)


# --- Types, parts, order


def test_truths_and_numbers_are_told_apart() -> None:
    boolean = [P, TRUE, UNKNOWN_TRUTH, IN_2026, BUILD.present(), BUILD.compare("<", A, B), BUILD.all_of(P, Q)]
    boolean += [BUILD.choose(P, Q, P), BUILD.default(P, Q), BUILD.pick(A, [P, Q]), BUILD.carried("s", FALSE)]
    numbers = [A, ONE, UNKNOWN, DAYS, BUILD.add(A, B), BUILD.ahead([A], [True])]
    numbers += [BUILD.choose(P, A, B), BUILD.default(A, B), BUILD.pick(A, [B, C]), BUILD.carried("s", ZERO)]

    assert all(node.boolean for node in boolean)
    assert not any(node.boolean for node in numbers)


def test_the_parts_of_a_node_are_the_nodes_in_its_fields() -> None:
    assert arguments(BUILD.band(A, [ONE, B], includes_limit=True)) == (A, ONE, B)
    assert arguments(BUILD.ahead([A], [True], within=[B], units=[C])) == (A, B, TRUE, C)
    assert arguments(A) == ()


def test_every_node_stands_once_after_all_that_it_reads() -> None:
    shared = BUILD.multiply(A, B)
    both = BUILD.add(shared, BUILD.round(shared, 0))
    program = Program({"both": both}, {"slot": shared})

    assert program.roots() == [both, shared]
    assert in_order(program.roots()) == [A, B, shared, BUILD.round(shared, 0), both]
    assert in_order([]) == []


def test_a_program_of_any_depth_is_put_in_order() -> None:
    node = A
    for _ in range(5000):
        node = BUILD.round(BUILD.multiply(node, B), 0)

    assert len(in_order([node])) == 2 + 2 * 5000


# --- Folding changes no value


@settings(max_examples=draws(30))
@given(examples())
def test_folding_changes_no_value(example: Example) -> None:
    folded, plain = example.recipe.build(), example.recipe.build(PlainBuilder())

    assert evaluate(folded, example.rows) == evaluate(plain, example.rows)


def test_the_plain_builder_folds_nothing() -> None:
    plain = PlainBuilder()
    one = plain.constant(1)

    assert isinstance(plain.add(one, plain.constant(0)), Sum)
    assert isinstance(plain.choose(plain.true, one, one), Choose)
