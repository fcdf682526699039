"""Money that a rule keeps from one period to the next, which formulas read as `previous(id.name)`."""

from __future__ import annotations

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Context


def kept_before(builder: Builder, rule: str, name: str) -> Node:
    """Return what the periods before have left; nothing in the agent's first."""
    return builder.carried(f"{rule}.{name}", builder.constant(0))


def keep(context: Context, rule: str, name: str, value: Node) -> None:
    """Leave a value to the next period.

    A period without a snapshot, or in which the agent is out of the rule's scope, leaves what it found.
    """
    builder = context.builder
    before = kept_before(builder, rule, name)
    acts = builder.all_of(builder.present(), context.in_scope)
    kept = builder.choose(acts, value, before)
    context.history.keep(f"{rule}.{name}", builder.constant(0), lambda _: kept)
