"""`appeal` decides again on corrected facts; what the policy pays is worked out in conftest.py."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_it_tells_what_is_to_be_paid_and_who_else_is_concerned(run: Run, policy: Path, rows: Path) -> None:
    # With 6 thanks A1 has 75 in the place of 37.50; A2's star is void anyway, so it wins nothing more.
    result = run("appeal", policy, rows, "--agent", "A1", "--period", "2026-03", "--set", "thanks=6")

    assert result.exit_code == 0
    assert "thanks: 3 -> 6" in result.stdout
    # 6 x 12.50 = 75, and the star's 100, which A2 would have had.
    assert "A1 has 137.50 CNY more to get for 2026-03: 37.50 CNY -> 175.00 CNY." in result.stdout


def test_it_speaks_chinese(run: Run, policy: Path, rows: Path) -> None:
    result = run(
        *("appeal", policy, rows, "--agent", "A1", "--period", "2026-04", "--set", "thanks=0"),
        *("--lang", "zh"),
    )

    # Only the twelve and a half of one thanks are gone; A1 is alone, so the star stays.
    assert "2026-04 向 A1 多发了 12.50 元：112.50 元 -> 100.00 元。" in result.stdout


def test_as_json_and_as_markdown(run: Run, policy: Path, rows: Path, tmp_path: Path) -> None:
    asked = ("appeal", policy, rows, "--agent", "A1", "--period", "2026-04", "--set", "thanks=0")
    out = tmp_path / "appeal.md"

    found = json.loads(run(*asked, "--format", "json").stdout)
    run(*asked, "--out", out)

    assert found["difference"] == "-12.50"
    assert out.read_text(encoding="utf-8").startswith("# Appeal of A1, 2026-04\n")


def test_rows_that_are_left_out_are_told_and_end_it_with_1(run: Run, policy: Path, rows: Path) -> None:
    rows.write_text(rows.read_text(encoding="utf-8") + "A9,2026-03,day,x,0.9,0,0\n", encoding="utf-8")

    result = run("appeal", policy, rows, "--agent", "A1", "--period", "2026-03", "--set", "thanks=4")

    assert result.exit_code == 1
    assert "A9" in result.stderr


def test_what_cannot_be_corrected_is_refused(run: Run, policy: Path, rows: Path) -> None:
    asked = ("appeal", policy, rows, "--agent", "A1", "--period", "2026-03")

    unknown = run(*asked, "--set", "thank=4")
    unreadable = run(*asked, "--set", "thanks=four")

    assert unknown.exit_code == unreadable.exit_code == 1
    assert "did you mean `thanks`?" in unknown.stderr
    assert "four" in unreadable.stderr


def test_a_correction_needs_a_name_and_a_value(run: Run, policy: Path, rows: Path) -> None:
    asked = ("appeal", policy, rows, "--agent", "A1", "--period", "2026-03")

    for text in ("thanks", "=4"):
        result = run(*asked, "--set", text)
        assert result.exit_code == 2
        assert f"`{text}` is no correction" in result.stderr


def test_a_period_or_an_event_has_to_be_named(run: Run, policy: Path, rows: Path) -> None:
    result = run("appeal", policy, rows, "--agent", "A1", "--set", "thanks=4")

    assert result.exit_code == 2
    assert "--period" in result.stderr
