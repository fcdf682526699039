"""An explanation says why, and why not, in the reader's language."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest

from incentive_engine.decision.decision import Decision
from incentive_engine.decision.explanation import Section
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue
from incentive_engine.language.types import MONEY, RATIO
from tests.decision.deciding import HEADER, Given, Months, among, decide, decide_all

RULES = """
attributes:
  level: [junior, senior]
metrics:
  calls: {type: count, range: [0, 2000]}
  csat: {type: ratio, enough: surveys >= 20, title: {en: Satisfaction, zh: 满意度}}
  surveys: count
  late: count
  breaches: count
  score: {type: number, range: [0, 100]}
parameters:
  target:
    - {until: 2026-02-28, value: 85%}
    - {value: 90%}
rules:
  - {id: volume, title: {en: Volume bonus, zh: 接待量奖金}, kind: bonus, pay: 2 * calls, when: csat >= target}
  - {id: extra, kind: bonus, pay: score, applies_to: level == "senior"}
  - id: lateness
    title: {en: Lateness, zh: 迟到}
    kind: red_line
    when: late >= 3
    consequence: {keep: 50%}
    affects: volume
  - {id: fine, kind: red_line, when: late >= 4, consequence: {deduct: 30 * late}}
  - {id: privacy, kind: red_line, when: breaches > 0, consequence: void}
"""
GOOD: dict[str, Given] = {
    "level": "senior",
    "calls": 1000,
    "csat": "0.95",
    "surveys": 20,
    "late": 0,
    "breaches": 0,
    "score": "12.5",
}


LINES = (HEADER + RULES).splitlines()
VOLUME = next(number for number, line in enumerate(LINES, 1) if "id: volume" in line)
LAST_CASE = next(number for number, line in enumerate(LINES, 1) if "{value: 90%}" in line)


def decided(rules: str = RULES, **data: Given) -> Decision:
    return decide(rules, **(GOOD | data))


def section(decision: Decision, rule: str) -> Section:
    return next(each for each in decision.explain().sections if each.rule == rule)


def sentences(decision: Decision, rule: str, language: str = "en") -> list[str]:
    """Return the lines of one rule's section, the heading first, without their indents."""
    text = decision.explain(nearest=False).text("en" if language == "en" else "zh")
    blocks = {block.splitlines()[0]: block.splitlines() for block in text.split("\n\n")}
    heading = next(heading for heading in blocks if heading.startswith(rule))
    return [line.strip() for line in blocks[heading]]


def test_an_explanation_begins_with_agent_period_total_and_status() -> None:
    # 2 * 1000 + 12.5
    assert decided().explain(nearest=False).text().splitlines()[:7] == [
        "A1, 2026-03: 2,012.50 CNY",
        "  Ruleset trial, version 2026.1.",
        "  This decision is final.",
        "  The total is 2,012.50 CNY:",
        "    Volume bonus: 2,000.00 CNY",
        "    extra: 12.50 CNY",
        "",
    ]


def test_it_is_written_in_chinese_just_as_well() -> None:
    assert decided().explain("zh", nearest=False).text().splitlines()[:6] == [
        "A1，2026-03：2,012.50 元",
        "  规则集 trial，版本 2026.1。",
        "  本决定已确定。",
        "  合计 2,012.50 元：",
        "    接待量奖金：2,000.00 元",
        "    extra：12.50 元",
    ]


def test_a_language_that_is_asked_for_outranks_that_of_the_explanation() -> None:
    explanation = decided().explain("zh", nearest=False)

    assert explanation.text("en").startswith("A1, 2026-03")
    assert str(explanation) == explanation.text("zh")


def test_a_condition_is_told_with_the_values_that_it_read_and_the_case_that_applied() -> None:
    assert sentences(decided(), "Volume bonus")[:4] == [
        "Volume bonus: 2,000.00 CNY",
        "`csat >= target` is true.",
        "Satisfaction is 95%.",
        f"target is set to 90%, by the case in line {LAST_CASE}.",
    ]


def test_a_rule_whose_condition_fails_says_which_and_on_what_values() -> None:
    assert sentences(decided(csat="0.8999"), "Volume bonus")[:3] == [
        "Volume bonus: nothing",
        "`csat >= target` is not true.",
        "Satisfaction is 89.99%.",
    ]


