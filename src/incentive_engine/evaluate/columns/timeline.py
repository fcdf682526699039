"""What agents carry from one period to the next, in columns as far as they are there in both.

Agents who miss a period, and numbers that fit into no column, are looked after one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from incentive_engine.evaluate.columns.column import DoesNotFitError, literal, width_of
from incentive_engine.evaluate.columns.peers import series_of
from incentive_engine.evaluate.plan import Plan, Plans
from incentive_engine.evaluate.single import Values
from incentive_engine.evaluate.timeline import Timeline
from incentive_engine.graph.nodes import Node
from incentive_engine.ruleset.period import Period

_AGENT = "agent"
_ROW = "row"

Carried = pl.DataFrame | Sequence[Values]
"""A column for each slot, named by its number; where a number is too large for it, a row for each agent."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What the agents of one period left: their ids, and a column for each slot, named by its number."""

    period: Period
    frame: pl.DataFrame


class ColumnTimeline:
    """The states of all agents while the calendar moves on; equal to `evaluate.timeline.Timeline`."""

    def __init__(self, plans: Plans, initial: Sequence[Node], first: Period) -> None:
        self._alone = Timeline(plans, initial, first)
        self._slots = [str(number) for number in range(len(initial))]
        self._left: _Left | None = None

    def plan(self) -> Plan:
        """Return the plan for the current period."""
        return self._alone.plan()

    def move_to(self, period: Period) -> None:
        """Let the calendar go on to a later period, or stay."""
        if self._left and self._left.period.next() != period:
            for agent, *values in self._left.frame.rows():
                self._alone.leave(agent, tuple(values))
            self._left = None
        self._alone.move_to(period)

    def carried(self, agents: pl.Series) -> Carried:
        """Return what agents find at the beginning of the current period, in their order."""
        here = agents.alias(_AGENT).to_frame().with_row_index(_ROW)
        left = self._left.frame if self._left else None
        if left is not None:
            self._look_after(left.join(here, on=_AGENT, how="anti"))
        try:
            return self._in_columns(here, left)
        except DoesNotFitError:
            if left is not None:
                self._look_after(left)
            return [self._alone.carried(agent) for agent in agents.to_list()]

    def _in_columns(self, here: pl.DataFrame, left: pl.DataFrame | None) -> pl.DataFrame:
        parts: list[pl.DataFrame] = []
        others = here
        if left is not None:
            factors = self._alone.latest_factors
            scaled = left.with_columns(
                _scaled(left[slot], factor).alias(slot)
                for slot, factor in zip(self._slots, factors, strict=True)
            )
            parts.append(here.join(scaled, on=_AGENT, how="inner"))
            others = here.join(left, on=_AGENT, how="anti")
        if others.height:
            parts.append(self._of_others(others))
        together = pl.concat(parts, how="vertical_relaxed").sort(_ROW)
        return together.select(self._slots)

    def _of_others(self, others: pl.DataFrame) -> pl.DataFrame:
        """Return what agents find who were not there in the period before."""
        if self._alone.is_empty:
            columns = zip(self._alone.beginning, strict=True)
            series = [self._slot(values).new_from_index(0, others.height) for values in columns]
        else:
            rows = [self._alone.carried(agent) for agent in others[_AGENT].to_list()]
            series = [self._slot(values) for values in zip(*rows, strict=True)]
        named = [each.alias(slot) for slot, each in zip(self._slots, series, strict=True)]
        return pl.DataFrame([others[_ROW], others[_AGENT], *named])

    def _slot(self, values: Sequence[int | bool | None]) -> pl.Series:
        found, _ = series_of(values, boolean=any(isinstance(value, bool) for value in values))
        return found

    def leave(self, agents: pl.Series, states: Sequence[pl.Series]) -> None:
        """Take in what agents leave at the end of the current period."""
        if any(series.dtype == pl.Object for series in states):
            self._left = None
            rows = zip(*(series.to_list() for series in states), strict=True)
            for agent, row in zip(agents.to_list(), rows, strict=True):
                self._alone.leave(agent, row)
            return
        named = [series.alias(slot) for slot, series in zip(self._slots, states, strict=True)]
        self._left = _Left(self._alone.period, pl.DataFrame([agents.alias(_AGENT), *named]))

    def _look_after(self, left: pl.DataFrame) -> None:
        """Keep one by one what agents left in the period before the current one."""
        for agent, *values in left.rows():
            self._alone.leave_before(agent, tuple(values))


def _scaled(series: pl.Series, factor: int) -> pl.Series:
    """Return values times a factor.

    Raises:
        DoesNotFitError: if one is then too large for any column.
    """
    if factor == 1 or series.dtype == pl.Boolean:
        return series
    ends = series.min(), series.max()
    sort = width_of(max(abs(end) if isinstance(end, int) else 0 for end in ends) * factor)
    return series.to_frame("c").select(pl.col("c").cast(sort) * literal(factor, sort))["c"]
