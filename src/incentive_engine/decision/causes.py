"""Why a value is unknown: what is missing, down to the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from incentive_engine.decision.reading import Reading
from incentive_engine.decision.steps import ExplainedStep, told
from incentive_engine.graph.nodes import (
    Ahead,
    Apportion,
    Carried,
    Choose,
    Flag,
    Input,
    Inverse,
    Node,
    OverPeers,
    Pick,
    Quotient,
    Unknown,
    WeightedMean,
    arguments,
)

Why = Literal["missing", "thin", "division", "weights", "peers", "history", "review", "no_value"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why something is unknown.

    `missing`: the metric or attribute `field` has no value. `thin`: its value does not count, because there
    is not enough of it. `division`: a division by zero. `weights`: a mean without weights. `peers`,
    `history`: what is needed of other agents, or of earlier periods, is not known. `review`: a person has to
    decide first what the rule `rule` comes to. `no_value`: the ruleset has none.
    """

    why: Why
    field: str = ""
    rule: str = ""


def causes(reading: Reading, nodes: Iterable[Node]) -> tuple[Cause, ...]:
    """Return why nodes are unknown, each reason once; nodes that are known have none."""
    seen: set[Node] = set()
    found: dict[Cause, None] = {}
    waiting = [node for node in nodes if reading.value(node) is None][::-1]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        below = _below(reading, node)
        if isinstance(below, Cause):
            found[below] = None
        else:
            waiting.extend(below[::-1])
    return tuple(found)


def _below(reading: Reading, node: Node) -> Cause | list[Node]:
    """Return the reason why a node is unknown, or the nodes that it is unknown because of."""
    match node:
        case Input() | Flag():
            return Cause("missing", node.name)
        case Carried():
            return Cause("history")
        case Choose():
            return _of_choice(reading, node)
        case Pick():
            return _of_pick(reading, node)
        case WeightedMean():
            return _of_mean(reading, node)
        case OverPeers():
            return _unknown(reading, node.within) or Cause("peers")
        case _:
            # What is unknown although all that it reads is known has its own reason.
            return _unknown(reading, arguments(node)) or Cause(_OWN_REASONS.get(type(node), "no_value"))


_OWN_REASONS: dict[type[Node], Why] = {
    Ahead: "peers",
    Apportion: "peers",
    Inverse: "division",
    Quotient: "division",
}


def _unknown(reading: Reading, nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if reading.value(node) is None]


def _of_choice(reading: Reading, node: Choose) -> Cause | list[Node]:
    condition = reading.value(node.condition)
    if condition is None:
        return [node.condition]
    chosen, other = (node.then, node.otherwise) if condition else (node.otherwise, node.then)
    if not isinstance(chosen, Unknown):
        return [chosen]
    # A metric that counts only where there is enough of it is chosen over nothing.
    if isinstance(other, Input | Flag):
        return Cause("thin", other.name)
    for line in reading.policy.lines:
        if node.condition in line.holding:
            return Cause("review", rule=str(line.rule.id))
    return _asked_for(reading, node.condition) or Cause("no_value")


def _asked_for(reading: Reading, condition: Node) -> list[Node]:
    """Return the unknown values that a condition is about although it is known itself."""
    found: list[Node] = []
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        if reading.value(node) is None:
            found.append(node)
        else:
            waiting.extend(arguments(node)[::-1])
    return found


def _of_pick(reading: Reading, node: Pick) -> Cause | list[Node]:
    index = reading.number(node.index)
    if index is None:
        return [node.index]
    option = int(index) - node.first
    return [node.options[option]] if 0 <= option < len(node.options) else Cause("no_value")


def _of_mean(reading: Reading, node: WeightedMean) -> Cause | list[Node]:
    unknown = _unknown(reading, node.weights)
    if unknown or any((reading.number(weight) or 0) < 0 for weight in node.weights):
        return unknown or Cause("weights")
    return _unknown(reading, node.values) or Cause("weights")


def cause_steps(reading: Reading, nodes: Iterable[Node]) -> tuple[ExplainedStep, ...]:
    """Return the steps that tell why nodes are unknown."""
    return tuple(cause_step(reading, cause) for cause in causes(reading, nodes))


def cause_step(reading: Reading, cause: Cause) -> ExplainedStep:
    """Return the step that tells a cause."""
    if cause.rule:
        rule = reading.line(cause.rule).rule
        return ExplainedStep("cause.review", {"title": rule.shown_title}, rule.id.span)
    if not cause.field:
        return ExplainedStep(f"cause.{cause.why}")
    # A metric's own steps say it best: they know the condition that there is enough of it.
    steps = told(reading, reading.policy.origins[cause.field])
    # A value can also be withheld by something that is not the metric's own condition, in a kind of rule.
    own = (step for step in steps if step.code == f"value.{cause.why}")
    return next(own, ExplainedStep("cause.no_value"))
