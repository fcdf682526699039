"""Sensitivity: which number of the policy moves the cost most, each made a little larger by itself."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.decision.amounts import written
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.laboratory.amounts import Quantity
from incentive_engine.simulation.laboratory.distribution import rounded_share
from incentive_engine.simulation.laboratory.moving import grown, moved, numbers
from incentive_engine.simulation.laboratory.running import Trial


@dataclass(frozen=True, slots=True)
class Movement:
    """What the cost comes to if one number of the policy is larger by a share of itself."""

    path: str
    before: Quantity
    after: Quantity
    cost: Cost
    by: Fraction

    @property
    def elasticity(self) -> Fraction | None:
        """The change of the cost in per cent for one per cent of the number; None where nothing is paid."""
        if self.cost.units_before <= 0:
            return None
        return Fraction(self.cost.units, self.cost.units_before) / self.by

    def to_dict(self) -> dict[str, object]:
        """Return the movement for JSON; amounts are texts."""
        elasticity = self.elasticity
        return {
            "path": self.path,
            "value_before": str(self.before),
            "value_after": str(self.after),
            "cost": self.cost.to_dict(),
            "elasticity": None if elasticity is None else written(rounded_share(elasticity)),
        }


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How the baseline's cost moves with each of its numbers, those that move it most first.

    `fixed` are the paths of numbers that cannot be a little larger by themselves: places that are counted,
    weights that have to sum to 100 %, limits that would overtake the next one.
    """

    by: Fraction
    movements: tuple[Movement, ...]
    fixed: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Return all movements for JSON."""
        return {
            "by": str(self.by),
            "movements": [movement.to_dict() for movement in self.movements],
            "fixed": list(self.fixed),
        }


def sensitivity(trial: Trial, by: Fraction) -> Sensitivity:
    """Return what the baseline would cost with each number larger by a share of itself.

    People work as they do. All that the changed policies share is evaluated once.
    """
    baseline = trial.baseline
    places = trial.scenario.baseline.policy.money_places
    tried = [
        (path, number, grown(number, by), moved(baseline, path, grown(number, by)))
        for path, number in numbers(trial.scenario.baseline.policy.root)
        if number.exact
    ]
    again = trial.again([variant for *_, variant in tried if variant is not None])
    before = again.paid(again.baseline).total
    movements = [
        Movement(str(path), number, larger, Cost(before, again.paid(variant).total, places), by)
        for path, number, larger, variant in tried
        if variant is not None
    ]
    movements.sort(key=lambda movement: -abs(movement.cost.units))
    fixed = tuple(str(path) for path, *_, variant in tried if variant is None)
    return Sensitivity(by, tuple(movements), fixed)
