"""Interval analysis: between which integers the value of each instruction must lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from typing import NamedTuple

from incentive_engine.graph.instructions import Instruction, Lowered, Operation
from incentive_engine.graph.rounding import rounded_ratio


class Interval(NamedTuple):
    """What a value may be: an integer from `low` to `high` (None: without end), known, unknown.

    Integers are over the denominator of the instruction; a truth value counts as 0 or 1.
    """

    low: int | None
    high: int | None
    may_be_unknown: bool = False
    may_be_known: bool = True

    @classmethod
    def of(cls, value: int | None) -> Interval:
        """Return the interval of one integer, one truth value, or of an unknown value."""
        return NEVER_KNOWN if value is None else cls(int(value), int(value))

    @property
    def may_be_true(self) -> bool:
        """Whether the truth value may be true."""
        return self.may_be_known and self.high == 1

    @property
    def may_be_false(self) -> bool:
        """Whether the truth value may be false."""
        return self.may_be_known and self.low == 0


NEVER_KNOWN = Interval(None, None, may_be_unknown=True, may_be_known=False)

Ends = tuple[int | None, int | None]
End = int | float
"""An end for reckoning; only one that is not there is a float, and infinite."""


FromOwnValues = Callable[[Sequence[Interval]], Interval]
"""Returns a result over peers from the agent's own values that enter it: the arguments of its instruction."""


def bounds(
    lowered: Lowered, given: Mapping[int, Interval], over_peers: Mapping[int, FromOwnValues] | None = None
) -> list[Interval]:
    """Return an interval for every instruction that its value never leaves, whatever the given ones hold.

    Args:
        lowered: A program on integers.
        given: Intervals of what comes from outside (inputs, what is carried, results over peers) by place.
            What is not given may be anything.
        over_peers: How results over peers that are not given follow from the agent's own values, by place.

    Where all that is given is points, so are the intervals: then this is an evaluation.
    """
    found: list[Interval] = []
    for place, instruction in enumerate(lowered.instructions):
        if place in given:
            found.append(given[place])
            continue
        arguments = [found[argument] for argument in instruction.arguments]
        if instruction.operation is Operation.PICK:
            arguments = _options_in_their_bands(lowered.instructions, instruction, found)
        of_known = _OF_KNOWN.get(instruction.operation)
        if over_peers and place in over_peers:
            found.append(over_peers[place](arguments))
        elif of_known is None:
            found.append(_OTHERS[instruction.operation](instruction, arguments))
        elif False in [argument.may_be_known for argument in arguments]:
            found.append(NEVER_KNOWN)
        else:
            low, high = of_known(instruction, arguments)
            found.append(Interval(low, high, True in [argument.may_be_unknown for argument in arguments]))
    return found


# --- Ends


def _extended(interval: Interval) -> tuple[End, End]:
    return (
        -inf if interval.low is None else interval.low,
        inf if interval.high is None else interval.high,
    )


def _ends(corners: Iterable[End]) -> Ends:
    """Return the ends of an interval that reaches all corners."""
    every = list(corners)
    low, high = min(every), max(every)
    return (low if isinstance(low, int) else None, high if isinstance(high, int) else None)


def _hull(parts: Iterable[Interval], *, may_be_unknown: bool = False) -> Interval:
    """Return the interval of a value that is one of several."""
    every = list(parts)
    known = [part for part in every if part.may_be_known]
    if not known:
        return NEVER_KNOWN
    low, high = _ends(end for part in known for end in _extended(part))
    return Interval(low, high, may_be_unknown or any(part.may_be_unknown for part in every))


# --- Operations that are known exactly where all arguments are


def _linear(instruction: Instruction, arguments: Sequence[Interval]) -> Ends:
    offset, *factors = instruction.constants
    low: int | None = offset
    high: int | None = offset
    for factor, argument in zip(factors, arguments, strict=True):
        near, far = (argument.low, argument.high) if factor >= 0 else (argument.high, argument.low)
        if factor:
            low = None if low is None or near is None else low + factor * near
            high = None if high is None or far is None else high + factor * far
    return low, high


def _product(instruction: Instruction, arguments: Sequence[Interval]) -> Ends:
    (factor,) = instruction.constants
    so_far = Interval.of(factor)
    for argument in arguments:
        corners = (_times(one, other) for one in _extended(so_far) for other in _extended(argument))
        so_far = Interval(*_ends(corners))
    return so_far.low, so_far.high


def _times(one: End, other: End) -> End:
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    if not one or not other:
        return 0
    return inf if (one > 0) == (other > 0) else -inf


def _round(instruction: Instruction, arguments: Sequence[Interval]) -> Ends:
    factor, divisor = instruction.constants
    low, high = (
        None if end is None else rounded_ratio(end * factor, divisor, instruction.rounding)
        for end in arguments[0][:2]
    )
    return low, high


def _least(_: Instruction, arguments: Sequence[Interval]) -> Ends:
    lows, highs = zip(*(_extended(argument) for argument in arguments), strict=True)
    return _ends((min(lows), min(highs)))


