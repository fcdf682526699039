"""The charts of the page: each is given what it shows, already counted, and draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import altair as alt

from incentive_engine.simulation.page.marks import (
    AFTER,
    BAR,
    BEFORE,
    INK,
    ROW,
    WIDTH,
    Row,
    Spec,
    amounts,
    at_nothing,
    by_side,
    by_sign,
    counts,
    data,
    drawn,
    hover,
    label,
    layered,
    nameless,
    names,
    row,
    sign,
)

MOST_NAMES = 40
"""So many groups are drawn."""
MOST_DOTS = 1000
"""So many agents are drawn."""
MOST_NUMBERS = 15
"""So many numbers of a policy are drawn."""

_NAMES = 210
_LANES = 5
# Above the highest bar there is room for a label.
_AIR = 1.2


@dataclass(frozen=True, slots=True)
class Amount:
    """A named amount, and how it is written."""

    name: str
    size: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Bin:
    """How many there are from one amount up to another, and how that is told."""

    first: Fraction
    last: Fraction
    count: int
    text: str


@dataclass(frozen=True, slots=True)
class Spread:
    """How the amounts of one side are spread, with the one in the middle."""

    name: str
    bins: Sequence[Bin]
    median: Amount


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many of a group gain and lose, and what that comes to together."""

    name: str
    gainers: int
    losers: int
    gain_text: str
    loss_text: str
    difference: Amount


@dataclass(frozen=True, slots=True)
class Standing:
    """How many reach a band before and after, each with how that is written."""

    name: str
    before: tuple[int, str]
    after: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Dot:
    """What one agent gains or loses, and how that is told."""

    difference: Fraction
    text: str


def bridge(first: Amount, changes: Sequence[Amount], last: Amount, *, axis: str) -> Spec:
    """Return how the changes of the rules lead from one cost to the other.

    The axis does not begin at nothing. So both costs are places on it, and nothing is told by a length but
    the changes themselves.
    """
    rows: list[Row] = []
    reached = first.size
    for change in changes:
        ends = sorted((reached, reached + change.size))
        reached += change.size
        rows.append(row(change.name, x=ends[0], x2=ends[1], text=change.text, sign=sign(change.size)))
    order = [first.name, *(change.name for change in changes), last.name]
    y = names(order)
    x = alt.X("x:Q", title=axis, scale=alt.Scale(zero=False, padding=80), axis=amounts())
    ends_of = [
        row(end.name, x=end.size, text=end.text, side=side)
        for end, side in ((first, "before"), (last, "after"))
    ]
    steps = alt.Chart(data(rows)).encode(x=x, x2="x2:Q", y=y)
    layers = layered(
        steps.mark_bar(height=BAR).encode(color=by_sign(), tooltip=hover()),
        alt.Chart(data(rows)).mark_text(align="left", dx=5, color=INK).encode(x="x2:Q", y=y, text="text:N"),
        alt.Chart(data(ends_of))
        .mark_tick(thickness=5, size=BAR + 8)
        .encode(x=x, y=y, color=by_side(("before", "after")), tooltip=hover()),
        label("left", ends_of, x, y),
    ).resolve_scale(color="independent")
    return drawn(layers.properties(width=WIDTH, height=ROW * len(order)))


def distribution(before: Spread, after: Spread, *, axis: str, count: str) -> Spec:
    """Return how amounts are spread on both sides, under one another and on the same axes."""
    bins = [*before.bins, *after.bins]
    edges = [edge for each in bins for edge in (each.first, each.last)]
    domain = [float(min(edges)), float(max(edges))]
    highest = max(each.count for each in bins)

    def side(spread: Spread, colour: str, title: str | None) -> alt.LayerChart:
        x = alt.X("x:Q", title=title, scale=alt.Scale(domain=domain, nice=False), axis=amounts())
        y = alt.Y("count:Q", title=count, scale=alt.Scale(domain=[0, highest * _AIR]), axis=counts())
        rows = [row("", x=each.first, x2=each.last, count=each.count, text=each.text) for each in spread.bins]
        middle = alt.Chart(data([row("", x=spread.median.size, text=spread.median.text)]))
        return layered(
            alt.Chart(data(rows))
            .mark_bar(color=colour, stroke="white", strokeWidth=1)
            .encode(x=x, x2="x2:Q", y=y, y2=alt.datum(0), tooltip=hover()),
            middle.mark_rule(color=INK, strokeDash=[4, 3], strokeWidth=1.5).encode(x=x),
            middle.mark_text(align="left", dx=5, baseline="top", color=INK).encode(
                x=x, y=alt.value(0), text="text:N"
            ),
        ).properties(width=WIDTH - 70, height=120, title=spread.name)

    return drawn(alt.vconcat(side(before, BEFORE, None), side(after, AFTER, axis), spacing=10))


def changes(bins: Sequence[Bin], *, axis: str, count: str) -> Spec:
    """Return how many gain or lose how much."""
    rows = [
        row(
            "",
            x=each.first,
            x2=each.last,
            count=each.count,
            text=each.text,
            sign=sign(each.first + each.last),
        )
        for each in bins
    ]
    bars = (
        alt.Chart(data(rows))
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("x:Q", title=axis, axis=amounts(signed=True, ticks=8)),
            x2="x2:Q",
            y=alt.Y("count:Q", title=count, axis=counts()),
            y2=alt.datum(0),
            color=by_sign(),
            tooltip=hover(),
        )
    )
    return drawn(layered(bars, at_nothing()).properties(width=WIDTH, height=180))


