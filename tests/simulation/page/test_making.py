"""What the page says: first what matters most, then a question at a time, with the answer from the data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from incentive_engine.simulation.laboratory import ScenarioResult
from incentive_engine.simulation.page import charts
from incentive_engine.simulation.page.contents import Lead, Page, Question
from tests.simulation.page.pages import POLICY, PROPOSAL, ROWS, answer, asked, chapter, page, texts, tried

GUARDED = (
    PROPOSAL
    + """
guardrails:
  - budget: 980
  - largest_loss: 25
"""
)

SAME = """
proposals:
  - {id: same, ruleset: policy.yaml}
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ScenarioResult:
    return tried(tmp_path_factory.mktemp("scenario"), GUARDED)


@pytest.fixture(scope="module")
def shown(result: ScenarioResult) -> Page:
    return page(result)


@pytest.fixture(scope="module")
def lead(shown: Page) -> Lead:
    return shown.chapters[0].lead


@pytest.fixture(scope="module")
def questions(shown: Page) -> Sequence[Question]:
    return shown.chapters[0].questions


@pytest.fixture(scope="module")
def with_agents(result: ScenarioResult) -> Page:
    return page(result, with_agents=True)


class TestTheLead:
    def test_it_tells_what_the_proposal_costs_more_and_from_what_to_what(self, lead: Lead) -> None:
        # 50 of 1030 are 4.854 per cent; Cid's decision is incomplete.
        assert (lead.difference, lead.share) == ("-50.00 CNY", "-4.85%")
        assert lead.costs == [
            "From 1,030.00 CNY to 980.00 CNY.",
            "Not in it is what 1 decisions may still pay that are incomplete or held.",
        ]

    def test_it_counts_who_gains_and_loses_and_how_much_at_most(self, lead: Lead) -> None:
        assert (lead.gainers, lead.losers) == ("0 gain", "2 lose")
        assert lead.people == ["Nobody loses more than 30.00 CNY.", "Unchanged: 1."]

    def test_it_tells_what_changes_in_the_policy_by_the_names_that_people_know(self, lead: Lead) -> None:
        (passage,) = lead.policy

        assert passage.heading == "Rules"
        assert passage.sentences[0] == "volume: the band above 100 pays 3 instead of 2"
        assert passage.sentences[1] == "the rule star is gone"

    def test_it_says_which_guardrails_are_kept_and_by_how_many_people_one_is_broken(self, lead: Lead) -> None:
        kept, broken = lead.guardrails

        assert kept.kept
        assert kept.sentence.startswith("kept: Cost of at most 980.00 CNY (980.00 CNY, which is -50.00 CNY")
        assert not broken.kept
        assert broken.sentence.endswith("(the largest loss is 30.00 CNY)")
        # Only Cid loses more than 25.
        assert broken.remarks == ["Agents by whom it is broken: 1."]

    def test_who_breaks_a_guardrail_is_named_only_where_agents_are_shown(self, with_agents: Page) -> None:
        _, broken = with_agents.chapters[0].lead.guardrails

        assert broken.remarks == ["Cid loses 30.00 CNY", "Agents by whom it is broken: 1."]

    def test_a_scorecard_measure_goes_by_the_title_of_its_metric(self, tmp_path: Path) -> None:
        policy = POLICY + (
            "  - id: card\n    kind: scorecard\n    title: Scores\n"
            "    perspectives: {all: {title: Everything, weight: 100%, measures: ["
            "{metric: csat, weight: 50%, zero_at: 0%, full_at: 90%},"
            " {metric: calls, weight: 50%, zero_at: 0, full_at: 100}]}}\n"
        )
        path = "rules.card.perspectives.all.measures"
        changes = f"changes: {{{path}.csat.weight: 60%, {path}.calls.weight: 40%}}"

        (passage,) = chapter(tmp_path, f"proposals:\n  - {{id: new, {changes}}}\n", policy=policy).lead.policy

        assert passage.sentences[0].startswith(
            "Scores: the perspective Everything: the measure Satisfaction weighs 60%"
        )

    def test_what_changes_for_some_days_only_is_told_with_these_days(self, tmp_path: Path) -> None:
        text = (
            "proposals:\n  - id: staged\n    stages:\n"
            "      - {from: 2026-02-01, changes: {parameters.bonus.value: 120}}\n"
        )

        (passage,) = chapter(tmp_path, text).lead.policy

        assert passage.heading == "From 2026-02-01 until (open)"
        assert passage.sentences == ["Bonus is 120 instead of 100"]

    def test_a_proposal_that_changes_nothing_says_so_by_an_empty_list(self, tmp_path: Path) -> None:
        assert chapter(tmp_path, SAME).lead.policy == []

    def test_what_is_assumed_is_told_as_the_scenario_writes_it(self, tmp_path: Path) -> None:
        text = (
            PROPOSAL
            + "repeat: 2\nassumptions:\n"
            + "  csat: {becomes: csat + 2%, where: calls > 100, spread: {together: 1%, each: 2%}}\n"
            + "  calls: {elasticity: 0.5, of: rules.volume.tiers.top.rate}\n"
        )

        lead = chapter(tmp_path, text).lead

        drawn = "which is drawn in each repetition"
        assert lead.assumptions == [
            "Satisfaction becomes `csat + 2%`.",
            "For Satisfaction that is so only where `calls > 100`; all others work as they do.",
            f"Satisfaction may turn out up to 1% higher or lower for everybody alike, {drawn}.",
            f"Satisfaction may turn out up to 2% higher or lower for each agent alone, {drawn}.",
            "calls changes by 0.5 per cent for each per cent by which `rules.volume.tiers.top.rate` does.",
        ]
        assert lead.costs[1].startswith("In nine of ten of 2 repetitions it is between ")

    def test_how_often_a_guardrail_is_kept_is_told_where_everything_is_repeated(self, tmp_path: Path) -> None:
        text = GUARDED + "repeat: 2\nassumptions: {csat: {spread: 1%}}\n"

        kept, _ = chapter(tmp_path, text).lead.guardrails

        assert kept.remarks == ["Kept in 2 of 2 repetitions; 100% are asked for."]


