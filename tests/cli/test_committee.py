"""`simulate --report` writes a page for a committee beside what it prints."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import POLICY, Run, written

# 15 in place of 12.50 for each thanks: 190 in place of 175, as test_simulate.py works out.
PROPOSAL = POLICY.replace("12.50", "15").replace('version: "1"', 'version: "2"')

SCENARIO = """
language: 1
scenario: thanks
title: {en: More for thanks, zh: 提高感谢奖}
baseline: policy.yaml
population: {snapshots: rows.csv}
proposals:
  - {id: dearer, ruleset: proposal.yaml}
"""


@pytest.fixture
def files(tmp_path: Path, policy: Path, rows: Path) -> list[object]:
    """The options that name two rulesets and the data."""
    proposal = written(tmp_path / "proposal.yaml", PROPOSAL)
    return ["--baseline", policy, "--proposal", proposal, "--snapshots", rows]


def test_the_page_on_two_rulesets_is_written_beside_the_result(
    run: Run, tmp_path: Path, files: list[object]
) -> None:
    page = tmp_path / "page.html"

    result = run("simulate", *files, "--by", "team", "--by", "month", "--report", page)

    assert result.exit_code == 0
    assert "+15.00" in result.stdout
    assert result.stderr.splitlines()[-1] == f"The page for the committee is in {page}."
    text = page.read_text(encoding="utf-8")
    assert '<p class="figure">+15.00 CNY <span class="share">+8.57%</span></p>' in text
    assert "Who gains and who loses by team?" in text
    assert "Who gains and who loses by Period?" in text
    assert '<th scope="row">A1</th>' not in text


def test_agents_are_on_the_page_where_they_are_asked_for(
    run: Run, tmp_path: Path, files: list[object]
) -> None:
    page = tmp_path / "page.html"

    run("simulate", *files, "--report", page, "--with-agents", "--lang", "zh")

    assert '<th scope="row">A1</th>' in page.read_text(encoding="utf-8")


def test_the_page_on_a_scenario_is_written_too(
    run: Run, tmp_path: Path, files: list[object], policy: Path, rows: Path
) -> None:
    text = SCENARIO.replace("policy.yaml", policy.name).replace("rows.csv", rows.name)
    scenario = written(tmp_path / "scenario.yaml", text)
    page = tmp_path / "page.html"

    result = run("simulate", scenario, "--report", page)

    assert result.exit_code == 0, files
    assert "<h1>More for thanks</h1>" in page.read_text(encoding="utf-8")


def test_a_file_that_is_read_is_not_written_over(
    run: Run, tmp_path: Path, files: list[object], policy: Path, rows: Path
) -> None:
    text = SCENARIO.replace("policy.yaml", policy.name).replace("rows.csv", rows.name)
    scenario = written(tmp_path / "scenario.yaml", text)

    for result in (run("simulate", *files, "--report", policy), run("simulate", scenario, "--report", rows)):
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")
    assert policy.read_text(encoding="utf-8") == POLICY


def test_agents_without_a_page_are_a_misunderstanding(run: Run, files: list[object]) -> None:
    result = run("simulate", *files, "--with-agents")

    assert result.exit_code == 2
    assert "no page is asked for" in result.stderr


def test_where_the_extra_is_missing_it_is_named(
    run: Run, tmp_path: Path, files: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "incentive_engine.simulation.page", None)

    result = run("simulate", *files, "--report", tmp_path / "page.html")

    assert result.exit_code == 2
    assert "`pip install 'incentive-engine[report]'`" in result.stderr
    assert not (tmp_path / "page.html").exists()
