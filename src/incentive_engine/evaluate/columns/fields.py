"""Reading whole columns of data: what is beyond doubt at once, and which rows have to be looked at alone.

A cell that is `sure` becomes exactly what its field's reader makes of it (`evaluate/cells.py`,
`evaluate/numbers.py`). All others are left to that reader, which then also says what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from incentive_engine.evaluate.cells import CellError, FieldReader, Note, TextReader, is_plain_text
from incentive_engine.evaluate.columns.column import DoesNotFitError, literal, text_of, width_of
from incentive_engine.evaluate.columns.operations import rounded
from incentive_engine.evaluate.columns.plain import (
    MOST,
    MOST_STEPS,
    PLAIN_NUMBER,
    are_plain_texts,
    decimal_grid,
    plain_numbers,
)
from incentive_engine.evaluate.numbers import NumberReader

_TEXT_PLACES = 9
_PLAIN_TEXT = r"^[!-~]([ -~]{0,500}[!-~])?$"
# A float and the decimal that prints as it, both times the grid, differ by less than the margin up to here.
_MOST_ROUNDED = 2**40
_MARGIN = 0.001


@dataclass(frozen=True, slots=True)
class TakenColumn:
    """What is taken for the cells of a column; `sure` and `rounded` say of each cell whether it is.

    Only cells that are sure count as rounded. Where `sure` is None all are, and where `rounded` is None none.
    """

    values: pl.Series
    sure: pl.Series | None = None
    rounded: pl.Series | None = None


def taken_columns(frame: pl.DataFrame, readers: Sequence[FieldReader]) -> dict[str, TakenColumn]:
    """Return what is taken for the cells of all fields, by their names."""
    numbers = [reader for reader in readers if isinstance(reader, NumberReader)]
    plain = plain_numbers(frame, numbers)
    found: dict[str, TakenColumn] = {}
    for reader in readers:
        name, cells = reader.field.name, frame[reader.field.column]
        if name in plain:
            found[name] = _with_empty(cells, TakenColumn(plain[name]), reader)
        else:
            found[name] = taken_column(cells, reader)
    return found


def taken_column(series: pl.Series, reader: FieldReader) -> TakenColumn:
    """Return what is taken for the cells of one field."""
    if isinstance(reader, NumberReader):
        taken = _numbers(series, reader)
    elif isinstance(reader, TextReader):
        taken = texts(series)
    else:
        taken = _mapped(series, reader)
    return _with_empty(series, taken, reader)


def _with_empty(series: pl.Series, taken: TakenColumn, reader: FieldReader) -> TakenColumn:
    """Return a column in which empty cells are what the field says of them."""
    if not series.has_nulls():
        return taken
    field = reader.field
    empty = series.is_null()
    values = taken.values
    if field.missing is not None:
        missing = text_of(field.missing) if isinstance(reader, TextReader) else field.missing
        filler = pl.Series([missing], dtype=values.dtype)
        values = values.zip_with(~empty, filler.new_from_index(0, len(values)))
    sure = _or_empty(taken.sure, empty, required=field.required)
    return TakenColumn(values, sure, taken.rounded)


def _or_empty(sure: pl.Series | None, empty: pl.Series, *, required: bool) -> pl.Series | None:
    if required:
        return ~empty if sure is None else sure
    return None if sure is None else sure | empty


# --- Numbers


def _numbers(series: pl.Series, reader: NumberReader) -> TakenColumn:
    dtype = series.dtype
    if dtype.is_integer():
        return _ratios(series, 1, reader)
    if isinstance(dtype, pl.Decimal):
        return _ratios(series.to_physical(), 10**dtype.scale, reader)
    if dtype.is_float():
        return _floats(series.cast(pl.Float64), reader)
    if dtype == pl.String:
        plain = series.to_frame("c").select(pl.when(pl.col("c").str.contains(PLAIN_NUMBER)).then("c"))["c"]
        return _ratios(plain.str.to_decimal(scale=_TEXT_PLACES).to_physical(), 10**_TEXT_PLACES, reader)
    return _unsure(series, pl.Int64)


def _unsure(series: pl.Series, dtype: type[pl.DataType]) -> TakenColumn:
    height = len(series)
    never = pl.repeat(value=False, n=height, eager=True, dtype=pl.Boolean)
    return TakenColumn(pl.repeat(None, height, eager=True, dtype=dtype), never)


def _in_range(taken: pl.Expr, reader: NumberReader) -> pl.Expr:
    return taken.is_between(max(reader.lowest, -MOST), min(reader.highest, MOST))


def _decided(
    frame: pl.DataFrame, taken: pl.Expr, sure: pl.Expr, exact: pl.Expr, reader: NumberReader
) -> TakenColumn:
    """Return a column of numbers; what is not exact is rounded, unless the field is strict."""
    if reader.field.strict:
        sure = sure & exact
    sure = sure & _in_range(taken, reader)
    found = frame.select(
        values=pl.when(sure).then(taken).cast(pl.Int64),
        sure=sure.fill_null(value=False),
        rounded=(sure & ~exact).fill_null(value=False),
    )
    return TakenColumn(found["values"], found["sure"], found["rounded"])


def _is_between(value: pl.Expr, limit: int) -> pl.Expr:
    return value.is_between(literal(-limit, pl.Int128), literal(limit, pl.Int128))


def _ratios(series: pl.Series, unit: int, reader: NumberReader) -> TakenColumn:
    """Return what is taken for integers that count parts of a unit."""
    factor = reader.factor / unit
    limit = min(int(Fraction(MOST) / factor), 2**126)
    small = series.cast(pl.Int128).to_frame("c")
    small = small.select(c=pl.when(_is_between(pl.col("c"), limit)).then("c"))
    largest = int(small.select(pl.col("c").abs().max()).item() or 0)
    try:
        sort = width_of(2 * (largest * factor.numerator + factor.denominator))
    except DoesNotFitError:
        return _unsure(series, pl.Int64)
    dividend = pl.col("c").cast(sort) * literal(factor.numerator, sort)
    if factor.denominator == 1:
        return _decided(small, dividend, pl.col("c").is_not_null(), pl.lit(value=True), reader)
    taken = rounded(dividend, factor.denominator, reader.field.rounding, sort)
    exact = taken * literal(factor.denominator, sort) == dividend
    return _decided(small, taken, pl.col("c").is_not_null(), exact, reader)


def _floats(series: pl.Series, reader: NumberReader) -> TakenColumn:
    """Return what is taken for floats, each the shortest decimal that prints as it."""
    if reader.factor.denominator != 1:
        return _unsure(series, pl.Int64)
    factor = int(reader.factor)
    grid = decimal_grid(factor)
    # Polars divides by a constant inexactly, but by a column as IEEE says; one that is made within an
    # expression counts as constant.
    grids = pl.repeat(float(grid), len(series), dtype=pl.Float64, eager=True)
    frame = pl.DataFrame([series.alias("c"), grids.alias("grid")])
    frame = frame.with_columns(steps=(pl.col("c") * float(grid)).round())
    value, steps = pl.col("c"), pl.col("steps")
    most_steps = min(MOST_STEPS, MOST * grid // factor)
    exact = value.is_finite() & (steps.abs() < float(most_steps)) & (steps / pl.col("grid") == value)
    on_grid = pl.when(exact).then(steps).cast(pl.Int64) * literal(factor // grid, pl.Int64)
    between = value * float(factor)
    # Neither on the grid nor half-way: there no error of a float decides, and every mode is simple.
    near = (between * 2.0 - (between * 2.0).round()).abs() <= 2 * _MARGIN
    clear = value.is_finite() & (between.abs() < float(_MOST_ROUNDED)) & ~near
    whole = pl.when(clear).then((between * 1024.0).round()).cast(pl.Int64)
    off_grid = rounded(whole, 1024, reader.field.rounding, pl.Int64)
    taken = pl.when(exact).then(on_grid).otherwise(off_grid)
    return _decided(frame, taken, exact | clear, exact, reader)


# --- Texts and what is one of a few values


def texts(series: pl.Series) -> TakenColumn:
    """Return texts that are taken as they stand; whole numbers are texts too."""
    if series.dtype.is_integer():
        return TakenColumn(series.cast(pl.String), series.is_not_null())
    if isinstance(series.dtype, pl.Categorical | pl.Enum):
        series = series.cast(pl.String)
    if series.dtype != pl.String:
        return _unsure(series, pl.String)
    if are_plain_texts(series):
        return TakenColumn(series, series.is_not_null() if series.has_nulls() else None)
    sure = series.str.contains(_PLAIN_TEXT).fill_null(value=False)
    others = series.filter(~sure).drop_nulls().unique()
    plain = others.filter(pl.Series([is_plain_text(text) for text in others], dtype=pl.Boolean))
    return TakenColumn(series, sure | series.is_in(plain.implode()).fill_null(value=False))


def _read(reader: FieldReader, value: object) -> int | bool | None:
    """Return what a reader takes for a value, None where it is not taken or something is to be said of it."""
    notes: list[Note] = []
    try:
        taken = reader.read(value, notes)
    except CellError:
        return None
    return None if notes else taken


def _mapped(series: pl.Series, reader: FieldReader) -> TakenColumn:
    """Return what is taken for a column of few different values, each of which is read once."""
    different = series.drop_nulls().unique()
    dtype = pl.Boolean if reader.field.type.name == "boolean" else pl.Int64
    taken = pl.Series("taken", [_read(reader, value) for value in different.to_list()], dtype=dtype)
    table = pl.DataFrame([different.alias("c"), taken])
    values = series.to_frame("c").join(table, on="c", how="left", maintain_order="left")["taken"]
    return TakenColumn(values, values.is_not_null())
