"""What a handbook is made of, and how it is written as Markdown and as one page of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from string import Template

from incentive_engine.decision.markdown import escaped
from incentive_engine.texts import Language


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; 1 is the title of the whole."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or several."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a list, and what stands under it."""

    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list of points."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first row of cells is not among its headings. Columns that are `numeric` stand right."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


Part = Heading | Paragraph | Items | Table


# --- Markdown


def markdown(parts: Iterable[Part]) -> str:
    """Return a document as Markdown."""
    return "\n\n".join("\n".join(_markdown(part)) for part in parts) + "\n"


def _markdown(part: Part) -> Iterator[str]:
    match part:
        case Heading(level=level, text=text):
            yield f"{'#' * level} {_plain(text)}"
        case Paragraph(text=text):
            yield _plain(text)
        case Items(items=items):
            yield from _points(items, "")
        case _:
            yield _row(part.headings)
            yield _row(["---:" if place in part.numeric else "---" for place in range(len(part.headings))])
            yield from (_row([_plain(cell) for cell in row]) for row in part.rows)


def _points(items: Sequence[Item], indent: str) -> Iterator[str]:
    for item in items:
        yield f"{indent}- {_plain(item.text)}"
        yield from _points(item.items, indent + "    ")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return escaped(" ".join(text.split()))


# --- HTML


def html(title: str, parts: Iterable[Part], language: Language) -> str:
    """Return a document as one page of HTML that needs nothing else; all text in it is escaped."""
    page = resources.files("incentive_engine.handbook").joinpath("page.html").read_text(encoding="utf-8")
    body = "\n".join(line for part in parts for line in _html(part))
    spoken = {"en": "en", "zh": "zh-CN"}[language]
    return Template(page).substitute(language=spoken, title=escape(title), body=body)


def _html(part: Part) -> Iterator[str]:
    match part:
        case Heading(level=level, text=text):
            yield f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text=text):
            yield f"<p>{escape(text)}</p>"
        case Items(items=items):
            yield _list(items)
        case _:
            head = "".join(f"<th>{escape(cell)}</th>" for cell in part.headings)
            yield f"<table><thead><tr>{head}</tr></thead><tbody>"
            yield from (f"<tr>{''.join(_cells(row, part.numeric))}</tr>" for row in part.rows)
            yield "</tbody></table>"


def _cells(row: Sequence[str], numeric: Sequence[int]) -> Iterator[str]:
    for place, cell in enumerate(row):
        kind = ' class="number"' if place in numeric else ""
        yield f"<td{kind}>{escape(cell)}</td>"


def _list(items: Sequence[Item]) -> str:
    points = (f"<li>{escape(item.text)}{_list(item.items) if item.items else ''}</li>" for item in items)
    return f"<ul>{''.join(points)}</ul>"
