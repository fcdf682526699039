"""Goal seek and sensitivity, on numbers worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from incentive_engine.decision.format import Format
from incentive_engine.simulation.laboratory import (
    ScenarioError,
    ScenarioResult,
    parse_scenario,
    run_scenario,
)
from incentive_engine.simulation.laboratory.report import ScenarioReport

BASELINE = """
language: 1
ruleset: service
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {calls: count, waits: count}
parameters: {bonus: {value: 50, title: Bonus}, enough: 100}
rules:
  - {id: volume, kind: bonus, pay: 2 * calls}
  - id: steps
    kind: tiered_bonus
    measure: calls
    mode: slices
    tiers: [{upto: 100, rate: 1}, {rate: 2, name: top}]
  - {id: extra, kind: bonus, when: calls >= enough, pay: bonus}
"""

# Volume: 2 x (120 + 80 + 100) = 600. Steps: 100 + 2 x 20 = 140, 80, 100: 320. Extra: two of three: 100.
ROWS = (
    {"agent": "Ann", "month": "2026-01", "calls": 120, "waits": 1},
    {"agent": "Bob", "month": "2026-01", "calls": 80, "waits": 2},
    {"agent": "Cid", "month": "2026-01", "calls": 100, "waits": 3},
)
# Together 1020.

# 9 for each of the two with the most calls: 18 with one place of each, and so on.
STAR = """
  - id: star
    kind: star_award
    rank_by: [{highest: calls}]
    ties: share_prizes
    prizes: [{pay: 9, places: 2}]
