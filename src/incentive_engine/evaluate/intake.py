"""From rows of data to checked, exact inputs of a program; what does not fit is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Protocol, TypeVar, cast

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.cells import (
    CellError,
    ChoiceReader,
    DateReader,
    FieldReader,
    FlagReader,
    Note,
    TextReader,
    is_plain_text,
    plain_value,
    read_day,
    read_text,
    shown,
    suggested_period,
)
from incentive_engine.evaluate.numbers import NumberReader
from incentive_engine.evaluate.reading import generate
from incentive_engine.evaluate.records import Record, Records, RowProblem, from_records
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
from incentive_engine.texts import fill

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


class _Keyed(Protocol):
    """A record whose values are found by column: a mapping, a row of a database, a series."""

    def keys(self) -> Iterable[object]:
        """Return the columns."""
        ...

    def __getitem__(self, column: str) -> object:
        """Return the value of a column."""
        ...


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
    - A period is a text of the ruleset's kind of period, or a day for the period in which it lies. An event
      may have its time of day as well, and has an id where the ruleset names the column of the ids.

    Fields that the program does not read are checked as well.

    Attributes:
        readers: What reads the cells of each field.
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
        self.readers = [_READERS.get(field.type.name, NumberReader)(field) for field in fields]
        self.agent_column = agent_column
        self.period_column = period_column
        self.event_column = event_column
        self._cadence = cadence
        self._effective = effective
        keys = (agent_column, period_column, *([event_column] if event_column else []))
        self._columns = tuple(dict.fromkeys((*keys, *(field.column for field in fields))))
        self.input_names = tuple(input_names)
        self._read_row = generate(self.readers, input_names)
        # One object for each period, by which evaluators know it quickly; the calendar bounds their number.
        self._periods: dict[str, Period] = {}

    def read(self, record: object) -> Snapshot | tuple[Problem, ...]:
        """Return the snapshot of one row, or all that is wrong with it; raises nothing, whatever it holds."""
        found = self.examined(record)
        return tuple(found.problems) if isinstance(found, Rejected) else found

    def read_all(self, records: Records | Iterable[object]) -> Population:
        """Return the snapshots of many rows. Rows of the same agent and period are all rejected."""
        table = records if isinstance(records, Records) else from_records(records)
        whole = [*table.problems, *self._absent_columns(table.columns)]
        problems = tuple(RowProblem(problem, table.file) for problem in whole)
        if any(problem.severity == "error" for problem in whole):
            return Population({}, problems)
        population = gathered(((record.row, self._of_record(record)) for record in table), table.file)
        return population._replace(problems=(*problems, *population.problems))

    def _of_record(self, record: Record) -> Snapshot | Rejected:
        return (
            self.examined(record.cells) if record.problem is None else Rejected(None, None, [record.problem])
        )

    def _absent_columns(self, columns: Sequence[str] | None) -> Iterator[Problem]:
        """Report what a table lacks, once for all of its rows; the first time with what it has."""
        absent = [column for column in self._columns if columns is not None and column not in columns]
        listed = ", ".join(f"`{each}`" for each in columns or ())
        for column in absent:
            told = column == absent[0]
            advice = {
                "advice": fill("data.columns", {"columns": listed}, "en") if told else "",
                "advice_zh": fill("data.columns", {"columns": listed}, "zh") if told else "",
            }
            yield Problem("IE4014", {"column": column, **advice, **suggestion(column, columns or ())})

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
        except Exception:  # noqa: BLE001 -- whatever it was, reading field by field says what is wrong
            return self._read_slowly(cells)
        return Snapshot(agent, period, row, tuple(notes))

    def cells(self, record: object) -> dict[str, object] | None:
        """Return the values of a record by column as far as it has any; None where it has no columns."""
        try:
            if hasattr(record, "keys") and hasattr(record, "__getitem__"):
                keyed = cast("_Keyed", record)
                columns = set(keyed.keys())
                return {column: keyed[column] for column in self._columns if column in columns}
            found = {column: getattr(record, column, _ABSENT) for column in self._columns}
        except Exception:  # noqa: BLE001 -- somebody else's class may raise anything when it is looked at
            return None
        return {column: value for column, value in found.items() if value is not _ABSENT} or None

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
