"""What is done to an amount before it is paid (`then:`): steps that run from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Context, Shown, Step
from incentive_engine.kinds.others import paid_already
from incentive_engine.kinds.outline import measure_steps
from incentive_engine.kinds.windows import WINDOW_TITLES, LessPaid, PaidAlready
from incentive_engine.language.types import MONEY, NUMBER
from incentive_engine.ruleset.fields import Number, Quantity, Shape, Title, refuse
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence, lies_in

Action = Literal["times", "cap", "floor", "plus"]


class ThenStep(Shape):
    """One step: exactly one of the five."""

    times: Number | None = None
    """What the amount is multiplied with, as `card.score / 100`."""
    cap: Number | None = None
    """The most that is left of the amount."""
    floor: Number | None = None
    """The least that the amount is lifted to."""
    plus: Number | None = None
    """Money that is added; less than nothing takes it off."""
    less_paid: LessPaid | None = None
    """Rules whose payments come off, as `[volume_bonus]` or `{rules: [volume_bonus], per: year}`."""

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        given = (self.times, self.cap, self.floor, self.plus, self.less_paid)
        if sum(each is not None for each in given) != 1:
            raise refuse("IE3250")
        return self

    @property
    def action(self) -> tuple[Action, Quantity]:
        """What is done, and with what; not for `less_paid`."""
        given: list[tuple[Action, Quantity | None]] = [
            ("times", self.times),
            ("cap", self.cap),
            ("floor", self.floor),
            ("plus", self.plus),
        ]
        return next((action, quantity) for action, quantity in given if quantity is not None)


Then = Annotated[tuple[ThenStep, ...], Field(strict=False)]


def taken_off(then: Sequence[ThenStep]) -> tuple[Scalar, ...]:
    """Return the ids and tags of the rules whose payments steps take off."""
    return tuple(name for step in then if step.less_paid is not None for name in step.less_paid.rules)


@dataclass(frozen=True, slots=True)
class Paid:
    """An amount of money as it is paid, and the steps that led to it."""

    node: Node
    steps: tuple[Step, ...]


def paid(context: Context, amount: Node, then: Sequence[ThenStep], condition: Node, told: Node) -> Paid:
    """Run the steps on an amount and round it once; where the condition fails nothing is paid.

    The steps are told where `told` is true.
    """
    builder = context.builder
    steps: list[Step] = []
    for step in then:
        amount, more = _run(context, amount, step, told)
        steps.extend(more)
    rounded = builder.round(amount, context.money_places, context.rounding)
    if rounded is not amount:
        changed = builder.all_of(told, builder.compare("!=", amount, rounded))
        values = {"after": Shown(rounded, MONEY)}
        steps.append(Step("then.rounded", values, None, changed))
    return Paid(builder.choose(condition, rounded, builder.constant(0)), tuple(steps))


def _run(context: Context, before: Node, step: ThenStep, told: Node) -> tuple[Node, tuple[Step, ...]]:
    """Return the amount after one step, and what is told of it."""
    if step.less_paid is not None:
        return _less_paid(context, before, step.less_paid, told)
    builder = context.builder
    action, quantity = step.action
    compiled = context.number(quantity, expect=[NUMBER if action == "times" else MONEY])
    operand, span = compiled.value.node, compiled.text.span
    after, acts = _acted(context, before, action, operand)
    shown = {
        "before": Shown(before, MONEY),
        "operand": Shown(operand, compiled.value.type if action == "times" else MONEY),
        "after": Shown(after, MONEY),
    }
    # A name tells where it comes from; of a formula what it comes to is told as well.
    is_formula = isinstance(quantity, Scalar) and compiled.reads
    parts = measure_steps(context, compiled, builder.true) if is_formula else context.steps(compiled)
    told_steps = [Step(f"then.{action}", shown, span, builder.all_of(told, acts), parts)]
    if action in ("cap", "floor"):
        idle = builder.all_of(told, builder.opposite(acts))
        told_steps.append(Step(f"then.{action}_idle", shown, span, idle, parts))
    return after, tuple(told_steps)


def _less_paid(
    context: Context, before: Node, already: PaidAlready, told: Node
) -> tuple[Node, tuple[Step, ...]]:
    """Return the amount without what rules have paid already, and what is told of it."""
    builder = context.builder
    first = already.rules[0]
    window = context.own_cadence if already.per is None else Cadence(already.per)
    if not lies_in(context.own_cadence, window):
        context.problem("IE3065", first, cadence=str(context.own_cadence), window=str(window))
        return before, ()
    paying = paid_already(context, already.rules, window)
    total = builder.add(*(each.pay for each in paying))
    after = builder.subtract(before, total)
    shown: dict[str, Shown | Title | str] = {
        "before": Shown(before, MONEY),
        "paid": Shown(total, MONEY),
        "after": Shown(after, MONEY),
        "window": WINDOW_TITLES[window],
    }
    parts = tuple(each.step for each in paying)
    known = builder.known(total)
    return after, (
        Step("then.less_paid", shown, first.span, builder.all_of(told, known), parts),
        Step(
            "then.less_paid_unknown", shown, first.span, builder.all_of(told, builder.opposite(known)), parts
        ),
    )


def _acted(context: Context, before: Node, action: Action, operand: Node) -> tuple[Node, Node]:
    """Return the amount after a step, and whether the step changes it at all."""
    builder = context.builder
    match action:
        case "times":
            return builder.multiply(before, operand), builder.true
        case "plus":
            return builder.add(before, operand), builder.true
        case "cap":
            return builder.least(before, operand), builder.compare("<", operand, before)
        case _:  # floor
            return builder.greatest(before, operand), builder.compare("<", before, operand)
