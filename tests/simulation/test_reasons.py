"""Why a decision changed: which lines, by how much, and what was told of them under one ruleset only."""

from __future__ import annotations

from decimal import Decimal

import pytest

from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.simulation.reasons import ExplainedChange
from incentive_engine.texts import Language
from tests.simulation.comparing import (
    BASELINE,
    FINED,
    POPULATION,
    PROPOSAL,
    Row,
    amounts,
    compared,
    money,
    row,
)

SCORED = """
rules:
  - id: card
    kind: scorecard
    perspectives:
      customer:
        weight: 100%
        measures:
          - {metric: csat, weight: 100%, zero_at: 50%, full_at: 90%, unknown: 0}
    grades: {A: 90, B: 80, C: 0}
  - id: tiers
    kind: tiered_bonus
    measure: calls
    mode: slices
    tiers: [{upto: 100, rate: 1}, {rate: 2}]
  - {id: star, kind: star_award, rank_by: [{highest: csat}], ties: all_win, prizes: [{pay: 500}]}
"""


def told(change: ExplainedChange, language: Language = "en") -> list[str]:
    """Return the reasons of a change as text, each part indented."""

    def lines(steps: tuple[ExplainedStep, ...], indent: str = "") -> list[str]:
        found = []
        for step in steps:
            found += [indent + step.sentence(Format(language, "CNY", 2)), *lines(step.parts, indent + "  ")]
        return found

    return lines(change.step().parts)


def only_change(baseline: str, proposal: str, *rows: Row) -> ExplainedChange:
    (change,) = compared(rows, baseline, proposal).largest()
    return change


class TestTheLargestChanges:
    def test_they_are_those_that_differ_most_up_or_down(self) -> None:
        found = [
            (each.pair.agent, each.pair.period, each.pair.cost.difference) for each in compared().largest()
        ]

        assert found == [
            ("Ann", "2026-02", Decimal("130.00")),
            ("Eve", "2026-02", Decimal("-60.00")),
            ("Bob", "2026-01", Decimal("55.00")),
            ("Bob", "2026-02", Decimal("-50.00")),
            ("Ann", "2026-01", Decimal("-20.00")),
        ]

    def test_only_as_many_are_explained_as_are_asked_for(self) -> None:
        assert [each.pair.agent for each in compared().largest(2)] == ["Ann", "Eve"]
        assert compared().largest(0) == ()

    def test_of_equal_changes_the_earlier_period_and_the_lower_id_come_first(self) -> None:
        rows = [row(agent, month, 10, "") for month in ("2026-02", "2026-01") for agent in ("Bob", "Ann")]

        assert [(each.pair.period, each.pair.agent) for each in compared(rows).largest(3)] == [
            ("2026-01", "Ann"),
            ("2026-01", "Bob"),
            ("2026-02", "Ann"),
        ]

    def test_a_decision_that_pays_the_same_is_never_among_them(self) -> None:
        # Dee: quality 100 is gone, 70 more for 140 calls, care 30
        assert compared([POPULATION[5]]).largest() == ()


