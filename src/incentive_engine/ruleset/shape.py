"""The shape of a ruleset file: its sections and their fields, except what each rule kind adds.

The docstrings under the fields are what editors show as hover text and what the reference pages print.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from incentive_engine.ruleset.bands import NamedTable
from incentive_engine.ruleset.fields import (
    BY_ATTRIBUTE_FORM,
    FORMULA_FORM,
    TEXT_FORM,
    AlsoWritten,
    Cadences,
    Day,
    DecimalPlaces,
    Formula,
    Name,
    Number,
    SeasonDay,
    Shape,
    Text,
    Words,
    YesNo,
    refuse,
)
from incentive_engine.ruleset.nodes import Items, Scalar, Table
from incentive_engine.ruleset.period import DateRange

AttributeType = Literal["text", "money", "date", "number", "ratio", "count", "duration", "boolean", "choice"]
MetricType = Literal["count", "number", "ratio", "money", "duration", "boolean"]
RoundingMode = Literal["half_up", "half_even", "down", "up"]


class Dated(Shape):
    """Something that holds from one day until another."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    """The first day, as `2026-01-01`. Left out: from the beginning of time."""
    until: Day | None = None
    """The last day, included. Left out: without end."""

    @property
    def days(self) -> DateRange:
        """The days on which it holds."""
        return DateRange(self.from_.day if self.from_ else None, self.until.day if self.until else None)


class Effective(Dated):
    """The days on which something is in force, both included."""


class SnapshotKeys(Shape):
    """The key columns of the data."""

    agent: Text
    """The column that holds the agent's id."""
    period: Text
    """The column with the period, as `2026-03`, `2026-Q1`, `2026-W11` or `2026-03-08`, `2026-03-08T14:05`."""
    event: Text | None = None
    """Of events: the column with the event's id, so that an agent can have several at one time."""


class Measured(Shape):
    """What attributes and metrics have in common."""

    column: Text | None = None
    """The column of the data, where that has another name."""
    missing: Text | None = None
    """What an empty cell means: a value, `unknown` (the default) or `error`; for a date also `never`."""
    places: DecimalPlaces | None = None
    """Decimal places of the value, where they are not those of its type."""
    rounding: RoundingMode | None = None
    """How a value with more places is rounded: half_up (the default), half_even, down or up."""
    range: Annotated[tuple[Text, ...] | None, Field(strict=False, min_length=2, max_length=2)] = None
    """The lowest and the highest value that the data may have; another one is an error of that agent."""
    title: Words | None = None
    """Its name for people, one text or `{en: ..., zh: ...}`."""
    note: Words | None = None
    """A remark for those who read the ruleset."""


def _metric_form(value: object) -> object:
    """Bring `handled: count` to the long form."""
    return Table([(Scalar("type", value.span), value)], value.span) if isinstance(value, Scalar) else value


def _attribute_form(value: object) -> object:
    """Bring `team: text` and `level: [junior, senior]` to the long form."""
    if isinstance(value, Items):
        kind = Scalar("choice", value.span)
        return Table([(Scalar("type", value.span), kind), (Scalar("options", value.span), value)], value.span)
    return _metric_form(value)


class Attribute(Measured):
    """A fact about the agent: team, level, base salary."""

    type: AttributeType
    """text, choice, money, date, number, ratio, count, duration or boolean."""
    options: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """The values of a choice, in order."""
    unit: Literal["s", "min", "h", "d"] | None = None
    """The unit that a duration comes in; seconds unless said."""


class OverTime(Shape):
    """What a metric means to a rule whose period has several of the ruleset's."""

    take: Literal["sum", "last", "max", "min"] | None = None
    """The sum of the periods, the last of them, the greatest or the least."""
    mean_by: Name | None = None
    """In place of `take`: the mean of the periods, weighed by another metric such as `csat_surveys`."""
    missing_periods: Literal["unknown", "skip"] = "unknown"
    """If the agent has no row for one of the periods: `unknown` (the default), or `skip` to leave it out."""


def _over_time_form(value: object) -> object:
    """Bring `over_time: sum` to the long form."""
    if isinstance(value, Scalar):
        return Table([(Scalar("take", value.span), value)], value.span)
    if isinstance(value, Table) and ("take" in value) == ("mean_by" in value):
        raise refuse("IE3838")
    return value


OverTimeForm = Annotated[
    OverTime,
    BeforeValidator(_over_time_form),
    AlsoWritten(({"enum": ["sum", "last", "max", "min"]},)),
]


class Metric(Measured):
    """A number measured about the agent's work in a period."""

    type: MetricType
    """count, number, ratio (0 to 1), money, duration or boolean."""
    better: Literal["higher", "lower"] | None = None
    """Whether a higher or a lower value is better."""
    enough: Formula | None = None
    """A condition such as `csat_surveys >= 20`: where it does not hold the metric is unknown."""
    over_time: OverTimeForm | None = None
    """What it means to rules with a longer period: sum (for a count unless said), last, max, min, a mean."""
    unit: Literal["s", "min", "h", "d"] | None = None
    """The unit that a duration comes in; seconds unless said."""
    strict: YesNo = False
    """Whether a value with more places than declared is an error rather than rounded."""
    fresh_within: Text | None = None
    """How old, at the end of the period, the measurement may be, as `45 d`; an older one is an error."""
    measured: Text | None = None
    """The column of the data with the day of the measurement, which `fresh_within` needs."""


