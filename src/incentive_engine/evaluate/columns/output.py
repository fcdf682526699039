"""Decisions in columns as files: Parquet, CSV, JSON Lines, and a workbook of Excel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

ENDINGS = (".parquet", ".csv", ".jsonl", ".ndjson", ".xlsx")
# A sheet has 1,048,576 rows, and the first is the header.
MOST_IN_SHEET = 2**20 - 1
# What a spreadsheet takes for the beginning of a formula, its full-width forms included.
_FORMULA = "^[=+@\\-\t\r\n＝＋－＠]"


class SheetTooLongError(ValueError):
    """There are more rows than a sheet of a workbook has."""


def write_frames(frames: Iterator[pl.DataFrame], path: Path) -> None:
    """Write frames of the same columns, one after the other, into one file; its name says what it is to be.

    They are asked for one by one and not kept, but for a workbook; there is at least one. Amounts keep all
    their places: in JSON they are texts, which nobody reads as floats. In tables no text can become a
    formula.

    Raises:
        KeyError: if the name ends in none of `ENDINGS`.
        OSError: if the file cannot be written.
        SheetTooLongError: if a workbook has not enough rows.
        ImportError: if a workbook is asked for, and xlsxwriter is not installed.
    """
    _WRITERS[path.suffix.lower()](frames, path)


def _write_parquet(frames: Iterator[pl.DataFrame], path: Path) -> None:
    # Polars writes a file in one go; so what comes in parts is laid aside first, and not held in memory.
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        parts = []
        for number, frame in enumerate(frames):
            parts.append(Path(folder) / f"{number}.parquet")
            frame.write_parquet(parts[-1], compression="lz4")
        pl.scan_parquet(parts).sink_parquet(path)


def _write_table(frames: Iterator[pl.DataFrame], path: Path) -> None:
    with path.open("wb") as file:
        for number, frame in enumerate(frames):
            # By the byte-order mark Excel knows UTF-8.
            is_first = number == 0
            without_formulas(frame).write_csv(file, include_bom=is_first, include_header=is_first)


def _write_lines(frames: Iterator[pl.DataFrame], path: Path) -> None:
    with path.open("wb") as file:
        for frame in frames:
            frame.with_columns(pl.selectors.decimal().cast(pl.String)).write_ndjson(file)


def _write_workbook(frames: Iterator[pl.DataFrame], path: Path) -> None:
    frame = pl.concat(list(frames))
    if frame.height > MOST_IN_SHEET:
        raise SheetTooLongError(frame.height)
    without_formulas(frame).write_excel(path, "decisions", autofit=True)


def without_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame in which no text begins like a formula."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA)).then("'" + pl.col(name)).otherwise(name).alias(name)
        for name in texts
    )


_WRITERS: Mapping[str, Callable[[Iterator[pl.DataFrame], Path], None]] = {
    ".parquet": _write_parquet,
    ".csv": _write_table,
    ".jsonl": _write_lines,
    ".ndjson": _write_lines,
    ".xlsx": _write_workbook,
}
