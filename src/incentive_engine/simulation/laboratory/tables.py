"""The tables of a scenario's result: rows of cells that have an exact value beside the text people read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from incentive_engine.decision.format import digits
from incentive_engine.language.types import MONEY, RATIO
from incentive_engine.simulation.laboratory.distribution import SHARES, Distribution
from incentive_engine.simulation.laboratory.metrics import Mean
from incentive_engine.simulation.laboratory.piloting import Effect, PilotResult
from incentive_engine.simulation.laboratory.result import VariantResult
from incentive_engine.simulation.laboratory.sensitivity import Sensitivity
from incentive_engine.simulation.laboratory.views import Occupancy, OutcomeCost, RankChange, Splitting
from incentive_engine.simulation.tables import NONE, Cell, Table, Tabulator, count_cell, plain_cell

_COSTS = ("before", "after", "difference", "share")
_PEOPLE = ("gainers", "losers", "unchanged")
_SIDES = ("pilot_before", "pilot_during", "control_before", "control_during")
_ENDS = ("lower", "upper")
_PLACES = 4


class ScenarioTabulator(Tabulator):
    """Makes the tables of a scenario's result in one language and for one currency."""

    def variants(self, results: Sequence[VariantResult]) -> Table:
        """Return what each variant costs, and for how many agents it is more or less."""
        is_drawn = any(result.interval.repetitions > 1 for result in results)
        spread = ("low", "high") if is_drawn else ()
        rows = [self._variant(result, is_drawn=is_drawn) for result in results]
        table = self._table("variants", ("proposal", *_COSTS, *spread, *_PEOPLE), rows)
        return _with_points(table, results)

    def _variant(self, result: VariantResult, *, is_drawn: bool) -> list[Cell]:
        interval = result.interval
        ends = (
            [self._money(interval.money(units)) for units in (interval.low, interval.high)]
            if is_drawn
            else []
        )
        variant = result.variant
        return [
            Cell(variant.name, variant.title.in_language(self.form.language)),
            *self._costs(result.cost),
            self._share(result.cost),
            *ends,
            *(count_cell(getattr(result.agents, name)) for name in _PEOPLE),
        ]

    def pilot(self, found: PilotResult) -> Table:
        """Return what a pilot did to pay and to the metrics."""
        rows = [self._effect(effect) for effect in found.effects]
        return self._table("pilot", ("effect", *_SIDES, "effect_size", *_ENDS), rows)

    def _effect(self, effect: Effect) -> list[Cell]:
        means = [*effect.pilot, *effect.control]
        return [
            plain_cell(effect.title.in_language(self.form.language)),
            *(self._of_type(mean.value, effect) for mean in means),
            *(self._of_type(each, effect) for each in (effect.effect, effect.low, effect.high)),
        ]

    def _of_type(self, value: Fraction | None, effect: Effect) -> Cell:
        """Return a value as its type is written, rounded; an empty cell where it is unknown."""
        rounded = Mean(value, 1).rounded(effect.places)
        if rounded is None:
            return NONE
        places = self.form.money_places if effect.type.dimension == MONEY.dimension else effect.places
        shown = Mean(value, 1).rounded(places)
        return Cell(rounded, self.form.value(None if shown is None else Fraction(shown), effect.type))

    def sensitivity(self, found: Sensitivity) -> Table:
        """Return what each number of the baseline moves."""
        rows = [
            [
                plain_cell(movement.path),
                plain_cell(str(movement.before)),
                plain_cell(str(movement.after)),
                *self._costs(movement.cost),
                self._share(movement.cost),
            ]
            for movement in found.movements
        ]
        by = self.form.value(found.by, RATIO)
        return self._table(
            "sensitivity", ("path", "value_before", "value_after", *_COSTS), rows, attribute=by
        )

    def split(self, splitting: Splitting, result: VariantResult) -> Table:
        """Return what is paid by one facet, or by several together."""
        rows = [
            [
                plain_cell(self._joined(splitting.labels(section, self.form))),
                *self._group(section.cost, section.agents),
            ]
            for section in splitting.sections
        ]
        rows.append([self._text("simulation.sum"), *self._group(result.cost, result.agents)])
        titles = [facet.title.in_language(self.form.language) for facet in splitting.facets]
        keys = ("group", "agents", *_COSTS, *_PEOPLE)
        name = f"by:{','.join(facet.name for facet in splitting.facets)}"
        return self._table("groups", keys, rows, name=name, attribute=self._joined(titles), summed=True)

    def _joined(self, labels: Sequence[str]) -> str:
        first, *others = labels
        for other in others:
            first = self._filled("scenario.pair", first=first, second=other)
        return first

    def distribution(self, before: Distribution, after: Distribution) -> Table:
        """Return how the pay of agents is distributed."""
        rows = [
            self._compared("scenario.lowest", before.money(before.lowest), after.money(after.lowest)),
            *(
                self._compared(
                    "scenario.quantile", before.money(old), after.money(new), share=self._per_cent(share)
                )
                for share, old, new in zip(SHARES, before.quantiles, after.quantiles, strict=True)
            ),
            self._compared("scenario.highest", before.money(before.highest), after.money(after.highest)),
            self._compared("scenario.mean", before.rounded_mean, after.rounded_mean),
            [
                self._text("scenario.nothing"),
                *(self._ratio(each.share_with_nothing) for each in (before, after)),
                self._ratio(after.share_with_nothing - before.share_with_nothing, signed=True),
            ],
            [
                self._text("scenario.gini"),
                *(self._coefficient(each.rounded_gini) for each in (before, after)),
                self._coefficient(_difference(before.rounded_gini, after.rounded_gini), signed=True),
            ],
        ]
        return self._table("distribution", ("figure", "before", "after", "difference"), rows)

    def _compared(self, code: str, before: Decimal, after: Decimal, **values: str) -> list[Cell]:
        name = Cell(code.removeprefix("scenario."), self._filled(code, **values))
        return [name, self._money(before), self._money(after), self._more(after - before)]

    def _per_cent(self, share: Fraction) -> str:
        return self.form.value(share, RATIO)

    def _ratio(self, value: Decimal, *, signed: bool = False) -> Cell:
        text = self.form.value(Fraction(value), RATIO, _PLACES)
        return Cell(value, self._with_sign(value, text) if signed else text)

    def _coefficient(self, value: Decimal | None, *, signed: bool = False) -> Cell:
        if value is None:
            return NONE
        text = digits(Fraction(value), _PLACES)
        return Cell(value, self._with_sign(value, text) if signed else text)

    def occupancy(self, every: Iterable[Occupancy]) -> Table:
        """Return in how many decisions each band and grade is reached."""
        rows = [
            [
                Cell(each.rule, each.title.in_language(self.form.language)),
                Cell(band.band, self._filled("scenario.no_band") if band.band is None else band.band),
                count_cell(band.before),
                count_cell(band.after),
                Cell(band.after - band.before, self._signed_count(band.after - band.before)),
            ]
            for each in every
            for band in each.bands
        ]
        return self._table(
            "occupancy", ("rule", "band", "decisions_before", "decisions_after", "change"), rows
        )

    def _signed_count(self, number: int) -> str:
        return self._with_sign(Decimal(number), digits(Fraction(number)))

    def ranks(self, changes: Iterable[RankChange]) -> Table:
        """Return whose place in a star award changes, or who wins it or wins it no more."""
        rows = [
            [
                Cell(each.rule, each.title.in_language(self.form.language)),
                plain_cell(each.agent),
                plain_cell(each.period),
                self._place(each.place_before, won=each.won_before),
                self._place(each.place_after, won=each.won_after),
                *self._costs(each.cost),
            ]
            for each in changes
        ]
        keys = ("rule", "agent", "period", "place_before", "place_after", *_COSTS[:3])
        return self._table("ranks", keys, rows)

    def _place(self, place: int | None, *, won: bool) -> Cell:
        if place is None:
            return Cell(None, self._filled("scenario.unranked"))
        return Cell(place, self._filled("scenario.won" if won else "scenario.place", place=str(place)))

    def outcome(self, cost: OutcomeCost) -> Table:
        """Return what one unit of the outcome costs."""
        sums = [digits(value) for value in (cost.before, cost.after, cost.after - cost.before)]
        units = (cost.unit_before, cost.unit_after)
        difference = _difference(*units)
        rows = [
            [
                Cell("outcome", cost.title.in_language(self.form.language)),
                *(plain_cell(text) for text in sums),
            ],
            [
                self._text("scenario.unit_cost"),
                *(
                    NONE if each is None else Cell(each, digits(Fraction(each), cost.cost.places))
                    for each in units
                ),
                NONE
                if difference is None
                else Cell(difference, self._with_sign(difference, str(difference))),
            ],
        ]
        return self._table("outcome", ("figure", "before", "after", "difference"), rows)


def _with_points(table: Table, results: Sequence[VariantResult]) -> Table:
    """Return a table of variants with a column for each number of the sweep; one proposal needs no name."""
    points = [result.variant.point for result in results]
    paths = tuple(dict.fromkeys(setting.path for point in points for setting in point))
    first = 1 if paths and len({result.variant.proposal for result in results}) == 1 else 0
    rows = tuple(
        (*row[first:1], *(plain_cell(setting.value) for setting in point), *row[1:])
        for row, point in zip(table.rows, points, strict=True)
    )
    # The section goes without saying: `csat_target` is a parameter.
    titles = [path.partition(".")[2] for path in paths]
    return replace(
        table,
        keys=(*table.keys[first:1], *paths, *table.keys[1:]),
        columns=(*table.columns[first:1], *titles, *table.columns[1:]),
        numeric=(*table.numeric[first:1], *(True for _ in paths), *table.numeric[1:]),
        rows=rows,
    )


def _difference(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return None if before is None or after is None else after - before
