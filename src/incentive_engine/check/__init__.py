"""Holds a ruleset to what its authors expect: its tests, what they reach, how two versions differ."""

from incentive_engine.check.changes import Change
from incentive_engine.check.difference import RulesetDiff, compare
from incentive_engine.check.running import Ran, SuiteRun, run_tests

__all__ = ["Change", "Ran", "RulesetDiff", "SuiteRun", "compare", "run_tests"]
