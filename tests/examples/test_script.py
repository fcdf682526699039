"""The script that shows the API in ten lines runs, and prints what was worked out by hand."""

from __future__ import annotations

import subprocess
import sys

from tests.support.places import EXAMPLES, ROOT


def test_the_script_prints_the_population_and_one_decision_with_its_reasons() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", str(EXAMPLES / "script.py")],
        capture_output=True,
        check=True,
        cwd=ROOT,
        encoding="utf-8",
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("658 decisions pay ")
    assert lines[0].endswith("; rows left out: 0")
    # A019 in May: see tests/rulesets/test_service_incentives_2026.py.
    assert lines[1] == "2007.57 CNY final"
    assert "  Service star of the month: paid 1000.00" in lines
    assert "A019，2026-05：2,007.57 元" in lines
