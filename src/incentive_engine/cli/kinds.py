"""`kinds`: the kinds of rules that are installed, and the packages that they come from."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import Command
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import format_option, help_option, lang_option, out_option

if TYPE_CHECKING:
    from incentive_engine.cli.document import Table
    from incentive_engine.cli.screen import Screen
    from incentive_engine.kinds.interface import Rule


@click.command(cls=Command)
@format_option("table", "csv", "json", "md")
@out_option
@lang_option
@help_option
@click.pass_context
def kinds(context: click.Context, form: str, out: Path | None) -> None:
    """List the kinds of rules that are installed."""
    from incentive_engine.cli import inputs
    from incentive_engine.cli.document import markdown, publish
    from incentive_engine.cli.output import csv_lines, json_text, write
    from incentive_engine.cli.screen import Screen

    screen = Screen(spoken(context))
    packages = _packages()
    listed = [
        (name, _about(name, kind, screen), *packages[name]) for name, kind in inputs.kinds(screen).items()
    ]
    match form:
        case "json":
            keys = ("kind", "about", "package", "version")
            write([json_text([dict(zip(keys, each, strict=True)) for each in listed])], out)
        case "csv":
            write(csv_lines([("kind", "about", "package", "version"), *listed]), out, mark=True)
        case "md":
            write(markdown([_table(listed, screen)]), out)
        case _:
            publish([_table(listed, screen)], screen, out)


def _packages() -> dict[str, tuple[str, str]]:
    """Return the package, and its version, that each kind comes from."""
    from incentive_engine.kinds.registry import GROUP

    return {
        point.name: (point.dist.name, point.dist.version)
        for point in entry_points(group=GROUP)
        if point.dist is not None
    }


def _about(name: str, kind: type[Rule], screen: Screen) -> str:
    """Return what a kind is for: its text `kind.NAME` where there is one, else its docstring's first line."""
    from incentive_engine.texts import known_codes

    code = f"kind.{name}"
    return screen.said(code) if code in known_codes() else (kind.__doc__ or "").partition("\n")[0]


def _table(listed: list[tuple[str, str, str, str]], screen: Screen) -> Table:
    from incentive_engine.cli.document import Cell, Column, Table

    columns = [
        Column(screen.said("cli.column.kind"), repeated=True),
        Column(screen.said("cli.column.package")),
        Column(screen.said("cli.column.about"), wraps=True),
    ]
    rows = [
        [Cell(name, "bold"), Cell(f"{package} {version}"), Cell(about)]
        for name, about, package, version in listed
    ]
    return Table("", columns, rows)
