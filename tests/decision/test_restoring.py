"""Decisions are put away by pickle, and are the same when they are made again."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TypeVar, cast

import pytest

from incentive_engine import load_ruleset, parse_ruleset, read_records
from incentive_engine.compile.ruleset import Checked, compile_tree
from incentive_engine.decision import decision as module
from incentive_engine.decision import restoring
from incentive_engine.decision.decision import Decision
from incentive_engine.engine import Decisions
from incentive_engine.ruleset.nodes import Table
from tests.support.places import RULESETS

HEADER = """
language: 1
ruleset: praise
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {thanks: count, score: {type: number, places: 1}}
"""
RULES = """
rules:
  - {id: praised, kind: bonus, pay: 12.50 * rise(thanks)}
  - {id: best, kind: star_award, rank_by: [{highest: score}], ties: share_prizes, prizes: [{pay: 100}]}
"""


def population(text: str = HEADER + RULES) -> Decisions:
    return parse_ruleset(text).evaluate_all(
        {"agent": agent, "month": month, "thanks": thanks, "score": score}
        for agent, month, thanks, score in (
            ("A1", "2026-01", 1, 7),
            ("A1", "2026-03", 4, "7.25"),  # a gap, and a rounding that is noted
            ("A2", "2026-03", None, 7),
        )
    )


def told(decisions: tuple[Decision, ...]) -> list[str]:
    """Return all that can be read of decisions."""
    return [decision.to_json() + decision.explain(nearest=False).text(places=True) for decision in decisions]


Put = TypeVar("Put")


def there_and_back(decisions: Put) -> Put:
    """Put something away and take it out again."""
    return cast("Put", pickle.loads(pickle.dumps(decisions)))  # noqa: S301 -- it is our own


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "_remembered", {})


def test_decisions_with_peers_history_and_notes_are_restored() -> None:
    made = tuple(population().made)
    again = there_and_back(made)
    assert again == made
    assert told(again) == told(made)


def test_decisions_of_a_shipped_ruleset_are_restored() -> None:
    ruleset = load_ruleset(RULESETS / "service-incentives-2026.yaml")
    rows = list(read_records(RULESETS.parent / "examples" / "population" / "snapshots.csv"))[:6]
    made = tuple(ruleset.evaluate_all([row.cells for row in rows]).made)
    assert told(there_and_back(made)) == told(made)


def test_a_copy_is_the_same_decision() -> None:
    decision = population()[1]
    assert copy.copy(decision) == decision
    assert copy.deepcopy(decision).to_dict() == decision.to_dict()


def test_the_ruleset_is_compiled_once_for_all_its_decisions(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []

    def counting(root: Table, text: str, file: str) -> Checked:
        compiled.append(file)
        return compile_tree(root, text, file)

    monkeypatch.setattr(restoring, "compile_tree", counting)
    for decision in population():
        there_and_back(decision)
    assert compiled == ["ruleset.yaml"]


def test_only_some_rulesets_are_remembered() -> None:
    for number in range(20):
        text = f"{HEADER}rules: [{{id: praised, kind: bonus, pay: {number} * thanks}}]"
        decision = population(text)[1]
        assert there_and_back(decision).total == 4 * number
    assert len(restoring._remembered) == 16  # noqa: SLF001 -- what must not grow


def test_another_version_of_the_engine_restores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    put_away = pickle.dumps(population()[0])
    monkeypatch.setattr(module, "engine_version", lambda: "99.0")
    with pytest.raises(ValueError, match=r"of engine .* cannot be restored by engine 99\.0"):
        pickle.loads(put_away)  # noqa: S301 -- it is our own


def test_a_ruleset_whose_kinds_are_not_there_restores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    put_away = pickle.dumps(population()[0])
    monkeypatch.setattr(restoring, "compile_tree", lambda *_: Checked(None, ()))
    with pytest.raises(ValueError, match=r"ruleset\.yaml of a decision cannot be used here"):
        pickle.loads(put_away)  # noqa: S301 -- it is our own


def test_a_population_is_json_as_a_whole_and_line_by_line() -> None:
    decisions = parse_ruleset(HEADER + RULES).evaluate_all(
        [
            {"agent": "A1", "month": "2026-03", "thanks": 4, "score": 1},
            {"agent": "A2", "month": "2026-03", "thanks": "x", "score": 1},
        ]
    )
    whole = json.loads(decisions.to_json("zh"))
    assert whole["total"] == "100.00"  # the prize; how much thanks rose is unknown
    assert [each["agent"] for each in whole["decisions"]] == ["A1"]
    assert [(each["row"], each["code"]) for each in whole["rejected"]] == [(2, "IE4031")]
    assert [json.loads(line) for line in decisions.json_lines("zh")] == whole["decisions"]
