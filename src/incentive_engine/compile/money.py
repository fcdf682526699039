"""What becomes of the money of rules: what ceilings leave of it, and then red lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from incentive_engine.compile.building import BuiltRules
from incentive_engine.compile.context import OtherRules
from incentive_engine.compile.ground import Ground
from incentive_engine.compile.paying_out import PayingOut
from incentive_engine.compile.payout import Payout
from incentive_engine.compile.policy import Deduction, Limit
from incentive_engine.compile.red_lines import Reach, RedLine, deducted, is_named, reach, reaches
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Consequence, OtherRule
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem, Span


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
        self._paying_out = PayingOut(ground, rules)
        self._sums: dict[tuple[str, str, Cadence], Node] = {}

    # --- Over windows of the calendar

    def earned_before(self, name: str, window: Cadence) -> Node:
        """Return what a rule has earned the agent since a window began, before this period.

        What is held counts as if it were paid: its place is kept.
        """
        return self._sum_before(name, "earned", window)

    def paid(self, asking: str, names: Sequence[Scalar], window: Cadence) -> tuple[OtherRule, ...]:
        """Return the rules that are named, with what they have paid since a window began.

        Of others this period counts as well, of the rule that asks the earlier ones. Unknown where something
        is held or could not be determined. A rule that waits for the one that asks is left out, which is
        reported.
        """
        found: list[OtherRule] = []
        for name, rule in self._ground.rules.items():
            if not is_named(rule, names):
                continue
            if name == asking and window is self._rules.context(asking).own_cadence is not Cadence.EVENT:
                for own in (each for each in names if each == name):
                    self._ground.report(Problem("IE3067", {"name": name}, own.span))
            elif name == asking:
                found.append(OtherRule(rule.id, rule.shown_title, self._sum_before(name, "paid", window)))
            elif not self._ground.namespace.is_cycle(name, rule.id.span):
                found.append(OtherRule(rule.id, rule.shown_title, self._paid_since(name, window)))
        return tuple(found)

    def _paid_since(self, name: str, window: Cadence) -> Node | None:
        """Return what a rule has paid since a window began, with this period; None for one without money."""
        rule = self._ground.rules[name]
        if self._rules.built(name).pay is None:
            return None
        final = self.final(name, rule.id.span)
        if final is None:
            return self._ground.builder.unknown()
        return self._ground.builder.add(self._sum_before(name, "paid", window), final)

    def _sum_before(self, name: str, what: Literal["earned", "paid"], window: Cadence) -> Node:
        builder = self._ground.builder
        if self._is_one_period(window):
            return builder.constant(0)
        key = (name, what, window)
        if key not in self._sums:
            carried = builder.carried(_sum_slot(*key), builder.constant(0))
            opens = self._ground.history.opens(window)
            self._sums[key] = builder.choose(opens, builder.constant(0), carried)
        return self._sums[key]

    def _is_one_period(self, window: Cadence) -> bool:
        """Whether a window is one period of the ruleset, before which there is nothing in it."""
        return window is self._ground.calendar.cadence is not Cadence.EVENT

    def keep_sums(self, finals: Finals, put_back: Mapping[str, Node]) -> None:
        """Leave to the next period what rules have earned and paid since windows began.

        `put_back` is what rules would have taken back, and the floor of the total has put back.
        """
        builder = self._ground.builder
        nothing = builder.constant(0)
        for (name, what, window), before in self._sums.items():
            if what == "paid":
                now = builder.add(self.paid_of(name, finals), put_back.get(name, nothing))
            else:
                now = self._reserved(name, finals)
            left = builder.choose(builder.present(), builder.add(before, now), before)
            self._ground.history.leave(_sum_slot(name, what, window), builder.constant(0), left)

    def _reserved(self, name: str, finals: Finals) -> Node:
        """Return what a rule earns in this period; of what is held or may not apply, all that it may."""
        builder = self._ground.builder
        in_scope = builder.default(self._rules.scope(name), builder.true)
        limits, pay = self.limits(name), self._rules.built(name).pay
        assert pay is not None  # noqa: S101 -- only what pays has a limit
        most = builder.choose(in_scope, limits[-1].left if limits else pay, builder.constant(0))
        return builder.default(finals.lines[name], most)

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
        if not self._ground.rules[asking].limited:  # Under a ceiling what waits for a person keeps its place.
            left = self._after_review(name, left)
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
                left = self._rules.built(other_name).left
                found.extend(
                    Limit(other.id, self._after_review(other_name, left[name])) for _ in left.keys() & {name}
                )
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
        finals = self._finals_for(name, at)
        return None if finals is None else self.paid_of(name, finals)

    def _finals_for(self, name: str, at: Span) -> Finals | None:
        is_cycle = partial(self._ground.namespace.is_cycle, at=at)
        if is_cycle(f"{name}.final"):
            return None
        with self._ground.namespace.building(f"{name}.final"):
            needed = self._needed_for(name)
            return None if any(is_cycle(other) for other in needed) else self.finals(needed)

    def payout(self, name: str, finals: Finals) -> Payout | None:
        """Return what of a rule's money is paid when; None for one that pays all at once."""
        earned = finals.lines.get(name)
        at = self._ground.rules[name].id.span
        return None if earned is None else self._paying_out.payout(name, earned, at)

    def paid_of(self, name: str, finals: Finals) -> Node:
        """Return what a rule with money pays in the end, as other rules read it.

        What is released of earlier periods is paid even where it is not known what this one gives; how much
        the rule pays in the end nobody knows before that.
        """
        earned, payout = finals.lines[name], self.payout(name, finals)
        if payout is None:
            return earned
        builder = self._ground.builder
        return builder.choose(builder.known(earned), payout.final, builder.unknown())

    def payout_of(self, name: str, at: Span) -> Payout | None:
        """Return what of a rule's money is paid when; None where it waits for what reads it."""
        finals = self._finals_for(name, at)
        return None if finals is None else self.payout(name, finals)

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


def _sum_slot(rule: str, what: str, window: Cadence) -> str:
    return f"{rule}: {what} since the start of the {window}"


def seen_by(name: str, money: Money) -> OtherRules:
    """Return what a rule sees of the others."""
    return OtherRules(
        partial(money.after_red_lines, name),
        partial(money.others, name),
        partial(money.paid, name),
        partial(money.earned_before, name),
    )
