"""Parquet, folders of it and workbooks are read as tables of text are: the same rows, the same problems."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from incentive_engine import parse_ruleset, read_records
from incentive_engine.evaluate.columns.files import records_of
from incentive_engine.evaluate.columns.intake import FrameIntake
from incentive_engine.evaluate.columns.sources import table_of
from incentive_engine.evaluate.records import Records
from tests.support.fields import HANDLED, TEAM, intake

ROWS = {
    "agent_id": ["A1", "A2", "A3"],
    "month": ["2026-03", "2026-03", "2026-04"],
    "handled": [540, -1, 7],
    "team": ["x", "=1+1", None],
}


def codes(records: Records) -> list[str]:
    return [problem.code for problem in records.problems]


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    file = tmp_path / "march.parquet"
    pl.DataFrame(ROWS).write_parquet(file)
    return file


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook as people make it: numbers beside texts, a day where a month is meant, a gap."""
    file = tmp_path / "march.xlsx"
    rows = [
        ("A1", date(2026, 3, 1), "540", " x "),
        (None, None, None, None),
        ("A2", None, "-1", "x"),
        ("A3", None, "7", None),
    ]
    frame = pl.DataFrame(rows, schema=["agent_id", "month", "handled", "team"], orient="row")
    frame.write_excel(file)
    return file


def test_the_rows_of_parquet_are_those_of_the_frame_counted_from_one(parquet: Path) -> None:
    records = read_records(parquet)

    assert records.columns == ("agent_id", "month", "handled", "team")
    assert [(record.row, record.cells) for record in records] == [
        (number, row) for number, row in enumerate(pl.DataFrame(ROWS).to_dicts(), start=1)
    ]


def test_a_folder_is_all_files_of_parquet_in_it_and_what_its_folders_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    for number, month in enumerate(("2026-03", "2026-04")):
        (folder / f"month={month}").mkdir(parents=True)
        frame = pl.DataFrame({"agent_id": [f"A{number}"], "handled": [number], "team": ["x"]})
        frame.write_parquet(folder / f"month={month}" / "part.parquet")

    found = FrameIntake(intake([HANDLED, TEAM])).read(folder)

    assert [str(period) for period in found.frames] == ["2026-03", "2026-04"]
    assert found.problems == ()
    assert [record.cells for record in read_records(folder)] == [
        {"agent_id": f"A{number}", "handled": number, "team": "x", "month": month}
        for number, month in enumerate(("2026-03", "2026-04"))
    ]


def test_the_cells_of_a_workbook_are_the_texts_that_they_show_and_rows_count_as_in_the_sheet(
    workbook: Path,
) -> None:
    records = read_records(workbook)

    # The second row holds nothing.
    assert [(record.row, record.cells) for record in records] == [
        (2, {"agent_id": "A1", "month": date(2026, 3, 1), "handled": "540", "team": " x "}),
        (4, {"agent_id": "A2", "month": None, "handled": "-1", "team": "x"}),
        (5, {"agent_id": "A3", "month": None, "handled": "7", "team": None}),
    ]


def test_a_workbook_is_read_alike_row_by_row_and_in_columns(workbook: Path, tmp_path: Path) -> None:
    without_gap = tmp_path / "april.xlsx"
    pl.read_excel(workbook).drop_nulls("agent_id").write_excel(without_gap)
    assert table_of(workbook) is None
    assert table_of(without_gap) is not None

    for file in (workbook, without_gap):
        expected = intake([HANDLED, TEAM]).read_all(read_records(file))
        found = FrameIntake(intake([HANDLED, TEAM])).read(file)
        assert found.problems == expected.problems
        assert [problem.problem.code for problem in found.problems] == ["IE4024", "IE4048", "IE4024"]
        assert [frame.height for frame in found.frames.values()] == [1]


def test_a_day_among_texts_is_a_text(tmp_path: Path) -> None:
    file = tmp_path / "march.xlsx"
    pl.DataFrame({"month": ["2026-03-01 00:00:00", "2026-03"], "agent_id": ["A1", "A2"]}).write_excel(file)

    assert [record.cells for record in read_records(file)] == [
        {"month": "2026-03-01", "agent_id": "A1"},
        {"month": "2026-03", "agent_id": "A2"},
    ]


def test_an_empty_sheet_and_a_name_twice_are_problems(tmp_path: Path) -> None:
    empty, twice = tmp_path / "empty.xlsx", tmp_path / "twice.xlsx"
    pl.DataFrame().write_excel(empty)
    pl.DataFrame({"a": ["csat", "1"], "b": ["csat", "2"]}).write_excel(twice, include_header=False)

    assert codes(read_records(empty)) == ["IE4005"]
    assert codes(read_records(twice)) == ["IE4006"]


@pytest.mark.parametrize("name", ["march.parquet", "march.xlsx"])
def test_a_file_that_is_not_what_its_name_says_is_a_problem(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("agent_id,month\n", encoding="utf-8")

    assert codes(read_records(tmp_path / name)) == ["IE4091"]
    found = FrameIntake(intake([HANDLED])).read(tmp_path / name)
    assert [(each.problem.code, each.file) for each in found.problems] == [("IE4091", str(tmp_path / name))]


@pytest.mark.parametrize("name", ["march.parquet", "march.xlsx", "\0.xlsx"])
def test_a_file_that_is_not_there_is_a_problem(name: str, tmp_path: Path) -> None:
    assert codes(read_records(f"{tmp_path}/{name}")) == ["IE1002" if "\0" in name else "IE1001"]


def test_a_folder_without_parquet_is_a_problem(tmp_path: Path) -> None:
    assert codes(read_records(tmp_path)) == ["IE4092"]


# --- Without the libraries


@pytest.fixture
def _without_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("incentive_engine.evaluate.columns")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("incentive_engine.evaluate.columns", raising=False)
    monkeypatch.setitem(sys.modules, "polars", None)


@pytest.mark.usefixtures("_without_polars")
@pytest.mark.parametrize(("ending", "extra"), [("parquet", "columns"), ("xlsx", "excel")])
def test_without_polars_it_is_said_which_extra_to_install(ending: str, extra: str, tmp_path: Path) -> None:
    file = tmp_path / f"march.{ending}"
    file.touch()

    (problem,) = read_records(file).problems

    assert problem.code == "IE4090"
    assert f"pip install 'incentive-engine[{extra}]'" in problem.hint("en")
    assert f"pip install 'incentive-engine[{extra}]'" in problem.hint("zh")


def test_a_workbook_without_its_library_is_a_problem(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, fastexcel.__name__, None)

    assert codes(records_of(workbook)) == ["IE4090"]


def test_decisions_on_a_workbook_are_those_on_the_same_table(workbook: Path) -> None:
    ruleset = parse_ruleset("""\
language: 1
ruleset: praise
version: "1"
currency: CNY
period: month
snapshot: {agent: agent_id, period: month}
metrics: {handled: {type: count, missing: 0}}
rules:
  - {id: thanks, kind: bonus, pay: 0.5 * handled}
""")

    by_row = ruleset.evaluate_all(read_records(workbook))
    in_columns = ruleset.evaluate_frame(workbook)

    assert (in_columns.total, in_columns.rejected) == (by_row.total, by_row.rejected)
    assert str(by_row.total) == "270.00"


def rows(records: Records) -> Iterator[int]:
    return (record.row for record in records)


def test_rows_may_be_asked_for_again(parquet: Path) -> None:
    records = read_records(parquet)

    assert [*rows(records)] == [*rows(records)] == [1, 2, 3]
