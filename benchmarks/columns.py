"""A population in columns, beside the same policy in hand-written float polars, with the wrong cents of each.

Run it with `python -m benchmarks.columns [rows]` from the folder of the checkout, after
`pip install 'incentive-engine[columns]'`. Each time of the engine is divided by a time of the baseline taken
just before it; what is printed are the medians of these ratios.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import polars as pl

from benchmarks.by_hand import cents
from benchmarks.rows import Row, even, realistic
from incentive_engine import Ruleset, load_ruleset
from incentive_engine.evaluate.columns.evaluator import AGENT, ColumnEvaluator
from incentive_engine.graph.nodes import Node
from incentive_engine.ruleset.period import Cadence, parse_period

_POLICY = Path(__file__).with_name("policy.yaml")
_ROUNDS = 7
_DIFFERENT = 20_000  # Rows that differ; the rest repeats them.
_PERIOD = parse_period("2026-03", Cadence.MONTH)
# What the policy tells apart.
_COMPLIANCE_FLOOR = 0.95
_FAIR, _GOOD, _BEST = 70, 80, 90
_TOO_LATE = 3


def float_total(frame: pl.DataFrame) -> pl.Series:
    """Return what the policy pays, in floats, as somebody writes it who wants it fast."""

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
    late = pl.col("late_count")
    lines = (
        frame.lazy()
        .with_columns(score=score)
        .with_columns(
            volume=(volume.round(2, mode="half_away_from_zero") * kept).round(2, mode="half_away_from_zero"),
            quality=quality * kept,
            punctuality=pl.when(late <= 0).then(200.0).otherwise(0.0),
        )
    )
    earned = pl.col("volume") + pl.col("quality") + pl.col("punctuality")
    deducted = (
        pl.when(late >= _TOO_LATE).then((earned - 50 * (late - 2)).clip(lower_bound=0)).otherwise(earned)
    )
    total = pl.when(pl.col("pii_breaches") > 0).then(0.0).otherwise(deducted)
    kept_columns = ["score", "volume", "quality", "punctuality"]
    return lines.with_columns(total=total).select("total", *kept_columns).collect()["total"]


def integer_frame(ruleset: Ruleset, floats: pl.DataFrame) -> pl.DataFrame:
    """Return the same population as integers on the grids of its fields."""
    places = {field.name: field.places for field in ruleset.policy.fields}
    return floats.select(
        pl.col("agent_id").alias(AGENT),
        *((pl.col(name) * 10 ** places[name]).round().cast(pl.Int64) for name in ruleset.input_names),
    )


def ratio(run: Callable[[], object], baseline: Callable[[], object]) -> tuple[float, float]:
    """Return the median of the baseline's time over that of a run, and the median time of a run."""
    ratios: list[float] = []
    times: list[float] = []
    for _ in range(_ROUNDS):
        start = perf_counter()
        baseline()
        between = perf_counter()
        run()
        times.append(perf_counter() - between)
        ratios.append((between - start) / times[-1])
    return median(ratios), median(times)


def wrong(found: list[int], rows: list[Row]) -> int:
    """Return how many totals in cents are not those that fractions give."""
    return sum(given != cents(row) for given, row in zip(found, rows, strict=True))


def main(count: int) -> None:
    """Print the table."""
    ruleset = load_ruleset(_POLICY)
    policy = ruleset.policy
    evaluator = ColumnEvaluator(policy.program, policy.watched())
    finals: dict[str, Node] = {
        str(line.rule.id): line.final for line in policy.lines if line.final is not None
    }
    wanted = {"total": policy.total, **finals}
    for name, draw in (("realistic", realistic), ("even", even)):
        rows = draw(_DIFFERENT)
        Random(1).shuffle(rows)
        floats = pl.DataFrame(rows)
        integers = integer_frame(ruleset, floats)
        by_floats = (float_total(floats) * 100).round().cast(pl.Int64).to_list()
        by_columns = evaluator.evaluate({_PERIOD: integers}, wanted)[_PERIOD].frame["total"].to_list()
        print(f"{name}: wrong of {len(rows)}: float polars {wrong(by_floats, rows)}, "
              f"columns {wrong(by_columns, rows)}")  # fmt: skip
        copies = -(-count // len(rows))
        floats = pl.concat([floats] * copies).head(count).with_columns(
            agent_id=pl.format("A{}", pl.int_range(pl.len()))
        ).rechunk()  # fmt: skip
        integers = integer_frame(ruleset, floats).rechunk()

        def from_integers(frame: pl.DataFrame = integers) -> object:
            return evaluator.evaluate({_PERIOD: frame}, wanted)

        def from_floats(frame: pl.DataFrame = floats) -> object:
            return ruleset.evaluate_frame(frame)

        def by_hand(frame: pl.DataFrame = floats) -> object:
            return float_total(frame)

        for what, run in (("integer columns", from_integers), ("float columns, checked", from_floats)):
            faster, seconds = ratio(run, by_hand)
            print(f"{name}: {what}: {faster:.2f} x float polars, {count / seconds / 1e6:.1f} M rows/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
