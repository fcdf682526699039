"""Functions over the agent's earlier calendar periods."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from incentive_engine.language.types import MONEY
from tests.language.formulas import Given, Known, attempt, over_months

MONTHS: Mapping[str, Given] = {
    "2025-12": {"handled": 5, "passed": True, "level": "junior"},
    "2026-01": {"handled": 7, "passed": True, "level": "junior"},
    "2026-02": {"handled": 4, "passed": True, "level": "senior"},
    "2026-04": {"handled": 6, "passed": True, "level": "senior"},
    "2026-05": {"handled": 8, "passed": False, "level": "senior"},
}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # There is no March, so April knows nothing of the month before.
        ("previous(handled)", [None, 5, 7, None, 6]),
        ('previous(level) == "junior"', [None, True, True, None, False]),
        # December is the first month known, and not the first of its year; January is.
        ("ytd(handled)", [None, 7, 11, None, None]),
        ("rolling(handled, 1)", [5, 7, 4, 6, 8]),
        ("rolling(handled, 2)", [None, 12, 11, None, 14]),
        ("streak(passed)", [1, 2, 3, None, 0]),
        ("streak(handled > 4)", [1, 2, 0, None, None]),
        ("rise(handled)", [None, 2, 0, None, 2]),
        ("default(previous(handled), 0)", [0, 5, 7, 0, 6]),
    ],
)
def test_history_goes_back_over_the_agents_own_months(formula: str, expected: list[Known | None]) -> None:
    months = over_months(formula, MONTHS)

    assert [months[month] for month in MONTHS] == expected


def test_what_a_rule_keeps_is_read_as_it_was_left_and_not_looked_back_for() -> None:
    made = attempt("previous(loan.balance) + previous(sales)")

    assert made.compiled is not None
    assert made.value.type == MONEY
    assert list(made.compiled.reads) == ["previous(loan.balance)", "sales", "previous(sales)"]
    assert len(made.program_states) == 1  # that of `sales`


def test_what_a_rule_does_not_keep_is_looked_back_for() -> None:
    assert attempt("previous(card.score)").codes == []
    assert attempt("previous(loan.rest)").codes == ["IE2100"]
    assert len(attempt("previous(card.score)").program_states) == 1
