"""Reading a number of the data exactly, whatever it is written as, and rounding it once."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from numbers import Rational

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.cells import ROUNDED, CellError, FieldReader, Note, shown
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.characters import plain
from incentive_engine.language.tokens import UNITS

# No figure of a person's work is as large; without a limit a few characters could fill the memory.
_LARGEST_POWER = 18
LARGEST = 10**_LARGEST_POWER
# A float written out in full has 1,074 decimal places at most.
_MOST_PLACES = 1100

_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(e[+-]?\d{1,4})?(?: ?(%))?", re.ASCII | re.IGNORECASE)
_WITH_COMMAS = re.compile(r"[+-]?[\d.,' ]*\d[.,' ]\d[\d.,' ]*%?", re.ASCII)
_LONGEST_NUMBER = 100


class NumberReader(FieldReader):
    """Reads numbers: counts, ratios, money, durations.

    Attributes:
        factor: What a number is multiplied with to come to the program's grid: unit and places.
        lowest: The lowest value allowed, on the grid.
        highest: The highest, on the grid.
    """

    def __init__(self, field: InputField) -> None:
        super().__init__(field)
        grid = 10**field.places
        self.factor = field.scale * grid
        self._lowest_value = Fraction(-LARGEST) if field.lowest is None else field.lowest
        self._highest_value = Fraction(LARGEST) if field.highest is None else field.highest
        # The range holds for the value after rounding, which is the only one that the rules see.
        self.lowest = max(math.ceil(self._lowest_value * grid), -LARGEST * grid)
        self.highest = min(math.floor(self._highest_value * grid), LARGEST * grid)
        self._unit = next((unit for unit, seconds in UNITS.items() if seconds == field.scale != 1), "")

    def _taken(self, value: object, notes: list[Note]) -> int:
        numerator, denominator = self._ratio(value)
        numerator *= self.factor.numerator
        denominator *= self.factor.denominator
        taken, exact = rounded_quotient(numerator, denominator, self.field.rounding)
        if not exact and self.field.strict:
            raise CellError("IE4040", places=str(self.field.places), rounded=self._written(taken))
        if not self.lowest <= taken <= self.highest:
            raise self._outside(taken)
        if not exact:
            notes.append(Note(ROUNDED, self.field.name, self._with_unit(shown(value)), self._written(taken)))
        return taken

    def _ratio(self, value: object) -> tuple[int, int]:
        """Return a value as numerator and denominator."""
        match value:
            case bool():
                raise CellError("IE4032")
            case int():
                return int(value), 1
            case str():
                return self._ratio_of_text(value)
            case float():
                return _ratio_of_float(value)
            case Decimal():
                return _ratio_of_decimal(value)
            case Rational():
                return int(value.numerator), int(value.denominator)
            case _:
                raise CellError("IE4038", kind=type(value).__name__)

    def _ratio_of_text(self, text: str) -> tuple[int, int]:
        written = plain(text)
        match = _NUMBER.fullmatch(written)
        if len(written) > _LONGEST_NUMBER:
            raise CellError("IE4037" if match else "IE4031")
        if match is None:
            raise CellError("IE4034" if _WITH_COMMAS.fullmatch(written) else "IE4031")
        digits, exponent, percent = match.groups()
        # A spreadsheet writes a large number so when its column is narrow, and drops digits.
        if exponent and "-" not in exponent:
            raise CellError("IE4036")
        if percent and self.field.type.name != "ratio":
            raise CellError("IE4035")
        numerator, denominator = _ratio_of_decimal(Decimal(digits + (exponent or "")))
        return numerator, denominator * (100 if percent else 1)

    def _outside(self, taken: int) -> CellError:
        """Return why a value is not in its range."""
        if abs(taken) > LARGEST * 10**self.field.places:
            return CellError("IE4037")
        if taken < self.lowest:
            return CellError("IE4048", lowest=self._limit(self._lowest_value))
        is_percent = self.field.type.name == "ratio" and taken <= 100 * self.highest
        return CellError("IE4041" if is_percent else "IE4039", highest=self._limit(self._highest_value))

    def _limit(self, limit: Fraction) -> str:
        """Return an end of the range in the data's own unit."""
        value = limit / self.field.scale
        return self._with_unit(str(value.numerator) if value.denominator == 1 else _decimal(value))

    def _with_unit(self, number: str) -> str:
        return f"{number} {self._unit}" if self._unit else number

    def _written(self, taken: int) -> str:
        text = _on_grid(taken, self.field.places)
        return f"{text} s" if self.field.type.name == "duration" else text


def _ratio_of_float(value: float) -> tuple[int, int]:
    """Return the shortest decimal that prints as a float."""
    if math.isfinite(value):
        return Decimal(float.__repr__(value)).as_integer_ratio()
    raise CellError("IE4033" if math.isnan(value) else "IE4050")


def _ratio_of_decimal(value: Decimal) -> tuple[int, int]:
    if not value.is_finite():
        raise CellError("IE4050" if value.is_infinite() else "IE4033")
    if not value:
        return 0, 1
    # The size is asked for first: a power of ten may be written in a few characters and fill the memory.
    if value.adjusted() > _LARGEST_POWER or int(value.as_tuple().exponent) < -_MOST_PLACES:
        raise CellError("IE4037")
    return value.as_integer_ratio()


def rounded_quotient(numerator: int, denominator: int, rounding: Rounding) -> tuple[int, bool]:
    """Return a quotient rounded to a whole number, and whether it was one; the denominator is positive.

    >>> [rounded_quotient(numerator, 2, Rounding.HALF_UP) for numerator in (5, -5, 4)]
    [(3, False), (-3, False), (2, True)]
    """
    size, rest = divmod(abs(numerator), denominator)
    if rounding is Rounding.HALF_UP:
        away = 2 * rest >= denominator
    elif rounding is Rounding.HALF_EVEN:
        away = 2 * rest + size % 2 > denominator
    else:
        away = rounding is Rounding.UP and rest > 0
    size += away
    return (-size if numerator < 0 else size), rest == 0


def _on_grid(taken: int, places: int) -> str:
    """Return a number of the grid as a decimal text.

    >>> _on_grid(-1205, 2), _on_grid(7, 0)
    ('-12.05', '7')
    """
    sign = "-" if taken < 0 else ""
    whole, rest = divmod(abs(taken), 10**places)
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"


def _decimal(value: Fraction) -> str:
    """Return a limit as a decimal; one that has no end, such as 100 s in minutes, to four places.

    >>> _decimal(Fraction(17, 20)), _decimal(Fraction(5, 3))
    ('0.85', '1.6667')
    """
    taken, _ = rounded_quotient(value.numerator * 10**4, value.denominator, Rounding.HALF_UP)
    return _on_grid(taken, 4).rstrip("0")
