"""Results over peers, on integers: for all agents of a period at once, with one sort per group at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incentive_engine.evaluate.single import Value, Values
from incentive_engine.graph.instructions import Peer
from incentive_engine.graph.nodes import Ahead, OverPeers


@dataclass(frozen=True, slots=True)
class _Group:
    """The agents with the same `within` values, in the order of their ids, and who of them is a member."""

    agents: Sequence[Values]
    members: Sequence[Value]

    def column(self, position: int) -> list[Value]:
        """Return one value of every agent."""
        return [values[position] for values in self.agents]


def peer_results(
    peer: Peer, agents: Sequence[Values], position_of: Mapping[int, int], denominator: int
) -> list[Value]:
    """Return the result of every agent over its peers.

    Args:
        peer: What is asked.
        agents: The values of every agent, in ascending order of their ids.
        position_of: Where among these the values stand whose places `peer` names.
        denominator: That of the first value that is read.
    """
    within = [position_of[place] for place in peer.within]
    where = position_of[peer.where]
    reads = [position_of[place] for place in peer.reads]
    groups: dict[Values, list[int]] = {}
    for number, values in enumerate(agents):
        groups.setdefault(tuple(values[position] for position in within), []).append(number)
    results: list[Value] = [None] * len(agents)
    for shared, numbers in groups.items():
        if None not in shared:
            rows = [agents[number] for number in numbers]
            group = _Group(rows, [values[where] for values in rows])
            for number, result in zip(numbers, _results(peer, group, reads, denominator), strict=True):
                results[number] = result
    return results


def _results(peer: Peer, group: _Group, reads: Sequence[int], denominator: int) -> Sequence[Value]:
    match peer.node:
        case OverPeers():
            return _over_members(peer.node, group, reads[0])
        case Ahead():
            return _ahead(peer.node, group, reads)
        case _:
            return _parts(
                group, group.column(reads[0]), group.column(reads[1]), peer.node.places, denominator
            )


def _over_members(node: OverPeers, group: _Group, position: int) -> Sequence[Value]:
    known = [
        value
        for value, member in zip(group.column(position), group.members, strict=True)
        if member and value is not None
    ]
    result: Value
    match node.operation:
        case "sum":
            result = sum(known)
        case "lowest":
            result = min(known, default=None)
        case _:
            result = max(known, default=None)
    return [result] * len(group.agents)


def _ahead(node: Ahead, group: _Group, reads: Sequence[int]) -> Sequence[Value]:
    keys = _keys(node, group, reads)
    units = [tuple(values[position] for position in reads[len(node.keys) :]) for values in group.agents]
    results: list[Value] = [None] * len(group.agents)
    passed: set[object] = set()  # The units, or without any the agents, that stand before.
    level: set[object] = set()  # Those on the same level as the agent that was last looked at.
    last: object = None
    # The order of ids stays where keys are equal.
    for agent in sorted(keys, key=keys.__getitem__):
        here = agent if node.by_agent else keys[agent]
        if here != last:
            passed |= level
            level = set()
            last = here
        results[agent] = len(passed)
        if group.members[agent] and None not in units[agent]:
            level.add(units[agent] if node.units else agent)
    return results


def _keys(node: Ahead, group: _Group, reads: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the keys of each agent whose keys are all known, turned so that less is better."""
    signs = [-1 if highest else 1 for highest in node.highest]
    found: dict[int, tuple[int, ...]] = {}
    for agent, values in enumerate(group.agents):
        key = tuple(
            sign * value
            for sign, position in zip(signs, reads, strict=False)
            if (value := values[position]) is not None
        )
        if len(key) == len(signs):
            found[agent] = key
    return found


def _parts(
    group: _Group, amounts: Sequence[Value], weights: Sequence[Value], places: int, denominator: int
) -> Sequence[Value]:
    # A weight of zero has no part, and no remainder either.
    sharing = {
        agent: weight
        for agent, (weight, member) in enumerate(zip(weights, group.members, strict=True))
        if member and weight is not None and weight > 0
    }
    shared: dict[int, dict[int, int]] = {}  # What everybody gets of an amount, which as a rule is one amount.
    results: list[Value] = []
    for agent, (amount, weight, member) in enumerate(zip(amounts, weights, group.members, strict=True)):
        if amount is None or amount < 0 or weight is None or member is None or not sharing:
            results.append(None)
            continue
        if amount not in shared:
            shared[amount] = _shares(amount * 10**places, denominator, sharing)
        results.append(shared[amount].get(agent, 0))
    return results


def _shares(dividend: int, divisor: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Return how many of `dividend // divisor` steps each gets by weight: the largest remainder method."""
    total = sum(weights.values())
    shares: dict[int, int] = {}
    remainders: dict[int, int] = {}
    for agent, weight in weights.items():
        shares[agent], remainders[agent] = divmod(dividend * weight, divisor * total)
    left = dividend // divisor - sum(shares.values())
    for agent in sorted(remainders, key=remainders.__getitem__, reverse=True)[:left]:
        shares[agent] += 1
    return shares
