"""A builder that folds nothing, and programs written out line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
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
    Pick,
    Product,
    Program,
    Quotient,
    Round,
    Sum,
    in_order,
)
from incentive_engine.graph.rounding import Rounding


class PlainBuilder(Builder):
    """Makes every node as it is asked for: nothing is folded, flattened or left out."""

    def add(self, *terms: Node) -> Node:
        return self.same(Sum(terms))

    def multiply(self, *factors: Node) -> Node:
        return self.same(Product(factors))

    def inverse(self, divisor: Node) -> Node:
        return self.same(Inverse(divisor))

    def quotient(
        self, dividend: Node, divisor: Node, places: int, rounding: Rounding = Rounding.HALF_UP
    ) -> Node:
        return self.same(Quotient(dividend, divisor, places, rounding))

    def round(self, value: Node, places: int, rounding: Rounding = Rounding.HALF_UP) -> Node:
        return self.same(Round(value, places, rounding))

    def least(self, *terms: Node) -> Node:
        return self.same(Least(terms))

    def greatest(self, *terms: Node) -> Node:
        return self.same(Greatest(terms))

    def compare(self, operator: Literal["<", "<=", "==", "!=", ">", ">="], left: Node, right: Node) -> Node:
        match operator:
            case ">":
                return self.same(Compare("<", right, left))
            case ">=":
                return self.same(Compare("<=", right, left))
            case _:
                return self.same(Compare(operator, left, right))

    def all_of(self, *terms: Node) -> Node:
        return self.same(AllOf(terms))

    def any_of(self, *terms: Node) -> Node:
        return self.same(AnyOf(terms))

    def opposite(self, term: Node) -> Node:
        return self.same(Not(term))

    def known(self, value: Node) -> Node:
        return self.same(Known(value))

    def default(self, value: Node, otherwise: Node) -> Node:
        return self.same(Default(value, otherwise))

    def choose(self, condition: Node, then: Node, otherwise: Node) -> Node:
        return self.same(Choose(condition, then, otherwise))

    def band(self, value: Node, limits: Sequence[Node], *, includes_limit: bool) -> Node:
        return self.same(Band(value, tuple(limits), includes_limit))

    def pick(self, index: Node, options: Sequence[Node], *, first: int = 1) -> Node:
        return self.same(Pick(index, tuple(options), first))


def listing(program: Program) -> str:
    """Return a program line by line, each node with its place, for messages of failed tests."""
    nodes = in_order(program.roots())
    places = {node: place for place, node in enumerate(nodes)}

    def shown(value: object) -> str:
        if isinstance(value, Node):
            return f"#{places[value]}"
        if isinstance(value, tuple):
            return f"({', '.join(shown(part) for part in value)})"
        return str(value)

    lines = [
        f"#{place} {type(node).__name__} "
        + ", ".join(f"{each.name}={shown(getattr(node, each.name))}" for each in fields(node))
        for place, node in enumerate(nodes)
    ]
    results = [f"result {name} = {shown(node)}" for name, node in program.results.items()]
    states = [f"state {slot} = {shown(node)}" for slot, node in program.states.items()]
    return "\n".join([*lines, *results, *states])
