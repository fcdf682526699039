"""A population in columns is decided as it is agent by agent, and any row of it can be explained."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from incentive_engine import engine, load_ruleset, parse_ruleset, read_records
from incentive_engine.decision.decision import Decision
from incentive_engine.decision.frames import FrameDecisions
from incentive_engine.engine import Ruleset
from incentive_engine.evaluate.columns.decisions import plain_column
from incentive_engine.language.types import BOOLEAN, DATE, NUMBER, TEXT, choice
from tests.support.places import POPULATION, RULESETS

TEAMS = """\
language: 1
ruleset: teams
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes:
  team: text
  level: {type: choice, options: [junior, senior], missing: junior}
  hired: date
metrics:
  calls: {type: count, missing: error}
  csat: {type: ratio, places: 3, enough: calls >= 10}
rules:
  - {id: volume, kind: bonus, pay: 0.05 * calls}
  - {id: quality, kind: bonus, applies_to: level == "senior", when: csat >= 90%, pay: 100}
  - {id: growth, kind: bonus, pay: 2 * rise(calls)}
  - id: star
    kind: star_award
    within: [team]
    rank_by: [{highest: csat}, {highest: calls}]
    ties: all_win
    prizes: [{pay: 1000}]
  - {id: fraud, kind: red_line, when: calls > 400, consequence: hold, affects: volume}
"""
ROWS = pl.DataFrame(
    {
        "agent": ["a", "b", "c", "d", "a", "b", "e", "f"],
        "month": [*["2026-01"] * 4, *["2026-02"] * 4],
        "team": ["x", "x", "客服", "客服", "x", "x", "客服", None],
        "level": ["senior", None, "senior", "senior", "senior", "junior", "senior", "senior"],
        "hired": [date(2020, 1, 1)] * 8,
        "calls": [100, 90, 500, 5, 130, 90, None, 7],
        "csat": [0.95, 0.9504, 0.7, None, 0.95, 0.95, 0.5, 0.999],
    }
)


def assert_same_decisions(found: FrameDecisions, expected: list[Decision], ruleset: Ruleset) -> None:
    columns = {row["agent"] + row["period"]: row for row in found.frame.to_dicts()}
    assert set(columns) == {decision.agent + decision.period for decision in expected}
    for decision in expected:
        row = columns[decision.agent + decision.period]
        assert (row["status"], row["total"]) == (decision.status, decision.total)
        finals = {line.rule: line.final for line in decision.lines}
        for line in ruleset.policy.lines:
            if line.final is not None:
                assert row[f"{line.rule.id}.final"] == finals.get(str(line.rule.id))


def test_decisions_in_columns_are_those_that_are_made_one_by_one() -> None:
    ruleset = parse_ruleset(TEAMS)

    found = ruleset.evaluate_frame(ROWS)
    expected = ruleset.evaluate_all(ROWS.to_dicts())

    assert_same_decisions(found, list(expected), ruleset)
    assert (len(found), found.total, found.rejected) == (len(expected), expected.total, expected.rejected)
    assert found.frame["row"].to_list() == [1, 2, 3, 4, 5, 6, 8]
    # 0.9504 has a place more than declared.
    assert found.rounded == {"csat": 1}


def test_what_is_paid_is_written_out_for_one_agent() -> None:
    row = parse_ruleset(TEAMS).evaluate_frame(ROWS).frame.row(4, named=True)

    # a in February: 0.05 x 130; senior with 95 %; 2 x (130 - 100); the best of team x by calls.
    assert [
        row[name] for name in ("volume.final", "quality.final", "growth.final", "star.final", "total")
    ] == [Decimal(text) for text in ("6.50", "100.00", "60.00", "1000.00", "1166.50")]


def test_the_explanation_of_any_row_tells_what_the_columns_hold() -> None:
    ruleset = parse_ruleset(TEAMS)
    found = ruleset.evaluate_frame(ROWS)
    expected = ruleset.evaluate_all(ROWS.to_dicts())

    for decision in expected:
        again = found.of(decision.agent, decision.period)
        assert again == decision
        assert again.to_dict() == decision.to_dict()
        explained = found.explain(decision.agent, decision.period, "zh")
        assert explained.text() == decision.explain("zh").text()


@pytest.mark.parametrize(("agent", "period"), [("z", "2026-01"), ("a", "2027-01"), ("e", "2026-02")])
def test_there_is_no_decision_where_there_is_no_snapshot(agent: str, period: str) -> None:
    with pytest.raises(KeyError):
        parse_ruleset(TEAMS).evaluate_frame(ROWS).of(agent, period)


@pytest.mark.parametrize("name", ["service-incentives-2026.yaml", "service-quality-first.yaml"])
def test_the_example_population_is_decided_alike_from_a_table_and_from_parquet(
    name: str, tmp_path: Path
) -> None:
    ruleset = load_ruleset(RULESETS / name)
    expected = ruleset.evaluate_all(read_records(POPULATION))
    pl.read_csv(POPULATION).write_parquet(tmp_path / "population.parquet")

    for source in (POPULATION, tmp_path / "population.parquet"):
        found = ruleset.evaluate_frame(source)
        assert_same_decisions(found, list(expected), ruleset)
        assert found.total == expected.total


# --- What is asked for

ONE = """\
language: 1
ruleset: one
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes:
  team: text
