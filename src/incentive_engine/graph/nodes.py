"""The nodes of a program: numbers and booleans, exact, with unknown as a value.

A node states what it means; nothing here computes. `evaluate/reference.py` is the specification that runs.
Every node is either a number (a rational) or a boolean, and every one may be *unknown*: an operation on an
unknown is unknown unless its docstring says otherwise. Text, choices and dates are numbers by the time they
arrive here: a choice is its index from 0, a date its proleptic ordinal, a text the number that its UTF-8
bytes spell.

Nodes are made by a `Builder` (graph/builder.py), which gives the same object for the same meaning, so that
nodes are compared by identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cache
from typing import Literal

from incentive_engine.graph.rounding import Rounding
from incentive_engine.ruleset.period import Cadence, PeriodTest

Comparison = Literal["<", "<=", "==", "!="]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value of the program. `boolean` tells a truth value from a number."""

    @property
    def boolean(self) -> bool:
        """Whether the value is true or false rather than a number."""
        return False


@dataclass(frozen=True, slots=True, eq=False)
class BooleanNode(Node):
    """A node that is always a boolean."""

    @property
    def boolean(self) -> bool:
        """Whether the value is true or false rather than a number."""
        return True


# --- Leaves ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Input(Node):
    """A metric or attribute of the snapshot, already checked and rounded to `places`.

    `lowest` and `highest` are the declared range (None where it is open), `optional` says whether a snapshot
    may leave it unknown. While history steps over a gap every input is unknown, optional or not.
    """

    name: str
    places: int
    lowest: Fraction | None
    highest: Fraction | None
    optional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Flag(BooleanNode):
    """A metric or attribute of the snapshot that is true or false; `optional` as for an `Input`."""

    name: str
    optional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Node):
    """A number known when the ruleset is read."""

    value: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Truth(BooleanNode):
    """True or false, known when the ruleset is read."""

    value: bool


@dataclass(frozen=True, slots=True, eq=False)
class Unknown(Node):
    """A value that is never known."""

    of_boolean: bool

    @property
    def boolean(self) -> bool:
        """Whether a truth value is what is unknown."""
        return self.of_boolean


@dataclass(frozen=True, slots=True, eq=False)
class PeriodTruth(BooleanNode):
    """The answer of a question about the period alone; binding to a period makes it a `Truth`."""

    test: PeriodTest


@dataclass(frozen=True, slots=True, eq=False)
class PeriodNumber(Node):
    """The period's first or last day as a date, or its number of days; binding makes it a `Constant`.

    With a `window` they are those of the longer period that the period lies in.
    """

    quantity: Literal["start", "end", "days"]
    window: Cadence | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Present(BooleanNode):
    """Whether the agent has a snapshot for the period: false only while history steps over a gap."""


@dataclass(frozen=True, slots=True, eq=False)
class Carried(Node):
    """What the agent's previous calendar period left in a slot of the program's states.

    In the agent's first period (the earliest one supplied) it is `initial`, a constant, truth or unknown.
    """

    slot: str
    initial: Node

    @property
    def boolean(self) -> bool:
        """Whether the slot holds a truth value."""
        return self.initial.boolean


Leaf = Input | Flag | Constant | Truth | Unknown | PeriodTruth | PeriodNumber | Present | Carried


# --- Arithmetic -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Sum(Node):
    """The exact sum of two or more numbers."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Product(Node):
    """The exact product of two or more numbers."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Inverse(Node):
    """One over a number that is constant once the period is bound and the attributes are known.

    It stands only over constants, period numbers, and choices or picks among such; binding moves it down to
    the constants, so that no evaluator meets it. The inverse of zero is unknown.
    """

    divisor: Node


@dataclass(frozen=True, slots=True, eq=False)
class Quotient(Node):
    """`dividend / divisor`, rounded at once; unknown where the divisor is zero."""

    dividend: Node
    divisor: Node
    places: int
    rounding: Rounding


@dataclass(frozen=True, slots=True, eq=False)
class Round(Node):
    """The value rounded to decimal places."""

    value: Node
    places: int
    rounding: Rounding


