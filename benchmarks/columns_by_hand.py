"""The policy of `policy.yaml` for a whole population, as it is written by hand for other engines, in floats.

Each takes a polars frame of floats, brings it into its own form beforehand, and returns a function that gives
the totals as a polars series.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import numpy as np

    ValueOf = Callable[[str, object], np.ndarray]

Totals = Callable[[], pl.Series]

# What the policy tells apart.
_COMPLIANCE_FLOOR = 0.95
_FAIR, _GOOD, _BEST = 70, 80, 90
_TOO_LATE = 3
_STAR = 1000.0
_NUMBERS = (
    "base_salary", "handled", "complexity", "csat", "first_response", "compliance", "late_count",
    "pii_breaches",
)  # fmt: skip
_KEPT_COLUMNS = ("score", "volume", "quality", "punctuality")


def float_lines(frame: pl.DataFrame) -> pl.LazyFrame:
    """Return what the policy pays by line, and `earned`, as somebody writes it who wants it fast."""

    def points(name: str, zero_at: float, full_at: float) -> pl.Expr:
        return ((pl.col(name) - zero_at) / (full_at - zero_at)).clip(0, 1) * 100

    score = (
        points("csat", 0.70, 0.95) * 0.5
        + points("first_response", 300, 30) * 0.3
        + points("compliance", 0.90, 1.0) * 0.2
    ).round(2, mode="half_away_from_zero")
    workload = pl.col("handled") * pl.col("complexity")
    slices = (
        (workload.clip(500, 1000) - 500) * 1.50
        + (workload.clip(1000, 1500) - 1000) * 2.25
        + (workload.clip(lower_bound=1500) - 1500) * 3
    )
    kept = pl.when(pl.col("compliance") < _COMPLIANCE_FLOOR).then(0.5).otherwise(1.0)
    quality = (
        pl.when(pl.col("score") < _FAIR).then(0.0).when(pl.col("score") < _GOOD).then(200.0)
        .when(pl.col("score") < _BEST).then(500.0).otherwise(900.0)
    )  # fmt: skip
    volume = pl.min_horizontal(slices * pl.col("score") / 100, pl.col("base_salary") * 0.3)
    return (
        frame.lazy()
        .with_columns(score=score)
        .with_columns(
            volume=(volume.round(2, mode="half_away_from_zero") * kept).round(2, mode="half_away_from_zero"),
            quality=quality * kept,
            punctuality=pl.when(pl.col("late_count") <= 0).then(200.0).otherwise(0.0),
        )
        .with_columns(earned=pl.col("volume") + pl.col("quality") + pl.col("punctuality"))
    )


def _total(earned: pl.Expr) -> pl.Expr:
    late = pl.col("late_count")
    deducted = (
        pl.when(late >= _TOO_LATE).then((earned - 50 * (late - 2)).clip(lower_bound=0)).otherwise(earned)
    )
    return pl.when(pl.col("pii_breaches") > 0).then(0.0).otherwise(deducted)


def float_polars(frame: pl.DataFrame) -> Totals:
    """Return the policy in polars."""
    lines = float_lines(frame).with_columns(total=_total(pl.col("earned")))
    return lambda: lines.select("total", *_KEPT_COLUMNS).collect()["total"]


def float_polars_of_texts(frame: pl.DataFrame) -> Totals:
    """Return the policy in polars from a table of text, whose cells are trusted to be numbers."""

    def totals() -> pl.Series:
        return float_polars(frame.with_columns(pl.col(name).cast(pl.Float64) for name in _NUMBERS))()

    return totals


def float_polars_with_star(frame: pl.DataFrame) -> Totals:
    """Return the policy in polars with a prize for the best score of each team."""
    rank = pl.col("score").rank("min", descending=True).over("team")
    star = pl.when(rank == 1).then(_STAR).otherwise(0.0)
    lines = float_lines(frame).with_columns(star=star)
    lines = lines.with_columns(total=_total(pl.col("earned") + pl.col("star")))
    return lambda: lines.select("total", "star", *_KEPT_COLUMNS).collect()["total"]


def pandas(frame: pl.DataFrame) -> Totals:
    """Return the policy in pandas."""
    import numpy as np  # noqa: PLC0415 -- for the benchmarks only
    import pandas as pd  # noqa: PLC0415 -- the same

    data = pd.DataFrame({name: frame[name].to_numpy() for name in frame.columns})

    def totals() -> pl.Series:
        def points(name: str, zero_at: float, full_at: float) -> pd.Series:
            return ((data[name] - zero_at) / (full_at - zero_at)).clip(0, 1) * 100

        score = (
            points("csat", 0.70, 0.95) * 0.5
            + points("first_response", 300, 30) * 0.3
            + points("compliance", 0.90, 1.0) * 0.2
        ).round(2)
        workload = data["handled"] * data["complexity"]
        slices = (
            (workload.clip(500, 1000) - 500) * 1.50
            + (workload.clip(1000, 1500) - 1000) * 2.25
            + (workload.clip(lower=1500) - 1500) * 3
        )
        kept = np.where(data["compliance"] < _COMPLIANCE_FLOOR, 0.5, 1.0)
        volume = np.minimum(slices * score / 100, data["base_salary"] * 0.3).round(2)
        volume = (volume * kept).round(2)
        quality = np.select([score < _FAIR, score < _GOOD, score < _BEST], [0.0, 200.0, 500.0], 900.0) * kept
        earned = volume + quality + np.where(data["late_count"] <= 0, 200.0, 0.0)
        late = data["late_count"]
        deducted = np.where(late >= _TOO_LATE, (earned - 50 * (late - 2)).clip(lower=0), earned)
        return pl.Series(np.where(data["pii_breaches"] > 0, 0.0, deducted))

    return totals


_SQL = """
WITH scored AS (
    SELECT *, round(
        least(greatest((csat - 0.70) / 0.25, 0), 1) * 100 * 0.5
        + least(greatest((300 - first_response) / 270, 0), 1) * 100 * 0.3
        + least(greatest((compliance - 0.90) / 0.10, 0), 1) * 100 * 0.2, 2) AS score,
        handled * complexity AS workload
    FROM population
), lines AS (
    SELECT *, CASE WHEN compliance < 0.95 THEN 0.5 ELSE 1 END AS kept, round(least((
        CASE WHEN workload <= 500 THEN 0
             WHEN workload <= 1000 THEN (workload - 500) * 1.50
             WHEN workload <= 1500 THEN 750 + (workload - 1000) * 2.25
             ELSE 1875 + (workload - 1500) * 3 END) * score / 100, base_salary * 0.30), 2) AS volume,
        CASE WHEN score < 70 THEN 0 WHEN score < 80 THEN 200 WHEN score < 90 THEN 500 ELSE 900 END AS quality,
        CASE WHEN late_count <= 0 THEN 200 ELSE 0 END AS punctuality
    FROM scored
), earned AS (
    SELECT *, round(volume * kept, 2) + quality * kept + punctuality AS earned FROM lines
)
SELECT CASE WHEN pii_breaches > 0 THEN 0
            WHEN late_count >= 3 THEN greatest(earned - 50 * (late_count - 2), 0)
            ELSE earned END AS total, score, volume, quality, punctuality
