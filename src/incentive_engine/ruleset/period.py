"""Periods of the calendar, and the date ranges and seasons that apply to them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Literal, Protocol

Coverage = Literal["all", "part", "none"]


class Cadence(StrEnum):
    """How long one period is. An event is dated by its day, and perhaps by its time of day."""

    EVENT = "event"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period of the calendar; `start` and `end` are both included.

    An event has, besides its day, a time of day (`moment`, as `14:05`; empty where it is not known) and the
    id by which it is told from others (`event`); periods are ordered by day, time and id.

    >>> march = parse_period("2026-03", Cadence.MONTH)
    >>> march.days, str(march.previous()), str(march.next())
    (31, '2026-02', '2026-04')
    """

    start: date
    end: date
    cadence: Cadence
    moment: str = ""
    event: str = ""

    @property
    def days(self) -> int:
        """Number of days, both ends counted."""
        return (self.end - self.start).days + 1

    @property
    def on_calendar(self) -> Period:
        """The period without what tells events of one day apart: all that programs depend on."""
        return replace(self, moment="", event="") if self.moment or self.event else self

    @property
    def year(self) -> int:
        """The year that the period is written with (a week belongs to its ISO year)."""
        return self.start.isocalendar().year if self.cadence is Cadence.WEEK else self.start.year

    def within(self, window: Cadence) -> Period:
        """Return the longer period that this one lies in; of weeks that is their ISO year.

        >>> str(parse_period("2026-02", Cadence.MONTH).within(Cadence.QUARTER))
        '2026-Q1'

        Raises:
            ValueError: if periods of this cadence do not lie in such windows (see `lies_in`).
        """
        if not lies_in(self.cadence, window):
            raise ValueError(f"a {self.cadence} does not lie in one {window}")
        if self.cadence is Cadence.WEEK and window is Cadence.YEAR:
            first = date.fromisocalendar(self.year, 1, 1)
            return Period(first, date.fromisocalendar(self.year + 1, 1, 1) - timedelta(days=1), window)
        return period_of(self.start, window)

    def previous(self) -> Period:
        """Return the period that ends the day before this one begins."""
        return period_of(self.start - timedelta(days=1), self.cadence)

    def next(self) -> Period:
        """Return the period that begins the day after this one ends."""
        return period_of(self.end + timedelta(days=1), self.cadence)

    def __str__(self) -> str:
        written = _WRITTEN[self.cadence](self.start)
        return f"{written}T{self.moment}" if self.moment else written


_WRITTEN: dict[Cadence, Callable[[date], str]] = {
    Cadence.EVENT: date.isoformat,
    Cadence.DAY: date.isoformat,
    Cadence.WEEK: lambda day: f"{day.isocalendar().year:04}-W{day.isocalendar().week:02}",
    Cadence.MONTH: lambda day: f"{day.year:04}-{day.month:02}",
    Cadence.QUARTER: lambda day: f"{day.year:04}-Q{(day.month + 2) // 3}",
    # A year of weeks can begin in the December before.
    Cadence.YEAR: lambda day: f"{(day + timedelta(days=6)).year:04}",
}
_LENGTHS = list(Cadence)

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)", re.ASCII)
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

    An event may have its time of day as well, as `2026-03-08T14:05`.

    Raises:
        ValueError: if the text does not name a period of this cadence.
    """
    if cadence is Cadence.EVENT and (at := _MOMENT.fullmatch(text)) is not None:
        return replace(parse_period(at[1], cadence), moment=_moment(at[2], text))
    pattern, first_day = _PATTERNS[cadence]
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} does not name a period of the kind {cadence}")
    try:
        return period_of(first_day([int(part) for part in match.groups()]), cadence)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not in the calendar") from error


def _moment(written: str, text: str) -> str:
    try:
        return moment_of(time.fromisoformat(written))
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar") from error


def moment_of(at: time) -> str:
    """Return a time of day as events have it: to the minute, or to the second where it is not a whole minute.

    >>> moment_of(time(14, 5)), moment_of(time(14, 5, 30))
    ('14:05', '14:05:30')
    """
    return at.isoformat("seconds" if at.second else "minutes")


def lies_in(cadence: Cadence, window: Cadence) -> bool:
    """Return whether every period of a cadence lies in one window of another, longer or equal.

    >>> lies_in(Cadence.MONTH, Cadence.QUARTER), lies_in(Cadence.WEEK, Cadence.MONTH)
    (True, False)
    """
    if cadence is Cadence.WEEK:
        return window in (Cadence.WEEK, Cadence.YEAR)
    return _LENGTHS.index(cadence) <= _LENGTHS.index(window)


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
class Opens:
    """Whether a period is the first of a window of the calendar, such as the first of its year.

    With `of` it is asked whether it belongs to the first such longer period: whether a month belongs to the
    first quarter of a year.
    """

    window: Cadence
    of: Cadence | None = None

    def holds(self, period: Period) -> bool:
        """Return the answer for one period."""
        longer = period if self.of is None else period.within(self.of)
        return longer.start == period.within(self.window).start


@dataclass(frozen=True, slots=True)
class Closes:
    """Whether a period is the last of a window of the calendar, such as the last month of its quarter."""

    window: Cadence

    def holds(self, period: Period) -> bool:
        """Return the answer for one period."""
        return period.end == period.within(self.window).end
