"""`handbook`: the policy as a document for the people it pays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import Command
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import (
    facts_option,
    format_option,
    help_option,
    keep_inputs,
    lang_option,
    out_option,
    ruleset_argument,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incentive_engine.check.running import SuiteRun
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.decision.decision import Decision
    from incentive_engine.engine import Ruleset

_TESTS = ".tests.yaml"


@click.command(cls=Command)
@ruleset_argument
@click.option("--example", metavar="SNAPSHOTS")
@facts_option
@format_option("md", "html")
@out_option
@lang_option
@help_option
@click.pass_context
def handbook(
    context: click.Context,
    ruleset: str,
    *,
    example: str | None,
    facts: str | None,
    form: str,
    out: Path | None,
) -> None:
    """Write the policy as a document for the people it pays."""
    from incentive_engine.cli.inputs import ruleset_of
    from incentive_engine.cli.output import write
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.handbook import Handbook

    tests = Path(ruleset).with_suffix(_TESTS)
    keep_inputs(out, [ruleset, str(tests), *(file for file in (example, facts) if file)])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.ruleset"))
        used = ruleset_of(ruleset, screen, facts)
        decisions = _decided(used, example, screen, working) if example else ()
        working.stage(screen.said("cli.stage.writing"))
        made = Handbook(used, decisions, _tested(used, tests))
        text = made.html(screen.language) if form == "html" else made.markdown(screen.language)
    write([text], out)


def _decided(ruleset: Ruleset, file: str, screen: Screen, working: Working) -> Sequence[Decision]:
    """Return the decisions on the examples that were chosen.

    Raises:
        click.exceptions.Exit: if they cannot be used, after telling why.
    """
    from incentive_engine.cli.inputs import exit_code, require_rows, rows_of

    decisions = ruleset.evaluate_all(rows_of(file, working, screen.said("cli.stage.evaluating")))
    require_rows(decisions.rejected, screen)
    if decisions.rejected:
        screen.tell_rows(decisions.rejected)
        raise click.exceptions.Exit(exit_code(each.problem for each in decisions.rejected))
    return decisions.made


def _tested(ruleset: Ruleset, file: Path) -> SuiteRun | None:
    """Return what comes of the tests beside a ruleset, where there are any."""
    from incentive_engine.check.running import run_tests
    from incentive_engine.ruleset.text import read_file

    if not file.is_file():
        return None
    text, _ = read_file(file)
    return run_tests(ruleset, text, str(file))
