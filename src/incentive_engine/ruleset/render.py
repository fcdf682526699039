"""Problems as a person reads them, and as an editor does."""

from __future__ import annotations

import unicodedata

from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.texts import Language, entry, fill

# Of a longer line, what surrounds the place is shown.
_LONGEST_LINE = 100
_SHOWN_BEFORE = 30

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def rendered(problem: Problem, text: str, language: Language = "en") -> str:
    r"""Return a problem with the lines of its file's text that it is about, and what to do.

    >>> span = Span("rules.yaml", 2, 6, 2, 11)
    >>> problem = Problem("IE1031", {"number": "1,000", "plain": "1000"}, span)
    >>> print(rendered(problem, "id: volume\npay: 1,000\n"))
    error IE1031: `1,000` is written with a thousands comma
     --> rules.yaml:2:6
      |
    1 | id: volume
    2 | pay: 1,000
      |      ^^^^^
    hint: write `1000`; if it is meant as a text, put it in quotes
    """
    values = {"code": problem.code, "message": problem.message(language)}
    parts = [fill(f"problem_{problem.severity}", values, language)]
    if problem.span is not None:
        lines = text.removeprefix("\ufeff").split("\n")
        margin = max(len(str(span.line)) for span in (problem.span, *problem.related))
        parts += _quotation(problem.span, lines, margin, arrow="-->", mark="^")
        for span in problem.related:
            known_lines = lines if span.file == problem.span.file else []
            parts += _quotation(span, known_lines, margin, arrow=":::", mark="-")
    hint = problem.hint(language)
    if hint:
        parts.append(fill("problem_hint", {"hint": hint}, language))
    return "\n".join(parts)


def as_json(problem: Problem, language: Language = "en") -> dict[str, object]:
    """Return a problem as plain values for an editor or another program.

    Lines and columns count from 1, columns in characters, and the end is excluded; a problem without a
    place has null there.
    """
    return {
        "code": problem.code,
        "severity": problem.severity,
        "title": entry(problem.code).title,
        "message": problem.message(language),
        "hint": problem.hint(language),
        "place": _place(problem.span) if problem.span else None,
        "related": [_place(span) for span in problem.related],
    }


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _quotation(span: Span, lines: list[str], margin: int, arrow: str, mark: str) -> list[str]:
    place = f"{' ' * margin}{arrow} {span}"
    if span.line > len(lines):
        return [place]
    line = lines[span.line - 1].removesuffix("\r")
    start = span.column - 1
    end = span.end_column - 1 if span.line == span.end_line else len(line)
    first = max(0, start - _SHOWN_BEFORE) if len(line) > _LONGEST_LINE else 0
    marks = mark * max(1, width(line[start : min(end, first + _LONGEST_LINE)]))
    quoted = [place, f"{' ' * margin} |"]
    if span.line > 1:
        quoted.append(f"{span.line - 1:>{margin}} | {_window(lines[span.line - 2], first)}".rstrip())
    quoted.append(f"{span.line:>{margin}} | {_window(line, first)}".rstrip())
    quoted.append(f"{' ' * margin} | {' ' * width(_window(line[:start], first))}{marks}")
    return quoted


def _window(line: str, first: int) -> str:
    """Return the part of a line that is shown, so that a terminal shows each character in its place."""
    seen = "".join(_seen(character) for character in line[first : first + _LONGEST_LINE])
    return ("…" if first else "") + seen + ("…" if len(line) > first + _LONGEST_LINE else "")


def _seen(character: str) -> str:
    if character in "\t\r":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in _UNSEEN else character


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
