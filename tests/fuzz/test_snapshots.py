"""Whatever the data holds: it is taken as exact values or refused in words, and nothing is raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.intake import Intake, Snapshot
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem
from tests.support.draws import draws
from tests.support.fields import (
    BREACH,
    COMPLEXITY,
    CSAT,
    HANDLED,
    HIRED,
    LATE,
    LEFT,
    LEVEL,
    PAY,
    TEAM,
    WAIT,
    intake,
    said,
)

FIELDS = [HANDLED, COMPLEXITY, CSAT, PAY, WAIT, LEVEL, TEAM, HIRED, LEFT, BREACH, LATE]
COLUMNS = ["agent_id", "month", *(field.column for field in FIELDS)]
READINGS = [intake(FIELDS, cadence=cadence) for cadence in Cadence]


class Hostile:
    """A value whose every part raises, in ways that no reader is ready for."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        raise RuntimeError

    def __str__(self) -> str:
        raise RuntimeError


NUMBER_LIKE = st.text(alphabet="0123456789.,-+eE%_ ％５．\u3000¥元nNaAiIfF/年", max_size=12)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(10**6), max_value=10**6),
    st.floats(),
    st.decimals(),
    st.fractions(),
    st.complex_numbers(),
    st.dates(),
    st.datetimes(timezones=st.one_of(st.none(), st.timezones())),
    st.times(),
    st.binary(max_size=8),
    st.text(max_size=12),
    st.text(alphabet=st.characters(), max_size=12),
    NUMBER_LIKE,
    st.sampled_from(
        ["junior", "A1", "2026-03", "2026-Q1", "2026", "2026-W11", "2026-03-08", "0.91", "yes", "9" * 5000]
    ),
    st.sampled_from([[], {}, object(), Ellipsis, int, 10**5000]),
    st.builds(Hostile),
)
VALUES = JUNK | st.lists(JUNK, max_size=2)
SOUND = {"agent_id": "A1", "month": "2026-03"}


def check_problems(problems: Sequence[Problem]) -> None:
    assert problems
    for problem in problems:
        for text in said(problem):
            assert text
            text.encode("utf-8")


def check(found: Snapshot | tuple[Problem, ...]) -> None:
    if not isinstance(found, Snapshot):
        check_problems(found)
        return
    assert type(found.agent) is str
    assert found.agent.strip() == found.agent != ""
    assert len(found.row) == len(FIELDS)
    for field, value in zip(FIELDS, found.row, strict=True):
        assert type(value) in ((bool, type(None)) if field is BREACH else (int, type(None)))
        if value is not None and field.lowest is not None:
            assert value >= field.lowest * 10**field.places
        if value is not None and field.highest is not None:
            assert value <= field.highest * 10**field.places


# To draw that much takes a while, which is no news.
CALM = settings(
    max_examples=draws(70), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@CALM
@given(st.sampled_from(READINGS), st.dictionaries(st.sampled_from(COLUMNS), VALUES, max_size=len(COLUMNS)))
def test_any_values_under_the_right_names(reading: Intake, record: dict[str, object]) -> None:
    check(reading.read(record))


@CALM
@given(st.sampled_from(COLUMNS), VALUES)
def test_one_odd_value_in_a_sound_row(column: str, value: object) -> None:
    empty = dict.fromkeys(COLUMNS, None)

    for reading in READINGS:
        check(reading.read({**empty, **SOUND, column: value}))


@CALM
@given(VALUES | st.dictionaries(st.text(max_size=5) | st.integers(), VALUES, max_size=3))
def test_anything_in_place_of_a_row(record: object) -> None:
    check(READINGS[0].read(record))


@CALM
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, VALUES)), max_size=3))
def test_any_rows_of_a_population(records: list[dict[str, object]]) -> None:
    found = READINGS[0].read_all(records)

    taken = sum(len(agents) for agents in found.snapshots.values())
    rejected = {problem.row for problem in found.problems}
    assert taken + len(rejected) == len(records)


NAMES = st.sampled_from(["rows.csv", "rows.jsonl", "rows.json"])
LINES = st.lists(
    st.sampled_from(
        [
            ",".join(COLUMNS),
            "A1,2026-03,1,1,1,1,1,lead,blue,2026-03-08,,no,",
            '"',
            '"x\ny",',
            ";;",
            '{"agent_id": "A1", "month": "2026-03"}',
            '[{"agent_id": "A1"}]',
            "[",
            '{"a": NaN}',
            "",
            "\x00",
            "工号",
        ]
    )
    | st.text(max_size=10),
    max_size=6,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def check_file(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    records = read_records(file)
    found = intake([HANDLED]).read_all(records)
    check_problems([Problem("IE4010"), *records.problems, *(each.problem for each in found.problems)])
    if any(problem.severity == "error" for problem in records.problems):
        assert list(records) == []


@CALM
@given(name=NAMES, content=st.binary(max_size=60))
def test_any_bytes_in_a_file(folder: Path, name: str, content: bytes) -> None:
    check_file(folder / name, content)


@CALM
@given(name=NAMES, lines=LINES, encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_any_lines_in_a_file(folder: Path, name: str, lines: list[str], encoding: str) -> None:
    check_file(folder / name, "\n".join(lines).encode(encoding, errors="ignore"))


def test_a_sound_row_is_taken_so_that_the_checks_above_have_something_to_check() -> None:
    values = ["A1", "2026-03", 1, "1.25", 0.5, 3, 2, "lead", "blue", date(2026, 3, 8), "", "no", ""]

    check(found := READINGS[3].read(dict(zip(COLUMNS, values, strict=True))))
    assert isinstance(found, Snapshot)
