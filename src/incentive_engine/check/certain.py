"""What is certain of a compiled ruleset: between which values its nodes lie, in every case that it knows.

The cases are the periods between which its dates and seasons change something, and the values of attributes
that are a choice. What depends on other data is judged by its declared range, so that whatever is said here
holds for everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from incentive_engine.compile.policy import InputField, Policy
from incentive_engine.graph.bind import bind
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.instructions import Lowered
from incentive_engine.graph.lower import lower
from incentive_engine.graph.nodes import (
    Ahead,
    Constant,
    Input,
    Node,
    OverPeers,
    PeerNode,
    PeriodNumber,
    PeriodTruth,
    Program,
    arguments,
    in_order,
)
from incentive_engine.kinds.cases import telling_periods
from incentive_engine.language.types import BOOLEAN
from incentive_engine.ruleset.period import DateRange, Period, Season, period_of

_MOST_CASES = 48
_MOST_PERIODS = 60
_NUMBER_OF_OTHERS = Interval(0, None, may_be_unknown=True)  # Perhaps there are none, perhaps nobody knows.


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a period and, where they matter, the values of attributes; the intervals of everything in it.

    Of what is `open` nothing is certain.
    """

    period: Period
    options: Mapping[str, str]
    open: Collection[Node]
    lowered: Lowered
    bound: Mapping[Node, Node]
    intervals: Sequence[Interval]

    def interval(self, node: Node) -> Interval:
        """Return what integers, over the denominator of its instruction, a node may stand for."""
        if node in self.open:
            low, high = (0, 1) if node.boolean else (None, None)
            return Interval(low, high, may_be_unknown=True)
        return self.intervals[self.lowered.places_of[self.bound[node]]]

    def number(self, node: Node) -> Fraction | None:
        """Return the value of a number that is certain where it is known, else None."""
        interval = self.interval(node)
        if interval.low is None or interval.low != interval.high:
            return None
        place = self.lowered.places_of[self.bound[node]]
        return Fraction(interval.low, self.lowered.instructions[place].denominator)

    def told(self, nodes: Iterable[Node]) -> str:
        """Return the case in brackets behind a space, ` (level = junior, 2026-04)`.

        Only that is told on which some nodes depend; where it is nothing the text is empty.
        """
        read = in_order(nodes)
        names = {node.name for node in read if isinstance(node, Input)}
        parts = [f"{name} = {option}" for name, option in self.options.items() if name in names]
        if any(isinstance(node, PeriodTruth | PeriodNumber) for node in read):
            parts.append(str(self.period))
        return f" ({', '.join(parts)})" if parts else ""


def cases_of(policy: Policy, nodes: Sequence[Node]) -> Iterator[Case]:
    """Yield the cases that between them are all there are, in periods in which the ruleset is in force."""
    periods, reads_days = _periods(policy, nodes)
    for period in periods:
        bound = bind(Program({}), period, Builder(), nodes).nodes
        lowered = lower(Program({}), [bound[node] for node in nodes])
        fields = [field for field in policy.fields if field.name in lowered.inputs]
        for options in _combinations(fields):
            given = {
                lowered.inputs[field.name]: _interval(field, options.get(field.name)) for field in fields
            }
            given |= {peer.place: _NUMBER_OF_OTHERS for peer in lowered.peers if _counts(peer.node)}
            named = {name: _option(fields, name, index) for name, index in options.items()}
            intervals = bounds(lowered, given)
            yield Case(period, named, reads_days, lowered, bound, intervals)


def _option(fields: Sequence[InputField], name: str, index: int) -> str:
    return next(field.type.options[index] for field in fields if field.name == name)


def _combinations(fields: Sequence[InputField]) -> Iterator[dict[str, int]]:
    """Yield the combinations of the values of attributes, as far as they are few."""
    few: dict[str, range] = {}
    for field in fields:
        values = range(len(field.type.options))
        if values and prod(map(len, few.values())) * len(values) <= _MOST_CASES:
            few[field.name] = values
    for combination in product(*few.values()):
        yield dict(zip(few, combination, strict=True))


def _interval(field: InputField, option: int | None) -> Interval:
    """Return what integers a field may stand for: its value in this case, or its declared range."""
    unknown = field.missing is None and not field.required
    if option is not None:
        return Interval(option, option, unknown)
    if field.type is BOOLEAN:
        return Interval(0, 1, unknown)
    steps = 10**field.places
    low, high = (None if end is None else int(end * steps) for end in (field.lowest, field.highest))
    return Interval(low, high, unknown)


def _counts(node: PeerNode) -> bool:
    """Whether a result over peers is a number of others."""
    counts = isinstance(node, OverPeers) and isinstance(node.value, Constant) and node.value.value >= 0
    return counts or isinstance(node, Ahead)


# --- Periods


def _periods(policy: Policy, nodes: Sequence[Node]) -> tuple[Sequence[Period], Collection[Node]]:
    """Return periods in force that between them answer all questions in every way.

    Where the days of a period matter, no period is like another, and all are looked at; where these are too
    many, what depends on their days comes second.
    """
    found = in_order(nodes)
    reads_days: set[Node] = set()
    for node in found:
        if _asks_for_days(node) or not reads_days.isdisjoint(arguments(node)):
            reads_days.add(node)
    every = _every_period(policy) if reads_days else ()
    if every:
        return every, frozenset()
    tests = (*(node.test for node in found if isinstance(node, PeriodTruth)), policy.effective)
    telling = telling_periods(tests, policy.cadence)
    return [period for period in telling if policy.effective.holds(period)], reads_days


def _asks_for_days(node: Node) -> bool:
    """Whether a node asks of a period what no few periods can answer for all."""
    if isinstance(node, PeriodTruth):
        return not isinstance(node.test, DateRange | Season)
    return isinstance(node, PeriodNumber)


def _every_period(policy: Policy) -> Sequence[Period]:
    """Return all periods in which the ruleset is in force; none where they are too many."""
    first, last = policy.effective.first, policy.effective.last
    if first is None or last is None:
        return ()
    found: list[Period] = []
    period = period_of(first, policy.cadence)
    while period.start <= last:
        if len(found) == _MOST_PERIODS:
            return ()
        found.append(period)
        period = period.next()
    return found
