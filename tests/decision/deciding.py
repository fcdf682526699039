"""Decides on agents whose data a test writes down, by a ruleset whose header is added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from incentive_engine.compile.policy import Policy
from incentive_engine.compile.ruleset import compile_text
from incentive_engine.decision.decision import Decision
from incentive_engine.evaluate.intake import Intake, Snapshot
from incentive_engine.evaluate.periods import Evaluator, Row
from incentive_engine.ruleset.period import Period

Given: TypeAlias = str | int | bool | None
Months: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Given]]]

HEADER = """\
language: 1
ruleset: trial
version: "2026.1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
"""


def policy_of(text: str) -> Policy:
    """Return the compiled ruleset; it has no problems."""
    checked = compile_text(text if text.startswith("language") else HEADER + text, "trial.yaml")
    assert [str(problem) for problem in checked.problems] == []
    assert checked.policy is not None
    return checked.policy


def decide(text: str, /, **data: Given) -> Decision:
    """Return the decision on one agent alone, for March 2026."""
    policy = policy_of(text)
    evaluator = Evaluator(policy.program, policy.watched())
    snapshot = _snapshot(policy, evaluator, "A1", "2026-03", data)
    values = evaluator.evaluate_one(snapshot.period, snapshot.row)
    return Decision(policy, values, snapshot.agent, snapshot.period, snapshot.notes)


def decide_all(text: str, months: Months) -> dict[tuple[str, str], Decision]:
    """Return the decisions on agents who are each other's peers, by month and agent."""
    policy = policy_of(text)
    evaluator = Evaluator(policy.program, policy.watched())
    snapshots = [
        _snapshot(policy, evaluator, agent, month, data)
        for month, agents in months.items()
        for agent, data in agents.items()
    ]
    rows: dict[Period, dict[str, Row]] = {}
    for each in snapshots:
        rows.setdefault(each.period, {})[each.agent] = each.row
    values = evaluator.evaluate(rows)
    return {
        (str(each.period), each.agent): Decision(
            policy, values[each.period][each.agent], each.agent, each.period, each.notes
        )
        for each in snapshots
    }


def among(text: str, **agents: Mapping[str, Given]) -> dict[str, Decision]:
    """Return the decisions on agents who are each other's peers, for March 2026, by agent."""
    return {agent: decision for (_, agent), decision in decide_all(text, {"2026-03": agents}).items()}


def _snapshot(
    policy: Policy, evaluator: Evaluator, agent: str, month: str, data: Mapping[str, Given]
) -> Snapshot:
    intake = Intake(policy.fields, evaluator.input_names, "agent", "month", policy.cadence, policy.effective)
    empty = {field.column: None for field in policy.fields}
    snapshot = intake.read({**empty, **data, "agent": agent, "month": month})
    assert isinstance(snapshot, Snapshot)
    return snapshot
