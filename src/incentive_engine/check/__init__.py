"""Holds a ruleset to what its authors expect: its tests, what they reach, how two versions differ."""

from incentive_engine.check.changes import Change
from incentive_engine.check.coverage import Coverage, coverage_of
from incentive_engine.check.difference import RulesetDiff, compare
from incentive_engine.check.running import Ran, SuiteRun, run_tests

__all__ = ["Change", "Coverage", "Ran", "RulesetDiff", "SuiteRun", "compare", "coverage_of", "run_tests"]
