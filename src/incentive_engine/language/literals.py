"""Numbers, percentages, durations, money and dates: exact values from how people write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from incentive_engine.language.source import Place, Source
from incentive_engine.language.syntax import Literal
from incentive_engine.language.tokens import JOINING_WORDS, UNITS
from incentive_engine.language.types import DATE, DURATION, MONEY, NUMBER, RATIO

_MOST_DIGITS = 18
_MOST_PLACES = 12

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![\w-])", re.ASCII)
_ALMOST_DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?![\d.])"
    r"|年(?P<months>\d{1,2})月(?:(?P<days>\d{1,2})[日号])?)",
    re.ASCII,
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d+)?", re.ASCII)
# Other ways to write a number, and the text that says how it is written here.
_FOREIGN_NUMBERS = (
    (re.compile(r"0[xXoObB]\w+", re.ASCII), "IE2013"),
    (re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+", re.ASCII), "IE2012"),
    (re.compile(r"\d+(?:_\d+)+", re.ASCII), "IE2014"),
    (re.compile(r"\.\d[\d.]*|\d+\.(?!\d)|\d+\.\d+\.[\d.]*", re.ASCII), "IE2022"),
)
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?", re.ASCII)
_WORD = re.compile(r"[^\W\d]\w*")

_TEN_THOUSANDS = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_OTHER_UNITS = {
    **dict.fromkeys(("sec", "secs", "second", "seconds", "秒", "秒钟"), "s"),
    **dict.fromkeys(("m", "mins", "minute", "minutes", "分", "分钟"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours", "小时", "时"), "h"),
    **dict.fromkeys(("day", "days", "天", "日"), "d"),
}
_CURRENCY_WORDS = frozenset({"元", "块", "块钱", "圆", "yuan", "rmb", "人民币"})
_CURRENCY_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a literal ends, and the literal unless it was a problem."""

    end: int
    literal: Literal | None


class NumberReader:
    """Reads the literals of one formula that begin with a digit or a decimal point."""

    def __init__(self, source: Source, plain: str, currency: str) -> None:
        self._source = source
        self._plain = plain
        self._currency = currency

    def read(self, start: int) -> Found:
        """Return the literal at a position; what cannot be one is reported."""
        return self._date(start) or self._foreign(start) or self._number(start)

    def _date(self, start: int) -> Found | None:
        if match := _ISO_DATE.match(self._plain, start):
            place = Place(start, match.end())
            day = _day(*match.groups())
            if day is None:
                return self._problem("IE2020", place)
            return Found(place.end, Literal(place, day, DATE))
        if match := _ALMOST_DATE.match(self._plain, start):
            part = match.groupdict()
            day = _day(part["year"], part["month"] or part["months"], part["day"] or part["days"] or "1")
            return self._problem("IE2021", Place(start, match.end()), meant=str(day or "2026-01-31"))
        return None

    def _foreign(self, start: int) -> Found | None:
        if match := _THOUSANDS.match(self._plain, start):
            return self._problem(
                "IE2015",
                Place(start, match.end()),
                together=match[0].replace(",", ""),
                apart=match[0].replace(",", ", "),
            )
        for pattern, code in _FOREIGN_NUMBERS:
            if match := pattern.match(self._plain, start):
                return self._problem(code, Place(start, match.end()), meant=match[0].replace("_", ""))
        return None

    def _number(self, start: int) -> Found:
        match = _NUMBER.match(self._plain, start)
        assert match is not None  # noqa: S101 -- the caller saw a digit; this tells mypy so
        number = Place(start, match.end())
        if len(match[1]) > _MOST_DIGITS or len(match[2] or "") > _MOST_PLACES:
            return self._problem("IE2011", number)
        value = Fraction(match[0])
        behind = self._behind(number.end)
        if self._plain.startswith("%", behind):
            place = Place(start, behind + 1)
            return Found(place.end, Literal(place, value / 100, RATIO))
        if word := _WORD.match(self._plain, behind):
            return self._with_unit(value, number, word)
        return Found(number.end, Literal(number, value, NUMBER, bare=True))

    def _with_unit(self, value: Fraction, number: Place, match: re.Match[str]) -> Found:
        word = unicodedata.normalize("NFKC", match[0])
        place = Place(number.start, match.end())
        called = self._plain.startswith("(", self._behind(match.end()))
        if word in JOINING_WORDS or (called and match.start() > number.end):
            return Found(number.end, Literal(number, value, NUMBER, bare=True))
        if word in UNITS:
            return Found(place.end, Literal(place, value * UNITS[word], DURATION))
        if word == self._currency:
            return Found(place.end, Literal(place, value, MONEY))
        return self._unknown_unit(value, number, word, place)

    def _unknown_unit(self, value: Fraction, number: Place, word: str, place: Place) -> Found:
        digits = self._plain[number.start : number.end]
        if word[0] in _TEN_THOUSANDS:
            return self._problem(
                "IE2016", place, unit=word[0], meant=written(value * _TEN_THOUSANDS[word[0]])
            )
        if unit := _OTHER_UNITS.get(word.lower()):
            return self._problem("IE2019", place, unit=word, meant=f"{digits} {unit}")
        if word.lower() in _CURRENCY_WORDS:
            return self._problem("IE2019", place, unit=word, meant=f"{digits} {self._currency}")
        if _CURRENCY_CODE.fullmatch(word):
            return self._problem("IE2017", place, unit=word, currency=self._currency)
        return self._problem("IE2018", place, unit=word, currency=self._currency)

    def _behind(self, position: int) -> int:
        while self._plain.startswith(" ", position):
            position += 1
        return position

    def _problem(self, code: str, place: Place, **values: str) -> Found:
        self._source.problem(code, place, **values)
        return Found(place.end, None)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def written(value: Fraction) -> str:
    """Return a number with at most twelve places as it is written."""
    digits = f"{value.numerator * 10**_MOST_PLACES // value.denominator:0{_MOST_PLACES + 1}}"
    return f"{digits[:-_MOST_PLACES]}.{digits[-_MOST_PLACES:]}".rstrip("0").rstrip(".")
