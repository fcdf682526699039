"""Goal seek: the value of one number that meets a budget, with proof that the next one does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from incentive_engine.decision.amounts import amount, written
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, StepValue
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.laboratory.amounts import Quantity
from incentive_engine.simulation.laboratory.distribution import interval
from incentive_engine.simulation.laboratory.moving import moved
from incentive_engine.simulation.laboratory.running import Trial
from incentive_engine.simulation.laboratory.scenario import Goal, ScenarioError
from incentive_engine.simulation.laboratory.variants import Variant

# So many values are tried at once: what they share is evaluated once.
_AT_ONCE = 9


@dataclass(frozen=True, slots=True)
class Probe:
    """One value that was tried, what it costs in the smallest unit, and whether the budget is kept."""

    value: Quantity
    units: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found for one proposal.

    `probes` are all values that were tried, in the order of the goal's values. `met` is a value that keeps
    the budget while its neighbour `beyond` does not; without a `beyond` every value at hand keeps it, and
    without a `met` none that was tried does.
    """

    variant: Variant
    goal: Goal
    probes: tuple[Probe, ...]
    met: Probe | None
    beyond: Probe | None
    places: int

    @property
    def is_steady(self) -> bool:
        """Whether the cost only rises, or only falls, from each value that was tried to the next."""
        steps = [after.units - before.units for before, after in pairwise(self.probes)]
        return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)

    def step(self) -> ExplainedStep:
        """Return what was found in words."""
        values: dict[str, StepValue] = {
            "proposal": self.variant.title,
            "path": str(self.goal.path),
            "budget": self.goal.budget.told(),
        }
        ends = {"first": str(self.goal.values[0]), "last": str(self.goal.values[-1])}
        if self.met is None:
            least = min(self.probes, key=lambda probe: probe.units)
            return ExplainedStep("goal.none", {**values, **ends, **self._told("least", least)})
        met = self._told("met", self.met)
        if self.beyond is None:
            return ExplainedStep("goal.all", {**values, **ends, **met})
        steady = ExplainedStep("goal.steady" if self.is_steady else "goal.unsteady")
        beyond = self._told("beyond", self.beyond)
        return ExplainedStep("goal.met", {**values, **met, **beyond}, parts=(steady,))

    def to_dict(self, form: Format) -> dict[str, object]:
        """Return what was found for JSON; amounts are texts."""
        return {
            "proposal": self.variant.proposal,
            "path": str(self.goal.path),
            "budget": self.goal.budget.told().sentence(form),
            "met": None if self.met is None else self._probe(self.met),
            "beyond": None if self.beyond is None else self._probe(self.beyond),
            "steady": self.is_steady,
            "probes": [self._probe(probe) for probe in self.probes],
        }

    def _told(self, name: str, probe: Probe) -> dict[str, StepValue]:
        cost = ExplainedValue(Fraction(self._money(probe)), MONEY)
        return {name: str(probe.value), f"{name}_cost": cost}

    def _probe(self, probe: Probe) -> dict[str, object]:
        return {"value": str(probe.value), "cost": written(self._money(probe)), "kept": probe.kept}

    def _money(self, probe: Probe) -> Decimal:
        return amount(probe.units, 10**self.places, self.places)


def sought(trial: Trial, variant: Variant, goal: Goal) -> Sought:
    """Return the value of the goal's number at which a variant meets the goal's budget.

    Between a value that keeps the budget and one that does not others are tried, until two such values are
    neighbours. Whether the cost rises or falls with the number does not matter; both are shown.

    Raises:
        ScenarioError: if the ruleset cannot be used with a value that has to be tried.
    """
    search = _Search(trial, variant, goal)
    low, high = 0, len(goal.values) - 1
    search.probe((low, high))
    if search.kept(low) == search.kept(high):
        best = max((low, high), key=lambda place: search.tried[place].units)
        return search.found(best if search.kept(low) else None, None)
    while high - low > 1:
        between = [low + (high - low) * number // (_AT_ONCE + 1) for number in range(1, _AT_ONCE + 1)]
        places = sorted({low, *between, high})
        search.probe(places)
        low, high = next(pair for pair in pairwise(places) if search.kept(pair[0]) != search.kept(pair[1]))
    met, beyond = (low, high) if search.kept(low) else (high, low)
    return search.found(met, beyond)


class _Search:
    """The values that have been tried for one variant, by their places among those of the goal."""

    def __init__(self, trial: Trial, variant: Variant, goal: Goal) -> None:
        self._trial, self._variant, self._goal = trial, variant, goal
        self.tried: dict[int, Probe] = {}
        self._places = trial.scenario.baseline.policy.money_places
        self._limit = goal.budget.allowed(trial.paid(trial.baseline).total, self._places)

    def kept(self, place: int) -> bool:
        """Whether the value at a place keeps the budget."""
        return self.tried[place].kept

    def probe(self, places: Iterable[int]) -> None:
        """Try the values at some places, those together that have not been tried."""
        new = [place for place in places if place not in self.tried]
        variants = [self._moved(self._goal.values[place]) for place in new]
        again = self._trial.again(variants)
        for place, variant in zip(new, variants, strict=True):
            costs = [again.paid(variant, number).total for number in again.repetitions(variant)]
            units = interval(costs, self._places).median
            self.tried[place] = Probe(self._goal.values[place], units, units <= self._limit)

    def found(self, met: int | None, beyond: int | None) -> Sought:
        """Return what was found at two places."""
        return Sought(
            variant=self._variant,
            goal=self._goal,
            probes=tuple(self.tried[place] for place in sorted(self.tried)),
            met=None if met is None else self.tried[met],
            beyond=None if beyond is None else self.tried[beyond],
            places=self._places,
        )

    def _moved(self, value: Quantity) -> Variant:
        path = self._goal.path
        variant = moved(self._variant, path, value)
        if variant is None:
            raise ScenarioError([Problem("IE5161", {"path": str(path), "value": str(value)}, path.span)])
        return variant
