"""The ruleset that the benchmarks evaluate."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from incentive_engine import Ruleset, load_ruleset


@cache
def benchmark_ruleset() -> Ruleset:
    """Return the ruleset of `policy.yaml`."""
    return load_ruleset(Path(__file__).with_name("policy.yaml"))
