"""What a ruleset's text is made of once it is read: scalars, tables and items, each with its place.

Nothing is interpreted here. `no`, `1:30`, `010` and `2026.10` are the texts that stand in the file; the
field that they stand in decides what they mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Self, TypeAlias

from incentive_engine.ruleset.problems import Span


class Scalar(str):
    """A text of the file, as it is written there.

    `span` is the place of its content, without quotes; `quoted` says whether it stood in quotes.

    >>> rate = Scalar("1.50", Span("rules.yaml", 4, 9, 4, 13))
    >>> rate == "1.50", str(rate.span), rate.quoted
    (True, 'rules.yaml:4:9', False)
    """

    __slots__ = ("quoted", "span")

    span: Span
    quoted: bool

    def __new__(cls, text: str, span: Span, quoted: bool = False) -> Self:  # noqa: FBT001, FBT002 # copies are made by position
        """Make a scalar; one that does not come from a file takes the span of what it stands for."""
        scalar = super().__new__(cls, text)
        scalar.span = span
        scalar.quoted = quoted
        return scalar

    def __reduce__(self) -> tuple[type[Self], tuple[str, Span, bool]]:
        """Copy and pickle with the place."""
        return type(self), (str(self), self.span, self.quoted)

    def part(self, start: int, end: int) -> Span:
        """Return the place of `self[start:end]`.

        That is exact where the text stands on one line just as it is. Where the file writes it in
        another way (several lines, an escape in quotes), it is the place of the whole.

        >>> Scalar("csat > 85", Span("rules.yaml", 4, 9, 4, 18)).part(7, 9)
        Span(file='rules.yaml', line=4, column=16, end_line=4, end_column=18)
        """
        span = self.span
        if span.line != span.end_line or span.end_column - span.column != len(self):
            return span
        return Span(span.file, span.line, span.column + start, span.line, span.column + end)


class Table(dict[str, "Node"]):
    """A YAML mapping, in the order of the file; its keys are scalars, which know their places."""

    span: Span

    def __init__(self, entries: Iterable[tuple[Scalar, Node]], span: Span) -> None:
        super().__init__(entries)
        self.span = span
        self._key_spans: dict[str, Span] = {key: key.span for key in self if isinstance(key, Scalar)}

    def key_span(self, key: str) -> Span:
        """Return the place of a key, or that of the table for a key that did not come with it."""
        return self._key_spans.get(key, self.span)

    def without(self, names: Collection[str]) -> Table:
        """Return a table of the other fields."""
        others = ((key, value) for key, value in self.items() if isinstance(key, Scalar) and key not in names)
        return Table(others, self.span)


class Items(list["Node"]):
    """A YAML sequence."""

    span: Span

    def __init__(self, items: Iterable[Node], span: Span) -> None:
        super().__init__(items)
        self.span = span


Node: TypeAlias = Scalar | Table | Items


def span_at(root: Table, path: Sequence[str | int], *, key: bool = False) -> Span:
    """Return the place of the value that a path leads to, or of the nearest one on the way to it.

    `path` has the form of the `loc` of a pydantic error: keys and indexes, between which pydantic puts
    names of its own (the tag of a union); a step that leads nowhere is left out. With `key=True` the
    place is that of the last key on the way, or of the item where the last step is an index.
    """
    node: Node = root
    key_span = root.span
    for step in path:
        if isinstance(node, Table) and isinstance(step, str) and step in node:
            key_span = node.key_span(step)
            node = node[step]
        elif isinstance(node, Items) and isinstance(step, int) and 0 <= step < len(node):
            node = node[step]
            key_span = node.span
    return key_span if key else node.span
