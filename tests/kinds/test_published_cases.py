"""Worked examples that others have published: where each is tested, or why the language does not say it.

The table names every case of a collection by its id; where the collection is at hand, no case of it is
forgotten.
"""

from __future__ import annotations

import importlib
import json
import os
from operator import attrgetter
from pathlib import Path

import pytest

from tests.kinds.rewarding import amount, decide, told
from tests.support.places import ROOT

VARIABLE = "INCENTIVE_ENGINE_CASES"
"""The environment variable that names the file of the collection."""
BESIDE = ROOT.parent / "shared" / "cases" / "worked_examples.json"
"""Where it is looked for otherwise: beside the checkout."""

TIERS = "test_published_tiers"
SCORES = "test_scorecard"
STARS = "test_star_award"
BONUS = "test_bonus"
TAKEN_BACK = "test_paying_later_and_taking_back.TestWhatIsTakenBack"
ONLY_WHAT_WAS_PAID = (
    "test_only_what_was_paid_is_taken_back_and_what_is_deferred_is_cancelled_by_its_own_condition"
)

# The id of a case, and the tests that hold it, as `module.function` or `module.Class.function`.
TESTED: dict[str, tuple[str, ...]] = {
    "tier-whole-oracle": (f"{TIERS}.test_one_rate_applies_to_the_whole_amount",),
    "tier-marginal-oracle-parts": (f"{TIERS}.test_each_rate_applies_to_the_part_inside_its_band",),
    "tier-marginal-oracle-six": (f"{TIERS}.test_step_rates_of_six_transactions",),
    "tier-interp-oracle-six": (f"{TIERS}.test_interpolated_amounts_of_six_transactions",),
    "tier-marginal-oracle-24b": (f"{TIERS}.test_a_top_band_with_a_rate_of_zero_caps_what_is_earned",),
    "tier-boundary-oracle": (f"{TIERS}.test_the_word_says_which_band_the_edge_belongs_to",),
    "tier-accelerator-revopsmasters": (f"{TIERS}.test_an_accelerator_pays_more_for_what_passes_the_target",),
    "tier-slab-vs-bracket-antavo": (f"{TIERS}.test_slabs_and_brackets_of_one_table",),
    "tier-milestone-antavo": (f"{TIERS}.test_milestones_pay_the_highest_or_all_of_them",),
    "growth-enable-fully-retro": (f"{TIERS}.test_growth_over_a_baseline_pays_on_the_whole_amount",),
    "growth-mips-improvement": (
        "test_growth_credit.test_the_published_growth_credit_has_a_floor_a_cap_and_a_least_baseline",
        f"{BONUS}.test_improvement_over_a_baseline_with_floor_and_cap",
    ),
    "draw-recoverable-siebel": ("test_adjustment.test_a_recoverable_draw_comes_out_as_published",),
    "clawback-paid-only-centify": (f"{TAKEN_BACK}.{ONLY_WHAT_WAS_PAID}",),
    "proration-days-365": (f"{BONUS}.test_proration_by_calendar_days",),
    "proration-intermediate-rounding": (f"{BONUS}.test_proration_with_a_factor_that_is_rounded_first",),
    "bsc-gate-cap-joans": (
        f"{SCORES}.test_published_scorecard_with_a_gate_a_cap_and_a_reverse_metric",
        f"{SCORES}.test_published_gate_any_measure_under_90_pays_nothing",
    ),
    "bsc-clamp-nice": (f"{SCORES}.test_published_place_between_worst_and_best",),
    "genesys-punctuality": (f"{SCORES}.test_published_points_on_straight_lines_between_zones",),
    "calabrio-ranges": (f"{SCORES}.test_published_points_by_ranges_with_negative_ones",),
    "min-sample-mips": (f"{SCORES}.test_published_minimum_sample",),
    "eligibility-infeasible-stackexchange": (
        "test_published_cases.test_a_target_that_one_bad_rating_puts_out_of_reach_is_seen_to_be_so",
    ),
    "matrix-gate-surmodics": (f"{BONUS}.test_a_matrix_of_two_levels_with_an_addition",),
    "gate-allete": (f"{BONUS}.test_a_gate_that_zeroes_some_parts_only",),
    "pool-reserve-brainmass": (
        "test_pool.test_a_pool_with_a_gate_and_a_reserve_comes_out_as_published",
        f"{BONUS}.test_a_pool_that_is_funded_at_a_gate_with_a_reserve",
    ),
    "tie-pooled-gsn": (
        f"{STARS}.test_shared_prizes_are_those_of_the_places_that_the_tied_take_up",
        f"{STARS}.test_a_single_prize_is_divided_among_the_tied",
    ),
    "tie-rank-conventions": (f"{STARS}.test_places_count_as_in_a_competition",),
    "cn-medal-777doc": (f"{SCORES}.test_published_medals",),
    "cn-contest-360docs": (f"{STARS}.test_the_published_contest_costs_what_its_prizes_add_up_to",),
    "lint-quotapath-overlap": (f"{TIERS}.test_overlapping_bands_of_a_published_plan_are_refused",),
}

