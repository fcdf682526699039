"""Runs the tests of a ruleset: each test's snapshots are decided on, and held against what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from incentive_engine.check.expected import LANGUAGES, Check, Decided, Difference, Expectations
from incentive_engine.check.written import (
    Cells,
    Path,
    Row,
    Suite,
    WrittenTest,
    cell_place,
    given_cells,
    given_facts,
    read_tests,
)
from incentive_engine.decision.reading import Reading
from incentive_engine.engine import Ruleset
from incentive_engine.evaluate.intake import Population, Snapshot
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.ruleset.period import Period
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.validation import suggestion

AGENT = "agent"
"""The id of an agent that a test gives none; its peers are `peer 1`, `peer 2` and so on."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One test that was run: the decision it led to, and where that differs from what is expected.

    `decided` is None where the test is about data that are refused.
    """

    name: str
    place: Span
    decided: Decided | None
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether the decision is as expected."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """The tests of one file under one ruleset.

    `problems` are those of the tests file; where one is an error, no test was run.
    """

    ruleset: Ruleset
    file: str
    text: str
    problems: tuple[Problem, ...]
    ran: tuple[Ran, ...]

    @property
    def values(self) -> tuple[RowValues, ...]:
        """The values that the decisions of all tests were made from."""
        return tuple(each.decided.reading.values for each in self.ran if each.decided is not None)

    @property
    def failed(self) -> tuple[Ran, ...]:
        """The tests whose decisions are not as expected."""
        return tuple(each for each in self.ran if not each.passed)

    @property
    def passed(self) -> bool:
        """Whether all tests could be run and passed."""
        return not self.failed and not any(problem.severity == "error" for problem in self.problems)


def run_tests(ruleset: Ruleset, text: str, file: str) -> SuiteRun:
    """Run the tests of a YAML text under a ruleset; `file` is the name that places are given with."""
    suite, problems = read_tests(text, file)
    if suite is None:
        return SuiteRun(ruleset, file, text, tuple(problems), ())
    prepared = _Preparation(ruleset, suite, problems)
    tests = prepared.tests()
    if any(problem.severity == "error" for problem in problems):
        return SuiteRun(ruleset, file, text, tuple(problems), ())
    ran = (test if isinstance(test, Ran) else _ran(ruleset, test) for test in tests)
    return SuiteRun(ruleset, file, text, tuple(problems), tuple(ran))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One test that is ready to run: its own snapshot and all others, and what is expected.

    It is run `alone` where nothing is said of the agent's peers.
    """

    name: str
    place: Span
    own: Snapshot
    snapshots: dict[Period, dict[str, Snapshot]]
    alone: bool
    checks: tuple[Check, ...]


def _ran(ruleset: Ruleset, test: _Prepared) -> Ran:
    own = test.own
    population = Population(test.snapshots, ())
    values = ruleset.values_of(population, alone=test.alone)[own.period][own.agent]
    decision = ruleset.decision(own, values)
    explanation = decision.explain(nearest=False)
    decided = Decided(decision, Reading(ruleset.policy, values), explanation)
    differences = (each for check in test.checks for each in check(decided))
    return Ran(test.name, test.place, decided, tuple(differences))


