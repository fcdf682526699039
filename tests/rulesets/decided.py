"""Whole decisions on the synthetic population, made once per ruleset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from incentive_engine import Decision, Decisions, load_ruleset
from incentive_engine.evaluate.files import read_records
from tests.support.places import POPULATION, RULESETS


@cache
def decisions(ruleset: str) -> Decisions:
    """Return the decisions that a ruleset makes on the whole population."""
    return load_ruleset(RULESETS / ruleset).evaluate_all(read_records(POPULATION))


@dataclass(frozen=True)
class Expected:
    """A decision as it was worked out by hand: money by rule, only where there is any, and the outcomes."""

    score: str | None
    grade: str | None
    paid: Mapping[str, str]
    total: str
    status: str = "final"


def as_worked_out(decision: Decision) -> Expected:
    """Return a decision in the form in which expected ones are written."""
    card = decision.line("card").results
    return Expected(
        score=text(card["score"]),
        grade=text(card["grade"]),
        paid={line.rule: str(line.final) for line in decision.lines if line.final},
        total=str(decision.total),
        status=decision.status,
    )


def text(value: object) -> str | None:
    """Return a result as it is written here: money and scores with two places."""
    if value is None:
        return None
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
