"""What several kinds say in the same way: conditions, the steps behind an amount, and bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from incentive_engine.kinds.statement import Grid, Money, Rules, Statement, Told
from incentive_engine.ruleset.fields import Formula, Quantity

if TYPE_CHECKING:
    from incentive_engine.kinds.steps import ThenStep
    from incentive_engine.ruleset.bands import Band

_ENDS = ("upto", "below")


def paid_where(condition: Formula | None) -> tuple[Statement, ...]:
    """Return the sentence that tells a rule's condition, where it has one."""
    return () if condition is None else (Statement("handbook.when", {"condition": condition}),)


def then_statements(then: Sequence[ThenStep]) -> tuple[Statement, ...]:
    """Return what is done to an amount before it is paid, in its order."""
    if not then:
        return ()
    return (Statement("handbook.then", parts=tuple(map(_then, then))),)


def _then(step: ThenStep) -> Statement:
    if step.less_paid is None:
        action, quantity = step.action
        operand: Told = quantity if action == "times" else Money(quantity)
        return Statement(f"handbook.then.{action}", {"operand": operand})
    rules: dict[str, Told] = {"rules": Rules(step.less_paid.rules)}
    if step.less_paid.per is None:
        return Statement("handbook.then.less_paid", rules)
    window = Statement(f"handbook.period.{step.less_paid.per}")
    return Statement("handbook.then.less_paid_per", {**rules, "window": window})


def band_grid(bands: Sequence[Band], gives: str, given: Callable[[Band], tuple[Told, ...]]) -> Grid:
    """Return bands as a table: what lies in each, and what it gives; `gives` is the heading of that."""
    named = any(band.name is not None for band in bands)
    rows = []
    for band, (low, high) in zip(bands, _both_ends(bands), strict=True):
        amounts = given(band)
        amount = amounts[0] if len(amounts) == 1 else _line(amounts)
        rows.append((*((str(band.name or ""),) if named else ()), _between(bands, low, high), amount))
    heads = ("handbook.column.band_name",) if named else ()
    return Grid((*heads, "handbook.column.band", gives), tuple(rows))


def _line(amounts: tuple[Told, ...]) -> Statement:
    return Statement("handbook.band.line", dict(zip(("one", "other"), amounts, strict=True)))


Ends = tuple[Quantity | None, Quantity | None]


def _both_ends(bands: Sequence[Band]) -> list[Ends]:
    """Return the lower and the upper limit of each band, None where it is open: neighbours share one."""
    own = [next(iter(band.limits.values()), None) for band in bands]
    by_end = _keyword(bands) in _ENDS
    upwards = by_end == (own[0] is not None) if len(bands) > 1 else by_end
    others = [*own[1:], None] if by_end != upwards else [None, *own[:-1]]
    return list(zip(others, own, strict=True)) if by_end else list(zip(own, others, strict=True))


def _keyword(bands: Sequence[Band]) -> str:
    return next((keyword for band in bands for keyword in band.limits), "upto")


def _between(bands: Sequence[Band], low: Quantity | None, high: Quantity | None) -> Statement:
    belongs_below = _keyword(bands) in ("upto", "above")
    values: dict[str, Told] = {}
    sides: list[str] = []
    if low is not None:
        sides.append("above" if belongs_below else "from")
        values["low"] = low
    if high is not None:
        sides.append("upto" if belongs_below else "below")
        values["high"] = high
    return Statement(f"handbook.band.{'_'.join(sides) or 'only'}", values)
