"""Where a command prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from incentive_engine.cli.language import said
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.render import rendered
from incentive_engine.texts import Language, fill

MOST_ROWS_TOLD = 20
"""So many problems of rows are told one by one; JSON has all of them."""

_SEVERITY_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold"}
_PLACE = re.compile(r"\s*(-->|:::) ")
_MARGIN = re.compile(r"\s*\d* \|")
_MARKS = re.compile(r"\s* \|\s+(?P<marks>\^+|-+)$")


class Screen:
    """The two streams of a terminal, and the language that is spoken on them.

    Rich decides about colours: it keeps to `NO_COLOR` and `FORCE_COLOR`, and uses none without a terminal.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.results = console(_readable(sys.stdout))
        self.remarks = console(_readable(sys.stderr))

    def said(self, code: str, **values: str) -> str:
        """Return a sentence of the program."""
        return said(code, self.language, **values)

    def tell(self, sentence: str, style: str = "") -> None:
        """Tell something on standard error."""
        self.remarks.print(Text(sentence, style), soft_wrap=True)

    def tell_error(self, message: str, hint: str = "") -> None:
        """Tell on standard error what keeps the program from going on, and what to do about it."""
        self.remarks.print(
            _emphasised(self.said("cli.error", message=message), message, "error"), soft_wrap=True
        )
        if hint:
            self.tell(fill("problem_hint", {"hint": hint}, self.language), "cyan")

    def tell_problems(self, problems: Iterable[Problem], text: str) -> None:
        """Tell the problems of a ruleset on standard error, with the lines that they are about."""
        for problem in problems:
            self.remarks.print(coloured(problem, text, self.language), soft_wrap=True)
            self.remarks.print()

    def tell_rows(self, problems: Iterable[RowProblem]) -> None:
        """Tell the first problems of rows on standard error, one in a line, and how many more there are."""
        told = list(problems)
        if told and self.results.is_terminal:
            self.remarks.print()
        for each in told[:MOST_ROWS_TOLD]:
            self.tell_row(each)
        if len(told) > MOST_ROWS_TOLD:
            self.tell(self.said("cli.more_problems", count=str(len(told) - MOST_ROWS_TOLD)))

    def tell_row(self, row_problem: RowProblem) -> None:
        """Tell on standard error what is wrong with a row or with the data as a whole."""
        problem = row_problem.problem
        message = row_problem.message(self.language)
        values = {"code": problem.code, "message": message}
        line = fill(f"problem_{problem.severity}", values, self.language)
        self.remarks.print(_emphasised(line, message, problem.severity), soft_wrap=True)
        hint = problem.hint(self.language)
        if hint and row_problem.row is None:
            self.tell(fill("problem_hint", {"hint": hint}, self.language), "cyan")


def console(stream: TextIO, width: int | None = None) -> Console:
    """Return a console that prints what it is given and guesses no meaning into it."""
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def _readable(stream: TextIO) -> TextIO:
    """Return a stream that fails on no character: UTF-8, except on a terminal, which has its own encoding."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    return stream


def coloured(problem: Problem, text: str, language: Language) -> Text:
    """Return a problem of a ruleset as it is rendered, in colours."""
    first, *lines = rendered(problem, text, language).split("\n")
    style = _SEVERITY_STYLES[problem.severity]
    parts = [_emphasised(first, problem.message(language), problem.severity)]
    for line in lines:
        shown = Text(line)
        margin = _PLACE.match(line) or _MARGIN.match(line)
        if margin is None:
            shown.stylize("cyan")
        else:
            shown.stylize("blue", 0, margin.end())
            marks = _MARKS.fullmatch(line)
            if marks is not None:
                shown.stylize(style, *marks.span("marks"))
        parts.append(shown)
    return Text("\n").join(parts)


def _emphasised(line: str, message: str, severity: str) -> Text:
    """Return a line with what stands before its message in the colour of its severity."""
    return Text.assemble((line.removesuffix(message), _SEVERITY_STYLES[severity]), message)
