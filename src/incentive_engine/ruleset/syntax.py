"""Where YAML itself gives up: what the parser met there, and what its writer most likely meant.

The parser says where it stopped and what it was reading. What a person needs to hear follows from that,
from the character at the place, and from what was read last.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.source import Source, in_quotes, short
from incentive_engine.ruleset.splits import Entry
from incentive_engine.ruleset.traps import glued_key

# What the parser was reading, in the words of libyaml and of PyYAML's own parser.
_UNCLOSED_QUOTE = "while scanning a quoted scalar"
_IN_QUOTES = {"while parsing a quoted scalar", "while scanning a double-quoted scalar"}
_A_KEY = "while scanning a simple key"
_A_PLAIN_TEXT = "while scanning a plain scalar"
_A_DIRECTIVE = "while scanning a directive"
_BEHIND_A_SIGN = re.compile(
    "while scanning an? (?:block scalar|alias|anchor|tag)|while parsing a (?:tag|node)"
)

_SIGNS_OF_YAML = "@`%?,"
_CLOSING = {"{": "}", "[": "]"}
_FORMULA_WITH_BRACKETS = re.compile(r"[^,{}\[\]]*\[[^\[\]]*\][^,{}\[\]]*")
_REST_OF_VALUE = re.compile(r"(?:(?! #).)*")
_REST_IN_BRACKETS = re.compile(r"(?:(?! #)[^,{}])*")


@dataclass(slots=True)
class Opened:
    """A table or list whose end has not been read yet."""

    kind: type[Table | Items]
    span: Span
    """Its first character."""
    bracket: str
    """The `{` or `[` that it stands in; empty if it is told by indentation."""
    entries: list[Entry] = field(default_factory=list)
    key: Node | None = None
    """The key whose value comes next."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The place where the parser gave up, and what it had read."""

    source: Source
    line: int
    column: int
    context: str
    """What the parser was reading, in its own words."""
    context_place: Span
    """The first character of that."""
    last: Scalar | None
    """The text that was read last."""
    inside: Opened | None
    """The innermost table or list that is still open."""
    is_behind_dots: bool
    """Whether `...` has ended the ruleset already."""

    @property
    def sign(self) -> str:
        """The character at the place; empty at the end of a line or of the file."""
        return self.source.character(self.line, self.column)

    @property
    def place(self) -> Span:
        """The place as one character."""
        return self.source.span(self.line, self.column, self.column + 1)

    @property
    def before(self) -> str:
        """What stands before the place in its line."""
        return self.source.line(self.line)[: self.column - 1]


def explained(stop: Stop) -> Problem:
    """Return the problem in the words of the person who wrote the file."""
    found = (recognise(stop) for recognise in _RECOGNISERS)
    return next((problem for problem in found if problem), Problem("IE1059", span=stop.place))


def _text_behind_dots(stop: Stop) -> Problem | None:
    return Problem("IE1016", span=stop.place) if stop.is_behind_dots else None


def _directive(stop: Stop) -> Problem | None:
    if stop.context != _A_DIRECTIVE:
        return None
    return Problem("IE1017", span=stop.source.content(stop.context_place.line))


def _backslash(stop: Stop) -> Problem | None:
    if stop.context not in _IN_QUOTES:
        return None
    start = stop.source.line(stop.line).rfind("\\", 0, stop.column)
    return Problem("IE1041", span=stop.source.span(stop.line, start + 1, start + 2))


def _unclosed_quote(stop: Stop) -> Problem | None:
    return Problem("IE1040", span=stop.context_place) if stop.context == _UNCLOSED_QUOTE else None


def _text_behind_quotes(stop: Stop) -> Problem | None:
    """`when: "junior" == level`; several lines in quotes mean that the first quote is the one too many."""
    last = stop.last
    if last is None or not last.quoted or last.span.end_line != stop.line or stop.sign in ":,]}":
        return None
    if stop.before[last.span.end_column :].strip():
        return None
    start = last.span.column - 1
    if last.span.line != stop.line:
        return Problem("IE1040", span=stop.source.span(last.span.line, start, start + 1))
    rest = _REST_IN_BRACKETS if stop.inside and stop.inside.bracket else _REST_OF_VALUE
    line = stop.source.line(stop.line)
    behind = rest.match(line, stop.column - 1)
    end = behind.end() if behind else len(line)
    value = line[start - 1 : end].rstrip()
    span = stop.source.span(stop.line, start, start + len(value))
    return Problem("IE1033", {"value": short(value), "quoted": short(in_quotes(value))}, span)


def _colon_that_separates_nothing(stop: Stop) -> Problem | None:
    first = stop.line
    if stop.context == _A_KEY:
        first = stop.context_place.line
    elif stop.last is not None and not stop.last.quoted:
        first = stop.last.span.line
    found = (glued_key(number, stop.source) for number in range(first, stop.line + 1))
    return next((problem for problem in found if problem), None)


def _colon_without_name(stop: Stop) -> Problem | None:
    before = stop.before.rstrip()
    return (
        Problem("IE1026", span=stop.place)
        if stop.sign == ":" and (not before or before[-1] in "{[,")
        else None
    )


