"""The ruleset for 2026, by whole decisions on agents of the synthetic population, worked out by hand.

The comments go from the figures of examples/population/snapshots.csv to what is paid. A straight line from
`zero` to `full` gives 100 * (value - zero) / (full - zero) points, from 0 to 100, with six places; so have
the means of measures; the score has two.
"""

from __future__ import annotations

from incentive_engine import check_ruleset
from tests.rulesets.decided import Expected, as_worked_out, decisions
from tests.support.places import RULESETS

RULESET = "service-incentives-2026.yaml"


def decided(agent: str, period: str) -> Expected:
    return as_worked_out(decisions(RULESET).of(agent, period))


def test_the_ruleset_has_no_problem_and_not_even_a_warning() -> None:
    assert check_ruleset(RULESETS / RULESET) == ()


def test_every_row_of_the_population_is_decided() -> None:
    found = decisions(RULESET)
    assert found.rejected == ()
    assert len(found) == 658  # The lines of the file, less its header.


def test_a_junior_who_was_late_and_not_compliant_loses_half_and_then_the_deduction() -> None:
    # A056, January: junior, 784 contacts x 1.17, csat 84.63 % (82 surveys), fcr 71.50 %, first response
    # 4.35 min, compliance 94.60 %, 5 thanks, 3 times late, no training.
    #   csat            70 % to 85 % (first quarter)   0.1463 / 0.15           = 97.533333
    #   fcr             50 % to 90 %                   0.2150 / 0.40           = 53.75
    #   customer        0.6 x 97.533333 + 0.4 x 53.75                          = 80.02  (80.0199998)
    #   first response  10 min to 0.5 min              5.65 / 9.5              = 59.473684
    #   compliance      90 % to 100 %                  0.046 / 0.1             = 46
    #   process         0.7 x 59.473684 + 0.3 x 46                             = 55.431579 (55.4315788)
    #   score           0.7 x 80.02 + 0.3 x 55.431579                          = 72.64  (72.6434737), grade C
    #   volume          917.28: 417.28 x 1.50 = 625.92; x 0.7264 = 454.668288;
    #                   below the cap of 0.3 x 4,600 = 1,380                   = 454.67
    #   compliance is below 95 %: half is left         227.335                 = 227.34
    #   late 3 times: 50 x (3 - 2) comes off the first line                    = 177.34
    #   thanks          5 x 20                                                 = 100.00
    assert decided("A056", "2026-01") == Expected(
        score="72.64",
        grade="C",
        paid={"volume_bonus": "177.34", "thanks_bonus": "100.00"},
        total="277.34",
    )
    assert str(decisions(RULESET).of("A056", "2026-01").line("volume_bonus").amount) == "454.67"


def test_a_lead_who_leaves_on_the_sixth_gets_six_thirtieths_of_what_is_shared_by_days() -> None:
    # A018, April: lead, left on 6 April, 436 contacts x 1.29, csat 87.35 % (32), fcr 78.83 %, first response
    # 3.25 min, compliance 95.43 %, 6 thanks, twice late (no deduction yet), 12 h training, same certificate.
    #   csat            full at 87 % (second quarter)                          = 100
    #   fcr             0.2883 / 0.40                                          = 72.075
    #   customer        60 + 28.83                                             = 88.83
    #   first response  6.75 / 9.5                                             = 71.052632
    #   compliance      0.0543 / 0.1                                           = 54.3
    #   process         49.7368424 + 16.29                                     = 66.026842
    #   score           62.181 + 19.8080526                                    = 81.99, grade B
    #   volume          562.44: 62.44 x 1.50 = 93.66; x 0.8199 = 76.791834;
    #                   x 6 / 30 = 15.3583668                                  = 15.36
    #   quality         half of 600, x 6 / 30                                  = 60.00
    #   thanks          6 x 20                                                 = 120.00
    #   learning        12 h x 20                                              = 240.00
    assert decided("A018", "2026-04") == Expected(
        score="81.99",
        grade="B",
        paid={
            "volume_bonus": "15.36",
            "quality_bonus": "60.00",
            "thanks_bonus": "120.00",
            "learning": "240.00",
        },
        total="435.36",
    )


def test_satisfaction_from_fifteen_surveys_does_not_count_for_or_against() -> None:
    # A037, May: lead, first month, 480 contacts x 0.96, csat 80.25 % of 15 surveys only, fcr 81.36 %, first
    # response 3.44 min, compliance 96.33 %, 2 thanks, 12 h training.
    #   customer        first-contact resolution alone: 0.3136 / 0.40          = 78.4
    #   first response  6.56 / 9.5                                             = 69.052632
    #   compliance      0.0633 / 0.1                                           = 63.3
    #   process         48.3368424 + 18.99                                     = 67.326842
    #   score           54.88 + 20.1980526                                     = 75.08, grade C: no bonus
    #   volume          460.8 is in the first band, which pays nothing
    #   thanks 2 x 20 = 40; learning 12 x 20 = 240, and no certificate can be new in the first month
    assert decided("A037", "2026-05") == Expected(
        score="75.08", grade="C", paid={"thanks_bonus": "40.00", "learning": "240.00"}, total="280.00"
    )


