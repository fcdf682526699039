"""Whole populations over periods: stages for what reads peers, folds for what reads history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from incentive_engine.evaluate.beside import Beside
from incentive_engine.evaluate.plan import Denominators, Known, Plan, Plans
from incentive_engine.evaluate.single import Value, Values
from incentive_engine.evaluate.timeline import EventTimeline, Timeline
from incentive_engine.graph.instructions import Lowered
from incentive_engine.graph.nodes import Carried, Flag, Input, Node, PeerNode, Program, Unknown, in_order
from incentive_engine.ruleset.period import Cadence, Period

Row = Values
"""The inputs in the order of `Evaluator.input_names`: numbers times `10**places`, flags as they are."""


class RowState(NamedTuple):
    """What the values of a row were computed from: enough to compute them again for the same period.

    `denominators` are those of what is carried, in the order of the program's slots.
    """

    denominators: Denominators
    row: Row
    carried: Values
    given: Values
    everybody: Sequence[Values]
    number: int


@dataclass(frozen=True, slots=True)
class BoundRow:
    """One row for the interval search: the program on integers, and what came from outside by place."""

    lowered: Lowered
    from_outside: Mapping[int, Value]


class RowValues:
    """What a program is worth for one agent and period: the results; all else is computed when it is read."""

    __slots__ = ("_carried", "_everybody", "_everything", "_given", "_number", "_plan", "_row", "_values")

    def __init__(
        self,
        plan: Plan,
        row: Row,
        carried: Values,
        given: Values,
        everybody: Sequence[Values] = (),
        number: int = 0,
    ) -> None:
        self._plan = plan
        self._row = row
        self._carried = carried
        self._given = given
        # What the stages gave all agents of the period, and the agent's place among them.
        self._everybody = everybody
        self._number = number
        self._values = plan.values(row, carried, given)
        self._everything: Values | None = None

    def result(self, name: str) -> Known | None:
        """Return a result of the program; None where it is unknown.

        Raises:
            KeyError: if the program has no such result.
        """
        position, _ = self._plan.results[name]
        return self._plan.known(self._plan.lowered.results[name], self._values[position])

    def scaled(self, name: str) -> tuple[Value, int]:
        """Return the numerator and the denominator of a result; raises as `result` does."""
        position, denominator = self._plan.results[name]
        return self._values[position], denominator

    @property
    def numerators(self) -> Values:
        """The numerators of all results, in the order of the program's; None where unknown."""
        return self._values[: len(self._plan.results)]

    def value(self, node: Node) -> Known | None:
        """Return the value of a node of the program or of what is watched, as they were before binding.

        Raises:
            KeyError: if the node is none of these.
        """
        if self._everything is None:
            self._everything = self._plan.everything(self._row, self._carried, self._given)
        return self._plan.value(node, self._everything)

    def place(self, node: Node) -> int:
        """Return where a node stands among the instructions of `bound`; raises as `value` does."""
        return self._plan.place(node)

    @property
    def state(self) -> RowState:
        """What the values were computed from, as `Evaluator.restored` takes it."""
        return RowState(
            self._plan.denominators_carried,
            self._row,
            self._carried,
            self._given,
            self._everybody,
            self._number,
        )

    @property
    def bound(self) -> BoundRow:
        """The program on integers with all that this row took from outside."""
        return BoundRow(self._plan.lowered, self._plan.from_outside(self._row, self._carried, self._given))

    @property
    def beside(self) -> Beside | None:
        """The agent beside its peers; None where they are not known."""
        return self._plan.among_others(self._everybody, self._number) if self._everybody else None

    def changed(self, name: str, value: Value) -> RowValues:
        """Return the values that another value of one input gives.

        Other agents and earlier periods stay as they are. The input has to be one that the program reads.
        """
        plan, beside = self._plan, self.beside
        row = plan.changed(self._row, name, value)
        given = plan.beside(row, self._carried, beside) if beside else plan.alone(row, self._carried)
        return RowValues(plan, row, self._carried, given, self._everybody, self._number)

    @property
    def states(self) -> Values:
        """The numerators of what this period leaves to the next one, in the order of the program's slots."""
        return self._values[len(self._plan.results) :]


