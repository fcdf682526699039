"""Rules whose pay another rule reads or limits, named by id or tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Context, Shown, Step
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.validation import suggestion


@dataclass(frozen=True, slots=True)
class PaidBy:
    """What another rule pays, before red lines."""

    rule: Scalar
    title: Title
    pay: Node

    @property
    def step(self) -> Step:
        """The step that tells it."""
        return Step("total.line", {"title": self.title, "amount": Shown(self.pay, MONEY)}, self.rule.span)


def paid_by(context: Context, names: Sequence[Scalar]) -> tuple[PaidBy, ...]:
    """Return what the rules that are named pay, in rule order; it is a problem where none does."""
    for name in names:
        if name not in context.rules_and_tags:
            close = suggestion(name, context.rules_and_tags)
            context.problem("IE3053", name, name=str(name), **close)
    others = context.others(names)
    paying = tuple(PaidBy(each.id, each.title, each.pay) for each in others if each.pay is not None)
    if others and not paying:
        context.problem("IE3054", names[0], names=", ".join(names))
    return paying
