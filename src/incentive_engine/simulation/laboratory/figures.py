"""Formulas of a scenario: they read the metrics and attributes of the data, and nothing of any rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from incentive_engine.compile.formulas import Formulas
from incentive_engine.compile.policy import InputField, Policy
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.function import Function
from incentive_engine.language.names import Surroundings, no_such_name
from incentive_engine.language.types import BOOLEAN, FAULTY, Value
from incentive_engine.ruleset.fields import Formula, Quantity
from incentive_engine.ruleset.problems import Problem, Span


@dataclass(frozen=True, slots=True)
class Figure:
    """What a formula comes to for each row: one result of a program of its own."""

    program: Program
    name: str


@dataclass(frozen=True, slots=True)
class _Fields:
    """The metrics and attributes of the data, as names that formulas can refer to."""

    values: Mapping[str, Value]
    report: Callable[[Problem], None]

    def value(self, name: str, at: Span) -> Value | None:
        """Return what a name stands for, or None after its problem has been reported."""
        if name not in self.values:
            self.report(no_such_name(name, self.values, at))
        return self.values.get(name)

    def result(self, rule: str, result: str, at: Span) -> Value | None:
        """Report that the results of rules cannot be read: they are what is to be found out."""
        self.report(Problem("IE5124", {"rule": rule, "result": result}, at))
        return None

    def kept(self, rule: str, result: str) -> Value | None:  # noqa: ARG002 -- nothing is kept in the data
        """Return None: nothing is kept in the data."""
        return None

    def candidates(self) -> Iterable[str]:
        """Return every name of the data."""
        return self.values

    def tables(self) -> Mapping[str, Function]:
        """Return no tables: those are part of a ruleset."""
        return {}

    def is_lost(self, name: str) -> bool:  # noqa: ARG002 -- all fields of a ruleset that can be used are known
        """Return that nothing is lost: a scenario is read on a ruleset that can be used."""
        return False


class Figures:
    """Compiles the formulas of a scenario over the fields of its baseline."""

    def __init__(self, policy: Policy, report: Callable[[Problem], None]) -> None:
        self.fields = {field.name: field for field in policy.fields}
        self.builder = Builder()
        self._history = History(self.builder)
        self._report = report
        names = _Fields({name: self._value(field) for name, field in self.fields.items()}, report)
        self._formulas = Formulas(
            Surroundings(
                names=names,
                builder=self.builder,
                history=self._history,
                currency=str(policy.shape.currency),
                scope=self.builder.true,
                rounding=Rounding(policy.shape.rounding),
                report=report,
            )
        )

    def _value(self, field: InputField) -> Value:
        return Value(self.input(field), field.type, better="lower" if field.better == "lower" else "higher")

    def input(self, field: InputField) -> Node:
        """Return the node of a metric or attribute as the data have it."""
        if field.type is BOOLEAN:
            return self.builder.flag(field.name)
        return self.builder.input(field.name, places=field.places, lowest=field.lowest, highest=field.highest)

    def condition(self, formula: Formula | None) -> Node:
        """Return a condition; without a formula it is true."""
        return self._formulas.condition(formula).value.node

    def number(self, formula: Quantity) -> Value | None:
        """Return a number, or None after its problem has been reported."""
        compiled = self._formulas.number(formula)
        kind = compiled.value.type
        if kind is FAULTY:
            return None
        if not kind.numeric:
            self._report(
                Problem("IE5117", {"text": str(compiled.text), "type": str(kind)}, compiled.text.span)
            )
            return None
        return compiled.value

    def program(self, results: Mapping[str, Node]) -> Program:
        """Return a program of some results."""
        return Program(results, dict(self._history.states))
