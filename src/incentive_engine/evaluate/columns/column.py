"""A value of every row: what a column holds, and how wide its integers have to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from incentive_engine.graph.bounds import Interval

Width = type[pl.Int64] | type[pl.Int128]
Sort = Width | type[pl.Boolean] | type[pl.String]
"""What a column holds: integers of a width, truth values, or texts."""

# What is used twice is a column already; to look for more takes longer than it saves.
OPTIMIZATIONS = pl.QueryOptFlags(comm_subexpr_elim=False, comm_subplan_elim=False)
_LIMITS: Sequence[tuple[Width, int]] = ((pl.Int64, 2**63 - 1), (pl.Int128, 2**127 - 1))


class DoesNotFitError(ArithmeticError):
    """A value may be too large for any column, or is a text where a number is reckoned with."""


@dataclass(frozen=True, slots=True)
class Column:
    """A value of every row: an expression and what it holds, or one constant for all rows (None: unknown).

    A constant has no sort of its own, and takes that of what it stands beside. The number of a band knows in
    `bands` what it follows from, if its limits are constant.
    """

    interval: Interval
    expression: pl.Expr | None = None
    sort: Sort | None = None
    constant: int | None = None
    bands: Bands | None = None

    def to(self, sort: Sort) -> pl.Expr:
        """Return the values as an expression of a sort that can hold them."""
        if self.expression is None:
            return literal(self.constant, sort)
        return self.expression if self.sort is sort else self.expression.cast(sort)

    @property
    def may_be_unknown(self) -> bool:
        """Whether the value may be unknown in any row."""
        return self.interval.may_be_unknown

    @property
    def never_negative(self) -> bool:
        """Whether no row has a known value below zero."""
        return self.interval.low is not None and self.interval.low >= 0

    @property
    def size(self) -> int:
        """The largest absolute value of any row.

        Raises:
            DoesNotFitError: if there is none.
        """
        if not self.interval.may_be_known:
            return 0
        if self.interval.low is None or self.interval.high is None:
            raise DoesNotFitError
        return max(abs(self.interval.low), abs(self.interval.high))


@dataclass(frozen=True, slots=True)
class Bands:
    """A value, and the limits of the bands that it lies in, in ascending order.

    A limit belongs to the band below it, or, where `from_limit`, to the one above it.
    """

    value: Column
    limits: Sequence[int]
    from_limit: bool


def literal(value: int | None, sort: Sort) -> pl.Expr:
    """Return a constant as an expression; a number that stands for a text as that text.

    Raises:
        DoesNotFitError: if it is to be a text and stands for none.
    """
    if value is None or sort in (pl.Int64, pl.Int128):
        return pl.lit(value, dtype=sort)
    if sort is pl.Boolean:
        return pl.lit(bool(value))
    return pl.lit(text_of(value))


def text_of(value: int) -> str:
    """Return the text that a number stands for (see `language.types.text_number`).

    Raises:
        DoesNotFitError: if it stands for none.

    >>> text_of(321)
    'A'
    """
    written = value.to_bytes((value.bit_length() + 7) // 8, "big") if value > 0 else b""
    try:
        text = written[1:].decode("utf-8")
    except UnicodeDecodeError:
        raise DoesNotFitError from None
    if written[:1] != b"\x01":
        raise DoesNotFitError
    return text


def width_of(size: int) -> Width:
    """Return the narrowest width for integers of an absolute value.

    Raises:
        DoesNotFitError: if there is none.
    """
    for width, limit in _LIMITS:
        if size <= limit:
            return width
    raise DoesNotFitError
