"""`appeal`: what corrected facts change, for the agent who appeals and for everybody else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command, Misuse
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import (
    facts_option,
    format_option,
    help_option,
    keep_inputs,
    lang_option,
    out_option,
    ruleset_argument,
    snapshots_argument,
)

if TYPE_CHECKING:
    from incentive_engine.cli.screen import Screen
    from incentive_engine.simulation.appeal import Appeal


def _corrections(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Return the corrected values by name."""
    found: dict[str, str] = {}
    for each in values:
        name, sign, value = each.partition("=")
        if not sign or not name.strip():
            raise Misuse("cli.no_correction", text=each)
        found[name.strip()] = value.strip()
    return found


@click.command(cls=Command)
@ruleset_argument
@snapshots_argument
@facts_option
@click.option("--agent", metavar="ID", required=True)
@click.option("--period", metavar="PERIOD", default="")
@click.option("--event", metavar="ID", default="")
@click.option("--set", "corrected", metavar="NAME=VALUE", multiple=True, required=True, callback=_corrections)
@format_option("text", "json", "md")
@out_option
@lang_option
@help_option
@click.pass_context
def appeal(
    context: click.Context,
    ruleset: str,
    snapshots: str,
    *,
    facts: str | None,
    agent: str,
    period: str,
    event: str,
    corrected: dict[str, str],
    form: str,
    out: Path | None,
) -> None:
    """Decide again on corrected facts."""
    from incentive_engine.cli.inputs import exit_code, rows_of, ruleset_of
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.simulation.appeal import AppealError
    from incentive_engine.simulation.appeal import appeal as heard

    if not period and not event:
        raise Misuse("cli.missing", name="--period")
    keep_inputs(out, [ruleset, snapshots, *([facts] if facts else [])])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.ruleset"))
        policy = ruleset_of(ruleset, screen, facts)
        working.stage(screen.said("cli.stage.rows"))
        rows = rows_of(snapshots, working, screen.said("cli.stage.evaluating"))
        try:
            found = heard(
                policy, rows, agent=agent.strip(), period=period.strip(), event=event, corrected=corrected
            )
        except AppealError as error:
            screen.tell_problems(error.problems, "")
            raise click.exceptions.Exit(exit_code(error.problems)) from error
    _write(found, screen, form, out)
    screen.tell_rows(found.rejected)
    context.exit(FOUND if found.rejected else DONE)


def _write(found: Appeal, screen: Screen, form: str, out: Path | None) -> None:
    from incentive_engine.cli.document import publish
    from incentive_engine.cli.output import json_text, write
    from incentive_engine.cli.reported import parts

    match form:
        case "json":
            write([json_text(found.to_dict(screen.language))], out)
        case "md":
            write([found.markdown(screen.language)], out)
        case _:
            publish(parts(found.report(screen.language), found.format(screen.language)), screen, out)
