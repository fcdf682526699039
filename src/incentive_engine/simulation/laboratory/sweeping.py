"""The points of a sweep: every combination of the values that its numbers are tried with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import TypeAlias

from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.laboratory.amounts import Quantity, quantity, steps
from incentive_engine.simulation.laboratory.shape import SweepShape

MOST_POINTS = 1000

Points: TypeAlias = Sequence[tuple[tuple[Scalar, Scalar], ...]]
"""Point by point the paths and what is tried there."""


def points(sweep: Sequence[SweepShape], report: Callable[[Problem], None], most: int = MOST_POINTS) -> Points:
    """Return the points of a sweep; without one there is one point at which nothing is changed."""
    values = [list(_values(each, report, most)) for each in sweep]
    count = prod(map(len, values))
    if count > most:
        report(Problem("IE5107", {"count": f"{count:,}", "most": f"{most:,}"}, sweep[0].path.span))
        return []
    paths = [each.path for each in sweep]
    return [tuple(zip(paths, point, strict=True)) for point in product(*values)]


def _values(sweep: SweepShape, report: Callable[[Problem], None], most: int) -> Iterator[Scalar]:
    ends = (sweep.from_, sweep.to, sweep.step)
    given = [end for end in ends if end is not None]
    if sweep.values:
        if given:
            report(Problem("IE5105", {"path": str(sweep.path)}, given[0].span))
        yield from sweep.values
        return
    if len(given) < len(ends):
        report(Problem("IE5105", {"path": str(sweep.path)}, sweep.path.span))
        return
    read = [quantity(end) for end in given]
    known = [each for each in read if each is not None]
    for text, number in zip(given, read, strict=True):
        if number is None:
            report(Problem("IE5106", {"text": str(text)}, text.span))
    if len(known) < len(given):
        return
    yield from _stepped(known, given, report, most)


def _stepped(
    numbers: Sequence[Quantity], written: Sequence[Scalar], report: Callable[[Problem], None], most: int
) -> Iterator[Scalar]:
    first, last, step = numbers
    for number, text in zip(numbers[1:], written[1:], strict=True):
        if number.unit != first.unit:
            report(Problem("IE5119", {"text": str(text), "first": str(written[0])}, text.span))
            return
    distance = last.exact - first.exact
    if not step.exact or distance / step.exact < 0:
        report(Problem("IE5123", {"first": str(written[0]), "last": str(written[1])}, written[2].span))
        return
    if distance / step.exact >= most:
        count = f"{int(distance / step.exact) + 1:,}"
        report(Problem("IE5107", {"count": count, "most": f"{most:,}"}, written[2].span))
        return
    for number in steps(first, last, step):
        yield Scalar(str(number), written[0].span)
