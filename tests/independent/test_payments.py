"""Limits, shares that are paid later and clawbacks agree with plain Python on drawn populations."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from hypothesis import given, settings

from incentive_engine import parse_ruleset
from tests.independent.drawn import AGENTS, MONTHS, populations
from tests.independent.payments import CELLS, RULESET, Paid, decide
from tests.support.draws import draws

POLICY = parse_ruleset(RULESET)


@settings(max_examples=draws(40))
@given(populations(CELLS, most=3))
def test_payments_are_equal_month_by_month(rows: list[dict[str, str]]) -> None:
    found: dict[tuple[str, str], Paid] = {}
    for decision in POLICY.evaluate_all(rows):
        line = next((line for line in decision.lines if line.rule == "bonus"), None)
        deferred = None if line is None else line.results["deferred"]
        final = Fraction(0) if line is None else line.final
        found[decision.agent, decision.period] = Paid(
            None if final is None else Fraction(final), Fraction(str(deferred or 0)), Fraction(decision.total)
        )
    assert found == decide(rows)


def test_columns_give_the_same() -> None:
    # Every value of every cell in turn, with gaps: the cells of a row are read at different paces.
    rows = [
        {"agent_id": agent, "month": month}
        | {
            column: values[(number * (pace + 2) + seat) % len(values)]
            for pace, (column, values) in enumerate(CELLS.items())
        }
        for seat, agent in enumerate(AGENTS)
        for number, month in enumerate(MONTHS)
        if (number + seat) % 5
    ]
    frame = POLICY.evaluate_frame(pl.DataFrame(rows)).frame
    in_columns = {
        (row["agent"], row["period"]): (row["status"], row["total"], row["bonus.final"])
        for row in frame.to_dicts()
    }
    alone = {
        (each.agent, each.period): (
            each.status,
            each.total,
            next((line.final for line in each.lines if line.rule == "bonus"), None),
        )
        for each in POLICY.evaluate_all(rows)
    }
    assert in_columns == alone
