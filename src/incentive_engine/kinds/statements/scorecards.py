"""What scorecards say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from incentive_engine.kinds.statement import Grid, Listed, Statement, Told
from incentive_engine.kinds.statements.common import band_grid
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar

if TYPE_CHECKING:
    from incentive_engine.kinds.scorecard import Perspective, Scorecard
    from incentive_engine.kinds.scoring import Measure
    from incentive_engine.ruleset.bands import Band

_HEADINGS = tuple(f"handbook.column.{name}" for name in ("measure", "weight", "scored", "unknown"))


def scorecard_statements(rule: Scorecard) -> tuple[Statement, ...]:
    """Return the perspectives with their measures, and the grades."""
    perspectives = [
        statement
        for name, perspective in rule.perspectives.items()
        for statement in _perspective(name, perspective)
    ]
    return (
        Statement("handbook.scorecard.normalised" if rule.weights else "handbook.scorecard"),
        *perspectives,
        *_grades(rule),
    )


def _perspective(name: Scalar, perspective: Perspective) -> Iterator[Statement]:
    title = perspective.title or Title(str(name), str(name))
    values: dict[str, Told] = {"name": title}
    code = "handbook.scorecard.group"
    if perspective.weight is not None:
        values["weight"] = perspective.weight
        code = "handbook.scorecard.perspective"
    rows = tuple(
        (_name(measure), measure.weight, _scored(measure), _unknown(measure))
        for measure in perspective.measures
    )
    yield Statement(code, values, grid=Grid(_HEADINGS, rows))
    for measure in perspective.measures:
        if measure.tiers is not None:
            grid = band_grid(measure.tiers, "handbook.column.points", _points)
            yield Statement("handbook.scorecard.bands", {"name": _name(measure)}, grid=grid)


def _points(band: Band) -> tuple[Told, ...]:
    return tuple(getattr(band, "points", ()))


def _name(measure: Measure) -> Told:
    return measure.title or measure.source


def _scored(measure: Measure) -> Statement:
    if measure.zero_at is not None and measure.full_at is not None:
        values: dict[str, Told] = {"zero": measure.zero_at, "full": measure.full_at}
        return Statement("handbook.scored.line", values)
    if measure.attainment is not None:
        if measure.cap is None:
            return Statement("handbook.scored.attainment", {"target": measure.attainment})
        capped: dict[str, Told] = {"target": measure.attainment, "cap": measure.cap}
        return Statement("handbook.scored.attainment_capped", capped)
    if measure.table is not None:
        return Statement("handbook.scored.table", {"table": measure.table})
    if measure.tiers is not None:
        return Statement("handbook.scored.bands")
    return _by_standing(measure)


def _by_standing(measure: Measure) -> Statement:
    match measure.percentile:
        case None:
            return Statement("handbook.scored.as_is")
        case Scalar() as group:
            if group == "all":
                return Statement("handbook.scored.percentile")
            return Statement("handbook.scored.percentile_within", {"group": group})
        case values:
            return Statement("handbook.scored.reference", {"values": Listed(values)})


def _unknown(measure: Measure) -> Statement:
    if measure.unknown is None:
        return Statement("handbook.unknown.all")
    if isinstance(measure.unknown, Scalar) and measure.unknown == "reweigh":
        return Statement("handbook.unknown.reweigh")
    return Statement("handbook.unknown.value", {"points": measure.unknown})


def _grades(rule: Scorecard) -> tuple[Statement, ...]:
    if not rule.grades:
        return ()
    rows = tuple((str(name), lowest) for name, lowest in rule.grades.items())
    columns = ("handbook.column.grade", "handbook.column.lowest")
    return (Statement("handbook.scorecard.grades", grid=Grid(columns, rows)),)