FROM earned
"""
_DECIMALS = {"base_salary": 2, "complexity": 2, "csat": 4, "first_response": 1, "compliance": 4}


def duckdb(frame: pl.DataFrame, *, decimals: bool) -> Totals:
    """Return the policy in DuckDB, on DOUBLE or on DECIMAL, where a division still gives DOUBLE."""
    import duckdb as engine  # noqa: PLC0415 -- for the benchmarks only

    connection = engine.connect()
    connection.register("given", frame.to_arrow())
    columns = ", ".join(
        f"CAST({name} AS DECIMAL(12, {_DECIMALS[name]})) AS {name}"
        if decimals and name in _DECIMALS
        else name
        for name in frame.columns
    )
    connection.execute(f"CREATE TABLE population AS SELECT {columns} FROM given")  # noqa: S608 -- names of this file
    return lambda: pl.DataFrame(connection.sql(_SQL))["total"].cast(pl.Float64)


def openfisca(frame: pl.DataFrame) -> Totals:
    """Return the policy in OpenFisca-core, whose amounts are floats of 32 bits."""
    import numpy as np  # noqa: PLC0415 -- for the benchmarks only
    from openfisca_core.entities import build_entity  # noqa: PLC0415 -- the same
    from openfisca_core.periods import MONTH  # noqa: PLC0415 -- the same
    from openfisca_core.simulations import SimulationBuilder  # noqa: PLC0415 -- the same
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # noqa: PLC0415 -- the same
    from openfisca_core.variables import Variable  # noqa: PLC0415 -- the same

    period = "2026-03"
    agent = build_entity(key="agent", plural="agents", label="agent", is_person=True)
    inputs = [name for name in frame.columns if name not in ("agent_id", "month", "team")]

    def points(value: np.ndarray, zero_at: float, full_at: float) -> np.ndarray:
        return np.clip((value - zero_at) / (full_at - zero_at), 0, 1) * 100

    def score(agents: ValueOf, at: object) -> np.ndarray:
        parts = (
            points(agents("csat", at), 0.70, 0.95) * 0.5
            + points(agents("first_response", at), 300, 30) * 0.3
            + points(agents("compliance", at), 0.90, 1.0) * 0.2
        )
        return np.round(parts, 2)

    def volume(agents: ValueOf, at: object) -> np.ndarray:
        work = agents("handled", at) * agents("complexity", at)
        slices = (
            (np.clip(work, 500, 1000) - 500) * 1.50
            + (np.clip(work, 1000, 1500) - 1000) * 2.25
            + (np.maximum(work, 1500) - 1500) * 3
        )
        capped = np.minimum(slices * agents("score", at) / 100, agents("base_salary", at) * 0.3)
        kept = np.where(agents("compliance", at) < _COMPLIANCE_FLOOR, 0.5, 1.0)
        return np.round(np.round(capped, 2) * kept, 2)

    def quality(agents: ValueOf, at: object) -> np.ndarray:
        reached = agents("score", at)
        paid = np.select([reached < _FAIR, reached < _GOOD, reached < _BEST], [0.0, 200.0, 500.0], 900.0)
        return paid * np.where(agents("compliance", at) < _COMPLIANCE_FLOOR, 0.5, 1.0)

    def total(agents: ValueOf, at: object) -> np.ndarray:
        late = agents("late_count", at)
        earned = agents("volume", at) + agents("quality", at) + np.where(late <= 0, 200.0, 0.0)
        deducted = np.where(late >= _TOO_LATE, np.maximum(earned - 50 * (late - 2), 0), earned)
        return np.where(agents("pii_breaches", at) > 0, 0.0, deducted)

    system = TaxBenefitSystem([agent])
    shared = {"value_type": float, "entity": agent, "definition_period": MONTH, "label": ""}
    formulas = {"score": score, "volume": volume, "quality": quality, "total": total}
    for name in inputs:
        system.add_variable(type(name, (Variable,), dict(shared)))
    for name, formula in formulas.items():
        system.add_variable(type(name, (Variable,), {**shared, "formula": formula}))
    values = {name: frame[name].cast(pl.Float64).to_numpy() for name in inputs}

    def totals() -> pl.Series:
        simulation = SimulationBuilder().build_default_simulation(system, frame.height)
        for name, array in values.items():
            simulation.set_input(name, period, array)
        return pl.Series(simulation.calculate("total", period)).cast(pl.Float64)

    return totals
