"""`explain` tells the reasons of one decision, and says what there is where nothing was found."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import ROWS, Run, written


def test_the_reasons_of_one_decision_are_told_step_by_step(run: Run, policy: Path, rows: Path) -> None:
    result = run("explain", policy, rows, "--agent", "A1", "--period", "2026-03")

    assert result.exit_code == 0
    blocks = result.stdout.split("\n\n")
    # 12.50 for each of 3 thanks.
    assert blocks[0].splitlines()[0] == "A1, 2026-03: 37.50 CNY"
    assert "Thanks bonus: 37.50 CNY\n  `12.50 * thanks` = 37.50 CNY.\n    thanks is 3." in blocks[1]


def test_it_says_what_would_have_been_needed_for_more(run: Run, policy: Path, rows: Path) -> None:
    result = run("explain", policy, rows, "--agent", "A1", "--period", "2026-03")

    # A2 has 5 thanks; with 5 as well A1 shares the star's 100, and has 2 x 12.50 more: 75.
    assert "thanks 3 -> 5: a prize. That adds 50.00 CNY here and 75.00 CNY to the total." in result.stdout


def test_it_is_told_in_chinese_when_asked_for(run: Run, policy: Path, rows: Path) -> None:
    result = run("explain", policy, rows, "--agent", "A1", "--period", "2026-03", "--lang", "zh")

    assert result.stdout.startswith("A1，2026-03：37.50 元\n")


def test_each_step_can_name_its_line_of_the_ruleset(run: Run, policy: Path, rows: Path) -> None:
    result = run("explain", policy, rows, "--agent", "A1", "--period", "2026-03", "--places")

    line = policy.read_text(encoding="utf-8").splitlines().index("  - id: star") + 1
    assert f"Star of the month: nothing (line {line})" in result.stdout


def test_json_has_the_decision_and_its_explanation(run: Run, policy: Path, rows: Path) -> None:
    result = run("explain", policy, rows, "--agent", "A1", "--period", "2026-03", "--format", "json")

    found = json.loads(result.stdout)
    assert (found["decision"]["agent"], found["decision"]["total"]) == ("A1", "37.50")
    assert found["explanation"]["sections"][0]["rule"] == "thanks_bonus"


def test_markdown_has_headings_and_lists(run: Run, policy: Path, rows: Path) -> None:
    result = run(
        "explain", policy, rows, "--agent", "A1", "--period", "2026-03", "--format", "md", "--lang", "zh"
    )

    assert result.stdout.startswith("# A1，2026-03：37.50 元\n")
    assert "\n## 感谢奖：37.50 元\n\n- `12.50 * thanks` = 37.50 元。\n" in result.stdout


def test_the_explanation_can_be_written_to_a_file(run: Run, tmp_path: Path, policy: Path, rows: Path) -> None:
    asked = ("explain", policy, rows, "--agent", "A1", "--period", "2026-03")

    result = run(*asked, "--out", tmp_path / "a1.txt")

    assert result.stdout == ""
    assert (tmp_path / "a1.txt").read_text(encoding="utf-8") == run(*asked).stdout


def test_an_unknown_agent_is_answered_with_the_one_that_was_probably_meant(
    run: Run, policy: Path, rows: Path
) -> None:
    result = run("explain", policy, rows, "--agent", "a1", "--period", "2026-03")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "error: no row could be evaluated for an agent `a1`; did you mean `A1`?",
        "hint: there are: `A1`, `A2`, `A3`",
    ]


def test_of_many_agents_only_the_first_are_listed(run: Run, tmp_path: Path, policy: Path) -> None:
    others = "".join(f"C{number:02},2026-03,day,1,0.5,0,\n" for number in range(30))
    file = written(tmp_path / "rows.csv", ROWS + others)

    result = run("explain", policy, file, "--agent", "someone", "--period", "2026-03", "--lang", "zh")

    # A1, A2, A3 and C00 to C16 are twenty.
    assert result.stderr.splitlines()[0] == "错误：没有可计算的客服 `someone` 的数据"
    assert result.stderr.splitlines()[1].endswith("`C15`, `C16` …")


def test_an_unknown_period_is_answered_with_those_of_the_agent(run: Run, policy: Path, rows: Path) -> None:
    result = run("explain", policy, rows, "--agent", "A1", "--period", "2026-3")

    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "error: no row could be evaluated for `A1` in a period `2026-3`; did you mean `2026-03`?",
        "hint: there are: `2026-03`, `2026-04`",
    ]


class TestRejectedRows:
    rows = ROWS.replace("A3,2026-03,day,2,", "A3,2026-03,day,two,")

    def test_why_the_row_that_is_asked_for_was_rejected_is_told(
        self, run: Run, tmp_path: Path, policy: Path
    ) -> None:
        file = written(tmp_path / "rows.csv", self.rows)

        result = run("explain", policy, file, "--agent", "A3", "--period", "2026-03")

        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.splitlines()[0] == "error: the row of `A3` for `2026-03` was rejected:"
        assert result.stderr.splitlines()[1].startswith(
            f"error IE4031: row 4 of {file}: `thanks` of agent `A3`"
        )

    def test_that_others_were_rejected_is_told_because_they_are_no_peers(
        self, run: Run, tmp_path: Path, policy: Path
    ) -> None:
        file = written(tmp_path / "rows.csv", self.rows)

        result = run("explain", policy, file, "--agent", "A1", "--period", "2026-03")

        assert result.exit_code == 1
        assert "Place 2 of 2" in result.stdout
        assert result.stderr == (
            "rows that were rejected, and are nobody's peers: 1; `incentive-engine evaluate` lists them\n"
        )
