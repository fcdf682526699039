"""The nearest change: what it would take, in one metric, to reach more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import ceil, floor
from typing import Literal

from incentive_engine.compile.policy import InputField, PolicyLine
from incentive_engine.decision.amounts import Known, amount, plain, written
from incentive_engine.decision.causes import Cause, cause_step, cause_steps
from incentive_engine.decision.lines import applies, decisive
from incentive_engine.decision.reading import Reading
from incentive_engine.decision.rivals import Rivals
from incentive_engine.decision.search import Cone, Found, Guard, Verdict, cone, nearest_value
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, told_values
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.instructions import Instruction, Lowered, Operation
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Goal
from incentive_engine.language.types import BOOLEAN, MONEY
from incentive_engine.ruleset.fields import Title

Answer = Literal["changes", "none", "not_found", "missing"]

MOST_LOOKS = 400
"""At how many intervals a search looks for one metric before it gives up."""

# How far a metric goes that declares no range, by its type, in the type's own unit.
_FARTHEST = {"count": 10**6, "money": 10**7, "number": 10**5, "ratio": 1, "duration": 10**7}


@dataclass(frozen=True, slots=True)
class Change:
    """One metric changed, all else as it is, and what that leads to.

    `reaches` says what is reached. `adds` is what it adds to the rule's money after red lines, None where the
    rule has none or it is unknown before or after; `adds_to_total` what it adds to the total. `withheld`
    tells what is missing where that is nothing only because something unknown keeps it from being paid.
    `size` is the change against the metric's range, by which changes are ordered.
    """

    metric: str
    title: Title
    present: ExplainedValue
    changed: ExplainedValue
    reaches: ExplainedStep
    adds: Decimal | None
    adds_to_total: Decimal
    size: Fraction
    withheld: tuple[ExplainedStep, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return the change for JSON; amounts are texts."""
        return {
            "metric": self.metric,
            "from": written(plain(self.present.value, self.present.type)),
            "to": written(plain(self.changed.value, self.changed.type)),
            "adds": written(self.adds),
            "adds_to_total": written(self.adds_to_total),
        }


@dataclass(frozen=True, slots=True)
class Nearest:
    """The smallest changes of one metric that reach one goal of a rule, the smallest in its range first.

    Where there are none, `answer` says why: it is proven that no metric alone can do it (`none`), the search
    ended before it was (`not_found`), or it cannot be told because of what is `missing`. A change that would
    lower the rule's amount or the total, or make something unknown that is measured now, is none.
    """

    rule: str
    goal: ExplainedStep
    answer: Answer
    changes: tuple[Change, ...] = ()
    missing: tuple[ExplainedStep, ...] = ()

    def step(self) -> ExplainedStep:
        """Return the step that tells the first change, or why there is none."""
        if not self.changes:
            return ExplainedStep(f"nearest.{self.answer}", {"goal": self.goal}, parts=self.missing)
        change = self.changes[0]
        adds = Fraction(change.adds or 0)
        total = Fraction(change.adds_to_total)
        if change.withheld:
            code = "nearest.adds_unknown"
        elif adds == total:
            code = "nearest.adds" if total else "nearest.adds_nothing"
        else:
            code = "nearest.adds_to_both" if adds else "nearest.adds_to_total"
        return ExplainedStep(
            code,
            {
                "metric": change.title,
                "present": change.present,
                "changed": change.changed,
                "goal": change.reaches,
                "adds": ExplainedValue(adds, MONEY),
                "total": ExplainedValue(total, MONEY),
            },
            parts=change.withheld,
        )


