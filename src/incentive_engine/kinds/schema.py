"""The JSON Schema of a ruleset, by which editors complete, check and explain it while it is written."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import reduce
from itertools import pairwise
from operator import or_
from textwrap import dedent
from types import GenericAlias
from typing import Annotated, Any

from pydantic import Field, create_model
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from incentive_engine.kinds.interface import Rule
from incentive_engine.ruleset.fields import Shape
from incentive_engine.ruleset.shape import RulesetShape


class _ForEditors(GenerateJsonSchema):
    """Leaves out what says nothing to the author of a ruleset.

    A field that is not given is left out, it is never null; what holds then its description says. And a
    title that only repeats the name of its field would head every explanation.
    """

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> dict[str, Any]:
        return {"additionalProperties": False, **super().dict_schema(schema)}

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        made = super().model_schema(schema)
        shape, fields = schema["cls"], made["properties"]
        texts = docstrings(shape)
        for name, field in shape.model_fields.items():
            if name in texts:
                written = field.alias or name
                fields[written] = {**fields[written], "description": texts[name]}
        # What editors offer to fill in for a rule has the name of its kind.
        return {**made, "title": fields.get("kind", {}).get("const", made["title"])}

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 -- whatever the field
        return False


def docstrings(shape: type[Shape]) -> dict[str, str]:
    """Return the docstrings under the fields of a shape and of those that it extends.

    Pydantic would read them whenever a shape is imported, and take longer over it than over all the rest.
    """
    found: dict[str, str] = {}
    for each in (each for each in reversed(shape.__mro__) if issubclass(each, Shape)):
        try:
            source = inspect.getsource(each)
        except OSError:  # It was made by a call.
            continue
        classes = [node for node in ast.parse(dedent(source)).body if isinstance(node, ast.ClassDef)]
        for pair in (pair for node in classes for pair in pairwise(node.body)):
            match pair:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[name] = " ".join(text.split())
    return found


def ruleset_schema(kinds: Mapping[str, type[Rule]]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of rulesets with rules of the given kinds.

    Each rule is one of the kinds, told apart by `kind`, so that an editor offers only that kind's fields;
    the docstrings of the fields are their descriptions.
    """
    union: Any = reduce(or_, kinds.values())
    rule = Annotated[union, Field(discriminator="kind")] if len(kinds) > 1 else union
    rules: Any = GenericAlias(tuple, (rule, ...))
    description = "The rules, in the order in which their lines stand in a decision."
    whole = create_model(
        "Ruleset",
        __base__=RulesetShape,
        __doc__=RulesetShape.__doc__,
        rules=(rules, Field(min_length=1, description=description)),
    )
    return shape_schema(whole)


def shape_schema(shape: type[Shape]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the files that have a shape, for editors."""
    schema = shape.model_json_schema(by_alias=True, schema_generator=_ForEditors)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
