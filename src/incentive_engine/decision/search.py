"""The smallest change of one input that reaches a goal, found by halving intervals.

What an interval analysis rules out, it rules out for every value of the interval, and what it is sure of
holds for every value; where it says neither, the interval is halved. Single values are exact, so that finds
the smallest change without any assumption that more is better.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from incentive_engine.graph.bounds import FromOwnValues, Interval, bounds
from incentive_engine.graph.instructions import Instruction, Lowered, Operation, Peer

Verdict = Callable[[Interval], bool | None]
"""Says of what a goal may be whether that is surely reached (True), surely not (False), or neither (None)."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What has to hold besides the goal: a verdict on the value at a place."""

    place: int
    holds: Verdict


OverPeers = Callable[[Peer, Mapping[int, Interval]], Interval]
"""Returns a result over peers, given what of the agent's own values enters it, by place."""


@dataclass(frozen=True, slots=True)
class Cone:
    """What lies between one input and a goal with its guards: their instructions, numbered anew.

    `to_goal` has the instructions up to the goal, `lowered` those and then what only the guards need. By
    number, `fixed` has what the input does not move, and `peers` how the results over peers move that it
    does; `target` is the goal, and `guards` are what has to hold besides it.
    """

    to_goal: Lowered
    lowered: Lowered
    fixed: Mapping[int, Interval]
    input: int
    peers: Mapping[int, FromOwnValues]
    target: int
    guards: tuple[Guard, ...] = ()

    def goal(self, value: Interval) -> Interval:
        """Return what the goal may be while the input lies in an interval."""
        return self._to_goal(value)[self.target]

    def verdict(self, value: Interval, reached: Verdict) -> bool | None:
        """Say whether the goal is reached and all guards hold while the input lies in an interval.

        Where the goal may be reached or not nothing is said, even if a guard surely does not hold.
        """
        found = self._to_goal(value)
        verdict = reached(found[self.target])
        if not verdict or not self.guards:  # The guards have far more to look at; they are asked last.
            return verdict
        found = bounds(self.lowered, {**self.fixed, **dict(enumerate(found))}, self.peers)
        verdicts = [each.holds(found[each.place]) for each in self.guards]
        return False if False in verdicts else None if None in verdicts else True

    def unguarded(self) -> Cone:
        """Return the way to the goal alone, whatever else it leads to."""
        return replace(self, guards=())

    def _to_goal(self, value: Interval) -> list[Interval]:
        return bounds(self.to_goal, {**self.fixed, self.input: value}, self.peers)


def cone(
    lowered: Lowered,
    present: Sequence[Interval],
    goal: int,
    changing: int,
    over_peers: OverPeers | None,
    guards: Sequence[Guard] = (),
) -> Cone | None:
    """Return what lies between an input and a goal, or None where the input does not bear on the goal.

    `present` has the value of every instruction as things are. Without `over_peers` the results over peers
    stay as they are.
    """
    instructions = lowered.instructions
    stays = set() if over_peers else {peer.place for peer in lowered.peers}
    moving_goal = _moving(instructions, [goal], changing, stays)
    if goal not in moving_goal:
        return None
    moving = _moving(instructions, [goal, *(each.place for each in guards)], changing, stays)
    # A guard that holds as things are, and that the input does not move, goes on to hold.
    bearing = [each for each in guards if each.place in moving or not each.holds(present[each.place])]
    inside = moving - {changing}
    fixed = (_read(instructions, inside) | {each.place for each in bearing}) - moving
    towards_goal = moving_goal | _read(instructions, moving_goal - {changing})
    places = [*sorted(towards_goal), *sorted((moving | fixed) - towards_goal)]
    numbers = {place: number for number, place in enumerate(places)}
    renumbered = [
        _renumbered(instructions[place], numbers) if place in inside else _given(instructions[place])
        for place in places
    ]
    return Cone(
        to_goal=_alone(renumbered[: len(towards_goal)]),
        lowered=_alone(renumbered),
        fixed={numbers[place]: present[place] for place in fixed},
        input=numbers[changing],
        peers={
            numbers[peer.place]: partial(_by_place, over_peers, peer, instructions[peer.place].arguments)
            for peer in lowered.peers
            if over_peers and peer.place in inside
        },
        target=numbers[goal],
        guards=tuple(replace(each, place=numbers[each.place]) for each in bearing),
    )


def _by_place(over_peers: OverPeers, peer: Peer, places: Sequence[int], own: Sequence[Interval]) -> Interval:
    return over_peers(peer, dict(zip(places, own, strict=True)))


def _moving(
    instructions: Sequence[Instruction], targets: Sequence[int], changing: int, stays: set[int]
) -> set[int]:
    """Return the places that an input moves on the way to some targets, its own one included."""
    towards_goal: set[int] = set()
    waiting = list(targets)
    while waiting:
        place = waiting.pop()
        if place not in towards_goal and place not in stays:
            towards_goal.add(place)
            waiting.extend(instructions[place].arguments)
    moving = {changing}
    for place in sorted(towards_goal):
        if not moving.isdisjoint(instructions[place].arguments):
            moving.add(place)
    return moving


def _read(instructions: Sequence[Instruction], places: Iterable[int]) -> set[int]:
    return {each for place in places for each in instructions[place].arguments}


def _renumbered(instruction: Instruction, numbers: Mapping[int, int]) -> Instruction:
    return replace(instruction, arguments=tuple(numbers[each] for each in instruction.arguments))


def _given(instruction: Instruction) -> Instruction:
    """Return what the input does not move as something given, because its arguments are not in the cone."""
    return replace(instruction, operation=Operation.INPUT, arguments=(), constants=())


def _alone(instructions: Sequence[Instruction]) -> Lowered:
    return Lowered(tuple(instructions), {}, {}, {}, {}, {}, ())


@dataclass(frozen=True, slots=True)
class Found:
    """The value that is nearest to the present one, or None; `proven` says that the search was complete."""

    value: int | None
    proven: bool


def nearest_value(
    cone: Cone, present: int, lowest: int, highest: int, reached: Verdict, most_looks: int
) -> Found:
    """Return the value of the input nearest to the present one that reaches the goal with all guards held.

    The search looks at `most_looks` intervals at most. Of two values that are equally near the greater one is
    returned.
    """
    waiting = [
        (1, sign, last) for sign, last in ((-1, highest - present), (1, present - lowest)) if last >= 1
    ]
    heapq.heapify(waiting)
    for _ in range(most_looks):
        if not waiting:
            return Found(None, proven=True)
        first, sign, last = heapq.heappop(waiting)
        # The sign is that of the way back, so that the greater of two values comes first.
        ends = sorted((present - sign * first, present - sign * last))
        verdict = cone.verdict(Interval(ends[0], ends[1]), reached)
        if verdict:
            return Found(present - sign * first, proven=True)
        if verdict is None:
            middle = (first + last) // 2
            heapq.heappush(waiting, (first, sign, middle))
            heapq.heappush(waiting, (middle + 1, sign, last))
    return Found(None, proven=not waiting)
