"""Results for people: tables and lines of text on a terminal, and tables as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from incentive_engine.cli.output import opened
from incentive_engine.cli.screen import Screen, console
from incentive_engine.decision.markdown import escaped

WIDTH_IN_FILES = 120

_GAP = 2
_NARROW_GAP = 1  # Where it saves splitting the table.
_TRAILING_SPACE = re.compile(" +$", re.MULTILINE)
_MOST_HEADING_LINES = 3
_NARROWEST_TEXT = 20  # Long texts are broken into lines, which are not made shorter than this,
_NARROWEST_CHINESE = 12  # and Chinese headings into lines of at least so many columns.
# What stays together in a heading: one Chinese character, or a word of another script with its brackets.
_UNBROKEN = re.compile(r"[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+|\s+")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and the colour that it has on a terminal."""

    text: str
    style: str = ""


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Numbers stand right. Where a table is too wide for the terminal and has to be split, the columns that are
    `repeated` stand in every part. Texts that are long `wrap` into lines; all other cells are shown whole.
    """

    heading: str
    numeric: bool = False
    repeated: bool = False
    wraps: bool = False
    least_width: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table; where it is `summed` its last row is the sum of the others."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text that stand together, under a heading if there is one.

    A line that begins with spaces belongs to the one before that begins with fewer.
    """

    lines: Sequence[str]
    heading: str = ""


def alike(tables: Sequence[Table]) -> list[Table]:
    """Return tables that have the same columns with each column as wide in one as in the others."""
    if not tables:
        return []
    columns = [
        replace(column, least_width=max(_width(table, place) for table in tables))
        for place, column in enumerate(tables[0].columns)
    ]
    return [replace(table, columns=columns) for table in tables]


Part = Table | Paragraph | Text
"""A part of a document; a text is printed as it is."""


def publish(document: Iterable[Part], screen: Screen, out: Path | None) -> None:
    """Write a document to a file or else to standard output.

    Raises:
        Misuse: if the file cannot be written.
    """
    if out is None:
        show(document, screen.results)
    else:
        with opened(out) as stream:
            show(document, console(stream, WIDTH_IN_FILES))


# --- On a terminal --------------------------------------------------------------------------------------


def show(document: Iterable[Part], terminal: Console) -> None:
    """Print a document; tables that are too wide are split by columns."""
    for number, part in enumerate(document):
        if number:
            terminal.print()
        match part:
            case Table():
                _show_table(part, terminal)
            case Paragraph():
                _show_lines(part, terminal)
            case _:
                terminal.print(part, soft_wrap=True)


def _show_lines(paragraph: Paragraph, terminal: Console) -> None:
    """Print lines as they are, on a terminal so that what is broken stays under its beginning."""
    if paragraph.heading:
        terminal.print(Text(paragraph.heading, "bold"), soft_wrap=True)
    for line in paragraph.lines:
        text = Text(line.lstrip())
        indent = len(line) - len(text)
        if terminal.is_terminal:
            terminal.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:
            terminal.print(Text(" " * indent) + text, soft_wrap=True)


def _show_table(table: Table, terminal: Console) -> None:
    if table.title:
        terminal.print(Text(table.title, "bold"))
    widths = [_width(table, place) for place in range(len(table.columns))]
    layouts = [_layout(table.columns, widths, gap, terminal.width) for gap in (_GAP, _NARROW_GAP)]
    layout = min(layouts, key=lambda each: len(each.parts))
    for number, places in enumerate(layout.parts):
        if number:
            terminal.print()
        made = _rich(table, places, layout, terminal.width)
        if terminal.is_terminal:
            terminal.print(made, crop=False)
        else:
            with terminal.capture() as captured:
                terminal.print(made, crop=False)
            terminal.print(Text(_TRAILING_SPACE.sub("", captured.get()).rstrip("\n")), soft_wrap=True)


def _width(table: Table, place: int) -> int:
    """Return the least width of a column in which its heading and all cells can be read."""
    column = table.columns[place]
    cells = max((cell_len(row[place].text) for row in table.rows), default=0)
    if column.wraps:
        cells = min(cells, _NARROWEST_TEXT)
    cells = max(cells, column.least_width)
    words = max((_least_width(word) for word in column.heading.split()), default=0)
    width = max(cells, words)
    while len(_lines(column.heading, width)) > _MOST_HEADING_LINES:
        width += 1
    return width


