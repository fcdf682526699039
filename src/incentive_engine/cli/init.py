"""`init`: writes a ruleset to begin with, with its tests and some rows of data."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import Command, Misuse
from incentive_engine.cli.language import said, spoken
from incentive_engine.cli.options import help_option, lang_option

if TYPE_CHECKING:
    from incentive_engine.cli.screen import Screen
    from incentive_engine.texts import Language

_KINDS = ("tiered_bonus", "bonus", "red_line")
_CURRENCY = "CNY"
_PERIOD = "month"
_PERIODS = ("day", "week", "month", "quarter", "year")


@click.command(cls=Command)
@click.argument("folder", metavar="[DIR]", default=".")
@click.option("--kind", metavar="KIND", multiple=True)
@click.option("--name", metavar="NAME", default="policy")
@click.option("--currency", metavar="CURRENCY")
@click.option("--period", "cadence", metavar="|".join(_PERIODS))
@click.option("--from", "first", metavar="DATE")
@click.option("--yes", is_flag=True)
@lang_option
@help_option
@click.pass_context
def init(
    context: click.Context,
    *,
    folder: str,
    kind: tuple[str, ...],
    name: str,
    currency: str | None,
    cadence: str | None,
    first: str | None,
    yes: bool,
) -> None:
    """Write a ruleset to begin with."""
    from incentive_engine.cli.screen import Screen
    from incentive_engine.ruleset.period import Cadence
    from incentive_engine.starting import KINDS, start

    screen = Screen(spoken(context))
    asks = not yes and sys.stdin.isatty()
    language = screen.language
    kinds = kind or _listed(_asked("kinds", ", ".join(_KINDS), KINDS, language, asks=asks))
    money = (currency or _asked("currency", _CURRENCY, (), language, asks=asks)).upper()
    period = cadence or _asked("period", _PERIOD, _PERIODS, language, asks=asks)
    for text, values in (*((each, KINDS) for each in kinds), (period, _PERIODS)):
        if text not in values:
            raise Misuse("cli.init.no_choice", text=text, values=", ".join(values))
    made = start(
        kinds,
        name=_name(name),
        currency=_currency(money),
        cadence=Cadence(period),
        first=_day(first),
        language=language,
    )
    files = {f"{name}.yaml": made.ruleset, f"{name}.tests.yaml": made.tests, f"{name}.csv": made.snapshots}
    _write({_in(folder, file): text for file, text in files.items()}, screen)
    _tell_what_next(folder, name, screen)


# --- Questions and answers


def _asked(code: str, default: str, values: Sequence[str], language: Language, *, asks: bool) -> str:
    """Return the answer to a question; where nothing is to be asked, the default."""
    if not asks:
        return default
    if code == "kinds":
        for kind in values:
            click.echo(f"  {kind}: {said(f'kind.{kind}', language)}", err=True)
    question = said(f"cli.init.ask.{code}", language, values=", ".join(values))
    answer: str = click.prompt(question, default=default, err=True)
    return answer.strip()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(
        each.strip() for each in text.replace("，", ",").replace("、", ",").split(",") if each.strip()
    )


def _name(name: str) -> str:
    if not name.isidentifier():
        raise Misuse("cli.init.no_name", text=name)
    return name


def _currency(text: str) -> str:
    from incentive_engine.ruleset.currency import PLACES

    if text not in PLACES:
        raise Misuse("cli.init.no_currency", text=text)
    return text


def _day(text: str | None) -> date:
    try:
        return date.today().replace(month=1, day=1) if text is None else date.fromisoformat(text)  # noqa: DTZ011 -- the day where the reader is
    except ValueError:
        raise Misuse("cli.init.no_date", text=str(text)) from None


# --- Files


def _in(folder: str, file: str) -> Path:
    path = Path(folder) / file
    if path.exists():
        raise Misuse("cli.init.exists", file=str(path))
    return path


def _write(files: dict[Path, str], screen: Screen) -> None:
    from incentive_engine.cli.output import write

    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misuse("cli.init.no_folder", file=str(path.parent), reason=str(error.strerror)) from error
        write([text], path, mark=path.suffix == ".csv")
        screen.results.print(screen.said("cli.init.written", file=str(path)), soft_wrap=True)


def _tell_what_next(folder: str, name: str, screen: Screen) -> None:
    """Tell the commands that lead on, ready to be copied."""
    ruleset, rows = (str(Path(folder) / f"{name}{ending}") for ending in (".yaml", ".csv"))
    screen.results.print()
    screen.results.print(screen.said("cli.init.next"), soft_wrap=True)
    for command in (
        f"check {ruleset}",
        f"test {ruleset}",
        f"evaluate {ruleset} {rows}",
        f"handbook {ruleset}",
    ):
        screen.results.print(f"  incentive-engine {command}", soft_wrap=True)
