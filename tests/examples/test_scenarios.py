"""The scenarios of the examples run; those on real data where the data are here."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from examples.real_data.run import BANK, INCIDENTS, VARIABLE, data_folder
from incentive_engine import ScenarioResult, load_scenario, read_records, run_scenario
from incentive_engine.simulation.laboratory.report import ScenarioReport
from tests.support.places import EXAMPLES

SCENARIOS = EXAMPLES / "scenarios"
needs_data = pytest.mark.skipif(
    data_folder() is None, reason=f"the real data is not here; {VARIABLE} may name its folder"
)


def folder() -> Path:
    found = data_folder()
    assert found is not None
    return found


def holds(result: ScenarioResult) -> None:
    """Check what holds for every scenario: everything adds up, and it can be told in both languages."""
    for part in result.variants:
        assert part.cost.units == sum(rule.cost.units for rule in part.rules) + part.floor_added.units
        assert part.cost.units == sum(cost.units for cost in part.by_agent.values())
        for names in part.splits:
            assert part.cost.units == sum(each.cost.units for each in part.by(*names).sections)
    for language in ("en", "zh"):
        assert ScenarioReport(result, language, largest=0).text()


def test_the_committee_of_the_service_centre_sees_five_proposals() -> None:
    result = run_scenario(load_scenario(SCENARIOS / "service-2026.yaml"))

    holds(result)
    assert len(result.keys) == 335
    # With the higher rate people handle more in five draws, so the same rate costs more than if they did not.
    plain, reacting = result.of("higher_rate"), result.of("people_react")
    assert reacting.interval.repetitions == 5
    assert plain.cost.after < reacting.interval.money(reacting.interval.lowest)
    # Outside of November nothing is different.
    months = result.of("busy_autumn").by("period")
    assert [months.values(each)[0] for each in months.sections if each.cost.units] == ["2026-11"]


def test_a_target_is_swept_with_the_pay_of_juniors() -> None:
    result = run_scenario(load_scenario(SCENARIOS / "service-target-sweep.yaml"))

    holds(result)
    # The baseline's own numbers, 85 % in the first quarter and 300 for juniors, change nothing.
    point = {"parameters.csat_target": "85%", "parameters.quality_pay.junior": "300"}
    assert result.of("target_and_pay", point).cost.difference == Decimal(0)
    # A higher target never pays more.
    costs = [part.cost.after for part in result.variants if part.variant.point[1].value == "300"]
    assert costs == sorted(costs, reverse=True)


@needs_data
def test_hanging_up_no_longer_pays_at_the_bank() -> None:
    result = run_scenario(load_scenario(SCENARIOS / "bank.yaml"), read_records(folder() / BANK.data))

    holds(result)
    check, works = result.of("check").paid, result.of("nobody_hangs_up").paid
    # Short calls scale the volume bonus down, and void it; where nobody hangs up it is paid whole to all.
    assert all(more >= less for more, less in zip(works.final("volume"), check.final("volume"), strict=True))
    assert list(works.final("volume")) == list(result.baseline.final("volume"))
    # Bands of speed reach further, so nobody loses.
    assert result.of("slower_is_fine").agents.losers == 0


@needs_data
def test_three_ways_to_be_fair_at_the_service_desk() -> None:
    result = run_scenario(
        load_scenario(SCENARIOS / "incidents.yaml"), read_records(folder() / INCIDENTS.data)
    )

    holds(result)
    # Keeping 75 % is half of what keeping 50 % takes, but for half a cent in each line.
    half, whole = result.of("half_as_hard").cost.units, result.of("no_red_line").cost.units
    assert abs(2 * half - whole) <= len(result.keys)
