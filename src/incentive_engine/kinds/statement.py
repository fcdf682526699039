"""What a rule says of itself to the people it pays: sentences and tables for the handbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from incentive_engine.ruleset.fields import ByAttribute, Title
from incentive_engine.ruleset.nodes import Scalar


@dataclass(frozen=True, slots=True)
class Money:
    """A formula whose value is money, so that `300` is read as an amount."""

    quantity: Scalar | ByAttribute


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules by their ids and tags, read as their names."""

    names: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Several things that are read one behind the other."""

    items: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the codes of its headings, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Told, ...], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the catalogue with what fills it, the sentences under it, and a table behind it.

    A value that is a `Scalar` is a formula, which is read aloud; a plain text stands as it is.
    """

    text: str
    values: Mapping[str, Told] = field(default_factory=dict)
    parts: tuple[Statement, ...] = ()
    grid: Grid | None = None


Told: TypeAlias = "Scalar | ByAttribute | Money | Rules | Listed | Title | Statement | str"
"""What can fill a sentence of the handbook, or a cell of its tables."""
