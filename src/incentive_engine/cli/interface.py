"""The form that all commands have: help, arguments and misuse, in the reader's language.

Click parses; what it prints by itself would be English, coloured whatever `NO_COLOR` says, and out of line
where Chinese is wide. So help and misuse are told here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import click

from incentive_engine.cli.language import advised, asked_language, said, spoken
from incentive_engine.texts import Language

PROGRAM = "incentive-engine"
DONE, FOUND, MISUSED = 0, 1, 2
"""The exit codes: all is well; a problem was found; the program was misused, or a file cannot be used."""

_WIDEST_HELP = 100


class Misuse(click.UsageError):
    """The program was not called as it is meant; an entry of the catalogue says how."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(said(code, "en", **values))
        self.code = code
        self.values = values


class Command(click.Command):
    """A command whose texts stand in the catalogue under `cli.` and its name."""

    allow_extra_args = True  # So that they are refused here, in the reader's language.

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments, and refuse those that are too many."""
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise Misuse("cli.too_many_arguments", arguments=" ".join(ctx.args))
        return rest

    def get_help(self, ctx: click.Context) -> str:
        """Return the help page."""
        return help_page(self, ctx)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 -- shells cut texts themselves
        """Return the line that a shell shows when it completes the command."""
        return said(f"cli.{self.name}", asked_language(()))


class Commands(click.Group):
    """The program: its commands, each a `Command`."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        """Take the program's own arguments, and settle the language."""
        language = asked_language(args)
        with _misuse_told(language):
            return super().make_context(info_name, args, parent, obj=language, **extra)

    def invoke(self, ctx: click.Context) -> None:
        """Run the command that is asked for."""
        with _misuse_told(spoken(ctx)):
            super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            raise Misuse("cli.no_command", name=args[0], **did_you_mean(args[0], list(self.commands)))
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        """Return the help page."""
        return help_page(self, ctx)


def did_you_mean(word: str, candidates: list[str]) -> dict[str, str]:
    """Return the values `suggestion` and `suggestion_zh` of a message: what was probably meant, or nothing.

    >>> did_you_mean("explian", ["check", "explain"])["suggestion"]
    '; did you mean `explain`?'
    """
    from difflib import get_close_matches

    alike = {candidate.casefold(): candidate for candidate in candidates}
    close = get_close_matches(word.casefold(), alike, n=1)
    if not close:
        return {"suggestion": "", "suggestion_zh": ""}
    values = {"name": alike[close[0]]}
    return {
        "suggestion": said("cli.did_you_mean", "en", **values),
        "suggestion_zh": said("cli.did_you_mean", "zh", **values),
    }


# --- Misuse ---------------------------------------------------------------------------------------------


@contextmanager
def _misuse_told(language: Language) -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        from incentive_engine.cli.screen import Screen

        screen = Screen(language)
        message, hint = _told(error, language)
        screen.tell_error(message, hint)
        raise click.exceptions.Exit(MISUSED) from None


def _told(error: click.UsageError, language: Language) -> tuple[str, str]:
    """Return what is wrong, and what to do about it."""
    code, values = _entry(error)
    path = PROGRAM if error.ctx is None else error.ctx.command_path
    hint = advised(code, language, **values) or said("cli.try_help", language, command=path)
    return said(code, language, **values), hint


def _entry(error: click.UsageError) -> tuple[str, dict[str, str]]:
    """Return the entry of the catalogue that tells a misuse, and its values."""
    match error:
        case Misuse():
            return error.code, error.values
        case click.MissingParameter(param=click.Parameter() as parameter):
            return "cli.missing", {"name": _name(parameter)}
        case click.NoSuchOption():
            return "cli.no_option", {
                "name": error.option_name,
                **did_you_mean(error.option_name, error.possibilities or []),
            }
        case click.BadParameter(param=click.Parameter(type=click.Choice() as choice) as parameter):
            choices = ", ".join(f"`{each}`" for each in choice.choices)
            return "cli.no_choice", {"name": _name(parameter), "choices": choices}
        case click.BadOptionUsage():
            return "cli.option_misused", {"name": error.option_name}
        case _:
            return "cli.misused", {"message": error.format_message()}


def _name(parameter: click.Parameter) -> str:
    """Return a parameter as it is written on the command line."""
    if isinstance(parameter, click.Option):
        return parameter.opts[0]
    return (parameter.metavar or "").removesuffix("...")


# --- Help -----------------------------------------------------------------------------------------------


def help_page(command: click.Command, context: click.Context) -> str:
    """Return a command's help page, as wide as the terminal but no wider than is good to read."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table

    language = spoken(context)
    page = io.StringIO()
    console = Console(file=page, color_system=None, force_terminal=False, markup=False, highlight=False)
    console.width = min(console.width, _WIDEST_HELP)
    parameters = command.get_params(context)
    usage = f"{context.command_path} {' '.join(_usage(command, parameters))}"
    console.print(said("cli.usage", language, usage=usage), soft_wrap=True)
    console.print()
    console.print(Padding(said(f"cli.{_code(command)}", language), (0, 0, 0, 2)))
    for heading, entries in _lists(command, parameters, language):
        console.print()
        console.print(said(heading, language))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")  # Chinese has no spaces to break a line at.
        for name, text in entries:
            grid.add_row(name, text)
        console.print(Padding(grid, (0, 0, 0, 2)))
    console.print()
    console.print(said("cli.exit_codes", language))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def _code(command: click.Command) -> str:
    return "about" if isinstance(command, click.Group) else str(command.name)


def _usage(command: click.Command, parameters: list[click.Parameter]) -> Iterator[str]:
    for parameter in parameters:
        if isinstance(parameter, click.Argument):
            yield str(parameter.metavar)
        elif parameter.required:
            yield _option(parameter)
    yield "[OPTIONS]"
    if isinstance(command, click.Group):
        yield "COMMAND"


def _lists(
    command: click.Command, parameters: list[click.Parameter], language: Language
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the headings of a help page with what stands under them: names and their texts."""
    if isinstance(command, click.Group):
        yield "cli.heading.commands", [(name, said(f"cli.{name}", language)) for name in command.commands]
    arguments = [each for each in parameters if isinstance(each, click.Argument)]
    if arguments:
        listed = [(str(each.metavar), said(f"cli.argument.{each.name}", language)) for each in arguments]
        yield "cli.heading.arguments", listed
    options = [each for each in parameters if not isinstance(each, click.Argument)]
    yield "cli.heading.options", [(_option(each), _meaning(each, language)) for each in options]


def _option(parameter: click.Parameter) -> str:
    """Return an option as it is written, with the name of its value."""
    return " ".join([parameter.opts[0], *([parameter.metavar] if parameter.metavar else [])])


def _meaning(option: click.Parameter, language: Language) -> str:
    return said(f"cli.option.{option.name}", language, default=str(option.default))
