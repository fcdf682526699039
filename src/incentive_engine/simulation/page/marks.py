"""What all charts of the page share: their colours, their axes, and rows of what is drawn.

Exact numbers become floats here and nowhere else, because a place on the screen is one; every text beside a
mark comes in as it was written from the exact number.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import altair as alt

Spec: TypeAlias = dict[str, Any]
"""A chart as Vega-Lite reads it."""
Row: TypeAlias = dict[str, str | float]
Chart: TypeAlias = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart

# One colour for each meaning. They differ in lightness, too, for printers and eyes without colours.
BEFORE, AFTER = "#b3bcc7", "#2f4156"
MORE, LESS, SAME = "#2c7fb8", "#e08b27", "#8a95a1"
INK, QUIET, FAINT = "#1d2733", "#5d6b7a", "#e3e7ec"

WIDTH = 820
ROW = 30
BAR = 16
_FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_LONGEST_NAME = 270
# What stands beside an axis is part of the width, so that all charts are as wide as the page.
_FIT = alt.AutoSizeParams(type="fit-x", contains="padding")


def row(name: str, **values: Fraction | int | str) -> Row:
    """Return what is drawn as one mark: its name, its places, and the texts that are shown with it."""
    return {"name": name, **{key: _drawable(value) for key, value in values.items()}}


def _drawable(value: Fraction | int | str) -> str | float:
    return value if isinstance(value, str) else float(value)


def sign(value: Fraction | int) -> Literal["more", "less", "same"]:
    """Return by which of the colours a change is drawn."""
    return "more" if value > 0 else "less" if value < 0 else "same"


def data(rows: Iterable[Row]) -> alt.InlineData:
    """Return rows as the data of a chart."""
    # Altair copies a chart whenever something is said of it; a tuple it leaves as it is.
    return alt.InlineData(values=tuple(rows))


def by_sign() -> alt.Color:
    """Return the colours of more, less and the same."""
    scale = alt.Scale(domain=["more", "less", "same"], range=[MORE, LESS, SAME])
    return alt.Color("sign:N", legend=None, scale=scale)


def by_side(sides: tuple[str, str]) -> alt.Color:
    """Return the colours of the baseline and the proposal, as these two are called."""
    return alt.Color("side:N", legend=None, scale=alt.Scale(domain=list(sides), range=[BEFORE, AFTER]))


def names(order: list[str]) -> alt.Y:
    """Return an axis of names, from top to bottom."""
    return alt.Y(
        "name:N",
        sort=order,
        title=None,
        scale=alt.Scale(domain=order),
        axis=alt.Axis(labelLimit=_LONGEST_NAME, ticks=False, domain=False, labelPadding=8),
    )


def nameless(order: list[str]) -> alt.Y:
    """Return the axis of names for a second chart beside the one that shows them."""
    return alt.Y(
        "name:N",
        sort=order,
        title=None,
        scale=alt.Scale(domain=order),
        axis=alt.Axis(labels=False, ticks=False, domain=False),
    )


def amounts(*, signed: bool = False, ticks: int = 6) -> alt.Axis:
    """Return an axis of amounts of money or of numbers."""
    if signed:
        sign_but_at_nothing = "format(datum.value, datum.value ? '+,~f' : '~f')"
        return alt.Axis(labelExpr=sign_but_at_nothing, tickCount=ticks, labelFlush=False)
    return alt.Axis(format=",~f", tickCount=ticks, labelFlush=False)


def counts() -> alt.Axis:
    """Return an axis of whole numbers.

    From 0 to 1 there is a tick at one half in spite of the least step; it bears no number.
    """
    whole = "datum.value % 1 ? '' : format(datum.value, ',d')"
    return alt.Axis(labelExpr=whole, tickMinStep=1, tickCount=4)


def hover() -> alt.Tooltip:
    """Return what is shown when somebody points at a mark."""
    return alt.Tooltip("text:N", title=" ")


def label(align: Literal["left", "right"], rows: Iterable[Row], x: alt.X, y: alt.Y) -> alt.Chart:
    """Return the texts beside marks, at their right or left."""
    texts = alt.Chart(data(rows)).mark_text(align=align, dx=5 if align == "left" else -5, color=INK)
    chart: alt.Chart = texts.encode(x=x, y=y, text="text:N")
    return chart


def at_nothing() -> alt.Chart:
    """Return the line that tells more from less."""
    nothing: alt.Chart = alt.Chart(data([row("", x=0)])).mark_rule(color=INK).encode(x="x:Q")
    return nothing


def layered(*charts: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    """Return charts over one another."""
    return alt.LayerChart(layer=list(charts))


def drawn(chart: Chart) -> Spec:
    """Return a chart as Vega-Lite reads it, in the look of the page."""
    fit = chart.properties(autosize=_FIT) if isinstance(chart, alt.LayerChart) else chart
    configured = fit.configure(
        font=_FONT,
        background="transparent",
        aria=False,  # The page says in words what a chart shows, and has its numbers in a table.
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=QUIET,
            labelFontSize=12,
            titleColor=QUIET,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=FAINT,
            domainColor=QUIET,
            tickColor=QUIET,
        ),
        axisY=alt.AxisConfig(labelColor=INK),
        text=alt.MarkConfig(fontSize=12),
        title=alt.TitleConfig(color=INK, fontSize=13, anchor="start"),
    )
    # That charts keep to the schema of Vega-Lite is for the tests: it takes half of the time.
    spec: Spec = configured.to_dict(validate=False)
    return spec