def test_a_total_of_nothing_says_that_no_line_pays() -> None:
    text = decided(csat="0.1", score=0).explain(nearest=False).text()

    assert "  The total is 0.00 CNY: no line pays anything.\n" in text


def test_a_floor_is_told_as_a_part_of_the_total() -> None:
    text = (
        decide("metrics: {calls: count}\nrules: [{id: fine, kind: bonus, pay: 0 - 5 * calls}]", calls=3)
        .explain()
        .text()
    )

    assert (
        "    fine: -15.00 CNY\n    Added, because a total is never less than its floor: 15.00 CNY\n" in text
    )


def test_red_lines_are_told_by_name_with_what_they_left_and_what_they_took() -> None:
    # 2000 * 50% = 1000, and 30 * 4 = 120 come off it.
    found = decided(late=4)

    assert sentences(found, "Volume bonus")[0] == "Volume bonus: 880.00 CNY instead of 2,000.00 CNY"
    assert sentences(found, "Volume bonus")[-3:] == [
        "Before red lines: 2,000.00 CNY.",
        "The red line “Lateness” leaves 50% of it.",
        "The red line “fine” takes 120.00 CNY off.",
    ]
    assert sentences(found, "接待量奖金", "zh")[-2:] == [
        "红线“迟到”只保留其 50%。",
        "红线“fine”从中扣减 120.00 元。",
    ]


def test_a_voided_line_names_the_red_line_that_took_it() -> None:
    found = sentences(decided(breaches=1), "extra")

    assert found[0] == "extra: void"
    assert found[-2:] == ["Before red lines: 12.50 CNY.", "The red line “privacy” takes all of it."]


def test_a_line_held_by_a_red_line_that_cannot_be_judged_says_what_is_missing() -> None:
    found = sentences(decided(breaches=None), "extra")

    assert found[0] == "extra: held"
    assert found[-2:] == [
        "It is held until a person has decided, because the red line “privacy” cannot be judged.",
        "breaches is missing.",
    ]


def test_a_red_line_whose_size_is_unknown_holds_and_says_so() -> None:
    rules = RULES.replace("deduct: 30 * late", "deduct: 30 * score")

    found = sentences(decided(rules, late=4, score=None), "Volume bonus")

    assert found[-3:-1] == [
        "The red line “Lateness” leaves 50% of it.",
        "It is held until a person has decided, because the red line “fine” cannot be judged.",
    ]
    assert found[-1] == "score is missing."


def test_a_line_that_a_red_line_holds_on_purpose_says_that_a_person_decides() -> None:
    rules = RULES.replace("consequence: void", "consequence: hold")

    assert sentences(decided(rules, breaches=1), "extra")[-1] == (
        "The red line “privacy” holds it until a person has decided."
    )


def test_a_red_line_that_cannot_be_judged_does_not_hold_what_another_one_voids() -> None:
    rules = RULES.replace("consequence: {keep: 50%}", "consequence: void")

    assert sentences(decided(rules, late=3, breaches=None), "Volume bonus")[-1] == (
        "The red line “Lateness” takes all of it."
    )


def test_an_undetermined_line_names_what_is_missing() -> None:
    found = sentences(decided(csat=None), "Volume bonus")

    assert found[0] == "Volume bonus: cannot be determined yet"
    assert found[-2:] == ["What is missing:", "Satisfaction is missing."]


def test_an_undetermined_line_names_the_condition_that_a_thin_sample_fails() -> None:
    found = sentences(decided(surveys=19), "Volume bonus")

    assert found[-3:] == [
        "What is missing:",
        "Satisfaction does not count, because `surveys >= 20` is not true.",
        "surveys is 19.",
    ]


def test_a_rule_that_may_not_apply_says_why_nobody_knows() -> None:
    found = sentences(decided(level=None), "extra")

    assert found[:3] == [
        "extra: cannot be determined yet",
        "Whether this rule applies is not known:",
        "level is missing.",
    ]


def test_a_red_line_that_is_broken_or_unknown_says_so_in_its_own_section() -> None:
    assert sentences(decided(late=3), "Lateness")[0] == "Lateness: red line broken"
    assert sentences(decided(late=None), "Lateness")[0] == "Lateness: cannot be judged"
    assert sentences(decided(late=None), "Lateness")[-2:] == ["What is missing:", "late is missing."]


