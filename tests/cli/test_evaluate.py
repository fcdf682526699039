"""`evaluate` prints every decision of a population; the amounts are worked out in conftest.py."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import POLICY, ROWS, Run, written


def test_a_table_has_a_row_for_each_agent_of_a_period_and_a_column_for_each_rule(
    run: Run, policy: Path, rows: Path
) -> None:
    result = run("evaluate", policy, rows, columns=120)

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "2026-03, amounts in CNY"
    assert [line.split() for line in lines[5:8]] == [
        ["A1", "final", "37.50", "37.50", "90.0", "A", "40", "0.00", "–"],
        ["A2", "final", "0.00", "void", "75.5", "B", "void", "void", "void", "broken:", "Privacy"],
        ["A3", "incomplete", "25.00", "25.00", "unknown", "20", "0.00", "–"],
    ]


def test_each_period_ends_with_the_sums_of_what_is_paid(run: Run, policy: Path, rows: Path) -> None:
    lines = run("evaluate", policy, rows, columns=120).stdout.splitlines()

    # March: 37.50 + 0 + 25 = 62.50, all of it thanks; April: 12.50 + 100.
    assert [line.split() for line in lines if line.startswith("All")][:2] == [
        ["All", "62.50", "62.50", "0.00", "0.00"],
        ["All", "112.50", "12.50", "100.00", "0.00"],
    ]


def test_the_summary_counts_by_status_and_adds_up_all_decisions(run: Run, policy: Path, rows: Path) -> None:
    summary = run("evaluate", policy, rows).stdout.partition("Summary: ")[2].splitlines()

    assert summary[0] == "praise, version 1; agents: 3, periods: 2"
    # 37.50 + 0 + 112.50 are final, and 25 of a decision that is incomplete; together 175.
    assert [summary[4].split(), summary[5].split(), summary[7].split()] == [
        ["final", "3", "150.00"],
        ["incomplete", "1", "25.00"],
        ["All", "4", "175.00"],
    ]


def test_recognition_stands_beside_the_red_lines(run: Run, policy: Path, rows: Path) -> None:
    lines = run("evaluate", policy, rows, columns=120).stdout.splitlines()

    april = next(line for line in lines if line.startswith("A1") and "112.50" in line)
    assert april.split()[-2:] == ["–", "commendation"]


def test_headings_statuses_and_titles_are_chinese_when_asked_for(run: Run, policy: Path, rows: Path) -> None:
    result = run("evaluate", policy, rows, "--lang", "zh", columns=120)

    assert "2026-03，金额单位：元" in result.stdout
    for word in ("客服", "状态", "感谢奖", "月度之星", "已确定", "不完整", "取消", "未知", "触犯：隐私保护"):
        assert word in result.stdout, word


def test_what_a_red_line_holds_is_shown_as_held(run: Run, tmp_path: Path, rows: Path) -> None:
    policy = written(tmp_path / "held.yaml", POLICY.replace("consequence: void", "consequence: hold"))

    result = run("evaluate", policy, rows, columns=120)

    # A2's leak holds her thanks, her credits, the star and the night shift.
    held = next(line for line in result.stdout.splitlines() if line.startswith("A2"))
    assert " ".join(held.split()) == "A2 held 0.00 held 75.5 B held held held broken: Privacy"
    assert ["held", "1", "0.00"] in [line.split() for line in result.stdout.splitlines()]


def test_what_is_void_shows_what_it_pays_of_earlier_months(run: Run, tmp_path: Path) -> None:
    later = "pay: 12.50 * thanks, release: [{share: 50%}, {share: 50%, after: 1 month}]}"
    policy = written(tmp_path / "later.yaml", POLICY.replace("pay: 12.50 * thanks}", later))
    rows = "agent,month,team,thanks,csat,leaks,hours\nA1,2026-03,day,4,0.9,0,0\nA1,2026-04,day,4,0.9,1,0\n"

    result = run("evaluate", policy, written(tmp_path / "rows.csv", rows), columns=120)

    # Half of 50 in March; in April the other half of it, and nothing of April's own.
    april = [line for line in result.stdout.splitlines() if line.startswith("A1")][1]
    assert april.split()[:4] == ["A1", "final", "25.00", "25.00"]


def test_a_red_line_that_cannot_be_judged_is_told(run: Run, tmp_path: Path, policy: Path) -> None:
    rows = written(tmp_path / "rows.csv", ROWS.replace("A1,2026-03,day,3,0.9,0,2", "A1,2026-03,day,3,0.9,,2"))

    result = run("evaluate", policy, rows, columns=140)

    assert "cannot be judged: Privacy" in result.stdout


def test_what_the_floor_of_the_total_adds_has_a_column_where_it_adds_anything(
    run: Run, tmp_path: Path, rows: Path
) -> None:
    policy = written(tmp_path / "floor.yaml", POLICY + "total: {floor: 50}\n")

    lines = run("evaluate", policy, rows, columns=140).stdout.splitlines()

    # A1 has 37.50 in March, so that 12.50 are added, and A3 has 25. What is void is not made up for.
    assert [line.split()[:3] for line in lines[5:8]] == [
        ["A1", "final", "50.00"],
        ["A2", "final", "0.00"],
        ["A3", "incomplete", "50.00"],
    ]
    assert [line.split()[-1] for line in (lines[5], lines[7])] == ["12.50", "25.00"]
    assert next(line.split()[-1] for line in lines if line.startswith("All")) == "37.50"  # 12.50 + 25


def test_agents_outside_every_rule_are_ineligible(run: Run, tmp_path: Path, rows: Path) -> None:
    start = POLICY.index("  - {id: thanks_bonus")
    end = POLICY.index("  - id: night")
    only_night = POLICY[:start] + POLICY[end : POLICY.index("  - id: privacy")]
    policy = written(tmp_path / "night.yaml", only_night)

    result = run("evaluate", policy, rows)

    assert "A1     ineligible   0.00      –" in result.stdout.splitlines()


def test_a_rule_that_only_names_a_result_shows_it(run: Run, tmp_path: Path, rows: Path) -> None:
    start = POLICY.index("  - {id: learning")
    policy = written(tmp_path / "score.yaml", POLICY[:start].replace("grades: {A: 80, B: 0}", ""))

    lines = run("evaluate", policy, rows).stdout.splitlines()

    assert next(line for line in lines if line.startswith("A1")).split() == [
        "A1",
        "final",
        "37.50",
        "37.50",
        "90.0",
    ]


@pytest.mark.usefixtures("third_party")
def test_a_result_of_another_package_is_shown_as_what_it_is(run: Run, tmp_path: Path, rows: Path) -> None:
    added = """
  - {id: answer, kind: acme_ready, first: answer, if_so: thanks > 2}
  - {id: day, kind: acme_ready, first: day, if_so: thanks > 2}