class TestTheQuestions:
    def test_how_many_agents_gain_and_lose_how_much(self, questions: Sequence[Question]) -> None:
        question = asked(questions, "How much do agents gain or lose?")

        assert question.answer == [
            "Over all periods together, 0 of 3 agents gain and 2 lose; 1 get the same.",
            "Nobody loses more than 30.00 CNY.",
        ]
        # -20 and -30 lie 30 apart from nothing: steps of 2. Each is told by the step whose end it is.
        assert texts(question.tables[1]) == [["-30.00", "-28.00", "1"], ["-20.00", "-18.00", "1"]]

    def test_who_gains_by_an_attribute(self, questions: Sequence[Question]) -> None:
        question = asked(questions, "Who gains and who loses by team?")

        assert question.answer == ["No group is paid more.", "The most is taken from “mail”: -30.00 CNY."]

    def test_the_rules_that_make_the_difference(self, questions: Sequence[Question]) -> None:
        assert answer(questions, "Which rules") == [
            "The most is added by “volume”: +100.00 CNY.",
            "The most is saved by “star”: -150.00 CNY.",
        ]

    def test_how_pay_is_spread(self, questions: Sequence[Question]) -> None:
        question = asked(questions, "How is pay spread")

        # Before 190, 390 and 450, after 160, 370 and 450. The sum of (2i - n - 1) x_i is 2 x (450 - 190)
        # and 2 x (450 - 160): 520 / (3 x 1030) = 0.1683, 580 / (3 x 980) = 0.1973.
        half, *others = question.answer
        assert half.endswith("half of the agents get at most 390.00 CNY before and 370.00 CNY after.")
        assert others == [
            "Agents who get nothing: 0 before, 0 after.",
            "Pay becomes less equal: the Gini coefficient goes from 0.1683 to 0.1973.",
        ]
        # 450 in at most 20 steps: 50 each.
        assert texts(question.tables[1]) == [
            ["150.00", "200.00", "1", "1"],
            ["200.00", "250.00", "0", "0"],
            ["250.00", "300.00", "0", "0"],
            ["300.00", "350.00", "0", "0"],
            ["350.00", "400.00", "1", "1"],
            ["400.00", "450.00", "0", "0"],
            ["450.00", "500.00", "1", "1"],
        ]

    def test_in_how_many_decisions_each_band_is_reached(self, tmp_path: Path) -> None:
        text = "proposals:\n  - {id: wider, changes: {rules.volume.tiers.1.upto: 120}}\n"

        questions = chapter(tmp_path, text).questions

        # Above 100 calls are 150, 120 and 130; above 120 are 150 and 130.
        question = asked(questions, "Who reaches which level of volume?")
        assert question.answer == ["The largest change is in band 1: from 2 decisions to 3."]

    def test_a_band_that_is_reached_as_often_as_before_is_no_change(
        self, questions: Sequence[Question]
    ) -> None:
        assert answer(questions, "Who reaches") == ["Each is reached in as many decisions as before."]

    def test_how_many_prizes_go_to_others(self, questions: Sequence[Question]) -> None:
        question = asked(questions, "Do the stars go to others?")

        # Three stars are won before, and none after.
        assert question.answer == ["Prizes that are won anew: 0. Prizes that are won no more: 3."]
        assert texts(question.tables[0]) == [["star", "0", "3"]]

    def test_which_decisions_cannot_be_paid_yet(self, questions: Sequence[Question]) -> None:
        assert answer(questions, "Which decisions") == [
            "Incomplete are 1 before and 1 after; held are 0 before and 0 after."
        ]

    def test_what_every_agent_is_paid_is_asked_only_where_agents_are_shown(
        self, questions: Sequence[Question], with_agents: Page
    ) -> None:
        question = asked(with_agents.chapters[0].questions, "What does each agent")

        assert texts(question.tables[0]) == [
            ["Cid", "190.00", "160.00", "-30.00", "-15.79%"],
            ["Bob", "390.00", "370.00", "-20.00", "-5.13%"],
            ["Ann", "450.00", "450.00", "0.00", "0.00%"],
        ]
        without = [question.asked for question in questions]
        assert "What does each agent gain or lose?" not in without

    def test_what_a_pilot_costs(self, tmp_path: Path) -> None:
        text = PROPOSAL + "pilot: {where: calls > 100, from: 2026-02, until: 2026-02}\n"

        questions = chapter(tmp_path, text).questions

        # Bob alone has more than 100 calls in February: 310, and by the proposal 30 more without the star.
        question = asked(questions, "What would a pilot cost")
        assert question.answer[0] == (
            "What is paid in the pilot: 310.00 CNY by the baseline, 290.00 CNY by the proposal (-20.00 CNY)."
        )
        assert (len(question.answer), question.tables[0].name) == (2, "pilot")

    def test_who_was_in_a_pilot_for_a_part_of_its_time_only_is_counted(self, tmp_path: Path) -> None:
        text = PROPOSAL + "pilot: {where: calls > 100, from: 2026-01, until: 2026-02}\n"

        questions = chapter(tmp_path, text).questions

        # Ann has more than 100 calls in January only, Bob in February only.
        assert answer(questions, "What would a pilot cost")[2].startswith("2 agents were in the pilot for")

    def test_the_cost_of_one_unit_of_the_outcome(self, tmp_path: Path) -> None:
        questions = chapter(tmp_path, PROPOSAL + "outcome: {value: calls, title: Calls}\n").questions

        # 580 calls: 1030 / 580 = 1.77586, 980 / 580 = 1.68966.
        assert answer(questions, "What does one unit of Calls cost?") == [
            "1.7759 CNY before and 1.6897 CNY after."
        ]

    def test_an_outcome_of_nothing_has_no_cost_for_each_unit(self, tmp_path: Path) -> None:
        questions = chapter(tmp_path, PROPOSAL + "outcome: {value: 0 * calls, title: Nothing}\n").questions

        assert answer(questions, "What does one unit") == [
            "That cannot be said: there is nothing of it in the data, before or after."
        ]


