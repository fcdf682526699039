"""The full-attendance bonus (全勤奖): money for a period without absences, and more for several in a row."""

from __future__ import annotations

from importlib import resources
from typing import ClassVar, Literal

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Built, Context, Goal, Result, Rule, Shown, Step
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import COUNT, MONEY, Value
from incentive_engine.ruleset.fields import Formula, Number

__all__ = ["AttendanceBonus"]


class AttendanceBonus(Rule):
    """Money for a period without absences, and more for several in a row."""

    kind: Literal["attendance_bonus"]
    """attendance_bonus"""
    absences: Formula
    """The absences of the period: a metric, or a formula."""
    forgiven: Number | None = None
    """How many absences do not count; none unless said."""
    pay: Number
    """The money for a period of full attendance."""
    more: Number | None = None
    """The money that each period in a row before this one adds."""
    cap: Number | None = None
    """The most that is paid; needed with `more`, which would grow without end."""

    texts: ClassVar[str] = resources.files(__name__).joinpath("texts.toml").read_text(encoding="utf-8")

    def build(self, context: Context) -> Built:
        """Return the bonus's meaning."""
        builder = context.builder
        if self.more is not None and self.cap is None:
            context.problem("ATTENDANCE_NO_CAP", self.id)
        condition = context.condition(self.when)
        absences = context.number(self.absences)
        forgiven = context.number(self.forgiven).value.node if self.forgiven else builder.constant(0)
        full = builder.compare("<=", absences.value.node, forgiven)
        before = self._periods_before(context, full)
        amount = builder.choose(full, self._amount(context, before), builder.constant(0))
        pay = builder.choose(condition.value.node, amount, builder.constant(0))
        in_a_row = builder.choose(full, builder.add(before, builder.constant(1)), builder.constant(0))
        shown = {
            "absences": Shown(absences.value.node, absences.value.type),
            "forgiven": Shown(forgiven, COUNT),
            "in_a_row": Shown(in_a_row, COUNT),
            "amount": Shown(amount, MONEY),
        }
        return Built(
            results={"in_a_row": Result(Value(in_a_row, COUNT))},
            steps=(
                *context.condition_steps(condition),
                *_told(context, condition, absences, full, shown),
            ),
            pay=pay,
            goals=(Goal("attendance_bonus.goal", builder.default(full, builder.false)),),
        )

    def _amount(self, context: Context, before: Node) -> Node:
        """Return the money for full attendance, rounded once."""
        builder = context.builder
        amount = context.number(self.pay, expect=[MONEY]).value.node
        if self.more is not None:
            more = context.number(self.more, expect=[MONEY]).value.node
            amount = builder.add(amount, builder.multiply(more, before))
        if self.cap is not None:
            amount = builder.least(amount, context.number(self.cap, expect=[MONEY]).value.node)
        return builder.round(amount, context.money_places, context.rounding)

    def _periods_before(self, context: Context, full: Node) -> Node:
        """Return how many periods in a row before this one had full attendance.

        A period without a snapshot, or out of the rule's scope, ends the row; where nobody knows the
        absences, nobody knows the row either, until an absence ends it for certain.
        """
        if self.more is None:
            return context.builder.constant(0)
        builder = context.builder
        nothing = builder.constant(0)
        counts = builder.all_of(builder.present(), context.in_scope)

        def next_period(before: Node) -> Node:
            row = builder.choose(full, builder.add(before, builder.constant(1)), nothing)
            return builder.choose(counts, row, nothing)

        return context.history.keep(f"{self.id}: in a row", nothing, next_period)


def _told(
    context: Context, condition: Compiled, absences: Compiled, full: Node, shown: dict[str, Shown]
) -> tuple[Step, ...]:
    """Return the steps that tell whether attendance was full, and what it gives."""
    builder = context.builder
    applies = builder.default(condition.value.node, builder.false)
    cases = {
        "full": builder.default(full, builder.false),
        "not_full": builder.default(builder.opposite(full), builder.false),
        "unknown": builder.opposite(builder.known(full)),
    }
    return tuple(
        Step(
            f"attendance_bonus.{code}",
            dict(shown),
            absences.text.span,
            builder.all_of(applies, when),
            context.steps(absences),
        )
        for code, when in cases.items()
    )
