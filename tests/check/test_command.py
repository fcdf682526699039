"""`test` runs the tests that stand beside a ruleset, for people and for pipelines."""

from __future__ import annotations

import json
from pathlib import Path

from tests.check.conftest import Run
from tests.check.policies import DEFAULTS


def written(folder: Path, tests: str) -> Path:
    path = folder / "other.tests.yaml"
    path.write_text(DEFAULTS + tests, encoding="utf-8")
    return path


def test_the_tests_beside_a_ruleset_are_found_by_their_name(run: Run, policy: Path) -> None:
    result = run("test", policy)

    assert result.exit_code == 0
    assert result.stdout == f"{policy.with_suffix('.tests.yaml')}: tests: 1, all passed\n"
    assert result.stderr == ""


def test_a_failure_shows_the_place_what_differs_and_what_the_decision_says(run: Run, policy: Path) -> None:
    expect = "{lines: {thanks_bonus: 40}, status: final, outcome: {thanks_bonus: nothing}}"
    tests = written(policy.parent, f"tests:\n  - name: trial\n    snapshot: {{}}\n    expect: {expect}\n")

    result = run("test", policy, "--tests", tests)

    assert result.exit_code == 1
    blocks = result.stdout.rstrip("\n").split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        "FAILED: trial",
        "error IE6102: the decision is `incomplete`, and `final` is expected",
        "what the decision says:",
        "error IE6103: `thanks_bonus` pays 37.50 CNY, and 40.00 CNY is expected",
        "error IE6104: the outcome of `thanks_bonus` is `paid`, and `nothing` is expected",
        "what the decision says:",  # once for both differences on the rule
        f"{tests}: tests: 1, failed: 1",
    ]
    assert blocks[3].splitlines()[1:] == [
        f" --> {tests}:6:36",
        "  |",
        "5 |     snapshot: {}",
        "6 |     expect: {lines: {thanks_bonus: 40}, status: final, outcome: {thanks_bonus: nothing}}",
        "  |                                    ^^",
    ]
    assert blocks[5].splitlines()[1:] == [
        "  Thanks bonus: 37.50 CNY",
        "    `12.50 * thanks` = 37.50 CNY.",
        "      Thanks is 3.",
    ]


def test_it_speaks_chinese(run: Run, policy: Path) -> None:
    tests = written(policy.parent, "tests: [{name: 感谢, snapshot: {}, expect: {total: 40}}]\n")

    result = run("test", policy, "--tests", tests, "--lang", "zh")

    assert result.stdout.splitlines()[0] == "未通过：感谢"
    assert "错误 IE6101：合计为 37.50 元，预期为 40.00 元" in result.stdout
    assert result.stdout.splitlines()[-1] == f"{tests}：测试 1 个，未通过 1 个"


def test_a_file_with_problems_is_not_run(run: Run, policy: Path) -> None:
    tests = written(policy.parent, "tests: [{name: a, snapshot: {}, expect: {lines: {bonus: 40}}}]\n")

    result = run("test", policy, "--tests", tests)

    assert result.exit_code == 1
    assert result.stdout.startswith("error IE6001: the ruleset has no rule `bonus`\n")
    assert result.stdout.endswith(f"{tests}: no test was run\n")


def test_json_is_for_programs(run: Run, policy: Path) -> None:
    out = policy.parent / "found.json"

    result = run("test", policy, "--format", "json", "--out", out)

    assert (result.exit_code, result.stdout) == (0, "")
    found = json.loads(out.read_text("utf-8"))
    assert (found["tests"], found["failed"], found["results"][0]["passed"]) == (1, 0, True)


class TestWhatIsNotThere:
    def test_tests_beside_a_ruleset(self, run: Run, policy: Path) -> None:
        policy.with_suffix(".tests.yaml").unlink()

        result = run("test", policy)

        assert result.exit_code == 2
        assert f"there are no tests beside `{policy}`" in result.stderr

    def test_a_file_of_tests_that_is_named(self, run: Run, policy: Path) -> None:
        result = run("test", policy, "--tests", "absent.yaml")

        assert result.exit_code == 2
        assert "absent.yaml" in result.stderr
        assert result.stdout == ""


def test_where_the_data_are_refused_no_decision_says_anything(run: Run, policy: Path) -> None:
    tests = written(
        policy.parent, "tests: [{name: odd, snapshot: {thanks: many}, expect: {refused: IE4001}}]\n"
    )

    result = run("test", policy, "--tests", tests)

    assert result.exit_code == 1
    assert "IE6112" in result.stdout
    assert "what the decision says:" not in result.stdout
