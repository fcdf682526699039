"""Where a population may come from: frames, anything that Arrow can hand over, Parquet, tables of text."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import NamedTuple

import polars as pl

from incentive_engine.evaluate.columns.files import WORKBOOK, is_parquet, parquet_of, workbook_of
from incentive_engine.evaluate.records import Columns
from incentive_engine.ruleset.problems import Problem

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DELIMITERS = (b",", b";", b"\t")
_TABLES = (".csv", ".tsv", ".txt")


Source = pl.DataFrame | pl.LazyFrame | Columns | str | PathLike[str]


def file_of(source: Source) -> str:
    """Return the path of a file; nothing where it is none."""
    return fspath(source) if isinstance(source, (str, PathLike)) else ""


def frame_of(source: Columns) -> pl.DataFrame:
    """Return what hands its columns over by Arrow as a frame."""
    return source if isinstance(source, pl.DataFrame) else pl.DataFrame(source)


class Table(NamedTuple):
    """Rows of data in columns, the first of which has this number."""

    frame: pl.LazyFrame
    first: int


def table_of(source: Source) -> Table | None:
    """Return a population in columns; None for a file that has to be read row by row, or cannot be read."""
    if isinstance(source, pl.DataFrame):
        return Table(source.lazy(), 1)
    if isinstance(source, pl.LazyFrame):
        return Table(source, 1)
    if not isinstance(source, (str, PathLike)):
        return Table(frame_of(source).lazy(), 1)
    file = Path(fspath(source))
    if is_parquet(file):
        parquet = parquet_of(file)
        return None if isinstance(parquet, Problem) else Table(parquet, 1)
    frame = _texts_of(file)
    # A row without any value is passed over, but counts.
    return None if frame is None or _has_empty_row(frame) else Table(frame.lazy(), 2)


def _texts_of(file: Path) -> pl.DataFrame | None:
    """Return a table of texts with a header; None where anything about it needs a closer look."""
    if file.suffix.lower() == WORKBOOK:
        workbook = workbook_of(file)
        return None if isinstance(workbook, Problem) else workbook
    return _table(file) if file.suffix.lower() in _TABLES else None


def _has_empty_row(frame: pl.DataFrame) -> bool:
    return bool(frame.select(pl.all_horizontal(pl.all().is_null()).any()).item())


def _table(file: Path) -> pl.DataFrame | None:
    """Return a table as it is written with signs between the columns."""
    try:
        content = file.read_bytes()
    except (OSError, ValueError):  # ValueError: a null character in the name
        return None
    header = content.partition(b"\n")[0].rstrip(b"\r")
    delimiter = max(_DELIMITERS, key=header.count)
    names = header.split(delimiter)
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    is_simple = (
        b'"' not in content
        and not content.startswith(_BYTE_ORDER_MARK)
        and content.count(b"\r") == content.count(b"\r\n")
        and all(name and name == name.strip() for name in names)
        and len(set(names)) == len(names)
        # With as many delimiters as there should be, and no row that is short or blank.
        and content.count(delimiter) == (len(names) - 1) * lines
    )
    if not is_simple:
        return None
    try:
        frame = pl.read_csv(content, separator=delimiter.decode(), infer_schema=False, quote_char=None)
    except pl.exceptions.PolarsError:
        return None
    return None if frame.height != lines - 1 else frame
