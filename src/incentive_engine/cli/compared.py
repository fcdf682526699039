"""A comparison of two rulesets: as tables for people, and as rows for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from incentive_engine.cli.document import Cell, Column, Paragraph, Part, Table
from incentive_engine.cli.output import CsvValue
from incentive_engine.decision.amounts import written
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.simulation import Cell as ComparedCell
from incentive_engine.simulation import Comparison
from incentive_engine.simulation import Table as ComparedTable
from incentive_engine.simulation.report import Heading
from incentive_engine.texts import Language

# Columns whose sign says whether somebody gains or loses,
_SIGNED = {"difference", "share", "gained", "lost"}
# those by which a row is known, and those that hold long texts.
_NAMES = {"cost", "counted", "rule", "group", "agent", "row"}
_LONG = {"problem"}


def document(comparison: Comparison, language: Language) -> Iterator[Part]:
    """Yield the parts of the report on a comparison, each with its heading."""
    form = Format(language, comparison.currency, comparison.money_places)
    heading = ""
    for block in comparison.report(language):
        match block:
            case Heading():
                heading = block.text
                continue
            case ComparedTable():
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


def _table(table: ComparedTable, heading: str) -> Table:
    columns = [
        Column(title, numeric=numeric, repeated=key in _NAMES, wraps=key in _LONG)
        for key, title, numeric in zip(table.keys, table.columns, table.numeric, strict=True)
    ]
    rows = [[_cell(key, cell) for key, cell in zip(table.keys, row, strict=True)] for row in table.rows]
    return Table(heading, columns, rows, table.summed)


def _cell(key: str, cell: ComparedCell) -> Cell:
    if key in _SIGNED and isinstance(cell.value, Decimal) and cell.value:
        return Cell(cell.text, "green" if cell.value > 0 else "red")
    return Cell(cell.text)


def rows(comparison: Comparison) -> Iterator[Sequence[CsvValue]]:
    """Yield the header and a row for each decision that was compared, with the attributes it is split by."""
    groupings = [grouping for grouping in comparison.groupings if not grouping.by_period]
    yield [
        *("agent", "period", *(grouping.name for grouping in groupings)),
        *("status_before", "status_after", "currency", "before", "after", "difference"),
    ]
    for number, pair in enumerate(comparison.decisions):
        yield [
            *(pair.agent, pair.period, *(written(grouping.value_of(number)) for grouping in groupings)),
            *(pair.status_before, pair.status_after, comparison.currency),
            *(pair.cost.before, pair.cost.after, pair.cost.difference),
        ]
