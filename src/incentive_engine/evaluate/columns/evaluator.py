"""A program evaluated for whole populations in columns, equal to what it is worth agent by agent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from incentive_engine.evaluate.columns.batch import AGENT, Batch
from incentive_engine.evaluate.columns.timeline import ColumnTimeline
from incentive_engine.evaluate.plan import Plan, Plans
from incentive_engine.graph.nodes import Carried, Flag, Input, Node, Program, Unknown, in_order
from incentive_engine.ruleset.period import Period

__all__ = ["AGENT", "ColumnEvaluator", "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """The values of the agents of one period, in the order in which their rows were given.

    The frame has the agents' ids in the column `AGENT`, and a column by each name that was asked for. A
    number is an integer over its denominator: Int64 or Int128, or, where it fits into neither, one of
    Python's integers in a column of objects. A truth value is a Boolean, what is unknown is null.
    """

    frame: pl.DataFrame
    denominators: Mapping[str, int]


class ColumnEvaluator:
    """Evaluates a program for populations, all agents of a period at once.

    Attributes:
        input_names: The names of the columns that it takes besides `AGENT`, sorted.
    """

    def __init__(self, program: Program, watched: Iterable[Node] = ()) -> None:
        watched = tuple(watched)
        nodes = in_order([*program.roots(), *watched])
        self.input_names = tuple(sorted({node.name for node in nodes if isinstance(node, Input | Flag)}))
        initial = {node.slot: node.initial for node in nodes if isinstance(node, Carried)}
        # A slot that nobody reads may begin with anything.
        self._initial = [initial.get(slot, Unknown(of_boolean=False)) for slot in program.states]
        self._plans = Plans(program, watched, self.input_names)

    def evaluate(
        self, frames: Mapping[Period, pl.DataFrame], wanted: Mapping[str, Node]
    ) -> dict[Period, Found]:
        """Return the values of some nodes of the program or of what is watched, in the order of the calendar.

        Args:
            frames: For each period a frame with a row for each agent: the id as text in the column `AGENT`,
                numbers as integers (times ten to their places), flags as booleans, texts as integers or
                as texts, null for what is unknown.
            wanted: The nodes to be computed, by the names that their columns shall have.

        Raises:
            KeyError: if a node belongs neither to the program nor to what is watched.
        """
        return self.following().evaluate(frames, wanted)

    def following(self) -> FollowingEvaluator:
        """Return an evaluator to be given the periods in several goes, in the order of the calendar."""
        return FollowingEvaluator(self._plans, self.input_names, self._initial)


class FollowingEvaluator:
    """Evaluates periods after those that it was given before, and remembers what agents carry over."""

    def __init__(self, plans: Plans, input_names: Sequence[str], initial: Sequence[Node]) -> None:
        self._plans = plans
        self._input_names = input_names
        self._initial = initial
        self._timeline: ColumnTimeline | None = None

    def evaluate(
        self, frames: Mapping[Period, pl.DataFrame], wanted: Mapping[str, Node]
    ) -> dict[Period, Found]:
        """Return what `ColumnEvaluator.evaluate` does, for periods that are later than all before."""
        found: dict[Period, Found] = {}
        for period in sorted(period for period, frame in frames.items() if frame.height):
            frame = frames[period]
            if not self._initial:
                found[period] = self._values(self._plans.plan(period, ()), frame, wanted, None)
                continue
            self._timeline = self._timeline or ColumnTimeline(self._plans, self._initial, period)
            self._timeline.move_to(period)
            found[period] = self._values(self._timeline.plan(), frame, wanted, self._timeline)
        return found

    def _values(
        self, plan: Plan, frame: pl.DataFrame, wanted: Mapping[str, Node], timeline: ColumnTimeline | None
    ) -> Found:
        """Return the values of one period, after its agents left what the next one will find."""
        lowered = plan.lowered
        places = {name: plan.place(node) for name, node in wanted.items()}
        carried = timeline.carried(frame[AGENT]) if timeline else ()
        slots = list(lowered.states.values())
        values = Batch(plan, self._input_names, frame, carried).values([*places.values(), *slots])
        if timeline:
            timeline.leave(frame[AGENT], [values[place] for place in slots])
        columns = [values[place].alias(name) for name, place in places.items()]
        denominators = {name: lowered.instructions[place].denominator for name, place in places.items()}
        return Found(pl.DataFrame([frame[AGENT], *columns]), denominators)
