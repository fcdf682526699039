"""`simulate` prints what a proposal would change; what the baseline pays is worked out in conftest.py."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result

from incentive_engine.engine import load_ruleset
from tests.cli.conftest import POLICY, ROWS, Run, written

# The proposal pays 15 for each thanks in place of 12.50: A1 has 3 x 2.50 = 7.50 more in March and 2.50 more
# in April, A3 has 5 more. A2's leak takes all under both. So 175 become 190, all of it in the day team.
PROPOSAL = POLICY.replace("12.50", "15").replace('version: "1"', 'version: "2"')


@pytest.fixture
def proposal(tmp_path: Path) -> Path:
    return written(tmp_path / "proposal.yaml", PROPOSAL)


def simulated(run: Run, baseline: Path, proposal: Path, rows: Path, *more: object) -> Result:
    """Return what came of the command."""
    files = ("--baseline", baseline, "--proposal", proposal, "--snapshots", rows)
    return run("simulate", *files, *more)


def table(result: Result, title: str) -> list[list[str]]:
    """Return the words of the table whose title begins so, from its header on."""
    block = next(block for block in result.stdout.split("\n\n") if block.startswith(title))
    return [line.split() for line in block.splitlines()[1:] if not line.startswith("─")]


def test_the_cost_before_and_after_is_told_first(run: Run, policy: Path, proposal: Path, rows: Path) -> None:
    result = simulated(run, policy, proposal, rows)

    assert result.exit_code == 0
    before, after = (load_ruleset(file).identity.content_hash[:12] for file in (policy, proposal))
    assert result.stdout.splitlines()[:3] == [
        "Comparison of two rulesets",
        f"Baseline: Praise (praise, version 1, text {before})",
        f"Proposal: Praise (praise, version 2, text {after})",
    ]
    # 15 of 175 are 8.571428... per cent.
    assert table(result, "Cost")[1] == ["All", "decisions", "175.00", "190.00", "+15.00", "+8.57%"]


def test_gainers_and_losers_are_counted_by_agent_and_by_decision(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    people = table(simulated(run, policy, proposal, rows), "Who gains and who loses")

    # A1 and A3 gain, in three decisions; A2 does not.
    assert people[1][-6:] == ["2", "0", "1", "3", "+15.00", "0.00"]
    assert people[2] == ["Decisions", "3", "0", "1", "4", "+15.00", "0.00"]


def test_what_each_rule_costs_adds_up_to_the_whole(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    rules = table(simulated(run, policy, proposal, rows), "By rule")

    # Thanks: 37.50 + 25 + 12.50 = 75 become 90.
    assert rules[2] == ["Thanks", "bonus", "75.00", "90.00", "+15.00", "3", "3"]
    assert rules[3] == ["Star", "of", "the", "month", "100.00", "100.00", "0.00", "1", "1"]
    assert rules[5] == ["Together", "175.00", "190.00", "+15.00"]


def test_the_comparison_can_be_split_by_any_attribute_or_metric(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    result = simulated(run, policy, proposal, rows, "--by", "team", "--by", "leaks")

    teams = table(result, "By team")
    assert teams[1] == ["day", "2", "175.00", "190.00", "+15.00", "+8.57%", "2", "0", "0"]
    assert teams[2] == ["night", "1", "0.00", "0.00", "0.00", "0", "0", "1"]
    assert table(result, "By leaks")[2] == ["1", "1", "0.00", "0.00", "0.00", "0", "0", "1"]


def test_the_largest_changes_are_told_with_their_reasons(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    blocks = simulated(run, policy, proposal, rows).stdout.split("\n\n")

    titles = [block.splitlines()[0] for block in blocks]
    largest = blocks[titles.index("The largest changes, in CNY") + 1 :]
    assert largest[0].splitlines() == [
        "A1, 2026-03: 37.50 CNY -> 45.00 CNY (+7.50 CNY)",
        "  Thanks bonus: 37.50 CNY -> 45.00 CNY (+7.50 CNY)",
        "    before: `12.50 * thanks` = 37.50 CNY.",
        "    after: `15 * thanks` = 45.00 CNY.",
    ]
    assert [block.split(":")[0] for block in largest[:3]] == ["A1, 2026-03", "A3, 2026-03", "A1, 2026-04"]


def test_changes_of_status_are_listed(run: Run, tmp_path: Path, policy: Path, rows: Path) -> None:
    held = written(tmp_path / "held.yaml", POLICY.replace("consequence: void", "consequence: hold"))

    result = simulated(run, policy, held, rows)

    assert ["final", "held", "1"] in table(result, "Status of the decisions")
    changed = table(result, "Decisions whose status changes")
    assert changed[-1] == ["A2", "2026-03", "final", "held", "0.00", "0.00", "0.00"]


def test_the_report_is_chinese_when_asked_for(run: Run, policy: Path, proposal: Path, rows: Path) -> None:
    result = simulated(run, policy, proposal, rows, "--lang", "zh", "--by", "team")

    assert result.stdout.startswith("两个规则集的比较\n基线：表扬方案（praise，版本 1，文本 ")
    assert "感谢奖  " in result.stdout


def test_the_period_by_which_it_is_split_is_once_in_the_csv(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    header = simulated(run, policy, proposal, rows, "--format", "csv", "--by", "month").stdout.splitlines()[0]

    assert header.split(",")[:3] == ["agent", "period", "status_before"]


def test_csv_has_a_row_for_each_decision_with_what_the_report_is_split_by(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    result = simulated(run, policy, proposal, rows, "--format", "csv", "--by", "team")

    found = list(csv.DictReader(result.stdout.splitlines()))
    columns = ["agent", "period", "team", "status_before", "status_after", "currency"]
    money = ["before", "after", "difference"]
    assert [[each[column] for column in (*columns, *money)] for each in found] == [
        ["A1", "2026-03", "day", "final", "final", "CNY", "37.50", "45.00", "7.50"],
        ["A2", "2026-03", "night", "final", "final", "CNY", "0.00", "0.00", "0.00"],
        ["A3", "2026-03", "day", "incomplete", "incomplete", "CNY", "25.00", "30.00", "5.00"],
        ["A1", "2026-04", "day", "final", "final", "CNY", "112.50", "115.00", "2.50"],
    ]


def test_csv_has_what_each_rule_pays_before_and_after(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    result = simulated(run, policy, proposal, rows, "--format", "csv")

    found = list(csv.DictReader(result.stdout.splitlines()))
    # Of A1's April: 1 thanks, and the star of the month. A1's March has no star, and the day team no night.
    assert [
        found[3][f"{rule}.{side}"] for rule in ("thanks_bonus", "star") for side in ("before", "after")
    ] == [*("12.50", "15.00", "100.00", "100.00")]
    assert [found[0][name] for name in ("star.before", "night.after", "floor_added.before")] == ["0.00"] * 3


def test_json_has_the_whole_comparison_with_amounts_as_texts(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    found = json.loads(simulated(run, policy, proposal, rows, "--format", "json").stdout)

    assert found["cost"] == {"before": "175.00", "after": "190.00", "difference": "15.00", "share": "0.0857"}
    assert [change["agent"] for change in found["largest"]] == ["A1", "A3", "A1"]


def test_markdown_has_headings_and_tables(run: Run, policy: Path, proposal: Path, rows: Path) -> None:
    result = simulated(run, policy, proposal, rows, "--format", "md")

    assert result.stdout.startswith("# Comparison of two rulesets\n")
    assert "\n| All decisions | 175.00 | 190.00 | +15.00 | +8.57% |\n" in result.stdout


def test_rows_that_either_ruleset_rejects_are_told_and_left_out(
    run: Run, tmp_path: Path, policy: Path, proposal: Path
) -> None:
    rows = written(tmp_path / "rows.csv", ROWS.replace("A3,2026-03,day,2,", "A3,2026-03,day,two,"))

    result = simulated(run, policy, proposal, rows)

    # Without A3 it is 150 before, and 10 more after.
    assert table(result, "Cost")[1][2:5] == ["150.00", "160.00", "+10.00"]
    assert result.stderr.startswith(f"error IE4031: row 4 of {rows}: ")
    assert result.exit_code == 1


def test_an_unknown_attribute_is_answered_with_what_was_probably_meant(
    run: Run, policy: Path, proposal: Path, rows: Path
) -> None:
    result = simulated(run, policy, proposal, rows, "--by", "taem")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error IE5004: ")
    assert "did you mean `team`?" in result.stderr


def test_rulesets_in_different_currencies_are_not_compared(
    run: Run, tmp_path: Path, policy: Path, rows: Path
) -> None:
    euros = written(tmp_path / "euros.yaml", POLICY.replace("CNY", "EUR"))

    result = simulated(run, policy, euros, rows, "--lang", "zh")

    assert result.exit_code == 1
    assert result.stderr.startswith("错误 IE5001：")


def test_data_that_cannot_be_read_is_told_once(
    run: Run, tmp_path: Path, policy: Path, proposal: Path
) -> None:
    result = simulated(run, policy, proposal, tmp_path / "missing.csv")

    assert result.exit_code == 2
    assert result.stderr.count("IE1001") == 1
