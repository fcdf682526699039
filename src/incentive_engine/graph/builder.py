"""Makes nodes: the same object for the same meaning, with what is constant already worked out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from fractions import Fraction
from typing import Literal, TypeVar

from incentive_engine.graph.nodes import (
    Ahead,
    AllOf,
    AnyOf,
    Apportion,
    Band,
    Carried,
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
    Least,
    Node,
    Not,
    OverPeers,
    PeriodNumber,
    PeriodTruth,
    Pick,
    Present,
    Product,
    Quotient,
    Round,
    Sum,
    Truth,
    Unknown,
    WeightedMean,
    arguments,
    said,
)
from incentive_engine.graph.rounding import Rounding, rounded
from incentive_engine.ruleset.period import Cadence, PeriodTest

SomeNode = TypeVar("SomeNode", bound=Node)

_COMPARE: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}


class Builder:
    """Makes the nodes of one or several programs.

    Two calls that mean the same give the same object, so that what two rules, or two proposals, share is
    computed once. Constants are folded where that changes no value: an unknown is never lost. `true` and
    `false` are the two truths.
    """

    def __init__(self) -> None:
        self._made: dict[Hashable, Node] = {}
        self.true: Node = self.same(Truth(value=True))
        self.false: Node = self.same(Truth(value=False))

    def same(self, node: SomeNode) -> SomeNode:
        """Return this builder's own object for what a node says, as it stands."""
        key = (type(node), *said(node))
        made = self._made.setdefault(key, node)
        assert isinstance(made, type(node))  # noqa: S101 -- the key names the type; this tells mypy so
        return made

    # --- Leaves

    def input(
        self,
        name: str,
        *,
        places: int = 0,
        lowest: Fraction | None = None,
        highest: Fraction | None = None,
        optional: bool = True,
    ) -> Node:
        """A number of the snapshot, on the grid of `places`."""
        return self.same(Input(name, places, lowest, highest, optional))

    def flag(self, name: str, *, optional: bool = True) -> Node:
        """A truth value of the snapshot."""
        return self.same(Flag(name, optional))

    def constant(self, value: Fraction | int) -> Node:
        """A number."""
        return self.same(Constant(Fraction(value)))

    def truth(self, value: bool) -> Node:  # noqa: FBT001 -- the one argument is the value itself
        """True or false."""
        return self.true if value else self.false

    def unknown(self, *, boolean: bool = False) -> Node:
        """A value that is never known."""
        return self.same(Unknown(boolean))

    def period_truth(self, test: PeriodTest) -> Node:
        """The answer of a question about the period."""
        return self.same(PeriodTruth(test))

    def period_number(self, quantity: Literal["start", "end", "days"], window: Cadence | None = None) -> Node:
        """The period's first or last day, or its number of days; with a window, those of the longer one."""
        return self.same(PeriodNumber(quantity, window))

    def present(self) -> Node:
        """Whether the agent has a snapshot for the period."""
        return self.same(Present())

    def carried(self, slot: str, initial: Node) -> Node:
        """What the previous calendar period left in a slot."""
        return self.same(Carried(slot, initial))

    # --- Arithmetic

    def add(self, *terms: Node) -> Node:
        """The sum; of nothing it is zero."""
        total = Fraction(0)
        rest: list[Node] = []
        for term in _flat(Sum, "terms", terms):
            if isinstance(term, Constant):
                total += term.value
            elif isinstance(term, Unknown):
                return self.unknown()
            else:
                rest.append(term)
        if total or not rest:
            rest.append(self.constant(total))
        return rest[0] if len(rest) == 1 else self.same(Sum(tuple(rest)))

    def subtract(self, left: Node, right: Node) -> Node:
        """`left - right`."""
        return self.add(left, self.negative(right))

    def negative(self, value: Node) -> Node:
        """The number with the other sign."""
        return self.multiply(self.constant(-1), value)

    def multiply(self, *factors: Node) -> Node:
        """The product; of nothing it is one."""
        total = Fraction(1)
        rest: list[Node] = []
        for factor in _flat(Product, "factors", factors):
            if isinstance(factor, Constant):
                total *= factor.value
            elif isinstance(factor, Unknown):
                return self.unknown()
            else:
                rest.append(factor)
        if total != 1 or not rest:
            rest.insert(0, self.constant(total))
        return rest[0] if len(rest) == 1 else self.same(Product(tuple(rest)))

    def inverse(self, divisor: Node) -> Node:
        """One over what is constant once period and attributes are known.

        Raises:
            ValueError: if the divisor depends on anything else; use `quotient` there.
        """
        match divisor:
            case Constant(value=value):
                return self.constant(1 / value) if value else self.unknown()
            case Unknown():
                return divisor
            case Choose():
                return self.choose(
                    divisor.condition, self.inverse(divisor.then), self.inverse(divisor.otherwise)
                )
            case Pick():
                options = [self.inverse(option) for option in divisor.options]
                return self.pick(divisor.index, options, first=divisor.first)
        if not period_constant(divisor):
            raise ValueError("only what is constant in a period has an exact inverse")
        return self.same(Inverse(divisor))

    def quotient(
        self, dividend: Node, divisor: Node, places: int, rounding: Rounding = Rounding.HALF_UP
    ) -> Node:
        """`dividend / divisor`, rounded at once."""
        if has_exact_inverse(divisor):
            return self.round(self.multiply(dividend, self.inverse(divisor)), places, rounding)
        if isinstance(dividend, Unknown):
            return self.unknown()
        return self.same(Quotient(dividend, divisor, places, rounding))

    def round(self, value: Node, places: int, rounding: Rounding = Rounding.HALF_UP) -> Node:
        """The value rounded to decimal places."""
        match value:
            case Constant():
                return self.constant(rounded(value.value, places, rounding))
            case Unknown():
                return value
            case Input() | Round() | Quotient() | WeightedMean() if value.places <= places:
                return value
        return self.same(Round(value, places, rounding))

    def least(self, *terms: Node) -> Node:
        """The least of one or more numbers."""
        return self._extreme(Least, min, terms)

    def greatest(self, *terms: Node) -> Node:
        """The greatest of one or more numbers."""
        return self._extreme(Greatest, max, terms)

    def clamp(self, value: Node, lowest: Node, highest: Node) -> Node:
        """The value, but at least `lowest` and at most `highest`."""
        return self.least(self.greatest(value, lowest), highest)

    def _extreme(
        self,
        form: type[Least | Greatest],
        better: Callable[[Iterable[Fraction]], Fraction],
        terms: Sequence[Node],
    ) -> Node:
        parts = dict.fromkeys(_flat(form, "terms", terms))
        if any(isinstance(part, Unknown) for part in parts):
            return self.unknown()
        constants = [part.value for part in parts if isinstance(part, Constant)]
        rest = [part for part in parts if not isinstance(part, Constant)]
        if constants:
            rest.append(self.constant(better(constants)))
        return rest[0] if len(rest) == 1 else self.same(form(tuple(rest)))

    # --- Truth

    def compare(self, operator: Literal["<", "<=", "==", "!=", ">", ">="], left: Node, right: Node) -> Node:
        """A comparison of two numbers."""
        if operator == ">":
            return self.compare("<", right, left)
        if operator == ">=":
            return self.compare("<=", right, left)
        if isinstance(left, Constant) and isinstance(right, Constant):
            return self.truth(_COMPARE[operator](left.value, right.value))
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return self.unknown(boolean=True)
        return self.same(Compare(operator, left, right))

    def all_of(self, *terms: Node) -> Node:
        """Kleene's and; of nothing it is true."""
        parts = [part for part in dict.fromkeys(_flat(AllOf, "terms", terms)) if part is not self.true]
        if self.false in parts:
            return self.false
        if len(parts) < 2:  # noqa: PLR2004 -- none or one term needs no node
            return parts[0] if parts else self.true
        return self.same(AllOf(tuple(parts)))

    def any_of(self, *terms: Node) -> Node:
        """Kleene's or; of nothing it is false."""
        parts = [part for part in dict.fromkeys(_flat(AnyOf, "terms", terms)) if part is not self.false]
        if self.true in parts:
            return self.true
        if len(parts) < 2:  # noqa: PLR2004 -- none or one term needs no node
            return parts[0] if parts else self.false
        return self.same(AnyOf(tuple(parts)))

    def opposite(self, term: Node) -> Node:
        """The other truth value."""
        match term:
            case Truth():
                return self.truth(not term.value)
            case Unknown():
                return term
            case Not():
                return term.term
        return self.same(Not(term))

    def known(self, value: Node) -> Node:
        """Whether a value is known."""
        match value:
            case Constant() | Truth() | Known() | PeriodTruth() | PeriodNumber() | Present():
                return self.true
            case Unknown():
                return self.false
        # Not so an input that every snapshot has: while history steps over a gap there is no snapshot.
        return self.same(Known(value))

    # --- Choice

    def default(self, value: Node, otherwise: Node) -> Node:
        """The value where it is known, else the other one."""
        known = self.known(value)
        if isinstance(known, Truth):
            return value if known.value else otherwise
        return self.same(Default(value, otherwise))

    def choose(self, condition: Node, then: Node, otherwise: Node) -> Node:
        """One of two values by a condition."""
        match condition:
            case Truth():
                return then if condition.value else otherwise
            case Unknown():
                return self.unknown(boolean=then.boolean)
        return self.same(Choose(condition, then, otherwise))

    def band(self, value: Node, limits: Sequence[Node], *, includes_limit: bool) -> Node:
        """The number of the band that a value lies in, from 1."""
        if not limits:
            return self.choose(self.known(value), self.constant(1), self.unknown())
        if any(isinstance(part, Unknown) for part in (value, *limits)):
            return self.unknown()
        return self.same(Band(value, tuple(limits), includes_limit))

    def pick(self, index: Node, options: Sequence[Node], *, first: int = 1) -> Node:
        """The option that an index points at."""
        match index:
            case Constant(value=value):
                place = value - first
                if 0 <= place < len(options):
                    return options[int(place)]
                return self.unknown(boolean=options[0].boolean)
            case Unknown():
                return self.unknown(boolean=options[0].boolean)
        return self.same(Pick(index, tuple(options), first))

    def weighted_mean(
        self,
        values: Sequence[Node],
        weights: Sequence[Node],
        *,
        skip_unknown: bool,
        places: int,
        rounding: Rounding = Rounding.HALF_UP,
    ) -> Node:
        """The mean of values by weights, rounded at once."""
        return self.same(WeightedMean(tuple(values), tuple(weights), skip_unknown, places, rounding))

    # --- Peers

    def over_peers(
        self,
        operation: Literal["sum", "lowest", "highest"],
        value: Node,
        *,
        within: Sequence[Node] = (),
        where: Node | None = None,
    ) -> Node:
        """The sum, lowest or highest of a value over the members of the agent's group."""
        return self.same(OverPeers(operation, value, tuple(within), where or self.true))

    def ahead(
        self,
        keys: Sequence[Node],
        highest: Sequence[bool],
        *,
        within: Sequence[Node] = (),
        where: Node | None = None,
        units: Sequence[Node] = (),
        by_agent: bool = False,
    ) -> Node:
        """How many members, or units of members, stand strictly before the agent."""
        return self.same(
            Ahead(tuple(keys), tuple(highest), tuple(within), where or self.true, tuple(units), by_agent)
        )

    def apportion(
        self,
        amount: Node,
        weight: Node,
        *,
        places: int,
        within: Sequence[Node] = (),
        where: Node | None = None,
    ) -> Node:
        """The agent's part of an amount shared by weight to the last place."""
        return self.same(Apportion(amount, weight, tuple(within), where or self.true, places))


def _flat(form: type[Node], field: str, parts: Iterable[Node]) -> list[Node]:
    """Return the parts with those of the same form replaced by their own parts."""
    found: list[Node] = []
    for part in parts:
        if isinstance(part, form):
            found.extend(getattr(part, field))
        else:
            found.append(part)
    return found


def period_constant(node: Node) -> bool:
    """Whether a number is constant once the period is known.

    Sums and products of constants, period numbers and choices by the period are; anything that reads the
    snapshot, its peers or its history is not.
    """
    if isinstance(node, _COMBINING):
        return all(period_constant(part) for part in arguments(node))
    return isinstance(node, Constant | Truth | Unknown | PeriodNumber | PeriodTruth)


_COMBINING = (Sum, Product, Inverse, Round, Least, Greatest, Choose, Compare, AllOf, AnyOf, Not)


def has_exact_inverse(divisor: Node) -> bool:
    """Whether `Builder.inverse` accepts a divisor: a constant, or a choice among such by an attribute."""
    match divisor:
        case Choose():
            return has_exact_inverse(divisor.then) and has_exact_inverse(divisor.otherwise)
        case Pick():
            return all(has_exact_inverse(option) for option in divisor.options)
    return period_constant(divisor)
