"""Bands of a measure (阶梯) in their order.

They are written (`ruleset/bands.py`) all in one style, upwards or downwards, so that no gap and no overlap
can be written. What bands give is in `kinds/ladder.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Constant, Node
from incentive_engine.kinds.cases import Number as WrittenNumber
from incentive_engine.kinds.cases import holds_somewhere, judge
from incentive_engine.kinds.interface import FormulaContext
from incentive_engine.language.names import Compiled
from incentive_engine.language.ratios import beyond_ratio
from incentive_engine.language.types import COUNT, FAULTY, Value, choice
from incentive_engine.ruleset.bands import ENDS, STARTS, Band, Keyword
from incentive_engine.ruleset.fields import Quantity
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Span

# The keywords by which a value that equals the limit lies in the band below it.
_LIMIT_BELONGS_BELOW: tuple[Keyword, ...] = ("upto", "above")

# --- In order


@dataclass(frozen=True, slots=True)
class Rung:
    """One band with its lower and its upper end, None where it has none.

    `number` counts the bands from 1 as the ruleset lists them.
    """

    number: int
    band: Band
    low: Compiled | None
    high: Compiled | None

    @property
    def label(self) -> str:
        """The band's name, or its number."""
        return str(self.band.name or self.number)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The bands of a measure in ascending order.

    `place` is 1 for what lies below all limits, and unknown where the limits turn out not to be `in_order`;
    `first` is the place of the lowest band, 2 where lower values lie outside.
    A value equal to a limit lies in the band below it where `limit_belongs_below`.
    """

    measure: Value
    rungs: tuple[Rung, ...]
    limit_belongs_below: bool
    place: Node
    in_order: Node
    span: Span

    @property
    def first(self) -> int:
        """The place of the lowest band."""
        return 1 if self.rungs[0].low is None else 2


@dataclass(frozen=True, slots=True)
class _Limit:
    """One limit as it is written."""

    keyword: Keyword
    compiled: Compiled

    def __str__(self) -> str:
        return f"{self.keyword}: {self.compiled.text}"

    @property
    def span(self) -> Span:
        return self.compiled.text.span


def reached_band(builder: Builder, ladder: Ladder, name: str) -> Value:
    """Return the band reached: its name where bands have names, else its number as the ruleset lists it.

    `name` is what the choice between the names is called in messages; outside of all bands it is unknown.
    """
    if all(rung.band.name is None for rung in ladder.rungs):
        numbers = [builder.constant(rung.number) for rung in ladder.rungs]
        return Value(builder.pick(ladder.place, numbers, first=ladder.first), COUNT)
    indexes = [builder.constant(rung.number - 1) for rung in ladder.rungs]
    options = tuple(rung.label for rung in sorted(ladder.rungs, key=lambda rung: rung.number))
    return Value(builder.pick(ladder.place, indexes, first=ladder.first), choice(name, options))


def read_ladder(
    context: FormulaContext, measure: Compiled, bands: Sequence[Band], *, not_below_zero: bool = False
) -> Ladder | None:
    """Return bands in ascending order, or None after a problem with them has been reported.

    With `not_below_zero` no limit may be negative.
    """
    written = [_limits(context, measure, band) for band in bands]
    limits = _in_one_style(context, written)
    if limits is None or not _names_differ(context, bands):
        return None
    if not _open_band_is_at_an_end(context, limits, bands):
        return None
    known = [limit for limit in limits if limit is not None]
    if any(limit.compiled.value.type is FAULTY for limit in known):
        return None
    upwards = _upwards(context, limits)
    ascending = known if upwards else known[::-1]
    in_order = _check_order(context, ascending, not_below_zero=not_below_zero)
    return _ladder(context, measure, _rungs(bands, limits, upwards=upwards), ascending, in_order)


def span_of(quantity: Quantity) -> Span:
    """Return the place of a number."""
    return quantity.span if isinstance(quantity, Scalar) else quantity.by.span


def _limits(context: FormulaContext, measure: Compiled, band: Band) -> dict[Keyword, _Limit]:
    kind = measure.value.type
    expect = () if kind is FAULTY else (kind,)
    limits = {
        keyword: _Limit(keyword, context.number(quantity, expect=expect))
        for keyword, quantity in band.limits.items()
    }
    for limit in limits.values():
        beyond = beyond_ratio(measure.value, limit.compiled.value)
        if beyond is not None:
            code, values = beyond.problem(str(measure.text), str(limit.compiled.text))
            context.problem(code, limit.span, **values)
    return limits


def _in_one_style(
    context: FormulaContext, written: Sequence[Mapping[Keyword, _Limit]]
) -> list[_Limit | None] | None:
    """Return the one limit of each band, all of one keyword, or None after reporting what is wrong."""
    given = [limit for limits in written for limit in limits.values()]
    if len({limit.keyword for limit in given}) <= 1:
        return [next(iter(limits.values()), None) for limits in written]
    if not _report_joints(context, written):
        double = next((limits for limits in written if len(limits) > 1), None)
        first = next(iter(double.values())) if double else given[0]
        second = next(limit for limit in given if limit.keyword != first.keyword)
        context.problem("IE3205" if double else "IE3204", second.span, first=str(first), second=str(second))
    return None


def _report_joints(context: FormulaContext, written: Sequence[Mapping[Keyword, _Limit]]) -> bool:
    """Report where one band ends and the next one starts in different places."""
    found = False
    for one, other in pairwise(written):
        joint = _joint(one, other)
        if joint is None:
            continue
        end, start = joint
        code = _misfit(end, start)
        if code is not None:
            context.problem(code, start.span, end=str(end), start=str(start))
            found = True
    return found


def _joint(one: Mapping[Keyword, _Limit], other: Mapping[Keyword, _Limit]) -> tuple[_Limit, _Limit] | None:
    """Return the end of the lower and the start of the upper of two neighbours, where both are given."""
    one_end, one_start = _side(one, ENDS), _side(one, STARTS)
    other_end, other_start = _side(other, ENDS), _side(other, STARTS)
    if one_start and other_end and (one_end is None or (other_start and _exceeds(one_start, other_start))):
        return other_end, one_start
    return (one_end, other_start) if one_end and other_start else None


def _side(limits: Mapping[Keyword, _Limit], keywords: Sequence[Keyword]) -> _Limit | None:
    return next((limits[keyword] for keyword in keywords if keyword in limits), None)


def _exceeds(one: _Limit, other: _Limit) -> bool:
    left, right = one.compiled.value.node, other.compiled.value.node
    return isinstance(left, Constant) and isinstance(right, Constant) and left.value > right.value


def _misfit(end: _Limit, start: _Limit) -> str | None:
    """Return the code of the gap or the overlap between the end of a band and the start of the next one."""
    if _exceeds(end, start):
        return "IE3202"
    if _exceeds(start, end):
        return "IE3203"
    ends_at, starts_at = end.compiled.value.node, start.compiled.value.node
    if not isinstance(ends_at, Constant) or ends_at is not starts_at:
        return None
    return {("upto", "from"): "IE3202", ("below", "above"): "IE3203"}.get((end.keyword, start.keyword))


def _open_band_is_at_an_end(
    context: FormulaContext, limits: Sequence[_Limit | None], bands: Sequence[Band]
) -> bool:
    without = [place for place, limit in enumerate(limits) if limit is None]
    if not without or (len(without) == 1 and without[0] in (0, len(limits) - 1)):
        return True
    inner = next((place for place in without if place not in (0, len(limits) - 1)), without[0])
    context.problem("IE3206", _amount_place(bands[inner]), number=str(inner + 1))
    return False


def _amount_place(band: Band) -> Span:
    """Return the place of what a band gives: the band itself has none."""
    amounts = (value for _, value in band if isinstance(value, tuple))
    return span_of(next(amounts)[0])


def _names_differ(context: FormulaContext, bands: Sequence[Band]) -> bool:
    labels: dict[str, int] = {}
    for number, band in enumerate(bands, 1):
        other = labels.setdefault(str(band.name or number), number)
        if other != number and band.name is not None:
            context.problem("IE3213", band.name, name=str(band.name))
            return False
    return True


def _upwards(context: FormulaContext, limits: Sequence[_Limit | None]) -> bool:
    """Whether the bands are listed upwards.

    Ends upwards and starts downwards have their open band last, the other two have it first. Without one the
    first two limits decide.
    """
    known = [limit for limit in limits if limit is not None]
    by_end = not known or known[0].keyword in ENDS
    if len(known) <= 1 or len(known) < len(limits):
        return by_end == (limits[0] is not None or len(limits) == 1)
    first, second = (limit.compiled.value.node for limit in known[:2])
    return not holds_somewhere(context, context.builder.compare("<", second, first))


def _check_order(context: FormulaContext, ascending: Sequence[_Limit], *, not_below_zero: bool) -> Node:
    """Report limits that are surely out of order; return whether they are in order, true where it is sure."""
    builder = context.builder
    statements: list[Node] = []
    if not_below_zero and ascending:
        lowest = ascending[0].compiled
        statement = builder.compare("<=", builder.constant(0), lowest.value.node)
        verdict = judge(context, statement, [WrittenNumber(lowest.value.node, lowest.value.type)])
        if verdict.fails is not None:
            context.problem("IE3208", lowest.text, number=verdict.fails.values[0], case=verdict.fails.case)
        statements += [] if verdict.always else [statement]
    for one, other in pairwise(ascending):
        numbers = [
            WrittenNumber(limit.compiled.value.node, limit.compiled.value.type) for limit in (one, other)
        ]
        statement = builder.compare("<", numbers[0].node, numbers[1].node)
        verdict = judge(context, statement, numbers)
        if verdict.fails is not None:
            lower, upper = verdict.fails.values
            context.problem("IE3201", other.span, lower=lower, upper=upper, case=verdict.fails.case)
        statements += [] if verdict.always else [statement]
    return builder.all_of(*statements)


def _rungs(bands: Sequence[Band], limits: Sequence[_Limit | None], *, upwards: bool) -> list[Rung]:
    """Return the bands in ascending order with both their ends."""
    listed = list(zip(bands, limits, strict=True))
    order = [(number, band, limit) for number, (band, limit) in enumerate(listed, 1)]
    if not upwards:
        order.reverse()
    by_end = any(limit is not None and limit.keyword in ENDS for limit in limits)
    own = [limit.compiled if limit else None for _, _, limit in order]
    lows, highs = ([None, *own[:-1]], own) if by_end else (own, [*own[1:], None])
    return [
        Rung(number, band, low, high) for (number, band, _), low, high in zip(order, lows, highs, strict=True)
    ]


def _ladder(
    context: FormulaContext,
    measure: Compiled,
    rungs: Sequence[Rung],
    ascending: Sequence[_Limit],
    in_order: Node,
) -> Ladder:
    builder = context.builder
    belongs_below = bool(ascending) and ascending[0].keyword in _LIMIT_BELONGS_BELOW
    place = builder.band(
        measure.value.node, [limit.compiled.value.node for limit in ascending], includes_limit=belongs_below
    )
    span = ascending[0].span if ascending else measure.text.span
    sure = builder.choose(in_order, place, builder.unknown())
    return Ladder(measure.value, tuple(rungs), belongs_below, sure, in_order, span)
