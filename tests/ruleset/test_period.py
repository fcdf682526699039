"""Periods of the calendar, date ranges and seasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentive_engine.ruleset.period import (
    Cadence,
    Closes,
    DateRange,
    Opens,
    Period,
    Season,
    lies_in,
    parse_period,
    period_of,
)

CADENCES = st.sampled_from(list(Cadence))
DAYS = st.dates(date(1999, 1, 1), date(2041, 12, 31))


def month(text: str) -> Period:
    return parse_period(text, Cadence.MONTH)


@pytest.mark.parametrize(
    ("text", "cadence", "first", "last", "days"),
    [
        ("2026-03", Cadence.MONTH, date(2026, 3, 1), date(2026, 3, 31), 31),
        ("2026-02", Cadence.MONTH, date(2026, 2, 1), date(2026, 2, 28), 28),
        ("2028-02", Cadence.MONTH, date(2028, 2, 1), date(2028, 2, 29), 29),  # 2028 is a leap year.
        ("2026-12", Cadence.MONTH, date(2026, 12, 1), date(2026, 12, 31), 31),
        ("9999-12", Cadence.MONTH, date(9999, 12, 1), date(9999, 12, 31), 31),
        ("2026-Q1", Cadence.QUARTER, date(2026, 1, 1), date(2026, 3, 31), 90),
        ("2026-Q4", Cadence.QUARTER, date(2026, 10, 1), date(2026, 12, 31), 92),
        ("2026", Cadence.YEAR, date(2026, 1, 1), date(2026, 12, 31), 365),
        # ISO 8601: week 1 is the one with the year's first Thursday, 1 January 2026.
        ("2026-W01", Cadence.WEEK, date(2025, 12, 29), date(2026, 1, 4), 7),
        ("2026-W11", Cadence.WEEK, date(2026, 3, 9), date(2026, 3, 15), 7),
        ("2026-W53", Cadence.WEEK, date(2026, 12, 28), date(2027, 1, 3), 7),
        ("2026-03-08", Cadence.DAY, date(2026, 3, 8), date(2026, 3, 8), 1),
        ("2026-03-08", Cadence.EVENT, date(2026, 3, 8), date(2026, 3, 8), 1),
    ],
)
def test_a_period_is_named_as_the_language_says(
    text: str, cadence: Cadence, first: date, last: date, days: int
) -> None:
    period = parse_period(text, cadence)

    assert (period.start, period.end, period.days) == (first, last, days)
    assert str(period) == text


@pytest.mark.parametrize(
    ("text", "cadence"),
    [
        ("2026-3", Cadence.MONTH),
        ("2026-03-01", Cadence.MONTH),
        ("2026-Q5", Cadence.QUARTER),
        ("26", Cadence.YEAR),
        ("2026 ", Cadence.YEAR),
        ("２０２６", Cadence.YEAR),  # Digits that are not ASCII
        ("2026-11", Cadence.WEEK),
        ("", Cadence.DAY),
    ],
)
def test_a_text_of_another_form_names_no_period(text: str, cadence: Cadence) -> None:
    with pytest.raises(ValueError, match=f"does not name a period of the kind {cadence}"):
        parse_period(text, cadence)


@pytest.mark.parametrize(
    ("text", "cadence"),
    [
        ("2026-13", Cadence.MONTH),
        ("2026-02-29", Cadence.DAY),
        ("2025-W53", Cadence.WEEK),  # 2025 has 52 weeks.
        ("0000", Cadence.YEAR),
        ("9999-W52", Cadence.WEEK),  # It ends in the year 10000.
    ],
)
def test_a_period_that_the_calendar_does_not_have_is_refused(text: str, cadence: Cadence) -> None:
    with pytest.raises(ValueError, match="is not in the calendar"):
        parse_period(text, cadence)


@given(DAYS, CADENCES)
def test_a_day_lies_in_its_period_and_periods_follow_one_another_without_a_gap(
    day: date, cadence: Cadence
) -> None:
    period = period_of(day, cadence)

    assert period.start <= day <= period.end
    assert period.next().start == period.end + timedelta(days=1)
    assert period.next().previous() == period
    assert parse_period(str(period), cadence) == period


@given(DAYS, CADENCES)
def test_a_period_opens_its_year_when_the_one_before_belongs_to_another(day: date, cadence: Cadence) -> None:
    period = period_of(day, cadence)

    assert Opens(Cadence.YEAR).holds(period) is (period.previous().year != period.year)
    assert Closes(Cadence.YEAR).holds(period) is (period.next().year != period.year)


def test_a_week_belongs_to_the_year_it_is_written_with() -> None:
    first = parse_period("2026-W01", Cadence.WEEK)

    assert first.start.year == 2025
    assert first.year == 2026
    assert Opens(Cadence.YEAR).holds(first)
    assert not Opens(Cadence.YEAR).holds(first.next())


def test_a_year_of_weeks_begins_and_ends_with_its_weeks() -> None:
    # By ISO 8601 the year 2026 has 53 weeks, the last of which ends on 3 January 2027.
    for text in ("2026-W01", "2026-W53"):
        year = parse_period(text, Cadence.WEEK).within(Cadence.YEAR)
        assert (year.start, year.end, str(year)) == (date(2025, 12, 29), date(2027, 1, 3), "2026")
    year = parse_period("2027-W01", Cadence.WEEK).within(Cadence.YEAR)
    assert (year.start, str(year)) == (date(2027, 1, 4), "2027")


@pytest.mark.parametrize(
    ("text", "cadence", "window", "longer", "opens", "closes"),
    [
        ("2026-02", Cadence.MONTH, Cadence.QUARTER, "2026-Q1", False, False),
        ("2026-04", Cadence.MONTH, Cadence.QUARTER, "2026-Q2", True, False),
        ("2026-06", Cadence.MONTH, Cadence.QUARTER, "2026-Q2", False, True),
        ("2026-Q4", Cadence.QUARTER, Cadence.YEAR, "2026", False, True),
        ("2026-03-01", Cadence.DAY, Cadence.MONTH, "2026-03", True, False),
        ("2026-03-01", Cadence.DAY, Cadence.WEEK, "2026-W09", False, True),  # A Sunday
        ("2026-03", Cadence.MONTH, Cadence.MONTH, "2026-03", True, True),
    ],
)
def test_a_period_lies_in_a_longer_one(
    text: str, cadence: Cadence, window: Cadence, longer: str, *, opens: bool, closes: bool
) -> None:
    period = parse_period(text, cadence)

    assert str(period.within(window)) == longer
    assert (Opens(window).holds(period), Closes(window).holds(period)) == (opens, closes)


def test_a_week_lies_in_no_month_and_a_month_in_no_week() -> None:
    with pytest.raises(ValueError, match="a week does not lie in one month"):
        parse_period("2026-W01", Cadence.WEEK).within(Cadence.MONTH)

    inside = {(short, long) for short in Cadence for long in Cadence if lies_in(short, long)}
    assert (Cadence.EVENT, Cadence.WEEK) in inside
    assert (Cadence.WEEK, Cadence.QUARTER) not in inside
    assert (Cadence.MONTH, Cadence.WEEK) not in inside


def test_a_month_belongs_to_the_first_quarter_of_its_year() -> None:
    opens = Opens(Cadence.YEAR, of=Cadence.QUARTER)

    assert [opens.holds(month(text)) for text in ("2026-01", "2026-03", "2026-04")] == [True, True, False]


def test_events_of_a_day_are_ordered_by_time_and_then_by_id() -> None:
    at = {
        text: parse_period(text, Cadence.EVENT)
        for text in ("2026-03-08", "2026-03-08T09:30", "2026-03-08 14:05:30", "2026-03-09T00:00")
    }
    events = [
        at["2026-03-08"],
        replace(at["2026-03-08T09:30"], event="A"),
        replace(at["2026-03-08T09:30"], event="B"),
        at["2026-03-08 14:05:30"],
        at["2026-03-09T00:00"],
    ]

    assert sorted([*events[2:], *events[:2]]) == events
    assert str(events[1]) == "2026-03-08T09:30"
    assert str(events[3]) == "2026-03-08T14:05:30"
    assert {event.on_calendar for event in events[:4]} == {at["2026-03-08"]}
    assert at["2026-03-08"].on_calendar is at["2026-03-08"]
    # Whole minutes are the same time however they are written.
    assert parse_period("2026-03-08T09:30:00", Cadence.EVENT) == at["2026-03-08T09:30"]


@pytest.mark.parametrize("text", ["2026-03-08T24:00", "2026-03-08T09:61", "2026-02-30T09:00"])
def test_an_event_at_no_time_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not in the calendar"):
        parse_period(text, Cadence.EVENT)


def test_only_events_have_a_time_of_day() -> None:
    with pytest.raises(ValueError, match="does not name a period"):
        parse_period("2026-03-08T09:30", Cadence.DAY)


@pytest.mark.parametrize(
    ("first", "last", "coverage"),
    [
        (None, None, "all"),
        (date(2026, 3, 1), date(2026, 3, 31), "all"),
        (date(2026, 1, 1), None, "all"),
        (None, date(2026, 3, 30), "part"),
        (date(2026, 3, 2), None, "part"),
        (date(2026, 3, 31), date(2026, 5, 1), "part"),
        (date(2026, 3, 5), date(2026, 3, 5), "part"),
        (None, date(2026, 2, 28), "none"),
        (date(2026, 4, 1), None, "none"),
        (date(2026, 3, 20), date(2026, 3, 10), "none"),  # Its last day is before its first.
    ],
)
def test_a_date_range_covers_march_2026(first: date | None, last: date | None, coverage: str) -> None:
    dates = DateRange(first, last)

    assert dates.covers(month("2026-03")) == coverage
    assert dates.holds(month("2026-03")) is (coverage == "all")


DOUBLE_11 = Season((11, 1), (11, 15), "any_day")
OVER_NEW_YEAR = Season((12, 20), (1, 31), "any_day")


@pytest.mark.parametrize(
    ("season", "text", "coverage"),
    [
        (DOUBLE_11, "2026-10", "none"),
        (DOUBLE_11, "2026-11", "part"),
        (DOUBLE_11, "2027-11", "part"),
        (OVER_NEW_YEAR, "2026-11", "none"),
        (OVER_NEW_YEAR, "2026-12", "part"),
        (OVER_NEW_YEAR, "2027-01", "all"),
        (OVER_NEW_YEAR, "2027-02", "none"),
        (Season(date(2026, 11, 1), date(2026, 12, 31)), "2026-11", "all"),
        (Season(date(2026, 11, 1), date(2026, 12, 31)), "2027-11", "none"),
        # The end of February is its last day, whichever that is.
        (Season((2, 1), (2, 29)), "2027-02", "all"),
        (Season((2, 1), (2, 29)), "2028-02", "all"),
        (Season((2, 1), (2, 28)), "2028-02", "part"),
        (Season((2, 29), (2, 28)), "2027-02", "all"),  # From the last day of February to the one before it
    ],
)
def test_a_season_without_a_year_recurs(season: Season, text: str, coverage: str) -> None:
    assert season.covers(month(text)) == coverage


def test_a_season_may_be_a_single_day() -> None:
    spring_festival_eve = Season((2, 16), (2, 16))

    assert [spring_festival_eve.contains(date(2026, 2, day)) for day in (15, 16, 17)] == [False, True, False]


def test_a_season_of_the_whole_year_covers_a_week_over_new_year() -> None:
    assert Season((1, 1), (12, 31)).covers(parse_period("2026-W01", Cadence.WEEK)) == "all"


def test_a_season_says_whether_a_period_that_it_splits_counts() -> None:
    november, october = month("2026-11"), month("2026-10")
    any_day = Season((11, 1), (11, 15), "any_day")
    all_days = Season((11, 1), (11, 15), "all_days")
    whole_month = Season((11, 1), (11, 30))

    assert [any_day.holds(november), any_day.holds(october)] == [True, False]
    assert [all_days.holds(november), all_days.holds(october)] == [False, False]
    assert [whole_month.holds(november), whole_month.holds(october)] == [True, False]


@given(DAYS)
def test_a_day_is_in_a_season_over_new_year_when_it_is_not_in_the_rest_of_the_year(day: date) -> None:
    rest_of_the_year = Season((2, 1), (12, 19))

    assert OVER_NEW_YEAR.contains(day) is not rest_of_the_year.contains(day)
