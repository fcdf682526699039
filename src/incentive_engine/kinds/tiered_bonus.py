"""The tiered bonus (阶梯奖励): money by the bands of a measure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from incentive_engine.kinds.interface import Built, Context, Result, Rule
from incentive_engine.kinds.ladder import Scale, is_by_rate, read_mode, read_scale
from incentive_engine.kinds.outline import condition_goals, measure_steps
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.statements.bonuses import tiered_bonus_statements
from incentive_engine.kinds.steps import Then, paid, taken_off
from incentive_engine.kinds.tiers import reached_band, read_ladder
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import FAULTY, MONEY, Value, dimensional
from incentive_engine.ruleset.bands import Mode, PayBand
from incentive_engine.ruleset.fields import Formula, Quantity
from incentive_engine.ruleset.nodes import Scalar


class TieredBonus(Rule):
    """Money by the bands of a measure."""

    kind: Literal["tiered_bonus"]
    """tiered_bonus"""
    measure: Formula
    """What decides about the band: a metric or a formula."""
    mode: Mode | None = None
    """slices: each band's rate applies to the part of the measure in it. whole: the rate of the band reached
    applies to the whole measure. fixed (with `pay`, unless said): the pay of the band reached. added: the pay
    of all bands up to the one reached."""
    tiers: Annotated[tuple[PayBand, ...], Field(strict=False, min_length=1)]
    """The bands, in order, upwards or downwards."""
    then: Then = ()
    """What is done to the amount before it is paid, from top to bottom."""

    @property
    def pays_by(self) -> tuple[Quantity, ...]:
        """Its measure."""
        return (self.measure,)

    @property
    def takes_off(self) -> tuple[Scalar, ...]:
        """What its steps take off."""
        return taken_off(self.then)

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says of itself in the handbook."""
        return tiered_bonus_statements(self)

    def build(self, context: Context) -> Built:
        """Return the bonus's meaning."""
        builder = context.builder
        condition = context.condition(self.when)
        measure = context.number(self.measure)
        scale = self._scale(context, measure)
        if scale is None:
            nothing = Result(Value(builder.unknown(), FAULTY))
            return Built(results={"band": nothing}, steps=(), pay=builder.unknown())
        told = builder.default(condition.value.node, builder.false)
        result = paid(context, scale.given(), self.then, condition.value.node, told)
        return Built(
            results={"band": Result(reached_band(builder, scale.ladder, f"{self.id}.band"))},
            steps=(
                *context.condition_steps(condition),
                *measure_steps(context, measure, told),
                *scale.steps(told),
                *result.steps,
            ),
            pay=result.node,
            goals=(
                *condition_goals(context, condition),
                scale.goal("tiers.goal", {}, told),
            ),
        )

    def _scale(self, context: Context, measure: Compiled) -> Scale | None:
        """Return the bands with their amounts, or None after a problem has been reported."""
        mode = read_mode(context, self.mode, self.tiers)
        ladder = read_ladder(context, measure, self.tiers, not_below_zero=mode == "slices")
        if mode is None:
            return None
        kind = measure.value.type
        by_rate = is_by_rate(mode)
        expected = dimensional(1 - kind.money, -kind.time) if by_rate else MONEY
        expect = [] if kind is FAULTY else [expected]
        amounts = [
            tuple(context.number(each, expect=expect) for each in band.rate or band.pay or ())
            for band in self.tiers
        ]
        if ladder is None or kind is FAULTY:
            return None
        amount_kind = expected if expected == MONEY else amounts[0][0].value.type
        return read_scale(context, ladder, mode, amounts, kind=MONEY, amount_kind=amount_kind)
