"""How pay is distributed over agents: exact, and by definitions that can be looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from incentive_engine.decision.amounts import amount, written
from incentive_engine.graph.rounding import Rounding, rounded_ratio

SHARES = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10))
"""The quantiles that are shown: deciles, quartiles and the median."""

_SHARE_PLACES = 4


def quantile(ascending: Sequence[int], share: Fraction) -> int:
    """Return the least value that at least this share of all values does not exceed.

    It is one of the values: the inverse of the empirical distribution function, definition 1 of Hyndman and
    Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996). There has to be one.

    >>> [quantile([10, 20, 30, 40], share) for share in (Fraction(1, 4), Fraction(1, 2), Fraction(9, 10))]
    [10, 20, 40]
    """
    count = -(-len(ascending) * share.numerator // share.denominator)
    return ascending[max(count, 1) - 1]


def gini(ascending: Sequence[int]) -> Fraction | None:
    """Return the Gini coefficient: half the relative mean difference of all pairs, 0 where all get the same.

    The sum of (2i - n - 1) x_i over n times the sum of x_i, for the i-th of n values from below (Gini 1912;
    in this form Sen, "On Economic Inequality", 1973). None where nothing is paid in all or somebody pays in.

    >>> gini([0, 0, 100]), gini([50, 50]), gini([])
    (Fraction(2, 3), Fraction(0, 1), None)
    """
    total = sum(ascending)
    if total <= 0 or ascending[0] < 0:
        return None
    count = len(ascending)
    weighted = sum((2 * number - count - 1) * value for number, value in enumerate(ascending, start=1))
    return Fraction(weighted, count * total)


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the pay of agents over all counted periods is distributed.

    `quantiles` are in the currency's smallest unit, for the shares of `SHARES`. `nothing` counts the agents
    who get nothing, or less. `mean` is exact.
    """

    agents: int
    lowest: int
    quantiles: tuple[int, ...]
    highest: int
    mean: Fraction
    nothing: int
    gini: Fraction | None
    places: int

    def money(self, units: int) -> Decimal:
        """Return an amount in the currency."""
        return amount(units, 10**self.places, self.places)

    @property
    def rounded_mean(self) -> Decimal:
        """The mean, rounded half up to the smallest unit."""
        units = rounded_ratio(self.mean.numerator, self.mean.denominator, Rounding.HALF_UP)
        return self.money(units)

    @property
    def rounded_gini(self) -> Decimal | None:
        """The Gini coefficient, rounded half up to four places."""
        return None if self.gini is None else rounded_share(self.gini)

    @property
    def share_with_nothing(self) -> Decimal:
        """The share of agents who get nothing, rounded half up to four places."""
        return rounded_share(Fraction(self.nothing, self.agents))

    def to_dict(self) -> dict[str, object]:
        """Return the distribution for JSON; amounts are texts."""
        return {
            "agents": self.agents,
            "lowest": written(self.money(self.lowest)),
            "quantiles": {
                str(share): written(self.money(units))
                for share, units in zip(SHARES, self.quantiles, strict=True)
            },
            "highest": written(self.money(self.highest)),
            "mean": written(self.rounded_mean),
            "nothing": self.nothing,
            "share_with_nothing": written(self.share_with_nothing),
            "gini": written(self.rounded_gini),
        }


def rounded_share(value: Fraction) -> Decimal:
    """Return a share rounded half up to four places."""
    grid = 10**_SHARE_PLACES
    return amount(
        rounded_ratio(value.numerator * grid, value.denominator, Rounding.HALF_UP), grid, _SHARE_PLACES
    )


def distribution(pay: Sequence[int], places: int) -> Distribution | None:
    """Return the distribution of what agents are paid, in the smallest unit; None where there is nobody."""
    if not pay:
        return None
    ascending = sorted(pay)
    return Distribution(
        agents=len(ascending),
        lowest=ascending[0],
        quantiles=tuple(quantile(ascending, share) for share in SHARES),
        highest=ascending[-1],
        mean=Fraction(sum(ascending), len(ascending)),
        nothing=sum(1 for each in ascending if each <= 0),
        gini=gini(ascending),
        places=places,
    )


@dataclass(frozen=True, slots=True)
class Interval:
    """What the cost comes to in several repetitions, in the currency's smallest unit.

    `low` and `high` hold the middle nine tenths of the repetitions between them, by `quantile`.
    """

    repetitions: int
    lowest: int
    low: int
    median: int
    high: int
    highest: int
    places: int

    def money(self, units: int) -> Decimal:
        """Return an amount in the currency."""
        return amount(units, 10**self.places, self.places)

    def to_dict(self) -> dict[str, object]:
        """Return the interval for JSON; amounts are texts."""
        names = ("lowest", "low", "median", "high", "highest")
        return {
            "repetitions": self.repetitions,
            **{name: written(self.money(getattr(self, name))) for name in names},
        }


def interval(costs: Sequence[int], places: int) -> Interval:
    """Return the interval of the costs of repetitions, of which there is at least one."""
    ascending = sorted(costs)
    low, median, high = (quantile(ascending, Fraction(each, 20)) for each in (1, 10, 19))
    return Interval(len(ascending), ascending[0], low, median, high, ascending[-1], places)
