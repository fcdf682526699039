"""Rounding to decimal places: the four modes that a ruleset may state."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction


class Rounding(StrEnum):
    """How a value between two steps of its last place is rounded.

    Half up means away from zero, and down toward zero, so that a deduction is rounded as a bonus of the
    same size is. Up means away from zero.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"


def rounded(value: Fraction, places: int, rounding: Rounding) -> Fraction:
    """Return the value rounded to a number of decimal places.

    >>> [str(rounded(Fraction("2.345"), 2, mode)) for mode in Rounding]
    ['47/20', '117/50', '117/50', '47/20']
    >>> str(rounded(Fraction("-2.5"), 0, Rounding.HALF_UP))
    '-3'
    """
    last_place = Fraction(1, 10) ** places
    size, rest = divmod(abs(value) / last_place, 1)
    if _away_from_zero(size, rest, rounding):
        size += 1
    return -size * last_place if value < 0 else size * last_place


def _away_from_zero(size: int, rest: Fraction, rounding: Rounding) -> bool:
    """Say whether what is left above a whole number of steps counts as one step more."""
    half = Fraction(1, 2)
    match rounding:
        case Rounding.HALF_UP:
            return rest >= half
        case Rounding.HALF_EVEN:
            return rest > half or (rest == half and size % 2 == 1)
        case Rounding.UP:
            return rest > 0
        case _:  # Down
            return False


def rounded_ratio(dividend: int, divisor: int, rounding: Rounding) -> int:
    """Return `dividend / divisor` rounded to a whole number; the divisor is not zero.

    >>> [rounded_ratio(-5, 2, mode) for mode in Rounding]
    [-3, -2, -2, -3]
    """
    if divisor < 0:
        dividend, divisor = -dividend, -divisor
    match rounding:
        case Rounding.HALF_UP:
            return (2 * dividend + divisor - (dividend < 0)) // (2 * divisor)
        case Rounding.HALF_EVEN:
            # A tie above an odd number goes up, one above an even number down.
            return (2 * dividend + divisor - 1 + (dividend // divisor & 1)) // (2 * divisor)
        case Rounding.DOWN:
            return (dividend + (divisor - 1) * (dividend < 0)) // divisor
        case _:  # Up
            return (dividend + (divisor - 1) * (dividend > 0)) // divisor
