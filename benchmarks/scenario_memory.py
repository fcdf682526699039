"""A scenario on populations on disk, run in batches: the most memory that it takes does not grow with them.

Run it with `python -m benchmarks scenario_memory`, or with `python -m benchmarks.scenario_memory [rows ...]`.
Each population is months of 250,000 agents in a folder of Parquet. A process of its own runs a scenario of
two proposals with guardrails on it, and tells the most memory that it ever had.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.memory import write_population
from benchmarks.tables import Column, table

SIZES = (1_000_000, 10_000_000)
_POLICY = Path(__file__).with_name("policy.yaml")
_SCENARIO = """\
language: 1
scenario: bounded
baseline: {policy}
population: {{snapshots: {folder}}}
guardrails:
  - {{budget: +2%}}
  - {{largest_loss: 2000}}
  - {{loses_more_than: 10%, at_most: 5%}}
  - {{no_red_line_paid: true}}
proposals:
  - {{id: volume, changes: {{rules.volume_bonus.tiers.4.rate: 4}}}}
  - {{id: punctuality, changes: {{rules.punctuality_bonus.pay: 150}}}}
"""


def write_scenario(folder: Path, population: Path) -> Path:
    """Write the scenario on a population into a folder."""
    file = folder / "scenario.yaml"
    file.write_text(_SCENARIO.format(policy=_POLICY, folder=population), encoding="utf-8")
    return file


def run(file: Path) -> None:
    """Run a scenario in batches; print what it counted, what it found, and the memory in megabytes."""
    from resource import RUSAGE_SELF, getrusage  # noqa: PLC0415 -- not everywhere

    from incentive_engine import load_scenario, run_scenario_in_batches  # noqa: PLC0415 -- only where measured

    result = run_scenario_in_batches(load_scenario(file))
    costs = (f"{each.variant.proposal}:{each.cost.difference:+}" for each in result.variants)
    broken = len(result.broken)
    print(result.counted, ";".join(costs), broken, getrusage(RUSAGE_SELF).ru_maxrss // 1024)


def report(sizes: Sequence[int] = SIZES) -> str:
    """Measure, and return a table."""
    cells: list[tuple[str, ...]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "population"
            folder.mkdir()
            write_population(folder, size)
            file = write_scenario(Path(name), folder)
            start = perf_counter()
            command = [sys.executable, "-m", "benchmarks.scenario_memory", str(file)]
            told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- itself
            seconds = perf_counter() - start
        counted, costs, broken, peak = told.stdout.split()
        cells.append(
            (f"{int(counted):,}", f"{seconds:.1f}", f"{size / seconds / 1e6:.3f}", peak, broken, costs)
        )
    headings = ("rows, two proposals", "s", "million rows/s", "peak MB", "guardrails broken", "what changes")
    return table(
        [
            Column(heading, cells_of)
            for heading, cells_of in zip(headings, zip(*cells, strict=True), strict=True)
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) == 2 and not sys.argv[1].isdecimal():  # noqa: PLR2004 -- what `report` starts
        run(Path(sys.argv[1]))
    else:
        print(report([int(size) for size in sys.argv[1:]] or SIZES))
