"""The balanced scorecard (平衡计分卡): perspectives of weighted measures, one score, a grade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.cases import Number as WrittenNumber
from incentive_engine.kinds.cases import judge, never_hold
from incentive_engine.kinds.interface import Built, Context, Goal, Result, Rule, Shown, Step
from incentive_engine.kinds.scoring import (
    REWEIGH,
    Measure,
    Points,
    Subject,
    points_of,
    subject_of,
    value_steps,
)
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.statements.scorecards import scorecard_statements
from incentive_engine.kinds.tiers import Ladder, reached_band, read_ladder, span_of
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import FAULTY, NUMBER, PART_PLACES, RATIO, SCORE_PLACES, Value
from incentive_engine.ruleset.bands import Band
from incentive_engine.ruleset.fields import Name, Number, Shape, Text, Title, Words
from incentive_engine.ruleset.nodes import Scalar

_TAKEN = ("score", "grade", "amount", "final")


class Perspective(Shape):
    """One perspective of a scorecard."""

    weight: Number | None = None
    """Its share of the score; left out, its measures carry their shares of the whole."""
    title: Words | None = None
    """Its name for people."""
    measures: Annotated[tuple[Measure, ...], Field(strict=False, min_length=1)]
    """What is measured in it."""


class Scorecard(Rule):
    """A score from 0 to 100 of weighted measures."""

    kind: Literal["scorecard"]
    """scorecard"""
    perspectives: Annotated[dict[Name, Perspective], Field(min_length=1)]
    """The perspectives by name, such as customer, process, learning."""
    weights: Literal["normalise"] | None = None
    """`normalise` lets weights sum to anything; else they sum to 100% at each level."""
    grades: Annotated[dict[Text, Number], Field(default_factory=dict)]
    """The lowest score of each grade, as `{A: 90, B: 80, C: 0}`."""

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says of itself in the handbook."""
        return scorecard_statements(self)

    def build(self, context: Context) -> Built:
        """Return the scorecard's meaning."""
        if self.when is not None:
            context.problem("IE3130", self.when)
        self._check_names(context)
        parts = [self._part(context, name, shape) for name, shape in self.perspectives.items()]
        measures = [measure for part in parts for measure in part.measures]
        weights = [part.weight for part in parts]
        whole = _Whole(context.builder.add(*weights), context.builder.true)
        if self.weights is None:
            first = [shape.weight or shape.measures[0].weight for shape in self.perspectives.values()]
            whole = _whole(context, weights, first, "IE3102")
        score = self._score(context, parts, whole)
        results = {"score": Result(Value(score, NUMBER))}
        ladder = self._ladder(context, score)
        if ladder is not None:
            results["grade"] = Result(reached_band(context.builder, ladder, f"{self.id}.grade"))
        elif self.grades:
            results["grade"] = Result(Value(context.builder.unknown(), FAULTY))
        results |= {str(part.name): Result(Value(part.score, NUMBER)) for part in parts}
        results |= {str(measure.name): Result(Value(measure.score, NUMBER)) for measure in measures}
        goals = [goal for measure in measures for goal in measure.points.goals]
        if ladder is not None:
            best = context.builder.constant(ladder.first + len(ladder.rungs) - 1)
            at_best = context.builder.compare("<=", best, ladder.place)
            goals.insert(0, Goal("scorecard.goal_grade", ladder.place, {}, at_best))
        return Built(
            results=results, steps=self._steps(context, parts, whole, score, ladder), goals=tuple(goals)
        )

    def _check_names(self, context: Context) -> None:
        taken = set(_TAKEN)
        measures = (
            measure.name for perspective in self.perspectives.values() for measure in perspective.measures
        )
        for name in (*self.perspectives, *measures):
            if name in taken:
                context.problem("IE3109", name, name=str(name))
            taken.add(str(name))

    # --- Perspectives

    def _part(self, context: Context, name: Scalar, shape: Perspective) -> _Part:
        builder = context.builder
        measures = tuple(_weighed(context, measure) for measure in shape.measures)
        weights = [measure.weight for measure in measures]
        whole = _Whole(builder.add(*weights), builder.true)
        if shape.weight is not None and self.weights is None:
            written = [measure.weight for measure in shape.measures]
            whole = _whole(context, weights, written, "IE3101", perspective=str(name))
        weight = whole.total if shape.weight is None else _weight(context, shape.weight)
        reweighs = any(measure.reweighs for measure in measures)
        mean = builder.weighted_mean(
            [_counted(context, measure.weight, measure.score) for measure in measures],
            weights,
            skip_unknown=reweighs,
            places=PART_PLACES,
            rounding=context.rounding,
        )
        complete = builder.all_of(
            whole.holds,
            *(
                _unless_weightless(context, measure.weight, builder.known(measure.score))
                for measure in measures
                if not measure.reweighs
            ),
        )
        score = builder.choose(complete if reweighs else whole.holds, mean, builder.unknown())
        title = shape.title or Title(str(name), str(name))
        return _Part(name, title, score, weight, measures, reweighs, complete, whole)

    def _score(self, context: Context, parts: Sequence[_Part], whole: _Whole) -> Node:
        builder = context.builder
        weights = [part.weight for part in parts]
        needed = whole.holds
        reweighs = any(part.reweighs for part in parts)
        if reweighs:
            needed = builder.all_of(
                needed, *(_unless_weightless(context, part.weight, part.complete) for part in parts)
            )
        mean = builder.weighted_mean(
            [_counted(context, part.weight, part.score) for part in parts],
            weights,
            skip_unknown=reweighs,
            places=SCORE_PLACES,
            rounding=context.rounding,
        )
        return builder.choose(needed, mean, builder.unknown())

    # --- Grades

    def _ladder(self, context: Context, score: Node) -> Ladder | None:
        """Return the grades as bands of the score, or None where there are none or a problem was reported."""
        if not self.grades:
            return None
        builder = context.builder
        bands = [Band.model_construct(from_=limit, name=name) for name, limit in self.grades.items()]
        ladder = read_ladder(context, Compiled(Value(score, NUMBER), self.id, {}), bands)
        limits = [rung.low for rung in ladder.rungs if rung.low is not None] if ladder is not None else []
        if limits:  # Any of them may reach zero: grades out of order are one problem, and not two.
            zero, lowest = builder.constant(0), limits[0]
            reached = builder.any_of(*(builder.compare("<=", limit.value.node, zero) for limit in limits))
            fails = judge(context, reached, [WrittenNumber(lowest.value.node, NUMBER)]).fails
            if fails is not None:
                context.problem("IE3120", lowest.text, lowest=fails.values[0], case=fails.case)
            _check_reached(context, score, limits)
        return ladder

    # --- Steps

    def _steps(
        self, context: Context, parts: Sequence[_Part], whole: _Whole, score: Node, ladder: Ladder | None
    ) -> tuple[Step, ...]:
        builder = context.builder
        steps = [step for part in parts for step in part.steps(context)]
        steps.extend(whole.steps(context, self.id))
        known = builder.known(score)
        steps.append(
            Step("scorecard.score", {"score": Shown(score, NUMBER, SCORE_PLACES)}, self.id.span, known)
        )
        steps.append(Step("scorecard.no_score", {}, self.id.span, builder.opposite(known)))
        steps.extend(_grade_steps(context, ladder, self.id) if ladder is not None else ())
        return tuple(steps)


