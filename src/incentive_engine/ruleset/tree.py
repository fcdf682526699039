"""From the events of the YAML parser to tables, items and scalars with their places.

The events are read in a loop, never by recursion, and no more of them than the limits allow: there are
YAML files of a few hundred bytes that keep a parser busy for minutes, or end the process.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import yaml
from yaml.error import MarkedYAMLError
from yaml.events import (
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from incentive_engine.ruleset.characters import hidden_in_quotes
from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.source import DEEPEST, MOST_NODES, Findings, Source, short
from incentive_engine.ruleset.splits import Entry, is_empty, rejoined
from incentive_engine.ruleset.syntax import Opened, Stop, explained
from incentive_engine.ruleset.traps import cut_off, glued_key, thousands_comma, wide_colon, without_commas

# The parser of libyaml is five times as fast; where it is missing, PyYAML's own reads the same.
LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WORD = re.compile(r"[^\s,\[\]{}]*")
_PROPERTIES = {"&": "IE1021", "*": "IE1022", "!": "IE1023"}


def read_tree(text: str, source: Source, findings: Findings) -> Node | None:
    """Return what stands in a text, or None if there is nothing or it cannot be read to its end."""
    tree = _Tree(source, findings)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if not tree.take(event):
                break
    except MarkedYAMLError as error:
        findings.add(explained(tree.stop(error)))
        return tree.root if isinstance(tree.root, Table) else None
    except (
        ValueError,
        OverflowError,
    ):  # An escape or a version number that is too much for PyYAML's own parser.
        findings.add(Problem("IE1059", span=tree.last_place))
    return tree.root


class _Mark(Protocol):
    """A place as both parsers give it, counted from 0."""

    line: int
    column: int


class _Tree:
    """What has been read so far."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self.root: Node | None = None
        self._source = source
        self._findings = findings
        self._opened: list[Opened] = []
        self._last: Scalar | None = None
        self._count = 0
        self._has_begun = False
        self._is_behind_dots = False

    def take(self, event: Event) -> bool:
        """Take in an event; tell whether it is of use to read on."""
        if isinstance(event, NodeEvent):
            return self._take_node(event)
        if isinstance(event, DocumentStartEvent):
            return self._begin(event)
        if isinstance(event, CollectionEndEvent):
            self._close(event)
        elif isinstance(event, DocumentEndEvent):
            self._is_behind_dots = bool(event.explicit)
        return True

    @property
    def last_place(self) -> Span:
        """The place of the text that was read last."""
        return self._last.span if self._last else self._source.content(1)

    def stop(self, error: MarkedYAMLError) -> Stop:
        """Return what is known of the place where the parser gave up."""
        line, column = self._position(error.problem_mark)
        context_line, context_column = self._position(error.context_mark or error.problem_mark)
        return Stop(
            source=self._source,
            line=line,
            column=column,
            context=error.context or "",
            context_place=self._source.span(context_line, context_column, context_column + 1),
            last=self._last,
            inside=self._opened[-1] if self._opened else None,
            is_behind_dots=self._is_behind_dots,
        )

    def _begin(self, event: DocumentStartEvent) -> bool:
        line, _ = self._position(event.start_mark)
        place = self._source.content(line)
        if self._has_begun:
            self._findings.add(Problem("IE1016", span=place))
            return False
        if event.version or event.tags:
            self._findings.add(Problem("IE1017", span=place))
        self._has_begun = True
        return True

    def _take_node(self, event: NodeEvent) -> bool:
        self._count += 1
        place = self._span(event)
        if self._count > MOST_NODES:
            self._findings.add(Problem("IE1012", {"limit": f"{MOST_NODES:,}"}, place))
            return False
        if not isinstance(event, CollectionStartEvent):
            self._add(self._text(event, place))
            return True
        if len(self._opened) == DEEPEST:
            self._findings.add(Problem("IE1011", {"limit": str(DEEPEST)}, place))
            return False
        self._property(event, place)
        kind = Table if isinstance(event, MappingStartEvent) else Items
        self._opened.append(Opened(kind, place, self._bracket(event, place)))
        return True

    def _bracket(self, event: CollectionStartEvent, place: Span) -> str:
        """Return the bracket that a table or list stands in; the pair in `[cap: 300]` has none of its own."""
        if not event.flow_style:
            return ""
        if not isinstance(event, MappingStartEvent):
            return "["
        has_braces = event.anchor or event.tag or self._source.character(place.line, place.column) == "{"
        return "{" if has_braces else ""

    def _text(self, event: NodeEvent, place: Span) -> Scalar:
        sign = self._property(event, place)
        if not isinstance(event, ScalarEvent) or (sign and not event.value):
            return Scalar(sign, place)
        if event.style:
            self._last = self._written_out(event, place)
            return self._last
        scalar = self._plain(Scalar(event.value, place))
        if scalar:
            self._last = scalar
        return scalar

    def _property(self, event: NodeEvent, place: Span) -> str:
        """Report an anchor, an alias or a tag, and return it."""
        has_tag = isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag
        if not (event.anchor or has_tag):
            return ""
        sign = next(_WORD.finditer(self._source.line(place.line), place.column - 1))[0]
        span = self._source.span(place.line, place.column, place.column + len(sign))
        self._findings.add(Problem(_PROPERTIES[sign[0]], {"sign": short(sign)}, span))
        return sign

    def _written_out(self, event: ScalarEvent, place: Span) -> Scalar:
        """Return a text in quotes, or one that stands on lines of its own behind `|` or `>`."""
        if event.style in ("|", ">"):
            return Scalar(event.value, self._block(place))
        inner = Span(place.file, place.line, place.column + 1, place.end_line, place.end_column - 1)
        self._report(hidden_in_quotes(event.value, inner))
        return Scalar(event.value, inner, quoted=True)

    def _block(self, place: Span) -> Span:
        """Return the place of the lines behind `|` or `>` that are not empty."""
        end = place.end_line if place.end_column > 1 else place.end_line - 1
        lines = [number for number in range(place.line + 1, end + 1) if self._source.line(number).strip()]
        if not lines:
            return self._source.span(place.line, place.column, place.column + 1)
        first, last = self._source.content(lines[0]), self._source.content(lines[-1])
        return Span(place.file, first.line, first.column, last.end_line, last.end_column)

    def _plain(self, scalar: Scalar) -> Scalar:
        """Return a text without quotes, as it was meant if it is a value that fell into a trap."""
        parent = self._opened[-1] if self._opened else None
        if parent is None or (parent.kind is Table and parent.key is None):
            return scalar
        self._report(cut_off(scalar, self._source))
        self._report(wide_colon(scalar, parent.key, self._source))
        if self._report(thousands_comma(scalar)):
            return Scalar(without_commas(scalar), scalar.span)
        return scalar

    def _position(self, mark: _Mark | None) -> tuple[int, int]:
        """Return the line and column of a mark, counted from 1."""
        lines = self._source.lines
        if mark is None or mark.line >= len(lines):  # libyaml adds a line end to the last line
            return len(lines), len(lines[-1]) + 1
        return mark.line + 1, mark.column + 1

    def _span(self, event: Event) -> Span:
        line, column = self._position(event.start_mark)
        return Span(self._source.file, line, column, *self._position(event.end_mark))

    def _report(self, problems: Iterable[Problem]) -> bool:
        """Report problems; tell whether there are any."""
        found = list(problems)
        for problem in found:
            self._findings.add(problem)
        return bool(found)

    def _add(self, node: Node) -> None:
        if not self._opened:
            self.root = node
            return
        parent = self._opened[-1]
        if parent.kind is Table and parent.key is None:
            parent.key = node
        else:
            parent.entries.append((parent.key, node))
            parent.key = None

    def _close(self, event: CollectionEndEvent) -> None:
        opened = self._opened.pop()
        entries: Sequence[Entry] = opened.entries
        last = self._span(event)
        if opened.bracket:
            entries = rejoined(entries, self._source, self._findings)
        else:  # The event stands where the next text begins.
            last = entries[-1][1].span
        span = Span(self._source.file, opened.span.line, opened.span.column, last.end_line, last.end_column)
        for key, value in entries:
            self._check_value(key, value, opened)
        if opened.kind is Items:
            self._add(Items((value for _, value in entries), span))
        else:
            pairs = [(key, value) for key, value in entries if key is not None]
            self._add(Table(self._fields(pairs), span))

    def _check_value(self, key: Node | None, value: Node, opened: Opened) -> None:
        """Report a value of which nothing is written."""
        if not is_empty(value):
            return
        if key is None:
            self._findings.add(Problem("IE1039", span=value.span))
        elif not isinstance(key, Scalar) or not key:
            return  # The key is reported.
        elif opened.bracket and value.span.column == key.span.end_column + key.quoted:
            glued = glued_key(key.span.line, self._source, key.span.column - 1)
            self._findings.add(glued or Problem("IE1029", {"key": short(key)}, key.span))
        else:
            self._findings.add(Problem("IE1028", {"key": short(key)}, key.span))

    def _fields(self, pairs: Iterable[tuple[Node, Node]]) -> Iterator[tuple[Scalar, Node]]:
        """Yield the fields of a table; the first of those with the same key stands.

        Keys that differ only in the width of their letters are the same, as names are.
        """
        kept: dict[str, Scalar] = {}
        for key, value in pairs:
            name = self._name(key)
            if name is None:
                continue
            first = kept.setdefault(unicodedata.normalize("NFKC", name), name)
            if first is name:
                yield name, value
            else:
                values = {"key": short(name), "line": str(first.span.line)}
                self._findings.add(Problem("IE1020", values, name.span, (first.span,)))

    def _name(self, key: Node) -> Scalar | None:
        """Return a key as it was meant, or None if it can be none."""
        if not isinstance(key, Scalar):
            self._findings.add(Problem("IE1025", span=key.span))
            return None
        if not key:
            self._findings.add(Problem("IE1026", span=key.span))
            return None
        if key.quoted:
            return key
        if key == "<<":
            self._findings.add(Problem("IE1024", span=key.span))
            return None
        name = key.lstrip()
        if name != key:
            self._findings.add(Problem("IE1027", {"key": short(name)}, key.part(0, len(key) - len(name))))
            return Scalar(name, key.part(len(key) - len(name), len(key)))
        return key
