"""Periods of the calendar, and the date ranges and seasons that apply to them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, Protocol

Coverage = Literal["all", "part", "none"]


class Cadence(StrEnum):
    """How long one period is. An event is dated by its day."""

    EVENT = "event"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period of the calendar; `start` and `end` are both included.

    >>> march = parse_period("2026-03", Cadence.MONTH)
    >>> march.days, str(march.previous()), str(march.next())
    (31, '2026-02', '2026-04')
    """

    start: date
    end: date
    cadence: Cadence

    @property
    def days(self) -> int:
        """Number of days, both ends counted."""
        return (self.end - self.start).days + 1

    @property
    def opens_year(self) -> bool:
        """Whether this is the first period of its year."""
        if self.cadence is Cadence.WEEK:
            return self.start.isocalendar().week == 1
        return (self.start.month, self.start.day) == (1, 1)

    @property
    def year(self) -> int:
        """The year that the period is written with (a week belongs to its ISO year)."""
        return self.start.isocalendar().year if self.cadence is Cadence.WEEK else self.start.year

    def previous(self) -> Period:
        """Return the period that ends the day before this one begins."""
        return period_of(self.start - timedelta(days=1), self.cadence)

    def next(self) -> Period:
        """Return the period that begins the day after this one ends."""
        return period_of(self.end + timedelta(days=1), self.cadence)

    def __str__(self) -> str:
        return _WRITTEN[self.cadence](self.start)


_WRITTEN: dict[Cadence, Callable[[date], str]] = {
    Cadence.EVENT: date.isoformat,
    Cadence.DAY: date.isoformat,
    Cadence.WEEK: lambda day: f"{day.isocalendar().year:04}-W{day.isocalendar().week:02}",
    Cadence.MONTH: lambda day: f"{day.year:04}-{day.month:02}",
    Cadence.QUARTER: lambda day: f"{day.year:04}-Q{(day.month + 2) // 3}",
    Cadence.YEAR: lambda day: f"{day.year:04}",
}

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_PATTERNS: dict[Cadence, tuple[re.Pattern[str], Callable[[list[int]], date]]] = {
    Cadence.EVENT: (_DAY, lambda part: date(part[0], part[1], part[2])),
    Cadence.DAY: (_DAY, lambda part: date(part[0], part[1], part[2])),
    Cadence.WEEK: (
        re.compile(r"(\d{4})-W(\d{2})", re.ASCII),
        lambda part: date.fromisocalendar(part[0], part[1], 1),
    ),
    Cadence.MONTH: (re.compile(r"(\d{4})-(\d{2})", re.ASCII), lambda part: date(part[0], part[1], 1)),
    Cadence.QUARTER: (
        re.compile(r"(\d{4})-Q([1-4])", re.ASCII),
        lambda part: date(part[0], 3 * part[1] - 2, 1),
    ),
    Cadence.YEAR: (re.compile(r"(\d{4})", re.ASCII), lambda part: date(part[0], 1, 1)),
}


def parse_period(text: str, cadence: Cadence) -> Period:
    """Return the period that a text such as `2026-03`, `2026-Q1`, `2026`, `2026-W11` or `2026-03-08` names.

    Raises:
        ValueError: if the text does not name a period of this cadence.
    """
    pattern, first_day = _PATTERNS[cadence]
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} does not name a period of the kind {cadence}")
    try:
        return period_of(first_day([int(part) for part in match.groups()]), cadence)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not in the calendar") from error


def period_of(day: date, cadence: Cadence) -> Period:
    """Return the period of a cadence that a day lies in."""
    match cadence:
        case Cadence.EVENT | Cadence.DAY:
            return Period(day, day, cadence)
        case Cadence.WEEK:
            start = day - timedelta(days=day.weekday())
            return Period(start, start + timedelta(days=6), cadence)
        case Cadence.MONTH:
            return Period(day.replace(day=1), day_of_month(day.year, day.month, 31), cadence)
        case Cadence.QUARTER:
            first = 3 * ((day.month - 1) // 3) + 1
            return Period(date(day.year, first, 1), day_of_month(day.year, first + 2, 31), cadence)
        case _:  # A year
            return Period(date(day.year, 1, 1), date(day.year, 12, 31), cadence)


def day_of_month(year: int, month: int, day: int) -> date:
    """Return a day of a month, or the month's last day where it has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


class PeriodTest(Protocol):
    """A question about a period alone, such as whether a season counts for it."""

    def holds(self, period: Period) -> bool:
        """Return the answer for one period."""
        ...


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `first` until `last`, both included; None leaves that side open."""

    first: date | None = None
    last: date | None = None

    def covers(self, period: Period) -> Coverage:
        """Say whether all days of the period lie in the range, a part of them, or none."""
        first = max(self.first or date.min, period.start)
        last = min(self.last or date.max, period.end)
        shared = (last - first).days + 1
        if shared <= 0:
            return "none"
        return "all" if shared == period.days else "part"

    def holds(self, period: Period) -> bool:
        """Return whether the range covers the whole period."""
        return self.covers(period) == "all"


@dataclass(frozen=True, slots=True)
class Season:
    """A named span of days, both ends included. Without a year it recurs, also over the turn of the year.

    `first` and `last` are (month, day), or both are dates. 29 February means the last day of February in a
    common year. `counts_for` says whether a period counts as in season when any of its days is, or only when
    all are; None means that the season was written for periods that it never splits.

    >>> holidays = Season((12, 1), (1, 6), counts_for="any_day")
    >>> [holidays.covers(parse_period(month, Cadence.MONTH)) for month in ("2026-11", "2026-12", "2027-01")]
    ['none', 'all', 'part']
    """

    first: tuple[int, int] | date
    last: tuple[int, int] | date
    counts_for: Literal["any_day", "all_days"] | None = None

    def covers(self, period: Period) -> Coverage:
        """Say whether all days of the period are in season, a part of them, or none."""
        inside = {self.contains(period.start + timedelta(days=count)) for count in range(period.days)}
        if inside == {True}:
            return "all"
        return "part" if True in inside else "none"

    def contains(self, day: date) -> bool:
        """Return whether a day is in season."""
        match self.first, self.last:
            case (int(), int()) as first, (int(), int()) as last if last < first:
                return day >= day_of_month(day.year, *first) or day <= day_of_month(day.year, *last)
        return _on(day.year, self.first) <= day <= _on(day.year, self.last)

    def holds(self, period: Period) -> bool:
        """Return whether the season counts for the period."""
        coverage = self.covers(period)
        return coverage == "all" or (coverage == "part" and self.counts_for == "any_day")


def _on(year: int, day: tuple[int, int] | date) -> date:
    return day if isinstance(day, date) else day_of_month(year, *day)


@dataclass(frozen=True, slots=True)
class OpensYear:
    """Whether a period is the first of its year."""

    def holds(self, period: Period) -> bool:
        """Return whether the period is the first of its year."""
        return period.opens_year
