"""Decisions in columns are written into files that programs and people read."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from incentive_engine import parse_ruleset
from incentive_engine.decision.frames import FrameDecisions
from incentive_engine.evaluate.columns import output
from incentive_engine.evaluate.columns.output import SheetTooLongError, write_frames
from tests.evaluate.columns.test_batches import HEAD


@pytest.fixture
def decided() -> FrameDecisions:
    rows = pl.DataFrame({"agent": ["a", "=A1"], "month": ["2026-01"] * 2, "calls": [3, 110]})
    return parse_ruleset(HEAD).evaluate_frame(rows)


def test_parquet_holds_the_frame_as_it_is(decided: FrameDecisions, tmp_path: Path) -> None:
    decided.write(tmp_path / "decisions.parquet")

    assert pl.read_parquet(tmp_path / "decisions.parquet").equals(decided.frame)


def test_a_table_keeps_every_cent_and_holds_no_formula(decided: FrameDecisions, tmp_path: Path) -> None:
    decided.write(tmp_path / "decisions.csv")

    # 0.05 x 3 and 0.05 x 110
    assert (tmp_path / "decisions.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "row,agent,period,status,total,volume.final",
        "1,a,2026-01,final,0.15,0.15",
        "2,'=A1,2026-01,final,5.50,5.50",
    ]


@pytest.mark.parametrize("ending", ["jsonl", "ndjson"])
def test_amounts_in_json_are_texts_with_all_their_places(
    ending: str, decided: FrameDecisions, tmp_path: Path
) -> None:
    file = tmp_path / f"decisions.{ending}"
    decided.write(str(file))

    assert [json.loads(line)["total"] for line in file.read_text(encoding="utf-8").splitlines()] == [
        "0.15",
        "5.50",
    ]


def test_a_workbook_holds_the_same_rows_and_no_formula(decided: FrameDecisions, tmp_path: Path) -> None:
    decided.write(tmp_path / "decisions.xlsx")

    found = pl.read_excel(tmp_path / "decisions.xlsx")
    assert found["agent"].to_list() == ["a", "'=A1"]
    assert found["total"].to_list() == [0.15, 5.5]


def test_a_workbook_with_too_many_rows_is_refused(
    decided: FrameDecisions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "MOST_IN_SHEET", 1)

    with pytest.raises(SheetTooLongError):
        decided.write(tmp_path / "decisions.xlsx")


def test_a_file_of_another_kind_is_refused(decided: FrameDecisions, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        decided.write(tmp_path / "decisions.doc")


def test_frames_are_written_one_after_the_other(tmp_path: Path) -> None:
    frames = [pl.DataFrame({"agent": [f"a{number}"], "total": [Decimal(number)]}) for number in range(5)]

    write_frames(iter(frames), tmp_path / "decisions.parquet")

    assert pl.read_parquet(tmp_path / "decisions.parquet")["agent"].to_list() == [
        "a0",
        "a1",
        "a2",
        "a3",
        "a4",
    ]