class TestTheLines:
    def test_they_stand_by_the_money_that_they_move_and_add_up(self) -> None:
        # Eve: quality -100, care +30, 20 calls at 0.50 more +10: together -60
        change = compared().largest()[1]

        assert [(line.rule, money(line.cost)) for line in change.lines] == [
            ("quality", amounts("100.00", "0.00", "-100.00")),
            ("care", amounts("0.00", "30.00", "30.00")),
            ("volume", amounts("40.00", "50.00", "10.00")),
        ]

    def test_both_lines_are_there_to_be_read(self) -> None:
        quality, care, volume = compared().largest()[1].lines

        assert (quality.after, care.before) == (None, None)
        assert volume.before is not None
        assert volume.after is not None
        assert (volume.before.final, volume.after.final) == (Decimal("40.00"), Decimal("50.00"))

    def test_a_rule_that_is_new_or_gone_is_told_from_the_top(self) -> None:
        assert told(compared().largest()[1]) == [
            "quality: 100.00 CNY -> no line (-100.00 CNY)",
            "  before: `csat >= 90%` is true.",
            "care: no line -> 30.00 CNY (+30.00 CNY)",
            "  after: `csat >= 80%` is true.",
            "Volume: 40.00 CNY -> 50.00 CNY (+10.00 CNY)",
            "  before: `2 * calls` = 40.00 CNY.",
            "  after: `2.50 * calls` = 50.00 CNY.",
        ]

    def test_a_new_condition_that_fails_is_the_whole_reason_and_is_told_with_its_values(self) -> None:
        volume = "\nrules:\n  - {id: volume, kind: bonus, pay: 2 * calls}\n"
        gated = volume.replace("pay:", "when: csat >= 80% and calls > 0, pay:")

        # 100 calls at 2 before; what made the 200 is as true as it was.
        assert told(only_change(volume, gated, row("Ann", "2026-01", 100, "75%"))) == [
            "volume: 200.00 CNY -> nothing (-200.00 CNY)",
            "  after: `csat >= 80% and calls > 0` is not true.",
            "    csat is 75%.",
            "    calls is 100.",
        ]
        assert told(only_change(gated, volume, row("Ann", "2026-01", 100, "75%"))) == [
            "volume: nothing -> 200.00 CNY (+200.00 CNY)",
            "  before: `csat >= 80% and calls > 0` is not true.",
            "    csat is 75%.",
            "    calls is 100.",
        ]

    def test_a_value_of_the_data_that_only_one_side_speaks_of_is_no_reason(self) -> None:
        by_calls = "\nrules:\n  - {id: pay, kind: bonus, pay: 2 * calls}\n"

        assert told(
            only_change(
                by_calls, by_calls.replace("calls}", "calls * csat}"), row("Ann", "2026-01", 100, "75%")
            )
        ) == [
            "pay: 200.00 CNY -> 150.00 CNY (-50.00 CNY)",
            "  before: `2 * calls` = 200.00 CNY.",
            "  after: `2 * calls * csat` = 150.00 CNY.",
        ]

    def test_a_rule_that_is_gone_and_gave_nothing_is_no_reason(self) -> None:
        # Ann in February has 85 %: no quality bonus before, and none after
        assert [line.rule for line in compared().largest()[0].lines] == ["volume", "care"]

    def test_red_lines_are_the_first_reason(self) -> None:
        # Bob in January: void before, then half of 250
        assert told(compared().largest()[2])[:3] == [
            "Volume: void -> 125.00 CNY (+125.00 CNY)",
            "  before: The red line “breach” takes all of it.",
            "  after: The red line “breach” leaves 50% of it.",
        ]

    def test_a_red_line_that_is_broken_under_one_ruleset_only_is_told(self) -> None:
        stricter = BASELINE.replace("breaches > 0", "breaches > 1")
        change = only_change(BASELINE, stricter, row("Ann", "2026-01", 10, "", breaches=1))

        assert told(change)[:5] == [
            "Volume: void -> 20.00 CNY (+20.00 CNY)",
            "  before: The red line “breach” takes all of it.",
            "breach: red line broken -> red line kept",
            "  in breach or its aftermath: yes -> no",
            "  breached in this period: yes -> no",
        ]

    def test_a_change_of_the_status_is_told_first(self) -> None:
        hold = BASELINE.replace("consequence: void", "consequence: hold").replace("breaches > 0", "calls > 5")
        change = only_change(BASELINE, hold, row("Ann", "2026-01", 10, "95%"))

        # volume, 20, is held; quality, 100, is not affected
        assert told(change)[:3] == [
            "Status: final -> held",
            "Volume: 20.00 CNY -> held (-20.00 CNY)",
            "  after: The red line “breach” holds it until a person has decided.",
        ]

    def test_what_the_floor_adds_is_a_reason(self) -> None:
        # before: 20 - 30 + 10 for the floor = 0; after: 20 - 10 = 10
        change = only_change(FINED, FINED.replace("-30", "-10"), row("Ann", "2026-01", 10, "", breaches=1))

        assert money(change.floor) == amounts("10.00", "0.00", "-10.00")
        assert told(change) == [
            "fine: -30.00 CNY -> -10.00 CNY (+20.00 CNY)",
            "  before: `-30 * breaches` = -30.00 CNY.",
            "  after: `-10 * breaches` = -10.00 CNY.",
            "Added up to the floor of the total: 10.00 CNY -> 0.00 CNY (-10.00 CNY)",
        ]

    def test_credits_and_recognition_alone_are_told_as_such(self) -> None:
        policy = """
rules:
  - {id: volume, kind: bonus, pay: 1 * calls}
  - {id: learning, kind: growth_credit, earn: [{credits: 2, per: calls}]}
"""
        without = policy.replace("1 * calls", "3 * calls").replace(
            "{credits: 2, per: calls}", "{credits: 2, per: breaches}"
        )
        change = only_change(policy, without, row("Ann", "2026-01", 10, ""))

        # 10 calls earn 20 credits, no breaches earn none
        assert told(change)[3:6] == [
            "learning: no money, but credits or recognition -> nothing",
            "  credits: 20 -> 0",
            "  balance: 20 -> 0",
        ]


