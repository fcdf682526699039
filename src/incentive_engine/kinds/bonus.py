"""The bonus (奖金): money by a formula."""

from __future__ import annotations

from typing import Literal

from incentive_engine.kinds.interface import Built, Context, Rule, Shown, Step
from incentive_engine.kinds.outline import condition_goals
from incentive_engine.kinds.steps import Then, paid
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.fields import Number


class Bonus(Rule):
    """Money by a formula."""

    kind: Literal["bonus"]
    """bonus"""
    pay: Number
    """The money, as a number or a formula."""
    then: Then = ()
    """What is done to the amount before it is paid, from top to bottom."""

    def build(self, context: Context) -> Built:
        """Return the bonus's meaning."""
        builder = context.builder
        condition = context.condition(self.when)
        # With steps to come the amount is not rounded yet: a rule's amount is rounded once.
        pay = context.number(self.pay, expect=[MONEY], places=None if self.then else context.money_places)
        told = builder.default(condition.value.node, builder.false)
        result = paid(context, pay.value.node, self.then, condition.value.node, told)
        values: dict[str, Shown | str] = {
            "formula": str(pay.text),
            "amount": Shown(pay.value.node, MONEY),
        }
        return Built(
            results={},
            steps=(
                *context.condition_steps(condition),
                Step("bonus.pay", values, pay.text.span, told, context.steps(pay)),
                *result.steps,
            ),
            pay=result.node,
            goals=condition_goals(context, condition),
        )
