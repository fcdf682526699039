"""The lines of decisions and their totals: where everything that a decision shows stands in the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from incentive_engine.compile.building import BuiltRules
from incentive_engine.compile.clawing_back import owed_slot
from incentive_engine.compile.ground import Ground
from incentive_engine.compile.money import Finals, Money, rest_slot
from incentive_engine.compile.payout import Payout
from incentive_engine.compile.policy import PolicyLine
from incentive_engine.compile.recognising import with_recognition
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Built, Rule, Step


class Lines:
    """Makes the lines of all rules, in their order."""

    def __init__(self, ground: Ground, rules: BuiltRules, money: Money) -> None:
        self._ground = ground
        self._rules = rules
        self._money = money
        self._finals = money.finals(list(ground.rules))

    def lines(self) -> tuple[PolicyLine, ...]:
        """Return the lines, and keep for the next period what red lines could not take."""
        ground = self._ground
        finals = self._finals
        if ground.shape.total.carry_rest:
            for name, rest in finals.rests.items():
                owed = partial(self._still_owed, rest)
                ground.history.keep(rest_slot(name), ground.builder.constant(0), owed)
        lines = tuple(self._line(name, finals) for name in ground.rules)
        for line in lines:
            history = self._rules.context(str(line.rule.id)).history
            for slot, left in line.payout.left.items() if line.payout else ():
                history.leave(slot, ground.builder.constant(0), left)
        return lines

    def keep_what_was_paid(self, lines: Sequence[PolicyLine], floor_added: Node) -> None:
        """Keep for the next period what was paid, and what could not be taken back.

        The floor of the total puts back what there is too little to take from, and that is owed on where the
        rest is carried. Of several rules the first ones in their order wait first. What could not be judged
        changes nothing.
        """
        builder = self._ground.builder
        nothing = builder.constant(0)
        put_back: dict[str, Node] = {}
        left = floor_added
        for line in lines:
            name = str(line.rule.id)
            if line.rule.clawback is not None and line.payout is not None:
                rest = builder.default(builder.least(line.payout.taken, left), nothing)
                left = builder.subtract(left, rest)
                put_back[name] = rest
                if self._ground.shape.total.carry_rest:
                    owed = builder.choose(line.payout.settled, rest, line.payout.owed)
                    self._rules.context(name).history.leave(owed_slot(name), nothing, owed)
        self._money.keep_sums(self._finals, put_back)

    def _still_owed(self, rest: Node, carried: Node) -> Node:
        """Return what is owed after a period; what cannot be judged or has no snapshot changes nothing."""
        builder = self._ground.builder
        return builder.choose(builder.present(), builder.default(rest, carried), carried)

    def _line(self, name: str, finals: Finals) -> PolicyLine:
        builder, rule = self._ground.builder, self._ground.rules[name]
        built = with_recognition(self._rules.context(name), rule, self._rules.built(name))
        built = replace(built, steps=(*self._taking_the_place(rule), *built.steps))
        in_scope = self._rules.scope(name)
        surely_in = builder.default(in_scope, builder.false)
        ours = self._money.reach(name)
        if built.exempt:  # What it pays was earned before, what it is recognised for is of this period.
            kept = builder.opposite(ours.voided)
            recognitions = (
                replace(each, when=builder.all_of(kept, each.when)) for each in built.recognitions
            )
            built = replace(built, recognitions=tuple(recognitions))
        # Of what is exempt the credits may still be held.
        voided = builder.all_of(
            surely_in, ours.voided if _gives(built) and not built.exempt else builder.false
        )
        waits = self._rules.waits(name, rule.id.span)
        held = builder.all_of(surely_in, ours.held if _gives(built) else waits)
        limits = self._money.limits(name) if built.pay is not None else ()
        decisive = [*_decisive(built), *(limit.left for limit in limits)]
        unknowns = [builder.opposite(builder.known(node)) for node in decisive]
        undecided = builder.all_of(
            surely_in, builder.opposite(voided), builder.opposite(held), builder.any_of(*unknowns)
        )
        review = self._rules.review(name, rule.id.span)
        line = PolicyLine(
            rule=rule,
            built=built,
            in_scope=in_scope,
            amount=built.pay,
            final=finals.lines.get(name),
            credits=built.credits,
            voided=voided,
            held=held,
            undetermined=builder.any_of(builder.opposite(builder.known(in_scope)), undecided),
            voided_by=ours.voided_by,
            held_by=ours.held_by,
            kept=ours.kept,
            deductions=finals.taken.get(name, ()),
            limits=limits,
            waits=None if rule.hold_when is None else waits,
            holding=(waits, ours.held),
            review=_why_it_waits(self._rules.context(name).condition_steps(review)),
        )
        payout = self._money.payout(name, finals)
        return line if payout is None else self._paid_when(line, payout)

    def _paid_when(self, line: PolicyLine, payout: Payout) -> PolicyLine:
        """Return the line of a rule that pays later or takes back, also from those who left its scope."""
        builder = self._ground.builder
        assert line.amount is not None  # noqa: S101 -- only money is paid later; this tells mypy so
        moves_unknown = builder.opposite(builder.known(builder.add(payout.released, payout.taken)))
        return replace(
            line,
            built=replace(line.built, results={**line.built.results, **payout.results(line.rule)}),
            in_scope=builder.any_of(line.in_scope, payout.obliged),
            amount=builder.choose(line.in_scope, line.amount, builder.constant(0)),
            final=payout.final,
            undetermined=builder.any_of(line.undetermined, moves_unknown),
            applies=line.in_scope,
            payout=payout,
        )

    def _taking_the_place(self, rule: Rule) -> tuple[Step, ...]:
        """Return the steps that tell which rules a rule takes the place of."""
        return tuple(
            Step("line.instead_of", {"title": self._ground.rules[other].shown_title}, other.span)
            for other in rule.instead_of
            if other in self._ground.rules
        )


def totals(ground: Ground, lines: Sequence[PolicyLine], floor: Fraction | None) -> Mapping[str, Node]:
    """Return the nodes of the total, by their names in `Policy`; `floor` is the least that it can be."""
    builder = ground.builder
    zero = builder.constant(0)
    paid = [builder.default(line.final, zero) for line in lines if line.final is not None]
    lines_total = builder.add(*paid)
    held = builder.any_of(*(line.held for line in lines))
    # Who is in the scope of red lines and ceilings alone can earn nothing.
    giving = [line for line in lines if line.built.consequence is None and not line.rule.limited]
    scopes = [line.in_scope for line in giving]
    eligible = builder.any_of(*(builder.default(scope, builder.true) for scope in scopes))
    total = lines_total
    if floor is not None:  # A floor above zero never refills what is void or held.
        lifted = builder.all_of(
            eligible, builder.opposite(held), *(builder.opposite(line.voided) for line in lines)
        )
        least = builder.choose(lifted, builder.constant(floor), builder.constant(min(floor, Fraction(0))))
        total = builder.greatest(lines_total, least)
    return {
        "total": total,
        "floor_added": builder.subtract(total, lines_total),
        "held": held,
        "incomplete": builder.any_of(*(line.undetermined for line in lines)),
        "eligible": eligible,
    }


def _why_it_waits(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return those of a condition's steps that tell why a line waits: it holds, or nobody knows."""
    return tuple(step for step in steps if step.text != "condition.fails")


def _gives(built: Built) -> bool:
    """Whether a rule gives anything itself that red lines could take, not only results to others."""
    takeable = built.pay is not None and not built.exempt
    return takeable or built.credits is not None or bool(built.recognitions)


def _decisive(built: Built) -> list[Node]:
    """Return the values that have to be known for a line to be decided."""
    if built.consequence is not None:
        return [built.consequence.broken]
    given = [node for node in (built.pay, built.credits) if node is not None]
    given.extend(recognition.when for recognition in built.recognitions)
    return given or [result.value.node for result in list(built.results.values())[:1]]
