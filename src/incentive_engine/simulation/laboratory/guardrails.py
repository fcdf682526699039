"""Guardrails: limits that a proposal has to keep, so that a change that breaks one is not made unseen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from incentive_engine.decision.amounts import amount, written
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, StepValue
from incentive_engine.language.types import MONEY, RATIO
from incentive_engine.ruleset.fields import Title
from incentive_engine.simulation.laboratory.distribution import rounded_share
from incentive_engine.simulation.laboratory.repetition import Repetition


@dataclass(frozen=True, slots=True)
class Breaker:
    """An agent by whom a guardrail is broken, and by how much money: what is lost, or paid more."""

    agent: str
    amount: Decimal

    def to_dict(self) -> dict[str, object]:
        """Return the agent for JSON."""
        return {"agent": self.agent, "amount": written(self.amount)}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one repetition comes to: whether the limit is kept, how nearly, and by whom it is broken."""

    kept: bool
    told: ExplainedStep
    breakers: tuple[Breaker, ...] = ()


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A limit. `share` is in how many of the repetitions it has to be kept."""

    name: ClassVar[str]

    share: Fraction = field(default=Fraction(1), kw_only=True)

    @abstractmethod
    def told(self) -> ExplainedStep:
        """Return the limit in words."""

    @abstractmethod
    def found(self, repetition: Repetition) -> Finding:
        """Return what comes of it in one repetition."""


_FOUND_COST = {
    (False, False): "guardrail.found.cost",
    (True, False): "guardrail.found.cost_open",
    (False, True): "guardrail.found.cost_deferred",
    (True, True): "guardrail.found.cost_open_deferred",
}
"""What a budget found, by whether decisions are open and whether something is deferred."""


@dataclass(frozen=True, slots=True)
class Budget(Guardrail):
    """What may be paid in all: `limit` in money, or, where `relative`, more than the baseline pays.

    Where `of_baseline` is true the limit is a share of what the baseline pays.
    """

    name = "budget"

    limit: Fraction
    relative: bool = False
    of_baseline: bool = False

    def told(self) -> ExplainedStep:
        """Return the limit in words."""
        kind = RATIO if self.of_baseline else MONEY
        if not self.relative:
            return ExplainedStep("guardrail.budget", {"limit": ExplainedValue(self.limit, kind)})
        if not self.limit:
            return ExplainedStep("guardrail.budget.same")
        code = "guardrail.budget.less" if self.limit < 0 else "guardrail.budget.more"
        return ExplainedStep(code, {"limit": ExplainedValue(abs(self.limit), kind)})

    def allowed(self, before: int, places: int) -> Fraction:
        """Return what may be paid where the baseline pays `before`, both in the currency's smallest unit."""
        limit = self.limit * (before if self.of_baseline else 10**places)
        return before + limit if self.relative else limit

    def found(self, repetition: Repetition) -> Finding:
        """Return what is paid in all, how many decisions may still pay, and what is deferred."""
        cost, undecided, later = repetition.cost, repetition.undecided, repetition.deferred
        limit = self.allowed(cost.units_before, cost.places)
        values: dict[str, StepValue] = {
            "cost": _money(cost.after),
            "difference": _money(cost.difference),
            "undecided": f"{undecided:,}",
            "deferred": _money(_amount(later, cost.places)),
        }
        told = ExplainedStep(_FOUND_COST[bool(undecided), bool(later)], values)
        return Finding(cost.units_after <= limit, told)


@dataclass(frozen=True, slots=True)
class LargestLoss(Guardrail):
    """What no agent may lose over all periods that are counted."""

    name = "largest_loss"

    limit: Fraction

    def told(self) -> ExplainedStep:
        """Return the limit in words."""
        return ExplainedStep("guardrail.largest_loss", {"limit": ExplainedValue(self.limit, MONEY)})

    def found(self, repetition: Repetition) -> Finding:
        """Return the largest loss, and all agents who lose more than the limit."""
        places = repetition.cost.places
        limit = self.limit * 10**places
        lost = {agent: -cost.units for agent, cost in repetition.by_agent.items()}
        largest = max((0, *lost.values()))
        breakers = _breakers(places, ((agent, loss) for agent, loss in lost.items() if loss > limit))
        told = ExplainedStep("guardrail.found.loss", {"loss": _money(_amount(largest, places))})
        return Finding(not breakers, told, breakers)


