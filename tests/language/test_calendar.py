"""Completed months between two dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.formulas import computed


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01-15", "2026-02-14", 0),
        ("2026-01-15", "2026-02-15", 1),
        ("2026-01-15", "2027-01-14", 11),
        ("2026-01-15", "2027-01-15", 12),
        # February is too short for the 31st: the month is completed on the first day of March.
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-31", "2026-03-01", 1),
        ("2024-02-29", "2025-02-28", 11),
        ("2024-02-29", "2025-03-01", 12),
        ("2026-03-10", "2026-03-10", 0),
        ("2026-02-15", "2026-01-16", 0),
        ("2026-02-15", "2026-01-15", -1),
        ("1900-03-01", "2000-02-29", 1199),
        ("2000-02-29", "2100-02-28", 1199),
        ("2000-02-29", "2100-03-01", 1200),
    ],
)
def test_a_month_is_completed_on_the_day_of_the_same_number(first: str, last: str, months: int) -> None:
    assert computed("months_between(hired, left)", hired=first, left=last) == months


def counted(first: date, last: date) -> int:
    """Count the months as the calendar prints them."""
    if last < first:
        return -counted(last, first)
    months = 12 * (last.year - first.year) + last.month - first.month
    return months if last.day >= first.day else months - 1


@given(st.dates(), st.dates())
def test_months_are_those_of_the_calendar_in_every_year(first: date, last: date) -> None:
    found = computed("months_between(hired, left)", hired=first.isoformat(), left=last.isoformat())

    assert found == counted(first, last)


@given(st.dates(date(1999, 12, 1), date(2001, 4, 1)), st.integers(-70, 70))
def test_months_are_those_of_the_calendar_around_a_leap_day(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    found = computed("months_between(hired, left)", hired=first.isoformat(), left=last.isoformat())

    assert found == counted(first, last)
