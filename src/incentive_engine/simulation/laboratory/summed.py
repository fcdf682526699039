"""What guardrails ask of a variant, added up from parts of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from incentive_engine.decision.amounts import Known
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.laboratory.guardrails import Guardrail, NoRedLinePaid, PayGap, Reaches
from incentive_engine.simulation.laboratory.repetition import GroupPay, PaidMore, RowRepetition

_Name = TypeVar("_Name")


def together(one: Cost, other: Cost) -> Cost:
    """Return what two costs come to, which are in the same currency."""
    before, after = one.units_before + other.units_before, one.units_after + other.units_after
    return Cost(before, after, one.places)


class SummedRepetition:
    """The sums of a repetition, as guardrails look at it. It keeps agents, and no rows.

    What is asked about attributes, red lines and bands is counted for the guardrails that are given.
    """

    def __init__(self, guardrails: Iterable[Guardrail], places: int) -> None:
        every = tuple(guardrails)
        self.cost = Cost(0, 0, places)
        self.decisions = 0
        self.undecided = 0
        self._paid: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._deferred: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._groups: dict[str, dict[Known, GroupPay]] = {
            each.attribute: {} for each in every if isinstance(each, PayGap)
        }
        self._more: dict[tuple[str, ...], PaidMore] = {
            each.red_lines: PaidMore(0, {}) for each in every if isinstance(each, NoRedLinePaid)
        }
        self._reached = Counter({(each.rule, each.bands): 0 for each in every if isinstance(each, Reaches)})

    def add(self, part: RowRepetition) -> None:
        """Add a part of the rows; no part has rows of its agents that are earlier than those added before."""
        self.cost = together(self.cost, part.cost)
        self.decisions += part.decisions
        self.undecided += part.undecided
        for paid, side in zip(self._paid, (part.before, part.after), strict=True):
            _add(paid, side.by_agent())
        for deferred, side in zip(self._deferred, (part.before, part.after), strict=True):
            deferred.update(side.deferred_by_agent())
        for attribute, groups in self._groups.items():
            for value, pay in part.groups(attribute).items():
                known = groups.get(value, GroupPay(0, Cost(0, 0, self.cost.places)))
                groups[value] = GroupPay(known.decisions + pay.decisions, together(known.cost, pay.cost))
        for red_lines, more in self._more.items():
            found = part.more_despite(red_lines)
            self._more[red_lines] = PaidMore(
                more.decisions + found.decisions, _add(dict(more.by_agent), found.by_agent)
            )
        for rule, bands in self._reached:
            self._reached[rule, bands] += part.reached(rule, bands)

    @property
    def deferred(self) -> int:
        """What is still to be paid later, in the smallest unit."""
        return self.deferred_cost.units_after

    @property
    def deferred_cost(self) -> Cost:
        """What is still to be paid later, before and after."""
        before, after = (sum(found.values()) for found in self._deferred)
        return Cost(before, after, self.cost.places)

    @property
    def by_agent(self) -> Mapping[str, Cost]:
        """What each agent is paid in all periods."""
        before, after = self._paid
        return {agent: Cost(units, after[agent], self.cost.places) for agent, units in before.items()}

    def groups(self, attribute: str) -> Mapping[Known, GroupPay]:
        """Return what is paid by the values of an attribute."""
        return self._groups[attribute]

    def more_despite(self, red_lines: tuple[str, ...]) -> PaidMore:
        """Return where more is paid although a red line is broken, or could be."""
        return self._more[red_lines]

    def reached(self, rule: str, bands: tuple[str, ...]) -> int:
        """Return in how many decisions one of some bands or grades of a rule is reached."""
        return self._reached[rule, bands]


def _add(sums: dict[_Name, int], more: Mapping[_Name, int]) -> dict[_Name, int]:
    for name, units in more.items():
        sums[name] = sums.get(name, 0) + units
    return sums