@dataclass(frozen=True, slots=True)
class Losers(Guardrail):
    """Of how many agents, as a share, the pay may fall by more than a share of it."""

    name = "loses_more_than"

    loss: Fraction
    at_most: Fraction

    def told(self) -> ExplainedStep:
        """Return the limit in words."""
        return ExplainedStep("guardrail.losers", {"limit": _limit(self.at_most), "loss": _limit(self.loss)})

    def found(self, repetition: Repetition) -> Finding:
        """Return the share of agents who lose more, and who they are."""
        every = repetition.by_agent
        lost = [
            (agent, -cost.units)
            for agent, cost in every.items()
            if cost.units < 0 and -cost.units > self.loss * cost.units_before
        ]
        told, share = _counted("guardrail.found.agents", len(lost), len(every))
        kept = share <= self.at_most
        return Finding(kept, told, () if kept else _breakers(repetition.cost.places, lost))


@dataclass(frozen=True, slots=True)
class PayGap(Guardrail):
    """How far the mean pay of a decision may differ between the groups of an attribute.

    The gap is the difference of the highest and the lowest mean as a share of the highest, as the gender pay
    gap of the OECD and Eurostat is the difference as a share of men's earnings. Decisions in which the
    attribute is missing are in no group.
    """

    name = "pay_gap"

    attribute: str
    title: Title
    at_most: Fraction

    def told(self) -> ExplainedStep:
        """Return the limit in words."""
        return ExplainedStep("guardrail.pay_gap", {"attribute": self.title, "limit": _limit(self.at_most)})

    def found(self, repetition: Repetition) -> Finding:
        """Return the gap before and after."""
        groups = repetition.groups(self.attribute).values()
        before = _gap(Fraction(each.cost.units_before, each.decisions) for each in groups)
        after = _gap(Fraction(each.cost.units_after, each.decisions) for each in groups)
        told = ExplainedStep("guardrail.found.gap", {"before": _share(before), "after": _share(after)})
        return Finding(after <= self.at_most, told)


@dataclass(frozen=True, slots=True)
class NoRedLinePaid(Guardrail):
    """That where a red line of the baseline is broken nobody is paid more than by the baseline."""

    name = "no_red_line_paid"

    red_lines: tuple[str, ...]

    def told(self) -> ExplainedStep:
        """Return the limit in words."""
        return ExplainedStep("guardrail.no_red_line_paid")

    def found(self, repetition: Repetition) -> Finding:
        """Return in how many such decisions more is paid, and to whom."""
        more = repetition.more_despite(self.red_lines)
        told = ExplainedStep("guardrail.found.decisions", {"count": f"{more.decisions:,}"})
        breakers = _breakers(repetition.cost.places, more.by_agent.items())
        return Finding(not more.by_agent, told, breakers)


