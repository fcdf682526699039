"""What a formula reads of another rule is told by the title of that rule, for people who read no formulas."""

from __future__ import annotations

import pytest

from incentive_engine import parse_ruleset
from incentive_engine.texts import Language

RULES = """
language: 1
ruleset: results
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {calls: count, csat: ratio, leaks: count, hours: number}
rules:
  - id: card
    kind: scorecard
    title: {en: Quality check, zh: 质检评分}
    perspectives:
      service: {weight: 100%, measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]}
    grades: {A: 80, B: 0}
  - {id: volume, kind: tiered_bonus, title: {en: Volume, zh: 工作量奖}, measure: calls,
     tiers: [{upto: 100, pay: 10}, {pay: 20}]}
  - {id: star, kind: star_award, title: {en: Star, zh: 月度之星}, rank_by: [{highest: calls}], ties: all_win,
     prizes: [{pay: 100}]}
  - {id: learning, kind: growth_credit, title: {en: Learning, zh: 学习积分}, earn: [{credits: 2, per: hours}],
     carry: yes}
  - {id: leak, kind: red_line, title: {en: Personal data, zh: 个人信息}, when: leaks > 0, consequence: void,
     affects: volume}
  - {id: plain, kind: bonus, pay: 5}
  - {id: reads, kind: bonus, pay: FORMULA}
"""
ROW = {"agent": "A", "month": "2026-03", "calls": 120, "csat": "90%", "leaks": 0, "hours": 3}


def told(formula: str, language: Language) -> str:
    """Return what is told of the value that a formula reads."""
    decision = parse_ruleset(RULES.replace("FORMULA", formula)).evaluate(ROW, peers=[], history=[])
    return decision.explain(language, nearest=False).text().split("\n\n")[-1].splitlines()[2].strip()


@pytest.mark.parametrize(
    ("formula", "english", "chinese"),
    [
        ("card.score", "The score of “Quality check” is 90.", "“质检评分”的得分为 90。"),
        ('1 if card.grade == "A" else 0', "The grade of “Quality check” is A.", "“质检评分”的等级为 A。"),
        ("card.service", "`service` of “Quality check” is 90.", "“质检评分”的 `service` 为 90。"),
        ("volume.band", "The band of “Volume” is 2.", "“工作量奖”的档位为 2。"),
        (
            "volume.amount",
            "“Volume” gives 20.00 CNY before red lines.",
            "“工作量奖”在红线处理之前为 20.00 元。",
        ),
        ("volume.final", "“Volume” pays 20.00 CNY.", "“工作量奖”发放 20.00 元。"),
        ("star.place", "The place in “Star” is 1.", "“月度之星”的名次为 1。"),
        ("1 if star.wins else 0", "Whether “Star” is won: yes.", "是否获得“月度之星”：是。"),
        ("learning.credits", "The credits of “Learning” are 6.", "“学习积分”的积分为 6。"),
        ("learning.balance", "The balance of “Learning” is 6.", "“学习积分”的余额为 6。"),
        (
            "1 if leak.broken else 0",
            "Whether the red line “Personal data” is broken: no.",
            "是否触犯红线“个人信息”：否。",
        ),
        (
            "1 if leak.breached else 0",
            "Whether the red line “Personal data” is breached in this period: no.",
            "本期是否触犯红线“个人信息”：否。",
        ),
    ],
)
def test_a_result_is_told_by_the_title_of_its_rule(formula: str, english: str, chinese: str) -> None:
    assert told(formula, "en") == english
    assert told(formula, "zh") == chinese


def test_that_of_a_rule_without_a_title_is_told_as_it_is_written() -> None:
    assert told("plain.amount", "en") == "plain.amount is 5.00 CNY."
