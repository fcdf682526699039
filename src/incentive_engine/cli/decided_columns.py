"""Decisions as files for programs and spreadsheets, made and written part by part."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.inputs import exit_code, require_rows
from incentive_engine.cli.interface import Misuse
from incentive_engine.cli.screen import Screen
from incentive_engine.engine import EventsError, Ruleset
from incentive_engine.evaluate.records import RowProblem

if TYPE_CHECKING:
    import polars as pl

    from incentive_engine.decision.frames import DecidedFrame

FORMATS = ("parquet", "jsonl", "xlsx")


def write_decisions(
    ruleset: Ruleset, snapshots: str, form: str, out: Path | None, screen: Screen
) -> list[RowProblem]:
    """Write the decisions on the rows of a file, and return what is wrong with rows that were left out.

    Raises:
        click.exceptions.Exit: if there is nothing to decide on, after telling why.
        Misuse: if there is no file to write to, or it cannot be written.
    """
    if out is None:
        raise Misuse("cli.out_needed", form=form)
    rejected: list[RowProblem] = []
    try:
        from incentive_engine.evaluate.columns.output import SheetTooLongError, write_frames
    except ImportError as error:
        raise Misuse(
            "cli.extra_needed", file=str(out), extra="excel" if form == "xlsx" else "columns"
        ) from error
    try:
        parts = ruleset.evaluate_batches(snapshots)
        with _whole(out, form) as beside:
            write_frames(_frames(parts, rejected, screen), beside)
    except EventsError as error:
        screen.tell_problems(error.problems, "")
        raise click.exceptions.Exit(exit_code(error.problems)) from error
    except SheetTooLongError as error:
        raise Misuse("cli.sheet_too_long", file=str(out), count=f"{error}") from error
    except ImportError as error:
        raise Misuse("cli.extra_needed", file=str(out), extra="excel") from error
    except OSError as error:
        raise Misuse("cli.cannot_write", file=str(out), reason=str(error.strerror or error)) from error
    return sorted(rejected, key=lambda problem: problem.row or 0)


def _frames(
    parts: Iterator[DecidedFrame], rejected: list[RowProblem], screen: Screen
) -> Iterator[pl.DataFrame]:
    """Yield the frames of parts, and gather the rows that were left out."""
    for part in parts:
        require_rows(part.rejected, screen)
        rejected.extend(problem for problem in part.rejected if problem.row is not None)
        yield part.frame


@contextmanager
def _whole(out: Path, form: str) -> Iterator[Path]:
    """Give the name of a new file, which takes the place of another one once all is written."""
    target = Path(os.path.realpath(out))
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.{form}")
    try:
        yield beside
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
