"""Sweeps and stages; amounts are worked out by hand from trying.py."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.simulation.laboratory.trying import POLICY, Row, costs, problems, row, said, scenario, tried


class TestSweeps:
    def test_a_number_is_tried_with_several_values(self, tmp_path: Path) -> None:
        found = tried(tmp_path, "sweep: [{path: parameters.bonus, values: [100, 110, 0]}]")

        # Quality is paid twice.
        assert costs(found) == [
            ("spring (parameters.bonus=100)", Decimal(1030)),
            ("spring (parameters.bonus=110)", Decimal(1050)),
            ("spring (parameters.bonus=0)", Decimal(830)),
        ]

    def test_a_sweep_alone_goes_by_the_scenarios_title(self, tmp_path: Path) -> None:
        (first,) = tried(tmp_path, "sweep: [{path: parameters.bonus, values: [100]}]").variants

        assert first.variant.shown_title("en") == "Spring (parameters.bonus = 100)"
        assert first.variant.ruleset.identity.version == "1+spring"

    def test_steps_are_exact_and_keep_their_unit(self, tmp_path: Path) -> None:
        found = scenario(tmp_path, "sweep: [{path: parameters.target, from: 80%, to: 82%, step: 0.5%}]")

        assert [each.point[0].value for each in found.variants] == [
            "80.0%",
            "80.5%",
            "81.0%",
            "81.5%",
            "82.0%",
        ]

    def test_steps_may_go_down_and_need_not_reach_the_end(self, tmp_path: Path) -> None:
        found = scenario(tmp_path, "sweep: [{path: parameters.bonus, from: 100, to: 35, step: -30}]")

        assert [each.point[0].value for each in found.variants] == ["100", "70", "40"]

    def test_two_numbers_are_tried_in_every_combination_under_every_proposal(self, tmp_path: Path) -> None:
        text = """
proposals: [{id: plain}, {id: free, remove: [rules.breach]}]
sweep:
  - {path: rules.volume.tiers.top.rate, values: [2, 2.50]}
  - {path: parameters.bonus, values: [100, 110]}
"""
        found = tried(tmp_path, text)

        # 100 calls lie in the top band; without red line quality is paid three times.
        assert [each.cost.after for each in found.variants] == [
            *(Decimal(each) for each in (1030, 1050, 1080, 1100)),
            *(Decimal(each) for each in (1130, 1160, 1180, 1210)),
        ]
        point = {"rules.volume.tiers.top.rate": "2.50", "parameters.bonus": "110"}
        assert found.of("free", point).cost.after == Decimal(1210)
        assert found.of("free", point).to_dict()["point"] == [
            {"path": "rules.volume.tiers.top.rate", "value": "2.50"},
            {"path": "parameters.bonus", "value": "110"},
        ]

    @pytest.mark.parametrize(
        ("sweep", "expected"),
        [
            ("{path: parameters.bonus}", "IE5105 scenario.yaml:6 it is not clear which values"),
            ("{path: parameters.bonus, values: [1], step: 2}", "IE5105 scenario.yaml:6 "),
            ("{path: parameters.bonus, from: 1, to: 2}", "IE5105 scenario.yaml:6 "),
            ("{path: parameters.bonus, from: a, to: 2, step: 1}", "IE5106 scenario.yaml:6 `a` is no number"),
            (
                "{path: parameters.bonus, from: 1, to: 2%, step: 1}",
                "IE5119 scenario.yaml:6 `2%` is not in the same",
            ),
            (
                "{path: parameters.bonus, from: 1, to: 2, step: 0}",
                "IE5123 scenario.yaml:6 steps of this size",
            ),
            ("{path: parameters.bonus, from: 1, to: 2, step: -1}", "IE5123 scenario.yaml:6 "),
            (
                "{path: parameters.bonus, from: 1, to: 1001, step: 1}",
                "IE5107 scenario.yaml:6 the sweep tries 1,001",
            ),
            ("{path: parameters.bonus, values: [nothing]}", "IE2100 scenario.yaml:6 "),
        ],
    )
    def test_what_is_wrong_with_a_sweep_is_told(self, tmp_path: Path, sweep: str, expected: str) -> None:
        found = said(problems(tmp_path, f"sweep: [{sweep}]"))

        assert found[0].startswith(expected), found

    def test_too_many_combinations_are_refused(self, tmp_path: Path) -> None:
        one = "{path: parameters.bonus, from: 1, to: 40, step: 1}"

        assert said(problems(tmp_path, f"sweep: [{one}, {one}]"))[0].startswith(
            "IE5107 scenario.yaml:6 the sweep tries 1,600 combinations, and 1,000 is the most"
        )


class TestStages:
    def test_a_stage_is_in_force_on_its_days_only(self, tmp_path: Path) -> None:
        text = "proposals: [{id: a, stages: [{from: 2026-02-01, changes: {rules.volume.tiers.top.rate: 3}}]}]"

        # Of the 100 calls in the top band 30 are in February.
        assert costs(tried(tmp_path, text)) == [("a", Decimal(1060))]

    def test_the_later_of_two_stages_wins(self, tmp_path: Path) -> None:
        text = """
