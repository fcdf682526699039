"""Events on the command line: in tables, in CSV, and one of them explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

DEALS = """\
language: 1
ruleset: deals
version: "1"
currency: CNY
period: event
snapshot: {agent: agent_id, period: at, event: deal_id}
metrics: {amount: money}
rules: [{id: commission, kind: bonus, title: Commission, pay: 2% * amount}]
"""
ROWS = """\
agent_id,at,deal_id,amount
A1,2026-03-08T14:05,D2,600
A1,2026-03-08T09:30,D1,400
A1,2026-04-01,D3,100
A2,2026-04-01,D9,
A3,2026-03-08T10:00,D5,1
A3,2026-03-09T10:00,D5,2
"""


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    path = tmp_path / "deals.yaml"
    path.write_text(DEALS, encoding="utf-8")
    return path


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "deals.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_events_stand_in_one_table_for_each_month_with_their_times_and_ids(
    run: Run, deals: Path, events: Path
) -> None:
    lines = [line.split() for line in run("evaluate", deals, events).stdout.splitlines()]

    assert lines[:2] == [
        ["2026-03,", "amounts", "in", "CNY"],
        ["Agent", "Time", "Event", "Status", "Total", "Commission"],
    ]
    # 2 % of 400 and of 600
    assert ["A1", "2026-03-08T09:30", "D1", "final", "8.00", "8.00"] in lines
    assert ["All", "20.00", "20.00"] in lines
    assert ["Summary:", "deals,", "version", "1;", "agents:", "2,", "events:", "4"] in lines


def test_csv_has_a_column_with_the_ids_of_events(run: Run, deals: Path, events: Path) -> None:
    lines = run("evaluate", deals, events, "--format", "csv").stdout.splitlines()

    assert lines[0].startswith("agent,period,event,status,")
    assert lines[1] == "A1,2026-03-08T09:30,D1,final,CNY,8.00,0.00,8.00,"


@pytest.mark.parametrize(
    "asked",
    [
        ["--event", "D2"],
        ["--period", "2026-03-08T14:05"],
        ["--period", "2026-03-08", "--event", "D2"],
    ],
)
def test_an_event_is_explained_by_its_id_or_its_time(
    run: Run, deals: Path, events: Path, asked: list[str]
) -> None:
    printed = run("explain", deals, events, "--agent", "A1", *asked).stdout
    assert printed.startswith("A1, 2026-03-08T14:05, event D2: 12.00 CNY")


def test_a_day_with_one_event_is_enough(run: Run, deals: Path, events: Path) -> None:
    printed = run("explain", deals, events, "--agent", "A1", "--period", "2026-04-01", "--lang", "zh").stdout
    assert printed.startswith("A1，2026-04-01，事件 D3：2.00 元")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "`--period`"),
        (["--period", "2026-03-08"], "`A1` has 2 events that this can mean"),
        (["--event", "D1x"], "no row could be evaluated for `A1` with an event `D1x`; did you mean `D1`?"),
        (["--period", "2026-05-01"], "no row could be evaluated for `A1` in a period `2026-05-01`"),
    ],
)
def test_what_is_not_there_or_not_clear_is_answered_with_what_is_there(
    run: Run, deals: Path, events: Path, asked: list[str], said: str
) -> None:
    result = run("explain", deals, events, "--agent", "A1", *asked)

    assert result.exit_code == 2
    assert said in result.stderr


def test_why_an_event_was_rejected_is_told(run: Run, deals: Path, events: Path) -> None:
    result = run("explain", deals, events, "--agent", "A3", "--period", "2026-03-08T10:00")

    assert result.exit_code == 1
    assert "`D5`" in result.stderr


def test_tests_of_a_ruleset_need_not_give_their_events_ids(run: Run, deals: Path) -> None:
    text = DEALS.replace("2% * amount", "1% * ytd(amount)")
    deals.write_text(text, encoding="utf-8")
    deals.with_name("deals.tests.yaml").write_text(
        """\
tests:
  - name: one per cent of all deals of the year
    snapshot: {at: 2026-03-08T14:05, amount: 600}
    history:
      - {at: 2026-03-08T09:30, amount: 400}
      - {at: 2026-03-08T09:30, amount: 100}
    expect: {total: 11.00}  # 1 % of 600 + 400 + 100
""",
        encoding="utf-8",
    )
    result = run("test", deals)

    assert (result.exit_code, result.stderr) == (0, "")
