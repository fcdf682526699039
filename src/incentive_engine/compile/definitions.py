"""Parameters, formulas and seasons: what each named value means, built when something first reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from incentive_engine.compile.calendar import Calendar, in_force
from incentive_engine.compile.formulas import Formulas
from incentive_engine.compile.names import Meaning
from incentive_engine.compile.origins import Told
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import Shown, Step
from incentive_engine.language.function import Places
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import BOOLEAN, DEFAULT_PLACES, FAULTY, MONEY, Type, Value
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Season, period_of
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import Case, Definition, SeasonShape


class Definitions:
    """Makes the values of seasons, parameters and formulas, and the steps that tell where they come from."""

    def __init__(
        self,
        formulas: Formulas,
        calendar: Calendar,
        money_places: int,
        told: Told,
    ) -> None:
        self._formulas = formulas
        self._builder: Builder = formulas.surroundings.builder
        self._report: Callable[[Problem], None] = formulas.surroundings.report
        self._calendar = calendar
        self._money_places = money_places
        self._told = told

    def season(self, name: Scalar, shape: SeasonShape) -> Meaning:
        """Return whether a season counts for the period, with the step that tells so."""
        first, last = shape.from_.day, shape.until.day
        if isinstance(first, date) != isinstance(last, date):
            self._report(Problem("IE3010", {"text": str(name)}, shape.until.span))
            return Value(self._builder.unknown(boolean=True), FAULTY), ()
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self._report(Problem("IE3011", {"first": str(first), "last": str(last)}, shape.until.span))
            return Value(self._builder.unknown(boolean=True), FAULTY), ()
        season = Season(first, last, shape.counts_for)
        split = self._calendar.split_by(season) if shape.counts_for is None else None
        if split is not None:
            self._problem("IE3012", name, period=str(split))
        value = Value(self._builder.period_truth(season), BOOLEAN)
        shown = self._shown(name, value)
        return value, (Step("value.season", shown, name.span),)

    def definition(self, name: Scalar, shape: Definition, code: str) -> Meaning:
        """Return a parameter's or formula's value, rounded, with the steps that tell where it comes from."""
        if shape.value is None:
            return self._cases(name, shape)
        compiled = self._formulas.number(shape.value, *self._precision(shape))
        value, parts = compiled.value, self._told.leaf_steps(compiled)
        shown = self._shown(name, value, formula=str(compiled.text))
        told = Step(code, shown, name.span, self._builder.known(value.node), parts)
        return value, (told, self._unknown(name, value, parts))

    # --- Cases

    def _cases(self, name: Scalar, shape: Definition) -> Meaning:
        """Return the value of the first case that applies."""
        builder = self._builder
        applies = [self._applies(case) for case in shape.cases]
        compiled = [self._formulas.number(case.value, *self._precision(shape)) for case in shape.cases]
        self._check_complete(name, shape.cases)
        kind = self._formulas.common_type(compiled)
        if kind is FAULTY:
            return Value(builder.unknown(), FAULTY), ()
        node: Node = builder.unknown(boolean=kind is BOOLEAN)
        for condition, each in zip(reversed(applies), reversed(compiled), strict=True):
            node = builder.choose(condition, each.value.node, node)
        value = Value(node, kind, bare=all(each.value.bare for each in compiled))
        return value, (*self._case_steps(name, applies, compiled), self._unknown(name, value, ()))

    def _case_steps(
        self, name: Scalar, applies: Sequence[Node], compiled: Sequence[Compiled]
    ) -> Iterator[Step]:
        builder = self._builder
        earlier: list[Node] = []
        for condition, each in zip(applies, compiled, strict=True):
            value, place = each.value, each.text.span
            shown = self._shown(name, value, line=str(place.line))
            chosen = builder.all_of(condition, *earlier, builder.known(value.node))
            yield Step("value.parameter_case", shown, place, chosen, self._told.leaf_steps(each))
            earlier.append(builder.opposite(condition))

    def _applies(self, case: Case) -> Node:
        """Return whether a case applies to the period and the agent."""
        for problem in self._calendar.problems(case):
            self._report(problem)
        condition = self._formulas.condition(case.when).value.node
        return self._builder.all_of(in_force(self._builder, case.days), condition)

    def _check_complete(self, name: Scalar, cases: Sequence[Case]) -> None:
        """Report a parameter that has no value on some day: its last case has to apply always."""
        ranges = [case.days for case in cases if case.when is None]
        if not ranges:
            self._problem("IE3017", name)
            return
        gap = self._calendar.gap(ranges)
        if gap is None:
            return
        period = period_of(gap, self._calendar.cadence)
        ends_open = self._calendar.effective.last is None
        if gap == date.min:
            self._problem("IE3018", name)
        elif ends_open and not any(each.first is not None and each.first > gap for each in ranges):
            self._problem("IE3014", name)
        else:
            self._problem("IE3015", name, period=str(period))

    # --- What all have in common

    def _precision(self, shape: Definition) -> tuple[int | Places, Rounding | None]:
        """Return to how many places, and how, a definition's value is rounded: once, where it is defined."""
        places = shape.places if shape.places is not None else self._default_places
        return places, Rounding(shape.rounding) if shape.rounding else None

    def _default_places(self, kind: Type) -> int:
        if kind == MONEY:
            return self._money_places
        return DEFAULT_PLACES.get(kind.name, DEFAULT_PLACES["number"])

    def _unknown(self, name: Scalar, value: Value, parts: tuple[Step, ...]) -> Step:
        missing = self._builder.opposite(self._builder.known(value.node))
        return Step("value.unknown", {"name": self._title(name)}, name.span, missing, parts)

    def _shown(self, name: Scalar, value: Value, **texts: str) -> dict[str, Shown | Title | str]:
        return {"name": self._title(name), "value": Shown(value.node, value.type), **texts}

    def _title(self, name: Scalar) -> Title:
        return self._told.title(str(name))

    def _problem(self, code: str, name: Scalar, **values: str) -> None:
        self._report(Problem(code, {"text": str(name), **values}, name.span))
