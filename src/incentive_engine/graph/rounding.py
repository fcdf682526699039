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
    steps = value * 10**places
    size = _rounded_size(abs(steps), rounding)
    return Fraction(-size if steps < 0 else size, 10**places)


def _rounded_size(size: Fraction, rounding: Rounding) -> int:
    whole, rest = divmod(size, 1)
    match rounding:
        case Rounding.HALF_UP:
            return whole + (rest >= Fraction(1, 2))
        case Rounding.HALF_EVEN:
            return round(size)
        case Rounding.DOWN:
            return whole
        case Rounding.UP:
            return whole + (rest > 0)


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
        case Rounding.UP:
            return (dividend + (divisor - 1) * (dividend > 0)) // divisor
