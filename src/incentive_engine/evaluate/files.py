"""Reading rows of data from files: tables as CSV, JSON, and what is read in columns.

A table is read row by row, so that its size does not matter. All cells of a table are texts: what they mean
is decided where they are read as fields, never guessed here.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from os import PathLike, fspath
from pathlib import Path

from incentive_engine.evaluate.records import Record, Records
from incentive_engine.ruleset.problems import Problem

_CHUNK = 1 << 20
_IN_COLUMNS = (".parquet", ".xlsx")
_UTF_8 = "utf-8-sig"
_CHINESE = "gb18030"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = ",;\t"
_QUOTED = re.compile('"[^"]*"')


class _RepeatedKeyError(ValueError):
    """A JSON object has a key twice."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read_records(path: str | PathLike[str]) -> Records:
    """Return the rows of a file, whose name says what it is.

    - `.csv`, `.tsv`, `.txt`: a table with a header, separated by commas, semicolons or tabs. Rows without
      any value are passed over; the number of a row is that of its first line.
    - `.jsonl`, `.ndjson`: one JSON object a line.
    - `.json`: a list of objects; their numbers count from 1.
    - `.parquet`, and a folder of such files: with the extra `columns`; the numbers count from 1.
    - `.xlsx`: the first sheet of a workbook, with the extra `excel`; its first row is the header.

    Text is UTF-8, or else GB 18030 (which contains GBK), with a warning. Numbers of JSON are exact. What is
    wrong with the file as a whole is in the problems of what is returned; nothing is raised for it.
    """
    file = fspath(path)
    if Path(file).suffix.lower() in _IN_COLUMNS or Path(file).is_dir():
        return _read_in_columns(file)
    read = _READERS.get(Path(file).suffix.lower())
    if read is None:
        return _refused(file, Problem("IE4001", {"file": file}))
    try:
        encoding = _encoding(file)
    except FileNotFoundError:
        return _refused(file, Problem("IE1001", {"file": file}))
    except (OSError, ValueError):  # ValueError: a null character in the name
        return _refused(file, Problem("IE1002", {"file": file}))
    if isinstance(encoding, Problem):
        return _refused(file, encoding)
    warnings = (Problem("IE4003", {"file": file}),) if encoding == _CHINESE else ()
    return read(file, encoding, warnings)


def _read_in_columns(file: str) -> Records:
    try:
        with contextlib.suppress(IsADirectoryError), Path(file).open("rb"):
            pass
    except FileNotFoundError:
        return _refused(file, Problem("IE1001", {"file": file}))
    except (OSError, ValueError):  # ValueError: a null character in the name
        return _refused(file, Problem("IE1002", {"file": file}))
    try:
        from incentive_engine.evaluate.columns.files import records_of  # noqa: PLC0415 -- polars is an extra
    except ImportError:
        extra = "excel" if file.lower().endswith(".xlsx") else "columns"
        return _refused(file, Problem("IE4090", {"file": file, "extra": extra}))
    return records_of(Path(file))


def _refused(file: str, *problems: Problem) -> Records:
    return Records(lambda: iter(()), file=file, problems=problems)


def _encoding(file: str) -> str | Problem:
    """Return the encoding of a file, all of which is looked at, or why it has none."""
    with Path(file).open("rb") as stream:
        if stream.read(2) in _WIDE_MARKS:
            return Problem("IE4002", {"file": file})
        for encoding in (_UTF_8, _CHINESE):
            stream.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)()
            try:
                while chunk := stream.read(_CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding
    return Problem("IE4004", {"file": file})


def _read_table(file: str, encoding: str, warnings: Sequence[Problem]) -> Records:
    delimiter = _delimiter(file, encoding)
    header = next(_table_rows(file, encoding, delimiter), None)
    if header is None:
        return _refused(file, *warnings, Problem("IE4005", {"file": file}))
    line, names = header
    if isinstance(names, Problem):
        return _refused(file, *warnings, names)
    columns = [name.strip() for name in names]
    repeated = dict.fromkeys(name for name in columns if name and columns.count(name) > 1)
    if repeated:
        return _refused(file, *warnings, *(Problem("IE4006", {"column": name}) for name in repeated))

    def rows() -> Iterator[Record]:
        for number, cells in _table_rows(file, encoding, delimiter):
            if number != line:
                yield _record(number, cells, columns)

    known = tuple(name for name in columns if name)
    return Records(rows, file=file, columns=known, problems=tuple(warnings))


def _delimiter(file: str, encoding: str) -> str:
    """Return the sign that separates the columns: the one that the first line has most of outside quotes."""
    with Path(file).open(encoding=encoding) as stream:
        first = next((line for line in stream if line.strip()), "")
    return max(_DELIMITERS, key=_QUOTED.sub("", first).count)


def _table_rows(file: str, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yield the rows that have any value, each with the number of its first line."""
    with Path(file).open(encoding=encoding, newline="") as stream:
        # A table that is not strict would take all that follows an unclosed quote for one cell.
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield line, Problem("IE4008", {"last": str(reader.line_num)})
                continue
            if "".join(cells).strip():
                yield line, cells


def _record(line: int, cells: list[str] | Problem, columns: Sequence[str]) -> Record:
    if isinstance(cells, Problem):
        return Record(line, None, cells)
    if len(cells) != len(columns):
        values = {"count": str(len(cells)), "columns": str(len(columns))}
        return Record(line, None, Problem("IE4007", values))
    return Record(line, dict(zip(columns, cells, strict=True)))


def _read_lines(file: str, encoding: str, warnings: Sequence[Problem]) -> Records:
    def rows() -> Iterator[Record]:
        with Path(file).open(encoding=encoding) as stream:
            for number, line in enumerate(stream, start=1):
                if not line.isspace():
                    yield _object(number, line)

    return Records(rows, file=file, problems=tuple(warnings))


def _object(number: int, line: str) -> Record:
    found = _json(line, number)
    if isinstance(found, Problem):
        return Record(number, None, found)
    return Record(number, found) if isinstance(found, dict) else Record(number, None, Problem("IE4010"))


def _read_list(file: str, encoding: str, warnings: Sequence[Problem]) -> Records:
    found = _json(Path(file).read_text(encoding=encoding), 1)
    if isinstance(found, Problem):
        return _refused(file, *warnings, found)
    if not isinstance(found, list):
        return _refused(file, *warnings, Problem("IE4011", {"file": file}))
    records = [
        Record(number, cells) if isinstance(cells, dict) else Record(number, None, Problem("IE4010"))
        for number, cells in enumerate(found, start=1)
    ]
    return Records(lambda: iter(records), file=file, problems=tuple(warnings))


def _json(text: str, first_line: int) -> object:
    """Return what a JSON text says, or the problem that keeps it from being read."""
    try:
        return _DECODER.decode(text)
    except _RepeatedKeyError as error:
        return Problem("IE4012", {"column": error.key})
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        return Problem("IE4009", {"line": str(line), "position": str(error.colno)})
    except (ValueError, ArithmeticError, RecursionError):
        return Problem("IE4013")  # A number of thousands of digits, or a thousand brackets.


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedKeyError(next(name for name in names if names.count(name) > 1))
    return found


_DECODER = json.JSONDecoder(parse_float=Decimal, object_pairs_hook=_without_repetition)

_READERS: dict[str, Callable[[str, str, Sequence[Problem]], Records]] = {
    ".csv": _read_table,
    ".tsv": _read_table,
    ".txt": _read_table,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
    ".json": _read_list,
}
