"""Calendar months from the ordinals of dates, by arithmetic that a program has: no table, no clock."""

from __future__ import annotations

from fractions import Fraction

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding

# The arithmetic year begins in March, so that the day that comes and goes is its last one. Day 0 is
# 1 March of the year 0; the ordinal of 1 January of the year 1 is 1, which is 306 days later.
_ORDINAL_OF_DAY_0 = -305


def completed_months(builder: Builder, first: Node, last: Node) -> Node:
    """Return the months completed from one date to another, negative where the second is earlier.

    A month is completed on the day of the same number, or where a month is too short for it, on the first
    day of the next: from 31 January none is completed on 28 February, one on 1 March.
    """
    # A month has fewer than 32 days, so a whole step of 32 is a month whose day has been reached.
    apart = builder.subtract(_months_and_days(builder, last), _months_and_days(builder, first))
    return _whole(builder, builder.multiply(builder.constant(Fraction(1, 32)), apart))


def _months_and_days(builder: Builder, ordinal: Node) -> Node:
    """Return 32 times the number of the month since day 0, plus the day in it counted from 0.

    Each step asks how many whole spans of a mean length have passed, and how many days are left: a century
    has 146,097 / 4 days, a year 1,461 / 4, a month 153 / 5 (from March on, months of 31, 30, 31, 30 and 31
    days repeat). The offsets place the leap day and the long months.
    """
    day = builder.subtract(ordinal, builder.constant(_ORDINAL_OF_DAY_0))
    century, day = _divided(builder, day, 4, 3, 146_097)
    year, day = _divided(builder, day, 4, 3, 1_461)
    month, day = _divided(builder, day, 5, 2, 153)
    months = builder.add(
        builder.multiply(builder.constant(1200), century), builder.multiply(builder.constant(12), year), month
    )
    return builder.add(builder.multiply(builder.constant(32), months), day)


def _divided(builder: Builder, day: Node, parts: int, offset: int, span: int) -> tuple[Node, Node]:
    """Return the spans of `span / parts` days that have passed before a day, and the whole days left."""
    steps = builder.add(builder.multiply(builder.constant(parts), day), builder.constant(offset))
    passed = _whole(builder, builder.multiply(builder.constant(Fraction(1, span)), steps))
    left = builder.subtract(steps, builder.multiply(builder.constant(span), passed))
    return passed, _whole(builder, builder.multiply(builder.constant(Fraction(1, parts)), left))


def _whole(builder: Builder, value: Node) -> Node:
    return builder.round(value, 0, Rounding.DOWN)
