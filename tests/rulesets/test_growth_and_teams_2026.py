"""Growth and team contest 2026, on the synthetic population, worked out by hand.

Every line of every decision is compared with a second evaluator in tests/independent.
"""

from __future__ import annotations

from incentive_engine import Line, check_ruleset
from tests.rulesets.decided import decisions
from tests.support.places import RULESETS

RULESET = "growth-and-teams-2026.yaml"


def test_the_ruleset_has_no_problem_and_not_even_a_warning() -> None:
    assert check_ruleset(RULESETS / RULESET) == ()


def test_every_row_of_the_population_is_decided() -> None:
    assert decisions(RULESET).rejected == ()
    assert len(decisions(RULESET)) == 658


# A011, junior, January to June:
#   first-contact resolution  89.17 %  87.95 %  93.60 %  94.30 %  93.05 %  91.50 %
#   late                      0        1        0        0        0        3
#   hours of training         none     12       12       34       2        34
MONTHS = [f"2026-{month:02}" for month in range(1, 7)]


def lines(rule: str) -> list[Line]:
    return [decisions(RULESET).of("A011", month).line(rule) for month in MONTHS]


def test_progress_pays_full_points_five_at_most_and_nothing_in_the_first_month() -> None:
    # March: 5.65 points, of which 5 count: 5 x 60. April: 0.70 points are not one.
    assert [str(line.amount) for line in lines("progress")] == [
        "0.00",
        "0.00",
        "300.00",
        "0.00",
        "0.00",
        "0.00",
    ]


def test_punctuality_pays_from_the_third_month_in_a_row() -> None:
    # Late in February; March, April and May are three months in a row; late again in June.
    assert [str(line.amount) for line in lines("punctuality")] == ["0.00"] * 4 + ["80.00", "0.00"]


def test_credits_expire_give_way_to_newer_ones_and_are_redeemed_in_june() -> None:
    # Earned: 0, 120, 120, 200 (34 h x 10 are 340, of which 200 count), 20, 200.
    #   April   120 + 120 + 200 = 440, of which the cap leaves 400: 80 of February
    #   May     80 + 120 + 200 + 20 = 420; the cap leaves 60 of February
    #   June    February's have expired: 120 + 200 + 20 + 200 = 540, of which the cap leaves 400; x 1.50 = 600
    learning = lines("learning")
    assert [line.results["balance"] for line in learning] == [0, 120, 240, 400, 400, 400]
    assert [str(line.final) for line in learning] == ["0.00"] * 5 + ["600.00"]
    assert [bool(line.recognitions) for line in learning] == [False] * 3 + [True] * 3


def test_what_lateness_takes_comes_off_the_first_line_that_has_it() -> None:
    # June: 50 x (3 - 2) = 50.
    june = decisions(RULESET).of("A011", "2026-06")
    gave = [line for line in june.lines if line.amount and line.kind != "growth_credit"]
    before = sum(line.amount or 0 for line in gave)
    after = sum(line.final or 0 for line in gave)
    assert before - after == 50
