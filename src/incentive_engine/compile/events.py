"""What cannot be in a ruleset that decides on events, and what only such a ruleset can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from incentive_engine.graph.nodes import Node, PeerNode, in_order
from incentive_engine.kinds.interface import Built, Rule
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import RulesetShape


def problems_of_events(
    shape: RulesetShape, built: Mapping[str, Built], rules: Mapping[str, Rule]
) -> Iterator[Problem]:
    """Yield what does not go with the period: ids of events without events, and rules that compare events."""
    cadence = Cadence(shape.period)
    column = shape.snapshot.event
    if cadence is not Cadence.EVENT:
        if column is not None:
            yield Problem("IE3850", {"text": str(column), "cadence": str(cadence)}, column.span)
        return
    for name, meaning in built.items():
        if any(isinstance(node, PeerNode) for node in in_order(_nodes(meaning))):
            yield Problem("IE3851", {"name": name}, rules[name].id.span)


def _nodes(built: Built) -> Iterator[Node]:
    """Yield what a rule comes to."""
    yield from (node for node in (built.pay, built.credits) if node is not None)
    yield from (result.value.node for result in built.results.values())
    yield from (recognition.when for recognition in built.recognitions)
    yield from built.left.values()
    if built.consequence is not None:
        yield built.consequence.broken
        if built.consequence.size is not None:
            yield built.consequence.size
