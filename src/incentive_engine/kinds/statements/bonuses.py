"""What bonuses and tiered bonuses say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from incentive_engine.kinds.statement import Money, Statement, Told
from incentive_engine.kinds.statements.common import band_grid, paid_where, then_statements

if TYPE_CHECKING:
    from incentive_engine.kinds.bonus import Bonus
    from incentive_engine.kinds.tiered_bonus import TieredBonus
    from incentive_engine.ruleset.bands import Band


def bonus_statements(rule: Bonus) -> tuple[Statement, ...]:
    """Return what a bonus pays, where, and what is done to it before."""
    pay = () if rule.pay is None else (Statement("handbook.bonus", {"pay": Money(rule.pay)}),)
    return (
        *paid_where(rule.when),
        *pay,
        *then_statements(rule.then),
    )


def tiered_bonus_statements(rule: TieredBonus) -> tuple[Statement, ...]:
    """Return what decides about the band, the bands, and what is done to the amount."""
    mode = rule.mode or "fixed"
    by_rate = mode in ("slices", "whole")
    gives = "handbook.column.rate" if by_rate else "handbook.column.pay"

    def given(band: Band) -> tuple[Told, ...]:
        return tuple(Money(each) for each in getattr(band, "rate", None) or getattr(band, "pay", None) or ())

    return (
        *paid_where(rule.when),
        Statement("handbook.tiered.measure", {"measure": rule.measure}),
        Statement(f"handbook.tiered.{mode}", grid=band_grid(rule.tiers, gives, given)),
        *then_statements(rule.then),
    )