class Seeker:
    """Looks for the nearest changes of one row. Other agents and earlier periods stay as they are."""

    def __init__(self, reading: Reading, most_looks: int = MOST_LOOKS) -> None:
        self._reading = reading
        self._most_looks = most_looks
        self._bound = reading.values.bound
        points = {place: Interval.of(value) for place, value in self._bound.from_outside.items()}
        self._present = bounds(self._bound.lowered, points)
        beside = reading.values.beside
        self._measured = [Guard(place, _is_known) for place in _measured(self._bound.lowered, self._present)]
        self._over_peers = Rivals(beside).result if beside else None

    def nearest(self, line: PolicyLine) -> tuple[Nearest, ...]:
        """Return what it would take to reach each goal of a rule that is not reached yet.

        Left out are goals that need the same changes as one before, on which no metric bears, or that only a
        loss of money or of measurements reaches. A rule that does not apply for certain has none.
        """
        if not self._reading.is_true(line.in_scope) or not applies(self._reading, line):
            return ()
        found: list[Nearest] = []
        for goal in line.built.goals:
            if not self._reading.is_true(goal.reaches) and not self._is_at_best(goal):
                nearest = self._towards(line, goal)
                if nearest and (not nearest.changes or all(not _same(nearest, other) for other in found)):
                    found.append(nearest)
        return tuple(found)

    def _is_at_best(self, goal: Goal) -> bool:
        return goal.at_best is not None and self._reading.is_true(goal.at_best)

    def _towards(self, line: PolicyLine, goal: Goal) -> Nearest | None:
        rule, told = str(line.rule.id), _told(self._reading, goal)
        now = self._present[self._reading.values.place(goal.reaches)]
        reached = reached_by(now, boolean=goal.reaches.boolean)
        if reached is None:
            return Nearest(rule, told, "missing", missing=cause_steps(self._reading, [goal.reaches]))
        leading = list(self._leading_to(goal, self._guards(line), known=True))
        tried = [(metric, self._search(metric, between, reached)) for metric, between in leading]
        changes = [
            self._change(line, goal, metric, found.value)
            for metric, found in tried
            if found.value is not None
        ]
        if changes:
            return Nearest(rule, told, "changes", tuple(sorted(changes, key=lambda change: change.size)))
        unknown = list(self._leading_to(goal, (), known=False))
        missing = cause_steps(self._reading, [goal.reaches]) or tuple(
            cause_step(self._reading, Cause("missing", metric.field.name))
            for metric, between in unknown
            if reached(between.goal(Interval(*metric.range()))) is not False
        )
        if missing:
            return Nearest(rule, told, "missing", missing=missing)
        if not (leading or unknown) or self._is_reached_at_a_loss(leading, reached):
            return None
        proven = all(found.proven for _, found in tried)
        return Nearest(rule, told, "none" if proven else "not_found")

    def _search(self, metric: _Metric, between: Cone, reached: Verdict) -> Found:
        return nearest_value(between, metric.present, *metric.range(), reached, self._most_looks)

    def _is_reached_at_a_loss(self, leading: list[tuple[_Metric, Cone]], reached: Verdict) -> bool:
        """Whether a change reaches a goal that none reaches with all guards held."""
        return any(
            self._search(metric, between.unguarded(), reached).value is not None
            for metric, between in leading
        )

    def _guards(self, line: PolicyLine) -> list[Guard]:
        """Return what a change has to hold to: more from a rule that gives only money, and never less.

        The total does not fall either, and what is measured stays measured.
        """
        guards = [*self._measured, self._no_less(self._reading.policy.total)]
        if line.amount is not None and self._reading.value(line.amount) is not None:
            only_money = line.credits is None and not line.built.recognitions
            guards.append(self._no_less(line.amount, by=1 if only_money else 0))
        return guards

    def _no_less(self, node: Node, by: int = 0) -> Guard:
        """Return the guard that a known number falls by nothing, or rises by so many of its steps."""
        place = self._reading.values.place(node)
        return Guard(place, partial(_is_more, (self._present[place].low or 0) + by - 1))

    def _leading_to(
        self, goal: Goal, guards: Sequence[Guard], *, known: bool
    ) -> Iterator[tuple[_Metric, Cone]]:
        """Yield the metrics that bear on a goal, those that have a value or those that have none."""
        lowered, target = self._bound.lowered, self._reading.values.place(goal.reaches)
        for field in self._reading.policy.fields:
            place = lowered.inputs.get(field.name)
            if not field.metric or place is None:
                continue
            present = self._bound.from_outside[place]
            if (present is not None) == known:
                between = cone(lowered, self._present, target, place, self._over_peers, guards)
                if between is not None:
                    yield _Metric(field, place, int(present or 0)), between

    def _change(self, line: PolicyLine, goal: Goal, metric: _Metric, value: int) -> Change:
        """Return what a change leads to, by evaluating the changed row."""
        before = self._reading
        after = Reading(before.policy, before.values.changed(metric.field.name, metric.given(value)))
        assert _is_reached(before.value(goal.reaches), after.value(goal.reaches))  # noqa: S101 -- both ways to evaluate agree
        money_places = before.policy.money_places
        final, changed_final = before.number(line.final), after.number(line.final)
        adds_to_total = _difference(before.total, after.total, money_places)
        return Change(
            metric=metric.field.name,
            title=metric.field.title,
            present=metric.explained(metric.present),
            changed=metric.explained(value),
            reaches=_told(after, goal),
            adds=None
            if final is None or changed_final is None
            else _difference(final, changed_final, money_places),
            adds_to_total=adds_to_total,
            size=metric.size(value),
            withheld=() if adds_to_total or changed_final is not None else _withheld(after),
        )


