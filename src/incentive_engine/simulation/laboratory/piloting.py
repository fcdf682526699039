"""Pilots: some units work under a proposal for some time, and the others show what would have been anyway.

The effect is the difference in differences: by how much more something changed in the pilot than elsewhere.
Each agent counts once, with the change of the mean of the periods before to that of the periods of the pilot,
so that many periods of one agent are not taken for many agents (Bertrand, Duflo and Mullainathan, "How Much
Should We Trust Differences-in-Differences Estimates?", Quarterly Journal of Economics 119, 2004). The
interval is the bootstrap percentile interval over agents (Efron, "Bootstrap Methods: Another Look at the
Jackknife", Annals of Statistics 7, 1979). All of it is exact, and the draws follow from the scenario's seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.decision.amounts import Known, written
from incentive_engine.language.types import BOOLEAN, MONEY, Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import Period
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.laboratory.distribution import quantile
from incentive_engine.simulation.laboratory.ledger import Key
from incentive_engine.simulation.laboratory.metrics import Mean, mean
from incentive_engine.simulation.laboratory.scenario import Pilot
from incentive_engine.simulation.laboratory.tried import Tried
from incentive_engine.simulation.laboratory.variants import Variant
from incentive_engine.texts import Language, entry

_RESAMPLES = 999
_MOST_DRAWS = 2_000_000
_LOW, _HIGH = Fraction(1, 40), Fraction(39, 40)
# With fewer agents on one side an interval says little, and none is given.
_FEWEST = 5
_PAY_PLACES = 2


@dataclass(frozen=True, slots=True)
class Effect:
    """What a pilot did to pay or to one metric.

    `pilot` and `control` are the means over agents before and during the pilot; `effect` is how much more the
    pilot's changed. `low` and `high` hold 95 % of the resamples between them; they are None with fewer than
    five agents on a side. Everything is in the unit of the type, money in the currency.
    """

    name: str
    title: Title
    type: Type
    places: int
    agents: tuple[int, int]
    pilot: tuple[Mean, Mean]
    control: tuple[Mean, Mean]
    effect: Fraction | None
    low: Fraction | None
    high: Fraction | None

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the effect for JSON; numbers are rounded half up, as texts."""
        sides = {"pilot": self.pilot, "control": self.control}
        ends = {"effect": self.effect, "low": self.low, "high": self.high}
        return {
            "name": self.name,
            "title": self.title.in_language(language),
            "agents_pilot": self.agents[0],
            "agents_control": self.agents[1],
            **{
                f"{side}_{when}": written(each.rounded(self.places))
                for side, means in sides.items()
                for when, each in zip(("before", "during"), means, strict=True)
            },
            **{name: written(Mean(value, 1).rounded(self.places)) for name, value in ends.items()},
        }