def _greatest(_: Instruction, arguments: Sequence[Interval]) -> Ends:
    lows, highs = zip(*(_extended(argument) for argument in arguments), strict=True)
    return _ends((max(lows), max(highs)))


def _truth(*, surely: bool, surely_not: bool) -> Ends:
    return (int(surely), int(not surely_not))


def _less(_: Instruction, arguments: Sequence[Interval]) -> Ends:
    (left_low, left_high), (right_low, right_high) = map(_extended, arguments)
    return _truth(surely=left_high < right_low, surely_not=left_low >= right_high)


def _less_or_equal(_: Instruction, arguments: Sequence[Interval]) -> Ends:
    (left_low, left_high), (right_low, right_high) = map(_extended, arguments)
    return _truth(surely=left_high <= right_low, surely_not=left_low > right_high)


def _equal(_: Instruction, arguments: Sequence[Interval]) -> Ends:
    (left_low, left_high), (right_low, right_high) = map(_extended, arguments)
    return _truth(
        surely=left_low == left_high == right_low == right_high,
        surely_not=left_high < right_low or right_high < left_low,
    )


def _unequal(instruction: Instruction, arguments: Sequence[Interval]) -> Ends:
    low, high = _equal(instruction, arguments)
    return _truth(surely=high == 0, surely_not=low == 1)


def _not(_: Instruction, arguments: Sequence[Interval]) -> Ends:
    return _truth(surely=not arguments[0].may_be_true, surely_not=not arguments[0].may_be_false)


def _band(instruction: Instruction, arguments: Sequence[Interval]) -> Ends:
    (low, high), *limits = map(_extended, arguments)
    if instruction.constants[0]:
        passed = [(low > limit_high, high > limit_low) for limit_low, limit_high in limits]
    else:
        passed = [(low >= limit_high, high >= limit_low) for limit_low, limit_high in limits]
    return 1 + sum(surely for surely, _ in passed), 1 + sum(perhaps for _, perhaps in passed)


_OF_KNOWN: dict[Operation, Callable[[Instruction, Sequence[Interval]], Ends]] = {
    Operation.LINEAR: _linear,
    Operation.PRODUCT: _product,
    Operation.ROUND: _round,
    Operation.LEAST: _least,
    Operation.GREATEST: _greatest,
    Operation.LESS: _less,
    Operation.LESS_OR_EQUAL: _less_or_equal,
    Operation.EQUAL: _equal,
    Operation.UNEQUAL: _unequal,
    Operation.NOT: _not,
    Operation.BAND: _band,
}


# --- The others


def _from_outside(instruction: Instruction, _: Sequence[Interval]) -> Interval:
    low, high = (0, 1) if instruction.boolean else (None, None)
    return Interval(low, high, instruction.optional)


def _constant(instruction: Instruction, _: Sequence[Interval]) -> Interval:
    return Interval.of(instruction.constants[0])


def _unknown(_: Instruction, __: Sequence[Interval]) -> Interval:
    return NEVER_KNOWN


def _quotient(instruction: Instruction, arguments: Sequence[Interval]) -> Interval:
    factor, divisor_factor = instruction.constants
    dividend, divisor = arguments
    if not dividend.may_be_known or not divisor.may_be_known:
        return NEVER_KNOWN
    low, high = _extended(divisor)
    # Divisors are whole numbers: the two next to zero are the nearest that divide.
    pieces = [(start, end) for start, end in ((low, min(high, -1)), (max(low, 1), high)) if start <= end]
    if not pieces:
        return NEVER_KNOWN

    def corner(one: End, other: End) -> End:
        if not isinstance(other, int):
            return 0
        if not isinstance(one, int):
            return inf if (one > 0) == (other > 0) else -inf
        return rounded_ratio(one * factor, other * divisor_factor, instruction.rounding)

    ends = _ends(corner(one, other) for piece in pieces for other in piece for one in _extended(dividend))
    may_be_zero = low <= 0 <= high
    return Interval(*ends, may_be_zero or dividend.may_be_unknown or divisor.may_be_unknown)


