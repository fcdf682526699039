"""How metrics move: their means in the data, and as they are assumed to become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from incentive_engine.decision.amounts import Known, amount, written
from incentive_engine.graph.rounding import Rounding, rounded_ratio
from incentive_engine.language.types import BOOLEAN, Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.simulation.laboratory.tried import Tried
from incentive_engine.simulation.laboratory.variants import Variant
from incentive_engine.texts import Language

# A mean is shown with so many places more than what it is the mean of.
_MORE_PLACES = 2


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of what is known, exact, and of how many values it is; None where nothing is known."""

    value: Fraction | None
    known: int

    def rounded(self, places: int) -> Decimal | None:
        """Return the mean rounded half up."""
        if self.value is None:
            return None
        steps = self.value * 10**places
        units = rounded_ratio(steps.numerator, steps.denominator, Rounding.HALF_UP)
        return amount(units, 10**places, places)


@dataclass(frozen=True, slots=True)
class MetricMovement:
    """The mean of a metric over the decisions that are counted, in the data and under a proposal.

    Both are in the unit of the metric's type: ratios as shares of 1, durations in seconds.
    """

    name: str
    title: Title
    type: Type
    places: int
    before: Mean
    after: Mean

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the movement for JSON; the means are rounded, as texts."""
        return {
            "metric": self.name,
            "title": self.title.in_language(language),
            "before": written(self.before.rounded(self.places)),
            "after": written(self.after.rounded(self.places)),
            "known_before": self.before.known,
            "known_after": self.after.known,
        }


def metric_movements(trial: Tried, variant: Variant, repetition: int) -> Iterator[MetricMovement]:
    """Yield the means of the numbers that the baseline measures, in the order in which it declares them."""
    for field in trial.scenario.baseline.policy.fields:
        if field.metric and field.type is not BOOLEAN:
            before, after = (
                mean(trial.metric(field.name, each, number))
                for each, number in ((trial.baseline, 1), (variant, repetition))
            )
            places = field.places + _MORE_PLACES
            yield MetricMovement(field.name, field.title, field.type, places, before, after)


def mean(values: Sequence[Known | None]) -> Mean:
    """Return the mean of those values that are known.

    >>> mean([Fraction(1), None, Fraction(2)])
    Mean(value=Fraction(3, 2), known=2)
    """
    known = [Fraction(value) for value in values if value is not None]
    return Mean(sum(known, Fraction(0)) / len(known) if known else None, len(known))
