"""Plain exact arithmetic of the independent evaluators; nothing here knows the engine.

A value is a Fraction, a truth a bool; None is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

Number = Fraction | None
Truth = bool | None
Row = Mapping[str, str]


# --- Reading cells


def number(cell: str, places: int, scale: int = 1) -> Number:
    """Return what a cell says, rounded to places; unknown where it is empty."""
    return half_up(Fraction(cell) * scale, places) if cell else None


def number_or_zero(cell: str, places: int) -> Fraction:
    """Return what a cell says; zero where it is empty, because the ruleset says so."""
    return half_up(Fraction(cell), places) if cell else Fraction(0)


def month_number(text: str) -> int:
    """Return a month as a number; that of the next month is one more."""
    year, month = text.split("-")
    return int(year) * 12 + int(month)


# --- Numbers


def half_up(value: Fraction, places: int) -> Fraction:
    """Round to decimal places; what lies in the middle goes away from zero."""
    steps = abs(value) * 10**places
    whole = floor(steps + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**places)


def cents(value: Number) -> Number:
    """Round money."""
    return None if value is None else half_up(value, 2)


def times(*values: Number) -> Number:
    """Multiply; unknown where anything is."""
    product = Fraction(1)
    for value in values:
        if value is None:
            return None
        product *= value
    return product


def straight(value: Number, zero: Fraction, full: Fraction) -> Number:
    """Return the points of a straight line from `zero` (0) to `full` (100), with six places."""
    if value is None:
        return None
    points = half_up(100 * (value - zero) / (full - zero), 6)
    return min(max(points, Fraction(0)), Fraction(100))


def weighted(*pairs: tuple[Fraction, Fraction], places: int) -> Fraction:
    """Return the mean of values by weights."""
    total = sum((weight for weight, _ in pairs), Fraction(0))
    return half_up(sum((weight * value for weight, value in pairs), Fraction(0)) / total, places)


def slices(value: Fraction, bands: Sequence[tuple[Fraction | None, Fraction]]) -> Fraction:
    """Return what bands, each given by its end and its rate, pay for the parts of the value inside them."""
    paid, low = Fraction(0), Fraction(0)
    for high, rate in bands:
        end = value if high is None else min(value, high)
        paid += max(end - low, Fraction(0)) * rate
        low = low if high is None else high
    return paid


# --- Truth


def both(*terms: Truth) -> Truth:
    """Kleene's and: one that is false decides."""
    if any(term is False for term in terms):
        return False
    return None if None in terms else True


def opposite(term: Truth) -> Truth:
    """Kleene's not."""
    return None if term is None else not term


def at_least(value: Number, limit: Fraction | int) -> Truth:
    """Whether a value reaches a limit."""
    return None if value is None else value >= limit


def more_than(value: Number, limit: Fraction | int) -> Truth:
    """Whether a value passes a limit."""
    return None if value is None else value > limit


# --- Prizes


def shared_prize(prizes: Sequence[Fraction], place: int, tied: Sequence[str]) -> dict[str, Fraction]:
    """Return what those tied at a place get of the prizes of the places that they take up, to the cent.

    `tied` are in the order in which cents that are left over are given out.
    """
    pooled = sum(prizes[place - 1 : place - 1 + len(tied)], Fraction(0))
    in_cents = int(pooled * 100)
    each, left = divmod(in_cents, len(tied))
    return {name: Fraction(each + (position < left), 100) for position, name in enumerate(tied)}


def split_by_weight(amount: Fraction, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Split an amount to the cent: the cents that are left go to the largest remainders, then by name."""
    whole, total = int(amount * 100), sum(weights.values(), Fraction(0))
    exact = {name: whole * weight / total for name, weight in weights.items()}
    parts = {name: floor(part) for name, part in exact.items()}
    order = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in order[: whole - sum(parts.values())]:
        parts[name] += 1
    return {name: Fraction(part, 100) for name, part in parts.items()}
