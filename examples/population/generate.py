"""Makes the synthetic population that the examples run on: 60 invented agents over the 12 months of 2026.

Nobody in it exists. The figures are drawn from a fixed seed, so that the file is the same whenever it is
made; they have what real data has: new hires and leavers, empty cells, months with few surveys, agents who
are late, and a few breaches of personal-data protection.

    python examples/population/generate.py > examples/population/snapshots.csv
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

YEAR = SEED = 2026
AGENTS = 60
BUSY_MONTH = 11  # Double 11, the promotion season
NEW_THIS_YEAR = 0.15  # the share of agents hired in the year, and of those who leave in it
LEAVE_THIS_YEAR = 0.1
PROMOTED = 0.06  # how often in a month: an agent passes the next certificate,
RESOLUTION_EMPTY = 0.01  # the cell for first-contact resolution is empty,
BREACH = 0.006  # personal data get out,
TRAINING_EMPTY = 0.3  # nobody wrote down the hours of training
TEAMS = ("phone", "chat", "mail", "social")
LEVELS = (("junior", 4800), ("senior", 6500), ("lead", 9000))
COLUMNS = (
    "agent_id",
    "month",
    "team",
    "level",
    "base_salary",
    "hired",
    "left",
    "handled",
    "complexity",
    "csat",
    "csat_surveys",
    "fcr",
    "first_response_minutes_avg",
    "compliance",
    "customer_thanks",
    "pii_breaches",
    "late_count",
    "training_hours",
    "cert_level",
)


@dataclass(slots=True)
class Agent:
    """An invented agent: what stays the same over the year, and how good and how quick they are (0 to 1)."""

    id: str
    team: str
    level: str
    salary: int
    hired: date
    left: date | None
    skill: float
    pace: float
    certificate: int


def agents(random: Random) -> list[Agent]:
    """Return the invented agents."""
    found = []
    for number in range(1, AGENTS + 1):
        level, salary = random.choices(LEVELS, weights=(5, 4, 1))[0]
        new = random.random() < NEW_THIS_YEAR
        hired = date(YEAR, random.randint(2, 9), random.randint(1, 28)) if new else date(2021, 1, 1)
        if not new:
            hired = date(random.randint(2018, 2025), random.randint(1, 12), random.randint(1, 28))
        leaves = random.random() < LEAVE_THIS_YEAR
        left = None
        if leaves:
            left = date(YEAR, random.randint(hired.month + 1 if new else 3, 12), random.randint(1, 28))
        found.append(
            Agent(
                id=f"A{number:03}",
                team=TEAMS[number % len(TEAMS)],
                level=level,
                salary=salary + 100 * random.randint(-5, 8),
                hired=hired,
                left=left,
                skill=random.betavariate(5, 2.5),
                pace=random.betavariate(3, 3),
                certificate=random.randint(1, 3),
            )
        )
    return found


def months(agent: Agent) -> Iterator[int]:
    """Yield the months of 2026 in which an agent worked at least a day."""
    for month in range(1, 13):
        started = agent.hired.year < YEAR or agent.hired.month <= month
        if started and (agent.left is None or agent.left.month >= month):
            yield month


def snapshot(agent: Agent, month: int, random: Random) -> dict[str, str]:
    """Return one month of one agent."""
    busy = 1.35 if month == BUSY_MONTH else 1.0
    handled = max(0, round((450 + 900 * agent.pace) * busy * random.uniform(0.8, 1.15)))
    first_or_last = (agent.hired.year, agent.hired.month) == (YEAR, month) or (
        agent.left is not None and agent.left.month == month
    )
    handled = handled // 2 if first_or_last else handled
    surveys = round(handled * random.uniform(0.03, 0.12))
    satisfaction = min(1.0, max(0.4, 0.72 + 0.24 * agent.skill + random.gauss(0, 0.025)))
    resolution = min(1.0, max(0.3, 0.58 + 0.36 * agent.skill + random.gauss(0, 0.03)))
    response = max(0.3, 6.5 - 4 * agent.pace - 1.5 * agent.skill + random.gauss(0, 0.5) + (busy - 1) * 4)
    if random.random() < PROMOTED:
        agent.certificate = min(5, agent.certificate + 1)
    return {
        "agent_id": agent.id,
        "month": f"{YEAR}-{month:02}",
        "team": agent.team,
        "level": agent.level,
        "base_salary": f"{agent.salary}.00",
        "hired": agent.hired.isoformat(),
        "left": agent.left.isoformat() if agent.left else "",
        "handled": str(handled),
        "complexity": f"{random.uniform(0.85, 1.3):.2f}",
        "csat": f"{satisfaction:.4f}" if surveys else "",
        "csat_surveys": str(surveys),
        "fcr": "" if random.random() < RESOLUTION_EMPTY else f"{resolution:.4f}",
        "first_response_minutes_avg": f"{response:.2f}",
        "compliance": f"{min(1.0, max(0.88, random.gauss(0.975, 0.018))):.4f}",
        "customer_thanks": str(max(0, round(random.expovariate(1 / (0.5 + 3 * agent.skill))))),
        "pii_breaches": "1" if random.random() < BREACH else "0",
        "late_count": str(random.choices((0, 1, 2, 3, 4, 6), weights=(60, 20, 10, 6, 3, 1))[0]),
        "training_hours": ""
        if random.random() < TRAINING_EMPTY
        else f"{random.choice((0, 2, 4, 6, 8, 12, 20.5, 34))}",
        "cert_level": str(agent.certificate),
    }


def population() -> str:
    """Return the whole population as CSV, by month and agent."""
    random = Random(SEED)  # noqa: S311 -- a population, not a secret
    rows = [snapshot(agent, month, random) for agent in agents(random) for month in months(agent)]
    rows.sort(key=lambda row: (row["month"], row["agent_id"]))
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    sys.stdout.write(population())
