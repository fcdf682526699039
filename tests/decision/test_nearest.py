"""The nearest change says what it would take, in one metric, to reach more."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.decision.decision import Decision
from incentive_engine.decision.format import Format
from incentive_engine.decision.nearest import Change, Nearest, Seeker
from incentive_engine.decision.reading import Reading
from incentive_engine.evaluate.periods import Evaluator
from incentive_engine.ruleset.period import Cadence, parse_period
from tests.decision.deciding import Given, among, decide, decide_all, policy_of
from tests.support.draws import draws

ENGLISH, CHINESE = Format("en", "CNY", 2), Format("zh", "CNY", 2)

GATED = """
metrics:
  calls: {type: count, range: [0, 1000]}
  csat: {type: ratio}
  certified: {type: boolean}
rules:
  - {id: quality, kind: bonus, pay: 2 * calls, when: csat >= 92% and certified}
"""


def changes(decision: Decision, rule: str) -> list[Change]:
    """Return the changes that reach the first goal of a rule that is not reached."""
    return list(decision.nearest(rule)[0].changes)


def told(nearest: Nearest) -> tuple[str, str]:
    return nearest.step().sentence(ENGLISH), nearest.step().sentence(CHINESE)


def test_it_says_which_metric_from_where_to_where_and_what_that_adds() -> None:
    # From 91.3 % to the 92 % that the condition asks for; then 2 * 500 calls are paid.
    found = changes(decide(GATED, calls=500, csat="0.913", certified=True), "quality")

    (change,) = found
    assert (change.metric, change.present.value, change.changed.value) == (
        "csat",
        Fraction("0.913"),
        Fraction("0.92"),
    )
    assert (change.adds, change.adds_to_total) == (Decimal("1000.00"), Decimal("1000.00"))
    assert change.to_dict() == {
        "metric": "csat",
        "from": "0.913",
        "to": "0.92",
        "adds": "1000.00",
        "adds_to_total": "1000.00",
    }


def test_it_is_told_in_one_sentence() -> None:
    nearest = decide(GATED, calls=500, csat="0.913", certified=True).nearest("quality")[0]

    english, chinese = told(nearest)
    assert english.startswith("csat 91.3% -> 92%: ")
    assert english.endswith(". That adds 1,000.00 CNY.")
    assert chinese.startswith("csat 91.3% -> 92%：")
    assert chinese.endswith("，增加 1,000.00 元。")


def test_a_metric_that_is_true_or_false_can_change_too() -> None:
    (change,) = changes(decide(GATED, calls=500, csat="0.95", certified=False), "quality")

    assert (change.metric, change.present.value, change.changed.value) == ("certified", False, True)
    assert change.size == 1


def test_where_two_metrics_would_have_to_change_none_alone_does() -> None:
    nearest = decide(GATED, calls=500, csat="0.913", certified=False).nearest("quality")[0]

    assert (nearest.answer, nearest.changes) == ("none", ())
    assert told(nearest)[0].startswith("No change of one metric alone leads to this: ")


def test_where_the_goal_needs_a_metric_that_is_missing_it_says_which() -> None:
    nearest = decide(GATED, calls=500, csat=None, certified=True).nearest("quality")[0]

    assert nearest.answer == "missing"
    assert [step.sentence(ENGLISH) for step in nearest.missing] == ["csat is missing."]
    assert nearest.step().parts == nearest.missing


def test_a_missing_metric_that_would_not_help_is_not_blamed() -> None:
    # Whatever csat is, without the certificate nothing is paid.
    nearest = decide(GATED, calls=500, csat=None, certified=False).nearest("quality")[0]

    assert nearest.answer == "none"


def test_a_metric_that_rests_on_too_little_is_reached_by_more_of_it() -> None:
    rules = """
metrics:
  csat: {type: ratio, enough: surveys >= 20}
  surveys: count
