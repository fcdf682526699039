"""A comparison written for people: as plain text and as Markdown, from the same tables and steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from incentive_engine.decision.format import Format
from incentive_engine.decision.markdown import escaped
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.ruleset.render import width
from incentive_engine.simulation.tables import Table


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the report's own has level 1."""

    text: str
    level: int


Block: TypeAlias = Heading | Table | tuple[ExplainedStep, ...]
"""A part of a report; steps are told with their parts under them."""


def as_text(blocks: Iterable[Block], form: Format) -> str:
    """Return a report for a terminal: columns stand in line, a Chinese character counts as two."""
    return _written(_text_of(block, form) for block in blocks)


def as_markdown(blocks: Iterable[Block], form: Format) -> str:
    """Return a report as Markdown, with its headings, tables and lists."""
    return _written(_markdown_of(block, form) for block in blocks)


def _written(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


def _text_of(block: Block, form: Format) -> str:
    match block:
        case Heading():
            return f"{block.text}\n{('=' if block.level == 1 else '-') * width(block.text)}"
        case Table():
            return "\n".join(_in_line(block))
    return "\n".join("  " * depth + sentence for depth, sentence in _sentences(block, form))


def _in_line(table: Table) -> Iterator[str]:
    rows = _rows(table)
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            " " * (size - width(text)) + text if numeric else text + " " * (size - width(text))
            for text, size, numeric in zip(row, widths, table.numeric, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _markdown_of(block: Block, form: Format) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {escaped(block.text)}"
        case Table():
            header, *rows = [[escaped(text) for text in row] for row in _rows(block)]
            alignment = ["---:" if numeric else "---" for numeric in block.numeric]
            return "\n".join(f"| {' | '.join(row)} |" for row in (header, alignment, *rows))
    return "\n".join(f"{'  ' * depth}- {escaped(sentence)}" for depth, sentence in _sentences(block, form))


def _rows(table: Table) -> list[list[str]]:
    """Return the header and the rows, each cell on one line."""
    rows: list[Sequence[str]] = [table.columns, *([cell.text for cell in row] for row in table.rows)]
    return [[" ".join(text.split()) for text in row] for row in rows]


def _sentences(steps: Iterable[ExplainedStep], form: Format, depth: int = 0) -> Iterator[tuple[int, str]]:
    for step in steps:
        yield depth, step.sentence(form)
        yield from _sentences(step.parts, form, depth + 1)
