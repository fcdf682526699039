"""`kinds` and `schema` tell what is installed."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest

from incentive_engine.cli import inputs
from incentive_engine.kinds.registry import KindError
from tests.cli.conftest import Run

BUILT_IN = {"bonus", "growth_credit", "red_line", "scorecard", "star_award", "tiered_bonus"}


def test_kinds_are_listed_with_their_package_and_what_they_give(run: Run) -> None:
    result = run("kinds", columns=100)

    lines = result.stdout.splitlines()
    version = metadata.version("incentive-engine")
    assert lines[0].split() == ["Kind", "Package", "What", "it", "gives"]
    bonus = next(line for line in lines if line.startswith("bonus "))
    assert bonus.split() == ["bonus", "incentive-engine", version, "Money", "by", "a", "formula."]
    assert result.exit_code == 0


def test_kinds_are_described_in_chinese_when_asked_for(run: Run) -> None:
    assert (
        "| bonus | incentive-engine 0.1.0 | 按公式计算的奖金。 |\n"
        in run("kinds", "--lang", "zh", "--format", "md").stdout
    )


def test_kinds_can_be_read_by_other_programs(run: Run) -> None:
    listed = json.loads(run("kinds", "--format", "json").stdout)
    table = list(csv.DictReader(run("kinds", "--format", "csv").stdout.splitlines()))

    assert {kind["kind"] for kind in listed if kind["package"] == "incentive-engine"} >= BUILT_IN
    assert table == listed


@pytest.mark.usefixtures("third_party")
def test_a_kind_of_another_package_is_listed_by_the_first_line_of_its_docstring(run: Run) -> None:
    listed: list[Mapping[str, str]] = json.loads(run("kinds", "--format", "json", "--lang", "zh").stdout)

    assert {
        "kind": "acme_ready",
        "about": "Whether somebody is ready for more.",
        "package": "acme-kinds",
        "version": "2.5",
    } in listed


def test_the_schema_is_a_json_schema_with_the_fields_of_each_kind(run: Run) -> None:
    result = run("schema")

    schema = json.loads(result.stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "tiers" in schema["$defs"]["TieredBonus"]["properties"]
    assert result.exit_code == 0


def test_the_schema_can_be_written_to_a_file(run: Run, tmp_path: Path) -> None:
    run("schema", "--out", tmp_path / "schema.json")

    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == run("schema").stdout


@pytest.mark.parametrize(
    "command", [("kinds",), ("schema",), ("check", "policy.yaml"), ("evaluate", "a", "b")]
)
def test_a_kind_that_cannot_be_used_is_named_by_every_command(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    def broken() -> None:
        raise KindError("the rule kind 'praise' cannot be loaded from 'acme:Praise': no module acme")

    monkeypatch.setattr(inputs, "installed_kinds", broken)

    result = run(*command, "--lang", "zh")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "错误：某个已安装的包提供了无法使用的规则类型："
        "the rule kind 'praise' cannot be loaded from 'acme:Praise': no module acme\n"
    )
