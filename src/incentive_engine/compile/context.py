"""What a rule kind, or a table at the top of a ruleset, is given to build its meaning with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from incentive_engine.compile.formulas import Formulas
from incentive_engine.compile.ground import Ground
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Constant, Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import FromTable, MetricFacts, OtherRule, Step
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import FAULTY, MONEY, RATIO, Type, Value
from incentive_engine.ruleset.fields import Formula, Quantity
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem, Span


@dataclass(frozen=True, slots=True)
class OtherRules:
    """What other rules mean to one rule: what red lines leave of a value, what those named pay and have paid.

    `earned_before` is what the rule itself has earned earlier in a window of the calendar.
    """

    after_red_lines: Callable[[Node, int], Node]
    named: Callable[[Sequence[Scalar]], tuple[OtherRule, ...]]
    paid: Callable[[Sequence[Scalar], Cadence], tuple[OtherRule, ...]]
    earned_before: Callable[[Cadence], Node]


class TopContext:
    """The context of what stands at the top of a ruleset: see `kinds.interface.FormulaContext`."""

    def __init__(
        self, ground: Ground, formulas: Formulas, metric_facts: Callable[[Scalar], MetricFacts | None]
    ) -> None:
        self.builder: Builder = ground.builder
        self.history: History = ground.history
        self.rounding: Rounding = ground.rounding
        self.cadence: Cadence = ground.calendar.cadence
        self.in_scope: Node = formulas.surroundings.scope
        self._formulas = formulas
        self._metric_facts = metric_facts
        self._namespace = ground.namespace
        self._told = ground.told

    def condition(self, formula: Formula | None) -> Compiled:
        """Return a condition; without a formula it is true."""
        return self._formulas.condition(formula)

    def number(
        self, quantity: Quantity, *, expect: Sequence[Type] = (), places: int | None = None
    ) -> Compiled:
        """Return a number of one of the expected types; a plain number passes for money, zero for all."""
        compiled = self._formulas.number(quantity, places)
        if compiled.value.type is FAULTY or _is_one_of(compiled.value, expect):
            return compiled
        wanted = ", ".join(str(each) for each in expect) or "number"
        text = compiled.text
        self.problem("IE3035", text, text=str(text), type=str(compiled.value.type), wanted=wanted)
        return self._formulas.faulty(text)

    def metric(self, name: Scalar) -> MetricFacts | None:
        """Return what is known of a metric, or None for a name that is not a metric's."""
        return self._metric_facts(name)

    def attribute(self, name: Scalar) -> Value | None:
        """Return an attribute's value, of whatever type, or None after a problem has been reported."""
        value = self._formulas.surroundings.names.value(str(name), name.span)
        return None if value is None or value.type is FAULTY else value

    def steps(self, compiled: Compiled) -> tuple[Step, ...]:
        """Return the steps that tell the values that a formula reads, each with its own origin."""
        told = (
            self._namespace.origin(name) or self._told.value_steps(name, value)
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

    def problem(self, code: str, at: Scalar | Span, **values: str) -> None:
        """Report a problem of the ruleset."""
        self._formulas.surroundings.report(Problem(code, values, at.span if isinstance(at, Scalar) else at))


class RuleContext(TopContext):
    """The context of one rule: see `kinds.interface.Context`."""

    def __init__(
        self,
        ground: Ground,
        formulas: Formulas,
        metric_facts: Callable[[Scalar], MetricFacts | None],
        tables: Callable[[Scalar, Compiled], FromTable | None],
        other_rules: OtherRules,
    ) -> None:
        super().__init__(ground, formulas, metric_facts)
        self.money_places: int = ground.money_places
        self.own_cadence: Cadence = ground.cadence
        self.rules_and_tags: Collection[str] = ground.rules_and_tags
        self._facts = ground.shape.facts
        self._tables = tables
        self._other_rules = other_rules

    def table(self, name: Scalar, measure: Compiled) -> FromTable | None:
        """Return what a table of the ruleset gives for a number, or None after reporting a problem."""
        return self._tables(name, measure)

    def facts_in_common(self, within: Sequence[Scalar]) -> Collection[str]:
        """Return the names of the facts that agents have in common who have these attributes in common."""
        return {str(name) for name, fact in self._facts.items() if fact.per is None or fact.per in within}

    def after_red_lines(self, value: Node, places: int) -> Node:
        """Return what the red lines that affect this rule leave of a value; unknown where they hold it."""
        return self._other_rules.after_red_lines(value, places)

    def others(self, names: Sequence[Scalar]) -> tuple[OtherRule, ...]:
        """Return the other rules that are named by id or tag, in rule order."""
        return self._other_rules.named(names)

    def paid(self, names: Sequence[Scalar], window: Cadence) -> tuple[OtherRule, ...]:
        """Return the rules that are named, with what they have paid in the end since a window began."""
        return self._other_rules.paid(names, window)

    def earned_before(self, window: Cadence) -> Node:
        """Return what the rule has earned the agent since a window began, before this period."""
        return self._other_rules.earned_before(window)


def _is_one_of(value: Value, expected: Sequence[Type]) -> bool:
    if not value.type.numeric:
        return False
    dimension = value.type.dimension
    if any(each.dimension == dimension for each in expected) or not expected:
        return True
    is_zero = value.bare and isinstance(value.node, Constant) and value.node.value == 0
    # A plain number passes for money; a share of nothing does not.
    return is_zero or (MONEY in expected and dimension == (0, 0) and value.type is not RATIO)
