"""`retrospect`: what a scenario predicted beside what has come of it since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command, Misuse
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import (
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
    from incentive_engine.simulation.retrospect import Retrospective


@click.command(cls=Command)
@click.argument("prediction", metavar="PREDICTION")
@ruleset_argument
@snapshots_argument
@click.option("--proposal", "proposed", metavar="ID", default="")
@format_option("text", "json", "md")
@out_option
@lang_option
@help_option
@click.pass_context
def retrospect(
    context: click.Context,
    prediction: str,
    ruleset: str,
    snapshots: str,
    *,
    proposed: str,
    form: str,
    out: Path | None,
) -> None:
    """Compare a prediction with what came of it."""
    from incentive_engine.cli.inputs import exit_code, require_rows, rows_of, ruleset_of
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.simulation.retrospect import PredictionError
    from incentive_engine.simulation.retrospect import retrospect as compared

    keep_inputs(out, [prediction, ruleset, snapshots])
    screen = Screen(spoken(context))
    text = _text(prediction)
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.ruleset"))
        policy = ruleset_of(ruleset, screen)
        working.stage(screen.said("cli.stage.rows"))
        rows = rows_of(snapshots, working, screen.said("cli.stage.comparing"))
        try:
            found = compared(text, policy, rows, proposal=proposed)
        except PredictionError as error:
            screen.tell_problems(error.problems, "")
            raise click.exceptions.Exit(exit_code(error.problems)) from error
        require_rows(found.rejected, screen)
    _write(found, screen, form, out)
    screen.tell_rows(found.rejected)
    context.exit(FOUND if found.rejected else DONE)


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise Misuse("cli.prediction_unreadable", file=file, reason=str(reason)) from error


def _write(found: Retrospective, screen: Screen, form: str, out: Path | None) -> None:
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
