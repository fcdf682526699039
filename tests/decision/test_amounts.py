"""Exact values become exact Python values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentive_engine.decision.amounts import (
    Known,
    PlainValue,
    amount,
    decimal_places,
    plain,
    text_of,
    written,
)
from incentive_engine.language.types import BOOLEAN, DATE, MONEY, NUMBER, TEXT, Type, choice, text_number


@given(st.integers(), st.integers(0, 6))
def test_an_amount_is_exact_and_has_all_its_places(cents: int, places: int) -> None:
    found = amount(cents, 10**places, places)

    assert Fraction(found) == Fraction(cents, 10**places)
    assert found.as_tuple().exponent == -places


def test_an_amount_does_not_depend_on_the_decimal_context() -> None:
    with localcontext(prec=3):
        assert str(amount(123_456_789, 100, 2)) == "1234567.89"


def test_an_amount_over_a_denominator_that_is_no_power_of_ten_has_its_places_too() -> None:
    # 2469/2 = 1234.5
    assert str(amount(2469, 2, 2)) == "1234.50"
    assert str(amount(-2469, 2, 2)) == "-1234.50"


def test_an_amount_finer_than_the_smallest_unit_is_a_fault() -> None:
    with pytest.raises(ValueError, match="1/400 has more than 2 decimal places"):
        amount(1, 400, 2)


@pytest.mark.parametrize(
    ("value", "places"),
    [("7", 0), ("0.5", 1), ("0.0625", 4), ("123.450", 2), ("1/3", None), ("1/70", None), ("-1/25", 2)],
)
def test_a_number_needs_as_many_places_as_its_denominator_asks_for(value: str, places: int | None) -> None:
    assert decimal_places(Fraction(value)) == places


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, MONEY, None),
        (True, BOOLEAN, True),
        (Fraction("91.30"), NUMBER, Decimal("91.3")),
        (Fraction(1, 3), NUMBER, Fraction(1, 3)),
        (Fraction(2), choice("level", ("junior", "senior", "lead")), "lead"),
        (Fraction(date(2026, 3, 8).toordinal()), DATE, date(2026, 3, 8)),
        (Fraction(text_number("华东 1 组")), TEXT, "华东 1 组"),
        (Fraction(text_number("")), TEXT, ""),
    ],
)
def test_a_value_becomes_what_its_type_stands_for(
    value: Known | None, kind: Type, expected: PlainValue
) -> None:
    assert plain(value, kind) == expected
    assert type(plain(value, kind)) is type(expected)


@given(st.text())
def test_a_text_comes_back_from_its_number(text: str) -> None:
    assert text_of(text_number(text)) == text


def test_in_json_every_number_is_a_text_and_truth_and_unknown_are_themselves() -> None:
    assert [written(value) for value in (Decimal("0.10"), Fraction(1, 3), True, None, "lead")] == [
        "0.10",
        "1/3",
        True,
        None,
        "lead",
    ]