"""
    start = POLICY.index("  - id: card")
    policy = written(tmp_path / "ready.yaml", POLICY[:start].rstrip("\n") + added)

    lines = run("evaluate", policy, rows).stdout.splitlines()
    table = list(csv.DictReader(run("evaluate", policy, rows, "--format", "csv").stdout.splitlines()))

    # A1 has 3 thanks and A3 has 2.
    assert [line.split()[4:] for line in lines if line[:2] in ("A1", "A3")][:2] == [
        ["yes", "2026-03-08"],
        ["no", "2026-03-08"],
    ]
    assert (table[0]["answer.answer"], table[0]["day.day"]) == ("true", "2026-03-08")


@pytest.mark.usefixtures("third_party")
def test_a_rule_that_makes_nothing_known_has_an_empty_column(run: Run, tmp_path: Path, rows: Path) -> None:
    added = "\n  - {id: none, kind: acme_ready, first: none, if_so: thanks > 2}\n"
    start = POLICY.index("  - id: card")
    policy = written(tmp_path / "ready.yaml", POLICY[:start].rstrip("\n") + added)

    lines = run("evaluate", policy, rows).stdout.splitlines()

    assert next(line for line in lines if line.startswith("A1")).split()[4:] == ["–"]


class TestCsv:
    def test_each_decision_is_a_row_whose_columns_are_named_as_formulas_name_them(
        self, run: Run, policy: Path, rows: Path
    ) -> None:
        result = run("evaluate", policy, rows, "--format", "csv")

        table = list(csv.DictReader(result.stdout.splitlines()))
        assert [row["agent"] + row["period"] for row in table] == [
            "A12026-03",
            "A22026-03",
            "A32026-03",
            "A12026-04",
        ]
        assert table[0] == {
            "agent": "A1",
            "period": "2026-03",
            "status": "final",
            "currency": "CNY",
            "total": "37.50",
            "floor_added": "0.00",
            "thanks_bonus.final": "37.50",
            "card.score": "90",
            "card.grade": "A",
            "learning.credits": "40.00",
            "star.final": "0.00",
            "night.final": "",
            "privacy.broken": "false",
            "recognitions": "",
        }
        assert (table[1]["privacy.broken"], table[3]["recognitions"]) == ("true", "commendation")

    def test_what_is_unknown_is_an_empty_cell_and_never_zero(
        self, run: Run, policy: Path, rows: Path
    ) -> None:
        table = list(csv.DictReader(run("evaluate", policy, rows, "--format", "csv").stdout.splitlines()))

        assert (table[2]["status"], table[2]["card.score"], table[2]["card.grade"]) == ("incomplete", "", "")

    def test_the_names_of_columns_and_statuses_are_the_same_in_every_language(
        self, run: Run, policy: Path, rows: Path
    ) -> None:
        english = run("evaluate", policy, rows, "--format", "csv").stdout
        chinese = run("evaluate", policy, rows, "--format", "csv", "--lang", "zh").stdout

        assert chinese == english.replace("commendation", "通报表扬")

    def test_an_id_that_a_spreadsheet_would_take_for_a_formula_is_made_harmless(
        self, run: Run, tmp_path: Path, policy: Path
    ) -> None:
        rows = written(tmp_path / "rows.csv", ROWS.replace("A3,", "=HYPERLINK(),"))

        assert (
            "\n'=HYPERLINK(),2026-03,incomplete,CNY,25.00,"
            in run("evaluate", policy, rows, "--format", "csv").stdout
        )


def test_json_has_all_of_every_decision_with_amounts_as_texts(run: Run, policy: Path, rows: Path) -> None:
    found = json.loads(run("evaluate", policy, rows, "--format", "json").stdout)

    assert (found["ruleset"]["id"], found["currency"], found["total"]) == ("praise", "CNY", "175.00")
    assert found["statuses"] == {"final": 3, "incomplete": 1, "held": 0, "ineligible": 0}
    assert [decision["total"] for decision in found["decisions"]] == ["37.50", "0.00", "25.00", "112.50"]
    assert found["decisions"][1]["lines"][0]["outcome"] == "voided"
    assert (found["rejected"], found["notes"]) == ([], [])


def test_markdown_has_the_same_tables(run: Run, policy: Path, rows: Path) -> None:
    lines = run("evaluate", policy, rows, "--format", "md").stdout.splitlines()

    assert lines[0] == "## 2026-03, amounts in CNY"
    assert lines[3] == "|---|---|--:|--:|--:|--:|--:|--:|---|"
    assert lines[4] == "| A1 | final | 37.50 | 37.50 | 90.0 A | 40 | 0.00 | – |  |"
    assert lines[7] == "| **All** |  | **62.50** | **62.50** |  |  | **0.00** | **0.00** |  |"


class TestRejectedRows:
    rows = ROWS.replace("A3,2026-03,day,2,", "A3,2026-03,day,two,") + "A4,2026-3,day,x,0.5,0,\n"

    def test_they_are_counted_by_cause_and_told_one_by_one_on_standard_error(
        self, run: Run, tmp_path: Path, policy: Path
    ) -> None:
        file = written(tmp_path / "rows.csv", self.rows)

        result = run("evaluate", policy, file, columns=120)

        causes = result.stdout.partition("Rejected rows: 2\n")[2].splitlines()
        # `2026-3` is no period, and neither `two` nor `x` is a number.
        assert [causes[2].split()[:2], causes[4].split()[:2]] == [["IE4025", "1"], ["IE4031", "2"]]
        assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
            "error IE4031",
            "error IE4025",
            "error IE4031",
        ]
        assert f"row 4 of {file}: `thanks` of agent `A3` for 2026-03 is `two`" in result.stderr
        assert result.exit_code == 1

    def test_data_on_standard_output_stays_clean(self, run: Run, tmp_path: Path, policy: Path) -> None:
        file = written(tmp_path / "rows.csv", self.rows)

        result = run("evaluate", policy, file, "--format", "json", "--lang", "zh")

        rejected = json.loads(result.stdout)["rejected"]
        assert [(row["row"], row["code"]) for row in rejected] == [
            (4, "IE4031"),
            (6, "IE4025"),
            (6, "IE4031"),
        ]
        assert "错误 IE4031：" in result.stderr

    def test_only_the_first_twenty_are_told_where_there_are_many(
        self, run: Run, tmp_path: Path, policy: Path
    ) -> None:
        wrong = "".join(f"B{number},2026-03,day,x,0.5,0,\n" for number in range(23))
        file = written(tmp_path / "rows.csv", ROWS + wrong)

        result = run("evaluate", policy, file, "--format", "csv")

        told = result.stderr.splitlines()
        assert (len(told), told[-1]) == (21, "… and 3 more; `--format json` has all of them")

    def test_where_no_row_is_left_there_is_still_a_summary(
        self, run: Run, tmp_path: Path, policy: Path
    ) -> None:
        file = written(tmp_path / "rows.csv", ROWS.splitlines()[0] + "\nA1,2026-03,day,x,0.5,0,\n")

        result = run("evaluate", policy, file)

        assert "agents: 0, periods: 0" in result.stdout
        assert result.exit_code == 1


def test_a_remark_on_the_whole_data_is_told_but_is_no_reason_to_stop(
    run: Run, tmp_path: Path, policy: Path
) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(ROWS.replace("day", "白班").encode("gbk"))

    result = run("evaluate", policy, file, "--format", "json")

    assert result.exit_code == 0
    assert result.stderr.startswith("warning IE4003: ")
    assert "hint: " in result.stderr
    assert [note["code"] for note in json.loads(result.stdout)["notes"]] == ["IE4003"]


def test_a_warning_about_the_ruleset_is_counted_and_does_not_stop_anything(
    run: Run, tmp_path: Path, rows: Path
) -> None:
    # What follows ` #` is a comment in YAML, and is reported as probably not meant.
    policy = written(tmp_path / "policy.yaml", POLICY.replace('version: "1"', "version: one #1"))

    result = run("evaluate", policy, rows, "--format", "csv")

    assert result.exit_code == 0
    assert result.stderr == f"{policy}: warnings: 1; `incentive-engine check` shows them\n"


def test_a_ruleset_with_problems_is_not_evaluated_and_all_of_them_are_told(
    run: Run, tmp_path: Path, rows: Path
) -> None:
    text = POLICY.replace("12.50 * thanks", "12.50 * thank").replace("leaks > 0", "leak > 0")
    policy = written(tmp_path / "policy.yaml", text)

    result = run("evaluate", policy, rows)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("error IE2101: nothing is named") == 2
    assert result.stderr.endswith(f"error: `{policy}` cannot be used until this is put right\n")


def test_data_without_a_column_that_is_needed_is_not_evaluated(
    run: Run, tmp_path: Path, policy: Path
) -> None:
    file = written(tmp_path / "rows.csv", ROWS.replace("thanks", "thank"))

    result = run("evaluate", policy, file, "--format", "csv")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "error IE4014: the table has no column `thanks`" in result.stderr
    assert "did you mean `thank`?" in result.stderr


@pytest.mark.parametrize(
    ("name", "chosen", "start"),
    [
        ("decisions.csv", [], "\ufeffagent,period,status"),
        ("decisions.JSON", [], "{"),
        ("decisions.md", [], "## 2026-"),
        ("decisions.txt", [], "2026-"),
        ("decisions.csv", ["--format", "table"], "2026-"),
    ],
)
def test_the_name_of_the_file_says_the_format_unless_one_is_chosen(
    run: Run, policy: Path, rows: Path, tmp_path: Path, name: str, chosen: list[str], start: str
) -> None:
    run("evaluate", policy, rows, *chosen, "--out", tmp_path / name)

    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
