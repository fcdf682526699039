"""The rules of a ruleset, each built once, when something first reads it, and the scope that each has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from incentive_engine.compile.calendar import in_force
from incentive_engine.compile.context import OtherRules, RuleContext
from incentive_engine.compile.ground import Ground
from incentive_engine.compile.limiting import limited
from incentive_engine.compile.over_time import Periods
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Built, OtherRule
from incentive_engine.language.names import Compiled
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.validation import suggestion


class BuiltRules:
    """Builds rules on demand, each on the ground of its period.

    `other_rules` gives what the rule of an id sees of the others.
    """

    def __init__(self, ground: Ground, periods: Periods, other_rules: Callable[[str], OtherRules]) -> None:
        self._ground = ground
        self._periods = periods
        self._other_rules = other_rules
        self._built: dict[str, Built] = {}
        self._scopes: dict[str, Node] = {}
        self._contexts: dict[str, RuleContext] = {}
        self._reviews: dict[str, Compiled] = {}

    def built(self, name: str) -> Built:
        """Return a rule's meaning, built once."""
        if name not in self._built:
            with self._ground.namespace.building(name):
                context, rule = self.context(name), self._ground.rules[name]
                self._built[name] = limited(context, rule, rule.build(context))
        return self._built[name]

    def scope(self, name: str) -> Node:
        """Return whether a rule applies to the agent in the period, and none that takes its place does."""
        builder = self._ground.builder
        taken = (
            builder.opposite(self._own_scope(other))
            for other, rule in self._ground.rules.items()
            if name in rule.instead_of
        )
        return builder.all_of(self._own_scope(name), *taken)

    def _own_scope(self, name: str) -> Node:
        """Return whether a rule is in force for the period and applies to the agent, whatever others do."""
        if name not in self._scopes:
            rule, builder = self._ground.rules[name], self._ground.builder
            ground, _ = self._periods.of(rule)
            ground.check_dates(rule.effective)
            decides = builder.all_of(self._periods.decides(rule), in_force(builder, rule.effective.days))
            applies = ground.formulas.condition(rule.applies_to).value.node
            self._scopes[name] = builder.all_of(decides, applies)
        return self._scopes[name]

    def decides(self, name: str) -> Node:
        """Return whether a rule decides in a period of the ruleset: in the last one of its own."""
        return self._periods.decides(self._ground.rules[name])

    def context(self, name: str) -> RuleContext:
        """Return what a rule is given to build its meaning with."""
        if name not in self._contexts:
            ground, declarations = self._periods.of(self._ground.rules[name])
            others = self._other_rules(name)
            self._contexts[name] = RuleContext(
                ground,
                ground.formulas_in(self.scope(name)),
                declarations.metric_facts,
                declarations.tables.of,
                replace(others, named=partial(self._of_one_period, name, others.named)),
            )
        return self._contexts[name]

    def _of_one_period(
        self,
        name: str,
        named: Callable[[Sequence[Scalar]], tuple[OtherRule, ...]],
        names: Sequence[Scalar],
    ) -> tuple[OtherRule, ...]:
        """Return what rules that are named pay; those with another period say too little to a longer one."""
        rules = self._ground.rules
        window = self._periods.window(rules[name])
        found = named(names)
        for other in found:
            if window is not None and self._periods.window(rules[str(other.id)]) is not window:
                values = {"name": name, "other": str(other.id), "cadence": str(window)}
                self._ground.report(Problem("IE3837", values, rules[name].id.span))
        return found

    # --- Reviews

    def review(self, name: str, at: Span) -> Compiled:
        """Return the condition under which a person has to look at a rule's line first.

        It may read the rule's own results. What reads them elsewhere waits for the review, so that it cannot
        decide about it, which is reported.
        """
        rule, namespace = self._ground.rules[name], self._ground.namespace
        if name not in self._reviews:
            condition = rule.hold_when
            if condition is None or namespace.is_cycle(_reviewing(name), at):
                return self.context(name).condition(None)
            with namespace.building(_reviewing(name)):
                self._reviews[name] = self.context(name).condition(condition)
        return self._reviews[name]

    def waits(self, name: str, at: Span) -> Node:
        """Return whether a rule's line waits for a person, which is never unknown."""
        builder, hold_when = self._ground.builder, self._ground.rules[name].hold_when
        if hold_when is None or self._ground.namespace.innermost == _reviewing(name):
            return builder.false
        return builder.default(self.review(name, at).value.node, builder.true)

    # --- Rules in place of others

    def check_places(self) -> None:
        """Report rules that take the place of what is no rule, of themselves, or in a circle."""
        rules = self._ground.rules
        for name, rule in rules.items():
            for other in rule.instead_of:
                if other not in rules and other not in self._ground.lost:
                    values = {"name": str(other), **suggestion(other, rules)}
                    self._ground.report(Problem("IE3060", values, other.span))
                elif name in (circle := self._in_place_of(other)):
                    names = " → ".join([name, *circle[: circle.index(name) + 1]])
                    self._ground.report(Problem("IE3061", {"names": names}, other.span))

    def _in_place_of(self, name: str) -> list[str]:
        """Return a rule, and those whose place it takes, directly or not."""
        found = [name]
        for each in found:
            if each in self._ground.rules:
                found.extend(
                    str(other) for other in self._ground.rules[each].instead_of if other not in found
                )
        return found


def _reviewing(name: str) -> str:
    return f"{name}.hold_when"
