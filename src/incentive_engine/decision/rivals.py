"""Results over peers while one agent's own values vary and all other agents stay as they are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from incentive_engine.evaluate.beside import Beside
from incentive_engine.evaluate.single import Value, Values
from incentive_engine.graph.bounds import NEVER_KNOWN, Interval, bounds
from incentive_engine.graph.instructions import Instruction, Lowered, Operation, Peer
from incentive_engine.graph.nodes import Ahead, OverPeers

_ANYTHING = Interval(None, None, may_be_unknown=True)
_Key = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    """The keys of the other agents of a group, the best first, and how many count as ahead of each of them.

    Keys are turned so that less is better. `ahead` has one number more, for whoever comes last.
    """

    keys: Sequence[_Key]
    ahead: Sequence[int]

    def ahead_of(self, key: _Key) -> int:
        """Return how many count as ahead of a key."""
        return self.ahead[bisect_left(self.keys, key)]


class Rivals:
    """The other agents of a period, as they are.

    With them fixed, the number of those ahead is a step function of the agent's own keys, and the sum, the
    lowest and the highest of a group are its own part beside a constant. Where its own values decide which
    group it is in, only the sum is bounded. Parts of a shared amount are told for single values only.
    """

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self._standings: dict[tuple[int, Values], _Standing] = {}
        self._others: dict[tuple[int, Values], Interval] = {}
        self._candidates: dict[tuple[int, Values], list[tuple[list[int], int]]] = {}

    def result(self, peer: Peer, own: Mapping[int, Interval]) -> Interval:
        """Return what a result over peers may be, given what the agent's own values that it reads may be."""
        group = [own[place] for place in peer.within]
        if not all(value.may_be_known for value in group):
            return NEVER_KNOWN
        if not all(_is_single(value) for value in group):
            return self._in_some_group(peer, group, own)
        within = tuple(value.low for value in group)
        match peer.node:
            case Ahead() as node:
                return self._ahead(node, peer, within, own)
            case OverPeers() as node:
                return self._over_members(node, peer, within, own)
            case _:
                return self._part(peer, own)

    def _in_some_group(self, peer: Peer, group: Sequence[Interval], own: Mapping[int, Interval]) -> Interval:
        """Return what a result may be where the agent's own values decide which group it is in."""
        if not (isinstance(peer.node, OverPeers) and peer.node.operation == "sum"):
            return _ANYTHING
        fixed = tuple(value.low if _is_single(value) else None for value in group)
        if (peer.place, fixed) not in self._candidates:
            self._candidates[peer.place, fixed] = list(self._with_keys(peer, fixed))
        ends = [_ends(value) for value in group]
        perhaps = [
            value
            for keys, value in self._candidates[peer.place, fixed]
            if all(low <= key <= high for key, (low, high) in zip(keys, ends, strict=True))
        ]
        others = Interval(sum(min(value, 0) for value in perhaps), sum(max(value, 0) for value in perhaps))
        together = _beside_own(peer, own, others, "sum")
        may_be_unknown = together.may_be_unknown or any(value.may_be_unknown for value in group)
        return together._replace(may_be_unknown=may_be_unknown)

    def _with_keys(self, peer: Peer, fixed: Values) -> Iterator[tuple[list[int], int]]:
        """Yield the keys and the value of the other members of all groups with such keys; None is any key."""
        position_of = self._beside.position_of
        for agent, values in enumerate(self._beside.everybody):
            if agent != self._beside.number and values[position_of[peer.where]]:
                keys = [values[position_of[place]] for place in peer.within]
                read = [value for value in (*keys, values[position_of[peer.reads[0]]]) if value is not None]
                wanted = all(key in (None, own) for key, own in zip(fixed, keys, strict=True))
                if wanted and len(read) == len(keys) + 1:
                    yield read[:-1], read[-1]

    def _part(self, peer: Peer, own: Mapping[int, Interval]) -> Interval:
        if not all(_is_single(value) for value in own.values()):
            return _ANYTHING
        return Interval.of(self._beside.result(peer, {place: value.low for place, value in own.items()}))

    def _members(self, peer: Peer, within: Values) -> Iterator[tuple[int, list[Value]]]:
        """Yield the other members of the agent's group by number, with their values that are read."""
        position_of = self._beside.position_of
        for agent, values in self._beside.others(peer, within).items():
            if values[position_of[peer.where]]:
                yield agent, [values[position_of[place]] for place in peer.reads]

    # --- Who is ahead

    def _ahead(self, node: Ahead, peer: Peer, within: Values, own: Mapping[int, Interval]) -> Interval:
        keys = [own[place] for place in peer.reads[: len(node.keys)]]
        if not all(key.may_be_known for key in keys):
            return NEVER_KNOWN
        turned = [_turned(*_ends(key), highest) for key, highest in zip(keys, node.highest, strict=True)]
        if node.by_agent:
            turned.append((self._beside.number, self._beside.number))
        if (peer.place, within) not in self._standings:
            self._standings[peer.place, within] = self._standing(node, peer, within)
        standing = self._standings[peer.place, within]
        best, worst = (standing.ahead_of(key) for key in zip(*turned, strict=True))
        return Interval(best, worst, any(key.may_be_unknown for key in keys))

    def _standing(self, node: Ahead, peer: Peer, within: Values) -> _Standing:
        found: list[tuple[_Key, object]] = []
        for agent, read in self._members(peer, within):
            known = [value for value in read if value is not None]
            if len(known) == len(read):
                turned = (
                    _turned(each, each, highest)[0]
                    for each, highest in zip(known, node.highest, strict=False)
                )
                key = (*turned, agent) if node.by_agent else tuple(turned)
                found.append((key, tuple(read[len(node.keys) :]) if node.units else agent))
        found.sort(key=lambda entry: entry[0])
        counted: set[object] = set()
        ahead = [0]
        for _, unit in found:
            counted.add(unit)
            ahead.append(len(counted))
        return _Standing([key for key, _ in found], ahead)

    # --- What a group has together

    def _over_members(
        self, node: OverPeers, peer: Peer, within: Values, own: Mapping[int, Interval]
    ) -> Interval:
        if (peer.place, within) not in self._others:
            read = (value for _, (value, *_) in self._members(peer, within))
            self._others[peer.place, within] = _together(node, [value for value in read if value is not None])
        others = self._others[peer.place, within]
        return _beside_own(peer, own, others, node.operation if others.may_be_known else "of nobody")


