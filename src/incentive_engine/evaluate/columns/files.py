"""Files that are read in columns: Parquet, a folder of it, and workbooks of Excel.

What a workbook holds is taken as texts, like a table of text: so a cell means the same in both, and what is
wrong with it has the same name. Only a column of days is one of days, because a spreadsheet makes a day of
`2026-03` that somebody types.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from incentive_engine.evaluate.records import Record, Records
from incentive_engine.ruleset.problems import Problem

PARQUET = ".parquet"
WORKBOOK = ".xlsx"
_ROWS_AT_ONCE = 2**16
# A day is a day and a time to a workbook.
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"


def is_parquet(file: Path) -> bool:
    """Whether a path is that of Parquet: a file, or a folder whose files all belong together."""
    return file.suffix.lower() == PARQUET or file.is_dir()


def parquet_of(file: Path) -> pl.LazyFrame | Problem:
    """Return the rows of a file of Parquet, or of all those in a folder and its folders, by their names.

    What is in folders named like `month=2026-03` has this as a column.
    """
    is_folder = file.is_dir()
    if is_folder and not any(file.rglob(f"*{PARQUET}")):
        return Problem("IE4092", {"file": str(file)})
    try:
        files = file / "**" / f"*{PARQUET}" if is_folder else file
        frame = pl.scan_parquet(files, hive_partitioning=is_folder, try_parse_hive_dates=False)
        frame.collect_schema()
    except (OSError, pl.exceptions.PolarsError):
        return Problem("IE4091", {"file": str(file)})
    return frame


def workbook_of(file: Path) -> pl.DataFrame | Problem:
    """Return the rows of the first sheet of a workbook as texts; its first row names the columns."""
    try:
        import fastexcel  # noqa: PLC0415 -- an extra
    except ImportError:
        return Problem("IE4090", {"file": str(file), "extra": "excel"})
    try:
        cells = fastexcel.read_excel(file).load_sheet(0, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError:
        return Problem("IE4091", {"file": str(file)})
    if not cells.height:
        return Problem("IE4005", {"file": str(file)})
    names = [(name or "").strip() for name in cells.row(0)]
    repeated = next((name for name in names if name and names.count(name) > 1), None)
    if repeated is not None:
        return Problem("IE4006", {"column": repeated})
    named = {column: name for column, name in zip(cells.columns, names, strict=True) if name}
    rows = cells.select(pl.col(column).alias(name) for column, name in named.items()).slice(1)
    return rows.with_columns(_days(column) for column in rows)


def _days(column: pl.Series) -> pl.Series:
    """Return a column without the times of its days, which are midnight; as days if it holds nothing else."""
    is_day = column.str.contains(_MIDNIGHT)
    without_time = column.str.replace(_MIDNIGHT, "$1")
    holds_days = is_day.any() and is_day.all()  # What is empty does not count.
    return without_time.str.to_date("%Y-%m-%d") if holds_days else without_time


def records_of(file: Path) -> Records:
    """Return the rows of a file one after the other; those of a workbook count as in its sheet."""
    found = parquet_of(file) if is_parquet(file) else workbook_of(file)
    if isinstance(found, Problem):
        return Records(lambda: iter(()), file=str(file), problems=(found,))
    frame, first = (found, 1) if isinstance(found, pl.LazyFrame) else (found.lazy(), 2)

    def rows() -> Iterator[Record]:
        number = first
        for batch in frame.collect_batches(chunk_size=_ROWS_AT_ONCE):
            for cells in batch.iter_rows(named=True):
                if any(value not in (None, "") for value in cells.values()):
                    yield Record(number, cells)
                number += 1

    return Records(rows, file=str(file), columns=tuple(frame.collect_schema().names()))
