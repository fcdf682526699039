"""One version of a policy after another: what rules keep for an agent is handed on from each to the next.

What formulas ask of history is worked out anew by the later version, from the rows of the earlier periods.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from incentive_engine.evaluate.periods import Evaluator, Row, RowValues, evaluated_together
from incentive_engine.evaluate.plan import Denominators, Known
from incentive_engine.evaluate.single import Values
from incentive_engine.evaluate.timeline import EventTimeline, Timeline
from incentive_engine.graph.nodes import Constant, Node, Program, Truth
from incentive_engine.ruleset.period import Cadence, Period

Left = Mapping[str, Mapping[str, Known | None]]
"""What rules keep for all agents: id, slot, value."""

Slots = Sequence[Known | None]
"""The values of all slots of a program, in their order."""


@dataclass(frozen=True, slots=True)
class Reign:
    """The periods of one version: from `first` on, and before `until` where another version follows.

    `brought` is what the versions before have left.
    """

    first: Period
    until: Period | None
    brought: Left


class SuccessiveEvaluator(Evaluator):
    """Evaluates one version of a policy after others; `kept` are the slots that are handed on."""

    def __init__(self, program: Program, watched: Iterable[Node], kept: Collection[str]) -> None:
        super().__init__(program, watched)
        self._slots = list(program.states)
        self._kept = kept

    def in_reign(
        self, rows: Mapping[Period, Mapping[str, Row]], reign: Reign, *, alone: bool = False
    ) -> tuple[dict[Period, dict[str, RowValues]], Left]:
        """Return the values of the version's own periods, and what it leaves to the next version.

        The rows before its first period are looked back at; other versions decide on them. `alone` is as for
        `evaluate`.
        """
        own = {period: agents for period, agents in rows.items() if period >= reign.first}
        if not self._slots:
            return self.evaluate(own, alone=alone), {}
        earlier = {period: agents for period, agents in rows.items() if period < reign.first}
        if reign.first.cadence is Cadence.EVENT:
            return self._events_in_reign(earlier, own, reign)
        timeline = _Succession(self._plans, self._initial, min([*rows, reign.first]))
        self._follow(earlier, timeline, alone=alone)
        timeline.move_to(reign.first)
        timeline.take_over(self._handed_on(timeline.known(), reign.brought))
        found = self._follow(own, timeline, alone=alone)
        if reign.until is None:
            return found, {}
        timeline.move_to(reign.until)
        return found, self._left(timeline.known())

    def _follow(
        self, rows: Mapping[Period, Mapping[str, Row]], timeline: Timeline, *, alone: bool
    ) -> dict[Period, dict[str, RowValues]]:
        found: dict[Period, dict[str, RowValues]] = {}
        for period in sorted(rows):
            timeline.move_to(period)
            agents = sorted(rows[period])
            carried = [timeline.carried(agent) for agent in agents]
            plan = timeline.plan()
            found[period] = evaluated_together(plan, agents, rows[period], carried, alone=alone)
            for agent, values in found[period].items():
                timeline.leave(agent, values.states)
        return found

    def _events_in_reign(
        self,
        earlier: Mapping[Period, Mapping[str, Row]],
        own: Mapping[Period, Mapping[str, Row]],
        reign: Reign,
    ) -> tuple[dict[Period, dict[str, RowValues]], Left]:
        timeline = EventTimeline(self._initial)
        self._of_events(earlier, timeline)
        replayed = {agent for agents in earlier.values() for agent in agents}
        known = {agent: _known(*timeline.carried(agent)) for agent in replayed}
        for agent, values in self._handed_on(known, reign.brought).items():
            denominators = _denominators(values)
            timeline.leave(agent, denominators, _numerators(values, denominators))
        found = self._of_events(own, timeline)
        everybody = {*known, *reign.brought, *(agent for agents in own.values() for agent in agents)}
        return found, self._left({agent: _known(*timeline.carried(agent)) for agent in everybody})

    def _handed_on(self, replayed: Mapping[str, Slots], brought: Left) -> dict[str, Slots]:
        """Return with what each agent begins under this version.

        What rules keep is brought along from the version before, or begins where that kept no such thing;
        what formulas ask of history was worked out by this version.
        """
        initial = [_value_of(node) for node in self._initial]
        found: dict[str, Slots] = {}
        for agent in sorted({*replayed, *brought}):
            asked, kept = replayed.get(agent, initial), brought.get(agent, {})
            every = zip(self._slots, initial, asked, strict=True)
            found[agent] = [
                kept.get(slot, first) if slot in self._kept else value for slot, first, value in every
            ]
        return found

    def _left(self, known: Mapping[str, Slots]) -> Left:
        return {
            agent: {
                slot: value for slot, value in zip(self._slots, values, strict=True) if slot in self._kept
            }
            for agent, values in known.items()
        }


class _Succession(Timeline):
    """A timeline on which, in some period, agents begin anew with what they bring along."""

    _brought: Mapping[str, Values] = {}

    def known(self) -> dict[str, Slots]:
        """Return what each agent carries into the current period."""
        return {
            agent: _known(self._denominators, self.carried(agent))
            for agent in sorted({*self._left, *self._brought})
        }

    def take_over(self, known: Mapping[str, Slots]) -> None:
        """Let agents begin the current period with these values, and all others as at first."""
        needed = [self._first_denominators, *map(_denominators, known.values())]
        self._denominators = tuple(lcm(*of_slot) for of_slot in zip(*needed, strict=True))
        self._links = []
        self._left = {}
        self._brought = {agent: _numerators(values, self._denominators) for agent, values in known.items()}

    def carried(self, agent: str) -> Values:
        """Return what an agent finds at the beginning of the current period."""
        if agent in self._left or agent not in self._brought:
            return super().carried(agent)
        values = self._brought[agent]
        for link in self._links:
            left = zip(link.gap.left(values), link.gap_factors, strict=True)
            values = tuple(
                value if value is None or factor == 1 else value * factor for value, factor in left
            )
        return values


def _value_of(initial: Node) -> Known | None:
    return initial.value if isinstance(initial, Constant | Truth) else None


def _known(denominators: Denominators, values: Values) -> Slots:
    """Return what numerators over denominators stand for."""
    return [
        value if value is None or isinstance(value, bool) else Fraction(value, denominator)
        for value, denominator in zip(values, denominators, strict=True)
    ]


def _denominators(values: Slots) -> Denominators:
    return tuple(Fraction(value or 0).denominator for value in values)


def _numerators(values: Slots, denominators: Denominators) -> Values:
    return tuple(
        value if value is None or isinstance(value, bool) else int(value * denominator)
        for value, denominator in zip(values, denominators, strict=True)
    )
