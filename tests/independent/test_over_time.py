"""What metrics come to over a quarter, worked out a second time in plain Python, without the engine."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine import parse_ruleset
from tests.support.draws import draws

POLICY = parse_ruleset(
    """\
language: 1
ruleset: quarters
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics:
  handled: count
  calls: {type: count, over_time: {take: sum, missing_periods: skip}}
  most: {type: count, over_time: max, column: handled}
  surveys: {type: count, missing: 0}
  csat: {type: ratio, over_time: {mean_by: surveys, missing_periods: skip}}
rules:
  - {id: whole, kind: bonus, period: quarter, pay: 1 * handled}
  - {id: present, kind: bonus, period: quarter, pay: 1 * calls}
  - {id: best, kind: bonus, period: quarter, pay: 1 * most}
  - {id: average, kind: bonus, period: quarter, pay: 10000 * csat}
"""
)
Row = tuple[int | None, int, Fraction | None]
ROWS = st.one_of(
    st.none(),
    st.tuples(
        st.one_of(st.none(), st.integers(0, 50)),
        st.integers(0, 9),
        st.one_of(st.none(), st.integers(0, 100).map(lambda percent: Fraction(percent, 100))),
    ),
)


def whole(rows: Sequence[Row | None]) -> int | None:
    """Every month has to be there, with a value."""
    values = [None if row is None else row[0] for row in rows]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(rows) else None


def best(rows: Sequence[Row | None]) -> int | None:
    return None if whole(rows) is None else max(row[0] or 0 for row in rows if row is not None)


def present(rows: Sequence[Row | None]) -> int | None:
    """Months without a row do not count; an empty cell is unknown."""
    values = [row[0] for row in rows if row is not None]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def mean(rows: Sequence[Row | None]) -> Decimal | None:
    """A month weighs as much as its surveys; one without any does not count, whatever else it says."""
    counting = [(row[2], row[1]) for row in rows if row is not None and row[1]]
    if not counting or any(csat is None for csat, _ in counting):
        return None
    total = sum(((csat or Fraction(0)) * surveys for csat, surveys in counting), Fraction(0))
    exact = total / sum(surveys for _, surveys in counting)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.0001"), ROUND_HALF_UP)


@settings(max_examples=draws(60), deadline=None)
@given(st.lists(ROWS, min_size=6, max_size=6))
def test_a_quarter_comes_to_what_plain_python_makes_of_its_months(months: list[Row | None]) -> None:
    rows: list[dict[str, object]] = [
        {
            "agent": "A",
            "month": f"2026-{number:02}",
            "handled": row[0],
            "calls": row[0],
            "surveys": row[1],
            "csat": row[2],
        }
        for number, row in enumerate(months, start=1)
        if row is not None
    ]
    decisions = {made.period: made for made in POLICY.evaluate_all(rows)}

    for last, quarter in (("2026-03", months[:3]), ("2026-06", months[3:])):
        if quarter[-1] is None:
            assert last not in decisions
            continue
        mean_of_quarter = mean(quarter)
        expected = {
            "whole": whole(quarter),
            "present": present(quarter),
            "best": best(quarter),
            "average": None if mean_of_quarter is None else 10000 * mean_of_quarter,
        }
        assert {line.rule: line.final for line in decisions[last].lines} == expected
    assert all(not decisions[month].lines for month in decisions if month not in ("2026-03", "2026-06"))
