"""Fields and intakes written out in a line, for tests of reading data."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.intake import Intake
from incentive_engine.graph.rounding import Rounding
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
)
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import Cadence, DateRange
from incentive_engine.ruleset.problems import Problem
from incentive_engine.texts import Language

LANGUAGES: list[Language] = ["en", "zh"]
ALWAYS = DateRange()


def field(  # noqa: PLR0913 -- one for each way in which a ruleset declares a field
    name: str,
    kind: Type,
    places: int = 0,
    *,
    column: str = "",
    rounding: Rounding = Rounding.HALF_UP,
    scale: int | Fraction = 1,
    lowest: str | None = None,
    highest: str | None = None,
    missing: int | bool | None = None,
    required: bool = False,
    strict: bool = False,
) -> InputField:
    return InputField(
        name=name,
        column=column or name,
        title=Title(name, name),
        type=kind,
        places=places,
        rounding=rounding,
        scale=Fraction(scale),
        lowest=None if lowest is None else Fraction(lowest),
        highest=None if highest is None else Fraction(highest),
        missing=missing,
        required=required,
        strict=strict,
        metric=True,
        better=None,
    )


HANDLED = field("handled", COUNT, lowest="0")
COMPLEXITY = field("complexity", NUMBER, 2)
CSAT = field("csat", RATIO, 4, lowest="0", highest="1")
PAY = field("pay", MONEY, 2)
WAIT = field("wait", DURATION, 1, column="wait_minutes", scale=60, lowest="0")
LEVEL = field("level", choice("level", ("junior", "senior", "lead")))
TEAM = field("team", TEXT)
HIRED = field("hired", DATE)
LEFT = field("left", DATE, missing=3652059)  # 9999-12-31, the last day that a date may be
BREACH = field("breach", BOOLEAN)
LATE = field("late", COUNT, missing=0)


def intake(
    fields: Sequence[InputField],
    *,
    cadence: Cadence = Cadence.MONTH,
    effective: DateRange = ALWAYS,
    input_names: Sequence[str] | None = None,
) -> Intake:
    names = [each.name for each in fields] if input_names is None else input_names
    return Intake(fields, names, "agent_id", "month", cadence, effective)


def said(problem: Problem) -> list[str]:
    """Return all that a problem says, in both languages."""
    return [text for language in LANGUAGES for text in (problem.message(language), problem.hint(language))]
