"""From rows of data to checked, exact inputs of a program; what does not fit is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.cells import (
    CellError,
    ChoiceReader,
    DateReader,
    FieldReader,
    FlagReader,
    Note,
    Taken,
    TextReader,
    is_plain_text,
    plain_value,
    read_day,
    read_text,
    shown,
    suggested_period,
)
from incentive_engine.evaluate.facts import UNKNOWN_GROUP, FactColumns, Facts, read_facts
from incentive_engine.evaluate.freshness import check_fresh
from incentive_engine.evaluate.numbers import NumberReader
from incentive_engine.evaluate.reading import generate
from incentive_engine.evaluate.records import (
    Record,
    Records,
    RowProblem,
    absent_columns,
    cells_of,
    from_records,
)
from incentive_engine.evaluate.snapshots import Population, Rejected, Snapshot, gathered
from incentive_engine.language.characters import plain
from incentive_engine.ruleset.period import (
    Cadence,
    DateRange,
    Period,
    moment_of,
    parse_period,
    period_of,
)
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion

__all__ = ["Intake", "Note", "Population", "Snapshot"]

_READERS: Mapping[str, type[FieldReader]] = {
    "choice": ChoiceReader,
    "text": TextReader,
    "date": DateReader,
    "boolean": FlagReader,
}
_EXAMPLES = {
    Cadence.EVENT: "2026-03-08T14:05",
    Cadence.DAY: "2026-03-08",
    Cadence.WEEK: "2026-W11",
    Cadence.MONTH: "2026-03",
    Cadence.QUARTER: "2026-Q1",
    Cadence.YEAR: "2026",
}
_ABSENT = object()

Result = TypeVar("Result")


class Intake:
    """Reads rows of data as the fields of a policy ask for it. Threads may share it.

    A row is a mapping, or an object with the columns as attributes. The meaning of a cell:

    - None and a text that is empty or space: the cell is empty, and the field's `missing` decides. A column
      that is not there at all is a problem. So are NaN and infinity.
    - A number is an int, a float (taken as the shortest decimal that prints as it), a Decimal, a Fraction, or
      a text: digits with a point, full-width ones too, `85%` for a ratio, an exponent only if negative.
      Commas, currency signs and booleans are refused. What has more places than declared is rounded and
      noted, or refused where the field is strict. The range holds for what is rounded; nothing is clipped.
    - A day is a date, or a text as `2026-03-08`; a datetime counts as its day if it has no time zone.
    - True and false are booleans, or `true`, `yes`, `1`, `是` and `false`, `no`, `0`, `否`.
    - A text, an option or an agent's id is a text without the space around it, or a whole number.
    - A fact (see `beside`) is read as if it stood in the row, and is refused like any cell of it.
    - A period is a text of the ruleset's kind of period, or a day for the period in which it lies. An event
      may have its time of day as well, and has an id where the ruleset names the column of the ids.

    Fields that the program does not read are checked as well.

    Attributes:
        readers: What reads the cells of each field of a row.
        fact_readers: What reads the cells of each fact.
        dated: The fields whose measurements must be fresh.
        input_names: The fields that the program reads, in the order of a snapshot's row.
        agent_column: The column of the agents' ids.
        period_column: The column of the periods.
        event_column: The column of the ids of events, None where there is none.

    Raises:
        KeyError: if `input_names` has a name without a field.
    """

    def __init__(
        self,
        fields: Sequence[InputField],
        input_names: Sequence[str],
        agent_column: str,
        period_column: str,
        cadence: Cadence,
        effective: DateRange,
        event_column: str | None = None,
    ) -> None:
        readers = [_READERS.get(field.type.name, NumberReader)(field) for field in fields]
        self.readers = [reader for reader in readers if not reader.field.fact]
        self.fact_readers = [reader for reader in readers if reader.field.fact]
        self.agent_column = agent_column
        self.period_column = period_column
        self.event_column = event_column
        self._cadence = cadence
        self._effective = effective
        self.dated = [reader.field for reader in self.readers if reader.field.fresh_within is not None]
        keys = (agent_column, period_column, *([event_column] if event_column else []))
        columns = [column for reader in self.readers for column in reader.field.columns]
        self._columns = tuple(dict.fromkeys((*keys, *columns)))
        self.input_names = tuple(input_names)
        facts = {reader.field.name for reader in self.fact_readers}
        own_names = [name for name in input_names if name not in facts]
        fact_names = [name for name in input_names if name in facts]
        self._read_row = generate(self.readers, own_names)
        self._read_facts = generate(self.fact_readers, fact_names)
        self._places = [[*own_names, *fact_names].index(name) for name in input_names]
        self._facts: Facts | None = None
        # One object for each period, by which evaluators know it quickly; the calendar bounds their number.
        self._periods: dict[str, Period] = {}

    def beside(self, facts: Records | Iterable[object] | None) -> Intake:
        """Return an intake that takes these facts for the rows; a row that needs facts needs them given."""
        if facts is None or not self.fact_readers:
            return self
        wanted = {reader.field.per for reader in self.fact_readers}
        groups = {reader.field.name: reader for reader in self.readers if reader.field.name in wanted}
        columns = FactColumns(self.period_column, self.period, self.fact_readers, groups)
        bound = copy(self)
        bound._facts = read_facts(facts if isinstance(facts, Records) else from_records(facts), columns)  # noqa: SLF001 -- a copy of itself
        return bound

    @property
    def facts(self) -> Facts | None:
        """The facts that hold for the rows; None where none were given."""
        return self._facts

    def fact_problems(self) -> tuple[RowProblem, ...]:
        """Return what is wrong with the facts, or that there are none."""
        if self._facts is not None:
            return self._facts.problems
        names = ", ".join(f"`{reader.field.name}`" for reader in self.fact_readers)
        return (RowProblem(Problem("IE4054", {"names": names})),) if names else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row that are looked at."""
        return self._columns

    def read(self, record: object) -> Snapshot | tuple[Problem, ...]:
        """Return the snapshot of one row, or all that is wrong with it; raises nothing, whatever it holds."""
        found = self.examined(record)
        return tuple(found.problems) if isinstance(found, Rejected) else found

    def read_all(self, records: Records | Iterable[object]) -> Population:
        """Return the snapshots of many rows. Rows of the same agent and period are all rejected."""
        table = records if isinstance(records, Records) else from_records(records)
        whole = [*table.problems, *absent_columns(self._columns, table.columns)]
        problems = (*(RowProblem(problem, table.file) for problem in whole), *self.fact_problems())
        if any(each.row is None and each.problem.severity == "error" for each in problems):
            return Population({}, problems)
        population = gathered(((record.row, self._of_record(record)) for record in table), table.file)
        return population._replace(problems=(*problems, *population.problems))

    def _of_record(self, record: Record) -> Snapshot | Rejected:
        return (
            self.examined(record.cells) if record.problem is None else Rejected(None, None, [record.problem])
        )

    def examined(self, record: object) -> Snapshot | Rejected:
        """Return the snapshot of one row, or what can be said of it all the same; raises nothing."""
        cells = record if type(record) is dict else self.cells(record)
        if cells is None:
            return Rejected(None, None, [Problem("IE4028", {"kind": type(record).__name__})])
        notes: list[Note] = []
        try:
            agent = cells[self.agent_column]
            if not is_plain_text(agent):
                agent = _agent(agent)
            period = self._known_period(cells[self.period_column])
            if self.event_column is not None:
                period = replace(period, event=_event(cells[self.event_column]))
            row = self._read_row(cells, notes)
            for field in self.dated:
                check_fresh(cells[field.measured], field, cells, period)
            if self.fact_readers:
                row = self._with_facts(row, cells, period, notes)
        except Exception:  # noqa: BLE001 -- whatever it was, reading field by field says what is wrong
            return self._read_slowly(cells)
        return Snapshot(agent, period, row, tuple(notes))

    def _with_facts(
        self, row: tuple[Taken, ...], cells: Mapping[str, object], period: Period, notes: list[Note]
    ) -> tuple[Taken, ...]:
        """Return a row's values with those of the facts, in the order of the program.

        Raises:
            CellError: if a fact cannot be told; whatever else goes wrong is raised as it comes.
        """
        if self._facts is None:
            raise CellError("IE4054")
        both = row + self._read_facts(self._facts.cells_of(cells, period), notes)
        return tuple([both[place] for place in self._places])

    def cells(self, record: object) -> dict[str, object] | None:
        """Return the values of a record by column as far as it has any; None where it has no columns."""
        return cells_of(record, self._columns)

    def _known_period(self, value: object) -> Period:
        known = self._periods.get(value) if isinstance(value, str) else None
        return self.period(value) if known is None else known

    def period(self, value: object) -> Period:
        """Return the period that a cell tells.

        Raises:
            CellError: if it tells none, or one outside those in which the ruleset holds.
        """
        given = plain_value(value)
        if given is None:
            raise CellError("IE4024")
        try:
            if isinstance(given, date):
                period = period_of(read_day(given), self._cadence)
                if self._cadence is Cadence.EVENT and isinstance(given, datetime):
                    period = replace(period, moment=moment_of(given.time()))
            else:
                period = parse_period(plain(read_text(given)), self._cadence)
        except CellError:
            raise
        except (ValueError, OverflowError):
            example = {"example": _EXAMPLES[self._cadence]}
            raise CellError("IE4025", **example, **suggested_period(given, self._cadence)) from None
        if not self._effective.holds(period):
            first, last = (str(day or "…") for day in (self._effective.first, self._effective.last))
            raise CellError("IE4026", first=first, last=last)
        # Of times of day there may be as many as there are rows.
        return period if period.moment else self._periods.setdefault(str(period), period)

    def _read_slowly(self, cells: Mapping[str, object]) -> Snapshot | Rejected:
        """Read cell by cell and gather all that is wrong."""
        attempts = _Attempts(cells, self.agent_column, self.period_column)
        agent = attempts.read(self.agent_column, _agent)
        period = attempts.read(self.period_column, self.period)
        if self.event_column is not None:
            event = attempts.read(self.event_column, _event)
            period = replace(period, event=event) if period is not None and event is not None else None
        notes: list[Note] = []
        taken = {
            reader.field.name: attempts.read(reader.field.column, partial(reader.read, notes=notes))
            for reader in self.readers
        }
        if period is not None:
            for field in self.dated:
                check = partial(check_fresh, field=field, cells=cells, period=period)
                attempts.read(field.measured, check)
            taken |= {
                reader.field.name: attempts.fact(reader, self._facts, period, notes)
                for reader in self.fact_readers
            }
        if agent is None or period is None or attempts.problems:
            return Rejected(agent, period, attempts.problems)
        return Snapshot(agent, period, tuple(taken[name] for name in self.input_names), tuple(notes))