def _together(node: OverPeers, values: Sequence[int]) -> Interval:
    match node.operation:
        case "sum":
            return Interval.of(sum(values))
        case "lowest":
            return Interval.of(min(values, default=None))
        case _:
            return Interval.of(max(values, default=None))


def _with_own(together: Instruction) -> Lowered:
    """Return a group's result from the agent's own value, whether it is a member, and the others' result."""
    instructions = (
        Instruction(Operation.INPUT, optional=True),
        Instruction(Operation.INPUT, boolean=True, optional=True),
        Instruction(Operation.INPUT, optional=True),
        together,
        Instruction(Operation.KNOWN, (0,), boolean=True),
        Instruction(Operation.KNOWN, (1,), boolean=True),
        Instruction(Operation.ALL_OF, (1, 4, 5), boolean=True),
        Instruction(Operation.CHOOSE, (6, 3, 2), optional=True),
    )
    return Lowered(instructions, {}, {}, {}, {}, {}, ())


_WITH_OWN = {
    "sum": _with_own(Instruction(Operation.LINEAR, (0, 2), (0, 1, 1), optional=True)),
    "lowest": _with_own(Instruction(Operation.LEAST, (0, 2), optional=True)),
    "highest": _with_own(Instruction(Operation.GREATEST, (0, 2), optional=True)),
    "of nobody": _with_own(Instruction(Operation.LINEAR, (0,), (0, 1), optional=True)),
}


def _beside_own(peer: Peer, own: Mapping[int, Interval], others: Interval, how: str) -> Interval:
    """Return what a group has together, given what the others of it have."""
    return bounds(_WITH_OWN[how], {0: own[peer.reads[0]], 1: own[peer.where], 2: others})[-1]


def _is_single(value: Interval) -> bool:
    return not value.may_be_known or (
        value.low is not None and value.low == value.high and not value.may_be_unknown
    )


def _ends(value: Interval) -> tuple[float, float]:
    return (-inf if value.low is None else value.low, inf if value.high is None else value.high)


def _turned(low: float, high: float, highest: bool) -> tuple[float, float]:  # noqa: FBT001 -- as the key says
    """Return the ends of a key, the better one first, turned so that less is better."""
    return (-high, -low) if highest else (low, high)
