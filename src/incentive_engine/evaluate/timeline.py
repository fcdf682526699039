"""What each agent carries from one calendar period to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from incentive_engine.evaluate.plan import Denominators, Gap, Plan, Plans
from incentive_engine.evaluate.single import Value, Values
from incentive_engine.graph.nodes import Constant, Node, Truth
from incentive_engine.ruleset.period import Period


@dataclass(frozen=True, slots=True)
class _Link:
    """How a period that is over hands its states on.

    The factors bring what is left with a snapshot, and what a gap leaves, to the denominators with which the
    next period begins.
    """

    factors: Sequence[int]
    gap: Gap
    gap_factors: Sequence[int]


class Timeline:
    """The states of all agents while the calendar moves on, one period at a time from the first.

    The states are integers. Their denominators at the beginning of a period follow from those at its end,
    so a program in which they grow from period to period is still exact.
    """

    def __init__(self, plans: Plans, initial: Sequence[Node], first: Period) -> None:
        self.period = first
        self._plans = plans
        self._initial = [_integer(node) for node in initial]
        self._denominators: Denominators = tuple(denominator for _, denominator in self._initial)
        self._links: list[_Link] = []
        self._left: dict[str, tuple[int, Values]] = {}

    def plan(self) -> Plan:
        """Return the plan for the current period."""
        return self._plans.plan(self.period, self._denominators)

    def move_to(self, period: Period) -> None:
        """Let the calendar go on to a later period, or stay."""
        while self.period < period:
            plan = self.plan()
            gap = self._plans.gap(self.period, self._denominators)
            ends = (self._first_denominators, plan.denominators_left, gap.denominators_left)
            self._denominators = tuple(lcm(*ends_of_slot) for ends_of_slot in zip(*ends, strict=True))
            factors = self._factors(plan.denominators_left)
            self._links.append(_Link(factors, gap, self._factors(gap.denominators_left)))
            self.period = self.period.next()

    @property
    def _first_denominators(self) -> Denominators:
        return tuple(denominator for _, denominator in self._initial)

    def _factors(self, denominators: Denominators) -> list[int]:
        return [now // before for now, before in zip(self._denominators, denominators, strict=True)]

    @property
    def is_empty(self) -> bool:
        """Whether no agent has left anything."""
        return not self._left

    @property
    def beginning(self) -> Values:
        """What an agent finds who has left nothing."""
        return _scaled([value for value, _ in self._initial], self._factors(self._first_denominators))

    @property
    def latest_factors(self) -> Sequence[int]:
        """What brings that which was left in the period before to the denominators of the current one."""
        return self._links[-1].factors

    def carried(self, agent: str) -> Values:
        """Return what an agent finds at the beginning of the current period."""
        if agent not in self._left:
            return self.beginning
        number, values = self._left[agent]
        values = _scaled(values, self._links[number].factors)
        for link in self._links[number + 1 :]:
            values = _scaled(link.gap.left(values), link.gap_factors)
        return values

    def leave(self, agent: str, states: Values) -> None:
        """Take in what an agent leaves at the end of the current period."""
        self._left[agent] = (len(self._links), states)

    def leave_before(self, agent: str, states: Values) -> None:
        """Take in what an agent left at the end of the period before the current one."""
        self._left[agent] = (len(self._links) - 1, states)


class EventTimeline:
    """The states of agents while events follow one another, for each agent on its own and without gaps."""

    def __init__(self, initial: Sequence[Node]) -> None:
        first = [_integer(node) for node in initial]
        denominators = tuple(denominator for _, denominator in first)
        self._first: tuple[Denominators, Values] = (denominators, tuple(value for value, _ in first))
        self._left: dict[str, tuple[Denominators, Values]] = {}

    def carried(self, agent: str) -> tuple[Denominators, Values]:
        """Return what an agent finds at its next event, and the denominators of it."""
        return self._left.get(agent, self._first)

    def leave(self, agent: str, denominators: Denominators, states: Values) -> None:
        """Take in what an agent's event leaves to the next one."""
        self._left[agent] = (denominators, states)


def _integer(initial: Node) -> tuple[Value, int]:
    """Return the numerator and the denominator of what a slot holds before the first period."""
    match initial:
        case Constant(value):
            return value.numerator, value.denominator
        case Truth(value):
            return value, 1
        case _:
            return None, 1


def _scaled(values: Sequence[Value], factors: Sequence[int]) -> Values:
    return tuple(
        value if factor == 1 or value is None else value * factor
        for value, factor in zip(values, factors, strict=True)
    )
