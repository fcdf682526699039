"""What a scenario shows that is run in batches: the views that can be added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NoReturn

from incentive_engine.decision.decision import Status
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.cost import Cost, Tally, Tallying, tally
from incentive_engine.simulation.laboratory.distribution import Distribution, distribution
from incentive_engine.simulation.laboratory.guardrails import Judgement, judged
from incentive_engine.simulation.laboratory.result import VariantResult
from incentive_engine.simulation.laboratory.scenario import Scenario, ScenarioError
from incentive_engine.simulation.laboratory.sections import Sections
from incentive_engine.simulation.laboratory.summed import SummedRepetition, together
from incentive_engine.simulation.laboratory.variants import Variant
from incentive_engine.simulation.laboratory.views import (
    Facet,
    Occupancy,
    OutcomeCost,
    Splitting,
    band_counts,
)
from incentive_engine.simulation.outstanding import Undecided
from incentive_engine.simulation.parts import STATUSES, RuleCost, StatusCount


def refuse(what: str) -> NoReturn:
    """Raise that something needs all rows at once.

    Raises:
        ScenarioError: always.
    """
    raise ScenarioError([Problem("IE5168", {"what": what})])


class VariantSums:
    """What changes if one variant takes the place of the baseline, added up batch by batch.

    The views are those of `VariantResult`, and so are their numbers. What stands row by row is not kept.
    """

    def __init__(self, scenario: Scenario, nothing: VariantResult) -> None:
        """Begin with the result on no rows at all."""
        self.variant: Variant = nothing.variant
        self.places = nothing.places
        self._scenario = scenario
        self._guarded = SummedRepetition(scenario.guardrails, self.places)
        self._statuses: Counter[tuple[Status, Status]] = Counter()
        self._per_decision = Tallying()
        self._sections = {names: Sections() for names in scenario.by}
        self._facets: dict[tuple[str, ...], Sequence[Facet]] = {}
        self.rules: tuple[RuleCost, ...] = nothing.rules
        self.floor_added: Cost = nothing.floor_added
        self.occupancy: tuple[Occupancy, ...] = nothing.occupancy
        self.outcome: OutcomeCost | None = nothing.outcome
        self.add(nothing)

    def add(self, part: VariantResult) -> None:
        """Add what a batch comes to."""
        self._guarded.add(part.as_guarded(1))
        self._per_decision.add(part.differences)
        for each in part.statuses:
            self._statuses[each.before, each.after] += each.decisions
        for names, sections in self._sections.items():
            self._facets[names] = part.split_into(sections, names)
        rules = zip(self.rules, part.rules, strict=True)
        self.rules = tuple(_rule_together(*pair) for pair in rules)
        self.floor_added = together(self.floor_added, part.floor_added)
        bands = zip(self.occupancy, part.occupancy, strict=True)
        self.occupancy = tuple(_bands_together(*pair) for pair in bands)
        if self.outcome is not None and part.outcome is not None:
            self.outcome = _outcome_together(self.outcome, part.outcome)

    @property
    def cost(self) -> Cost:
        """What is paid in all, before and after."""
        return self._guarded.cost

    @property
    def deferred(self) -> Cost:
        """What is deferred and may still be paid after the counted periods; it is not in `cost`."""
        return self._guarded.deferred_cost

    @cached_property
    def by_agent(self) -> Mapping[str, Cost]:
        """What each agent is paid in all periods, before and after."""
        return dict(sorted(self._guarded.by_agent.items()))

    @cached_property
    def agents(self) -> Tally:
        """How many agents gain and lose over all periods, and how much."""
        return tally((cost.units for cost in self.by_agent.values()), self.places)

    @property
    def per_decision(self) -> Tally:
        """In how many decisions more or less is paid, and how much."""
        return self._per_decision.tally(self.places)

    @cached_property
    def distributions(self) -> tuple[Distribution | None, Distribution | None]:
        """How the pay of agents is distributed before and after; None where nobody is counted."""
        costs = self.by_agent.values()
        return (
            distribution([cost.units_before for cost in costs], self.places),
            distribution([cost.units_after for cost in costs], self.places),
        )

    @property
    def statuses(self) -> tuple[StatusCount, ...]:
        """How many decisions had which status before and have which after."""
        counts = self._statuses
        return tuple(
            StatusCount(before, after, counts[before, after])
            for before in STATUSES
            for after in STATUSES
            if counts[before, after]
        )

    @property
    def undecided(self) -> tuple[Undecided, Undecided]:
        """The decisions that may still pay, before and after."""
        sides: tuple[Counter[Status], Counter[Status]] = (Counter(), Counter())
        for pair, count in self._statuses.items():
            for side, status in zip(sides, pair, strict=True):
                side[status] += count
        before, after = (Undecided(side["incomplete"], side["held"]) for side in sides)
        return before, after

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """Whether each of the scenario's guardrails is kept."""
        return judged(self._scenario.guardrails, [self._guarded], 1)

    def by(self, *names: str) -> Splitting:
        """Return all decisions split by attributes or metrics that the scenario asks for under `by`.

        Raises:
            ScenarioError: if it does not ask for this split: nobody has counted it.
        """
        if names not in self._sections:
            refuse(f"by({', '.join(names)})")
        return self._sections[names].splitting(self._facets[names], self.places)

    def decisions(self, *_: object) -> NoReturn:
        """Say that single decisions are not kept.

        Raises:
            ScenarioError: always.
        """
        refuse("decisions")

    def largest(self, *_: object) -> NoReturn:
        """Say that the largest changes, with their reasons, are not kept.

        Raises:
            ScenarioError: always.
        """
        refuse("largest")

    @property
    def status_changes(self) -> NoReturn:
        """Say that the decisions whose status changes are not kept; `statuses` counts them."""
        refuse("status_changes")

    @property
    def rank_changes(self) -> NoReturn:
        """Say that the places of single agents in a star award are not kept."""
        refuse("rank_changes")


