"""What guardrails ask of one repetition of a variant, answered from rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from incentive_engine.decision.amounts import Known
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.laboratory.ledger import Key, Paid
from incentive_engine.simulation.laboratory.views import Facet

_UNDECIDED = {"incomplete", "held"}


class GroupPay(NamedTuple):
    """The decisions in which an attribute has one value: how many, and what is paid in the smallest unit."""

    decisions: int
    cost: Cost


class PaidMore(NamedTuple):
    """In how many decisions more is paid than by the baseline, and to whom how much in the smallest unit."""

    decisions: int
    by_agent: Mapping[str, int]


class Repetition(Protocol):
    """One repetition of a variant, as guardrails look at it: everything in it can be added up."""

    @property
    def cost(self) -> Cost:
        """What is paid in all."""
        ...

    @property
    def decisions(self) -> int:
        """How many decisions are counted."""
        ...

    @property
    def undecided(self) -> int:
        """How many of them may still pay, because they are incomplete or held."""
        ...

    @property
    def deferred(self) -> int:
        """What is still to be paid later, in the smallest unit; it is in no cost."""
        ...

    @property
    def by_agent(self) -> Mapping[str, Cost]:
        """What each agent is paid in all periods, before and after."""
        ...

    def groups(self, attribute: str) -> Mapping[Known, GroupPay]:
        """Return what is paid by the values of an attribute; where it is missing there is no group."""
        ...

    def more_despite(self, red_lines: tuple[str, ...]) -> PaidMore:
        """Return where more is paid although a red line is broken, or could be."""
        ...

    def reached(self, rule: str, bands: tuple[str, ...]) -> int:
        """Return in how many decisions one of some bands or grades of a rule is reached."""
        ...


@dataclass(frozen=True, slots=True)
class RowRepetition:
    """A repetition row by row, in the order of `keys`.

    `bands` has the bands and grades of each result of the variant that has any, such as `card.grade`.
    """

    keys: Sequence[Key]
    before: Paid
    after: Paid
    places: int
    bands: Mapping[str, Sequence[str]]
    facet: Callable[[str], tuple[Facet, Sequence[Known | None]]]

    @property
    def cost(self) -> Cost:
        """What is paid in all."""
        return Cost(self.before.total, self.after.total, self.places)

    @property
    def decisions(self) -> int:
        """How many decisions are counted."""
        return len(self.keys)

    @property
    def undecided(self) -> int:
        """How many of them may still pay."""
        return sum(1 for status in self.after.statuses if status in _UNDECIDED)

    @property
    def deferred(self) -> int:
        """What is still to be paid later, in the smallest unit."""
        return self.after.deferred

    @property
    def by_agent(self) -> Mapping[str, Cost]:
        """What each agent is paid in all periods."""
        before, after = self.before.by_agent(), self.after.by_agent()
        return {agent: Cost(units, after[agent], self.places) for agent, units in before.items()}

    def groups(self, attribute: str) -> Mapping[Known, GroupPay]:
        """Return what is paid by the values of an attribute."""
        _, values = self.facet(attribute)
        found: dict[Known, tuple[int, int, int]] = {}
        for value, before, after in zip(values, self.before.totals, self.after.totals, strict=True):
            if value is not None:
                count, all_before, all_after = found.get(value, (0, 0, 0))
                found[value] = (count + 1, all_before + before, all_after + after)
        return {
            value: GroupPay(count, Cost(before, after, self.places))
            for value, (count, before, after) in found.items()
        }

    def more_despite(self, red_lines: tuple[str, ...]) -> PaidMore:
        """Return where more is paid although a red line is broken, or could be."""
        broken = [self.before.result(f"{name}.broken") for name in red_lines]
        more: dict[str, int] = {}
        count = 0
        rows = zip(self.keys, self.before.totals, self.after.totals, *broken, strict=True)
        for (_, agent), before, after, *flags in rows:
            # What cannot be judged counts as broken: it could be.
            if after > before and any(flag is not False for flag in flags):
                count += 1
                more[agent] = more.get(agent, 0) + after - before
        return PaidMore(count, more)

    def reached(self, rule: str, bands: tuple[str, ...]) -> int:
        """Return in how many decisions one of some bands or grades of a rule is reached."""
        return sum(
            count
            for name, options in self.bands.items()
            if name.rpartition(".")[0] == rule
            for value, count in self.after.counts(name).items()
            if value is not None and options[int(value)] in bands
        )
