"""Rules that pay by the same measure are warned of, unless they say so or never pay the same people."""

from __future__ import annotations

import pytest

from incentive_engine.check.checking import check_text

HEAD = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent, period: month}
attributes: {team: text, level: [junior, senior], salary: money}
metrics: {calls: count, chats: count, csat: ratio, weight: number, late: {type: count, missing: 0}}
parameters: {rate: {by: level, junior: 1, senior: 2}}
formulas:
  same: calls
  load: calls * weight
  both: calls + chats
  by_level: calls if level == "junior" else chats
rules:
"""
# What uses all metrics, by a measure that nothing else has.
USED = "  - {id: used, kind: bonus, pay: calls * chats * csat * weight * late}\n"
FIRST = "  - {id: first, kind: bonus, pay: 2 * calls}\n"


def warned(rules: str) -> list[str]:
    """Return what is said of overlaps, and of nothing else."""
    return [
        problem.message()
        for problem in check_text(HEAD + rules + USED)
        if problem.severity == "error" or problem.code in ("IE3880", "IE3881")
    ]


def second(fields: str, kind: str = "bonus") -> str:
    return f"  - {{id: second, kind: {kind}, {fields}}}\n"


NONE = "`second` says that it overlaps `{}`, and no rule of that id pays the same people by the same measure"
TWICE = "`second` pays by `calls`, like `first`: the same work is paid more than once"


@pytest.mark.parametrize(
    "rule",
    [
        second("pay: 3 * calls"),
        second("pay: rate * calls"),
        second("pay: -(0 - calls)"),
        second("pay: 2 * same"),
        second("pay: 2 * (calls if csat > 90% else 0)"),
        second("pay: 100 + 5 * calls"),
        second("pay: '0.50 * max(calls - 300, 0)'"),
        second("pay: 0.1 * calls if csat > 90% else 0"),
        second("pay: {by: level, junior: 1 * calls, senior: 300}"),
        second("pay: both"),
        second("pay: by_level"),
        second("measure: calls, tiers: [{upto: 500, pay: 0}, {pay: 100}]", "tiered_bonus"),
        second("earn: [{credits: 5, per: calls}], redeem: {pay: 1}", "growth_credit"),
        second("earn: [{credits: 2 * calls}], redeem: {pay: 1}", "growth_credit"),
    ],
)
def test_two_rules_that_pay_by_one_measure_are_warned_of(rule: str) -> None:
    assert warned(FIRST + rule) == [TWICE]


@pytest.mark.parametrize(
    "rule",
    [
        # Another measure, of which the first is only a part
        second("pay: load"),
        second("pay: chats"),
        second("pay: calls / chats"),
        # Looking back, or at the others, is another thing
        second("pay: '10 * default(rise(calls), 0)'"),
        second("pay: 10 * rank(calls)"),
        # A condition decides whether, not how much
        second("when: calls > 300, pay: 100"),
        second("pay: 100 if calls > 300 else 0"),
        second("pay: 100 if not (calls > 300 and csat > 90%) else 0"),
        # What is not measured
        second("pay: 10% * salary"),
        second("pay: rate"),
        second("recognise: seen"),
        # Steps are done to the amount
        second("pay: 100, then: [{times: calls / 500}]"),
        # Credits without money
        second("earn: [{credits: 5, per: calls}]", "growth_credit"),
        second("rank_by: [{highest: calls}], ties: all_win, prizes: [{pay: 100}]", "star_award"),
    ],
)
def test_rules_that_pay_by_something_else_are_not(rule: str) -> None:
    assert warned(FIRST + rule) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('applies_to: team == "chat"', 'applies_to: team == "phone"'),
        ('applies_to: team == "chat"', 'applies_to: team != "chat"'),
        ('applies_to: team != "chat"', 'applies_to: team == "chat"'),
        ('applies_to: level == "junior"', 'applies_to: csat > 0% and level == "senior"'),
        ('applies_to: level == "junior"', 'when: level == "senior" and late == 0'),
        ("when: csat >= 90%", "when: not csat >= 90%"),
        ("when: not (csat >= 90% or late > 3)", "when: csat >= 90% or late > 3"),
        ("when: csat >= 90%", "when: csat < 90%"),
        ("when: csat < 90%", "when: csat >= 90%"),
    ],
)
def test_rules_that_never_pay_the_same_people_are_not(one: str, other: str) -> None:
    rules = [
        f"  - {{id: {name}, kind: bonus, {of}, pay: 2 * calls}}\n" for name, of in (("a", one), ("b", other))
    ]

    assert warned("".join(rules)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('applies_to: team == "chat"', 'applies_to: level == "junior"'),
        ('applies_to: team == "chat"', 'applies_to: team == "chat"'),
        ("when: csat >= 90%", "when: csat >= 80%"),
        ("when: csat >= 90%", "when: csat < 95%"),
        ("when: calls == chats", "when: calls == late"),
        ("when: calls == 300", "when: chats == 200"),
    ],
)
def test_rules_that_may_pay_the_same_people_are(one: str, other: str) -> None:
    rules = [
        f"  - {{id: {name}, kind: bonus, {of}, pay: 2 * calls}}\n" for name, of in (("a", one), ("b", other))
    ]

    assert warned("".join(rules)) == ["`b` pays by `calls`, like `a`: the same work is paid more than once"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("title: First", "overlaps: first"),
        ("overlaps: second", "title: Second"),
        ("overlaps: second", "overlaps: first"),
        ("title: First", "instead_of: first"),
        ("instead_of: second", "title: Second"),
        ("title: First", "then: [{less_paid: first}]"),
        ("tags: [paid]", "then: [{times: 2}, {less_paid: {rules: [paid], per: year}}]"),
    ],
)
def test_who_says_so_is_not(one: str, other: str) -> None:
    rules = f"  - {{id: first, kind: bonus, {one}, pay: 2 * calls}}\n" + second(f"{other}, pay: calls")

    assert warned(rules) == []


def test_a_rule_does_not_overlap_one_whose_place_it_takes() -> None:
    rules = FIRST + second("instead_of: first, overlaps: first, pay: calls")

    assert warned(rules) == [NONE.format("first")]


def test_a_tiered_bonus_may_take_off_what_was_paid() -> None:
    tiers = "measure: calls, tiers: [{upto: 500, pay: 0}, {pay: 100}]"

    assert warned(FIRST + second(f"{tiers}, then: [{{less_paid: first}}]", "tiered_bonus")) == []


def test_several_are_told_together() -> None:
    rules = FIRST + second("overlaps: first, pay: calls") + "  - {id: third, kind: bonus, pay: both}\n"
    (problem,) = [each for each in check_text(HEAD + rules + USED) if each.code == "IE3880"]

    assert (
        problem.message()
        == "`third` pays by `calls`, like `first`, `second`: the same work is paid more than once"
    )
    assert "write `overlaps: [first, second]` at `third`" in problem.hint()


def test_two_fixed_amounts_for_one_condition_are_warned_of() -> None:
    rules = "  - {id: one, kind: bonus, when: csat >= 90%, pay: 300}\n" + second(
        "when: csat  >= 90%, pay: rate"
    )

    assert warned(rules) == [
        "`second` pays by `csat >= 90%`, like `one`: the same work is paid more than once"
    ]


@pytest.mark.parametrize(
    "rule",
    [
        second("when: csat >= 95%, pay: 300"),
        second("when: csat >= 90%, pay: 5 * chats"),
        second("when: csat >= 90%, recognise: seen"),
        second(
            "when: csat >= 90%, rank_by: [{highest: chats}], ties: all_win, prizes: [{pay: 9}]", "star_award"
        ),
        second("pay: 300"),
    ],
)
def test_another_condition_another_measure_or_none_is_not(rule: str) -> None:
    assert warned("  - {id: one, kind: bonus, when: csat >= 90%, pay: 300}\n" + rule) == []


def test_the_names_of_a_measure_of_several_are_told() -> None:
    rules = "  - {id: one, kind: bonus, pay: load}\n" + second("pay: 2 * calls * weight")

    assert warned(rules) == [
        "`second` pays by `calls`, `weight`, like `one`: the same work is paid more than once"
    ]


def test_results_of_other_rules_are_measures() -> None:
    card = (
        "  - {id: card, kind: scorecard, perspectives: {only: {weight: 100%, measures: "
        "[{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]}}}\n"
    )
    rules = card + "  - {id: one, kind: bonus, pay: 5 * card.score}\n" + second("pay: 2 * card.score")

    assert warned(rules) == [
        "`second` pays by `card.score`, like `one`: the same work is paid more than once"
    ]


@pytest.mark.parametrize("named", ["first", "nobody", "used"])
def test_an_overlap_that_there_is_not_is_said(named: str) -> None:
    assert warned(FIRST + second(f"overlaps: {named}, pay: chats")) == [NONE.format(named)]
