"""Timings side by side: each one stands between two of a baseline, and only those of quiet moments count."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median, quantiles
from time import process_time_ns

# Processor time is counted, of all threads: it stands still while other programs run. But what they do to a
# processor makes it slower all the same. So timings count where the baseline before and the one after agree,
# and neither is much slower than the fastest of the run.
_MOST_APART = 1.1
_MOST_SLOWER = 1.25
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Work:
    """Something to time: one run of it does so many things (decisions, loads)."""

    name: str
    run: Callable[[], object]
    things: int = 1


@dataclass(frozen=True, slots=True)
class Timed:
    """What was measured of a work.

    `ratio` is its time for one thing over the baseline's, the median of all pairs; `lowest` and `highest`
    are its quartiles. `microseconds` is the median of its own time for one thing. `pairs` are how many
    timings counted, `quiet` says whether they were taken in quiet moments.
    """

    name: str
    ratio: float
    lowest: float
    highest: float
    microseconds: float
    pairs: int
    quiet: bool


def side_by_side(
    baseline: Work, works: Sequence[Work], rounds: int, clock: Callable[[], int] = process_time_ns
) -> list[Timed]:
    """Return what was measured of the baseline against itself, and then of each work.

    The clock gives nanoseconds; that of the processor is the quieter one, but works on several processors
    have to be measured by that on the wall.
    """
    every = [baseline, *works]
    for work in every:  # What runs first is slow.
        work.run()
    random = Random(0)
    found: dict[str, list[_Pair]] = {work.name: [] for work in every}
    for _ in range(rounds):
        for work in random.sample(every, len(every)):
            found[work.name].append(_Pair(_time(baseline, clock), _time(work, clock), _time(baseline, clock)))
    fastest = min(pair.fastest_beside for pairs in found.values() for pair in pairs)
    return [_timed(work.name, found[work.name], fastest) for work in every]


@dataclass(frozen=True, slots=True)
class _Pair:
    before: float
    itself: float
    after: float

    @property
    def fastest_beside(self) -> float:
        return min(self.before, self.after)

    @property
    def ratio(self) -> float:
        return 2 * self.itself / (self.before + self.after)

    def is_quiet(self, fastest: float) -> bool:
        slower = max(self.before, self.after)
        return slower <= _MOST_APART * self.fastest_beside and slower <= _MOST_SLOWER * fastest


def _timed(name: str, pairs: Sequence[_Pair], fastest: float) -> Timed:
    quiet = [pair for pair in pairs if pair.is_quiet(fastest)]
    counted = quiet if len(quiet) >= _FEWEST else pairs
    ratios = [pair.ratio for pair in counted]
    lowest, _, highest = quantiles(ratios, n=4)
    return Timed(
        name=name,
        ratio=median(ratios),
        lowest=lowest,
        highest=highest,
        microseconds=median(pair.itself for pair in counted),
        pairs=len(counted),
        quiet=counted is quiet,
    )


def _time(work: Work, clock: Callable[[], int]) -> float:
    """Return the microseconds that one thing takes."""
    gc.collect()  # Nobody pays for what another one left behind.
    start = clock()
    work.run()
    return (clock() - start) / work.things / 1000