def test_a_star_of_the_month_who_was_late_six_times_pays_for_it_from_the_first_line() -> None:
    # A019, May: senior, 669 contacts x 1.19, csat 90.28 % (34), fcr 89.09 %, first response 3.94 min,
    # compliance 100 %, 8 thanks, 6 times late, 12 h training.
    #   customer        60 + 0.4 x 97.725                                      = 99.09
    #   process         0.7 x 63.789474 (6.06 / 9.5) + 30                      = 74.652632
    #   score           69.363 + 22.3957896                                    = 91.76, grade A
    #   The next ones of the team are A011 with 70 + 0.3 x 62.552632 = 88.77 and A039 with
    #   66.206 + 0.3 x 72.963158 = 88.09: the star of the team `social` is A019       = 1,000.00
    #   volume          796.11: 296.11 x 1.50 = 444.165; x 0.9176 = 407.565804 = 407.57
    #   late 6 times: 50 x (6 - 2) = 200                                       = 207.57
    #   quality         grade A, senior                                        = 400.00
    #   thanks 8 x 20 = 160; learning 12 x 20 = 240
    assert decided("A019", "2026-05") == Expected(
        score="91.76",
        grade="A",
        paid={
            "volume_bonus": "207.57",
            "quality_bonus": "400.00",
            "thanks_bonus": "160.00",
            "service_star": "1000.00",
            "learning": "240.00",
        },
        total="2007.57",
    )
    star = decisions(RULESET).of("A019", "2026-05").line("service_star")
    assert [name.en for name in star.recognitions] == ["commendation", "promotion priority"]


def test_in_the_promotion_season_the_response_standard_is_longer_and_the_cap_holds() -> None:
    # A001, November: junior, 1,255 contacts x 1.12, csat 94.22 % (85), fcr 88.55 %, first response 4.74 min,
    # compliance 95.75 %, one thanks, 4 times late.
    #   customer        60 + 0.4 x 96.375                                      = 98.55
    #   first response  16 min (twice 8) to 0.5 min    11.26 / 15.5            = 72.645161
    #   compliance      0.0575 / 0.1                                           = 57.5
    #   process         50.8516127 + 17.25                                     = 68.101613
    #   score           68.985 + 20.4304839                                    = 89.42, grade B
    #   volume          1,405.6: 500 x 1.50 + 405.6 x 2.25 = 1,662.60; x 0.8942 = 1,486.69692; cap 1,470
    #   late 4 times: 50 x (4 - 2) = 100                                       = 1,370.00
    #   quality         half of 300                                            = 150.00
    #   thanks          20
    assert decided("A001", "2026-11") == Expected(
        score="89.42",
        grade="B",
        paid={"volume_bonus": "1370.00", "quality_bonus": "150.00", "thanks_bonus": "20.00"},
        total="1540.00",
    )


def test_without_first_contact_resolution_what_depends_on_the_score_waits() -> None:
    # A059, February: the cell is empty, so there is no score, no volume bonus, no quality bonus and no rank.
    # The thanks bonus needs none of these: 3 x 20 = 60.
    decision = decisions(RULESET).of("A059", "2026-02")
    assert as_worked_out(decision) == Expected(
        score=None, grade=None, paid={"thanks_bonus": "60.00"}, total="60.00", status="incomplete"
    )
    waiting = [line.rule for line in decision.lines if line.outcome == "undetermined"]
    assert waiting == ["card", "volume_bonus", "quality_bonus", "service_star"]
    assert ("IE4102", "fcr") in [(note.code, note.field) for note in decision.notes]


def test_a_breach_of_personal_data_voids_everything_of_the_month() -> None:
    # A046, May, would have had money, and 8 h x 20 = 160 credits for learning.
    decision = decisions(RULESET).of("A046", "2026-05")
    assert str(decision.line("volume_bonus").amount) == "237.05"
    # 759 x 0.9 = 683.1; 183.1 x 1.50 = 274.65; score 86.31: customer 60 + 0.4 x 85.25 = 94.1, process
    # 0.7 x 68.105263 (6.47 / 9.5) + 0.3 x 68.2 = 68.133684, 65.87 + 20.4401052; 274.65 x 0.8631 = 237.050415
    assert as_worked_out(decision) == Expected(score="86.31", grade="B", paid={}, total="0.00")
    assert {line.outcome for line in decision.lines if line.amount} == {"voided"}
    assert str(decision.line("learning").credits) == "0.00"


def test_three_who_share_the_first_place_of_the_thanks_board_are_all_on_it() -> None:
    # Team `phone` in January: A012, A048 and A056 were thanked 5 times each, A032 and A044 3 times. The first
    # three places are taken by the three; the next place is the fourth.
    board = {
        decision.agent: decision.line("thanks_board").results["place"]
        for decision in decisions(RULESET)
        if decision.period == "2026-01" and decision.line("thanks_board").recognitions
        if decision.agent in {"A012", "A032", "A044", "A048", "A056"}
    }
    assert board == {"A012": 1, "A048": 1, "A056": 1}


def test_three_a_grades_within_six_months_make_a_candidate_for_promotion() -> None:
    months = [decisions(RULESET).of("A034", f"2026-{month:02}") for month in range(4, 13)]
    grades = [month.line("card").results["grade"] for month in months]
    assert grades == ["A", "B", "A", "B", "A", "A", "B", "A", "B"]
    # A grade counts for six months with its own: April until September, June until November.
    #   April 1, May 1, June 2, July 2, August 3, September 4, October 4 - 1, November 4, December 4 - 1
    balances = [month.line("career").results["balance"] for month in months]
    assert balances == [1, 1, 2, 2, 3, 4, 3, 4, 3]
    assert [bool(month.line("career").recognitions) for month in months] == [False] * 4 + [True] * 5
