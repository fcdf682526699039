"""What can be said in two ways means the same in both, for everybody and in every period."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine import parse_ruleset
from incentive_engine.engine import Ruleset
from tests.support.draws import draws

HEADER = """
language: 1
ruleset: way
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent, period: month}
attributes: {team: text, level: [junior, senior]}
metrics:
  calls: {type: count, over_time: {take: sum, missing_periods: skip}}
  csat: {type: ratio, better: higher, over_time: last}
  late: {type: count, missing: 0}
"""
# What is said, and behind the line the same in other words.
WAYS = {
    "a table in place of bands at the rule": """
rules:
  - {id: b, kind: tiered_bonus, measure: calls, mode: slices,
     tiers: [{upto: 100, rate: 0.50}, {upto: 300, rate: 1.25}, {rate: 2}]}
  - {id: late_line, kind: red_line, when: late >= 3, consequence: {keep: 50%}}
-----
tables:
  scale: {mode: slices, tiers: [{upto: 100, rate: 0.50}, {upto: 300, rate: 1.25}, {rate: 2}]}
rules:
  - {id: b, kind: bonus, pay: scale(calls)}
  - {id: late_line, kind: red_line, when: late >= 3, consequence: {keep: 50%}}
""",
    "bands upwards and downwards": """
rules:
  - {id: b, kind: tiered_bonus, measure: csat,
     tiers: [{below: 80%, pay: 0}, {below: 90%, pay: 100}, {pay: 300}]}
-----
rules:
  - {id: b, kind: tiered_bonus, measure: csat,
     tiers: [{from: 90%, pay: 300}, {from: 80%, pay: 100}, {pay: 0}]}
""",
    "slices as a sum of what is above each limit": """
rules:
  - {id: b, kind: tiered_bonus, measure: calls, mode: slices,
     tiers: [{upto: 100, rate: 0.50}, {upto: 300, rate: 1.25}, {rate: 2}]}
-----
rules:
  - {id: b, kind: bonus,
     pay: "0.50 * calls + 0.75 * max(calls - 100, 0) + 0.75 * max(calls - 300, 0)"}
""",
    "a value by an attribute, and a choice in the formula": """
rules:
  - {id: b, kind: bonus, pay: {by: level, junior: 1 * calls, senior: 2 * calls}}
-----
rules:
  - {id: b, kind: bonus, pay: 1 * calls if level == "junior" else 2 * calls}
""",
    "a condition of the rule, and in its formula": """
rules:
  - {id: b, kind: bonus, when: csat >= 90%, pay: 1.25 * calls}
-----
rules:
  - {id: b, kind: bonus, pay: 1.25 * calls if csat >= 90% else 0}
""",
    "in place of another rule, and opposite scopes": """
rules:
  - {id: b, kind: bonus, pay: 1.25 * calls}
  - {id: p, kind: bonus, instead_of: b, applies_to: team == "x", pay: 2 * calls}
-----
rules:
  - {id: b, kind: bonus, applies_to: team != "x", pay: 1.25 * calls}
  - {id: p, kind: bonus, applies_to: team == "x", pay: 2 * calls}
""",
    "dates of a value, and of two rules": """
parameters: {rate: [{until: 2026-01-31, value: 1}, {value: 3}]}
rules:
  - {id: b, kind: bonus, pay: rate * calls}
-----
rules:
  - {id: b, kind: bonus, effective: {until: 2026-01-31}, pay: 1 * calls}
  - {id: c, kind: bonus, effective: {from: 2026-02-01}, pay: 3 * calls}
""",
    "each month's part, and a sum for the year less what was paid": """
rules:
  - {id: b, kind: bonus, pay: 1.25 * calls}
-----
rules:
  - {id: b, kind: bonus, pay: 1.25 * ytd(calls), then: [{less_paid: {rules: b, per: year}}]}
""",
    "a guarantee, and what is missing up to it": """
rules:
  - {id: b, kind: bonus, pay: 1.25 * calls}
  - {id: g, kind: adjustment, guarantee: {pay: 400, of: b}}
-----
rules:
  - {id: b, kind: bonus, pay: 1.25 * calls}
  - {id: g, kind: adjustment, pay: "max(400 - b.amount, 0)", reason: up to 400}
""",
    "a rule of the quarter, and one that waits for its last month": """
rules:
  - {id: b, kind: bonus, period: quarter, when: calls >= 500, pay: 300}
-----
rules:
  - {id: b, kind: bonus, effective: {from: 2026-03-01, until: 2026-03-31}, when: ytd(calls) >= 500, pay: 300}
""",
}

# What changes nothing, wherever it stands.
NOTHING = (
    "limit: {pay: 1000000, per: year}",
    "release: [{share: 100%}]",
    "clawback: {within: 6 months, when: calls < 0}",
    "hold_when: calls < 0 and calls > 0",
    "recognise: {name: never, when: calls < 0 and calls > 0}",
    "then: [{times: 1}, {plus: 0}, {cap: 1000000}]",
    "overlaps: b",
    "tags: [some]",
    "note: a remark",
)


@st.composite
def months(draw: st.DrawFn) -> list[Mapping[str, str]]:
    """Draw the rows of two agents, the first months of the year without gaps."""
    last = draw(st.integers(1, 3))
    return [
        {
            "agent": agent,
            "month": f"2026-0{month}",
            "team": draw(st.sampled_from(["x", "y", ""])),
            "level": draw(st.sampled_from(["junior", "senior", ""])),
            "calls": draw(st.sampled_from(["0", "99", "100", "101", "300", "333", "900"])),
            "csat": draw(st.sampled_from(["0.8", "0.7999", "0.9", "1", ""])),
            "late": draw(st.sampled_from(["0", "2", "3"])),
        }
        for month in range(1, last + 1)
        for agent in ("A", "B")
    ]


@cache
def ruleset(text: str) -> Ruleset:
    return parse_ruleset(HEADER + text)


def amounts(policy: Ruleset, rows: list[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Return what is paid: each total, and whether something is still unknown or held."""
    return [
        ("" if decision.status in ("final", "ineligible") else decision.status, str(decision.total))
        for decision in policy.evaluate_all(rows)
    ]


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=draws(15))
@given(rows=months())
def test_the_same_in_other_words_pays_the_same(way: str, rows: list[Mapping[str, str]]) -> None:
    one, other = map(ruleset, WAYS[way].split("-----"))

    assert amounts(one, rows) == amounts(other, rows)


# An unknown amount leaves the rest of a limit unknown, however high that is: all amounts are known here.
RULES = """
rules:
  - {{id: b, kind: bonus, when: csat >= 80% or not known(csat), pay: 1.25 * calls{more}}}
  - {{id: late_line, kind: red_line, when: late >= 3, consequence: {{keep: 50%}}}}
"""


@pytest.mark.parametrize("field", NOTHING)
@settings(max_examples=draws(10))
@given(rows=months())
def test_what_says_nothing_changes_nothing(field: str, rows: list[Mapping[str, str]]) -> None:
    plain, more = ruleset(RULES.format(more="")), ruleset(RULES.format(more=f", {field}"))

    assert amounts(plain, rows) == amounts(more, rows)
