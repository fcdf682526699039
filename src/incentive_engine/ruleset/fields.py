"""The kinds of field that shapes are made of: how each reads its scalar, and what editors are told of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    InstanceOf,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError

from incentive_engine.ruleset.nodes import Items, Scalar, Table
from incentive_engine.ruleset.problems import Span
from incentive_engine.texts import Language

Result = TypeVar("Result")

# Editors know of no letters but a to z: to them, whatever is not ASCII is a letter.
NAME_PATTERN = r"^[^\x00-@\[-\^`{-\x7f][^\x00-/:-@\[-\^`{-\x7f]*$"
MOST_PLACES = 12
# Who writes another year means no date at all.
_YEARS = range(1900, 2200)
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Shape(BaseModel):
    """A mapping of the ruleset with exactly these fields."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        # A shape inside others needs no validator of its own, and one that no file uses none at all.
        defer_build=True,
    )


@dataclass(frozen=True, slots=True)
class Title:
    """A name or note for people, in the languages of the product."""

    en: str
    zh: str

    def in_language(self, language: Language) -> str:
        """Return the text in one language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day as the ruleset has it; that of a season that recurs is a month and its day."""

    day: date | tuple[int, int]
    span: Span


@dataclass(frozen=True, slots=True)
class WrittenDate(WrittenDay):
    """A date as the ruleset has it."""

    day: date


@dataclass(frozen=True, slots=True)
class ByAttribute:
    """A number that depends on an attribute: `{by: level, junior: 60%, senior: 20%, lead: 0%}`."""

    by: Scalar
    values: dict[Scalar, Quantity]


Quantity = Scalar | ByAttribute


def refuse(code: str, at: Span | None = None, /, **values: str) -> PydanticCustomError:
    """Return the error that a validator raises so that it is reported under a code of the catalogue.

    `at` is the place, where it is not that of the whole field.
    """
    place = {} if at is None else {"at": at}
    return PydanticCustomError(code, "{code}", {"code": code, **place, **values})


def reading(read: Callable[[Scalar], Result]) -> BeforeValidator:
    """Read a field from its scalar; a mapping or a list in its place is refused."""

    def check(value: object) -> object:
        if not isinstance(value, Scalar):
            raise refuse("IE1107")
        return read(value)

    return BeforeValidator(check)


def _read_name(text: Scalar) -> Scalar:
    name = unicodedata.normalize("NFKC", text)
    if not name.isidentifier():
        raise refuse("IE1108", text=str(text))
    return Scalar(name, text.span, quoted=text.quoted)


def _read_whole(text: Scalar) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise refuse("IE1109", text=str(text))
    return int(text)


def _read_places(text: Scalar) -> int:
    places = _read_whole(text)
    if places > MOST_PLACES:
        raise refuse("IE1116", text=str(text), most=str(MOST_PLACES))
    return places


def _read_yes_no(text: Scalar) -> bool:
    if text.lower() not in _YES_NO:
        raise refuse("IE1110", text=str(text))
    return _YES_NO[text.lower()]


def _read_date(text: Scalar) -> WrittenDate:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise refuse("IE1111", text=str(text))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise refuse("IE1111", text=str(text)) from None
    if day.year not in _YEARS:
        raise refuse("IE1117", text=str(text))
    return WrittenDate(day, text.span)


def _read_season_day(text: Scalar) -> WrittenDay:
    match = _MONTH_DAY.fullmatch(text)
    if match is None:
        return _read_date(text)
    month, day = int(match[1]), int(match[2])
    try:
        date(2024, month, day)  # a leap year: 29 February may be named
    except ValueError:
        raise refuse("IE1111", text=str(text)) from None
    return WrittenDay((month, day), text.span)


def _read_title(value: object) -> object:
    if isinstance(value, Scalar):
        return Title(str(value), str(value))
    if isinstance(value, Table) and value and set(value) <= {"en", "zh"}:
        texts = {key: str(text) for key, text in value.items() if isinstance(text, Scalar)}
        if len(texts) == len(value):
            first = next(iter(texts.values()))
            return Title(texts.get("en", first), texts.get("zh", first))
    raise refuse("IE1112")


def _read_quantity(value: object) -> Quantity:
    if isinstance(value, Scalar):
        return value
    if not isinstance(value, Table):
        raise refuse("IE1107", value.span if isinstance(value, Items) else None)
    attribute = value.get("by")
    if not isinstance(attribute, Scalar):
        raise refuse("IE1113", value.span)
    choices = value.without(["by"]).items()
    return ByAttribute(
        _read_name(attribute), {_as_key(option): _read_quantity(choice) for option, choice in choices}
    )


