"""Rows of data with their places, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, cast, runtime_checkable

from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion
from incentive_engine.texts import Language, fill

_ABSENT = object()


class _Keyed(Protocol):
    """A record whose values are found by column: a mapping, a row of a database, a series."""

    def keys(self) -> Iterable[object]:
        """Return the columns."""
        ...

    def __getitem__(self, column: str) -> object:
        """Return the value of a column."""
        ...


class Record(NamedTuple):
    """One row of data.

    `row` is the line of the file on which it begins, or its number, counted from 1. `cells` has its values by
    column: a mapping or any object with attributes of these names. A row with a `problem` cannot be read.
    """

    row: int
    cells: object
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row of data, or, where `row` is None, with the data as a whole.

    `file` is empty for rows that come from no file.
    """

    problem: Problem
    file: str = ""
    row: int | None = None

    @property
    def place(self) -> str:
        """The file and the row, such as `march.csv:12`."""
        return ":".join(str(part) for part in (self.file, self.row) if part)

    def message(self, language: Language = "en") -> str:
        """Return what is wrong and in which row, in one sentence."""
        message = self.problem.message(language)
        if self.row is None:
            return message
        code = "data_row_of_file" if self.file else "data_row"
        return fill(code, {"file": self.file, "row": str(self.row), "message": message}, language)

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return it for JSON, with what it is about as far as that is known: agent, period, column, value."""
        about: Mapping[str, str] = self.problem.values
        return {
            "code": self.problem.code,
            "severity": self.problem.severity,
            "file": self.file,
            "row": self.row,
            **{name: about.get(name, "") for name in ("agent", "period", "column", "value")},
            "message": self.problem.message(language),
            "hint": self.problem.hint(language),
        }

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}" if self.place else str(self.problem)


def absent_columns(needed: Iterable[str], columns: Sequence[str] | None) -> Iterator[Problem]:
    """Yield what a table lacks, the first time with the columns that it has; no table has None."""
    if columns is None:
        return
    absent = [column for column in needed if column not in columns]
    listed = ", ".join(f"`{each}`" for each in columns)
    for column in absent:
        code = "data.columns" if column == absent[0] else "data.columns.again"
        advice = {
            "advice": fill(code, {"columns": listed}, "en"),
            "advice_zh": fill(code, {"columns": listed}, "zh"),
        }
        yield Problem("IE4014", {"column": column, **advice, **suggestion(column, columns)})


@runtime_checkable
class Columns(Protocol):
    """Data in columns: what hands them over by Arrow, as frames of polars and pandas do."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a stream of Arrow."""
        ...


class Records:
    """Rows of data to go through, one after the other.

    Attributes:
        file: The file that they come from; empty where there is none.
        columns: The names of the columns where all rows have the same ones, as in a table; None otherwise.
        problems: What is wrong with the data as a whole. Where one is an error there are no rows.
    """

    def __init__(
        self,
        rows: Callable[[], Iterator[Record]],
        *,
        file: str = "",
        columns: tuple[str, ...] | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        self.file = file
        self.columns = columns
        self.problems = problems
        self._rows = rows

    def __iter__(self) -> Iterator[Record]:
        return self._rows()


def from_records(rows: Iterable[object]) -> Records:
    """Return rows of a program's own as records: mappings, or objects that have the columns as attributes.

    Raises:
        TypeError: if a text or a single mapping is given in the place of rows.

    >>> [record.row for record in from_records([{"agent_id": "A1"}, {"agent_id": "A2"}])]
    [1, 2]
    """
    if isinstance(rows, str | bytes | Mapping):
        kind = type(rows).__name__
        raise TypeError(f"rows of data are expected, not one {kind}; `read_records(path)` reads a file")
    return Records(lambda: (Record(number, cells) for number, cells in enumerate(rows, start=1)))


def cells_of(record: object, columns: Iterable[str]) -> dict[str, object] | None:
    """Return the values of a record by column as far as it has any; None where it has no columns.

    >>> cells_of({"agent_id": "A1", "city": "Chengdu"}, ["agent_id", "month"])
    {'agent_id': 'A1'}
    """
    try:
        if hasattr(record, "keys") and hasattr(record, "__getitem__"):
            keyed = cast("_Keyed", record)
            there = set(keyed.keys())
            return {column: keyed[column] for column in columns if column in there}
        found = {column: getattr(record, column, _ABSENT) for column in columns}
    except Exception:  # noqa: BLE001 -- somebody else's class may raise anything when it is looked at
        return None
    return {column: value for column, value in found.items() if value is not _ABSENT} or None
