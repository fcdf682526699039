"""Several versions of one policy, each in force for its own time: the one that is decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, zip_longest
from pathlib import Path

from incentive_engine.compile.policy import Policy
from incentive_engine.decision.decision import Decision
from incentive_engine.engine import (
    Decisions,
    HistoryNeededError,
    Ruleset,
    RulesetError,
    SnapshotError,
    checked,
)
from incentive_engine.evaluate.cells import CellError
from incentive_engine.evaluate.intake import Intake
from incentive_engine.evaluate.periods import Row
from incentive_engine.evaluate.records import Record, Records, RowProblem, from_records
from incentive_engine.evaluate.snapshots import Population, Rejected, Snapshot
from incentive_engine.evaluate.succession import Left, Reign, SuccessiveEvaluator
from incentive_engine.ruleset.period import DateRange, Period, period_of
from incentive_engine.ruleset.problems import Problem, Span

_ENDINGS = (".yaml", ".yml")
_TESTS = ".tests"


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands in a folder: the rulesets that can be used, and what is wrong, by file."""

    rulesets: tuple[Ruleset, ...]
    problems: dict[str, tuple[Problem, ...]]


def check_versions(folder: str | Path) -> dict[str, tuple[Problem, ...]]:
    """Return all problems of the rulesets in a folder, by file; under the folder itself those of all."""
    return _read(folder).problems


def load_versions(folder: str | Path) -> Versions:
    """Return the rulesets of a folder as versions of one policy, or that of a file as the only one.

    Every `.yaml` of the folder is one, but for the tests beside them (`.tests.yaml`).

    Raises:
        RulesetError: if one has errors, or they are no versions of one policy; it lists all of them.
    """
    found = _read(folder)
    errors = [each for problems in found.problems.values() for each in problems if each.severity == "error"]
    if errors:
        raise RulesetError(errors)
    return Versions(found.rulesets, [each for problems in found.problems.values() for each in problems])


def _read(folder: str | Path) -> _Found:
    path = Path(folder)
    files = _files(path) if path.is_dir() else [path]
    problems: dict[str, tuple[Problem, ...]] = {}
    rulesets: list[Ruleset] = []
    for file in files:
        each = checked(file)
        problems[str(file)] = each.problems
        if each.policy is not None:
            rulesets.append(Ruleset(each.policy, each.problems))
    in_order = sorted(rulesets, key=lambda each: each.policy.effective.first or date.min)
    whole = [] if files else [Problem("IE3860", {"folder": str(folder)})]
    if len(in_order) == len(files):
        whole += _unlike(in_order)
    if whole:
        problems[str(folder)] = tuple(whole)
    return _Found(tuple(in_order), problems)


def _files(folder: Path) -> list[Path]:
    return sorted(
        file for file in folder.iterdir() if file.suffix in _ENDINGS and not file.stem.endswith(_TESTS)
    )


# --- What makes versions of one policy


def _unlike(rulesets: Sequence[Ruleset]) -> list[Problem]:
    """Return what keeps rulesets, in the order of their dates, from being versions of one policy."""
    found: list[Problem] = []
    for before, after in pairwise(each.policy for each in rulesets):
        found.extend(_unlike_keys(before, after))
        found.extend(_unlike_dates(before, after))
        found.extend(_lost(before, after))
    return found


def _unlike_keys(before: Policy, after: Policy) -> Iterator[Problem]:
    ours, theirs = before.shape, after.shape
    keys = ("agent", "period", "event")
    fields: list[tuple[str, object, object]] = [
        ("ruleset", ours.ruleset, theirs.ruleset),
        ("currency", ours.currency, theirs.currency),
        ("period", ours.period, theirs.period),
        *((f"snapshot.{key}", getattr(ours.snapshot, key), getattr(theirs.snapshot, key)) for key in keys),
    ]
    for field, here, there in fields:
        if here != there:
            values = {"field": field, "file": before.file, "before": str(here), "after": str(there)}
            yield Problem("IE3861", values, theirs.ruleset.span)


def _unlike_dates(before: Policy, after: Policy) -> Iterator[Problem]:
    last, first = before.effective.last, after.effective.first
    place = _begins(after)
    if first is None or last is None or first <= last:
        yield Problem("IE3862", {"file": before.file, "last": str(last or "…")}, place)
    elif first > last + timedelta(days=1):
        values = {"first": str(last + timedelta(days=1)), "last": str(first - timedelta(days=1))}
        yield Problem("IE3863", values, place)


def _begins(policy: Policy) -> Span:
    effective = policy.shape.effective
    return policy.shape.ruleset.span if effective.from_ is None else effective.from_.span


