"""The specification of what a program means, by examples of one agent in one period, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import (
    Comparison,
    Inverse,
    Node,
)
from incentive_engine.graph.rounding import Rounding
from incentive_engine.ruleset.period import DateRange
from tests.support.written import F, value

BUILD = Builder()
A, B, C = (BUILD.input(name, places=3) for name in "abc")
P, Q = BUILD.flag("p"), BUILD.flag("q")
ONE, TWO, THREE = (BUILD.constant(number) for number in (1, 2, 3))
UNKNOWN = BUILD.unknown()


# --- Leaves


def test_an_input_has_the_value_of_the_snapshot() -> None:
    assert value(A, a="2.5") == F("2.5")
    assert value(P, p=False) is False


def test_an_input_that_is_not_given_is_unknown() -> None:
    assert value(A) is None
    assert value(A, a=None) is None
    assert value(P, p=None) is None


def test_a_constant_is_what_it_says() -> None:
    assert value(BUILD.constant(F(61, 365))) == F(61, 365)
    assert value(BUILD.truth(value=False)) is False
    assert value(UNKNOWN) is None
    assert value(BUILD.unknown(boolean=True)) is None


def test_what_asks_for_the_period_reads_the_calendar() -> None:
    # 1 January of the year 1 is day 1, so 1 January 2026 is day 739617: 2025 years of 365 days,
    # 506 leap days less 20 for the centuries plus 5 for every fourth of them, and one.
    assert 2025 * 365 + 506 - 20 + 5 + 1 == 739617
    assert value(BUILD.period_number("start")) == 739617
    assert value(BUILD.period_number("end")) == 739617 + 30
    assert value(BUILD.period_number("days")) == 31
    assert value(BUILD.period_truth(DateRange(date(2026, 1, 1)))) is True
    assert value(BUILD.period_truth(DateRange(date(2026, 1, 2)))) is False


# --- Arithmetic


def test_sums_and_products_are_exact() -> None:
    assert value(BUILD.add(A, B, ONE), a="0.1", b="0.2") == F("1.3")
    assert value(BUILD.multiply(A, B, TWO), a="-0.1", b="0.3") == F("-0.06")


def test_a_product_with_an_unknown_is_unknown_even_if_the_other_factor_is_zero() -> None:
    assert value(BUILD.multiply(A, B), a="0", b=None) is None
    assert value(BUILD.add(A, B), a="0", b=None) is None


def test_an_inverse_is_exact_and_that_of_zero_is_unknown() -> None:
    assert value(Inverse(BUILD.period_number("days"))) == F(1, 31)
    assert value(Inverse(BUILD.constant(0))) is None


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"),
    [
        ("2", "3", "0.67"),  # 0.666…
        ("-2", "3", "-0.67"),
        ("1", "8", "0.13"),  # 0.125, half way, away from zero
        ("-1", "8", "-0.13"),
        ("0", "3", "0"),
        ("5", "0", None),
        ("0", "0", None),
        (None, "3", None),
        ("5", None, None),
    ],
)
def test_a_quotient_is_rounded_at_once_and_unknown_where_the_divisor_is_zero(
    dividend: str | None, divisor: str | None, expected: str | None
) -> None:
    node = BUILD.quotient(A, B, places=2)

    assert value(node, a=dividend, b=divisor) == (None if expected is None else F(expected))


def test_a_value_is_rounded_in_the_way_that_is_asked_for() -> None:
    down = BUILD.round(A, 1, Rounding.DOWN)

    assert [value(down, a="0.29"), value(down, a="-0.29"), value(down)] == [F("0.2"), F("-0.2"), None]


def test_the_least_and_the_greatest_need_all_their_terms() -> None:
    assert value(BUILD.least(A, B, TWO), a="3", b="-1") == -1
    assert value(BUILD.greatest(A, B, TWO), a="3", b="-1") == 3
    assert value(BUILD.least(A, B), a="3", b=None) is None
    assert value(BUILD.greatest(A, B), a="3", b=None) is None


# --- Truth


@pytest.mark.parametrize(
    ("comparison", "below_equal_above"),
    [
        ("<", [True, False, False]),
        ("<=", [True, True, False]),
        ("==", [False, True, False]),
        ("!=", [True, False, True]),
    ],
)
def test_a_comparison_is_true_or_false(comparison: Comparison, below_equal_above: list[bool]) -> None:
    node = BUILD.compare(comparison, A, ONE)

    assert [value(node, a=number) for number in ("0.999", "1", "1.001")] == below_equal_above
    assert value(node, a=None) is None


@pytest.mark.parametrize(
    ("terms", "both_and_either"),
    [
        # The tables of Kleene's strong logic of three values
        ((True, True), (True, True)),
        ((True, False), (False, True)),
        ((True, None), (None, True)),
        ((False, False), (False, False)),
        ((False, None), (False, None)),
        ((None, None), (None, None)),
    ],
)
def test_and_and_or_are_decided_by_what_is_known(
    terms: tuple[bool | None, bool | None], both_and_either: tuple[bool | None, bool | None]
) -> None:
    for first, second in (terms, terms[::-1]):
        both, either = BUILD.all_of(P, Q), BUILD.any_of(P, Q)
        assert (value(both, p=first, q=second), value(either, p=first, q=second)) == both_and_either


def test_not_is_the_opposite_of_what_is_known() -> None:
    node = BUILD.opposite(P)

    assert [value(node, p=True), value(node, p=False), value(node)] == [False, True, None]


def test_whether_a_value_is_known_is_always_known() -> None:
    assert [value(BUILD.known(A), a="0"), value(BUILD.known(A))] == [True, False]
    assert [value(BUILD.known(P), p=False), value(BUILD.known(P))] == [True, False]


# --- Choice


def test_a_default_stands_where_a_value_is_unknown() -> None:
    node = BUILD.default(A, B)

    assert value(node, a="0", b="7") == 0
    assert value(node, a=None, b="7") == 7
    assert value(node, a=None, b=None) is None
    assert value(BUILD.default(P, Q), p=None, q=False) is False


def test_what_is_not_chosen_has_no_influence() -> None:
    node = BUILD.choose(P, A, BUILD.quotient(ONE, B, places=0))

    assert value(node, p=True, a="5", b="0") == 5
    assert value(node, p=False, a="5", b="0") is None
    assert value(node, p=False, a=None, b="1") == 1
    assert value(node, p=None, a="5", b="1") is None


@pytest.mark.parametrize(
    ("amount", "upto", "below"),
    [
        # The limits are 500 and 1000.
        ("499.999", 1, 1),
        ("500", 1, 2),
        ("500.001", 2, 2),
        ("1000", 2, 3),
        ("1000.001", 3, 3),
        ("-1", 1, 1),
        (None, None, None),
    ],
)
def test_a_value_on_a_band_edge_belongs_to_the_band_that_says_upto(
    amount: str | None, upto: int | None, below: int | None
) -> None:
    limits = [BUILD.constant(500), BUILD.constant(1000)]

    assert value(BUILD.band(A, limits, includes_limit=True), a=amount) == upto
    assert value(BUILD.band(A, limits, includes_limit=False), a=amount) == below


def test_a_band_is_unknown_where_any_limit_is() -> None:
    node = BUILD.band(A, [ONE, B], includes_limit=True)

    assert value(node, a="0.5", b="2") == 1
    assert value(node, a="0.5", b=None) is None


def test_a_pick_is_unknown_where_the_index_points_at_nothing() -> None:
    level = BUILD.input("level")
    node = BUILD.pick(level, [A, B], first=1)

    assert value(node, level="1", a="10", b=None) == 10
    assert value(node, level="2", a=None, b="20") == 20
    assert value(node, level="2", a="10", b=None) is None
    for nowhere in ("0", "3", "-1", None):
        assert value(node, level=nowhere, a="10", b="20") is None
    assert value(BUILD.pick(level, [P, Q], first=0), level="0", p=False) is False


def mean_of(*, skip_unknown: bool, places: int = 2) -> Node:
    w = BUILD.input("w", places=1)
    return BUILD.weighted_mean([A, B], [THREE, w], skip_unknown=skip_unknown, places=places)


@pytest.mark.parametrize(
    ("inputs", "skipping", "strict"),
    [
        # (3 * 80 + 1 * 90) / 4 = 330 / 4
        ({"a": "80", "b": "90", "w": "1"}, "82.5", "82.5"),
        # (3 * 80 + 2.5 * 90) / 5.5 = 465 / 5.5 = 84.5454…
        ({"a": "80", "b": "90", "w": "2.5"}, "84.55", "84.55"),
        # Without b only a is left, with all the weight.
        ({"a": "80", "b": None, "w": "1"}, "80", None),
        ({"a": None, "b": "90", "w": "1"}, "90", None),
        ({"a": None, "b": None, "w": "1"}, None, None),
        # Nothing is left to weigh by.
        ({"a": None, "b": "90", "w": "0"}, None, None),
        ({"a": "80", "b": "90", "w": "0"}, "80", "80"),
        # A weight counts even where its value is left out.
        ({"a": "80", "b": None, "w": None}, None, None),
        ({"a": "80", "b": None, "w": "-1"}, None, None),
        ({"a": "80", "b": "90", "w": "-1"}, None, None),
    ],
)
def test_a_weighted_mean_leaves_out_what_is_unknown_or_is_unknown_itself(
    inputs: dict[str, str | None], skipping: str | None, strict: str | None
) -> None:
    for skip_unknown, expected in ((True, skipping), (False, strict)):
        found = value(mean_of(skip_unknown=skip_unknown), **inputs)
        assert found == (None if expected is None else F(expected))


def test_a_weighted_mean_is_rounded_once() -> None:
    # (3 * 1 + 1 * 0) / 4 = 0.75
    node = mean_of(skip_unknown=True, places=0)

    assert value(node, a="1", b="0", w="1") == 1


# --- The whole


def test_a_form_of_node_that_was_given_no_meaning_is_refused() -> None:
    with pytest.raises(TypeError, match="Node has no meaning"):
        value(Node())
