"""The full decisions of a variant on a few agents and periods, from which everything can be explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from incentive_engine.decision.decision import Decision
from incentive_engine.evaluate.periods import Evaluator
from incentive_engine.evaluate.single import Values
from incentive_engine.ruleset.period import Period
from incentive_engine.simulation.laboratory.bench import Snapshots
from incentive_engine.simulation.laboratory.ledger import Key
from incentive_engine.simulation.laboratory.programs import program_of
from incentive_engine.simulation.laboratory.variants import Variant


def decisions(
    variant: Variant, snapshots: Snapshots, input_names: Iterable[str], wanted: Iterable[Key]
) -> dict[Key, Decision]:
    """Return a variant's decisions on some agents and periods.

    The variant is evaluated alone, on those who have a say in these decisions: everybody where the rules look
    at peers. `input_names` is the order of the snapshots' rows.
    """
    keys = list(wanted)
    watched = chain.from_iterable(policy.watched() for policy in variant.policies())
    evaluator = Evaluator(program_of(variant), watched)
    places = {name: place for place, name in enumerate(input_names)}
    order = [places[name] for name in evaluator.input_names]
    agents = {agent for _, agent in keys}
    last = max((period for period, _ in keys), default=None)
    rows: dict[Period, Mapping[str, Values]] = {}
    for period, found in snapshots.items():
        of_period = {
            agent: tuple(snapshot.row[place] for place in order)
            for agent, snapshot in found.items()
            if evaluator.needs_peers or agent in agents
        }
        if of_period and last is not None and period <= last:
            rows[period] = of_period
    values = evaluator.evaluate(rows)
    return {
        (period, agent): variant.ruleset_at(period).decision(snapshots[period][agent], values[period][agent])
        for period, agent in keys
    }
