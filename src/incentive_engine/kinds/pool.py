"""The pool (奖金池): a budget that a group shares by weight, or a ceiling on what rules pay it together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import model_validator

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.groups import attribute_nodes, same_for_all
from incentive_engine.kinds.interface import Built, Context, Goal, Result, Rule, Shown, Step
from incentive_engine.kinds.lasting import written_values
from incentive_engine.kinds.others import paid_by
from incentive_engine.kinds.outline import condition_goals, surely
from incentive_engine.kinds.scaling import scaled
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.statements.others import pool_statements
from incentive_engine.kinds.tiers import span_of
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import COUNT, MONEY, Value
from incentive_engine.ruleset.fields import Names, Number, Quantity, Title, refuse
from incentive_engine.ruleset.nodes import Scalar


@dataclass(frozen=True, slots=True)
class _Group:
    """Who belongs to an agent's group, and what the group has.

    `within` are the values that all of a group have in common. `takes_part` is unknown of those of whom it
    cannot be told; `member` says of an agent that it surely takes part, and `left_out` counts those of the
    group of whom it cannot be told. `settled` is false where for their sake nothing is given yet. `money` is
    the group's, never below zero, and `money_steps` tell it.
    """

    within: tuple[Node, ...]
    condition: Compiled
    takes_part: Node
    member: Node
    left_out: Node
    settled: Node
    money: Node
    money_steps: tuple[Step, ...]


class Pool(Rule):
    """A budget that the members of a group share by weight, or a ceiling on what rules pay them together."""

    kind: Literal["pool"]
    """pool"""
    budget: Number | None = None
    """The money that each group shares, one value for all of it, as `10% * group_sum(revenue)`."""
    ceiling: Number | None = None
    """In place of `budget`: the most that the rules in `over` pay each group together, likewise one value."""
    over: Names = ()
    """With `ceiling`: the ids and tags of the rules whose pay is scaled down where together it is more."""
    within: Names = ()
    """The attributes whose values make the groups, as `team`; left out: everybody is in one group."""
    weight: Number | None = None
    """With `budget`: the formula in proportion to which the members share it; left out: equally."""
    if_unknown: Literal["leave_out", "hold_group"] = "leave_out"
    """What happens where somebody's part is unknown: they are left out, or all of their group is held."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        ceiling = None if self.ceiling is None else span_of(self.ceiling)
        if (self.budget is None) == (ceiling is None):
            raise refuse("IE3603", ceiling)
        if (ceiling is None) != (not self.over):
            raise refuse("IE3604", ceiling or self.over[0].span)
        if ceiling is not None and self.weight is not None:
            raise refuse("IE3605", span_of(self.weight))
        return self

    @property
    def limited(self) -> tuple[Scalar, ...]:
        """The ids and tags of the rules that the ceiling is over."""
        return self.over

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says of itself in the handbook."""
        return pool_statements(self)

    def build(self, context: Context) -> Built:
        """Return each member's share of the budget, or what the ceiling leaves of the other rules' pay."""
        if self.ceiling is not None:
            return self._under_ceiling(context, self.ceiling)
        assert self.budget is not None  # noqa: S101 -- one of the two is given; this tells mypy so
        return self._shares(context, self.budget)

    # --- A budget that is shared

    def _shares(self, context: Context, budget: Quantity) -> Built:
        builder = context.builder
        nothing = builder.constant(0)
        weight = None if self.weight is None else context.number(self.weight)
        weight_node = builder.constant(1) if weight is None else weight.value.node
        group = self._group(context, budget, builder.known(weight_node))
        counted = builder.greatest(nothing, weight_node)
        total = builder.over_peers("sum", counted, within=group.within, where=group.member)
        part = builder.apportion(
            group.money,
            weight_node,
            places=context.money_places,
            within=group.within,
            where=group.member,
        )
        # A budget that nobody has a weight in stays unspent.
        shared = builder.choose(builder.compare("==", total, nothing), nothing, part)
        given = builder.choose(group.settled, shared, builder.unknown())
        pay = builder.choose(group.takes_part, given, nothing)
        members = builder.over_peers("sum", builder.constant(1), within=group.within, where=group.member)
        return Built(
            results={
                "budget": Result(Value(group.money, MONEY)),
                "members": Result(Value(members, COUNT)),
            },
            steps=(
                *context.condition_steps(group.condition),
                *group.money_steps,
                *self._weight_steps(context, group, weight, counted, total, members),
                *self._left_out_steps(context, group),
                Step(
                    "pool.share",
                    {"pay": Shown(pay, MONEY)},
                    self.id.span,
                    surely(builder, builder.compare("<", nothing, pay)),
                ),
            ),
            pay=pay,
            goals=(*condition_goals(context, group.condition), Goal("pool.goal_more", pay)),
        )

    # --- A ceiling on what other rules pay

    def _under_ceiling(self, context: Context, ceiling: Quantity) -> Built:
        """Return what is left of the other rules' pay; what is below zero neither counts nor is scaled."""
        builder = context.builder
        nothing = builder.constant(0)
        paying = paid_by(context, self.over)
        claims = [builder.greatest(each.pay, nothing) for each in paying]
        claimed = builder.add(*claims)
        group = self._group(context, ceiling, builder.known(claimed))
        total = builder.over_peers("sum", claimed, within=group.within, where=group.member)
        exceeded = builder.compare("<", group.money, total)
        part = builder.apportion(
            group.money,
            claimed,
            places=context.money_places,
            within=group.within,
            where=group.member,
        )
        limited = builder.all_of(exceeded, builder.compare("<", nothing, claimed))
        left: dict[str, Node] = {}
        for each, cut in zip(paying, scaled(builder, part, claims, context.money_places), strict=True):
            under = builder.choose(limited, builder.add(cut, builder.least(each.pay, nothing)), each.pay)
            given = builder.choose(group.settled, under, builder.unknown())
            left[str(each.rule)] = builder.choose(group.takes_part, given, each.pay)
        members = builder.over_peers("sum", builder.constant(1), within=group.within, where=group.member)
        return Built(
            results={
                "ceiling": Result(Value(group.money, MONEY)),
                "total": Result(Value(total, MONEY)),
                "members": Result(Value(members, COUNT)),
            },
            steps=(
                *context.condition_steps(group.condition),
                *group.money_steps,
                *self._ceiling_steps(context, group, total, exceeded),
                Step(
                    "pool.own",
                    {"own": Shown(claimed, MONEY)},
                    self.id.span,
                    group.member,
                    tuple(each.step for each in paying),
                ),
                *self._left_out_steps(context, group),
            ),
            left=left,
        )

    def _ceiling_steps(
        self, context: Context, group: _Group, total: Node, exceeded: Node
    ) -> tuple[Step, ...]:
        """Tell whether the ceiling is passed."""
        builder, span = context.builder, self.id.span
        values = {"total": Shown(total, MONEY), "ceiling": Shown(group.money, MONEY)}
        return tuple(
            Step(f"pool.{code}", values, span, builder.all_of(group.member, surely(builder, when)))
            for code, when in (("exceeded", exceeded), ("kept", builder.opposite(exceeded)))
        )

    # --- The group

    def _group(self, context: Context, quantity: Quantity, can_be_told: Node) -> _Group:
        """Return the agent's group, of whose members what decides about their part is known."""
        builder = context.builder
        nothing = builder.constant(0)
        within = attribute_nodes(context, self.within)
        condition = context.condition(self.when)
        takes_part = builder.choose(
            builder.all_of(context.in_scope, condition.value.node),
            builder.choose(can_be_told, builder.true, builder.unknown(boolean=True)),
            builder.false,
        )
        untold = builder.opposite(builder.known(takes_part))
        left_out = builder.over_peers("sum", builder.constant(1), within=within, where=untold)
        settled = builder.true
        if self.if_unknown == "hold_group":
            settled = builder.compare("==", left_out, nothing)
        money, money_steps = self._money(context, quantity, within)
        return _Group(
            within,
            condition,
            takes_part,
            surely(builder, takes_part),
            left_out,
            settled,
            money,
            money_steps,
        )

    def _money(
        self, context: Context, quantity: Quantity, within: tuple[Node, ...]
    ) -> tuple[Node, tuple[Step, ...]]:
        """Return the group's money and the step that tells it; a formula below zero means zero."""
        builder = context.builder
        compiled = context.number(quantity, expect=[MONEY], places=context.money_places)
        text = str(compiled.text)
        if not same_for_all(compiled.value.node, within, context.facts_in_common(self.within)):
            context.problem("IE3601", compiled.text, text=text)
        if any(value < 0 for value in written_values(compiled.value.node)):
            context.problem("IE3602", compiled.text, text=text)
        money = builder.greatest(compiled.value.node, builder.constant(0))
        values = {"money": Shown(money, MONEY)}
        code = "pool.budget" if self.ceiling is None else "pool.ceiling"
        return money, (Step(code, values, compiled.text.span, None, context.steps(compiled)),)

    def _weight_steps(
        self,
        context: Context,
        group: _Group,
        weight: Compiled | None,
        counted: Node,
        total: Node,
        members: Node,
    ) -> tuple[Step, ...]:
        """Tell what the agent's share is measured by."""
        builder, span = context.builder, self.id.span
        nothing = builder.constant(0)
        if weight is None:
            return (Step("pool.equally", {"members": Shown(members, COUNT)}, span, group.member),)
        values: dict[str, Shown | Title | str] = {
            "formula": str(weight.text),
            "weight": Shown(weight.value.node, weight.value.type),
            "total": Shown(total, weight.value.type),
        }
        parts = context.steps(weight)
        applies = surely(builder, builder.all_of(context.in_scope, group.condition.value.node))
        unknown = builder.opposite(builder.known(weight.value.node))
        nobody = surely(builder, builder.compare("==", total, nothing))
        none = builder.all_of(group.member, builder.compare("==", counted, nothing), builder.opposite(nobody))
        steps: tuple[tuple[str, Node], ...] = (
            ("weight", group.member),
            ("weight_unknown", builder.all_of(applies, unknown)),
            ("no_weight", surely(builder, none)),
            ("nobodys", nobody),
        )
        return tuple(
            Step(f"pool.{code}", values, weight.text.span, when, parts if code.startswith("weight") else ())
            for code, when in steps
        )

    def _left_out_steps(self, context: Context, group: _Group) -> tuple[Step, ...]:
        builder = context.builder
        some = surely(builder, builder.compare("<", builder.constant(0), group.left_out))
        values: Mapping[str, Shown] = {"count": Shown(group.left_out, COUNT)}
        return (Step(f"pool.{self.if_unknown}", values, self.id.span, some),)
