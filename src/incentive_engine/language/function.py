"""What a function of the language is, and what it is given when a formula calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Constant, Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import Type, Value
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.texts import Language

# What an argument may be: a number of any dimension, something with an order (a number or a date), anything
# at all, a condition, a date, or a whole number written out.
Kind = OneOf["number", "ordered", "anything", "condition", "date", "whole"]

# To how many places a quotient of some type is rounded.
Places = Callable[[Type], int]


@dataclass(frozen=True, slots=True)
class Application:
    """One call of a function, its arguments checked.

    `text` is the call as it is written, and `texts` are its arguments, with their places.
    `agreed` is the type that arguments have together where they must agree with one another. `within` and
    `where` say who counts as a peer, the rule's scope included. `places` and `rounding` are for a quotient.
    `window` is the period of the rule that the call stands in, where that is longer than the ruleset's.
    """

    builder: Builder
    history: History
    text: Scalar
    texts: tuple[Scalar, ...]
    arguments: tuple[Value, ...]
    agreed: Type
    within: tuple[Node, ...]
    where: Node
    places: Places
    rounding: Rounding
    window: Cadence | None = None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The arguments' nodes."""
        return tuple(argument.node for argument in self.arguments)

    @property
    def first(self) -> Value:
        """The first argument."""
        return self.arguments[0]

    def as_first(self, node: Node) -> Value:
        """Return a node as the same quantity as the first argument, in type and in what is better."""
        return replace(self.first, node=node)

    def as_agreed(self, node: Node) -> Value:
        """Return a node as a value of the type on which the arguments agree."""
        return Value(node, self.agreed, bare=all(argument.bare for argument in self.arguments))

    def whole(self, position: int, otherwise: int) -> int:
        """Return an argument that is a whole number written out, or the other number where it is left out."""
        if position >= len(self.arguments):
            return otherwise
        node = self.arguments[position].node
        assert isinstance(node, Constant)  # noqa: S101 -- the call was checked; this tells mypy so
        return int(node.value)


@dataclass(frozen=True, slots=True)
class Function:
    """A function that formulas can call, or a table of the ruleset.

    `takes` are the kinds of its arguments, the last of which may repeat up to `most`; `fewest` of them must
    be given. With `alike` the arguments must agree as the two sides of a comparison must. A `group` function
    looks at peers and takes `within=` and `where=`. A whole number lies in `whole_range`. What a `table`
    gives is told in explanations like the value of a name, and so is what a function gives of peers, of
    earlier periods or of dates (`tells`): nobody could work it out from the values that are told beside it.

    `signature` and `summary` are what the documentation and editors show. `meaning` makes the nodes of one
    call, whose arguments are checked.
    """

    name: str
    signature: str
    summary: Mapping[Language, str]
    takes: tuple[Kind, ...]
    fewest: int
    most: int
    meaning: Callable[[Application], Value]
    alike: bool = False
    group: bool = False
    whole_range: tuple[int, int] = (0, 0)
    tells: bool = False
    table: bool = False

    def kind(self, position: int) -> Kind:
        """Return the kind of the argument at a position, counted from 0."""
        return self.takes[min(position, len(self.takes) - 1)]
