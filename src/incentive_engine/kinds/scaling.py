"""Amounts scaled to a sum that they come to exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding


def scaled(builder: Builder, total: Node, amounts: Sequence[Node], places: int) -> tuple[Node, ...]:
    """Return the amounts in proportion, so that they add up to a total of whole steps of `places`.

    Each is rounded down; the steps that are left go one each to the largest remainders, and between equal
    ones to those that stand first. No amount is below zero, and they are unknown where all are zero.
    """
    if len(amounts) == 1:
        return (total,)
    whole = builder.add(*amounts)
    floors = [
        builder.quotient(builder.multiply(total, amount), whole, places, Rounding.DOWN) for amount in amounts
    ]
    # By so much, times the sum of the amounts, each lies above what it is rounded down to.
    remainders = [
        builder.subtract(builder.multiply(total, amount), builder.multiply(down, whole))
        for amount, down in zip(amounts, floors, strict=True)
    ]
    spare = builder.multiply(builder.constant(10**places), builder.subtract(total, builder.add(*floors)))
    step, nothing = builder.constant(Fraction(1, 10**places)), builder.constant(0)
    return tuple(
        builder.add(
            down,
            builder.choose(builder.compare("<", _before(builder, remainders, place), spare), step, nothing),
        )
        for place, down in enumerate(floors)
    )


def _before(builder: Builder, remainders: Sequence[Node], place: int) -> Node:
    """Return how many get a spare step earlier than the one at a place."""
    one, nothing = builder.constant(1), builder.constant(0)
    own = remainders[place]
    return builder.add(
        *(
            builder.choose(builder.compare("<=" if other < place else "<", own, each), one, nothing)
            for other, each in enumerate(remainders)
            if other != place
        )
    )
