"""Rules whose pay another rule reads or limits, named by id or tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Context, OtherRule, Shown, Step
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.validation import suggestion


@dataclass(frozen=True, slots=True)
class PaidBy:
    """What another rule pays, before red lines, or has paid, after them."""

    rule: Scalar
    title: Title
    pay: Node

    @property
    def step(self) -> Step:
        """The step that tells it."""
        return Step("total.line", {"title": self.title, "amount": Shown(self.pay, MONEY)}, self.rule.span)


def paid_by(context: Context, names: Sequence[Scalar]) -> tuple[PaidBy, ...]:
    """Return what the rules that are named pay, in rule order; it is a problem where none does."""
    _check_names(context, names)
    return _paying(context, names, context.others(names))


def paid_already(context: Context, names: Sequence[Scalar], window: Cadence) -> tuple[PaidBy, ...]:
    """Return what the rules that are named have paid in the end since a window began; a problem as before."""
    _check_names(context, names)
    return _paying(context, names, context.paid(names, window))


def _check_names(context: Context, names: Sequence[Scalar]) -> None:
    for name in names:
        if name not in context.rules_and_tags:
            close = suggestion(name, context.rules_and_tags)
            context.problem("IE3053", name, name=str(name), **close)


def _paying(context: Context, names: Sequence[Scalar], others: Sequence[OtherRule]) -> tuple[PaidBy, ...]:
    """Return those of some rules that pay money; it is a problem where none does."""
    paying = tuple(PaidBy(each.id, each.title, each.pay) for each in others if each.pay is not None)
    if others and not paying:
        context.problem("IE3054", names[0], names=", ".join(names))
    return paying
