"""The text of one file to look things up in, and the list of what is wrong with it."""

from __future__ import annotations

from incentive_engine.ruleset.problems import Problem, Span

MOST_BYTES = 1_000_000
DEEPEST = 32
MOST_NODES = 50_000
MOST_PROBLEMS = 100
_LONGEST_QUOTE = 60


class Source:
    """The lines of a file. Lines and columns count from 1, as in a `Span`."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = [line.removesuffix("\r") for line in text.split("\n")]

    def line(self, number: int) -> str:
        """Return a line without its end."""
        return self.lines[number - 1]

    def character(self, line: int, column: int) -> str:
        """Return the character at a place, or an empty text at the end of a line."""
        return self.line(line)[column - 1 : column]

    def indentation(self, number: int) -> int:
        """Return how many spaces a line begins with."""
        line = self.line(number)
        return len(line) - len(line.lstrip(" "))

    def span(self, line: int, column: int, end_column: int) -> Span:
        """Return a place within one line."""
        return Span(self.file, line, column, line, end_column)

    def content(self, number: int) -> Span:
        """Return the place of what stands in a line, without the spaces and the comment around it."""
        text = self.line(number).split(" #")[0].rstrip()
        start = min(self.indentation(number), len(text))
        return self.span(number, start + 1, len(text) + 1)

    def between(self, span: Span) -> str:
        """Return what stands at a place, with single spaces for the line breaks in it."""
        if span.line == span.end_line:
            return self.line(span.line)[span.column - 1 : span.end_column - 1]
        first = self.line(span.line)[span.column - 1 :]
        last = self.line(span.end_line)[: span.end_column - 1]
        return " ".join(part.strip() for part in (first, *self.lines[span.line : span.end_line - 1], last))


class Findings:
    """The problems of one file; no more than a reader can use are kept."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._known: set[object] = set()
        self._first_left_out: Problem | None = None

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def full(self) -> bool:
        """Whether looking on is of no use."""
        return self._first_left_out is not None

    def add(self, problem: Problem) -> None:
        """Keep a problem, unless it is there or there are too many already.

        Two ways of reading a text may come upon the same mistake.
        """
        mistake = (problem.code, problem.span, problem.related, tuple(problem.values.items()))
        if self.full or mistake in self._known:
            return
        if len(self._found) < MOST_PROBLEMS:
            self._known.add(mistake)
            self._found.append(problem)
        else:
            self._first_left_out = problem

    def in_order(self) -> list[Problem]:
        """Return the problems in the order of their places."""
        ordered = sorted(self._found, key=_place)
        if self._first_left_out is not None:
            ordered.append(Problem("IE1013", {"shown": str(MOST_PROBLEMS)}, self._first_left_out.span))
        return ordered


def _place(problem: Problem) -> tuple[int, int, str]:
    span = problem.span
    return (span.line, span.column, problem.code) if span else (0, 0, problem.code)


def short(text: str) -> str:
    r"""Return a text of the file as a message quotes it: on one line, and cut where it is long.

    >>> short("a  note\n on two lines")
    'a note on two lines'
    """
    line = " ".join(text[: 4 * _LONGEST_QUOTE].split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def in_quotes(text: str) -> str:
    r"""Return a text in the quotes that change nothing of it.

    >>> print(in_quotes("min(a, b)"), in_quotes('"junior" == level'), in_quotes("\"it's\""))
    "min(a, b)" '"junior" == level' '"it''s"'
    """
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'
