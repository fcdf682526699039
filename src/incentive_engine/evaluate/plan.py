"""Programs made ready to run: for a period, for a step over a period without a snapshot, each only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from threading import RLock

from incentive_engine.evaluate.beside import Beside
from incentive_engine.evaluate.peers import peer_results
from incentive_engine.evaluate.single import Function, Value, Values, generate
from incentive_engine.graph.bind import Bound, bind
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.instructions import Lowered, Peer
from incentive_engine.graph.lower import lower
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.ruleset.period import Period

Known = Fraction | bool
Denominators = tuple[int, ...]
"""The denominators of what the slots of a program hold, in the order of its states."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """What has to be known of every agent before some results over peers can be found."""

    run: Function
    peers: Sequence[Peer]


class Plan:
    """How one bound program is run.

    A run takes the snapshot (in the order of `input_names`), what is carried (in the order of the slots) and
    what the stages gave. `values` returns the results and then the states; `results` says where.
    """

    def __init__(self, bound: Bound, input_names: Sequence[str], carried: Denominators) -> None:
        program = bound.program
        self.denominators_carried = carried
        self.lowered: Lowered = lower(
            program,
            bound.nodes.values(),
            carried_denominators=dict(zip(program.states, carried, strict=True)),
        )
        self.denominators_left = _denominators_left(self.lowered)
        self._bound = bound
        self._row = [self.lowered.inputs.get(name) for name in input_names]
        self._carried = [self.lowered.carried.get(slot) for slot in program.states]
        self._given: list[int] = []
        self._position_of: dict[int, int] = {}
        self._stages = self._staged()
        wanted = [*self.lowered.results.values(), *self.lowered.states.values()]
        # Where each result stands among the values, and its denominator.
        self.results = {
            name: (position, self.lowered.instructions[place].denominator)
            for position, (name, place) in enumerate(self.lowered.results.items())
        }
        self.nothing_carried: Values = (None,) * len(program.states)
        self.values: Function = self._generated(wanted)

    def _staged(self) -> list[_Stage]:
        stages: list[_Stage] = []
        for number in sorted({peer.stage for peer in self.lowered.peers}):
            peers = [peer for peer in self.lowered.peers if peer.stage == number]
            read = [place for peer in peers for place in (*peer.within, peer.where, *peer.reads)]
            wanted = [place for place in dict.fromkeys(read) if place not in self._position_of]
            stages.append(_Stage(self._generated(wanted), peers))
            for place in [*wanted, *(peer.place for peer in peers)]:
                self._position_of[place] = len(self._given)
                self._given.append(place)
        return stages

    def _generated(self, wanted: Sequence[int]) -> Function:
        return generate(self.lowered, wanted, [self._row, self._carried, self._given])

    def alone(self, row: Values, carried: Values) -> Values:
        """Return what the stages give one agent whose peers are not known."""
        given: Values = ()
        for stage in self._stages:
            given = (*given, *stage.run(row, carried, given), *(None for _ in stage.peers))
        return given

    def among(self, rows: Sequence[Values], carried: Sequence[Values]) -> list[Values]:
        """Return what the stages give the agents of a period, who stand in ascending order of their ids."""
        given: list[Values] = [()] * len(rows)
        for stage in self._stages:
            given = [
                before + stage.run(row, left, before)
                for row, left, before in zip(rows, carried, given, strict=True)
            ]
            found = [self._found(peer, given) for peer in stage.peers]
            given = [
                before + results for before, results in zip(given, zip(*found, strict=True), strict=True)
            ]
        return given

    def beside(self, row: Values, carried: Values, beside: Beside) -> Values:
        """Return what the stages give one agent whose row has changed, while all others stay as they are."""
        given: Values = ()
        for stage in self._stages:
            given = (*given, *stage.run(row, carried, given))
            own = dict(zip(self._given, given, strict=False))
            given = (*given, *(beside.result(peer, own) for peer in stage.peers))
        return given

    def among_others(self, everybody: Sequence[Values], number: int) -> Beside:
        """Return one agent beside the others, given what the stages gave all of them."""
        return Beside(self.lowered, everybody, number, self._position_of)

    def _found(self, peer: Peer, given: Sequence[Values]) -> list[Value]:
        denominator = self.lowered.instructions[peer.reads[0]].denominator
        return peer_results(peer, given, self._position_of, denominator)

    @cached_property
    def _all_values(self) -> tuple[Mapping[int, int], Function]:
        """Where each place stands among all values, and the function that returns them."""
        wanted = sorted(set(self.lowered.places_of.values()))
        return {place: position for position, place in enumerate(wanted)}, self._generated(wanted)

    def everything(self, row: Values, carried: Values, given: Values) -> Values:
        """Return the values of all nodes."""
        _, run = self._all_values
        return run(row, carried, given)

    def value(self, node: Node, everything: Values) -> Known | None:
        """Return the value of a node of the program before it was bound.

        Raises:
            KeyError: if the node belongs neither to the program nor to what is watched.
        """
        place = self.place(node)
        positions, _ = self._all_values
        return self.known(place, everything[positions[place]])

    def place(self, node: Node) -> int:
        """Return the place of a node of the program before it was bound; raises as `value` does."""
        return self.lowered.places_of[self._bound.nodes[node]]

    def known(self, place: int, value: Value) -> Known | None:
        """Return what an integer stands for."""
        if value is None:
            return None
        instruction = self.lowered.instructions[place]
        return bool(value) if instruction.boolean else Fraction(value, instruction.denominator)

    def changed(self, row: Values, name: str, value: Value) -> Values:
        """Return a row with another value of one input."""
        place = self.lowered.inputs[name]
        return tuple(value if each == place else old for each, old in zip(self._row, row, strict=True))

    def from_outside(self, row: Values, carried: Values, given: Values) -> dict[int, Value]:
        """Return by place what comes from outside: inputs, what is carried, results over peers."""
        found = {
            place: value
            for place, value in zip([*self._row, *self._carried], [*row, *carried], strict=True)
            if place is not None
        }
        return found | {peer.place: given[self._position_of[peer.place]] for peer in self.lowered.peers}


class Gap:
    """A step of the states over a period in which the agent has no snapshot."""

    def __init__(self, bound: Bound, carried: Denominators) -> None:
        program = Program({}, bound.program.states)
        denominators = dict(zip(program.states, carried, strict=True))
        self._lowered = lower(program, present=False, carried_denominators=denominators)
        self.denominators_left = _denominators_left(self._lowered)

    @cached_property
    def _run(self) -> Function:
        carried = [self._lowered.carried.get(slot) for slot in self._lowered.states]
        return generate(self._lowered, list(self._lowered.states.values()), [carried])

    def left(self, carried: Values) -> Values:
        """Return what is left of what was carried."""
        return self._run(carried)


def _denominators_left(lowered: Lowered) -> Denominators:
    return tuple(lowered.instructions[place].denominator for place in lowered.states.values())


class Plans:
    """The plans of one program. Threads may share it."""

    def __init__(self, program: Program, watched: Sequence[Node], input_names: Sequence[str]) -> None:
        self._program = program
        self._watched = watched
        self._input_names = input_names
        self._builder = Builder()
        self._bound: dict[Period, Bound] = {}
        # What a period was found to need, so that its nodes need not be gone through for each of its events.
        self._known: dict[tuple[Period, Denominators], Plan] = {}
        # Periods that bind to the same nodes share a plan.
        self._plans: dict[tuple[tuple[Node, ...], Denominators], Plan] = {}
        self._gaps: dict[tuple[tuple[Node, ...], Denominators], Gap] = {}
        self._lock = RLock()

    def _bind(self, period: Period) -> Bound:
        if period not in self._bound:
            self._bound[period] = bind(self._program, period, self._builder, self._watched)
        return self._bound[period]

    def plan(self, period: Period, carried: Denominators) -> Plan:
        """Return the plan for a period, given the denominators of what is carried into it."""
        with self._lock:
            known = self._known.get((period.on_calendar, carried))
            return self._found(period.on_calendar, carried) if known is None else known

    def _found(self, period: Period, carried: Denominators) -> Plan:
        bound = self._bind(period)
        key = (tuple(bound.nodes.values()), carried)
        if key not in self._plans:
            self._plans[key] = Plan(bound, self._input_names, carried)
        self._known[period, carried] = self._plans[key]
        return self._plans[key]

    def gap(self, period: Period, carried: Denominators) -> Gap:
        """Return the step over a period, given the denominators of what is carried into it."""
        with self._lock:
            bound = self._bind(period)
            key = (tuple(bound.program.states.values()), carried)
            if key not in self._gaps:
                self._gaps[key] = Gap(bound, carried)
            return self._gaps[key]
