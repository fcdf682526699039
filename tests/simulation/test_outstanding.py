"""What is deferred is in no cost and stands under it: in comparisons, scenarios, guardrails, the page."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from incentive_engine.engine import parse_ruleset
from incentive_engine.simulation import simulate
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.laboratory import ScenarioResult, parse_scenario, run_scenario
from incentive_engine.simulation.laboratory.report import ScenarioReport
from tests.simulation.page.pages import page

AT_ONCE = """
language: 1
ruleset: later
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {left: {type: date, missing: never}}
metrics: {calls: count, csat: ratio}
rules:
  - {id: volume, kind: bonus, pay: 10 * calls}
  - {id: course, kind: bonus, pay: 5 * calls, clawback: {within: 6 months, when: left <= period_end}}
  - {id: quality, kind: bonus, when: csat >= 90%, pay: 30}
"""
LATER = AT_ONCE.replace('"1"', '"2"').replace(
    "pay: 10 * calls", "pay: 10 * calls, release: [{share: 20%}, {share: 80%, after: 1 months}]"
)

# What volume pays under LATER, by hand:                         paid               open after it
ROWS: tuple[dict[str, object], ...] = (
    {"agent": "Ann", "month": "2026-01", "left": "", "calls": 10, "csat": "80%"},  # 20 of 100      80
    {"agent": "Bob", "month": "2026-01", "left": "", "calls": 30, "csat": "80%"},  # 60 of 300     240
    {"agent": "Ann", "month": "2026-02", "left": "", "calls": 20, "csat": "80%"},  # 40 of 200 + 80 160
)
# Together 200, and 160 + 240 = 400 open; at once it is 600. course pays 5 x 60 = 300 under both.

SCENARIO = """
language: 1
scenario: later
baseline: old.yaml
population: {snapshots: rows.csv}
proposals: [{id: later, ruleset: new.yaml}]
guardrails: [{budget: +0%}]
"""


def tried(
    folder: Path, scenario: str = SCENARIO, rows: tuple[dict[str, object], ...] = ROWS
) -> ScenarioResult:
    (folder / "old.yaml").write_text(AT_ONCE, encoding="utf-8")
    (folder / "new.yaml").write_text(LATER, encoding="utf-8")
    return run_scenario(parse_scenario(scenario, str(folder / "later.yaml")), rows)


def test_what_is_deferred_after_each_agents_last_decision_is_counted_beside_the_cost() -> None:
    comparison = simulate(parse_ruleset(AT_ONCE), parse_ruleset(LATER), ROWS)

    assert (comparison.cost.before, comparison.cost.after) == (Decimal(900), Decimal(500))
    assert comparison.deferred == Cost(0, 40000, 2)
    assert comparison.to_dict()["deferred"] == {
        "before": "0.00",
        "after": "400.00",
        "difference": "400.00",
        "share": None,
    }


def test_it_is_told_under_the_cost() -> None:
    forth = simulate(parse_ruleset(AT_ONCE), parse_ruleset(LATER), ROWS)
    back = simulate(parse_ruleset(LATER), parse_ruleset(AT_ONCE), ROWS)
    told = "may still be paid later of deferred shares and credits. Before: {}. After: {}."

    assert told.format("0.00 CNY", "400.00 CNY") in forth.text()
    assert told.format("400.00 CNY", "0.00 CNY") in back.text()
    assert "基线：0.00 元。提案：400.00 元。" in forth.text("zh")


def test_a_scenario_tells_it_under_the_cost_of_the_rules(tmp_path: Path) -> None:
    result = tried(tmp_path)
    variant = result.of("later")
    lines = ScenarioReport(result).text().splitlines()

    assert variant.deferred == Cost(0, 40000, 2)
    assert variant.to_dict()["deferred"] == Cost(0, 40000, 2).to_dict()
    together = next(number for number, line in enumerate(lines) if line.startswith("Together"))
    assert lines[together + 2] == (
        "Not in this cost is what may still be paid later of deferred shares and credits."
        " Before: 0.00 CNY. After: 400.00 CNY."
    )


def test_only_what_is_open_after_the_counted_periods_is_deferred(tmp_path: Path) -> None:
    # In January alone 80 and 240 are open, though 80 of it are paid in February.
    january = SCENARIO.replace("rows.csv}", "rows.csv, periods: {until: 2026-01}}")

    assert tried(tmp_path, january).of("later").deferred == Cost(0, 32000, 2)


def test_a_scenario_tells_which_decisions_are_open(tmp_path: Path) -> None:
    # Whether Cid has earned the bonus for quality is unknown under both.
    cid = {"agent": "Cid", "month": "2026-01", "left": "", "calls": 0, "csat": ""}

    assert "Before: 1 incomplete, 0 held. After: 1 incomplete, 0 held." in (
        ScenarioReport(tried(tmp_path, rows=(*ROWS, cid))).text()
    )


def test_nothing_is_said_where_nothing_is_open(tmp_path: Path) -> None:
    same = SCENARIO.replace("new.yaml", "old.yaml")

    assert "Not in this cost" not in ScenarioReport(tried(tmp_path, same)).text()


def test_a_budget_tells_what_is_deferred(tmp_path: Path) -> None:
    result = tried(tmp_path)
    (budget,) = result.of("later").judgements
    cid = {"agent": "Cid", "month": "2026-01", "left": "", "calls": 0, "csat": ""}
    (beside_open,) = tried(tmp_path, rows=(*ROWS, cid)).of("later").judgements

    assert budget.step().sentence(result.form("en")) == (
        "kept: Cost no higher than the baseline (500.00 CNY, which is -400.00 CNY against the baseline;"
        " 400.00 CNY may still be paid later)"
    )
    assert (
        "1 decisions are open and may still pay, and 400.00 CNY may still be paid later"
        in beside_open.step().sentence(result.form("en"))
    )


def test_the_page_of_the_committee_tells_it_beside_the_cost(tmp_path: Path) -> None:
    scenario = SCENARIO.replace("proposals: [", "proposals: [{id: same, ruleset: old.yaml}, ").replace(
        "baseline: old.yaml", "baseline: new.yaml"
    )
    result = tried(tmp_path, scenario)

    # The baseline defers 400: against it one proposal pays all at once, the other one nothing else.
    sentence = (
        "Not in it is what may still be paid later of deferred shares and credits:"
        " 400.00 CNY before and {} after."
    )
    told = [chapter.lead.costs[-1] for chapter in page(result).chapters]
    assert told == [sentence.format("0.00 CNY"), sentence.format("400.00 CNY")]


CREDITS = """
language: 1
ruleset: credits
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text}
metrics: {hours: count, closes: boolean}
rules:
  - id: learning
    kind: growth_credit
    applies_to: team == "chat"
    earn: [{credits: 10, per: hours}]
    redeem: {pay: 0.50}
  - {id: stars, kind: growth_credit, earn: [{credits: 1}], carry: yes}
