"""How one measure of a scorecard becomes points from 0 to 100."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from incentive_engine.graph.nodes import Flag, Input, Node, in_order
from incentive_engine.kinds.cases import Number as WrittenNumber
from incentive_engine.kinds.cases import judge
from incentive_engine.kinds.interface import Context, Goal, Shown, Step
from incentive_engine.kinds.ladder import read_scale
from incentive_engine.kinds.outline import measure_steps
from incentive_engine.kinds.tiers import read_ladder, span_of
from incentive_engine.language.names import Compiled
from incentive_engine.language.ratios import beyond_ratio
from incentive_engine.language.types import FAULTY, NUMBER, PART_PLACES, RATIO, Value
from incentive_engine.ruleset.bands import PointBand
from incentive_engine.ruleset.fields import (
    Formula,
    Name,
    Number,
    Quantity,
    Shape,
    Title,
    Words,
    YesNo,
    refuse,
)
from incentive_engine.ruleset.nodes import Items, Scalar
from incentive_engine.ruleset.problems import Span

FULL = 100
REWEIGH = "reweigh"
# A percentile is a share; with these places it has those of a measure once it is points.
_PERCENTILE_PLACES = PART_PLACES + 2

Better = Literal["higher", "lower"]

Standing = Annotated[
    Annotated[Name, Tag("group")]
    | Annotated[tuple[Number, ...], Field(strict=False, min_length=1), Tag("reference")],
    Discriminator(lambda value: "reference" if isinstance(value, Items) else "group"),
]


class Measure(Shape):
    """One measure of a scorecard and how it is scored."""

    metric: Name | None = None
    """The metric that is scored."""
    measure: Formula | None = None
    """The formula that is scored, in place of a metric."""
    id: Name | None = None
    """The name of the measure's score; that of the metric unless given."""
    title: Words | None = None
    """Its name for people, where it is not that of the metric."""
    weight: Number
    """Its share of the perspective; in a perspective without a weight, of the whole."""
    zero_at: Number | None = None
    """The value that gives 0 points; with `full_at`, a straight line between the two."""
    full_at: Number | None = None
    """The value that gives 100 points."""
    attainment: Number | None = None
    """The target: the points are what has been reached of it, in per cent."""
    cap: Number | None = None
    """The most that `attainment` counts; 100% unless given."""
    tiers: Annotated[tuple[PointBand, ...], Field(strict=False, min_length=1)] | None = None
    """Bands with the points of each."""
    table: Name | None = None
    """A table of the ruleset that gives the points."""
    percentile: Standing | None = None
    """The standing among peers: `all`, or an attribute such as `team`; or a list of values to compare."""
    as_is: YesNo = False
    """Whether the value is itself the points."""
    unknown: Number | None = None
    """What holds where the measure is unknown: `reweigh` leaves it out of the mean; a number stands in."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.metric is None) == (self.measure is None):
            raise refuse("IE3103")
        if self.metric is None and self.id is None:
            raise refuse("IE3104")
        return self

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.zero_at is None) != (self.full_at is None):
            raise refuse("IE3107")
        if len(self._forms) > 1:
            raise refuse("IE3106", forms=", ".join(self._forms))
        if not self._forms:
            raise refuse("IE3105")
        if self.cap is not None and self.attainment is None:
            raise refuse("IE3108")
        return self

    @property
    def _forms(self) -> list[str]:
        given: dict[str, object] = {
            "zero_at": self.zero_at,
            "attainment": self.attainment,
            "tiers": self.tiers,
            "table": self.table,
            "percentile": self.percentile,
            "as_is": self.as_is or None,
        }
        return [form for form, value in given.items() if value is not None]

    @property
    def name(self) -> Scalar:
        """The name of the measure's score."""
        name = self.id or self.metric
        assert name is not None  # noqa: S101 -- a measure without a metric has an id
        return name

    @property
    def source(self) -> Scalar:
        """The metric or the formula that is scored."""
        source = self.metric or self.measure
        assert source is not None  # noqa: S101 -- one of the two is there
        return source


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a measure, unknown where it is; how they come about, and what would give more."""

    node: Node
    steps: tuple[Step, ...]
    goals: tuple[Goal, ...]

    def unless(self, text: str, values: dict[str, Shown], span: Span, when: Node) -> Points:
        """Return the points with a further step that tells why there are none."""
        return replace(self, steps=(*self.steps, Step(text, values, span, when)))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is scored.

    `declared` is which way is better where the ruleset says so; `better` is higher where it says nothing.
    """

    context: Context
    shape: Measure
    value: Compiled
    title: Title
    declared: Better | None
    better: Better

    @property
    def node(self) -> Node:
        """The value."""
        return self.value.value.node

    @property
    def shown(self) -> Shown:
        """The value as it is shown."""
        return Shown(self.node, self.value.value.type)

    def number(self, quantity: Quantity) -> Compiled:
        """Return a number of the kind of the value, such as a target; one out of reach is reported."""
        number = self.context.number(quantity, expect=[self.value.value.type])
        beyond = beyond_ratio(self.value.value, number.value)
        if beyond is not None:
            code, values = beyond.problem(str(self.shape.source), str(number.text))
            self.context.problem(code, number.text, **values)
            return Compiled(Value(self.context.builder.unknown(), FAULTY), number.text, {})
        return number

    def points(
        self, points: Node, code: str, span: Span, values: dict[str, Shown], parts: tuple[Step, ...]
    ) -> Points:
        """Return points, rounded, with the step that tells them and the full mark as the goal."""
        builder = self.context.builder
        score = builder.round(points, PART_PLACES, self.context.rounding)
        shown = {"value": self.shown, "points": Shown(score, NUMBER), **values}
        step = Step(code, shown, span, builder.known(score), parts)
        full = builder.compare("<=", builder.constant(FULL), score)
        return Points(score, (step,), (Goal("scorecard.goal_full", full, {"name": self.title}),))


