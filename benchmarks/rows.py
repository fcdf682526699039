"""Populations for the benchmarks: drawn from a fixed seed, in the form that a JSON reader gives."""

from __future__ import annotations

from random import Random

Row = dict[str, str | int | float]


def realistic(count: int, seed: int = 20260301) -> list[Row]:
    """Return agents as a service centre has them: most are good, few break a rule."""
    random = Random(seed)
    return [
        {
            "agent_id": f"A{number:07}",
            "month": "2026-03",
            "base_salary": round(random.gauss(6200, 900), 2),
            "handled": max(0, round(random.gauss(850, 240))),
            "complexity": round(min(max(random.gauss(1.05, 0.12), 0.8), 1.5), 2),
            "csat": round(min(random.gauss(0.89, 0.05), 1.0), 4),
            "first_response": round(max(random.gauss(80, 40), 5.0), 1),
            "compliance": round(min(random.gauss(0.975, 0.015), 1.0), 4),
            "late_count": random.choices((0, 1, 2, 3, 4, 5), (60, 20, 10, 5, 3, 2))[0],
            "pii_breaches": random.choices((0, 1), (99, 1))[0],
        }
        for number in range(count)
    ]


def even(count: int, seed: int = 20260302) -> list[Row]:
    """Return agents spread evenly over all that the policy tells apart: no branch is rare."""
    random = Random(seed)
    return [
        {
            "agent_id": f"E{number:07}",
            "month": "2026-03",
            "base_salary": round(random.uniform(0, 10000), 2),
            "handled": random.randint(0, 2200),
            "complexity": round(random.uniform(0.8, 1.5), 2),
            "csat": round(random.uniform(0.6, 1), 4),
            "first_response": round(random.uniform(0, 400), 1),
            "compliance": round(random.uniform(0.85, 1), 4),
            "late_count": random.randint(0, 6),
            "pii_breaches": random.choices((0, 1), (9, 1))[0],
        }
        for number in range(count)
    ]