rules: [{id: quality, kind: bonus, pay: "100", when: known(csat) and csat >= 90%}]
"""
    (change,) = changes(decide(rules, csat="0.95", surveys=18), "quality")

    assert (change.metric, change.changed.value) == ("surveys", Fraction(20))


LATE = """
metrics: {late: {type: count, better: lower}, calls: count}
rules:
  - {id: volume, kind: bonus, pay: calls}
  - {id: privacy, kind: red_line, when: late > 2, consequence: {keep: 50%}}
"""


def test_a_red_line_says_what_would_keep_it_and_what_that_adds_to_the_total() -> None:
    # Half of 301 calls is 150.50.
    nearest = decide(LATE, late=7, calls=301).nearest("privacy")[0]

    assert [(change.metric, change.changed.value, change.adds) for change in nearest.changes] == [
        ("late", Fraction(2), None)
    ]
    assert nearest.changes[0].adds_to_total == Decimal("150.50")
    assert told(nearest)[0].endswith("That adds 150.50 CNY to the total.")


def test_a_goal_that_is_reached_has_no_nearest_change() -> None:
    assert decide(LATE, late=2, calls=301).nearest("privacy") == ()


def test_a_rule_that_does_not_apply_has_no_nearest_change() -> None:
    rules = LATE.replace("when: late > 2", "when: late > 2, applies_to: calls > 5")

    assert decide(rules, late=7, calls=5).nearest("privacy") == ()
    assert decide(rules, late=7, calls=None).nearest("privacy") == ()


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError, match="priwacy"):
        decide(LATE, late=7, calls=5).nearest("priwacy")


def test_a_change_that_adds_nothing_says_so() -> None:
    # Both red lines void everything, so that keeping one of them helps nothing.
    rules = """
metrics: {late: count, breaches: count, calls: count}
rules:
  - {id: volume, kind: bonus, pay: calls}
  - {id: lateness, kind: red_line, when: late > 0, consequence: void}
  - {id: privacy, kind: red_line, when: breaches > 0, consequence: void}
"""
    nearest = decide(rules, late=1, breaches=1, calls=100).nearest("lateness")[0]

    assert nearest.changes[0].adds_to_total == Decimal("0.00")
    assert told(nearest)[0].endswith("That adds nothing to the total.")


def test_what_a_change_adds_here_and_to_the_total_can_differ() -> None:
    # Two rules pay by the same condition: 100 here, 100 + 50 in all.
    rules = """
metrics: {csat: ratio}
rules:
  - {id: quality, kind: bonus, pay: "100", when: csat >= 90%}
  - {id: extra, kind: bonus, pay: "50", when: csat >= 90%}
"""
    nearest = decide(rules, csat="0.8").nearest("quality")[0]

    assert told(nearest)[0].endswith("That adds 100.00 CNY here and 150.00 CNY to the total.")
    assert told(nearest)[1].endswith("，本项增加 100.00 元，合计增加 150.00 元。")


TIERS = """
metrics:
  handled: {type: count, range: [0, 5000]}
  score: {type: number, range: [0, 100], places: 1}
  shown: count
rules:
  - id: volume
    kind: tiered_bonus
    measure: handled * score / 100
    mode: fixed
    tiers:
      - {upto: 500, pay: 0}
      - {upto: 1000, pay: 200}
      - {pay: 500}