def test_notes_on_the_data_stand_at_the_end() -> None:
    text = decided(csat="0.950049").explain(nearest=False).text()

    assert text.endswith("\n\nAbout the data\n  Satisfaction arrived as 0.950049 and was rounded to 0.9500\n")


def test_credits_and_recognition_are_told() -> None:
    rules = """
metrics: {hours: {type: number, places: 1}}
rules:
  - id: learning
    kind: growth_credit
    earn: [{credits: 20, per: hours}]
    recognise: [{at: 100, name: {en: Learner, zh: 学习之星}}]
"""
    found = sentences(decide(rules, hours="5.5"), "learning")

    assert found[0] == "learning: earned"
    assert found[-2:] == ["Credits: 110.00.", "Recognition: Learner."]


def test_the_nearest_change_is_told_in_the_section_of_its_rule() -> None:
    text = decided(csat="0.8999").explain().text()

    assert re.search(
        r"Volume bonus: nothing\n(  .*\n)*  Satisfaction 89\.99% -> 90%: .*adds 2,000\.00 CNY", text
    )


@pytest.mark.parametrize("breaches", [1, None])
def test_what_is_void_or_held_is_told_no_nearest_change(breaches: int | None) -> None:
    found = decided(breaches=breaches, csat="0.8")

    assert not [step for step in section(found, "volume").steps if step.code.startswith("nearest")]


def test_the_red_line_is_told_what_would_have_kept_it() -> None:
    assert section(decided(breaches=1), "privacy").steps[-1].code.startswith("nearest.adds")


def test_what_is_missing_is_not_told_twice() -> None:
    codes = [step.code for step in section(decided(csat=None), "volume").steps]

    assert "line.missing" in codes
    assert not [code for code in codes if code.startswith("nearest")]


def test_steps_name_their_line_of_the_ruleset_where_that_is_asked_for() -> None:
    text = decided().explain(nearest=False).text(places=True)

    assert f"    Volume bonus: 2,000.00 CNY (line {VOLUME})\n" in text
    assert f"`csat >= target` is true. (line {VOLUME})\n" in text
    assert f"（第 {VOLUME} 行）" in decided().explain("zh", nearest=False).text(places=True)


def test_markdown_has_headings_and_nested_lists_in_which_nothing_is_mistaken_for_markup() -> None:
    rules = RULES.replace("en: Volume bonus", "en: <b>Volume</b> *bonus*")

    text = decided(rules, csat="0.950049").explain(nearest=False).markdown()

    assert text.startswith("# A1, 2026-03: 2,012.50 CNY\n\n- Ruleset trial, version 2026.1.\n")
    assert "\n## \\<b\\>Volume\\</b\\> \\*bonus\\*: 2,000.00 CNY\n\n- `csat >= target` is true.\n" in text
    assert "\n  - Satisfaction is 95%.\n" in text
    assert "\n## About the data\n\n- Satisfaction arrived as 0.950049" in text


def test_a_title_on_several_lines_is_told_on_one() -> None:
    rules = RULES.replace("title: {en: Volume bonus, zh: 接待量奖金}", 'title: "Volume\\n\\n# bonus"')

    assert "\nVolume # bonus: 2,000.00 CNY\n" in decided(rules).explain(nearest=False).text()


def test_the_structure_has_typed_exact_values_and_places() -> None:
    heading = section(decided(late=4), "volume").heading

    assert heading.code == "line.reduced"
    assert heading.values["amount"] == ExplainedValue(Fraction(2000), MONEY)
    assert heading.span is not None
    assert heading.span.line == VOLUME
    kept = next(step for step in section(decided(late=4), "volume").steps if step.code == "line.kept_by")
    assert kept.values["share"] == ExplainedValue(Fraction(1, 2), RATIO)