@dataclass(frozen=True, slots=True)
class PilotResult:
    """What a pilot costs, and what it did.

    `cost` is what is paid to the pilot's agents during the pilot, by the baseline and by the proposal.
    `mixed` are agents who were in the pilot for a part of its time only: they are on neither side of the
    effects. Agents without a row before or during the pilot are on neither side either.
    """

    cost: Cost
    effects: tuple[Effect, ...]
    mixed: tuple[str, ...]

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the result for JSON."""
        return {
            "cost": self.cost.to_dict(),
            "effects": [effect.to_dict(language) for effect in self.effects],
            "mixed": list(self.mixed),
        }


def piloted(trial: Tried, variant: Variant, pilot: Pilot, repetition: int) -> PilotResult:
    """Return what a variant costs and does as a pilot, where all others stay under the baseline."""
    sides = _Sides(trial, pilot)
    before, after = trial.paid(trial.baseline).totals, trial.paid(variant, repetition).totals
    places = trial.scenario.baseline.policy.money_places
    during = [number for number, key in enumerate(trial.keys) if sides.is_piloted(number, key)]
    cost = Cost(sum(before[each] for each in during), sum(after[each] for each in during), places)
    piloted_rows = set(during)
    paid = [
        Fraction(after[number] if number in piloted_rows else units, 10**places)
        for number, units in enumerate(before)
    ]
    words = entry("pilot.pay").texts
    effects = [sides.effect("pay", Title(words["en"], words["zh"]), MONEY, places + _PAY_PLACES, paid)]
    for field in trial.scenario.baseline.policy.fields:
        if field.metric and field.type is not BOOLEAN:
            values = trial.metric(field.name, trial.baseline)
            more = field.places + _PAY_PLACES
            effects.append(sides.effect(field.name, field.title, field.type, more, values))
    return PilotResult(cost, tuple(effects), sides.mixed)


class _Sides:
    """Who is in the pilot and who in the control."""

    def __init__(self, trial: Tried, pilot: Pilot) -> None:
        self._trial, self._pilot = trial, pilot
        self._flags = trial.figure(pilot.where, trial.baseline)
        inside: dict[str, set[bool]] = {}
        for number, (period, agent) in enumerate(trial.keys):
            if self._is_during(period):
                inside.setdefault(agent, set()).add(self._flags[number] is True)
        self.mixed = tuple(sorted(agent for agent, flags in inside.items() if len(flags) > 1))
        self._side = {agent: next(iter(flags)) for agent, flags in inside.items() if len(flags) == 1}

    def _is_during(self, period: Period) -> bool:
        return self._pilot.first <= period <= self._pilot.last

    def is_piloted(self, number: int, key: Key) -> bool:
        """Whether a row is of the pilot's units and time."""
        return self._is_during(key[0]) and self._flags[number] is True

    def effect(
        self, name: str, title: Title, kind: Type, places: int, values: Sequence[Known | None]
    ) -> Effect:
        """Return what the pilot did to one thing."""
        changes: dict[bool, list[Fraction]] = {True: [], False: []}
        means: dict[tuple[bool, int], list[Known | None]] = {}
        for agent, (before, during) in self._means(values).items():
            side = self._side.get(agent)
            if side is not None and before.value is not None and during.value is not None:
                changes[side].append(during.value - before.value)
                means.setdefault((side, 0), []).append(before.value)
                means.setdefault((side, 1), []).append(during.value)
        effect = low = high = None
        if changes[True] and changes[False]:
            effect = _mean(changes[True]) - _mean(changes[False])
            if min(map(len, changes.values())) >= _FEWEST:
                low, high = self._interval(name, changes)
        return Effect(
            name=name,
            title=title,
            type=kind,
            places=places,
            agents=(len(changes[True]), len(changes[False])),
            pilot=(mean(means.get((True, 0), ())), mean(means.get((True, 1), ()))),
            control=(mean(means.get((False, 0), ())), mean(means.get((False, 1), ()))),
            effect=effect,
            low=low,
            high=high,
        )

    def _means(self, values: Sequence[Known | None]) -> Mapping[str, tuple[Mean, Mean]]:
        """Return each agent's mean before the pilot and during it."""
        found: dict[str, tuple[list[Known | None], list[Known | None]]] = {}
        for (period, agent), value in zip(self._trial.keys, values, strict=True):
            if period <= self._pilot.last:
                found.setdefault(agent, ([], []))[period >= self._pilot.first].append(value)
        return {agent: (mean(before), mean(during)) for agent, (before, during) in found.items()}

    def _interval(self, name: str, changes: Mapping[bool, Sequence[Fraction]]) -> tuple[Fraction, Fraction]:
        """Return the ends of the middle 95 % of resamples, in which agents are drawn with replacement."""
        # Whole numbers over one denominator: sums of fractions would take most of the time.
        unit = _common_denominator([*changes[True], *changes[False]])
        pilot, control = ([int(each * unit) for each in changes[side]] for side in (True, False))
        count = max(199, min(_RESAMPLES, _MOST_DRAWS // (len(pilot) + len(control))))
        draws = _draws(self._trial.scenario.seed, name)
        product = len(pilot) * len(control)
        found = sorted(
            _resampled(pilot, draws) * len(control) - _resampled(control, draws) * len(pilot)
            for _ in range(count)
        )
        low, high = (quantile(found, share) for share in (_LOW, _HIGH))
        return Fraction(low, product * unit), Fraction(high, product * unit)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _common_denominator(values: Sequence[Fraction]) -> int:
    unit = 1
    for value in values:
        unit *= (value * unit).denominator
    return unit


def _resampled(values: Sequence[int], draws: Iterator[int]) -> int:
    """Return the sum of as many values as there are, each drawn from all of them."""
    return sum(values[next(draws) % len(values)] for _ in values)


def _draws(seed: int, about: str) -> Iterator[int]:
    """Yield whole numbers below 2^32 that follow from a seed alone, on every machine the same."""
    block = 0
    while True:
        digest = hashlib.sha256(f"pilot {seed} {about} {block}".encode()).digest()
        for place in range(0, len(digest), 4):
            yield int.from_bytes(digest[place : place + 4], "big")
        block += 1
