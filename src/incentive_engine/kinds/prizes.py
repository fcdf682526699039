"""Prizes by place: which places each prize covers, and who gets how much of it where agents are tied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import Context, Recognition, Shown, Step
from incentive_engine.kinds.lasting import written_values
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import COUNT, MONEY, RATIO
from incentive_engine.ruleset.fields import ManyWords, Number, Shape, Title, Whole, refuse
from incentive_engine.ruleset.nodes import Table

Ties = Literal["share_prizes", "all_win", "none_win"]


class Prize(Shape):
    """A prize for one place or for several in a row, counted on from the prize before it."""

    pay: Number | None = None
    """The money for each place; left out: recognition only."""
    places: Whole | None = None
    """For how many places; one unless said."""
    share: Number | None = None
    """In place of `places`: for which share of the eligible members, rounded down."""
    at_least: Whole = 0
    """With `share`: for at least so many places, however few compete."""
    recognise: ManyWords = ()
    """What the winners are recognised with beyond money, in free words."""


def _check_prize(value: object) -> object:
    if isinstance(value, Table):
        if "places" in value and "share" in value:
            raise refuse("IE3303")
        if "at_least" in value and "share" not in value:
            raise refuse("IE3304")
        if not {"pay", "recognise"} & set(value):
            raise refuse("IE3305")
        if value.get("places") == "0":
            raise refuse("IE3314")
    return value


Prizes = Annotated[
    tuple[Annotated[Prize, BeforeValidator(_check_prize)], ...], Field(strict=False, min_length=1)
]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one contestant stands in its contest.

    `place` is 1, 1, 3 where two are tied for the first, `tied` how many contestants have this place, this one
    included, `before` how many of them get a spare cent earlier, and `contestants` how many there are.
    """

    place: Node
    tied: Node
    before: Node
    contestants: Node


@dataclass(frozen=True, slots=True)
class Award:
    """One prize as a contestant meets it: from which place to which it goes, and its money.

    `covered` is how many of the places that the contestant takes up, together with those tied, it covers.
    """

    prize: Prize
    pay: Compiled | None
    first: Node
    last: Node
    covered: Node


def awards(context: Context, prizes: Sequence[Prize], standing: Standing, ties: Ties) -> list[Award]:
    """Return what each prize means for a contestant."""
    builder = context.builder
    found: list[Award] = []
    last: Node = builder.constant(0)
    for prize in prizes:
        first = builder.add(last, builder.constant(1))
        last = builder.add(last, _places(context, prize, standing.contestants))
        pay = None
        if prize.pay is not None:
            pay = context.number(prize.pay, expect=[MONEY], places=context.money_places)
            if any(value < 0 for value in written_values(pay.value.node)):
                context.problem("IE3306", pay.text, text=str(pay.text))
        found.append(Award(prize, pay, first, last, _covered(builder, first, last, standing, ties)))
    return found


def _places(context: Context, prize: Prize, contestants: Node) -> Node:
    """Return how many places a prize is for."""
    builder = context.builder
    if prize.share is None:
        return builder.constant(1 if prize.places is None else prize.places)
    share = context.number(prize.share, expect=[RATIO])
    if not all(0 <= value <= 1 for value in written_values(share.value.node)):
        context.problem("IE3307", share.text, text=str(share.text))
    # A formula that runs past either end means that end.
    part = builder.clamp(share.value.node, builder.constant(0), builder.constant(1))
    winners = builder.round(builder.multiply(part, contestants), 0, Rounding.DOWN)
    return builder.greatest(winners, builder.constant(prize.at_least))


def _covered(builder: Builder, first: Node, last: Node, standing: Standing, ties: Ties) -> Node:
    """Return how many of the places that a contestant counts as having a prize covers."""
    nothing, one = builder.constant(0), builder.constant(1)
    if ties == "share_prizes":
        # Those tied take up as many places as they are, from the one that they share.
        end = builder.subtract(builder.add(standing.place, standing.tied), one)
        overlap = builder.subtract(builder.least(last, end), builder.greatest(first, standing.place))
        return builder.greatest(nothing, builder.add(overlap, one))
    inside = builder.all_of(
        builder.compare("<=", first, standing.place), builder.compare("<=", standing.place, last)
    )
    if ties == "none_win":
        inside = builder.all_of(inside, builder.compare("==", standing.tied, one))
    return builder.choose(inside, one, nothing)


def prize_money(context: Context, won: Sequence[Award], standing: Standing, ties: Ties) -> Node:
    """Return the money that a contestant gets.

    Shared prizes are added up over the places that those tied take up and split evenly to the smallest unit
    of the currency; the units that are left over go one each to those who come first.
    """
    builder = context.builder
    covered = [
        builder.multiply(award.covered, award.pay.value.node) for award in won if award.pay is not None
    ]
    pooled = builder.greatest(builder.constant(0), builder.add(*covered))
    if ties != "share_prizes":
        return pooled
    each = builder.quotient(pooled, standing.tied, context.money_places, Rounding.DOWN)
    left_over = builder.subtract(pooled, builder.multiply(each, standing.tied))
    units = builder.multiply(left_over, builder.constant(10**context.money_places))
    gets_one = builder.compare("<", standing.before, units)
    unit = builder.constant(Fraction(1, 10**context.money_places))
    return builder.add(each, builder.choose(gets_one, unit, builder.constant(0)))


def wins(builder: Builder, won: Sequence[Award]) -> Node:
    """Return whether a contestant has a place that some prize covers."""
    return builder.any_of(*(_has(builder, award) for award in won))


def recognitions(builder: Builder, won: Sequence[Award], counts: Node) -> tuple[Recognition, ...]:
    """Return what contestants are recognised with where winning `counts`; the same words once."""
    earned: dict[Title, list[Node]] = {}
    for award in won:
        for name in award.prize.recognise:
            earned.setdefault(name, []).append(_has(builder, award))
    return tuple(
        Recognition(name, builder.all_of(counts, builder.any_of(*places))) for name, places in earned.items()
    )


def prize_steps(context: Context, won: Sequence[Award], counts: Node) -> tuple[Step, ...]:
    """Return the steps that tell which prizes a contestant has, where winning `counts`."""
    return tuple(step for award in won for step in _prize_steps(context, award, counts))


def _prize_steps(context: Context, award: Award, counts: Node) -> tuple[Step, ...]:
    builder = context.builder
    code = "prize" if award.pay is not None else "recognised"
    values: dict[str, Shown | Title | str] = {
        "first": Shown(award.first, COUNT),
        "last": Shown(award.last, COUNT),
    }
    parts: tuple[Step, ...] = ()
    if award.pay is not None:
        values["pay"] = Shown(award.pay.value.node, MONEY)
        parts = context.steps(award.pay)
    has = builder.all_of(counts, _has(builder, award))
    one_place = builder.compare("==", award.first, award.last)
    span = award.pay.text.span if award.pay is not None else None
    return tuple(
        Step(f"star_award.{code}_{places}", values, span, builder.default(when, builder.false), parts)
        for places, when in (
            ("place", builder.all_of(has, one_place)),
            ("places", builder.all_of(has, builder.opposite(one_place))),
        )
    )


def _has(builder: Builder, award: Award) -> Node:
    return builder.compare("<", builder.constant(0), award.covered)
