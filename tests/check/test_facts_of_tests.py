"""Tests of a ruleset state the facts that hold beside the rows."""

from __future__ import annotations

import pytest

from incentive_engine.check.running import SuiteRun, run_tests
from incentive_engine.engine import parse_ruleset

RULESET = parse_ruleset("""
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text}
metrics: {handled: count, csat: {type: ratio, fresh_within: 30 d, measured: surveyed}}
facts:
  revenue: money
  goal: {type: count, per: team, column: team_goal}
rules:
  - {id: share, kind: bonus, pay: 0.1% * revenue}
  - {id: reached, kind: bonus, when: "group_sum(handled, within=team) >= goal", pay: 10}
""")
DEFAULTS = "defaults: {month: 2026-03, team: x, csat: 90%, surveyed: 2026-03-31}\n"


def run(text: str) -> SuiteRun:
    return run_tests(RULESET, DEFAULTS + text, "trial.tests.yaml")


def problems(text: str) -> list[str]:
    return [
        f"{each.span.line}:{each.span.column} {each.code}"
        for each in run(text).problems
        if each.span is not None
    ]


@pytest.mark.parametrize(
    "facts",
    [
        "{revenue: 1000, team_goal: 5}",
        "[{revenue: 1000}, {team_goal: 5}]",
        "[{team: '', revenue: 1000}, {team: x, team_goal: 5}, {team: y, team_goal: 6}]",
        "[{month: 2026-03, revenue: 1000, team_goal: 5}, {month: 2026-02, revenue: 7, team_goal: 8}]",
    ],
)
def test_facts_are_of_the_own_period_and_group_unless_they_say_so(facts: str) -> None:
    # 0.1 % of 1000, and 2 + 3 reach 5.
    test = (
        f"name: a, snapshot: {{handled: 2}}, peers: [{{handled: 3}}], facts: {facts}, expect: {{total: 11}}"
    )
    assert run(f"tests: [{{{test}}}]").passed


def test_those_of_the_file_hold_for_tests_without_their_own() -> None:
    found = run("""facts: {revenue: 1000, team_goal: 5}
tests:
  - {name: a, snapshot: {handled: 5}, peers: [], expect: {total: 11}}
  - {name: b, snapshot: {handled: 5}, peers: [], facts: {revenue: 2000, team_goal: 6}, expect: {total: 2}}
""")
    assert found.passed


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ("{revenues: 1000, team_goal: 5}", ["4:13 IE6002", "4:12 IE4055"]),
        ("{revenue: 1000, goal: 5}", ["4:28 IE6002", "4:12 IE4065"]),
        ("{revenue: 1000, team_goal: many}", ["4:12 IE4031"]),
        ("{revenue: 1000, team_goal: 5, month: 2026}", ["4:19 IE4056"]),
    ],
)
def test_what_is_wrong_with_facts_is_shown_where_they_stand(facts: str, problem: list[str]) -> None:
    text = f"""tests:
  - name: a
    snapshot: {{handled: 5}}
    facts: {facts}
    expect: {{total: 11}}
"""
    assert [each.split(":", 1)[1] for each in problems(text)] == [each.split(":", 1)[1] for each in problem]


def test_a_file_without_facts_is_told_that_they_are_needed() -> None:
    found = run("tests: [{name: a, snapshot: {handled: 5}, expect: {total: 1}}]")
    assert [each.code for each in found.problems] == ["IE4055", "IE4065"]
