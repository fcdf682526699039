"""The charts that set proposals side by side, and those of numbers that are tried with several values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import altair as alt

from incentive_engine.simulation.page.marks import (
    AFTER,
    INK,
    LESS,
    MORE,
    QUIET,
    ROW,
    WIDTH,
    Row,
    Spec,
    amounts,
    at_nothing,
    by_sign,
    data,
    drawn,
    hover,
    layered,
    names,
    row,
    sign,
)

_CELL = 44


@dataclass(frozen=True, slots=True)
class Range:
    """What something comes to, between a low and a high end, and how that is written and told."""

    name: str
    size: Fraction
    low: Fraction
    high: Fraction
    text: str
    told: str


@dataclass(frozen=True, slots=True)
class Point:
    """What something comes to at one place of the axis: at one value of the number that is tried."""

    place: Fraction
    range: Range


@dataclass(frozen=True, slots=True)
class Cell:
    """What something comes to at one pair of values."""

    column: str
    line: str
    size: Fraction
    text: str
    told: str


def ranges(found: Sequence[Range], *, axis: str) -> Spec:
    """Return what each proposal costs more, with the range in which that lies."""
    order = [each.name for each in found]
    rows = [_ranged(each) for each in found]
    x = alt.X("x:Q", title=axis, scale=alt.Scale(padding=90), axis=amounts(signed=True))
    y = names(order)
    base = alt.Chart(data(rows))
    layers = layered(
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(x="low:Q", x2="high:Q", y=y, color=by_sign()),
        base.mark_circle(size=110, opacity=1).encode(x=x, y=y, color=by_sign(), tooltip=hover()),
        alt.Chart(data(rows))
        .mark_text(align="left", dx=10, color=INK)
        .encode(x="high:Q", y=y, text="shown:N"),
        at_nothing(),
    )
    return drawn(layers.properties(width=WIDTH, height=ROW * len(order)))


def _ranged(each: Range, **values: Fraction | str) -> Row:
    return row(
        each.name,
        x=each.size,
        low=each.low,
        high=each.high,
        sign=sign(each.size),
        shown=each.text,
        text=each.told,
        **values,
    )


def curve(
    points: Sequence[Point],
    *,
    axis: str,
    cost: str,
    baseline: tuple[Fraction, str] | None = None,
    met: Point | None = None,
) -> Spec:
    """Return how the cost moves with one number.

    The cost of the `baseline` is a line across; `met`, the point at which a goal is met, bears its cost.
    """
    scale = alt.Scale(zero=False, padding=24)
    x = alt.X("place:Q", title=axis, scale=scale, axis=alt.Axis(grid=False, format=",~f", tickCount=8))
    y = alt.Y("x:Q", title=cost, scale=scale, axis=amounts())
    chart = alt.Chart(data(_ranged(each.range, place=each.place) for each in points))
    layers: list[alt.Chart] = [
        chart.mark_area(color=AFTER, opacity=0.15).encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        chart.mark_line(color=AFTER, strokeWidth=2).encode(x=x, y=y),
        chart.mark_circle(color=AFTER, size=55, opacity=1).encode(x=x, y=y, tooltip=hover()),
    ]
    if baseline is not None:
        across = alt.Chart(data([row("", x=baseline[0], text=baseline[1])]))
        layers += [
            across.mark_rule(color=QUIET, strokeWidth=1.5, strokeDash=[5, 3]).encode(y=y),
            across.mark_text(align="right", baseline="bottom", dy=-4, color=INK).encode(
                x=alt.value("width"), y=y, text="text:N"
            ),
        ]
    if met is not None:
        point = alt.Chart(data([_ranged(met.range, place=met.place)]))
        layers += [
            point.mark_point(color=MORE, size=260, strokeWidth=2.5).encode(x=x, y=y, tooltip=hover()),
            point.mark_text(align="left", dx=14, dy=10, color=INK, fontWeight="bold").encode(
                x=x, y=y, text="text:N"
            ),
        ]
    return drawn(layered(*layers).properties(width=WIDTH, height=260))


def field(cells: Sequence[Cell], *, column: str, line: str) -> Spec:
    """Return what a pair of numbers comes to: a field for each pair, the darker the further from nothing."""
    columns = list(dict.fromkeys(cell.column for cell in cells))
    lines = list(dict.fromkeys(cell.line for cell in cells))
    rows = [
        row(cell.line, column=cell.column, x=cell.size, shown=cell.text, text=cell.told) for cell in cells
    ]
    furthest = float(max(abs(cell.size) for cell in cells)) or 1.0
    x = alt.X("column:N", title=column, sort=columns, axis=alt.Axis(labelAngle=0, orient="top"))
    y = alt.Y("name:N", title=line, sort=lines)
    colours = alt.Scale(domain=[-furthest, 0, furthest], range=[LESS, "#ffffff", MORE], interpolate="rgb")
    fields = alt.Chart(data(rows)).encode(x=x, y=y)
    layers = layered(
        fields.mark_rect(stroke="white").encode(
            color=alt.Color("x:Q", legend=None, scale=colours), tooltip=hover()
        ),
        fields.mark_text(color=INK, fontSize=11).encode(text="shown:N"),
    )
    width = min(WIDTH - 120, 2 * _CELL * len(columns))
    return drawn(layers.properties(width=width, height=_CELL * len(lines)))
