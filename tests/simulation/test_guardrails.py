"""Guardrails: limits that a proposal has to keep, judged exactly on numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from incentive_engine.decision.format import Format
from incentive_engine.simulation.laboratory import ScenarioError, parse_scenario, run_scenario
from incentive_engine.simulation.laboratory.guardrails import Judgement

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
  csat: {type: ratio, better: higher}
  leaks: count
rules:
  - id: volume
    kind: tiered_bonus
    measure: calls
    mode: whole
    tiers: [{below: 100, rate: 1}, {rate: 2, name: top}]
  - {id: quality, kind: bonus, when: csat >= 90%, pay: 100}
  - {id: leak, kind: red_line, when: leaks > 0, consequence: void}
"""

SCENARIO = """
language: 1
scenario: trial
baseline: old.yaml
population: {snapshots: rows.csv}
proposals:
  - {id: new, changes: {rules.volume.tiers.top.rate: 3, rules.quality.pay: 50}}
"""

# What is paid, by hand:      baseline                 proposal                 difference
ROWS: Sequence[dict[str, object]] = (
    {"agent": "Ann", "month": "2026-01", "team": "day", "calls": 100, "csat": "95%", "leaks": 0},
    #                         200 + 100 = 300          300 + 50 = 350             +50
    {"agent": "Bob", "month": "2026-01", "team": "day", "calls": 40, "csat": "92%", "leaks": 0},
    #                         40 + 100 = 140           40 + 50 = 90               -50
    {"agent": "Cid", "month": "2026-01", "team": "night", "calls": 80, "csat": "85%", "leaks": 0},
    #                         80                       80                           0
    {"agent": "Dee", "month": "2026-01", "team": "night", "calls": 200, "csat": "80%", "leaks": 1},
    #                         void                     void                         0
)
#                    together 520                      520                          0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.yaml").write_text(BASELINE, encoding="utf-8")
    return tmp_path


def judged(
    folder: Path,
    guardrail: str,
    scenario: str = SCENARIO,
    baseline: str = BASELINE,
    rows: Sequence[dict[str, object]] = ROWS,
) -> Judgement:
    (folder / "old.yaml").write_text(baseline, encoding="utf-8")
    text = f"{scenario}guardrails:\n  - {guardrail}\n"
    result = run_scenario(parse_scenario(text, str(folder / "trial.yaml")), rows)
    return result.of("new").judgements[0]


def sentence(judgement: Judgement, language: str = "en") -> str:
    return judgement.step().sentence(Format("zh" if language == "zh" else "en", "CNY", 2))


def broken_by(judgement: Judgement) -> list[tuple[str, Decimal]]:
    return [(each.agent, each.amount) for each in judgement.finding.breakers]


