"""Money under two rulesets, added up on whole numbers of the currency's smallest unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from incentive_engine.decision.amounts import amount, written
from incentive_engine.graph.rounding import Rounding, rounded_ratio

SHARE_PLACES = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """What is paid before (by the baseline) and after (by the proposal).

    It is kept in the currency's smallest unit, `places` decimal places below the currency itself, so that no
    decimal context has a say in any sum.

    >>> cost = Cost(10050, 9900, 2)
    >>> cost.before, cost.after, cost.difference, cost.share
    (Decimal('100.50'), Decimal('99.00'), Decimal('-1.50'), Decimal('-0.0149'))
    """

    units_before: int
    units_after: int
    places: int

    @property
    def before(self) -> Decimal:
        """What the baseline pays."""
        return self._amount(self.units_before)

    @property
    def after(self) -> Decimal:
        """What the proposal pays."""
        return self._amount(self.units_after)

    @property
    def difference(self) -> Decimal:
        """What the proposal pays more; negative where it pays less."""
        return self._amount(self.units)

    @property
    def units(self) -> int:
        """The difference in the currency's smallest unit."""
        return self.units_after - self.units_before

    @property
    def share(self) -> Decimal | None:
        """The difference as a share of what the baseline pays, rounded half up to four places.

        None where the baseline pays nothing or less, because it is a share of nothing then.
        """
        if self.units_before <= 0:
            return None
        grid = 10**SHARE_PLACES
        steps = rounded_ratio(self.units * grid, self.units_before, Rounding.HALF_UP)
        return amount(steps, grid, SHARE_PLACES)

    def to_dict(self) -> dict[str, object]:
        """Return the cost for JSON; amounts are texts, so that no reader makes floats of them."""
        return {
            "before": written(self.before),
            "after": written(self.after),
            "difference": written(self.difference),
            "share": written(self.share),
        }

    def _amount(self, units: int) -> Decimal:
        return amount(units, 10**self.places, self.places)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many gain, lose, or get the same, and how much is gained and lost.

    What is lost is negative: `gained` and `lost` add up to the difference of the costs.
    """

    gainers: int
    losers: int
    unchanged: int
    gained: Decimal
    lost: Decimal

    @property
    def counted(self) -> int:
        """How many there are."""
        return self.gainers + self.losers + self.unchanged

    def to_dict(self) -> dict[str, object]:
        """Return the tally for JSON."""
        return {
            "counted": self.counted,
            "gainers": self.gainers,
            "losers": self.losers,
            "unchanged": self.unchanged,
            "gained": written(self.gained),
            "lost": written(self.lost),
        }


@dataclass(slots=True)
class Tallying:
    """Counts differences in the currency's smallest unit that come in several goes."""

    gainers: int = 0
    losers: int = 0
    unchanged: int = 0
    gained: int = 0
    lost: int = 0

    def add(self, differences: Iterable[int]) -> None:
        """Count some more."""
        for difference in differences:
            if difference > 0:
                self.gainers += 1
                self.gained += difference
            elif difference < 0:
                self.losers += 1
                self.lost += difference
            else:
                self.unchanged += 1

    def tally(self, places: int) -> Tally:
        """Return the tally of all that were counted."""
        gained, lost = (amount(each, 10**places, places) for each in (self.gained, self.lost))
        return Tally(self.gainers, self.losers, self.unchanged, gained, lost)


def tally(differences: Iterable[int], places: int) -> Tally:
    """Return the tally of differences, which are given in the currency's smallest unit.

    >>> tally([300, 0, -50, 0], 2)
    Tally(gainers=1, losers=1, unchanged=2, gained=Decimal('3.00'), lost=Decimal('-0.50'))
    """
    found = Tallying()
    found.add(differences)
    return found.tally(places)
