"""Runs a scenario on its data, or on others: all at once, or in batches."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.records import Records
from incentive_engine.simulation.laboratory.bench import Data
from incentive_engine.simulation.laboratory.result import ScenarioResult
from incentive_engine.simulation.laboratory.running import Trial, kept
from incentive_engine.simulation.laboratory.scenario import Scenario
from incentive_engine.simulation.laboratory.sums import ScenarioSums

if TYPE_CHECKING:
    from incentive_engine.evaluate.columns.sources import Source


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


def run_scenario_in_batches(
    scenario: Scenario,
    snapshots: Source | None = None,
    facts: Records | Iterable[object] | None = None,
    *,
    rows: int = 2**18,
) -> ScenarioSums:
    """Return what a scenario shows on data that may be larger than the memory.

    The data are read in the batches of `Ruleset.evaluate_batches`, of about so many rows each, and only sums
    and what each agent is paid are kept. It needs the extra `columns`.

    Args:
        scenario: The scenario. Assumptions, a goal, a sensitivity, a pilot and a file of history need all
            rows at once.
        snapshots: As for `Ruleset.evaluate_frame`; the file or folder that the scenario names where left out.
        facts: Rows as `evaluate_all` takes them; the file that the scenario names where left out.
        rows: How many rows a batch should have, roughly. Where rules look at peers it is a whole period.

    Raises:
        ScenarioError: if the scenario needs all rows at once, or its rulesets do not read the data alike.
        EventsError: if its rulesets decide on events.
        ImportError: if polars is not installed.
        polars.exceptions.PolarsError: as `Ruleset.evaluate_frame` does.
    """
    from incentive_engine.simulation.laboratory.batches import run_batches  # noqa: PLC0415 -- polars is an extra

    source = scenario.snapshots if snapshots is None else snapshots
    return run_batches(scenario, source, _beside(facts, scenario.facts), rows)


def _beside(rows: Records | Iterable[object] | None, file: Path | None) -> Records | None:
    """Return the rows that are given, or else those of the file that is named, if any."""
    if rows is not None:
        return kept(rows)
    return None if file is None else kept(read_records(file))
