"""Decisions on populations in columns: a frame of amounts, each row of which can be explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, cast, overload

from incentive_engine.decision.decision import Decision
from incentive_engine.decision.explanation import Explanation
from incentive_engine.evaluate.periods import Evaluator, RowValues
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.evaluate.snapshots import Snapshot
from incentive_engine.ruleset.period import Period
from incentive_engine.texts import Language

if TYPE_CHECKING:
    import polars as pl

    from incentive_engine.evaluate.columns.intake import FramePopulation


class DecidedFrame:
    """The decisions on some rows of data in columns.

    Attributes:
        frame: A polars frame with a row for each snapshot, in the order of the data: `row` (its number, or
            the line of a table), `agent`, `period`, `status`, `total`, for each line `{rule}.final`, and
            what else was asked for. A line is null where the rule does not apply, is held or undetermined.
        rejected: The rows of data that had problems: they were left out, and are nobody's peers.
        rounded: How many cells of each field had more places than declared and were rounded.
    """

    def __init__(
        self, frame: pl.DataFrame, rejected: tuple[RowProblem, ...], rounded: Mapping[str, int]
    ) -> None:
        self.frame = frame
        self.rejected = rejected
        self.rounded = rounded

    def __len__(self) -> int:
        """Return how many decisions there are."""
        return self.frame.height

    @property
    def total(self) -> Decimal:
        """What all decisions pay together."""
        return Decimal(self.frame["total"].sum())

    def write(self, path: str | PathLike[str]) -> None:
        """Write the frame to a file, whose name says what it is: .parquet, .csv, .jsonl, .ndjson or .xlsx.

        A workbook needs the extra `excel`.

        Raises:
            KeyError: if it ends in none of these.
            OSError: if it cannot be written.
            ValueError: if there are more rows than the sheet of a workbook has.
            ImportError: if a workbook is asked for, and the extra is not installed.
        """
        from incentive_engine.evaluate.columns.output import write_frames  # noqa: PLC0415 -- an extra

        write_frames(iter([self.frame]), Path(path))


class FrameDecisions(DecidedFrame):
    """The decisions on a whole population in columns, any of which can be looked at by itself."""

    def __init__(
        self,
        population: FramePopulation,
        frame: pl.DataFrame,
        decide: Callable[[FramePopulation, str, Period], Decision],
    ) -> None:
        super().__init__(frame, population.problems, population.rounded)
        self._population = population
        self._decide = decide

    def of(self, agent: str, period: str) -> Decision:
        """Return the decision on one agent and period, evaluated anew with all that the population tells.

        That takes the longer the more agents the ruleset has to look at; without peers and history it takes
        a moment.

        Raises:
            KeyError: if there is none.
        """
        periods = {str(each): each for each in self._population.frames}
        return self._decide(self._population, agent, periods[period])

    def made(
        self,
        input_names: Sequence[str],
        evaluator: Evaluator,
        decide: Callable[[Snapshot, RowValues], Decision],
    ) -> Sequence[Decision]:
        """Return the decisions in the order of periods and then of agents, each made when it is asked for."""
        return _MadeLater(self._population, input_names, evaluator, decide)

    def explain(self, agent: str, period: str, language: Language = "en") -> Explanation:
        """Return the reasons of one decision; raises as `of` does."""
        return self.of(agent, period).explain(language)


class _MadeLater(Sequence[Decision]):
    """The decisions on a population, made when they are asked for and not kept."""

    def __init__(
        self,
        population: FramePopulation,
        input_names: Sequence[str],
        evaluator: Evaluator,
        decide: Callable[[Snapshot, RowValues], Decision],
    ) -> None:
        self._population = population
        self._input_names = input_names
        self._evaluator = evaluator
        self._decide = decide
        self._numbers = [
            (period, number)
            for period, frame in population.frames.items()
            for number in frame.sort("agent")["row"].to_list()
        ]

    @overload
    def __getitem__(self, index: int) -> Decision: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Decision, ...]: ...

    def __getitem__(self, index: int | slice) -> Decision | tuple[Decision, ...]:
        if isinstance(index, slice):
            return tuple(self._made(period, number) for period, number in self._numbers[index])
        return self._made(*self._numbers[index])

    def __len__(self) -> int:
        return len(self._numbers)

    def _made(self, period: Period, number: int) -> Decision:
        snapshot = cast("Snapshot", self._population.examine(number))  # It was taken before.
        if self._evaluator.needs_peers or self._evaluator.needs_history:
            return self._decide(snapshot, self._among_all[period][snapshot.agent])
        return self._decide(snapshot, self._evaluator.evaluate_one(period, snapshot.row))

    @cached_property
    def _among_all(self) -> Mapping[Period, Mapping[str, RowValues]]:
        """The values of all agents, who cannot be looked at alone."""
        last = max(self._population.frames)
        rows = self._population.rows(self._input_names, agent=None, first=None, last=last)
        return self._evaluator.evaluate(rows)
