"""Runs a scenario: reads its data, lets people work as is assumed, and evaluates all variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from incentive_engine.decision.amounts import Known, amount
from incentive_engine.decision.decision import Decision
from incentive_engine.evaluate.cells import Taken
from incentive_engine.evaluate.records import Record, Records, RowProblem, from_records
from incentive_engine.graph.nodes import Program
from incentive_engine.language.types import TEXT, text_number
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.laboratory.behaviour import Assumption, Behaviour, Draws
from incentive_engine.simulation.laboratory.bench import Bench, Data, Reading, Snapshots, readings, values_of
from incentive_engine.simulation.laboratory.decisions import Deciding
from incentive_engine.simulation.laboratory.ledger import Key, Ledger, Paid
from incentive_engine.simulation.laboratory.scenario import Scenario
from incentive_engine.simulation.laboratory.variants import BASELINE, Variant
from incentive_engine.simulation.laboratory.views import Facet
from incentive_engine.texts import Language, entry

PERIOD = "period"

# So many repetitions are kept; any other is evaluated again when it is asked for.
_KEPT = 4


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of the data is not counted.

    `rejected` are the rows that a ruleset cannot take, `assumed` those for which a metric is assumed to
    become what it cannot be; both are left out under all rulesets. `not_in_effect` are the periods in which
    not all rulesets are in effect, `filtered` counts the agents and periods that the scenario does not count.
    """

    rejected: tuple[RowProblem, ...]
    assumed: tuple[Problem, ...]
    not_in_effect: tuple[str, ...]
    filtered: int

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return what is left out for JSON."""
        return {
            "rejected": [problem.to_dict(language) for problem in self.rejected],
            "assumed": [
                {"code": each.code, **each.values, "message": each.message(language)} for each in self.assumed
            ],
            "not_in_effect": list(self.not_in_effect),
            "filtered": self.filtered,
        }


@dataclass(frozen=True, slots=True)
class _Expected:
    """What metrics become under one behaviour before anything is drawn, and for which rows."""

    behaviour: Behaviour
    values: Mapping[str, Mapping[Key, Taken]]

    def drawn(self, draws: Draws) -> dict[str, dict[Key, Taken]]:
        """Return what metrics become in one repetition."""
        by_name = {each.field.name: each for each in self.behaviour.assumptions}
        return {
            name: {key: by_name[name].drawn(value, draws, key[1]) for key, value in values.items()}
            for name, values in self.values.items()
        }

    @property
    def places(self) -> dict[str, int]:
        """The places of the grids of the metrics."""
        return {each.field.name: each.field.places for each in self.behaviour.assumptions}

    def impossible(self) -> Iterator[tuple[Key, Problem]]:
        """Yield the rows for which a metric becomes what it cannot be."""
        for each in self.behaviour.assumptions:
            for key, value in self.values[each.field.name].items():
                if not each.holds(value):
                    yield key, _beyond(each, key, value)


def _beyond(assumption: Assumption, key: Key, value: Taken) -> Problem:
    period, agent = key
    field = assumption.field
    numbers = (value or 0, *assumption.limits)
    value_text, lowest, highest = (str(amount(each, 10**field.places, field.places)) for each in numbers)
    about = {"agent": agent, "period": str(period), "metric": field.name, "value": value_text}
    return Problem("IE5118", {**about, "lowest": lowest, "highest": highest})


def kept(snapshots: Records | Iterable[object]) -> Records:
    """Return rows so that they can be gone through more than once."""
    records = snapshots if isinstance(snapshots, Records) else from_records(snapshots)
    rows: tuple[Record, ...] = tuple(records)
    return Records(lambda: iter(rows), file=records.file, columns=records.columns, problems=records.problems)


class Trial:
    """A scenario on its data: what everything comes to, evaluated when it is asked for.

    Attributes:
        scenario: The scenario.
        baseline: The baseline as a variant.
        keys: The periods and agents that are counted, in order.
        rows: How many rows the data have.
        left_out: What is not counted.
        readings: The data as the rulesets read it, without what is left out; that of the baseline first.

    The rows of the data are gone through more than once: see `kept`.
    """

    def __init__(self, scenario: Scenario, data: Data) -> None:
        self.scenario = scenario
        self._data = data
        self.baseline = baseline_of(scenario)
        self._variants = [self.baseline, *scenario.variants]
        self.rows = sum(1 for _ in data.snapshots)
        policies = [policy for variant in self._variants for policy in variant.policies()]
        self._choose(readings(policies, data))
        self._benches: list[Bench] = []
        self._bench_of: dict[int, int] = {}
        self._arrange()
        self._ledgers: dict[tuple[int, int], Ledger] = {}
        self._deciding: dict[int, Deciding] = {}

    def again(self, variants: Sequence[Variant]) -> Trial:
        """Return the same scenario on the same data with other variants."""
        return Trial(replace(self.scenario, variants=tuple(variants)), self._data)

    # --- What is counted

    def _choose(self, read: Sequence[Reading]) -> None:
        """Leave out what cannot be compared, and find out which of the rest is counted."""
        fit = _fit(read)
        cleaned = [reading.only(key for key in reading.keys if key in fit) for reading in read]
        self._expected = list(self._all_expected(cleaned))
        impossible = dict(found for each in self._expected for found in each.impossible())
        self.readings = [
            reading.only(key for key in reading.keys if key not in impossible) for reading in cleaned
        ]
        first = self.readings[0]
        everywhere = [key for key in first.keys if all(each.in_effect(key[0]) for each in read)]
        own = [key for key in everywhere if key in first.own]
        self.keys = tuple(self._counted(first, own))
        self.left_out = LeftOut(
            rejected=tuple({str(each): each for reading in read for each in reading.problems}.values()),
            assumed=tuple(impossible.values()),
            not_in_effect=tuple(
                str(period)
                for period in sorted({key[0] for key in fit})
                if not all(each.in_effect(period) for each in read)
            ),
            filtered=len(own) - len(self.keys),
        )

    def _counted(self, reading: Reading, keys: Iterable[Key]) -> Iterator[Key]:
        where = self.scenario.counted.where
        values = None if where is None else values_of(reading, self.scenario.figures)
        for period, agent in keys:
            if self.scenario.counted.is_in_time(period) and (
                values is None or where is None or values[period][agent].result(where) is True
            ):
                yield period, agent

    # --- How people work

    def _all_expected(self, read: Sequence[Reading]) -> Iterator[_Expected]:
        """Yield what metrics become under each behaviour, as the first ruleset reads them that has it."""
        known: list[Behaviour] = []
        for variant in self._variants:
            behaviour = variant.behaviour
            if behaviour is not None and behaviour not in known:
                known.append(behaviour)
                yield self._expected_under(behaviour, _read_by(variant, read))

    def _expected_under(self, behaviour: Behaviour, reading: Reading) -> _Expected:
        """Return what metrics become in the periods that are counted; what has been before stays."""
        values = values_of(reading, behaviour.program)
        found: dict[str, dict[Key, Taken]] = {}
        for each in behaviour.assumptions:
            name, grid = each.field.name, 10**each.field.places
            found[name] = {}
            for period, agents in values.items():
                for agent, row in agents.items() if self.scenario.counted.is_in_time(period) else ():
                    if row.result(each.drawn_name):
                        value = row.result(name)
                        found[name][period, agent] = None if value is None else int(value * grid)
        return _Expected(behaviour, found)

    # --- What it comes to

    def _arrange(self) -> None:
        """Put the variants that can be evaluated together on one bench."""
        groups: list[tuple[Reading, Behaviour | None, list[Variant]]] = []
        for variant in self._variants:
            reading = _read_by(variant, self.readings)
            for number, (other, behaviour, members) in enumerate(groups):
                if other is reading and behaviour == variant.behaviour:
                    members.append(variant)
                    self._bench_of[id(variant)] = number
                    break
            else:
                self._bench_of[id(variant)] = len(groups)
                groups.append((reading, variant.behaviour, [variant]))
        for reading, behaviour, members in groups:
            figures = self.scenario.figures if reading is self.readings[0] else Program({})
            self._benches.append(Bench(reading, members, behaviour, figures))

    def bench(self, variant: Variant) -> Bench:
        """Return the bench that a variant is evaluated on."""
        return self._benches[self._bench_of[id(variant)]]

    def repetitions(self, variant: Variant) -> range:
        """Return the numbers of a variant's repetitions, from 1; where nothing is drawn there is one."""
        is_drawn = variant.behaviour is not None and variant.behaviour.is_drawn
        return range(1, (self.scenario.repeat if is_drawn else 1) + 1)

    def paid(self, variant: Variant, repetition: int = 1) -> Paid:
        """Return what a variant pays in one repetition."""
        return Paid(self.ledger(variant, repetition), self.bench(variant).places(variant))

    def ledger(self, variant: Variant, repetition: int = 1) -> Ledger:
        """Return what everything on a variant's bench comes to in one repetition."""
        number = self._bench_of[id(variant)]
        key = (number, repetition)
        if key not in self._ledgers:
            while len(self._ledgers) >= max(_KEPT, len(self._benches)):
                self._ledgers.pop(next(iter(self._ledgers)))
            bench = self._benches[number]
            self._ledgers[key] = bench.ledger(self.snapshots(variant, repetition), self.keys)
        return self._ledgers[key]

    def snapshots(self, variant: Variant, repetition: int = 1) -> Snapshots:
        """Return the data as they are assumed to be under a variant in one repetition."""
        reading = self.bench(variant).reading
        expected = self._expected_of(variant)
        if expected is None:
            return reading.snapshots
        return reading.changed(expected.drawn(Draws(self.scenario.seed, repetition)), expected.places)

    def decisions(self, variant: Variant, repetition: int, keys: Iterable[Key]) -> dict[Key, Decision]:
        """Return a variant's decisions on some periods and agents in one repetition."""
        if id(variant) not in self._deciding:
            names = self.bench(variant).reading.carrier.input_names
            self._deciding[id(variant)] = Deciding(variant, names)
        return self._deciding[id(variant)].decisions(self.snapshots(variant, repetition), keys)

    def _expected_of(self, variant: Variant) -> _Expected | None:
        return next((each for each in self._expected if each.behaviour == variant.behaviour), None)

    # --- What the data say

    def figure(self, name: str, variant: Variant, repetition: int = 1) -> Sequence[Known | None]:
        """Return what the scenario asks of the data, as they are assumed to be under a variant."""
        bench, first = self.bench(variant), self.readings[0]
        if bench.reading is first:
            return self.ledger(variant, repetition).known(bench.of_figures[name])
        expected = self._expected_of(variant)
        own = first
        if expected is not None:
            drawn = expected.drawn(Draws(self.scenario.seed, repetition))
            own = replace(first, snapshots=first.changed(drawn, expected.places))
        values = values_of(own, self.scenario.figures)
        return [values[period][agent].result(name) for period, agent in self.keys]

    def metric(self, name: str, variant: Variant, repetition: int = 1) -> Sequence[Known | None]:
        """Return a metric or attribute as a variant's data have it; unknown where they have none."""
        place = self.bench(variant).of_data.get(name)
        if place is None:
            return [None] * len(self.keys)
        return self.ledger(variant, repetition).known(place)

    def facet(self, name: str) -> tuple[Facet, Sequence[Known | None]]:
        """Return an attribute or metric, or the period, and its values in the data.

        Raises:
            KeyError: if no ruleset has one of this name.
        """
        for reading in self.readings:
            field = reading.fields.get(name)
            if field is not None:
                place = reading.carrier.input_names.index(name)
                taken = (reading.snapshots[period][agent].row[place] for period, agent in self.keys)
                values = [_known(each, field.places) for each in taken]
                return Facet(name, field.title, field.type, field.places), values
        return facet_of_periods(name, self.keys)