class TestNoChange:
    def test_a_proposal_equal_to_the_baseline_moves_nothing(self, tmp_path: Path) -> None:
        questions = chapter(tmp_path, "by: [team]\n" + SAME).questions

        assert answer(questions, "How much") == [
            "Over all periods together, 0 of 3 agents gain and 0 lose; 3 get the same."
        ]
        assert answer(questions, "Which rules") == ["None: every rule pays as much in all as before."]
        assert answer(questions, "Who gains") == ["No group is paid more.", "No group is paid less."]
        assert answer(questions, "How is pay spread")[-1].startswith("Pay is as equal as before")
        assert [each.asked for each in questions if "stars" in each.asked] == []

    def test_decisions_that_are_all_final_raise_no_question(self, tmp_path: Path) -> None:
        questions = chapter(tmp_path, SAME, rows=ROWS[:2]).questions

        assert [each.asked for each in questions if "cannot be paid" in each.asked] == []

    def test_where_nothing_is_paid_nothing_is_said_of_how_equal_that_is(self, tmp_path: Path) -> None:
        policy = POLICY.split("rules:")[0] + "rules:\n  - {id: volume, kind: bonus, pay: 0 * calls}\n"

        found = chapter(tmp_path, SAME, policy=policy)

        assert (found.lead.difference, found.lead.share) == ("0.00 CNY", "")
        assert len(answer(found.questions, "How is pay spread")) == 2

    def test_where_nobody_is_counted_the_page_says_so(self, tmp_path: Path) -> None:
        population = "population: {snapshots: rows.csv, where: calls > 900}\n"
        head = "language: 1\nscenario: none\nbaseline: policy.yaml\n" + population

        found = page(tried(tmp_path, PROPOSAL, head=head))

        assert found.warnings == [
            "Nobody is counted: no row of the data is one that all rulesets take and the scenario asks for."
        ]
        assert found.chapters[0].questions == []


