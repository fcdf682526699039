"""Groups of agents who have the values of some attributes in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from incentive_engine.graph.nodes import Ahead, Apportion, Carried, Flag, Input, Node, OverPeers, arguments
from incentive_engine.kinds.interface import Context
from incentive_engine.ruleset.nodes import Scalar


def attribute_nodes(context: Context, names: Sequence[Scalar]) -> tuple[Node, ...]:
    """Return the values of attributes; those that do not exist are reported and left out."""
    found = (context.attribute(name) for name in names)
    return tuple(value.node for value in found if value is not None)


def same_for_all(node: Node, common: Iterable[Node], facts: Collection[str]) -> bool:
    """Return whether a value is the same for all agents who have the common values in common.

    `facts` are the names of the facts that are given once for all of them.
    """
    shared = frozenset(common)
    waiting, seen = [node], set(shared)
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        match each:
            case OverPeers(within=within):
                if not shared.issuperset(within):
                    return False
            case Input(name=name) | Flag(name=name) if name in facts:
                pass
            case Input() | Flag() | Carried() | Ahead() | Apportion():
                return False
            case _:
                waiting.extend(arguments(each))
    return True
