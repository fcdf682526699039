"""The program `incentive-engine`."""

from __future__ import annotations

import click

from incentive_engine.cli.appeal import appeal
from incentive_engine.cli.check import check
from incentive_engine.cli.diff import diff
from incentive_engine.cli.evaluate import evaluate
from incentive_engine.cli.explain import explain
from incentive_engine.cli.handbook import handbook
from incentive_engine.cli.init import init
from incentive_engine.cli.interface import MISUSED, PROGRAM, Commands
from incentive_engine.cli.kinds import kinds
from incentive_engine.cli.options import help_option, lang_option
from incentive_engine.cli.recompute import recompute
from incentive_engine.cli.retrospect import retrospect
from incentive_engine.cli.schema import schema
from incentive_engine.cli.simulate import simulate
from incentive_engine.cli.test import test


@click.group(cls=Commands, name=PROGRAM, no_args_is_help=False, invoke_without_command=True)
@click.version_option(package_name=PROGRAM, prog_name=PROGRAM)
@lang_option
@help_option
@click.pass_context
def commands(context: click.Context) -> None:
    """Turn a reward policy written in YAML into exact, explained reward decisions."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(MISUSED)


for command in (
    init,
    check,
    evaluate,
    explain,
    appeal,
    recompute,
    simulate,
    retrospect,
    test,
    diff,
    handbook,
    schema,
    kinds,
):
    commands.add_command(command)


def main() -> None:
    """Run the program with the arguments that it was called with."""
    commands(prog_name=PROGRAM)
