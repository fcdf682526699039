"""Binding a program to a period: what depends on the calendar alone becomes constant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import (
    AllOf,
    AnyOf,
    Band,
    Choose,
    Compare,
    Default,
    Greatest,
    Inverse,
    Known,
    Least,
    Node,
    Not,
    PeriodNumber,
    PeriodTruth,
    Pick,
    Product,
    Program,
    Quotient,
    Round,
    Sum,
    in_order,
)
from incentive_engine.ruleset.period import Cadence, Period


@dataclass(frozen=True, slots=True)
class Bound:
    """A program without `PeriodTruth`, `PeriodNumber` and `Inverse`, and what became of each node."""

    program: Program
    nodes: Mapping[Node, Node]


def bind(program: Program, period: Period, builder: Builder, watched: Iterable[Node] = ()) -> Bound:
    """Return the program as it is in one period.

    The nodes are made by `builder`, so that two periods with the same parameters bind to the same nodes.
    `watched` are further nodes whose bound form is wanted.
    """
    binding = _Binding(period, builder)
    for node in in_order([*program.roots(), *watched]):
        binding.nodes[node] = binding.bound(node)
    results = {name: binding.nodes[node] for name, node in program.results.items()}
    states = {slot: binding.nodes[node] for slot, node in program.states.items()}
    return Bound(Program(results, states), binding.nodes)


class _Binding:
    """The nodes bound so far; a node is bound after all that it reads."""

    def __init__(self, period: Period, builder: Builder) -> None:
        self.nodes: dict[Node, Node] = {}
        self._period = period
        self._build = builder

    def bound(self, node: Node) -> Node:  # noqa: C901, PLR0911, PLR0912 -- one case for each form that may fold
        """Return a node's bound form: its parts are bound, and constants that meet are folded."""
        build, nodes = self._build, self.nodes
        match node:
            case PeriodTruth(test):
                return build.truth(test.holds(self._period))
            case PeriodNumber(quantity, window):
                return build.constant(self._number(quantity, window))
            case Sum(terms):
                return build.add(*self._all(terms))
            case Product(factors):
                return build.multiply(*self._all(factors))
            case Inverse(divisor):
                return build.inverse(nodes[divisor])
            case Quotient(dividend, divisor, places, rounding):
                return build.quotient(nodes[dividend], nodes[divisor], places, rounding)
            case Round(value, places, rounding):
                return build.round(nodes[value], places, rounding)
            case Least(terms):
                return build.least(*self._all(terms))
            case Greatest(terms):
                return build.greatest(*self._all(terms))
            case Compare(operator, left, right):
                return build.compare(operator, nodes[left], nodes[right])
            case AllOf(terms):
                return build.all_of(*self._all(terms))
            case AnyOf(terms):
                return build.any_of(*self._all(terms))
            case Not(term):
                return build.opposite(nodes[term])
            case Known(value):
                return build.known(nodes[value])
            case Default(value, otherwise):
                return build.default(nodes[value], nodes[otherwise])
            case Choose(condition, then, otherwise):
                return build.choose(nodes[condition], nodes[then], nodes[otherwise])
            case Band(value, limits, includes_limit):
                return build.band(nodes[value], self._all(limits), includes_limit=includes_limit)
            case Pick(index, options, first):
                return build.pick(nodes[index], self._all(options), first=first)
        return self._with_bound_parts(node)

    def _number(self, quantity: Literal["start", "end", "days"], window: Cadence | None) -> int:
        period = self._period if window is None else self._period.within(window)
        match quantity:
            case "start":
                return period.start.toordinal()
            case "end":
                return period.end.toordinal()
            case _:
                return period.days

    def _all(self, nodes: Sequence[Node]) -> list[Node]:
        return [self.nodes[node] for node in nodes]

    def _with_bound_parts(self, node: Node) -> Node:
        parts = {each.name: self._part(getattr(node, each.name)) for each in fields(node)}
        return self._build.same(replace(node, **parts))

    def _part(self, value: object) -> object:
        """Return what stands in a field of a node, with the nodes in it bound."""
        if isinstance(value, tuple):
            return tuple(self._part(each) for each in value)
        return self.nodes[value] if isinstance(value, Node) else value
