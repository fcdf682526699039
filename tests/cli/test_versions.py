"""A folder of versions in the place of a ruleset on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

RULESET = """\
language: 1
ruleset: praise
version: "{version}"
currency: CNY
period: month
effective: {{{effective}}}
snapshot: {{agent: agent, period: month}}
metrics: {{thanks: count}}
rules:
  - {{id: {rule}, kind: bonus, pay: {rate} * thanks}}
"""
ROWS = """\
agent,month,thanks
A1,2026-06,3
A1,2026-07,3
A2,2026-07,many
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "policy"
    path.mkdir()
    spring = RULESET.format(version="1", effective="until: 2026-06-30", rule="thanks_bonus", rate=10)
    autumn = RULESET.format(version="2", effective="from: 2026-07-01", rule="praise_bonus", rate=20)
    (path / "spring.yaml").write_text(spring, encoding="utf-8")
    (path / "autumn.yaml").write_text(autumn, encoding="utf-8")
    return path


@pytest.fixture
def months(tmp_path: Path) -> Path:
    path = tmp_path / "months.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_each_version_has_tables_of_its_own_and_rejected_rows_come_last(
    run: Run, folder: Path, months: Path
) -> None:
    result = run("evaluate", folder, months)
    lines = [line.split() for line in result.stdout.splitlines()]

    assert ["A1", "final", "30.00", "30.00"] in lines
    assert ["A1", "final", "60.00", "60.00"] in lines
    assert "praise, version 1;" in result.stdout
    assert "praise, version 2;" in result.stdout
    assert result.stdout.index("Rejected rows: 1") > result.stdout.index("version 2")
    assert result.exit_code == 1


def test_a_version_that_decides_nothing_has_no_table(run: Run, folder: Path, months: Path) -> None:
    months.write_text("agent,month,thanks\nA1,2026-06,3\n", encoding="utf-8")
    printed = run("evaluate", folder, months, "--format", "md").stdout
    assert ("version 1;" in printed, "version 2;" in printed) == (True, False)


def test_csv_has_the_columns_of_all_versions(run: Run, folder: Path, months: Path) -> None:
    lines = run("evaluate", folder, months, "--format", "csv").stdout.splitlines()
    assert lines[:3] == [
        "agent,period,status,currency,total,floor_added,thanks_bonus.final,praise_bonus.final,recognitions",
        "A1,2026-06,final,CNY,30.00,0.00,30.00,,",
        "A1,2026-07,final,CNY,60.00,0.00,,60.00,",
    ]


def test_json_names_all_versions_and_is_made_again(
    run: Run, tmp_path: Path, folder: Path, months: Path
) -> None:
    stored = tmp_path / "stored.json"
    run("evaluate", folder, months, "--format", "json", "--out", stored)
    data = json.loads(stored.read_text(encoding="utf-8"))

    assert [each["version"] for each in data["rulesets"]] == ["1", "2"]
    assert [each["ruleset"]["version"] for each in data["decisions"]] == ["1", "2"]
    again = run("recompute", stored, "--ruleset", folder, "--snapshots", months)
    assert "owed in total: 0.00 CNY" in again.stdout


def test_a_decision_is_explained_by_its_version(run: Run, folder: Path, months: Path) -> None:
    printed = run("explain", folder, months, "--agent", "A1", "--period", "2026-07").stdout
    assert "Ruleset praise, version 2." in printed


def test_a_folder_is_checked_as_a_whole(run: Run, folder: Path) -> None:
    assert run("check", folder).exit_code == 0
    autumn = folder / "autumn.yaml"
    autumn.write_text(autumn.read_text(encoding="utf-8").replace("07-01", "06-01"), encoding="utf-8")
    result = run("check", folder)

    assert result.exit_code == 1
    assert "error IE3862: this version begins before" in result.stdout
    assert "6 | effective: {from: 2026-06-01}" in result.stdout


def test_a_folder_that_cannot_be_used_is_told_with_the_lines(run: Run, folder: Path, months: Path) -> None:
    autumn = folder / "autumn.yaml"
    autumn.write_text(autumn.read_text(encoding="utf-8").replace("thanks}}", "thank}}"), encoding="utf-8")
    (folder / "spring.yaml").write_text("language: 1\n", encoding="utf-8")
    result = run("evaluate", folder, months)

    assert result.exit_code == 1
    assert "IE1101" in result.stderr


def test_a_folder_without_rulesets_is_told(run: Run, tmp_path: Path, months: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run("evaluate", empty, months)
    assert (result.exit_code, "IE3860" in result.stderr) == (1, True)
    assert "IE3860" in run("check", empty).stdout


def test_what_is_worth_a_second_look_is_counted(run: Run, folder: Path, months: Path) -> None:
    spring = folder / "spring.yaml"
    spring.write_text(spring.read_text(encoding="utf-8").replace("06-30", "05-31"), encoding="utf-8")
    months.write_text("agent,month,thanks\nA1,2026-07,3\n", encoding="utf-8")
    assert "1" in run("evaluate", folder, months).stderr
    assert "IE3863" in run("check", folder).stdout


def test_commands_about_one_version_say_so(run: Run, folder: Path, months: Path) -> None:
    result = run("simulate", "--baseline", folder, "--proposal", folder, "--snapshots", months)
    assert result.exit_code == 2
    assert "this command takes the ruleset of one file" in result.stderr
