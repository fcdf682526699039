"""A program on integers: the few operations that every fast evaluator prints, and what each of them means.

A number is an integer over a denominator that is constant for its instruction; a truth value is true or
false, and a constant one is written 1 or 0. Every value may be unknown where its instruction says
`optional`. `graph/lower.py` makes these from a bound program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from incentive_engine.graph.nodes import Node, PeerNode
from incentive_engine.graph.rounding import Rounding


class Operation(Enum):
    """What an instruction does with its arguments `a, b, ...` and its constants `c, d, ...`.

    The result is unknown where an argument is, unless said otherwise.
    """

    __hash__ = object.__hash__  # That of other enumerations is written in Python, and slow.

    INPUT = auto()
    """A field of the snapshot. Here and in the next two c only tells one from the other."""
    CARRIED = auto()
    """What the period before left in a slot."""
    PEER = auto()
    """A result over the agent's peers, found between the stages of an evaluation."""
    CONSTANT = auto()
    """c."""
    UNKNOWN = auto()
    """Never known."""

    LINEAR = auto()
    """c + d*a + e*b + ...; a zero factor keeps an argument whose being unknown matters."""
    PRODUCT = auto()
    """c * a * b * ..."""
    ROUND = auto()
    """a * c / d, rounded to a whole number."""
    QUOTIENT = auto()
    """(a * c) / (b * d), rounded to a whole number; unknown where b is zero."""
    LEAST = auto()
    """The least argument; all have the denominator of the result."""
    GREATEST = auto()
    """The greatest argument; all have the denominator of the result."""
    MEAN = auto()
    """The mean of values by weights, times c / d, rounded to a whole number.

    The arguments are the values, then as many weights. With e = 1 unknown values are left out together with
    their weights. Unknown where any weight is unknown or negative and where the weights that count sum to
    zero.
    """

    LESS = auto()
    """a < b; both have the same denominator, as in the next three."""
    LESS_OR_EQUAL = auto()
    """a <= b."""
    EQUAL = auto()
    """a == b."""
    UNEQUAL = auto()
    """a != b."""
    ALL_OF = auto()
    """False where any argument is, else unknown where any is, else true."""
    ANY_OF = auto()
    """True where any argument is, else unknown where any is, else false."""
    NOT = auto()
    """The opposite truth value."""
    KNOWN = auto()
    """Whether a is known."""

    DEFAULT = auto()
    """a where it is known, else b; both have the denominator of the result."""
    CHOOSE = auto()
    """b where a is true, c (the third argument) where it is false. What is not chosen does not matter."""
    PICK = auto()
    """The argument number a - c after a, from 0; unknown where there is none. The others do not matter."""
    BAND = auto()
    """One more than the number of limits (the arguments after a) that a exceeds, or with c = 0 reaches."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One operation; its arguments are places of earlier instructions. `rounding` is for those that round."""

    operation: Operation
    arguments: tuple[int, ...] = ()
    constants: tuple[int, ...] = ()
    denominator: int = 1
    boolean: bool = False
    optional: bool = False
    rounding: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Peer:
    """A result over peers: where it stands, and the places of what has to be known of every agent for it.

    `stage` is 0 where no other result over peers must be known first, else one more than the last of those.
    `reads` are the value; or the keys and then the units; or the amount and the weight.
    """

    node: PeerNode
    place: int
    stage: int
    within: tuple[int, ...]
    where: int
    reads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lowered:
    """The instructions in order, and where things stand among them.

    `inputs` has the place of each field of the snapshot by name, `carried` of each slot that is read; `peers`
    is ordered by stage.
    """

    instructions: tuple[Instruction, ...]
    places_of: Mapping[Node, int]
    results: Mapping[str, int]
    states: Mapping[str, int]
    inputs: Mapping[str, int]
    carried: Mapping[str, int]
    peers: tuple[Peer, ...]
