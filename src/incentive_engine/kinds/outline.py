"""Steps and goals that several kinds tell in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Context, Goal, Shown, Step
from incentive_engine.language.names import Compiled


def measure_steps(context: Context, measure: Compiled, told: Node) -> tuple[Step, ...]:
    """Return the steps that tell a measure: of a name where it comes from, of a formula its value, too."""
    parts = context.steps(measure)
    if str(measure.text) in measure.reads:
        return told_where(context.builder, told, parts)
    values: dict[str, Shown | str] = {
        "measure": str(measure.text),
        "value": Shown(measure.value.node, measure.value.type),
    }
    return (Step("tiers.measure", values, measure.text.span, told, parts),)


def told_where(builder: Builder, told: Node, steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return steps that are told only where `told` is true, too."""
    return tuple(replace(step, when=builder.all_of(told, step.when or builder.true)) for step in steps)


def surely(builder: Builder, condition: Node) -> Node:
    """Return whether a condition is known to hold."""
    return builder.default(condition, builder.false)


def condition_goals(context: Context, condition: Compiled) -> tuple[Goal, ...]:
    """Return the goal that a rule's condition holds, where it has one."""
    if not condition.text:
        return ()
    holds = surely(context.builder, condition.value.node)
    return (Goal("bonus.goal_condition", holds, {"condition": str(condition.text)}),)
