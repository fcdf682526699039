"""How a random program is drawn: step by step, each reading earlier steps of the type it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import strategies as st

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import Rounding
from tests.support.plain import PlainBuilder, listing

Value = Fraction | bool | None

CONSTANTS = [
    Fraction(text) for text in ("0", "1", "2", "-1", "3", "0.5", "1.5", "2.25", "1/3", "61/365", "-0.01")
]
ROUNDINGS = st.sampled_from(list(Rounding))
FACT = "fact"


@dataclass(frozen=True)
class Workshop:
    """Where a recipe is built: `made` are the nodes of the steps so far."""

    build: Builder
    history: History
    made: list[Node]

    def all(self, places: Sequence[int]) -> list[Node]:
        """Return the nodes of several steps."""
        return [self.made[place] for place in places]


Step = Callable[[Workshop], Node]


@dataclass(frozen=True, eq=False)
class Recipe:
    """A program before it is built: steps that may read earlier steps, and which are kept and results."""

    steps: tuple[Step, ...]
    kept: Mapping[str, int]
    results: Mapping[str, int]

    def build(self, builder: Builder | None = None) -> Program:
        """Return the program, made by a builder of its own unless one is given."""
        build = builder or Builder()
        at = Workshop(build, History(build), [])
        for step in self.steps:
            at.made.append(step(at))
        results = {name: at.made[place] for name, place in self.results.items()}
        kept = {slot: at.made[place] for slot, place in self.kept.items()}
        return Program(results, at.history.states | kept)

    def __repr__(self) -> str:
        return f"Recipe of\n{listing(self.build(PlainBuilder()))}"


def literal(build: Builder, value: Value, *, boolean: bool) -> Node:
    if value is None:
        return build.unknown(boolean=boolean)
    return build.truth(value) if isinstance(value, bool) else build.constant(value)


@dataclass
class Drawing:
    """A recipe that is being drawn: its steps so far, and which of them may stand where."""

    draw: st.DrawFn
    steps: list[Step] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    truths: list[int] = field(default_factory=list)
    wholes: list[int] = field(default_factory=list)  # Whole numbers, for indexes and groups.
    constants: list[int] = field(default_factory=list)  # Constant once the period is known.
    divisors: list[int] = field(default_factory=list)  # What `Builder.inverse` accepts.

    def add(self, step: Step, *also: list[int], boolean: bool = False) -> int:
        """Take in a step, and say what it may be used for besides its type."""
        place = len(self.steps)
        self.steps.append(step)
        for usable in (self.truths if boolean else self.numbers, *also):
            usable.append(place)
        return place

    def one(self, among: Sequence[int]) -> int:
        """Draw one step, more often a late one, so that programs grow deep."""
        return self.draw(st.sampled_from([*among, *among[-3:], *among[-3:]]))

    def some(self, among: Sequence[int], least: int = 1, most: int = 3) -> list[int]:
        """Draw several steps."""
        return [self.one(among) for _ in range(self.draw(st.integers(least, most)))]

    def typed(self) -> tuple[list[int], bool]:
        """Draw whether a node is about truth values, and give the steps that it may read."""
        boolean = self.draw(st.booleans())
        return (self.truths if boolean else self.numbers), boolean