def baseline_of(scenario: Scenario) -> Variant:
    """Return the baseline of a scenario as a variant."""
    ruleset = scenario.baseline
    return Variant(BASELINE, ruleset.policy.shape.title or scenario.title, (), ruleset)


def facet_of_periods(name: str, keys: Iterable[Key]) -> tuple[Facet, Sequence[Known | None]]:
    """Return the period as a facet, and that of each row.

    Raises:
        KeyError: if the name is not that of the period.
    """
    if name != PERIOD:
        raise KeyError(name)
    words = entry("simulation.column.period").texts
    facet = Facet(name, Title(words["en"], words["zh"]), TEXT, 0)
    return facet, [Fraction(text_number(str(period))) for period, _ in keys]


def _known(taken: Taken, places: int) -> Known | None:
    return taken if taken is None or isinstance(taken, bool) else Fraction(taken, 10**places)


def _read_by(variant: Variant, read: Sequence[Reading]) -> Reading:
    """Return the data as a variant reads them."""
    return next(each for each in read if each.reads(variant.ruleset.policy))


def _fit(read: Sequence[Reading]) -> set[Key]:
    """Return the rows that all rulesets can take that are in effect."""
    taken = [set(reading.keys) for reading in read]
    pairs = list(zip(read, taken, strict=True))
    return {
        key
        for key in set().union(*taken)
        if all(key in own for reading, own in pairs if reading.in_effect(key[0]))
    }
