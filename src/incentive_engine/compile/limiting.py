"""What is left of a rule's pay by its own limit over a month, quarter or year (`limit:`)."""

from __future__ import annotations

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


def limited(context: RuleContext, rule: Rule, built: Built) -> Built:
    """Return a rule's meaning with what its limit leaves of its pay, which is cut to the rest."""
    limit = rule.limit
    if limit is None:
        return built
    span = span_of(limit.pay)
    if built.pay is None:
        context.problem("IE3064", span, field="limit")
        return built
    window = Cadence(limit.per)
    if not lies_in(context.cadence, window):
        context.problem("IE3065", span, cadence=str(context.cadence), window=str(window))
        return built
    left, steps = _left(context, limit, built.pay, context.earned_before(window))
    results = {
        name: Result(replace(result.value, node=left), result.nothing_outside)
        if result.value.node is built.pay
        else result
        for name, result in built.results.items()
    }
    return replace(built, pay=left, results=results, steps=(*built.steps, *steps))


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
