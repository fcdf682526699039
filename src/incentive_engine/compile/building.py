"""The rules of a ruleset, each built once, when something first reads it, and the scope that each has."""

from __future__ import annotations

from collections.abc import Callable

from incentive_engine.compile.calendar import in_force
from incentive_engine.compile.context import OtherRules, RuleContext
from incentive_engine.compile.declarations import Declarations
from incentive_engine.compile.ground import Ground
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Built


class BuiltRules:
    """Builds rules on demand. `other_rules` gives what the rule of an id sees of the others."""

    def __init__(
        self, ground: Ground, declarations: Declarations, other_rules: Callable[[str], OtherRules]
    ) -> None:
        self._ground = ground
        self._declarations = declarations
        self._other_rules = other_rules
        self._built: dict[str, Built] = {}
        self._scopes: dict[str, Node] = {}

    def built(self, name: str) -> Built:
        """Return a rule's meaning, built once."""
        if name not in self._built:
            with self._ground.namespace.building(name):
                self._built[name] = self._ground.rules[name].build(self._context(name))
        return self._built[name]

    def scope(self, name: str) -> Node:
        """Return whether a rule is in force for the period and applies to the agent."""
        if name not in self._scopes:
            ground, rule = self._ground, self._ground.rules[name]
            ground.check_dates(rule.effective)
            applies = ground.formulas.condition(rule.applies_to).value.node
            self._scopes[name] = ground.builder.all_of(in_force(ground.builder, rule.effective.days), applies)
        return self._scopes[name]

    def _context(self, name: str) -> RuleContext:
        declarations = self._declarations
        return RuleContext(
            self._ground,
            self._ground.formulas_in(self.scope(name)),
            declarations.metric_facts,
            declarations.tables.of,
            self._other_rules(name),
        )