class TestResults:
    def test_grade_band_and_place_are_told(self) -> None:
        # Ann, 82 %: 32 / 40 of the way to full marks = 80 points, B; with 100 % as full mark 32 / 50 = 64, C
        # 150 calls lie in band 2 above 100, but in band 1 up to 200; 100 + 2 * 50 = 200, then 150
        # Ann is second and wins nothing; from two prizes on, 300
        proposal = SCORED.replace("full_at: 90%", "full_at: 100%").replace("upto: 100", "upto: 200")
        proposal = proposal.replace("[{pay: 500}]", "[{pay: 500}, {pay: 300}]")
        rows = [row("Ann", "2026-01", 150, "82%"), row("Bob", "2026-01", 0, "95%")]
        change = compared(rows, SCORED, proposal).largest()[0]
        results = {
            (line.rule, result.name): (result.before, result.after)
            for line in change.lines
            for result in line.results
        }

        assert change.pair.agent == "Ann"
        assert change.pair.cost.difference == Decimal("250.00")
        assert results["card", "score"] == (Decimal("80.00"), Decimal("64.00")) == (Decimal(80), Decimal(64))
        assert results["card", "grade"] == ("B", "C")
        assert results["tiers", "band"] == (Decimal(2), Decimal(1))
        assert results["star", "wins"] == (False, True)
        assert ("star", "place") not in results
        assert told(change)[:2] == ["star: nothing -> 300.00 CNY (+300.00 CNY)", "  wins: no -> yes"]
        assert "  band: 2 -> 1" in told(change)
        assert told(change)[told(change).index("card") :][:3] == [
            "card",
            "  score: 80 -> 64",
            "  grade: B -> C",
        ]

    def test_they_have_their_names_in_chinese(self) -> None:
        rows = [row("Ann", "2026-01", 150, "82%")]
        change = compared(rows, SCORED, SCORED.replace("upto: 100", "upto: 200")).largest()[0]

        assert "  档位：2 -> 1" in told(change, "zh")

    def test_a_name_of_the_ruleset_stays_as_it_is(self) -> None:
        # The perspective `customer` has the score of its only measure.
        proposal = SCORED.replace("grades: {A: 90, B: 80, C: 0}", "grades: {A: 0}").replace(
            "rate: 2", "rate: 3"
        )
        proposal = proposal.replace("full_at: 90%", "full_at: 100%")
        card = next(
            line
            for line in compared([row("Ann", "2026-01", 150, "82%")], SCORED, proposal).largest()[0].lines
            if line.rule == "card"
        )
        customer = next(result for result in card.results if result.name == "customer")

        assert customer.step().sentence(Format("zh", "CNY", 2)) == "customer：80 -> 64"

    def test_a_result_that_becomes_known_was_unknown(self) -> None:
        # Without csat the measure is unknown, or counts nothing
        unknown = SCORED.replace("unknown: 0", "unknown: reweigh").replace("rate: 2", "rate: 3")
        change = compared([row("Ann", "2026-01", 150, "")], unknown, SCORED).largest()[0]
        card = next(line for line in change.lines if line.rule == "card")

        assert (card.results[0].name, card.results[0].before, card.results[0].after) == (
            "score",
            None,
            Decimal(0),
        )
        assert "  score: unknown -> 0" in told(change)