def _heading(column: Column, width: int) -> Text:
    """Return a heading in as few lines as there is room for, and these about equally long."""
    lines = _lines(column.heading, width)
    for narrower in range(width, 0, -1):
        if len(_lines(column.heading, narrower)) > len(lines):
            break
        lines = _lines(column.heading, narrower)
    return Text("\n".join(lines))


def _least_width(word: str) -> int:
    """Return how narrow a word of a heading can stand: Chinese can be broken anywhere, but not too often."""
    width = cell_len(word)
    return min(width, _NARROWEST_CHINESE) if width > len(word) else width


def _lines(heading: str, width: int) -> list[str]:
    """Return the lines of a heading that is broken between words, and within Chinese."""
    lines = [""]
    for piece in _UNBROKEN.findall(heading):
        if lines[-1] and cell_len((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How wide the columns stand, and the places of the columns of each part that the table is split into."""

    widths: Sequence[int]
    gap: int
    parts: Sequence[Sequence[int]]


def _layout(columns: Sequence[Column], widths: Sequence[int], gap: int, most: int) -> _Layout:
    """Return a layout with no part wider than `most`, as far as its columns let it be."""
    repeated = [place for place, column in enumerate(columns) if column.repeated]
    parts = [list(repeated)]
    for place in range(len(columns)):
        if place in repeated:
            continue
        if len(parts[-1]) > len(repeated) and _whole([*parts[-1], place], widths, gap) > most:
            parts.append(list(repeated))
        parts[-1].append(place)
    return _Layout(widths, gap, parts)


def _whole(places: Sequence[int], widths: Sequence[int], gap: int) -> int:
    return sum(widths[place] for place in places) + gap * (len(places) - 1)


def _rich(table: Table, places: Sequence[int], layout: _Layout, most: int) -> RichTable:
    """Return some columns of a table as Rich prints them; columns that wrap share the room that is left."""
    whole = _whole(places, layout.widths, layout.gap)
    own = [place for place in places if not table.columns[place].repeated]
    # Nor has a part of a table a sum where it has nothing to add up.
    summed = table.summed and any(table.rows[-1][place].text for place in own)
    made = RichTable(
        width=whole if whole > most else None,  # An amount that is cut off would be another amount.
        box=box.SIMPLE if summed else box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, layout.gap - 1, 0, 0),
        show_footer=summed,
    )
    left = most - whole
    rows, sums = (table.rows[:-1], table.rows[-1]) if table.summed else (table.rows, ())
    for place in places:
        column, width = table.columns[place], layout.widths[place]
        if column.wraps:
            width, left = width + max(0, left), 0
        made.add_column(
            _heading(column, width),
            footer=_text(sums[place]) if summed else "",
            justify="right" if column.numeric else "left",
            min_width=None if column.wraps else width,
            max_width=width,
            no_wrap=not column.wraps,
            overflow="fold",  # Chinese has no spaces to break a line at.
        )
    for row in rows:
        # A part of a table leaves out the rows that it tells nothing about.
        if any(row[place].text for place in own):
            made.add_row(*(_text(row[place]) for place in places))
    return made


def _text(cell: Cell) -> Text:
    return Text(cell.text, cell.style)


# --- As Markdown ----------------------------------------------------------------------------------------


def markdown(tables: Iterable[Table]) -> Iterator[str]:
    """Yield the lines of tables as Markdown."""
    for number, table in enumerate(tables):
        if number:
            yield "\n"
        yield from _markdown_table(table)


def _markdown_table(table: Table) -> Iterator[str]:
    if table.title:
        yield f"## {escaped(table.title)}\n\n"
    yield _markdown_row(column.heading for column in table.columns)
    yield f"|{'|'.join('--:' if column.numeric else '---' for column in table.columns)}|\n"
    for number, row in enumerate(table.rows, start=1):
        bold = table.summed and number == len(table.rows)
        yield _markdown_row((cell.text for cell in row), bold=bold)


def _markdown_row(cells: Iterable[str], *, bold: bool = False) -> str:
    marked = (f"**{escaped(cell)}**" if bold and cell else escaped(cell) for cell in cells)
    return f"| {' | '.join(marked)} |\n"
