"""A population one row in twenty of which is broken, in every way that rows of real data are.

Each broken row is reported by its number and its cause, none is paid, and all others come out exactly as they
do without them: row by row and in columns, from CSV, JSON, JSON lines and Parquet.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from incentive_engine.engine import Ruleset, parse_ruleset
from incentive_engine.evaluate.files import read_records

RULESET = parse_ruleset("""
language: 1
ruleset: faults
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent_id, period: month}
attributes:
  team: text
  level: [junior, senior]
  hired: date
metrics:
  handled: {type: count, range: [0, 5000], missing: error}
  csat: {type: ratio, fresh_within: 60 d, measured: surveyed}
  passed: boolean
rules:
  - {id: volume, kind: bonus, when: passed, pay: 0.10 * handled}
  - id: best
    kind: star_award
    within: team
    rank_by: [{highest: csat}, {highest: handled}]
    ties: share_prizes
    prizes: [{pay: 500}]
  - id: rising
    kind: bonus
    pay: 10 * (1 if handled > group_mean(handled, within=level) else 0) + default(rise(handled), 0)
""")
Cell = str | float | None
Row = dict[str, Cell]

# 60 agents in 2 teams over 4 months: 240 rows, 12 of which are broken below.
_AGENTS, _MONTHS = 60, ("2026-01", "2026-02", "2026-03", "2026-04")
GOOD: list[Row] = [
    {
        "agent_id": f"A{agent:03}",
        "month": month,
        "team": "chat" if agent % 2 else "phone",
        "level": "senior" if agent % 3 else "junior",
        "hired": f"20{10 + agent % 15}-05-17",
        "handled": float(100 + agent * 7 % 90 + 11 * number),
        "csat": f"0.{70 + (agent * 13 + number) % 30}",
        "surveyed": f"{month}-15",
        "passed": "yes" if agent % 5 else "no",
    }
    for number, month in enumerate(_MONTHS)
    for agent in range(_AGENTS)
]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row, and the code of the problem that says so, in texts and in typed cells."""

    cells: Mapping[str, Cell]
    in_text: str
    typed: str


# In a table of text there is no NaN, only a text that is no number.
FAULTS: Mapping[int, Fault] = {
    3: Fault({"csat": "high"}, "IE4031", "IE4031"),
    17: Fault({"handled": math.nan}, "IE4031", "IE4033"),
    31: Fault({"handled": math.inf}, "IE4031", "IE4050"),
    44: Fault({"handled": -1.0}, "IE4048", "IE4048"),
    62: Fault({"handled": 5001.0}, "IE4039", "IE4039"),
    75: Fault({"handled": None}, "IE4030", "IE4030"),
    90: Fault({"csat": "95"}, "IE4041", "IE4041"),
    104: Fault({"level": "seniro"}, "IE4049", "IE4049"),
    120: Fault({"month": "2025-12"}, "IE4026", "IE4026"),
    137: Fault({"hired": "17.05.2019"}, "IE4042", "IE4042"),
    151: Fault({"surveyed": "2025-06-15"}, "IE4063", "IE4063"),
    # Agent 8 has two rows for April: nobody can tell which one is right.
    189: Fault({"agent_id": "A008"}, "IE4027", "IE4027"),
}
REPEATED = 188
BROKEN: list[Row] = [
    {**row, **FAULTS[number].cells} if number in FAULTS else row for number, row in enumerate(GOOD)
]


def test_one_row_in_twenty_is_broken() -> None:
    assert len(BROKEN) == 20 * len(FAULTS)
    assert BROKEN[REPEATED]["agent_id"] == BROKEN[189]["agent_id"]
    assert BROKEN[REPEATED]["month"] == BROKEN[189]["month"]


