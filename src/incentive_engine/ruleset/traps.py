"""Texts that are valid YAML and yet not what their writer means.

` #` cuts a text off, a full-width colon separates nothing, and a thousands comma is no part of a number.
Each is recognised by what it leaves behind. What commas split inside braces is put together in `splits`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from incentive_engine.ruleset.nodes import Node, Scalar
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.source import Source, in_quotes, short

UNIT_PATTERN = r"(?:\.\d+)?(?:%| ?[A-Z]{3}| ?(?:s|min|h|d|元))?"
_THOUSANDS = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:[,，]\d{{3}})+{UNIT_PATTERN}", re.ASCII)
_COMMENT = re.compile(r"(?P<spaces> +)#(?P<behind>.?)")
_GLUED_KEY = re.compile(r" *(?:- +)*(?P<key>[^\W\d]\w*) *(?P<colon>：|:(?![\s/]|$))")
_WIDE_FIELD = re.compile(r" *(?:- +)*(?P<key>[a-z][a-z0-9_]*) *(?P<colon>：)")
_NARROW = str.maketrans("（）［］", "()[]")


def is_unclosed(text: str) -> bool:
    """Whether a quote or a bracket is opened in a text and not closed.

    >>> is_unclosed("min(a"), is_unclosed("min(a, b)"), is_unclosed('level in ["a')
    (True, False, True)
    """
    plain = text.translate(_NARROW)
    return any(plain.count(opened) > plain.count(closed) for opened, closed in ("()", "[]")) or (
        plain.count('"') % 2 == 1
    )


def cut_off(scalar: Scalar, source: Source) -> Iterator[Problem]:
    """Warn of a text that ` #` cuts off: `title: Bonus #1`, `when: level in ["a #1", "b"]`.

    A comment is ordinary where the text before it is complete and, besides, two spaces stand before its
    `#`, or one stands behind it, or the text has no letter (`rate: 5 #five`).
    """
    span = scalar.span
    line = source.line(span.end_line)
    comment = _COMMENT.match(line, span.end_column - 1)
    if comment is None:
        return
    is_stuck = comment["spaces"] == " " and comment["behind"].isalnum() and any(map(str.isalpha, scalar))
    if is_stuck or is_unclosed(scalar):
        lost = source.span(span.end_line, comment.end("spaces") + 1, len(line.rstrip()) + 1)
        meant = source.between(Span(span.file, span.line, span.column, lost.end_line, lost.end_column))
        values = {
            "kept": short(scalar),
            "lost": short(source.between(lost)),
            "quoted": short(in_quotes(meant)),
        }
        yield Problem("IE1034", values, lost)


def thousands_comma(scalar: Scalar) -> Iterator[Problem]:
    """Report a number with a thousands comma: `pay: 1,000`."""
    if _THOUSANDS.fullmatch(scalar):
        yield thousands(scalar, scalar.span)


def thousands(number: str, span: Span) -> Problem:
    """Return the problem of a number that is written with thousands commas."""
    return Problem("IE1031", {"number": short(number), "plain": short(without_commas(number))}, span)


def without_commas(number: str) -> str:
    """Return a number without its thousands commas."""
    return number.replace(",", "").replace("，", "")


def wide_colon(scalar: Scalar, key: Node | None, source: Source) -> Iterator[Problem]:
    """Report fields that have become one text since their colons are full-width.

    They stand on lines of their own, below their key or as items of a list. Only what looks like a field
    of the language counts, small letters without accents: a note may well go on with 注意：…
    """
    span = scalar.span
    starts_behind_key = key is not None and key.span.end_line == span.line
    for number in range(span.line + starts_behind_key, span.end_line + 1):
        match = _WIDE_FIELD.match(source.line(number), span.column - 1 if number == span.line else 0)
        if match:
            yield _glued(match, number, source)


def glued_key(line: int, source: Source, start: int = 0) -> Problem | None:
    """Return the problem of a line, or of its rest, that begins with a key whose colon separates nothing."""
    match = _GLUED_KEY.match(source.line(line), start)
    if match is None:
        return None
    return _glued(match, line, source)


def _glued(match: re.Match[str], line: int, source: Source) -> Problem:
    code = "IE1035" if match["colon"] == "：" else "IE1036"
    return Problem(code, {"key": short(match["key"])}, source.span(line, match.end(), match.end() + 1))
