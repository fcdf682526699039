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


class Deciding:
    """One variant evaluated alone, with all that its explanations show; it is made ready once."""

    def __init__(self, variant: Variant, input_names: Iterable[str]) -> None:
        """Make it ready for snapshots whose rows have this order."""
        self._variant = variant
        watched = chain.from_iterable(policy.watched() for policy in variant.policies())
        self._evaluator = Evaluator(program_of(variant), watched)
        places = {name: place for place, name in enumerate(input_names)}
        self._order = [places[name] for name in self._evaluator.input_names]

    def decisions(self, snapshots: Snapshots, wanted: Iterable[Key]) -> dict[Key, Decision]:
        """Return the decisions on some agents and periods.

        Only those are evaluated who have a say in them: everybody where the rules look at peers.
        """
        keys = list(wanted)
        agents = {agent for _, agent in keys}
        last = max((period for period, _ in keys), default=None)
        rows: dict[Period, Mapping[str, Values]] = {}
        for period, found in snapshots.items():
            of_period = {
                agent: tuple(snapshot.row[place] for place in self._order)
                for agent, snapshot in found.items()
                if self._evaluator.needs_peers or agent in agents
            }
            if of_period and last is not None and period <= last:
                rows[period] = of_period
        values = self._evaluator.evaluate(rows)
        return {
            (period, agent): self._variant.ruleset_at(period).decision(
                snapshots[period][agent], values[period][agent]
            )
            for period, agent in keys
        }
