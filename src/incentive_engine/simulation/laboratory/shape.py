"""The shape of a scenario file: what is tried, on whom, and under which assumptions.

The docstrings under the fields are what editors show as hover text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, InstanceOf, WithJsonSchema

from incentive_engine.ruleset.fields import (
    FORMULA_FORM,
    TEXT_FORM,
    AlsoWritten,
    Formula,
    Name,
    Shape,
    SomeNames,
    Text,
    Whole,
    Words,
    YesNo,
    one_or_more,
    refuse,
)
from incentive_engine.ruleset.nodes import Items, Scalar, Table
from incentive_engine.ruleset.shape import Dated

Written: TypeAlias = Annotated[
    InstanceOf[Scalar] | InstanceOf[Table] | InstanceOf[Items],
    WithJsonSchema({"description": "What shall stand there, written as in a ruleset."}),
]
"""A part of a ruleset as it is written."""

Changes: TypeAlias = dict[Text, Written]
"""What stands at which path."""


class Periods(Shape):
    """The periods that are counted, both included."""

    from_: Annotated[Text | None, Field(alias="from")] = None
    """The first period, as `2026-01`; left out: from the first row."""
    until: Text | None = None
    """The last period; left out: to the last row."""


class PopulationShape(Shape):
    """The data on which everything is tried."""

    snapshots: Text
    """The file of snapshots, found from the folder of the scenario."""
    history: Text | None = None
    """A file of snapshots of earlier periods, which count as history only."""
    facts: Text | None = None
    """A file of facts of the company or of groups, where a ruleset reads facts."""
    where: Formula | None = None
    """A condition on metrics and attributes: these rows are counted, all others stay peers and history."""
    periods: Periods = Periods()
    """The periods that are counted; rows of earlier ones are history, rows of later ones are left out."""


class SpreadShape(Shape):
    """How far a metric may turn out to be off what is assumed, up or down, in the metric's own unit."""

    together: Text | None = None
    """By so much for everybody alike: how sure the assumption itself is."""
    each: Text | None = None
    """By so much for each agent on its own: how different people are."""


def _spread_form(value: object) -> object:
    """Bring `spread: 1%` to the long form."""
    if isinstance(value, Scalar):
        return Table([(Scalar("together", value.span), value)], value.span)
    return value


def _assumption_form(value: object) -> object:
    """Bring `csat: csat + 2%` to the long form."""
    if isinstance(value, Scalar):
        return Table([(Scalar("becomes", value.span), value)], value.span)
    if isinstance(value, Table):
        if not value.keys() & {"becomes", "elasticity", "spread"}:
            raise refuse("IE5120")
        if ("elasticity" in value) != ("of" in value):
            raise refuse("IE5121")
    return value


class AssumptionShape(Shape):
    """How a metric is assumed to change when a proposal takes the place of the baseline."""

    becomes: Formula | None = None
    """What the metric becomes, such as `csat + 2%`; it may read every metric and attribute."""
    elasticity: Text | None = None
    """By how many per cent the metric changes for each per cent by which the number at `of` is changed."""
    of: Text | None = None
    """The path of a number of the ruleset, such as `rules.volume_bonus.tiers.3.rate`."""
    where: Formula | None = None
    """A condition: the others stay as they are."""
    spread: Annotated[SpreadShape | None, BeforeValidator(_spread_form), AlsoWritten((TEXT_FORM,))] = None
    """How far the metric may turn out to be off; it is drawn anew in each repetition."""


AssumptionForm: TypeAlias = Annotated[
    AssumptionShape, BeforeValidator(_assumption_form), AlsoWritten((FORMULA_FORM,))
]
Assumptions: TypeAlias = dict[Name, AssumptionForm]


class Stage(Dated):
    """Changes that are in force on some days only."""

    changes: Annotated[Changes, Field(min_length=1)]
    """What is different on these days, by path."""


class ProposalShape(Shape):
    """One proposal: another ruleset, or what is different from the baseline."""

    id: Name
    """A name of its own."""
    title: Words | None = None
    """Its name for people."""
    note: Words | None = None
    """A remark for those who read the scenario."""
    ruleset: Text | None = None
    """The file of another ruleset; left out: the baseline, which the changes are made to."""
    changes: Changes = Field(default_factory=dict)
    """What is different, by path: `rules.volume_bonus.tiers.3.rate: 2.5`."""
    remove: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """Paths of what is not there any more, such as `rules.lateness`."""
    stages: Annotated[tuple[Stage, ...], Field(strict=False)] = ()
    """Changes that are in force from or until a day; where several are, the later in the list wins."""
    assumptions: Assumptions = Field(default_factory=dict)
    """How people are assumed to work under this proposal; they go before those of the scenario."""


class SweepShape(Shape):
    """A number of the ruleset that is tried with several values."""

    path: Text
    """Where it stands: `parameters.csat_target`."""
    values: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """The values, or else `from`, `to` and `step`."""
    from_: Annotated[Text | None, Field(alias="from")] = None
    """The first value."""
    to: Text | None = None
    """The last value; it is tried where the steps lead to it exactly."""
    step: Text | None = None
    """The distance of one value from the next."""


def _by_form(value: object) -> object:
    """Bring `by: team` and `by: [team, [team, level]]` to lists of lists."""
    listed = Items([value], value.span) if isinstance(value, Scalar) else value
    if not isinstance(listed, Items):
        return value
    pairs = (Items([each], each.span) if isinstance(each, Scalar) else each for each in listed)
    return Items(pairs, listed.span)


Splits: TypeAlias = Annotated[
    tuple[SomeNames, ...],
    Field(strict=False),
    BeforeValidator(_by_form),
    AlsoWritten(({"type": "string"},)),
]


