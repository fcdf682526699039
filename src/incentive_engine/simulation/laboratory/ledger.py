"""What programs came to for a population: columns of exact numbers, made when they are read."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Protocol, TypeAlias

from incentive_engine.decision.amounts import Known
from incentive_engine.decision.decision import Status
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.evaluate.single import Value
from incentive_engine.ruleset.period import Period
from incentive_engine.simulation.laboratory.programs import DEFERRED
from incentive_engine.simulation.laboratory.union import Place

Key: TypeAlias = tuple[Period, str]
"""A period and an agent."""


class Block(Protocol):
    """The rows of one period."""

    def scaled(self, place: Place) -> tuple[Sequence[Value], int]:
        """Return the numerators of a result, and the denominator that all of them have."""
        ...


class RowBlock:
    """Rows that were evaluated one by one; there is at least one. Results are called by their places."""

    def __init__(self, rows: Sequence[RowValues]) -> None:
        self._first = rows[0]
        self._columns = list(zip(*(row.numerators for row in rows), strict=True))

    def scaled(self, place: Place) -> tuple[Sequence[Value], int]:
        """Return the numerators of a result, and the denominator that all of them have."""
        return self._columns[place], self._first.scaled(str(place))[1]


class Ledger:
    """The results of a union of programs for the rows that are counted, in the order of `keys`."""

    def __init__(self, keys: Sequence[Key], blocks: Sequence[Block], unit: int) -> None:
        self.keys = keys
        self._blocks = blocks
        self._unit = unit
        self._units: dict[Place, Sequence[int]] = {}
        self._known: dict[Place, Sequence[Known | None]] = {}

    def units(self, place: Place) -> Sequence[int]:
        """Return money in the currency's smallest unit; what is unknown is not paid, and zero."""
        if place not in self._units:
            found: list[int] = []
            for block in self._blocks:
                values, denominator = block.scaled(place)
                # Every amount is a whole number of these units: a kind rounds what it pays.
                found += [(value or 0) * self._unit // denominator for value in values]
            self._units[place] = _compact(found)
        return self._units[place]

    def known(self, place: Place) -> Sequence[Known | None]:
        """Return exact numbers and truth values; None is unknown."""
        if place not in self._known:
            found: list[Known | None] = []
            for block in self._blocks:
                values, denominator = block.scaled(place)
                found += [
                    value if value is None or isinstance(value, bool) else Fraction(value, denominator)
                    for value in values
                ]
            self._known[place] = found
        return self._known[place]

    def counts(self, place: Place) -> Counter[Known | None]:
        """Return how often a result that is a number has each value; None is unknown."""
        found: Counter[Known | None] = Counter()
        for block in self._blocks:
            values, denominator = block.scaled(place)
            for value, count in Counter(values).items():
                found[None if value is None else Fraction(value, denominator)] += count
        return found


def _compact(numbers: list[int]) -> Sequence[int]:
    """Return numbers so that they take little memory; only those beyond 64 bits stay as they are."""
    try:
        return array("q", numbers)
    except OverflowError:
        return numbers


@dataclass(frozen=True)
class Paid:
    """What one ruleset, staged or not, pays: row by row, in the order of the ledger's keys.

    `places` has where each of its results stands in the ledger.
    """

    ledger: Ledger
    places: Mapping[str, Place]

    @cached_property
    def totals(self) -> Sequence[int]:
        """What is paid, in the currency's smallest unit."""
        return self.ledger.units(self.places["total"])

    @cached_property
    def floor_added(self) -> Sequence[int]:
        """What the floor of the total adds, in the smallest unit."""
        return self.ledger.units(self.places["floor_added"])

    @cached_property
    def statuses(self) -> Sequence[Status]:
        """Whether what is decided can be paid, as `Decision.status` has it."""
        known = (self.ledger.known(self.places[name]) for name in ("held", "incomplete", "eligible"))
        return [_status(*flags) for flags in zip(*known, strict=True)]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that pay money."""
        return tuple(name.removesuffix(".final") for name in self.places if name.endswith(".final"))

    def final(self, rule: str) -> Sequence[int]:
        """Return what a rule pays after red lines, in the smallest unit; nothing for one not there."""
        place = self.places.get(f"{rule}.final")
        return [0] * len(self.ledger.keys) if place is None else self.ledger.units(place)

    def result(self, name: str) -> Sequence[Known | None]:
        """Return a result such as `volume_bonus.band`: of bands and grades the index from 0.

        Raises:
            KeyError: if it is none that is counted.
        """
        return self.ledger.known(self.places[name])

    @cached_property
    def deferred(self) -> int:
        """What is still to be paid later, at most, after each agent's last row, in the smallest unit.

        It is in no total.
        """
        return sum(self.deferred_by_agent().values())

    def deferred_by_agent(self) -> dict[str, int]:
        """Return what is still to be paid to each agent after the last row, in the smallest unit.

        There is nobody in it where no rule pays later.
        """
        columns = [self.ledger.units(place) for name, place in self.places.items() if name.endswith(DEFERRED)]
        last = {agent: row for row, (_, agent) in enumerate(self.ledger.keys)} if columns else {}
        return {agent: sum(units[row] for units in columns) for agent, row in last.items()}

    def counts(self, name: str) -> Counter[Known | None]:
        """Return how often a result that is a number has each value.

        Raises:
            KeyError: if it is none that is counted.
        """
        return self.ledger.counts(self.places[name])

    @cached_property
    def total(self) -> int:
        """What is paid in all, in the smallest unit."""
        return sum(self.totals)

    def by_agent(self) -> dict[str, int]:
        """Return what each agent is paid in all periods, in the smallest unit."""
        found: dict[str, int] = {}
        for (_, agent), units in zip(self.ledger.keys, self.totals, strict=True):
            found[agent] = found.get(agent, 0) + units
        return found


def _status(held: Known | None, incomplete: Known | None, eligible: Known | None) -> Status:
    if held:
        return "held"
    if incomplete:
        return "incomplete"
    return "final" if eligible else "ineligible"
