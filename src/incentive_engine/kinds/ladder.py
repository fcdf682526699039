"""What bands give: by slices, by the band reached, fixed or added up, and the steps that tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from incentive_engine.graph.builder import has_exact_inverse
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.cases import Number, judge
from incentive_engine.kinds.interface import FormulaContext, Goal, Shown, Step
from incentive_engine.kinds.tiers import Ladder, Rung, span_of
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import FAULTY, PART_PLACES, Type, Value
from incentive_engine.ruleset.bands import Mode, PayBand, TableBand
from incentive_engine.ruleset.fields import Title

_BY_RATE: tuple[Mode, ...] = ("slices", "whole")


@dataclass(frozen=True, slots=True)
class Scale:
    """A ladder with what its bands give.

    `amounts` has for each band, in ascending order, its value or the two values at its ends; `kind` is the
    type of what is given, `amount_kind` that of the amounts.
    """

    context: FormulaContext
    ladder: Ladder
    mode: Mode
    amounts: tuple[tuple[Compiled, ...], ...]
    kind: Type
    amount_kind: Type

    # --- Values

    def given(self) -> Node:
        """Return what the bands give for the measure, not rounded; unknown outside of all bands."""
        return self._pick([self._given_in(place) for place in range(len(self.amounts))])

    def goal(self, text: str, values: Mapping[str, Title], condition: Node) -> Goal:
        """Return the goal of a better band, which counts for nothing where the condition fails."""
        builder = self.context.builder
        worth, best = self.worth()
        at_best = builder.all_of(condition, builder.compare("<=", best, worth))
        return Goal(text, builder.choose(condition, worth, builder.constant(0)), values, at_best)

    def worth(self) -> tuple[Node, Node]:
        """Return a number that is the same throughout a band and higher in a better one, and the highest.

        With slices more of the measure never gives less, so that no band is better than one above it.
        """
        builder = self.context.builder
        worths = [builder.greatest(*(each.value.node for each in pair)) for pair in self.amounts]
        if self.mode == "added":
            worths = [builder.add(*self._ends_below(place), worth) for place, worth in enumerate(worths)]
        if self.mode == "slices":
            worths = list(accumulate(worths, builder.greatest))
        return self._pick(worths), builder.greatest(*worths)

    def _pick(self, options: Sequence[Node]) -> Node:
        return self.context.builder.pick(self.ladder.place, options, first=self.ladder.first)

    def _given_in(self, place: int) -> Node:
        builder = self.context.builder
        match self.mode:
            case "fixed":
                return self._amount_in(place)
            case "added":
                return builder.add(*self._ends_below(place), self._amount_in(place))
            case "whole":
                return builder.multiply(self._amount_in(place), self.ladder.measure.node)
            case _:  # slices
                full = (self._gave(below, self._high(below)) for below in range(place))
                return builder.add(*full, self._gave(place, self.ladder.measure.node))

    def _amount_in(self, place: int) -> Node:
        """Return the band's value: the one, or that of the straight line between two."""
        builder = self.context.builder
        first, last = (self.amounts[place][end].value.node for end in (0, -1))
        if len(self.amounts[place]) == 1:
            return first
        low = self._low(place)
        # A first band without a start begins at zero.
        inside = builder.greatest(self.ladder.measure.node, low) if place == 0 else self.ladder.measure.node
        way, width = builder.subtract(inside, low), builder.subtract(self._high(place), low)
        climb = builder.multiply(builder.subtract(last, first), way)
        if has_exact_inverse(width):
            return builder.add(first, builder.multiply(climb, builder.inverse(width)))
        return builder.add(first, builder.quotient(climb, width, PART_PLACES, self.context.rounding))

    def _ends_below(self, place: int) -> list[Node]:
        return [pair[-1].value.node for pair in self.amounts[:place]]

    def _gave(self, place: int, up_to: Node) -> Node:
        builder = self.context.builder
        return builder.multiply(self.amounts[place][0].value.node, builder.subtract(up_to, self._low(place)))

    def _low(self, place: int) -> Node:
        low = self.ladder.rungs[place].low
        return self.context.builder.constant(0) if low is None else low.value.node

    def _high(self, place: int) -> Node:
        high = self.ladder.rungs[place].high
        assert high is not None  # noqa: S101 -- only the highest band is open, and nobody asks for its end
        return high.value.node

    # --- Steps

    def steps(self, told: Node) -> tuple[Step, ...]:
        """Return the steps that tell which band is reached and what it gives, where `told` is true."""
        builder = self.context.builder
        ladder = self.ladder
        places = [builder.constant(ladder.first + place) for place in range(len(ladder.rungs))]
        inside = builder.all_of(
            told,
            builder.compare("<=", places[0], ladder.place),
            builder.compare("<=", ladder.place, places[-1]),
        )
        outside = builder.all_of(told, builder.known(ladder.place), builder.opposite(inside))
        measure = {"measure": Shown(ladder.measure.node, ladder.measure.type)}
        disordered = builder.all_of(told, builder.opposite(ladder.in_order))
        reached = [
            self._band_step(rung, builder.all_of(told, builder.compare("==", ladder.place, number)), place)
            for place, (rung, number) in enumerate(zip(ladder.rungs, places, strict=True))
        ]
        return (
            Step("tiers.out_of_order", {}, ladder.span, disordered),
            Step("tiers.outside", measure, ladder.span, outside),
            *reached,
            *self._sum_of_bands(inside, places),
        )

    def _band_step(self, rung: Rung, when: Node, place: int) -> Step:
        """Return the step that tells that a band is reached, and between which limits it lies."""
        values: dict[str, Shown | str] = {"band": rung.label, "measure": self._shown(self.ladder.measure)}
        sides: list[str] = []
        belongs_below = self.ladder.limit_belongs_below
        if rung.low is not None:
            sides.append("above" if belongs_below else "from")
            values["low"] = self._limit(rung.low)
        if rung.high is not None:
            sides.append("upto" if belongs_below else "below")
            values["high"] = self._limit(rung.high)
        code = "_".join(sides) or "only"
        limits = [step for limit in (rung.low, rung.high) if limit for step in self.context.steps(limit)]
        return Step(f"tiers.in_{code}", values, self.ladder.span, when, (*limits, *self._value_steps(place)))

    def _value_steps(self, place: int) -> tuple[Step, ...]:
        """Return the steps that tell what one band gives, apart from slices and bands that are added."""
        pair = self.amounts[place]
        span = pair[0].text.span
        parts = tuple(step for each in pair for step in self.context.steps(each))
        amount = Shown(self._amount_in(place), self.amount_kind)
        steps: list[Step] = []
        if len(pair) > 1:
            ends = {
                name: Shown(each.value.node, self.amount_kind)
                for name, each in zip(("one", "other"), pair, strict=True)
            }
            steps.append(Step("tiers.line", {**ends, "amount": amount}, span, parts=parts))
        if self.mode == "fixed" and len(pair) == 1:
            steps.append(Step("tiers.fixed", {"amount": amount}, span, parts=parts))
        if self.mode == "whole":
            given = Shown(self._given_in(place), self.kind)
            values = {"rate": amount, "measure": self._shown(self.ladder.measure), "given": given}
            steps.append(Step("tiers.whole", values, span, parts=parts if len(pair) == 1 else ()))
        return tuple(steps)

    def _sum_of_bands(self, inside: Node, places: Sequence[Node]) -> tuple[Step, ...]:
        """Return the step that tells slices, or bands that are added, one by one and together."""
        if self.mode not in ("slices", "added"):
            return ()
        builder = self.context.builder
        part = self._slice if self.mode == "slices" else self._addend
        parts = tuple(
            part(place, builder.compare("<=", number, self.ladder.place))
            for place, number in enumerate(places)
        )
        given = {"given": Shown(self.given(), self.kind)}
        return (Step(f"tiers.{self.mode}", given, self.ladder.span, inside, parts),)

    def _slice(self, place: int, reached: Node) -> Step:
        builder, rung, rate = self.context.builder, self.ladder.rungs[place], self.amounts[place][0]
        measure = self.ladder.measure
        up_to = measure.node if rung.high is None else builder.least(measure.node, rung.high.value.node)
        part = builder.subtract(up_to, self._low(place))
        values: dict[str, Shown | str] = {
            "band": rung.label,
            "part": Shown(part, measure.type),
            "rate": Shown(rate.value.node, self.amount_kind),
            "given": Shown(builder.multiply(rate.value.node, part), self.kind),
        }
        return Step("tiers.slice", values, rate.text.span, reached, self.context.steps(rate))

    def _addend(self, place: int, reached: Node) -> Step:
        builder, pair = self.context.builder, self.amounts[place]
        here = builder.compare("==", self.ladder.place, builder.constant(self.ladder.first + place))
        amount = builder.choose(here, self._amount_in(place), pair[-1].value.node)
        values: dict[str, Shown | str] = {
            "band": self.ladder.rungs[place].label,
            "given": Shown(amount, self.amount_kind),
        }
        parts = tuple(step for each in pair for step in self.context.steps(each))
        return Step("tiers.addend", values, pair[0].text.span, reached, parts)

    def _shown(self, value: Value) -> Shown:
        return Shown(value.node, value.type)

    def _limit(self, limit: Compiled) -> Shown:
        measure = self.ladder.measure.type
        return Shown(limit.value.node, measure if limit.value.bare else limit.value.type)


