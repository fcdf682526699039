"""A population in batches is decided as in one go."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from incentive_engine import RowProblem, parse_ruleset, read_records
from incentive_engine.decision.frames import DecidedFrame

HEAD = """\
language: 1
ruleset: batches
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {calls: count}
rules:
  - {id: volume, kind: bonus, pay: 0.05 * calls}
"""
RISE = "  - {id: growth, kind: bonus, pay: 2 * rise(calls)}\n"
STAR = """\
  - id: star
    kind: star_award
    rank_by: [{highest: calls}]
    ties: all_win
    prizes: [{pay: 1000}]
"""
MONTHS = ["2026-01", "2026-02", "2026-03"]


def population() -> pl.DataFrame:
    """Forty agents in three months, in no order; with a repeated row and rows that cannot be read."""
    frame = pl.DataFrame(
        [
            (f"a{agent}", month, 7 * agent + 3 * number)
            for agent in range(40)
            for number, month in enumerate(MONTHS)
        ],
        schema=["agent", "month", "calls"],
        orient="row",
    ).sample(fraction=1, shuffle=True, seed=1)
    broken = pl.DataFrame(
        [
            (" a3", "2026-01", 5),
            ("b", "2026-13", 5),
            (None, "2026-02", 5),
            ("c", None, 5),
            ("d", "2026-03", -1),
        ],
        schema=frame.schema,
        orient="row",
    )
    return pl.concat([frame, broken])


def together(parts: list[DecidedFrame]) -> tuple[pl.DataFrame, list[RowProblem]]:
    frame = pl.concat([part.frame for part in parts], how="vertical_relaxed").sort("row")
    problems = [problem for part in parts for problem in part.rejected]
    return frame, sorted(problems, key=lambda problem: problem.row or 0)


@pytest.mark.parametrize("rules", ["", RISE, STAR, RISE + STAR])
@pytest.mark.parametrize("rows", [7, 50, 1000])
def test_batches_together_are_what_one_frame_is(rules: str, rows: int, tmp_path: Path) -> None:
    ruleset = parse_ruleset(HEAD + rules)
    file = tmp_path / "population.parquet"
    population().write_parquet(file)
    whole = ruleset.evaluate_frame(file)

    parts = list(ruleset.evaluate_batches(file, rows=rows))

    frame, problems = together(parts)
    assert_frame_equal(frame, whole.frame)
    assert problems == list(whole.rejected)
    assert sum((part.total for part in parts), Decimal(0)) == whole.total
    # a3 in January twice; two periods that are none; no agent; calls below zero.
    assert [problem.problem.code for problem in problems].count("IE4027") == 2
    assert len(problems) == 6


def test_a_batch_has_a_period_or_about_as_many_rows_as_asked_for() -> None:
    frame = population()

    def heights(rules: str, rows: int) -> list[int]:
        batches = parse_ruleset(HEAD + rules).evaluate_batches(frame, rows=rows)
        return [len(part) for part in batches]

    # Of a3 in January neither row counts, and the rows whose period cannot be read are a batch of their own.
    assert heights(STAR, 10) == [39, 40, 40, 0]
    # Two months are more than sixty rows, one is not; the rows without a period go with the last.
    assert heights("", 60) == [39, 40, 40]
    assert heights("", 1000) == [119]
    assert max(heights(RISE, 30)) < 60
    assert sum(heights(RISE, 30)) == 119


def test_data_as_a_whole_that_is_wrong_makes_one_batch_that_says_so(tmp_path: Path) -> None:
    ruleset = parse_ruleset(HEAD)
    table = tmp_path / "lines.jsonl"
    table.write_text('{"agent": "a", "month": "2026-01", "calls": 40}\n', encoding="utf-8")

    (absent,) = ruleset.evaluate_batches(population().drop("calls"))
    (by_row,) = ruleset.evaluate_batches(table)

    assert [problem.problem.code for problem in absent.rejected] == ["IE4014"]
    assert absent.frame.columns == ["row", "agent", "period", "status", "total", "volume.final"]
    assert by_row.total == ruleset.evaluate_all(read_records(table)).total == 2


def test_a_table_without_rows_is_one_batch_without_decisions() -> None:
    (none,) = parse_ruleset(HEAD).evaluate_batches(population().clear())

    assert (len(none), str(none.total), none.rejected) == (0, "0.00", ())


def test_where_every_period_can_be_read_there_is_no_batch_of_others() -> None:
    march = population().filter(pl.col("month") == "2026-03")

    assert [len(part) for part in parse_ruleset(HEAD + STAR).evaluate_batches(march)] == [40]


def test_facts_are_those_of_the_rows_of_each_batch() -> None:
    head = HEAD.replace("rules:", "facts: {revenue: money}\nrules:")
    ruleset = parse_ruleset(head + "  - {id: share, kind: bonus, pay: 1% * revenue}\n")
    facts = [{"month": "2026-01", "revenue": 100}, {"month": "2026-02", "revenue": 300}]
    rows = pl.DataFrame({"agent": ["A", "B"], "month": ["2026-01", "2026-02"], "calls": [0, 0]})

    parts = list(ruleset.evaluate_batches(rows, facts=facts, rows=1))

    # 1 % of 100 for A in January, of 300 for B in February.
    assert sorted(part.total for part in parts) == [Decimal(1), Decimal(3)]
