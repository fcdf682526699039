"""Reads a population for two rulesets and finds what can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incentive_engine.engine import Ruleset
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.evaluate.records import Records, RowProblem
from incentive_engine.evaluate.snapshots import Population, Snapshot
from incentive_engine.ruleset.period import Period
from incentive_engine.simulation.parts import CoveredByOne, RejectedRow, Side

# The problem of a row whose period lies outside the ruleset's effective dates.
_NOT_IN_EFFECT = "IE4026"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One ruleset with the snapshots that it takes part in the comparison with, and their values."""

    ruleset: Ruleset
    snapshots: dict[Period, dict[str, Snapshot]]
    values: dict[Period, dict[str, RowValues]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A population under both rulesets, what can only be seen under one of them, and what was left out.

    `notes` are remarks on the data as a whole. `rows` counts all rows, whatever became of them.
    """

    baseline: Evaluated
    proposal: Evaluated
    covered_by_one: tuple[CoveredByOne, ...]
    rejected: tuple[RejectedRow, ...]
    notes: tuple[RowProblem, ...]
    rows: int

    def pairs(self) -> Iterator[tuple[Period, str]]:
        """Yield the periods and agents that both rulesets decide on, in order."""
        for period, agents in self.baseline.values.items():
            if period in self.proposal.values:
                for agent in agents:
                    yield period, agent


def gathered(baseline: Ruleset, proposal: Ruleset, records: Records) -> Gathered:
    """Return a population as both rulesets take it."""
    ours, theirs = baseline.read_all(records), proposal.read_all(records)
    before = _evaluated(baseline, ours, proposal, theirs)
    after = _evaluated(proposal, theirs, baseline, ours)
    return Gathered(
        baseline=before,
        proposal=after,
        covered_by_one=(
            *_covered_by_one("baseline", before, after),
            *_covered_by_one("proposal", after, before),
        ),
        rejected=tuple(_rejected(ours.problems, theirs.problems)),
        notes=tuple(each for each in ours.problems if _is_note(each)),
        rows=sum(1 for _ in records),
    )


def _evaluated(own: Ruleset, population: Population, other: Ruleset, others: Population) -> Evaluated:
    """Evaluate what the other ruleset takes as well, and the periods that it says nothing about."""
    shared: dict[Period, dict[str, Snapshot]] = {}
    for period, agents in population.snapshots.items():
        taken = others.snapshots.get(period, {})
        if not other.policy.effective.holds(period):
            shared[period] = agents
        elif taken:
            shared[period] = {agent: snapshot for agent, snapshot in agents.items() if agent in taken}
    kept = {period: agents for period, agents in shared.items() if agents}
    return Evaluated(own, kept, own.values_of(Population(kept, ())))


def _covered_by_one(side: Side, own: Evaluated, other: Evaluated) -> Iterator[CoveredByOne]:
    for period, agents in own.values.items():
        if period not in other.values:
            for agent, values in agents.items():
                yield CoveredByOne(side, own.ruleset.decision(own.snapshots[period][agent], values))


def _is_note(problem: RowProblem) -> bool:
    return problem.row is None and problem.problem.severity != "error"


def _rejected(baseline: Sequence[RowProblem], proposal: Sequence[RowProblem]) -> Iterator[RejectedRow]:
    """Yield the rows that cannot be compared, in order; not those that only one ruleset is in effect for."""
    ours, theirs = _by_row(baseline), _by_row(proposal)
    for row in sorted({*ours, *theirs}, key=lambda row: row or 0):
        before, after = ours.get(row, ()), theirs.get(row, ())
        alone = not before or not after
        if not (alone and _outside_effect((*before, *after))):
            yield RejectedRow(row, before, after)


def _by_row(problems: Sequence[RowProblem]) -> dict[int | None, tuple[RowProblem, ...]]:
    found: dict[int | None, tuple[RowProblem, ...]] = {}
    for problem in problems:
        if not _is_note(problem):
            found[problem.row] = (*found.get(problem.row, ()), problem)
    return found


def _outside_effect(problems: Sequence[RowProblem]) -> bool:
    return any(problem.problem.code == _NOT_IN_EFFECT for problem in problems)
