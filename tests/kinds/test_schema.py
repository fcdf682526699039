"""What editors are told of the fields of a ruleset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, cast

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from incentive_engine.kinds.interface import Built, Context, Rule
from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.kinds.schema import ruleset_schema
from incentive_engine.ruleset.fields import Whole

Schema = dict[str, Any]

TOP = Path(__file__).parents[2]
COMMITTED = TOP / "rulesets" / "ruleset.schema.json"


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
        # One that runs over several lines is one paragraph.
        (
            "TieredBonus",
            "mode",
            "slices: each band's rate applies to the part of the measure in it. whole: the rate of",
        ),
        # In Python it is `from_`.
        ("SeasonShape", "from", "The first day"),
    ],
)
def test_the_docstring_under_a_field_is_what_editors_say_of_it(
    schema: Schema, shape: str, field: str, said: str
) -> None:
    assert description(schema, shape, field).startswith(said)


def test_a_section_is_described_where_it_stands(schema: Schema) -> None:
    assert schema["properties"]["snapshot"]["description"] == "The key columns of the data."


def test_every_field_is_described(schema: Schema) -> None:
    shapes = {"Ruleset": schema, **schema["$defs"]}
    silent = [
        (shape, field)
        for shape, found in shapes.items()
        for field in found["properties"]
        if not found["properties"][field].get("description")
    ]

    assert silent == []


def test_the_committed_schema_is_the_one_of_the_built_in_kinds(schema: Schema) -> None:
    """Where it is not: `incentive-engine schema --out rulesets/ruleset.schema.json`."""
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == schema


def test_it_is_a_json_schema(schema: Schema) -> None:
    Draft202012Validator.check_schema(schema)


# --- What it accepts


class Core(yaml.SafeLoader):
    """Reads YAML as editors do, by the core types of YAML 1.2: `no` and `2026-01-01` are texts."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- as PyYAML has it


for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


def read(text: str) -> object:
    """Return what an editor finds in a YAML text."""
    return yaml.load(text, Loader=Core)  # noqa: S506 -- a safe loader with fewer types


def rulesets() -> Iterator[tuple[str, str]]:
    """Yield the rulesets of the project and of its documentation."""
    for path in sorted(TOP.glob("rulesets/**/*.yaml")):
        if not path.name.endswith((".tests.yaml", ".scenario.yaml")):
            yield path.name, path.read_text(encoding="utf-8")
    for path in sorted(TOP.glob("docs/**/*.md")):
        blocks = re.findall(
            r"^```yaml[^\n]*\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
        for number, block in enumerate(block for block in blocks if "\nruleset:" in block):
            yield f"{path.name} {number}", block


RULESETS = dict(rulesets())


def complaints(schema: Schema, text: str) -> list[str]:
    """Return what an editor would say about a ruleset."""
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(read(text))]


@pytest.mark.parametrize("name", RULESETS)
def test_it_accepts_every_ruleset_of_the_project_and_its_documentation(schema: Schema, name: str) -> None:
    assert complaints(schema, RULESETS[name]) == []


WHOLE = """\
language: 1
ruleset: 试行
version: 2026.10
title: {en: Trial, zh: 试行}
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent_id, period: month}
total: {floor: none, carry_rest: yes}
attributes:
  team: text
  level: [junior, 2, no]
  left: {type: date, missing: never}
metrics:
  handled: {type: count, range: [0, 5000], strict: yes, places: 0}
  质检: {type: ratio, better: higher, missing: 85%}
seasons:
  double_11: {from: 11-01, until: 2026-11-15, counts_for: any_day}
parameters:
  limit: 5 min
  staged: [{until: 2026-03-31, value: 1}, {when: double_11, value: {by: level, junior: 1}}, {value: 2}]
  share: {by: level, junior: 60%, 2: {by: team, A: 1}}
  exact: {value: 61 / 365, places: 3, rounding: down}
rules:
  - {id: a, kind: bonus, pay: 100, tags: x, then: [{times: 2}]}
  - {id: b, kind: growth_credit, carry: no, earn: [{credits: 20, per: handled}]}
  - {id: c, kind: red_line, when: handled > 5, consequence: {keep: 50%}, affects: [x], lasts: 3 periods}
  - {id: d, kind: red_line, when: handled > 5, consequence: void, affects: all}
"""


def test_it_accepts_whatever_form_the_language_has(schema: Schema) -> None:
    assert complaints(schema, WHOLE) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("currency: CNY", "curency: CNY"),
        ("currency: CNY", "currency: yuan"),
        ("period: month", "period: monthly"),
        ("type: count", "tpye: count"),
        ("better: higher", "better: more"),
        ("质检:", "1质检:"),
        ("places: 3", "places: 13"),
        ("places: 0", "places: none"),
        ("until: 2026-03-31", "until: 31.03.2026"),
        ("counts_for: any_day", "counts_for: some_day"),
        ("carry: no", "carry: never"),
        ("kind: bonus", "kind: bonsu"),
        ("pay: 100", "pay: [100]"),
        ("pay: 100", "pay:"),
        ("earn: [{credits: 20, per: handled}]", "earn: []"),
        ("affects: [x]", "affects: []"),
        ("lasts: 3 periods", "lasts: long"),
        ("team: text", "team: []"),
    ],
)
def test_it_refuses_what_is_misspelt(schema: Schema, right: str, wrong: str) -> None:
    assert right in WHOLE
    assert complaints(schema, WHOLE.replace(right, wrong)) != []


def test_each_kind_has_its_own_fields_only(schema: Schema) -> None:
    properties = {each["title"]: set(each["properties"]) for each in schema["$defs"].values()}
    common = {"id", "kind", "title", "note", "tags", "applies_to", "effective", "period", "when"}
    common |= {"hold_when", "recognise", "instead_of", "overlaps", "limit", "release", "clawback"}
    assert properties["bonus"] == {*common, "pay", "then"}
    assert properties["tiered_bonus"] == {*common, "measure", "mode", "tiers", "then"}
    assert set(schema["properties"]["rules"]["items"]["discriminator"]["mapping"]) == set(installed_kinds())


def test_nothing_is_null(schema: Schema) -> None:
    assert "null" not in re.findall(r'"type": "(\w+)"', json.dumps(schema))


class Praise(Rule):
    """A kind words, from another package."""

    kind: Literal["praise"]
    """praise"""
    times: Whole = 1
    """How often."""

    def build(self, context: Context) -> Built:
        """Return nothing."""
        del context
        return Built({}, ())


def test_a_third_partys_kind_appears_with_what_it_says_of_itself() -> None:
    both = ruleset_schema({**installed_kinds(), "praise": Praise})
    assert both["$defs"]["Praise"]["properties"]["times"] == {
        "description": "How often.",
        "minimum": 0,
        "type": "integer",
    }
    assert complaints(both, WHOLE + "  - {id: e, kind: praise, times: 2}\n") == []


def test_one_kind_alone_will_do() -> None:
    alone = ruleset_schema({"praise": Praise})
    head = WHOLE[: WHOLE.index("rules:")]
    assert complaints(alone, head + "rules: [{id: e, kind: praise}]\n") == []
    assert complaints(alone, WHOLE) != []


def test_a_shape_that_is_made_by_a_call_has_the_descriptions_of_what_it_extends() -> None:
    made = cast("type[Praise]", type("Made", (Praise,), {}))
    assert (
        ruleset_schema({"praise": made})["$defs"]["Made"]["properties"]["times"]["description"]
        == "How often."
    )