class Fact(Measured):
    """A single value of the company, or of each group, for a period: revenue, a team's target."""

    type: MetricType
    """count, number, ratio (0 to 1), money, duration or boolean."""
    over_time: OverTimeForm | None = None
    """What it means to rules with a longer period: sum (for a count unless said), last, max, min, a mean."""
    per: Name | None = None
    """The attribute, such as team, for each value of which there is one; left out: one for the company."""
    unit: Literal["s", "min", "h", "d"] | None = None
    """The unit that a duration comes in; seconds unless said."""
    strict: YesNo = False
    """Whether a value with more places than declared is an error rather than rounded."""


class SeasonShape(Shape):
    """A named part of the year that is true or false for a period."""

    from_: Annotated[SeasonDay, Field(alias="from")]
    """The first day: `11-01` recurs each year, `2026-11-01` does not."""
    until: SeasonDay
    """The last day, included."""
    counts_for: Literal["any_day", "all_days"] | None = None
    """Whether a period counts as in season when any of its days is, or only when all are."""
    title: Words | None = None
    """Its name for people."""


class Case(Dated):
    """One case of a parameter: a value and when it applies."""

    value: Number
    """The value."""
    when: Formula | None = None
    """A condition, such as the name of a season."""


class Definition(Shape):
    """A named value: a formula, with places or a title of its own where wanted."""

    value: Number | None = None
    """The formula."""
    cases: Annotated[tuple[Case, ...], Field(strict=False, min_length=1)] = ()
    """Of a parameter: its cases, of which the first that applies wins; in place of `value`."""
    places: DecimalPlaces | None = None
    """Decimal places that the value is rounded to."""
    rounding: RoundingMode | None = None
    """How it is rounded: half_up (the default), half_even, down or up."""
    title: Words | None = None
    """Its name for people."""
    note: Words | None = None
    """A remark for those who read the ruleset."""


# What may stand beside the options of `{by: level, junior: ..., senior: ...}`; an option with one of these
# names takes the long form, `{value: {by: ...}}`.
BESIDE_OPTIONS = ("places", "rounding", "title", "note")


def _definition_form(value: object) -> object:
    """Bring `limit: 5 min`, `{by: ...}` and a list of cases to the long form."""
    if isinstance(value, Table) and "by" in value:
        choice = value.without(BESIDE_OPTIONS)
        beside = [(key, each) for key, each in value.without(choice).items() if isinstance(key, Scalar)]
        return Table([(Scalar("value", value.span), choice), *beside], value.span)
    if isinstance(value, Scalar):
        return Table([(Scalar("value", value.span), value)], value.span)
    if isinstance(value, Items):
        return Table([(Scalar("cases", value.span), value)], value.span)
    if isinstance(value, Table) and ("value" in value) == ("cases" in value):
        raise refuse("IE1114")
    return value


_ATTRIBUTE_TYPES = {"enum": ["text", "money", "date", "number", "ratio", "count", "duration", "boolean"]}
_METRIC_TYPES = {"enum": ["count", "number", "ratio", "money", "duration", "boolean"]}
_OPTIONS = {"type": "array", "items": TEXT_FORM, "minItems": 1}

AttributeForm = Annotated[
    Attribute, BeforeValidator(_attribute_form), AlsoWritten((_ATTRIBUTE_TYPES, _OPTIONS))
]
MetricForm = Annotated[Metric, BeforeValidator(_metric_form), AlsoWritten((_METRIC_TYPES,))]
FactForm = Annotated[Fact, BeforeValidator(_metric_form), AlsoWritten((_METRIC_TYPES,))]
DefinitionForm = Annotated[
    Definition, BeforeValidator(_definition_form), AlsoWritten((FORMULA_FORM, Case, BY_ATTRIBUTE_FORM))
]


class Total(Shape):
    """What holds for the total of a decision."""

    floor: Text | None = None
    """The least that the total can be, zero unless said; `none` lets it fall below zero."""
    carry_rest: YesNo = False
    """Whether what a deduction could not take from this period is taken from the next one."""


class RulesetShape(Shape):
    """A reward policy."""

    language: Annotated[Literal["1"], WithJsonSchema({"enum": [1, "1"]})]
    """The version of the ruleset language: 1."""
    ruleset: Name
    """The ruleset's id."""
    version: Text
    """The ruleset's version, any text."""
    title: Words | None = None
    """Its name for people, one text or `{en: ..., zh: ...}`."""
    note: Words | None = None
    """A remark for those who read the ruleset."""
    currency: Annotated[Text, WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})]
    """The currency of all money, as its three letters: CNY."""
    period: Cadences
    """How long one period is."""
    effective: Effective = Effective()
    """The days on which the ruleset is in force."""
    snapshot: SnapshotKeys
    """The key columns of the data."""
    rounding: RoundingMode = "half_up"
    """How named values are rounded unless they say otherwise."""
    attributes: dict[Name, AttributeForm] = Field(default_factory=dict)
    """Facts about the agent."""
    metrics: dict[Name, MetricForm] = Field(default_factory=dict)
    """Numbers measured; the contract with the data."""
    facts: dict[Name, FactForm] = Field(default_factory=dict)
    """Single values of the company or of groups for a period, which are given beside the data."""
    seasons: dict[Name, SeasonShape] = Field(default_factory=dict)
    """Named parts of the year."""
    parameters: dict[Name, DefinitionForm] = Field(default_factory=dict)
    """Values that the policy sets, which may depend on the date, a season or an attribute."""
    tables: dict[Name, NamedTable] = Field(default_factory=dict)
    """Named tables of bands, or of values by attributes, which formulas use as functions."""
    formulas: dict[Name, DefinitionForm] = Field(default_factory=dict)
    """Named calculations."""
    total: Total = Total()
    """What holds for the total of a decision."""
