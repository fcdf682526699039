"""How values are written for people: with their unit, in the reader's language, and never shortened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from incentive_engine.decision.amounts import Known, decimal_places, text_of
from incentive_engine.language.types import Type
from incentive_engine.texts import Language, entry, fill

_ENDLESS_PLACES = 6
_NEVER = date.max.toordinal()
# The parts of a duration, in seconds.
_PARTS = (("unit.days", 86400), ("unit.hours", 3600), ("unit.minutes", 60))


def digits(value: Fraction, least_places: int = 0) -> str:
    """Return a number in decimal digits, all of them, in groups of three before the point.

    A number without end shows its first places and an ellipsis, so that what is shown is still true.

    >>> digits(Fraction("1234.5"), 2), digits(Fraction("-0.9130")), digits(Fraction(1000, 3))
    ('1,234.50', '-0.913', '333.333333…')
    """
    places = decimal_places(value)
    end = "…" if places is None else ""
    shown = max(least_places, _ENDLESS_PLACES if places is None else places)
    whole, part = divmod(abs(value.numerator) * 10**shown // value.denominator, 10**shown)
    sign = "-" if value < 0 else ""
    point = f".{part:0{shown}}" if shown else ""
    return f"{sign}{whole:,}{point}{end}"


@dataclass(frozen=True, slots=True)
class Format:
    """The way values are written in one language and for one currency."""

    language: Language
    currency: str
    money_places: int

    def value(self, value: Known | None, kind: Type, places: int | None = None) -> str:
        """Return a value as its type is written; `places` are the decimal places that it has at least."""
        if value is None:
            return self._text("shown.unknown")
        if isinstance(value, bool):
            return self._text("shown.yes" if value else "shown.no")
        match kind.name:
            case "choice":
                return kind.options[int(value)]
            case "text":
                return text_of(int(value))
            case "date":
                return self._date(int(value))
            case _:
                return self._number(value, kind, places)

    def _number(self, value: Fraction, kind: Type, places: int | None) -> str:
        if kind.name == "ratio":
            return digits(value * 100, max(0, (places or 0) - 2)) + "%"
        match kind.dimension:
            case (0, 0):
                return digits(value, places or 0)
            case (1, 0):
                return self._with_unit(
                    value, self.money_places if places is None else places, self.currency_name()
                )
            case (0, 1):
                return self._duration(value)
            case _:
                return self._with_unit(value, places or 0, self._unit(kind))

    def _text(self, code: str) -> str:
        return entry(code).texts[self.language]

    def _date(self, ordinal: int) -> str:
        return self._text("shown.never") if ordinal == _NEVER else date.fromordinal(ordinal).isoformat()

    def currency_name(self) -> str:
        """Return the currency as it stands behind an amount."""
        return self._text("unit.yuan") if self.currency == "CNY" else self.currency

    def _with_unit(self, value: Fraction, places: int, unit: str) -> str:
        return fill("shown.with_unit", {"number": digits(value, places), "unit": unit}, self.language)

    def _unit(self, kind: Type) -> str:
        """Return the unit of a value that is neither plain money nor plain time, such as `CNY/s`."""
        symbols = ((self.currency_name(), kind.money), (self._text("unit.second"), kind.time))
        above, below = (
            "·".join(symbol for symbol, power in symbols for _ in range(sign * power)) for sign in (1, -1)
        )
        return f"{above or 1}/{below}" if below else above

    def _duration(self, value: Fraction) -> str:
        seconds = abs(value)
        parts: list[tuple[str, Fraction]] = []
        for code, size in _PARTS:
            number, seconds = divmod(seconds, size)
            if number:
                parts.append((code, Fraction(number)))
        if seconds or not parts:
            parts.append(("unit.seconds", seconds))
        if [code for code, _ in parts] == ["unit.minutes"]:
            parts = [("unit.minutes_alone", parts[0][1])]  # In Chinese 10 分 alone would be ten points.
        sign = "-" if value < 0 else ""
        return sign + " ".join(
            fill(code, {"number": digits(number)}, self.language) for code, number in parts
        )