"""


def test_the_change_that_is_smallest_in_its_range_stands_first() -> None:
    # 600 * 80 % = 480 lies in the first band, which ends at 500.
    # By handled: more than 500 / 0.8 = 625, so 626: 26 of 5000 steps = 0.52 %.
    # By score: more than 500 / 6 = 83.33, so 83.4: 3.4 of 100 = 3.4 %.
    found = changes(decide(TIERS, handled=600, score=80, shown=1), "volume")

    assert [(change.metric, change.changed.value, change.size) for change in found] == [
        ("handled", Fraction(626), Fraction(26, 5000)),
        ("score", Fraction("83.4"), Fraction(34, 1000)),
    ]
    assert {change.adds for change in found} == {Decimal("200.00")}


def test_in_the_best_band_there_is_nothing_more_to_reach() -> None:
    # 5000 * 90 % = 4500 lies in the last band.
    assert not [
        nearest
        for nearest in decide(TIERS, handled=5000, score=90, shown=1).nearest("volume")
        if nearest.changes
    ]


@pytest.mark.parametrize(
    ("declared", "present", "limit", "reached"),
    [
        ("count", 10, 1_000_000, True),
        ("count", 10, 1_000_001, False),
        ("number", 10, 100_000, True),
        ("number", 10, 100_001, False),
        ("money", 10, 10_000_000, True),
        ("money", 10, 10_000_001, False),
        ("{type: count, range: [0, 20]}", 10, 20, True),
        ("{type: count, range: [0, 20]}", 10, 21, False),
    ],
)
def test_a_metric_can_go_as_far_as_its_range_or_as_its_type_is_assumed_to(
    declared: str, present: int, limit: int, *, reached: bool
) -> None:
    rules = f'metrics: {{it: {declared}}}\nrules: [{{id: goal, kind: bonus, pay: "1", when: it >= {limit}}}]'

    assert bool(changes(decide(rules, it=present), "goal")) is reached


@pytest.mark.parametrize(
    ("present", "limit", "reached"),
    [("5", "0", True), ("5", "0 - 1", False), ("-5", "0 - 100000", True), ("-5", "0 - 100001", False)],
)
def test_a_metric_without_a_range_goes_below_zero_only_if_it_is_there_already(
    present: str, limit: str, *, reached: bool
) -> None:
    rules = f'metrics: {{it: number}}\nrules: [{{id: goal, kind: bonus, pay: "1", when: it <= {limit}}}]'

    assert bool(changes(decide(rules, it=present), "goal")) is reached


def test_a_change_of_a_metric_without_a_range_is_measured_against_its_present_value() -> None:
    rules = 'metrics: {it: count}\nrules: [{id: goal, kind: bonus, pay: "1", when: it >= 30}]'

    # From 20 to 30 is a half of 20; from nothing it is measured against the million that a count can reach.
    assert changes(decide(rules, it=20), "goal")[0].size == Fraction(1, 2)
    assert changes(decide(rules, it=0), "goal")[0].size == Fraction(30, 10**6)


def test_a_search_that_ends_too_soon_says_that_it_found_nothing_and_not_that_there_is_nothing() -> None:
    policy = policy_of('metrics: {it: count}\nrules: [{id: goal, kind: bonus, pay: "1", when: it == 777}]')
    evaluator = Evaluator(policy.program, policy.watched())
    values = evaluator.evaluate_one(parse_period("2026-03", Cadence.MONTH), (20,))

    (nearest,) = Seeker(Reading(policy, values), most_looks=5).nearest(policy.lines[0])

    assert (nearest.answer, nearest.changes) == ("not_found", ())
    assert told(nearest)[0].startswith("Within its limit the search found no change")


# --- Peers and history

STAR = """
attributes: {team: text}
metrics:
  csat: {type: ratio, better: higher}
  late: {type: count, range: [0, 30], better: lower}
rules:
  - id: star
    kind: star_award
    within: team
    rank_by: [{highest: csat}, {lowest: late}]
    ties: all_win
    prizes: [{pay: 300}, {pay: 100}]
