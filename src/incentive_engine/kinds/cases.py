"""What is certain of a ruleset: whether a statement about its numbers holds in every case that it knows.

The cases are the periods between which its dates and seasons change something, and the values of attributes
and small whole numbers. What depends on other data is judged by its declared range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import prod

from incentive_engine.graph.bind import bind
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.instructions import Lowered
from incentive_engine.graph.lower import lower
from incentive_engine.graph.nodes import (
    Flag,
    Input,
    Node,
    PeriodNumber,
    PeriodTruth,
    Program,
    Truth,
    in_order,
)
from incentive_engine.kinds.interface import FormulaContext
from incentive_engine.language.literals import written
from incentive_engine.language.types import Type
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence, DateRange, Period, PeriodTest, Season, period_of
from incentive_engine.ruleset.problems import Span

_MOST_VALUES = 12
_MOST_CASES = 400
_SOME_DAY = date(2026, 1, 1)
_NOWHERE = Span("", 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Failure:
    """A case in which a statement does not hold.

    `case` is the case in brackets behind a space, ` (level = junior, 2026-04)`, or empty where there is only
    one; `values` are the numbers asked for, written out, in it.
    """

    case: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is certain of a statement: that it `always` holds where it is known, or a case where it fails."""

    always: bool
    fails: Failure | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number to be written out in a problem."""

    node: Node
    type: Type


def judge(context: FormulaContext, statement: Node, numbers: Sequence[Number] = ()) -> Verdict:
    """Return what is certain of a statement; `numbers` are those that its failure is to show."""
    if isinstance(statement, Truth) and statement.value:
        return Verdict(always=True)
    nodes = [statement, *(number.node for number in numbers)]
    always = not any(isinstance(node, PeriodNumber) for node in in_order(nodes))
    for case in _cases(context, nodes):
        truth = case.found(statement)
        if truth.may_be_false and not truth.may_be_true:
            return Verdict(always=False, fails=Failure(case.text(context), tuple(map(case.written, numbers))))
        always = always and not truth.may_be_false
    return Verdict(always)


def never_hold(context: FormulaContext, statements: Sequence[Node]) -> list[bool]:
    """Return of each statement whether it is false in every case where it is known at all."""
    false_somewhere: dict[int, bool] = dict.fromkeys(range(len(statements)), False)
    for case in _cases(context, statements):
        for number in list(false_somewhere):
            truth = case.found(statements[number])
            if truth.may_be_true:
                del false_somewhere[number]
            else:
                false_somewhere[number] |= truth.may_be_false
        if not false_somewhere:  # Most often the first case already says so, and each takes its time.
            break
    return [false_somewhere.get(number, False) for number in range(len(statements))]


def holds_somewhere(context: FormulaContext, statement: Node) -> bool:
    """Whether a statement holds in the first case, in an example of it where it depends on other data."""
    case = next(_cases(context, [statement], example=Fraction(1)))
    return not case.found(statement).may_be_false


# --- Cases


@dataclass(frozen=True, slots=True)
class _Case:
    """One case: the values of what it tells apart, and the intervals of everything in it."""

    period: Period | None
    values: Mapping[Input | Flag, int]
    lowered: Lowered
    bound: Mapping[Node, Node]
    intervals: Sequence[Interval]

    def found(self, node: Node) -> Interval:
        return self.intervals[self.lowered.places_of[self.bound[node]]]

    def text(self, context: FormulaContext) -> str:
        parts = [f"{field.name} = {_shown(context, field, value)}" for field, value in self.values.items()]
        if self.period is not None:
            parts.append(str(self.period))
        return f" ({', '.join(parts)})" if parts else ""

    def written(self, number: Number) -> str:
        """Return a number as a person would write it; one that is not certain as an ellipsis."""
        interval = self.found(number.node)
        if interval.low is None or interval.low != interval.high:
            return "…"
        place = self.lowered.places_of[self.bound[number.node]]
        value = Fraction(interval.low, self.lowered.instructions[place].denominator)
        match number.type.name:
            case "ratio":
                return f"{written(value * 100)}%"
            case "duration":
                return f"{written(value)} s"
        return written(value)


def _shown(context: FormulaContext, field: Input | Flag, value: int) -> str:
    name = Scalar(field.name, _NOWHERE)
    attribute = None if context.metric(name) else context.attribute(name)
    if attribute is not None and attribute.type.options:
        return attribute.type.options[value]
    return str(value)


def _cases(
    context: FormulaContext, nodes: Sequence[Node], example: Fraction | None = None
) -> Iterator[_Case]:
    tests = tuple(node.test for node in in_order(nodes) if isinstance(node, PeriodTruth))
    for period in telling_periods(tests, context.cadence):
        bound = bind(Program({}), period, context.builder, nodes).nodes
        lowered = lower(Program({}), [bound[node] for node in nodes])
        fields = [node for node in in_order(bound[node] for node in nodes) if isinstance(node, Input | Flag)]
        for values in _combinations(fields):
            given = {
                lowered.inputs[field.name]: _interval(field, values.get(field), example) for field in fields
            }
            yield _Case(period if tests else None, values, lowered, bound, bounds(lowered, given))


def _combinations(fields: Iterable[Input | Flag]) -> Iterator[dict[Input | Flag, int]]:
    """Yield the combinations of the values of those fields that have only a few."""
    few: dict[Input | Flag, range] = {}
    for field in fields:
        values = _few_values(field)
        if values and prod(map(len, few.values())) * len(values) <= _MOST_CASES:
            few[field] = values
    for combination in product(*few.values()):
        yield dict(zip(few, combination, strict=True))


def _few_values(field: Input | Flag) -> range:
    """Return all values of a field, or nothing where it may have many."""
    low, high, steps = _ends_of(field)
    if steps > 1 or low is None or high is None or high - low >= _MOST_VALUES:
        return range(0)
    return range(low, high + 1)


def _interval(field: Input | Flag, value: int | None, example: Fraction | None) -> Interval:
    """Return what integers a field may stand for: its value in this case, else an example or its range."""
    if value is not None:
        return Interval.of(value)
    low, high, steps = _ends_of(field)
    if example is None:
        return Interval(low, high)
    inside = max(int(example * steps), low or 0)
    return Interval.of(inside if high is None else min(inside, high))


def _ends_of(field: Input | Flag) -> tuple[int | None, int | None, int]:
    """Return a field's declared range in its own steps, and how many of them make one."""
    if isinstance(field, Flag):
        return 0, 1, 1
    steps = 10**field.places
    low, high = (None if end is None else int(end * steps) for end in (field.lowest, field.highest))
    return low, high, steps


