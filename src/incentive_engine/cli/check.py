"""`check`: says all that is wrong with rulesets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import format_option, help_option, keep_inputs, lang_option, out_option

if TYPE_CHECKING:
    from rich.text import Text

    from incentive_engine.cli.document import Part
    from incentive_engine.cli.screen import Screen
    from incentive_engine.ruleset.problems import Problem

_IS_TESTS = "IE1118"
_IS_SCENARIO = "IE1119"

Found = dict[str, "tuple[Problem, ...]"]


@click.command(cls=Command)
@click.argument("rulesets", metavar="RULESET...", nargs=-1, required=True)
@click.option("--strict", is_flag=True)
@click.option("--no-warnings", is_flag=True)
@format_option("text", "json")
@out_option
@lang_option
@help_option
@click.pass_context
def check(
    context: click.Context,
    rulesets: Sequence[str],
    *,
    strict: bool,
    no_warnings: bool,
    form: str,
    out: Path | None,
) -> None:
    """Say all that is wrong with rulesets."""
    from incentive_engine.cli.document import publish
    from incentive_engine.cli.inputs import exit_code, kinds
    from incentive_engine.cli.output import json_text, write
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen

    keep_inputs(out, rulesets)
    screen = Screen(spoken(context))
    kinds(screen)
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.checking"))
        every: Found = {}
        for file in working.counted(dict.fromkeys(rulesets)):
            every |= _of_folder(file) if Path(file).is_dir() else {file: _problems_of(file)}
    found, beside = _without_tests(_errors_only(every) if no_warnings else every)
    if form == "json":
        write([json_text(_as_json(found, beside, screen))], out)
    else:
        publish(_document(found, beside, screen), screen, out)
    problems = [problem for problems in found.values() for problem in problems]
    context.exit(exit_code(problems) or (FOUND if strict and problems else DONE))


def _of_folder(folder: str) -> Found:
    """Return all problems of the versions of a policy, by file; under the folder itself those of all."""
    from incentive_engine.versions import check_versions

    return {
        file: found if file == folder else _problems_of(file)
        for file, found in check_versions(folder).items()
    }


def _problems_of(file: str) -> tuple[Problem, ...]:
    """Return all problems of a ruleset, or of a scenario."""
    from incentive_engine.check.checking import check_ruleset

    problems = check_ruleset(file)
    if [problem.code for problem in problems] == [_IS_SCENARIO]:
        from incentive_engine.simulation.laboratory.reading import check_scenario

        return check_scenario(file)
    return problems


def _errors_only(found: Found) -> Found:
    return {
        file: tuple(problem for problem in problems if problem.severity == "error")
        for file, problems in found.items()
    }


def _without_tests(found: Found) -> tuple[Found, list[str]]:
    """Return what was found in rulesets, and the files of tests beside them, which `test` is for.

    Where there are only files of tests, that is what is wrong with them.
    """
    tests = [file for file, problems in found.items() if [each.code for each in problems] == [_IS_TESTS]]
    if len(tests) == len(found):
        return found, []
    return {file: problems for file, problems in found.items() if file not in tests}, tests


def _document(found: Found, beside: Sequence[str], screen: Screen) -> Iterator[Part]:
    """Yield every problem with the lines that it is about, and last the counts."""
    from rich.text import Text

    from incentive_engine.cli.screen import coloured
    from incentive_engine.ruleset.text import read_file

    for file, problems in found.items():
        for problem in problems:
            text = read_file(file if problem.span is None else problem.span.file)[0]
            yield coloured(problem, text, screen.language)
    lines = [_count("cli.check.file", file, problems, screen) for file, problems in found.items()]
    if len(found) > 1:
        every = [problem for problems in found.values() for problem in problems]
        lines.append(_count("cli.check.files", str(len(found)), every, screen))
    lines += [Text(screen.said("cli.check.tests", file=file), "dim") for file in beside]
    yield Text("\n").join(lines)


def _count(code: str, about: str, problems: Sequence[Problem], screen: Screen) -> Text:
    """Return how many problems there are, in the colour of the worst."""
    from rich.text import Text

    errors, warnings = _counts(problems)
    if not problems:
        return Text(screen.said(f"{code}.clean", about=about), "green")
    counted = screen.said(code, about=about, errors=str(errors), warnings=str(warnings))
    return Text(counted, "bold red" if errors else "bold yellow")


def _counts(problems: Sequence[Problem]) -> tuple[int, int]:
    errors = sum(problem.severity == "error" for problem in problems)
    return errors, len(problems) - errors


def _as_json(found: Found, beside: Sequence[str], screen: Screen) -> dict[str, object]:
    from incentive_engine.ruleset.render import as_json

    errors, warnings = _counts([problem for problems in found.values() for problem in problems])
    files = [
        {"file": file, "problems": [as_json(problem, screen.language) for problem in problems]}
        for file, problems in found.items()
    ]
    return {"files": files, "tests": list(beside), "errors": errors, "warnings": warnings}
