"""The bonus (奖金): money by a formula."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from incentive_engine.kinds.interface import Built, Context, Rule, Shown, Step
from incentive_engine.kinds.outline import condition_goals
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.statements.bonuses import bonus_statements
from incentive_engine.kinds.steps import Then, paid, taken_off
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.fields import Number, Quantity, refuse
from incentive_engine.ruleset.nodes import Scalar


class Bonus(Rule):
    """Money by a formula."""

    kind: Literal["bonus"]
    """bonus"""
    pay: Number | None = None
    """The money, as a number or a formula; left out: recognition only."""
    then: Then = ()
    """What is done to the amount before it is paid, from top to bottom."""

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.pay is None and not self.recognise:
            raise refuse("IE3062")
        if self.pay is None and self.then:
            raise refuse("IE3063")
        return self

    @property
    def pays_by(self) -> tuple[Quantity, ...]:
        """What it pays, before the steps."""
        return () if self.pay is None else (self.pay,)

    @property
    def takes_off(self) -> tuple[Scalar, ...]:
        """What its steps take off."""
        return taken_off(self.then)

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says of itself in the handbook."""
        return bonus_statements(self)

    def build(self, context: Context) -> Built:
        """Return the bonus's meaning."""
        builder = context.builder
        condition = context.condition(self.when)
        if self.pay is None:
            steps = context.condition_steps(condition)
            return Built(results={}, steps=steps, goals=condition_goals(context, condition))
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