@dataclass(frozen=True, slots=True)
class _Metric:
    """A metric; values are whole numbers on its grid, truth values 0 and 1. A missing one counts from 0."""

    field: InputField
    place: int
    present: int

    def range(self) -> tuple[int, int]:
        """Return the lowest and the highest value that a change can reach.

        Without a declared range a metric goes from zero (or as far below it as above, if it is below now) to
        what its type is assumed to reach at most.
        """
        if self.field.type is BOOLEAN:
            return 0, 1
        grid = 10**self.field.places
        farthest = _FARTHEST[self.field.type.name] * grid
        lowest = -farthest if self.present < 0 else 0
        return (
            min(lowest if self.field.lowest is None else ceil(self.field.lowest * grid), self.present),
            max(farthest if self.field.highest is None else floor(self.field.highest * grid), self.present),
        )

    def size(self, value: int) -> Fraction:
        """Return the change to a value against the declared range, or else against the present value."""
        lowest, highest = self.range()
        declared = self.field.lowest is not None and self.field.highest is not None
        whole = highest - lowest if declared or not self.present else abs(self.present)
        return Fraction(abs(value - self.present), whole)

    def given(self, value: int) -> int | bool:
        """Return a value as the evaluator takes it."""
        return bool(value) if self.field.type is BOOLEAN else value

    def explained(self, value: int) -> ExplainedValue:
        """Return a value as an explanation tells it."""
        known = bool(value) if self.field.type is BOOLEAN else Fraction(value, 10**self.field.places)
        return ExplainedValue(known, self.field.type)


def _measured(lowered: Lowered, present: Sequence[Interval]) -> Iterator[int]:
    """Yield the places of what is measured now but need not be: metrics with `enough`, and divisions."""
    instructions = lowered.instructions
    for place, instruction in enumerate(instructions):
        if present[place].may_be_known and (
            instruction.operation is Operation.QUOTIENT or _counts_where_enough(instructions, instruction)
        ):
            yield place


def _counts_where_enough(instructions: Sequence[Instruction], instruction: Instruction) -> bool:
    """Whether an instruction chooses a field of the snapshot or nothing."""
    chosen = [instructions[place].operation for place in instruction.arguments[1:]]
    return instruction.operation is Operation.CHOOSE and chosen == [Operation.INPUT, Operation.UNKNOWN]


def _withheld(reading: Reading) -> tuple[ExplainedStep, ...]:
    """Return the steps that tell what keeps lines from being determined."""
    undetermined = (line for line in reading.policy.lines if reading.is_true(line.undetermined))
    return cause_steps(reading, [node for line in undetermined for node in decisive(line)])


def _told(reading: Reading, goal: Goal) -> ExplainedStep:
    return ExplainedStep(goal.text, told_values(reading, goal.values))


def reached_by(now: Interval, *, boolean: bool) -> Verdict | None:
    """Return what tells whether a goal with this value now is reached: that it is true, or that it is more.

    None where it would have to be more than what nobody knows.
    """
    if boolean:
        return _is_true
    return None if now.low is None else partial(_is_more, now.low)


def _is_known(value: Interval) -> bool | None:
    if not value.may_be_known:
        return False
    return None if value.may_be_unknown else True


def _is_true(value: Interval) -> bool | None:
    if not value.may_be_true:
        return False
    return True if value.low == 1 and not value.may_be_unknown else None


def _is_more(than: int, value: Interval) -> bool | None:
    if not value.may_be_known or (value.high is not None and value.high <= than):
        return False
    return True if value.low is not None and value.low > than and not value.may_be_unknown else None


def _is_reached(before: Known | None, after: Known | None) -> bool:
    return after is True or (before is not None and after is not None and after > before)


def _difference(before: Fraction, after: Fraction, places: int) -> Decimal:
    added = after - before
    return amount(added.numerator, added.denominator, places)


def _same(one: Nearest, other: Nearest) -> bool:
    return [(each.metric, each.changed) for each in one.changes] == [
        (each.metric, each.changed) for each in other.changes
    ]
