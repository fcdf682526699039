"""How old a measurement is: a value that is too old at the end of its period is an error of its row."""

from __future__ import annotations

from collections.abc import Mapping

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.cells import CellError, plain_value, read_day
from incentive_engine.ruleset.period import Period


def check_fresh(given: object, field: InputField, cells: Mapping[str, object], period: Period) -> None:
    """Check the day of a field's measurement, which is `given`, where the row has a value of the field.

    Raises:
        CellError: if the measurement is too old at the end of the period, or its day cannot be told.
    """
    if field.fresh_within is None or plain_value(cells.get(field.column)) is None:
        return
    day = plain_value(given)
    if day is None:
        raise CellError("IE4064", measured=field.column)
    age = (period.end - read_day(day)).days
    if age > field.fresh_within:
        values = {"days": str(age), "limit": str(field.fresh_within), "end": str(period.end)}
        raise CellError("IE4063", measured=field.column, **values)
