"""The functions of the language: one entry each, with what it says to its readers and what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.calendar import completed_months
from incentive_engine.language.function import Application, Function, Kind
from incentive_engine.language.types import BOOLEAN, COUNT, DATE, NUMBER, RATIO, Type, Value

# `min`, `max`, `mean`, `median` and `spread` take up to this many values.
MOST_VALUES = 20

# What these give of earlier periods and of dates is told in explanations, as is all that looks at peers.
_TOLD = frozenset(
    {
        *("previous", "ytd", "rolling", "streak", "rise"),
        *("days_between", "months_between", "share_of_period"),
    }
)

_functions: dict[str, Function] = {}
FUNCTIONS: Mapping[str, Function] = MappingProxyType(_functions)
"""Every function of the language by its name."""

_Meaning = Callable[[Application], Value]


def _function(
    signature: str,
    *takes: Kind,
    en: str,
    zh: str,
    fewest: int | None = None,
    most: int | None = None,
    alike: bool = False,
    group: bool = False,
    whole_range: tuple[int, int] = (0, 0),
) -> Callable[[_Meaning], _Meaning]:
    """Enter a function in the table; it takes each of `takes` once unless `fewest` and `most` say more."""

    def enter(meaning: _Meaning) -> _Meaning:
        name = signature.partition("(")[0]
        _functions[name] = Function(
            name=name,
            signature=signature,
            summary=MappingProxyType({"en": en, "zh": zh}),
            takes=takes,
            fewest=len(takes) if fewest is None else fewest,
            most=len(takes) if most is None else most,
            meaning=meaning,
            alike=alike,
            group=group,
            whole_range=whole_range,
            tells=group or name in _TOLD,
        )
        return meaning

    return enter


# --- Numbers


@_function(
    "min(x, y, ...)",
    "ordered",
    most=MOST_VALUES,
    alike=True,
    en="The least of 1 to 20 numbers, or the earliest of as many dates.",
    zh="1 到 20 个数中最小的一个，或日期中最早的一个。",
)
def _min(call: Application) -> Value:
    return call.as_agreed(call.builder.least(*call.nodes))


@_function(
    "max(x, y, ...)",
    "ordered",
    most=MOST_VALUES,
    alike=True,
    en="The greatest of 1 to 20 numbers, or the latest of as many dates.",
    zh="1 到 20 个数中最大的一个，或日期中最晚的一个。",
)
def _max(call: Application) -> Value:
    return call.as_agreed(call.builder.greatest(*call.nodes))


@_function(
    "clamp(x, lowest, highest)",
    "ordered",
    "ordered",
    "ordered",
    alike=True,
    en="The value, but at least the lowest and at most the highest.",
    zh="取值限定在最低值与最高值之间。",
)
def _clamp(call: Application) -> Value:
    return call.as_agreed(call.builder.clamp(*call.nodes))


@_function("abs(x)", "number", en="The size of a number without its sign.", zh="绝对值。")
def _abs(call: Application) -> Value:
    (node,) = call.nodes
    return call.as_first(call.builder.greatest(node, call.builder.negative(node)))


@_function(
    "round(x, places)",
    "number",
    "whole",
    fewest=1,
    whole_range=(0, 12),
    en="The number rounded to decimal places, none unless said; a duration in seconds.",
    zh="保留指定的小数位，不写则取整；时长以秒计。",
)
def _round(call: Application) -> Value:
    return call.as_first(call.builder.round(call.nodes[0], call.whole(1, otherwise=0), call.rounding))


@_function(
    "floor(x)",
    "number",
    en="The next whole number that is not greater; a duration in seconds.",
    zh="向下取整；时长以秒计。",
)
def _floor(call: Application) -> Value:
    return call.as_first(_rounded_down(call, call.nodes[0]))


@_function(
    "ceil(x)",
    "number",
    en="The next whole number that is not less; a duration in seconds.",
    zh="向上取整；时长以秒计。",
)
def _ceil(call: Application) -> Value:
    opposite = _rounded_down(call, call.builder.negative(call.nodes[0]))
    return call.as_first(call.builder.negative(opposite))


def _rounded_down(call: Application, node: Node) -> Node:
    """Round toward minus infinity, where rounding down goes toward zero."""
    build = call.builder
    toward_zero = build.round(node, 0, Rounding.DOWN)
    below = build.subtract(toward_zero, build.constant(1))
    return build.choose(build.compare("<", node, toward_zero), below, toward_zero)


@_function(
    "mean(x, y, ...)",
    "number",
    most=MOST_VALUES,
    alike=True,
    en="The mean of 1 to 20 numbers.",
    zh="1 到 20 个数的平均值。",
)
def _mean(call: Application) -> Value:
    return _averaged(call, call.nodes)


@_function(
    "median(x, y, ...)",
    "number",
    most=MOST_VALUES,
    alike=True,
    en="The middle one of 1 to 20 numbers; of an even number of them, the mean of the middle two.",
    zh="1 到 20 个数的中位数；个数为偶数时取中间两数的平均值。",
)
def _median(call: Application) -> Value:
    ascending = _sorted(call)
    middle = (len(ascending) - 1) // 2
    return _averaged(call, ascending[middle : len(ascending) - middle])


def _sorted(call: Application) -> tuple[Node, ...]:
    """Return the values in ascending order: as many rounds of comparing neighbours as there are values."""
    nodes = list(call.nodes)
    for turn in range(len(nodes)):
        for left in range(turn % 2, len(nodes) - 1, 2):
            pair = nodes[left], nodes[left + 1]
            nodes[left], nodes[left + 1] = call.builder.least(*pair), call.builder.greatest(*pair)
    return tuple(nodes)


def _averaged(call: Application, nodes: tuple[Node, ...]) -> Value:
    share = call.builder.constant(Fraction(1, len(nodes)))
    mean = call.as_agreed(call.builder.multiply(share, call.builder.add(*nodes)))
    return mean if len(nodes) == 1 else _as(_averaged_type(mean.type), mean)


@_function(
    "spread(x, y, ...)",
    "number",
    most=MOST_VALUES,
    alike=True,
    en="The greatest of 1 to 20 numbers minus the least.",
    zh="1 到 20 个数中最大值与最小值之差。",
)
def _spread(call: Application) -> Value:
    greatest, least = call.builder.greatest(*call.nodes), call.builder.least(*call.nodes)
    return call.as_agreed(call.builder.subtract(greatest, least))


# --- Unknown values


@_function("known(x)", "anything", en="Whether the value is known.", zh="该值是否已知。")
def _known(call: Application) -> Value:
    return Value(call.builder.known(call.nodes[0]), BOOLEAN)


@_function(
    "default(x, y)",
    "anything",
    "anything",
    alike=True,
    en="The first value where it is known, else the second.",
    zh="第一个值已知时取第一个值，否则取第二个值。",
)
def _default(call: Application) -> Value:
    return call.as_agreed(call.builder.default(*call.nodes))


# --- Dates


@_function("period_start", en="The first day of the period.", zh="本期第一天。")
def _period_start(call: Application) -> Value:
    return Value(call.builder.period_number("start", call.window), DATE)


@_function("period_end", en="The last day of the period.", zh="本期最后一天。")
def _period_end(call: Application) -> Value:
    return Value(call.builder.period_number("end", call.window), DATE)


@_function(
    "days_between(a, b)",
    "date",
    "date",
    en="The days from date a to date b, that is b - a; negative where b is earlier.",
    zh="从日期 a 到日期 b 的天数，即 b - a；b 较早时为负数。",
)
def _days_between(call: Application) -> Value:
    first, last = call.nodes
    return Value(call.builder.subtract(last, first), COUNT)


@_function(
    "months_between(a, b)",
    "date",
    "date",
    en="The completed months from date a to date b; negative where b is earlier.",
    zh="从日期 a 到日期 b 的足月数；b 较早时为负数。",
)
def _months_between(call: Application) -> Value:
    first, last = call.nodes
    return Value(completed_months(call.builder, first, last), COUNT)


@_function(
    "share_of_period(from, until)",
    "date",
    "date",
    en="The share of the period's days that lie between two dates, both of them counted.",
    zh="两个日期之间（含首尾两天）的天数占本期天数的比例。",
)
def _share_of_period(call: Application) -> Value:
    build = call.builder
    first = build.greatest(call.nodes[0], build.period_number("start", call.window))
    last = build.least(call.nodes[1], build.period_number("end", call.window))
    days = build.add(build.subtract(last, first), build.constant(1))
    inside = build.greatest(build.constant(0), days)
    return Value(build.multiply(inside, build.inverse(build.period_number("days", call.window))), RATIO)


# --- Peers: the snapshots of the same period in the rule's scope, the agent's own among them


@_function(
    "group_sum(x)",
    "number",
    group=True,
    en="The sum over the group; members for whom it is unknown are left out.",
    zh="组内合计；数值未知的成员不计入。",
)
def _group_sum(call: Application) -> Value:
    return _as(_summed_type(call.first.type), call.as_first(_over_peers(call, call.nodes[0])))


@_function(
    "group_mean(x)",
    "number",
    group=True,
    en="The mean over the members of the group for whom it is known.",
    zh="组内数值已知的成员的平均值。",
)
def _group_mean(call: Application) -> Value:
    (node,) = call.nodes
    type_ = _averaged_type(call.first.type)
    total, count = _over_peers(call, node), _known_members(call, node)
    return _as(type_, call.as_first(call.builder.quotient(total, count, call.places(type_), call.rounding)))


@_function(
    "group_count(condition)",
    "condition",
    fewest=0,
    group=True,
    en="How many members of the group there are, or for how many of them a condition holds.",
    zh="组内成员人数，或其中满足条件的人数。",
)
def _group_count(call: Application) -> Value:
    where = call.builder.all_of(call.where, *call.nodes)
    one = call.builder.constant(1)
    return Value(call.builder.over_peers("sum", one, within=call.within, where=where), COUNT)


@_function(
    "group_min(x)",
    "number",
    group=True,
    en="The least value in the group.",
    zh="组内最小值。",
)
def _group_min(call: Application) -> Value:
    (node,) = call.nodes
    return call.as_first(call.builder.over_peers("lowest", node, within=call.within, where=call.where))


@_function(
    "group_max(x)",
    "number",
    group=True,
    en="The greatest value in the group.",
    zh="组内最大值。",
)
def _group_max(call: Application) -> Value:
    (node,) = call.nodes
    return call.as_first(call.builder.over_peers("highest", node, within=call.within, where=call.where))


@_function(
    "rank(x)",
    "number",
    group=True,
    en="The agent's place in the group, 1 for the best; equal values share a place (1, 1, 3).",
    zh="在组内的名次，第 1 名最好；数值相同则名次相同（1、1、3）。",
)
def _rank(call: Application) -> Value:
    ahead = _ahead(call, highest=call.first.better == "higher")
    return Value(call.builder.add(call.builder.constant(1), ahead), COUNT)


@_function(
    "percentile(x)",
    "number",
    group=True,
    en="The share of the group with a lower value, those with an equal one counted by half.",
    zh="组内数值较低的成员所占比例，数值相同者按一半计。",
)
def _percentile(call: Application) -> Value:
    build = call.builder
    count = _known_members(call, call.nodes[0])
    below, above = _ahead(call, highest=False), _ahead(call, highest=True)
    # Those equal are all that are neither below nor above: below + equal / 2 = (count + below - above) / 2.
    doubled = build.add(count, below, build.negative(above))
    twice = build.multiply(build.constant(2), count)
    return Value(build.quotient(doubled, twice, call.places(RATIO), call.rounding), RATIO)


def _over_peers(call: Application, node: Node) -> Node:
    return call.builder.over_peers("sum", node, within=call.within, where=call.where)


def _known_members(call: Application, node: Node) -> Node:
    known = call.builder.all_of(call.where, call.builder.known(node))
    return call.builder.over_peers("sum", call.builder.constant(1), within=call.within, where=known)


def _ahead(call: Application, *, highest: bool) -> Node:
    return call.builder.ahead(call.nodes, (highest,), within=call.within, where=call.where)


# --- History: the agent's earlier calendar periods


@_function(
    "previous(x)",
    "anything",
    en="The value in the period before; unknown in the agent's first period and after a missing one.",
    zh="上一期的值；首期或上一期缺失时为未知。",
)
def _previous(call: Application) -> Value:
    return call.as_first(call.history.previous(call.nodes[0]))


@_function(
    "ytd(x)",
    "number",
    en="The sum from the first period of the year to this one.",
    zh="本年第一期至本期的累计值。",
)
def _ytd(call: Application) -> Value:
    total = call.as_first(call.history.year_to_date(call.nodes[0]))
    return _as(_summed_type(total.type), total)


@_function(
    "rolling(x, periods)",
    "number",
    "whole",
    whole_range=(1, 120),
    en="The sum over the last periods, this one included.",
    zh="最近若干期（含本期）的合计。",
)
def _rolling(call: Application) -> Value:
    total = call.as_first(call.history.rolling(call.nodes[0], call.whole(1, otherwise=1)))
    return _as(_summed_type(total.type), total)


@_function(
    "streak(condition)",
    "condition",
    en="For how many periods in a row, up to this one, the condition has held.",
    zh="截至本期，条件连续成立的期数。",
)
def _streak(call: Application) -> Value:
    return Value(call.history.streak(call.nodes[0]), COUNT)


@_function(
    "rise(x)",
    "number",
    en="By how much the value is above that of the period before; zero where it is not.",
    zh="比上一期高出多少；没有高出则为零。",
)
def _rise(call: Application) -> Value:
    return call.as_first(call.history.rise(call.nodes[0]))


# --- Types


def _as(type_: Type, value: Value) -> Value:
    return Value(value.node, type_, bare=value.bare, better=value.better)


def _averaged_type(type_: Type) -> Type:
    """The mean of counts is no count."""
    return NUMBER if type_ == COUNT else type_


def _summed_type(type_: Type) -> Type:
    """The sum of ratios is no ratio."""
    return NUMBER if type_ == RATIO else type_
