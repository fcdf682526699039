"""Runs a scenario on data larger than the memory, in batches of which sums are kept. It needs polars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from incentive_engine.decision.amounts import Known
from incentive_engine.decision.decision import Decision
from incentive_engine.evaluate.columns.evaluator import AGENT, ColumnEvaluator, Found
from incentive_engine.evaluate.columns.sources import Source
from incentive_engine.evaluate.records import Records, RowProblem
from incentive_engine.ruleset.period import Period
from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.laboratory.bench import NOT_IN_EFFECT, Bench, Reading, carrier_of, read_alike
from incentive_engine.simulation.laboratory.columns import FrameBlock
from incentive_engine.simulation.laboratory.ledger import Key, Paid
from incentive_engine.simulation.laboratory.result import VariantResult
from incentive_engine.simulation.laboratory.running import baseline_of, facet_of_periods
from incentive_engine.simulation.laboratory.scenario import Scenario, ScenarioError
from incentive_engine.simulation.laboratory.sums import ScenarioSums, VariantSums, refuse
from incentive_engine.simulation.laboratory.variants import Variant
from incentive_engine.simulation.laboratory.views import Facet

_PROBLEMS_KEPT = 1_000


class Batch:
    """A scenario on the rows of one batch, under the same ways of work as in the data."""

    def __init__(
        self, scenario: Scenario, baseline: Variant, bench: Bench, found: Mapping[Period, Found]
    ) -> None:
        self.scenario = scenario
        self.baseline = baseline
        self.keys: tuple[Key, ...] = tuple(
            (period, agent) for period, values in found.items() for agent in values.frame[AGENT].to_list()
        )
        self._bench = bench
        self._ledger = bench.ledger_of(self.keys, [FrameBlock(values) for values in found.values()])

    def repetitions(self, _: Variant) -> range:
        """Return the numbers of a variant's repetitions: nothing is drawn."""
        return range(1, 2)

    def paid(self, variant: Variant, _: int = 1) -> Paid:
        """Return what a variant pays."""
        return Paid(self._ledger, self._bench.places(variant))

    def decisions(self, *_: object) -> Mapping[Key, Decision]:
        """Say that single decisions cannot be explained.

        Raises:
            ScenarioError: always.
        """
        refuse("decisions")

    def figure(self, name: str, *_: object) -> Sequence[Known | None]:
        """Return what the scenario asks of the data."""
        return self._ledger.known(self._bench.of_figures[name])

    def metric(self, name: str, *_: object) -> Sequence[Known | None]:
        """Return a metric or attribute."""
        return self._ledger.known(self._bench.of_data[name])

    def facet(self, name: str) -> tuple[Facet, Sequence[Known | None]]:
        """Return an attribute or metric, or the period, and its values in the data.

        Raises:
            KeyError: if no ruleset has one of this name.
        """
        field = self._bench.reading.fields.get(name)
        if field is None:
            return facet_of_periods(name, self.keys)
        return Facet(name, field.title, field.type, field.places), self.metric(name)


def run_batches(
    scenario: Scenario, source: Source, facts: Records | Iterable[object] | None, rows: int
) -> ScenarioSums:
    """Return what a scenario shows on data that are read in batches of so many rows, roughly.

    Raises:
        ScenarioError: if the scenario needs all rows at once.
        EventsError: if its rulesets decide on events.
    """
    _require_sums(scenario)
    baseline = baseline_of(scenario)
    variants = (baseline, *scenario.variants)
    policies = [policy for variant in variants for policy in variant.policies()]
    reading = Reading(carrier_of(policies, None), {}, frozenset(), ())
    bench = Bench(reading, variants, None, scenario.figures)
    nothing = Batch(scenario, baseline, bench, {})
    sums = tuple(VariantSums(scenario, VariantResult(nothing, variant)) for variant in scenario.variants)
    taken = counted = 0
    problems: list[RowProblem] = []
    rejected = 0
    for found, wrong in _batches(bench, source, facts, rows):
        taken += sum(each.frame.height for each in found.values())
        batch = Batch(scenario, baseline, bench, _counted(scenario, bench, found))
        counted += len(batch.keys)
        for each in sums:
            each.add(VariantResult(batch, each.variant))
        rejected += len(wrong)
        problems += wrong[: _PROBLEMS_KEPT - len(problems)]
    return ScenarioSums(scenario, sums, counted, taken - counted, rejected, tuple(problems))


def _batches(
    bench: Bench, source: Source, facts: Records | Iterable[object] | None, rows: int
) -> Iterator[tuple[dict[Period, Found], list[RowProblem]]]:
    """Yield what the results of all variants come to, batch by batch, and what is wrong with rows."""
    ruleset = bench.ruleset
    program = bench.union.program
    evaluator = ColumnEvaluator(program)
    following = evaluator.following()
    for population in ruleset.read_batches(source, facts=facts, rows=rows):
        # With peers a batch is a whole period, and the next one goes on from it.
        chosen = following if ruleset.needs_peers else evaluator
        found = chosen.evaluate(population.frames, program.results)
        # As with all rows at once: a row outside the effective dates is none to be mended.
        yield found, [each for each in population.problems if each.problem.code != NOT_IN_EFFECT]


def _counted(scenario: Scenario, bench: Bench, found: Mapping[Period, Found]) -> dict[Period, Found]:
    """Return the rows that the scenario counts."""
    chosen = scenario.counted
    in_time = {period: values for period, values in found.items() if chosen.is_in_time(period)}
    if chosen.where is None:
        return in_time
    name = str(bench.of_figures[chosen.where])
    return {
        period: Found(values.frame.filter(pl.col(name)), values.denominators)
        for period, values in in_time.items()
    }


def _require_sums(scenario: Scenario) -> None:
    """Refuse a scenario that cannot be told from sums."""
    asked = {
        "assumptions": any(variant.behaviour is not None for variant in scenario.variants),
        "pilot": scenario.pilot is not None,
        "goal": scenario.goal is not None,
        "sensitivity": scenario.sensitivity is not None,
        "history": scenario.history is not None,
    }
    for what, is_asked in asked.items():
        if is_asked:
            refuse(what)
    first = scenario.baseline.policy
    for variant in scenario.variants:
        if not all(read_alike(first, policy) for policy in variant.policies()):
            raise ScenarioError([Problem("IE5169", {"name": variant.proposal})])
