"""`schema`: the JSON Schema by which editors complete and check rulesets."""

from __future__ import annotations

from pathlib import Path

import click

from incentive_engine.cli.interface import Command
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import help_option, lang_option, out_option


@click.command(cls=Command)
@click.option("--scenario", "of_scenario", is_flag=True)
@out_option
@lang_option
@help_option
@click.pass_context
def schema(context: click.Context, *, of_scenario: bool, out: Path | None) -> None:
    """Print the JSON Schema of rulesets with the installed kinds, or that of scenarios."""
    from incentive_engine.cli.inputs import kinds
    from incentive_engine.cli.output import json_text, write
    from incentive_engine.cli.screen import Screen
    from incentive_engine.kinds.schema import ruleset_schema, shape_schema

    if of_scenario:
        from incentive_engine.simulation.laboratory.shape import ScenarioShape

        write([json_text(shape_schema(ScenarioShape))], out)
        return
    write([json_text(ruleset_schema(kinds(Screen(spoken(context)))))], out)