"""
TEAM: dict[str, dict[str, Given]] = {
    "ann": {"team": "A", "csat": "0.95", "late": 2},
    "bob": {"team": "A", "csat": "0.93", "late": 0},
    "cam": {"team": "A", "csat": "0.90", "late": 0},
    "dan": {"team": "B", "csat": "0.80", "late": 9},
}


def test_a_place_is_reached_by_passing_whoever_holds_it() -> None:
    # The second place pays: at 93 % cam ties with bob at 0 late, and both win it.
    (change,) = changes(among(STAR, **TEAM)["cam"], "star")

    assert (change.metric, change.changed.value) == ("csat", Fraction("0.93"))
    assert (change.adds, change.adds_to_total) == (Decimal("100.00"), Decimal("100.00"))


def test_a_better_place_is_reached_in_the_same_way() -> None:
    # Bob, second, reaches ann's first place with her 95 %, because he is less often late.
    (change,) = changes(among(STAR, **TEAM)["bob"], "star")

    assert (change.metric, change.changed.value, change.adds) == ("csat", Fraction("0.95"), Decimal("200.00"))


def test_who_has_the_best_prize_is_not_told_of_more_prize_money() -> None:
    # Ann is first, and dan is alone in his team.
    decisions = among(STAR, **TEAM)

    assert decisions["ann"].nearest("star") == ()
    assert decisions["dan"].nearest("star") == ()


def test_without_peers_nobody_can_say_what_it_takes() -> None:
    nearest = decide(STAR, team="A", csat="0.90", late=0).nearest("star")[0]

    assert nearest.answer == "missing"
    assert "What is needed of other agents is not known." in [
        step.sentence(ENGLISH) for step in nearest.missing
    ]


def test_earlier_periods_stay_as_they_are() -> None:
    # The bonus pays for a rise over the month before, which was 10: from 11 calls on.
    rules = 'metrics: {calls: count}\nrules: [{id: rising, kind: bonus, pay: "50", when: rise(calls) > 0}]'
    months = {"2026-02": {"ann": {"calls": 10}}, "2026-03": {"ann": {"calls": 7}}}

    (change,) = changes(decide_all(rules, months)["2026-03", "ann"], "rising")

    assert (change.metric, change.changed.value) == ("calls", Fraction(11))


@settings(max_examples=draws(15))
@given(
    st.dictionaries(
        st.sampled_from(["ann", "bob", "cam", "dan"]),
        st.tuples(st.sampled_from("AB"), st.integers(0, 20), st.integers(0, 6)),
        min_size=2,
    )
)
def test_every_change_leads_to_what_it_says_when_the_whole_team_is_decided_again(
    team: dict[str, tuple[str, int, int]],
) -> None:
    data: dict[str, dict[str, Given]] = {
        agent: {"team": name, "csat": f"0.{csat:02}", "late": late}
        for agent, (name, csat, late) in team.items()
    }
    decisions = among(STAR, **data)
    for agent, before in decisions.items():
        for nearest in before.nearest("star"):
            for change in nearest.changes:
                changed = ENGLISH.value(change.changed.value, change.changed.type)
                after = among(STAR, **(data | {agent: {**data[agent], change.metric: changed}}))[agent]
                assert after.total - before.total == change.adds_to_total
                assert after.total > before.total


# --- What is no advice

FALLING = """
metrics: {resolved: {type: count, range: [0, 2000]}}
rules:
  - id: volume
    kind: tiered_bonus
    measure: resolved
    mode: whole
    tiers: [{upto: 200, rate: "3"}, {upto: 500, rate: "1"}, {rate: "2"}]
"""


def test_a_better_band_that_pays_less_than_now_is_passed_over_for_one_that_pays_more() -> None:
    # 400 at 1 are 400.00. The band at 3 pays 600 at its end, 200, and more than 400 from 134 on; the nearest
    # of those is 200, which is 200 away. The band at 2 begins at 501, 101 away, and pays 1,002.
    (change,) = changes(decide(FALLING, resolved=400), "volume")

    assert (change.changed.value, change.adds) == (Fraction(501), Decimal("602.00"))


def test_a_better_band_that_only_pays_less_than_now_is_not_told() -> None:
    # 604 at 2 are 1,208.00; the band at 3 pays 600 at most.
    assert decide(FALLING, resolved=604).nearest("volume") == ()


def test_a_change_that_gains_less_here_than_it_loses_elsewhere_is_not_told() -> None:
    # The premium of 10 for at most 50 calls would cost the 51st call, which pays 20.
    rules = """
