"""What a rule recognises beyond money by the fields that all rules have."""

from __future__ import annotations

from dataclasses import replace

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Built, Context, Goal, Recognition, Rule, Step


def with_recognition(context: Context, rule: Rule, built: Built) -> Built:
    """Return a rule's meaning with what it recognises, the steps that tell it and the goals to reach it."""
    if not rule.recognised:
        return built
    gives = _gives(context, rule, built)
    recognitions: list[Recognition] = []
    steps: list[Step] = []
    goals: list[Goal] = []
    for each in rule.recognised:
        condition = context.condition(each.when)
        earned = context.builder.all_of(context.in_scope, gives, condition.value.node)
        recognitions.append(Recognition(each.name, earned))
        if each.when is not None:
            parts = context.condition_steps(condition)
            steps.append(Step("recognition.asks", {"name": each.name}, each.when.span, None, parts))
            goals.append(Goal("recognition.goal", earned, {"name": each.name}))
    return replace(
        built,
        recognitions=(*built.recognitions, *recognitions),
        steps=(*built.steps, *steps),
        goals=(*built.goals, *goals),
    )


def _gives(context: Context, rule: Rule, built: Built) -> Node:
    """Return whether a rule gives something: money or credits, or without such, whether its `when` holds."""
    builder = context.builder
    if built.gives is not None:
        return built.gives
    if built.consequence is not None:
        return built.consequence.broken
    given = [node for node in (built.pay, built.credits) if node is not None]
    if not given:
        return context.condition(rule.when).value.node
    return builder.any_of(*(builder.compare("<", builder.constant(0), node) for node in given))
