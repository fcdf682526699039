"""What becomes of the money of rules: what ceilings leave of it, and then red lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from incentive_engine.compile.building import BuiltRules
from incentive_engine.compile.context import OtherRules
from incentive_engine.compile.ground import Ground
from incentive_engine.compile.policy import Deduction, Limit
from incentive_engine.compile.red_lines import Reach, RedLine, deducted, is_named, reach, reaches
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Consequence, OtherRule
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Span


@dataclass(frozen=True, slots=True)
class Finals:
    """What is left of rules' pay, what deductions took of it, and what red lines could not take."""

    lines: dict[str, Node]
    taken: dict[str, tuple[Deduction, ...]]
    rests: dict[str, Node]


class Money:
    """Works out what ceilings and red lines leave of what rules pay."""

    def __init__(self, ground: Ground, rules: BuiltRules) -> None:
        self._ground = ground
        self._rules = rules

    # --- Before red lines

    def others(self, asking: str, names: Sequence[Scalar]) -> tuple[OtherRule, ...]:
        """Return the other rules that are named, with what they pay before red lines.

        A rule that waits for the one that asks is left out, which is reported.
        """
        return tuple(
            OtherRule(rule.id, rule.shown_title, self._paid(name, asking))
            for name, rule in self._ground.rules.items()
            if name != asking
            and is_named(rule, names)
            and not self._ground.namespace.is_cycle(name, rule.id.span)
        )

    def _paid(self, name: str, asking: str) -> Node | None:
        """Return what a rule pays before red lines, None for one without money; nothing out of its scope."""
        pay = self._rules.built(name).pay
        if pay is None:
            return None
        limits = self.limits(name, asking)
        left = limits[-1].left if limits else pay
        builder = self._ground.builder
        return builder.choose(self._rules.scope(name), left, builder.constant(0))

    def limits(self, name: str, asking: str = "") -> tuple[Limit, ...]:
        """Return what those that limit a rule leave of its pay, in rule order, up to the one that asks."""
        rules = self._ground.rules
        found: list[Limit] = []
        for other_name, other in rules.items():
            if not is_named(rules[name], other.limited):
                continue
            if other_name == asking:
                break
            if not self._ground.namespace.is_cycle(other_name, other.id.span):
                left = self._rules.built(other_name).left.get(name)
                if left is not None:
                    found.append(Limit(other.id, self._after_review(other_name, left)))
        return tuple(found)

    # --- After red lines

    def reach(self, name: str) -> Reach:
        """Return what the red lines that affect a rule do to it, before deductions."""
        waits = self._rules.waits(name, self._ground.rules[name].id.span)
        return reach(self._red_lines_over(name), waits, self._ground.builder)

    def after_red_lines(self, name: str, value: Node, places: int) -> Node:
        """Return what red lines leave of a value of a rule, before deductions."""
        return self.reach(name).left_of(value, self._ground.builder, places, self._ground.rounding)

    def final(self, name: str, at: Span) -> Node | None:
        """Return what is left of a rule's amount in the end; deductions look at the lines before it as well.

        It is None where it waits for what reads it, which is reported.
        """
        is_cycle = partial(self._ground.namespace.is_cycle, at=at)
        if is_cycle(f"{name}.final"):
            return None
        with self._ground.namespace.building(f"{name}.final"):
            needed = self._needed_for(name)
            return None if any(is_cycle(other) for other in needed) else self.finals(needed).lines[name]

    def finals(self, names: Sequence[str]) -> Finals:
        """Return what is left of the pay of rules, given in rule order, after all red lines."""
        ground, rules = self._ground, self._rules
        builder = ground.builder
        lines = {name: self._kept(name, pay) for name in names if (pay := rules.built(name).pay) is not None}
        taken: dict[str, list[Deduction]] = {name: [] for name in lines}
        rests: dict[str, Node] = {}
        for red_name, red_rule in ground.rules.items():
            affected = [
                name
                for name in lines
                if reaches(red_rule, ground.rules[name]) and not rules.built(name).exempt
            ]
            consequence = self._consequence(red_name) if affected else None
            if consequence is None or consequence.action != "deduct":
                continue
            carried = builder.carried(rest_slot(red_name), builder.constant(0))
            owed = carried if ground.shape.total.carry_rest else builder.constant(0)
            parts, rests[red_name] = deducted(RedLine(red_rule, consequence), lines, affected, owed, builder)
            for name, deduction in parts.items():
                taken[name].append(deduction)
        return Finals(lines, {name: tuple(parts) for name, parts in taken.items()}, rests)

    def _kept(self, name: str, pay: Node) -> Node:
        """Return a rule's pay after ceilings, void and keep; zero for agents out of its scope."""
        builder, limits = self._ground.builder, self.limits(name)
        before = limits[-1].left if limits else pay
        if self._rules.built(name).exempt:
            left = self._after_review(name, before)
        else:
            left = self.after_red_lines(name, before, self._ground.money_places)
        return builder.choose(self._rules.scope(name), left, builder.constant(0))

    def _needed_for(self, name: str) -> list[str]:
        """Return the rules, in their order, whose money decides what deductions leave of a rule.

        A deduction comes off the rules before it first, and another one may have come off those already.
        """
        rules = self._ground.rules
        names = list(rules)
        needed = {name}
        waiting = [name]
        while waiting:
            line = waiting.pop()
            deducting = [
                each.rule for each in self._red_lines_over(line) if each.consequence.action == "deduct"
            ]
            for other in names[: names.index(line)]:
                if other not in needed and any(reaches(each, rules[other]) for each in deducting):
                    needed.add(other)
                    waiting.append(other)
        return [each for each in names if each in needed]

    def _red_lines_over(self, name: str) -> list[RedLine]:
        """Return the red lines that reach a rule, in rule order."""
        rules = self._ground.rules
        found: list[RedLine] = []
        for other_name, other in rules.items():
            consequence = self._consequence(other_name) if reaches(other, rules[name]) else None
            if consequence is not None:
                found.append(RedLine(other, consequence))
        return found

    def _consequence(self, name: str) -> Consequence | None:
        """Return a rule's consequence; for agents out of its scope nothing is broken.

        It is None where the rule has none, and where it waits for what it would act on, which is reported.
        """
        if self._ground.namespace.is_cycle(name, self._ground.rules[name].id.span):
            return None
        consequence = self._rules.built(name).consequence
        if consequence is None:
            return None
        # Nobody knows whether one is broken that a person has to look at first: it holds what it affects.
        broken = self._after_review(name, consequence.broken)
        return replace(consequence, broken=self._ground.builder.all_of(self._rules.scope(name), broken))

    def _after_review(self, name: str, value: Node) -> Node:
        """Return a value of a rule, unknown where its line waits for a person."""
        builder = self._ground.builder
        waits = self._rules.waits(name, self._ground.rules[name].id.span)
        return builder.choose(waits, builder.unknown(boolean=value.boolean), value)


def rest_slot(red_line: str) -> str:
    """Return the slot for what a red line could not deduct."""
    return f"{red_line}.rest"


def seen_by(name: str, money: Money) -> OtherRules:
    """Return what a rule sees of the others."""
    return OtherRules(partial(money.after_red_lines, name), partial(money.others, name))
