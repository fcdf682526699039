"""Amounts sorted into steps of a round width, by whole numbers only."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """How many amounts lie from `first` to `last`, in the currency's smallest unit."""

    first: int
    last: int
    count: int


def round_width(amounts: Sequence[int], unit: int) -> int:
    """Return the least round width (1, 2, 5, 10, 20 ... of the currency) of which few steps span all amounts.

    The currency has so many of its smallest unit: `unit`. Nothing at all is always spanned, too.

    >>> round_width([0, 1980_00], 100), round_width([-30, 40], 100)
    (10000, 100)
    """
    span = max(0, *amounts) - min(0, *amounts)
    width, factors = unit, itertools.cycle((Fraction(2), Fraction(5, 2), Fraction(2)))
    while span > width * _MOST_STEPS:
        width = int(width * next(factors))
    return width


def steps(amounts: Sequence[int], width: int) -> list[Step]:
    """Return how many amounts lie in each step; an amount between two belongs to the upper one.

    >>> steps([0, 5, 10, 27], 10)
    [Step(first=0, last=10, count=2), Step(first=10, last=20, count=1), Step(first=20, last=30, count=1)]
    """
    counts = Counter(each // width for each in amounts)
    return [
        Step(number * width, (number + 1) * width, counts[number])
        for number in range(min(counts), max(counts) + 1)
    ]


def change_steps(changes: Sequence[int], width: int) -> list[Step]:
    """Return how many changes lie in each step to both sides of nothing, those that are none left out.

    A change between two steps belongs to the one nearer to nothing, so that none is told larger than it is.

    >>> change_steps([-10, 0, 3, 10], 10)
    [Step(first=-10, last=0, count=1), Step(first=0, last=10, count=2)]
    """
    counts = Counter(-(-each // width) - 1 if each > 0 else each // width for each in changes if each)
    return [Step(number * width, (number + 1) * width, counts[number]) for number in sorted(counts)]