metrics: {calls: count}
rules:
  - {id: volume, kind: bonus, pay: 20 * calls}
  - {id: calm, kind: bonus, pay: "10", when: calls <= 50}
"""
    assert decide(rules, calls=51).nearest("calm") == ()


def test_advice_does_not_lead_to_too_few_surveys_to_count() -> None:
    # With 19 surveys csat would not count, and the bonus would be paid; only a better csat is told.
    rules = """
metrics:
  csat: {type: ratio, enough: surveys >= 20}
  surveys: count
rules: [{id: quality, kind: bonus, pay: "100", when: "default(csat, 100%) >= 90%"}]
"""
    (change,) = changes(decide(rules, csat="0.8", surveys=21), "quality")

    assert (change.metric, change.changed.value) == ("csat", Fraction("0.9"))


def test_advice_does_not_lead_to_a_division_by_nothing() -> None:
    # 0 of 0 tickets would pass for 100 %: what is told is only to resolve all 5.
    rules = """
metrics: {resolved: {type: count, range: [0, 5]}, tickets: {type: count, range: [0, 20]}}
rules: [{id: quality, kind: bonus, pay: "100", when: "default(resolved / tickets, 100%) >= 90%"}]
"""
    (change,) = changes(decide(rules, resolved=0, tickets=5), "quality")

    assert (change.metric, change.changed.value) == ("resolved", Fraction(5))


def test_what_a_change_adds_is_not_told_while_something_else_keeps_it_from_being_paid() -> None:
    rules = TIERS + "    then: [{times: bonus_factor}]\n"
    rules = rules.replace("  shown: count", "  shown: count\n  bonus_factor: number")

    nearest = decide(rules, handled=600, score=80, shown=1, bonus_factor=None).nearest("volume")[0]

    assert nearest.changes[0].changed.value == 626
    english, chinese = told(nearest)
    assert english.endswith(": the next better band. What that adds cannot be said until this is known:")
    assert chinese.endswith("：下一个更好的档位。增加多少须待下列内容明确后才能确定：")
    assert [part.sentence(ENGLISH) for part in nearest.step().parts] == ["bonus_factor is missing."]


def test_a_goal_on_which_no_metric_bears_is_not_told() -> None:
    rules = """
attributes: {level: [junior, senior]}
metrics: {calls: count}
rules: [{id: volume, kind: bonus, pay: calls, when: level != "junior"}]
"""
    assert decide(rules, level="junior", calls=5).nearest("volume") == ()


RATE_BY_ANOTHER_METRIC = """
metrics:
  a: count
  b: count
  c: count
  calls: count
  points: count
rules:
  - {id: other, kind: bonus, pay: "a * b * c + min(a, b, c)"}
  - id: volume
    kind: tiered_bonus
    measure: calls
    mode: whole
    tiers: [{upto: 100, rate: 1 * points}, {upto: 200, rate: 2 * points}, {rate: 3 * points}]
"""


def test_a_metric_that_moves_the_rate_of_a_band_is_found_while_the_band_stays() -> None:
    decision = decide(RATE_BY_ANOTHER_METRIC, a=1, b=2, c=3, calls=150, points=3)

    # 150 calls are in the second band: 2 * 3 each, 900; with a fourth point 2 * 4 each, 1200. In the third
    # band, from the 201st call on, 3 * 3 each, 1809.
    assert decision.line("volume").final == 900
    found = [(each.metric, each.changed.value, each.adds) for each in changes(decision, "volume")]
    assert found == [
        ("points", Fraction(4), Decimal(300)),
        ("calls", Fraction(201), Decimal(909)),
    ]
