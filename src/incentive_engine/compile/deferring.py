"""Shares of what a rule gives that are paid later, after some time or on a condition (`release:`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Constant, Node
from incentive_engine.kinds.instalments import Instalment
from incentive_engine.kinds.interface import Context, Rule, Shown, Step
from incentive_engine.kinds.lasting import Lasting
from incentive_engine.kinds.outline import surely
from incentive_engine.kinds.scaling import scaled
from incentive_engine.kinds.tiers import span_of
from incentive_engine.language.literals import written
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import MONEY, RATIO
from incentive_engine.ruleset.fields import Title


@dataclass(frozen=True, slots=True)
class DeferredShare:
    """One share that is paid later.

    `part` is this period's. `slots` keep what waits by its age, in periods from one on, and `carried` is what
    is in them. `released` is what is paid now, where `condition` holds; with `while_waiting` it may come true
    at any age, this period's included, and else only at the last one, from which on it stays due.
    """

    instalment: Instalment
    time: Lasting
    part: Node
    slots: tuple[str, ...]
    carried: tuple[Node, ...]
    condition: Compiled
    released: Node
    while_waiting: bool


def deferred_shares(context: Context, rule: Rule, earned: Node) -> tuple[DeferredShare, ...]:
    """Return the shares of what a rule gives that are paid later, exact to the smallest unit of the currency.

    Below zero nothing is paid later.
    """
    if not rule.release:
        return ()
    builder = context.builder
    values = [_share(context, each) for each in rule.release]
    if None not in values and sum(value or 0 for value in values) != 1:
        total = written(Fraction(100 * sum(value or 0 for value in values)))
        context.problem("IE3071", span_of(rule.release[-1].share), total=f"{total}%")
    parts = scaled(
        builder,
        builder.greatest(earned, builder.constant(0)),
        [builder.constant(value or 0) for value in values],
        context.money_places,
    )
    return tuple(
        _deferred(context, f"{rule.id}: share {number}", each, each.time, part)
        for number, (each, part) in enumerate(zip(rule.release, parts, strict=True), 1)
        if each.time is not None
    )


def _share(context: Context, instalment: Instalment) -> Fraction | None:
    """Return a share that is written out, or None after a problem has been reported."""
    compiled = context.number(instalment.share, expect=[RATIO])
    node = compiled.value.node
    if isinstance(node, Constant) and 0 <= node.value <= 1:
        return node.value
    context.problem("IE3070", compiled.text, text=str(compiled.text))
    return None


def _deferred(
    context: Context, name: str, instalment: Instalment, time: Lasting, part: Node
) -> DeferredShare:
    builder = context.builder
    nothing = builder.constant(0)
    slots = tuple(f"{name} of age {age}" for age in range(1, time.periods(context) + 1))
    carried = tuple(builder.carried(slot, nothing) for slot in slots)
    condition = context.condition(instalment.when)
    while_waiting = instalment.within is not None
    asked = builder.add(*carried, builder.default(part, nothing)) if while_waiting else carried[-1]
    met = builder.choose(condition.value.node, asked, nothing)
    # Nobody has to know the condition where nothing waits for it.
    released = builder.choose(builder.compare("==", asked, nothing), nothing, met)
    return DeferredShare(instalment, time, part, slots, carried, condition, released, while_waiting)


def shares_left(builder: Builder, share: DeferredShare, settled: Node) -> dict[str, Node]:
    """Return what stays in a share's slots, in which everything grows one period older.

    What is due stays so until a period in which it is `settled` whether it is paid; what may come true while
    it waits lapses behind its last age.
    """
    nothing = builder.constant(0)
    new = builder.choose(settled, builder.default(share.part, nothing), nothing)
    if share.while_waiting:
        met = builder.all_of(settled, surely(builder, share.condition.value.node))
        aged = [builder.choose(met, nothing, each) for each in (new, *share.carried[:-1])]
    else:
        aged = [new, *share.carried[:-1]]
        aged[-1] = builder.add(aged[-1], builder.choose(settled, nothing, share.carried[-1]))
    return dict(zip(share.slots, aged, strict=True))


# --- What explanations tell


def told_release(
    context: Context,
    rule: Rule,
    earned: Node,
    now: Node,
    shares: Sequence[DeferredShare],
    deferred: Node,
    settled: Node,
) -> tuple[Step, ...]:
    """Return the steps that tell what is paid now, what later, and what of earlier periods where settled."""
    if not shares:
        return ()
    builder = context.builder
    nothing = builder.constant(0)
    gives = surely(builder, builder.compare("<", nothing, earned))
    split: dict[str, Shown | Title | str] = {"now": Shown(now, MONEY), "earned": Shown(earned, MONEY)}
    is_open = surely(builder, builder.compare("<", nothing, deferred))
    return (
        Step("release.now", split, rule.id.span, gives, tuple(_later(builder, each) for each in shares)),
        *(step for share in shares for step in _told_share(context, share, settled)),
        Step("release.deferred", {"amount": Shown(deferred, MONEY)}, rule.id.span, is_open),
    )


def _later(builder: Builder, share: DeferredShare) -> Step:
    """Tell what of this period is paid later, and when."""
    values: dict[str, Shown | Title | str] = {
        "amount": Shown(share.part, MONEY),
        "time": share.time.title,
        "condition": str(share.condition.text),
    }
    code = "within" if share.while_waiting else "after" if share.instalment.when is None else "after_when"
    return Step(f"release.{code}", values, share.time.text.span, builder.known(share.part))


def _told_share(context: Context, share: DeferredShare, settled: Node) -> Iterator[Step]:
    """Tell what becomes of what was earned before; what is due stays so until it is settled."""
    builder = context.builder
    nothing = builder.constant(0)
    span, parts = share.time.text.span, context.condition_steps(share.condition)
    last = share.carried[-1]
    fails = surely(builder, builder.opposite(share.condition.value.node))
    ends = builder.true if share.while_waiting else settled
    lapses = builder.all_of(ends, fails, surely(builder, builder.compare("<", nothing, last)))
    values: dict[str, Shown | Title | str] = {"time": share.time.title}
    some = builder.all_of(settled, surely(builder, builder.compare("<", nothing, share.released)))
    unknown = builder.opposite(builder.known(share.released))
    yield Step("release.released", {"amount": Shown(share.released, MONEY)}, span, some, parts)
    yield Step("release.unknown", {}, span, unknown, parts)
    yield Step("release.lapsed", {**values, "amount": Shown(last, MONEY)}, span, lapses, parts)
