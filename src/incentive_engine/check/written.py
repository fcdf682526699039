"""Tests of a ruleset as its authors write them: the shape of the file, and its cells with their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from incentive_engine.decision.decision import Status
from incentive_engine.ruleset.fields import TEXT_FORM, Name, Shape, Text, one_or_more
from incentive_engine.ruleset.nodes import Items, Node, Table, span_at
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.text import read_yaml
from incentive_engine.ruleset.validation import validated

Texts = Annotated[
    tuple[Text, ...],
    Field(strict=False),
    BeforeValidator(one_or_more),
    WithJsonSchema({"anyOf": [TEXT_FORM, {"type": "array", "items": TEXT_FORM}]}),
]
Cells = dict[Text, Text]
Path = tuple[str | int, ...]


class Expectation(Shape):
    """What a decision has to be; what is left out may be anything."""

    refused: Text | None = None
    """Why the agent's data are refused, so that there is no decision: a problem's code, or what it says."""
    total: Text | None = None
    """What is paid."""
    status: Status | None = None
    """final, incomplete, held or ineligible."""
    lines: dict[Name, Text] = Field(default_factory=dict)
    """What a rule pays in the end, after red lines, by the rule's id."""
    outcome: dict[Name, Text] = Field(default_factory=dict)
    """What becomes of a rule, by its id: paid, nothing, voided, ...; `none` where it does not apply."""
    results: dict[Text, Text] = Field(default_factory=dict)
    """What a rule makes known, as `card.score: 87.5`."""
    recognitions: dict[Name, Texts] = Field(default_factory=dict)
    """The outcomes beyond money that a rule gives, by its id; an empty list where it gives none."""
    reasons: dict[Name, Texts] = Field(default_factory=dict)
    """What the explanation of a rule says, in English or Chinese, by its id."""
    notes: Texts | None = None
    """The notes on the data: their codes, or what they say; an empty list where there are none."""


def _one_or_more_rows(value: object) -> object:
    return Items([value], value.span) if isinstance(value, Table) else value


_CELLS_FORM = {"type": "object", "additionalProperties": TEXT_FORM}
RowsOfFacts = Annotated[
    tuple[Cells, ...],
    Field(strict=False),
    BeforeValidator(_one_or_more_rows),
    WithJsonSchema({"anyOf": [_CELLS_FORM, {"type": "array", "items": _CELLS_FORM}]}),
]


class WrittenTest(Shape):
    """One test: the data of one agent, and the decision expected of it."""

    name: Text
    """What it holds, as a sentence."""
    snapshot: Cells = Field(default_factory=dict)
    """The agent's metrics and attributes by column; what is in no column is empty."""
    peers: Annotated[tuple[Cells, ...] | None, Field(strict=False)] = None
    """The other agents of the period, `[]` where there are none; left out: nothing is known of them."""
    history: Annotated[tuple[Cells, ...], Field(strict=False)] = ()
    """Snapshots of earlier periods, the agent's own unless they say whose."""
    facts: RowsOfFacts = ()
    """The facts of the company and of groups, one row or several; for the test's own period and group unless
    they say for which. Left out: those of the file."""
    expect: Expectation
    """What the decision has to be."""


class WrittenTests(Shape):
    """The tests of a ruleset."""

    defaults: Cells = Field(default_factory=dict)
    """Columns that all snapshots of the file have in common, unless they say otherwise."""
    facts: RowsOfFacts = ()
    """The facts of all tests that have none of their own."""
    tests: Annotated[tuple[WrittenTest, ...], Field(strict=False, min_length=1)]
    """The tests."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A tests file that has its shape, and the tree that knows the places in it."""

    file: str
    text: str
    root: Table
    written: WrittenTests

    def place(self, *path: str | int) -> Span:
        """Return the place of what a path leads to."""
        return span_at(self.root, path)

    def key_place(self, *path: str | int) -> Span:
        """Return the place of the key that a path ends with."""
        return span_at(self.root, path, key=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One snapshot of a test: its cells, and the path in the file that leads to its own ones."""

    cells: Mapping[str, str | None]
    path: Path


def read_tests(text: str, file: str) -> tuple[Suite | None, list[Problem]]:
    """Return the tests that a text holds, or all that keeps it from being read."""
    root, problems = read_yaml(text, file)
    if root is None:
        return None, problems
    written, faults = validated(WrittenTests, root, root)
    problems.extend(fault.problem for fault in faults if fault.problem is not None)
    if written is None or any(problem.severity == "error" for problem in problems):
        return None, problems
    return Suite(file, text, root, written), problems


def given_cells(source: Suite) -> Iterator[tuple[str, Path]]:
    """Yield every column that the file gives a cell of, with the path to the cell."""
    yield from ((column, ("defaults", column)) for column in source.written.defaults)
    for index, test in enumerate(source.written.tests):
        yield from ((column, ("tests", index, "snapshot", column)) for column in test.snapshot)
        for field, rows in (("peers", test.peers or ()), ("history", test.history)):
            for number, row in enumerate(rows):
                yield from ((column, ("tests", index, field, number, column)) for column in row)


def given_facts(source: Suite) -> Iterator[tuple[str, Path]]:
    """Yield every column that the file gives a cell of among facts, with the path to the cell."""
    tests = ((test.facts, ("tests", index, "facts")) for index, test in enumerate(source.written.tests))
    for rows, path in ((source.written.facts, ("facts",)), *tests):
        for number, row in enumerate(rows):
            yield from ((column, (*path, number, column)) for column in row)


def cell_place(source: Suite, row: Row, column: str) -> Span:
    """Return the place of a cell: in its row, else in the defaults, else that of the whole row."""
    for path in (row.path, ("defaults",)):
        if column in _table_at(source.root, path):
            return source.place(*path, column)
    return source.key_place(*row.path)


def _table_at(root: Table, path: Sequence[str | int]) -> Mapping[str, Node]:
    """Return the table that a path leads to; an empty one where there is none."""
    node: Node | None = root
    for step in path:
        if isinstance(node, Items) and isinstance(step, int):
            node = node[step]
        else:
            node = node.get(str(step)) if isinstance(node, Table) else None
    return node if isinstance(node, Table) else {}
