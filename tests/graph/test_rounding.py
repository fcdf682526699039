"""Rounding to decimal places."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentive_engine.graph.rounding import Rounding, rounded, rounded_ratio

VALUES = st.fractions(min_value=-100, max_value=100, max_denominator=400)
PLACES = st.integers(0, 3)
MODES = st.sampled_from(list(Rounding))


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "down_and_up"),
    [
        ("2.344", "2.34", "2.34", ("2.34", "2.35")),
        ("2.346", "2.35", "2.35", ("2.34", "2.35")),
        ("2.34", "2.34", "2.34", ("2.34", "2.34")),
        # Exactly half way: 2.34 and 2.36 are the even ones.
        ("2.345", "2.35", "2.34", ("2.34", "2.35")),
        ("2.355", "2.36", "2.36", ("2.35", "2.36")),
        ("0.005", "0.01", "0.00", ("0.00", "0.01")),
        ("0", "0", "0", ("0", "0")),
        # One third of a cent is no decimal fraction at all.
        ("1/300", "0.00", "0.00", ("0.00", "0.01")),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_deduction_is_rounded_as_a_bonus_of_the_same_size(
    value: str, half_up: str, half_even: str, down_and_up: tuple[str, str], sign: int
) -> None:
    found = {mode: sign * rounded(sign * Fraction(value), 2, mode) for mode in Rounding}

    assert found == {
        Rounding.HALF_UP: Fraction(half_up),
        Rounding.HALF_EVEN: Fraction(half_even),
        Rounding.DOWN: Fraction(down_and_up[0]),
        Rounding.UP: Fraction(down_and_up[1]),
    }


@given(VALUES, PLACES, MODES)
def test_a_rounded_value_is_on_the_grid_and_less_than_one_step_away(
    value: Fraction, places: int, mode: Rounding
) -> None:
    result = rounded(value, places, mode)

    assert (result * 10**places).denominator == 1
    assert abs(result - value) < Fraction(1, 10**places)


@given(VALUES, PLACES, MODES)
def test_rounding_twice_is_rounding_once(value: Fraction, places: int, mode: Rounding) -> None:
    once = rounded(value, places, mode)

    assert rounded(once, places, mode) == once
    assert rounded(once, places + 1, mode) == once


@given(VALUES, VALUES, PLACES, MODES)
def test_rounding_keeps_the_order(left: Fraction, right: Fraction, places: int, mode: Rounding) -> None:
    lower, higher = sorted([left, right])

    assert rounded(lower, places, mode) <= rounded(higher, places, mode)


@given(VALUES, PLACES)
def test_down_and_up_enclose_the_value_and_the_halves_choose_the_nearer_one(
    value: Fraction, places: int
) -> None:
    down, up = rounded(value, places, Rounding.DOWN), rounded(value, places, Rounding.UP)

    assert abs(down) <= abs(value) <= abs(up)
    for mode in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        nearest = rounded(value, places, mode)
        assert nearest in {down, up}
        assert abs(nearest - value) == min(abs(down - value), abs(up - value))


@given(st.integers(-(10**6), 10**6), PLACES)
def test_half_even_ends_on_an_even_digit_where_both_steps_are_equally_near(number: int, places: int) -> None:
    half_way = Fraction(2 * number + 1, 2 * 10**places)

    assert rounded(half_way, places, Rounding.HALF_EVEN) * 10**places % 2 == 0


@given(st.integers(-(10**4), 10**4), st.integers(-40, 40).filter(bool), MODES)
def test_a_ratio_of_integers_is_rounded_as_the_fraction_is(
    dividend: int, divisor: int, mode: Rounding
) -> None:
    assert rounded_ratio(dividend, divisor, mode) == rounded(Fraction(dividend, divisor), 0, mode)
