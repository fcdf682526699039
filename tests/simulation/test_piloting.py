"""Pilots: what they cost, and what changed in them more than elsewhere, by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from incentive_engine.simulation.laboratory import (
    ScenarioError,
    ScenarioResult,
    parse_scenario,
    run_scenario,
)
from incentive_engine.simulation.laboratory.piloting import PilotResult
from incentive_engine.simulation.laboratory.report import ScenarioReport

BASELINE = """
language: 1
ruleset: service
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text}
metrics:
  calls: count
  csat: {type: ratio, title: {en: Satisfaction, zh: 满意度}}
rules:
  - {id: volume, kind: bonus, pay: 1 * calls}
"""

SCENARIO = """
language: 1
scenario: trial
baseline: old.yaml
population: {snapshots: rows.csv}
proposals:
  - {id: double, changes: {rules.volume.pay: 2 * calls}}
pilot: {where: team == "chat", from: 2026-02, until: 2026-03}
"""


def row(agent: str, month: str, calls: int, csat: str, team: str) -> dict[str, object]:
    return {"agent": agent, "month": month, "team": team, "calls": calls, "csat": csat}


ROWS = (
    row("Ann", "2026-01", 100, "80%", "chat"),
    row("Bob", "2026-01", 60, "90%", "chat"),
    row("Cid", "2026-01", 50, "70%", "mail"),
    row("Dee", "2026-01", 70, "", "mail"),
    row("Ann", "2026-02", 110, "84%", "chat"),
    row("Bob", "2026-02", 70, "94%", "chat"),
    row("Cid", "2026-02", 55, "71%", "mail"),
    row("Dee", "2026-02", 70, "80%", "mail"),
    row("Ann", "2026-03", 130, "86%", "chat"),
    row("Bob", "2026-03", 70, "94%", "chat"),
    row("Cid", "2026-03", 55, "71%", "mail"),
    row("Ann", "2026-04", 999, "10%", "chat"),  # After the pilot: it counts for nothing.
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.yaml").write_text(BASELINE, encoding="utf-8")
    return tmp_path


def tried(folder: Path, rows: Sequence[dict[str, object]] = ROWS, scenario: str = SCENARIO) -> ScenarioResult:
    return run_scenario(parse_scenario(scenario, str(folder / "trial.yaml")), rows)


def piloted(folder: Path, rows: Sequence[dict[str, object]] = ROWS) -> PilotResult:
    found = tried(folder, rows).of("double").pilot
    assert found is not None
    return found


def test_the_cost_is_what_the_pilot_pays_under_both(folder: Path) -> None:
    # Ann 110 + 130 and Bob 70 + 70 calls: 380, and twice that.
    cost = piloted(folder).cost

    assert (cost.before, cost.after) == (Decimal("380.00"), Decimal("760.00"))


def test_the_effect_is_how_much_more_the_pilot_changed(folder: Path) -> None:
    pay, calls, csat = piloted(folder).effects

    # Calls: Ann 120 - 100 = 20, Bob 70 - 60 = 10: 15. Cid 55 - 50 = 5, Dee 0: 2.5. So 12.5.
    assert calls.effect == Fraction("12.5")
    # Pay: Ann 240 - 100 = 140, Bob 140 - 60 = 80: 110; the others as their calls: 2.5. So 107.5.
    assert pay.effect == Fraction("107.5")
    # Satisfaction: Ann 85 % - 80 %, Bob 94 % - 90 %: 4.5 points; Cid 1 point; Dee's is unknown before.
    assert csat.effect == Fraction("0.035")
    assert (csat.agents, calls.agents) == ((2, 1), (2, 2))
    assert (csat.pilot[0].value, csat.pilot[1].value) == (Fraction("0.85"), Fraction("0.895"))


def test_few_agents_have_no_interval(folder: Path) -> None:
    assert {(effect.low, effect.high) for effect in piloted(folder).effects} == {(None, None)}


def test_an_interval_holds_what_all_agents_have_in_common(folder: Path) -> None:
    # All of the pilot rise by 10 and all others by 4: whoever is drawn, the effect is 6.
    rows = [
        row(f"{team}{number}", month, calls, "80%", team)
        for team, calls_of in (("chat", (40, 50)), ("mail", (40, 44)))
        for number in range(6)
        for month, calls in zip(("2026-01", "2026-02"), calls_of, strict=True)
    ]
    calls = piloted(folder, rows).effects[1]

    assert [calls.effect, calls.low, calls.high] == [Fraction(6)] * 3


def test_an_interval_is_the_same_whenever_it_is_drawn(folder: Path) -> None:
    rows = [
        row(f"{team}{number}", month, 40 + number * calls, "80%", team)
        for team, calls_of in (("chat", (1, 3)), ("mail", (1, 2)))
        for number in range(8)
        for month, calls in zip(("2026-01", "2026-02"), calls_of, strict=True)
    ]
    first, again = (piloted(folder, rows).effects[1] for _ in range(2))

    # The mean of 2n less that of n, for n from 0 to 7.
    assert first.effect == Fraction(7, 2)
    assert (first.low, first.high) == (again.low, again.high)
    assert first.low is not None
    assert first.high is not None
    assert first.low < first.effect < first.high


def test_whoever_is_in_the_pilot_for_a_while_only_is_on_neither_side(folder: Path) -> None:
    rows = [*ROWS[:-4], row("Ann", "2026-03", 130, "86%", "mail"), *ROWS[-3:]]
    found = piloted(folder, rows)

    assert found.mixed == ("Ann",)
    # Bob alone: 10 more calls, the others 2.5.
    assert found.effects[1].effect == Fraction("7.5")
    assert (
        "1 agents were in the pilot for a part of its time only" in ScenarioReport(tried(folder, rows)).text()
    )


def test_without_anybody_to_compare_with_there_is_no_effect(folder: Path) -> None:
    rows = [each for each in ROWS if each["team"] == "chat"]

    assert {effect.effect for effect in piloted(folder, rows).effects} == {None}


def test_it_is_told_with_its_method(folder: Path) -> None:
    text = ScenarioReport(tried(folder)).text()

    assert "380.00 CNY by the baseline, 760.00 CNY by the proposal (+380.00 CNY)" in text
    assert "95% of resamples" in text
    assert "按基线 380.00 元，按提案 760.00 元" in ScenarioReport(tried(folder), "zh").text()
    (pay,) = [line for line in text.splitlines() if line.startswith("Pay  ")]
    # Before (100 + 60) / 2, during (240 + 140) / 2; the others (50 + 70) / 2 and (55 + 70) / 2.
    assert pay.split()[1::2][:5] == ["80.00", "190.00", "60.00", "62.50", "107.50"]


def test_it_is_data_as_well(folder: Path) -> None:
    (variant,) = json.loads(tried(folder).to_json())["variants"]

    assert variant["pilot"]["effects"][1]["effect"] == "12.50"
    assert variant["pilot"]["effects"][1]["low"] is None
    # The mean over all twelve rows: 1839 calls.
    assert variant["metrics"][0] == {
        "metric": "calls",
        "title": "calls",
        "before": "153.25",
        "after": "153.25",
        "known_before": 12,
        "known_after": 12,
    }


def test_metrics_are_told_as_they_are_assumed_to_become(folder: Path) -> None:
    found = tried(folder, scenario=SCENARIO + "assumptions: {csat: csat + 2%}\n").of("double").metrics
    csat = found[1]

    # Eleven are known: 80 + 90 + 70 + 84 + 94 + 71 + 80 + 86 + 94 + 71 + 10 = 830.
    assert csat.before.value == Fraction("8.30") / 11
    assert csat.after.value == Fraction("8.52") / 11


@pytest.mark.parametrize(
    ("pilot", "code"),
    [
        ('{where: team == "chat", from: 2026-03, until: 2026-02}', "IE5164"),
        ('{where: team == "chat", from: March, until: 2026-04}', "IE5111"),
        ('{where: taem == "chat", from: 2026-03, until: 2026-04}', "IE2101"),
    ],
)
def test_a_pilot_that_cannot_be_is_refused(folder: Path, pilot: str, code: str) -> None:
    text = SCENARIO[: SCENARIO.index("pilot:")] + f"pilot: {pilot}\n"
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, str(folder / "trial.yaml"))

    assert [problem.code for problem in raised.value.problems] == [code]
