"""Runs the benchmarks: all of them, or those that are named.

python -m benchmarks [decisions] [population] [columns] [memory] [scenario_memory] [growth] [nearest] [start]
    [--rounds 45]
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import metadata

from benchmarks import columns, decisions, growth, memory, nearest, population, scenario_memory, start

BENCHMARKS: Mapping[str, Callable[[int], str]] = {
    "decisions": decisions.report,
    "population": population.report,
    "columns": columns.report,
    "memory": lambda _: memory.report(),
    "scenario_memory": lambda _: scenario_memory.report(),
    "growth": lambda _: growth.report(),
    "nearest": lambda _: nearest.report(),
    "start": start.report,
}
_PACKAGES = (
    *("pydantic", "PyYAML", "polars"),
    *("zen-engine", "rule-engine", "simpleeval", "duckdb", "pandas", "openfisca-core"),
)


def main() -> None:
    """Measure what is named and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    every = ", ".join(BENCHMARKS)
    parser.add_argument("names", nargs="*", metavar="name", help=f"{every}; all of them unless said")
    parser.add_argument("--rounds", type=int, default=45, help="how often everything is measured")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}, only {every}")
    versions = ", ".join(f"{package} {metadata.version(package)}" for package in _PACKAGES)
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()},"
        f" {os.cpu_count()} cores; {versions}"
    )
    for name in chosen.names or BENCHMARKS:
        print(f"\n{BENCHMARKS[name](chosen.rounds)}", flush=True)


if __name__ == "__main__":
    main()
