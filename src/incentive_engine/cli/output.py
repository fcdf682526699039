"""Writing a result: to standard output, or to a file that is either whole or as it was."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from incentive_engine.cli.interface import Misuse

CsvValue = Decimal | int | bool | str | None

# What a spreadsheet takes for the beginning of a formula, its full-width forms included.
_FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")


def write(pieces: Iterable[str], out: Path | None, *, mark: bool = False) -> None:
    """Write a text in pieces to a file, or to standard output where there is none.

    With `mark` a file begins with the byte-order mark by which Excel knows UTF-8.

    Raises:
        Misuse: if the file cannot be written; what was there before still is.
    """
    with opened(out, mark=mark) as stream:
        for piece in pieces:
            stream.write(piece)


@contextmanager
def opened(out: Path | None, *, mark: bool = False) -> Iterator[TextIO]:
    """Open a file to be written as a whole, or standard output where there is none.

    The text goes to a new file beside it, which takes its place only once all is written.

    Raises:
        Misuse: if the file cannot be written.
    """
    if out is None:
        yield sys.stdout
        sys.stdout.flush()  # What follows on standard error stands behind it then.
        return
    try:
        with _replaced(Path(os.path.realpath(out)), "utf-8-sig" if mark else "utf-8") as stream:
            yield stream
    except OSError as error:
        raise Misuse("cli.cannot_write", file=str(out), reason=str(error.strerror)) from error


@contextmanager
def _replaced(target: Path, encoding: str) -> Iterator[TextIO]:
    if target.exists() and not target.is_file():  # A device or a pipe, which nothing can take the place of.
        with target.open("w", encoding=encoding, newline="") as stream:
            yield stream
        return
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding=encoding, newline="", errors="backslashreplace") as stream:
            yield stream
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def csv_lines(rows: Iterable[Sequence[CsvValue]]) -> Iterator[str]:
    r"""Yield the lines of a table as CSV. Texts cannot become formulas; numbers stay numbers; None is empty.

    >>> list(csv_lines([["agent", "total"], ["=1+1", Decimal("-50.00")], ["A, B", None]]))
    ['agent,total\n', "'=1+1,-50.00\n", '"A, B",\n']
    """
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _csv_cell(value: CsvValue) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}" if value.startswith(_FORMULA_SIGNS) else value
    return str(value)


def json_text(value: object) -> str:
    """Return a value as JSON that people can read as well."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def json_lines(facts: dict[str, object], name: str, items: Iterable[object]) -> Iterator[str]:
    """Yield the pieces of a JSON object of some facts and, last, a long list with one item in a line.

    >>> print("".join(json_lines({"currency": "CNY"}, "decisions", [1, 2])), end="")
    {
      "currency": "CNY",
      "decisions": [
        1,
        2
      ]
    }
    """
    yield json.dumps(facts, ensure_ascii=False, indent=2).removesuffix("\n}")
    yield f",\n  {json.dumps(name)}: ["
    separator = "\n    "
    for item in items:
        yield separator + json.dumps(item, ensure_ascii=False)
        separator = ",\n    "
    yield "\n  ]\n}\n"
