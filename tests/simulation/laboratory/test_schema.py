"""What editors are told of the fields of a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from incentive_engine.kinds.schema import shape_schema
from incentive_engine.simulation.laboratory.shape import ScenarioShape
from tests.simulation.laboratory.trying import HEAD

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "examples" / "scenarios" / "scenario.schema.json"
SCENARIOS = sorted([*ROOT.glob("examples/scenarios/*.yaml"), *ROOT.glob("rulesets/**/*.scenario.yaml")])

Schema = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Schema:
    return shape_schema(ScenarioShape)


def wrong(schema: Schema, text: str) -> list[str]:
    """Return what an editor underlines; all that YAML takes for something else than a text is one here."""
    read = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- a loader that only makes texts
    return [error.message for error in Draft202012Validator(schema).iter_errors(read)]


def test_it_is_a_json_schema(schema: Schema) -> None:
    Draft202012Validator.check_schema(schema)


def test_the_committed_schema_is_that_of_scenarios(schema: Schema) -> None:
    """Where it is not: `incentive-engine schema --scenario --out examples/scenarios/scenario.schema.json`."""
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == schema


def test_every_field_is_described(schema: Schema) -> None:
    shapes = {"Scenario": schema, **schema["$defs"]}
    silent = [
        (shape, field)
        for shape, found in shapes.items()
        for field, value in found["properties"].items()
        if not value.get("description")
    ]

    assert silent == []


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.name)
def test_every_scenario_of_the_project_is_accepted(schema: Schema, file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    # Whole numbers are texts to this loader.
    assert [each for each in wrong(schema, text) if "'integer'" not in each] == []


@pytest.mark.parametrize(
    "text",
    [
        "proposal: []",
        "proposals: [{title: One}]",
        "sweep: [{values: [1]}]",
        "proposals: [{id: a, changes: 3}]",
    ],
)
def test_what_a_scenario_cannot_have_is_underlined(schema: Schema, text: str) -> None:
    assert wrong(schema, HEAD + text)