def _csv(rows: list[Row], path: Path) -> None:
    lines = [
        ",".join(rows[0]),
        *(",".join("" if cell is None else str(cell) for cell in row.values()) for row in rows),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _json(rows: list[Row], path: Path) -> None:
    path.write_text(json.dumps(rows), encoding="utf-8")


def _json_lines(rows: list[Row], path: Path) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")


def _parquet(rows: list[Row], path: Path) -> None:
    pl.DataFrame(rows).write_parquet(path)


WRITERS: Mapping[str, tuple[Callable[[list[Row], Path], None], bool, int]] = {
    "rows.csv": (_csv, False, 2),  # the header stands on the first line
    "rows.json": (_json, True, 1),
    "rows.jsonl": (_json_lines, True, 1),
    "rows.parquet": (_parquet, True, 1),
}


def _row_by_row(
    ruleset: Ruleset, path: Path
) -> tuple[dict[tuple[str, str], str], list[tuple[int | None, str]]]:
    decisions = ruleset.evaluate_all(read_records(path))
    made = {(each.agent, each.period): each.to_json() for each in decisions}
    return made, [(each.row, each.problem.code) for each in decisions.rejected]


def _in_columns(
    ruleset: Ruleset, path: Path
) -> tuple[dict[tuple[str, str], str], list[tuple[int | None, str]]]:
    decisions = ruleset.evaluate_frame(path)
    made = {
        (agent, period): f"{status} {total}"
        for agent, period, status, total in decisions.frame.select(
            "agent", "period", "status", "total"
        ).rows()
    }
    return made, [(each.row, each.problem.code) for each in decisions.rejected]


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("evaluated", [_row_by_row, _in_columns], ids=["row by row", "in columns"])
def test_each_broken_row_is_reported_none_is_paid_and_the_others_are_as_without_them(
    evaluated: Callable[[Ruleset, Path], tuple[dict[tuple[str, str], str], list[tuple[int | None, str]]]],
    name: str,
    tmp_path: Path,
) -> None:
    write, typed, first = WRITERS[name]
    broken, sound = tmp_path / name, tmp_path / f"sound-{name}"
    write(BROKEN, broken)
    write([row for number, row in enumerate(GOOD) if number not in FAULTS and number != REPEATED], sound)

    made, rejected = evaluated(RULESET, broken)
    expected, nothing = evaluated(RULESET, sound)

    codes = {number: fault.typed if typed else fault.in_text for number, fault in FAULTS.items()}
    codes[REPEATED] = "IE4027"
    assert rejected == [(number + first, codes[number]) for number in sorted(codes)]
    assert nothing == []
    assert made == expected
    assert len(made) == len(GOOD) - len(codes)


@pytest.mark.parametrize("name", WRITERS)
def test_problems_name_the_agent_the_period_the_column_and_what_stands_there(
    name: str, tmp_path: Path
) -> None:
    write, _, first = WRITERS[name]
    write(BROKEN, tmp_path / name)
    for decisions in (
        RULESET.evaluate_all(read_records(tmp_path / name)),
        RULESET.evaluate_frame(tmp_path / name),
    ):
        about = {each.row: each.to_dict() for each in decisions.rejected}
        told = about[104 + first]
        assert (told["agent"], told["period"], told["column"], told["value"]) == (
            *("A044", "2026-02", "level", "seniro"),
        )
        assert "did you mean `senior`?" in str(told["hint"])


@pytest.mark.parametrize("column", list(GOOD[0]))
@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_a_table_without_a_column_pays_nobody(column: str, name: str, tmp_path: Path) -> None:
    write, _, _ = WRITERS[name]
    write([{key: cell for key, cell in row.items() if key != column} for row in GOOD[:10]], tmp_path / name)
    for decisions in (
        RULESET.evaluate_all(read_records(tmp_path / name)),
        RULESET.evaluate_frame(tmp_path / name),
    ):
        (problem,) = decisions.rejected
        assert (problem.row, problem.problem.code, problem.problem.values["column"]) == (
            None,
            "IE4014",
            column,
        )


@pytest.mark.parametrize("column", list(GOOD[0]))
def test_an_object_without_a_key_is_rejected_alone(column: str, tmp_path: Path) -> None:
    rows = [dict(row) for row in GOOD[:10]]
    del rows[4][column]
    _json_lines(rows, tmp_path / "rows.jsonl")
    for decisions in (
        RULESET.evaluate_all(read_records(tmp_path / "rows.jsonl")),
        RULESET.evaluate_frame(tmp_path / "rows.jsonl"),
    ):
        assert [(each.row, each.problem.code) for each in decisions.rejected] == [(5, "IE4020")]
        assert len(decisions) == 9