def _colon_without_value(stop: Stop) -> Problem | None:
    """`{rate:, pay: 5}`, which libyaml does not read."""
    if stop.context != _A_PLAIN_TEXT:
        return None
    start = stop.context_place.column
    key = stop.before[start - 1 :].rstrip()
    return Problem("IE1028", {"key": short(key)}, stop.source.span(stop.line, start, start + len(key)))


def _inside_brackets(stop: Stop) -> Problem | None:
    inside = stop.inside
    if inside is None or not inside.bracket:
        return None
    wide_comma = stop.last.rfind("，") if stop.last is not None and stop.sign == ":" else -1
    if stop.last is not None and wide_comma >= 0:
        return Problem("IE1037", span=stop.last.part(wide_comma, wide_comma + 1))
    closing = _CLOSING[inside.bracket]
    values = {"opened": inside.bracket, "closing": closing}
    if stop.sign and stop.sign in "]}" and stop.sign != closing:
        return Problem("IE1044", {**values, "found": stop.sign}, stop.place, (inside.span,))
    if stop.sign == ",":
        return Problem("IE1045", span=stop.place)
    if _goes_on_less_indented(stop, inside):
        return Problem("IE1043", values, inside.span)
    return _formula_with_brackets(stop) or Problem("IE1046", values, stop.place)


def _goes_on_less_indented(stop: Stop, inside: Opened) -> bool:
    """Whether the file goes on, or ends, where what stands in the bracket cannot go on."""
    indentation = stop.source.indentation
    return not stop.sign or (
        stop.line > inside.span.line and indentation(stop.line) <= indentation(inside.span.line)
    )


def _formula_with_brackets(stop: Stop) -> Problem | None:
    """`{when: level in ["junior", "senior"]}` needs quotes, too."""
    last = stop.last
    if last is None or last.quoted or stop.sign != "[" or last.span.line != stop.line:
        return None
    match = _FORMULA_WITH_BRACKETS.match(stop.source.line(stop.line), last.span.column - 1)
    if match is None:
        return None
    formula = match[0].rstrip()
    span = stop.source.span(stop.line, last.span.column, last.span.column + len(formula))
    return Problem("IE1030", {"formula": short(formula), "quoted": short(in_quotes(formula))}, span)


def _behind_brackets(stop: Stop) -> Problem | None:
    """`{a: 1} b`, or a closing bracket that none opens, which is what ends the table too early."""
    if stop.sign in ("}", "]"):
        return Problem("IE1054", {"found": stop.sign}, stop.place)
    before = stop.before.rstrip()
    return Problem("IE1053", {"bracket": before[-1]}, stop.place) if before.endswith(("}", "]")) else None


def _sign_of_yaml(stop: Stop) -> Problem | None:
    """`when: > 5`, `code: @home`: YAML keeps the first character for itself."""
    if _BEHIND_A_SIGN.match(stop.context):
        place = stop.context_place
    elif stop.sign and stop.sign in _SIGNS_OF_YAML:
        place = stop.place
    else:
        return None
    return Problem("IE1042", {"sign": stop.source.character(place.line, place.column)}, place)


def _second_colon(stop: Stop) -> Problem | None:
    last = stop.last
    if stop.sign != ":" or last is None:
        return None
    if last.span.end_line == last.span.line == stop.line:
        start = last.span.column - last.quoted
        match = _REST_OF_VALUE.match(stop.source.line(stop.line), start - 1)
        value = match[0].rstrip() if match else last
        return Problem("IE1047", {"value": short(value), "quoted": short(in_quotes(value))}, stop.place)
    if stop.inside is not None:
        return Problem("IE1049", span=stop.source.content(stop.line), related=(stop.inside.span,))
    return Problem("IE1048", span=stop.source.content(last.span.line))


def _line_without_colon(stop: Stop) -> Problem | None:
    if stop.context != _A_KEY:
        return None
    return Problem("IE1048", span=stop.source.content(stop.context_place.line))


def _list_behind_key(stop: Stop) -> Problem | None:
    return Problem("IE1050", span=stop.place) if stop.sign == "-" and stop.before.strip() else None


def _out_of_line(stop: Stop) -> Problem | None:
    """A line that begins where neither its neighbours nor what they stand in begin."""
    if stop.inside is None or stop.before.strip():
        return None
    code = "IE1049"
    if stop.column == stop.inside.span.column:
        code = "IE1051" if stop.inside.kind is Table else "IE1052"
    return Problem(code, span=stop.source.content(stop.line), related=(stop.inside.span,))


_RECOGNISERS: tuple[Callable[[Stop], Problem | None], ...] = (
    _text_behind_dots,
    _directive,
    _backslash,
    _unclosed_quote,
    _text_behind_quotes,
    _colon_that_separates_nothing,
    _colon_without_name,
    _colon_without_value,
    _inside_brackets,
    _behind_brackets,
    _sign_of_yaml,
    _second_colon,
    _line_without_colon,
    _list_behind_key,
    _out_of_line,
)
