"""Rewards one agent by rules in YAML, with metrics and attributes that tests of bonuses and scores share."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from incentive_engine.compile.ruleset import compile_text
from incentive_engine.decision.decision import Decision
from incentive_engine.engine import Decisions, parse_ruleset
from incentive_engine.ruleset.problems import Problem
from incentive_engine.texts import Language

HEADER = """
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes:
  team: text
  level: [junior, senior]
  region: [north, south, west]
  base_salary: money
  quota: count
metrics:
  handled: count
  units: {type: number, places: 2}
  csat: {type: ratio, better: higher}
  repeat_rate: {type: ratio, better: lower}
  response: {type: duration, better: lower}
  revenue: money
  nps: {type: number, range: [-100, 100]}
  surveys: count
  quality: {type: ratio, better: higher, enough: surveys >= 20}
  reviewed: {type: boolean}
  skill: {type: count, range: [1, 3]}
  complaints: {type: count, better: lower}
"""

Facts = str | int | bool | None


def snapshot(agent: str, month: str, facts: Mapping[str, Facts]) -> dict[str, Facts]:
    """Return an agent's snapshot; what is not given is empty."""
    names = [line.split(":")[0].strip() for line in HEADER.splitlines() if line.startswith("  ")]
    return {"agent": agent, "month": month, **dict.fromkeys(names), **facts}


def decide(rules: str, month: str = "2026-03", **facts: Facts) -> Decision:
    """Return the decision on one agent; `rules` come behind the header."""
    return parse_ruleset(HEADER + rules).evaluate(snapshot("A", month, facts))


def decide_all(rules: str, agents: Mapping[str, Mapping[str, Facts]]) -> Decisions:
    """Return the decisions on several agents in one month."""
    return parse_ruleset(HEADER + rules).evaluate_all(
        snapshot(agent, "2026-03", facts) for agent, facts in agents.items()
    )


def amount(rules: str, month: str = "2026-03", **facts: Facts) -> str:
    """Return the money of the rule `bonus` as text, `undetermined` where it has none."""
    line = decide(rules, month, **facts).line("bonus")
    return line.outcome if line.amount is None else str(line.amount)


def told(decision: Decision, rule: str, language: Language = "en") -> list[str]:
    """Return the lines of a rule's explanation, without their indentation and without its heading."""
    blocks = decision.explain(language).text().split("\n\n")
    numbers = [line.rule for line in decision.lines]
    block = blocks[1 + numbers.index(rule)]
    return [line.strip() for line in block.splitlines()[1:]]


def problems(rules: str) -> list[Problem]:
    """Return the problems of rules."""
    return list(compile_text(HEADER + rules, "trial.yaml").problems)


def codes(rules: str) -> list[str]:
    """Return the codes of the problems of rules."""
    return [problem.code for problem in problems(rules)]


def only_problem(rules: str) -> Problem:
    """Return the one problem of rules."""
    (problem,) = problems(rules)
    assert problem.message("zh")
    assert problem.hint("zh")
    return problem


def quoted(problem: Problem, rules: str) -> str:
    """Return the text that a problem points at."""
    assert problem.span is not None
    line = (HEADER + rules).splitlines()[problem.span.line - 1]
    return line[problem.span.column - 1 : problem.span.end_column - 1]


def number(text: str) -> Decimal:
    """Return a number to compare results with."""
    return Decimal(text)
