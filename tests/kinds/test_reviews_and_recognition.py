"""Lines that wait for a person, recognition by every rule, and rules that take the place of others."""

from __future__ import annotations

import pytest

from tests.kinds.deciding import Trial, codes_of, decide
from tests.kinds.rewarding import decide as decide_one
from tests.kinds.rewarding import told

RATED = """
metrics:
  r1: {type: number, range: [0, 100]}
  r2: {type: number, range: [0, 100]}
  r3: {type: number, range: [0, 100]}
  thanks: {type: count, missing: 0}
rules:
  - id: card
    kind: scorecard
    title: {en: Quality check, zh: 质检评分}
    hold_when: spread(r1, r2, r3) > 9
    perspectives:
      quality:
        weight: 100%
        measures: [{id: marks, measure: "median(r1, r2, r3)", weight: 100%, zero_at: 0, full_at: 100}]
  - {id: bonus, kind: bonus, pay: 5 * card.score}
  - {id: thanks_bonus, kind: bonus, pay: 100 if card.score >= 90 or thanks >= 3 else 0}
  - {id: fixed, kind: bonus, pay: 50}
"""


def rated(*marks: int | None, thanks: int = 0) -> Trial:
    r1, r2, r3 = marks
    return decide(RATED, jan={"A": {"r1": r1, "r2": r2, "r3": r3, "thanks": thanks}})


