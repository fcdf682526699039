"""Rows and results as a test writes them down: numbers as text, agents and months by name."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from incentive_engine.evaluate.reference import Rows, Value, evaluate
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.ruleset.period import Cadence, Period, parse_period

F = Fraction
Written = Mapping[str, str | bool | None]


def month(text: str) -> Period:
    return parse_period(text, Cadence.MONTH)


JANUARY = month("2026-01")


def value(node: Node, **inputs: str | bool | None) -> Value:
    """The value of a node for one agent in January 2026; numbers are written as text."""
    return over_agents(node, ann=inputs)["ann"]


def over_agents(node: Node, **agents: Written) -> dict[str, Value]:
    """The value of a node for several agents in January 2026."""
    rows = {JANUARY: {agent: numbers(inputs) for agent, inputs in agents.items()}}
    decided = evaluate(Program({"it": node}), rows)[JANUARY]
    return {agent: results["it"] for agent, results in decided.items()}


def numbers(inputs: Written) -> dict[str, Value]:
    return {name: F(given) if isinstance(given, str) else given for name, given in inputs.items()}


def by_month(program: Program, agent: str, rows: Mapping[str, Mapping[str, Written]]) -> dict[str, Value]:
    """The result `it` of one agent by month; rows are written month, agent, inputs."""
    given: Rows = {
        month(text): {name: numbers(inputs) for name, inputs in agents.items()}
        for text, agents in rows.items()
    }
    decided = evaluate(program, given)
    return {str(period): agents[agent]["it"] for period, agents in decided.items() if agent in agents}
