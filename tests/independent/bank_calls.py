"""The bank's ruleset with a check on short calls, written by hand in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tests.independent.arithmetic import (
    Number,
    Row,
    Truth,
    at_least,
    cents,
    more_than,
    number,
    opposite,
    slices,
    times,
)
from tests.independent.outcome import Decided, Key, Line, paid_outcome, red_line_outcome, whole

RESULTS = {"hanging_up": ("broken",)}
BANDS = ((Fraction(800), Fraction(0)), (Fraction(1600), Fraction("0.40")), (None, Fraction("0.80")))


def decide(rows: Sequence[Row]) -> dict[Key, Decided]:
    """Return the decisions on all rows."""
    return {(row["agent_id"], row["month"]): whole(_lines(row)) for row in rows}


def _lines(row: Row) -> dict[str, Line]:
    calls = number(row["calls_handled"], 0)
    service_time = number(row["service_time_seconds_median"], 1) if at_least(calls, 50) else None
    short_calls = number(row["short_calls_under_10s_rate"], 4)
    base = number(row["repeat_call_7d_base"], 0)
    repeat_calls = number(row["repeat_call_7d_rate"], 4) if at_least(base, 50) else None

    kept = None
    if short_calls is not None:
        kept = min(max(1 - 5 * (short_calls - Fraction("0.05")), Fraction(0)), Fraction(1))
    amounts = {
        "volume": cents(times(None if calls is None else slices(calls, BANDS), kept)),
        "speed": _if(opposite(more_than(short_calls, Fraction("0.10"))), _speed(service_time)),
        "solved": _if(opposite(more_than(repeat_calls, Fraction("0.65"))), Fraction(120)),
    }
    broken = more_than(short_calls, Fraction("0.20"))
    lines = {}
    for rule, amount in amounts.items():
        final = Fraction(0) if broken else None if broken is None else amount
        outcome = paid_outcome(amount, final, voided=broken is True, held=broken is None)
        lines[rule] = Line(outcome, amount, final)
    return lines | {"hanging_up": Line(red_line_outcome(broken), results={"broken": broken})}


def _if(condition: Truth, pay: Number) -> Number:
    if condition is None:
        return None
    return pay if condition else Fraction(0)


def _speed(service_time: Number) -> Number:
    if service_time is None:
        return None
    return Fraction(400 if service_time < 90 else 200 if service_time < 120 else 0)
