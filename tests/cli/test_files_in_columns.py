"""The commands take workbooks, Parquet and folders of it, and `evaluate` writes them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
import pytest

from incentive_engine.evaluate.columns import output
from tests.cli.conftest import Run, written


@pytest.fixture
def table(rows: Path) -> pl.DataFrame:
    """The rows of the table, as texts."""
    return pl.read_csv(rows, infer_schema=False)


@pytest.fixture
def parquet(table: pl.DataFrame, tmp_path: Path) -> Path:
    folder = tmp_path / "snapshots"
    folder.mkdir()
    table.write_parquet(folder / "rows.parquet")
    return folder


@pytest.fixture
def workbook(table: pl.DataFrame, tmp_path: Path) -> Path:
    table.write_excel(tmp_path / "rows.xlsx")
    return tmp_path / "rows.xlsx"


def test_evaluate_prints_the_same_whatever_the_rows_are_kept_in(
    run: Run, policy: Path, rows: Path, parquet: Path, workbook: Path
) -> None:
    expected = run("evaluate", policy, rows).stdout

    for snapshots in (parquet, parquet / "rows.parquet", workbook):
        assert run("evaluate", policy, snapshots).stdout == expected


def test_explain_and_simulate_take_them_too(run: Run, policy: Path, rows: Path, workbook: Path) -> None:
    for command in (
        ("explain", policy, "FILE", "--agent", "A1", "--period", "2026-03"),
        ("simulate", "--baseline", policy, "--proposal", policy, "--snapshots", "FILE"),
    ):
        by_table, by_workbook = (
            run(*(snapshots if each == "FILE" else each for each in command))
            for snapshots in (rows, workbook)
        )
        assert by_workbook.exit_code == by_table.exit_code == 0
        assert by_workbook.stdout == by_table.stdout


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.parquet"])
def test_what_cannot_be_opened_is_told_in_both_languages(
    name: str, run: Run, policy: Path, tmp_path: Path
) -> None:
    broken = written(tmp_path / name, "agent,month\n")

    english, chinese = run("evaluate", policy, broken), run("evaluate", policy, broken, "--lang", "zh")

    assert english.exit_code == 2
    assert "IE4091" in english.stderr
    assert "另存" in chinese.stderr or "保存" in chinese.stderr


@pytest.mark.parametrize("form", ["parquet", "jsonl", "xlsx"])
def test_decisions_are_written_as_the_name_of_the_file_says(
    form: str, run: Run, policy: Path, rows: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"decisions.{form}"
    out.write_text("before", encoding="utf-8")

    result = run("evaluate", policy, rows, "--out", out)

    assert (result.exit_code, result.stdout) == (0, "")
    match form:
        case "parquet":
            found = pl.read_parquet(out)
        case "jsonl":
            found = pl.read_ndjson(out)
        case _:
            found = pl.read_excel(out)
    # 37.50 + 0 + 25 in March, 112.50 in April
    assert [str(total) for total in found["total"].cast(pl.Decimal(38, 2))] == [
        "37.50",
        "0.00",
        "25.00",
        "112.50",
    ]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_rows_that_are_left_out_are_told_and_the_others_written(
    run: Run, policy: Path, rows: Path, tmp_path: Path
) -> None:
    broken = written(
        tmp_path / "broken.csv", rows.read_text(encoding="utf-8").replace("A1,2026-03", "A1,2026-33")
    )
    out = tmp_path / "decisions.jsonl"

    result = run("evaluate", policy, broken, "--out", out)

    assert result.exit_code == 1
    assert "IE4025" in result.stderr
    agents = [json.loads(line)["agent"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert "A1" in agents
    assert len(agents) == 3


def test_a_format_for_files_needs_a_file(run: Run, policy: Path, rows: Path) -> None:
    result = run("evaluate", policy, rows, "--format", "parquet")

    assert result.exit_code == 2
    assert "--out decisions.parquet" in result.stderr


def test_data_that_cannot_be_decided_on_leaves_the_file_as_it_was(
    run: Run, policy: Path, tmp_path: Path
) -> None:
    out = written(tmp_path / "decisions.parquet", "before")

    result = run("evaluate", policy, tmp_path / "nowhere.csv", "--out", out)

    assert result.exit_code == 2
    assert "IE1001" in result.stderr
    assert out.read_text(encoding="utf-8") == "before"


def test_a_sheet_that_is_too_long_is_refused(
    run: Run, policy: Path, rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "MOST_IN_SHEET", 1)

    result = run("evaluate", policy, rows, "--out", tmp_path / "decisions.xlsx")

    assert result.exit_code == 2
    assert "4 rows" in result.stderr


@pytest.mark.parametrize(
    ("missing", "form", "extra"),
    [("polars", "parquet", "columns"), ("polars", "xlsx", "excel"), ("xlsxwriter", "xlsx", "excel")],
)
def test_a_library_that_is_missing_is_told_with_its_extra(
    missing: str,
    form: str,
    extra: str,
    run: Run,
    policy: Path,
    rows: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if missing == "polars":
        for name in [each for each in sys.modules if each.startswith("incentive_engine.evaluate.columns")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr("incentive_engine.evaluate.columns", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)

    result = run("evaluate", policy, rows, "--out", tmp_path / f"decisions.{form}")

    assert result.exit_code == 2
    assert f"incentive-engine[{extra}]" in result.stderr


def test_decisions_on_events_are_not_made_in_columns(run: Run, tmp_path: Path, rows: Path) -> None:
    events = """\
language: 1
ruleset: deals
version: "1"
currency: CNY
period: event
snapshot: {agent: agent, period: time}
metrics: {deal: money}
rules:
  - {id: commission, kind: bonus, pay: 5% * deal}
"""
    policy = written(tmp_path / "events.yaml", events)

    result = run("evaluate", policy, rows, "--out", tmp_path / "decisions.parquet")

    assert result.exit_code == 1
    assert "IE3852" in result.stderr


def test_a_file_that_cannot_be_written_is_told(
    run: Run, policy: Path, rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(output, "write_frames", refuse)

    result = run("evaluate", policy, rows, "--out", tmp_path / "decisions.parquet")

    assert result.exit_code == 2
    assert "Permission denied" in result.stderr