proposals:
  - id: a
    changes: {rules.volume.tiers.top.rate: 1}
    stages:
      - {changes: {parameters.bonus: 110}}
      - {until: 2026-01-31, changes: {parameters.bonus: 150}}
"""
        # The rate of 1 costs 100 less; quality pays 150 in January and 110 in February.
        assert costs(tried(tmp_path, text)) == [("a", Decimal(990))]

    def test_a_stage_may_add_and_remove_rules(self, tmp_path: Path) -> None:
        text = """
proposals:
  - id: a
    stages:
      - {from: 2026-02-01, changes: {rules.gift: {kind: bonus, title: Gift, pay: 7}}}
"""
        found = tried(tmp_path, text).of("a")

        assert found.cost.difference == Decimal(14)
        assert [(rule.rule, rule.cost.difference) for rule in found.rules][-1] == ("gift", Decimal(14))

    def test_a_rule_of_one_stage_alone_has_bands_in_that_stage(self, tmp_path: Path) -> None:
        text = """
proposals:
  - id: a
    stages:
      - from: 2026-02-01
        changes:
          rules.more: {kind: tiered_bonus, measure: calls, tiers: [{upto: 120, pay: 1}, {pay: 2}]}
"""
        bands = {each.rule: each.bands for each in tried(tmp_path, text).of("a").occupancy}

        # Ann's 100 and Bob's 130 in February.
        assert [(each.band, each.before, each.after) for each in bands["more"]] == [
            ("1", 0, 1),
            ("2", 0, 1),
            (None, 5, 3),
        ]

    def test_what_a_stage_pays_is_what_the_next_period_looks_back_at(self, tmp_path: Path) -> None:
        policy = POLICY + '  - {id: steady, kind: bonus, pay: "default(previous(quality.final), 0)"}\n'
        rows: list[Row] = [row("Ann", f"2026-0{month}", "chat", "junior", 0, "95%") for month in (1, 2, 3)]
        text = "proposals: [{id: a, stages: [{from: 2026-02-01, changes: {parameters.bonus: 120}}]}]"
        found = tried(tmp_path, text, rows, policy=policy).of("a")

        # Quality pays 100, 120, 120, steady what it paid the month before: 0, 100, 120, and the star 50.
        assert list(found.paid.totals) == [15000, 27000, 29000]
        assert list(found.differences) == [0, 2000, 4000]

    def test_decisions_follow_the_ruleset_in_force_and_explain_it(self, tmp_path: Path) -> None:
        policy = POLICY + '  - {id: steady, kind: bonus, pay: "default(previous(quality.final), 0)"}\n'
        rows: list[Row] = [row("Ann", f"2026-0{month}", "chat", "junior", 0, "95%") for month in (1, 2, 3)]
        text = "proposals: [{id: a, stages: [{from: 2026-02-01, changes: {parameters.bonus: 120}}]}]"
        first, second = tried(tmp_path, text, rows, policy=policy).of("a").largest()

        assert (first.pair.period, first.pair.after.total) == ("2026-03", Decimal(290))
        assert {line.rule: line.cost.difference for line in first.lines} == {
            "quality": Decimal(20),
            "steady": Decimal(20),
        }
        assert [line.rule for line in second.lines] == ["quality"]
