"""The calendar of a ruleset: its periods, and whether dates and seasons fall on their borders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.ruleset.fields import WrittenDate
from incentive_engine.ruleset.period import Cadence, DateRange, Period, Season, day_of_month, period_of
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import Dated

# A ruleset without a first day is looked at from this year on, for as long as the days of the week take to
# come back to the same dates.
_SOME_YEAR = 2024
_CYCLE = 28


@dataclass(frozen=True, slots=True)
class Calendar:
    """The ruleset's periods, and the days on which it is in force."""

    cadence: Cadence
    effective: DateRange

    def problems(self, dated: Dated) -> Iterator[Problem]:
        """Yield what is wrong with dates: an end before the beginning, or a date inside a period."""
        first, last = dated.from_, dated.until
        if first is not None and last is not None and last.day < first.day:
            yield Problem("IE3011", {"first": str(first.day), "last": str(last.day)}, last.span)
        elif first is not None and period_of(first.day, self.cadence).start != first.day:
            yield self._inside(first)
        elif last is not None and period_of(last.day, self.cadence).end != last.day:
            yield self._inside(last)

    def _inside(self, day: WrittenDate) -> Problem:
        return Problem("IE3013", {"date": str(day.day), "cadence": str(self.cadence)}, day.span)

    def split_by(self, season: Season) -> Period | None:
        """Return the first period in force of which a season covers only a part."""
        for year in self._years(season):
            for day in sorted(_ends(season, year)):
                period = period_of(day, self.cadence)
                if season.covers(period) == "part" and self.effective.covers(period) != "none":
                    return period
        return None

    def _years(self, season: Season) -> range:
        if isinstance(season.first, date):
            return range(season.first.year, season.first.year + 1)
        first = self.effective.first.year if self.effective.first else _SOME_YEAR
        return range(first, (self.effective.last.year if self.effective.last else first + _CYCLE) + 1)

    def gap(self, ranges: Sequence[DateRange]) -> date | None:
        """Return the first day in force that none of some ranges covers, or None."""
        day = self.effective.first or date.min
        until = self.effective.last or date.max
        while day <= until:
            here = [each for each in ranges if (each.first or date.min) <= day <= (each.last or date.max)]
            if not here:
                return day
            end = max(each.last or date.max for each in here)
            if end >= until:
                return None
            day = end + timedelta(days=1)
        return None


def in_force(builder: Builder, days: DateRange) -> Node:
    """Return whether the period lies in a range of days."""
    return builder.true if days == DateRange() else builder.period_truth(days)


def _ends(season: Season, year: int) -> Iterator[date]:
    """Yield the first and the last day of a season in a year."""
    for end in (season.first, season.last):
        yield end if isinstance(end, date) else day_of_month(year, *end)
