"""Intervals: no value ever leaves its own, and points give points.

Random programs are held to this in tests/evaluate/test_equal_to_reference.py, where their values are known.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentive_engine.graph.bounds import NEVER_KNOWN, Interval, bounds
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.lower import lower
from incentive_engine.graph.nodes import Comparison, Node, Program
from incentive_engine.graph.rounding import Rounding, rounded_ratio

ANY = Interval(None, None)
PERHAPS = Interval(0, 1, may_be_unknown=True)
TRUE, FALSE = Interval(1, 1), Interval(0, 0)
EITHER = Interval(0, 1)


def interval(node: Node, **inputs: Interval) -> Interval:
    program = lower(Program({"it": node}))
    given = {program.inputs[name]: each for name, each in inputs.items() if name in program.inputs}
    return bounds(program, given)[program.results["it"]]


@pytest.fixture
def build() -> Builder:
    return Builder()


def test_an_interval_of_one_value_is_a_point() -> None:
    assert Interval.of(3) == (3, 3, False, True)
    assert Interval.of(value=True) == TRUE
    assert Interval.of(None) == NEVER_KNOWN


def test_a_truth_value_may_be_what_its_interval_says() -> None:
    may_be = {each: (each.may_be_true, each.may_be_false) for each in (TRUE, FALSE, EITHER, NEVER_KNOWN)}

    assert may_be == {
        TRUE: (True, False),
        FALSE: (False, True),
        EITHER: (True, True),
        NEVER_KNOWN: (False, False),
    }


def test_what_is_not_given_may_be_anything(build: Builder) -> None:
    assert interval(build.input("p")) == Interval(None, None, may_be_unknown=True)
    assert interval(build.input("p", optional=False)) == ANY
    assert interval(build.flag("f")) == PERHAPS
    assert interval(build.unknown()) == NEVER_KNOWN


# --- Arithmetic


def test_a_sum_takes_from_each_term_the_end_that_its_sign_points_to(build: Builder) -> None:
    # 1 + 2p - 3q with p from 1 to 4 and q from 0 to 5: from 1 + 2 - 15 to 1 + 8 - 0.
    p, q = build.input("p", optional=False), build.input("q", optional=False)
    node = build.add(
        build.constant(1), build.multiply(build.constant(2), p), build.multiply(build.constant(-3), q)
    )

    assert interval(node, p=Interval(1, 4), q=Interval(0, 5)) == Interval(-12, 9)
    assert interval(node, p=Interval(1, None), q=Interval(0, 5)) == Interval(-12, None)
    assert interval(node, p=Interval(1, 4), q=Interval(0, None)) == Interval(None, 9)


def test_what_is_multiplied_by_zero_is_zero_or_unknown(build: Builder) -> None:
    node = build.multiply(build.constant(0), build.input("p"))

    assert interval(node) == Interval(0, 0, may_be_unknown=True)


@pytest.mark.parametrize(
    ("p", "q", "product"),
    [
        (Interval(2, 3), Interval(-5, 7), Interval(-15, 21)),
        (Interval(-2, 3), Interval(-5, 7), Interval(-15, 21)),
        (Interval(2, None), Interval(3, None), Interval(6, None)),
        (Interval(2, None), Interval(None, -3), Interval(None, -6)),
        (Interval(None, -2), Interval(None, -3), Interval(6, None)),
        (Interval(0, 0), ANY, Interval(0, 0)),
        (ANY, Interval(1, 2), ANY),
    ],
)
def test_a_product_reaches_from_its_least_corner_to_its_greatest(
    build: Builder, p: Interval, q: Interval, product: Interval
) -> None:
    node = build.multiply(build.input("p", optional=False), build.input("q", optional=False))

    assert interval(node, p=p, q=q) == product


@pytest.mark.parametrize(
    ("p", "q", "quotient"),
    [
        (Interval(6, 12), Interval(2, 3), Interval(2, 6)),
        (Interval(6, 12), Interval(-3, -2), Interval(-6, -2)),
        # The least divisors that divide are -1 and 1.
        (Interval(6, 12), Interval(-3, 2), Interval(-12, 12, may_be_unknown=True)),
        (Interval(6, 12), Interval(0, 3), Interval(2, 12, may_be_unknown=True)),
        (Interval(6, 12), Interval(3, None), Interval(0, 4)),
        (Interval(6, None), Interval(2, 3), Interval(2, None)),
        (Interval(None, -6), Interval(2, 3), Interval(None, -2)),
        (Interval(6, 12), Interval(0, 0), NEVER_KNOWN),
        (Interval(6, 12), NEVER_KNOWN, NEVER_KNOWN),
        (NEVER_KNOWN, Interval(1, 2), NEVER_KNOWN),
        (Interval(6, 12, may_be_unknown=True), Interval(2, 3), Interval(2, 6, may_be_unknown=True)),
    ],
)
def test_a_quotient_leaves_out_the_divisor_zero(
    build: Builder, p: Interval, q: Interval, quotient: Interval
) -> None:
    node = build.quotient(build.input("p"), build.input("q"), 0)

    assert interval(node, p=p, q=q) == quotient


@st.composite
def intervals_with_a_value(draw: st.DrawFn) -> tuple[Interval, int]:
    """An interval, perhaps open, and a value in it."""
    below, value, above = sorted(draw(st.tuples(*[st.integers(-8, 8)] * 3)))
    low, high = draw(st.sampled_from([(below, above), (None, above), (below, None), (None, None)]))
    return Interval(low, high), value


@given(intervals_with_a_value(), intervals_with_a_value(), st.sampled_from(list(Rounding)))
def test_no_quotient_leaves_its_interval(
    dividend: tuple[Interval, int], divisor: tuple[Interval, int], rounding: Rounding
) -> None:
    build = Builder()
    node = build.quotient(build.input("p"), build.input("q"), 1, rounding)

    found = interval(node, p=dividend[0], q=divisor[0])

    if divisor[1] == 0:
        assert found.may_be_unknown
    else:
        value = rounded_ratio(10 * dividend[1], divisor[1], rounding)
        assert found.may_be_known
        assert found.low is None or found.low <= value
        assert found.high is None or value <= found.high


def test_rounding_rounds_the_ends(build: Builder) -> None:
    tenth = build.multiply(build.constant(Fraction("0.1")), build.input("p", optional=False))
    node = build.round(tenth, 0)

    assert interval(node, p=Interval(-15, 24)) == Interval(-2, 2)
    assert interval(node, p=Interval(None, 24)) == Interval(None, 2)


def test_a_clamp_bounds_what_nothing_else_bounds(build: Builder) -> None:
    p = build.input("p", optional=False)

    assert interval(build.clamp(p, build.constant(0), build.constant(100))) == Interval(0, 100)
    assert interval(build.least(p, build.constant(100))) == Interval(None, 100)


# --- Means


def mean_of(build: Builder, *, skip_unknown: bool, weights: tuple[Node, Node] | None = None) -> Node:
    values = [build.input("p", places=1), build.input("q", places=1)]
    return build.weighted_mean(
        values, weights or (build.constant(3), build.constant(1)), skip_unknown=skip_unknown, places=1
    )


@pytest.mark.parametrize(
    ("p", "q", "mean"),
    [
        # (3p + q) / 4: from (0 + 40) / 4 to (60 + 80) / 4.
        (Interval(0, 20), Interval(40, 80), Interval(10, 35)),
        (Interval(0, 20), NEVER_KNOWN, Interval(0, 20)),
        (NEVER_KNOWN, NEVER_KNOWN, NEVER_KNOWN),
        # Either of them, or a mean of both.
        (Interval(0, 20, may_be_unknown=True), Interval(40, 80), Interval(0, 80, may_be_unknown=True)),
    ],
)
def test_a_mean_of_what_is_known_lies_between_its_values(
    build: Builder, p: Interval, q: Interval, mean: Interval
) -> None:
    assert interval(mean_of(build, skip_unknown=True), p=p, q=q) == mean


@pytest.mark.parametrize(
    ("weight", "mean"),
    [
        (Interval(1, 1), Interval(10, 30)),  # (0 + 20) / 2 to (20 + 40) / 2
        (Interval(0, 0), Interval(20, 40)),  # only q counts
        (Interval(0, 2), Interval(0, 40, may_be_unknown=True)),
        (Interval(-1, 2), Interval(0, 40, may_be_unknown=True)),
        (Interval(1, 1, may_be_unknown=True), Interval(0, 40, may_be_unknown=True)),
        (Interval(-3, -1), NEVER_KNOWN),
        (NEVER_KNOWN, NEVER_KNOWN),
    ],
)
def test_a_mean_by_weights_that_vary_is_known_where_they_allow_it(
    build: Builder, weight: Interval, mean: Interval
) -> None:
    node = mean_of(build, skip_unknown=False, weights=(build.input("w"), build.constant(1)))

    assert interval(node, p=Interval(0, 20), q=Interval(20, 40), w=weight) == mean


def test_a_mean_that_needs_every_value_is_unknown_without_one(build: Builder) -> None:
    node = mean_of(build, skip_unknown=False, weights=(build.input("w"), build.constant(1)))

    assert interval(node, p=NEVER_KNOWN, q=Interval(20, 40), w=Interval(1, 1)) == NEVER_KNOWN


def test_a_mean_of_what_has_no_weight_is_never_known(build: Builder) -> None:
    node = mean_of(build, skip_unknown=True, weights=(build.input("w"), build.input("v")))

    assert interval(node, w=Interval(0, 0), v=Interval(0, 0)) == NEVER_KNOWN


# --- Truth


@pytest.mark.parametrize(
    ("operator", "below", "touching", "over", "same_point", "above"),
    [
        # p from 1 to 3 against q from 5 to 6, 3 to 5, 2 to 4; 2 against 2; 5 to 6 against 1 to 3.
        ("<", TRUE, EITHER, EITHER, FALSE, FALSE),
        ("<=", TRUE, TRUE, EITHER, TRUE, FALSE),
        ("==", FALSE, EITHER, EITHER, TRUE, FALSE),
        ("!=", TRUE, EITHER, EITHER, FALSE, TRUE),
    ],
)
def test_a_comparison_is_sure_where_the_intervals_are(
    build: Builder,
    operator: Comparison,
    below: Interval,
    touching: Interval,
    over: Interval,
    same_point: Interval,
    above: Interval,
) -> None:
    node = build.compare(operator, build.input("p"), build.input("q"))
    p = Interval(1, 3)

    assert interval(node, p=p, q=Interval(5, 6)) == below
    assert interval(node, p=p, q=Interval(3, 5)) == touching
    assert interval(node, p=p, q=Interval(2, 4)) == over
    assert interval(node, p=Interval(2, 2), q=Interval(2, 2)) == same_point
    assert interval(node, p=Interval(5, 6), q=p) == above
    assert interval(node, p=NEVER_KNOWN, q=p) == NEVER_KNOWN


UNSURE_TRUE = Interval(1, 1, may_be_unknown=True)


@pytest.mark.parametrize(
    ("one", "other", "both", "any_of_them"),
    [
        (TRUE, FALSE, FALSE, TRUE),
        (TRUE, EITHER, EITHER, TRUE),
        (EITHER, NEVER_KNOWN, Interval(0, 0, may_be_unknown=True), Interval(1, 1, may_be_unknown=True)),
        (FALSE, NEVER_KNOWN, FALSE, NEVER_KNOWN),
        (TRUE, NEVER_KNOWN, NEVER_KNOWN, TRUE),
        (UNSURE_TRUE, TRUE, UNSURE_TRUE, TRUE),
        (UNSURE_TRUE, FALSE, FALSE, Interval(1, 1, may_be_unknown=True)),
        (PERHAPS, PERHAPS, PERHAPS, PERHAPS),
    ],
)
def test_and_and_or_are_kleenes(
    build: Builder, one: Interval, other: Interval, both: Interval, any_of_them: Interval
) -> None:
    f, g = build.flag("f"), build.flag("g")

    assert interval(build.all_of(f, g), f=one, g=other) == both
    assert interval(build.any_of(f, g), f=one, g=other) == any_of_them


def test_the_opposite_turns_what_may_be(build: Builder) -> None:
    node = build.opposite(build.flag("f"))

    assert [interval(node, f=each) for each in (TRUE, FALSE, EITHER, NEVER_KNOWN)] == [
        FALSE,
        TRUE,
        EITHER,
        NEVER_KNOWN,
    ]


def test_whether_a_value_is_known_may_be_open(build: Builder) -> None:
    node = build.known(build.input("p"))

    assert interval(node, p=Interval(1, 2)) == TRUE
    assert interval(node, p=NEVER_KNOWN) == FALSE
    assert interval(node, p=Interval(1, 2, may_be_unknown=True)) == EITHER


# --- Choice


def test_a_default_stands_in_only_where_it_may_have_to(build: Builder) -> None:
    node = build.default(build.input("p"), build.input("q"))
    q = Interval(8, 9)

    assert interval(node, p=Interval(1, 2), q=q) == Interval(1, 2)
    assert interval(node, p=Interval(1, 2, may_be_unknown=True), q=q) == Interval(1, 9)
    assert interval(node, p=NEVER_KNOWN, q=q) == q
    assert interval(node, p=Interval(1, 2, may_be_unknown=True), q=NEVER_KNOWN) == Interval(
        1, 2, may_be_unknown=True
    )


def test_a_choice_is_one_of_what_may_be_chosen(build: Builder) -> None:
    node = build.choose(build.flag("f"), build.input("p"), build.input("q"))
    p, q = Interval(1, 2), Interval(8, None)

    assert interval(node, f=TRUE, p=p, q=q) == p
    assert interval(node, f=FALSE, p=p, q=q) == q
    assert interval(node, f=EITHER, p=p, q=q) == Interval(1, None)
    assert interval(node, f=PERHAPS, p=p, q=q) == Interval(1, None, may_be_unknown=True)
    assert interval(node, f=NEVER_KNOWN, p=p, q=q) == NEVER_KNOWN


def test_a_pick_is_one_of_what_its_index_may_point_at(build: Builder) -> None:
    node = build.pick(build.input("i"), [build.constant(10), build.constant(20), build.constant(30)])

    assert interval(node, i=Interval(2, 2)) == Interval(20, 20)
    assert interval(node, i=Interval(2, 3)) == Interval(20, 30)
    assert interval(node, i=Interval(0, 2)) == Interval(10, 20, may_be_unknown=True)
    assert interval(node, i=Interval(3, None)) == Interval(30, 30, may_be_unknown=True)
    assert interval(node, i=Interval(4, 9)) == NEVER_KNOWN
    assert interval(node, i=NEVER_KNOWN) == NEVER_KNOWN


@pytest.mark.parametrize(("includes_limit", "at_limit"), [(True, 1), (False, 2)])
def test_a_band_counts_the_limits_that_are_surely_and_perhaps_passed(
    build: Builder, *, includes_limit: bool, at_limit: int
) -> None:
    limits = [build.constant(10), build.constant(20), build.constant(30)]
    node = build.band(build.input("p"), limits, includes_limit=includes_limit)

    assert interval(node, p=Interval(10, 10)) == Interval(at_limit, at_limit)
    assert interval(node, p=Interval(15, 25)) == Interval(2, 3)
    assert interval(node, p=ANY) == Interval(1, 4)


def test_an_option_that_follows_from_what_lies_in_bands_is_bounded_by_its_band(build: Builder) -> None:
    sold = build.input("sold")
    band = build.band(sold, [build.constant(100), build.constant(200)], includes_limit=True)
    above = build.add(build.multiply(sold, build.constant(3)), build.constant(-300))

    # Up to 100 nothing, up to 200 three for each above 100, and then no more.
    bonus = build.pick(band, [build.constant(0), above, build.constant(300)])
    assert interval(bonus, sold=Interval(0, 500)) == (0, 300, False, True)
    assert interval(bonus, sold=Interval(0, 150)) == (0, 150, False, True)
    # The last band has no end, and the first no beginning.
    for_all = build.pick(band, [sold, sold, above])
    assert interval(for_all, sold=Interval(-5, 300)) == (-5, 600, False, True)