class OutcomeShape(Shape):
    """What the money is spent for."""

    value: Formula
    """A formula on metrics and attributes, such as `handled * fcr`."""
    title: Words | None = None
    """Its name for people."""


def _outcome_form(value: object) -> object:
    """Bring `outcome: handled * fcr` to the long form."""
    return Table([(Scalar("value", value.span), value)], value.span) if isinstance(value, Scalar) else value


class GuardrailShape(Shape):
    """A limit that proposals have to keep: exactly one of the first six fields, with what belongs to it."""

    budget: Text | None = None
    """What may be paid in all: `700000`, or against the baseline, with a sign, `+3%` or `-20000 CNY`."""
    largest_loss: Text | None = None
    """What no agent may lose over all periods that are counted, as `200`."""
    loses_more_than: Text | None = None
    """The share of their pay, as `10%`, that not too many agents may lose; with `at_most`."""
    pay_gap: Name | None = None
    """The attribute by whose groups the mean pay of a decision may not differ too much; with `at_most`."""
    no_red_line_paid: YesNo = False
    """That nobody who broke a red line of the baseline gets more than by the baseline."""
    reaches: Name | None = None
    """The rule of which enough decisions have to reach one of the `bands`; with `at_least`."""
    bands: Annotated[tuple[Text, ...], Field(strict=False), BeforeValidator(one_or_more)] = ()
    """Bands by name or by number from 1, or grades."""
    at_most: Text | None = None
    """The share of agents, or the gap, that is still kept, as `5%`."""
    at_least: Text | None = None
    """The share of decisions that is enough, as `20%`."""
    of_repetitions: Text | None = None
    """In how many of the repetitions the limit has to be kept, as `95%`; in all of them unless said."""


class GoalShape(SweepShape):
    """A number of the ruleset that is sought, among some values, so that the cost meets a budget."""

    budget: Text
    """What may be paid in all, as the guardrail `budget` has it: `700000`, `+3%`."""


class PilotShape(Shape):
    """Units that work under a proposal for some time, while the others show what would have been anyway."""

    where: Formula
    """Who is in the pilot, as a condition on metrics and attributes: `team == "chat"`."""
    from_: Annotated[Text, Field(alias="from")]
    """The first period of the pilot, as `2026-04`."""
    until: Text
    """The last period of the pilot."""


# What has to stand beside each limit, and how it is written.
_LIMITS: Mapping[str, tuple[frozenset[str], str]] = {
    "budget": (frozenset(), "{budget: +3%}"),
    "largest_loss": (frozenset(), "{largest_loss: 200}"),
    "loses_more_than": (frozenset({"at_most"}), "{loses_more_than: 10%, at_most: 5%}"),
    "pay_gap": (frozenset({"at_most"}), "{pay_gap: level, at_most: 20%}"),
    "no_red_line_paid": (frozenset(), "{no_red_line_paid: yes}"),
    "reaches": (frozenset({"bands", "at_least"}), "{reaches: volume_bonus, bands: [3, 4], at_least: 20%}"),
}


def _guardrail_form(value: object) -> object:
    """Refuse a guardrail that names more than one limit, or not what belongs to it."""
    if isinstance(value, Table):
        named = [name for name in _LIMITS if name in value]
        if len(named) != 1:
            raise refuse("IE5153", names=", ".join(f"`{name}`" for name in _LIMITS))
        beside, example = _LIMITS[named[0]]
        if value.keys() & {"bands", "at_most", "at_least"} != beside:
            raise refuse("IE5154", guardrail=named[0], example=example)
    return value


GuardrailForm: TypeAlias = Annotated[GuardrailShape, BeforeValidator(_guardrail_form)]


class ScenarioShape(Shape):
    """A what-if: proposals that are tried in the place of a baseline, on a population."""

    model_config = ConfigDict(title="Scenario")

    language: Annotated[Literal["1"], WithJsonSchema({"enum": [1, "1"]})]
    """The version of the ruleset language: 1."""
    scenario: Name
    """The scenario's id."""
    title: Words | None = None
    """Its name for people."""
    note: Words | None = None
    """A remark for those who read the scenario."""
    baseline: Text
    """The file of the ruleset in force, found from the folder of the scenario."""
    population: PopulationShape
    """The data on which everything is tried."""
    proposals: Annotated[tuple[ProposalShape, ...], Field(strict=False)] = ()
    """What is tried."""
    assumptions: Assumptions = Field(default_factory=dict)
    """How people are assumed to work under every proposal: `csat: csat + 2%`."""
    seed: Whole = 1
    """The number from which all draws follow; the same number gives the same draws."""
    repeat: Whole = 1
    """How often everything is repeated with draws of its own, where an assumption has a spread."""
    sweep: Annotated[tuple[SweepShape, ...], Field(strict=False, max_length=2)] = ()
    """One or two numbers that are tried with several values under every proposal."""
    by: Splits = ()
    """Attributes or metrics, or pairs of them, to split the results by: `[team, [team, level]]`."""
    guardrails: Annotated[tuple[GuardrailForm, ...], Field(strict=False)] = ()
    """Limits that every proposal has to keep; where one is broken, the program ends with exit code 1."""
    pilot: PilotShape | None = None
    """A pilot of the proposals: what it costs, and what changed in it more than elsewhere."""
    goal: GoalShape | None = None
    """A number whose value is sought for every proposal, or for the baseline where there is none."""
    sensitivity: Text | None = None
    """By how many per cent each number of the baseline is made larger, one by one, as `1%`."""
    outcome: Annotated[OutcomeShape | None, BeforeValidator(_outcome_form), AlsoWritten((FORMULA_FORM,))] = (
        None
    )
    """What the money is spent for: the results have its cost for each unit."""
