"""From a frame of data to the columns of a program: the same that the intake takes row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import NamedTuple

import polars as pl

from incentive_engine.evaluate.cells import ROUNDED, CellError
from incentive_engine.evaluate.columns.batch import AGENT, rows_of
from incentive_engine.evaluate.columns.beside import fact_columns, fresh_columns
from incentive_engine.evaluate.columns.column import text_of
from incentive_engine.evaluate.columns.fields import TakenColumn, taken_columns, texts
from incentive_engine.evaluate.columns.peers import series_of
from incentive_engine.evaluate.columns.sources import Source, Table, file_of, table_of
from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.intake import Intake
from incentive_engine.evaluate.records import Records, RowProblem
from incentive_engine.evaluate.single import Values
from incentive_engine.evaluate.snapshots import Population, Rejected, Snapshot, gathered
from incentive_engine.ruleset.period import Period

NUMBER = "row"
_PERIOD = "period"


class FramePopulation(NamedTuple):
    """The snapshots of a population as frames by period, in the order of the calendar.

    Each has the agents' ids in the column `AGENT`, the number of the row in `NUMBER`, and a column for each
    input of the program. `problems` are those of `evaluate.snapshots.Population`. `rounded` counts for each
    field how many of its cells had more places than declared and were rounded. `examine` reads one row again,
    by its number.
    """

    frames: Mapping[Period, pl.DataFrame]
    problems: tuple[RowProblem, ...]
    rounded: Mapping[str, int]
    examine: Callable[[int], Snapshot | Rejected]

    def snapshot(self, agent: str, period: Period) -> Snapshot:
        """Return the snapshot of an agent and period, with what is to be said of its cells.

        Raises:
            KeyError: if there is none.
        """
        numbers = self.frames[period].filter(pl.col(AGENT) == agent)[NUMBER]
        found = [each for each in map(self.examine, numbers) if isinstance(each, Snapshot)]
        if not found:
            raise KeyError((agent, str(period)))
        return found[0]

    def rows(
        self, input_names: Sequence[str], *, agent: str | None, first: Period | None, last: Period
    ) -> dict[Period, dict[str, Values]]:
        """Return the rows from one period to another as evaluators of single agents take them.

        Without `agent` those of all agents, without `first` from the beginning.
        """
        found: dict[Period, dict[str, Values]] = {}
        for period, frame in self.frames.items():
            if period <= last and (first is None or first <= period):
                chosen = frame if agent is None else frame.filter(pl.col(AGENT) == agent)
                rows = rows_of(chosen, input_names)
                found[period] = dict(zip(chosen[AGENT].to_list(), rows, strict=True))
        return {period: agents for period, agents in found.items() if agents}


@dataclass(frozen=True, slots=True)
class _OneByOne:
    """The rows that were looked at one by one: snapshots by number of the row, and what was rejected."""

    snapshots: Mapping[int, Snapshot]
    rejected: Mapping[int, Rejected]


class FrameIntake:
    """Reads frames as an `Intake` reads rows; where a cell is not beyond doubt, the intake reads its row."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        readers = (*intake.readers, *intake.fact_readers)
        self._by_name = {reader.field.name: reader for reader in readers}

    def read(self, source: Source) -> FramePopulation:
        """Return the population of a frame, of what Arrow hands over, or of a file.

        The rows of a frame count from 1, those of a table of text by their lines. A file that cannot be read
        is a problem.

        Raises:
            polars.exceptions.PolarsError: if a lazy frame fails, or a file of Parquet is broken inside.
        """
        table = table_of(source)
        file = file_of(source)
        if table is None:
            return self._of_population(self._intake.read_all(read_records(file)))
        return self.of_table(table, file)

    def of_table(self, table: Table, file: str) -> FramePopulation:
        """Return the population of a table; the file is what problems name."""
        frame = table.frame.collect()
        # A table without rows tells which columns are not there.
        absent = self._intake.read_all(Records(lambda: iter(()), file=file, columns=tuple(frame.columns)))
        if any(each.row is None and each.problem.severity == "error" for each in absent.problems):
            return FramePopulation({}, absent.problems, {}, self._intake.examined)
        population = self.of_frame(frame, file, numbers_from(table.first, frame.height))
        return population._replace(problems=(*absent.problems, *population.problems))

    def of_frame(self, frame: pl.DataFrame, file: str, numbers: pl.Series) -> FramePopulation:
        """Return the population of a frame with all columns, whose rows have these ascending numbers."""
        agents = texts(frame[self._intake.agent_column])
        periods = self._periods(frame[self._intake.period_column])
        columns = taken_columns(frame, self._intake.readers)
        columns |= fact_columns(frame, periods.values, self._intake)
        fresh = fresh_columns(frame, periods.values, self._intake)
        certain = _all_sure([agents, periods, *columns.values(), *fresh])
        rows = pl.DataFrame(
            [
                numbers.alias(NUMBER),
                agents.values.alias(AGENT),
                periods.values.alias(_PERIOD),
                *(columns[name].values.alias(name) for name in self._intake.input_names),
            ]
        )
        others = _OneByOne({}, {})
        if certain is not None:
            others = self._one_by_one(frame, numbers, (~certain).arg_true().to_list())
            parts = [rows.filter(certain), self._frame_of(others.snapshots)]
            rows = pl.concat(parts, how="vertical_relaxed").sort(NUMBER)
        rounded = _rounded(columns, certain, others.snapshots.values())
        unique, problems = self._without_repeated(rows, others.rejected, file)

        def examine(number: int) -> Snapshot | Rejected:
            return self._intake.examined(frame.row(int(numbers.search_sorted(number)), named=True))

        return FramePopulation(self._by_period(unique), problems, rounded, examine)

    def _periods(self, series: pl.Series) -> TakenColumn:
        """Return the periods, each as the text of its name."""
        if _is_constant(series):
            name = self.name_of_period(series[0])
            names = pl.Series(_PERIOD, [name], dtype=pl.String).new_from_index(0, len(series))
            return TakenColumn(names, None if name else names.is_not_null())
        different = series.drop_nulls().unique()
        of_different = [self.name_of_period(value) for value in different.to_list()]
        table = pl.DataFrame([different.alias("c"), pl.Series(_PERIOD, of_different, dtype=pl.String)])
        found = series.to_frame("c").join(table, on="c", how="left", maintain_order="left")[_PERIOD]
        return TakenColumn(found, found.is_not_null() if found.has_nulls() else None)

    def name_of_period(self, value: object) -> str | None:
        """Return the name of the period that a cell tells; None where it tells none."""
        try:
            return str(self._intake.period(value))
        except CellError:
            return None

    def _one_by_one(self, frame: pl.DataFrame, numbers: pl.Series, positions: Iterable[int]) -> _OneByOne:
        snapshots: dict[int, Snapshot] = {}
        rejected: dict[int, Rejected] = {}
        for position in positions:
            found = self._intake.examined(frame.row(position, named=True))
            if isinstance(found, Snapshot):
                snapshots[numbers[position]] = found
            else:
                rejected[numbers[position]] = found
        return _OneByOne(snapshots, rejected)

    def _frame_of(self, snapshots: Mapping[int, Snapshot]) -> pl.DataFrame:
        """Return snapshots as a frame like that of the rows that are beyond doubt."""
        found = list(snapshots.values())
        columns = [
            pl.Series(NUMBER, list(snapshots), dtype=pl.Int64),
            pl.Series(AGENT, [snapshot.agent for snapshot in found], dtype=pl.String),
            pl.Series(_PERIOD, [str(snapshot.period) for snapshot in found], dtype=pl.String),
        ]
        for position, name in enumerate(self._intake.input_names):
            kind = self._by_name[name].field.type.name
            values = [snapshot.row[position] for snapshot in found]
            if kind == "text":
                texts_of_rows = [None if value is None else text_of(value) for value in values]
                columns.append(pl.Series(name, texts_of_rows, dtype=pl.String))
            else:
                columns.append(series_of(values, boolean=kind == "boolean")[0].alias(name))
        return pl.DataFrame(columns)

    def _by_period(self, rows: pl.DataFrame) -> dict[Period, pl.DataFrame]:
        if rows.height and _is_constant(rows[_PERIOD]):
            return {self._intake.period(rows[_PERIOD][0]): rows.drop(_PERIOD)}
        parts = rows.partition_by(_PERIOD, as_dict=True, include_key=False)
        frames = {self._intake.period(name): part for (name,), part in parts.items()}
        return {period: frames[period] for period in sorted(frames)}

    def _of_population(self, population: Population) -> FramePopulation:
        """Return a population that was read row by row."""
        every = [snapshot for agents in population.snapshots.values() for snapshot in agents.values()]
        rounded = Counter(note.field for snapshot in every for note in snapshot.notes if note.code == ROUNDED)
        frames = self._by_period(self._frame_of(dict(enumerate(every))))
        return FramePopulation(frames, population.problems, rounded, every.__getitem__)

    def _without_repeated(
        self, rows: pl.DataFrame, rejected: Mapping[int, Rejected], file: str
    ) -> tuple[pl.DataFrame, tuple[RowProblem, ...]]:
        """Return the rows without those of an agent and period that has another one, and what is wrong."""
        if not rejected and _all_differ(rows):
            return rows, ()
        known = pl.DataFrame(
            {
                AGENT: [each.agent for each in rejected.values()],
                _PERIOD: [None if each.period is None else str(each.period) for each in rejected.values()],
            },
            schema={AGENT: pl.String, _PERIOD: pl.String},
        ).drop_nulls()
        key = [AGENT, _PERIOD]
        counted = pl.concat([rows.select(key), known]).group_by(key).len().filter(pl.col("len") > 1)
        doubtful = dict(rejected)
        for number, agent, name in rows.join(counted, on=key, how="semi").select(NUMBER, *key).rows():
            doubtful[number] = Rejected(agent, self._intake.period(name), [])
        found = gathered(((number, doubtful[number]) for number in sorted(doubtful)), file)
        return rows.join(counted, on=key, how="anti", maintain_order="left"), found.problems


