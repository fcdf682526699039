"""The front door, where a service comes in with one agent at a time."""

from __future__ import annotations

from incentive_engine import parse_ruleset

STAR_AND_GROWTH = """\
language: 1
ruleset: star_and_growth
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {calls: count}
rules:
  - id: star
    kind: star_award
    rank_by: [{highest: calls}]
    ties: all_win
    prizes: [{pay: 1000}]
  - {id: growth, kind: bonus, pay: 2 * rise(calls)}
"""
JANUARY = {"agent": "A", "month": "2026-01", "calls": 100}
FEBRUARY = {"agent": "A", "month": "2026-02", "calls": 130}
BETTER = {"agent": "B", "month": "2026-02", "calls": 140}


def test_who_is_evaluated_without_peers_does_not_win_as_the_best_of_one() -> None:
    decision = parse_ruleset(STAR_AND_GROWTH).evaluate(FEBRUARY, history=[JANUARY])

    # 2 x (130 - 100) for growth; whether there is a prize nobody knows.
    assert str(decision.line("growth").final) == "60.00"
    assert decision.line("star").outcome == "undetermined"
    assert (str(decision.total), decision.status) == ("60.00", "incomplete")


def test_who_is_evaluated_with_peers_is_ranked_among_them() -> None:
    ruleset = parse_ruleset(STAR_AND_GROWTH)

    loser = ruleset.evaluate(FEBRUARY, peers=[BETTER], history=[JANUARY])
    winner = ruleset.evaluate(BETTER, peers=[FEBRUARY], history=[])

    assert (str(loser.line("star").final), str(winner.line("star").final)) == ("0.00", "1000.00")


def test_an_empty_list_of_peers_says_that_there_are_none() -> None:
    decision = parse_ruleset(STAR_AND_GROWTH).evaluate(FEBRUARY, peers=[], history=[JANUARY])

    assert str(decision.total) == "1060.00"