def refused(folder: Path, guardrail: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(f"{SCENARIO}guardrails:\n  - {guardrail}\n", str(folder / "trial.yaml"))
    assert all(problem.span is not None for problem in raised.value.problems)
    return [problem.code for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("budget", "kept"),
    [
        ("520", True),
        ("519.99", False),
        ("520 CNY", True),
        ("520 元", True),
        ("+0%", True),
        ("-0.01%", False),
        ("+0 CNY", True),
        ("-1 元", False),
        ("+3%", True),
    ],
)
def test_a_budget_is_kept_to_the_cent(folder: Path, budget: str, kept: bool) -> None:  # noqa: FBT001 -- what is expected
    # Both pay 520.
    assert judged(folder, f"{{budget: {budget}}}").kept is kept


def test_a_budget_is_told_with_the_cost(folder: Path) -> None:
    assert sentence(judged(folder, "{budget: +3%}")) == (
        "kept: Cost at most 3% above the baseline (520.00 CNY, which is 0.00 CNY against the baseline)"
    )
    assert sentence(judged(folder, "{budget: -100 CNY}"), "zh") == (
        "违反：成本至少比基线低 100.00 元（520.00 元，与基线相差 0.00 元）"
    )
    assert "Cost no higher than the baseline" in sentence(judged(folder, "{budget: +0%}"))
    assert "Cost of at most 600.00 CNY" in sentence(judged(folder, "{budget: 600}"))


def test_decisions_that_may_still_pay_are_told_beside_the_budget(folder: Path) -> None:
    thin = BASELINE.replace(
        "{type: ratio, better: higher}", "{type: ratio, better: higher, enough: calls >= 100}"
    )

    # Without enough calls it is unknown whether Bob and Cid get the bonus for quality.
    assert "; 2 decisions are open and may still pay" in sentence(
        judged(folder, "{budget: 600}", baseline=thin)
    )


def test_the_largest_loss_names_all_who_lose_more(folder: Path) -> None:
    assert judged(folder, "{largest_loss: 50}").kept
    broken = judged(folder, "{largest_loss: 49.99}")

    assert not broken.kept
    assert broken_by(broken) == [("Bob", Decimal("50.00"))]
    assert "the largest loss is 50.00 CNY" in sentence(broken)


def test_a_share_of_the_agents_may_lose_a_share_of_their_pay(folder: Path) -> None:
    # Bob loses 50 of 140, that is 35.71 %; he is one of four.
    assert judged(folder, "{loses_more_than: 35%, at_most: 25%}").kept
    assert judged(folder, "{loses_more_than: 36%, at_most: 0%}").kept
    broken = judged(folder, "{loses_more_than: 35%, at_most: 24%}")

    assert broken_by(broken) == [("Bob", Decimal("50.00"))]
    assert sentence(broken) == (
        "BROKEN: At most 24% of the agents lose more than 35% of their pay (25%: 1 of 4 agents)"
    )


def test_the_gap_between_groups_is_that_of_their_means(folder: Path) -> None:
    # Before: day (300 + 140) / 2 = 220, night (80 + 0) / 2 = 40; 180 / 220 = 81.82 %. After: the same.
    assert not judged(folder, "{pay_gap: team, at_most: 81.81%}").kept
    assert judged(folder, "{pay_gap: team, at_most: 81.82%}").kept
    assert "81.82%; by the baseline 81.82%" in sentence(judged(folder, "{pay_gap: team, at_most: 90%}"))


def test_whoever_has_no_group_is_in_none(folder: Path) -> None:
    rows = [*ROWS, {**ROWS[0], "agent": "Eve", "team": ""}]

    # Eve's 300 would be a mean of their own.
    assert judged(folder, "{pay_gap: team, at_most: 81.82%}", rows=rows).kept


def test_nobody_who_broke_a_red_line_is_paid_more(folder: Path) -> None:
    assert judged(folder, "{no_red_line_paid: yes}").kept
    softer = SCENARIO.replace("rules.quality.pay: 50", "rules.leak.consequence: {keep: 50%}")
    broken = judged(folder, "{no_red_line_paid: yes}", softer)

    # Dee has 200 x 3 = 600, of which half is kept.
    assert broken_by(broken) == [("Dee", Decimal("300.00"))]
    assert broken.step().parts[0].sentence(Format("en", "CNY", 2)) == "Dee gets 300.00 CNY more"


def test_a_guardrail_that_is_not_wanted_is_none(folder: Path) -> None:
    text = f"{SCENARIO}guardrails:\n  - {{no_red_line_paid: no}}\n"

    assert parse_scenario(text, str(folder / "trial.yaml")).guardrails == ()


def test_enough_decisions_reach_a_band(folder: Path) -> None:
    # Ann with 100 calls and Dee with 200 reach the band `top`: two of four.
    assert judged(folder, "{reaches: volume, bands: top, at_least: 50%}").kept
    assert judged(folder, '{reaches: volume, bands: ["1", top], at_least: 100%}').kept
    assert sentence(judged(folder, "{reaches: volume, bands: top, at_least: 51%}")) == (
        "BROKEN: At least 51% of the decisions reach top of volume (50%: 2 of 4 decisions)"
    )


def test_where_everything_is_repeated_the_limit_has_to_be_kept_in_enough_repetitions(folder: Path) -> None:
    drawn = SCENARIO + "assumptions: {calls: {spread: {each: 30}}}\nrepeat: 20\nseed: 7\n"

    always = judged(folder, "{budget: 100000}", drawn)
    never = judged(folder, "{budget: 1, of_repetitions: 10%}", drawn)
    maybe = judged(folder, "{budget: 1, of_repetitions: 0%}", drawn)

    assert (always.kept, always.kept_in, always.repetitions) == (True, 20, 20)
    assert (never.kept, never.kept_in) == (False, 0)
    assert maybe.kept
    first = never.step().parts[0].sentence(Format("en", "CNY", 2))
    assert first == "Kept in 0 of 20 repetitions; 10% are asked for."


def test_a_judgement_is_data_as_well(folder: Path) -> None:
    found = judged(folder, "{largest_loss: 10}").to_dict(Format("en", "CNY", 2))

    assert (found["guardrail"], found["kept"], found["kept_in"]) == ("largest_loss", False, 0)
    assert found["broken_by"] == [{"agent": "Bob", "amount": "50.00"}]


@pytest.mark.parametrize(
    ("guardrail", "code"),
    [
        ("budget", "IE1104"),
        ("{at_most: 5%}", "IE5153"),
        ("{budget: +3%, largest_loss: 5}", "IE5153"),
        ("{loses_more_than: 10%}", "IE5154"),
        ("{budget: +3%, at_most: 5%}", "IE5154"),
        ("{budget: 3%}", "IE5155"),
        ("{budget: much}", "IE5155"),
        ("{budget: +3}", "IE5155"),
        ("{budget: 5 min}", "IE5155"),
        ("{largest_loss: -5}", "IE5155"),
        ("{largest_loss: 5%}", "IE5155"),
        ("{loses_more_than: 10, at_most: 5%}", "IE5155"),
        ("{loses_more_than: 10%, at_most: 105%}", "IE5155"),
        ("{budget: +3%, of_repetitions: often}", "IE5155"),
        ("{pay_gap: taem, at_most: 5%}", "IE5110"),
        ("{pay_gap: team, at_most: wide}", "IE5155"),
        ("{reaches: quality, bands: top, at_least: 5%}", "IE5156"),
        ("{reaches: volume, bands: best, at_least: 5%}", "IE5157"),
        ("{reaches: volume, bands: top, at_least: all}", "IE5155"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_place(folder: Path, guardrail: str, code: str) -> None:
    assert refused(folder, guardrail) == [code]
