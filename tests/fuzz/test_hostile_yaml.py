"""No text keeps the reader busy, fills the memory, or ends the process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_hostile_texts_take_no_more_time_than_a_large_ruleset_and_little_memory() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.hostile_yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    measured = json.loads(run.stdout)

    # An ordinary text with as many values as are allowed takes less than half a second of an idle processor.
    # What is quadratic takes twenty times that and more.
    assert {name: ratio for name, ratio in measured["times"].items() if ratio > 8} == {}
    assert measured["megabytes"] < 200
