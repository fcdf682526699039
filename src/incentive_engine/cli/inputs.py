"""Reading what a command is given: rulesets and rows of data, or a clear word on what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import click

from incentive_engine.cli.interface import FOUND, MISUSED, Misuse
from incentive_engine.cli.progress import Working
from incentive_engine.cli.screen import Screen
from incentive_engine.engine import Decisions, Ruleset, RulesetError, load_ruleset
from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.records import Record, Records, RowProblem
from incentive_engine.kinds.interface import Rule
from incentive_engine.kinds.registry import KindError, installed_kinds
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.text import read_file
from incentive_engine.versions import Versions, load_versions

_UNREADABLE = {
    *("IE1001", "IE1002", "IE1003", "IE1004", "IE1005", "IE1006"),  # rulesets
    *("IE4001", "IE4002", "IE4004", "IE4090", "IE4091", "IE4092"),  # data
}


def exit_code(problems: Iterable[Problem]) -> int:
    """Return the exit code that problems lead to: warnings alone are no reason to stop a pipeline."""
    errors = [problem.code for problem in problems if problem.severity == "error"]
    if not errors:
        return 0
    return MISUSED if _UNREADABLE.intersection(errors) else FOUND


def kinds(screen: Screen) -> Mapping[str, type[Rule]]:
    """Return the installed kinds of rules.

    Raises:
        click.exceptions.Exit: if one cannot be used, after saying so.
    """
    try:
        return installed_kinds()
    except KindError as error:
        screen.tell_error(screen.said("cli.kind_unusable", reason=str(error)))
        raise click.exceptions.Exit(FOUND) from error


def ruleset_of(file: str, screen: Screen, facts: str | None = None) -> Ruleset:
    """Return the ruleset of a file, with the facts of another; of warnings only the number is told.

    Raises:
        click.exceptions.Exit: if it cannot be used, after telling all that is wrong with it.
        Misuse: if it is a folder of several versions.
    """
    if Path(file).is_dir():
        raise Misuse("cli.one_version", folder=file)
    kinds(screen)
    with _told_if_unusable(file, screen):
        ruleset = load_ruleset(file)
    _tell_warnings(file, ruleset.warnings, screen)
    return ruleset.with_facts(None if facts is None else read_records(facts))


def versions_of(file: str, screen: Screen, facts: str | None = None) -> Ruleset | Versions:
    """Return the ruleset of a file, or the versions of a folder; raises as `ruleset_of` does."""
    if not Path(file).is_dir():
        return ruleset_of(file, screen, facts)
    kinds(screen)
    with _told_if_unusable(file, screen):
        versions = load_versions(file)
    _tell_warnings(file, versions.warnings, screen)
    return versions.with_facts(None if facts is None else read_records(facts))


@contextmanager
def _told_if_unusable(file: str, screen: Screen) -> Iterator[None]:
    try:
        yield
    except RulesetError as error:
        for place, problems in groupby(error.problems, lambda each: each.span.file if each.span else file):
            screen.tell_problems(problems, read_file(place)[0])
        screen.tell_error(screen.said("cli.ruleset_unusable", file=file))
        raise click.exceptions.Exit(exit_code(error.problems)) from error


def _tell_warnings(file: str, warnings: Sequence[Problem], screen: Screen) -> None:
    if warnings:
        values = {"file": file, "count": str(len(warnings))}
        screen.tell(screen.said("cli.ruleset_warnings", **values), "yellow")


def rows_of(file: str, working: Working, then: str) -> Records:
    """Return the rows of a file, which are counted as they are read; `then` is the stage that follows."""
    records = read_records(file)

    def counted() -> Iterator[Record]:
        yield from working.counted(records)
        working.stage(then)

    return Records(counted, file=records.file, columns=records.columns, problems=records.problems)


def decided(
    file: str, snapshots: str, facts: str | None, screen: Screen, working: Working
) -> tuple[Sequence[Ruleset], Decisions]:
    """Return the versions of a policy and its decisions on the rows of a file, beside the facts of another.

    Raises:
        click.exceptions.Exit: if either file cannot be used, after telling why.
    """
    working.stage(screen.said("cli.stage.ruleset"))
    used = versions_of(file, screen, facts)
    working.stage(screen.said("cli.stage.rows"))
    decisions = used.evaluate_all(rows_of(snapshots, working, screen.said("cli.stage.evaluating")))
    require_rows(decisions.rejected, screen)
    return used.rulesets if isinstance(used, Versions) else [used], decisions


def require_rows(problems: Sequence[RowProblem], screen: Screen) -> None:
    """Tell what is wrong with the data as a whole.

    Raises:
        click.exceptions.Exit: if there are no rows for this reason.
    """
    whole = [problem for problem in problems if problem.row is None]
    for problem in whole:
        screen.tell_row(problem)
    code = exit_code(problem.problem for problem in whole)
    if code:
        raise click.exceptions.Exit(code)
