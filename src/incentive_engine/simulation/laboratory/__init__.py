"""The laboratory: scenario files, in which many proposals are tried on the same population."""

from incentive_engine.simulation.laboratory.reading import check_scenario, load_scenario, parse_scenario
from incentive_engine.simulation.laboratory.result import ScenarioResult, VariantResult
from incentive_engine.simulation.laboratory.scenario import Scenario, ScenarioError
from incentive_engine.simulation.laboratory.sums import ScenarioSums, VariantSums
from incentive_engine.simulation.laboratory.trying import run_scenario, run_scenario_in_batches
from incentive_engine.simulation.laboratory.variants import Variant

__all__ = [
    "Scenario",
    "ScenarioError",
    "ScenarioResult",
    "ScenarioSums",
    "Variant",
    "VariantResult",
    "VariantSums",
    "check_scenario",
    "load_scenario",
    "parse_scenario",
    "run_scenario",
    "run_scenario_in_batches",
]
