"""Questions on a scenario as a whole: proposals side by side, sweeps, goals, and what moves the cost."""

from __future__ import annotations

from pathlib import Path

from incentive_engine.simulation.page.contents import Page
from tests.simulation.page.pages import POLICY, answer, asked, page, texts, tried

TOP = "rules.volume.tiers.top.rate"
SAME = "proposals: [{id: same, ruleset: policy.yaml}]\n"


def shown(folder: Path, text: str) -> Page:
    return page(tried(folder, text))


def test_several_proposals_are_set_side_by_side(tmp_path: Path) -> None:
    text = (
        "proposals:\n"
        f"  - {{id: more, title: More, changes: {{{TOP}: 3}}}}\n"
        "  - {id: less, title: Less, remove: [rules.star]}\n"
        "guardrails: [budget: 1000]\n"
    )

    found = shown(tmp_path, text)

    # 100 calls above the limit cost one more each; three stars are 150.
    question = asked(found.questions, "What does each proposal cost?")
    assert question.answer == [
        "The least costly is “Less”: -150.00 CNY.",
        "The most costly is “More”: +100.00 CNY.",
    ]
    assert [row[0] for row in texts(question.tables[0])] == ["More", "Less"]
    # 1130 and 880.
    assert texts(question.tables[1]) == [["Cost of at most 1,000.00 CNY", "BROKEN", "kept"]]
    assert [chapter.title for chapter in found.chapters] == ["More", "Less"]


def test_a_sweep_of_one_number_is_a_curve(tmp_path: Path) -> None:
    found = shown(tmp_path, f"sweep: [{{path: {TOP}, from: 2, to: 3, step: 0.5}}]\n")

    question = asked(found.questions, f"Spring: how does the cost move with {TOP}?")
    assert question.answer == [
        f"It is lowest at {TOP} = 2.0: 0.00 CNY.",
        f"It is highest at {TOP} = 3.0: +100.00 CNY.",
    ]
    assert len(question.tables[0].rows) == 3
    assert found.chapters == []


def test_values_that_are_no_numbers_stand_on_the_curve_in_their_order(tmp_path: Path) -> None:
    found = shown(tmp_path, "sweep: [{path: rules.quality.when, values: [csat >= 80%, csat >= 99%]}]\n")

    # From 80 % on Ann's February is paid, too, and from 99 % on neither of two.
    assert found.questions[0].answer == [
        "It is lowest at rules.quality.when = csat >= 99%: -200.00 CNY.",
        "It is highest at rules.quality.when = csat >= 80%: +100.00 CNY.",
    ]


def test_a_sweep_of_two_numbers_is_a_field_of_all_pairs(tmp_path: Path) -> None:
    text = (
        "proposals:\n  - {id: with, title: With}\n"
        f"sweep:\n  - {{path: {TOP}, values: [2, 3]}}\n"
        "  - {path: parameters.bonus.value, values: [50, 100]}\n"
    )

    found = shown(tmp_path, text)

    question = asked(found.questions, f"With: how does the cost move with {TOP} and parameters.bonus.value?")
    # Two bonuses of 100 are paid.
    assert question.answer == [
        f"It is lowest at {TOP} = 2, parameters.bonus.value = 50: -100.00 CNY.",
        f"It is highest at {TOP} = 3, parameters.bonus.value = 100: +100.00 CNY.",
    ]


def test_a_goal_is_told_with_all_values_that_were_tried(tmp_path: Path) -> None:
    text = f"goal: {{path: {TOP}, budget: 1080, from: 2, to: 3, step: 0.5}}\n" + SAME

    question = asked(shown(tmp_path, text).questions, f"Old policy: which value of {TOP} meets the budget?")

    # 1030 at 2, 1080 at 2.5, 1130 at 3.
    assert texts(question.tables[0]) == [
        ["2.0", "1,030.00", "kept"],
        ["2.5", "1,080.00", "kept"],
        ["3.0", "1,130.00", "missed"],
    ]
    assert len(question.answer) == 2


def test_a_goal_that_nothing_meets_is_told_as_such(tmp_path: Path) -> None:
    text = f"goal: {{path: {TOP}, budget: 900, from: 2, to: 3, step: 0.5}}\n" + SAME

    question = asked(shown(tmp_path, text).questions, "Old policy: which value")

    assert [row[2] for row in texts(question.tables[0])] == ["missed", "missed"]
    assert len(question.answer) == 1


def test_the_number_that_moves_the_cost_most_is_named(tmp_path: Path) -> None:
    text = "sensitivity: 10%\n" + SAME

    question = asked(shown(tmp_path, text).questions, "Which number of the baseline")

    # Nobody reaches a target of 99 %: two bonuses of 100 are lost.
    assert question.answer == ["It is parameters.target: 10% more of it comes to -200.00 CNY."]
    assert "rules.volume.tiers.1.rate" in [row[0] for row in texts(question.tables[0])]


def test_of_very_many_numbers_the_first_are_drawn(tmp_path: Path) -> None:
    bonuses = "".join(f"  - {{id: extra_{number}, kind: bonus, pay: {number}}}\n" for number in range(1, 17))
    policy = _policy(bonuses)

    found = page(tried(tmp_path, "sensitivity: 100%\n" + SAME, policy=policy))

    assert answer(found.questions, "Which number")[1] == "The first 15 are drawn; the table has all."


def test_where_no_number_moves_the_cost_that_is_said(tmp_path: Path) -> None:
    policy = _policy("  - {id: extra, kind: bonus, when: calls > 500, pay: 10}\n")

    found = page(tried(tmp_path, "sensitivity: 1%\n" + SAME, policy=policy))

    assert answer(found.questions, "Which number") == [
        "None: with any of them 1% larger the cost is the same."
    ]


def _policy(rules: str) -> str:
    return POLICY.split("parameters:")[0] + "rules:\n" + rules
