"""The pool (奖金池): a budget that the members of a group share by weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.groups import attribute_nodes, same_for_all
from incentive_engine.kinds.interface import Built, Context, Goal, Result, Rule, Shown, Step
from incentive_engine.kinds.lasting import written_values
from incentive_engine.kinds.outline import condition_goals, surely
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import COUNT, MONEY, Value
from incentive_engine.ruleset.fields import Names, Number, Quantity, Title


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
    """A budget that the members of a group share by weight."""

    kind: Literal["pool"]
    """pool"""
    budget: Number
    """The money of each group, one value for all of it, as `10% * group_sum(revenue)`."""
    within: Names = ()
    """The attributes whose values make the groups, as `team`; left out: everybody is in one group."""
    weight: Number | None = None
    """The formula in proportion to which those for whom `when` holds share; left out: equally."""
    if_unknown: Literal["leave_out", "hold_group"] = "leave_out"
    """What happens where somebody's part is unknown: they are left out, or all of their group is held."""

    def build(self, context: Context) -> Built:
        """Return each member's share of the budget."""
        builder = context.builder
        nothing = builder.constant(0)
        weight = None if self.weight is None else context.number(self.weight)
        weight_node = builder.constant(1) if weight is None else weight.value.node
        group = self._group(context, self.budget, builder.known(weight_node))
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
        if not same_for_all(compiled.value.node, within):
            context.problem("IE3601", compiled.text, text=text)
        if any(value < 0 for value in written_values(compiled.value.node)):
            context.problem("IE3602", compiled.text, text=text)
        money = builder.greatest(compiled.value.node, builder.constant(0))
        values = {"money": Shown(money, MONEY)}
        return money, (Step("pool.budget", values, compiled.text.span, None, context.steps(compiled)),)

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