"""
KEPT = CREDITS.replace(
    "redeem: {pay: 0.50}", "expires_after: 2 months\n    redeem: {pay: 0.50, when: closes}"
)


def test_credits_that_are_kept_are_counted_at_what_they_would_be_redeemed_for(tmp_path: Path) -> None:
    rows = [
        {"agent": "Ann", "month": "2026-01", "team": "chat", "hours": 3, "closes": "no"},
        {"agent": "Ann", "month": "2026-02", "team": "chat", "hours": 4, "closes": "no"},
        {"agent": "Bob", "month": "2026-01", "team": "chat", "hours": 8, "closes": "no"},
        {"agent": "Bob", "month": "2026-02", "team": "mail", "hours": 5, "closes": "no"},
        {"agent": "Cid", "month": "2026-02", "team": "chat", "hours": 6, "closes": "yes"},
    ]
    comparison = simulate(parse_ruleset(CREDITS), parse_ruleset(KEPT), rows)

    # At once 30 + 40, 80 and 60 credits are worth 105.00. Kept, Cid alone redeems: 30.00. January's credits
    # count for the last time in February, so Ann goes on with 40 of them: 20.00. Bob, who is out of scope in
    # February, goes on with none. The stars are worth no money.
    assert (comparison.cost.before, comparison.cost.after) == (Decimal("105.00"), Decimal("30.00"))
    assert comparison.deferred == Cost(0, 2000, 2)

    (tmp_path / "at-once.yaml").write_text(CREDITS, encoding="utf-8")
    (tmp_path / "kept.yaml").write_text(KEPT, encoding="utf-8")
    text = SCENARIO.replace("old.yaml", "at-once.yaml").replace("new.yaml", "kept.yaml")
    tried_out = run_scenario(parse_scenario(text, str(tmp_path / "credits.yaml")), rows)
    assert tried_out.of("later").deferred == Cost(0, 2000, 2)