class _Attempts:
    """Reads the cells of one row and keeps the problems."""

    def __init__(self, cells: Mapping[str, object], agent_column: str, period_column: str) -> None:
        self.problems: list[Problem] = []
        self._cells = cells
        self._about = {
            "agent": shown(cells.get(agent_column)).strip() or "?",
            "period": shown(cells.get(period_column)).strip() or "?",
        }

    def read(self, column: str, read: Callable[[object], Result]) -> Result | None:
        """Return what is read from a cell, or None after keeping the problem."""
        value = self._cells.get(column, _ABSENT)
        if value is _ABSENT:
            self._keep("IE4020", column, "", suggestion(column, map(shown, self._cells)))
            return None
        return self._tried(column, value, read)

    def fact(self, reader: FieldReader, facts: Facts | None, period: Period, notes: list[Note]) -> Taken:
        """Return what is read of a fact that holds for the row, or None after keeping the problem."""
        column = reader.field.column
        if facts is None:
            self._keep("IE4054", column, "", {"names": f"`{reader.field.name}`"})
            return None
        try:
            group = facts.group(reader, self._cells)
        except (CellError, KeyError) as error:
            # What is wrong with a group that is there is said where the group itself is read.
            if isinstance(error, CellError) and error.code == UNKNOWN_GROUP:
                self._keep(error.code, column, "", error.values)
            return None
        try:
            cell = facts.cell(reader, period, group)
        except CellError as error:
            self._keep(error.code, column, "", {**error.values, **facts.about_group(reader, self._cells)})
            return None
        return self._tried(column, cell, partial(reader.read, notes=notes))

    def _tried(self, column: str, value: object, read: Callable[[object], Result]) -> Result | None:
        try:
            return read(value)
        except CellError as error:
            self._keep(error.code, column, shown(value), error.values)
        except Exception:  # noqa: BLE001 -- somebody else's class may raise anything when it is looked at
            self._keep("IE4045", column, shown(value), {"kind": type(value).__name__})
        return None

    def _keep(self, code: str, column: str, value: str, values: Mapping[str, str]) -> None:
        self.problems.append(Problem(code, {**self._about, "column": column, "value": value, **values}))


def _agent(value: object) -> str:
    given = plain_value(value)
    if given is None:
        raise CellError("IE4021")
    return read_text(given)


def _event(value: object) -> str:
    given = plain_value(value)
    if given is None:
        raise CellError("IE4060")
    return read_text(given)