def read_mode(
    context: FormulaContext, said: Mode | None, bands: Sequence[PayBand | TableBand]
) -> Mode | None:
    """Return how bands give what they give, or None after a problem has been reported."""
    first = bands[0].rate
    if said is None and first is not None:
        context.problem("IE3215", span_of(first[0]))
        return None
    mode = said or "fixed"
    for band in bands:
        fixed = band.pay or (band.points if isinstance(band, TableBand) else None)
        wrong = fixed if mode in _BY_RATE else band.rate
        if wrong is not None:
            word = "points" if wrong is not band.pay else "pay"
            code = "IE3217" if mode in _BY_RATE else "IE3216"
            context.problem(code, span_of(wrong[0]), mode=mode, word=word)
            return None
    return mode


def is_by_rate(mode: Mode) -> bool:
    """Say whether what bands give goes by the measure, rather than being fixed for each band."""
    return mode in _BY_RATE


def read_scale(
    context: FormulaContext,
    ladder: Ladder,
    mode: Mode,
    amounts: Sequence[tuple[Compiled, ...]],
    *,
    kind: Type,
    amount_kind: Type,
) -> Scale | None:
    """Return a ladder with the amounts of its bands, listed as the ruleset lists them; None after a problem.

    A pair needs a band with two ends, a first one without a start begins at zero; slices know no pairs.
    """
    ordered = tuple(amounts[rung.number - 1] for rung in ladder.rungs)
    problem = False
    for rung, pair in zip(ladder.rungs, ordered, strict=True):
        if len(pair) > 1 and not _pair_fits(context, mode, rung, pair):
            problem = True
    if problem or any(each.value.type is FAULTY for pair in ordered for each in pair):
        return None
    return Scale(context, ladder, mode, ordered, kind, amount_kind)


def _pair_fits(context: FormulaContext, mode: Mode, rung: Rung, pair: Sequence[Compiled]) -> bool:
    """Say whether a band can have a straight line; report it otherwise."""
    span = pair[0].text.span
    if mode == "slices":
        context.problem("IE3211", span)
        return False
    if rung.high is None:
        context.problem("IE3212", span, band=rung.label)
        return False
    if rung.low is None:
        builder, high = context.builder, rung.high.value
        above_zero = builder.compare("<", builder.constant(0), high.node)
        verdict = judge(context, above_zero, [Number(high.node, high.type)])
        if verdict.fails is not None:
            context.problem("IE3209", rung.high.text, number=verdict.fails.values[0], case=verdict.fails.case)
            return False
    return True
