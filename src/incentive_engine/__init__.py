"""Exact, explained reward decisions from a policy written in YAML.

>>> from incentive_engine import load_ruleset  # then: load_ruleset("policy.yaml").evaluate({...})
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str
    from incentive_engine.check.checking import check_ruleset
    from incentive_engine.check.recompute import Recomputation, RecomputeError, recompute
    from incentive_engine.check.stored import read_decisions
    from incentive_engine.decision.decision import Decision, RulesetIdentity
    from incentive_engine.decision.explanation import Explanation
    from incentive_engine.decision.frames import DecidedFrame, FrameDecisions
    from incentive_engine.decision.lines import Line
    from incentive_engine.engine import (
        Decisions,
        EventsError,
        HistoryNeededError,
        IncentiveError,
        ProblemsError,
        Ruleset,
        RulesetError,
        SnapshotError,
        load_ruleset,
        parse_ruleset,
    )
    from incentive_engine.evaluate.files import read_records
    from incentive_engine.evaluate.records import Records, RowProblem
    from incentive_engine.handbook.handbook import Handbook
    from incentive_engine.ruleset.problems import Problem, Span
    from incentive_engine.simulation.appeal import Appeal, AppealError, appeal
    from incentive_engine.simulation.comparison import Comparison
    from incentive_engine.simulation.laboratory.reading import load_scenario
    from incentive_engine.simulation.laboratory.result import ScenarioResult, VariantResult
    from incentive_engine.simulation.laboratory.scenario import Scenario, ScenarioError
    from incentive_engine.simulation.laboratory.sums import ScenarioSums, VariantSums
    from incentive_engine.simulation.laboratory.trying import run_scenario, run_scenario_in_batches
    from incentive_engine.simulation.page.writing import html_page
    from incentive_engine.simulation.simulation import ComparisonError, simulate
    from incentive_engine.versions import Versions, check_versions, load_versions
else:
    # A name is imported when it is first asked for, so that the command line answers at once.
    _MODULES = {
        "Appeal": "simulation.appeal",
        "AppealError": "simulation.appeal",
        "Comparison": "simulation.comparison",
        "ComparisonError": "simulation.simulation",
        "DecidedFrame": "decision.frames",
        "Decision": "decision.decision",
        "Decisions": "engine",
        "EventsError": "engine",
        "Explanation": "decision.explanation",
        "FrameDecisions": "decision.frames",
        "Handbook": "handbook.handbook",
        "HistoryNeededError": "engine",
        "IncentiveError": "engine",
        "Line": "decision.lines",
        "Problem": "ruleset.problems",
        "ProblemsError": "engine",
        "Records": "evaluate.records",
        "Recomputation": "check.recompute",
        "RecomputeError": "check.recompute",
        "RowProblem": "evaluate.records",
        "Ruleset": "engine",
        "RulesetError": "engine",
        "RulesetIdentity": "decision.decision",
        "Scenario": "simulation.laboratory.scenario",
        "ScenarioError": "simulation.laboratory.scenario",
        "ScenarioResult": "simulation.laboratory.result",
        "ScenarioSums": "simulation.laboratory.sums",
        "SnapshotError": "engine",
        "Span": "ruleset.problems",
        "VariantResult": "simulation.laboratory.result",
        "VariantSums": "simulation.laboratory.sums",
        "Versions": "versions",
        "appeal": "simulation.appeal",
        "check_ruleset": "check.checking",
        "check_versions": "versions",
        "html_page": "simulation.page.writing",
        "load_ruleset": "engine",
        "load_scenario": "simulation.laboratory.reading",
        "load_versions": "versions",
        "parse_ruleset": "engine",
        "read_decisions": "check.stored",
        "read_records": "evaluate.files",
        "recompute": "check.recompute",
        "run_scenario": "simulation.laboratory.trying",
        "run_scenario_in_batches": "simulation.laboratory.trying",
        "simulate": "simulation.simulation",
    }

    def __getattr__(name: str) -> object:
        if name == "__version__":
            return import_module("importlib.metadata").version("incentive-engine")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = found
        return found


__all__ = [
    "Appeal",
    "AppealError",
    "Comparison",
    "ComparisonError",
    "DecidedFrame",
    "Decision",
    "Decisions",
    "EventsError",
    "Explanation",
    "FrameDecisions",
    "Handbook",
    "HistoryNeededError",
    "IncentiveError",
    "Line",
    "Problem",
    "ProblemsError",
    "Recomputation",
    "RecomputeError",
    "Records",
    "RowProblem",
    "Ruleset",
    "RulesetError",
    "RulesetIdentity",
    "Scenario",
    "ScenarioError",
    "ScenarioResult",
    "ScenarioSums",
    "SnapshotError",
    "Span",
    "VariantResult",
    "VariantSums",
    "Versions",
    "appeal",
    "check_ruleset",
    "check_versions",
    "html_page",
    "load_ruleset",
    "load_scenario",
    "load_versions",
    "parse_ruleset",
    "read_decisions",
    "read_records",
    "recompute",
    "run_scenario",
    "run_scenario_in_batches",
    "simulate",
]
