"""Where a population may come from: frames, anything that Arrow can hand over, Parquet, tables of text."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import Protocol, runtime_checkable

import polars as pl

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DELIMITERS = (b",", b";", b"\t")
_TABLES = (".csv", ".tsv", ".txt")
_PARQUET = ".parquet"


@runtime_checkable
class ArrowStream(Protocol):
    """What hands its columns over by Arrow: a table of pyarrow, a relation of DuckDB, a frame of pandas."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a stream of Arrow."""
        ...


Source = pl.DataFrame | pl.LazyFrame | ArrowStream | str | PathLike[str]


def frame_of(source: Source) -> pl.DataFrame | None:
    """Return a population as a frame; None for a file that has to be read row by row.

    Raises:
        OSError: if a file of Parquet cannot be read.
        polars.exceptions.PolarsError: if it is no such file, or a lazy frame fails.
    """
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    if isinstance(source, (str, PathLike)):
        file = Path(fspath(source))
        if file.suffix.lower() == _PARQUET:
            return pl.read_parquet(file)
        return _table(file) if file.suffix.lower() in _TABLES else None
    return pl.DataFrame(source)


def _table(file: Path) -> pl.DataFrame | None:
    """Return a table of texts, unless anything about it needs a closer look."""
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
    # A row without any value is passed over, and not counted as polars does.
    has_empty_row = frame.select(pl.all_horizontal(pl.all().is_null()).any()).item()
    return None if frame.height != lines - 1 or has_empty_row else frame
