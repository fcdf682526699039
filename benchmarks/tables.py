"""Tables as Markdown, to be read in a terminal and to be put into a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and what stands under it."""

    heading: str
    cells: Sequence[str]


def table(columns: Sequence[Column]) -> str:
    """Return a table; the first column is aligned to the left, the others to the right.

    >>> print(table([Column("what", ["this", "that"]), Column("µs", ["1.5", "12.0"])]))
    | what |   µs |
    | ---- | ---: |
    | this |  1.5 |
    | that | 12.0 |
    """
    widths = [max(len(text) for text in (column.heading, *column.cells)) for column in columns]
    rows = [[column.heading for column in columns]]
    rows.append(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    rows.extend([list(cells) for cells in zip(*(column.cells for column in columns), strict=True)])
    return "\n".join(
        "| "
        + " | ".join(
            [
                row[0].ljust(widths[0]),
                *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        + " |"
        for row in rows
    )
