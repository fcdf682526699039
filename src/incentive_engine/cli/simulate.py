"""`simulate`: what a proposal would change, over the same population as the ruleset in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import format_option, help_option, keep_inputs, lang_option, out_option

if TYPE_CHECKING:
    from incentive_engine.cli.screen import Screen
    from incentive_engine.simulation import Comparison


@click.command(cls=Command)
@click.option("--baseline", metavar="RULESET", required=True)
@click.option("--proposal", metavar="RULESET", required=True)
@click.option("--snapshots", metavar="SNAPSHOTS", required=True)
@click.option("--by", metavar="NAME", multiple=True)
@format_option("table", "csv", "json", "md")
@out_option
@lang_option
@help_option
@click.pass_context
def simulate(
    context: click.Context,
    *,
    baseline: str,
    proposal: str,
    snapshots: str,
    by: tuple[str, ...],
    form: str,
    out: Path | None,
) -> None:
    """Compare two rulesets over the same population."""
    from incentive_engine.cli.inputs import exit_code, require_rows, rows_of, ruleset_of
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.simulation import ComparisonError
    from incentive_engine.simulation import simulate as compare

    keep_inputs(out, [baseline, proposal, snapshots])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.ruleset"))
        before, after = ruleset_of(baseline, screen), ruleset_of(proposal, screen)
        working.stage(screen.said("cli.stage.rows"))
        rows = rows_of(snapshots, working, screen.said("cli.stage.comparing"))
        try:
            comparison = compare(before, after, rows, by=by)
        except ComparisonError as error:
            screen.tell_problems(error.problems, "")
            raise click.exceptions.Exit(exit_code(error.problems)) from error
        rejected = [each.problem for row in comparison.rejected for each in row.by_problem]
        require_rows([*comparison.notes, *rejected], screen)
        working.writing(screen.said("cli.stage.writing"), screen.results if out is None else None)
        _write(comparison, screen, form, out)
    screen.tell_rows(rejected)
    context.exit(FOUND if rejected else DONE)


def _write(comparison: Comparison, screen: Screen, form: str, out: Path | None) -> None:
    from incentive_engine.cli.compared import document, rows
    from incentive_engine.cli.document import publish
    from incentive_engine.cli.output import csv_lines, json_text, write

    match form:
        case "csv":
            write(csv_lines(rows(comparison)), out, mark=True)
        case "json":
            write([json_text(comparison.to_dict(screen.language))], out)
        case "md":
            write([comparison.markdown(screen.language)], out)
        case _:
            publish(document(comparison, screen.language), screen, out)
