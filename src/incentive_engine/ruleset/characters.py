"""From bytes to text whose lines can be counted: encodings, tabs, and characters that nobody sees."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path

from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.source import MOST_BYTES, Findings

# YAML 1.1 and Python take these for line breaks, editors do not: lines would be counted in two ways.
_ODD_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")

# The rest of what YAML refuses, and what is invisible or turns the direction of the text around, so that
# what is read is not what is seen.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]+")
_INVISIBLE = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_UNWANTED = re.compile(f"(?P<indentation>^ *\t+)|\t+|{_CONTROL.pattern}|{_INVISIBLE.pattern}", re.MULTILINE)

# Two bytes next to each other that are one of the 6763 characters of GB 2312, which GBK contains.
_GB_2312_PAIR = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]")
_WIDE_ENCODINGS = {  # the longer marks first: the mark of UTF-32 begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_file(path: str | PathLike[str]) -> tuple[str, list[Problem]]:
    """Return the text of a file, and what is wrong with the file as such.

    Rulesets are UTF-8, with or without a byte-order mark. A file in another encoding is a problem; its
    text is returned all the same as far as it can be guessed, so that the place can be shown.
    """
    file = fspath(path)
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return "", [Problem("IE1001", {"file": file})]
    except (OSError, ValueError):  # ValueError: a null character in the name
        return "", [Problem("IE1002", {"file": file})]
    if len(data) > MOST_BYTES:
        return "", [too_big(file)]
    return _decoded(data, file)


def too_big(file: str) -> Problem:
    """Return the problem of a file beyond the limit."""
    return Problem("IE1003", {"limit": f"{MOST_BYTES:,}"}, Span(file, 1, 1, 1, 1))


def _decoded(data: bytes, file: str) -> tuple[str, list[Problem]]:
    wide = next((name for mark, name in _WIDE_ENCODINGS.items() if data.startswith(mark)), None)
    if wide is None and b"\0" in data[:4]:
        wide = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    if wide is not None:
        return data.decode(wide, errors="replace"), [Problem("IE1004", span=Span(file, 1, 1, 1, 1))]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        start = error.start
    code, encoding = ("IE1005", "gb18030") if _looks_like_gbk(data) else ("IE1006", "utf-8")
    before = data[:start].decode(encoding, errors="replace")
    return data.decode(encoding, errors="replace"), [Problem(code, span=_place(before, len(before), 1, file))]


def _looks_like_gbk(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return _GB_2312_PAIR.search(data) is not None


def readable(text: str, file: str, findings: Findings) -> str | None:
    """Return the text with a space for each character that is reported, every other one in its place.

    None is returned where the lines or their indentation cannot be told, so that reading on would only
    report what nobody wrote.
    """
    odd_breaks = [match.start() for match in _ODD_BREAK.finditer(text)]
    if odd_breaks:
        span = _place(text, odd_breaks[0], 1, file)
        findings.add(Problem("IE1008", {"count": str(len(odd_breaks))}, span))
        return None
    structure_is_lost = False
    for match in _UNWANTED.finditer(text):
        character = match[0].lstrip(" ")
        span = _place(text, match.end() - len(character), len(character), file)
        findings.add(_problem(character, span))
        structure_is_lost |= match["indentation"] is not None
        if findings.full:
            return None
    if structure_is_lost:
        return None
    return _UNWANTED.sub(lambda match: " " * len(match[0]), text)


def hidden_in_quotes(value: str, span: Span) -> Iterator[Problem]:
    """Report a character that is refused in the file and that an escape has put into a value."""
    match = _CONTROL.search(value)
    if match:
        yield _problem(match[0], span)


def _problem(characters: str, span: Span) -> Problem:
    first = characters[0]
    if first == "\t":
        return Problem("IE1010", span=span)
    code = "IE1007" if _CONTROL.match(first) else "IE1009"
    return Problem(code, {"character": f"U+{ord(first):04X}"}, span)


def _place(text: str, index: int, width: int, file: str) -> Span:
    line = text.count("\n", 0, index) + 1
    column = index - text.rfind("\n", 0, index)
    return Span(file, line, column, line, column + width)