class Evaluator:
    """Evaluates a program for single agents and for populations.

    It does not change after it is made, but for what it remembers about periods; threads may share it.

    Attributes:
        input_names: The names of the snapshot's fields, sorted: the order of a row.
        needs_peers: Whether any value depends on other agents.
        needs_history: Whether any value depends on earlier periods.
    """

    def __init__(self, program: Program, watched: Iterable[Node] = ()) -> None:
        watched = tuple(watched)
        nodes = in_order([*program.roots(), *watched])
        self.input_names = tuple(sorted({node.name for node in nodes if isinstance(node, Input | Flag)}))
        self.needs_peers = any(isinstance(node, PeerNode) for node in nodes)
        self.needs_history = any(isinstance(node, Carried) for node in nodes)
        initial = {node.slot: node.initial for node in nodes if isinstance(node, Carried)}
        # A slot that nobody reads may begin with anything.
        self._initial = [initial.get(slot, Unknown(of_boolean=False)) for slot in program.states]
        self._nothing_carried = (1,) * len(program.states)
        self._plans = Plans(program, watched, self.input_names)
        self._latest: tuple[Period | None, Plan | None] = (None, None)

    def evaluate_one(self, period: Period, row: Row) -> RowValues:
        """Return the values of one agent, with what its peers and earlier periods would give unknown."""
        latest, plan = self._latest
        if plan is None or latest is not period:  # To compare periods would take as long as a decision.
            plan = self._plans.plan(period, self._nothing_carried)
            self._latest = (period, plan)
        carried = plan.nothing_carried
        return RowValues(plan, row, carried, plan.alone(row, carried))

    def restored(self, period: Period, state: RowState) -> RowValues:
        """Return the values of a row that the same program had in this period."""
        plan = self._plans.plan(period, state.denominators)
        return RowValues(plan, state.row, state.carried, state.given, state.everybody, state.number)

    def evaluate(
        self, rows: Mapping[Period, Mapping[str, Row]], *, alone: bool = False
    ) -> dict[Period, dict[str, RowValues]]:
        """Return the values of a population.

        The periods come in the order of the calendar, the agents of each in ascending order of their ids. An
        agent's history begins with the earliest period that it has a row for; that of events is the agent's
        events alone, one after the other. With `alone` the agents are not one another's peers, and what peers
        would give is unknown.
        """
        if self._initial and any(period.cadence is Cadence.EVENT for period in rows):
            return self._of_events(rows, EventTimeline(self._initial))
        found: dict[Period, dict[str, RowValues]] = {}
        timeline: Timeline | None = None
        for period in sorted(rows):
            agents = sorted(rows[period])
            if not self._initial:
                plan = self._plans.plan(period, ())
                found[period] = evaluated_together(
                    plan, agents, rows[period], [()] * len(agents), alone=alone
                )
                continue
            timeline = timeline or Timeline(self._plans, self._initial, period)
            timeline.move_to(period)
            carried = [timeline.carried(agent) for agent in agents]
            found[period] = evaluated_together(timeline.plan(), agents, rows[period], carried, alone=alone)
            for agent, values in found[period].items():
                timeline.leave(agent, values.states)
        return found

    def _of_events(
        self, rows: Mapping[Period, Mapping[str, Row]], timeline: EventTimeline
    ) -> dict[Period, dict[str, RowValues]]:
        """Return the values of events, of which each finds what the agent's event before has left."""
        found: dict[Period, dict[str, RowValues]] = {}
        for period in sorted(rows):
            for agent in sorted(rows[period]):
                denominators, carried = timeline.carried(agent)
                plan = self._plans.plan(period, denominators)
                # Events have no peers.
                values = RowValues(plan, rows[period][agent], carried, ())
                found.setdefault(period, {})[agent] = values
                timeline.leave(agent, plan.denominators_left, values.states)
        return found


def evaluated_together(
    plan: Plan, agents: Sequence[str], rows: Mapping[str, Row], carried: Sequence[Values], *, alone: bool
) -> dict[str, RowValues]:
    """Return the values of the agents of one period, given what each carries into it."""
    in_order_of_ids = [rows[agent] for agent in agents]
    given = (
        [plan.alone(row, left) for row, left in zip(in_order_of_ids, carried, strict=True)]
        if alone
        else plan.among(in_order_of_ids, carried)
    )
    everybody = given if plan.lowered.peers and not alone else ()
    every = enumerate(zip(agents, in_order_of_ids, carried, given, strict=True))
    return {
        agent: RowValues(plan, row, left, known, everybody, number)
        for number, (agent, row, left, known) in every
    }
