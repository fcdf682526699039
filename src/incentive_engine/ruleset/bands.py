"""Bands of a measure (阶梯) and tables of such bands: how they are written.

A band is given by its end (`below`, `upto`) or by its start (`from`, `above`). What bands mean is in
`kinds/tiers.py`, `kinds/ladder.py` and, for tables, `compile/tables.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from incentive_engine.ruleset.fields import (
    BY_ATTRIBUTE_FORM,
    FORMULA_FORM,
    Formula,
    Name,
    Number,
    Quantity,
    Shape,
    Text,
    Words,
    refuse,
)
from incentive_engine.ruleset.nodes import Items, Scalar, Table

Keyword = Literal["below", "upto", "from", "above"]
Mode = Literal["slices", "whole", "fixed", "added"]
ENDS: tuple[Keyword, ...] = ("below", "upto")
STARTS: tuple[Keyword, ...] = ("from", "above")

_PAIR = 2
_NUMBER_FORMS = [FORMULA_FORM, BY_ATTRIBUTE_FORM]


def _one_or_pair(value: object) -> object:
    if isinstance(value, Items) and len(value) != _PAIR:
        raise refuse("IE3210", count=str(len(value)))
    return Items([value], value.span) if isinstance(value, Scalar | Table) else value


Amounts = Annotated[
    tuple[Number, ...],
    Field(strict=False),
    BeforeValidator(_one_or_pair),
    WithJsonSchema(
        {
            "anyOf": [
                *_NUMBER_FORMS,
                {"type": "array", "minItems": _PAIR, "maxItems": _PAIR, "items": {"anyOf": _NUMBER_FORMS}},
            ]
        }
    ),
]


class Band(Shape):
    """One band of a measure, given by its end or by its start."""

    below: Number | None = None
    """The end of the band, itself not in it."""
    upto: Number | None = None
    """The end of the band, itself in it."""
    from_: Annotated[Number | None, Field(alias="from")] = None
    """The start of the band, itself in it."""
    above: Number | None = None
    """The start of the band, itself not in it."""
    name: Text | None = None
    """The band's name, which the result `band` then has; its number from 1 unless given."""

    @model_validator(mode="after")
    def _one_end_one_start(self) -> Self:
        for one, other in (ENDS, STARTS):
            if self.limits.keys() >= {one, other}:
                raise refuse("IE3218", one=one, other=other)
        return self

    @property
    def limits(self) -> dict[Keyword, Quantity]:
        """The limits that are given."""
        given: dict[Keyword, Quantity | None] = {
            "below": self.below,
            "upto": self.upto,
            "from": self.from_,
            "above": self.above,
        }
        return {keyword: limit for keyword, limit in given.items() if limit is not None}


class PayBand(Band):
    """One band of a bonus: what it pays, or at which rate."""

    pay: Amounts | None = None
    """The money of the band; a pair, `[100, 200]`, runs straight from its lower to its upper end."""
    rate: Amounts | None = None
    """The money for each unit of the measure."""

    @model_validator(mode="after")
    def _pay_or_rate(self) -> Self:
        if (self.pay is None) == (self.rate is None):
            raise refuse("IE3214")
        return self


class PointBand(Band):
    """One band of a score."""

    points: Amounts
    """The points of the band; a pair, `[60, 80]`, runs straight from its lower to its upper end."""


class TableBand(Band):
    """One band of a table: what it gives, or at which rate."""

    pay: Amounts | None = None
    """The money of the band; a pair, `[100, 200]`, runs straight from its lower to its upper end."""
    points: Amounts | None = None
    """The points of the band, or any other number; a pair runs straight from end to end."""
    rate: Amounts | None = None
    """What each unit of the measure gives: money for a piece, or a share of money."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(given is not None for given in (self.pay, self.points, self.rate)) != 1:
            raise refuse("IE3801")
        return self


# --- Tables


class BandTable(Shape):
    """A named table of bands, which formulas use as a function: `commission(sold)`."""

    mode: Mode | None = None
    """slices: each band's rate applies to the part of the value in it. whole: the rate of the band reached
    applies to the whole value. fixed (with `pay` or `points`, unless said): what the band reached gives.
    added: what all bands up to the one reached give."""
    tiers: Annotated[tuple[TableBand, ...], Field(strict=False, min_length=1)]
    """The bands, in order, upwards or downwards."""
    title: Words | None = None
    """Its name for people, one text or `{en: ..., zh: ...}`."""
    note: Words | None = None
    """A remark for those who read the ruleset."""


_BESIDE_OPTIONS = ("by", "title", "note")


def _by_form(value: object) -> object:
    """Gather the options of `{by: priority, A: ..., B: ...}`."""
    assert isinstance(value, Table)  # noqa: S101 -- this form is chosen where it is one
    options = value.without(_BESIDE_OPTIONS)
    beside = [(key, each) for key, each in value.without(options).items() if isinstance(key, Scalar)]
    return Table([*beside, (Scalar("options", value.span), options)], value.span)


class ByTable(Shape):
    """A named table with a number, or bands, for each option of an attribute: `{by: priority, A: ...}`."""

    by: Name
    """An attribute that has options."""
    options: dict[Text, TableForm]
    """What stands under each option: a number, bands, or a further choice."""
    title: Words | None = None
    """Its name for people, one text or `{en: ..., zh: ...}`."""
    note: Words | None = None
    """A remark for those who read the ruleset."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the schema of what is written: the options are fields of their own."""
        reference = handler(schema)
        made = handler.resolve_ref_schema(reference)
        options = made["properties"].pop("options")
        made["required"].remove("options")
        made["additionalProperties"] = options["additionalProperties"]
        return reference


# What pydantic puts into the place of a fault, in brackets, so that no key of the file is taken for it.
_BANDS, _BY, _NUMBER = "(bands)", "(by)", "(number)"


def _form(value: object) -> str | None:
    if not isinstance(value, Table):
        return None
    return _BY if "by" in value else _BANDS if "tiers" in value or "mode" in value else None


def _form_or_number(value: object) -> str | None:
    return _NUMBER if isinstance(value, Scalar) else _form(value)


def _discriminator(form: Callable[[object], str | None]) -> Discriminator:
    return Discriminator(
        form,
        custom_error_type="IE3800",
        custom_error_message="{code}",
        custom_error_context={"code": "IE3800"},
    )


_Bands = Annotated[BandTable, Tag(_BANDS)]
_By = Annotated[ByTable, BeforeValidator(_by_form), Tag(_BY)]
TableForm = Annotated[_Bands | _By | Annotated[Formula, Tag(_NUMBER)], _discriminator(_form_or_number)]
NamedTable = Annotated[_Bands | _By, _discriminator(_form)]
