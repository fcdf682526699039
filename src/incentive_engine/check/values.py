"""Values that a test expects, as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from incentive_engine.decision.amounts import Known
from incentive_engine.language.characters import plain
from incentive_engine.language.names import normalized
from incentive_engine.language.tokens import UNITS
from incentive_engine.language.types import Type, text_number
from incentive_engine.texts import fill

UNKNOWN = "unknown"

_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?) *(%|s|min|h|d)?", re.ASCII)
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}


def read_value(text: str, kind: Type) -> Known | None:
    """Return the value of a type that a text names; None for `unknown`.

    Durations are in seconds unless they have a unit.

    Raises:
        ValueError: if the text names no such value.

    >>> read_value("87.5", Type("number")), read_value("85%", Type("ratio"))
    (Fraction(175, 2), Fraction(17, 20))
    """
    if text == UNKNOWN:
        return None
    match kind.name:
        case "boolean":
            return _one_of(_TRUTHS, text.lower())
        case "choice":
            options = {normalized(option): Fraction(place) for place, option in enumerate(kind.options)}
            return _one_of(options, normalized(text))
        case "text":
            return Fraction(text_number(text))
        case "date":
            day = date.max if text == "never" else date.fromisoformat(text)
            return Fraction(day.toordinal())
        case _:
            return _number(plain(text), kind)


def _one_of(values: Mapping[str, Known], text: str) -> Known:
    if text not in values:
        raise ValueError(text)
    return values[text]


def _number(text: str, kind: Type) -> Fraction:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    number, unit = Fraction(match[1]), match[2]
    if unit is None:
        return number
    if unit == "%" and kind.dimension == (0, 0):
        return number / 100
    if unit in UNITS and kind.dimension == (0, 1):
        return number * UNITS[unit]
    raise ValueError(text)


def form_of(kind: Type) -> dict[str, str]:
    """Return how values of a type are written, as the values `form` and `form_zh` of a problem."""
    name = kind.name
    if kind.dimension == (0, 1):
        name = "duration"
    elif name not in ("boolean", "choice", "date", "ratio"):
        name = "number"
    options = ", ".join(f"`{option}`" for option in kind.options)
    code = f"test.form.{name}"
    return {
        "form": fill(code, {"options": options}, "en"),
        "form_zh": fill(code, {"options": options}, "zh"),
    }
