"""Reading one value of the data exactly: the long way, for whatever may stand in a cell.

A float counts as the shortest decimal that prints as it. Space around a text does not count, a cell with
nothing else is empty, and full-width digits and signs are read as plain ones.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from numbers import Integral
from typing import NamedTuple, TypeGuard

from incentive_engine.compile.policy import InputField
from incentive_engine.language.characters import plain
from incentive_engine.language.types import text_number
from incentive_engine.ruleset.period import Cadence, parse_period
from incentive_engine.ruleset.validation import suggestion

ROUNDED = "IE4101"
TAKEN = "IE4103"

MOST_CHARACTERS = 1000

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Without its mark a quarter or a week could as well be a month.
_MARKS_OF = {Cadence.QUARTER: frozenset("Qq季"), Cadence.WEEK: frozenset("Ww周")}
_MARKS = frozenset().union(*_MARKS_OF.values())
_MOST_SHOWN = 60
_DIGITS_OF_A_MOMENT = 5  # year, month, day, hour, minute
_LONGEST_DECIMAL = 1000  # bits
# Joiners, which some scripts write with; other characters that nobody sees make two texts look the same.
_JOINERS = "\u200c\u200d"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_TRUE = frozenset({"true", "yes", "1", "是"})
_FALSE = frozenset({"false", "no", "0", "否"})
_NEVER = date.max.toordinal()

Taken = int | bool | None
"""What a program takes for a cell: a number times ten to its places, a flag, or None for unknown."""


class Note(NamedTuple):
    """Something that a reader of the decision should know about how one field was read.

    `code` is IE4101 where `given` had more places than declared and was rounded to `taken`, or IE4103 where
    the cell was empty and `taken` is what the ruleset says of an empty cell. `field` is the field's name in
    the ruleset. Both values are texts, durations with their unit.
    """

    code: str
    field: str
    given: str
    taken: str


class CellError(ValueError):
    """A cell that cannot be taken; `code` and `values` say why."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def shown(value: object) -> str:
    r"""Return how a value is quoted in a message: short, and with nothing that cannot be seen.

    >>> shown("12,5"), shown(0.1), shown(True), shown([1, 2]), shown("A\u200b1")
    ('12,5', '0.1', 'true', 'list', 'A\\u200b1')
    """
    try:
        text = _text_of(value.value if isinstance(value, Enum) else value)
    except Exception:  # noqa: BLE001 -- somebody else's class may raise anything when it is looked at
        text = type(value).__name__
    if text.isprintable() and len(text) <= _MOST_SHOWN:
        return text
    visible = "".join(
        each if each.isprintable() or unicodedata.category(each) == "Zs" else f"\\u{ord(each):04x}"
        for each in text[: _MOST_SHOWN + 1]
    )
    return visible if len(visible) <= _MOST_SHOWN else visible[:_MOST_SHOWN] + "…"


