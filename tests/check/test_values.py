"""An expected value is written as people write it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from incentive_engine.check.values import form_of, read_value
from incentive_engine.decision.amounts import Known
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
    text_number,
)

GRADE = choice("grade", ("A", "B"))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("87.5", NUMBER, Fraction(175, 2)),
        ("-50", MONEY, Fraction(-50)),
        ("85%", RATIO, Fraction(85, 100)),
        ("0.85", RATIO, Fraction(85, 100)),
        ("８５％", RATIO, Fraction(85, 100)),
        ("3", COUNT, Fraction(3)),
        ("30 s", DURATION, Fraction(30)),
        ("5min", DURATION, Fraction(300)),
        ("90", DURATION, Fraction(90)),
        ("yes", BOOLEAN, True),
        ("False", BOOLEAN, False),
        ("B", GRADE, Fraction(1)),
        ("华东", TEXT, Fraction(text_number("华东"))),
        ("2026-03-31", DATE, Fraction(date(2026, 3, 31).toordinal())),
        ("never", DATE, Fraction(date.max.toordinal())),
        ("unknown", MONEY, None),
        ("unknown", GRADE, None),
    ],
)
def test_a_value_is_read_as_its_type_asks(text: str, kind: Type, value: Known | None) -> None:
    assert read_value(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("much", NUMBER),
        ("1,000", MONEY),
        ("5%", MONEY),
        ("5 min", NUMBER),
        ("5%", DURATION),
        ("1e3", NUMBER),
        ("perhaps", BOOLEAN),
        ("C", GRADE),
        ("2026-02-30", DATE),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(text: str, kind: Type) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_value(text, kind)


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (MONEY, "a number such as `87.5`"),
        (COUNT, "a number such as `87.5`"),
        (RATIO, "a share such as `85%` or `0.85`"),
        (DURATION, "a duration such as `5 min`"),
        (BOOLEAN, "`yes` or `no`"),
        (GRADE, "one of `A`, `B`"),
        (DATE, "a day such as `2026-03-31`"),
    ],
)
def test_the_form_of_a_type_is_said(kind: Type, form: str) -> None:
    assert form_of(kind)["form"] == form
