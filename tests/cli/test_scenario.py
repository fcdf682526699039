"""`simulate SCENARIO` tries proposals; what they pay is worked out in test_simulate.py."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import ROWS, Run, written
from tests.cli.test_simulate import table

SCENARIO = """\
language: 1
scenario: more_thanks
title: {en: More for thanks, zh: 提高感谢奖}
baseline: policy.yaml
population: {snapshots: rows.csv}
by: team
proposals:
  - {id: fifteen, title: {en: Fifteen, zh: 十五元}, changes: {rules.thanks_bonus.pay: 15 * thanks}}
"""


@pytest.fixture
def scenario(tmp_path: Path, policy: Path, rows: Path) -> Path:
    text = SCENARIO.replace("policy.yaml", policy.name).replace("rows.csv", rows.name)
    return written(tmp_path / "scenario.yaml", text)


def test_the_proposals_are_told_side_by_side_first(run: Run, scenario: Path) -> None:
    result = run("simulate", scenario, columns=200)

    assert result.exit_code == 0
    assert result.stdout.startswith("Scenario: More for thanks\nBaseline: Praise (praise, version 1, text ")
    assert table(result, "The proposals")[1] == [
        *("Fifteen", "175.00", "190.00", "+15.00", "+8.57%", "2", "0", "1"),
    ]


def test_each_proposal_has_its_views(run: Run, scenario: Path) -> None:
    result = run("simulate", scenario, "--by", "team,csat", columns=200)

    assert table(result, "By team, in CNY")[1][:2] == ["day", "2"]
    assert "By team, Satisfaction, in CNY" in result.stdout
    # A2 gets nothing, A3 25, A1 150: 2 x 150 over 3 x 175. Then A3 30, A1 160: 2 x 160 over 3 x 190.
    assert table(result, "How the pay")[-1] == ["Gini", "coefficient", "0.5714", "0.5614", "-0.0100"]


def test_it_is_told_in_chinese(run: Run, scenario: Path) -> None:
    result = run("simulate", scenario, "--lang", "zh", columns=200)

    assert result.stdout.startswith("方案比较：提高感谢奖\n基线：表扬方案（praise，版本 1，文本 ")
    assert "十五元" in result.stdout


def test_csv_has_a_row_for_each_variant_agent_and_period(run: Run, scenario: Path) -> None:
    result = run("simulate", scenario, "--format", "csv")

    found = list(csv.DictReader(result.stdout.splitlines()))
    assert len(found) == 4
    assert {name: found[0][name] for name in ("proposal", "agent", "period", "team", "before", "after")} == {
        "proposal": "fifteen",
        "agent": "A1",
        "period": "2026-03",
        "team": "day",
        "before": "37.50",
        "after": "45.00",
    }
    assert (found[3]["star.before"], found[3]["thanks_bonus.after"]) == ("100.00", "15.00")


def test_json_has_all_variants(run: Run, scenario: Path) -> None:
    found = json.loads(run("simulate", scenario, "--format", "json").stdout)

    assert found["variants"][0]["cost"] == {
        "before": "175.00",
        "after": "190.00",
        "difference": "15.00",
        "share": "0.0857",
    }


def test_markdown_has_headings_and_tables(run: Run, scenario: Path) -> None:
    result = run("simulate", scenario, "--format", "md")

    assert result.stdout.startswith("# Scenario: More for thanks\n")
    assert "## Fifteen" in result.stdout


def test_other_data_can_take_the_place_of_the_scenarios(run: Run, scenario: Path, tmp_path: Path) -> None:
    first_two = written(tmp_path / "two.csv", "".join(ROWS.splitlines(keepends=True)[:2]))

    result = run("simulate", scenario, "--snapshots", first_two, columns=200)

    # A1's March alone: 37.50, the star's 100, and 7.50 more.
    assert table(result, "The proposals")[1][1:4] == ["137.50", "145.00", "+7.50"]


def test_problems_are_told_with_the_lines_of_their_files(run: Run, scenario: Path) -> None:
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("thanks_bonus.pay", "thank_bonus.pay"))

    result = run("simulate", scenario)

    assert result.exit_code == 1
    assert "error IE5100: there is no `thank_bonus` in `rules`" in result.stderr
    assert "did you mean `thanks_bonus`" in result.stderr
    assert "scenario.yaml:8:" in result.stderr
    assert "cannot be run" in result.stderr


def test_a_split_that_is_none_is_refused(run: Run, scenario: Path) -> None:
    result = run("simulate", scenario, "--by", "taem")

    assert result.exit_code == 1
    assert "IE5110" in result.stderr


def test_rows_that_cannot_be_taken_are_told(run: Run, scenario: Path, rows: Path) -> None:
    rows.write_text(ROWS + "A9,2026-03,day,many,0.9,0,2\n", encoding="utf-8")

    result = run("simulate", scenario)

    assert result.exit_code == 1
    assert "IE4031" in result.stderr


def test_rows_for_which_an_assumption_is_impossible_are_told(run: Run, scenario: Path) -> None:
    scenario.write_text(scenario.read_text(encoding="utf-8") + "assumptions: {csat: csat + 20%}\n")

    result = run("simulate", scenario, columns=200)

    # A1 would have 110 % in March and 100 % in April.
    assert result.exit_code == 1
    assert "agent A1, period 2026-03: `csat` would become 1.1000" in result.stdout


def test_a_file_that_is_not_there_is_misuse(run: Run, tmp_path: Path) -> None:
    assert run("simulate", tmp_path / "none.yaml").exit_code == 2


def test_data_that_are_not_there_are_misuse(run: Run, scenario: Path, rows: Path) -> None:
    rows.unlink()

    assert run("simulate", scenario).exit_code == 2


def test_a_scenario_stands_in_the_place_of_two_rulesets(run: Run, scenario: Path, policy: Path) -> None:
    result = run("simulate", scenario, "--baseline", policy)

    assert result.exit_code == 2
    assert "a scenario names its own rulesets" in result.stderr


def test_without_a_scenario_both_rulesets_are_needed(run: Run, policy: Path) -> None:
    result = run("simulate", "--baseline", policy)

    assert result.exit_code == 2
    assert "`--proposal` is missing; give a scenario file" in result.stderr


def test_the_result_is_not_written_over_what_is_read(run: Run, scenario: Path, rows: Path) -> None:
    result = run("simulate", scenario, "--out", rows)

    assert result.exit_code == 2
    assert rows.read_text(encoding="utf-8") == ROWS


def test_a_history_is_read_as_well(run: Run, scenario: Path, rows: Path) -> None:
    text = scenario.read_text(encoding="utf-8").replace(
        f"snapshots: {rows.name}", f"snapshots: {rows.name}, history: {rows.name}"
    )
    scenario.write_text(text, encoding="utf-8")

    assert run("simulate", scenario).exit_code == 0


def test_the_schema_of_scenarios_is_printed(run: Run) -> None:
    found = json.loads(run("schema", "--scenario").stdout)

    assert found["title"] == "Scenario"
    assert "proposals" in found["properties"]


def test_a_scenario_has_its_own_baseline(run: Run, scenario: Path, policy: Path) -> None:
    result = run("simulate", scenario, "--baseline", policy)

    assert result.exit_code == 2
    assert "scenario" in result.stderr.lower()


def test_a_broken_guardrail_is_told_last_and_ends_it_with_1(run: Run, scenario: Path) -> None:
    # The proposal costs 190, the baseline 175.
    text = scenario.read_text(encoding="utf-8") + "guardrails: [{budget: +5%}, {budget: +10%}]\n"
    scenario.write_text(text, encoding="utf-8")

    result = run("simulate", scenario)
    chinese = run("simulate", scenario, "--lang", "zh")

    assert (result.exit_code, chinese.exit_code) == (1, 1)
    assert result.stderr.splitlines()[-1] == "Fifteen breaks a guardrail: Cost at most 5% above the baseline"
    assert "“十五元”违反护栏：成本最多比基线高 5%" in chinese.stderr
