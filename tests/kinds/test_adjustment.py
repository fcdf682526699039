"""Adjustments: amounts by hand, accounts over the periods, draws and guarantees."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.ruleset.problems import Problem
from tests.kinds.deciding import MONTHS, Agents, Given, Line, Trial, codes_of, decide, problems_of
from tests.kinds.page import Page, amount_of
from tests.support.draws import draws

TOP = """
attributes:
  level: [junior, senior]
  why: text
metrics:
  gross: money
  correction: {type: money, missing: 0}
  fine: {type: money, places: 4}
  months: count
  minutes: {type: duration}
  breaches: {type: count, missing: 0}
rules:
  - {id: commission, kind: bonus, title: Commission, tags: [sales], pay: gross}
"""
VOID = "  - {id: line, kind: red_line, when: breaches > 0, consequence: void}\n"
DRAW = "draw: {pay: 2000, of: commission}"
GUARANTEE = "guarantee: {pay: 3000, of: sales}"


def ruleset(fields: str, others: str = "") -> str:
    """Return a ruleset with a commission and one adjustment."""
    return f"{TOP}  - {{id: extra, kind: adjustment, {fields}}}\n{others}"


def one(fields: str, others: str = "", **facts: Given) -> Line:
    """Return what the adjustment comes to for one agent in one period."""
    return decide(ruleset(fields, others), jan={"A": facts}).line("extra")


def over(fields: str, *gross: Given, others: str = "") -> Trial:
    """Return what comes of a gross pay month by month; "gap" stands for a month without a snapshot."""
    months: dict[str, Agents] = {
        name: {"A": {"gross": each, "months": number}}
        for number, (name, each) in enumerate(zip(MONTHS, gross, strict=False), 1)
        if each != "gap"
    }
    return decide(ruleset(fields, others), **months)


def amounts(trial: Trial, rule: str = "extra") -> list[Decimal | None]:
    return [line.amount for (each, _, _), line in trial.lines.items() if each == rule]


def problem(fields: str) -> Problem:
    (found,) = problems_of(ruleset(fields))
    assert found.message("zh")
    assert found.hint("zh")
    return found


def written(value: object) -> str:
    return str(value)


# --- Amounts


def test_an_adjustment_pays_its_formula_rounded_once() -> None:
    line = one("pay: 1.005 * months", months=3)  # 3.015, half up
    assert written(line.amount) == "3.02"
    assert line.told() == ["`1.005 * months` = 3.02."]
    assert line.told("zh") == ["`1.005 * months` = 3.02。"]


def test_where_its_condition_fails_it_pays_nothing() -> None:
    line = one("pay: 100, when: months < 3", months=3)
    assert written(line.amount) == "0"
    assert line.told() == []
    assert line.goals == [False]


def test_it_may_take_money_off() -> None:
    trial = decide(ruleset("pay: -50 * months"), jan={"A": {"gross": 1000, "months": 2}})
    assert written(trial.line("extra").final) == "-100"


def test_red_lines_do_not_affect_it() -> None:
    trial = decide(ruleset("pay: 100", VOID), jan={"A": {"gross": 1000, "breaches": 1}})
    assert written(trial.line("commission").final) == "0"
    assert written(trial.line("extra").final) == "100"


def test_what_holds_the_others_does_not_hold_it() -> None:
    held = VOID.replace("void", "hold")
    trial = decide(ruleset("pay: 100", held), jan={"A": {"gross": 1000, "breaches": 1}})
    assert trial.line("commission").held
    assert not trial.line("extra").held
    assert written(trial.line("extra").final) == "100"


# --- Reasons


def test_an_amount_of_the_data_says_its_reason() -> None:
    line = one("pay: correction, reason: {en: Recount, zh: 重新核算}", correction=-12)
    assert written(line.amount) == "-12"
    assert line.told() == ["`correction` = -12.", "Reason: Recount"]
    assert line.told("zh")[1] == "原因：重新核算"


def test_the_reason_may_come_with_the_data() -> None:
    fields = "pay: correction, reason: {attribute: why}"
    assert written(one(fields, correction=5, why="recount").amount) == "5"
    missing = one(fields, correction=5)
    assert missing.amount is None
    assert missing.undetermined
    assert missing.told() == ["`correction` = 5.", "The amount does not count without its reason."]
    nothing = one(fields, correction=0)
    assert written(nothing.amount) == "0"
    assert nothing.told() == ["`correction` = 0."]


@pytest.mark.parametrize("pay", ["correction", "-correction", "fine", "-fine"])
def test_an_amount_of_the_data_without_a_reason_is_a_problem(pay: str) -> None:
    found = problem(f"pay: {pay}")
    assert found.code == "IE3704"
    assert found.message().startswith(f"`{pay}` is an amount that comes with the data")
    assert found.hint() == (
        "add `reason:` with words, or `reason: {attribute: correction_reason}` with a text attribute"
    )


@pytest.mark.parametrize("pay", ["100", "2 * correction", "correction * months", "commission.amount"])
def test_what_the_ruleset_works_out_needs_no_reason(pay: str) -> None:
    assert codes_of(ruleset(f"pay: {pay}")) == (["IE3704"] if pay == "commission.amount" else [])


def test_a_reason_of_the_data_is_a_text() -> None:
    assert problem("pay: correction, reason: {attribute: level}").code == "IE3705"
    assert codes_of(ruleset("pay: correction, reason: {attribute: wy}")) == ["IE2101"]
    assert codes_of(ruleset("pay: correction, reason: {attribute: why, more: 1}")) == ["IE1102"]
    assert codes_of(ruleset("pay: correction, reason: [a]")) == ["IE1112"]


# --- What is kept

# 600 were lent; what is earned above 100 pays it back.
LOAN = (
    "pay: '-min(max(gross - 100, 0), previous(extra.balance))', "
    "keeps: {balance: 'previous(extra.balance) - min(max(gross - 100, 0), previous(extra.balance))"
    " + (600 if months == 1 else 0)'}"
)


def test_what_is_kept_is_read_back_in_the_next_period_and_is_nothing_at_first() -> None:
    trial = over(LOAN, 500, 300, 50, 900)
    # January lends 600; February pays 200 back; March earns too little; April pays the other 400.
    assert trial.results("extra", "balance") == [600, 400, 400, 0]
    assert [written(each) for each in amounts(trial)] == ["0", "-200", "0", "-400"]
    assert trial.line("extra", period="2026-02").told()[1].startswith("balance: 400 by `previous(")


def test_the_explanation_tells_what_is_read_back() -> None:
    trial = over(LOAN, 500, 300)
    told = [
        value
        for step in trial.line("extra", period="2026-02").policy_line.built.steps
        for part in step.parts
        for value in part.values.values()
    ]
    assert "previous(extra.balance)" in [written(getattr(value, "en", value)) for value in told]


def test_a_month_without_a_snapshot_leaves_what_it_found() -> None:
    assert over(LOAN, 500, "gap", 300).results("extra", "balance") == [600, 400]


def test_where_the_condition_fails_what_is_kept_stays() -> None:
    assert over(LOAN + ", when: months != 2", 500, 300, 300).results("extra", "balance") == [600, 600, 400]


def test_out_of_scope_what_is_kept_stays() -> None:
    trial = over(LOAN + ", applies_to: months != 2", 500, 300, 300)
    assert trial.results("extra", "balance")[2] == 400


def test_other_rules_read_what_is_kept() -> None:
    others = "  - {id: other, kind: bonus, pay: previous(extra.balance) / 10}\n"
    assert amounts(over(LOAN, 500, 300, others=others), "other") == [0, 60]


def test_previous_of_anything_else_means_the_period_before() -> None:
    others = "  - {id: other, kind: bonus, pay: 'default(previous(commission.amount), 7)'}\n"
    assert amounts(over("pay: 1", 500, 300, others=others), "other") == [7, 500]


def test_what_is_kept_is_unknown_after_a_month_in_which_it_is() -> None:
    assert over(LOAN, 500, None, 300).results("extra", "balance") == [600, None, None]


def test_a_rule_cannot_read_what_it_keeps_in_the_same_period() -> None:
    assert codes_of(ruleset("pay: extra.balance, keeps: {balance: 1}")) == ["IE3023"]


def test_previous_takes_no_keywords_here_either() -> None:
    assert "IE3023" in codes_of(
        ruleset("pay: 'previous(extra.balance, where=months > 1)', keeps: {balance: 1}")
    )


# --- Draws


def test_a_recoverable_draw_comes_out_as_published() -> None:
    # "draw-recoverable-siebel": a draw of 2,000 a month over six months, all twelve figures of the table.
    trial = over(DRAW, 2750, 3000, 1500, 2375, 3000, 2750)
    gross = amounts(trial, "commission")
    net = [Fraction(a or 0) + Fraction(b or 0) for a, b in zip(gross, amounts(trial), strict=True)]
    assert net == [2750, 3000, 2000, 2000, 2875, 2750]
    assert trial.results("extra", "balance") == [750, 1000, -500, -125, 875, 750]


def test_a_draw_is_what_its_long_form_says() -> None:
    long_form = (
        "pay: 'max(2000, gross + min(0, previous(extra.balance))) - gross', "
        "keeps: {balance: 'gross + min(0, previous(extra.balance)) - 2000'}"
    )
    gross = (2750, 3000, 1500, 2375, 3000, 2750)
    assert amounts(over(DRAW, *gross)) == amounts(over(long_form, *gross))


def test_a_draw_tells_what_is_advanced_and_paid_back() -> None:
    trial = over(DRAW, 1500, 2375)
    assert trial.line("extra").told() == [
        "The draw is 2000.",
        "Earned towards it: 1500.",
        "Paid in advance: 500.",
        "To be paid back later: 500.",
    ]
    assert trial.line("extra", period="2026-02").told() == [
        "The draw is 2000.",
        "Earned towards it: 2375.",
        "Still to be paid back from before: 500.",
        "Paid back: 375.",
        "To be paid back later: 125.",
    ]
    assert trial.line("extra").parts_of("Earned towards") == ["total.line"]


def test_a_draw_that_ends_is_still_paid_back() -> None:
    # January advances 500, February earns just the draw, in March there is none: the 500 come off.
    draw = "draw: {pay: 2000 if months < 3 else 0, of: commission}"
    trial = over(draw, 1500, 2000, 1800)
    assert [written(each) for each in amounts(trial)] == ["500", "0", "-500"]


def test_a_draw_that_falls_below_nothing_is_none() -> None:
    trial = over("draw: {pay: 1000 - 600 * months, of: commission}", 100, 100)
    # January: 400 - 100 = 300 in advance. February: the draw is 0, and 100 of the 300 come back.
    assert [written(each) for each in amounts(trial)] == ["300", "-100"]


# --- Guarantees


@pytest.mark.parametrize(("gross", "added"), [(2999, "1"), (3000, "0"), (3500, "0"), (0, "3000")])
def test_a_guarantee_adds_what_is_missing(gross: int, added: str) -> None:
    assert written(one(GUARANTEE, gross=gross).amount) == added


def test_a_guarantee_tells_what_it_adds() -> None:
    assert one(GUARANTEE, gross=1000).told() == [
        "At least 3000 is guaranteed.",
        "Earned towards it: 1000.",
        "Added up to the guarantee: 2000.",
    ]
    assert one(GUARANTEE, gross=4000).told()[2] == "The guarantee is reached."


def test_a_guarantee_cannot_refill_what_was_voided() -> None:
    trial = decide(ruleset(GUARANTEE, VOID), jan={"A": {"gross": 2500, "breaches": 1}})
    assert written(trial.line("commission").final) == "0"
    assert written(trial.line("extra").final) == "500"


def test_a_guarantee_counts_all_that_it_names_in_their_scope() -> None:
    others = (
        '  - {id: b, kind: bonus, tags: [sales], applies_to: level == "senior", pay: 400}\n'
        "  - {id: c, kind: bonus, pay: 4000}\n"
        "  - {id: card, kind: red_line, tags: [sales], when: breaches > 5, consequence: void}\n"
    )
    assert written(one(GUARANTEE, others, gross=1000, level="senior").amount) == "1600"
    assert written(one(GUARANTEE, others, gross=1000, level="junior").amount) == "2000"


def test_a_guarantee_on_what_is_unknown_is_undetermined() -> None:
    line = one(GUARANTEE)
    assert line.undetermined
    assert line.told() == ["At least 3000 is guaranteed.", "Earned towards it: unknown."]


# --- What a ruleset can get wrong


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("title: nothing", "IE3701"),
        (f"{DRAW}, {GUARANTEE}", "IE3701"),
        (f"pay: 1, {GUARANTEE}", "IE3701"),
        (f"{DRAW}, keeps: {{balance: 1}}", "IE3702"),
        ("pay: 1, keeps: {amount: 1}", "IE3703"),
        ("pay: 1, keeps: {rest: 1, final: 1}", "IE3703"),
        ("draw: {pay: -1, of: commission}", "IE3706"),
        ("guarantee: {pay: -1, of: commission}", "IE3706"),
        ("guarantee: {pay: 1, of: comission}", "IE3053"),
        ("guarantee: {pay: 1, of: nobodys}", "IE3053"),
    ],
)
def test_its_problems_have_codes_and_words(fields: str, code: str) -> None:
    assert problem(fields).code == code


def test_the_likely_rule_is_suggested() -> None:
    assert problem("guarantee: {pay: 1, of: comission}").hint() == (
        "did you mean `commission`? write the ids or tags of rules that pay money"
    )


def test_what_is_named_has_to_pay_money() -> None:
    text = ruleset("guarantee: {pay: 1, of: [line, extra]}", VOID)
    (found,) = problems_of(text)
    assert (found.code, found.message()) == ("IE3054", "no rule of line, extra pays money")
    assert found.message("zh") == "line, extra 中没有发放奖金的规则"


def test_nothing_more_is_said_of_a_named_rule_that_is_wrong_itself() -> None:
    text = ruleset("guarantee: {pay: 1, of: b}", "  - {id: b, kind: bonus}\n")
    assert codes_of(text) == ["IE3062"]


def test_two_guarantees_cannot_count_towards_each_other() -> None:
    text = ruleset(
        "guarantee: {pay: 1, of: other}",
        "  - {id: other, kind: adjustment, guarantee: {pay: 1, of: extra}}\n",
    )
    assert "IE3023" in codes_of(text)


@pytest.mark.parametrize("field", ["pay: minutes", "pay: 1, keeps: {balance: minutes}"])
def test_it_is_money(field: str) -> None:
    assert codes_of(ruleset(field)) == ["IE3035"]


# --- What the page says


def test_the_table_of_the_page_holds() -> None:
    page = Page("adjustment.md")
    shown = [
        {
            **{rule: amount_of(decision, rule) for rule in ("commission", "monthly_draw", "by_hand")},
            "total": f"{decision.total}",
            "balance": f"{decision.line('monthly_draw').results['balance']:.2f}",
        }
        for decision in page.decisions
    ]
    assert len(shown) == 4
    assert page.said(shown[0]) == shown


def test_the_explanation_of_the_page_is_the_one_that_is_given() -> None:
    page = Page("adjustment.md")
    lines = page.decisions[2].explain(nearest=False).text().splitlines()
    assert [line for line in page.explanation if line not in lines] == []


# --- What holds for all of them

CENTS = st.integers(0, 500_000).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


@settings(max_examples=draws(30), deadline=None)
@given(st.lists(CENTS, min_size=1, max_size=6))
def test_what_a_draw_has_advanced_is_what_is_still_owed(gross: list[str]) -> None:
    trial = over(DRAW, *gross)
    advanced = sum(Fraction(each or 0) for each in amounts(trial))
    last = trial.results("extra", "balance")[-1]
    assert last is not None
    assert advanced == -min(Fraction(last), Fraction(0))
