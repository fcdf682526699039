"""Retrospectives: what was predicted beside what came of it, per decision, by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from incentive_engine.engine import Ruleset, load_ruleset
from incentive_engine.simulation.laboratory import parse_scenario, run_scenario
from incentive_engine.simulation.retrospect import PredictionError, Retrospective, retrospect
from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # noqa: PLC0414 -- a fixture is found by its name

POLICY = """
language: 1
ruleset: service
version: "2"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics:
  calls: count
  csat: {type: ratio, title: {en: Satisfaction, zh: 满意度}}
rules:
  - {id: volume, kind: bonus, title: {en: Volume, zh: 工作量}, pay: 2 * calls}
  - {id: quality, kind: bonus, when: csat >= 90%, pay: 100}
"""

SCENARIO = """
language: 1
scenario: trial
title: Better service
baseline: old.yaml
population: {snapshots: rows.csv}
proposals:
  - {id: new, title: New policy, ruleset: new.yaml}
assumptions: {csat: {becomes: csat + 5%, spread: 2%}}
repeat: 10
"""


def row(agent: str, month: str, calls: int, csat: str) -> dict[str, object]:
    return {"agent": agent, "month": month, "calls": calls, "csat": csat}


BEFORE = [row("Ann", "2026-01", 100, "88%"), row("Bob", "2026-01", 50, "70%")]
# Predicted: 200 + 100 and 100, so 400 over two decisions: 200. With 2 % off Ann still has 90 %.
SINCE = [
    row("Ann", "2026-02", 120, "91%"),  # 240 + 100
    row("Bob", "2026-02", 40, "70%"),  # 80
    row("Cid", "2026-02", 70, "60%"),  # 140
]
# Came of it: 560 over three decisions: 186.6667.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "new.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "old.yaml").write_text(POLICY.replace("2 * calls", "1 * calls"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def prediction(folder: Path) -> str:
    return run_scenario(parse_scenario(SCENARIO, str(folder / "trial.yaml")), BEFORE).to_json()


@pytest.fixture
def policy(folder: Path) -> Ruleset:
    return load_ruleset(folder / "new.yaml")


@pytest.fixture
def found(prediction: str, policy: Ruleset) -> Retrospective:
    return retrospect(prediction, policy, SINCE)


def test_money_is_compared_per_decision(found: Retrospective) -> None:
    assert found.decisions == (2, 3)
    assert found.pay.predicted == Fraction(200)
    assert found.pay.actual == Fraction(560, 3)
    assert found.pay.difference == Fraction(560, 3) - 200


def test_each_rule_and_each_metric_is_compared(found: Retrospective) -> None:
    rules = {each.name: (each.predicted, each.actual) for each in found.rules}
    # Volume: 300 over 2, and 460 over 3. Quality: 100 over 2, and 100 over 3.
    assert rules == {
        "volume": (Fraction(150), Fraction(460, 3)),
        "quality": (Fraction(50), Fraction(100, 3)),
    }
    calls, csat = found.metrics
    assert (calls.predicted, calls.actual) == (Fraction(75), Fraction(230, 3))
    assert csat.actual == Fraction(221, 300)


def test_pay_outside_of_what_was_predicted_is_said_to_be(found: Retrospective) -> None:
    # Whatever is drawn, 400 is predicted: both ends are 200.
    assert (found.low, found.high) == (Fraction(200), Fraction(200))
    assert not found.as_predicted
    assert "NOT as predicted: 186.6667 CNY instead of 200.00 CNY." in found.text()
    assert "与预测不符" in found.text("zh")


def test_pay_within_what_was_predicted_is_said_to_be(prediction: str, policy: Ruleset) -> None:
    found = retrospect(prediction, policy, [row("Ann", "2026-02", 50, "91%")])

    # 100 + 100.
    assert found.as_predicted
    assert "As predicted: 200.00 CNY" in found.markdown()


def test_pay_is_set_beside_both_ends_of_what_was_predicted(folder: Path, policy: Ruleset) -> None:
    spread = SCENARIO.replace("csat: {becomes: csat + 5%, spread: 2%}", "calls: {spread: 2}")
    prediction = run_scenario(parse_scenario(spread, str(folder / "trial.yaml")), BEFORE).to_json()
    far, near = SINCE, [row("Ann", "2026-02", 100, "70%"), row("Bob", "2026-02", 50, "70%")]

    # 300 over two decisions are 150; up to 2 calls more or fewer are 4.00 of each at most. Nobody has 90 %.
    assert "NOT as predicted: 186.6667 CNY, outside of " in retrospect(prediction, policy, far).text()
    assert "As predicted: 150.00 CNY, within " in retrospect(prediction, policy, near).text()


def test_rows_that_the_prediction_did_not_count_are_warned_of(folder: Path, policy: Ruleset) -> None:
    ann = SCENARIO.replace("rows.csv}", "rows.csv, where: calls >= 100}")
    prediction = run_scenario(parse_scenario(ann, str(folder / "trial.yaml")), BEFORE).to_json()
    found = retrospect(prediction, policy, SINCE)

    # Bob, with 50 calls, was not counted.
    assert (found.decisions, found.not_counted) == ((1, 3), 1)
    assert found.to_dict()["not_counted"] == 1
    assert "Warning: 1 rows were not counted when this was predicted" in found.text()


def test_where_nothing_was_decided_since_that_is_said(prediction: str, policy: Ruleset) -> None:
    found = retrospect(prediction, policy, [])

    assert (found.pay.actual, found.as_predicted) == (None, False)
    assert "No decision has been made since." in found.text()


def test_another_policy_than_predicted_on_is_warned_of(prediction: str, folder: Path) -> None:
    found = retrospect(prediction, load_ruleset(folder / "old.yaml"), SINCE)

    assert not found.same_policy
    assert "Warning: what was paid by is another text" in found.text()


def test_a_rule_that_was_not_predicted_has_no_prediction(prediction: str, folder: Path) -> None:
    text = POLICY.replace("{id: quality,", "{id: care,") + "  - {id: star, kind: bonus, pay: 0 * calls}\n"
    (folder / "other.yaml").write_text(text, encoding="utf-8")
    found = retrospect(prediction, load_ruleset(folder / "other.yaml"), SINCE)

    by_name = {each.name: each for each in found.rules}
    assert (by_name["care"].predicted, by_name["care"].difference) == (None, None)
    assert by_name["quality"].actual is None


def test_it_is_data_as_well(found: Retrospective) -> None:
    data = json.loads(found.to_json())

    assert data["pay"] == {
        "name": "pay",
        "title": "All pay",
        "predicted": "200.0000",
        "actual": "186.6667",
        "difference": "-13.3333",
    }
    assert (data["same_policy"], data["as_predicted"]) == (True, False)


def test_a_metric_of_which_nothing_was_known_has_no_prediction(folder: Path, policy: Ruleset) -> None:
    rows = [row("Ann", "2026-01", 100, "")]
    saved = run_scenario(parse_scenario(SCENARIO, str(folder / "trial.yaml")), rows).to_json()

    assert retrospect(saved, policy, SINCE).metrics[1].predicted is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"title": 1}'])
def test_what_is_no_prediction_is_refused(text: str, policy: Ruleset) -> None:
    with pytest.raises(PredictionError) as raised:
        retrospect(text, policy, SINCE)
    assert [problem.code for problem in raised.value.problems] == ["IE5165"]


def test_a_proposal_that_was_not_predicted_is_refused(prediction: str, policy: Ruleset) -> None:
    with pytest.raises(PredictionError) as raised:
        retrospect(prediction, policy, SINCE, proposal="nwe")
    (problem,) = raised.value.problems
    assert problem.code == "IE5166"
    assert "did you mean `new`?" in problem.hint("en")


def test_another_currency_is_refused(prediction: str, folder: Path) -> None:
    (folder / "euro.yaml").write_text(POLICY.replace("CNY", "EUR"), encoding="utf-8")
    with pytest.raises(PredictionError) as raised:
        retrospect(prediction, load_ruleset(folder / "euro.yaml"), SINCE)
    assert [problem.code for problem in raised.value.problems] == ["IE5167"]


class TestTheCommand:
    @pytest.fixture
    def files(self, folder: Path, prediction: str) -> tuple[Path, Path, Path]:
        (folder / "prediction.json").write_text(prediction, encoding="utf-8")
        lines = [",".join(map(str, each.values())) for each in SINCE]
        (folder / "since.csv").write_text("\n".join(["agent,month,calls,csat", *lines]), encoding="utf-8")
        return folder / "prediction.json", folder / "new.yaml", folder / "since.csv"

    def test_prints_both_side_by_side(self, run: Run, files: tuple[Path, Path, Path]) -> None:
        result = run("retrospect", *files)

        assert result.exit_code == 0
        assert result.stdout.startswith("What came of: Better service\n")
        (volume,) = [line for line in result.stdout.splitlines() if line.startswith("Volume")]
        assert volume.split()[1::2] == ["150.00", "153.3333", "3.3333"]

    def test_writes_json_and_markdown(self, run: Run, files: tuple[Path, Path, Path], tmp_path: Path) -> None:
        run("retrospect", *files, "--proposal", "new", "--out", tmp_path / "review.md")
        data = json.loads(run("retrospect", *files, "--format", "json").stdout)

        assert data["proposal"] == "New policy"
        assert (tmp_path / "review.md").read_text(encoding="utf-8").startswith("# What came of")

    def test_tells_what_cannot_be_read(self, run: Run, files: tuple[Path, Path, Path]) -> None:
        prediction, policy, since = files
        missing = run("retrospect", prediction.with_name("none.json"), policy, since)
        other = run("retrospect", prediction, policy, since, "--proposal", "nwe")
        prediction.write_bytes(b"\xff")
        binary = run("retrospect", prediction, policy, since)

        assert (missing.exit_code, other.exit_code, binary.exit_code) == (2, 1, 2)
        assert "UTF-8" in binary.stderr

    def test_tells_rows_that_are_left_out(self, run: Run, files: tuple[Path, Path, Path]) -> None:
        files[2].write_text(
            files[2].read_text(encoding="utf-8") + "\nDee,2026-02,many,80%\n", encoding="utf-8"
        )
        result = run("retrospect", *files)

        assert result.exit_code == 1
        assert "Dee" in result.stderr
