"""What changes from the baseline to one variant, seen from all sides: the parts of a result, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction

from incentive_engine.decision.amounts import Known, PlainValue, amount, plain, written
from incentive_engine.decision.format import Format
from incentive_engine.graph.rounding import Rounding, rounded_ratio
from incentive_engine.language.types import Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.simulation.cost import Cost, Tally
from incentive_engine.texts import Language, entry

# The cost of one unit of an outcome has so many places more than money has.
_MORE_PLACES = 2


@dataclass(frozen=True, slots=True)
class Facet:
    """An attribute or metric, or the period, that results are split by."""

    name: str
    title: Title
    type: Type
    places: int

    def label(self, value: Known | None, form: Format) -> str:
        """Return a value as people read it."""
        if value is None:
            return entry("simulation.missing").texts[form.language]
        return form.value(value, self.type, self.places)


@dataclass(frozen=True, slots=True)
class Section:
    """The decisions in which the facets of a split have these values; None is where one is missing."""

    values: tuple[Known | None, ...]
    cost: Cost
    agents: Tally
    decisions: Tally


@dataclass(frozen=True, slots=True)
class Splitting:
    """All decisions, split by one facet or by several together."""

    facets: tuple[Facet, ...]
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """The names of the facets, such as `team, level`."""
        return ", ".join(facet.name for facet in self.facets)

    def values(self, section: Section) -> tuple[PlainValue, ...]:
        """Return a section's values as Python has them."""
        return tuple(
            plain(value, facet.type) for facet, value in zip(self.facets, section.values, strict=True)
        )

    def labels(self, section: Section, form: Format) -> list[str]:
        """Return a section's values as people read them."""
        return [facet.label(value, form) for facet, value in zip(self.facets, section.values, strict=True)]

    def to_dict(self, form: Format) -> dict[str, object]:
        """Return the split for JSON."""
        return {
            "names": [facet.name for facet in self.facets],
            "titles": [facet.title.in_language(form.language) for facet in self.facets],
            "groups": [
                {
                    "values": [written(value) for value in self.values(section)],
                    "labels": self.labels(section, form),
                    **section.cost.to_dict(),
                    "agents": section.agents.to_dict(),
                    "decisions": section.decisions.to_dict(),
                }
                for section in self.sections
            ],
        }


@dataclass(frozen=True, slots=True)
class BandCount:
    """In how many decisions a band or grade is reached; None counts those without any."""

    band: str | None
    before: int
    after: int

    def to_dict(self) -> dict[str, object]:
        """Return the count for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Who stands in which band or grade of a rule. Bands are the same where they are called the same."""

    rule: str
    result: str
    title: Title
    bands: tuple[BandCount, ...]

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the occupancy for JSON."""
        return {
            "rule": self.rule,
            "result": self.result,
            "title": self.title.in_language(language),
            "bands": [each.to_dict() for each in self.bands],
        }


@dataclass(frozen=True, slots=True)
class RankChange:
    """An agent whose place in a star award, or whose winning, is not the same; None is unranked."""

    rule: str
    title: Title
    agent: str
    period: str
    place_before: int | None
    place_after: int | None
    won_before: bool
    won_after: bool
    cost: Cost

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the change for JSON."""
        return {
            "rule": self.rule,
            "title": self.title.in_language(language),
            "agent": self.agent,
            "period": self.period,
            "place_before": self.place_before,
            "place_after": self.place_after,
            "won_before": self.won_before,
            "won_after": self.won_after,
            **self.cost.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class OutcomeCost:
    """What one unit of the outcome costs, before and after.

    `before` and `after` are the outcome in all, exact; where it is unknown for a decision it counts as
    nothing, and `unknown_before` and `unknown_after` say in how many decisions that is so.
    """

    title: Title
    cost: Cost
    before: Fraction
    after: Fraction
    unknown_before: int
    unknown_after: int

    @property
    def unit_before(self) -> Decimal | None:
        """What one unit costs before, rounded half up; None where there is no outcome."""
        return self._unit(self.cost.units_before, self.before)

    @property
    def unit_after(self) -> Decimal | None:
        """What one unit costs after, rounded half up; None where there is no outcome."""
        return self._unit(self.cost.units_after, self.after)

    def _unit(self, units: int, outcome: Fraction) -> Decimal | None:
        if outcome <= 0:
            return None
        each = Fraction(units) / outcome * 10**_MORE_PLACES
        places = self.cost.places + _MORE_PLACES
        return amount(rounded_ratio(each.numerator, each.denominator, Rounding.HALF_UP), 10**places, places)

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the cost for JSON."""
        return {
            "title": self.title.in_language(language),
            "outcome_before": str(self.before),
            "outcome_after": str(self.after),
            "unknown_before": self.unknown_before,
            "unknown_after": self.unknown_after,
            "unit_before": written(self.unit_before),
            "unit_after": written(self.unit_after),
        }


def band_counts(before: Mapping[str | None, int], after: Mapping[str | None, int]) -> Iterator[BandCount]:
    """Yield the counts of all bands: those of the baseline in their order, then new ones, then none."""
    for band in dict.fromkeys((*before, *after)):
        if band is not None:
            yield BandCount(band, before.get(band, 0), after.get(band, 0))
    without = before.get(None, 0), after.get(None, 0)
    if any(without):
        yield BandCount(None, *without)


def changed_sum(before: Iterable[int], after: Sequence[int], places: int) -> Cost:
    """Return what sums of amounts in the smallest unit come to."""
    return Cost(sum(before), sum(after), places)
