"""Parameters, formulas and seasons: what each named value means, built when something first reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import Shown, Step
from incentive_engine.language.function import Places
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import BOOLEAN, DEFAULT_PLACES, FAULTY, MONEY, Type, Value
from incentive_engine.ruleset.fields import Quantity, Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence, DateRange, Period, Season, period_of
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.shape import Case, Definition, SeasonShape

# How many periods are looked at where the ruleset's dates leave the end open.
_PERIODS_AHEAD = 400


@dataclass(frozen=True, slots=True)
class Calendar:
    """The ruleset's periods, and whether dates fall on their borders."""

    cadence: Cadence
    effective: DateRange

    def periods(self) -> Iterator[Period]:
        """Yield the periods in force, or a good number of them where there is no end."""
        period = period_of(self.effective.first or date(2024, 1, 1), self.cadence)
        for _ in range(_PERIODS_AHEAD):
            if self.effective.last is not None and period.start > self.effective.last:
                return
            yield period
            period = period.next()

    def splits(self, first: date | None, last: date | None) -> date | None:
        """Return the date that would split a period: a first day that begins none, a last that ends none."""
        if first is not None and period_of(first, self.cadence).start != first:
            return first
        if last is not None and period_of(last, self.cadence).end != last:
            return last
        return None


CompileNumber = Callable[[Quantity, int | Places | None, Rounding | None], Compiled]
CompileCondition = Callable[[Scalar], Compiled]


