"""From the exact values of a program to the values of Python that a service reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from incentive_engine.language.types import Type

Known = Fraction | bool
"""A known value of a program."""

PlainValue = Decimal | Fraction | bool | str | date | None
"""A value for Python: a number is a Decimal, or a Fraction if it has no end as a decimal; None is unknown."""


def amount(numerator: int, denominator: int, places: int) -> Decimal:
    """Return an amount with exactly so many decimal places.

    It is made from integers and no decimal context has a say in it.

    Raises:
        ValueError: if the amount has more places.

    >>> amount(2469, 2, 2)
    Decimal('1234.50')
    """
    steps, rest = divmod(numerator * 10**places, denominator)
    if rest:
        raise ValueError(f"{numerator}/{denominator} has more than {places} decimal places")
    return Decimal(f"{steps}E-{places}")


def decimal_places(value: Fraction) -> int | None:
    """Return how many decimal places a number needs, or None where it has no end as a decimal.

    >>> decimal_places(Fraction("0.9130")), decimal_places(Fraction(1, 3))
    (3, None)
    """
    rest = value.denominator
    powers = []
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        powers.append(power)
    return max(powers) if rest == 1 else None


def plain(value: Known | None, kind: Type) -> PlainValue:
    """Return a value of the program as the value of Python that its type stands for.

    >>> plain(Fraction("0.913"), Type("ratio")), plain(Fraction(1), Type("choice", options=("A", "B")))
    (Decimal('0.913'), 'B')
    """
    if value is None or isinstance(value, bool):
        return value
    match kind.name:
        case "choice":
            return kind.options[int(value)]
        case "text":
            return text_of(int(value))
        case "date":
            return date.fromordinal(int(value))
    places = decimal_places(value)
    return value if places is None else amount(value.numerator, value.denominator, places)


def text_of(number: int) -> str:
    """Return the text that a number stands for; see `language.types.text_number`.

    >>> text_of(321)
    'A'
    """
    return number.to_bytes((number.bit_length() + 7) // 8, "big")[1:].decode("utf-8")


def written(value: PlainValue) -> str | bool | None:
    """Return a plain value for JSON: numbers and dates as text, so that no reader makes floats of them.

    >>> written(Decimal("312.00")), written(date(2026, 3, 31)), written(Fraction(1, 3))
    ('312.00', '2026-03-31', '1/3')
    """
    return value if value is None or isinstance(value, bool) else str(value)
