"""The same comparison on populations drawn at random, where edges, ties, gaps and empty cells are common."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine import Ruleset, load_ruleset
from tests.independent import bank_calls, growth_and_teams, service_incentives
from tests.independent.drawn import BANK, EQUAL_TEAMS, FLAGSHIP, FULL_BALANCES, GROWTH, populations
from tests.independent.outcome import all_of_engine
from tests.support.draws import draws
from tests.support.places import EXAMPLES, RULESETS


@cache
def ruleset(path: Path) -> Ruleset:
    return load_ruleset(path)


@given(populations(FLAGSHIP))
def test_the_policy_of_2026_is_equal_line_by_line(rows: list[dict[str, str]]) -> None:
    policy = ruleset(RULESETS / "service-incentives-2026.yaml")
    found = all_of_engine(policy, rows, service_incentives.RESULTS)
    assert found == service_incentives.decide(rows)


@settings(max_examples=draws(15))
@given(st.one_of(populations(GROWTH), populations(FULL_BALANCES, most=2), populations(EQUAL_TEAMS, most=5)))
def test_growth_and_teams_are_equal_line_by_line(rows: list[dict[str, str]]) -> None:
    policy = ruleset(RULESETS / "growth-and-teams-2026.yaml")
    found = all_of_engine(policy, rows, growth_and_teams.RESULTS)
    assert found == growth_and_teams.decide(rows)


@settings(max_examples=draws(20))
@given(populations(BANK, most=4))
def test_the_bank_with_its_check_is_equal_line_by_line(rows: list[dict[str, str]]) -> None:
    rows = [{**row, "month": row["month"].replace("2026", "1999"), "team": ""} for row in rows]
    policy = ruleset(EXAMPLES / "real_data" / "bank-with-short-call-check.yaml")
    assert all_of_engine(policy, rows, bank_calls.RESULTS) == bank_calls.decide(rows)
