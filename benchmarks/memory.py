"""Populations on disk, decided in batches: the most memory that it takes does not grow with them.

Run it with `python -m benchmarks memory`, or with `python -m benchmarks.memory [rows ...]`. Each population
is months of 250,000 agents in a folder of Parquet. A process of its own decides on it, writes the decisions
and tells the most memory that it ever had.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import polars as pl

from benchmarks.columns import float_frame
from benchmarks.rows import realistic
from benchmarks.tables import Column, table

SIZES = (1_000_000, 3_000_000, 10_000_000)
_POLICY = Path(__file__).with_name("policy.yaml")
_AGENTS = 250_000
_DIFFERENT = 20_000


def months(count: int) -> Iterator[tuple[str, int]]:
    """Yield months with the numbers of their rows."""
    for number in range(-(-count // _AGENTS)):
        yield f"{2020 + number // 12}-{number % 12 + 1:02}", min(_AGENTS, count - number * _AGENTS)


def write_population(folder: Path, count: int) -> None:
    """Write a population of so many rows, a file for each month."""
    agents = float_frame(realistic(_DIFFERENT), _AGENTS)
    for month, rows in months(count):
        agents.head(rows).with_columns(month=pl.lit(month)).write_parquet(folder / f"{month}.parquet")


def decide(folder: Path, out: Path) -> None:
    """Decide on a population and write the decisions; print their number, and the memory in megabytes."""
    from resource import RUSAGE_SELF, getrusage  # noqa: PLC0415 -- not everywhere

    from incentive_engine import load_ruleset  # noqa: PLC0415 -- only in the process that is measured
    from incentive_engine.evaluate.columns.output import write_frames  # noqa: PLC0415 -- the same

    decided = 0

    def frames() -> Iterator[pl.DataFrame]:
        nonlocal decided
        for part in load_ruleset(_POLICY).evaluate_batches(folder, rows=500_000):
            decided += len(part)
            yield part.frame

    write_frames(frames(), out)
    print(decided, getrusage(RUSAGE_SELF).ru_maxrss // 1024)


def report(sizes: Sequence[int] = SIZES) -> str:
    """Measure, and return a table."""
    cells: list[tuple[str, ...]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "population"
            folder.mkdir()
            write_population(folder, size)
            start = perf_counter()
            command = [
                sys.executable,
                "-m",
                "benchmarks.memory",
                str(folder),
                str(Path(name) / "decisions.parquet"),
            ]
            told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- itself
            seconds = perf_counter() - start
            decided, peak = told.stdout.split()
            on_disk = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        cells.append(
            (f"{int(decided):,}", f"{on_disk:,.0f}", f"{seconds:.1f}", f"{size / seconds / 1e6:.2f}", peak)
        )
    headings = ("rows from Parquet to Parquet", "MB on disk", "s", "million rows/s", "peak MB")
    return table(
        [
            Column(heading, cells_of)
            for heading, cells_of in zip(headings, zip(*cells, strict=True), strict=True)
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) == 3 and not sys.argv[1].isdecimal():  # noqa: PLR2004 -- what `report` starts
        decide(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        print(report([int(size) for size in sys.argv[1:]] or SIZES))
