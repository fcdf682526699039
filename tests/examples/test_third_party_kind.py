"""A rule kind of another package is found, offered, checked and explained without a change to the engine.

The package is installed as an installer would do it, but without one and without a network: its metadata,
made from its pyproject.toml, and its sources are put on the path of a Python of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.places import EXAMPLES

PACKAGE = EXAMPLES / "third_party_kind"
POLICY = PACKAGE / "attendance.yaml"
COMMAND = "from incentive_engine.cli.main import main; main()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a Python path on which the package is installed."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = tmp_path_factory.mktemp("site")
    metadata = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir()
    header = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (metadata / "METADATA").write_text(header, encoding="utf-8")
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    return os.pathsep.join((str(folder), str(PACKAGE / "src")))


def run(*arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=environment,
        cwd=PACKAGE,
    )


def command(*arguments: str, path: str) -> str:
    done = run("-c", COMMAND, *arguments, path=path)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_kind_is_listed_with_the_package_that_it_comes_from(site: str) -> None:
    listed = json.loads(command("kinds", "--format", "json", "--lang", "zh", path=site))
    about = "全勤奖：当期无缺勤即发放，连续全勤另有增加。"
    assert {
        "kind": "attendance_bonus",
        "about": about,
        "package": "incentive-attendance",
        "version": "1.0.0",
    } in listed


def test_the_kind_is_in_the_schema_so_that_editors_offer_its_fields(site: str) -> None:
    shape = json.loads(command("schema", path=site))["$defs"]["AttendanceBonus"]
    assert shape["properties"]["kind"]["const"] == "attendance_bonus"
    assert shape["properties"]["forgiven"]["description"].startswith("How many absences do not count")


def test_a_wrong_field_and_the_kind_s_own_problem_are_told_in_the_reader_s_words(
    site: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = POLICY.read_text(encoding="utf-8").replace("    cap: 400\n", "").replace("forgiven:", "forgven:")
    wrong.write_text(text, encoding="utf-8")
    done = run("-c", COMMAND, "check", str(wrong), "--format", "json", "--lang", "zh", path=site)
    assert done.returncode == 1
    assert "`forgiven`" in done.stdout  # What was probably meant.
    wrong.write_text(text.replace("forgven:", "forgiven:"), encoding="utf-8")
    done = run("-c", COMMAND, "check", str(wrong), "--lang", "zh", path=site)
    assert done.returncode == 1
    assert "ATTENDANCE_NO_CAP" in done.stdout
    assert "只写 `more` 而不写 `cap`，奖金会逐期无限增长" in done.stdout


def test_the_explanation_of_a_decision_tells_the_kind_s_steps(site: str, tmp_path: Path) -> None:
    data = tmp_path / "months.csv"
    data.write_text(
        "agent_id,month,absent_days,pii_breaches\nA1,2026-01,0,0\nA1,2026-02,0,0\n", encoding="utf-8"
    )
    told = command(
        "explain", str(POLICY), str(data), "--agent", "A1", "--period", "2026-02", "--lang", "zh", path=site
    )
    # The second month in a row: 300 + 50.
    assert "缺勤 0 次，允许 0.5 次。全勤，已连续 2 期：350.00 元。" in told


def test_the_package_s_own_tests_pass(site: str) -> None:
    done = run(
        *("-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(PACKAGE), "-p", "no:cacheprovider"),
        str(PACKAGE / "tests"),
        path=site,
    )
    assert done.returncode == 0, done.stdout


def test_without_the_package_the_engine_does_not_know_the_kind() -> None:
    done = run("-c", COMMAND, "check", str(POLICY), "--lang", "en")
    assert done.returncode == 1
    assert "attendance_bonus" in done.stdout
