"""What a program means: the specification that runs.

This module is read beside graph/nodes.py. It works every node out by the definition given there, in exact
fractions, agent by agent and period by period, and takes no shortcut; it shares no code with the evaluators
that have to be fast, which are tested to give the same values.

An operation on an unknown is unknown. Here that is one rule for all: to ask for a value that is unknown
(`number`, `truth`, `known`) ends the working out, and the node is unknown. Only the nodes that say otherwise
look into `values` themselves, where an unknown is None.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, prod
from typing import assert_never

from incentive_engine.graph.nodes import (
    Ahead,
    AllOf,
    AnyOf,
    Apportion,
    Arithmetic,
    Band,
    Carried,
    Choice,
    Choose,
    Compare,
    Comparison,
    Constant,
    Default,
    Flag,
    Greatest,
    Input,
    Inverse,
    Known,
    Leaf,
    Least,
    Logic,
    Node,
    Not,
    OverPeers,
    PeerNode,
    PeriodNumber,
    PeriodTruth,
    Pick,
    Present,
    Product,
    Program,
    Quotient,
    Round,
    Sum,
    Truth,
    Unknown,
    WeightedMean,
    in_order,
)
from incentive_engine.graph.rounding import rounded
from incentive_engine.ruleset.period import Cadence, Period

Value = Fraction | bool | None
Inputs = Mapping[str, Value]
Rows = Mapping[Period, Mapping[str, Inputs]]

ZERO = Fraction(0)
ONE = Fraction(1)


class _UnknownError(Exception):
    """What is asked for is unknown."""


def evaluate(program: Program, rows: Rows) -> dict[Period, dict[str, dict[str, Value]]]:
    """Return what every agent gets: period, agent id, result name, value.

    `rows` are the snapshots: period, agent id, input name, value. A name that is not there is unknown.
    An agent's history runs from its first snapshot to its last, over every calendar period between them. That
    of events is the agent's events alone, one after the other.
    """
    nodes = in_order(program.roots())
    left: dict[str, Inputs] = {}
    decided: dict[Period, dict[str, dict[str, Value]]] = {}
    for period in _calendar(rows):
        underway = _underway(rows, period, left)
        for node in nodes:
            for moment in underway:
                moment.values[node] = _value(node, moment)
        for moment in underway:
            left[moment.agent] = {slot: moment.values[node] for slot, node in program.states.items()}
        if period in rows:
            decided[period] = {
                moment.agent: {name: moment.values[node] for name, node in program.results.items()}
                for moment in underway
                if moment.present
            }
    return decided


def _calendar(rows: Rows) -> list[Period]:
    """Return every period of the calendar from the earliest that has rows to the latest; of events, those."""
    if any(period.cadence is Cadence.EVENT for period in rows):
        return sorted(rows)
    calendar = [min(rows)] if rows else []
    while calendar and calendar[-1] < max(rows):
        calendar.append(calendar[-1].next())
    return calendar


def _underway(rows: Rows, period: Period, left: Mapping[str, Inputs]) -> list[Moment]:
    """Return the agents with a snapshot for the period, and those for whom it is a gap."""
    with_snapshot = rows.get(period, {})
    has_gaps = period.cadence is not Cadence.EVENT
    will_return = {agent for later, agents in rows.items() if later > period for agent in agents if has_gaps}
    in_a_gap = (left.keys() - with_snapshot.keys()) & will_return
    moments = [
        Moment(agent, period, with_snapshot.get(agent, {}), left.get(agent), present=agent in with_snapshot)
        for agent in sorted(with_snapshot.keys() | in_a_gap)
    ]
    peers = [moment for moment in moments if moment.present]
    for moment in peers:
        moment.peers = peers
    return moments


@dataclass(slots=True)
class Moment:
    """One agent in one period: what is given, and the value of every node worked out so far.

    `left` is what the agent's previous period left in each slot; None in its first. `present` is False in a
    gap. `peers` are the agents with a snapshot for the period, this one included; None in a gap.
    """

    agent: str
    period: Period
    inputs: Inputs
    left: Inputs | None
    present: bool
    peers: list[Moment] | None = None
    values: dict[Node, Value] = field(default_factory=dict)

    def knows(self, *nodes: Node) -> bool:
        """Return whether all the nodes have a value."""
        return all(self.values[node] is not None for node in nodes)

    def known(self, node: Node) -> Fraction | bool:
        """Return the value of a node."""
        return _known(self.values[node])

    def number(self, node: Node) -> Fraction:
        """Return the value of a number."""
        return Fraction(self.known(node))

    def truth(self, node: Node) -> bool:
        """Return the value of a truth."""
        return bool(self.known(node))

    def numbers(self, nodes: Iterable[Node]) -> list[Fraction]:
        """Return the values of numbers."""
        return [self.number(node) for node in nodes]


def _known(value: Value) -> Fraction | bool:
    if value is None:
        raise _UnknownError
    return value


def _value(node: Node, at: Moment) -> Value:
    try:
        return _meaning(node, at)
    except _UnknownError:
        return None


def _meaning(node: Node, at: Moment) -> Fraction | bool:
    if isinstance(node, Leaf):
        return _leaf(node, at)
    if isinstance(node, Arithmetic):
        return _arithmetic(node, at)
    if isinstance(node, Logic):
        return _logic(node, at)
    if isinstance(node, Choice):
        return _choice(node, at)
    if isinstance(node, PeerNode):
        return _over_peers(node, at)
    raise TypeError(f"{type(node).__name__} has no meaning")


def _leaf(node: Leaf, at: Moment) -> Fraction | bool:
    match node:
        case Input(name) | Flag(name):
            return _known(at.inputs.get(name))
        case Constant(value) | Truth(value):
            return value
        case Unknown():
            raise _UnknownError
        case PeriodTruth(test):
            return test.holds(at.period)
        case PeriodNumber(quantity, window):
            period = at.period if window is None else at.period.within(window)
            days = {"start": period.start.toordinal(), "end": period.end.toordinal(), "days": period.days}
            return Fraction(days[quantity])
        case Present():
            return at.present
        case Carried(slot, initial):
            return at.known(initial) if at.left is None else _known(at.left[slot])
    assert_never(node)


def _arithmetic(node: Arithmetic, at: Moment) -> Fraction:
    match node:
        case Sum(terms):
            return sum(at.numbers(terms), ZERO)
        case Product(factors):
            return prod(at.numbers(factors), start=ONE)
        case Inverse(divisor):
            return _divided(ONE, at.number(divisor))
        case Quotient(dividend, divisor, places, rounding):
            return rounded(_divided(at.number(dividend), at.number(divisor)), places, rounding)
        case Round(value, places, rounding):
            return rounded(at.number(value), places, rounding)
        case Least(terms):
            return min(at.numbers(terms))
        case Greatest(terms):
            return max(at.numbers(terms))
    assert_never(node)


def _divided(dividend: Fraction, divisor: Fraction) -> Fraction:
    if divisor == 0:
        raise _UnknownError
    return dividend / divisor


COMPARE: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


def _logic(node: Logic, at: Moment) -> bool:
    match node:
        case Compare(comparison, left, right):
            return COMPARE[comparison](at.number(left), at.number(right))
        case AllOf(terms):
            # One false decides, whatever else is unknown.
            return not any(at.values[term] is False for term in terms) and all(map(at.truth, terms))
        case AnyOf(terms):
            # One true decides, whatever else is unknown.
            return any(at.values[term] is True for term in terms) or any(map(at.truth, terms))
        case Not(term):
            return not at.truth(term)
        case Known(value):
            return at.knows(value)
    assert_never(node)


def _choice(node: Choice, at: Moment) -> Fraction | bool:
    match node:
        case Default(value, otherwise):
            return at.known(value if at.knows(value) else otherwise)
        case Choose(condition, then, otherwise):
            return at.known(then if at.truth(condition) else otherwise)
        case Band(value, limits, includes_limit):
            passes = operator.gt if includes_limit else operator.ge
            return Fraction(1 + sum(passes(at.number(value), limit) for limit in at.numbers(limits)))
        case Pick(index, options, first):
            chosen = {Fraction(first + place): option for place, option in enumerate(options)}
            if at.number(index) not in chosen:
                raise _UnknownError
            return at.known(chosen[at.number(index)])
        case WeightedMean():
            return _weighted_mean(node, at)
    assert_never(node)


def _weighted_mean(node: WeightedMean, at: Moment) -> Fraction:
    if min(at.numbers(node.weights)) < 0:
        raise _UnknownError
    counted = [
        (value, at.number(weight))
        for value, weight in zip(node.values, node.weights, strict=True)
        if at.knows(value) or not node.skip_unknown
    ]
    weighted = sum((at.number(value) * weight for value, weight in counted), ZERO)
    whole = sum((weight for _, weight in counted), ZERO)
    return rounded(_divided(weighted, whole), node.places, node.rounding)


# --- Peers ----------------------------------------------------------------------------------------------


def _over_peers(node: PeerNode, at: Moment) -> Fraction:
    members = _members(node, at)
    match node:
        case OverPeers(operation, value):
            known = [peer.number(value) for peer in members if peer.knows(value)]
            if operation == "sum":
                return sum(known, ZERO)
            if not known:
                raise _UnknownError
            return min(known) if operation == "lowest" else max(known)
        case Ahead():
            return _ahead(node, at, members)
        case Apportion():
            return _part(node, at, members)
    assert_never(node)


def _members(node: PeerNode, at: Moment) -> list[Moment]:
    """Return the members of the agent's group."""
    if at.peers is None:
        raise _UnknownError
    group = [at.known(key) for key in node.within]
    return [
        peer
        for peer in at.peers
        if [peer.values[key] for key in node.within] == group and peer.values[node.where] is True
    ]


