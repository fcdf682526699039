"""Decisions split by attributes or metrics; they are counted in one go or in several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from incentive_engine.decision.amounts import Known, text_of
from incentive_engine.simulation.cost import Cost, Tallying, tally
from incentive_engine.simulation.laboratory.views import Facet, Section, Splitting

Values: TypeAlias = tuple[Known | None, ...]
"""The values of the facets of one section; None is missing."""


@dataclass(slots=True)
class _Counted:
    """The decisions of one section: money in the smallest unit, and by how much each agent's differs."""

    before: int = 0
    after: int = 0
    agents: dict[str, int] = field(default_factory=dict)
    decisions: Tallying = field(default_factory=Tallying)

    def add(self, agent: str, before: int, after: int) -> None:
        self.before += before
        self.after += after
        self.agents[agent] = self.agents.get(agent, 0) + after - before
        self.decisions.add((after - before,))


class Sections:
    """The sections of a split while decisions are counted. It keeps agents, and no decisions."""

    def __init__(self) -> None:
        self._found: dict[Values, _Counted] = {}

    def add(self, rows: Iterable[tuple[Values, str, int, int]]) -> None:
        """Count decisions: the values of the facets, the agent, and what is paid before and after."""
        for values, agent, before, after in rows:
            section = self._found.get(values)
            if section is None:
                section = self._found[values] = _Counted()
            section.add(agent, before, after)

    def splitting(self, facets: Sequence[Facet], places: int) -> Splitting:
        """Return the split, its sections in the order of the values."""
        in_order = sorted(
            self._found, key=lambda found: [_order(*each) for each in zip(facets, found, strict=True)]
        )
        sections = ((values, self._found[values]) for values in in_order)
        return Splitting(
            tuple(facets),
            tuple(
                Section(
                    values=values,
                    cost=Cost(found.before, found.after, places),
                    agents=tally(found.agents.values(), places),
                    decisions=found.decisions.tally(places),
                )
                for values, found in sections
            ),
        )


def _order(facet: Facet, value: Known | None) -> tuple[bool, Fraction, str]:
    """Return by what a value is sorted: texts by the alphabet, all else by size; what is missing is last."""
    if value is None:
        return True, Fraction(0), ""
    if facet.type.name == "text":
        return False, Fraction(0), text_of(int(value))
    return False, Fraction(value), ""
