"""What becomes of rows of data: snapshots of agents, alone and gathered into a population."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from incentive_engine.evaluate.cells import Note, Taken
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.ruleset.period import Period
from incentive_engine.ruleset.problems import Problem


class Snapshot(NamedTuple):
    """The data of one agent and period, checked, rounded and ready for a program.

    `row` has the values in the order of the intake's `input_names`: numbers times ten to their places, texts,
    options and days as the integers that stand for them, None where unknown. The notes say what was rounded,
    and which empty cells took a value. The record itself is not kept: a population would fill the memory.
    """

    agent: str
    period: Period
    row: tuple[Taken, ...]
    notes: tuple[Note, ...]

    @property
    def key(self) -> tuple[str, Period | str]:
        """What no two snapshots may share: the agent and the period, or the id of the event."""
        return self.agent, key_of(self.period)


def key_of(period: Period) -> Period | str:
    """Return what tells the snapshots of one agent apart; an event's id does so whatever its time is."""
    return period.event or period


class Rejected(NamedTuple):
    """A row that cannot be taken; its agent and period where they are known all the same."""

    agent: str | None
    period: Period | None
    problems: Sequence[Problem]


class Population(NamedTuple):
    """The snapshots of many agents: periods in the order of the calendar, agents in that of their ids.

    `problems` are those of the data as a whole first, then those of the rows in the order of the rows. A row
    with a problem has no snapshot.
    """

    snapshots: dict[Period, dict[str, Snapshot]]
    problems: tuple[RowProblem, ...]


def gathered(rows: Iterable[tuple[int, Snapshot | Rejected]], file: str) -> Population:
    """Return what was read from the rows of a file as a population.

    Rows of the same agent and period, or of the same event of an agent, are all rejected, because nobody can
    tell which one is right. That holds as well where some of them have problems of their own.
    """
    snapshots: dict[Period, dict[str, Snapshot]] = {}
    firsts: dict[Period | str, dict[str, tuple[Period, int]]] = {}
    repeated: dict[tuple[Period, str], list[int]] = {}
    problems: list[RowProblem] = []
    latest: Period | None = None
    of_period: dict[str, Snapshot] = {}
    firsts_of_agents: dict[str, tuple[Period, int]] = {}
    for row, found in rows:
        if isinstance(found, Rejected):
            problems += [RowProblem(problem, file, row) for problem in found.problems]
        agent, period = found.agent, found.period
        if agent is None or period is None:
            continue
        if period is not latest:  # To look a period up takes longer than to read a cell.
            latest = period
            of_period = snapshots.setdefault(period, {})
            firsts_of_agents = firsts.setdefault(key_of(period), {})
        if agent in firsts_of_agents:
            first, first_row = firsts_of_agents[agent]
            repeated.setdefault((first, agent), [first_row]).append(row)
        else:
            firsts_of_agents[agent] = (period, row)
            if isinstance(found, Snapshot):
                of_period[agent] = found
    for (period, agent), several in repeated.items():
        snapshots[period].pop(agent, None)
        problems += [RowProblem(problem, file, row) for row, problem in _repeated(agent, period, several)]
    problems.sort(key=lambda problem: problem.row or 0)
    in_order = {period: dict(sorted(snapshots[period].items())) for period in sorted(snapshots)}
    return Population({period: agents for period, agents in in_order.items() if agents}, tuple(problems))


def _repeated(agent: str, period: Period, rows: Sequence[int]) -> Iterator[tuple[int, Problem]]:
    for row in rows:
        others = ", ".join(str(other) for other in rows if other != row)
        values = {"agent": agent, "period": str(period), "others": others}
        if period.event:
            yield row, Problem("IE4061", {**values, "event": period.event})
        else:
            yield row, Problem("IE4027", values)
