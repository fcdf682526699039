"""What commas inside braces or brackets have split, put together again.

YAML takes `{cap: min(a, b)}` for the fields `cap: min(a` and `b)`, the latter without a value, and
`{pay: 1,000}` for `pay: 1` and `000`. What is put together is reported; the rest of the file can then be
read as it was meant, without problems that nobody made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from incentive_engine.ruleset.nodes import Node, Scalar, Table
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.source import Findings, Source, in_quotes, short
from incentive_engine.ruleset.traps import UNIT_PATTERN, thousands, without_commas

Entry: TypeAlias = tuple[Node | None, Node]
"""A key and its value, or None and an item."""

# A formula or number with more commas than that is none; the bound keeps hostile text cheap.
_MOST_PARTS = 20

_FIRST_DIGITS = re.compile(r"[+-]?[1-9]\d{0,2}", re.ASCII)
_LAST_DIGITS = re.compile(r"\d{3}" + UNIT_PATTERN, re.ASCII)


@dataclass(frozen=True, slots=True)
class _Part:
    """A text that a comma may have split off, with the brackets and quotes in it counted once."""

    text: Scalar
    opened: int
    """Parentheses that it opens beyond those that it closes."""
    quotes: int


@dataclass(frozen=True, slots=True)
class _Split:
    """What was found to be split: how many entries belong together, and their text as it stands."""

    problem: Problem
    count: int
    text: Scalar | None
    """None where the writer may well mean several values."""


def rejoined(entries: Sequence[Entry], source: Source, findings: Findings) -> list[Entry]:
    """Return the entries of a table or list in braces or brackets with what was split put together."""
    parts = [_part_behind_comma(key, value) for key, value in entries]
    whole: list[Entry] = []
    index = 0
    while index < len(entries):
        first = _last_text(entries[index][1], source)
        found = _split(first, _following(parts, index + 1), source, entries[index]) if first else None
        if found is None:
            whole.append(entries[index])
            index += 1
            continue
        findings.add(found.problem)
        if found.text is None:
            whole.extend(entries[index : index + found.count])
        else:
            whole.append(_ending_with(found.text, entries[index]))
        index += found.count
    return whole


def is_empty(node: Node) -> bool:
    """Whether nothing stands where a value should."""
    return isinstance(node, Scalar) and not node.quoted and not node


def _counted(text: Scalar) -> _Part:
    opened = text.count("(") + text.count("（") - text.count(")") - text.count("）")
    return _Part(text, opened, text.count('"'))


def _part_behind_comma(key: Node | None, value: Node) -> _Part | None:
    """Return what a comma may have split off: a key without a value, or an item of a list."""
    part = value if key is None else key
    if not isinstance(part, Scalar) or part.quoted or (key is not None and not is_empty(value)):
        return None
    return _counted(part)


def _following(parts: Sequence[_Part | None], start: int) -> Iterator[_Part]:
    for part in parts[start : start + _MOST_PARTS]:
        if part is None:
            return
        yield part


def _last_text(value: Node, source: Source) -> Scalar | None:
    """Return the plain text that an entry ends with; in `[cap: min(a, b)]` it is that of a pair."""
    if isinstance(value, Table) and len(value) == 1:
        if source.character(value.span.line, value.span.column) == "{":
            return None
        value = next(iter(value.values()))
    return value if isinstance(value, Scalar) and not value.quoted else None


def _ending_with(text: Scalar, entry: Entry) -> Entry:
    key, value = entry
    if isinstance(value, Table):
        value[next(iter(value))] = text
        return key, value
    return key, text


def _split(first: Scalar, behind: Iterator[_Part], source: Source, entry: Entry) -> _Split | None:
    if _FIRST_DIGITS.fullmatch(first):
        return _split_number(first, behind, in_table=entry[0] is not None)
    return _split_formula(_counted(first), behind, source)


def _split_formula(first: _Part, behind: Iterator[_Part], source: Source) -> _Split | None:
    opened, quotes = first.opened, first.quotes
    if opened <= 0 and quotes % 2 == 0:
        return None
    for count, part in enumerate(behind, start=2):
        opened += part.opened
        quotes += part.quotes
        if opened <= 0 and quotes % 2 == 0:
            span = _from_to(first.text, part.text)
            formula = source.between(span)
            values = {"formula": short(formula), "quoted": short(in_quotes(formula))}
            return _Split(Problem("IE1030", values, span), count, Scalar(formula, span))
    return None


def _split_number(first: Scalar, behind: Iterator[_Part], *, in_table: bool) -> _Split | None:
    digits = [first]
    for part in behind:
        if not (_LAST_DIGITS.fullmatch(part.text) and _touch(digits[-1], part.text)):
            break
        digits.append(part.text)
    if len(digits) == 1:
        return None
    span = _from_to(digits[0], digits[-1])
    number = ",".join(digits)
    if in_table or any(part.startswith("0") for part in digits[1:]):
        return _Split(thousands(number, span), len(digits), Scalar(without_commas(number), span))
    values = {
        "number": short(number),
        "plain": short(without_commas(number)),
        "listed": short(", ".join(digits)),
    }
    return _Split(Problem("IE1032", values, span), len(digits), None)


def _touch(first: Scalar, second: Scalar) -> bool:
    """Whether nothing but a comma stands between two texts."""
    return (first.span.end_line, first.span.end_column + 1) == (second.span.line, second.span.column)


def _from_to(first: Scalar, last: Scalar) -> Span:
    return Span(first.span.file, first.span.line, first.span.column, last.span.end_line, last.span.end_column)
