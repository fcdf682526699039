"""The library's front door: a ruleset that can be loaded, checked and evaluated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, overload

from incentive_engine.compile.policy import Policy
from incentive_engine.compile.ruleset import Checked, compile_text
from incentive_engine.decision.amounts import amount, written
from incentive_engine.decision.decision import Decision, RulesetIdentity
from incentive_engine.decision.frames import DecidedFrame, FrameDecisions
from incentive_engine.evaluate.company import with_company
from incentive_engine.evaluate.intake import Intake, Population, Snapshot
from incentive_engine.evaluate.periods import Evaluator, Row, RowValues
from incentive_engine.evaluate.records import Columns, Records, RowProblem
from incentive_engine.ruleset.period import Cadence, Period
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.text import read_file
from incentive_engine.texts import Language

if TYPE_CHECKING:
    from incentive_engine.evaluate.columns.evaluator import ColumnEvaluator
    from incentive_engine.evaluate.columns.intake import FramePopulation
    from incentive_engine.evaluate.columns.sources import Source


# Below this the start of a query takes longer than all agents one by one.
ROWS_FOR_COLUMNS = 1000


class IncentiveError(Exception):
    """What this library raises: its subclasses say why.

    IncentiveError
    └── ProblemsError               something is wrong, which `problems` lists
        ├── RulesetError            the ruleset has problems
        ├── SnapshotError           the snapshot has problems
        ├── EventsError             events are to be decided on in columns
        ├── HistoryNeededError      the ruleset looks back, and no history was given
        └── ComparisonError, ScenarioError, RecomputeError, AppealError
                                    what is compared, tried, made again or contested does not fit
    """


class ProblemsError(IncentiveError):
    """One or more problems, which `problems` lists.

    `places` has beside each where it was found if it has no place of its own, such as `peers:2`.
    """

    def __init__(self, problems: Sequence[Problem], places: Sequence[str] = ()) -> None:
        self.problems = tuple(problems)
        self.places = tuple(places) or ("",) * len(self.problems)
        found = zip(self.places, self.problems, strict=True)
        super().__init__(
            "\n".join(f"{place}: {problem}" if place else str(problem) for place, problem in found)
        )


class RulesetError(ProblemsError):
    """The ruleset cannot be used; `problems` lists all that is wrong with it."""


class SnapshotError(ProblemsError):
    """The snapshot cannot be evaluated; `problems` lists all that is wrong with it."""


class EventsError(ProblemsError):
    """Events cannot be decided on in columns: `evaluate_all` decides on them."""


class HistoryNeededError(ProblemsError):
    """The ruleset looks back at earlier periods, and no history was given.

    Give `history=[]` for an agent who has none.
    """


@dataclass(frozen=True, slots=True)
class Decisions(Sequence[Decision]):
    """The decisions on a population, in the order of periods and then of agents.

    `rejected` are the rows of data that had problems: they were left out, and are nobody's peers. Decisions
    on a large population in columns are made when they are asked for, and `known_total` is what they add up
    to.
    """

    made: Sequence[Decision]
    rejected: tuple[RowProblem, ...]
    money_places: int
    known_total: Decimal | None = None

    @overload
    def __getitem__(self, index: int) -> Decision: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Decision, ...]: ...

    def __getitem__(self, index: int | slice) -> Decision | tuple[Decision, ...]:
        """Return one decision, or several."""
        return tuple(self.made[index]) if isinstance(index, slice) else self.made[index]

    def __len__(self) -> int:
        """Return how many decisions there are."""
        return len(self.made)

    @property
    def total(self) -> Decimal:
        """What all decisions pay together."""
        if self.known_total is not None:
            return self.known_total
        total = sum((Fraction(decision.total) for decision in self.made), Fraction(0))
        return amount(total.numerator, total.denominator, self.money_places)

    def to_json(self, language: Language = "en") -> str:
        """Return all decisions with their total, and the rows that were rejected, as JSON."""
        found = {
            "total": written(self.total),
            "decisions": [decision.to_dict(language) for decision in self.made],
            "rejected": [problem.to_dict(language) for problem in self.rejected],
        }
        return json.dumps(found, ensure_ascii=False)

    def json_lines(self, language: Language = "en") -> Iterator[str]:
        """Yield each decision as one line of JSON, without what ends the line."""
        for decision in self.made:
            yield decision.to_json(language)

    def of(self, agent: str, period: str, event: str = "") -> Decision:
        """Return the decision on one agent and period; with `event`, that on the event of this id.

        Raises:
            KeyError: if there is none.
        """
        for decision in self.made:
            if decision.agent == agent and decision.period == period and event in ("", decision.event):
                return decision
        raise KeyError((agent, period, event) if event else (agent, period))


class Ruleset:
    """A reward policy, ready to evaluate. It does not change, and threads may share it.

    >>> ruleset = parse_ruleset('''
    ... language: 1
    ... ruleset: praise
    ... version: "1"
    ... currency: CNY
    ... period: month
    ... snapshot: {agent: agent, period: month}
    ... metrics: {thanks: count}
    ... rules:
    ...   - {id: thanks_bonus, kind: bonus, pay: 12.50 * thanks}
    ... ''')
    >>> decision = ruleset.evaluate({"agent": "A1", "month": "2026-03", "thanks": 3})
    >>> decision.total, decision.status
    (Decimal('37.50'), 'final')
    """

    def __init__(self, policy: Policy, warnings: Sequence[Problem] = ()) -> None:
        self._policy = policy
        self._warnings = tuple(warnings)

    # Made ready when first used: of many rulesets that are compared most are never evaluated alone.

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self._policy.program, self._policy.watched())

    @cached_property
    def _intake(self) -> Intake:
        policy = self._policy
        return Intake(
            policy.fields,
            self._evaluator.input_names,
            str(policy.shape.snapshot.agent),
            str(policy.shape.snapshot.period),
            policy.cadence,
            policy.effective,
            None if policy.shape.snapshot.event is None else str(policy.shape.snapshot.event),
        )

    def with_facts(self, facts: Records | Iterable[object] | None) -> Ruleset:
        """Return the ruleset with the facts that hold beside all rows of data that it is given.

        They are rows with the column of the period, those of the attributes that facts are given for each
        value of, and a column for each fact.
        """
        bound = copy(self)
        bound._intake = self._intake.beside(facts)  # noqa: SLF001 -- a copy of itself
        return bound

    @property
    def policy(self) -> Policy:
        """The compiled ruleset: its shape, its program and its lines."""
        return self._policy

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is worth a second look in the ruleset, though it can be used."""
        return self._warnings

    @property
    def identity(self) -> RulesetIdentity:
        """The ruleset's id and version, and the hash of its text."""
        shape = self._policy.shape
        return RulesetIdentity(str(shape.ruleset), str(shape.version), self._policy.content_hash)

    @property
    def needs_peers(self) -> bool:
        """Whether any rule looks at other agents of the same period."""
        return self._evaluator.needs_peers

    @property
    def needs_history(self) -> bool:
        """Whether any rule looks back at earlier periods."""
        return self._evaluator.needs_history

    def evaluate(
        self,
        snapshot: object,
        *,
        peers: Iterable[object] | None = None,
        history: Iterable[object] | None = None,
        facts: Records | Iterable[object] | None = None,
    ) -> Decision:
        """Return the decision on one snapshot: a mapping, a dataclass or a pydantic model.

        `peers` are the other agents' snapshots of the same period; without them what depends on peers is
        unknown, and says so. `history` are snapshots of earlier periods, the agent's own and, where rules
        rank on history, the peers'. `facts` are as for `with_facts`. What the ruleset does not need is not
        looked at.

        Raises:
            SnapshotError: if the snapshot, a peer's, an earlier one or a fact has problems, or stands in the
                wrong list.
            HistoryNeededError: if the ruleset looks back and `history` is not given.
        """
        intake = self._intake.beside(facts)
        wrong = [each for each in intake.fact_problems() if each.problem.severity == "error"]
        if wrong:
            raise SnapshotError([each.problem for each in wrong], [each.place for each in wrong])
        own = intake.read(snapshot)
        if not isinstance(own, Snapshot):
            raise SnapshotError(own)
        if self.needs_history and history is None:
            raise HistoryNeededError([Problem("IE4067", {"ruleset": self.identity.id})])
        alone = peers is None or not self.needs_peers
        if alone and not self.needs_history:
            return self.decision(own, self._evaluator.evaluate_one(own.period, own.row))
        earlier = history if history is not None and self.needs_history else ()
        taken, problems = with_company(intake, own, () if alone or peers is None else peers, earlier)
        if problems:
            raise SnapshotError([each.problem for each in problems], [each.place for each in problems])
        rows: dict[Period, dict[str, Row]] = {}
        for each in taken:
            if each.agent == own.agent or not alone:
                rows.setdefault(each.period, {})[each.agent] = each.row
        return self.decision(own, self._evaluator.evaluate(rows, alone=alone)[own.period][own.agent])

    def evaluate_all(
        self,
        snapshots: Records | Iterable[object] | Columns,
        *,
        facts: Records | Iterable[object] | None = None,
    ) -> Decisions:
        """Return the decisions on a population of snapshots, each other's peers and history.

        A snapshot with problems is rejected and listed; the others are evaluated without it. `facts` are as
        for `with_facts`. A population in columns (a frame, or what Arrow hands over; see `evaluate_frame`) is
        decided in columns if it is large, with the same result; each decision is then made when it is asked
        for.
        """
        ruleset = self.with_facts(facts)
        if isinstance(snapshots, Columns):
            return ruleset._evaluate_columns(snapshots)  # noqa: SLF001 -- a copy of itself
        population = ruleset.read_all(snapshots)
        made = [
            self.decision(population.snapshots[period][agent], row_values)
            for period, found in self.values_of(population).items()
            for agent, row_values in found.items()
        ]
        return Decisions(tuple(made), population.problems, self._policy.money_places)

    def _evaluate_columns(self, snapshots: Columns) -> Decisions:
        from incentive_engine.evaluate.columns.sources import frame_of  # noqa: PLC0415 -- polars is an extra

        frame = frame_of(snapshots)
        if frame.height < ROWS_FOR_COLUMNS or self._policy.cadence is Cadence.EVENT:
            return self.evaluate_all(frame.iter_rows(named=True))
        decided = self.evaluate_frame(frame, lines=())
        made = decided.made(self.input_names, self._evaluator, self.decision)
        return Decisions(made, decided.rejected, self._policy.money_places, decided.total)

    def evaluate_frame(
        self,
        source: Source,
        *,
        lines: Sequence[str] | None = None,
        results: Sequence[str] = (),
        facts: Records | Iterable[object] | None = None,
    ) -> FrameDecisions:
        """Return the decisions on a population as columns, the same as those of `evaluate_all`.

        It needs the extra `columns` (`pip install 'incentive-engine[columns]'`).

        Args:
            source: A polars frame or lazy frame, what hands its columns over by Arrow, or the path of a
                file or folder that `read_records` reads.
            lines: The rules whose final amounts are wanted; all that give money where it is not given.
            results: What rules make known by name and is wanted as well, such as `card.score`.
            facts: As for `with_facts`.

        Raises:
            EventsError: if the ruleset decides on events, which are evaluated one after the other.
            ImportError: if polars is not installed.
            KeyError: if there is no such rule that gives money, or no such result.
            polars.exceptions.PolarsError: if a lazy frame fails, or a file of Parquet is broken inside.
        """
        self._require_periods()
        from incentive_engine.evaluate.columns import decisions, intake  # noqa: PLC0415 -- polars is an extra

        columns = decisions.PolicyColumns(self._policy, lines, results)
        population = intake.FrameIntake(self._intake.beside(facts)).read(source)
        return FrameDecisions(
            population, columns.evaluated(self._columns, population.frames), self.decision_of
        )

    def evaluate_batches(
        self,
        source: Source,
        *,
        lines: Sequence[str] | None = None,
        results: Sequence[str] = (),
        facts: Records | Iterable[object] | None = None,
        rows: int = 2**20,
    ) -> Iterator[DecidedFrame]:
        """Yield what `evaluate_frame` returns in parts, so that a population may be larger than the memory.

        Where the ruleset looks at peers each part is a whole period; otherwise it has so many rows, roughly.
        The arguments are those of `evaluate_frame`, and so is what is raised.
        """
        self._require_periods()
        from incentive_engine.evaluate.columns import decisions  # noqa: PLC0415 -- polars is an extra

        columns = decisions.PolicyColumns(self._policy, lines, results)
        following = self._columns.following()
        for population in self.read_batches(source, facts=facts, rows=rows):
            evaluator = following if self.needs_peers else self._columns
            frame = columns.evaluated(evaluator, population.frames)
            yield DecidedFrame(frame, population.problems, population.rounded)

    def read_batches(
        self, source: Source, *, facts: Records | Iterable[object] | None = None, rows: int = 2**20
    ) -> Iterator[FramePopulation]:
        """Yield the rows that `evaluate_batches` decides on, part by part, checked and not yet evaluated.

        The arguments are those of `evaluate_batches`, and so is what is raised.
        """
        self._require_periods()
        from incentive_engine.evaluate.columns import batches  # noqa: PLC0415 -- polars is an extra

        yield from batches.read_in_batches(
            self._intake.beside(facts),
            source,
            peers=self.needs_peers,
            history=self.needs_history,
            most=rows,
        )

    def _require_periods(self) -> None:
        if self._policy.cadence is Cadence.EVENT:
            raise EventsError([Problem("IE3852")])

    @cached_property
    def _columns(self) -> ColumnEvaluator:
        from incentive_engine.evaluate.columns import evaluator  # noqa: PLC0415 -- polars is an extra

        return evaluator.ColumnEvaluator(self._policy.program, self._policy.watched())

    def decision_of(self, population: FramePopulation, agent: str, period: Period) -> Decision:
        """Return the decision on one agent and period of a population in columns.

        Raises:
            KeyError: if there is none.
        """
        own = population.snapshot(agent, period)
        if not self.needs_peers and not self.needs_history:
            return self.decision(own, self._evaluator.evaluate_one(period, own.row))
        rows = population.rows(
            self.input_names,
            agent=None if self.needs_peers else agent,
            last=period,
            first=None if self.needs_history else period,
        )
        return self.decision(own, self._evaluator.evaluate(rows)[period][agent])

    @property
    def input_names(self) -> tuple[str, ...]:
        """The metrics and attributes, in the order of a snapshot's `row`."""
        return self._evaluator.input_names

    def read(self, snapshot: object) -> Snapshot | tuple[Problem, ...]:
        """Return one row of data, checked, or all that is wrong with it."""
        return self._intake.read(snapshot)

    def subject(self, snapshot: object) -> tuple[str | None, Period | None]:
        """Return the agent and the period of a row of data, None where they cannot be known."""
        found = self._intake.examined(snapshot)
        return found.agent, found.period

    def cells(self, snapshot: object) -> dict[str, object]:
        """Return the values of a row of data by the columns that the ruleset reads, as far as it has them."""
        return self._intake.cells(snapshot) or {}

    def read_all(self, snapshots: Records | Iterable[object]) -> Population:
        """Return a population of snapshots, checked; what has problems is listed and left out."""
        return self._intake.read_all(snapshots)

    def values_of(self, population: Population, *, alone: bool = False) -> dict[Period, dict[str, RowValues]]:
        """Return the bare values of a population, for those who add up and do not explain.

        With `alone` nothing is known of the agents' peers, as where `evaluate` is given none.
        """
        rows = {
            period: {agent: snapshot.row for agent, snapshot in found.items()}
            for period, found in population.snapshots.items()
        }
        return self._evaluator.evaluate(rows, alone=alone)

    def decision(self, snapshot: Snapshot, values: RowValues) -> Decision:
        """Return the decision that the values of a snapshot make."""
        return Decision(self._policy, values, snapshot.agent, snapshot.period, snapshot.notes)


def load_ruleset(path: str | Path) -> Ruleset:
    """Return the ruleset of a YAML file.

    Raises:
        RulesetError: if the ruleset has errors, or cannot be read; it lists all of them.
    """
    return _ruleset(checked(path))


def parse_ruleset(text: str, file: str = "ruleset.yaml") -> Ruleset:
    """Return the ruleset of a YAML text; `file` is the name that problems give as its place.

    Raises:
        RulesetError: if the ruleset has errors; it lists all of them.
    """
    return _ruleset(compile_text(text, file))


def checked(path: str | Path) -> Checked:
    """Return what comes of checking a ruleset file: that it is not there is a problem as well."""
    if Path(path).is_dir():
        return Checked(None, (Problem("IE3866", {"folder": str(path)}),))
    text, problems = read_file(path)
    if any(problem.severity == "error" for problem in problems):
        return Checked(None, tuple(problems))
    found = compile_text(text, str(path))
    return Checked(found.policy, (*problems, *found.problems))


def _ruleset(found: Checked) -> Ruleset:
    if found.policy is None:
        raise RulesetError([problem for problem in found.problems if problem.severity == "error"])
    return Ruleset(found.policy, found.problems)
