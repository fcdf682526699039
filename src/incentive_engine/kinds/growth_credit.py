"""Growth credits (成长积分): earned by learning and mentoring, kept as a balance, redeemed as money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import (
    Built,
    Context,
    Goal,
    Recognition,
    Result,
    Rule,
    Shown,
    Step,
)
from incentive_engine.kinds.lasting import Periods, written_values
from incentive_engine.kinds.recognition import ONE_RECOGNISED, Recognised, named_alone
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.statements.others import growth_credit_statements
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import CREDIT_PLACES, MONEY, NUMBER, Type, Value
from incentive_engine.ruleset.fields import (
    WORDS_FORMS,
    AlsoWritten,
    Formula,
    Number,
    Quantity,
    Shape,
    Title,
    YesNo,
    one_or_more_words,
)
from incentive_engine.ruleset.problems import Span


class Upto(Shape):
    """The most that one line earns in a period."""

    credits: Number
    """The most credits."""


class Earn(Shape):
    """One way to earn credits."""

    credits: Number
    """How many credits."""
    per: Number | None = None
    """For each of what they are earned, as `training_hours`; left out: once."""
    upto: Upto | None = None
    """The most that this line earns in a period, as `{credits: 600}`."""
    when: Formula | None = None
    """The condition under which it earns."""


class Redeem(Shape):
    """What the credits of the balance are worth when they are redeemed."""

    pay: Number
    """Money per credit."""
    when: Formula | None = None
    """The condition under which the whole balance is redeemed; left out: in every period."""


class Threshold(Recognised):
    """An outcome beyond money, of a balance or of what is earned."""

    at: Number | None = None
    """The balance from which on it is recognised; left out: where credits are earned or redeemed."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What one way to earn credits comes to, and the steps that tell it; only the sum of all is rounded."""

    earned: Node
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Balance:
    """A period's balance, before anything is redeemed.

    `carried` is what the earlier periods left, by its age, and `parts` what the balance consists of, both
    with the newest credits first; `parts` begin with this period's own. `slots` is where it is kept, and
    `uncapped` is the balance without a cap.
    """

    slots: tuple[str, ...]
    carried: tuple[Node, ...]
    expired: Node
    uncapped: Node
    parts: tuple[Node, ...]
    total: Node


@dataclass(frozen=True, slots=True)
class _Redemption:
    """Whether the balance is redeemed, and for how much; without `redeem` it never is."""

    happens: Node
    redeemed: Node
    rate: Node | None
    pay: Node | None
    steps: tuple[Step, ...]


