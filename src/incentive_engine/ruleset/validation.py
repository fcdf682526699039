"""Checks a file's content against its shape and says what does not fit, where, in the reader's words."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from incentive_engine.ruleset.nodes import Node, Scalar, Table, span_at
from incentive_engine.ruleset.problems import Problem

SomeModel = TypeVar("SomeModel", bound=BaseModel)

_CODES = {
    "model_type": "IE1104",
    "dict_type": "IE1104",
    "tuple_type": "IE1105",
    "too_short": "IE1106",
    "too_long": "IE1106",
}


def validated(
    shape: type[SomeModel], node: Node, root: Table, path: Sequence[str | int] = ()
) -> tuple[SomeModel | None, list[Problem]]:
    """Return the node as a model of the shape, or the problems that keep it from being one.

    `root` is the whole file and `path` leads from it to the node, so that problems have their places.
    """
    try:
        return shape.model_validate(node), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_problem(shape, each, root, path) for each in details if not _follows(each)]


def _follows(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because pydantic leaves out the items that have problems."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def suggestion(word: str, candidates: Iterable[str]) -> dict[str, str]:
    """Return the values `suggestion` and `suggestion_zh` of a hint: the most similar candidate or nothing."""
    close = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.6)
    if not close:
        return {"suggestion": "", "suggestion_zh": ""}
    return {"suggestion": f"did you mean `{close[0]}`? ", "suggestion_zh": f"是否想写 `{close[0]}`？"}


def _problem(shape: type[BaseModel], detail: ErrorDetails, root: Table, path: Sequence[str | int]) -> Problem:
    location = [*path, *detail["loc"]]
    span = span_at(root, location)
    match detail["type"]:
        case "missing":
            return Problem("IE1101", {"field": str(location[-1])}, span_at(root, location[:-1], key=True))
        case "extra_forbidden":
            fields = list(_fields_at(shape, detail["loc"][:-1]))
            values = {"field": str(location[-1]), "fields": ", ".join(fields)}
            place = span_at(root, location, key=True)
            return Problem("IE1102", values | suggestion(str(location[-1]), fields), place)
        case "literal_error":
            # pydantic lists what is possible as `'a', 'b' or 'c'`.
            listed = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
            text = str(detail["input"]) if isinstance(detail["input"], Scalar) else "..."
            return Problem(
                "IE1103", {"text": text, "values": listed} | suggestion(text, listed.split(", ")), span
            )
        case code if code.startswith("IE"):
            values = {key: str(value) for key, value in detail["ctx"].items()}
            return Problem(code, values, span)
        case other:
            count = str(len(detail["input"])) if hasattr(detail["input"], "__len__") else ""
            return Problem(_CODES.get(other, "IE1199"), {"count": count}, span)


def _fields_at(shape: type[BaseModel], location: Sequence[str | int]) -> Iterator[str]:
    """Yield the names of the fields that may stand where a location leads in a shape."""
    candidates: list[object] = [shape]
    for step in location:
        candidates = [inner for each in candidates for inner in _inside(each, step)]
    for model in dict.fromkeys(_models(candidates)):
        for name, field in model.model_fields.items():
            yield field.alias or name


def _models(annotations: Iterable[object]) -> Iterator[type[BaseModel]]:
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation


def _inside(annotation: object, step: str | int) -> Iterator[object]:
    """Yield what an annotation holds under a key, an index, or the tag that a union adds to the location."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if step in (name, field.alias):
                yield from _unwrapped(field.annotation)
        if step == annotation.__name__:
            yield annotation
    elif typing.get_origin(annotation) in (dict, tuple):
        for argument in (
            typing.get_args(annotation)[-1:]
            if typing.get_origin(annotation) is dict
            else typing.get_args(annotation)[:1]
        ):
            yield from _unwrapped(argument)


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
