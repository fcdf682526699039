"""What of a rule's money is paid when: shares that are paid later, and what is taken back.

What was earned before is owed in both directions: it is paid and taken back whoever the rule applies to by
then, and red lines do not touch it.
"""

from __future__ import annotations

from incentive_engine.compile.building import BuiltRules
from incentive_engine.compile.clawing_back import ClawedBack
from incentive_engine.compile.deferring import deferred_shares, shares_left, told_release
from incentive_engine.compile.ground import Ground
from incentive_engine.compile.payout import Payout
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Context, Rule
from incentive_engine.ruleset.problems import Span


class PayingOut:
    """Works out what of rules' money is paid when."""

    def __init__(self, ground: Ground, rules: BuiltRules) -> None:
        self._ground = ground
        self._rules = rules
        self._found: dict[tuple[str, Node], Payout] = {}

    def payout(self, name: str, earned: Node, at: Span) -> Payout | None:
        """Return what is paid of what a rule gives after red lines.

        None for one that pays all at once, and where it waits for what reads it, which is reported.
        """
        rule, namespace = self._ground.rules[name], self._ground.namespace
        if not rule.release and rule.clawback is None:
            return None
        key = (name, earned)
        if key not in self._found:
            marker = f"{name}: release and clawback"
            if namespace.is_cycle(marker, at):
                return None
            with namespace.building(marker):
                carries_rest = self._ground.shape.total.carry_rest
                context, decides = self._rules.context(name), self._rules.decides(name)
                self._found[key] = _payout(context, rule, earned, decides, carries_rest=carries_rest)
        return self._found[key]


def _payout(context: Context, rule: Rule, earned: Node, decides: Node, *, carries_rest: bool) -> Payout:
    """Return what is paid when; nothing moves in periods in which the rule does not decide."""
    builder = context.builder
    nothing = builder.constant(0)
    shares = deferred_shares(context, rule, earned)
    now = builder.subtract(earned, builder.add(*(share.part for share in shares)))
    released = builder.choose(decides, builder.add(*(share.released for share in shares)), nothing)
    back = ClawedBack.of(context, rule, carries_rest=carries_rest)
    taken = nothing if back is None else builder.choose(decides, back.all_taken, nothing)
    moves = builder.subtract(released, taken)
    settled = builder.all_of(builder.present(), builder.known(moves))
    # Where one of the two is unknown neither happens in this period.
    released = builder.choose(builder.known(moves), released, builder.unknown())
    taken = builder.choose(builder.known(moves), taken, builder.unknown())
    # What is held or unknown of this period does not keep back what earlier ones owe.
    decided = builder.any_of(builder.known(earned), builder.compare("!=", moves, nothing))
    paid = builder.choose(decided, builder.add(builder.default(now, nothing), moves), builder.unknown())
    left = {slot: node for share in shares for slot, node in shares_left(builder, share, settled).items()}
    deferred = builder.add(*left.values())
    steps = told_release(context, rule, earned, now, shares, deferred, settled)
    if back is not None:
        steps = (*steps, *back.steps(settled))
        left |= back.left(builder.add(builder.default(now, nothing), released), settled)
    waiting = builder.add(*(each for share in shares for each in share.carried))
    return Payout(
        earned=earned,
        final=paid,
        released=released,
        taken=taken,
        owed=nothing if back is None else back.owed,
        deferred=deferred,
        settled=settled,
        obliged=builder.all_of(
            decides,
            builder.any_of(
                builder.compare("<", nothing, waiting),
                builder.default(builder.compare("!=", taken, nothing), builder.true),
            ),
        ),
        steps=steps,
        left=left,
    )
