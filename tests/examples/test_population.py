"""The synthetic population is what its script makes."""

from __future__ import annotations

import csv
import subprocess
import sys

from tests.support.places import EXAMPLES, POPULATION


def test_the_committed_population_is_what_the_script_makes() -> None:
    made = subprocess.run(
        [sys.executable, str(EXAMPLES / "population" / "generate.py")], capture_output=True, check=True
    )
    assert made.stdout == POPULATION.read_bytes()


def test_the_population_has_what_real_data_has() -> None:
    with POPULATION.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert any(row["csat"] and int(row["csat_surveys"]) < 20 for row in rows)
    assert any(not row["fcr"] for row in rows)
    assert any(row["left"] for row in rows)
    assert any(int(row["late_count"]) > 2 for row in rows)
    assert any(int(row["pii_breaches"]) for row in rows)
    assert any(row["hired"].startswith("2026") for row in rows)