# --- Periods


@lru_cache(maxsize=256)
def telling_periods(tests: tuple[PeriodTest, ...], cadence: Cadence) -> list[Period]:
    """Return periods that between them answer the questions in every way in which they can be answered."""
    ends = [end for test in tests for end in _ends(test)]
    dates = [end for end in ends if isinstance(end, date)] or [_SOME_DAY]
    years = range(min(dates).year - 1, max(dates).year + 2)
    days = [*dates, *(date(year, month, min(day, 28)) for year in years for month, day in _recurring(ends))]
    found: dict[tuple[bool, ...], Period] = {}
    near = {day + timedelta(days=offset) for day in days for offset in (-1, 0, 1)}
    # A year that the ruleset speaks of makes the better example.
    for day in sorted(near, key=lambda day: (day.year != years[1], day)):
        period = period_of(day, cadence)
        found.setdefault(tuple(test.holds(period) for test in tests), period)
    return list(found.values())


def _recurring(ends: Iterable[tuple[int, int] | date]) -> list[tuple[int, int]]:
    return [end for end in ends if isinstance(end, tuple)]


def _ends(test: PeriodTest) -> list[tuple[int, int] | date]:
    """Return the days at which the answer of a question may change."""
    match test:
        case DateRange():
            return [day for day in (test.first, test.last) if day is not None]
        case Season():
            return [test.first, test.last]
    return [(1, 1), (12, 31)]
