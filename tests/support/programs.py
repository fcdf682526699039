"""Whole random programs with rows of data to run them on.

`examples` draws a recipe (tests/support/recipes.py) and a population whose values lie on, just above and just
below the recipe's constants, because that is where two evaluators would part ways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from incentive_engine.graph.nodes import Flag, Input, Program, in_order
from incentive_engine.graph.rounding import Rounding, rounded
from incentive_engine.ruleset.period import Cadence, Period, parse_period
from tests.support.drawing import CONSTANTS, FACT, Recipe, Value
from tests.support.plain import PlainBuilder
from tests.support.recipes import recipes

Rows = Mapping[Period, Mapping[str, Mapping[str, Value]]]
ScaledRows = dict[Period, dict[str, tuple[int | bool | None, ...]]]

# Compared as text "10" stands before "9"; a capital letter before a small one.
AGENTS = ["a", "B", "9", "10", "李"]


@dataclass(frozen=True)
class Example:
    """A recipe, and rows for the program that it makes."""

    recipe: Recipe
    rows: Rows


@st.composite
def examples(draw: st.DrawFn, *, peers: bool = True, history: bool = True, most: int = 16) -> Example:
    """Draw a recipe with a population for it."""
    recipe = draw(recipes(peers=peers, history=history, most=most))
    return Example(recipe, draw(populations(recipe.build(PlainBuilder()))))


_WINDOWS = [
    [parse_period(text, Cadence.MONTH) for text in ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03")],
    [parse_period(text, Cadence.QUARTER) for text in ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")],
    [parse_period(text, Cadence.WEEK) for text in ("2025-W51", "2025-W52", "2026-W01", "2026-W02")],
]


@st.composite
def populations(draw: st.DrawFn, program: Program) -> Rows:
    """Draw one to four agents, each in some of up to five periods, with values near the constants."""
    inputs = {node.name: node for node in in_order(program.roots()) if isinstance(node, Input | Flag)}
    window = draw(st.sampled_from(_WINDOWS))
    agents = draw(st.lists(st.sampled_from(AGENTS), min_size=1, max_size=4, unique=True))
    present = {agent: draw(st.sets(st.sampled_from(window), min_size=1)) for agent in agents}
    rows: dict[Period, dict[str, Mapping[str, Value]]] = {}
    for period in window:
        shared = {FACT: draw(_values(inputs[FACT]))} if FACT in inputs else {}
        of_period: dict[str, Mapping[str, Value]] = {
            agent: {name: draw(_values(node)) for name, node in inputs.items()} | shared
            for agent in agents
            if period in present[agent]
        }
        if of_period:
            rows[period] = of_period
    return rows


def _values(node: Input | Flag) -> st.SearchStrategy[Value]:
    unknown: list[Value] = [None] if node.optional else []
    if isinstance(node, Flag):
        return st.sampled_from([False, True, *unknown])
    step = Fraction(1, 10**node.places)
    near = {
        rounded(value, node.places, Rounding.HALF_UP) + step * offset
        for value in CONSTANTS
        for offset in (-1, 0, 1)
    }
    lowest = min(near) if node.lowest is None else node.lowest
    highest = max(near) if node.highest is None else node.highest
    inside = sorted(
        (value for value in near if lowest <= value <= highest), key=lambda value: (abs(value), -value)
    )
    return st.sampled_from([*inside, *unknown])


def scaled(program: Program, rows: Rows, input_names: Sequence[str]) -> ScaledRows:
    """Return the rows as an evaluator takes them: in the order of its names, numbers times `10**places`."""
    places = {node.name: node.places for node in in_order(program.roots()) if isinstance(node, Input)}

    def cell(name: str, value: Value) -> int | bool | None:
        return int(value * 10 ** places[name]) if isinstance(value, Fraction) else value

    return {
        period: {
            agent: tuple(cell(name, inputs.get(name)) for name in input_names)
            for agent, inputs in agents.items()
        }
        for period, agents in rows.items()
    }


def exposed(program: Program) -> Program:
    """Return the program with every node as a result, named by its place in `in_order`."""
    nodes = in_order(program.roots())
    return Program({str(place): node for place, node in enumerate(nodes)}, program.states)
