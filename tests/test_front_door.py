"""The library's front door, as a service uses it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from incentive_engine import (
    HistoryNeededError,
    RulesetError,
    SnapshotError,
    check_ruleset,
    load_ruleset,
    parse_ruleset,
)

HEADER = """
language: 1
ruleset: praise
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent, period: month}
metrics: {thanks: count}
"""
PRAISE = HEADER + "rules: [{id: praised, kind: bonus, pay: 12.50 * thanks}]"
RISE = HEADER + "rules: [{id: praised, kind: bonus, pay: 10 * rise(thanks)}]"


@dataclass
class Measured:
    agent: str
    month: str
    thanks: int


class Posted(BaseModel):
    agent: str
    month: str
    thanks: int


@pytest.mark.parametrize(
    "snapshot",
    [
        {"agent": "A1", "month": "2026-03", "thanks": 3},
        Measured("A1", "2026-03", 3),
        Posted(agent="A1", month="2026-03", thanks=3),
    ],
    ids=["a mapping", "a dataclass", "a pydantic model"],
)
def test_a_snapshot_may_be_any_object_that_has_the_columns(snapshot: object) -> None:
    assert parse_ruleset(PRAISE).evaluate(snapshot).total == Decimal("37.50")  # 3 x 12.50


def test_a_snapshot_with_problems_is_refused_with_all_of_them() -> None:
    with pytest.raises(SnapshotError) as refused:
        parse_ruleset(PRAISE).evaluate({"agent": "", "month": "2026-03", "thanks": -1})

    assert len(refused.value.problems) == 2
    assert all(str(problem) in str(refused.value) for problem in refused.value.problems)


def test_a_ruleset_that_looks_back_asks_for_history_and_none_is_an_answer() -> None:
    ruleset = parse_ruleset(RISE)
    march = {"agent": "A1", "month": "2026-03", "thanks": 3}
    february = {"agent": "A1", "month": "2026-02", "thanks": 1}

    with pytest.raises(HistoryNeededError, match="praise looks back at earlier periods") as refused:
        ruleset.evaluate(march)
    (problem,) = refused.value.problems
    assert problem.code == "IE4067"
    assert problem.message("zh") == "规则集 praise 需要查看以前的周期，但没有提供"
    assert "history=[]" in problem.hint("zh")
    assert ruleset.evaluate(march, history=[]).status == "incomplete"
    assert ruleset.evaluate(march, history=[february]).total == Decimal("20.00")  # (3 - 1) x 10


STAR = (
    HEADER
    + "rules: [{id: star, kind: star_award, rank_by: [{highest: thanks}], ties: all_win,"
    + " prizes: [{pay: 1000}]}]"
)


def march(agent: str, thanks: object) -> dict[str, object]:
    return {"agent": agent, "month": "2026-03", "thanks": thanks}


def test_a_peer_with_problems_is_refused_and_nobody_wins_without_it() -> None:
    ruleset = parse_ruleset(STAR)

    with pytest.raises(SnapshotError) as refused:
        ruleset.evaluate(march("A", 1), peers=[march("B", 9), march("C", "many")])

    assert refused.value.places == ("peers:2",)
    assert str(refused.value).startswith("peers:2: error IE4")
    assert ruleset.evaluate(march("A", 1), peers=[march("B", 9)]).total == 0
    assert ruleset.evaluate(march("A", 10), peers=[march("B", 9)]).total == 1000


def test_every_snapshot_stands_in_its_own_list_and_once() -> None:
    february = {"agent": "B", "month": "2026-02", "thanks": 1}

    with pytest.raises(SnapshotError) as refused:
        parse_ruleset(STAR).evaluate(
            march("A", 1), peers=[february, march("B", 1), march("B", 2), march("A", 3)]
        )
    assert [problem.code for problem in refused.value.problems] == ["IE4051", "IE4053", "IE4053"]
    assert refused.value.places == ("peers:1", "peers:3", "peers:4")

    with pytest.raises(SnapshotError) as refused:
        parse_ruleset(RISE).evaluate(march("A", 1), history=[february, february, march("B", 1)])
    assert [problem.code for problem in refused.value.problems] == ["IE4053", "IE4052"]
    assert refused.value.places == ("history:2", "history:3")


def test_history_of_other_agents_is_of_use_only_with_peers() -> None:
    february = {"agent": "B", "month": "2026-02", "thanks": 1}

    assert parse_ruleset(RISE).evaluate(march("A", 3), history=[february]).status == "incomplete"


@pytest.mark.parametrize("misused", ["march.csv", march("A", 1), b"agent,month"])
def test_a_file_name_or_a_single_snapshot_is_no_population(
    misused: str | bytes | dict[str, object],
) -> None:
    with pytest.raises(TypeError, match="rows of data are expected"):
        parse_ruleset(PRAISE).evaluate_all(misused)


def test_a_population_is_decided_in_order_and_what_has_problems_is_listed() -> None:
    decisions = parse_ruleset(PRAISE).evaluate_all(
        [
            {"agent": "B", "month": "2026-03", "thanks": 2},
            {"agent": "C", "month": "2026-03", "thanks": "many"},
            {"agent": "A", "month": "2026-03", "thanks": 1},
        ]
    )

    assert [decision.agent for decision in decisions] == ["A", "B"]
    assert decisions[0] is decisions[:1][0]
    assert len(decisions) == 2
    assert decisions.total == Decimal("37.50")  # 12.50 + 25.00
    assert [problem.row for problem in decisions.rejected] == [2]
    assert decisions.of("B", "2026-03").total == Decimal("25.00")
    with pytest.raises(KeyError, match="C"):
        decisions.of("C", "2026-03")


def test_a_ruleset_says_who_it_is_and_what_it_needs() -> None:
    praise, rise = parse_ruleset(PRAISE), parse_ruleset(RISE)

    assert (praise.identity.id, praise.identity.version) == ("praise", "1")
    assert praise.identity.content_hash != rise.identity.content_hash
    assert (praise.needs_peers, praise.needs_history, rise.needs_history) == (False, False, True)
    assert praise.warnings == ()


def test_a_file_is_loaded_or_refused_with_all_its_problems(tmp_path: Path) -> None:
    good, bad, chinese = (tmp_path / name for name in ("good.yaml", "bad.yaml", "gbk.yaml"))
    good.write_text(PRAISE, encoding="utf-8")
    bad.write_text(PRAISE.replace("12.50 * thanks", "12.50 * thank").replace("CNY", "RMB"), encoding="utf-8")
    chinese.write_bytes(("# 客服激励方案\n" + PRAISE).encode("gbk"))

    assert check_ruleset(good) == ()
    assert load_ruleset(good).evaluate({"agent": "A", "month": "2026-03", "thanks": 2}).total == Decimal(25)
    assert [problem.code for problem in check_ruleset(bad)] == ["IE3025", "IE2101"]
    with pytest.raises(RulesetError) as refused:
        load_ruleset(bad)
    assert refused.value.problems == check_ruleset(bad)
    with pytest.raises(RulesetError):
        load_ruleset(chinese)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match="nowhere"):
        load_ruleset(tmp_path / "nowhere.yaml")
