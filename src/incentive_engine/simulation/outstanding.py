"""What is in no cost and may still be paid: decisions that are open, and shares that are deferred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction

from incentive_engine.decision.decision import Status
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue
from incentive_engine.language.types import MONEY
from incentive_engine.simulation.cost import Cost


@dataclass(frozen=True, slots=True)
class Undecided:
    """How many decisions of one ruleset are incomplete or held: what they may still pay is in no cost."""

    incomplete: int
    held: int

    @classmethod
    def of(cls, statuses: Iterable[Status]) -> Undecided:
        """Return how many of some decisions are undecided.

        >>> Undecided.of(["final", "held", "held"])
        Undecided(incomplete=0, held=2)
        """
        counts = Counter(statuses)
        return cls(counts["incomplete"], counts["held"])

    @property
    def decisions(self) -> int:
        """How many there are."""
        return self.incomplete + self.held

    def to_dict(self) -> dict[str, object]:
        """Return the counts for JSON."""
        return asdict(self)


def told_outstanding(before: Undecided, after: Undecided, deferred: Cost) -> Iterator[ExplainedStep]:
    """Yield what stands under a cost, because it is not in it; nothing where there is nothing of the sort."""
    if before.decisions or after.decisions:
        counts = {
            "incomplete_before": before.incomplete,
            "held_before": before.held,
            "incomplete_after": after.incomplete,
            "held_after": after.held,
        }
        yield ExplainedStep("simulation.undecided", {name: f"{count:,}" for name, count in counts.items()})
    if deferred.units_before or deferred.units_after:
        yield ExplainedStep(
            "simulation.deferred",
            {
                "before": ExplainedValue(Fraction(deferred.before), MONEY),
                "after": ExplainedValue(Fraction(deferred.after), MONEY),
            },
        )
