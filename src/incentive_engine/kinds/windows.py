"""Windows of the calendar over which the payments of rules are added up: `per: month`, quarter, year."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from incentive_engine.ruleset.fields import ONE_NAME, AlsoWritten, Number, Shape, SomeNames, Title
from incentive_engine.ruleset.nodes import Items, Scalar, Table

Window = Literal["day", "week", "month", "quarter", "year"]

WINDOW_TITLES = {
    "event": Title("event", "次"),
    "day": Title("day", "日"),
    "week": Title("week", "周"),
    "month": Title("month", "月"),
    "quarter": Title("quarter", "季度"),
    "year": Title("year", "年"),
}
"""What windows are called in explanations."""


class PayLimit(Shape):
    """The most that a rule pays one agent in a window of the calendar."""

    pay: Number
    """The money."""
    per: Window
    """The window: month, quarter or year, or day or week where the ruleset's periods lie in them."""


class PaidAlready(Shape):
    """What rules have paid already, which comes off."""

    rules: SomeNames
    """The ids and tags of the rules; of the rule itself what it has paid in earlier periods."""
    per: Window | None = None
    """Since when: since the month, quarter or year began; left out: in the rule's own period."""


def _rules_alone(value: object) -> object:
    """Bring `volume_bonus` and `[volume_bonus, stars]` to the long form."""
    if isinstance(value, Scalar | Items):
        return Table([(Scalar("rules", value.span), value)], value.span)
    return value


LessPaid = Annotated[
    PaidAlready,
    BeforeValidator(_rules_alone),
    AlsoWritten((*ONE_NAME.forms, {"type": "array", "minItems": 1, "items": ONE_NAME.forms[0]})),
]
