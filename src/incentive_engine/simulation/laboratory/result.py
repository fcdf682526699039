"""What a scenario shows: all views on what changes from the baseline to a variant, made when asked for."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from incentive_engine.decision.amounts import Known
from incentive_engine.decision.decision import Status, engine_version
from incentive_engine.decision.format import Format
from incentive_engine.simulation.cost import Cost, Tally, tally
from incentive_engine.simulation.laboratory.distribution import Distribution, Interval, distribution, interval
from incentive_engine.simulation.laboratory.guardrails import Judgement, judged
from incentive_engine.simulation.laboratory.ledger import Key, Paid
from incentive_engine.simulation.laboratory.metrics import MetricMovement, metric_movements
from incentive_engine.simulation.laboratory.piloting import PilotResult, piloted
from incentive_engine.simulation.laboratory.repetition import RowRepetition
from incentive_engine.simulation.laboratory.running import LeftOut, Trial
from incentive_engine.simulation.laboratory.sections import Sections
from incentive_engine.simulation.laboratory.seeking import Sought, sought
from incentive_engine.simulation.laboratory.sensitivity import Sensitivity, sensitivity
from incentive_engine.simulation.laboratory.standing import Side, occupancy, rank_changes, rules_of, shown_by
from incentive_engine.simulation.laboratory.tried import Tried
from incentive_engine.simulation.laboratory.variants import Variant
from incentive_engine.simulation.laboratory.views import (
    Facet,
    Occupancy,
    OutcomeCost,
    RankChange,
    Splitting,
    changed_sum,
)
from incentive_engine.simulation.outstanding import Undecided
from incentive_engine.simulation.parts import STATUSES, DecisionPair, RuleCost, StatusCount
from incentive_engine.simulation.reasons import ExplainedChange, explained
from incentive_engine.texts import Language


class VariantResult:
    """What changes if one variant takes the place of the baseline.

    Where draws are repeated, all views but `costs` and `interval` are of the repetition whose cost is the
    median, so that they add up; `repetition` is its number. Amounts in `Paid` are whole numbers of the
    currency's smallest unit, and stand in the order of the result's `keys`.
    """

    def __init__(self, trial: Tried, variant: Variant) -> None:
        self.variant = variant
        self._trial = trial
        self._largest: dict[int, tuple[ExplainedChange, ...]] = {}
        self.places = trial.scenario.baseline.policy.money_places

    # --- What is paid

    @cached_property
    def before(self) -> Paid:
        """What the baseline pays."""
        return self._trial.paid(self._trial.baseline)

    @cached_property
    def costs(self) -> tuple[int, ...]:
        """What the variant pays in all, repetition by repetition, in the smallest unit."""
        repetitions = self._trial.repetitions(self.variant)
        return tuple(self._trial.paid(self.variant, number).total for number in repetitions)

    @cached_property
    def interval(self) -> Interval:
        """What the cost comes to in all repetitions."""
        return interval(self.costs, self.places)

    @cached_property
    def repetition(self) -> int:
        """The number of the repetition whose cost is the median: the first such."""
        return self.costs.index(self.interval.median) + 1

    @cached_property
    def paid(self) -> Paid:
        """What the variant pays in the median repetition."""
        return self._trial.paid(self.variant, self.repetition)

    @cached_property
    def cost(self) -> Cost:
        """What is paid in all, before and after."""
        return Cost(self.before.total, self.paid.total, self.places)

    @cached_property
    def differences(self) -> Sequence[int]:
        """What is paid more, row by row, in the smallest unit."""
        pairs = zip(self.before.totals, self.paid.totals, strict=True)
        return [after - before for before, after in pairs]

    # --- Who gains and who loses

    @cached_property
    def by_agent(self) -> Mapping[str, Cost]:
        """What each agent is paid in all periods, before and after."""
        before, after = self.before.by_agent(), self.paid.by_agent()
        return {agent: Cost(before[agent], after[agent], self.places) for agent in sorted(before)}

    @cached_property
    def agents(self) -> Tally:
        """How many agents gain and lose over all periods, and how much."""
        return tally((cost.units for cost in self.by_agent.values()), self.places)

    @cached_property
    def per_decision(self) -> Tally:
        """In how many decisions more or less is paid, and how much."""
        return tally(self.differences, self.places)

    @cached_property
    def distributions(self) -> tuple[Distribution | None, Distribution | None]:
        """How the pay of agents is distributed before and after; None where nobody is counted."""
        costs = self.by_agent.values()
        return (
            distribution([cost.units_before for cost in costs], self.places),
            distribution([cost.units_after for cost in costs], self.places),
        )

    # --- Where it comes from

    @cached_property
    def rules(self) -> tuple[RuleCost, ...]:
        """What each rule costs; with `floor_added` that adds up to `cost`."""
        return tuple(self._rule_costs())

    @cached_property
    def floor_added(self) -> Cost:
        """What the floor of the total adds."""
        return changed_sum(self.before.floor_added, self.paid.floor_added, self.places)

    @cached_property
    def deferred(self) -> Cost:
        """What is deferred and may still be paid after the counted periods; it is not in `cost`."""
        return Cost(self.before.deferred, self.paid.deferred, self.places)

    @property
    def undecided(self) -> tuple[Undecided, Undecided]:
        """The decisions that may still pay, before and after."""
        return Undecided.of(self.before.statuses), Undecided.of(self.paid.statuses)

    def _rule_costs(self) -> Iterator[RuleCost]:
        ours, theirs = rules_of(self._trial.baseline), rules_of(self.variant)
        paying = {*self.before.rules, *self.paid.rules}
        for name in dict.fromkeys((*ours, *theirs)):
            before, after = self.before.final(name), self.paid.final(name)
            yield RuleCost(
                rule=name,
                title=(ours.get(name) or theirs[name]).shown_title,
                kind_before=ours[name].kind if name in ours else None,
                kind_after=theirs[name].kind if name in theirs else None,
                pays=name in paying,
                cost=changed_sum(before, after, self.places),
                paid_before=sum(1 for units in before if units),
                paid_after=sum(1 for units in after if units),
            )

    # --- What else changes

    @cached_property
    def statuses(self) -> tuple[StatusCount, ...]:
        """How many decisions had which status before and have which after."""
        counts = Counter(zip(self.before.statuses, self.paid.statuses, strict=True))
        return tuple(
            StatusCount(before, after, counts[before, after])
            for before in STATUSES
            for after in STATUSES
            if counts[before, after]
        )

    @cached_property
    def status_changes(self) -> tuple[tuple[Key, Status, Status], ...]:
        """The decisions whose status is not the same."""
        found = zip(self._trial.keys, self.before.statuses, self.paid.statuses, strict=True)
        return tuple((key, before, after) for key, before, after in found if before != after)

    @cached_property
    def occupancy(self) -> tuple[Occupancy, ...]:
        """Who stands in which band or grade, before and after."""
        return tuple(occupancy(*self._sides))

    @cached_property
    def rank_changes(self) -> tuple[RankChange, ...]:
        """The agents whose place in a star award, or whose winning, is not the same."""
        return tuple(rank_changes(*self._sides, self.places))

    @property
    def _sides(self) -> tuple[Side, Side]:
        return Side(self._trial.baseline, self.before), Side(self.variant, self.paid)

    @cached_property
    def outcome(self) -> OutcomeCost | None:
        """What one unit of the outcome costs; None where the scenario states none."""
        outcome = self._trial.scenario.outcome
        if outcome is None:
            return None
        before = self._trial.figure(outcome.name, self._trial.baseline)
        after = self._trial.figure(outcome.name, self.variant, self.repetition)
        return OutcomeCost(
            outcome.title, self.cost, _sum(before), _sum(after), _unknown(before), _unknown(after)
        )

    # --- Why

    def decisions(self, keys: Iterable[Key]) -> tuple[DecisionPair, ...]:
        """Return the decisions of both sides on some periods and agents, with all that explains them."""
        wanted = list(keys)
        trial = self._trial
        before = trial.decisions(trial.baseline, 1, wanted)
        after = trial.decisions(self.variant, self.repetition, wanted)
        costs = dict(zip(trial.keys, zip(self.before.totals, self.paid.totals, strict=True), strict=True))
        return tuple(
            DecisionPair(
                before[key], after[key], Cost(*costs[key], self.places), before[key].status, after[key].status
            )
            for key in wanted
        )

    def largest(self, count: int = 10) -> tuple[ExplainedChange, ...]:
        """Return the decisions that change the most, up or down, with their reasons.

        Of equal changes the earlier period comes first, then the lower id. Decisions that pay the same are
        never among them.
        """
        if count not in self._largest:
            changed = [pair for pair in zip(self.differences, self._trial.keys, strict=True) if pair[0]]
            found = heapq.nsmallest(count, changed, key=lambda pair: -abs(pair[0]))
            pairs = self.decisions(key for _, key in found)
            self._largest[count] = tuple(explained(pair) for pair in pairs)
        return self._largest[count]

    @cached_property
    def metrics(self) -> tuple[MetricMovement, ...]:
        """The means of the metrics in the data, and as they are assumed to become."""
        return tuple(metric_movements(self._trial, self.variant, self.repetition))

    @cached_property
    def pilot(self) -> PilotResult | None:
        """What the variant costs and does as a pilot; None where the scenario has none."""
        pilot = self._trial.scenario.pilot
        return None if pilot is None else piloted(self._trial, self.variant, pilot, self.repetition)

    # --- What it has to keep

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """Whether each of the scenario's guardrails is kept."""
        repetitions = map(self.as_guarded, self._trial.repetitions(self.variant))
        return judged(self._trial.scenario.guardrails, repetitions, self.repetition)

    def as_guarded(self, number: int) -> RowRepetition:
        """Return one of the repetitions as guardrails look at it."""
        shown = shown_by(self.variant)
        return RowRepetition(
            keys=self._trial.keys,
            before=self.before,
            after=self._trial.paid(self.variant, number),
            places=self.places,
            bands={name: each.type.options for name, each in shown.items() if each.type.options},
            facet=self._trial.facet,
        )

    # --- Split

    @property
    def splits(self) -> tuple[tuple[str, ...], ...]:
        """By what the scenario asks for the results to be split."""
        return self._trial.scenario.by

    def by(self, *names: str) -> Splitting:
        """Return all decisions split by attributes or metrics of these names, as the data have them.

        `period` splits by period. An agent whose value changes is in several sections, in each with the
        decisions in which it has that value.

        Raises:
            KeyError: if no ruleset of the scenario has an attribute or metric of a name.
        """
        sections = Sections()
        facets = self.split_into(sections, names)
        return sections.splitting(facets, self.places)

    def split_into(self, sections: Sections, names: Iterable[str]) -> Sequence[Facet]:
        """Count all decisions in sections of a split by these names, and return its facets.

        Raises:
            KeyError: as `by` does.
        """
        facets, values = zip(*(self._trial.facet(name) for name in names), strict=True)
        agents = (agent for _, agent in self._trial.keys)
        paid = (self.before.totals, self.paid.totals)
        sections.add(zip(zip(*values, strict=True), agents, *paid, strict=True))
        return facets

    def form(self, language: Language) -> Format:
        """Return how values are written."""
        return Format(language, str(self._trial.scenario.baseline.policy.shape.currency), self.places)

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the result for JSON; amounts are texts, so that no reader makes floats of them."""
        form = self.form(language)
        before, after = self.distributions
        identity = self.variant.ruleset.identity
        return {
            "proposal": self.variant.proposal,
            "title": self.variant.title.in_language(language),
            "point": [setting.to_dict() for setting in self.variant.point],
            "ruleset": {
                "id": identity.id,
                "version": identity.version,
                "content_hash": identity.content_hash,
            },
            "cost": self.cost.to_dict(),
            "interval": self.interval.to_dict(),
            "repetition": self.repetition,
            "agents": self.agents.to_dict(),
            "decisions": self.per_decision.to_dict(),
            "rules": [rule.to_dict(language) for rule in self.rules],
            "floor_added": self.floor_added.to_dict(),
            "deferred": self.deferred.to_dict(),
            "distribution": {
                "before": None if before is None else before.to_dict(),
                "after": None if after is None else after.to_dict(),
            },
            "by": [self.by(*names).to_dict(form) for names in self.splits],
            "metrics": [each.to_dict(language) for each in self.metrics],
            "pilot": None if self.pilot is None else self.pilot.to_dict(language),
            "guardrails": [each.to_dict(form) for each in self.judgements],
            "statuses": [each.to_dict() for each in self.statuses],
            "status_changes": [
                {"agent": agent, "period": str(period), "status_before": before, "status_after": after}
                for (period, agent), before, after in self.status_changes
            ],
            "occupancy": [each.to_dict(language) for each in self.occupancy],
            "rank_changes": [each.to_dict(language) for each in self.rank_changes],
            "outcome": None if self.outcome is None else self.outcome.to_dict(language),
            "by_agent": [{"agent": agent, **cost.to_dict()} for agent, cost in self.by_agent.items()],
        }


class ScenarioResult:
    """What a scenario shows.

    Attributes:
        scenario: The scenario.
        keys: The periods and agents that are counted, in order.
        rows: How many rows the data have.
        left_out: What of them is not counted.
        variants: The results of the variants, in the scenario's order.
        baseline: What the baseline pays.
    """

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.scenario = trial.scenario
        self.keys = trial.keys
        self.rows = trial.rows
        self.left_out: LeftOut = trial.left_out
        self.variants = tuple(VariantResult(trial, variant) for variant in trial.scenario.variants)

    def form(self, language: Language) -> Format:
        """Return how values are written."""
        policy = self.scenario.baseline.policy
        return Format(language, str(policy.shape.currency), policy.money_places)

    @cached_property
    def baseline(self) -> Paid:
        """What the baseline pays."""
        return self.trial.paid(self.trial.baseline)

    @cached_property
    def sought(self) -> tuple[Sought, ...]:
        """The value of the goal's number for each proposal, or for the baseline where there is none."""
        goal = self.scenario.goal
        if goal is None:
            return ()
        variants = [result.variant for result in self.variants if not result.variant.point]
        return tuple(sought(self.trial, each, goal) for each in variants or [self.trial.baseline])

    @cached_property
    def sensitivity(self) -> Sensitivity | None:
        """What moves the cost of the baseline; None where the scenario does not ask."""
        by = self.scenario.sensitivity
        return None if by is None else sensitivity(self.trial, by)

    @property
    def broken(self) -> tuple[tuple[VariantResult, Judgement], ...]:
        """The guardrails that proposals break; points of a sweep are tried out only, and break none."""
        return tuple(
            (result, judgement)
            for result in self.variants
            if not result.variant.point
            for judgement in result.judgements
            if not judgement.kept
        )

    def of(self, proposal: str, point: Mapping[str, str] | None = None) -> VariantResult:
        """Return the result of a proposal, at a point of the sweep if there is one.

        Raises:
            KeyError: if there is none.
        """
        wanted = self.scenario.of(proposal, point)
        return next(each for each in self.variants if each.variant is wanted)

    def to_json(self, language: Language = "en") -> str:
        """Return the result as JSON."""
        return json.dumps(self.to_dict(language), ensure_ascii=False)

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the result for JSON; amounts are texts, so that no reader makes floats of them."""
        scenario = self.scenario
        identity = scenario.baseline.identity
        return {
            "scenario": scenario.id,
            "title": scenario.title.in_language(language),
            "baseline": {
                "id": identity.id,
                "version": identity.version,
                "content_hash": identity.content_hash,
            },
            "engine_version": engine_version(),
            "currency": str(scenario.baseline.policy.shape.currency),
            "rows": self.rows,
            "counted": len(self.keys),
            "left_out": self.left_out.to_dict(language),
            "variants": [each.to_dict(language) for each in self.variants],
            "goal": [each.to_dict(self.form(language)) for each in self.sought],
            "sensitivity": None if self.sensitivity is None else self.sensitivity.to_dict(),
        }


def _sum(values: Iterable[Known | None]) -> Fraction:
    return sum((Fraction(value) for value in values if value is not None), Fraction(0))


def _unknown(values: Iterable[Known | None]) -> int:
    return sum(1 for value in values if value is None)