@dataclass(frozen=True, slots=True)
class ScenarioSums:
    """What a scenario shows that was run in batches.

    `counted` decisions were compared, of agents and periods; `filtered` were not asked for. Of the rows that
    cannot be taken `rejected` is the number of their problems, and `problems` the first of these.
    """

    scenario: Scenario
    variants: tuple[VariantSums, ...]
    counted: int
    filtered: int
    rejected: int
    problems: tuple[RowProblem, ...]

    @property
    def broken(self) -> tuple[tuple[VariantSums, Judgement], ...]:
        """The guardrails that proposals break; points of a sweep are tried out only, and break none."""
        return tuple(
            (result, judgement)
            for result in self.variants
            if not result.variant.point
            for judgement in result.judgements
            if not judgement.kept
        )

    def of(self, proposal: str, point: Mapping[str, str] | None = None) -> VariantSums:
        """Return the result of a proposal, at a point of the sweep if there is one.

        Raises:
            KeyError: if there is none.
        """
        wanted = self.scenario.of(proposal, point)
        return next(each for each in self.variants if each.variant is wanted)


def _rule_together(one: RuleCost, other: RuleCost) -> RuleCost:
    return replace(
        one,
        cost=together(one.cost, other.cost),
        paid_before=one.paid_before + other.paid_before,
        paid_after=one.paid_after + other.paid_after,
    )


def _bands_together(one: Occupancy, other: Occupancy) -> Occupancy:
    before: Counter[str | None] = Counter()
    after: Counter[str | None] = Counter()
    for each in (*one.bands, *other.bands):
        before[each.band] += each.before
        after[each.band] += each.after
    return replace(one, bands=tuple(band_counts(before, after)))


def _outcome_together(one: OutcomeCost, other: OutcomeCost) -> OutcomeCost:
    return replace(
        one,
        cost=together(one.cost, other.cost),
        before=one.before + other.before,
        after=one.after + other.after,
        unknown_before=one.unknown_before + other.unknown_before,
        unknown_after=one.unknown_after + other.unknown_after,
    )
