"""One evaluated row of data, read through its policy."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.compile.policy import Policy, PolicyLine
from incentive_engine.decision.amounts import Known
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.graph.nodes import Node


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one agent and period, and the policy that says what they mean."""

    policy: Policy
    values: RowValues

    def value(self, node: Node) -> Known | None:
        """Return the value of a node; None where it is unknown."""
        return self.values.value(node)

    def is_true(self, node: Node) -> bool:
        """Whether a condition is known to hold."""
        return self.values.value(node) is True

    def number(self, node: Node | None) -> Fraction | None:
        """Return the value of a number; None where there is none or it is unknown."""
        value = None if node is None else self.values.value(node)
        return None if value is None else Fraction(value)

    @property
    def total(self) -> Fraction:
        """What is paid, which is never unknown."""
        return Fraction(self.values.result("total") or 0)

    def line(self, rule: str) -> PolicyLine:
        """Return a rule's line.

        Raises:
            KeyError: if the ruleset has no such rule.
        """
        for line in self.policy.lines:
            if line.rule.id == rule:
                return line
        raise KeyError(rule)
