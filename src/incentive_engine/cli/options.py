"""The arguments and options that several commands have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import click
from click.core import ParameterSource

from incentive_engine.cli.interface import Misuse
from incentive_engine.cli.language import LANGUAGES

Function = TypeVar("Function", bound=Callable[..., object])


class Decorator(Protocol):
    """What adds an option to a command."""

    def __call__(self, function: Function, /) -> Function:
        """Return the command with the option."""
        ...


# The language is known already, by `language.asked_language`; the option is here to be checked and listed.
lang_option = click.option(
    "--lang", metavar="|".join(LANGUAGES), type=click.Choice(LANGUAGES), expose_value=False
)
help_option = click.help_option("--help", help="")

ruleset_argument = click.argument("ruleset", metavar="RULESET")
snapshots_argument = click.argument("snapshots", metavar="SNAPSHOTS")
facts_option = click.option("--facts", metavar="FILE")


def format_option(*formats: str, of_files: Sequence[str] = ()) -> Decorator:
    """Return the option that chooses one of several formats.

    Where none is chosen it is what the name of the file to write says, as `.csv` does, or else the first.
    Those `of_files` are written into files only, whose names say enough; help does not list them.
    """
    every = (*formats, *of_files)

    def by_name(context: click.Context, _parameter: click.Parameter, value: str) -> str:
        out: Path | None = context.params.get("out")
        if out is None or context.get_parameter_source("form") is not ParameterSource.DEFAULT:
            return value
        ending = out.suffix.lower().removeprefix(".")
        return ending if ending in every else value

    return click.option(
        "--format",
        "form",
        metavar="|".join(formats),
        type=click.Choice(every),
        default=formats[0],
        callback=by_name,
    )


def _writable(context: click.Context, _parameter: click.Parameter, value: str | None) -> Path | None:
    """Return the file to write to, unless it can be known beforehand that it cannot be written."""
    if value is None or context.resilient_parsing:
        return None
    path = Path(value)
    if path.is_dir():
        raise Misuse("cli.out_is_folder", file=value)
    if not path.parent.is_dir():
        raise Misuse("cli.out_without_folder", file=value, folder=str(path.parent))
    return path


# Eager, so that the format can go by it.
out_option = click.option("--out", metavar="FILE", callback=_writable, is_eager=True)
report_option = click.option("--report", metavar="FILE", callback=_writable)
with_agents_option = click.option("--with-agents", is_flag=True)


def keep_inputs(out: Path | None, inputs: Sequence[str]) -> None:
    """Refuse to write over a file that is read.

    Raises:
        Misuse: if `out` is one of the inputs.
    """
    if out is None or not out.exists():
        return
    for name in inputs:
        path = Path(name)
        if path.exists() and path.samefile(out):
            raise Misuse("cli.out_is_input", file=str(out))