def subject_of(context: Context, shape: Measure) -> Subject | None:
    """Return what a measure scores, or None after a problem has been reported."""
    value = context.number(shape.source)
    if value.value.type is FAULTY:
        return None
    facts = context.metric(shape.metric) if shape.metric is not None else None
    if shape.metric is not None and facts is None:
        context.problem("IE3115", shape.metric, name=str(shape.metric))
        return None
    if shape.unknown is None:
        _check_thin(context, shape, value)
    title = shape.title or (facts.title if facts else Title(str(shape.name), str(shape.name)))
    better = value.value.better
    declared: Better | None = facts.better if facts else None
    return Subject(context, shape, value, title, declared or ("lower" if better == "lower" else None), better)


def _check_thin(context: Context, shape: Measure, value: Compiled) -> None:
    """Report a measure without `unknown:` that reads a metric with `enough`."""
    for node in in_order([value.value.node]):
        if isinstance(node, Input | Flag):
            facts = context.metric(Scalar(node.name, shape.source.span))
            if facts is not None and facts.may_be_thin:
                context.problem("IE3114", shape.source, name=node.name)
                return


def points_of(subject: Subject) -> Points | None:
    """Return the points of a measure, or None after a problem has been reported."""
    return next(form(subject) for given, form in _FORMS if given(subject.shape))


# --- The forms


def _line(subject: Subject) -> Points | None:
    """Straight from `zero_at` to `full_at`, and no further at either end."""
    context, builder, shape = subject.context, subject.context.builder, subject.shape
    assert shape.zero_at is not None  # noqa: S101 -- the shape has both or neither
    assert shape.full_at is not None  # noqa: S101 -- the same
    zero, full = subject.number(shape.zero_at), subject.number(shape.full_at)
    if FAULTY in (zero.value.type, full.value.type):
        return None
    right_way = _right_way(subject, zero, full)
    if right_way is None:
        return None
    way = builder.multiply(builder.constant(FULL), builder.subtract(subject.node, zero.value.node))
    width = builder.subtract(full.value.node, zero.value.node)
    points = builder.clamp(
        builder.quotient(way, width, PART_PLACES, context.rounding),
        builder.constant(0),
        builder.constant(FULL),
    )
    values = {"zero": _beside(subject, zero), "full": _beside(subject, full)}
    parts = (*context.steps(zero), *context.steps(full))
    points = builder.choose(right_way, points, builder.unknown())
    line = subject.points(points, "scorecard.line", span_of(shape.zero_at), values, parts)
    steps = tuple(
        replace(line.steps[0], text=code, when=builder.all_of(builder.known(line.node), where))
        for code, where in _where_on_line(subject, zero.value.node, full.value.node)
    )
    line = replace(line, steps=steps)
    return line.unless("scorecard.wrong_way", values, span_of(shape.full_at), builder.opposite(right_way))