def _lost(before: Policy, after: Policy) -> Iterator[Problem]:
    """Yield what rules keep that the next version has no place for."""
    lost = sorted(before.kept - after.kept)
    if lost:
        values = {"version": str(before.shape.version), "names": ", ".join(lost)}
        yield Problem("IE3864", values, after.shape.ruleset.span)


# --- Deciding


@dataclass(frozen=True, slots=True)
class _Version:
    """One version: how it reads rows of its own time, and how it looks back at those before."""

    place: int
    ruleset: Ruleset
    own: Intake
    earlier: Intake
    evaluator: SuccessiveEvaluator
    first: Period | None

    def holds(self, period: Period) -> bool:
        """Whether the version is in force in a period."""
        return self.ruleset.policy.effective.holds(period)

    def is_before(self, period: Period) -> bool:
        """Whether a period lies before all in which the version is in force."""
        return self.first is not None and period < self.first


class Versions:
    """Versions of one policy, in the order of their dates. They do not change, and threads may share them.

    A row of data is decided on by the version that is in force in its period. What rules keep over the
    periods (balances, rests, what was paid) is handed on from one version to the next by the rule's id; what
    formulas ask of history (`previous`, `ytd`) the later version works out from the rows of the earlier
    periods, as far as it can read them.

    Attributes:
        rulesets: The versions.
        warnings: What is worth a second look in them, though they can be used.
    """

    def __init__(self, rulesets: Sequence[Ruleset], warnings: Sequence[Problem] = ()) -> None:
        self.rulesets = tuple(rulesets)
        self.warnings = tuple(warnings)
        self._versions = [_version(place, each) for place, each in enumerate(self.rulesets)]
        self._facts: Records | None = None
        # Reads whose a row is and of which period, whatever version it belongs to.
        self._keys = _intake(self.rulesets[0].policy, (), DateRange(), fields=False)

    def with_facts(self, facts: Records | Iterable[object] | None) -> Versions:
        """Return the versions with facts beside all rows of data that they are given."""
        bound = copy(self)
        bound._facts = None if facts is None else _records(facts)  # noqa: SLF001 -- a copy of itself
        return bound

    def in_force(self, period: str) -> Ruleset:
        """Return the version that decides on a period, as `2026-03`.

        Raises:
            KeyError: if none is in force then.
            ValueError: if it is no such period.
        """
        found = self._of(self._keys.period(period))
        if found is None:
            raise KeyError(period)
        return found.ruleset

    def evaluate(
        self,
        snapshot: object,
        *,
        peers: Iterable[object] | None = None,
        history: Iterable[object] | None = None,
        facts: Records | Iterable[object] | None = None,
    ) -> Decision:
        """Return the decision on one snapshot by the version that is in force in its period.

        `peers`, `history` and `facts` are as for `Ruleset.evaluate`.

        Raises:
            SnapshotError: if the snapshot, a peer's, an earlier one or a fact has problems.
            HistoryNeededError: if a version looks back and `history` is not given.
        """
        if history is None and any(each.needs_history for each in self.rulesets):
            raise HistoryNeededError([Problem("IE4067", {"ruleset": self.rulesets[0].identity.id})])
        rows = from_records([snapshot, *(peers or ()), *(history or ())])
        bound = self if facts is None else self.with_facts(facts)
        made = bound._decisions(rows, alone=peers is None)  # noqa: SLF001 -- a copy of itself
        wrong = [each for each in made.rejected if each.problem.severity == "error"]
        if wrong:
            raise SnapshotError([each.problem for each in wrong], [each.place for each in wrong])
        own = self._keys.examined(snapshot)
        return made.of(str(own.agent), str(own.period), own.period.event if own.period else "")

    def evaluate_all(
        self, snapshots: Records | Iterable[object], *, facts: Records | Iterable[object] | None = None
    ) -> Decisions:
        """Return the decisions on a population of snapshots, each other's peers and history.

        A snapshot with problems, or of a period in which no version is in force, is rejected and listed.
        `facts` are as for `with_facts`.
        """
        bound = self if facts is None else self.with_facts(facts)
        return bound._decisions(_records(snapshots), alone=False)  # noqa: SLF001 -- a copy of itself

    def _decisions(self, records: Records, *, alone: bool) -> Decisions:
        rows, problems = self._sorted(records)
        made: list[Decision] = []
        left: Left = {}
        for version, following in zip_longest(self._versions, self._versions[1:]):
            mine = [record for place, record in rows if place == version.place]
            before = [record for place, record in rows if place < version.place]
            population = self._population(version, records, mine)
            problems += population.problems
            reign = self._reign(version, following, population, left)
            if reign is None:
                continue
            values, left = version.evaluator.in_reign(
                self._rows(version, records, before, population), reign, alone=alone
            )
            made += [
                version.ruleset.decision(population.snapshots[period][agent], found)
                for period, agents in values.items()
                for agent, found in agents.items()
            ]
        places = self.rulesets[0].policy.money_places
        return Decisions(tuple(made), tuple(sorted(problems, key=lambda each: each.row or 0)), places)

    # --- Rows

    def _sorted(self, records: Records) -> tuple[list[tuple[int, Record]], list[RowProblem]]:
        """Return the rows, each with the place of its version, and what is wrong with the others."""
        problems = [RowProblem(problem, records.file) for problem in records.problems]
        rows: list[tuple[int, Record]] = []
        for record in records:
            found = self._keys.examined(record.cells) if record.problem is None else None
            if found is None or found.period is None:
                wrong = [record.problem] if record.problem else list(_of_keys(found))
                problems += [RowProblem(problem, records.file, record.row) for problem in wrong]
                continue
            version = self._of(found.period)
            if version is None:
                values = {"agent": str(found.agent), "period": str(found.period)}
                problems.append(RowProblem(Problem("IE3865", values), records.file, record.row))
            else:
                rows.append((version.place, record))
        return rows, problems

    def _of(self, period: Period) -> _Version | None:
        return next((each for each in self._versions if each.holds(period)), None)

    def _population(self, version: _Version, records: Records, mine: Sequence[Record]) -> Population:
        """Return the rows of a version's own time, as it reads them."""
        if not mine:
            return Population({}, ())
        intake = version.own.beside(self._facts_of(version.holds))
        return intake.read_all(Records(lambda: iter(mine), file=records.file, columns=records.columns))

    def _rows(
        self, version: _Version, records: Records, before: Sequence[Record], own: Population
    ) -> dict[Period, dict[str, Row]]:
        """Return the rows that a version looks at: its own, and those before as far as it can read them."""
        found = dict(own.snapshots)
        if version.evaluator.needs_history and before and found:
            intake = version.earlier.beside(self._facts_of(version.is_before))
            earlier = Records(lambda: iter(before), file=records.file, columns=records.columns)
            found |= intake.read_all(earlier).snapshots
        return {
            period: {agent: snapshot.row for agent, snapshot in agents.items()}
            for period, agents in found.items()
        }

    def _facts_of(self, keep: Callable[[Period], bool]) -> Records | None:
        """Return the facts of some periods, and those whose period nobody can tell, to be reported."""
        facts = self._facts
        if facts is None:
            return None
        periods = ((record, self._period_of(record)) for record in facts)
        kept = [record for record, period in periods if period is None or keep(period)]
        return Records(lambda: iter(kept), file=facts.file, columns=facts.columns, problems=facts.problems)

    def _period_of(self, record: Record) -> Period | None:
        cells = self._keys.cells(record.cells) or {}
        try:
            return self._keys.period(cells.get(self._keys.period_column))
        except CellError:
            return None

    def _reign(
        self, version: _Version, following: _Version | None, population: Population, brought: Left
    ) -> Reign | None:
        """Return the time of a version, None where it has nobody to decide on and nothing to hand on."""
        first = version.first or min(population.snapshots, default=None)
        if first is None or not (population.snapshots or brought):
            return None
        return Reign(first, None if following is None else following.first, brought)


def _version(place: int, ruleset: Ruleset) -> _Version:
    policy = ruleset.policy
    evaluator = SuccessiveEvaluator(policy.program, policy.watched(), policy.kept)
    days = policy.effective
    return _Version(
        place,
        ruleset,
        own=_intake(policy, evaluator.input_names, days),
        earlier=_intake(policy, evaluator.input_names, DateRange(None, days.last)),
        evaluator=evaluator,
        first=None if days.first is None else period_of(days.first, policy.cadence),
    )


def _intake(policy: Policy, input_names: Sequence[str], days: DateRange, *, fields: bool = True) -> Intake:
    keys = policy.shape.snapshot
    return Intake(
        policy.fields if fields else (),
        input_names,
        str(keys.agent),
        str(keys.period),
        policy.cadence,
        days,
        None if keys.event is None else str(keys.event),
    )


def _records(rows: Records | Iterable[object]) -> Records:
    return rows if isinstance(rows, Records) else from_records(rows)


def _of_keys(found: Snapshot | Rejected | None) -> Sequence[Problem]:
    return found.problems if isinstance(found, Rejected) else ()