# What of a case the language does not say, and why.
NOT_EXPRESSIBLE = {
    "tie-rank-conventions": "only 1, 1, 3 is a place: 1, 1, 2 gives more prizes than there are places, and"
    " 1, 2, 3 needs a further key, which a ruleset writes down",
}


def collection() -> Path:
    named = os.environ.get(VARIABLE)
    return Path(named) if named else BESIDE


@pytest.mark.parametrize("name", sorted({name for names in TESTED.values() for name in names}))
def test_the_test_of_a_case_exists(name: str) -> None:
    module, _, function = name.partition(".")

    assert callable(attrgetter(function)(importlib.import_module(f"tests.kinds.{module}")))


def test_what_is_not_expressible_is_part_of_a_case_that_is_tested_as_far_as_it_is() -> None:
    assert set(NOT_EXPRESSIBLE) <= set(TESTED)


@pytest.mark.skipif(not collection().is_file(), reason="the collection of published cases is not at hand")
def test_no_case_is_forgotten() -> None:
    cases = json.loads(collection().read_text(encoding="utf-8"))

    assert {case["id"] for case in cases} == set(TESTED)


# --- Cases that belong to no kind of rule

# eligibility-infeasible-stackexchange: ratings of 5 and 6 are good; their share in a quarter has to be at
# least 91 %, and a quarter has about 10 ratings. `handled` are the good ones, `complaints` the bad ones.
REACHABLE = """
parameters:
  expected: 10
formulas:
  share: handled / (handled + complaints)
  best_share: "(max(expected, handled + complaints) - complaints) / max(expected, handled + complaints)"
rules:
  - {id: bonus, kind: bonus, when: share >= 91%, pay: 100}
  - {id: still_possible, kind: bonus, when: best_share >= 91%, pay: 1}
"""


def test_a_target_that_one_bad_rating_puts_out_of_reach_is_seen_to_be_so() -> None:
    # 8 good and 1 bad: 8 / 9 = 88.89 %; at best 9 / 10 = 90 %. With 12 ratings it would be 11 / 12 = 91.67 %.
    now = decide(REACHABLE, handled=8, complaints=1)

    assert "share = `handled / (handled + complaints)` = 0.8889." in told(now, "bonus")
    assert amount(REACHABLE, handled=8, complaints=1) == "0.00"
    assert str(now.line("still_possible").amount) == "0.00"
    twelve = decide(REACHABLE.replace("expected: 10", "expected: 12"), handled=8, complaints=1)
    assert str(twelve.line("still_possible").amount) == "1.00"


def test_the_nearest_change_says_how_many_good_ratings_it_would_take() -> None:
    # x / (x + 1) >= 91 %, with four places: 10 / 11 = 90.91 %, 11 / 12 = 91.67 %.
    told_of_it = told(decide(REACHABLE, handled=8, complaints=1), "bonus")

    assert [line.partition(":")[0] for line in told_of_it if "->" in line] == ["handled 8 -> 11"]
