"""A program as one lazy query: what is used more than once becomes a column, and only what is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from incentive_engine.evaluate.columns.column import OPTIMIZATIONS, Column, Sort, width_of
from incentive_engine.evaluate.columns.operations import has_constant_limits, is_repeated, result_column
from incentive_engine.graph.bounds import Interval
from incentive_engine.graph.instructions import Instruction, Lowered, Operation

_DEEPEST = 50  # levels of one expression; polars walks expressions by recursion.


# Parts are computed side by side, each small enough to stay near the processor.
_ROWS_OF_PART = 2**17


def name_of(place: int) -> str:
    """Return the name of the column of an instruction's values."""
    return f"v{place}"


@dataclass(slots=True)
class _Steps:
    """The columns to be made, step by step: what one step makes the later ones may read."""

    steps: list[list[pl.Expr]] = field(default_factory=list)

    def add(self, number: int, expression: pl.Expr) -> None:
        if number == len(self.steps):
            self.steps.append([])
        self.steps[number].append(expression)


@dataclass(frozen=True, slots=True)
class Query:
    """What has to be asked of a frame to get the values at some places as columns named by `name_of`."""

    steps: Sequence[Sequence[pl.Expr]]
    columns: Mapping[int, Column]

    def on(self, frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
        """Return columns of a frame and of what was asked for, by name."""
        parts = [self._on_part(part, names) for part in frame.iter_slices(_ROWS_OF_PART)]
        return pl.concat(pl.collect_all(parts, optimizations=OPTIMIZATIONS))

    def _on_part(self, part: pl.DataFrame, names: Sequence[str]) -> pl.LazyFrame:
        lazy = part.lazy()
        for step in self.steps:
            lazy = lazy.with_columns(step)
        return lazy.select(names)


def query(
    lowered: Lowered, intervals: Sequence[Interval], sources: Mapping[int, Column], wanted: Iterable[int]
) -> Query:
    """Return the query for the values at some places.

    Args:
        lowered: A program on integers.
        intervals: What each instruction's value may be in the rows at hand.
        sources: The columns that are there already, by place.
        wanted: The places of what is asked for.

    Raises:
        DoesNotFitError: if an integer that is needed may be too large for any column.
    """
    asked = list(dict.fromkeys(place for place in wanted if place not in sources))
    uses = _uses(lowered.instructions, intervals, asked, sources)
    columns = dict(sources)
    depths = dict.fromkeys(sources, 0)
    ready_after = dict.fromkeys(sources, 0)  # The number of steps before a value can be read.
    steps = _Steps()
    for place in sorted(uses):
        instruction = lowered.instructions[place]
        arguments = [columns[argument] for argument in instruction.arguments]
        column = result_column(instruction, intervals[place], arguments)
        depth = 1 + max((depths[argument] for argument in instruction.arguments), default=0)
        step = max((ready_after[argument] for argument in instruction.arguments), default=0)
        is_shared = uses[place] > 1 or depth > _DEEPEST
        if place in asked or (column.expression is not None and is_shared):
            sort = column.sort or _sort_of_constant(instruction, column)
            steps.add(step, column.to(sort).alias(name_of(place)))
            if column.expression is not None:
                column = Column(column.interval, pl.col(name_of(place)), sort)
            depth, step = 0, step + 1
        columns[place], depths[place], ready_after[place] = column, depth, step
    return Query(steps.steps, columns)


def _uses(
    instructions: Sequence[Instruction],
    intervals: Sequence[Interval],
    wanted: Sequence[int],
    given: Mapping[int, Column],
) -> Counter[int]:
    """Return how often each value that has to be computed is used."""
    uses = Counter(wanted)
    waiting = list(wanted)
    while waiting:
        instruction = instructions[waiting.pop()]
        for position, argument in enumerate(instruction.arguments):
            if argument not in given:
                if argument not in uses:
                    waiting.append(argument)
                uses[argument] += _times_used(instructions, intervals, instruction, position)
    return uses


def _times_used(
    instructions: Sequence[Instruction],
    intervals: Sequence[Interval],
    instruction: Instruction,
    position: int,
) -> int:
    """Return how often an instruction uses its argument at a position: not at all, once or more often."""
    index = instructions[instruction.arguments[position]]
    if instruction.operation is Operation.PICK and position == 0 and index.operation is Operation.BAND:
        _, *limits = index.arguments
        if has_constant_limits([intervals[limit] for limit in limits]):
            return 0  # What lies in the bands is looked at, not their number.
    return 2 if is_repeated(instruction.operation, position) else 1


def _sort_of_constant(instruction: Instruction, column: Column) -> Sort:
    return pl.Boolean if instruction.boolean else width_of(column.size)
