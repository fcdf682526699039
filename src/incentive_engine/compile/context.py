"""What a rule kind is given to build its meaning with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from incentive_engine.compile.definitions import agrees
from incentive_engine.compile.origins import Titles, leaf_step
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import MetricFacts, Step
from incentive_engine.language.formula import compile_formula
from incentive_engine.language.function import Places
from incentive_engine.language.names import Compiled, Names, Surroundings, closest
from incentive_engine.language.types import BOOLEAN, FAULTY, MONEY, Type, Value
from incentive_engine.ruleset.fields import ByAttribute, Formula, Quantity
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem, Span


@dataclass(frozen=True, slots=True)
class Formulas:
    """Compiles the formulas that stand in one place: in a rule, or at the top of the ruleset."""

    surroundings: Surroundings

    def compiled(
        self, text: Scalar, places: int | Places | None = None, rounding: Rounding | None = None
    ) -> Compiled | None:
        """Return a formula, or None after its problems have been reported."""
        return compile_formula(text, self.surroundings, places=places, rounding=rounding)

    def formula(
        self, text: Scalar, places: int | Places | None = None, rounding: Rounding | None = None
    ) -> Compiled:
        """Return a formula; one with problems, once they are reported, is an unknown of faulty type."""
        return self.compiled(text, places, rounding) or self._faulty(text)

    def condition(self, text: Scalar | None, place: Span | None = None) -> Compiled:
        """Return a condition; without a text it is true."""
        builder = self.surroundings.builder
        if text is None:
            always = Scalar("", place or Span("", 1, 1, 1, 1))
            return Compiled(Value(builder.true, BOOLEAN), always, {})
        compiled = self.formula(text)
        if compiled.value.type is FAULTY:
            return Compiled(Value(builder.unknown(boolean=True), FAULTY), text, {})
        if compiled.value.type is not BOOLEAN:
            self._problem("IE3030", text.span, text=str(text), type=compiled.value.type.name)
            return Compiled(Value(builder.unknown(boolean=True), FAULTY), text, {})
        return compiled

    def number(
        self, quantity: Quantity, places: int | Places | None = None, rounding: Rounding | None = None
    ) -> Compiled:
        """Return a number, which may depend on an attribute."""
        if isinstance(quantity, Scalar):
            return self.formula(quantity, places, rounding)
        return self._by_attribute(quantity, places, rounding)

    def _by_attribute(
        self, choice: ByAttribute, places: int | Places | None, rounding: Rounding | None
    ) -> Compiled:
        """Return a number picked by the value of an attribute; every value has to be there."""
        attribute = self.surroundings.names.value(str(choice.by), choice.by.span)
        if attribute is None or attribute.type is FAULTY:
            return self._faulty(choice.by)
        if attribute.type.name != "choice":
            self._problem("IE3031", choice.by.span, text=str(choice.by), type=attribute.type.name)
            return self._faulty(choice.by)
        if not self._options_match(choice, attribute.type.options):
            return self._faulty(choice.by)
        parts = {str(option): self.number(part, places, rounding) for option, part in choice.values.items()}
        values = [parts[option].value for option in attribute.type.options]
        kind = next((value.type for value in values if not value.bare), values[0].type)
        if not all(agrees(value, kind) for value in values):
            self._problem("IE3016", choice.by.span, text=str(choice.by))
            return self._faulty(choice.by)
        node = self.surroundings.builder.pick(attribute.node, [value.node for value in values], first=0)
        reads = {str(choice.by): attribute}
        for part in parts.values():
            reads |= part.reads
        bare = all(value.bare for value in values)
        text = Scalar(_written(choice), choice.by.span)
        return Compiled(Value(node, kind, bare=bare), text, reads)

    def _options_match(self, choice: ByAttribute, options: Sequence[str]) -> bool:
        given = {str(option): option for option in choice.values}
        for name, option in given.items():
            if name not in options:
                meant = closest(name, options)
                values = {"text": name, "values": ", ".join(options), "meant": meant or ""}
                self._problem("IE3033" if meant else "IE3032", option.span, **values)
        absent = [option for option in options if option not in given]
        if absent:
            self._problem("IE3034", choice.by.span, text=str(choice.by), values=", ".join(absent))
        return not absent and len(given) == len(options)

    def _faulty(self, text: Scalar) -> Compiled:
        return Compiled(Value(self.surroundings.builder.unknown(), FAULTY), text, {})

    def _problem(self, code: str, at: Span, **values: str) -> None:
        self.surroundings.report(Problem(code, values, at))


def _written(choice: ByAttribute) -> str:
    parts = (
        f"{option}: {part if isinstance(part, Scalar) else _written(part)}"
        for option, part in choice.values.items()
    )
    return f"{{by: {choice.by}, {', '.join(parts)}}}"


class RuleContext:
    """The context of one rule: see `kinds.interface.Context`."""

    def __init__(
        self,
        formulas: Formulas,
        money_places: int,
        cadence: Cadence,
        rules_and_tags: Collection[str],
        metric_facts: Callable[[Scalar], MetricFacts | None],
        origins: Callable[[str], tuple[Step, ...]],
        titles: Titles,
        after_red_lines: Callable[[Node, int], Node],
    ) -> None:
        self.builder: Builder = formulas.surroundings.builder
        self.history: History = formulas.surroundings.history
        self.rounding: Rounding = formulas.surroundings.rounding
        self.in_scope: Node = formulas.surroundings.scope
        self.money_places = money_places
        self.cadence = cadence
        self.rules_and_tags = rules_and_tags
        self._formulas = formulas
        self._metric_facts = metric_facts
        self._origins = origins
        self._titles = titles
        self._after_red_lines = after_red_lines

    @property
    def names(self) -> Names:
        """The names of the ruleset."""
        return self._formulas.surroundings.names

    def condition(self, formula: Formula | None) -> Compiled:
        """Return a condition; without a formula it is true."""
        return self._formulas.condition(formula)

    def number(
        self, quantity: Quantity, *, expect: Sequence[Type] = (), places: int | None = None
    ) -> Compiled:
        """Return a number of one of the expected types; a plain number passes for money."""
        compiled = self._formulas.number(quantity, places)
        kind = compiled.value.type
        if kind is FAULTY:
            return compiled
        allowed = {each.dimension for each in expect}
        if MONEY in expect:
            allowed.add((0, 0))
        if not kind.numeric or (allowed and kind.dimension not in allowed):
            wanted = " / ".join(each.name for each in expect) or "number"
            self.problem("IE3035", compiled.text, text=str(compiled.text), type=kind.name, wanted=wanted)
            return Compiled(Value(self.builder.unknown(), FAULTY), compiled.text, {})
        if places is None:
            return compiled
        rounded = self.builder.round(compiled.value.node, places, self.rounding)
        return Compiled(Value(rounded, kind, better=compiled.value.better), compiled.text, compiled.reads)

    def metric(self, name: Scalar) -> MetricFacts | None:
        """Return what is known of a metric, or None for a name that is not a metric's."""
        return self._metric_facts(name)

    def attribute(self, name: Scalar) -> Value | None:
        """Return an attribute's value, of whatever type, or None after a problem has been reported."""
        return self.names.value(str(name), name.span)

    def steps(self, compiled: Compiled) -> tuple[Step, ...]:
        """Return the steps that tell the values that a formula reads, each with its own origin."""
        told = (
            self._origins(name) or (leaf_step(self._titles, name, value),)
            for name, value in compiled.reads.items()
        )
        return tuple(step for steps in told for step in steps)

    def condition_steps(self, compiled: Compiled, *, failed: str = "condition.fails") -> tuple[Step, ...]:
        """Return the steps that tell whether a condition holds, fails or is unknown, and on what values."""
        if not compiled.text:
            return ()
        node, builder = compiled.value.node, self.builder
        values = {"condition": str(compiled.text)}
        span, parts = compiled.text.span, self.steps(compiled)
        return (
            Step("condition.holds", values, span, builder.default(node, builder.false), parts),
            Step(failed, values, span, builder.default(builder.opposite(node), builder.false), parts),
            Step("condition.unknown", values, span, builder.opposite(builder.known(node)), parts),
        )

    def after_red_lines(self, value: Node, places: int) -> Node:
        """Return what the red lines that affect this rule leave of a value; unknown where they hold it."""
        return self._after_red_lines(value, places)

    def problem(self, code: str, at: Scalar | Span, **values: str) -> None:
        """Report a problem of the ruleset."""
        self._formulas.surroundings.report(Problem(code, values, at.span if isinstance(at, Scalar) else at))
