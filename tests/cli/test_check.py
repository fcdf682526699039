"""`check` says all that is wrong with rulesets, as people and as editors read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import POLICY, Run, written

WRONG = POLICY.replace("pay: 30\n", "pay: 3,000\n").replace("12.50 * thanks", "12.50 * thank")


def test_a_ruleset_without_problems_is_said_to_have_none(run: Run, policy: Path) -> None:
    result = run("check", policy)

    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{policy}: no problems\n", "")


def test_every_problem_is_shown_with_its_line_and_its_remedy_and_counted(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "wrong.yaml", WRONG)

    result = run("check", file)

    first, second, count = result.stdout.split("\n\n")
    lines = WRONG.splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "thank}" in text)
    column = lines[line - 1].index("thank}") + 1
    assert first.splitlines()[:2] == [
        "error IE2101: nothing is named `thank`",
        f"  --> {file}:{line}:{column}",
    ]
    assert first.splitlines()[4].endswith("pay: 12.50 * thank}")
    assert first.splitlines()[5].endswith(" ^^^^^")
    assert first.splitlines()[6] == "hint: did you mean `thanks`?"
    assert second.startswith("error IE1031: `3,000` is written with a thousands comma\n")
    assert count == f"{file}: errors: 2, warnings: 0\n"
    assert result.exit_code == 1


def test_several_files_are_counted_one_by_one_and_together(run: Run, tmp_path: Path, policy: Path) -> None:
    file = written(tmp_path / "wrong.yaml", WRONG)

    result = run("check", policy, file, "--lang", "zh")

    assert result.stdout.split("\n\n")[-1].splitlines() == [
        f"{policy}：没有问题",
        f"{file}：错误 2 个，警告 0 个",
        "共 2 个文件：错误 2 个，警告 0 个",
    ]
    assert result.exit_code == 1


def test_several_files_can_all_be_free_of_problems(run: Run, tmp_path: Path, policy: Path) -> None:
    other = written(tmp_path / "other.yaml", POLICY)

    assert run("check", policy, other).stdout.endswith("\n2 files: no problems\n")


def test_a_file_that_is_named_twice_is_checked_once(run: Run, policy: Path) -> None:
    assert run("check", policy, policy).stdout == f"{policy}: no problems\n"


def test_warnings_alone_are_shown_and_are_no_failure(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "policy.yaml", POLICY.replace('version: "1"', "version: one #1"))

    result = run("check", file)

    assert result.stdout.startswith("warning IE1034: ")
    assert result.stdout.endswith(f"{file}: errors: 0, warnings: 1\n")
    assert result.exit_code == 0


def test_json_has_the_place_of_every_problem(run: Run, tmp_path: Path, policy: Path) -> None:
    file = written(tmp_path / "wrong.yaml", WRONG)

    result = run("check", policy, file, "--format", "json", "--lang", "zh")

    found = json.loads(result.stdout)
    assert (found["errors"], found["warnings"]) == (2, 0)
    assert [each["file"] for each in found["files"]] == [str(policy), str(file)]
    problem = found["files"][1]["problems"][1]
    assert (problem["code"], problem["message"]) == ("IE1031", "`3,000` 使用了千位分隔逗号")
    assert WRONG.splitlines()[problem["place"]["line"] - 1].endswith("pay: 3,000")
    assert result.exit_code == 1


def test_the_report_can_be_written_to_a_file(run: Run, tmp_path: Path, policy: Path) -> None:
    result = run("check", policy, "--out", tmp_path / "report.txt")

    assert result.stdout == ""
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == f"{policy}: no problems\n"


def test_a_file_that_cannot_be_read_is_exit_code_2(run: Run, tmp_path: Path, policy: Path) -> None:
    gbk = tmp_path / "gbk.yaml"
    gbk.write_bytes(POLICY.encode("gbk"))
    missing = tmp_path / "missing.yaml"

    for file, message in (
        (missing, f"error IE1001: there is no file `{missing}`"),
        (gbk / "inside", f"error IE1002: `{gbk / 'inside'}` cannot be opened as a file"),
        (gbk, "error IE1005: "),
    ):
        result = run("check", policy, file)
        assert result.stdout.startswith(message)
        assert result.exit_code == 2


def test_a_file_of_tests_alone_is_one_problem_that_says_how_it_is_run(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "policy.tests.yaml", TESTS)

    result = run("check", file)

    assert result.stdout.startswith("error IE1118: this is a file of tests, and no ruleset\n")
    assert "hint: run it with `incentive-engine test RULESET --tests FILE`" in result.stdout
    assert result.stdout.endswith(f"{file}: errors: 1, warnings: 0\n")
    assert result.exit_code == 1


def test_files_of_tests_beside_rulesets_are_named_and_left_out(
    run: Run, tmp_path: Path, policy: Path
) -> None:
    file = written(tmp_path / "policy.tests.yaml", TESTS)

    result = run("check", file, policy)

    assert result.stdout == (
        f"{policy}: no problems\n{file}: a file of tests; `incentive-engine test` runs it\n"
    )
    assert result.exit_code == 0
    found = json.loads(run("check", file, policy, "--format", "json").stdout)
    assert (found["tests"], found["errors"], len(found["files"])) == ([str(file)], 0, 1)


TESTS = "tests:\n  - {name: a, expect: {total: 0}}\n"


class TestDesignWarnings:
    """What is proven about the design of a policy is a warning, which can be left out or taken for more."""

    @pytest.fixture
    def doubtful(self, tmp_path: Path) -> Path:
        return written(tmp_path / "policy.yaml", POLICY.replace("leaks > 0", "leaks < 0"))

    def test_it_is_shown_and_is_no_failure(self, run: Run, doubtful: Path) -> None:
        result = run("check", doubtful)

        assert result.stdout.startswith("warning IE3870: `leaks < 0` is never true, whatever the data")
        assert result.stdout.endswith(f"{doubtful}: errors: 0, warnings: 1\n")
        assert result.exit_code == 0

    def test_it_is_a_failure_where_that_is_asked_for(self, run: Run, doubtful: Path) -> None:
        assert run("check", doubtful, "--strict").exit_code == 1
        assert run("check", doubtful, "--strict", "--no-warnings").exit_code == 0

    def test_it_can_be_left_out(self, run: Run, doubtful: Path) -> None:
        assert run("check", doubtful, "--no-warnings").stdout == f"{doubtful}: no problems\n"

    def test_without_any_warning_strict_changes_nothing(self, run: Run, tmp_path: Path) -> None:
        assert run("check", written(tmp_path / "policy.yaml", POLICY), "--strict").exit_code == 0


def test_a_scenario_is_checked_as_one(run: Run, tmp_path: Path) -> None:
    policy = written(tmp_path / "policy.yaml", POLICY)
    rows = written(tmp_path / "rows.csv", "agent,month\n")
    head = f"language: 1\nscenario: spring\nbaseline: {policy.name}\npopulation: {{snapshots: {rows.name}}}\n"
    wrong = written(
        tmp_path / "wrong.yaml", head + "proposals: [{id: more, changes: {rules.nothing.pay: 1}}]\n"
    )

    result = run("check", wrong)
    assert result.exit_code == 1
    assert "there is no `nothing` in `rules`" in result.stdout
    assert "IE1119" not in result.stdout
