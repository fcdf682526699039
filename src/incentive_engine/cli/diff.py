"""`diff`: what differs between two versions of a ruleset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import Command
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import format_option, help_option, keep_inputs, lang_option, out_option

if TYPE_CHECKING:
    from incentive_engine.check.difference import RulesetDiff
    from incentive_engine.cli.screen import Screen


@click.command(cls=Command)
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@format_option("text", "json", "md")
@out_option
@lang_option
@help_option
@click.pass_context
def diff(context: click.Context, before: str, after: str, form: str, out: Path | None) -> None:
    """Say what differs between two versions of a ruleset."""
    from incentive_engine.check.difference import compare
    from incentive_engine.cli.inputs import ruleset_of
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.ruleset.text import read_file

    keep_inputs(out, [before, after])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.comparing"))
        for file in (before, after):
            ruleset_of(file, screen)  # tells all that is wrong with it
        found = compare(read_file(before)[0], read_file(after)[0], before, after)
    _write(found, screen, form, out)


def _write(found: RulesetDiff, screen: Screen, form: str, out: Path | None) -> None:
    from incentive_engine.cli.document import Paragraph, publish
    from incentive_engine.cli.output import json_text, write

    match form:
        case "json":
            write([json_text(found.to_dict(screen.language))], out)
        case "md":
            write([found.markdown(screen.language)], out)
        case _:
            blocks = [block.split("\n") for block in found.text(screen.language).rstrip("\n").split("\n\n")]
            publish([Paragraph(lines, heading=heading) for heading, *lines in blocks], screen, out)