class TestWhatIsTold:
    def test_values_that_both_tell_come_before_what_only_one_tells(self) -> None:
        # 150 calls: band 2 at 2 is 100, at 3 is 150, and now the band has an end and so another sentence
        proposal = SCORED.replace("{rate: 2}", "{upto: 900, rate: 3}, {rate: 4}")
        change = compared([row("Ann", "2026-01", 150, "82%")], SCORED, proposal).largest()[0]

        assert told(change)[:3] == [
            "tiers: 200.00 CNY -> 250.00 CNY (+50.00 CNY)",
            "  before: Band 2: 2.00 CNY × 50 = 100.00 CNY.",
            "  after: Band 2: 3.00 CNY × 50 = 150.00 CNY.",
        ]

    def test_a_condition_that_holds_either_way_is_no_better_reason_than_the_amount(self) -> None:
        policy = "rules: [{id: quality, kind: bonus, when: csat >= 92%, pay: 200}]"
        change = only_change(
            policy, policy.replace("92%, pay: 200", "90%, pay: 250"), row("Ann", "2026-01", 1, "93%")
        )

        assert told(change)[1:] == ["  before: `200` = 200.00 CNY.", "  after: `250` = 250.00 CNY."]
        assert [step.code for step in change.lines[0].told_before][-1] == "condition.holds"

    def test_the_line_of_the_file_in_which_a_case_stands_is_no_reason(self) -> None:
        policy = """
parameters:
  rate: [{until: 2026-06-30, value: 2}, {value: 3}]
rules:
  - {id: volume, kind: bonus, pay: rate * calls}
  - {id: other, kind: bonus, pay: 1 * breaches}
"""
        moved = policy.replace("parameters:", "# one line more\nparameters:").replace(
            "rate * calls", "rate * calls + 5"
        )
        change = only_change(policy, moved, row("Ann", "2026-01", 10, ""))

        assert told(change)[:3] == [
            "volume: 20.00 CNY -> 25.00 CNY (+5.00 CNY)",
            "  before: `rate * calls` = 20.00 CNY.",
            "  after: `rate * calls + 5` = 25.00 CNY.",
        ]

    def test_what_lies_deepest_is_told_and_what_follows_from_it_is_not(self) -> None:
        policy = "parameters: {rate: 2}\nrules: [{id: volume, kind: bonus, pay: rate * calls}]\n"
        change = only_change(policy, policy.replace("rate: 2", "rate: 3"), row("Ann", "2026-01", 10, ""))

        assert [step.code for step in change.lines[0].told_before] == ["value.parameter"]
        assert told(change)[1:] == ["  before: rate is set to 2.", "  after: rate is set to 3."]

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_all_of_it_is_in_the_data(self, language: Language) -> None:
        change = compared(proposal=PROPOSAL).largest()[1]
        found = change.to_dict(Format(language, "CNY", 2))

        assert isinstance(found["reasons"], list)
        assert (found["agent"], found["difference"], found["status_after"]) == ("Eve", "-60.00", "final")
        lines = found["lines"]
        assert isinstance(lines, list)
        assert [line["rule"] for line in lines] == ["quality", "care", "volume"]
        assert lines[0]["line_after"] is None
        assert lines[2]["line_after"]["final"] == "50.00"
        assert [each["code"] for each in found["reasons"]] == ["simulation.line"] * 3
        assert lines[2]["results"] == []
        assert found["floor_added"] == {
            "before": "0.00",
            "after": "0.00",
            "difference": "0.00",
            "share": None,
        }

    def test_results_in_the_data_are_exact(self) -> None:
        change = compared(
            [row("Ann", "2026-01", 150, "82%")], SCORED, SCORED.replace("upto: 100", "upto: 200")
        )
        lines = change.largest()[0].to_dict(Format("en", "CNY", 2))["lines"]

        assert isinstance(lines, list)
        assert lines[0]["results"] == [{"name": "band", "before": "2", "after": "1"}]
