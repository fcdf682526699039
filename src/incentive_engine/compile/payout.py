"""What of a rule's money is paid in a period, where it pays later or takes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Result, Rule, Step
from incentive_engine.language.types import MONEY, Value


@dataclass(frozen=True, slots=True)
class Payout:
    """What becomes of what a rule gives in a period, and of what it gave before.

    `earned` is what it gives after red lines. `final` is what is paid: this period's share of it, with what
    is `released` of earlier ones, less what is `taken` back, which counts what an earlier period could not
    take (`owed`). `deferred` is what is open after this period. `settled` says that all this is known of an
    agent who has a snapshot, and `obliged` that there is something to tell of earlier periods. `left` is what
    stays in each slot for the next period.
    """

    earned: Node
    final: Node
    released: Node
    taken: Node
    owed: Node
    deferred: Node
    settled: Node
    obliged: Node
    steps: tuple[Step, ...]
    left: Mapping[str, Node]

    def results(self, rule: Rule) -> dict[str, Result]:
        """Return what formulas can read of it."""
        found: dict[str, Result] = {}
        if rule.release:
            found |= {"released": _money(self.released), "deferred": _money(self.deferred)}
        if rule.clawback is not None:
            found["taken_back"] = _money(self.taken)
        return found


def _money(node: Node) -> Result:
    return Result(Value(node, MONEY), nothing_outside=True)
