"""Holds a ruleset to what its authors expect: its tests, what they reach, how two versions differ."""

from incentive_engine.check.running import Ran, SuiteRun, run_tests

__all__ = ["Ran", "SuiteRun", "run_tests"]