def _grade_steps(context: Context, ladder: Ladder, at: Scalar) -> Iterator[Step]:
    """Yield the steps that tell the grade reached, and between which scores it lies."""
    builder = context.builder
    for place, rung in enumerate(ladder.rungs, ladder.first):
        limits = {"low": rung.low, "high": rung.high}
        known = {name: limit for name, limit in limits.items() if limit is not None}
        shown = {name: Shown(limit.value.node, NUMBER) for name, limit in known.items()}
        reached = builder.default(builder.compare("==", ladder.place, builder.constant(place)), builder.false)
        code = "scorecard.grade" if rung.high is not None else "scorecard.highest_grade"
        parts = tuple(step for limit in known.values() for step in context.steps(limit))
        yield Step(code, {"grade": rung.label, **shown}, at.span, reached, parts)


# --- What perspectives and measures are made of


@dataclass(frozen=True, slots=True)
class _Whole:
    """The sum of weights, and whether it is 100 %: true where that is sure or not asked for."""

    total: Node
    holds: Node

    def steps(self, context: Context, at: Scalar) -> tuple[Step, ...]:
        """Return the step that tells that the weights do not sum to 100 %."""
        off = context.builder.opposite(self.holds)
        return (Step("scorecard.weights_off", {"sum": Shown(self.total, RATIO)}, at.span, off),)