def _where_on_line(subject: Subject, zero: Node, full: Node) -> tuple[tuple[str, Node], ...]:
    """Return the sentences on a value at or beyond one end of a line or on it, and when each is true."""
    builder, value = subject.context.builder, subject.node
    upwards, downwards = builder.compare("<", zero, full), builder.compare("<", full, zero)
    ends = (
        ("scorecard.line_full_above", builder.all_of(upwards, builder.compare("<=", full, value))),
        ("scorecard.line_full_below", builder.all_of(downwards, builder.compare("<=", value, full))),
        ("scorecard.line_zero_below", builder.all_of(upwards, builder.compare("<=", value, zero))),
        ("scorecard.line_zero_above", builder.all_of(downwards, builder.compare("<=", zero, value))),
    )
    between = builder.opposite(builder.any_of(*(beyond for _, beyond in ends)))
    return (("scorecard.line", between), *ends)


def _right_way(subject: Subject, zero: Compiled, full: Compiled) -> Node | None:
    """Return whether a line leads the way that is better, true where that is sure; None after a problem."""
    context, builder = subject.context, subject.context.builder
    numbers = [WrittenNumber(each.value.node, each.value.type) for each in (zero, full)]
    differ = builder.compare("!=", zero.value.node, full.value.node)
    upwards = builder.compare("<", zero.value.node, full.value.node)
    downwards = builder.compare("<", full.value.node, zero.value.node)
    towards = {"higher": upwards, "lower": downwards, None: differ}[subject.declared]
    verdict = judge(context, towards, numbers)
    if verdict.fails is not None:
        zero_text, full_text = verdict.fails.values
        values = {"zero": zero_text, "full": full_text, "better": subject.better, "case": verdict.fails.case}
        same = judge(context, differ).fails is not None
        context.problem("IE3110" if same else "IE3111", full.text, **values)
        return None
    return builder.true if verdict.always else towards


def _attainment(subject: Subject) -> Points | None:
    """What has been reached of a target, in per cent; target by value where less is better."""
    context, builder, shape = subject.context, subject.context.builder, subject.shape
    assert shape.attainment is not None  # noqa: S101 -- this form is chosen where it is there
    target = subject.number(shape.attainment)
    cap = None if shape.cap is None else context.number(shape.cap, expect=[RATIO])
    if target.value.type is FAULTY or (cap is not None and cap.value.type is FAULTY):
        return None
    above_zero = builder.compare("<", builder.constant(0), target.value.node)
    verdict = judge(context, above_zero, [WrittenNumber(target.value.node, target.value.type)])
    if verdict.fails is not None:
        context.problem("IE3112", target.text, number=verdict.fails.values[0], case=verdict.fails.case)
        return None
    has_target = builder.true if verdict.always else above_zero
    goal = target.value.node
    full = builder.constant(FULL)
    most = full if cap is None else builder.multiply(full, cap.value.node)
    nothing = builder.constant(0)
    if subject.better == "higher":
        reached = builder.quotient(builder.multiply(full, subject.node), goal, PART_PLACES, context.rounding)
        points = builder.clamp(reached, nothing, most)
    else:
        reached = builder.quotient(builder.multiply(full, goal), subject.node, PART_PLACES, context.rounding)
        # Nothing at all, where less is better, is as good as it gets; a division by it has no result.
        none_left = builder.all_of(builder.compare("<=", subject.node, nothing), builder.known(goal))
        points = builder.choose(none_left, most, builder.least(reached, most))
    values = {"target": _beside(subject, target), "most": Shown(most, NUMBER)}
    parts = (*context.steps(target), *(context.steps(cap) if cap else ()))
    points = builder.choose(has_target, points, builder.unknown())
    span = span_of(shape.attainment)
    attained = subject.points(points, f"scorecard.attained_{subject.better}", span, values, parts)
    return attained.unless("scorecard.no_target", values, span, builder.opposite(has_target))


def _tiers(subject: Subject) -> Points | None:
    """The points of the band reached."""
    context, builder, bands = subject.context, subject.context.builder, subject.shape.tiers
    assert bands is not None  # noqa: S101 -- this form is chosen where they are there
    ladder = read_ladder(context, subject.value, bands)
    amounts = [tuple(context.number(each, expect=[NUMBER]) for each in band.points) for band in bands]
    if ladder is None:
        return None
    scale = read_scale(context, ladder, "fixed", amounts, kind=NUMBER, amount_kind=NUMBER)
    if scale is None:
        return None
    score = builder.round(scale.given(), PART_PLACES, context.rounding)
    goal = scale.goal("scorecard.goal_band", {"name": subject.title}, builder.true)
    return Points(score, scale.steps(builder.true), (goal,))