def _text_of(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return str.__str__(value)
        case float():
            return float.__repr__(value)
        case Integral():
            # Python refuses to write very long integers in decimal.
            return str(int(value)) if int(value).bit_length() < _LONGEST_DECIMAL else hex(value)
        case Fraction():
            return f"{shown(value.numerator)}/{shown(value.denominator)}"
        case date() | Decimal():
            return str(value)
        case _:
            return type(value).__name__


def plain_value(value: object) -> object:
    """Return a cell's value without what is around it: an enumeration's value, a text without outer space.

    An empty text becomes None.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return str.__str__(value).strip() or None
    return value


def is_plain_text(value: object) -> TypeGuard[str]:
    """Say quickly whether a value is a text as `read_text` returns it; not every such text is found."""
    return (
        type(value) is str
        and 0 < len(value) <= MOST_CHARACTERS
        and value.isprintable()
        and value.strip() == value
    )


def read_text(value: object) -> str:
    """Return a value (as `plain_value` gives it) as text; a whole number, as ids often are, is one.

    Raises:
        CellError: if it is of another kind, too long, or has characters that nobody can see.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = shown(value)
    if not isinstance(value, str):
        raise CellError("IE4046", kind=type(value).__name__)
    if len(value) > MOST_CHARACTERS:
        raise CellError("IE4047", limit=str(MOST_CHARACTERS))
    for each in value:
        if unicodedata.category(each) in _UNSEEN and each not in _JOINERS:
            raise CellError("IE4023", character=f"U+{ord(each):04X}")
    return value


def read_day(value: object) -> date:
    """Return a value (as `plain_value` gives it) as a day; a date with a time of day counts as its day.

    Raises:
        CellError: if it is no day of the calendar, or depends on a time zone.
    """
    if isinstance(value, datetime):
        # What pandas gives for a missing date is equal to nothing.
        if value != value:  # noqa: PLR0124 -- see above
            raise CellError("IE4033", value="NaT")
        if value.tzinfo is not None:
            raise CellError("IE4043")
        return value.date()
    if isinstance(value, date):
        return value
    text = plain(value) if isinstance(value, str) else ""
    if not _DAY.fullmatch(text):
        raise CellError("IE4042", **suggested_period(value, Cadence.DAY))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError("IE4042", **suggestion("", ())) from None


def suggested_period(value: object, cadence: Cadence) -> dict[str, str]:
    """Return the values of a hint: how a period is written that was probably meant, such as by `2026/3`."""
    text = plain(shown(value))
    marks = set(text) & _MARKS
    if not marks <= _MARKS_OF.get(cadence, frozenset()) or (cadence in _MARKS_OF and not marks):
        return suggestion("", ())
    digits = re.findall(r"\d+", text, re.ASCII)
    if digits and len(digits[0]) in (6, 8):  # 202603, 20260308
        digits = [digits[0][:4], *re.findall(r"\d\d", digits[0][4:])]
    year, second, third = [*digits, "", "", ""][:3]
    written = {
        Cadence.YEAR: year,
        Cadence.QUARTER: f"{year}-Q{second}",
        Cadence.MONTH: f"{year}-{second:0>2}",
        Cadence.WEEK: f"{year}-W{second:0>2}",
    }.get(cadence, f"{year}-{second:0>2}-{third:0>2}")
    if cadence is Cadence.EVENT and len(digits) >= _DIGITS_OF_A_MOMENT:
        written += f"T{digits[3]:0>2}:{digits[4]:0>2}"
    try:
        parse_period(written, cadence)
    except ValueError:
        return suggestion("", ())
    return suggestion(written, [written])


class FieldReader(ABC):
    """Reads the cells of one metric or attribute."""

    def __init__(self, field: InputField) -> None:
        self.field = field

    def read(self, value: object, notes: list[Note]) -> Taken:
        """Return what the program takes for a cell, and add what a reader should know to the notes.

        Raises:
            CellError: if it cannot be taken; anything else comes from the value's own class.
        """
        taken = plain_value(value)
        return self._empty(notes) if taken is None else self._taken(taken, notes)

    @abstractmethod
    def _taken(self, value: object, notes: list[Note]) -> Taken:
        """Return what the program takes for a value that is there."""

    @abstractmethod
    def _written(self, taken: int) -> str:
        """Return it as a text."""

    def _empty(self, notes: list[Note]) -> Taken:
        if self.field.required:
            raise CellError("IE4030")
        missing = self.field.missing
        # That somebody has not left is nothing to note.
        if missing is not None and not (self.field.type.name == "date" and missing == _NEVER):
            notes.append(Note(TAKEN, self.field.name, "", self._written(missing)))
        return missing


class ChoiceReader(FieldReader):
    """Reads one of several values, as its place among them."""

    def __init__(self, field: InputField) -> None:
        super().__init__(field)
        self.places = {option: place for place, option in enumerate(field.type.options)}

    def _taken(self, value: object, notes: list[Note]) -> int:  # noqa: ARG002 -- there is nothing to note
        text = read_text(value)
        if text not in self.places:
            options = ", ".join(f"`{option}`" for option in self.places)
            raise CellError("IE4049", options=options, **suggestion(text, self.places))
        return self.places[text]

    def _written(self, taken: int) -> str:
        return self.field.type.options[taken]


class TextReader(FieldReader):
    """Reads texts, as the numbers that stand for them."""

    def _taken(self, value: object, notes: list[Note]) -> int:  # noqa: ARG002 -- there is nothing to note
        return text_number(read_text(value))

    def _written(self, taken: int) -> str:
        return taken.to_bytes((taken.bit_length() + 7) // 8, "big")[1:].decode("utf-8")


class DateReader(FieldReader):
    """Reads days, as their ordinals."""

    def _taken(self, value: object, notes: list[Note]) -> int:  # noqa: ARG002 -- there is nothing to note
        return read_day(value).toordinal()

    def _written(self, taken: int) -> str:
        return date.fromordinal(taken).isoformat()


class FlagReader(FieldReader):
    """Reads what is true or false: `true`, `yes`, `1`, `是` and their opposites, in any case."""

    def _taken(self, value: object, notes: list[Note]) -> bool:  # noqa: ARG002 -- there is nothing to note
        text = plain(shown(value)).lower() if isinstance(value, (bool, int, str)) else ""
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        raise CellError("IE4044")

    def _written(self, taken: int) -> str:
        return "true" if taken else "false"
