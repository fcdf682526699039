"""Facts of the company and of groups, which commands read from a file beside the rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

POLICY = """
language: 1
ruleset: shares
version: "1"
currency: CNY
period: month
snapshot: {agent: agent_id, period: month}
metrics: {handled: count}
facts: {revenue: money}
rules: [{id: share, kind: bonus, pay: 0.1% * revenue}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "rows.csv").write_text("agent_id,month,handled\nA1,2026-03,5\n", encoding="utf-8")
    (tmp_path / "facts.csv").write_text("month,revenue\n2026-03,50000\n", encoding="utf-8")
    return tmp_path


def test_evaluate_and_explain_read_them(run: Run, folder: Path) -> None:
    files = (folder / "policy.yaml", folder / "rows.csv", "--facts", folder / "facts.csv")
    assert "50.00" in run("evaluate", *files).stdout
    assert (
        "revenue is 50,000.00 CNY." in run("explain", *files, "--agent", "A1", "--period", "2026-03").stdout
    )


def test_simulate_reads_them_for_both_rulesets(run: Run, folder: Path) -> None:
    policy, rows, facts = (folder / name for name in ("policy.yaml", "rows.csv", "facts.csv"))
    result = run(
        "simulate", "--baseline", policy, "--proposal", policy, "--snapshots", rows, "--facts", facts
    )
    assert result.exit_code == 0
    assert "All decisions   50.00  50.00" in result.stdout


def test_the_page_for_a_committee_reads_them_too(run: Run, folder: Path) -> None:
    policy, rows, facts, page = (
        folder / name for name in ("policy.yaml", "rows.csv", "facts.csv", "page.html")
    )
    dearer = folder / "dearer.yaml"
    dearer.write_text(POLICY.replace("0.1%", "0.2%"), encoding="utf-8")
    rulesets = ("--baseline", policy, "--proposal", dearer)

    result = run("simulate", *rulesets, "--snapshots", rows, "--facts", facts, "--report", page)

    # 0.2 % of 50,000 in place of 0.1 %.
    assert result.exit_code == 0
    assert "+50.00 CNY" in page.read_text(encoding="utf-8")


def test_a_scenario_reads_them_from_its_own_file_or_from_another(run: Run, folder: Path) -> None:
    scenario = folder / "scenario.yaml"
    scenario.write_text(
        "language: 1\nscenario: dearer\nbaseline: policy.yaml\n"
        "population: {snapshots: rows.csv, facts: facts.csv}\n"
        "proposals: [{id: dearer, changes: {rules.share.pay: 0.2% * revenue}}]\n",
        encoding="utf-8",
    )
    (folder / "other.csv").write_text("month,revenue\n2026-03,70000\n", encoding="utf-8")

    assert "+50.00" in run("simulate", scenario).stdout
    assert "+70.00" in run("simulate", scenario, "--facts", folder / "other.csv").stdout


def test_appeal_reads_them(run: Run, folder: Path) -> None:
    files = (folder / "policy.yaml", folder / "rows.csv", "--facts", folder / "facts.csv")
    result = run("appeal", *files, "--agent", "A1", "--period", "2026-03", "--set", "handled=7")
    assert result.exit_code == 0


def test_a_fact_is_not_corrected_for_one_agent(run: Run, folder: Path) -> None:
    files = (folder / "policy.yaml", folder / "rows.csv", "--facts", folder / "facts.csv")
    result = run("appeal", *files, "--agent", "A1", "--period", "2026-03", "--set", "revenue=7")
    assert result.exit_code == 1
    assert "IE5150" in result.stderr


def test_a_population_that_tests_are_held_against_has_them(run: Run, folder: Path) -> None:
    (folder / "policy.tests.yaml").write_text(
        "tests: [{name: a, snapshot: {month: 2026-03}, facts: {revenue: 1000}, expect: {lines: {share: 1}}}]",
        encoding="utf-8",
    )
    rows, facts = folder / "rows.csv", folder / "facts.csv"
    result = run("test", folder / "policy.yaml", "--population", rows, "--facts", facts)
    assert result.exit_code == 0


def test_without_them_the_command_says_what_is_needed(run: Run, folder: Path) -> None:
    result = run("evaluate", folder / "policy.yaml", folder / "rows.csv")
    assert result.exit_code == 1
    assert "IE4054" in result.stderr
    assert "--facts FILE" in result.stderr


def test_the_file_of_facts_is_not_written_over(run: Run, folder: Path) -> None:
    files = (folder / "policy.yaml", folder / "rows.csv", "--facts", folder / "facts.csv")
    result = run("evaluate", *files, "--out", folder / "facts.csv")
    assert result.exit_code == 2
    assert (folder / "facts.csv").read_text(encoding="utf-8").startswith("month")
