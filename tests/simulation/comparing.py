"""Compares small rulesets over a few rows that a test writes down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from incentive_engine.engine import Ruleset, parse_ruleset
from incentive_engine.simulation import Comparison, simulate
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.tables import Table

Row: TypeAlias = Mapping[str, object]

HEADER = """
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text}
metrics: {calls: count, csat: ratio, breaches: count}
"""

BASELINE = """
title: {en: Old policy, zh: 旧方案}
rules:
  - {id: volume, kind: bonus, title: {en: Volume, zh: 工作量}, pay: 2 * calls}
  - {id: quality, kind: bonus, when: csat >= 90%, pay: 100}
  - {id: breach, kind: red_line, when: breaches > 0, consequence: void, affects: volume}
"""

PROPOSAL = """
title: {en: New policy, zh: 新方案}
rules:
  - {id: volume, kind: bonus, title: {en: Volume, zh: 工作量}, pay: 2.50 * calls}
  - {id: care, kind: bonus, when: csat >= 80%, pay: 30}
  - {id: breach, kind: red_line, when: breaches > 0, consequence: {keep: 50%}, affects: volume}
"""

FINED = """
rules:
  - {id: volume, kind: bonus, pay: 2 * calls}
  - {id: fine, kind: bonus, pay: -30 * breaches}
"""


def row(
    agent: str, month: str, calls: int, csat: str, team: str = "chat", breaches: int = 0
) -> dict[str, object]:
    return {"agent": agent, "month": month, "team": team, "calls": calls, "csat": csat, "breaches": breaches}


# What each ruleset pays, by hand:    baseline                 proposal                          difference
POPULATION = (
    row("Ann", "2026-01", 100, "95%"),  # 200 + 100 = 300      250 + 30 = 280                    -20
    row("Bob", "2026-01", 100, "92%", breaches=1),  # void + 100 = 100   250 * 50 % + 30 = 155   +55
    row("Cid", "2026-01", 0, "", team="mail"),  # 0, quality unknown     0, care unknown           0
    row("Ann", "2026-02", 200, "85%"),  # 400                  500 + 30 = 530                    +130
    row("Bob", "2026-02", 40, "91%"),  # 80 + 100 = 180        100 + 30 = 130                    -50
    row("Dee", "2026-02", 140, "95%", team=""),  # 280 + 100 = 380    350 + 30 = 380               0
    row("Eve", "2026-02", 20, "90%", team="mail"),  # 40 + 100 = 140  50 + 30 = 80               -60
)
#                                       together 1500          1555                              +55


def ruleset(text: str, header: str = HEADER) -> Ruleset:
    """Return a ruleset, whose header is added."""
    return parse_ruleset(header + text)


def compared(
    rows: Sequence[Row] = POPULATION,
    baseline: str = BASELINE,
    proposal: str = PROPOSAL,
    by: Sequence[str] = (),
    header: str = HEADER,
) -> Comparison:
    """Return the comparison of two rulesets, whose header is added."""
    return simulate(ruleset(baseline, header), ruleset(proposal, header), list(rows), by=by)


def money(cost: Cost) -> tuple[Decimal, Decimal, Decimal]:
    """Return what is paid before and after, and the difference."""
    return cost.before, cost.after, cost.difference


def amounts(before: str, after: str, difference: str) -> tuple[Decimal, Decimal, Decimal]:
    """Return the same as `money` does, as a test writes it down."""
    return Decimal(before), Decimal(after), Decimal(difference)


def table(comparison: Comparison, name: str) -> Table:
    """Return a table by its name."""
    return next(each for each in comparison.tables() if each.name == name)


def texts(found: Table) -> list[list[str]]:
    """Return the texts of a table's rows."""
    return [[cell.text for cell in cells] for cells in found.rows]