class GrowthCredit(Rule):
    """Credits for learning, certificates and mentoring, with a balance that can be redeemed."""

    kind: Literal["growth_credit"]
    """growth_credit"""
    earn: Annotated[tuple[Earn, ...], Field(strict=False, min_length=1)]
    """The ways to earn credits; a period earns their sum, rounded to two places, and at least zero."""
    carry: YesNo | None = None
    """Whether what is not redeemed stays in the balance; yes where `expires_after` is given, else no."""
    expires_after: Periods | None = None
    """For how many periods a credit counts, the one in which it is earned included, as `12 months`."""
    cap: Number | None = None
    """The most that the balance can be; the oldest credits give way."""
    redeem: Redeem | None = None
    """What credits are worth in money; the whole balance is redeemed."""
    recognise: Annotated[
        tuple[Annotated[Threshold, BeforeValidator(named_alone), AlsoWritten(WORDS_FORMS)], ...],
        Field(strict=False),
        BeforeValidator(one_or_more_words),
        AlsoWritten(ONE_RECOGNISED),
    ] = ()
    """Balances that are recognised, in every period that reaches them, before anything is redeemed."""

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says of itself in the handbook."""
        return growth_credit_statements(self)

    def build(self, context: Context) -> Built:
        """Return what the rule earns, keeps and redeems."""
        builder = context.builder
        gate = context.condition(self.when)
        lines = [_line(context, line) for line in self.earn]
        total = builder.greatest(builder.constant(0), builder.add(*(line.earned for line in lines)))
        gated = builder.choose(gate.value.node, total, builder.constant(0))
        earned = builder.round(gated, CREDIT_PLACES, context.rounding)
        credited = context.after_red_lines(earned, CREDIT_PLACES)
        balance = self._balance(context, credited)
        redemption = self._redemption(context, balance.total)
        kept = self._keep(context, balance, redemption) if self._carries else None
        left = builder.subtract(balance.total, redemption.redeemed) if self._carries else builder.constant(0)
        thresholds = self._thresholds(context, balance.total)
        results = {
            "credits": credited,
            "balance": balance.total,
            "redeemed": redemption.redeemed,
            "left": left,
        }
        return Built(
            results={name: _nothing_outside(node, NUMBER) for name, node in results.items()}
            | ({"amount": _nothing_outside(redemption.pay, MONEY)} if redemption.pay else {}),
            steps=(
                *context.condition_steps(gate),
                *(step for line in lines for step in line.steps),
                *_earned_steps(builder, earned, credited, self.id.span),
                *self._balance_steps(builder, balance),
                *redemption.steps,
                *self._lapse_steps(builder, balance, redemption),
                *(step for _, step in thresholds),
            ),
            pay=redemption.pay,
            exempt=redemption.pay is not None,  # What is redeemed was earned, and reduced, before.
            credits=credited,
            owes=self._worth(context, kept, redemption),
            recognitions=tuple(recognition for recognition, _ in thresholds),
            goals=(*self._condition_goals(context), *_threshold_goals(thresholds)),
        )

    @property
    def recognised(self) -> tuple[Recognised, ...]:
        """What is recognised where credits are earned or redeemed, whatever the balance."""
        return tuple(each for each in self.recognise if each.at is None)

    @property
    def pays_by(self) -> tuple[Quantity, ...]:
        """What credits are earned by, where they are worth money."""
        lines = self.earn if self.redeem is not None else ()
        return tuple(line.credits if line.per is None else line.per for line in lines)

    @property
    def _carries(self) -> bool:
        return self.expires_after is not None if self.carry is None else self.carry

    def _balance(self, context: Context, credited: Node) -> _Balance:
        builder = context.builder
        if self.expires_after and not self._carries:
            context.problem("IE3401", self.expires_after.text, text=str(self.expires_after.text))
        slots = self._slots(context)
        carried = tuple(builder.carried(slot, builder.constant(0)) for slot in slots)
        expires = bool(carried) and self.expires_after is not None
        counting = (credited, *(carried[:-1] if expires else carried))
        sums = list(accumulate(counting, builder.add))
        if self.cap is None:
            capped = sums
        else:
            cap = _at_least_nothing(context, context.number(self.cap, expect=[NUMBER]))
            capped = [builder.least(each, cap) for each in sums]
        # What the cap leaves of a part is what it adds to the newer ones: so the oldest credits give way.
        parts = (capped[0], *(builder.subtract(older, newer) for newer, older in pairwise(capped)))
        expired = carried[-1] if expires else builder.constant(0)
        return _Balance(slots, carried, expired, sums[-1], parts, capped[-1])

    def _slots(self, context: Context) -> tuple[str, ...]:
        """Return a slot for each age at which credits are kept apart, from one period on."""
        if not self._carries:
            return ()
        ages = self.expires_after.periods(context) if self.expires_after else 1
        return tuple(f"{self.id}: credits of age {age}" for age in range(1, ages + 1))

    @staticmethod
    def _worth(context: Context, kept: Node | None, redemption: _Redemption) -> Node | None:
        """Return what the credits that are kept would be redeemed for now; None where they never can be."""
        if kept is None or redemption.rate is None:
            return None
        exact = context.builder.multiply(kept, redemption.rate)
        return context.builder.round(exact, context.money_places, context.rounding)

    def _keep(self, context: Context, balance: _Balance, redemption: _Redemption) -> Node:
        """Keep what is left for the next period, in which each credit is one period older.

        Where the agent is out of scope, or has no snapshot, nothing is earned, cut or redeemed, but credits
        grow older all the same. What will count in the next period is returned; the rest expires before.
        """
        builder = context.builder
        nothing = builder.constant(0)
        acts = builder.all_of(builder.present(), context.in_scope)
        untouched = (nothing, *balance.carried)
        left = [
            builder.choose(acts, builder.choose(redemption.happens, nothing, part), otherwise)
            for part, otherwise in zip(balance.parts, untouched, strict=False)
        ]
        aged = left if self.expires_after else [builder.add(*left)]
        for slot, node in zip(balance.slots, aged, strict=True):
            _leave(context, slot, node)
        return builder.add(*(aged[:-1] if self.expires_after else aged))

    def _redemption(self, context: Context, balance: Node) -> _Redemption:
        builder = context.builder
        nothing = builder.constant(0)
        if self.redeem is None:
            return _Redemption(builder.false, nothing, None, None, ())
        rate = context.number(self.redeem.pay, expect=[MONEY])
        condition = context.condition(self.redeem.when)
        redeemed = builder.choose(condition.value.node, balance, nothing)
        exact = builder.multiply(redeemed, rate.value.node)
        pay = builder.round(exact, context.money_places, context.rounding)
        told = Step(
            "growth_credit.redeemed",
            {
                "credits": Shown(redeemed, NUMBER, CREDIT_PLACES),
                "rate": Shown(rate.value.node, MONEY),
                "pay": Shown(pay, MONEY),
            },
            rate.text.span,
            _surely(builder, builder.compare("<", nothing, redeemed)),
            context.steps(rate),
        )
        steps = (*context.condition_steps(condition, failed="growth_credit.not_redeemed"), told)
        return _Redemption(condition.value.node, redeemed, rate.value.node, pay, steps)

    def _thresholds(self, context: Context, balance: Node) -> list[tuple[Recognition, Step]]:
        found = []
        for threshold in self.recognise:
            if threshold.at is None:
                continue
            at = context.number(threshold.at, expect=[NUMBER])
            condition = context.condition(threshold.when)
            reached = context.builder.all_of(
                condition.value.node, context.builder.compare(">=", balance, at.value.node)
            )
            values: dict[str, Shown | Title | str] = {"at": Shown(at.value.node, NUMBER)}
            when = _surely(context.builder, reached)
            values["name"] = threshold.name
            parts = (*context.steps(at), *context.condition_steps(condition))
            step = Step("growth_credit.threshold", values, at.text.span, when, parts)
            found.append((Recognition(threshold.name, reached), step))
        return found

    def _balance_steps(self, builder: Builder, balance: _Balance) -> tuple[Step, ...]:
        nothing = builder.constant(0)
        brought = builder.add(*balance.carried)
        capped = balance.uncapped is not balance.total
        over = builder.subtract(balance.uncapped, balance.total) if capped else nothing
        moves = {"brought": brought, "expired": balance.expired, "over_cap": over}
        return tuple(
            Step(
                f"growth_credit.{code}",
                {"credits": Shown(node, NUMBER, CREDIT_PLACES)},
                self.id.span,
                _surely(builder, builder.compare("<", nothing, node)),
            )
            for code, node in [*moves.items(), ("balance", balance.total)]
        )

    def _condition_goals(self, context: Context) -> tuple[Goal, ...]:
        """Return each condition that would let the agent earn or redeem more."""
        redemption = self.redeem.when if self.redeem is not None else None
        texts = (self.when, *(line.when for line in self.earn), redemption)
        return tuple(
            Goal("growth_credit.goal_condition", context.condition(text).value.node, {"condition": str(text)})
            for text in texts
            if text is not None
        )

    def _lapse_steps(self, builder: Builder, balance: _Balance, redemption: _Redemption) -> tuple[Step, ...]:
        """Tell what is lost where the balance is neither redeemed nor carried on."""
        if self._carries or self.redeem is None:
            return ()
        lost = builder.subtract(balance.total, redemption.redeemed)
        when = _surely(builder, builder.compare("<", builder.constant(0), lost))
        shown = Shown(lost, NUMBER, CREDIT_PLACES)
        return (Step("growth_credit.lapsed", {"credits": shown}, self.id.span, when),)


def _leave(context: Context, slot: str, node: Node) -> None:
    context.history.keep(slot, context.builder.constant(0), lambda _: node)


def _line(context: Context, line: Earn) -> _Line:
    """Return what one way to earn credits comes to."""
    builder = context.builder
    condition = context.condition(line.when)
    credits_each = context.number(line.credits, expect=[NUMBER])
    parts = [*context.condition_steps(condition), *context.steps(credits_each)]
    values: dict[str, Shown | Title | str] = {"each": Shown(credits_each.value.node, NUMBER)}
    earned, code = credits_each.value.node, "growth_credit.line"
    if line.per is not None:
        per = context.number(line.per, expect=[NUMBER])
        earned, code = builder.multiply(earned, per.value.node), "growth_credit.line_per"
        values |= {"per": str(per.text), "count": Shown(per.value.node, per.value.type)}
        parts += context.steps(per)
    if line.upto is not None:
        compiled = context.number(line.upto.credits, expect=[NUMBER])
        most = _at_least_nothing(context, compiled)
        over = _surely(builder, builder.compare("<", most, earned))
        parts.append(Step("growth_credit.line_upto", {"most": Shown(most, NUMBER)}, compiled.text.span, over))
        earned = builder.least(earned, most)
    gated = builder.choose(condition.value.node, earned, builder.constant(0))
    values["earned"] = Shown(gated, NUMBER)
    span = credits_each.text.span
    applies = _surely(builder, condition.value.node)
    fails = _surely(builder, builder.opposite(condition.value.node))
    unknown = builder.opposite(builder.known(gated))
    text = {"formula": str(credits_each.text)}
    return _Line(
        gated,
        (
            Step(code, values, span, builder.all_of(applies, builder.known(gated)), tuple(parts)),
            Step("growth_credit.line_not", text, span, fails, context.condition_steps(condition)),
            Step("growth_credit.line_unknown", text, span, unknown, tuple(parts)),
        ),
    )


def _threshold_goals(thresholds: Sequence[tuple[Recognition, Step]]) -> tuple[Goal, ...]:
    return tuple(
        Goal("growth_credit.goal_threshold", recognition.when, {"name": recognition.name})
        for recognition, _ in thresholds
    )


def _earned_steps(builder: Builder, earned: Node, credited: Node, span: Span) -> tuple[Step, ...]:
    """Tell what was earned, and what the red lines left of it."""
    cut = _surely(builder, builder.compare("!=", earned, credited))
    held = builder.all_of(builder.known(earned), builder.opposite(builder.known(credited)))
    shown = {"credits": Shown(earned, NUMBER, CREDIT_PLACES)}
    kept = {"credits": Shown(credited, NUMBER, CREDIT_PLACES)}
    return (
        Step("growth_credit.earned", shown, span, builder.known(earned)),
        Step("growth_credit.after_red_lines", kept, span, cut),
        Step("growth_credit.held", {}, span, held),
    )


def _at_least_nothing(context: Context, limit: Compiled) -> Node:
    """Return the most that credits may be; one that is written below zero is a problem."""
    if any(value < 0 for value in written_values(limit.value.node)):
        context.problem("IE3402", limit.text, text=str(limit.text))
    return context.builder.greatest(limit.value.node, context.builder.constant(0))


def _surely(builder: Builder, condition: Node) -> Node:
    """Return whether a condition is known to hold."""
    return builder.default(condition, builder.false)


def _nothing_outside(node: Node, kind: Type) -> Result:
    return Result(Value(node, kind), nothing_outside=True)