def _mean(instruction: Instruction, arguments: Sequence[Interval]) -> Interval:
    factor, divisor, skips = instruction.constants
    values, weights = arguments[: len(arguments) // 2], arguments[len(arguments) // 2 :]
    usable = all(weight.may_be_known and _extended(weight)[1] >= 0 for weight in weights)
    complete = all(value.may_be_known for value in values)
    counted = [
        (value, weight)
        for value, weight in zip(values, weights, strict=True)
        if value.may_be_known and weight.high != 0
    ]
    if not usable or not counted or not (complete or skips):
        return NEVER_KNOWN
    surely_usable = not any(weight.may_be_unknown or _extended(weight)[0] < 0 for weight in weights)
    sure = surely_usable and not any(value.may_be_unknown for value in values if value.may_be_known)
    parts = [
        (value, weight.low)
        for value, weight in counted
        if weight.low is not None and weight.low == weight.high
    ]
    if sure and len(parts) == len(counted):
        total = sum(weight for _, weight in parts)
        sum_of_parts = Instruction(Operation.LINEAR, constants=(0, *(weight for _, weight in parts)))
        low, high = _linear(sum_of_parts, [value for value, _ in parts])
        whole = Interval(low, high)
        divisor *= total
    else:
        whole = _hull(value for value, _ in counted)
        sure = False
    ends = _round(
        Instruction(Operation.ROUND, constants=(factor, divisor), rounding=instruction.rounding), [whole]
    )
    return Interval(*ends, may_be_unknown=not sure)


def _all_of(_: Instruction, arguments: Sequence[Interval]) -> Interval:
    low = int(not any(argument.may_be_false for argument in arguments))
    high = int(all(argument.may_be_true for argument in arguments))
    return _kleene(low, high, arguments, [argument.may_be_true for argument in arguments])


def _any_of(_: Instruction, arguments: Sequence[Interval]) -> Interval:
    low = int(not all(argument.may_be_false for argument in arguments))
    high = int(any(argument.may_be_true for argument in arguments))
    return _kleene(low, high, arguments, [argument.may_be_false for argument in arguments])


def _kleene(low: int, high: int, arguments: Sequence[Interval], neutral: Sequence[bool]) -> Interval:
    """Return the interval of a conjunction or disjunction, given which arguments may leave it open."""
    open_to_all = all(
        argument.may_be_unknown or may_be_neutral
        for argument, may_be_neutral in zip(arguments, neutral, strict=True)
    )
    may_be_unknown = open_to_all and any(argument.may_be_unknown for argument in arguments)
    return Interval(low, high, may_be_unknown) if low <= high else NEVER_KNOWN


def _known(_: Instruction, arguments: Sequence[Interval]) -> Interval:
    (value,) = arguments
    return Interval(*_truth(surely=not value.may_be_unknown, surely_not=not value.may_be_known))


def _default(_: Instruction, arguments: Sequence[Interval]) -> Interval:
    value, otherwise = arguments
    if not value.may_be_unknown:
        return value
    known = [value._replace(may_be_unknown=False)] if value.may_be_known else []
    return _hull([*known, otherwise])


def _choose(_: Instruction, arguments: Sequence[Interval]) -> Interval:
    condition, then, otherwise = arguments
    if condition.low == condition.high and not condition.may_be_unknown:
        return then if condition.low else otherwise
    chosen = [then] if condition.may_be_true else []
    if condition.may_be_false:
        chosen.append(otherwise)
    return _hull(chosen, may_be_unknown=condition.may_be_unknown)


def _pick(instruction: Instruction, arguments: Sequence[Interval]) -> Interval:
    index, *options = arguments
    (first,) = instruction.constants
    low, high = _extended(index)
    reached = [option for number, option in enumerate(options, start=first) if low <= number <= high]
    misses = low < first or high >= first + len(options)
    if not index.may_be_known:
        return NEVER_KNOWN
    return _hull(reached, may_be_unknown=misses or index.may_be_unknown)


def _options_in_their_bands(
    instructions: Sequence[Instruction], pick: Instruction, found: Sequence[Interval]
) -> list[Interval]:
    """Return the intervals of what is picked from by the number of a band.

    An option that follows from the very value that lies in bands only has to hold for the values of its band.
    """
    index, *places = pick.arguments
    intervals = [found[place] for place in pick.arguments]
    if instructions[index].operation is not Operation.BAND:
        return intervals
    value, *limits = instructions[index].arguments
    ends = [None, *(found[limit] for limit in limits), None]
    for position, place in enumerate(places, start=1):
        number = pick.constants[0] + position - 1
        option = instructions[place]
        follows = option.operation is Operation.LINEAR and option.arguments == (value,)
        if follows and 1 <= number < len(ends):
            start, end = ends[number - 1], ends[number]
            in_band = _cut(found[value], start.low if start else None, end.high if end else None)
            low, high = _linear(option, [in_band])
            intervals[position] = _cut(intervals[position], low, high)
    return intervals


def _cut(interval: Interval, low: int | None, high: int | None) -> Interval:
    """Return what of an interval is between two ends; all of it where nothing is."""
    lows = [end for end in (interval.low, low) if end is not None]
    highs = [end for end in (interval.high, high) if end is not None]
    if lows and highs and max(lows) > min(highs):
        return interval
    return interval._replace(low=max(lows, default=None), high=min(highs, default=None))


_OTHERS: dict[Operation, Callable[[Instruction, Sequence[Interval]], Interval]] = {
    Operation.INPUT: _from_outside,
    Operation.CARRIED: _from_outside,
    Operation.PEER: _from_outside,
    Operation.CONSTANT: _constant,
    Operation.UNKNOWN: _unknown,
    Operation.QUOTIENT: _quotient,
    Operation.MEAN: _mean,
    Operation.ALL_OF: _all_of,
    Operation.ANY_OF: _any_of,
    Operation.KNOWN: _known,
    Operation.DEFAULT: _default,
    Operation.CHOOSE: _choose,
    Operation.PICK: _pick,
}
