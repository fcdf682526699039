"""Each mechanism decides the same in every way of evaluating: agent by agent, all at once, and in columns.

The people of a mechanism are those of its tests, peers and earlier periods too, all in one population.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from incentive_engine import Decision, Decisions
from incentive_engine.check.written import Cells, read_tests
from tools.mechanisms import Mechanism, mechanisms

Row = dict[str, str | None]

MECHANISMS = {each.name: each for each in mechanisms()}
IN_PERIODS = [name for name, each in MECHANISMS.items() if each.ruleset.policy.cadence.value != "event"]
MOST = 25
"""How many agents of a mechanism are decided on one by one."""


def rows_of(mechanism: Mechanism) -> list[Row]:
    """Return the rows of all tests, whose agents bear the number of the test before their names."""
    shape = mechanism.ruleset.policy.shape
    agent, period = str(shape.snapshot.agent), str(shape.snapshot.period)
    columns = [
        agent,
        period,
        *(column for field in mechanism.ruleset.policy.fields for column in field.columns),
    ]
    return [
        dict.fromkeys(columns) | {column: cell or None for column, cell in row.items()}
        for row in _rows(mechanism, agent, period)
    ]


def _rows(mechanism: Mechanism, agent: str, period: str) -> Iterator[dict[str, str]]:
    suite, _ = read_tests(mechanism.tests_path.read_text(encoding="utf-8"), mechanism.tests_path.name)
    assert suite is not None
    defaults = plain(suite.written.defaults)
    for number, test in enumerate(suite.written.tests):
        own = {agent: "agent", **defaults, **plain(test.snapshot)}
        yield own | {agent: f"{number} {own[agent]}"}
        for each, cells in enumerate(test.peers or (), start=1):
            peer = {**defaults, period: own[period], agent: f"peer {each}", **plain(cells)}
            yield peer | {agent: f"{number} {peer[agent]}"}
        for cells in test.history:
            earlier = {**defaults, agent: own[agent], **plain(cells)}
            yield earlier | {agent: f"{number} {earlier[agent]}"}


def plain(cells: Cells) -> dict[str, str]:
    return {str(column): str(cell) for column, cell in cells.items()}


def decided(name: str) -> tuple[list[Row], Decisions]:
    rows = rows_of(MECHANISMS[name])
    return rows, MECHANISMS[name].ruleset.evaluate_all(rows)


@pytest.mark.parametrize("name", IN_PERIODS)
def test_in_columns_it_decides_as_row_by_row(name: str) -> None:
    rows, decisions = decided(name)
    assert len(decisions) >= 3
    ruleset = MECHANISMS[name].ruleset
    paying = [str(line.rule.id) for line in ruleset.policy.lines if line.final is not None]
    frame = ruleset.evaluate_frame(pl.DataFrame(rows, infer_schema_length=None)).frame

    assert {(row["agent"], row["period"]): in_words(row, paying) for row in frame.iter_rows(named=True)} == {
        (decision.agent, decision.period): told(decision, paying) for decision in decisions
    }


def in_words(row: dict[str, object], paying: list[str]) -> tuple[str, ...]:
    return tuple(str(row[column]) for column in ("status", "total", *(f"{rule}.final" for rule in paying)))


def told(decision: Decision, paying: list[str]) -> tuple[str, ...]:
    finals = {line.rule: line.final for line in decision.lines}
    return (decision.status, str(decision.total), *(str(finals.get(rule)) for rule in paying))


@pytest.mark.parametrize("name", MECHANISMS)
def test_one_agent_is_decided_on_as_among_all(name: str) -> None:
    rows, decisions = decided(name)
    ruleset = MECHANISMS[name].ruleset
    agent, period = str(ruleset.policy.shape.snapshot.agent), str(ruleset.policy.shape.snapshot.period)
    known = {(decision.agent, decision.period) for decision in decisions}
    for row in [row for row in rows if (row[agent], row[period]) in known][:MOST]:
        month = str(row[period])
        peers = [other for other in rows if other[period] == month and other is not row]
        earlier = [other for other in rows if str(other[period]) < month]
        alone = ruleset.evaluate(row, peers=peers, history=earlier)
        assert alone == decisions.of(alone.agent, alone.period, alone.event)
        assert alone.to_dict() == decisions.of(alone.agent, alone.period, alone.event).to_dict()
