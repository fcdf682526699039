"""Generated Python that reads a whole row: the short way for what is usual, with the long way behind it.

The text of the function holds generated names and whole numbers only; columns, options and readers come to it
as constants.
Whatever it does not take at once goes to the reader of its field, so it can be quick and still be right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from incentive_engine.evaluate.cells import (
    ChoiceReader,
    DateReader,
    FieldReader,
    Note,
    Taken,
    TextReader,
    is_plain_text,
)
from incentive_engine.evaluate.numbers import NumberReader
from incentive_engine.language.types import text_number

Cells = dict[str, object]
ReadRow = Callable[[Cells, list[Note]], tuple[Taken, ...]]

# Two decimals of at most 15 digits never share a nearest double. So a number of that many steps of the grid
# whose quotient is the float is the shortest decimal that prints as it.
_MOST_STEPS = 10**15
_IS_SHORT = f" and -{_MOST_STEPS} < steps < {_MOST_STEPS}"

# What is not taken at once stays below the range, and so goes to the reader.
_NUMBER = """
    value = row[column_{i}]
    kind = value.__class__
    taken_{i} = {below}
    if kind is int:
        taken_{i} = value * {factor}
    elif kind is float:
        steps = round(value * {grid})
        if steps / {grid} == value{is_short}:
            taken_{i} = steps * {step}
    elif kind is str or kind is decimal:
        whole, point, rest = str(value).partition(".")
        digits = whole + rest
        if digits.isdecimal() and digits.isascii() and len(rest) <= {places}:
            taken_{i} = int(digits) * tails_{i}[len(rest)]
    if not {lowest} <= taken_{i} <= {highest}:
        taken_{i} = read_{i}(value, notes)
"""
_TEXT = """
    value = row[column_{i}]
    taken_{i} = number_of(value) if is_plain_text(value) else read_{i}(value, notes)
"""
_CHOICE = """
    value = row[column_{i}]
    taken_{i} = options_{i}.get(value) if value.__class__ is str else None
    if taken_{i} is None:
        taken_{i} = read_{i}(value, notes)
"""
_DATE = """
    value = row[column_{i}]
    kind = value.__class__
    if kind is str and len(value) == 10 and value[4] == "-" == value[7]:
        taken_{i} = day.fromisoformat(value).toordinal()
    elif kind is day:
        taken_{i} = value.toordinal()
    else:
        taken_{i} = read_{i}(value, notes)
"""
_OTHER = """
    taken_{i} = read_{i}(row[column_{i}], notes)
"""


def generate(readers: Sequence[FieldReader], input_names: Sequence[str]) -> ReadRow:
    """Return a function that reads all fields of a row and returns those of `input_names`, in their order.

    It appends to the notes that it is given. Where a column is absent or a cell cannot be taken it raises
    some exception, and the fields have to be read one by one to say what is wrong.

    Raises:
        KeyError: if a field of a name of `input_names` is missing.
    """
    lines = ["def read_row(row, notes):"]
    constants: dict[str, object] = dict(_SHARED)
    for number, reader in enumerate(readers):
        text, own = _printed(reader, number)
        lines.append(text)
        own = {"column": reader.field.column, "read": reader.read} | own
        constants |= {f"{name}_{number}": value for name, value in own.items()}
    number_of_field = {reader.field.name: number for number, reader in enumerate(readers)}
    taken = "".join(f"taken_{number_of_field[name]}, " for name in input_names)
    lines.append(f"    return ({taken})")
    code = compile("\n".join(lines), "<generated>", "exec")
    exec(code, constants)  # noqa: S102 -- the source holds generated names and integers only
    return cast("ReadRow", constants["read_row"])


_SHARED: Mapping[str, object] = {
    "__builtins__": {"round": round, "len": len, "int": int, "float": float, "str": str},
    "day": date,
    "decimal": Decimal,
    "is_plain_text": is_plain_text,
    "number_of": text_number,
}


def _printed(reader: FieldReader, number: int) -> tuple[str, dict[str, object]]:
    """Return the lines that read a field, and the constants that they name."""
    match reader:
        case NumberReader() if reader.factor.denominator == 1:
            return _number(reader, number)
        case TextReader():
            return _TEXT.format(i=number), {}
        case ChoiceReader():
            return _CHOICE.format(i=number), {"options": reader.places}
        case DateReader():
            return _DATE.format(i=number), {}
        case _:
            return _OTHER.format(i=number), {}


def _number(reader: NumberReader, number: int) -> tuple[str, dict[str, object]]:
    """Return the lines that read a number: what has at most `places` decimals needs no rounding."""
    factor = int(reader.factor)
    places = 0
    while factor % 10 ** (places + 1) == 0:
        places += 1
    step = factor // 10**places
    # Where the range says so already, nobody has to ask whether a number is short.
    is_short = "" if max(-reader.lowest, reader.highest) < _MOST_STEPS * step else _IS_SHORT
    text = _NUMBER.format(
        i=number,
        below=reader.lowest - 1,
        lowest=reader.lowest,
        highest=reader.highest,
        factor=factor,
        grid=10**places,
        step=step,
        is_short=is_short,
        places=places,
    )
    return text, {"tails": [factor // 10**count for count in range(places + 1)]}