@dataclass(frozen=True, slots=True)
class Reaches(Guardrail):
    """In how many decisions, as a share, one of some bands or grades of a rule has to be reached."""

    name = "reaches"

    rule: str
    title: Title
    bands: tuple[str, ...]
    at_least: Fraction

    def told(self) -> ExplainedStep:
        """Return the limit in words."""
        values: dict[str, StepValue] = {
            "limit": _limit(self.at_least),
            "bands": ", ".join(self.bands),
            "rule": self.title,
        }
        return ExplainedStep("guardrail.reaches", values)

    def found(self, repetition: Repetition) -> Finding:
        """Return the share of decisions in which one is reached."""
        reached = repetition.reached(self.rule, self.bands)
        told, share = _counted("guardrail.found.reached", reached, repetition.decisions)
        return Finding(share >= self.at_least, told)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a variant keeps a guardrail.

    `told` is what comes of it in the repetition whose cost is the median, as everywhere in a result;
    `kept_in` counts the `repetitions` in which the limit is kept.
    """

    guardrail: Guardrail
    finding: Finding
    kept_in: int
    repetitions: int

    @property
    def kept(self) -> bool:
        """Whether the limit is kept, in as many repetitions as it has to be."""
        return Fraction(self.kept_in, self.repetitions) >= self.guardrail.share

    def step(self) -> ExplainedStep:
        """Return the judgement in words."""
        code = "guardrail.kept" if self.kept else "guardrail.broken"
        values: dict[str, StepValue] = {"limit": self.guardrail.told(), "found": self.finding.told}
        parts = [] if self.kept else [self._broken_by(each) for each in self.finding.breakers]
        if self.repetitions > 1:
            counts: dict[str, StepValue] = {
                "kept": f"{self.kept_in:,}",
                "all": f"{self.repetitions:,}",
                "share": _limit(self.guardrail.share),
            }
            parts.insert(0, ExplainedStep("guardrail.repetitions", counts))
        return ExplainedStep(code, values, parts=tuple(parts))

    def to_dict(self, form: Format) -> dict[str, object]:
        """Return the judgement for JSON."""
        return {
            "guardrail": self.guardrail.name,
            "kept": self.kept,
            "limit": self.guardrail.told().sentence(form),
            "found": self.finding.told.sentence(form),
            "values": self.finding.told.to_dict(form)["values"],
            "kept_in": self.kept_in,
            "repetitions": self.repetitions,
            "broken_by": [each.to_dict() for each in self.finding.breakers],
        }

    def _broken_by(self, breaker: Breaker) -> ExplainedStep:
        return ExplainedStep(
            f"guardrail.by.{self.guardrail.name}",
            {"agent": breaker.agent, "amount": _money(breaker.amount)},
        )


def judged(
    guardrails: Sequence[Guardrail], repetitions: Iterable[Repetition], median: int
) -> tuple[Judgement, ...]:
    """Return whether guardrails are kept, from all repetitions of a variant.

    `median` is the number of the one that is shown.
    """
    findings: list[list[Finding]] = [[] for _ in guardrails]
    for repetition in repetitions:
        for guardrail, found in zip(guardrails, findings, strict=True):
            found.append(guardrail.found(repetition))
    return tuple(
        Judgement(guardrail, found[median - 1], sum(1 for each in found if each.kept), len(found))
        for guardrail, found in zip(guardrails, findings, strict=True)
    )


def _gap(of_groups: Iterable[Fraction]) -> Fraction:
    """Return how far the means of groups differ; without two groups, or any pay, they do not."""
    means = list(of_groups)
    highest = max(means, default=Fraction(0))
    return (highest - min(means)) / highest if highest > 0 else Fraction(0)


def _counted(code: str, count: int, every: int) -> tuple[ExplainedStep, Fraction]:
    share = Fraction(count, every) if every else Fraction(0)
    values: dict[str, StepValue] = {"share": _share(share), "count": f"{count:,}", "all": f"{every:,}"}
    return ExplainedStep(code, values), share


def _breakers(places: int, found: Iterable[tuple[str, int]]) -> tuple[Breaker, ...]:
    """Return the agents by whom a limit is broken, those with the most first."""
    in_order = sorted(found, key=lambda each: (-each[1], each[0]))
    return tuple(Breaker(agent, _amount(units, places)) for agent, units in in_order)


def _amount(units: int, places: int) -> Decimal:
    return amount(units, 10**places, places)


def _money(value: Decimal) -> ExplainedValue:
    return ExplainedValue(Fraction(value), MONEY)


def _limit(share: Fraction) -> ExplainedValue:
    return ExplainedValue(share, RATIO)


def _share(value: Fraction) -> ExplainedValue:
    """Return a share as it is shown: rounded, because some have no end as a decimal."""
    return ExplainedValue(Fraction(rounded_share(value)), RATIO)
