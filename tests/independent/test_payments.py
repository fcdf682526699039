"""Limits, shares that are paid later and clawbacks agree with plain Python on drawn populations."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings

from incentive_engine import parse_ruleset
from tests.independent.drawn import populations
from tests.independent.payments import CELLS, RULESET, Paid, decide
from tests.support.draws import draws

POLICY = parse_ruleset(RULESET)


@settings(max_examples=draws(60))
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
