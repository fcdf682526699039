"""Each rule that applies has one line, which says what became of it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from incentive_engine.decision.decision import Decision
from tests.decision.deciding import Given, among, decide

RULES = """
attributes:
  level: [junior, senior]
metrics:
  calls: count
  late: count
  breaches: count
  thanks: count
rules:
  - id: card
    kind: scorecard
    perspectives:
      speed:
        weight: 100%
        measures: [{metric: calls, weight: 100%, zero_at: 0, full_at: 400}]
    grades: {A: 90, B: 0}
  - id: volume
    title: {en: Volume bonus, zh: 接待量奖金}
    kind: bonus
    applies_to: level == "senior"
    pay: 2 * calls
  - {id: fine, kind: bonus, pay: 0 - 5 * thanks}
  - {id: lateness, kind: red_line, when: late >= 3, consequence: {keep: 50%}, affects: volume}
  - {id: privacy, kind: red_line, when: breaches > 0, consequence: void, affects: volume}
"""
GOOD: dict[str, Given] = {"level": "senior", "calls": 100, "late": 0, "breaches": 0, "thanks": 0}


def decided(**data: Given) -> Decision:
    return decide(RULES, **(GOOD | data))


def outcomes(**data: Given) -> dict[str, str]:
    return {line.rule: line.outcome for line in decided(**data).lines}


def test_lines_stand_in_the_order_of_the_rules() -> None:
    assert list(outcomes()) == ["card", "volume", "fine", "lateness", "privacy"]


def test_a_rule_that_pays_in_full_is_paid() -> None:
    # 2 * 100 calls
    line = decided().line("volume")

    assert (line.outcome, line.amount, line.final) == ("paid", Decimal("200.00"), Decimal("200.00"))
    assert (line.kind, line.title.en, line.title.zh) == ("bonus", "Volume bonus", "接待量奖金")


def test_a_rule_that_pays_nothing_says_nothing() -> None:
    assert outcomes(calls=0)["volume"] == "nothing"


def test_a_rule_that_takes_money_is_deducted() -> None:
    line = decided(thanks=3).line("fine")

    assert (line.outcome, line.final) == ("deducted", Decimal("-15.00"))


def test_a_red_line_that_leaves_a_share_reduces_the_line() -> None:
    line = decided(late=3).line("volume")

    assert (line.outcome, line.amount, line.final) == ("reduced", Decimal("200.00"), Decimal("100.00"))


def test_a_red_line_that_voids_outranks_one_that_reduces() -> None:
    line = decided(late=3, breaches=1).line("volume")

    assert (line.outcome, line.amount, line.final) == ("voided", Decimal("200.00"), Decimal("0.00"))


def test_a_red_line_has_a_line_that_says_whether_it_is_broken() -> None:
    assert outcomes(late=2)["lateness"] == "kept"
    assert outcomes(late=3)["lateness"] == "broken"
    assert decided(late=3).line("lateness").results["broken"] is True


def test_a_red_line_that_cannot_be_judged_is_unknown_and_holds_what_it_affects() -> None:
    found = decided(breaches=None)

    assert found.line("privacy").outcome == "unknown"
    assert (found.line("volume").outcome, found.line("volume").final) == ("held", None)
    assert found.line("volume").amount == Decimal("200.00")


def test_what_depends_on_something_missing_is_undetermined() -> None:
    found = outcomes(calls=None)

    assert (found["volume"], found["card"], found["fine"]) == ("undetermined", "undetermined", "nothing")


def test_a_rule_for_others_has_no_line() -> None:
    assert "volume" not in outcomes(level="junior")
    with pytest.raises(KeyError, match="volume"):
        decided(level="junior").line("volume")


def test_a_rule_that_may_or_may_not_apply_has_a_line_that_is_undetermined() -> None:
    assert outcomes(level=None)["volume"] == "undetermined"


def test_a_rule_that_only_scores_is_scored_and_shows_its_results_by_type() -> None:
    # 100 of 400 calls are 25 points of 100, which is below 90.
    line = decided().line("card")

    assert line.outcome == "scored"
    assert (line.amount, line.final, line.credits) == (None, None, None)
    assert (line.results["score"], line.results["grade"]) == (Decimal(25), "B")


def test_a_scorecard_loses_nothing_by_a_red_line_because_it_gives_nothing_itself() -> None:
    rules = RULES.replace("consequence: void, affects: volume", "consequence: void")

    assert decide(rules, **(GOOD | {"breaches": 1})).line("card").outcome == "scored"
    assert decide(rules, **(GOOD | {"breaches": None, "calls": None})).line("card").outcome == "undetermined"


CREDITS = """
metrics:
  hours: {type: number, places: 1}
  breaches: count
rules:
  - id: learning
    kind: growth_credit
    earn: [{credits: 20, per: hours}]
    recognise: [{at: 100, name: {en: Learner, zh: 学习之星}}]
  - {id: privacy, kind: red_line, when: breaches > 0, consequence: hold}
"""


def test_credits_and_recognition_without_money_are_earned() -> None:
    # 20 * 5.5 hours = 110 credits, which passes 100.
    line = decide(CREDITS, hours="5.5", breaches=0).line("learning")

    assert (line.outcome, line.amount, line.credits) == ("earned", None, Decimal("110.00"))
    assert [name.zh for name in line.recognitions] == ["学习之星"]


def test_recognition_alone_is_earned_too() -> None:
    # The star prize pays nothing but praise to the first of two.
    star = """
metrics: {thanks: count}
rules:
  - id: board
    kind: star_award
    rank_by: [{highest: thanks}]
    ties: all_win
    prizes: [{recognise: [commendation]}]
"""
    found = among(star, ann={"thanks": 5}, bob={"thanks": 3})

    assert found["ann"].line("board").outcome == "earned"
    assert [name.en for name in found["ann"].line("board").recognitions] == ["commendation"]
    assert found["bob"].line("board").outcome == "nothing"
    assert found["bob"].line("board").recognitions == ()
    assert found["bob"].line("board").results["place"] == Fraction(2)


def test_what_is_held_recognises_nobody_yet() -> None:
    line = decide(CREDITS, hours="5.5", breaches=1).line("learning")

    assert (line.outcome, line.recognitions) == ("held", ())


def test_a_line_is_written_for_json_with_amounts_as_texts() -> None:
    assert decided(late=3).line("volume").to_dict("zh") == {
        "rule": "volume",
        "kind": "bonus",
        "title": "接待量奖金",
        "outcome": "reduced",
        "amount": "200.00",
        "final": "100.00",
        "credits": None,
        "recognitions": [],
        "results": {},
    }


def test_equal_lines_are_equal_and_hash_alike() -> None:
    assert decided().line("card") == decided().line("card")
    assert hash(decided().line("card")) == hash(decided().line("card"))
    assert decided().line("volume") != decided(calls=101).line("volume")