class TestALineThatWaitsForAPerson:
    def test_within_the_spread_everything_is_paid(self) -> None:
        # 80, 83, 89: the spread is 9, which is not more than 9; the median is 83, and 5 x 83 = 415.
        trial = rated(80, 83, 89)

        assert not trial.line("card").held
        assert str(trial.line("bonus").final) == "415"

    def test_beyond_it_the_scorecard_is_held_and_what_reads_its_results_is_not_determined(self) -> None:
        # 80, 83, 90: the spread is 10.
        trial = rated(80, 83, 90)

        assert trial.line("card").held
        assert trial.line("card")["score"] == 83  # Who looks at it sees it.
        assert trial.line("bonus").final is None
        assert trial.line("bonus").undetermined
        assert not trial.line("bonus").held

    def test_what_does_not_depend_on_its_results_is_paid(self) -> None:
        trial = rated(80, 83, 90, thanks=3)

        assert str(trial.line("fixed").final) == "50"
        # Three thanks decide, whatever the score is.
        assert str(trial.line("thanks_bonus").final) == "100"

    def test_a_condition_that_nobody_knows_holds_as_well(self) -> None:
        assert rated(80, 83, None).line("card").held

    def test_the_decision_says_why_in_both_languages(self) -> None:
        rules = """
rules:
  - {id: bonus, kind: bonus, pay: 2 * handled, hold_when: handled > 900}
  - {id: more, kind: bonus, pay: 10% * bonus.amount}"""
        decision = decide_one(rules, handled=1000)

        assert decision.status == "held"
        assert [line.outcome for line in decision.lines] == ["held", "undetermined"]
        assert told(decision, "bonus") == [
            "`2 * handled` = 2,000.00 CNY.",
            "handled is 1,000.",
            "It is held until a person has looked at it:",
            "`handled > 900` is true.",
            "handled is 1,000.",
        ]
        assert told(decision, "more")[-2:] == [
            "What is missing:",
            "A person has to decide about “bonus” first.",
        ]
        assert told(decision, "bonus", "zh")[2] == "暂缓，待人工复核："
        assert told(decision, "more", "zh")[-1] == "“bonus”须先经人工决定。"
        assert told(decide_one(rules, handled=900), "bonus")[-1] == "handled is 900."

    def test_what_waits_for_what_was_paid_in_the_end_says_for_whom(self) -> None:
        held = """
rules:
  - {id: bonus, kind: bonus, pay: 100, hold_when: handled > 900}
  - {id: grand, kind: bonus, pay: 500, then: [{less_paid: bonus}]}"""
        by_red_line = """
rules:
  - {id: bonus, kind: bonus, pay: 100}
  - {id: breach, kind: red_line, when: handled > 900, consequence: hold, affects: bonus}
  - {id: grand, kind: bonus, pay: 500, then: [{less_paid: bonus}]}"""

        for rules in (held, by_red_line):
            decision = decide_one(rules, handled=901)
            assert told(decision, "grand")[-1] == "A person has to decide about “bonus” first."

    def test_a_rule_may_look_at_its_own_results(self) -> None:
        rules = "rules: [{id: bonus, kind: bonus, pay: 2 * handled, hold_when: bonus.amount > 500}]"

        assert decide_one(rules, handled=250).line("bonus").outcome == "paid"
        assert decide_one(rules, handled=251).line("bonus").outcome == "held"
        assert decide_one(rules).line("bonus").outcome == "held"  # Nobody knows the amount.

    @pytest.mark.parametrize(
        "rules",
        [
            (
                "{id: bonus, kind: bonus, pay: 1, hold_when: more.amount > 5},"
                " {id: more, kind: bonus, pay: bonus.amount}"
            ),
            "{id: bonus, kind: bonus, pay: 1, hold_when: bonus.final > 5}",
            "{id: bonus, kind: growth_credit, earn: [{credits: 1}], hold_when: bonus.credits > 5}",
        ],
    )
    def test_what_waits_for_the_review_cannot_decide_about_it(self, rules: str) -> None:
        assert codes_of(f"rules: [{rules}]") == ["IE3023"]

    def test_what_a_red_line_takes_anyway_is_void(self) -> None:
        rules = """
rules:
  - {id: bonus, kind: bonus, pay: 100, hold_when: handled > 900}
  - {id: breach, kind: red_line, when: complaints > 0, consequence: void}"""

        assert decide_one(rules, handled=1000, complaints=1).line("bonus").outcome == "voided"
        assert decide_one(rules, handled=1000, complaints=0).line("bonus").outcome == "held"

    def test_a_red_line_that_waits_holds_what_it_affects(self) -> None:
        rules = """
rules:
  - {id: bonus, kind: bonus, pay: 100}
  - {id: breach, kind: red_line, when: complaints > 0, consequence: void, hold_when: complaints > 0}"""
        decision = decide_one(rules, complaints=1)

        assert [line.outcome for line in decision.lines] == ["held", "held"]
        clean = decide_one(rules, complaints=0)
        assert [line.outcome for line in clean.lines] == ["paid", "kept"]

    def test_a_ceiling_that_waits_leaves_what_it_is_over_undetermined(self) -> None:
        rules = """
rules:
  - {id: bonus, kind: bonus, pay: 100}
  - {id: ceiling, kind: pool, ceiling: 60, over: bonus, hold_when: complaints > 0}"""

        assert str(decide(METRICS + rules, jan={"A": {"complaints": 0}}).line("bonus").final) == "60"
        held = decide(METRICS + rules, jan={"A": {"complaints": 1}})
        assert held.line("ceiling").held
        assert held.line("bonus").undetermined

    def test_a_guarantee_and_a_draw_wait_for_a_person_with_what_they_count(
        self,
    ) -> None:
        rules = (
            METRICS
            + """
rules:
  - {id: bonus, kind: bonus, pay: 10 * handled, hold_when: complaints > 1}
  - {id: assured, kind: adjustment, guarantee: {pay: 300, of: bonus}}
  - {id: advance, kind: adjustment, draw: {pay: 200, of: bonus}}
  - {id: breach, kind: red_line, when: complaints > 0, consequence: hold, affects: bonus}"""
        )
        reviewed = decide(rules, jan={"A": {"handled": 10, "complaints": 2}})
        held = decide(rules, jan={"A": {"handled": 10, "complaints": 1}})

        # Whoever looks at it may find 20 contacts: then 100 are missing to the guarantee, and not 200.
        assert reviewed.line("assured").undetermined
        assert reviewed.line("advance").undetermined
        # What is held by a red line counts with what it is before red lines: 300 - 100 and 200 - 100.
        assert held.line("bonus").held
        assert [held.line(rule).final for rule in ("assured", "advance")] == [200, 100]

    def test_what_red_lines_do_not_affect_can_wait_too(self) -> None:
        rules = (
            METRICS
            + """
rules:
  - {id: correction, kind: adjustment, pay: 100, hold_when: complaints > 0}
  - id: learning
    kind: growth_credit
    earn: [{credits: 10}]
    redeem: {pay: 1}
    hold_when: complaints > 0"""
        )
        trial = decide(rules, jan={"A": {"complaints": 1}, "B": {"complaints": 0}})

        for rule in ("correction", "learning"):
            assert trial.line(rule).held
            assert trial.line(rule).final is None
        assert str(trial.line("correction", "B").final) == "100"
        assert str(trial.line("learning", "B").final) == "10"


