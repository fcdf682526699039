"""Formulas and conditions are read aloud in both languages, and cannot be misunderstood."""

from __future__ import annotations

import pytest

from incentive_engine import parse_ruleset
from incentive_engine.handbook.words import Words
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Span
from incentive_engine.texts import Language
from tests.handbook.policies import HEAD, MIDDLE

TABLES = "tables: {speed: {tiers: [{upto: 10, points: 1}, {points: 2}], title: {en: Speed, zh: 速度}}}\n"
RULES = """\
rules:
  - {id: extra, kind: bonus, title: {en: Extra, zh: 附加奖}, pay: calls}
  - id: card
    kind: scorecard
    title: {en: Card, zh: 计分卡}
    perspectives:
      service: {weight: 100%, measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]}
    grades: {A: 50, B: 0}
  - {id: privacy, kind: red_line, title: {en: Privacy, zh: 隐私}, when: late > 3, consequence: void}
"""
POLICY = parse_ruleset(HEAD + MIDDLE + TABLES + RULES).policy
NOWHERE = Span("x", 1, 1, 1, 1)


def words(language: Language = "en") -> Words:
    return Words(POLICY, language)


@pytest.mark.parametrize(
    ("formula", "english", "chinese"),
    [
        ("300", "300", "300"),
        ("85%", "85%", "85%"),
        ("90 s", "1 min 30 s", "1 分 30 秒"),
        ("800 CNY", "800.00 CNY", "800.00 元"),
        ("2026-03-08", "2026-03-08", "2026-03-08"),
        ('"senior"', "“senior”", "“senior”"),
        ("calls", "Calls", "接待量"),
        ("target", "Target", "目标"),
        ("-calls", "−Calls", "−接待量"),
        ("calls + late - 2", "Calls + Late arrivals − 2", "接待量 + 迟到次数 − 2"),
        ("20 * calls / 3", "20 × Calls ÷ 3", "20 × 接待量 ÷ 3"),
        ("50 * (late - 2)", "50 × (Late arrivals − 2)", "50 × （迟到次数 − 2）"),
        ("calls - (late - 2)", "Calls − (Late arrivals − 2)", "接待量 − （迟到次数 − 2）"),
        ("card.score / 100", "the score of “Card” ÷ 100", "“计分卡”的得分 ÷ 100"),
        ("card.service", "service of “Card”", "“计分卡”的 service"),
        ("extra.final", "what “Extra” pays", "“附加奖”发放的金额"),
        ("5 * min(calls, 10)", "5 × (the smallest of Calls, 10)", "5 × （接待量、10 中的最小值）"),
        ("floor(calls * 2)", "(Calls × 2) rounded down", "（接待量 × 2）向下取整"),
        ("round(calls)", "Calls rounded", "接待量取整"),
        (
            "clamp(calls, 1, 5)",
            "Calls, but at least 1 and at most 5",
            "接待量（限于 1 至 5）",
        ),
        (
            "default(previous(calls), 0)",
            "Calls in the period before (where that is unknown, 0)",
            "上一期的接待量（未知时取 0）",
        ),
        (
            "share_of_period(hired, left)",
            "the share of the period's days from hired until left",
            "hired 至 left 的天数占本期的比例",
        ),
        ("period_start", "the first day of the period", "本期第一天"),
        (
            "group_mean(csat, within=team)",
            "the mean of Satisfaction over the group, among those of the same team",
            "组内满意度的平均值（限同一 team）",
        ),
        (
            "group_count(where=csat > 80%)",
            "the number of members of the group, of those of whom this holds: Satisfaction is more than 80%",
            "满足“满意度大于 80%”者的组内人数",
        ),
        (
            "streak(late == 0)",
            "the number of periods in a row, up to this one, of which this holds: Late arrivals is 0",
            "截至本期连续满足“迟到次数为 0”的期数",
        ),
        ("speed(calls)", "Speed of Calls", "接待量对应的“速度”"),
        (
            "400 if summer else 300",
            "400 where it is Summer, otherwise 300",
            "当处于夏季时为 400，否则为 300",
        ),
    ],
)
def test_a_formula(formula: str, english: str, chinese: str) -> None:
    text = Scalar(formula, NOWHERE)

    assert words().formula(text) == english
    assert words("zh").formula(text) == chinese


@pytest.mark.parametrize(
    ("condition", "english", "chinese"),
    [
        ("calls >= 300", "Calls is at least 300", "接待量不低于 300"),
        ("left <= period_end", "left is the last day of the period or earlier", "left 不晚于本期最后一天"),
        ("2026-03-01 < hired", "2026-03-01 is before hired", "2026-03-01 早于 hired"),
        (
            "calls <= 3 or calls > 9",
            "Calls is at most 3 or Calls is more than 9",
            "接待量不超过 3 或接待量大于 9",
        ),
        (
            "10 < calls < 20",
            "10 is less than Calls and Calls is less than 20",
            "10 小于接待量且接待量小于 20",
        ),
        ("csat != 85%", "Satisfaction is not 85%", "满意度不为 85%"),
        ('level == "senior"', "level is “senior”", "level 为“senior”"),
        (
            'level in ["junior", "senior"]',
            "level is one of “junior”, “senior”",
            "level 为以下之一：“junior”、“senior”",
        ),
        ('level not in ["junior"]', "level is none of “junior”", "level 不是以下任何一个：“junior”"),
        ("summer", "it is Summer", "处于夏季"),
        ("not summer", "it is not Summer", "不处于夏季"),
        ("passed", "Exam: yes", "考试为“是”"),
        ("not passed", "Exam: no", "考试为“否”"),
        ("privacy.broken", "“Privacy” is broken", "触犯“隐私”"),
        ("not privacy.broken", "“Privacy” is not broken", "未触犯“隐私”"),
        ("known(csat)", "Satisfaction is known", "满意度已知"),
        ("not calls > 3", "it is not so that Calls is more than 3", "并非接待量大于 3"),
        (
            "passed and (summer or calls > 3)",
            "Exam: yes and (it is Summer or Calls is more than 3)",
            "考试为“是”且（处于夏季或接待量大于 3）",
        ),
        (
            "(passed and summer) or calls > 3",
            "(Exam: yes and it is Summer) or Calls is more than 3",
            "（考试为“是”且处于夏季）或接待量大于 3",
        ),
    ],
)
def test_a_condition(condition: str, english: str, chinese: str) -> None:
    text = Scalar(condition, NOWHERE)

    assert words().condition(text) == english
    assert words("zh").condition(text) == chinese


def test_a_number_alone_is_an_amount_where_money_is_meant() -> None:
    assert words().formula(Scalar("300", NOWHERE), money=True) == "300.00 CNY"
    assert words("zh").formula(Scalar("300", NOWHERE), money=True) == "300.00 元"
    # Of several numbers nobody can say that each is money.
    assert words().formula(Scalar("20 * calls", NOWHERE), money=True) == "20 × Calls"
    assert words().formula(Scalar("20 if passed else 0", NOWHERE), money=True) == (
        "20.00 CNY where Exam: yes, otherwise 0.00 CNY"
    )


def test_a_text_that_is_no_formula_is_read_as_it_stands() -> None:
    assert words().formula(Scalar("a mistake, put right", NOWHERE)) == "a mistake, put right"


def test_a_rule_that_is_not_there_is_called_by_its_id() -> None:
    assert words().rule("gone") == "“gone”"
