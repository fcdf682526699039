"""Adjustments (调整项): corrections by hand, accounts over the periods, draws and guarantees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Constant, Input, Node, Product, Round
from incentive_engine.kinds.interface import Built, Context, Result, Rule, Shown, Step
from incentive_engine.kinds.keeping import keep, kept_before
from incentive_engine.kinds.lasting import written_values
from incentive_engine.kinds.others import paid_by
from incentive_engine.kinds.outline import condition_goals, surely, told_where
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.statements.others import adjustment_statements
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import MONEY, TEXT, Value
from incentive_engine.ruleset.fields import Name, Number, Shape, SomeNames, Title, Words, refuse
from incentive_engine.ruleset.nodes import Table
from incentive_engine.ruleset.problems import Span

_BALANCE = "balance"
# What formulas read of every rule that pays.
_TAKEN = ("amount", "final")


class Assured(Shape):
    """Money that is assured, and what is earned towards it."""

    pay: Number
    """The money that is assured in a period."""
    of: SomeNames
    """The ids and tags of the rules whose pay counts towards it, before red lines."""


class ReasonGiven(Shape):
    """A reason that comes with the data."""

    attribute: Name
    """The attribute, a text, that says the reason of each agent's line."""


def _form(value: object) -> str:
    return "given" if isinstance(value, Table) and "attribute" in value else "written"


Reason = Annotated[
    Annotated[Words, Tag("written")] | Annotated[ReasonGiven, Tag("given")], Discriminator(_form)
]


@dataclass(frozen=True, slots=True)
class _Money:
    """What an adjustment comes to where its condition holds: the money, what is kept, and what tells both."""

    pay: Node
    steps: tuple[Step, ...]
    kept: Mapping[str, Node] = field(default_factory=dict)


class Adjustment(Rule):
    """Money beside what is earned, which red lines do not affect."""

    kind: Literal["adjustment"]
    """adjustment"""
    pay: Number | None = None
    """The money; less than nothing takes it off."""
    keeps: dict[Name, Number] = Field(default_factory=dict)
    """Money that is kept for the next period, by name: `previous(id.name)` reads it back, zero at first."""
    draw: Assured | None = None
    """In place of `pay`: an advance up to an amount, which later periods pay back; `balance` is kept."""
    guarantee: Assured | None = None
    """In place of `pay`: what is missing up to an amount, which is not paid back."""
    reason: Reason | None = None
    """Why the line is there, in free words or as `{attribute: correction_reason}`; needed where `pay` is an
    amount of the data."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if [self.pay, self.draw, self.guarantee].count(None) != 2:  # noqa: PLR2004 -- all of the three but one
            raise refuse("IE3701")
        if self.keeps and self.pay is None:
            raise refuse("IE3702", next(iter(self.keeps)).span)
        for name in self.keeps:
            if name in _TAKEN:
                raise refuse("IE3703", name.span, name=str(name))
        return self

    @property
    def keeps_names(self) -> tuple[str, ...]:
        """The names of the money that the adjustment keeps."""
        return (_BALANCE,) if self.draw is not None else tuple(map(str, self.keeps))

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says of itself in the handbook."""
        return adjustment_statements(self)

    def build(self, context: Context) -> Built:
        """Return the adjustment's meaning."""
        builder = context.builder
        condition = context.condition(self.when)
        money = self._money(context)
        reason, reason_steps = self._reasoned(context, money.pay)
        told = builder.default(condition.value.node, builder.false)
        kept = {
            name: builder.choose(condition.value.node, node, kept_before(builder, str(self.id), name))
            for name, node in money.kept.items()
        }
        for name, node in kept.items():
            keep(context, str(self.id), name, node)
        return Built(
            results={name: Result(Value(node, MONEY)) for name, node in kept.items()},
            steps=(
                *context.condition_steps(condition),
                *told_where(builder, told, (*money.steps, *reason_steps)),
            ),
            pay=builder.choose(condition.value.node, reason, builder.constant(0)),
            exempt=True,
            goals=condition_goals(context, condition),
        )

    def _money(self, context: Context) -> _Money:
        if self.draw is not None:
            return self._drawn(context, self.draw)
        if self.guarantee is not None:
            return _guaranteed(context, self.guarantee)
        assert self.pay is not None  # noqa: S101 -- one of the three is given; this tells mypy so
        pay = context.number(self.pay, expect=[MONEY], places=context.money_places)
        if self.reason is None and _is_from_data(pay.value.node):
            context.problem("IE3704", pay.text, text=str(pay.text))
        amount: dict[str, Shown | Title | str] = {
            "formula": str(pay.text),
            "amount": Shown(pay.value.node, MONEY),
        }
        kept = {
            str(name): context.number(formula, expect=[MONEY], places=context.money_places)
            for name, formula in self.keeps.items()
        }
        return _Money(
            pay.value.node,
            (
                Step("adjustment.pay", amount, pay.text.span, None, context.steps(pay)),
                *(self._kept_step(context, name, formula) for name, formula in kept.items()),
            ),
            {name: formula.value.node for name, formula in kept.items()},
        )

    def _kept_step(self, context: Context, name: str, formula: Compiled) -> Step:
        values: dict[str, Shown | Title | str] = {
            "name": name,
            "formula": str(formula.text),
            "before": Shown(kept_before(context.builder, str(self.id), name), MONEY),
            "after": Shown(formula.value.node, MONEY),
        }
        return Step("adjustment.kept", values, formula.text.span, None, context.steps(formula))

    # --- Draws

    def _drawn(self, context: Context, draw: Assured) -> _Money:
        """Return an advance up to an amount, and the balance: what is below zero is paid back later."""
        builder = context.builder
        nothing = builder.constant(0)
        assured, earned, steps = _assured(context, draw, "adjustment.draw")
        owed = builder.least(kept_before(builder, str(self.id), _BALANCE), nothing)
        available = builder.add(earned, owed)
        balance = builder.subtract(available, assured)
        pay = builder.subtract(builder.greatest(assured, available), earned)
        span = draw.of[0].span
        return _Money(
            pay,
            (
                *steps,
                *_signed_steps(builder, span, owed, below="adjustment.owed_before"),
                *_signed_steps(builder, span, pay, above="adjustment.advanced", below="adjustment.recovered"),
                *_signed_steps(builder, span, balance, below="adjustment.owed"),
            ),
            {_BALANCE: balance},
        )

    # --- Reasons

    def _reasoned(self, context: Context, pay: Node) -> tuple[Node, tuple[Step, ...]]:
        """Return the money, unknown where its reason has to come with the data and does not."""
        builder = context.builder
        if self.reason is None:
            return pay, ()
        if isinstance(self.reason, Title):
            return pay, (Step("adjustment.reason", {"reason": self.reason}, self.id.span),)
        reason = context.attribute(self.reason.attribute)
        if reason is None:
            return pay, ()
        if reason.type != TEXT:
            name = self.reason.attribute
            context.problem("IE3705", name, name=str(name), type=str(reason.type))
        nothing = builder.constant(0)
        given = builder.known(reason.node)
        asked = builder.choose(given, nothing, builder.unknown())
        needed = builder.compare("!=", pay, nothing)
        span = self.reason.attribute.span
        return builder.add(pay, builder.choose(needed, asked, nothing)), (
            Step("adjustment.reason", {"reason": Shown(reason.node, TEXT)}, span, given),
            Step(
                "adjustment.reason_missing",
                {},
                span,
                builder.all_of(surely(builder, needed), builder.opposite(given)),
            ),
        )