class _Preparation:
    """Makes the tests of a suite ready to run, and adds what is wrong with them to the problems."""

    def __init__(self, ruleset: Ruleset, suite: Suite, problems: list[Problem]) -> None:
        self._ruleset = ruleset
        self._suite = suite
        self._problems = problems
        shape = ruleset.policy.shape
        self._agent_column, self._period_column = str(shape.snapshot.agent), str(shape.snapshot.period)
        self._event_columns = [] if shape.snapshot.event is None else [str(shape.snapshot.event)]
        fields = ruleset.policy.fields
        own_columns = [column for field in fields if not field.fact for column in field.columns]
        keys = (self._agent_column, self._period_column, *self._event_columns)
        self._columns = tuple(dict.fromkeys((*keys, *own_columns)))
        groups = [field.column for field in fields if field.name in {each.per for each in fields}]
        facts = [field.column for field in fields if field.fact]
        self._fact_columns = tuple(dict.fromkeys((self._period_column, *groups, *facts)))
        self._beside: Ruleset = ruleset
        self._facts_path: Path = ()

    def tests(self) -> list[_Prepared | Ran]:
        """Return the tests that are ready; those about data that are refused have been run."""
        self._check_columns()
        self._check_names()
        expectations = Expectations(self._ruleset.policy, self._suite)
        prepared = [self._prepared(index, expectations) for index in range(len(self._suite.written.tests))]
        self._problems.extend(expectations.problems)
        return [test for test in prepared if test is not None]

    # --- What is wrong with the file as a whole

    def _check_columns(self) -> None:
        of_rows = ((self._columns, *each) for each in given_cells(self._suite))
        of_facts = ((self._fact_columns, *each) for each in given_facts(self._suite))
        for columns, column, path in (*of_rows, *of_facts):
            if column not in columns:
                listed = ", ".join(f"`{each}`" for each in columns)
                values = {"column": column, "columns": listed, **self._meant(column, columns)}
                self._problems.append(Problem("IE6002", values, self._suite.key_place(*path)))

    def _meant(self, column: str, columns: Sequence[str]) -> dict[str, str]:
        """Return the column that was probably meant: that of the metric of this name, or the most similar."""
        fields = self._ruleset.policy.fields
        of_metric = [field.column for field in fields if field.name == column and field.column in columns]
        return suggestion(of_metric[0], of_metric) if of_metric else suggestion(column, columns)

    def _check_names(self) -> None:
        first: dict[str, Span] = {}
        for test in self._suite.written.tests:
            if test.name in first:
                known = (first[str(test.name)],)
                self._problems.append(Problem("IE6008", {"name": str(test.name)}, test.name.span, known))
            first.setdefault(str(test.name), test.name.span)

    # --- Snapshots

    def _prepared(self, index: int, expectations: Expectations) -> _Prepared | Ran | None:
        test = self._suite.written.tests[index]
        checks = expectations.of(index)
        keys = {self._agent_column: AGENT, **self._event("this one")}
        own_row = self._row(keys, test.snapshot, {}, (index, "snapshot"))
        self._facts_path = ("tests", index, "facts") if test.facts else ("facts",)
        self._beside = self._ruleset.with_facts(self._facts(test, own_row))
        if test.expect.refused is not None:
            return Ran(str(test.name), test.name.span, None, self._not_refused(index, own_row))
        own = self._read(own_row)
        if own is None:
            return None
        snapshots: dict[Period, dict[str, Snapshot]] = {own.period: {own.agent: own}}
        for row in self._others(index, own):
            self._add(row, snapshots)
        return _Prepared(str(test.name), test.name.span, own, snapshots, test.peers is None, checks)

    def _not_refused(self, index: int, row: Row) -> tuple[Difference, ...]:
        """Return that the data of a test are not refused, or not for the reason that it expects."""
        expected = self._suite.written.tests[index].expect
        place = self._suite.place("tests", index, "expect", "refused")
        if len(expected.model_fields_set) > 1:
            self._problems.append(Problem("IE6012", {}, place))
        reason = str(expected.refused)
        found = [each.problem for each in self._beside.read_all([row.cells]).problems]
        if any(reason in text for each in found for text in (each.code, *map(each.message, LANGUAGES))):
            return ()
        if not found:
            return (Difference(Problem("IE6113", {"expected": reason}, place)),)
        first = found[0]
        values = {"expected": reason, "got": first.message("en"), "got_zh": first.message("zh")}
        return (Difference(Problem("IE6112", {**values, "code": first.code}, place)),)

    def _others(self, index: int, own: Snapshot) -> Iterator[Row]:
        """Yield the rows of the peers and of the history of a test."""
        test = self._suite.written.tests[index]
        period = {self._period_column: str(own.period)}
        for number, given in enumerate(test.peers or ()):
            peer = {**period, self._agent_column: f"peer {number + 1}"}
            yield self._row({}, given, peer, (index, "peers", number))
        for number, given in enumerate(test.history):
            path: Path = (index, "history", number)
            keys = {self._agent_column: own.agent, **self._event(f"earlier {number + 1}")}
            row = self._row({}, given, keys, path)
            if self._period_column not in given:
                values = {"column": self._period_column}
                self._problems.append(Problem("IE6011", values, self._suite.key_place(*row.path)))
            elif self._is_earlier(row, own):
                yield row

    def _facts(self, test: WrittenTest, own: Row) -> list[dict[str, str | None]]:
        """Return the rows of facts of a test, which are of its own period and groups unless they say so."""
        here = {column: own.cells[column] for column in self._fact_columns if column in own.cells}
        given = test.facts or self._suite.written.facts
        return [here | {str(column): str(cell) for column, cell in row.items()} for row in given]

    def _place(self, row: Row, column: str) -> Span:
        """Return the place of a cell that has a problem: in its row, or among the facts beside it."""
        if column not in self._fact_columns or column in row.cells:
            return cell_place(self._suite, row, column)
        return self._suite.place(*self._facts_path)

    def _event(self, name: str) -> dict[str, str]:
        """Return the id of an event that the test itself gives none, where events have ids."""
        return dict.fromkeys(self._event_columns, name)

    def _is_earlier(self, row: Row, own: Snapshot) -> bool:
        """Whether a row of the history is earlier; one that cannot be read is left to be reported as such."""
        found = self._beside.read_all([row.cells])
        late = [period for period in found.snapshots if period >= own.period]
        for period in late:
            values = {"period": str(period), "present": str(own.period)}
            place = cell_place(self._suite, row, self._period_column)
            self._problems.append(Problem("IE6009", values, place))
        return not late

    def _row(self, before: Mapping[str, str], given: Cells, instead: Mapping[str, str], path: Path) -> Row:
        """Return a row: what it gives itself, else what stands in for the defaults, else the defaults."""
        cells: dict[str, str | None] = dict.fromkeys(self._columns)
        for more in (before, self._suite.written.defaults, instead, given):
            cells |= {str(column): str(cell) for column, cell in more.items()}
        return Row(cells, ("tests", *path))

    def _read(self, row: Row) -> Snapshot | None:
        """Return the snapshot of a row, or None after reporting what is wrong with its cells."""
        found = self._beside.read_all([row.cells])
        for each in found.problems:
            problem = each.problem
            place = self._place(row, problem.values.get("column", ""))
            self._problems.append(Problem(problem.code, problem.values, place))
        return next((own for agents in found.snapshots.values() for own in agents.values()), None)

    def _add(self, row: Row, snapshots: dict[Period, dict[str, Snapshot]]) -> None:
        snapshot = self._read(row)
        if snapshot is None:
            return
        agents = snapshots.setdefault(snapshot.period, {})
        if snapshot.agent in agents:
            values = {"agent": snapshot.agent, "period": str(snapshot.period)}
            place = cell_place(self._suite, row, self._agent_column)
            self._problems.append(Problem("IE6010", values, place))
        agents[snapshot.agent] = snapshot
