"""Columns all of whose cells are beyond doubt, in a few passes over the data: what is usual, made quick.

A column that is not plain in every cell is read again with more care, by `fields`; so what is said here may
say no too often, but never yes where it is not so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import ceil, floor

import polars as pl

from incentive_engine.evaluate.columns.column import OPTIMIZATIONS
from incentive_engine.evaluate.numbers import NumberReader

MOST = 2**62  # Larger numbers are rare; they are read one by one.
PLAIN_NUMBER = r"^-?[0-9]{1,9}(\.[0-9]{1,9})?$"
# Two decimals of at most 15 digits never share a nearest double (see `evaluate/reading.py`).
MOST_STEPS = 10**15
_MOST_DIGITS = 15
# Added to a float below 2^51 it leaves the nearest whole number in the last bits.
_SHIFT = 1.5 * 2**52
_SHIFT_BITS = 0x4338000000000000
# Each part is small enough to stay near the processor.
_ROWS_OF_PART = 2**17
_SMALL_INTEGERS = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32)
# Ids and names with nothing but letters, digits and these are texts as they stand.
_JOINING_SIGNS = b"-_."
_MOST_BYTES = 500


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the cells of a column become numbers of the grid, and whether all do so beyond doubt.

    What `steps` give are columns that later steps and the others may read. `sure` is one truth value for all
    cells.
    """

    values: pl.Expr
    sure: pl.Expr
    steps: Sequence[pl.Expr] = ()


def decimal_grid(factor: int) -> int:
    """Return the largest power of ten by which a factor above zero can be divided.

    >>> decimal_grid(600), decimal_grid(7)
    (100, 1)
    """
    grid = 1
    while factor % (grid * 10) == 0:
        grid *= 10
    return grid


def plain_numbers(frame: pl.DataFrame, readers: Sequence[NumberReader]) -> dict[str, pl.Series]:
    """Return, by the names of their fields, the columns whose cells are all exact, in range, or empty.

    They hold numbers of the grid, null where a cell is empty.
    """
    plans: dict[str, _Plan] = {}
    columns: dict[str, pl.Expr] = {}
    for number, reader in enumerate(readers):
        name = f"c{number}"
        plan = _plan(name, frame.schema[reader.field.column], reader)
        if plan is not None:
            plans[reader.field.name] = plan
            columns[name] = pl.col(reader.field.column).alias(name)
    if not plans or not frame.height:
        return {}
    height = min(frame.height, _ROWS_OF_PART)
    # Polars divides by a constant inexactly, but by a column as IEEE says.
    constants = pl.DataFrame(
        [
            pl.repeat(float(grid), height, dtype=pl.Float64, eager=True).alias(_name_of(grid))
            for grid in {decimal_grid(reader.factor.numerator) for reader in readers}
        ]
    )
    wanted = [
        expression.alias(f"{what} of {name}")
        for name, plan in plans.items()
        for what, expression in (("values", plan.values), ("sure", plan.sure))
    ]
    steps = [*zip_longest(*(plan.steps for plan in plans.values()))]

    def read(part: pl.DataFrame) -> pl.LazyFrame:
        lazy = part.hstack(constants.head(part.height)).lazy()
        for step in steps:
            lazy = lazy.with_columns(expression for expression in step if expression is not None)
        return lazy.select(wanted)

    given = frame.select(columns.values()).iter_slices(_ROWS_OF_PART)
    parts = pl.collect_all(map(read, given), optimizations=OPTIMIZATIONS)
    return {
        name: pl.concat([part[f"values of {name}"] for part in parts])
        for name in plans
        if all(part[f"sure of {name}"][0] for part in parts)
    }


def _name_of(grid: int) -> str:
    return f"grid {grid}"


def _plan(name: str, dtype: pl.DataType, reader: NumberReader) -> _Plan | None:
    cell = pl.col(name)
    if dtype in _SMALL_INTEGERS:
        return _of_integers(cell.cast(pl.Int64), 1, reader)
    if isinstance(dtype, pl.Decimal):
        return _of_integers(cell.to_physical(), 10**dtype.scale, reader)
    if reader.factor.denominator != 1:
        return None
    if dtype == pl.Float64:
        return _of_floats(cell, name, reader)
    if dtype == pl.String:
        return _of_texts(cell, name, reader)
    return None


def _of_integers(cell: pl.Expr, unit: int, reader: NumberReader) -> _Plan:
    """Return the plan for integers that count parts of a unit."""
    factor = reader.factor / unit
    lowest, highest = ceil(reader.lowest / factor), floor(reader.highest / factor)
    most = min(MOST // factor.numerator, MOST)
    sure = cell.is_between(max(lowest, -most), min(highest, most))
    values = cell.cast(pl.Int64, strict=False) * factor.numerator
    if factor.denominator == 1:
        return _Plan(values, sure.all())
    if factor.denominator > MOST:
        return _Plan(values, pl.lit(value=False))
    quotient = values // factor.denominator
    return _Plan(quotient, (sure & (quotient * factor.denominator == values)).all())


def _of_floats(cell: pl.Expr, name: str, reader: NumberReader) -> _Plan:
    """Return the plan for floats that are the nearest ones of decimals on the grid."""
    factor = int(reader.factor)
    grid = decimal_grid(factor)
    step = factor // grid
    most = min(MOST_STEPS, MOST // step) - 1
    lowest, highest = max(-(-reader.lowest // step), -most), min(reader.highest // step, most)
    shifted, steps = pl.col(f"shifted {name}"), pl.col(f"steps of {name}")
    made = [
        (cell * float(grid) + _SHIFT).alias(f"shifted {name}"),
        (shifted - _SHIFT).alias(f"steps of {name}"),
    ]
    is_on_grid = steps / pl.col(_name_of(grid)) == cell
    # To polars what is no number is equal to itself, but larger than any.
    sure = is_on_grid & steps.is_between(float(lowest), float(highest))
    values = shifted.reinterpret(dtype=pl.Int64) - _SHIFT_BITS
    return _Plan(values if step == 1 else values * step, sure.all(), made)


def _of_texts(cell: pl.Expr, name: str, reader: NumberReader) -> _Plan:
    """Return the plan for texts so short that no two decimals among them share a nearest float.

    Polars takes for a number what the reader takes for the same, exponents apart.
    """
    of_float = _of_floats(pl.col(f"float {name}"), name, reader)
    as_float = cell.cast(pl.Float64, strict=False).alias(f"float {name}")
    all_read = pl.col(f"float {name}").null_count() == cell.null_count()
    # Where all cells are empty there is no longest.
    is_short = (cell.str.len_bytes().max() <= _MOST_DIGITS).fill_null(value=True)
    # To look at every cell by itself takes several times as long.
    has_exponent = cell.str.join("").str.contains("[eE]")
    sure = of_float.sure & all_read & is_short & ~has_exponent
    return replace(of_float, sure=sure, steps=[as_float, *of_float.steps])


def are_plain_texts(series: pl.Series) -> bool:
    """Say quickly whether all texts of a series are of letters and digits; what is null does not count."""
    for part in series.to_frame("c").iter_slices(_ROWS_OF_PART):
        lengths = part.select(
            least=pl.col("c").str.len_bytes().min(), most=pl.col("c").str.len_bytes().max()
        ).row(0)
        if lengths[0] is None:
            continue
        if not 0 < lengths[0] <= lengths[1] <= _MOST_BYTES:
            return False
        written = str(part["c"].str.join("").item()).encode()
        if not (written.isalnum() or written.translate(None, _JOINING_SIGNS).isalnum()):
            return False
    return True