def _as_key(key: str) -> Scalar:
    assert isinstance(key, Scalar)  # noqa: S101 -- keys of tables are; this tells mypy so
    return key


@dataclass(frozen=True, slots=True, eq=False)  # Annotations are hashed, and mappings cannot be.
class AlsoWritten:
    """Tells editors of the short forms that a field may be written in besides its own.

    A shape among them stands for a list of such.
    """

    forms: tuple[Mapping[str, object] | type[BaseModel], ...]

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the field's schema with the short forms beside it."""
        forms = [
            {"type": "array", "minItems": 1, "items": handler(form.__pydantic_core_schema__)}
            if isinstance(form, type)
            else dict(form)
            for form in self.forms
        ]
        return {"anyOf": [*forms, handler(schema)]}


def one_or_more(value: object) -> object:
    """Let a single scalar stand where a list of them is expected."""
    return Items([value], value.span) if isinstance(value, Scalar) else value


def one_or_more_words(value: object) -> object:
    """Let words, in one language or in both, stand where a list of such is expected."""
    return Items([value], value.span) if isinstance(value, Scalar | Table) else value


TEXT_FORM: dict[str, Any] = {"type": ["string", "number", "boolean"]}
FORMULA_FORM: dict[str, Any] = {"type": ["string", "number"]}
BY_ATTRIBUTE_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["by"],
    "properties": {"by": {"type": "string", "description": "An attribute that has options."}},
}

Name = Annotated[
    InstanceOf[Scalar], reading(_read_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
Text = Annotated[InstanceOf[Scalar], reading(lambda text: text), WithJsonSchema(TEXT_FORM)]
Formula = Annotated[InstanceOf[Scalar], reading(lambda text: text), WithJsonSchema(FORMULA_FORM)]
Number = Annotated[
    InstanceOf[Scalar] | InstanceOf[ByAttribute],
    BeforeValidator(_read_quantity),
    WithJsonSchema({"anyOf": [FORMULA_FORM, BY_ATTRIBUTE_FORM]}),
]
Whole = Annotated[int, reading(_read_whole), WithJsonSchema({"type": "integer", "minimum": 0})]
DecimalPlaces = Annotated[
    int, reading(_read_places), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_PLACES})
]
YesNo = Annotated[bool, reading(_read_yes_no), WithJsonSchema({"enum": ["yes", "no", True, False]})]
Day = Annotated[
    InstanceOf[WrittenDate], reading(_read_date), WithJsonSchema({"type": "string", "format": "date"})
]
SeasonDay = Annotated[
    InstanceOf[WrittenDay],
    reading(_read_season_day),
    WithJsonSchema({"type": "string", "pattern": r"^(\d{4}-)?\d{2}-\d{2}$"}),
]
WORDS_FORMS: tuple[dict[str, object], ...] = (
    {"type": "string"},
    {
        "type": "object",
        "properties": {"en": {"type": "string"}, "zh": {"type": "string"}},
        "additionalProperties": False,
    },
)
Words = Annotated[
    InstanceOf[Title], BeforeValidator(_read_title), WithJsonSchema({"anyOf": list(WORDS_FORMS)})
]
ManyWords = Annotated[
    tuple[Words, ...], Field(strict=False), BeforeValidator(one_or_more_words), AlsoWritten(WORDS_FORMS)
]
Cadences = Literal["event", "day", "week", "month", "quarter", "year"]


def _read_cadence(text: Scalar) -> Scalar:
    # A Literal would be checked in the same way, and lose the place.
    words = get_args(Cadences)
    if text not in words:
        raise PydanticCustomError("literal_error", "{expected}", {"expected": ", ".join(words)})
    return text


WrittenCadence = Annotated[
    InstanceOf[Scalar], reading(_read_cadence), WithJsonSchema({"enum": list(get_args(Cadences))})
]
ONE_NAME = AlsoWritten(({"type": "string", "pattern": NAME_PATTERN},))
Names = Annotated[tuple[Name, ...], Field(strict=False), BeforeValidator(one_or_more), ONE_NAME]
SomeNames = Annotated[
    tuple[Name, ...], Field(strict=False, min_length=1), BeforeValidator(one_or_more), ONE_NAME
]
