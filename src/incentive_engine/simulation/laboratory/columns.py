"""Large populations of a scenario in columns: the same results as row by row. It needs polars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from incentive_engine.compile.policy import InputField
from incentive_engine.decision.amounts import text_of
from incentive_engine.evaluate.columns.batch import AGENT
from incentive_engine.evaluate.columns.evaluator import ColumnEvaluator, Found
from incentive_engine.evaluate.columns.peers import series_of
from incentive_engine.evaluate.single import Value
from incentive_engine.evaluate.snapshots import Snapshot
from incentive_engine.graph.nodes import Program
from incentive_engine.language.types import text_number
from incentive_engine.ruleset.period import Period
from incentive_engine.simulation.laboratory.ledger import Block, Key
from incentive_engine.simulation.laboratory.union import Place


@dataclass(frozen=True, slots=True)
class FrameBlock:
    """The rows of one period that were evaluated in columns."""

    found: Found

    def scaled(self, place: Place) -> tuple[Sequence[Value], int]:
        """Return the numerators of a result, and the denominator that all of them have."""
        name = str(place)
        column = self.found.frame[name]
        cells = column.to_list()
        if column.dtype == pl.String:
            cells = [None if cell is None else text_number(cell) for cell in cells]
        return cells, self.found.denominators[name]


def column_blocks(
    program: Program,
    fields: Mapping[str, InputField],
    input_names: Sequence[str],
    snapshots: Mapping[Period, Mapping[str, Snapshot]],
    counted: Iterable[Key],
) -> list[Block]:
    """Return what the results of a program come to, period by period, for the rows that are counted.

    `input_names` is the order of the snapshots' rows.
    """
    wanted: dict[Period, set[str]] = {}
    for period, agent in counted:
        wanted.setdefault(period, set()).add(agent)
    texts = {name for name, field in fields.items() if field.type.name == "text"}
    evaluator = ColumnEvaluator(program)
    frames = {period: _frame(agents, input_names, texts) for period, agents in snapshots.items()}
    found = evaluator.evaluate(frames, program.results)
    return [FrameBlock(_only(found[period], agents)) for period, agents in wanted.items()]


def _frame(agents: Mapping[str, Snapshot], input_names: Sequence[str], texts: set[str]) -> pl.DataFrame:
    """Return the rows of a period as the evaluator takes them."""
    columns = [pl.Series(AGENT, list(agents), dtype=pl.String)]
    rows = zip(*(snapshot.row for snapshot in agents.values()), strict=True)
    for name, values in zip(input_names, rows, strict=True):
        if name in texts:
            written = [None if value is None else text_of(value) for value in values]
            columns.append(pl.Series(name, written, dtype=pl.String))
        else:
            is_flag = any(isinstance(value, bool) for value in values)
            columns.append(series_of(values, boolean=is_flag)[0].alias(name))
    return pl.DataFrame(columns)


def _only(found: Found, agents: set[str]) -> Found:
    """Return what was found for some agents."""
    mask = pl.Series([agent in agents for agent in found.frame[AGENT].to_list()])
    return Found(found.frame.filter(mask), found.denominators)