def _ahead(node: Ahead, at: Moment, members: list[Moment]) -> Fraction:
    """Count who stands before the agent; the less a standing is, the further ahead."""

    def standing(peer: Moment) -> list[Fraction | str]:
        keys = zip(peer.numbers(node.keys), node.highest, strict=True)
        return [
            *(-key if highest else key for key, highest in keys),
            *([peer.agent] if node.by_agent else []),
        ]

    own = standing(at)
    ranked = [peer for peer in members if peer.knows(*node.keys)]
    before = [peer for peer in ranked if standing(peer) < own]
    if not node.units:
        return Fraction(len(before))
    units = {tuple(map(peer.known, node.units)) for peer in before if peer.knows(*node.units)}
    return Fraction(len(units))


def _part(node: Apportion, at: Moment, members: list[Moment]) -> Fraction:
    """Share out by largest remainders, and return the agent's part."""
    steps = floor(at.number(node.amount) * 10**node.places)
    own_weight, own_where = at.number(node.weight), at.truth(node.where)
    known = {peer.agent: peer.number(node.weight) for peer in members if peer.knows(node.weight)}
    weights = {agent: weight for agent, weight in known.items() if weight >= 0}
    whole = sum(weights.values(), ZERO)
    if steps < 0 or whole == 0:
        raise _UnknownError
    if own_weight < 0 or not own_where:
        return ZERO
    exact = {agent: steps * weight / whole for agent, weight in weights.items()}
    parts = {agent: floor(share) for agent, share in exact.items()}
    by_remainder = sorted(exact, key=lambda agent: (parts[agent] - exact[agent], agent))
    for agent in by_remainder[: steps - sum(parts.values())]:
        parts[agent] += 1
    return Fraction(parts[at.agent], 10**node.places)
