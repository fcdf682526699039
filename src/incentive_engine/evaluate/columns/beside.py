"""What a frame's rows have beside their own cells: facts of their period and group, and how fresh they are.

There are few periods and groups, so that each of them is read as a single row is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import polars as pl

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.cells import ROUNDED, DateReader, FieldReader, Note, Taken
from incentive_engine.evaluate.columns.fields import TakenColumn, taken_column
from incentive_engine.evaluate.columns.peers import series_of
from incentive_engine.evaluate.facts import Facts
from incentive_engine.evaluate.intake import Intake
from incentive_engine.language.types import DATE

_PERIOD, _GROUP = "period", "group"


class _OfKey(NamedTuple):
    """What is read of a fact for one period and group; what is not sure is left to the reading of rows."""

    value: Taken = None
    sure: bool = False
    rounded: bool = False


def fact_columns(frame: pl.DataFrame, periods: pl.Series, intake: Intake) -> dict[str, TakenColumn]:
    """Return what is taken of each fact for the rows of a frame, whose periods are given by their names."""
    facts = intake.facts
    if facts is None:
        return {}
    return {
        reader.field.name: _fact_column(frame, periods, reader, facts, intake)
        for reader in intake.fact_readers
    }


def _fact_column(
    frame: pl.DataFrame, periods: pl.Series, reader: FieldReader, facts: Facts, intake: Intake
) -> TakenColumn:
    by = facts.source.group_of(reader)
    groups = [] if by is None else [frame[by.field.column].alias(_GROUP)]
    keys = pl.DataFrame([periods.alias(_PERIOD), *groups])

    def read(period: str | None, group: object = None) -> _OfKey:
        notes: list[Note] = []
        cells = {} if by is None else {by.field.column: group}
        try:
            cell = facts.cell(reader, intake.period(period), facts.group(reader, cells))
            taken = reader.read(cell, notes)
        except Exception:  # noqa: BLE001 -- whatever it was, reading the rows says what is wrong
            return _OfKey()
        return _OfKey(taken, sure=True, rounded=any(note.code == ROUNDED for note in notes))

    different = keys.unique()
    found = [read(*key) for key in different.rows()]
    values, _ = series_of([each.value for each in found], boolean=reader.field.type.name == "boolean")
    table = different.with_columns(
        values.alias("values"),
        pl.Series("sure", [each.sure for each in found], dtype=pl.Boolean),
        pl.Series("rounded", [each.rounded for each in found], dtype=pl.Boolean),
    )
    joined = keys.join(table, on=keys.columns, how="left", maintain_order="left", nulls_equal=True)
    return TakenColumn(joined["values"], joined["sure"], joined["rounded"])


def fresh_columns(frame: pl.DataFrame, periods: pl.Series, intake: Intake) -> list[TakenColumn]:
    """Return which rows surely have measurements that are fresh enough, for each field that must."""
    return [_fresh(frame, periods, field, intake) for field in intake.dated]


def _fresh(frame: pl.DataFrame, periods: pl.Series, field: InputField, intake: Intake) -> TakenColumn:
    reader = DateReader(replace(field, type=DATE, missing=None, required=False))
    days = taken_column(frame[field.measured], reader)
    names = periods.drop_nulls().unique()
    ends = pl.DataFrame(
        [
            names.alias(_PERIOD),
            pl.Series("end", [intake.period(name).end.toordinal() for name in names], dtype=pl.Int64),
        ]
    )
    end = periods.to_frame(_PERIOD).join(ends, on=_PERIOD, how="left", maintain_order="left")["end"]
    # A day that is not sure is not there.
    sure = ((end - days.values.cast(pl.Int64)) <= field.fresh_within).fill_null(value=False)
    return TakenColumn(days.values, sure | frame[field.column].is_null())