def test_json_has_every_sentence_beside_its_exact_values_and_place() -> None:
    explanation = decided(csat="0.8999").explain("zh").to_dict()

    read = json.loads(json.dumps(explanation, ensure_ascii=False), parse_float=pytest.fail)
    assert read["language"] == "zh"
    assert read["heading"]["text"] == "A1，2026-03：12.50 元"
    assert read["heading"]["values"]["total"] == {"type": "money", "value": "12.5", "text": "12.50 元"}
    volume = read["sections"][0]
    assert (volume["rule"], volume["kind"], volume["outcome"]) == ("volume", "bonus", "nothing")
    condition = volume["steps"][0]
    assert condition["place"] == {
        "file": "trial.yaml",
        "line": VOLUME,
        "column": LINES[VOLUME - 1].index("csat >= target") + 1,
    }
    assert condition["values"] == {"condition": "csat >= target"}
    assert condition["parts"][0]["values"]["value"] == {"type": "ratio", "value": "0.8999", "text": "89.99%"}
    nearest = volume["steps"][-1]
    assert nearest["values"]["goal"]["text"] in nearest["text"]
    assert read["notes"] == []


def test_what_depends_on_peers_that_were_not_given_says_so() -> None:
    rules = "metrics: {calls: count}\nrules: [{id: share, kind: bonus, pay: calls * 100 / group_sum(calls)}]"

    assert sentences(decide(rules, calls=5), "share")[-1] == "What is needed of other agents is not known."
    assert sentences(among(rules, ann={"calls": 5})["ann"], "share")[0] == "share: 100.00 CNY"


def test_a_step_is_told_only_where_it_applies() -> None:
    steps = [step.code for step in section(decided(), "volume").steps]

    assert "condition.holds" in steps
    assert "condition.fails" not in steps


def test_a_sentence_within_a_sentence_is_told_in_the_same_language() -> None:
    # The goal of the red line is a step within the step that tells the nearest change.
    step = next(
        each for each in section(decided(late=3), "lateness").steps if each.code.startswith("nearest")
    )

    assert isinstance(step.values["goal"], ExplainedStep)
    assert "late 3 -> 2：不触犯红线" in decided(late=3).explain("zh").text()


def test_a_red_line_is_not_said_to_take_what_was_not_given() -> None:
    # csat is under the target of 90 %: the bonus gives nothing, and the breach has nothing to take.
    told = section(decided(csat="0.8", breaches=1), "volume")

    assert told.outcome == "voided"
    assert not {"line.before_red_lines", "line.voided_by"} & {step.code for step in told.steps}


def test_a_step_of_then_tells_its_formula_and_what_that_comes_to() -> None:
    # 2 * 1000 = 2,000, times 12.5 / 100 = 12.5 % are 250.
    rules = """
metrics: {calls: count, score: number}
rules:
  - id: volume
    kind: tiered_bonus
    measure: calls
    mode: whole
    tiers: [{rate: "2"}]
    then: [{times: score / 100}, {cap: calls}]
"""
    step, cap = section(decide(rules, calls=1000, score="12.5"), "volume").steps[-2:]
    form = Format("en", "CNY", 2)

    (formula,) = step.parts
    assert formula.sentence(form) == "`score / 100` = 0.125."
    assert [part.sentence(form) for part in formula.parts] == ["score is 12.5."]
    assert [part.sentence(form) for part in cap.parts] == ["calls is 1,000."]


def test_what_a_formula_asks_of_peers_and_of_earlier_periods_is_told_with_what_it_came_to() -> None:
    rules = """
attributes: {team: text}
metrics: {calls: count}
rules:
  - {id: reached, kind: bonus, when: "group_sum(calls, within=team) >= 900 and ytd(calls) >= 400", pay: 50}
"""
    months: Months = {
        "2026-01": {"A1": {"team": "chat", "calls": 100}},
        "2026-02": {"A1": {"team": "chat", "calls": 300}, "A2": {"team": "chat", "calls": 650}},
    }

    # 300 + 650 by the team, 100 + 300 by the agent since January.
    assert sentences(decide_all(rules, months)["2026-02", "A1"], "reached")[2:6] == [
        "calls is 300.",
        "team is chat.",
        "`group_sum(calls, within=team)` = 950.",
        "`ytd(calls)` = 400.",
    ]


def test_a_formula_that_is_one_call_tells_its_value_once() -> None:
    rules = """
metrics: {calls: count}
rules:
  - {id: so_far, kind: bonus, pay: 1 * year}
formulas: {year: ytd(calls)}
"""
    months: Months = {"2026-01": {"A1": {"calls": 100}}, "2026-02": {"A1": {"calls": 300}}}

    text = decide_all(rules, months)["2026-02", "A1"].explain(nearest=False).text()
    assert text.count("ytd(calls)") == 1
    assert "year = `ytd(calls)` = 400." in text
