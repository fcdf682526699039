"""What a scenario shows; the baseline's 1030 and all else is worked out by hand in trying.py and here."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from incentive_engine.simulation.laboratory import ScenarioResult, load_scenario, run_scenario
from incentive_engine.simulation.laboratory.distribution import distribution, gini, interval, quantile
from incentive_engine.simulation.laboratory.views import BandCount
from tests.simulation.laboratory.trying import HEAD, POLICY, ROWS, costs, tried

# The top band pays 3: 50 calls of Ann's, 20 of Cid's and 30 of Bob's lie in it, so 100 more.
RATE = "proposals: [{id: rate, title: {en: More, zh: 更多}, changes: {rules.volume.tiers.top.rate: 3}}]\n"
# Ann and Bob get 20 more for quality, and Bob in January 120 for the first time.
CALM = "proposals: [{id: calm, changes: {parameters.bonus: 120}, remove: [rules.breach]}]\n"


@pytest.fixture
def rate(tmp_path: Path) -> ScenarioResult:
    return tried(tmp_path, RATE + "by: [team, [team, level], period]\noutcome: calls\n")


@pytest.fixture
def calm(tmp_path: Path) -> ScenarioResult:
    return tried(tmp_path, CALM)


class TestCost:
    def test_the_cost_of_a_proposal_is_told_beside_the_baseline(self, rate: ScenarioResult) -> None:
        cost = rate.of("rate").cost

        assert (cost.before, cost.after, cost.difference) == (Decimal(1030), Decimal(1130), Decimal(100))

    def test_agents_gain_and_lose_over_all_periods(self, calm: ScenarioResult) -> None:
        # Ann +20, Bob +120 +20, Cid nothing.
        assert calm.of("calm").agents.to_dict() == {
            "counted": 3,
            "gainers": 2,
            "losers": 0,
            "unchanged": 1,
            "gained": "160.00",
            "lost": "0.00",
        }

    def test_each_decision_has_its_difference(self, calm: ScenarioResult) -> None:
        assert list(calm.of("calm").differences) == [2000, 12000, 0, 0, 2000]
        assert [f"{agent} {period}" for period, agent in calm.keys] == [
            *("Ann 2026-01", "Bob 2026-01", "Cid 2026-01", "Ann 2026-02", "Bob 2026-02")
        ]

    def test_the_rules_add_up_to_the_difference(self, calm: ScenarioResult) -> None:
        found = {rule.rule: rule.cost.difference for rule in calm.of("calm").rules}

        assert found == {"volume": 0, "quality": Decimal(160), "star": 0, "breach": 0}

    def test_a_rule_says_of_which_kind_it_is_in_each_ruleset(self, calm: ScenarioResult) -> None:
        breach = calm.of("calm").rules[-1]

        assert (breach.rule, breach.kind_before, breach.kind_after, breach.pays) == (
            *("breach", "red_line", None, False),
        )

    def test_what_the_floor_of_the_total_adds_is_beside_the_rules(self, tmp_path: Path) -> None:
        # Bob's January total is 80 - 100 = -20, and the floor adds 20. With a fine of 120 it adds 40.
        policy = POLICY + "  - {id: fine, kind: bonus, pay: -100 * breaches}\n"
        found = tried(
            tmp_path, "proposals: [{id: fined, changes: {rules.fine.pay: -120 * breaches}}]", policy=policy
        )

        fined = found.of("fined")
        assert (fined.floor_added.before, fined.floor_added.after) == (Decimal(20), Decimal(40))
        assert fined.cost.units == sum(rule.cost.units for rule in fined.rules) + fined.floor_added.units == 0

    def test_amounts_beyond_64_bits_are_exact_too(self, tmp_path: Path) -> None:
        policy = POLICY.replace("value: 100, title: Bonus", "value: 100000000000000000, title: Bonus")
        found = tried(
            tmp_path,
            "proposals: [{id: more, changes: {parameters.bonus: 100000000000000001}}]",
            policy=policy,
        )

        # Quality is paid twice.
        assert found.of("more").cost.before == 830 + 2 * 10**17
        assert found.of("more").cost.difference == Decimal(2)


class TestSplits:
    def test_results_are_split_by_an_attribute(self, rate: ScenarioResult) -> None:
        teams = rate.of("rate").by("team")

        # Chat: 350 + 80 + 100 + 310 = 840, and 50 + 30 more; mail: Cid's 190 and 20 more.
        assert [(teams.values(each), each.cost.before, each.cost.difference) for each in teams.sections] == [
            (("chat",), Decimal(840), Decimal(80)),
            (("mail",), Decimal(190), Decimal(20)),
        ]

    def test_results_are_split_by_a_pair_of_attributes(self, rate: ScenarioResult) -> None:
        both = rate.of("rate").by("team", "level")

        assert [(both.values(each), each.cost.difference, each.agents.counted) for each in both.sections] == [
            (("chat", "junior"), Decimal(50), 1),
            (("chat", "senior"), Decimal(30), 1),
            (("mail", "junior"), Decimal(20), 1),
        ]
        assert both.name == "team, level"

    def test_results_are_split_by_period(self, rate: ScenarioResult) -> None:
        months = rate.of("rate").by("period")

        assert [(months.values(each), each.cost.difference) for each in months.sections] == [
            (("2026-01",), Decimal(70)),
            (("2026-02",), Decimal(30)),
        ]

    def test_what_is_missing_comes_last(self, rate: ScenarioResult) -> None:
        satisfaction = rate.of("rate").by("csat")

        assert [satisfaction.values(each)[0] for each in satisfaction.sections] == [
            *(Decimal(each) for each in ("0.85", "0.9", "0.92", "0.95")),
            None,
        ]

    def test_a_name_that_no_ruleset_has_splits_nothing(self, rate: ScenarioResult) -> None:
        with pytest.raises(KeyError):
            rate.of("rate").by("planet")


class TestDistribution:
    def test_the_pay_of_agents_is_distributed(self, rate: ScenarioResult) -> None:
        before, after = rate.of("rate").distributions
        assert before is not None
        assert after is not None

        # Cid 190, Bob 80 + 310 = 390, Ann 350 + 100 = 450. The Gini coefficient is the sum of
        # (2i - 4) x: -2 x 190 + 0 x 390 + 2 x 450 = 520, over 3 x 1030.
        assert (before.lowest, before.quantiles, before.highest) == (
            19000,
            (19000, 19000, 39000, 45000, 45000),
            45000,
        )
        assert before.gini == Fraction(520, 3090)
        assert before.mean == Fraction(103000, 3)
        assert before.rounded_mean == Decimal("343.33")
        assert before.rounded_gini == Decimal("0.1683")
        # Cid 210, Bob 420, Ann 500.
        assert after.to_dict()["highest"] == "500.00"

    def test_who_gets_nothing_is_counted(self) -> None:
        found = distribution([0, 0, 500, -100], 2)

        assert found is not None
        assert (found.nothing, found.share_with_nothing, found.gini, found.rounded_gini) == (
            *(3, Decimal("0.7500"), None, None),
        )

    def test_of_nobody_there_is_none(self) -> None:
        assert distribution([], 2) is None
        assert gini([]) is None

    def test_a_quantile_is_the_least_value_that_the_share_does_not_exceed(self) -> None:
        ascending = [1, 2, 3, 4, 5]

        assert [quantile(ascending, Fraction(each, 10)) for each in (0, 2, 3, 5, 10)] == [1, 1, 2, 3, 5]

    def test_an_interval_holds_the_middle_nine_tenths(self) -> None:
        # Of 1 to 40: 5 % is the 2nd, 95 % the 38th, the median the 20th.
        assert interval(range(40, 0, -1), 0).to_dict() == {
            "repetitions": 40,
            "lowest": "1",
            "low": "2",
            "median": "20",
            "high": "38",
            "highest": "40",
        }


class TestWhatElseChanges:
    def test_bands_are_counted_before_and_after(self, tmp_path: Path) -> None:
        # Calls of 150, 80, 120, 100, 130: with a limit of 120 in place of 100 Cid is in the first band, too.
        found = tried(tmp_path, "proposals: [{id: longer, changes: {rules.volume.tiers.1.upto: 120}}]")

        (bands,) = found.of("longer").occupancy
        assert (bands.rule, bands.result) == ("volume", "band")
        assert bands.bands == (BandCount("1", 2, 3), BandCount("top", 3, 2))

    def test_decisions_without_a_band_are_counted_last(self, tmp_path: Path) -> None:
        text = 'proposals: [{id: seniors, changes: {rules.volume.applies_to: level == "senior"}}]'

        (bands,) = tried(tmp_path, text).of("seniors").occupancy
        # Bob's 80 is in the first band, his 130 in the top one.
        assert bands.bands == (BandCount("1", 2, 1), BandCount("top", 3, 1), BandCount(None, 0, 3))

    def test_a_rule_that_only_one_ruleset_has_gives_no_band_in_the_other(self, tmp_path: Path) -> None:
        (bands,) = tried(tmp_path, "proposals: [{id: none, remove: [rules.volume]}]").of("none").occupancy

        assert bands.bands == (BandCount("1", 2, 0), BandCount("top", 3, 0), BandCount(None, 0, 5))

    def test_places_in_star_awards_that_change_are_listed(self, tmp_path: Path) -> None:
        # Ranked by satisfaction: in January Ann (95 %) still wins before Bob (92 %), in February Bob (90 %)
        # before Ann (85 %), and Cid's is unknown.
        text = "proposals: [{id: happy, changes: {rules.star.rank_by: [{highest: csat}]}}]"

        (cid,) = tried(tmp_path, text).of("happy").rank_changes
        assert (cid.agent, cid.place_before, cid.place_after, cid.won_before, cid.won_after) == (
            *("Cid", 1, None, True, False),
        )
        assert cid.cost.difference == Decimal(-50)

    def test_the_status_of_decisions_changes(self, tmp_path: Path) -> None:
        found = tried(tmp_path, "proposals: [{id: strict, changes: {rules.breach.consequence: hold}}]").of(
            "strict"
        )

        assert [(each.before, each.after, each.decisions) for each in found.statuses] == [
            ("final", "final", 3),
            ("final", "held", 1),
            ("incomplete", "incomplete", 1),
        ]
        assert [(agent, before, after) for (_, agent), before, after in found.status_changes] == [
            ("Bob", "final", "held")
        ]

    def test_the_cost_of_one_unit_of_the_outcome(self, rate: ScenarioResult) -> None:
        outcome = rate.of("rate").outcome
        assert outcome is not None

        # 1030 and 1130 for 150 + 80 + 120 + 100 + 130 = 580 calls.
        assert outcome.before == Fraction(580)
        assert (outcome.unit_before, outcome.unit_after) == (Decimal("1.7759"), Decimal("1.9483"))

    def test_the_outcome_is_the_baselines_also_for_a_ruleset_that_reads_the_data_otherwise(
        self, tmp_path: Path
    ) -> None:
        other = POLICY.replace("calls: {type: count, range: [0, 1000]}", "calls: {type: number, places: 1}")
        (tmp_path / "other.yaml").write_text(other, encoding="utf-8")
        outcome = tried(tmp_path, "proposals: [{id: a, ruleset: other.yaml}]\noutcome: calls").of("a").outcome
        assert outcome is not None

        assert (outcome.before, outcome.after) == (Fraction(580), Fraction(580))

    def test_an_unknown_outcome_counts_as_nothing_and_is_told(self, tmp_path: Path) -> None:
        outcome = tried(tmp_path, RATE + "outcome: {value: csat, title: Satisfaction}").of("rate").outcome
        assert outcome is not None

        # 0.95 + 0.92 + 0.85 + 0.90
        assert (outcome.after, outcome.unknown_after) == (Fraction("3.62"), 1)

    def test_without_any_outcome_a_unit_has_no_cost(self, tmp_path: Path) -> None:
        outcome = tried(tmp_path, RATE + "outcome: 0 * calls").of("rate").outcome
        assert outcome is not None

        assert (outcome.unit_before, outcome.unit_after) == (None, None)

    def test_a_scenario_without_outcome_has_none(self, calm: ScenarioResult) -> None:
        assert calm.of("calm").outcome is None

    def test_the_largest_changes_have_their_reasons(self, calm: ScenarioResult) -> None:
        (first, second) = calm.of("calm").largest(2)

        assert (first.pair.agent, first.pair.cost.difference) == ("Bob", Decimal(120))
        assert [line.rule for line in first.lines][:1] == ["quality"]
        assert (second.pair.agent, second.pair.period) == ("Ann", "2026-01")
        assert [each.pair.agent for each in calm.of("calm").largest()] == ["Bob", "Ann", "Bob"]

    def test_explanations_look_only_at_those_who_have_a_say(self, tmp_path: Path) -> None:
        alone = POLICY.split("  - id: star")[0]
        found = tried(
            tmp_path, "proposals: [{id: rate, changes: {rules.volume.tiers.2.rate: 3}}]", policy=alone
        )

        assert [each.pair.agent for each in found.of("rate").largest(1)] == ["Ann"]


class TestWhatIsCounted:
    def test_only_some_periods_are_counted_and_the_earlier_ones_are_history(self, tmp_path: Path) -> None:
        policy = POLICY + '  - {id: steady, kind: bonus, pay: "default(previous(calls), 0)"}\n'
        head = HEAD.replace("rows.csv}", "rows.csv, periods: {from: 2026-02, until: 2026-02}}")
        found = tried(tmp_path, RATE, policy=policy, head=head)

        # Ann's 100 and Bob's 310, and as many as they had calls in January: 150 and 80.
        assert found.of("rate").cost.before == Decimal(640)
        assert found.left_out.filtered == 3

    def test_who_is_not_counted_is_still_a_peer(self, tmp_path: Path) -> None:
        head = HEAD.replace("rows.csv}", 'rows.csv, where: level == "senior"}')
        found = tried(tmp_path, RATE, head=head)

        # Bob has 80 and 310: he is second in January, behind Ann.
        assert found.of("rate").cost.before == Decimal(390)
        assert [agent for _, agent in found.keys] == ["Bob", "Bob"]

    def test_a_row_that_one_ruleset_cannot_take_is_left_out_under_all(self, tmp_path: Path) -> None:
        (tmp_path / "other.yaml").write_text(POLICY.replace("[0, 1000]", "[0, 140]"), encoding="utf-8")
        found = tried(tmp_path, "proposals: [{id: short, ruleset: other.yaml}]")

        # Without Ann's January Bob wins the star: 1030 - 350 + 50.
        assert costs(found) == [("short", Decimal(730))]
        assert found.of("short").cost.before == Decimal(730)
        assert [problem.problem.code for problem in found.left_out.rejected] == ["IE4039"]

    def test_a_period_in_which_not_all_rulesets_are_in_effect_is_not_counted(self, tmp_path: Path) -> None:
        text = POLICY.replace("currency:", "effective: {from: 2026-02-01}\ncurrency:")
        (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
        found = tried(tmp_path, "proposals: [{id: later, ruleset: other.yaml}]")

        assert found.of("later").cost.before == Decimal(410)
        assert found.left_out.not_in_effect == ("2026-01",)

    def test_rows_of_a_history_count_as_history_only(self, tmp_path: Path) -> None:
        policy = POLICY + '  - {id: steady, kind: bonus, pay: "default(previous(calls), 0)"}\n'
        head = HEAD.replace("rows.csv}", "rows.csv, history: before.csv}")
        lines = ["agent,month,team,level,calls,csat,breaches", "Ann,2025-12,chat,junior,40,90%,0"]
        (tmp_path / "before.csv").write_text("\n".join(lines), encoding="utf-8")
        found = tried(tmp_path, RATE, policy=policy, head=head)

        # 1030, and 40 + 0 + 0 + 150 + 80.
        assert found.of("rate").cost.before == Decimal(1300)
        assert len(found.keys) == 5

    def test_facts_stand_beside_the_rows(self, tmp_path: Path) -> None:
        policy = POLICY.replace("parameters:", "facts: {margin: number}\nparameters:").replace(
            "pay: bonus}", "pay: bonus * margin}"
        )
        head = HEAD.replace("rows.csv}", "rows.csv, facts: facts.csv}")
        lines = ["month,margin", "2026-01,2", "2026-02,3"]
        (tmp_path / "facts.csv").write_text("\n".join(lines), encoding="utf-8")
        text = "proposals: [{id: more, changes: {parameters.bonus: 110}}]"
        found = tried(tmp_path, text, policy=policy, head=head)

        # Quality pays Ann 200 in January and Bob 300 in February, 300 more than without it; then 220, 330.
        assert found.of("more").cost.before == Decimal(1330)
        assert found.of("more").cost.difference == Decimal(50)
        assert found.scenario.files[-1] == tmp_path / "facts.csv"
        # Other facts can take the place of the scenario's.
        rows = [{"month": "2026-01", "margin": 0}, {"month": "2026-02", "margin": 0}]
        assert run_scenario(found.scenario, list(ROWS), facts=rows).of("more").cost.before == Decimal(830)

    def test_nobody_at_all_costs_nothing(self, tmp_path: Path) -> None:
        found = tried(tmp_path, RATE, rows=[]).of("rate")

        assert found.cost.units_after == 0
        assert found.distributions == (None, None)
        assert found.largest() == ()


class TestData:
    def test_the_result_is_plain_data_for_json(self, rate: ScenarioResult) -> None:
        found = json.loads(rate.to_json())

        assert (found["scenario"], found["currency"], found["rows"], found["counted"]) == (
            "spring",
            "CNY",
            5,
            5,
        )
        (variant,) = found["variants"]
        assert variant["cost"]["difference"] == "100.00"
        assert variant["by"][1]["groups"][0]["labels"] == ["chat", "junior"]
        assert variant["outcome"]["unit_after"] == "1.9483"
        assert variant["by_agent"][0] == {
            "agent": "Ann",
            "before": "450.00",
            "after": "500.00",
            "difference": "50.00",
            "share": "0.1111",
        }

    def test_a_changed_ruleset_has_a_version_and_a_title_of_its_own(self, rate: ScenarioResult) -> None:
        ruleset = rate.of("rate").variant.ruleset

        assert ruleset.identity.version == "1+rate"
        assert ruleset.policy.shape.title is not None
        assert ruleset.policy.shape.title.zh == "更多"
        assert ruleset.identity.content_hash != rate.scenario.baseline.identity.content_hash

    def test_a_variant_that_is_not_there_is_no_result(self, rate: ScenarioResult) -> None:
        with pytest.raises(KeyError):
            rate.of("other")

    def test_data_in_a_file_are_found_from_the_scenario(self, tmp_path: Path) -> None:
        (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
        (tmp_path / "scenario.yaml").write_text(HEAD + RATE, encoding="utf-8")
        columns = list(ROWS[0])
        lines = [",".join(columns), *(",".join(str(each[column]) for column in columns) for each in ROWS)]
        (tmp_path / "rows.csv").write_text("\n".join(lines), encoding="utf-8")

        assert costs(run_scenario(load_scenario(tmp_path / "scenario.yaml"))) == [("rate", Decimal(1130))]
