"""`recompute`: makes stored decisions again, and says what is not as it was and what is owed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import (
    facts_option,
    format_option,
    help_option,
    keep_inputs,
    lang_option,
    out_option,
)

if TYPE_CHECKING:
    from incentive_engine.check.recompute import Recomputation
    from incentive_engine.check.stored import Stored
    from incentive_engine.cli.screen import Screen


@click.command(cls=Command)
@click.argument("decisions", metavar="DECISIONS")
@click.option("--ruleset", metavar="RULESET", required=True)
@click.option("--snapshots", metavar="SNAPSHOTS", required=True)
@facts_option
@format_option("table", "csv", "json", "md")
@out_option
@lang_option
@help_option
@click.pass_context
def recompute(
    context: click.Context,
    decisions: str,
    ruleset: str,
    snapshots: str,
    *,
    facts: str | None,
    form: str,
    out: Path | None,
) -> None:
    """Make stored decisions again."""
    from incentive_engine.check.recompute import RecomputeError
    from incentive_engine.check.recompute import recompute as made_again
    from incentive_engine.cli.inputs import require_rows, rows_of, versions_of
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen

    keep_inputs(out, [decisions, ruleset, snapshots, *([facts] if facts else [])])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.ruleset"))
        policy = versions_of(ruleset, screen, facts)
        before = _stored(decisions, screen)
        working.stage(screen.said("cli.stage.rows"))
        rows = rows_of(snapshots, working, screen.said("cli.stage.evaluating"))
        try:
            found = made_again(before, policy, rows)
        except RecomputeError as error:
            screen.tell_problems(error.problems, "")
            raise click.exceptions.Exit(FOUND) from error
    require_rows(found.rejected, screen)
    _write(found, screen, form, out)
    rejected = [problem for problem in found.rejected if problem.row is not None]
    screen.tell_rows(rejected)
    context.exit(DONE if found.is_fine and not rejected else FOUND)


def _stored(file: str, screen: Screen) -> Stored:
    """Return the decisions of a file.

    Raises:
        click.exceptions.Exit: if they cannot be used, after telling why.
    """
    from incentive_engine.check.stored import read_decisions
    from incentive_engine.cli.inputs import exit_code

    before = read_decisions(file)
    if before.problems:
        screen.tell_problems(before.problems, "")
        raise click.exceptions.Exit(exit_code(before.problems))
    return before


def _write(found: Recomputation, screen: Screen, form: str, out: Path | None) -> None:
    from incentive_engine.cli.document import markdown, publish
    from incentive_engine.cli.output import csv_lines, json_text, write
    from incentive_engine.cli.rechecked import document, rows

    match form:
        case "csv":
            write(csv_lines(rows(found)), out, mark=True)
        case "json":
            write([json_text(found.to_dict(screen.language))], out)
        case "md":
            write(markdown(document(found, screen.language)), out)
        case _:
            publish(document(found, screen.language), screen, out)
