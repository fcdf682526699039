"""What star awards say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from incentive_engine.kinds.statement import Grid, Listed, Money, Statement, Told

if TYPE_CHECKING:
    from incentive_engine.kinds.prizes import Prize
    from incentive_engine.kinds.star_award import StarAward

_HEADINGS = tuple(f"handbook.column.{name}" for name in ("place", "prize", "recognition"))


def star_award_statements(rule: StarAward) -> tuple[Statement, ...]:
    """Return who takes part, what decides, the prizes, and what holds between equals."""
    keys = tuple(
        Statement(
            "handbook.star.lowest" if key.highest is None else "handbook.star.highest",
            {"formula": key.quantity},
        )
        for key in rule.rank_by
    )
    return (
        *_who(rule),
        Statement("handbook.star.ranked" if len(keys) == 1 else "handbook.star.ranked_by", parts=keys),
        Statement("handbook.star.prizes", grid=Grid(_HEADINGS, tuple(_prizes(rule.prizes)))),
        Statement(f"handbook.star.{rule.ties}"),
        *_more(rule),
    )


def _who(rule: StarAward) -> Iterator[Statement]:
    if rule.when is not None:
        yield Statement("handbook.star.when", {"condition": rule.when})
    if rule.compete is not None:
        yield Statement("handbook.star.compete", {"group": rule.compete})
        if rule.split is None:
            yield Statement("handbook.star.split_equally")
        else:
            yield Statement("handbook.star.split_by", {"formula": rule.split.by})
    if rule.within:
        yield Statement("handbook.star.within", {"group": Listed(rule.within)})
    elif rule.compete is None:
        yield Statement("handbook.star.everybody")


def _more(rule: StarAward) -> Iterator[Statement]:
    if rule.at_least:
        yield Statement("handbook.star.at_least", {"number": str(rule.at_least)})
    if rule.rest is not None:
        yield Statement("handbook.star.rest", {"periods": lasting(rule.rest.number, rule.rest.unit)})
    yield Statement(f"handbook.star.{rule.if_unknown}")


def lasting(number: int, unit: str) -> Statement:
    """Return how long something lasts, as `3 periods`, in words."""
    return Statement(f"handbook.lasting.{unit}", {"number": str(number)})


def _prizes(prizes: tuple[Prize, ...]) -> Iterator[tuple[Told, ...]]:
    """Yield the prizes by place; behind one for a share of the group nobody knows the places by number."""
    place: int | None = 1
    for prize in prizes:
        pay: Told = Money(prize.pay) if prize.pay is not None else Statement("handbook.star.no_money")
        recognised = Listed(prize.recognise) if prize.recognise else ""
        yield (_places(prize, place), pay, recognised)
        place = None if place is None or prize.share is not None else place + (prize.places or 1)


def _places(prize: Prize, place: int | None) -> Statement:
    if prize.share is not None:
        values: dict[str, Told] = {"share": prize.share, "number": str(prize.at_least)}
        return Statement("handbook.star.places_share", values)
    number = prize.places or 1
    if place is None:
        return Statement("handbook.star.places_next", {"number": str(number)})
    if number == 1:
        return Statement("handbook.star.place", {"place": str(place)})
    return Statement("handbook.star.places", {"first": str(place), "last": str(place + number - 1)})
