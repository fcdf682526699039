"""What is left of a rule's pay by its own limit over a month, quarter or year (`limit:`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from incentive_engine.compile.context import RuleContext
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Built, Context, Result, Rule, Shown, Step
from incentive_engine.kinds.lasting import written_values
from incentive_engine.kinds.tiers import span_of
from incentive_engine.kinds.windows import WINDOW_TITLES, PayLimit
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import Cadence, lies_in
from incentive_engine.ruleset.problems import Span


def limited(context: RuleContext, rule: Rule, built: Built) -> Built:
    """Return a rule's meaning with what its limit leaves of its pay, which is cut to the rest."""
    limit = rule.limit
    if built.pay is None:
        for field, at in _money_fields(rule):
            context.problem("IE3064", at, field=field)
        return built
    if limit is None:
        return built
    span = span_of(limit.pay)
    window = Cadence(limit.per)
    if not lies_in(context.own_cadence, window):
        context.problem("IE3065", span, cadence=str(context.own_cadence), window=str(window))
        return built
    left, steps = _left(context, limit, built.pay, context.earned_before(window))
    results = {
        name: Result(replace(result.value, node=left), result.nothing_outside)
        if result.value.node is built.pay
        else result
        for name, result in built.results.items()
    }
    return replace(built, pay=left, results=results, steps=(*built.steps, *steps))


def _money_fields(rule: Rule) -> Iterator[tuple[str, Span]]:
    """Yield the fields of a rule that are about money, with their places."""
    if rule.limit is not None:
        yield "limit", span_of(rule.limit.pay)
    if rule.release:
        yield "release", span_of(rule.release[0].share)
    if rule.clawback is not None:
        yield "clawback", rule.clawback.when.span


def _left(context: Context, limit: PayLimit, pay: Node, used: Node) -> tuple[Node, tuple[Step, ...]]:
    """Return what the limit leaves of an amount, and the steps that tell it; below zero nothing is cut."""
    builder = context.builder
    nothing = builder.constant(0)
    most = context.number(limit.pay, expect=[MONEY], places=context.money_places)
    if any(value < 0 for value in written_values(most.value.node)):
        context.problem("IE3066", most.text, text=str(most.text))
    rest = builder.greatest(nothing, builder.subtract(most.value.node, used))
    counts = builder.compare("<", nothing, pay)
    left = builder.choose(counts, builder.least(pay, rest), pay)
    values: dict[str, Shown | Title | str] = {
        "limit": Shown(most.value.node, MONEY),
        "window": WINDOW_TITLES[limit.per],
        "used": Shown(used, MONEY),
        "before": Shown(pay, MONEY),
        "left": Shown(left, MONEY),
    }
    told = builder.default(counts, builder.false)
    cases = {
        "cut": builder.default(builder.compare("<", left, pay), builder.false),
        "kept": builder.default(builder.compare("==", left, pay), builder.false),
        "unknown": builder.opposite(builder.known(rest)),
    }
    parts = context.steps(most)
    return left, tuple(
        Step(f"limit.{code}", values, most.text.span, builder.all_of(told, case), parts)
        for code, case in cases.items()
    )
