"""Checks a file's content against its shape and says what does not fit, where, in the reader's words."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table, span_at
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.splits import is_empty
from incentive_engine.texts import fill

SomeModel = TypeVar("SomeModel", bound=BaseModel)
Location = Sequence[str | int]

# Fields that have become one text because no space stands behind their colons.
_GLUED_KEY = re.compile(r"(?P<key>[^\W\d]\w*) *:(?!/)")
# What pydantic calls the faults that shapes leave to it.
_CODES = {
    "model_type": "IE1104",
    "dict_type": "IE1104",
    "tuple_type": "IE1105",
    "too_short": "IE1106",
    "too_long": "IE1106",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit a shape: where in the node, and the problem unless it is reported."""

    location: Location
    problem: Problem | None


def validated(
    shape: type[SomeModel], node: Node, root: Table, path: Location = ()
) -> tuple[SomeModel | None, list[Fault]]:
    """Return the node as a model of the shape, or what keeps it from being one.

    `root` is the whole file and `path` leads from it to the node, so that problems have their places.
    """
    try:
        return shape.model_validate(node), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    meant = {field for detail in details for field in _meant(shape, detail)}
    return None, [
        Fault(each["loc"], _problem(shape, each, root, path))
        for each in details
        if not (_is_short_by_faults(each) or (each["type"] == "missing" and each["loc"] in meant))
    ]


def _is_short_by_faults(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because pydantic leaves out the items that have problems."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _meant(shape: type[BaseModel], detail: ErrorDetails) -> Iterator[tuple[str | int, ...]]:
    """Yield the field that is most likely meant by one that does not exist: it is not missing as well."""
    if detail["type"] == "extra_forbidden":
        *table, written = detail["loc"]
        for name in _closest(str(written), fields_at(shape, table)):
            yield (*table, name)


def _closest(word: str, candidates: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.6)


def suggestion(word: str, candidates: Iterable[str]) -> dict[str, str]:
    """Return the values `suggestion` and `suggestion_zh` of a hint: the most similar candidate or nothing."""
    suggested = {"suggestion": "", "suggestion_zh": ""}
    for meant in _closest(word, candidates):
        suggested["suggestion"] = fill("problem_suggestion", {"meant": meant}, "en")
        suggested["suggestion_zh"] = fill("problem_suggestion", {"meant": meant}, "zh")
    return suggested


def _problem(shape: type[BaseModel], detail: ErrorDetails, root: Table, path: Location) -> Problem | None:
    """Return the problem, or None for a value that is missing behind its colon: the text's reader said so."""
    location = [*path, *detail["loc"]]
    given = detail["input"]
    match detail["type"]:
        case "missing":
            return Problem("IE1101", {"field": str(location[-1])}, span_at(root, location[:-1], key=True))
        case "extra_forbidden":
            fields = list(fields_at(shape, detail["loc"][:-1]))
            values = {"field": str(location[-1]), "fields": ", ".join(fields)}
            place = span_at(root, location, key=True)
            return Problem("IE1102", values | suggestion(str(location[-1]), fields), place)
    # Of a name that cannot be one, pydantic says so behind the name.
    span = span_at(root, location, key=location[-1:] == ["[key]"])
    if isinstance(given, Scalar) and is_empty(given):
        return None
    match detail["type"]:
        case "literal_error" if isinstance(given, Scalar):
            # pydantic lists what is possible as `'a', 'b' or 'c'`.
            listed = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
            values = {"text": str(given), "values": listed}
            return Problem("IE1103", values | suggestion(str(given), listed.split(", ")), span)
        case "literal_error":
            return Problem("IE1107", {}, span)
        case "model_type" | "dict_type" if isinstance(given, Scalar) and (glued := _GLUED_KEY.match(given)):
            return Problem("IE1036", {"key": glued["key"]}, given.part(glued.end() - 1, glued.end()))
        case code if code.startswith("IE"):
            values = {key: value for key, value in detail["ctx"].items() if isinstance(value, str)}
            return Problem(code, values, detail["ctx"].get("at", span))
        case other:
            count = str(len(given)) if isinstance(given, Items | Table) else ""
            return Problem(_CODES.get(other, "IE1199"), {"count": count}, span)


def fields_at(shape: type[BaseModel], location: Location) -> Iterator[str]:
    """Yield the names of the fields that may stand where a location leads in a shape."""
    candidates: list[object] = [shape]
    for step in location:
        # The tag that a union adds to the location leads to nothing further inside.
        candidates = [inner for each in candidates for inner in _inside(each, step)] or candidates
    for model in dict.fromkeys(_models(candidates)):
        for name, field in model.model_fields.items():
            yield field.alias or name


def _models(annotations: Iterable[object]) -> Iterator[type[BaseModel]]:
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation


def _inside(annotation: object, step: str | int) -> Iterator[object]:
    """Yield what an annotation holds under a key or an index."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if step in (name, field.alias):
                yield from _unwrapped(field.annotation)
    elif typing.get_origin(annotation) is dict:
        yield from _unwrapped(typing.get_args(annotation)[1])
    elif typing.get_origin(annotation) is tuple:
        yield from _unwrapped(typing.get_args(annotation)[0])


def _unwrapped(annotation: object) -> Iterator[object]:
    """Yield the members of unions, without annotations."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        yield from _unwrapped(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for member in typing.get_args(annotation):
            yield from _unwrapped(member)
    else:
        yield annotation