@dataclass(frozen=True, slots=True, eq=False)
class Least(Node):
    """The least of one or more numbers; unknown where any is."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Greatest(Node):
    """The greatest of one or more numbers; unknown where any is."""

    terms: tuple[Node, ...]


Arithmetic = Sum | Product | Inverse | Quotient | Round | Least | Greatest


# --- Truth ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Compare(BooleanNode):
    """A comparison of two numbers; unknown where either is."""

    operator: Comparison
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class AllOf(BooleanNode):
    """Kleene's and: false where any term is false, else unknown where any is unknown, else true."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf(BooleanNode):
    """Kleene's or: true where any term is true, else unknown where any is unknown, else false."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(BooleanNode):
    """The opposite; unknown where the term is."""

    term: Node


@dataclass(frozen=True, slots=True, eq=False)
class Known(BooleanNode):
    """Whether a value is known; itself always known."""

    value: Node


Logic = Compare | AllOf | AnyOf | Not | Known


# --- Choice ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Default(Node):
    """The value where it is known, else the other one."""

    value: Node
    otherwise: Node

    @property
    def boolean(self) -> bool:
        """Whether the two are truth values."""
        return self.value.boolean


@dataclass(frozen=True, slots=True, eq=False)
class Choose(Node):
    """One of two values by a condition; unknown where the condition is.

    What is not chosen has no influence.
    """

    condition: Node
    then: Node
    otherwise: Node

    @property
    def boolean(self) -> bool:
        """Whether the two are truth values."""
        return self.then.boolean


@dataclass(frozen=True, slots=True, eq=False)
class Band(Node):
    """The number, from 1, of the band that a value lies in: one more than the number of limits passed.

    The limits ascend strictly. A value equal to a limit lies in the band below it where `includes_limit`
    ("upto"), in the one above it otherwise ("below", "from"). Unknown where the value or any limit is.
    """

    value: Node
    limits: tuple[Node, ...]
    includes_limit: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pick(Node):
    """The option that an index, counted from `first`, points at; unknown where the index is or has none.

    What is not picked has no influence. The index is a whole number.
    """

    index: Node
    options: tuple[Node, ...]
    first: int

    @property
    def boolean(self) -> bool:
        """Whether the options are truth values."""
        return self.options[0].boolean


@dataclass(frozen=True, slots=True, eq=False)
class WeightedMean(Node):
    """The mean of values by weights that are not negative, rounded at once.

    With `skip_unknown` an unknown value leaves the mean with its weight, and all unknown is unknown;
    without it any unknown value makes the mean unknown. Any weight that is unknown or below zero makes the
    mean unknown, even that of an unknown value, and so does a sum of zero of the weights that count. Before
    it is rounded the mean lies within the range of its values.
    """

    values: tuple[Node, ...]
    weights: tuple[Node, ...]
    skip_unknown: bool
    places: int
    rounding: Rounding


Choice = Default | Choose | Band | Pick | WeightedMean


# --- Peers ----------------------------------------------------------------------------------------------
#
# The members of an agent's group are the agents with a snapshot for the same period whose `within` values
# equal the agent's own and for whom `where` is true; the agent itself is one of them on the same terms.
# An agent with an unknown `within` value has no group: its result is unknown and it is nobody's member.


@dataclass(frozen=True, slots=True, eq=False)
class OverPeers(Node):
    """The sum, lowest or highest of a value over the members for whom it is known.

    The sum over nobody is zero; the lowest and the highest of nobody are unknown.
    """

    operation: Literal["sum", "lowest", "highest"]
    value: Node
    within: tuple[Node, ...]
    where: Node


@dataclass(frozen=True, slots=True, eq=False)
class Ahead(Node):
    """How many members stand strictly before the agent by the keys, in order; unknown where a key is.

    Members with an unknown key do not count. `highest` says of each key whether more is better. With
    `units` not the members are counted but the different combinations of their values of these nodes
    (teams, say; a member with an unknown one does not count). With `by_agent` ties are broken by the agent's
    id in ascending order, and `units` is empty. The agent need not be a member itself.
    """

    keys: tuple[Node, ...]
    highest: tuple[bool, ...]
    within: tuple[Node, ...]
    where: Node
    units: tuple[Node, ...]
    by_agent: bool


@dataclass(frozen=True, slots=True, eq=False)
class Apportion(Node):
    """The agent's part of an amount that the members share by weight, exact to the last place.

    What is shared is the amount rounded down to `places`. Each gets `amount * weight / sum of weights`
    rounded down to `places`; the steps that are left go one each to the largest remainders, ties by agent id
    in ascending order. The amount is the same for all of a group. Members with an unknown or negative weight
    do not share.

    The part is unknown, for everybody, where the amount is unknown or negative and where the weights of those
    who share sum to zero; and for an agent whose own `where` or weight is unknown. Otherwise an agent that
    does not share gets zero.
    """

    amount: Node
    weight: Node
    within: tuple[Node, ...]
    where: Node
    places: int


PeerNode = OverPeers | Ahead | Apportion


# --- The whole ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Program:
    """What a ruleset means: named results, and what each period leaves to the next one in named slots.

    `results` maps a name such as `card.score` to its node. `states` maps a slot to the node whose value
    the next calendar period of the same agent finds there. A calendar period without a snapshot between two
    others is stepped over with every input and peer result unknown and `Present` false.
    """

    results: Mapping[str, Node]
    states: Mapping[str, Node] = field(default_factory=dict)

    def roots(self) -> list[Node]:
        """Return all results and states."""
        return [*self.results.values(), *self.states.values()]


@cache
def _field_names(form: type[Node]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(form))


def said(node: Node) -> list[object]:
    """Return what stands in the fields of a node, in their order."""
    names = _field_names(type(node))  # type: ignore[arg-type]  # mypy takes a node for its class
    return [getattr(node, name) for name in names]


def arguments(node: Node) -> tuple[Node, ...]:
    """Return the nodes that a node reads, in the order of its fields."""
    found: list[Node] = []
    for value in said(node):
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(part for part in value if isinstance(part, Node))
    return tuple(found)


def in_order(roots: Iterable[Node]) -> list[Node]:
    """Return every node that the roots need, each once and after all that it reads."""
    ordered: dict[Node, None] = {}
    waiting = [(root, False) for root in reversed(list(roots))]
    while waiting:
        node, arguments_done = waiting.pop()
        if node in ordered:
            continue
        if arguments_done:
            ordered[node] = None
            continue
        waiting.append((node, True))
        waiting.extend((argument, False) for argument in reversed(arguments(node)))
    return list(ordered)
