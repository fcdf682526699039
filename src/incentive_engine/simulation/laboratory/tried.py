"""What the views of a variant are made of: a scenario on its data, or on a part of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from incentive_engine.decision.amounts import Known
from incentive_engine.decision.decision import Decision
from incentive_engine.simulation.laboratory.ledger import Key, Paid
from incentive_engine.simulation.laboratory.scenario import Scenario
from incentive_engine.simulation.laboratory.variants import Variant
from incentive_engine.simulation.laboratory.views import Facet


class Tried(Protocol):
    """A scenario on data.

    Attributes:
        scenario: The scenario.
        baseline: The baseline as a variant.
        keys: The periods and agents that are counted, in order.
    """

    scenario: Scenario
    baseline: Variant
    keys: tuple[Key, ...]

    def repetitions(self, variant: Variant) -> range:
        """Return the numbers of a variant's repetitions, from 1."""
        ...

    def paid(self, variant: Variant, repetition: int = 1) -> Paid:
        """Return what a variant pays in one repetition."""
        ...

    def decisions(self, variant: Variant, repetition: int, keys: Iterable[Key]) -> Mapping[Key, Decision]:
        """Return a variant's decisions on some periods and agents in one repetition."""
        ...

    def figure(self, name: str, variant: Variant, repetition: int = 1) -> Sequence[Known | None]:
        """Return what the scenario asks of the data, as they are assumed to be under a variant."""
        ...

    def metric(self, name: str, variant: Variant, repetition: int = 1) -> Sequence[Known | None]:
        """Return a metric or attribute as a variant's data have it; unknown where they have none."""
        ...

    def facet(self, name: str) -> tuple[Facet, Sequence[Known | None]]:
        """Return an attribute or metric, or the period, and its values in the data.

        Raises:
            KeyError: if no ruleset has one of this name.
        """
        ...
