"""The nearest change: what it would take to reach more in one rule of one decision."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from pathlib import Path
from statistics import median, quantiles
from time import process_time_ns

from benchmarks.policy import benchmark_ruleset
from benchmarks.rows import realistic
from benchmarks.tables import Column, table
from incentive_engine import Decision, load_ruleset, read_records

_ROOT = Path(__file__).parent.parent
_DECISIONS = 60


def report() -> str:
    """Measure, and return a table."""
    alone = [benchmark_ruleset().evaluate(row) for row in realistic(_DECISIONS)]
    shipped = load_ruleset(_ROOT / "rulesets" / "service-incentives-2026.yaml")
    population = shipped.evaluate_all(read_records(_ROOT / "examples" / "population" / "snapshots.csv"))
    among_peers = population[:: max(1, len(population) // _DECISIONS)]
    measured = {
        "the policy of the benchmarks": _milliseconds(alone),
        "service-incentives-2026, among peers": _milliseconds(among_peers),
    }
    every = list(measured.values())
    return table(
        (
            Column("nearest change, one rule of one decision", list(measured)),
            Column("rules asked", [f"{len(each):,}" for each in every]),
            Column("median, ms", [f"{median(each):.2f}" for each in every]),
            Column("95 of 100 within", [f"{quantiles(each, n=20)[-1]:.2f}" for each in every]),
            Column("slowest", [f"{max(each):.2f}" for each in every]),
        )
    )


def _milliseconds(decisions: Iterable[Decision]) -> list[float]:
    """Return the processor time that each rule of each decision takes."""
    found: list[float] = []
    gc.freeze()  # The other decisions, which only a benchmark keeps, are not looked through for garbage.
    for decision in decisions:
        for rule in [line.rule for line in decision.lines]:
            start = process_time_ns()
            decision.nearest(rule)
            found.append((process_time_ns() - start) / 1e6)
    return found
