"""Many proposals, each with one rate changed, beside the baseline alone: all are evaluated together.

Run it with `python -m benchmarks.proposals [agents] [rounds]` from the folder of the checkout. With polars
installed large populations are evaluated in columns. What is printed are the medians of ratios to the
baseline alone, timed just before, and how much larger the program of all is than that of the baseline.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.rows import Row, realistic
from benchmarks.tables import Column, table
from incentive_engine import Scenario, load_scenario
from incentive_engine.evaluate.records import from_records
from incentive_engine.graph.nodes import in_order
from incentive_engine.simulation.laboratory.bench import Data
from incentive_engine.simulation.laboratory.ledger import Paid
from incentive_engine.simulation.laboratory.running import Trial, kept

_POLICY = Path(__file__).with_name("policy.yaml")
_COUNTS = (1, 5, 20, 100)
_AGENTS = 10_000
_ROUNDS = 5


def scenario(count: int) -> Scenario:
    """Return a scenario of so many proposals, each with another rate in the highest band of volume."""
    proposals = "".join(
        f"  - {{id: p{number}, changes: {{rules.volume_bonus.tiers.4.rate: {3 + number}}}}}\n"
        for number in range(1, count + 1)
    )
    head = f"language: 1\nscenario: rates\nbaseline: {_POLICY}\npopulation: {{snapshots: none.csv}}\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.yaml"
        file.write_text(f"{head}proposals:\n{proposals}", encoding="utf-8")
        return load_scenario(file)


def trial_of(tried: Scenario, rows: Sequence[Row]) -> Trial:
    """Return a scenario on its data, which are read."""
    return Trial(tried, Data(kept(from_records(rows))))


def seconds(trial: Trial) -> float:
    """Return how long it takes to evaluate all variants on data that are read, and to add up their pay."""
    bench = trial.bench(trial.baseline)
    start = perf_counter()
    ledger = bench.ledger(trial.snapshots(trial.baseline), trial.keys)
    for variant in (trial.baseline, *trial.scenario.variants):
        Paid(ledger, bench.places(variant)).total  # noqa: B018 -- it is computed when it is read
    return perf_counter() - start


def size(trial: Trial) -> int:
    """Return how many values the program of all variants computes."""
    return len(in_order(trial.bench(trial.baseline).union.program.roots()))


def main(agents: int = _AGENTS, rounds: int = _ROUNDS) -> None:
    """Measure, and print a table."""
    rows = realistic(agents)
    every = {count: trial_of(scenario(count), rows) for count in _COUNTS}
    alone = trial_of(replace(scenario(1), variants=()), rows)
    for trial in (alone, *every.values()):
        seconds(trial)  # What runs first is slow: the program is made ready then.
    ratios = {
        count: median(seconds(trial) / seconds(alone) for _ in range(rounds))
        for count, trial in every.items()
    }
    print(f"{agents:,} agents, one month; the baseline alone takes {seconds(alone):.2f} s\n")
    print(
        table(
            (
                Column("proposals", [f"{count:,}" for count in _COUNTS]),
                Column("× the time of the baseline", [f"{ratios[count]:.2f}" for count in _COUNTS]),
                Column("× its program", [f"{size(every[count]) / size(alone):.2f}" for count in _COUNTS]),
            )
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