class Definitions:
    """Makes the values of seasons, parameters and formulas, and the steps that tell where they come from."""

    def __init__(
        self,
        builder: Builder,
        calendar: Calendar,
        money_places: int,
        number: CompileNumber,
        condition: CompileCondition,
        report: Callable[[Problem], None],
    ) -> None:
        self._builder = builder
        self._calendar = calendar
        self._money_places = money_places
        self._number = number
        self._condition = condition
        self._report = report

    def season(self, name: Scalar, shape: SeasonShape) -> tuple[Value, tuple[Step, ...]]:
        """Return whether a season counts for the period, with the step that tells so."""
        if isinstance(shape.from_, date) != isinstance(shape.until, date):
            self._problem("IE3010", name)
            return Value(self._builder.unknown(boolean=True), FAULTY), ()
        season = Season(shape.from_, shape.until, shape.counts_for)
        if isinstance(shape.from_, date) and isinstance(shape.until, date) and shape.until < shape.from_:
            self._problem("IE3011", name, first=str(shape.from_), last=str(shape.until))
        elif shape.counts_for is None:
            split = next(
                (period for period in self._calendar.periods() if season.covers(period) == "part"), None
            )
            if split is not None:
                self._problem("IE3012", name, period=str(split))
        value = Value(self._builder.period_truth(season), BOOLEAN)
        title = shape.title or Title(str(name), str(name))
        step = Step("value.season", {"name": title, "value": Shown(value.node, BOOLEAN)}, name.span)
        return value, (step,)

    def definition(
        self, name: Scalar, shape: Definition, code: str, origin: Callable[[Compiled], tuple[Step, ...]]
    ) -> tuple[Value, tuple[Step, ...]]:
        """Return a parameter's or formula's value, rounded, with the steps that tell where it comes from."""
        title = shape.title or Title(str(name), str(name))
        if shape.value is None:
            return self._cases(name, title, shape)
        compiled = self._number(shape.value, *self._precision(shape))
        value = compiled.value
        step = Step(
            code,
            {"name": title, "value": Shown(value.node, value.type), "formula": str(compiled.text)},
            name.span,
            self._builder.known(value.node),
            origin(compiled),
        )
        return value, (step, *self._unknown_step(title, value, name.span, origin(compiled)))

    def _cases(self, name: Scalar, title: Title, shape: Definition) -> tuple[Value, tuple[Step, ...]]:
        builder = self._builder
        values: list[tuple[Node, Value]] = []
        steps: list[Step] = []
        earlier: list[Node] = []
        for case in shape.cases:
            applies = self._applies(case)
            compiled = self._number(case.value, *self._precision(shape))
            value = compiled.value
            values.append((applies, value))
            place = compiled.text.span
            chosen = builder.all_of(applies, *(builder.opposite(condition) for condition in earlier))
            steps.append(
                Step(
                    "value.parameter_case",
                    {"name": title, "value": Shown(value.node, value.type), "line": str(place.line)},
                    place,
                    chosen,
                )
            )
            earlier.append(applies)
        self._check_complete(name, shape.cases)
        kind = self._common_type(name, [value for _, value in values])
        node: Node = builder.unknown(boolean=kind is BOOLEAN)
        for applies, value in reversed(values):
            node = builder.choose(applies, value.node, node)
        return Value(node, kind), tuple(steps)

    def _applies(self, case: Case) -> Node:
        split = self._calendar.splits(case.from_, case.until)
        at = _span(case.value)
        if split is not None:
            self._report(Problem("IE3013", {"date": str(split), "cadence": str(self._calendar.cadence)}, at))
        if case.from_ is not None and case.until is not None and case.until < case.from_:
            self._report(
                Problem("IE3011", {"text": "", "first": str(case.from_), "last": str(case.until)}, at)
            )
        builder = self._builder
        dated = case.from_ is not None or case.until is not None
        in_range = builder.period_truth(DateRange(case.from_, case.until)) if dated else builder.true
        return (
            in_range if case.when is None else builder.all_of(in_range, self._condition(case.when).value.node)
        )

    def _check_complete(self, name: Scalar, cases: Sequence[Case]) -> None:
        """Report a parameter that has no value on some day: its last case has to apply always."""
        last = cases[-1]
        if last.when is None and last.from_ is None and last.until is None:
            return
        ranges = [DateRange(case.from_, case.until) for case in cases if case.when is None]
        effective = self._calendar.effective
        if effective.last is None and not any(each.last is None for each in ranges):
            self._problem("IE3014", name)
            return
        for period in self._calendar.periods():
            if not any(each.holds(period) for each in ranges):
                self._problem("IE3015", name, period=str(period))
                return

    def _common_type(self, name: Scalar, values: Sequence[Value]) -> Type:
        types = [value.type for value in values]
        if FAULTY in types:
            return FAULTY
        known = next((value.type for value in values if not value.bare), types[0])
        if not all(agrees(value, known) for value in values):
            self._problem("IE3016", name)
            return FAULTY
        return known

    def _precision(self, shape: Definition) -> tuple[int | Places, Rounding | None]:
        """Return to how many places, and how, a definition's value is rounded: once, where it is defined."""
        places = shape.places if shape.places is not None else self._default_places
        return places, Rounding(shape.rounding) if shape.rounding else None

    def _default_places(self, kind: Type) -> int:
        return (
            self._money_places if kind is MONEY else DEFAULT_PLACES.get(kind.name, DEFAULT_PLACES["number"])
        )

    def _unknown_step(
        self, title: Title, value: Value, span: Span, parts: tuple[Step, ...]
    ) -> tuple[Step, ...]:
        missing = self._builder.opposite(self._builder.known(value.node))
        return (Step("value.unknown", {"name": title}, span, missing, parts),)

    def _problem(self, code: str, name: Scalar, **values: str) -> None:
        self._report(Problem(code, {"text": str(name), **values}, name.span))


def agrees(value: Value, kind: Type) -> bool:
    """Whether a value is of a kind; a number written without a unit passes for money."""
    if value.type is FAULTY or kind is FAULTY:
        return True
    if not (value.type.numeric and kind.numeric):
        return value.type == kind
    return value.type.dimension == kind.dimension or (value.bare and kind is MONEY)


def _span(quantity: Quantity) -> Span:
    return quantity.span if isinstance(quantity, Scalar) else quantity.by.span
