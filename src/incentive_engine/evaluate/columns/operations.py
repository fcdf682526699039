"""Every operation of a program as an expression of polars: the only place that knows how polars counts.

Polars treats null differently from one operation to the next and lets integers wrap around without a word.
So nothing outside this file builds an expression of values, and nothing here is built before
`calculated_in` has shown that no integer on the way leaves its width.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import cast

import polars as pl

from incentive_engine.evaluate.columns.column import Bands, Column, DoesNotFitError, Sort, literal, width_of
from incentive_engine.graph.bounds import Interval
from incentive_engine.graph.instructions import Instruction, Operation
from incentive_engine.graph.rounding import Rounding


def result_column(instruction: Instruction, interval: Interval, arguments: Sequence[Column]) -> Column:
    """Return the column of an instruction's values.

    Args:
        instruction: Any instruction but those whose values come from outside.
        interval: What its value may be.
        arguments: The columns of its arguments.

    Raises:
        DoesNotFitError: if an integer on the way to it may be too large for any column.
    """
    if not interval.may_be_known:
        return Column(interval)
    if interval.low is not None and interval.low == interval.high and not interval.may_be_unknown:
        return Column(interval, constant=interval.low)
    sort = calculated_in(instruction, arguments)
    expression = expression_of(instruction, arguments, sort)
    if instruction.boolean:
        return Column(interval, expression, pl.Boolean)
    if instruction.operation is Operation.BAND:
        return Column(interval, expression, pl.Int64, bands=_bands(instruction, arguments))
    if sort is pl.Int128 and width_of(Column(interval).size) is pl.Int64:
        return Column(interval, expression.cast(pl.Int64), pl.Int64)
    return Column(interval, expression, sort)


def has_constant_limits(limits: Sequence[Interval]) -> bool:
    """Whether bands have the same limits in all rows, in ascending order."""
    lows = [limit.low for limit in limits if limit.low is not None and limit.low == limit.high]
    return len(lows) == len(limits) and lows == sorted(lows) and not any(x.may_be_unknown for x in limits)


def _bands(instruction: Instruction, arguments: Sequence[Column]) -> Bands | None:
    value, *limits = arguments
    if not has_constant_limits([limit.interval for limit in limits]):
        return None
    ends = [limit.interval.low or 0 for limit in limits]
    return Bands(value, ends, from_limit=not instruction.constants[0])


def calculated_in(instruction: Instruction, arguments: Sequence[Column]) -> Sort:
    """Return what an operation has to be calculated in, so that nothing on the way wraps around.

    For operations that compare or choose it is what the values that are compared or chosen have in common.

    Raises:
        DoesNotFitError: if nothing is wide enough.
    """
    largest = _LARGEST.get(instruction.operation)
    if largest is None:
        # Truth values that are chosen from may all be constants, which have no sort of their own.
        if instruction.boolean and instruction.operation in _CHOOSING:
            return pl.Boolean
        return _common(arguments[_FIRST_VALUE.get(instruction.operation, 0) :])
    if any(argument.sort is pl.String for argument in arguments):
        raise DoesNotFitError
    return width_of(largest(instruction, arguments))


def expression_of(instruction: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    """Return the expression of an instruction, calculated in a sort that `calculated_in` allows."""
    return _EXPRESSIONS[instruction.operation](instruction, arguments, sort)


def is_repeated(operation: Operation, position: int) -> bool:
    """Whether the expression of an operation has its argument at a position more than once."""
    first_only = operation in (Operation.PICK, Operation.CHOOSE, Operation.BAND)
    return operation in _REPEATING or (first_only and position == 0)


_REPEATING = (Operation.ROUND, Operation.QUOTIENT, Operation.MEAN)


# --- The largest integer on the way to a result

_CHOOSING = (Operation.DEFAULT, Operation.CHOOSE, Operation.PICK)
# Where the values begin that have to be of one sort.
_FIRST_VALUE = {Operation.CHOOSE: 1, Operation.PICK: 1}


def _common(columns: Sequence[Column]) -> Sort:
    """Return the sort that can hold all of some values."""
    sorts = {column.sort for column in columns}
    if pl.String in sorts:
        if sorts - {pl.String, None}:
            raise DoesNotFitError
        return pl.String
    if pl.Boolean in sorts:
        return pl.Boolean
    return width_of(max(column.size for column in columns))


def _largest_linear(instruction: Instruction, arguments: Sequence[Column]) -> int:
    offset, *factors = instruction.constants
    terms = (abs(factor) * column.size for factor, column in zip(factors, arguments, strict=True) if factor)
    return abs(offset) + sum(terms) + max(abs(factor) for factor in factors)


def _largest_product(instruction: Instruction, arguments: Sequence[Column]) -> int:
    largest = abs(instruction.constants[0])
    for column in arguments:
        largest *= max(column.size, 1)
    return largest


def _largest_round(instruction: Instruction, arguments: Sequence[Column]) -> int:
    factor, divisor = instruction.constants
    return 2 * (arguments[0].size * abs(factor) + divisor)


def _largest_quotient(instruction: Instruction, arguments: Sequence[Column]) -> int:
    factor, divisor_factor = instruction.constants
    dividend, divisor = arguments
    return 2 * (max(dividend.size, 1) * abs(factor) + max(divisor.size, 1) * divisor_factor)


def _largest_mean(instruction: Instruction, arguments: Sequence[Column]) -> int:
    factor, divisor, _ = instruction.constants
    values, weights = _halves(arguments)
    parts = sum(
        max(value.size, 1) * max(weight.size, 1) for value, weight in zip(values, weights, strict=True)
    )
    return 2 * (parts * factor + sum(weight.size for weight in weights) * divisor + divisor)


def _largest_extreme(_: Instruction, arguments: Sequence[Column]) -> int:
    return max(column.size for column in arguments)


_LARGEST: dict[Operation, Callable[[Instruction, Sequence[Column]], int]] = {
    Operation.LINEAR: _largest_linear,
    Operation.PRODUCT: _largest_product,
    Operation.ROUND: _largest_round,
    Operation.QUOTIENT: _largest_quotient,
    Operation.MEAN: _largest_mean,
    Operation.LEAST: _largest_extreme,
    Operation.GREATEST: _largest_extreme,
    Operation.LESS: _largest_extreme,
    Operation.LESS_OR_EQUAL: _largest_extreme,
    Operation.BAND: _largest_extreme,
}


# --- Rounding


def rounded(dividend: pl.Expr, divisor: pl.Expr | int, rounding: Rounding, sort: Sort) -> pl.Expr:
    """Return `dividend / divisor`, the divisor above zero, rounded as `graph.rounding.rounded_ratio` does.

    Twice both numbers added up have to fit into the sort.
    """
    by = literal(divisor, sort) if isinstance(divisor, int) else divisor
    one, two = literal(1, sort), literal(2, sort)
    zero = literal(0, sort)
    match rounding:
        case Rounding.HALF_UP:
            return (two * dividend + by - (dividend < zero).cast(sort)) // (two * by)
        case Rounding.HALF_EVEN:
            below = dividend // by
            odd = below - below // two * two
            return (two * dividend + by - one + odd) // (two * by)
        case Rounding.DOWN:
            return (dividend + (by - one) * (dividend < zero).cast(sort)) // by
        case _:  # Up
            return (dividend + (by - one) * (dividend > zero).cast(sort)) // by


def _rounded_by_constant(
    dividend: pl.Expr, divisor: int, instruction: Instruction, sort: Sort, *, never_negative: bool
) -> pl.Expr:
    """Return what `rounded` does, with fewer steps where the divisor is constant."""
    if instruction.rounding is not Rounding.HALF_UP:
        return rounded(dividend, divisor, instruction.rounding, sort)
    doubled = 1 + divisor % 2  # Half of an even divisor is whole as it is.
    half = literal(doubled * divisor // 2, sort)
    up = (literal(2, sort) * dividend if doubled == 2 else dividend) + half  # noqa: PLR2004 -- twice as much
    if not never_negative:
        up -= (dividend < literal(0, sort)).cast(sort)
    return up // literal(doubled * divisor, sort)


_MOST_OF_INT8 = 2**7


# --- Operations. `sort` is what the integers are calculated in, or what is chosen.


def _times(factor: int, expression: pl.Expr, sort: Sort) -> pl.Expr:
    return expression if factor == 1 else literal(factor, sort) * expression


def _linear(instruction: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    offset, *factors = instruction.constants
    pairs = list(zip(factors, arguments, strict=True))
    added = [_times(factor, column.to(sort), sort) for factor, column in pairs if factor >= 0]
    taken_off = [_times(-factor, column.to(sort), sort) for factor, column in pairs if factor < 0]
    if offset or not added:
        added.append(literal(offset, sort))
    return reduce(pl.Expr.__sub__, [reduce(pl.Expr.__add__, added), *taken_off])


def _product(instruction: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    product = reduce(pl.Expr.__mul__, [column.to(sort) for column in arguments])
    return _times(instruction.constants[0], product, sort)


def _round(instruction: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    factor, divisor = instruction.constants
    (value,) = arguments
    dividend = _times(factor, value.to(sort), sort)
    return _rounded_by_constant(
        dividend, divisor, instruction, sort, never_negative=value.never_negative and factor > 0
    )


def _quotient(instruction: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    factor, divisor_factor = instruction.constants
    dividend = _times(factor, arguments[0].to(sort), sort)
    divisor = _times(divisor_factor, arguments[1].to(sort), sort)
    zero = literal(0, sort)
    if not arguments[1].never_negative:
        # The sign moves to the dividend: rounding treats both signs alike.
        negative = divisor < zero
        dividend = pl.when(negative).then(zero - dividend).otherwise(dividend)
        divisor = pl.when(negative).then(zero - divisor).otherwise(divisor)
    # A row whose divisor is zero or unknown is null, whatever the division makes of it.
    return pl.when(divisor != zero).then(rounded(dividend, divisor, instruction.rounding, sort))


def _mean(instruction: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    factor, divisor, skips = instruction.constants
    values, weights = _halves(arguments)
    zero = literal(0, sort)
    usable = pl.lit(True)  # noqa: FBT003 -- polars takes a literal by position
    sizes: list[pl.Expr] = []
    parts: list[pl.Expr] = []
    for value, weight in zip(values, weights, strict=True):
        size, of_value = weight.to(sort), value.to(sort)
        usable &= size >= zero
        if skips and value.may_be_unknown:
            # What is unknown leaves the mean with its weight.
            is_known = of_value.is_not_null()
            sizes.append(pl.when(is_known).then(size).otherwise(zero))
            parts.append(pl.when(is_known).then(size * of_value).otherwise(zero))
        else:
            sizes.append(size)
            parts.append(size * of_value)
    total = reduce(pl.Expr.__add__, sizes)
    whole = _times(factor, reduce(pl.Expr.__add__, parts), sort)
    mean = rounded(whole, _times(divisor, total, sort), instruction.rounding, sort)
    return pl.when(usable & (total > zero)).then(mean)


def _halves(arguments: Sequence[Column]) -> tuple[Sequence[Column], Sequence[Column]]:
    half = len(arguments) // 2
    return arguments[:half], arguments[half:]


def _extreme(*, least: bool) -> Callable[[Instruction, Sequence[Column], Sort], pl.Expr]:
    def expression(_: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
        *others, last = sorted(
            _deciding(arguments, least=least), key=lambda column: column.expression is None
        )
        if not others:
            return last.to(sort)
        if len(others) == 1 and last.constant is not None:
            # A limit that is the same for all rows: null stays null.
            limit, (value,) = literal(last.constant, sort), others
            limits = {"upper_bound": limit} if least else {"lower_bound": limit}
            return value.to(sort).clip(**limits)
        every = [column.to(sort) for column in (*others, last)]
        found = pl.min_horizontal(every) if least else pl.max_horizontal(every)
        # Polars passes over what is null.
        unsure = [column.to(sort).is_not_null() for column in (*others, last) if column.may_be_unknown]
        return pl.when(reduce(and_, unsure)).then(found) if unsure else found

    return expression


def _deciding(arguments: Sequence[Column], *, least: bool) -> list[Column]:
    """Return the arguments without those that another one keeps from being the result in any row."""
    deciding = list(arguments)
    for column in arguments:
        others = [other for other in deciding if other is not column and other.interval.may_be_known]
        if column.may_be_unknown or not others:
            continue
        low, high = (column.interval.low or 0, column.interval.high or 0)
        if any(
            (other.interval.high or 0) <= low if least else high <= (other.interval.low or 0)
            for other in others
        ):
            deciding.remove(column)
    return deciding


def _comparison(
    compare: Callable[[pl.Expr, pl.Expr], pl.Expr],
) -> Callable[[Instruction, Sequence[Column], Sort], pl.Expr]:
    def expression(_: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
        left, right = arguments
        return compare(left.to(sort), right.to(sort))

    return expression


def _all_of(_: Instruction, arguments: Sequence[Column], __: Sort) -> pl.Expr:
    return reduce(and_, [column.to(pl.Boolean) for column in _without(1, arguments)])


def _any_of(_: Instruction, arguments: Sequence[Column], __: Sort) -> pl.Expr:
    return reduce(or_, [column.to(pl.Boolean) for column in _without(0, arguments)])


def _without(constant: int, arguments: Sequence[Column]) -> Sequence[Column]:
    """Return the arguments without the constants that decide nothing, but at least one."""
    return [column for column in arguments if column.constant != constant] or arguments[:1]


def _not(_: Instruction, arguments: Sequence[Column], __: Sort) -> pl.Expr:
    return ~arguments[0].to(pl.Boolean)


def _known(_: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    return arguments[0].to(sort).is_not_null()


def _default(_: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    if not arguments[0].may_be_unknown:
        return arguments[0].to(sort)
    return pl.coalesce([column.to(sort) for column in arguments])


def _choose(_: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    then, otherwise = (column.to(sort) for column in arguments[1:])
    if arguments[0].constant is not None:
        return then if arguments[0].constant else otherwise
    condition = arguments[0].to(pl.Boolean)
    chosen = pl.when(condition).then(then)
    # `otherwise` would be taken where the condition is null.
    return (
        chosen.when(~condition).then(otherwise)
        if arguments[0].may_be_unknown
        else chosen.otherwise(otherwise)
    )


def _pick(instruction: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    index, *options = arguments
    (first,) = instruction.constants
    if index.bands:
        return _pick_by_band(index, dict(enumerate(options, start=first)), sort)
    width = width_of(index.size + first + len(options))
    number = index.to(width)
    numbers = range(first, first + len(options))
    low, high = index.interval.low or 0, index.interval.high or 0
    reached = [pair for pair in zip(numbers, options, strict=True) if low <= pair[0] <= high]
    # From the last to the first; an index that is null or points at no option is equal to none.
    picked = literal(None, sort)
    if not index.may_be_unknown and low in numbers and high in numbers:
        picked = reached.pop()[1].to(sort)
    for place, option in reversed(reached):
        picked = pl.when(number == literal(place, width)).then(option.to(sort)).otherwise(picked)
    return picked


def _pick_by_band(index: Column, options: Mapping[int, Column], sort: Sort) -> pl.Expr:
    """Return what is picked by the number of a band: from the lowest band on, the first that is not left."""
    bands = cast("Bands", index.bands)
    low, high = index.interval.low or 1, index.interval.high or 1
    width = width_of(max([bands.value.size, *map(abs, bands.limits)]))
    value = bands.value.to(width)
    nothing = literal(None, sort)
    chosen = {
        number: options[number].to(sort) if number in options else nothing for number in range(low, high + 1)
    }
    picked = chosen[high]
    if bands.value.may_be_unknown:
        picked = pl.when(value.is_not_null()).then(picked)
    for number in range(high - 1, low - 1, -1):
        limit = literal(bands.limits[number - 1], width)
        stays = value < limit if bands.from_limit else value <= limit
        picked = pl.when(stays).then(chosen[number]).otherwise(picked)
    return picked


def _band(instruction: Instruction, arguments: Sequence[Column], sort: Sort) -> pl.Expr:
    value, *limits = (column.to(sort) for column in arguments)
    passed = [value > limit if instruction.constants[0] else value >= limit for limit in limits]
    # Few bits for few bands.
    count = pl.Int8 if len(limits) < _MOST_OF_INT8 else pl.Int64
    return reduce(pl.Expr.__add__, [each.cast(count) for each in passed]).cast(pl.Int64) + literal(
        1, pl.Int64
    )


_EXPRESSIONS: dict[Operation, Callable[[Instruction, Sequence[Column], Sort], pl.Expr]] = {
    Operation.LINEAR: _linear,
    Operation.PRODUCT: _product,
    Operation.ROUND: _round,
    Operation.QUOTIENT: _quotient,
    Operation.LEAST: _extreme(least=True),
    Operation.GREATEST: _extreme(least=False),
    Operation.MEAN: _mean,
    Operation.LESS: _comparison(pl.Expr.__lt__),
    Operation.LESS_OR_EQUAL: _comparison(pl.Expr.__le__),
    Operation.EQUAL: _comparison(pl.Expr.__eq__),
    Operation.UNEQUAL: _comparison(pl.Expr.__ne__),
    Operation.ALL_OF: _all_of,
    Operation.ANY_OF: _any_of,
    Operation.NOT: _not,
    Operation.KNOWN: _known,
    Operation.DEFAULT: _default,
    Operation.CHOOSE: _choose,
    Operation.PICK: _pick,
    Operation.BAND: _band,
}