def _table(subject: Subject) -> Points | None:
    """The points that a table of the ruleset gives."""
    context, builder, table = subject.context, subject.context.builder, subject.shape.table
    assert table is not None  # noqa: S101 -- this form is chosen where it is there
    found = context.table(table, subject.value)
    if found is None:
        return None
    kind = found.value.type
    if kind is RATIO or kind.dimension != NUMBER.dimension:
        context.problem("IE3116", table, name=str(table), type=str(kind))
        return None
    score = builder.round(found.value.node, PART_PLACES, context.rounding)
    at_best = builder.compare("<=", found.best, found.worth)
    goal = Goal("scorecard.goal_band", found.worth, {"name": subject.title}, at_best)
    return Points(score, found.steps, (goal,))


def _percentile(subject: Subject) -> Points | None:
    """The share of the peers, or of the values given, that are worse; those that are equal count by half."""
    match subject.shape.percentile:
        case tuple() as reference:
            return _against_reference(subject, reference)
        case group:
            assert group is not None  # noqa: S101 -- this form is chosen where it is there
            return _among_peers(subject, group)


def _among_peers(subject: Subject, group: Scalar) -> Points | None:
    context, builder, source = subject.context, subject.context.builder, subject.shape.source
    within = ""
    if group != "all":
        if context.attribute(group) is None:
            return None
        within = f", within={group}"
    share = context.number(Scalar(f"percentile({source}{within})", source.span), places=_PERCENTILE_PLACES)
    below = share.value.node
    if subject.better == "lower":
        below = builder.subtract(builder.constant(1), below)
    points = builder.multiply(builder.constant(FULL), below)
    return subject.points(points, f"scorecard.percentile_{subject.better}", group.span, {}, ())


def _against_reference(subject: Subject, quantities: Sequence[Quantity]) -> Points | None:
    context, builder = subject.context, subject.context.builder
    reference = [subject.number(quantity) for quantity in quantities]
    if any(each.value.type is FAULTY for each in reference):
        return None
    one, none = builder.constant(1), builder.constant(0)
    doubled: list[Node] = []
    for each in reference:
        ends = (
            (each.value.node, subject.node) if subject.better == "higher" else (subject.node, each.value.node)
        )
        doubled.append(builder.choose(builder.compare("<", *ends), one, none))
        doubled.append(builder.choose(builder.compare("<=", *ends), one, none))
    points = builder.quotient(
        builder.multiply(builder.constant(FULL), builder.add(*doubled)),
        builder.constant(2 * len(reference)),
        PART_PLACES,
        context.rounding,
    )
    parts = tuple(step for each in reference for step in context.steps(each))
    return subject.points(points, f"scorecard.reference_{subject.better}", span_of(quantities[0]), {}, parts)


def _as_is(subject: Subject) -> Points | None:
    """The value is the points."""
    kind, source = subject.value.value.type, subject.shape.source
    if kind is RATIO or kind.dimension != NUMBER.dimension:
        subject.context.problem("IE3113", source, name=str(source), type=str(kind))
        return None
    return subject.points(subject.node, "scorecard.as_is", source.span, {}, ())


def _beside(subject: Subject, number: Compiled) -> Shown:
    """Return a number of the kind of the value as it is shown beside it."""
    kind = subject.value.value.type if number.value.bare else number.value.type
    return Shown(number.value.node, kind)


_FORMS: Sequence[tuple[Callable[[Measure], bool], Callable[[Subject], Points | None]]] = (
    (lambda shape: shape.zero_at is not None, _line),
    (lambda shape: shape.attainment is not None, _attainment),
    (lambda shape: shape.tiers is not None, _tiers),
    (lambda shape: shape.table is not None, _table),
    (lambda shape: shape.percentile is not None, _percentile),
    (lambda shape: shape.as_is, _as_is),
)


def value_steps(subject: Subject) -> tuple[Step, ...]:
    """Return the steps that tell the value that is scored."""
    return measure_steps(subject.context, subject.value, subject.context.builder.true)
