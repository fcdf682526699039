"""Populations of different sizes through `evaluate_all`, one row after the other."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import by_hand
from benchmarks.decisions import BASELINE, decimal_by_hand
from benchmarks.policy import benchmark_ruleset
from benchmarks.rows import Row, realistic
from benchmarks.tables import Column, table
from benchmarks.timing import Timed, Work, side_by_side

SIZES = (1_000, 10_000, 100_000)
_FEWEST_ROUNDS = 4


def report(rounds: int) -> str:
    """Measure, and return a table."""
    timed: list[Timed] = []
    mistakes: list[str] = []
    for size in SIZES:
        rows = realistic(size)
        baseline = Work(f"{BASELINE}, {size:,}", decimal_by_hand(rows), size)
        timed += side_by_side(baseline, _works(rows), max(rounds * SIZES[0] // size, _FEWEST_ROUNDS))
        mistakes += ["0", f"{_wrong(rows):,}", "", ""]
    return table(
        (
            Column("a population, rows", [each.name for each in timed]),
            Column("rows/s", [f"{1e6 / each.microseconds:,.0f}" for each in timed]),
            Column("µs a row", [f"{each.microseconds:.2f}" for each in timed]),
            Column("× the time by hand", [f"{each.ratio:.2f}" for each in timed]),
            Column("wrong", mistakes),
            Column("pairs", [f"{each.pairs}{'' if each.quiet else ' (noisy)'}" for each in timed]),
        )
    )


def _works(rows: Sequence[Row]) -> list[Work]:
    """Return the whole, whose decisions are all kept until the last is made, and its two large parts."""
    ruleset = benchmark_ruleset()
    population = ruleset.read_all(rows)
    size = len(rows)
    return [
        Work(f"this engine: decisions, {size:,}", lambda: ruleset.evaluate_all(rows), size),
        Work("of it reading and checking", lambda: ruleset.read_all(rows), size),
        Work("of it values", lambda: ruleset.values_of(population), size),
    ]


def _wrong(rows: Sequence[Row]) -> int:
    decisions = benchmark_ruleset().evaluate_all(rows)
    return sum(
        decision.total * 100 != by_hand.cents(row) for decision, row in zip(decisions, rows, strict=True)
    )