METRICS = """
attributes: {team: text}
metrics: {complaints: count, handled: {type: count, missing: 0}}
"""


class TestRecognitionByEveryRule:
    def test_it_is_earned_where_the_rule_pays_something(self) -> None:
        rules = METRICS + "rules: [{id: bonus, kind: bonus, pay: handled, recognise: commendation}]"
        trial = decide(rules, jan={"A": {"handled": 1}, "B": {"handled": 0}})

        assert trial.line("bonus", "A").recognitions == ["commendation"]
        assert trial.line("bonus", "B").recognitions == []

    def test_a_bonus_without_money_recognises_those_for_whom_its_condition_holds(self) -> None:
        rules = """
rules:
  - {id: board, kind: bonus, when: handled >= 3, recognise: [{en: Thanks board, zh: 感谢榜}, hero]}"""
        decision = decide_one(rules, handled=3)

        assert decision.status == "final"
        assert decision.line("board").outcome == "earned"
        assert decision.line("board").amount is None
        assert [name.zh for name in decision.line("board").recognitions] == ["感谢榜", "hero"]
        assert decide_one(rules, handled=2).line("board").outcome == "nothing"
        assert told(decide_one(rules, handled=2), "board") == [
            "`handled >= 3` is not true.",
            "handled is 2.",
            "handled 2 -> 3: the condition `handled >= 3`. That adds nothing to the total.",
        ]

    def test_where_its_condition_is_unknown_the_decision_is_incomplete(self) -> None:
        rules = "rules: [{id: board, kind: bonus, when: handled >= 3, recognise: hero}]"
        decision = decide_one(rules)

        assert decision.status == "incomplete"
        assert decision.line("board").outcome == "undetermined"
        assert told(decision, "board")[-2:] == ["What is missing:", "handled is missing."]

    def test_it_can_ask_for_more_than_the_rule(self) -> None:
        rules = """
rules:
  - id: bonus
    kind: bonus
    pay: 100
    recognise: [{name: {en: promotion, zh: 晋升优先}, when: handled >= 900}, commendation]"""
        decision = decide_one(rules, handled=800)

        assert [name.en for name in decision.line("bonus").recognitions] == ["commendation"]
        assert told(decision, "bonus")[1:] == [
            "For “promotion” it is asked:",
            "`handled >= 900` is not true.",
            "handled is 800.",
            "Recognition: commendation.",
            "handled 800 -> 900: the recognition “promotion”. That adds nothing to the total.",
        ]
        assert told(decision, "bonus", "zh")[1] == "授予“晋升优先”的条件："
        both = decide_one(rules, handled=900)
        assert [name.en for name in both.line("bonus").recognitions] == ["promotion", "commendation"]

    def test_a_scorecard_recognises_by_its_own_results_and_is_scored_otherwise(self) -> None:
        rules = """
rules:
  - id: card
    kind: scorecard
    recognise: {name: specialist ladder, when: card.score >= 90}
    perspectives:
      all: {weight: 100%, measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]}"""

        assert decide_one(rules, csat="0.9").line("card").outcome == "earned"
        assert decide_one(rules, csat="0.89").line("card").outcome == "scored"

    def test_a_red_line_names_what_follows_beside_money(self) -> None:
        rules = """
rules:
  - {id: bonus, kind: bonus, pay: 100, recognise: commendation}
  - {id: breach, kind: red_line, when: complaints > 0, consequence: void, recognise: training needed}"""
        decision = decide_one(rules, complaints=1)

        assert decision.line("breach").outcome == "broken"
        assert [name.en for name in decision.line("breach").recognitions] == ["training needed"]
        assert decision.line("bonus").recognitions == ()  # It is void.
        assert decide_one(rules, complaints=0).line("breach").recognitions == ()

    def test_what_is_held_recognises_nobody_yet(self) -> None:
        rules = "rules: [{id: bonus, kind: bonus, pay: 1, recognise: hero, hold_when: handled > 3}]"

        assert decide_one(rules, handled=4).line("bonus").recognitions == ()
        assert decide_one(rules, handled=3).line("bonus").recognitions != ()

    def test_growth_credits_recognise_what_is_earned_and_what_is_reached_on_conditions(self) -> None:
        rules = (
            METRICS
            + """
rules:
  - id: learning
    kind: growth_credit
    earn: [{credits: 10, per: handled}]
    recognise: [learner, {at: 30, name: expert}, {at: 30, name: quiet expert, when: complaints == 0}]"""
        )
        trial = decide(
            rules,
            jan={
                "A": {"handled": 0, "complaints": 0},
                "B": {"handled": 2, "complaints": 0},
                "C": {"handled": 3, "complaints": 1},
                "D": {"handled": 3, "complaints": 0},
            },
        )

        assert [trial.line("learning", agent).recognitions for agent in "ABCD"] == [
            [],
            ["learner"],
            ["expert", "learner"],
            ["expert", "quiet expert", "learner"],
        ]

    def test_a_star_award_recognises_those_who_win(self) -> None:
        rules = (
            METRICS
            + """
rules:
  - id: star
    kind: star_award
    rank_by: [{highest: handled}]
    ties: all_win
    prizes: [{recognise: first}, {recognise: second}]
    recognise: {name: hero, when: complaints == 0}"""
        )
        agents = {"A": 9, "B": 8, "C": 7}
        trial = decide(
            rules,
            jan={name: {"handled": count, "complaints": int(name == "B")} for name, count in agents.items()},
        )

        assert [trial.line("star", name).recognitions for name in agents] == [
            ["first", "hero"],
            ["second"],
            [],
        ]

    def test_outside_of_the_scope_nobody_is_recognised(self) -> None:
        rules = (
            METRICS
            + """
rules: [{id: board, kind: bonus, when: handled >= 3, applies_to: team == "x", recognise: hero}]"""
        )
        trial = decide(rules, jan={"A": {"handled": 3, "team": "y"}, "B": {"handled": 3, "team": None}})

        assert trial.line("board", "A").recognitions == []
        assert trial.line("board", "B").recognitions == []

    def test_a_bonus_gives_money_or_recognition(self) -> None:
        assert codes_of("rules: [{id: bonus, kind: bonus}]") == ["IE3062"]
        assert codes_of("rules: [{id: bonus, kind: bonus, recognise: a, then: [{cap: 1}]}]") == ["IE3063"]


