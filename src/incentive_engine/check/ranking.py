"""Which values depend on how an agent compares with others."""

from __future__ import annotations

from collections.abc import Iterator

from incentive_engine.graph.nodes import (
    Ahead,
    Choose,
    Compare,
    Default,
    Flag,
    Input,
    Node,
    OverPeers,
    Pick,
    Round,
    arguments,
    in_order,
)


def by_rank(node: Node) -> bool:
    """Whether a value depends on a rank, or on how a value of the agent compares with the same of its group.

    What a group reaches together, such as the mean of a team against a fixed number, is no rank.
    """
    return any(
        isinstance(each, Ahead) or (isinstance(each, Compare) and _compares_with_group(each))
        for each in in_order([node])
    )


def _compares_with_group(comparison: Compare) -> bool:
    own: set[Node] = set()
    of_group: set[Node] = set()
    waiting: list[Node] = [comparison]
    seen: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        match node:
            case OverPeers(value=value):
                of_group |= {each for each in in_order([value]) if isinstance(each, Input | Flag)}
            case Input() | Flag():
                own.add(node)
            case _:
                waiting.extend(arguments(node))
    return not own.isdisjoint(of_group)


def values_by_rank(amount: Node) -> Iterator[Node]:
    """Yield the values that an amount can have, one branch or another, where a rank decides about it."""
    waiting = [(amount, False)]
    while waiting:
        node, decided = waiting.pop()
        match node:
            case Choose(condition=condition, then=then, otherwise=otherwise):
                ranked = decided or by_rank(condition)
                waiting += [(then, ranked), (otherwise, ranked)]
            case Pick(index=index, options=options):
                ranked = decided or by_rank(index)
                waiting += [(option, ranked) for option in options]
            case Default(value=value, otherwise=otherwise):
                waiting += [(value, decided), (otherwise, decided)]
            case Round(value=value):
                waiting.append((value, decided))
            case _:
                if decided or by_rank(node):
                    yield node