def numbers_from(first: int, height: int) -> pl.Series:
    """Return the numbers of rows that follow one another."""
    return pl.int_range(first, first + height, eager=True, dtype=pl.Int64)


def _all_sure(columns: Sequence[TakenColumn]) -> pl.Series | None:
    """Return which rows have no cell in doubt; None where no row has one."""
    sure = [column.sure for column in columns if column.sure is not None]
    if not sure:
        return None
    certain = reduce(and_, sure)
    return None if certain.all() else certain


def _rounded(
    columns: Mapping[str, TakenColumn], certain: pl.Series | None, others: Iterable[Snapshot]
) -> Counter[str]:
    """Return how often each field was rounded."""
    rounded = Counter(note.field for snapshot in others for note in snapshot.notes if note.code == ROUNDED)
    for name, column in columns.items():
        if column.rounded is not None:
            counts = column.rounded if certain is None else column.rounded & certain
            rounded[name] += int(counts.sum())
    return +rounded


def _is_constant(series: pl.Series) -> bool:
    """Say whether all values of a series are the same, and none is null."""
    return not series.has_nulls() and bool((series == series[0]).all()) if len(series) else False


def _all_differ(rows: pl.DataFrame) -> bool:
    """Say whether no agent and period comes twice; rarely no although none does."""
    agent, period = pl.col(AGENT), pl.col(_PERIOD)
    # Numbered ids are in the order of their lengths first: A9 before A10.
    length = agent.str.len_bytes()
    longer = (length > length.shift()) | ((length == length.shift()) & (agent > agent.shift()))
    in_order = longer
    if not _is_constant(rows[_PERIOD]):
        in_order = (period > period.shift()) | ((period == period.shift()) & longer)
    # Only the first row has none before it.
    if rows.select(in_order.all()).item():
        return True
    # Where the hashes differ, so do the keys.
    return int(rows.select((agent.hash() + period.hash(seed=1)).n_unique()).item()) == rows.height
