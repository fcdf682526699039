"""Values are written with their unit, in the reader's language, and never shortened."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentive_engine.decision.amounts import Known
from incentive_engine.decision.format import Format, digits
from incentive_engine.language.types import (
    BOOLEAN,
    COUNT,
    DATE,
    DURATION,
    MONEY,
    NUMBER,
    RATIO,
    TEXT,
    Type,
    choice,
    dimensional,
    text_number,
)

ENGLISH = Format("en", "CNY", 2)
CHINESE = Format("zh", "CNY", 2)
LEVEL = choice("level", ("junior", "senior"))


@pytest.mark.parametrize(
    ("value", "kind", "english", "chinese"),
    [
        ("0.913", RATIO, "91.3%", "91.3%"),
        ("0.9500", RATIO, "95%", "95%"),
        ("-0.02", RATIO, "-2%", "-2%"),
        ("0.94996", RATIO, "94.996%", "94.996%"),
        ("1234.5", MONEY, "1,234.50 CNY", "1,234.50 元"),
        ("0.005", MONEY, "0.005 CNY", "0.005 元"),
        ("-50", MONEY, "-50.00 CNY", "-50.00 元"),
        ("1234567", COUNT, "1,234,567", "1,234,567"),
        ("85.070", NUMBER, "85.07", "85.07"),
        ("0", NUMBER, "0", "0"),
        ("510", DURATION, "8 min 30 s", "8 分 30 秒"),
        ("600", DURATION, "10 min", "10 分钟"),
        ("0", DURATION, "0 s", "0 秒"),
        ("0.5", DURATION, "0.5 s", "0.5 秒"),
        ("14400", DURATION, "4 h", "4 小时"),
        ("90061", DURATION, "1 d 1 h 1 min 1 s", "1 天 1 小时 1 分 1 秒"),
        ("-90", DURATION, "-1 min 30 s", "-1 分 30 秒"),
        ("1", LEVEL, "senior", "senior"),
    ],
)
def test_a_number_is_written_as_its_type_is(value: str, kind: Type, english: str, chinese: str) -> None:
    assert ENGLISH.value(Fraction(value), kind) == english
    assert CHINESE.value(Fraction(value), kind) == chinese


@pytest.mark.parametrize(
    ("value", "kind", "english", "chinese"),
    [
        (True, BOOLEAN, "yes", "是"),
        (False, BOOLEAN, "no", "否"),
        (None, MONEY, "unknown", "未知"),
        (Fraction(date(2026, 3, 8).toordinal()), DATE, "2026-03-08", "2026-03-08"),
        (Fraction(date.max.toordinal()), DATE, "never", "尚无"),
        (Fraction(text_number("华东")), TEXT, "华东", "华东"),
    ],
)
def test_what_is_no_number_is_written_in_words(
    value: Known | None, kind: Type, english: str, chinese: str
) -> None:
    assert ENGLISH.value(value, kind) == english
    assert CHINESE.value(value, kind) == chinese


def test_another_currency_is_written_with_its_code_and_its_own_places() -> None:
    assert Format("zh", "JPY", 0).value(Fraction(1200), MONEY) == "1,200 JPY"
    assert Format("en", "KWD", 3).value(Fraction("1.5"), MONEY) == "1.500 KWD"


@pytest.mark.parametrize(
    ("money", "time", "unit"),
    [(1, -1, "CNY/s"), (2, 0, "CNY·CNY"), (0, -1, "1/s"), (-1, 1, "s/CNY"), (1, 1, "CNY·s")],
)
def test_a_number_of_mixed_dimension_has_the_unit_of_its_dimension(money: int, time: int, unit: str) -> None:
    assert ENGLISH.value(Fraction("1.5"), dimensional(money, time)) == f"1.5 {unit}"


@pytest.mark.parametrize(
    ("value", "kind", "places", "expected"),
    [
        ("45", NUMBER, 2, "45.00"),
        ("45.125", NUMBER, 2, "45.125"),
        ("0.9", RATIO, 4, "90.00%"),
        ("0.9", RATIO, 0, "90%"),
        ("1.5", MONEY, 4, "1.5000 CNY"),
        ("1.5", dimensional(1, -1), 2, "1.50 CNY/s"),
    ],
)
def test_the_places_that_a_step_asks_for_are_the_least_that_are_shown(
    value: str, kind: Type, places: int, expected: str
) -> None:
    assert ENGLISH.value(Fraction(value), kind, places) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1000/3", "333.333333…"), ("-2/3", "-0.666666…"), ("1/3", "0.333333…"), ("100000/7", "14,285.714285…")],
)
def test_a_number_without_end_shows_its_first_places_and_says_that_there_are_more(
    value: str, expected: str
) -> None:
    assert digits(Fraction(value)) == expected


def test_a_number_without_end_shows_more_places_where_more_are_asked_for() -> None:
    assert digits(Fraction(1, 3), 8) == "0.33333333…"


@given(st.fractions(max_denominator=10**4).map(lambda value: value / 3), st.integers(0, 9))
def test_what_is_shown_is_the_number_or_its_beginning(value: Fraction, least_places: int) -> None:
    text = digits(value, least_places)

    shown = Fraction(text.replace(",", "").rstrip("…"))
    places = len(text.rstrip("…").partition(".")[2])
    assert (shown == value) == (not text.endswith("…"))
    assert abs(value) - abs(shown) < Fraction(1, 10**places)
    assert abs(shown) <= abs(value)
    assert places >= least_places
