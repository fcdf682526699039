"""Red lines (红线): a breach that voids, cuts or holds what other rules give."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Tag

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Built, Consequence, Context, Goal, Result, Rule, Shown, Step
from incentive_engine.kinds.lasting import Periods, count_down, periods_left, written_values
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.statements.others import red_line_statements
from incentive_engine.language.types import BOOLEAN, COUNT, MONEY, RATIO, Value
from incentive_engine.ruleset.fields import Formula, Number, Shape, SomeNames, refuse
from incentive_engine.ruleset.nodes import Scalar, Table
from incentive_engine.ruleset.validation import suggestion

_WORDS = ("void", "hold")
_SIZES = ("keep", "deduct")


class Keep(Shape):
    """A red line that leaves a share."""

    keep: Number
    """The share of each affected line that is left, from 0% to 100%."""


class Deduct(Shape):
    """A red line that takes an amount of money."""

    deduct: Number
    """The money that comes off the affected lines, in the order of the rules; never less than nothing."""


def _check_consequence(value: object) -> object:
    if isinstance(value, Scalar):
        if value not in _WORDS:
            raise refuse("IE3501", text=str(value), **suggestion(value, [*_WORDS, *_SIZES]))
    elif not isinstance(value, Table) or len(value) != 1 or not set(value) <= set(_SIZES):
        raise refuse("IE3502")
    return value


def _form(value: object) -> str:
    return next(iter(value)) if isinstance(value, Table) else "word"


Outcome = Annotated[
    Annotated[Literal["void", "hold"], Tag("word")]
    | Annotated[Keep, Tag("keep")]
    | Annotated[Deduct, Tag("deduct")],
    Discriminator(_form),
    BeforeValidator(_check_consequence),
]


class RedLine(Rule):
    """A condition that voids, cuts or holds what other rules give."""

    kind: Literal["red_line"]
    """red_line"""
    when: Formula
    """The breach, as a condition: the red line is broken where it is true."""
    consequence: Outcome
    """void, hold, `{keep: 50%}` or `{deduct: 50 * late_count}`."""
    affects: SomeNames | None = None
    """The ids and tags of the rules that it acts on; left out or `all`: everything earned in the decision."""
    lasts: Periods | None = None
    """How long it stays broken, the period of the breach included, as `3 periods`; one period unless said."""

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says of itself in the handbook."""
        return red_line_statements(self)

    def build(self, context: Context) -> Built:
        """Return the red line's meaning."""
        builder = context.builder
        condition = context.condition(self.when)
        breached = condition.value.node
        still, lasting_steps = self._still_broken(context, breached)
        broken = builder.any_of(breached, still)
        size = self._size(context)
        self._check_affected(context)
        undecided = builder.opposite(builder.known(broken))
        return Built(
            results={
                "broken": Result(Value(broken, BOOLEAN), nothing_outside=True),
                "breached": Result(Value(breached, BOOLEAN), nothing_outside=True),
            },
            steps=(
                *context.condition_steps(condition, failed="red_line.not_breached"),
                *lasting_steps,
                Step(
                    f"red_line.{self._action}",
                    {"size": size} if size else {},
                    self.when.span,
                    builder.default(broken, builder.false),
                ),
                Step("red_line.undecided", {}, self.when.span, undecided),
            ),
            consequence=Consequence(self._action, broken, size.node if size else None),
            goals=(Goal("red_line.goal", builder.opposite(broken)),),
        )

    @property
    def _action(self) -> Literal["void", "hold", "keep", "deduct"]:
        match self.consequence:
            case Keep():
                return "keep"
            case Deduct():
                return "deduct"
            case word:
                return word

    def _size(self, context: Context) -> Shown | None:
        """Return the share that is kept or the money that is deducted."""
        builder = context.builder
        match self.consequence:
            case Keep(keep=share):
                compiled = context.number(share, expect=[RATIO])
                if not all(0 <= value <= 1 for value in written_values(compiled.value.node)):
                    context.problem("IE3503", compiled.text, text=str(compiled.text))
                # A formula that runs past either end, such as 100% less 10% a case, means that end.
                kept = builder.clamp(compiled.value.node, builder.constant(0), builder.constant(1))
                return Shown(kept, RATIO)
            case Deduct(deduct=amount):
                compiled = context.number(amount, expect=[MONEY], places=context.money_places)
                return Shown(builder.greatest(compiled.value.node, builder.constant(0)), MONEY)
            case _:
                return None

    @property
    def affected(self) -> tuple[Scalar, ...] | None:
        """The rule ids and tags that the red line acts on, None for every rule."""
        return None if self.affects is None or "all" in self.affects else self.affects

    def _check_affected(self, context: Context) -> None:
        for name in self.affected or ():
            if name not in context.rules_and_tags:
                close = suggestion(name, context.rules_and_tags)
                context.problem("IE3504", name, name=str(name), **close)

    def _still_broken(self, context: Context, breached: Node) -> tuple[Node, tuple[Step, ...]]:
        """Return whether a breach of an earlier period still counts, and the steps that tell so.

        A period whose breach is unknown may count as one: until when is kept apart from until when a known
        breach counts. What happens outside the rule's scope, or in a period without a snapshot, is none.
        """
        builder = context.builder
        periods = self.lasts.periods(context) if self.lasts else 1
        if periods == 1:
            return builder.false, ()
        nothing = builder.constant(0)
        surely, perhaps = (f"{self.id}: broken {word}" for word in ("surely", "perhaps"))
        breach = builder.all_of(context.in_scope, builder.present(), breached)
        for slot, otherwise in ((surely, builder.false), (perhaps, builder.true)):
            count_down(context, slot, builder.default(breach, otherwise), periods - 1)
        left = periods_left(context, surely)
        lasting = builder.compare("<", nothing, left)
        open_question = builder.compare("<", nothing, periods_left(context, perhaps))
        still = builder.choose(
            lasting,
            builder.true,
            builder.choose(open_question, builder.unknown(boolean=True), builder.false),
        )
        now = builder.default(breached, builder.false)
        span = self.when.span
        return still, (
            Step("red_line.lasts", {"periods": str(periods)}, span, now),
            Step(
                "red_line.still_broken",
                {"left": Shown(left, COUNT)},
                span,
                builder.all_of(builder.opposite(now), lasting),
            ),
        )
