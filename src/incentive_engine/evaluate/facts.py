"""Facts: single values of the company or of a group for a period, which are given beside the rows of agents.

They are read as if they stood in every row that they hold for: what is wrong with one is said of each row
that it would have decided, and none of these is paid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from incentive_engine.evaluate.cells import CellError, FieldReader, Taken, plain_value, shown
from incentive_engine.evaluate.records import Records, RowProblem, absent_columns, cells_of
from incentive_engine.ruleset.period import Period
from incentive_engine.ruleset.problems import Problem

# The first day of a period, and the value of the attribute that a fact is given for each of.
_Key = tuple[date, Taken]
_NOT_IN_EFFECT = "IE4026"
UNKNOWN_GROUP = "IE4062"


@dataclass(frozen=True, slots=True)
class FactColumns:
    """Where facts are found: the column of the period and what reads it, the readers of facts and of groups.

    `groups` are the readers of the attributes that facts are given for each value of, by their names.
    """

    period_column: str
    period: Callable[[object], Period]
    readers: Sequence[FieldReader]
    groups: Mapping[str, FieldReader]

    def group_of(self, reader: FieldReader) -> FieldReader | None:
        """Return what reads the attribute for each value of which there is a fact; None for the company."""
        per = reader.field.per
        return None if per is None else self.groups[per]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that facts can have."""
        groups = (group.field.column for group in self.groups.values())
        facts = (reader.field.column for reader in self.readers)
        return tuple(dict.fromkeys((self.period_column, *groups, *facts)))


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that were given.

    A fact may stand in several rows, if it is the same in all of them; an empty cell says nothing where
    another row has a value. `problems` are those of the facts as a whole and of their rows: while there are
    any, no agent is decided on.
    """

    source: FactColumns
    problems: tuple[RowProblem, ...]
    told: Mapping[str, Mapping[_Key, Mapping[str, object]]]

    def cell(self, reader: FieldReader, period: Period, group: Taken) -> object:
        """Return the cell of a fact for a period, and a group where it has any; None where it is empty.

        Raises:
            CellError: if nobody gave one, or there are several.
        """
        cells = self.told[reader.field.name].get((period.start, group))
        if cells is None:
            raise CellError("IE4055" if group is None else "IE4065")
        if len(cells) > 1:
            raise CellError("IE4057", values=", ".join(f"`{each}`" for each in cells))
        return next(iter(cells.values()), None)

    def group(self, reader: FieldReader, cells: Mapping[str, object]) -> Taken:
        """Return which group's fact holds for a row of an agent; None where there is one for the company.

        Raises:
            CellError: if the group is unknown.
            KeyError: if the row has no such column.
        """
        by = self.source.group_of(reader)
        if by is None:
            return None
        taken = by.read(cells[by.field.column], [])
        if taken is None:
            raise CellError(UNKNOWN_GROUP, group=by.field.column)
        return taken

    def about_group(self, reader: FieldReader, cells: Mapping[str, object]) -> dict[str, str]:
        """Return the values by which a problem names the group that a row of an agent belongs to."""
        by = self.source.group_of(reader)
        return {} if by is None else {"group": by.field.column, "option": shown(cells[by.field.column])}

    def cells_of(self, cells: Mapping[str, object], period: Period) -> dict[str, object]:
        """Return the cells of all facts that hold for a row of an agent, by column.

        Raises:
            CellError: if one of them cannot be told.
            KeyError: if the row has no column for the group of one.
        """
        return {
            reader.field.column: self.cell(reader, period, self.group(reader, cells))
            for reader in self.source.readers
        }


def read_facts(records: Records, source: FactColumns) -> Facts:
    """Return the facts of some rows, each for a period, and for a group where it has one."""
    whole = [RowProblem(problem, records.file) for problem in records.problems]
    whole += [
        RowProblem(problem, records.file) for problem in absent_columns(source.columns, records.columns)
    ]
    reading = _Reading(source, records.file)
    for row, cells, problem in records:
        if problem is not None:
            reading.report("IE4066", row, reason=problem.message("en"), reason_zh=problem.message("zh"))
        else:
            try:
                reading.take(row, cells_of(cells, source.columns) or {})
            except Exception:  # noqa: BLE001 -- somebody else's class may raise anything when it is looked at
                reading.report("IE4068", row)
    return Facts(source, (*whole, *reading.problems), reading.told)


@dataclass(slots=True)
class _Reading:
    """Gathers the cells of facts, and what is wrong with their rows."""

    source: FactColumns
    file: str
    problems: list[RowProblem] = field(default_factory=list)
    told: dict[str, dict[_Key, dict[str, object]]] = field(init=False)

    def __post_init__(self) -> None:
        self.told = {reader.field.name: {} for reader in self.source.readers}

    def take(self, row: int, cells: Mapping[str, object]) -> None:
        """Take one row; those of periods in which the ruleset is not in effect say nothing."""
        column = self.source.period_column
        try:
            period = self.source.period(cells.get(column))
        except CellError as error:
            if error.code != _NOT_IN_EFFECT:
                self.report("IE4056", row, column=column, value=shown(cells.get(column)))
            return
        for reader in self.source.readers:
            if reader.field.column in cells:
                self._take_fact(row, cells, reader, period)

    def _take_fact(self, row: int, cells: Mapping[str, object], reader: FieldReader, period: Period) -> None:
        cell = cells[reader.field.column]
        text = shown(plain_value(cell))
        by, group = self.source.group_of(reader), None
        if by is not None:
            given = cells.get(by.field.column)
            if plain_value(given) is None:
                if text:
                    self.report("IE4058", row, column=reader.field.column, value=text, group=by.field.column)
                return
            try:
                group = by.read(given, [])
            except CellError:
                self.report("IE4059", row, column=by.field.column, value=shown(given))
                return
        of_key = self.told[reader.field.name].setdefault((period.start, group), {})
        if text:
            of_key.setdefault(text, cell)

    def report(self, code: str, row: int, **values: str) -> None:
        """Add a problem of a row of facts: it is one of the data as a whole, not of a row of an agent."""
        self.problems.append(RowProblem(Problem(code, {"row": str(row), **values}), self.file))