def _guaranteed(context: Context, guarantee: Assured) -> _Money:
    """Return what is missing up to an amount."""
    builder = context.builder
    nothing = builder.constant(0)
    assured, earned, steps = _assured(context, guarantee, "adjustment.guarantee")
    pay = builder.greatest(nothing, builder.subtract(assured, earned))
    span = guarantee.of[0].span
    reached = surely(builder, builder.compare("==", pay, nothing))
    return _Money(
        pay,
        (
            *steps,
            *_signed_steps(builder, span, pay, above="adjustment.topped_up"),
            Step("adjustment.reached", {}, span, reached),
        ),
    )


def _assured(context: Context, assured: Assured, code: str) -> tuple[Node, Node, tuple[Step, ...]]:
    """Return the money that is assured, what is earned towards it, and the steps that tell both."""
    builder = context.builder
    amount = context.number(assured.pay, expect=[MONEY], places=context.money_places)
    if any(value < 0 for value in written_values(amount.value.node)):
        context.problem("IE3706", amount.text, text=str(amount.text))
    # A formula that falls below zero assures nothing.
    least = builder.greatest(amount.value.node, builder.constant(0))
    paying = paid_by(context, assured.of)
    earned = builder.add(*(each.pay for each in paying))
    parts = tuple(each.step for each in paying)
    return (
        least,
        earned,
        (
            Step(code, {"amount": Shown(least, MONEY)}, amount.text.span, None, context.steps(amount)),
            Step("adjustment.earned", {"earned": Shown(earned, MONEY)}, assured.of[0].span, None, parts),
        ),
    )


def _signed_steps(
    builder: Builder, span: Span, amount: Node, *, above: str | None = None, below: str | None = None
) -> tuple[Step, ...]:
    """Return the steps that tell an amount above zero, and one below zero by its size."""
    nothing = builder.constant(0)
    sides = ((above, amount), (below, builder.negative(amount)))
    return tuple(
        Step(code, {"amount": Shown(size, MONEY)}, span, surely(builder, builder.compare("<", nothing, size)))
        for code, size in sides
        if code is not None
    )


def _is_from_data(node: Node) -> bool:
    """Whether an amount is a number of the snapshot as it is, perhaps rounded or with the other sign."""
    match node:
        case Round(value=value) | Product(factors=(Constant(value=-1), value)):
            return _is_from_data(value)
    return isinstance(node, Input)
