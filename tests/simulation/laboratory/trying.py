"""A small policy with its data, and scenarios that try proposals on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.laboratory import (
    Scenario,
    ScenarioError,
    ScenarioResult,
    parse_scenario,
    run_scenario,
)

Row: TypeAlias = Mapping[str, object]

HEADER = """\
language: 1
ruleset: trial
version: "1"
title: {en: Old policy, zh: 旧方案}
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text, level: [junior, senior]}
metrics:
  calls: {type: count, range: [0, 1000]}
  csat: {type: ratio, title: {en: Satisfaction, zh: 满意度}}
  breaches: count
"""

POLICY = (
    HEADER
    + """\
parameters: {bonus: {value: 100, title: Bonus}, target: 90%}
rules:
  - id: volume
    kind: tiered_bonus
    measure: calls
    mode: slices
    tiers:
      - {upto: 100, rate: 1}
      - {name: top, rate: 2}
  - {id: quality, kind: bonus, when: csat >= target, pay: bonus}
  - id: star
    kind: star_award
    within: team
    rank_by: [{highest: calls}]
    ties: share_prizes
    prizes: [{pay: 50}]
  - {id: breach, kind: red_line, when: breaches > 0, consequence: void, affects: quality}
"""
)


def row(
    agent: str, month: str, team: str, level: str, calls: int, csat: str, breaches: int = 0
) -> dict[str, object]:
    return {
        "agent": agent,
        "month": month,
        "team": team,
        "level": level,
        "calls": calls,
        "csat": csat,
        "breaches": breaches,
    }


# What the policy pays, by hand:
ROWS = (
    row("Ann", "2026-01", "chat", "junior", 150, "95%"),  # 100 + 50 x 2, 100, and the star's 50: 350
    row("Bob", "2026-01", "chat", "senior", 80, "92%", breaches=1),  # 80, void, second: 80
    row("Cid", "2026-01", "mail", "junior", 120, ""),  # 100 + 20 x 2, unknown, 50: 190, incomplete
    row("Ann", "2026-02", "chat", "junior", 100, "85%"),  # 100, nothing, second: 100
    row("Bob", "2026-02", "chat", "senior", 130, "90%"),  # 100 + 30 x 2, 100, 50: 310
)
#                                                    together 1030: volume 680, quality 200, star 150

HEAD = """\
language: 1
scenario: spring
title: {en: Spring, zh: 春季}
baseline: policy.yaml
population: {snapshots: rows.csv}
"""


def scenario(folder: Path, text: str, policy: str = POLICY, head: str = HEAD) -> Scenario:
    """Return a scenario, whose head is added, in a folder with a baseline."""
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    return parse_scenario(head + text, str(folder / "scenario.yaml"))


def tried(
    folder: Path, text: str, rows: Iterable[Row] = ROWS, policy: str = POLICY, head: str = HEAD
) -> ScenarioResult:
    """Return what a scenario shows on some rows."""
    return run_scenario(scenario(folder, text, policy, head), list(rows))


def problems(folder: Path, text: str, policy: str = POLICY, head: str = HEAD) -> list[Problem]:
    """Return what is wrong with a scenario."""
    try:
        scenario(folder, text, policy, head)
    except ScenarioError as error:
        return list(error.problems)
    return []


def said(found: Iterable[Problem]) -> list[str]:
    """Return problems as their code, the file's name and the line, and what they say."""
    return [
        f"{each.code} {Path(each.span.file).name}:{each.span.line} {each.message()}"
        if each.span
        else str(each)
        for each in found
    ]


def costs(result: ScenarioResult) -> list[tuple[str, Decimal]]:
    """Return each variant with what it pays."""
    return [(each.variant.name, each.cost.after) for each in result.variants]
