"""Populations larger than the memory, in batches of rows that need no others.

Rows of one agent and period are in one batch, so that a repeated one is found. Where the ruleset looks at
peers a batch is a whole period, and the periods come in the order of the calendar; where it looks back, but
at no peers, a batch has all periods of some agents; otherwise it has some agents of some periods.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import polars as pl

from incentive_engine.evaluate.columns.intake import FrameIntake, FramePopulation
from incentive_engine.evaluate.columns.sources import Source, Table, file_of, table_of
from incentive_engine.evaluate.intake import Intake

_NUMBER = "number of the row"


@dataclass(slots=True)
class _Periods:
    """Periods that are read together: what is written in the column of the period, and how many rows have it.

    The rows whose period cannot be read, and so has no name, are read together as well.
    """

    values: list[object] = field(default_factory=list)
    rows: int = 0

    def add(self, other: _Periods) -> None:
        self.values += other.values
        self.rows += other.rows


def read_in_batches(
    intake: Intake, source: Source, *, peers: bool, history: bool, most: int
) -> Iterator[FramePopulation]:
    """Yield the populations of the batches of a source, the first with the problems of the data as a whole.

    Args:
        intake: What reads the rows.
        source: As for `FrameIntake.read`. What has to be read row by row is one batch.
        peers: Whether agents of one period have to be in one batch.
        history: Whether all periods of an agent have to be in one batch, unless `peers` says otherwise.
        most: How many rows a batch should have, roughly, where it can be cut.

    Raises:
        polars.exceptions.PolarsError: as `FrameIntake.read` does.
    """
    reader = FrameIntake(intake)
    table = table_of(source)
    if table is None:
        yield reader.read(source)
        return
    file = file_of(source)
    whole = reader.of_table(Table(table.frame.head(0), table.first), file)
    choices: Iterator[pl.Expr] = iter(())
    if not any(each.problem.severity == "error" for each in whole.problems):
        choices = _choices(intake, table.frame, peers=peers, history=history, most=most)
    first = next(choices, None)
    if first is None:
        yield whole
        return
    numbered = table.frame.select(intake.columns).with_row_index(_NUMBER, offset=table.first)
    problems = whole.problems
    for rows in chain([first], choices):
        frame = numbered.filter(rows).collect(engine="streaming").sort(_NUMBER)
        population = reader.of_frame(frame.drop(_NUMBER), file, frame[_NUMBER].cast(pl.Int64))
        yield population._replace(problems=(*problems, *population.problems))
        problems = ()


def _choices(
    intake: Intake, frame: pl.LazyFrame, *, peers: bool, history: bool, most: int
) -> Iterator[pl.Expr]:
    """Yield which rows are in each batch."""
    by_name = _periods(intake, frame)
    unnamed = by_name.pop("", None)
    in_order = [by_name[name] for name in sorted(by_name, key=intake.period)]
    if unnamed:
        in_order.append(unnamed)
    if peers:
        together = in_order
    elif history:
        together = [_Periods()]
        for periods in in_order:
            together[0].add(periods)
    else:
        together = _joined(in_order, most)
    for periods in together:
        chosen = _is_one_of(pl.col(intake.period_column), periods.values)
        parts = 1 if peers and periods is not unnamed else -(-periods.rows // most)
        agent = pl.col(intake.agent_column).cast(pl.String).str.strip_chars().hash().fill_null(0)
        for part in range(parts):
            yield chosen & (agent % parts == part) if parts > 1 else chosen


def _periods(intake: Intake, frame: pl.LazyFrame) -> dict[str, _Periods]:
    """Return the periods of the data by their names."""
    counted = frame.group_by(pl.col(intake.period_column).alias("c")).len().collect(engine="streaming")
    reader = FrameIntake(intake)
    found: dict[str, _Periods] = {}
    for value, rows in counted.rows():
        found.setdefault(reader.name_of_period(value) or "", _Periods()).add(_Periods([value], rows))
    return found


def _joined(in_order: Sequence[_Periods], most: int) -> list[_Periods]:
    """Return periods that follow one another joined as long as they have not too many rows together."""
    joined: list[_Periods] = []
    for periods in in_order:
        if joined and joined[-1].rows + periods.rows <= most:
            joined[-1].add(periods)
        else:
            joined.append(_Periods([*periods.values], periods.rows))
    return joined


def _is_one_of(column: pl.Expr, values: Sequence[object]) -> pl.Expr:
    known = [value for value in values if value is not None]
    is_one = column.is_in(known) if known else pl.lit(value=False)
    return is_one | column.is_null() if None in values else is_one
