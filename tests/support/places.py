"""Where the files that come with the project are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULESETS = ROOT / "rulesets"
EXAMPLES = ROOT / "examples"
POPULATION = EXAMPLES / "population" / "snapshots.csv"
