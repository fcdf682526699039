"""Reports of the simulation as documents of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from incentive_engine.cli.document import Cell, Column, Paragraph, Part, Table
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.simulation.report import Block, Heading
from incentive_engine.simulation.tables import Cell as ReportedCell
from incentive_engine.simulation.tables import Table as ReportedTable

# Columns whose sign says whether somebody gains or loses,
_SIGNED = {"difference", "share", "gained", "lost"}
# those by which a row is known, and those that hold long texts.
_NAMES = {"cost", "counted", "rule", "group", "agent", "row", "path", "proposal"}
_LONG = {"problem"}


def parts(blocks: Iterable[Block], form: Format) -> Iterator[Part]:
    """Yield the parts of a report, each with its heading."""
    heading = ""
    for block in blocks:
        match block:
            case Heading():
                heading = block.text
                continue
            case ReportedTable():
                yield _table(block, heading)
            case _ if any(step.parts for step in block):
                yield Paragraph([], heading)
                for step in block:
                    yield Paragraph(list(_lines(step.parts, form, "  ")), step.sentence(form))
            case _:
                yield Paragraph(list(_lines(block, form)), heading)
        heading = ""


def _lines(steps: Iterable[ExplainedStep], form: Format, indent: str = "") -> Iterator[str]:
    for step in steps:
        yield indent + step.sentence(form)
        yield from _lines(step.parts, form, indent + "  ")


def _table(table: ReportedTable, heading: str) -> Table:
    columns = [
        Column(title, numeric=numeric, repeated=key in _NAMES, wraps=key in _LONG)
        for key, title, numeric in zip(table.keys, table.columns, table.numeric, strict=True)
    ]
    rows = [[_cell(key, cell) for key, cell in zip(table.keys, row, strict=True)] for row in table.rows]
    return Table(heading, columns, rows, table.summed)


def _cell(key: str, cell: ReportedCell) -> Cell:
    if key in _SIGNED and isinstance(cell.value, Decimal) and cell.value:
        return Cell(cell.text, "green" if cell.value > 0 else "red")
    return Cell(cell.text)