"""

SCENARIO = """
language: 1
scenario: trial
baseline: old.yaml
population: {snapshots: rows.csv}
proposals:
  - {id: dearer, title: Dearer, changes: {rules.volume.pay: 3 * calls}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.yaml").write_text(BASELINE, encoding="utf-8")
    return tmp_path


def tried(folder: Path, more: str, scenario: str = SCENARIO) -> ScenarioResult:
    return run_scenario(parse_scenario(scenario + more, str(folder / "trial.yaml")), ROWS)


def codes(folder: Path, more: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(SCENARIO + more, str(folder / "trial.yaml"))
    assert all(problem.span is not None for problem in raised.value.problems)
    return [problem.code for problem in raised.value.problems]


class TestTheGoal:
    def test_is_the_last_value_that_keeps_the_budget_and_the_next_one_does_not(self, folder: Path) -> None:
        # The proposal costs 900 + 320 + 2 x bonus = 1220 + 2 x bonus; 1300 leaves 40 for the bonus.
        goal = "goal: {path: parameters.bonus, budget: 1300.01, from: 35, to: 45, step: 0.01}\n"
        (found,) = tried(folder, goal).sought

        assert found.met is not None
        assert found.beyond is not None
        assert (str(found.met.value), found.met.units) == ("40.00", 130000)
        assert (str(found.beyond.value), found.beyond.units) == ("40.01", 130002)
        assert found.is_steady

    def test_is_found_as_well_where_the_cost_falls_with_the_number(self, folder: Path) -> None:
        # With enough calls at 100 two get the bonus: 1320; from 101 on one: 1270.
        goal = "goal: {path: parameters.enough, budget: 1300, from: 90, to: 130, step: 1}\n"
        (found,) = tried(folder, goal).sought

        assert found.met is not None
        assert found.beyond is not None
        assert (str(found.met.value), str(found.beyond.value)) == ("101", "100")

    def test_tells_what_was_found_with_its_proof(self, folder: Path) -> None:
        goal = "goal: {path: parameters.bonus, budget: 1300, from: 0, to: 100, step: 1}\n"
        result = tried(folder, goal)
        text = ScenarioReport(result).text()

        assert (
            "Dearer: Cost of at most 1,300.00 CNY is met by parameters.bonus = 40, which costs 1,300.00 CNY;"
            " the next value, 41, costs 1,302.00 CNY."
        ) in text
        assert "the cost only rises, or only falls" in text
        assert "符合“成本不超过 1,300.00 元”，成本为 1,300.00 元" in ScenarioReport(result, "zh").text()

    def test_may_be_met_by_all_values(self, folder: Path) -> None:
        goal = "goal: {path: parameters.bonus, budget: 5000, from: 0, to: 100, step: 1}\n"
        (found,) = tried(folder, goal).sought

        assert found.met is not None
        assert (str(found.met.value), found.beyond) == ("100", None)
        assert "is met at both ends" in found.step().sentence(Format("en", "CNY", 2))

    def test_may_be_met_by_none(self, folder: Path) -> None:
        goal = "goal: {path: parameters.bonus, budget: -50%, from: 0, to: 100, step: 1}\n"
        (found,) = tried(folder, goal).sought

        assert found.met is None
        told = found.step().sentence(Format("en", "CNY", 2))
        assert "is met at neither end" in told
        assert "the cheaper one, 0, costs 1,220.00 CNY" in told
        assert found.to_dict(Format("en", "CNY", 2))["met"] is None

    def test_says_where_the_cost_rises_and_falls(self, folder: Path) -> None:
        # From 80 to 100 the third agent, and then the second, lose the bonus of 50; above that what the
        # bonus is multiplied by falls no more. A rate that is paid below a moving limit rises and falls.
        text = BASELINE.replace("when: calls >= enough, pay: bonus", "pay: 'abs(enough - 100) * 1 CNY'")
        (folder / "old.yaml").write_text(text, encoding="utf-8")
        # 1220 + 3 x |enough - 100|: 1280 at 80, 1220 at 100, 1370 at 150.
        goal = "goal: {path: parameters.enough, budget: 1300, from: 80, to: 150, step: 1}\n"
        (found,) = tried(folder, goal).sought

        assert found.met is not None
        # 3 x 26 = 78 is kept, 3 x 27 = 81 is not.
        assert (str(found.met.value), found.is_steady) == ("126", False)
        assert found.step().parts[0].code == "goal.unsteady"

    def test_is_sought_for_the_baseline_where_there_is_no_proposal(self, folder: Path) -> None:
        alone = SCENARIO[: SCENARIO.index("proposals:")] + "sweep: [{path: parameters.bonus, values: [1]}]\n"
        goal = "goal: {path: parameters.bonus, budget: +0%, from: 0, to: 100, step: 1}\n"
        (found,) = tried(folder, goal, alone).sought

        assert found.variant.proposal == "baseline"
        assert found.met is not None
        assert str(found.met.value) == "50"

    def test_stops_where_a_value_between_cannot_be(self, folder: Path) -> None:
        (folder / "old.yaml").write_text(BASELINE + STAR, encoding="utf-8")
        # One, two or three places; there is no place and a half.
        goal = "goal: {path: rules.star.prizes.1.places, budget: 1340, values: [1, 1.5, 3]}\n"
        result = tried(folder, goal)

        with pytest.raises(ScenarioError) as raised:
            _ = result.sought
        assert [problem.code for problem in raised.value.problems] == ["IE5161"]

    def test_may_be_one_of_some_values(self, folder: Path) -> None:
        # 1220 + 2 x bonus: 1260 at 20, 1320 at 50.
        goal = "goal: {path: parameters.bonus, budget: 1300, values: [0, 20, 50, 80]}\n"
        (found,) = tried(folder, goal).sought

        assert found.met is not None
        assert found.beyond is not None
        assert (str(found.met.value), str(found.beyond.value)) == ("20", "50")

    @pytest.mark.parametrize(
        ("goal", "code"),
        [
            ("{path: parameters.bonsu, budget: 1, from: 0, to: 9, step: 1}", "IE5100"),
            ("{path: rules.volume.pay, budget: 1, from: 0, to: 9, step: 1}", "IE5160"),
            ("{path: parameters.bonus, budget: 1, from: 0, to: 9, step: 10}", "IE5163"),
            ("{path: parameters.bonus, budget: much, from: 0, to: 9, step: 1}", "IE5155"),
            ("{path: parameters.bonus, budget: 1, from: 0, to: some, step: 1}", "IE5106"),
            ("{path: parameters.bonus, budget: 1, values: [1, some]}", "IE5106"),
            ("{path: parameters.bonus, budget: 1, from: 0}", "IE5105"),
            ("{path: parameters.enough, budget: 1, from: 0 min, to: 9 min, step: 1 min}", "IE5161"),
        ],
    )
    def test_that_cannot_be_sought_is_refused(self, folder: Path, goal: str, code: str) -> None:
        assert codes(folder, f"goal: {goal}\n") == [code]


class TestSensitivity:
    def test_says_which_number_moves_the_cost_most(self, folder: Path) -> None:
        found = tried(folder, "sensitivity: 10%\n").sensitivity

        assert found is not None
        moved = {each.path: each.cost.units for each in found.movements}
        # The first rate 1 -> 1.1: 10 + 8 + 10. The bonus 50 -> 55: 2 x 5. The last rate 2 -> 2.2: 20 x 0.2.
        # The limit 100 -> 110: 10 calls of Ann at 1 in the place of 2. Enough 100 -> 110: Cid's 50 are gone.
        assert moved == {
            "parameters.enough": -5000,
            "rules.steps.tiers.1.rate": 2800,
            "parameters.bonus.value": 1000,
            "rules.steps.tiers.1.upto": -1000,
            "rules.steps.tiers.top.rate": 400,
        }
        assert [each.path for each in found.movements] == list(moved)
        # 28 of 1020 is 2.745 %, for 10 %.
        assert found.movements[1].elasticity == Fraction(28, 1020) * 10

    def test_leaves_out_what_cannot_be_a_little_larger(self, folder: Path) -> None:
        (folder / "old.yaml").write_text(BASELINE + STAR, encoding="utf-8")
        found = tried(folder, "sensitivity: 1%\n").sensitivity

        assert found is not None
        assert found.fixed == ("rules.star.prizes.1.places",)

    def test_is_told_in_a_table(self, folder: Path) -> None:
        (folder / "old.yaml").write_text(BASELINE + STAR, encoding="utf-8")
        told = ScenarioReport(tried(folder, "sensitivity: 10%\n")).text()

        assert "What moves the cost of the baseline: each number 10% larger" in told
        assert "1 numbers cannot be a little larger by themselves" in told

    def test_says_nothing_of_numbers_that_are_fixed_where_there_are_none(self, folder: Path) -> None:
        told = ScenarioReport(tried(folder, "sensitivity: 10%\n")).text()

        assert "rules.steps.tiers.1.rate" in told
        assert "by themselves" not in told

    def test_is_data_as_well(self, folder: Path) -> None:
        found = tried(folder, "sensitivity: 10%\n").to_dict()["sensitivity"]

        assert isinstance(found, dict)
        assert found["movements"][1]["elasticity"] == "0.2745"
        assert found["movements"][1]["value_after"] == "1.1"

    def test_has_no_elasticity_where_nothing_is_paid(self, folder: Path) -> None:
        text = (
            BASELINE.replace("2 * calls", "0 * calls")
            .replace("rate: 1}", "rate: 0}")
            .replace("rate: 2", "rate: 0")
        )
        (folder / "old.yaml").write_text(text.replace("enough: 100", "enough: 500"), encoding="utf-8")
        found = tried(folder, "sensitivity: 10%\n").sensitivity

        assert found is not None
        assert {each.elasticity for each in found.movements} == {None}
        assert found.movements[0].to_dict()["elasticity"] is None

    @pytest.mark.parametrize("text", ["much", "5", "-1%"])
    def test_that_is_no_share_is_refused(self, folder: Path, text: str) -> None:
        assert codes(folder, f"sensitivity: {text}\n") == ["IE5162"]


def test_guardrails_stand_in_the_report_with_the_foremost_who_break_them(folder: Path) -> None:
    rows = [{"agent": f"A{number}", "month": "2026-01", "calls": 100, "waits": 0} for number in range(25)]
    cheaper = (
        SCENARIO.replace("3 * calls", "1 * calls") + "guardrails: [{largest_loss: 10}, {budget: 9999999}]\n"
    )
    result = run_scenario(parse_scenario(cheaper, str(folder / "trial.yaml")), rows)
    text = ScenarioReport(result).text()

    assert "BROKEN: No agent loses more than 10.00 CNY (the largest loss is 100.00 CNY)" in text
    assert "  A0 loses 100.00 CNY" in text
    assert "And 5 more." in text
    assert [judgement.guardrail.name for _, judgement in result.broken] == ["largest_loss"]
