"""The data of a scenario, read once for all rulesets that read it alike, and variants evaluated together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from typing import TypeAlias

from incentive_engine.compile.policy import InputField, Policy
from incentive_engine.engine import Ruleset
from incentive_engine.evaluate.cells import Taken
from incentive_engine.evaluate.numbers import rounded_quotient
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.evaluate.records import Records, RowProblem
from incentive_engine.evaluate.snapshots import Population, Snapshot
from incentive_engine.graph.nodes import Constant, Program
from incentive_engine.ruleset.period import Cadence, Period
from incentive_engine.simulation.laboratory.behaviour import Behaviour
from incentive_engine.simulation.laboratory.ledger import Block, Key, Ledger, RowBlock
from incentive_engine.simulation.laboratory.programs import data_program, program_of
from incentive_engine.simulation.laboratory.union import Place, Union, united
from incentive_engine.simulation.laboratory.variants import Variant

Snapshots: TypeAlias = Mapping[Period, Mapping[str, Snapshot]]
Changed: TypeAlias = Mapping[str, Mapping[Key, Taken]]
"""Metric by metric, what it becomes for an agent and period."""

NOT_IN_EFFECT = "IE4026"
MANY = 2_000
"""From so many rows a period on a population is evaluated in columns, where polars is installed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The data as all rulesets read it that have the same metrics, attributes and effective dates.

    `carrier` is a ruleset without rules that takes everything they read. `own` are the periods and agents of
    the snapshots themselves, without those of the history. `problems` are those of rows that cannot be taken;
    that they are outside the effective dates is none.
    """

    carrier: Ruleset
    snapshots: Snapshots
    own: frozenset[Key]
    problems: tuple[RowProblem, ...]

    @property
    def fields(self) -> Mapping[str, InputField]:
        """The metrics and attributes by name."""
        return {field.name: field for field in self.carrier.policy.fields}

    def reads(self, policy: Policy) -> bool:
        """Whether a ruleset reads the data in this way."""
        return read_alike(self.carrier.policy, policy)

    def in_effect(self, period: Period) -> bool:
        """Whether the rulesets say anything about a period."""
        return self.carrier.policy.effective.holds(period)

    @property
    def keys(self) -> list[Key]:
        """The periods and agents, in order."""
        return [(period, agent) for period, agents in self.snapshots.items() for agent in agents]

    def only(self, wanted: Iterable[Key]) -> Reading:
        """Return the reading with some of its rows."""
        by_period: dict[Period, dict[str, Snapshot]] = {}
        for period, agent in wanted:
            by_period.setdefault(period, {})[agent] = self.snapshots[period][agent]
        return replace(self, snapshots=by_period)

    def changed(self, changes: Changed, places: Mapping[str, int]) -> Snapshots:
        """Return the rows with other values of metrics, which are given on grids of these places."""
        at = {name: index for index, name in enumerate(self.carrier.input_names)}
        fields = self.fields
        metrics = [
            (at[name], fields[name], places[name], new) for name, new in changes.items() if name in fields
        ]
        if not metrics:
            return self.snapshots
        return {
            period: {
                agent: _changed(snapshot, (period, agent), metrics) for agent, snapshot in agents.items()
            }
            for period, agents in self.snapshots.items()
        }


def _changed(
    snapshot: Snapshot, key: Key, metrics: Iterable[tuple[int, InputField, int, Mapping[Key, Taken]]]
) -> Snapshot:
    row = list(snapshot.row)
    for index, field, places, values in metrics:
        if key in values:
            row[index] = _on_grid(values[key], places, field)
    return snapshot._replace(row=tuple(row))


def _on_grid(value: Taken, places: int, field: InputField) -> Taken:
    """Return a value on the grid of a field that may be declared with other places."""
    if value is None or places == field.places:
        return value
    taken, _ = rounded_quotient(value * 10**field.places, 10**places, field.rounding)
    return taken


@dataclass(frozen=True, slots=True)
class Data:
    """Rows of data: snapshots, those of earlier periods that are history only, and facts beside both.

    They are gone through more than once.
    """

    snapshots: Records
    history: Records | None = None
    facts: Records | None = None


def readings(policies: Sequence[Policy], data: Data) -> list[Reading]:
    """Return the data as each of some rulesets reads it, once for those that read it alike."""
    groups: list[list[Policy]] = []
    for policy in policies:
        alike = next((group for group in groups if read_alike(group[0], policy)), None)
        if alike is None:
            groups.append([policy])
        else:
            alike.append(policy)
    return [_reading(group, data) for group in groups]


def read_alike(one: Policy, other: Policy) -> bool:
    """Whether two rulesets have the same metrics, attributes and effective dates."""
    return (one.fields, one.effective) == (other.fields, other.effective)


def _reading(policies: Sequence[Policy], data: Data) -> Reading:
    carrier = carrier_of(policies, data.facts)
    population = carrier.read_all(data.snapshots)
    earlier = Population({}, ()) if data.history is None else carrier.read_all(data.history)
    every = {
        period: {**earlier.snapshots.get(period, {}), **population.snapshots.get(period, {})}
        for period in sorted({*earlier.snapshots, *population.snapshots})
    }
    in_order = {period: dict(sorted(agents.items())) for period, agents in every.items()}
    own = frozenset((period, agent) for period, agents in population.snapshots.items() for agent in agents)
    found = (*population.problems, *earlier.problems)
    return Reading(
        carrier, in_order, own, tuple(each for each in found if each.problem.code != NOT_IN_EFFECT)
    )


def carrier_of(policies: Sequence[Policy], facts: Records | Iterable[object] | None) -> Ruleset:
    """Return a ruleset without rules that takes everything that some rulesets read, which read it alike."""
    first = policies[0]
    return _carrying(first, data_program(first.fields, policies)).with_facts(facts)


def _carrying(policy: Policy, program: Program) -> Ruleset:
    """Return a ruleset that reads the data as another one does, and is worth something else."""
    nothing = Constant(Fraction(0))
    bare = replace(
        policy,
        program=program,
        lines=(),
        origins={},
        total=nothing,
        floor_added=nothing,
        held=nothing,
        incomplete=nothing,
        eligible=nothing,
    )
    return Ruleset(bare)


class Bench:
    """Variants that read the data alike, and under which people work alike: they are evaluated together.

    Attributes:
        reading: The data as the variants read it.
        behaviour: How people work; None where as they did.
        union: The program: first the metrics and attributes as they become, then what the scenario asks of
            the data, then the variants in order.
        ruleset: A ruleset whose program is the union.
    """

    def __init__(
        self, reading: Reading, variants: Sequence[Variant], behaviour: Behaviour | None, figures: Program
    ) -> None:
        self.reading = reading
        self.behaviour = behaviour
        programs = [reading.carrier.policy.program, figures, *map(program_of, variants)]
        self.union: Union = united(programs)
        self._variants = {id(variant): number for number, variant in enumerate(variants)}
        self.ruleset = _carrying(reading.carrier.policy, self.union.program)

    def ledger(self, snapshots: Snapshots, counted: Iterable[Key]) -> Ledger:
        """Return what everything comes to on a population, for the rows that are counted."""
        keys = tuple(counted)
        are_many = sum(map(len, snapshots.values())) >= MANY * len(snapshots)
        in_columns = are_many and _has_polars() and self.ruleset.policy.cadence is not Cadence.EVENT
        blocks = self._in_columns(snapshots, keys) if in_columns else self._by_row(snapshots, keys)
        return self.ledger_of(keys, blocks)

    def ledger_of(self, keys: Sequence[Key], blocks: Sequence[Block]) -> Ledger:
        """Return what the results of the union came to for some rows."""
        return Ledger(keys, blocks, 10**self.ruleset.policy.money_places)

    def _by_row(self, snapshots: Snapshots, keys: Iterable[Key]) -> list[Block]:
        kept = {period: dict(agents) for period, agents in snapshots.items()}
        values = self.ruleset.values_of(Population(kept, ()))
        by_period: dict[Period, list[RowValues]] = {}
        for period, agent in keys:
            by_period.setdefault(period, []).append(values[period][agent])
        return [RowBlock(rows) for rows in by_period.values()]

    def _in_columns(self, snapshots: Snapshots, keys: Iterable[Key]) -> list[Block]:
        from incentive_engine.simulation.laboratory.columns import column_blocks  # noqa: PLC0415 -- polars is an extra

        names = self.reading.carrier.input_names
        return column_blocks(self.union.program, self.reading.fields, names, snapshots, keys)

    def places(self, variant: Variant) -> Mapping[str, Place]:
        """Return where the results of a variant stand in the union."""
        return self.union.places[self._variants[id(variant)] + 2]

    @property
    def of_data(self) -> Mapping[str, Place]:
        """Where the metrics and attributes stand in the union."""
        return self.union.places[0]

    @property
    def of_figures(self) -> Mapping[str, Place]:
        """Where what the scenario asks of the data stands in the union."""
        return self.union.places[1]


@cache
def _has_polars() -> bool:
    return find_spec("polars") is not None


def values_of(reading: Reading, program: Program) -> dict[Period, dict[str, RowValues]]:
    """Return what a program comes to on all rows of a reading."""
    together = united([reading.carrier.policy.program, program])
    named = Program(
        {name: together.program.results[str(place)] for name, place in together.places[1].items()}
        | {
            f"data {name}": together.program.results[str(place)] for name, place in together.places[0].items()
        },
        together.program.states,
    )
    kept = {period: dict(agents) for period, agents in reading.snapshots.items()}
    return _carrying(reading.carrier.policy, named).values_of(Population(kept, ()))
