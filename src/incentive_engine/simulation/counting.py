"""Adds up what two rulesets pay: in all, by rule, by attribute, by agent, by status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from incentive_engine.compile.policy import InputField
from incentive_engine.decision.amounts import Known, text_of
from incentive_engine.engine import Ruleset
from incentive_engine.evaluate.cells import Taken
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.evaluate.snapshots import Snapshot
from incentive_engine.language.types import text_number
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import Period
from incentive_engine.simulation.comparison import Comparison
from incentive_engine.simulation.cost import Cost, tally
from incentive_engine.simulation.gathering import Evaluated, Gathered
from incentive_engine.simulation.parts import (
    STATUSES,
    Compared,
    DecisionPair,
    Group,
    Grouping,
    PeriodSplit,
    RuleCost,
    StatusCount,
)

Split: TypeAlias = InputField | PeriodSplit
"""What a comparison can be split by."""


@dataclass(slots=True)
class _Sum:
    """What one rule pays under one ruleset, in the currency's smallest unit, and in how many decisions."""

    units: int = 0
    paid: int = 0

    def add(self, units: int) -> None:
        """Add what one decision pays."""
        self.units += units
        self.paid += units != 0


class _Sums:
    """What the rules, and the floor, pay under one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        paying = [str(line.rule.id) for line in ruleset.policy.lines if line.final is not None]
        self.rules = {rule: _Sum() for rule in paying}
        self.floor = _Sum()
        self._unit = 10**ruleset.policy.money_places
        self._by_result = {f"{rule}.final": total for rule, total in self.rules.items()}
        self._by_result["floor_added"] = self.floor

    def add(self, values: RowValues) -> None:
        """Add one decision."""
        for name, total in self._by_result.items():
            total.add(_units(values, name, self._unit))


def counted(sides: Gathered, splits: Sequence[Split]) -> Comparison:
    """Return the comparison of what was gathered, split by fields or by period."""
    baseline, proposal = sides.baseline.ruleset, sides.proposal.ruleset
    places = baseline.policy.money_places
    before, after = _Sums(baseline), _Sums(proposal)
    pairs: list[DecisionPair] = []
    values_of_splits: list[list[Known | None]] = [[] for _ in splits]
    readers = [_reader(each, sides) for each in splits]
    for period, agent in sides.pairs():
        values = sides.baseline.values[period][agent], sides.proposal.values[period][agent]
        snapshots = sides.baseline.snapshots[period][agent], sides.proposal.snapshots[period][agent]
        before.add(values[0])
        after.add(values[1])
        pairs.append(_pair(sides, snapshots, values))
        for found, reader in zip(values_of_splits, readers, strict=True):
            found.append(reader.value(snapshots))
    last = {agent: period for period, agent in sides.pairs()}
    return Comparison(
        baseline=_compared(baseline),
        proposal=_compared(proposal),
        currency=str(baseline.policy.shape.currency),
        money_places=places,
        rows=sides.rows,
        cost=_total(pairs, places),
        agents=tally(_by_agent(pairs).values(), places),
        per_decision=tally((pair.cost.units for pair in pairs), places),
        rules=tuple(_rule_costs(before, after)),
        floor_added=Cost(before.floor.units, after.floor.units, places),
        deferred=Cost(_deferred(sides.baseline, last), _deferred(sides.proposal, last), places),
        groupings=tuple(
            _grouping(each, found, pairs, places)
            for each, found in zip(splits, values_of_splits, strict=True)
        ),
        statuses=tuple(_statuses(pairs)),
        decisions=tuple(pairs),
        covered_by_one=sides.covered_by_one,
        rejected=sides.rejected,
        notes=sides.notes,
    )


def _units(values: RowValues, name: str, unit: int) -> int:
    """Return a result in money in the currency's smallest unit; what is unknown is not paid."""
    numerator, denominator = values.scaled(name)
    # Every amount is a whole number of these units: a kind rounds what it pays.
    return (numerator or 0) * unit // denominator


def _deferred(side: Evaluated, last: Mapping[str, Period]) -> int:
    """Return what rules still owe after each agent's last decision, in the currency's smallest unit."""
    policy = side.ruleset.policy
    later = [node for line in policy.lines for node in line.still_owed]
    found = (side.values[period][agent].value(node) for agent, period in last.items() for node in later)
    return int(sum(Fraction(value or 0) for value in found) * 10**policy.money_places)


def _pair(
    sides: Gathered, snapshots: tuple[Snapshot, Snapshot], values: tuple[RowValues, RowValues]
) -> DecisionPair:
    before = sides.baseline.ruleset.decision(snapshots[0], values[0])
    after = sides.proposal.ruleset.decision(snapshots[1], values[1])
    places = sides.baseline.ruleset.policy.money_places
    totals = [_units(each, "total", 10**places) for each in values]
    return DecisionPair(before, after, Cost(totals[0], totals[1], places), before.status, after.status)