@dataclass(frozen=True, slots=True)
class _Measured:
    """One measure: its points, what counts in their place where they are unknown, and its weight."""

    name: Scalar
    subject: Subject | None
    points: Points
    score: Node
    weight: Node
    reweighs: bool

    def steps(self, context: Context) -> tuple[Step, ...]:
        """Return the steps that tell the measure's score."""
        if self.subject is None:
            return ()
        builder, raw = context.builder, self.points.node
        known = builder.known(raw)
        missing = builder.opposite(known)
        values: dict[str, Shown | Title] = {
            "name": self.subject.title,
            "weight": Shown(self.weight, RATIO),
            "score": Shown(self.score, NUMBER),
        }
        origins = value_steps(self.subject)
        if self.reweighs:
            code = "scorecard.left_out"
        else:
            code = "scorecard.unknown" if self.score is raw else "scorecard.stands_in"
        return (
            Step("scorecard.measure", values, self.name.span, known, (*origins, *self.points.steps)),
            Step(code, values, self.name.span, missing, (*origins, *self.points.steps)),
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """One perspective. `complete` says that nothing is missing that it cannot do without."""

    name: Scalar
    title: Title
    score: Node
    weight: Node
    measures: tuple[_Measured, ...]
    reweighs: bool
    complete: Node
    whole: _Whole

    def steps(self, context: Context) -> tuple[Step, ...]:
        """Return the steps that tell the perspective's score."""
        known = context.builder.known(self.score)
        values: dict[str, Shown | Title] = {
            "name": self.title,
            "weight": Shown(self.weight, RATIO),
            "score": Shown(self.score, NUMBER),
        }
        parts = (
            *(step for measure in self.measures for step in measure.steps(context)),
            *self.whole.steps(context, self.name),
        )
        return (
            Step("scorecard.perspective", values, self.name.span, known, parts),
            Step("scorecard.no_perspective", values, self.name.span, context.builder.opposite(known), parts),
        )


def _weighed(context: Context, shape: Measure) -> _Measured:
    builder = context.builder
    weight = _weight(context, shape.weight)
    reweighs = isinstance(shape.unknown, Scalar) and shape.unknown == REWEIGH
    subject = subject_of(context, shape)
    points = points_of(subject) if subject is not None else None
    if points is None:
        points = Points(builder.unknown(), (), ())
    score = points.node
    if shape.unknown is not None and not reweighs:
        instead = context.number(shape.unknown, expect=[NUMBER], places=PART_PLACES)
        score = builder.default(score, instead.value.node)
    return _Measured(shape.name, subject, points, score, weight, reweighs)


def _weight(context: Context, quantity: Number) -> Node:
    compiled = context.number(quantity, expect=[RATIO])
    node = compiled.value.node
    not_negative = context.builder.compare("<=", context.builder.constant(0), node)
    fails = judge(context, not_negative, [WrittenNumber(node, RATIO)]).fails
    if fails is not None:
        context.problem("IE3100", compiled.text, weight=fails.values[0], case=fails.case)
    return node


def _whole(
    context: Context, weights: Sequence[Node], written: Sequence[Number], code: str, **values: str
) -> _Whole:
    """Return the sum of weights, after reporting one that surely is not 100 %, at the first of them."""
    builder = context.builder
    total = builder.add(*weights)
    statement = builder.compare("==", total, builder.constant(1))
    verdict = judge(context, statement, [WrittenNumber(node, RATIO) for node in (total, *weights)])
    if verdict.fails is not None:
        sum_of_all, *terms = verdict.fails.values
        values |= {"sum": sum_of_all, "terms": " + ".join(terms), "case": verdict.fails.case}
        context.problem(code, span_of(written[0]), **values)
    return _Whole(total, builder.true if verdict.always else statement)


def _check_reached(context: Context, score: Node, limits: Sequence[Compiled]) -> None:
    """Report the lowest of the grades' limits that no score ever reaches."""
    reached = [context.builder.compare("<=", limit.value.node, score) for limit in limits]
    for limit, never in zip(limits, never_hold(context, reached), strict=True):
        if never:
            context.problem("IE3121", limit.text, limit=str(limit.text))
            return


def _counted(context: Context, weight: Node, score: Node) -> Node:
    """Return a score as it enters a mean: what has no weight may be unknown and changes nothing."""
    builder = context.builder
    nothing = builder.constant(0)
    return builder.choose(builder.compare("==", weight, nothing), nothing, score)


def _unless_weightless(context: Context, weight: Node, condition: Node) -> Node:
    builder = context.builder
    return builder.any_of(builder.compare("==", weight, builder.constant(0)), condition)
