"""Stored decisions made again on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import POLICY, Run


@pytest.fixture
def decided(run: Run, tmp_path: Path, policy: Path, rows: Path) -> Path:
    path = tmp_path / "decided.json"
    run("evaluate", policy, rows, "--format", "json", "--out", path)
    return path


def again(run: Run, decided: Path, policy: Path, rows: Path, *options: str) -> tuple[int, str, str]:
    result = run("recompute", decided, "--ruleset", policy, "--snapshots", rows, *options)
    return result.exit_code, result.stdout, result.stderr


def test_what_is_as_it_was_needs_few_words(run: Run, decided: Path, policy: Path, rows: Path) -> None:
    _, printed, _ = again(run, decided, policy, rows)
    assert printed.startswith("Stored decisions made again; owed in total: 0.00 CNY")
    assert "the same in every part" in printed


def test_what_is_not_is_told_with_what_is_owed(run: Run, decided: Path, policy: Path, rows: Path) -> None:
    policy.write_text(POLICY.replace("12.50 * thanks", "13.50 * thanks"), encoding="utf-8")
    code, printed, _ = again(run, decided, policy, rows)

    assert code == 1
    assert "another text of the ruleset: version 1" in printed
    # One more for each of 3 thanks
    assert "thanks_bonus: 37.50 -> 40.50" in " ".join(printed.split())
    assert "Owed to each agent, in CNY" in printed


def test_it_is_told_in_chinese_when_asked_for(run: Run, decided: Path, policy: Path, rows: Path) -> None:
    policy.write_text(POLICY.replace("12.50 * thanks", "11.50 * thanks"), encoding="utf-8")
    _, printed, _ = again(run, decided, policy, rows, "--lang", "zh")
    assert "与当时不同的已存决定" in printed
    assert "应补合计：-" in printed


def test_results_other_than_money_and_lines_that_come_and_go_are_told(
    run: Run, decided: Path, policy: Path, rows: Path
) -> None:
    text = POLICY.replace("full_at: 100%", "full_at: 95%").replace("id: night", "id: evening")
    policy.write_text(
        text.replace('applies_to: team == "night"', 'applies_to: team != "night"'), encoding="utf-8"
    )
    printed = " ".join(again(run, decided, policy, rows)[1].split())

    assert "card: other results" in printed
    assert "evening: no line -> 30.00" in printed


def test_rows_of_which_nothing_can_be_decided_are_told(
    run: Run, decided: Path, policy: Path, rows: Path
) -> None:
    lines = rows.read_text(encoding="utf-8").splitlines()
    rows.write_text("\n".join([lines[0], *lines[2:]]), encoding="utf-8")
    code, printed, _ = again(run, decided, policy, rows)

    assert code == 1
    assert "no row that can be decided on" in printed


def test_csv_has_a_row_for_each_stored_decision(run: Run, decided: Path, policy: Path, rows: Path) -> None:
    printed = again(run, decided, policy, rows, "--format", "csv")[1].splitlines()
    assert printed[0] == ("agent,period,event,verdict,reasons,currency,stored_total,total,owed,facts,rules")
    assert printed[1].startswith("A1,2026-03,,same,,CNY,")


def test_json_and_markdown_have_it_as_well(run: Run, decided: Path, policy: Path, rows: Path) -> None:
    found = json.loads(again(run, decided, policy, rows, "--format", "json")[1])
    assert found["verdicts"]["same"] == len(found["decisions"])
    assert "## Stored decisions made again" in again(run, decided, policy, rows, "--format", "md")[1]


def test_events_have_a_column(run: Run, tmp_path: Path) -> None:
    text = POLICY.replace("period: month\n", "period: event\n").replace("month}", "month, event: case}")
    start = text.index("  - id: star\n")
    policy = tmp_path / "events.yaml"
    policy.write_text(text[:start] + text[text.index("  - id: night") :], encoding="utf-8")
    rows = tmp_path / "events.csv"
    rows.write_text(
        "agent,month,case,team,thanks,csat,leaks,hours\nA1,2026-03-08,C1,day,3,90%,0,\n", encoding="utf-8"
    )
    decided = tmp_path / "decided.json"
    run("evaluate", policy, rows, "--format", "json", "--out", decided)
    rows.write_text(rows.read_text(encoding="utf-8").replace("day,3", "day,4"), encoding="utf-8")
    printed = again(run, decided, policy, rows)[1]

    assert ["A1", "2026-03-08", "C1", "37.50", "50.00", "+12.50"] in [
        line.split()[:6] for line in printed.splitlines()
    ]


def test_a_file_without_decisions_is_refused(run: Run, tmp_path: Path, policy: Path, rows: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("[]", encoding="utf-8")
    code, _, told = again(run, empty, policy, rows)
    assert (code, "IE5053" in told) == (1, True)


def test_decisions_in_another_currency_are_refused(run: Run, decided: Path, policy: Path, rows: Path) -> None:
    policy.write_text(POLICY.replace("CNY", "USD"), encoding="utf-8")
    code, _, told = again(run, decided, policy, rows)
    assert (code, "IE5054" in told) == (1, True)