def _compared(ruleset: Ruleset) -> Compared:
    identity = ruleset.identity
    return Compared(identity, ruleset.policy.shape.title or Title(identity.id, identity.id))


def _total(pairs: Iterable[DecisionPair], places: int) -> Cost:
    before = after = 0
    for pair in pairs:
        before += pair.cost.units_before
        after += pair.cost.units_after
    return Cost(before, after, places)


def _by_agent(pairs: Iterable[DecisionPair]) -> Mapping[str, int]:
    """Return each agent's difference over all periods."""
    differences: dict[str, int] = {}
    for pair in pairs:
        differences[pair.agent] = differences.get(pair.agent, 0) + pair.cost.units
    return differences


def _rule_costs(before: _Sums, after: _Sums) -> Iterator[RuleCost]:
    """Yield the rules in the order of the baseline, then those that only the proposal has."""
    ours = {str(line.rule.id): line.rule for line in before.ruleset.policy.lines}
    theirs = {str(line.rule.id): line.rule for line in after.ruleset.policy.lines}
    places = before.ruleset.policy.money_places
    nothing = _Sum()
    for name, rule in {**ours, **theirs, **ours}.items():
        paid_before = before.rules.get(name, nothing)
        paid_after = after.rules.get(name, nothing)
        yield RuleCost(
            rule=name,
            title=rule.shown_title,
            kind_before=ours[name].kind if name in ours else None,
            kind_after=theirs[name].kind if name in theirs else None,
            pays=name in before.rules or name in after.rules,
            cost=Cost(paid_before.units, paid_after.units, places),
            paid_before=paid_before.paid,
            paid_after=paid_after.paid,
        )


def _statuses(pairs: Iterable[DecisionPair]) -> Iterator[StatusCount]:
    counts = Counter((pair.status_before, pair.status_after) for pair in pairs)
    for before in STATUSES:
        for after in STATUSES:
            if counts[before, after]:
                yield StatusCount(before, after, counts[before, after])


# --- Splitting by an attribute


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where the value of an attribute or metric stands in the snapshots of the ruleset that declares it."""

    field: InputField
    side: int
    place: int

    @classmethod
    def of(cls, field: InputField, sides: Gathered) -> _Reader:
        """Return the reader of a field of either ruleset, the baseline's where both have it."""
        both: tuple[Evaluated, Evaluated] = (sides.baseline, sides.proposal)
        side = next(number for number, each in enumerate(both) if field in each.ruleset.policy.fields)
        return cls(field, side, both[side].ruleset.input_names.index(field.name))

    def value(self, snapshots: tuple[Snapshot, Snapshot]) -> Known | None:
        """Return the value that one row has; None where it is missing."""
        taken: Taken = snapshots[self.side].row[self.place]
        if taken is None or isinstance(taken, bool):
            return taken
        return Fraction(taken, 10**self.field.places)


@dataclass(frozen=True, slots=True)
class _PeriodReader:
    """Reads the period, which is the same under both rulesets."""

    def value(self, snapshots: tuple[Snapshot, Snapshot]) -> Known | None:
        """Return the period's name, as the number that stands for the text."""
        return Fraction(text_number(str(snapshots[0].period)))


def _reader(split: Split, sides: Gathered) -> _Reader | _PeriodReader:
    return _PeriodReader() if isinstance(split, PeriodSplit) else _Reader.of(split, sides)


def _grouping(
    field: Split, values: Sequence[Known | None], pairs: Sequence[DecisionPair], places: int
) -> Grouping:
    members: dict[Known | None, list[DecisionPair]] = {}
    for value, pair in zip(values, pairs, strict=True):
        members.setdefault(value, []).append(pair)
    known = [value for value in members if value is not None]
    known.sort(key=_in_alphabet if field.type.name == "text" else None)
    in_order = [*known, *([None] if None in members else [])]
    return Grouping(
        name=field.name,
        title=field.title,
        type=field.type,
        places=field.places,
        groups=tuple(_group(value, members[value], places) for value in in_order),
        of_decisions=tuple(values),
        by_period=isinstance(field, PeriodSplit),
    )


def _in_alphabet(value: Known) -> str:
    return text_of(int(value))


def _group(value: Known | None, pairs: Sequence[DecisionPair], places: int) -> Group:
    return Group(
        value=value,
        cost=_total(pairs, places),
        agents=tally(_by_agent(pairs).values(), places),
        decisions=tally((pair.cost.units for pair in pairs), places),
    )