metrics:
  calls: count
  csat: ratio
rules:
  - id: card
    kind: scorecard
    perspectives:
      all:
        weight: 100%
        measures: [{metric: csat, weight: 100%, zero_at: 70%, full_at: 97%}]
  - {id: volume, kind: bonus, pay: 0.05 * calls}
  - {id: quality, kind: bonus, when: card.score >= 60, pay: 100}
"""
AGENTS = pl.DataFrame(
    {
        "agent": ["a", "b"],
        "month": ["2026-01"] * 2,
        "team": ["x", "y"],
        "calls": [10, 20],
        "csat": [0.9, None],
    }
)


def test_only_the_lines_and_scores_that_are_asked_for_come_out() -> None:
    ruleset = parse_ruleset(ONE)

    found = ruleset.evaluate_frame(AGENTS, lines=["quality"], results=["card.score"])

    assert found.frame.columns == ["row", "agent", "period", "status", "total", "quality.final", "card.score"]
    # (0.9 - 0.7) / 0.27 = 0.740741 of the way
    assert found.frame["card.score"].to_list() == [Decimal("74.07"), None]
    assert (
        found.explain("a", "2026-01").text() == ruleset.evaluate(AGENTS.row(0, named=True)).explain().text()
    )


@pytest.mark.parametrize("asked", [{"lines": ["bonus"]}, {"lines": ["card"]}, {"results": ["card.points"]}])
def test_what_the_ruleset_does_not_have_is_refused(asked: dict[str, list[str]]) -> None:
    with pytest.raises(KeyError):
        parse_ruleset(ONE).evaluate_frame(AGENTS, lines=asked.get("lines"), results=asked.get("results", ()))


def test_results_come_out_as_what_their_type_stands_for() -> None:
    day = date(2026, 3, 8).toordinal()
    shown = [
        plain_column(pl.Series([True, None]), 1, BOOLEAN),
        plain_column(pl.Series(["A", None]), 1, TEXT),
        plain_column(pl.Series([1, None]), 1, choice("level", ("junior", "senior"))),
        plain_column(pl.Series([day, None]), 1, DATE),
        plain_column(pl.Series([7, None]), 8, NUMBER),
        plain_column(pl.Series([1, None]), 3, NUMBER),
    ]

    expected = [True, "A", "senior", date(2026, 3, 8), Decimal("0.875"), "1/3"]
    assert [column.to_list() for column in shown] == [[value, None] for value in expected]


def test_a_population_without_a_row_that_can_be_evaluated_has_the_columns_all_the_same() -> None:
    ruleset = parse_ruleset(ONE)

    found = ruleset.evaluate_frame(AGENTS.drop("calls"), results=["card.score"])

    assert (len(found), str(found.total)) == (0, "0.00")
    assert [problem.problem.code for problem in found.rejected] == ["IE4014"]
    assert "volume.final" in found.frame.columns


def test_without_polars_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("incentive_engine.evaluate.columns")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("incentive_engine.evaluate.columns", raising=False)
    monkeypatch.setitem(sys.modules, "polars", None)

    with pytest.raises(ImportError, match=r"pip install 'incentive-engine\[columns\]'"):
        parse_ruleset(ONE).evaluate_frame(AGENTS)


# --- `evaluate_all` chooses

FACTS = """\
language: 1
ruleset: facts
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {calls: count}
facts: {revenue: money}
rules:
  - {id: share, kind: bonus, pay: 10% * revenue}
"""


@pytest.mark.parametrize("text", [TEAMS, ONE])
@pytest.mark.parametrize("least", [1, 1000])
def test_a_population_in_columns_is_decided_alike_whichever_way_is_chosen(
    text: str, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ROWS_FOR_COLUMNS", least)
    ruleset = parse_ruleset(text)
    expected = ruleset.evaluate_all(ROWS.to_dicts())

    found = ruleset.evaluate_all(ROWS)

    assert list(found) == list(expected)
    assert found[-2:] == expected[-2:]
    assert (len(found), found.total, found.rejected) == (len(expected), expected.total, expected.rejected)
    assert found.of("a", "2026-02").to_dict() == expected.of("a", "2026-02").to_dict()
    # In columns the total is known before any decision is made.
    assert (found.known_total is not None) == (least == 1)


def test_facts_stand_beside_a_population_in_columns_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ROWS_FOR_COLUMNS", 1)
    ruleset = parse_ruleset(FACTS)

    found = ruleset.evaluate_all(AGENTS, facts=[{"month": "2026-01", "revenue": 500}])

    # A tenth of what the company sold, for each of the two.
    assert found.total == 100
    assert [decision.total for decision in found] == [50, 50]
