"""The policy of `policy.yaml` by hand: in Decimal, as a service would, and in Fraction, as the oracle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

JsonRow = Mapping[str, str | int | float]
"""A row as a JSON reader gives it."""
DecimalRow = Mapping[str, Decimal]

_NUMBERS = (
    "base_salary",
    "handled",
    "complexity",
    "csat",
    "first_response",
    "compliance",
    "late_count",
    "pii_breaches",
)

# Constants are made once, as whoever writes for speed does.
_0, _1, _2, _3 = (Decimal(number) for number in range(4))
_CSAT_ZERO, _CSAT_WIDTH, _CSAT_WEIGHT = Decimal("0.70"), Decimal("0.25"), Decimal("0.5")
_RESPONSE_ZERO, _RESPONSE_WIDTH, _RESPONSE_WEIGHT = Decimal(300), Decimal(270), Decimal("0.3")
_COMPLIANCE_ZERO, _COMPLIANCE_WIDTH, _COMPLIANCE_WEIGHT = Decimal("0.90"), Decimal("0.10"), Decimal("0.2")
_COMPLIANCE_FLOOR, _KEPT = Decimal("0.95"), Decimal("0.5")
_FIRST_BAND, _SECOND_BAND, _THIRD_BAND = Decimal(500), Decimal(1000), Decimal(1500)
_SECOND_RATE, _THIRD_RATE, _LAST_RATE = Decimal("1.50"), Decimal("2.25"), Decimal(3)
_SECOND_FULL, _THIRD_FULL = Decimal(750), Decimal(1875)
_CAP = Decimal("0.30")
_FAIR, _GOOD, _BEST = Decimal(70), Decimal(80), Decimal(90)
_FAIR_PAY, _GOOD_PAY, _BEST_PAY = Decimal(200), Decimal(500), Decimal(900)
_PUNCTUALITY_PAY, _LATENESS = Decimal(200), Decimal(50)
_POINT, _CENT, _HUNDRED = Decimal("0.000001"), Decimal("0.01"), Decimal(100)


def decimal_row(row: JsonRow) -> dict[str, Decimal]:
    """Return the numbers of a row as decimals, each the shortest that prints as the number does."""
    return {name: Decimal(str(row[name])) for name in _NUMBERS}


def decimal_total(row: DecimalRow) -> Decimal:
    """Return what the policy pays, with no check of the row and no explanation."""
    csat = min(max((row["csat"] - _CSAT_ZERO) / _CSAT_WIDTH, _0), _1) * _HUNDRED
    response = min(max((_RESPONSE_ZERO - row["first_response"]) / _RESPONSE_WIDTH, _0), _1) * _HUNDRED
    process = min(max((row["compliance"] - _COMPLIANCE_ZERO) / _COMPLIANCE_WIDTH, _0), _1) * _HUNDRED
    points = (
        csat.quantize(_POINT, ROUND_HALF_UP) * _CSAT_WEIGHT
        + response.quantize(_POINT, ROUND_HALF_UP) * _RESPONSE_WEIGHT
        + process.quantize(_POINT, ROUND_HALF_UP) * _COMPLIANCE_WEIGHT
    )
    score = points.quantize(_POINT, ROUND_HALF_UP).quantize(_CENT, ROUND_HALF_UP)

    workload = row["handled"] * row["complexity"]
    if workload <= _FIRST_BAND:
        slices = _0
    elif workload <= _SECOND_BAND:
        slices = (workload - _FIRST_BAND) * _SECOND_RATE
    elif workload <= _THIRD_BAND:
        slices = _SECOND_FULL + (workload - _SECOND_BAND) * _THIRD_RATE
    else:
        slices = _THIRD_FULL + (workload - _THIRD_BAND) * _LAST_RATE
    volume = min(slices * score / _HUNDRED, row["base_salary"] * _CAP).quantize(_CENT, ROUND_HALF_UP)

    if score < _FAIR:
        quality = _0
    elif score < _GOOD:
        quality = _FAIR_PAY
    elif score < _BEST:
        quality = _GOOD_PAY
    else:
        quality = _BEST_PAY

    if row["pii_breaches"] > _0:
        return _0
    if row["compliance"] < _COMPLIANCE_FLOOR:
        volume = (volume * _KEPT).quantize(_CENT, ROUND_HALF_UP)
        quality = (quality * _KEPT).quantize(_CENT, ROUND_HALF_UP)
    total = volume + quality + (_PUNCTUALITY_PAY if row["late_count"] <= _0 else _0)
    if row["late_count"] >= _3:
        total = max(total - _LATENESS * (row["late_count"] - _2), _0)
    return total


def cents(row: JsonRow) -> int:
    """Return what the policy pays in cents, worked out on fractions: the reference for all others."""
    value = {name: Fraction(str(row[name])) for name in _NUMBERS}
    points = {
        "csat": _points(value["csat"], Fraction("0.70"), Fraction("0.95")),
        "first_response": _points(value["first_response"], Fraction(300), Fraction(30)),
        "compliance": _points(value["compliance"], Fraction("0.90"), Fraction(1)),
    }
    shares = {"csat": Fraction(1, 2), "first_response": Fraction(3, 10), "compliance": Fraction(1, 5)}
    weighted = sum((shares[name] * points[name] for name in points), Fraction(0))
    score = _rounded(_rounded(weighted, 6), 2)

    workload = value["handled"] * value["complexity"]
    bands = ((500, "0"), (1000, "1.50"), (1500, "2.25"), (math.inf, "3"))
    slices, start = Fraction(0), Fraction(0)
    for end, rate in bands:
        if workload > start:
            inside = (workload if end == math.inf else min(workload, Fraction(end))) - start
            slices += inside * Fraction(rate)
            start = Fraction(end) if end != math.inf else workload
    volume = _rounded(min(slices * score / 100, Fraction(3, 10) * value["base_salary"]), 2)
    reached = [pay for least, pay in ((0, 0), (70, 200), (80, 500), (90, 900)) if score >= least]
    quality = Fraction(reached[-1])
    punctuality = Fraction(200 if value["late_count"] <= 0 else 0)

    if value["pii_breaches"] > 0:
        return 0
    if value["compliance"] < Fraction("0.95"):
        volume, quality = _rounded(volume / 2, 2), _rounded(quality / 2, 2)
    late_days = value["late_count"] - 2
    deduction = 50 * max(late_days, Fraction(0))
    return int(100 * max(volume + quality + punctuality - deduction, Fraction(0)))


def _points(value: Fraction, zero_at: Fraction, full_at: Fraction) -> Fraction:
    share = (value - zero_at) / (full_at - zero_at)
    return _rounded(100 * min(max(share, Fraction(0)), Fraction(1)), 6)


def _rounded(value: Fraction, places: int) -> Fraction:
    """Round half away from zero."""
    steps = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Fraction(steps if value >= 0 else -steps, 10**places)