def test_more_for_everybody_is_a_gain_without_a_loss(tmp_path: Path) -> None:
    text = "by: [team]\nproposals:\n  - {id: more, changes: {rules.volume.tiers.1.rate: 2}}\n"

    found = chapter(tmp_path, text)

    # 100 more for each of 150, 120, 100 and 130 calls, 80 more for 80: Ann 200, Bob 180, Cid 100.
    assert found.lead.people[0] == "Nobody gains more than 200.00 CNY."
    assert answer(found.questions, "Who gains") == [
        "The most is added for “chat”: +380.00 CNY.",
        "No group is paid less.",
    ]
    # The sum of (2i - n - 1) x_i is 2 x (650 - 290) = 720: 720 / (3 x 1510) = 0.1589, from 0.1683.
    assert answer(found.questions, "How is pay spread")[-1].startswith("Pay becomes more equal")


def test_of_very_many_groups_the_first_are_drawn(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "agent": f"A{number}", "calls": number} for number in range(41)]

    found = chapter(tmp_path, "by: [calls]\n" + SAME, rows=rows)

    question = asked(found.questions, "Who gains")
    assert question.answer[-1] == "The first 40 groups are drawn; the table has all."
    assert len(question.tables[0].rows) == 42  # 41 groups, and the line of all together.


def test_of_very_many_agents_those_are_drawn_whose_pay_changes_most(
    result: ScenarioResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "MOST_DOTS", 2)

    question = asked(page(result, with_agents=True).chapters[0].questions, "What does each agent")

    assert question.answer[1] == "The 2 agents whose pay changes most are drawn."
    assert len(question.tables[0].rows) == 3


def test_the_page_says_what_was_tried_on_what_and_whether_agents_are_on_it(
    shown: Page, with_agents: Page
) -> None:
    assert shown.title == "Spring"
    assert shown.about[0].startswith("Baseline: Old policy (trial, version 1, text ")
    assert shown.end[0].startswith("This page holds sums and counts only")
    assert with_agents.end[0].startswith("This page shows what single agents are paid")


def test_the_page_is_chinese_when_asked_for(result: ScenarioResult) -> None:
    found = page(result, "zh")

    assert found.title == "春季"
    assert found.chapters[0].lead.difference == "-50.00 元"
    assert found.chapters[0].lead.costs[0] == "由 1,030.00 元变为 980.00 元。"
    assert found.chapters[0].questions[0].asked == "客服增减多少？"
