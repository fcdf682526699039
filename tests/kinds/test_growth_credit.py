"""Growth credits: earned, reduced by red lines, carried, expired, capped, redeemed and recognised."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.ruleset.problems import Problem
from tests.kinds.deciding import MONTHS, Agents, Given, Line, Trial, codes_of, decide, problems_of
from tests.support.draws import draws

FACTS = """
attributes:
  level: [junior, senior]
metrics:
  hours: {type: number}
  events: {type: count}
  cert_level: {type: count}
  prior: {type: number}
  exam: boolean
  spent: {type: duration}
  breaches: {type: count, better: lower}
rules:
"""
EARN = "earn: [{credits: 20, per: hours}]"


def credit(fields: str, others: str = "") -> str:
    """Return a ruleset with one growth credit."""
    return f"{FACTS}  - {{id: learning, kind: growth_credit, {fields}}}\n{others}"


def one(fields: str, others: str = "", **facts: Given) -> Line:
    """Return what the rule comes to for one agent in one period."""
    return decide(credit(fields, others), jan={"A": facts}).line("learning")


def over(fields: str, *hours: Given, others: str = "") -> Trial:
    """Return what comes of hours month by month; "gap" stands for a month without a snapshot."""
    months: dict[str, Agents] = {
        name: {"A": {"hours": each, "exam": True, "breaches": 0}}
        for name, each in zip(MONTHS, hours, strict=False)
        if each != "gap"
    }
    return decide(credit(fields, others), **months)


def problem(fields: str) -> Problem:
    (found,) = problems_of(credit(fields))
    return found


# --- What is earned


def test_credits_are_earned_for_each_of_something() -> None:
    line = one(EARN, hours="1.5")  # 20 x 1.5 = 30
    assert line["credits"] == 30
    assert line.told() == [
        "Credits earned: 30, that is 20 for each of `hours`, which is 1.5.",
        "Credits earned in this period: 30.",
        "Balance of credits: 30.",
    ]
    assert line.told("zh")[0] == "获得 30 积分：`hours` 为 1.5，每单位计 20 分。"
    assert line.parts_of("Credits earned: 30, ") == ["value.input"]


def test_credits_without_per_are_earned_once() -> None:
    line = one("earn: [{credits: 50, when: exam}]", exam=True)
    assert line["credits"] == 50
    assert line.told()[0] == "Credits earned: 50."


def test_a_line_whose_condition_fails_earns_nothing_even_where_its_measure_is_unknown() -> None:
    line = one("earn: [{credits: 50, per: hours, when: exam}]", exam=False)
    assert line["credits"] == 0
    assert line.told() == ["The `50` credits are not earned.", "Credits earned in this period: 0."]
    assert line.parts_of("The `50` credits") == ["condition.fails"]


def test_the_lines_add_up_and_only_their_sum_is_rounded() -> None:
    # 0.333 + 0.333 = 0.666, rounded to 0.67; rounded one by one it would be 0.66.
    line = one("earn: [{credits: 0.333}, {credits: 0.333, per: events}]", events=1)
    assert line["credits"] == Fraction("0.67")
    assert line.told()[:3] == [
        "Credits earned: 0.333.",
        "Credits earned: 0.333, that is 0.333 for each of `events`, which is 1.",
        "Credits earned in this period: 0.67.",
    ]


def test_a_line_may_have_a_limit() -> None:
    line = one("earn: [{credits: 20, per: hours, upto: {credits: 600}}, {credits: 5}]", hours=31)
    assert line["credits"] == 605  # 20 x 31 = 620, at most 600; and 5
    assert line.parts_of("Credits earned: 600") == ["value.input", "growth_credit.line_upto"]
    assert one("earn: [{credits: 20, per: hours, upto: {credits: 600}}]", hours=30)["credits"] == 600


def test_credits_may_depend_on_an_attribute() -> None:
    fields = "earn: [{credits: {by: level, junior: 10, senior: 30}}]"
    assert one(fields, level="senior")["credits"] == 30


def test_what_is_earned_may_follow_a_rise() -> None:
    # Level 2 to 4 is a rise of 2: 100 credits; the first month has nothing to rise from.
    months: dict[str, Agents] = {
        name: {"A": {"cert_level": level}} for name, level in (("jan", 2), ("feb", 4), ("mar", 3))
    }
    trial = decide(credit("earn: [{credits: 50, per: rise(cert_level)}]"), **months)
    assert trial.results("learning", "credits") == [None, 100, 0]


def test_the_rules_own_condition_is_for_all_lines() -> None:
    assert one(EARN + ", when: exam", hours=2, exam=True)["credits"] == 40
    assert one(EARN + ", when: exam", hours=2, exam=False)["credits"] == 0


def test_a_period_earns_no_less_than_nothing() -> None:
    assert one("earn: [{credits: 5}, {credits: 0 - 2, per: events}]", events=9)["credits"] == 0


def test_what_is_unknown_leaves_the_credits_unknown() -> None:
    line = one(EARN + ", redeem: {pay: 1}", hours=None)
    assert (line["credits"], line["balance"], line.amount, line.undetermined) == (None, None, None, True)
    assert line.told() == ["How many of the `20` credits are earned is unknown."]


def test_the_published_growth_credit_has_a_floor_a_cap_and_a_least_baseline() -> None:
    # growth-mips-improvement: 10 x (current - prior) / prior, from 0 to 10, with a prior of at least 30:
    # 40 to 80 doubles and earns the full 10; 60 to 50 falls and earns 0; 10 to 33 earns 10 x 3 / 30 = 1.
    earn = 'earn: [{credits: "10 * (hours - prior) / prior", upto: {credits: 10}}]'
    least = 'earn: [{credits: "10 * (hours - max(prior, 30)) / max(prior, 30)", upto: {credits: 10}}]'
    assert one(earn, prior=40, hours=80)["credits"] == 10
    assert one(earn, prior=60, hours=50)["credits"] == 0
    assert one(least, prior=10, hours=33)["credits"] == 1


# --- Red lines

RED_LINE = "  - {{id: line, kind: red_line, when: breaches > 0, consequence: {}}}\n"


def test_a_red_line_reduces_what_is_earned_before_it_reaches_the_balance() -> None:
    line = one(EARN + ", redeem: {pay: 2}", RED_LINE.format("{keep: 50%}"), hours=3, breaches=1)
    # 60 credits, half of them kept: 30, redeemed at 2 each.
    assert [line["credits"], line["balance"], line.amount, line.final] == [30, 30, 60, 60]
    assert line.told()[1:3] == [
        "Credits earned in this period: 60.",
        "Credits that red lines leave of them: 30.",
    ]


def test_what_was_earned_before_is_redeemed_whatever_the_red_line_says() -> None:
    fields = EARN + ", carry: yes, redeem: {pay: 1, when: not exam}"
    months: dict[str, Agents] = {
        "jan": {"A": {"hours": 5, "exam": True, "breaches": 0}},
        "feb": {"A": {"hours": 5, "exam": False, "breaches": 1}},
    }
    line = decide(credit(fields, RED_LINE.format("void")), **months).line("learning", period="2026-02")
    assert [line["credits"], line["balance"], line.final] == [0, 100, 100]


def test_a_red_line_that_holds_leaves_the_credits_undecided() -> None:
    line = one(EARN, RED_LINE.format("hold"), hours=3, breaches=1)
    assert line["credits"] is None
    assert line.told()[1:] == ["Credits earned in this period: 60.", "A red line holds them."]


def test_a_red_line_that_holds_credits_holds_their_line_redeemed_or_not() -> None:
    assert one(EARN, RED_LINE.format("hold"), hours=3, breaches=1).held
    assert one(EARN + ", redeem: {pay: 1}", RED_LINE.format("hold"), hours=3, breaches=1).held


# --- The balance


def test_without_carry_each_period_stands_alone() -> None:
    trial = over(EARN, 1, 2, 3)
    assert trial.results("learning", "balance") == [20, 40, 60]
    assert trial.results("learning", "left") == [0, 0, 0]


def test_with_carry_the_balance_grows() -> None:
    trial = over(EARN + ", carry: yes", 1, 2, 0, 3)
    assert trial.results("learning", "balance") == [20, 60, 60, 120]
    assert trial.results("learning", "left") == [20, 60, 60, 120]
    assert trial.line("learning", period="2026-02").told() == [
        "Credits earned: 40, that is 20 for each of `hours`, which is 2.",
        "Credits earned in this period: 40.",
        "Credits brought forward: 20.",
        "Balance of credits: 60.",
    ]


def test_credits_expire_the_oldest_first() -> None:
    # Each month's credits count in it and in the two that follow.
    trial = over(EARN + ", expires_after: 3 months", 1, 2, 0, 4, 0, 0, 0)
    # jan 20; feb 20 + 40; mar 60; apr 40 + 80, the 20 of january expired; may 80; jun 80; jul nothing
    assert trial.results("learning", "balance") == [20, 60, 60, 120, 80, 80, 0]
    assert trial.line("learning", period="2026-04").told()[2:5] == [
        "Credits brought forward: 60.",
        "Credits expired: 20.",
        "Balance of credits: 120.",
    ]


def test_credits_that_expire_after_one_period_do_not_reach_the_next() -> None:
    trial = over(EARN + ", expires_after: 1 month", 1, 2)
    assert trial.results("learning", "balance") == [20, 40]
    assert "Credits expired: 20." in trial.line("learning", period="2026-02").told()


def test_the_cap_makes_the_oldest_credits_give_way() -> None:
    # jan 40; feb 40 + 40 = 80, capped at 60: 20 of january's go; mar: 60 + 0.
    # apr: january's last 20 expire, 40 of february's are left.
    trial = over(EARN + ", expires_after: 3 periods, cap: 60", 2, 2, 0, 0, 0)
    assert trial.results("learning", "balance") == [40, 60, 60, 40, 0]
    assert trial.line("learning", period="2026-02").told()[2:] == [
        "Credits brought forward: 40.",
        "Credits above the cap, and lost, the oldest first: 20.",
        "Balance of credits: 60.",
    ]


def test_a_cap_without_expiry_holds_every_period() -> None:
    assert over(EARN + ", carry: yes, cap: 50", 1, 2, 3).results("learning", "balance") == [20, 50, 50]
    assert over(EARN + ", cap: 50", 1, 3, 1).results("learning", "balance") == [20, 50, 20]


def test_a_period_without_a_snapshot_keeps_the_balance_and_lets_it_grow_older() -> None:
    assert over(EARN + ", carry: yes", 1, "gap", "gap", 2).results("learning", "balance") == [20, 60]
    trial = over(EARN + ", expires_after: 3 months", 1, 1, "gap", 1)
    assert trial.results("learning", "balance") == [20, 40, 40]  # apr: 20 of february and its own 20


def test_a_gap_keeps_the_balance_under_a_red_line_and_a_cap_that_need_a_snapshot() -> None:
    fields = EARN + ", carry: yes, cap: 10 + breaches * 1000"
    months: dict[str, Agents] = {
        "jan": {"A": {"hours": 5, "breaches": 1}},
        "mar": {"A": {"hours": 0, "breaches": 1}},
    }
    trial = decide(credit(fields, RED_LINE.format("{keep: 50%}")), **months)
    assert trial.results("learning", "balance") == [50, 50]


def test_one_who_leaves_the_scope_keeps_the_balance() -> None:
    fields = EARN + ', carry: yes, redeem: {pay: 1, when: breaches > 0}, applies_to: level == "junior"'
    months: dict[str, Agents] = {
        "jan": {"A": {"hours": 1, "level": "junior", "breaches": 0}},
        "feb": {"A": {"hours": 1, "level": "senior", "breaches": 1}},
        "mar": {"A": {"hours": 1, "level": "junior", "breaches": 0}},
    }
    trial = decide(credit(fields), **months)
    assert trial.results("learning", "balance")[2] == 40
    assert trial.line("learning", period="2026-02").final == 0


# --- Redemption


def test_the_whole_balance_is_redeemed_where_the_condition_holds() -> None:
    fields = EARN + ", carry: yes, redeem: {pay: 0.333, when: breaches == 0}"
    months: dict[str, Agents] = {
        "jan": {"A": {"hours": 1, "breaches": 1}},
        "feb": {"A": {"hours": 1, "breaches": 0}},
        "mar": {"A": {"hours": 1, "breaches": 1}},
    }
    trial = decide(credit(fields), **months)
    assert trial.results("learning", "balance") == [20, 40, 20]
    assert trial.results("learning", "redeemed") == [0, 40, 0]
    assert trial.results("learning", "left") == [20, 0, 20]
    # 40 x 0.333 = 13.32
    assert [trial.amounts("learning", f"2026-0{month}")["A"] for month in (1, 2, 3)] == [
        0,
        Decimal("13.32"),
        0,
    ]
    assert trial.line("learning").told()[-1] == "Nothing is redeemed: `breaches == 0` does not hold."
    assert trial.line("learning", period="2026-02").told()[-1] == (
        "Credits redeemed: 40, at 0.333 each: 13.32."
    )


def test_without_a_condition_every_period_redeems_all() -> None:
    trial = over(EARN + ", expires_after: 12 months, redeem: {pay: 1}", 1, 2)
    assert trial.results("learning", "balance") == [20, 40]
    assert trial.amounts("learning", "2026-02") == {"A": 40}


def test_what_is_neither_redeemed_nor_carried_is_lost() -> None:
    line = one(EARN + ", redeem: {pay: 1, when: exam}", hours=2, exam=False)
    assert [line["balance"], line["left"], line.amount] == [40, 0, 0]
    assert line.told()[-1] == "Credits not redeemed and not carried on, so lost: 40."


def test_the_money_is_rounded_once() -> None:
    # 0.15 credits at 0.1 each = 0.015, half up to 0.02
    assert one("earn: [{credits: 0.15}], redeem: {pay: 0.1}")["redeemed"] == Fraction("0.15")
    assert one("earn: [{credits: 0.15}], redeem: {pay: 0.1}").amount == Decimal("0.02")


# --- Recognition and goals


def test_a_balance_is_recognised_from_a_threshold_on() -> None:
    fields = (
        EARN + ", carry: yes, recognise: [{at: 40, name: {en: Learner, zh: 学习者}}, {at: 600, name: Expert}]"
    )
    trial = over(fields, 1, 1, 0, 28)
    assert [trial.line("learning", period=f"2026-0{month}").recognitions for month in (1, 2, 3, 4)] == [
        [],
        ["Learner"],
        ["Learner"],
        ["Learner", "Expert"],
    ]
    assert trial.line("learning", period="2026-02").told()[-1] == "The balance reaches 40: Learner."
    assert trial.line("learning", period="2026-02").told("zh")[-1] == "余额达到 40：学习者。"


def test_a_balance_is_recognised_before_it_is_redeemed() -> None:
    line = one(EARN + ", redeem: {pay: 1}, recognise: [{at: 40, name: Learner}]", hours=2)
    assert line.recognitions == ["Learner"]


def test_the_goals_are_the_conditions_and_the_thresholds() -> None:
    fields = (
        "earn: [{credits: 20, per: hours}, {credits: 5, when: exam}], when: hours > 1,"
        " redeem: {pay: 1, when: breaches > 0}, recognise: [{at: 40, name: Learner}, {at: 80, name: Expert}]"
    )
    assert one(fields, hours=3, exam=False, breaches=0).goals == [True, False, False, True, False]
    assert one(EARN, hours=3).goals == []


# --- What always holds


@settings(max_examples=draws(30))
@given(
    earned=st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=8),
    life=st.integers(1, 4),
    cap=st.integers(0, 12),
)
def test_the_balance_is_that_of_a_plain_ledger(earned: list[int | None], life: int, cap: int) -> None:
    """Every credit is a token with the month it was earned in; None is a month without a snapshot."""
    hours: list[Given] = ["gap" if each is None else each for each in earned]
    hours[0] = hours[0] if hours[0] != "gap" else 0
    hours[-1] = hours[-1] if hours[-1] != "gap" else 0
    tokens: list[int] = []  # oldest first
    expected: list[int] = []
    for month, each in enumerate(hours):
        tokens = [token for token in tokens if month - token < life]
        if each == "gap":
            continue
        tokens += [month] * int(each or 0)
        tokens = tokens[max(0, len(tokens) - cap) :]
        expected.append(len(tokens))
    trial = over(f"earn: [{{credits: 1, per: hours}}], expires_after: {life} periods, cap: {cap}", *hours)
    assert trial.results("learning", "balance") == expected


# --- What a ruleset can get wrong


def test_it_needs_a_way_to_earn() -> None:
    assert codes_of(f"{FACTS}  - {{id: learning, kind: growth_credit}}\n") == ["IE1101"]
    assert codes_of(credit("earn: []")) == ["IE1106"]
    assert codes_of(credit("earn: [{per: hours}]")) == ["IE1101"]


def test_credits_that_expire_are_carried() -> None:
    found = problem(EARN + ", carry: no, expires_after: 12 months")
    assert found.code == "IE3401"
    assert found.message() == "`expires_after: 12 months` contradicts `carry: no`"
    assert found.message("zh") == "`expires_after: 12 months` 与 `carry: no` 矛盾"


@pytest.mark.parametrize("fields", [EARN + ", cap: 0 - 5", "earn: [{credits: 1, upto: {credits: 0 - 5}}]"])
def test_a_limit_is_not_below_zero(fields: str) -> None:
    found = problem(fields)
    assert found.code == "IE3402"
    assert found.message() == "`0 - 5` is a limit below zero"
    assert found.message("zh")


@pytest.mark.parametrize(
    "fields",
    [
        "earn: [{credits: 5 min}]",
        "earn: [{credits: 5, per: spent}]",
        "earn: [{credits: 5, upto: {credits: 5 min}}]",
        EARN + ", cap: 5 min",
        EARN + ", redeem: {pay: 5 min}",
        EARN + ", recognise: [{at: 5 min, name: Learner}]",
    ],
)
def test_credits_are_numbers_and_their_worth_is_money(fields: str) -> None:
    assert problem(fields).code == "IE3035"


@pytest.mark.parametrize("life", ["40 days", "2 years and a day", "0 months"])
def test_credits_live_for_whole_periods(life: str) -> None:
    assert problem(f"{EARN}, expires_after: {life}").code in {"IE3050", "IE3051", "IE3052"}
