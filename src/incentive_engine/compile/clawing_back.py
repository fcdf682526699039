"""What is taken back of what a rule has paid (`clawback:`): each payment once, never more than was paid."""

from __future__ import annotations

from dataclasses import dataclass

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.instalments import Clawback
from incentive_engine.kinds.interface import Context, Rule, Shown, Step
from incentive_engine.kinds.lasting import written_values
from incentive_engine.kinds.outline import surely
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import MONEY, RATIO
from incentive_engine.ruleset.fields import Title


@dataclass(frozen=True, slots=True)
class ClawedBack:
    """What a rule takes back in a period.

    `slots` keep what was paid by its age, in periods from one on, `carried` is what is in them and `liable`
    their sum. `taken` is taken of it where the condition holds, and `owed` is what an earlier period could
    not take.
    """

    context: Context
    clawback: Clawback
    condition: Compiled
    share: Node
    slots: tuple[str, ...]
    carried: tuple[Node, ...]
    liable: Node
    taken: Node
    owed: Node

    @classmethod
    def of(cls, context: Context, rule: Rule, *, carries_rest: bool) -> ClawedBack | None:
        """Return what a rule takes back; None for one that takes nothing back.

        With `carries_rest` what the floor of the total does not let it take is taken later.
        """
        clawback = rule.clawback
        if clawback is None:
            return None
        builder = context.builder
        nothing, one = builder.constant(0), builder.constant(1)
        condition = context.condition(clawback.when)
        share: Node = one
        if clawback.share is not None:
            compiled = context.number(clawback.share, expect=[RATIO])
            if not all(0 <= value <= 1 for value in written_values(compiled.value.node)):
                context.problem("IE3072", compiled.text, text=str(compiled.text))
            share = builder.clamp(compiled.value.node, nothing, one)
        ages = range(1, clawback.within.periods(context) + 1)
        slots = tuple(f"{rule.id}: paid at age {age}" for age in ages)
        carried = tuple(builder.carried(slot, nothing) for slot in slots)
        liable = builder.add(*carried)
        back = builder.round(builder.multiply(share, liable), context.money_places, context.rounding)
        met = builder.choose(condition.value.node, back, nothing)
        # Nobody has to know the condition where nothing was paid.
        taken = builder.choose(builder.compare("==", liable, nothing), nothing, met)
        owed = builder.carried(owed_slot(str(rule.id)), nothing) if carries_rest else nothing
        return cls(context, clawback, condition, share, slots, carried, liable, taken, owed)

    @property
    def all_taken(self) -> Node:
        """What is taken back, with what an earlier period could not take."""
        return self.context.builder.add(self.taken, self.owed)

    def left(self, paid: Node, settled: Node) -> dict[str, Node]:
        """Return what stays in the slots, in which payments grow older; what was taken back once is done."""
        builder = self.context.builder
        nothing = builder.constant(0)
        done = builder.all_of(settled, surely(builder, self.condition.value.node))
        new = builder.choose(settled, builder.greatest(nothing, paid), nothing)
        older = (builder.choose(done, nothing, each) for each in self.carried[:-1])
        return dict(zip(self.slots, (new, *older), strict=True))

    def steps(self, settled: Node) -> tuple[Step, ...]:
        """Return the steps that tell what is taken back where that is settled, and why."""
        builder = self.context.builder
        nothing = builder.constant(0)
        values: dict[str, Shown | Title | str] = {
            "taken": Shown(self.taken, MONEY),
            "share": Shown(self.share, RATIO),
            "liable": Shown(self.liable, MONEY),
            "time": self.clawback.within.title,
        }
        span, parts = self.clawback.when.span, self.context.condition_steps(self.condition)
        takes = builder.all_of(settled, surely(builder, builder.compare("<", nothing, self.taken)))
        unknown = builder.opposite(builder.known(self.taken))
        owes = builder.all_of(settled, surely(builder, builder.compare("<", nothing, self.owed)))
        return (
            Step("clawback.taken", values, span, takes, parts),
            Step("clawback.unknown", values, span, unknown, parts),
            Step("clawback.owed", {"amount": Shown(self.owed, MONEY)}, span, owes),
        )


def owed_slot(rule: str) -> str:
    """Return the slot for what a rule could not take back."""
    return f"{rule}: still to take back"
