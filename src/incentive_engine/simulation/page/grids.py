"""The tables of the page: those of a scenario, and what its charts draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from incentive_engine.decision.amounts import amount
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.laboratory import VariantResult
from incentive_engine.simulation.laboratory.seeking import Sought
from incentive_engine.simulation.laboratory.tables import ScenarioTabulator
from incentive_engine.simulation.laboratory.views import RankChange
from incentive_engine.simulation.page.bins import Step
from incentive_engine.simulation.tables import Cell, Table, count_cell, plain_cell


class PageTabulator(ScenarioTabulator):
    """Makes the tables of the page in one language and for one currency."""

    def changes(self, steps: Sequence[Step]) -> Table:
        """Return how many agents gain and lose how much."""
        rows = [
            [*(self._more(self._in_currency(end)) for end in (step.first, step.last)), count_cell(step.count)]
            for step in steps
        ]
        return self._table("changes", ("from", "to", "agents"), rows)

    def spread(self, before: Sequence[Step], after: Sequence[Step]) -> Table:
        """Return how many agents are paid how much before and after."""
        ours, theirs = ({(step.first, step.last): step.count for step in side} for side in (before, after))
        rows = [
            [
                *(self._money(self._in_currency(end)) for end in ends),
                count_cell(ours.get(ends, 0)),
                count_cell(theirs.get(ends, 0)),
            ]
            for ends in sorted({*ours, *theirs})
        ]
        return self._table("spread", ("from", "to", "agents_before", "agents_after"), rows)

    def agents(self, by_agent: Mapping[str, Cost]) -> Table:
        """Return what every agent is paid, those who lose most first."""
        in_order = sorted(by_agent.items(), key=lambda each: (each[1].units, each[0]))
        rows = [[plain_cell(agent), *self._costs(cost), self._share(cost)] for agent, cost in in_order]
        return self._table("agents", ("agent", "before", "after", "difference", "share"), rows)

    def stars(self, changes: Iterable[RankChange]) -> Table:
        """Return how many prizes of each star award are won and lost."""
        counted: dict[str, tuple[str, list[bool]]] = {}
        for each in changes:
            title = each.title.in_language(self.form.language)
            counted.setdefault(each.rule, (title, []))[1].append(each.won_after)
        rows = [
            [Cell(rule, title), count_cell(sum(won)), count_cell(len(won) - sum(won))]
            for rule, (title, won) in counted.items()
        ]
        return self._table("stars", ("rule", "prizes_won", "prizes_lost"), rows)

    def guardrails(self, results: Sequence[VariantResult]) -> Table:
        """Return which guardrails each of several proposals keeps; they have the same guardrails."""
        language = self.form.language
        rows = [
            [
                plain_cell(judgements[0].guardrail.told().sentence(self.form)),
                *(
                    self._text("page.guardrail.kept" if each.kept else "page.guardrail.broken")
                    for each in judgements
                ),
            ]
            for judgements in zip(*(result.judgements for result in results), strict=True)
        ]
        table = self._table("guardrails", ("guardrail",), rows)
        titles = [result.variant.shown_title(language) for result in results]
        return replace(
            table,
            keys=(*table.keys, *(result.variant.name for result in results)),
            columns=(*table.columns, *titles),
            numeric=(False,) * (1 + len(results)),
        )

    def probes(self, sought: Sought) -> Table:
        """Return all values that were tried for a goal, and what they cost."""
        rows = [
            [
                plain_cell(str(probe.value)),
                self._money(self._in_currency(probe.units)),
                self._text("page.kept" if probe.kept else "page.missed"),
            ]
            for probe in sought.probes
        ]
        return self._table("probes", ("value", "cost_of_value", "budget"), rows)

    def share(self, cost: Cost) -> Cell:
        """Return a difference in per cent; empty where there is nothing that it could be a share of."""
        return self._share(cost)

    @property
    def floor(self) -> str:
        """How what the floor of the total adds is called."""
        return self._filled("simulation.floor_added")

    def band(self, name: str | None) -> str:
        """Return how a band or grade is called."""
        if name is None:
            return self._filled("scenario.no_band")
        # A band that has no name is called by its number.
        return self._filled("page.band", number=name) if name.isdecimal() else name

    def joined(self, labels: Sequence[str]) -> str:
        """Return the values of several facets as one."""
        return self._joined(labels)

    def _in_currency(self, units: int) -> Decimal:
        places = self.form.money_places
        return amount(units, 10**places, places)
