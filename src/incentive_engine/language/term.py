"""A chain of * and /: multiplied through first, divided at most once."""

from __future__ import annotations

from dataclasses import dataclass

from incentive_engine.graph.builder import Builder, has_exact_inverse
from incentive_engine.graph.nodes import Constant, Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.function import Places
from incentive_engine.language.types import COUNT, NUMBER, RATIO, Type, Value, dimensional


@dataclass(frozen=True, slots=True)
class Term:
    """What is multiplied, what is divided by, and what must not be zero though it divides nothing in the end.

    In `a / (b / c)` the c is multiplied; that a quotient by zero is unknown must still hold for it.
    """

    above: tuple[Value, ...]
    below: tuple[Value, ...] = ()
    not_zero: tuple[Node, ...] = ()

    def times(self, other: Term) -> Term:
        """The product of both."""
        return Term(self.above + other.above, self.below + other.below, self.not_zero + other.not_zero)

    def over(self, other: Term) -> Term:
        """This divided by the other."""
        divided = tuple(value.node for value in other.below if not isinstance(value.node, Constant))
        return Term(
            self.above + other.below,
            self.below + other.above,
            self.not_zero + other.not_zero + divided,
        )

    def negative(self, builder: Builder) -> Term:
        """This with the other sign."""
        return Term((Value(builder.constant(-1), NUMBER, bare=True),)).times(self)

    def is_zero(self, builder: Builder) -> bool:
        """Whether it is surely zero."""
        above = builder.multiply(*(value.node for value in self.above))
        return isinstance(above, Constant) and above.value == 0

    def value(self, builder: Builder, places: Places, rounding: Rounding) -> Value:
        """Return the value: exact where only constants divide, else one quotient, rounded to `places`."""
        type_ = self._type()
        divisors = [value.node for value in self.below]
        exact = [builder.inverse(node) for node in divisors if has_exact_inverse(node)]
        others = [node for node in divisors if not has_exact_inverse(node)]
        node = builder.multiply(*(value.node for value in self.above), *exact)
        if others:
            node = builder.quotient(node, builder.multiply(*others), places(type_), rounding)
        if self.not_zero:
            zero = builder.constant(0)
            divides = builder.all_of(*(builder.compare("!=", each, zero) for each in self.not_zero))
            node = builder.choose(divides, node, builder.unknown())
        return Value(node, type_, bare=all(value.bare for value in (*self.above, *self.below)))

    def _type(self) -> Type:
        money = sum(value.type.money for value in self.above) - sum(value.type.money for value in self.below)
        time = sum(value.type.time for value in self.above) - sum(value.type.time for value in self.below)
        definite = {value.type for value in self.above if not value.bare}
        if not self.below and definite == {RATIO} and not any(value.bare for value in self.above):
            return RATIO
        if not self.below and definite == {COUNT} and all(_is_whole(value) for value in self.above):
            return COUNT
        return dimensional(money, time)


def _is_whole(value: Value) -> bool:
    """Whether it is a count, or a whole number written out."""
    return not value.bare or (isinstance(value.node, Constant) and value.node.value.denominator == 1)
