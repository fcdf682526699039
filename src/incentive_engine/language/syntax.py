"""What a formula can be made of, and nothing else: the tree that the parser returns.

Chains are flat, so that the depth of the tree is the depth of what is written: `a + b - c` is one sum of
three parts, `a * b / c` one product.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal as OneOf

from incentive_engine.language.source import Place
from incentive_engine.language.types import Type

Order = OneOf["<", "<=", "==", "!=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out: `40%`, `5 min`, `800`, `2026-10-15`, `"lead"`.

    A ratio is its fraction, a duration its seconds. `bare` marks a number without a unit.
    """

    place: Place
    value: Fraction | date | str
    type: Type
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """`csat`."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """`card.score`."""

    place: Place
    rule: str
    result: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """`within=team` in a call."""

    place: Place
    name: str
    value: Syntax


@dataclass(frozen=True, slots=True)
class Call:
    """`clamp(x, 0, 1)`."""

    place: Place
    name_place: Place
    function: str
    arguments: tuple[Syntax, ...]
    keywords: tuple[Keyword, ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """`-x`."""

    place: Place
    operand: Syntax


@dataclass(frozen=True, slots=True)
class Opposite:
    """`not x`."""

    place: Place
    operand: Syntax


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sum or product; `inverted` is one that is subtracted, or divided by."""

    operand: Syntax
    inverted: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """`a + b - c`."""

    place: Place
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """`a * b / c`."""

    place: Place
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """`<= b`, one comparison of a chain."""

    operator: Order
    right: Syntax

    @property
    def operands(self) -> tuple[Syntax, ...]:
        """What stands to the right."""
        return (self.right,)


@dataclass(frozen=True, slots=True)
class Among:
    """`in ["junior", "senior"]`, or with `excluded` the same with `not in`."""

    operands: tuple[Syntax, ...]
    excluded: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a < b <= c`, `level in ["junior", "senior"]`."""

    place: Place
    first: Syntax
    links: tuple[Link | Among, ...]


@dataclass(frozen=True, slots=True)
class Junction:
    """`a and b and c`, or the same with `or`."""

    place: Place
    word: OneOf["and", "or"]
    terms: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`a if condition else b`."""

    place: Place
    condition: Syntax
    then: Syntax
    otherwise: Syntax


Syntax = Literal | Name | Result | Call | Negative | Opposite | Sum | Product | Comparison | Junction | Either
