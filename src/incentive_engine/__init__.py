"""Exact, explained reward decisions from a policy written in YAML.

>>> from incentive_engine import load_ruleset  # then: load_ruleset("policy.yaml").evaluate({...})
"""

from incentive_engine.decision.decision import Decision, RulesetIdentity
from incentive_engine.decision.explanation import Explanation
from incentive_engine.decision.lines import Line
from incentive_engine.engine import (
    Decisions,
    HistoryNeededError,
    IncentiveError,
    Ruleset,
    RulesetError,
    SnapshotError,
    check_ruleset,
    load_ruleset,
    parse_ruleset,
)
from incentive_engine.evaluate.records import Records, RowProblem
from incentive_engine.ruleset.problems import Problem, Span

__all__ = [
    "Decision",
    "Decisions",
    "Explanation",
    "HistoryNeededError",
    "IncentiveError",
    "Line",
    "Problem",
    "Records",
    "RowProblem",
    "Ruleset",
    "RulesetError",
    "RulesetIdentity",
    "SnapshotError",
    "Span",
    "check_ruleset",
    "load_ruleset",
    "parse_ruleset",
]
