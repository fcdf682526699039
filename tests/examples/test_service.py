"""The example service, through FastAPI's test client."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from fastapi.testclient import TestClient

from examples.service.app import app, create_app
from incentive_engine import load_ruleset, parse_ruleset
from tests.support.places import POPULATION, RULESETS

client = TestClient(app)
SMALL = """
language: 1
ruleset: praise
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {thanks: {type: count, title: {en: Thanks, zh: 感谢}}}
rules:
  - {id: thanks_bonus, kind: bonus, title: {en: Thanks bonus, zh: 感谢奖}, pay: 12.50 * thanks}
"""
small = TestClient(create_app(parse_ruleset(SMALL)))


def population() -> list[dict[str, str]]:
    with POPULATION.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def problems(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem["code"], problem["place"]) for problem in answer["problems"]]


def test_it_says_which_ruleset_decides_and_what_it_needs() -> None:
    answer = small.get("/ruleset", params={"lang": "zh"}).json()
    assert (answer["id"], answer["version"], answer["currency"], answer["period"]) == (
        "praise",
        "1",
        "CNY",
        "month",
    )
    assert answer["fields"] == [{"column": "thanks", "name": "thanks", "title": "感谢", "type": "count"}]
    assert (answer["needs_peers"], answer["needs_history"]) == (False, False)


def test_the_service_starts_with_the_ruleset_of_2026() -> None:
    answer = client.get("/ruleset").json()
    identity = load_ruleset(RULESETS / "service-incentives-2026.yaml").identity
    assert (answer["id"], answer["content_hash"]) == (identity.id, identity.content_hash)
    assert answer["title"] == "Customer-service incentives 2026"


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Thanks bonus: 37.50 CNY"), ("zh", "感谢奖：37.50 元")]
)
def test_a_decision_comes_with_its_reasons_in_the_asked_language(language: str, told: str) -> None:
    # 3 x 12.50
    answer = small.post(
        "/decisions",
        params={"lang": language},
        json={"snapshot": {"agent": "A1", "month": "2026-03", "thanks": 3}},
    )
    assert answer.status_code == 200
    decision = answer.json()["decision"]
    assert (decision["total"], decision["status"]) == (
        "37.50",
        "final",
    )  # A text: no reader makes a float of it.
    assert told in answer.json()["explanation"]


def test_with_peers_and_history_the_decision_is_that_of_the_whole_population() -> None:
    # A019 is the star of its team in May; see tests/rulesets.
    rows = population()
    own = next(row for row in rows if (row["agent_id"], row["month"]) == ("A019", "2026-05"))
    peers = [row for row in rows if row["month"] == "2026-05" and row is not own]
    history = [row for row in rows if row["month"] < "2026-05"]
    answer = client.post("/decisions", json={"snapshot": own, "peers": peers, "history": history}).json()
    assert answer["decision"]["total"] == "2007.57"


def test_all_that_is_wrong_with_a_snapshot_comes_back_with_codes_and_columns() -> None:
    answer = small.post(
        "/decisions",
        params={"lang": "zh"},
        json={"snapshot": {"agent": "", "month": "March", "thanks": "many"}},
    )
    assert answer.status_code == 422
    assert problems(answer.json()) == [("IE4021", "agent"), ("IE4025", "month"), ("IE4031", "thanks")]
    assert all(problem["message"] for problem in answer.json()["problems"])


def test_a_request_that_is_none_is_answered_in_the_same_form() -> None:
    answer = small.post("/decisions", json={"snapshots": {}})
    assert answer.status_code == 422
    assert problems(answer.json()) == [("REQUEST", "body.snapshot")]
    answer = small.get("/ruleset", params={"lang": "fr"})
    assert problems(answer.json()) == [("REQUEST", "query.lang")]


def test_a_ruleset_that_looks_back_asks_for_history() -> None:
    answer = client.post("/decisions", json={"snapshot": population()[0]})
    assert answer.status_code == 422
    assert problems(answer.json()) == [("IE4067", "")]


def test_what_is_wrong_with_another_row_comes_back_with_its_number() -> None:
    own, other, *_ = (row for row in population() if row["month"] == "2026-05")
    wrong = {**other, "fcr": "89%%"}
    answer = client.post("/decisions", json={"snapshot": own, "peers": [other, wrong], "history": [own]})
    assert answer.status_code == 422
    # Both peers are one agent, and what is history is no earlier month.
    assert {("IE4031", "peers:2 fcr"), ("IE4052", "history:1")} <= set(problems(answer.json()))


def test_a_proposal_is_compared_over_a_population() -> None:
    # 3 and 1 thanks: 4 x 12.50 = 50 before, 4 x 15 = 60 after.
    snapshots = [
        {"agent": "A1", "month": "2026-03", "thanks": 3},
        {"agent": "A2", "month": "2026-03", "thanks": 1},
    ]
    answer = small.post(
        "/simulations",
        json={"proposal": SMALL.replace("12.50", "15"), "snapshots": snapshots, "by": ["thanks"]},
    )
    assert answer.status_code == 200
    cost = answer.json()["comparison"]["cost"]
    assert (cost["before"], cost["after"], cost["difference"]) == ("50.00", "60.00", "10.00")
    assert answer.json()["report"]


def test_all_that_is_wrong_with_a_proposal_comes_back_with_its_place() -> None:
    proposal = SMALL.replace("* thanks", "* thank").replace("CNY", "CNX")
    answer = small.post("/simulations", json={"proposal": proposal, "snapshots": [{}]})
    assert answer.status_code == 422
    assert {place.split(":")[0] for _, place in problems(answer.json())} == {"proposal"}
    assert len(problems(answer.json())) == 2


def test_what_cannot_be_compared_is_refused_with_its_code() -> None:
    proposal = SMALL.replace("CNY", "EUR")
    answer = small.post("/simulations", json={"proposal": proposal, "snapshots": [{}]})
    assert answer.status_code == 422
    assert problems(answer.json()) == [("IE5001", "")]