PILOT = (
    METRICS
    + """
rules:
  - {id: usual, kind: bonus, title: {en: Usual bonus, zh: 常规奖金}, pay: 100}
  - id: pilot
    kind: bonus
    pay: 130
    instead_of: usual
    applies_to: team == "x"
    effective: {from: 2026-02-01, until: 2026-04-30}
"""
)


class TestARuleInPlaceOfAnother:
    def test_where_it_applies_the_other_has_no_line(self) -> None:
        trial = decide(PILOT, jan={"A": {"team": "x"}}, feb={"A": {"team": "x"}, "B": {"team": "y"}})

        assert str(trial.line("usual", "A", "2026-01").final) == "100"
        assert str(trial.line("usual", "A", "2026-02").final) == "0"
        assert str(trial.line("pilot", "A", "2026-02").final) == "130"
        assert str(trial.line("usual", "B", "2026-02").final) == "100"

    def test_the_decision_shows_only_the_one_that_applies_and_says_so(self) -> None:
        rules = """
rules:
  - {id: usual, kind: bonus, title: {en: Usual bonus, zh: 常规奖金}, pay: 100}
  - {id: pilot, kind: bonus, pay: 130, instead_of: usual, applies_to: team == "x"}"""
        decision = decide_one(rules, team="x")

        assert [line.rule for line in decision.lines] == ["pilot"]
        assert told(decision, "pilot") == [
            "This rule takes the place of “Usual bonus”.",
            "`130` = 130.00 CNY.",
        ]
        assert told(decision, "pilot", "zh")[0] == "本规则代替“常规奖金”。"
        assert [line.rule for line in decide_one(rules, team="y").lines] == ["usual"]

    def test_where_nobody_knows_whether_it_applies_neither_is_determined(self) -> None:
        trial = decide(PILOT, feb={"A": {"team": None}})

        assert trial.line("usual", period="2026-02").undetermined
        assert trial.line("pilot", period="2026-02").undetermined

    def test_one_rule_can_take_the_place_of_several_and_one_of_that_one(self) -> None:
        # C: all three apply, the last one wins, and the two before have no line.
        rules = (
            METRICS
            + """
rules:
  - {id: first, kind: bonus, pay: 1}
  - {id: second, kind: bonus, pay: 10, instead_of: first, applies_to: handled >= 1}
  - {id: third, kind: bonus, pay: 100, instead_of: [first, second], applies_to: handled >= 2}"""
        )
        trial = decide(rules, jan={"A": {"handled": 0}, "B": {"handled": 1}, "C": {"handled": 2}})

        totals = [
            sum(trial.line(rule, agent).final or 0 for rule in ("first", "second", "third"))
            for agent in "ABC"
        ]
        assert totals == [1, 10, 100]

    def test_those_it_takes_over_are_no_peers_in_the_other_rule(self) -> None:
        rules = (
            METRICS
            + """
rules:
  - {id: best, kind: star_award, rank_by: [{highest: handled}], ties: all_win, prizes: [{pay: 50}]}
  - {id: pilot, kind: bonus, pay: 1, instead_of: best, applies_to: team == "x"}"""
        )
        trial = decide(rules, jan={"A": {"handled": 9, "team": "x"}, "B": {"handled": 5, "team": "y"}})

        assert str(trial.line("best", "B").final) == "50"

    @pytest.mark.parametrize(
        ("rules", "code"),
        [
            ("{id: a, kind: bonus, pay: 1, instead_of: b1}, {id: b, kind: bonus, pay: 1}", "IE3060"),
            ("{id: a, kind: bonus, pay: 1, instead_of: a}", "IE3061"),
            (
                "{id: a, kind: bonus, pay: 1, instead_of: b}, {id: b, kind: bonus, pay: 1, instead_of: c1}",
                "IE3060",
            ),
        ],
    )
    def test_it_names_another_rule(self, rules: str, code: str) -> None:
        assert codes_of(f"rules: [{rules}]") == [code]

    def test_rules_in_a_circle_are_reported_at_each(self) -> None:
        rules = (
            "{id: a, kind: bonus, pay: 1, instead_of: b}, {id: b, kind: bonus, pay: 1, instead_of: c},"
            " {id: c, kind: bonus, pay: 1, instead_of: a}, {id: e, kind: bonus, pay: 1, instead_of: a}"
        )
        assert codes_of(f"rules: [{rules}]") == ["IE3061"] * 3
