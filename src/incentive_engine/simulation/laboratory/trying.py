"""Runs a scenario on its data, or on others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.records import Records
from incentive_engine.simulation.laboratory.bench import Data
from incentive_engine.simulation.laboratory.result import ScenarioResult
from incentive_engine.simulation.laboratory.running import Trial, kept
from incentive_engine.simulation.laboratory.scenario import Scenario


def run_scenario(
    scenario: Scenario,
    snapshots: Records | Iterable[object] | None = None,
    history: Records | Iterable[object] | None = None,
    facts: Records | Iterable[object] | None = None,
) -> ScenarioResult:
    """Return what a scenario shows.

    `snapshots`, `history` and `facts` are rows as `evaluate_all` takes them; what is left out comes from the
    files that the scenario names.
    """
    own = kept(read_records(scenario.snapshots) if snapshots is None else snapshots)
    data = Data(own, _beside(history, scenario.history), _beside(facts, scenario.facts))
    return ScenarioResult(Trial(scenario, data))


def _beside(rows: Records | Iterable[object] | None, file: Path | None) -> Records | None:
    """Return the rows that are given, or else those of the file that is named, if any."""
    if rows is not None:
        return kept(rows)
    return None if file is None else kept(read_records(file))