def crowds(groups: Sequence[Crowd], *, people: str, money: str) -> Spec:
    """Return how many of each group gain, to the right, and lose, to the left, and beside it the money."""
    shown = groups[:MOST_NAMES]
    order = [group.name for group in shown]
    height = ROW * len(order)
    gain = [
        row(each.name, x=each.gainers, text=each.gain_text, sign="more") for each in shown if each.gainers
    ]
    loss = [row(each.name, x=-each.losers, text=each.loss_text, sign="less") for each in shown if each.losers]
    widest = max(*(max(each.gainers, each.losers) for each in shown), 1)
    x = alt.X(
        "x:Q",
        title=people,
        scale=alt.Scale(domain=[-widest * 1.3, widest * 1.3], nice=False),
        axis=alt.Axis(labelExpr="format(abs(datum.value), ',d')", tickMinStep=1, tickCount=6),
    )
    y = names(order)
    bars = alt.Chart(data([*gain, *loss])).mark_bar(height=BAR)
    left = layered(
        bars.encode(x=x, y=y, color=by_sign(), tooltip=hover()),
        label("left", gain, x, y),
        label("right", loss, x, y),
        at_nothing(),
    )
    right = signed(
        [each.difference for each in shown], nameless(order), axis=money, ticks=3, room=0.5
    ).properties(width=220, height=height)
    return drawn(alt.hconcat(left.properties(width=WIDTH - _NAMES - 260, height=height), right, spacing=20))


def signed(bars: Sequence[Amount], y: alt.Y, *, axis: str, ticks: int, room: float) -> alt.LayerChart:
    """Return bars to the left and the right of nothing, each with its text at its end."""
    rows = [row(each.name, x=each.size, text=each.text, sign=sign(each.size)) for each in bars]
    scale = alt.Scale(domain=_with_room([float(each.size) for each in bars], room), nice=False)
    x = alt.X("x:Q", title=axis, scale=scale, axis=amounts(signed=True, ticks=ticks))
    return layered(
        alt.Chart(data(rows)).mark_bar(height=BAR).encode(x=x, y=y, color=by_sign(), tooltip=hover()),
        label("left", (each for each in rows if each["sign"] != "less"), x, y),
        label("right", (each for each in rows if each["sign"] == "less"), x, y),
        at_nothing(),
    )


def movements(bars: Sequence[Amount], *, axis: str) -> Spec:
    """Return what the cost comes to with each of some numbers a little larger."""
    order = [bar.name for bar in bars]
    chart = signed(bars, names(order), axis=axis, ticks=6, room=0.25)
    return drawn(chart.properties(width=WIDTH, height=ROW * len(order)))


def _with_room(sizes: Sequence[float], share: float) -> list[float]:
    """Return the ends of an axis with room for the texts at bars: a share of what it spans, on each side."""
    low, high = min(0.0, *sizes), max(0.0, *sizes)
    span = (high - low) or 1.0
    return [low - (span * share if low else 0.0), high + span * share]


def occupancy(bands: Sequence[Standing], sides: tuple[str, str], *, count: str) -> Spec:
    """Return how many reach each band, before above after."""
    order = [band.name for band in bands]
    rows = [
        row(band.name, x=number, text=text, side=side)
        for band in bands
        for side, (number, text) in zip(sides, (band.before, band.after), strict=True)
    ]
    highest = max(number for band in bands for number, _ in (band.before, band.after))
    x = alt.X("x:Q", title=count, axis=counts(), scale=alt.Scale(domain=[0, highest * _AIR], nice=False))
    y = names(order)
    offset = alt.YOffset("side:N", sort=list(sides))
    legend = alt.Legend(orient="top", title=None, labelFontSize=12, symbolType="square")
    colour = by_side(sides).legend(legend)
    chart = alt.Chart(data(rows))
    bars = chart.mark_bar(height=BAR - 4).encode(x=x, y=y, yOffset=offset, color=colour, tooltip=hover())
    texts = chart.mark_text(align="left", dx=5, color=INK).encode(x=x, y=y, yOffset=offset, text="text:N")
    return drawn(layered(bars, texts).properties(width=WIDTH, height=2 * (BAR + 4) * len(order)))


def agents(dots: Sequence[Dot], *, axis: str) -> Spec:
    """Return what each agent gains or loses, as dots that tell whose they are to whoever points at them."""
    rows = [
        row("", x=dot.difference, text=dot.text, sign=sign(dot.difference), lane=number % _LANES)
        for number, dot in enumerate(sorted(dots, key=lambda dot: dot.difference))
    ]
    x = alt.X("x:Q", title=axis, axis=amounts(signed=True))
    lanes = alt.Y("lane:Q", axis=None, scale=alt.Scale(domain=[-1, _LANES]))
    points = alt.Chart(data(rows)).mark_circle(size=60, opacity=0.75)
    layers = layered(points.encode(x=x, y=lanes, color=by_sign(), tooltip=hover()), at_nothing())
    return drawn(layers.properties(width=WIDTH, height=90))
