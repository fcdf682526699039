"""What editors are told of the fields of a ruleset."""

from __future__ import annotations

from typing import Any, cast

import pytest

from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.kinds.schema import ruleset_schema

Schema = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Schema:
    return ruleset_schema(installed_kinds())


def description(schema: Schema, shape: str, field: str) -> str:
    found = cast("Schema", schema["$defs"][shape])["properties"][field]
    return str(found.get("description", ""))


@pytest.mark.parametrize(
    ("shape", "field", "said"),
    [
        ("Metric", "better", "Whether a higher or a lower value is better."),
        # A field of every rule, which a scorecard takes over, and one of its own.
        ("Scorecard", "when", "The condition under which the rule pays."),
        ("Scorecard", "perspectives", "The perspectives"),
        # In Python it is `from_`.
        ("SeasonShape", "from", "The first day"),
    ],
)
def test_the_docstring_under_a_field_is_what_editors_say_of_it(
    schema: Schema, shape: str, field: str, said: str
) -> None:
    assert description(schema, shape, field).startswith(said)


def test_a_section_is_described_where_it_stands(schema: Schema) -> None:
    assert schema["properties"]["snapshot"]["description"] == "The two key columns of the data."


def test_every_field_is_described(schema: Schema) -> None:
    shapes = {"Ruleset": schema, **schema["$defs"]}
    silent = [
        (shape, field)
        for shape, found in shapes.items()
        for field in found["properties"]
        if not found["properties"][field].get("description")
    ]

    assert silent == []
