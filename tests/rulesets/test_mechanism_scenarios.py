"""The scenarios beside the mechanisms, worked out by hand on the few rows beside them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest

from incentive_engine import appeal, load_ruleset, load_scenario, read_records, run_scenario
from incentive_engine.simulation.laboratory.result import ScenarioResult, VariantResult
from incentive_engine.simulation.retrospect import retrospect
from tools.mechanisms import FOLDER

SCENARIO = ".scenario.yaml"


@cache
def result(name: str) -> ScenarioResult:
    return run_scenario(load_scenario(FOLDER / f"{name}{SCENARIO}"))


def costs(name: str) -> dict[str, list[str]]:
    """Return what each proposal of a scenario costs, before and after."""
    return {
        variant.variant.proposal: [str(variant.cost.before), str(variant.cost.after)]
        for variant in result(name).variants
    }


def split(variant: VariantResult, *names: str) -> Mapping[tuple[object, ...], Decimal | int]:
    """Return by how much the pay of each group changes."""
    found = variant.by(*names)
    return {found.values(section): section.cost.difference for section in found.sections}


@pytest.mark.parametrize("name", [path.name for path in sorted(FOLDER.glob(f"*{SCENARIO}"))])
def test_a_scenario_tries_the_mechanism_that_it_stands_beside(name: str) -> None:
    scenario = load_scenario(FOLDER / name)

    assert scenario.baseline.identity.id == name.removesuffix(SCENARIO)
    assert scenario.title.en != scenario.title.zh
    assert scenario.warnings == ()


def test_a_granted_appeal_is_paid_and_nobody_else_is_touched() -> None:
    # 88.5 points pay 100, and 91 pay 300; while the appeal is open the 100 wait, so that all 300 are owed.
    ruleset = load_ruleset(FOLDER / "m25_appeal.yaml")
    records = read_records(FOLDER / "m25_appeal.csv")
    corrected = {"quality": "91", "appeal": "granted"}
    found = appeal(ruleset, records, agent="F1", period="2026-03", corrected=corrected)

    assert found.before is not None
    amounts = [str(amount) for amount in (found.before.total, found.after.total, found.difference)]
    assert amounts == ["400.00", "700.00", "300.00"]
    assert found.others == ()


def test_rolling_the_pilot_out_pays_the_other_teams_by_what_they_solve() -> None:
    # April, baseline: A1 400 solved: 210 + 140, and 200 for quality; A2 300 solved: 210; A3 volume 200 + 100,
    # and 200; A4 volume 200 + 200: 1,660. March: A1 and A3 300 + 200, A2 200, A4 400: 1,600.
    # For all: April A3 as A1, 550, A4 300 solved: 210: 1,520; March A1 380 solved: 522, A2 292: 204.40, A3
    # 395: 543, A4 210: 1,479.40. Without the pilot April is A1 500, A2 200, A3 500, A4 400: 1,600.
    assert costs("m29_pilot_first") == {
        "for_all": ["3260.00", "2999.40"],
        "ended": ["3260.00", "3200.00"],
    }
    for_all = result("m29_pilot_first").of("for_all")
    assert split(for_all, "team") == {
        ("chat",): 22,  # 522 - 500
        ("phone",): Decimal("4.40"),
        ("social",): 93,  # 43 + 50
        ("mail",): -380,  # 2 x (210 - 400)
    }
    assert for_all.outcome is not None
    assert for_all.outcome.before == 2767  # 400 + 300 + 400 + 300 and 380 + 292 + 395 + 300


def test_the_pilot_is_judged_by_how_much_more_changed_in_it_than_elsewhere() -> None:
    # Resolution in the pilot: (76 + 73) / 2 = 74.5 % before and 77.5 % during it; elsewhere 64.5 % and 65 %.
    pilot = result("m29_pilot_first").of("for_all").pilot
    assert pilot is not None
    assert str(pilot.cost.before) == str(pilot.cost.after) == "760.00"  # A1 550 and A2 210, by either
    effects = {effect.name: effect.effect for effect in pilot.effects}
    assert effects["fcr"] == Fraction(25, 1000)
    assert effects["handled"] == 0


def test_a_change_that_breaks_a_guardrail_is_a_major_one() -> None:
    # Baseline: 300 + 300, 250 + 200, 200 + 500, 400 + 0, and nothing for the breach: 2,150.
    # One fen more for each of 600 + 500 + 400 + 800 contacts: 23. For quality: 180 + 500, 150 + 300,
    # 120 + 700, 240: 2,190; that is 1.86 % more, but B4 loses 160 of 400: one in five loses over a tenth.
    assert costs("m30_committee_approval") == {
        "minor": ["2150.00", "2173.00"],
        "major": ["2150.00", "2190.00"],
    }
    kept = {
        variant.variant.proposal: [judgement.kept for judgement in variant.judgements]
        for variant in result("m30_committee_approval").variants
    }
    assert kept == {"minor": [True, True, True], "major": [True, False, True]}
    assert [variant.variant.proposal for variant, _ in result("m30_committee_approval").broken] == ["major"]


def test_the_review_holds_what_was_predicted_against_what_was_paid() -> None:
    # March: C1 and C3 200, C2 79 % is four points on the way: 40. Predicted with a point more each: C1 82 %
    # and C3 86 % reach 82 %, C2 five points: 50; 450 / 3 = 150. April: C1 200, C2 80.5 % 50, C3 81.5 % 60.
    assert costs("m31_quarterly_review") == {"second_quarter": ["440.00", "450.00"]}
    ruleset = load_ruleset(FOLDER / "m31_quarterly_review.yaml")
    april = read_records(FOLDER / "m31_quarterly_review.april.csv")
    found = retrospect(result("m31_quarterly_review").to_json(), ruleset, april)

    assert (found.pay.predicted, found.pay.actual) == (Fraction(150), Fraction(310, 3))
    assert not found.as_predicted
    (fcr,) = found.metrics
    # The mean of 82, 80 and 86, kept with six places, and that of 83, 80.5 and 81.5
    assert (fcr.predicted, fcr.actual) == (Fraction("0.826667"), Fraction(245, 300))


def test_what_is_expected_of_people_decides_what_a_better_rate_costs() -> None:
    # Baseline: 400 solved: 120 + 80, and 60; 700: (120 + 240 + 120) x 1.1 = 528, and 120; 180: 72: 980.
    # The second slice at 0.90 and the same work: 210 + 60, (120 + 270 + 120) x 1.1 + 120 = 681, 72: 1,023.
    # As expected: 425 solved at 90 % satisfaction: (120 + 112.50) x 1.1 + 60 = 315.75; 750: (120 + 270 + 180)
    # x 1.1 + 120 = 747; 195: 78. Together 1,140.75.
    assert costs("m36_expected_effects") == {
        "without_effect": ["980.00", "1023.00"],
        "as_expected": ["980.00", "1140.75"],
    }
    effects = result("m36_expected_effects").of("as_expected").outcome
    assert effects is not None
    assert (effects.before, effects.after) == (Fraction(1280), Fraction(1370))
    # 980 / 1,280 = 0.765625, 1,140.75 / 1,370 = 0.83266...
    assert (effects.unit_before, effects.unit_after) == (Decimal("0.7656"), Decimal("0.8327"))


def test_results_are_split_by_any_attribute_and_by_two_at_once() -> None:
    # The nights: 100 calls x 0.20 and 200 chats x 0.20.
    nights = result("m38_breakdown").of("nights")
    assert split(nights, "team") == {("north",): 20, ("south",): 40}
    assert split(nights, "service") == {("chat",): 40, ("phone",): 20, ("complaint",): 0}
    assert split(nights, "shift") == {("day",): 0, ("night",): 60}
    assert split(nights, "service", "shift") == {
        ("chat", "day"): 0,
        ("chat", "night"): 40,
        ("phone", "day"): 0,
        ("phone", "night"): 20,
        ("complaint", "day"): 0,
    }
