"""The proposal against the ruleset for 2026, by the same agents, worked out by hand.

What differs: satisfaction and resolution weigh the same, workload above 1,000 pays 2.00 instead of 2.25
and 3, the quality bonus is higher, thanks pay 30, a second star has 400. What is not repeated
here is worked out in test_service_incentives_2026.py.
"""

from __future__ import annotations

from incentive_engine import check_ruleset
from tests.rulesets.decided import Expected, as_worked_out, decisions
from tests.support.places import RULESETS

RULESET = "service-quality-first.yaml"


def decided(agent: str, period: str) -> Expected:
    return as_worked_out(decisions(RULESET).of(agent, period))


def test_the_proposal_has_no_problem_and_not_even_a_warning() -> None:
    assert check_ruleset(RULESETS / RULESET) == ()


def test_every_row_of_the_population_is_decided() -> None:
    assert decisions(RULESET).rejected == ()
    assert len(decisions(RULESET)) == 658


def test_low_resolution_weighs_more_and_moves_a_c_to_a_d() -> None:
    # A056, January:
    #   customer        0.5 x 97.533333 + 0.5 x 53.75 = 75.6416665             = 75.641667
    #   score           52.9491669 + 16.6294737                                = 69.58, grade D
    #   volume          625.92 x 0.6958 = 435.515136                           = 435.52
    #                   half is left, 217.76, less 50                          = 167.76
    #   thanks          5 x 30                                                 = 150.00
    assert decided("A056", "2026-01") == Expected(
        score="69.58",
        grade="D",
        paid={"volume_bonus": "167.76", "thanks_bonus": "150.00"},
        total="317.76",
    )


def test_a_lead_who_leaves_on_the_sixth() -> None:
    # A018, April:
    #   customer        50 + 36.0375 = 86.0375; score 60.22625 + 19.8080526    = 80.03, grade B
    #   volume          93.66 x 0.8003 x 6 / 30 = 14.9912196                   = 14.99
    #   quality         half of 800, x 6 / 30                                  = 80.00
    #   thanks 6 x 30 = 180; learning 240
    assert decided("A018", "2026-04") == Expected(
        score="80.03",
        grade="B",
        paid={
            "volume_bonus": "14.99",
            "quality_bonus": "80.00",
            "thanks_bonus": "180.00",
            "learning": "240.00",
        },
        total="514.99",
    )


def test_the_first_star_has_eight_hundred_and_a_senior_with_an_a_six_hundred() -> None:
    # A019, May:
    #   customer        50 + 48.8625 = 98.8625; score 69.20375 + 22.3957896    = 91.60, grade A
    #   volume          444.165 x 0.9160 = 406.85514, 406.86; less 200         = 206.86
    assert decided("A019", "2026-05") == Expected(
        score="91.60",
        grade="A",
        paid={
            "volume_bonus": "206.86",
            "quality_bonus": "600.00",
            "thanks_bonus": "240.00",
            "service_star": "800.00",
            "learning": "240.00",
        },
        total="2086.86",
    )


def test_the_second_star_has_four_hundred_and_a_commendation_only() -> None:
    # Team `social` in May, behind A019: A011 scores 0.7 x 100 + 0.3 x 62.552632 = 88.77 (csat 93.40 % and fcr
    # 93.05 % are full marks), A039 0.7 x (50 + 43.225) + 0.3 x 72.963158 = 87.15.
    second = decisions(RULESET).of("A011", "2026-05").line("service_star")
    assert (str(second.final), second.results["place"]) == ("400.00", 2)
    assert [name.en for name in second.recognitions] == ["commendation"]


def test_workload_beyond_a_thousand_pays_two() -> None:
    # A001, November:
    #   customer        50 + 48.1875 = 98.1875; score 68.73125 + 20.4304839    = 89.16, grade B
    #   volume          500 x 1.50 + 405.6 x 2.00 = 1,561.20; x 0.8916 = 1,391.96592, below the cap of 1,470;
    #                   1,391.97 less 100                                      = 1,291.97
    #   quality         half of 450                                            = 225.00
    assert decided("A001", "2026-11") == Expected(
        score="89.16",
        grade="B",
        paid={"volume_bonus": "1291.97", "quality_bonus": "225.00", "thanks_bonus": "30.00"},
        total="1546.97",
    )
