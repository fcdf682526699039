"""The company of one snapshot: those of its peers, and those of earlier periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incentive_engine.evaluate.intake import Intake
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.evaluate.snapshots import Snapshot
from incentive_engine.ruleset.period import Period
from incentive_engine.ruleset.problems import Problem


def with_company(
    intake: Intake, own: Snapshot, peers: Iterable[object], history: Iterable[object]
) -> tuple[list[Snapshot], list[RowProblem]]:
    """Return an agent's snapshot with those of its peers and of earlier periods, and what is wrong there.

    Peers are other agents in the same period; history is of earlier periods, of any agent; nobody has
    two snapshots for one period. Problems name the list, and the place in it counted from 1.
    """
    taken = [own]
    seen = {own.key}
    problems: list[RowProblem] = []
    for name, records in (("peers", peers), ("history", history)):
        for place, record in enumerate(records, start=1):
            found = intake.read(record)
            wrong = tuple(_misplaced(found, own, name, seen)) if isinstance(found, Snapshot) else found
            problems += [RowProblem(problem, name, place) for problem in wrong]
            if isinstance(found, Snapshot):
                taken.append(found)
                seen.add(found.key)
    return taken, problems


def _misplaced(
    found: Snapshot, own: Snapshot, name: str, seen: set[tuple[str, Period | str]]
) -> Iterator[Problem]:
    """Yield why a snapshot is not one of the list that it was given in."""
    values = {"agent": found.agent, "period": str(found.period), "own": str(own.period)}
    if name == "peers" and found.period != own.period:
        yield Problem("IE4051", values)
    elif name == "history" and not found.period < own.period:
        yield Problem("IE4052", values)
    elif found.key in seen:
        yield Problem("IE4053", values)
