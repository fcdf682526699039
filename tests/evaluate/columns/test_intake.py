"""A frame of data is read as the intake reads its rows: the same values, the same problems."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.cells import ROUNDED
from incentive_engine.evaluate.columns.batch import AGENT
from incentive_engine.evaluate.columns.fields import taken_column
from incentive_engine.evaluate.columns.intake import NUMBER, FrameIntake, FramePopulation
from incentive_engine.evaluate.columns.plain import are_plain_texts, plain_numbers
from incentive_engine.evaluate.columns.sources import Source
from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.numbers import NumberReader
from incentive_engine.evaluate.records import Records
from incentive_engine.evaluate.snapshots import Population
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import COUNT, MONEY, RATIO, text_number
from incentive_engine.language.types import NUMBER as PLAIN
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
)
from tests.support.fields import field as made

DataType = pl.DataType | type[pl.DataType] | None
Rows = Records | Iterable[object]
STRICT = made("strict", PLAIN, 1, strict=True)
NEEDED = made("needed", COUNT, required=True)


def row_by_row(population: Population, fields: list[InputField]) -> dict[str, dict[str, tuple[object, ...]]]:
    texts = {each.name for each in fields if each.type.name == "text"}
    names = [each.name for each in fields]

    def cell(name: str, value: object) -> object:
        return value if name not in texts or value is None else ("text", value)

    return {
        str(period): {
            agent: tuple(cell(name, value) for name, value in zip(names, snapshot.row, strict=True))
            for agent, snapshot in agents.items()
        }
        for period, agents in population.snapshots.items()
    }


def in_columns(
    population: FramePopulation, fields: list[InputField]
) -> dict[str, dict[str, tuple[object, ...]]]:
    names = [each.name for each in fields]
    return {
        str(period): {
            agent: tuple(("text", text_number(value)) if isinstance(value, str) else value for value in row)
            for agent, *row in frame.sort(AGENT).select(AGENT, *names).rows()
        }
        for period, frame in population.frames.items()
    }


def assert_same(source: Source, rows: Rows, fields: list[InputField]) -> FramePopulation:
    reads = intake(fields)
    expected = reads.read_all(rows)
    found = FrameIntake(reads).read(source)
    assert in_columns(found, fields) == row_by_row(expected, fields)
    assert found.problems == expected.problems
    notes = [
        note.field
        for agents in expected.snapshots.values()
        for snapshot in agents.values()
        for note in snapshot.notes
        if note.code == ROUNDED
    ]
    assert found.rounded == {name: notes.count(name) for name in notes}
    return found


def frame_with(column: str, values: list[object], dtype: DataType = None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "agent_id": [f"A{number}" for number in range(len(values))],
            "month": ["2026-03"] * len(values),
            column: pl.Series(values, dtype=dtype, strict=False),
        }
    )


def assert_column(field: InputField, values: list[object], dtype: DataType = None) -> FramePopulation:
    frame = frame_with(field.column, values, dtype)
    return assert_same(frame, frame.to_dicts(), [field])


# --- Numbers

FLOATS = [
    0.1, 0.85, 0.87654321, 1.0, 0.0, -0.0, -0.5, 0.00005, 0.99995, 1.00004, 1.1, 85.0, None, float("nan"),
    float("inf"), 1e-300, 0.00015, 0.123449999999, 2.675, 1e17, 1e19, -1e16, 123456789.123,
]  # fmt: skip


@pytest.mark.parametrize("rounding", list(Rounding))
@pytest.mark.parametrize("kind", [RATIO, MONEY, PLAIN])
def test_floats_are_the_decimals_that_print_as_they_do(rounding: Rounding, kind: object) -> None:
    places = 4 if kind is RATIO else 2
    low, high = ("0", "1") if kind is RATIO else (None, None)
    field = made("x", RATIO if kind is RATIO else MONEY, places, rounding=rounding, lowest=low, highest=high)

    assert_column(field, [*FLOATS])


@given(st.lists(st.floats() | st.floats(-10, 10).map(lambda value: round(value, 3)), min_size=1, max_size=20))
@settings(max_examples=draws(60), deadline=None)
def test_any_floats_are_read_as_row_by_row(values: list[object]) -> None:
    assert_column(PAY, values, pl.Float64)


def test_floats_that_print_as_no_more_places_than_declared_need_no_closer_look() -> None:
    # Divided by a constant, as polars does it, thousands of these would not come out as themselves.
    frame = pl.DataFrame({"csat": [number / 10_000 for number in range(10_001)]})

    assert plain_numbers(frame, [NumberReader(CSAT)])["csat"].to_list() == list(range(10_001))
    with_more_care = taken_column(frame["csat"], NumberReader(CSAT))
    assert with_more_care.values.to_list() == list(range(10_001))
    assert with_more_care.rounded is not None
    assert not with_more_care.rounded.any()


@given(st.lists(st.decimals(-100, 100, places=7) | st.none(), min_size=1, max_size=20))
@settings(max_examples=draws(40), deadline=None)
def test_any_decimals_are_read_as_row_by_row(values: list[object]) -> None:
    assert_column(PAY, values, pl.Decimal(38, 7))


TEXTS: list[object] = [
    "1", "0.85", "-0.5", "85%", " 7 ", "", "  ", None, "1,234", "１２", "1e3", "1e-3", "+5", "abc", ".5",
    "5.", "0.005", "0.015", "123456789012.25", "0.1234567891", "nan", "9" * 19, "0.00", "007",
]  # fmt: skip


@pytest.mark.parametrize("field", [PAY, CSAT, HANDLED, STRICT, NEEDED], ids=lambda field: field.name)
def test_numbers_written_as_texts_are_read_exactly(field: InputField) -> None:
    assert_column(field, TEXTS)


def test_decimals_are_taken_as_they_are() -> None:
    values: list[object] = [Decimal("1.25"), Decimal("-0.005"), Decimal("0.015"), Decimal("3.1415"), None]

    found = assert_column(PAY, values, pl.Decimal(20, 4))

    assert found.rounded == {"pay": 3}


def test_decimals_of_more_places_than_can_be_reckoned_with_at_once_are_read_one_by_one() -> None:
    assert_column(PAY, [Decimal("0.125"), Decimal(99)], pl.Decimal(38, 36))
    assert_column(WAIT, [Decimal("0.125"), Decimal(80)], pl.Decimal(38, 36))


@pytest.mark.parametrize(
    "field", [HANDLED, PAY, CSAT, WAIT, LATE, STRICT, NEEDED], ids=lambda field: field.name
)
def test_integers_are_taken_with_unit_and_range(field: InputField) -> None:
    assert_column(field, [0, 1, -1, 5, None, 10**15, 10**18, -(10**18)])


def test_very_large_integers_keep_every_digit() -> None:
    assert_column(made("x", MONEY, 6), [10**18, 10**18 + 1, 5, -(10**17)])


def test_minutes_become_seconds() -> None:
    assert_column(WAIT, [0.5, 1.25, 0.005, 0.0051, 1.0, 2.123456])
    assert_column(WAIT, ["0.5", "0.005", "0.0051"])
    # A unit that is no whole number of seconds.
    milliseconds = made("x", COMPLEXITY.type, 1, scale=Fraction(1, 1000))
    assert_column(milliseconds, [1500, 150, 50, None])
    assert_column(milliseconds, [1500.0, 150.5, 50.0])


@pytest.mark.parametrize("values", [[True, False], [date(2026, 3, 1)], [[1], [2]]])
def test_what_is_no_number_is_a_problem_of_its_row(values: list[object]) -> None:
    assert len(assert_column(HANDLED, values).problems) == len(values)


def test_only_columns_without_any_doubt_are_plain() -> None:
    frame = pl.DataFrame(
        {
            PAY.column: [1.25, None, 0.5],  # On the grid, or empty.
            CSAT.column: [0.91, 0.91346, 0.5],  # A place more than declared.
            HANDLED.column: [5, 6, -1],  # Below its range.
            WAIT.column: ["0.5", "1.25", "2"],  # In minutes, as texts.
            COMPLEXITY.column: ["1.1", "1e-1", "1.2"],
        }
    )

    found = plain_numbers(frame, [NumberReader(each) for each in (PAY, CSAT, HANDLED, WAIT, COMPLEXITY)])

    assert set(found) == {PAY.name, WAIT.name}
    assert found[PAY.name].to_list() == [125, None, 50]
    assert found[WAIT.name].to_list() == [300, 750, 1200]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.25", None, "-7", "007", "+5", ".5", "5."], [125, None, -700, 700, 500, 50, 500]),
        ([None, None], [None, None]),
        # With an exponent digits may have been dropped.
        (["1", "1e0"], None),
        (["1", "1E3"], None),
        # What is no number must not pass for an empty cell, nor what polars takes for one and nobody else.
        (["1", ""], None),
        (["1", "-"], None),
        (["1", "nan"], None),
        (["1", "inf"], None),
        # Two decimals so long may share a nearest float.
        (["1", "1.00000000000000"], None),
        (["1", "1.001"], None),
    ],
)
def test_texts_are_plain_numbers_where_no_cell_can_be_another_one(
    cells: list[str | None], numbers: list[int | None] | None
) -> None:
    frame = pl.DataFrame({PAY.column: pl.Series(cells, dtype=pl.String)})

    found = plain_numbers(frame, [NumberReader(PAY)])

    assert (found[PAY.name].to_list() if found else None) == numbers


@given(st.lists(st.text("0123456789.+-eE naif", min_size=1, max_size=6), min_size=1, max_size=4))
@settings(max_examples=draws(100), deadline=None)
def test_any_texts_that_look_like_numbers_are_read_as_row_by_row(texts: list[str]) -> None:
    assert_column(PAY, [*texts])


@pytest.mark.parametrize(
    ("texts", "are_plain"),
    [
        (["A-1", "b_2.C", None], True),
        ([None], True),
        (["A", ""], False),
        (["A", " B"], False),
        (["A", "客服"], False),
        (["A", "x" * 501], False),
    ],
)
def test_ids_of_letters_and_digits_need_no_closer_look(texts: list[str | None], *, are_plain: bool) -> None:
    assert are_plain_texts(pl.Series(texts, dtype=pl.String)) is are_plain


# --- Other fields

CASES: list[tuple[InputField, list[object], DataType]] = [
    (LEVEL, ["junior", "lead", "Junior", " senior ", "", None, "chief"], None),
    (LEVEL, [1, 2], None),
    (TEAM, ["A", "客服一组", " A ", "", None, "x\u200by", "A B", "y" * 1001, "z" * 900], None),
    (TEAM, ["A", "B", None, "A", " x"], pl.Categorical),
    (TEAM, ["A", "B", None, "A"], pl.Enum(["A", "B"])),
    (TEAM, [7, None, -3], None),
    (TEAM, [7.5], None),
    (HIRED, [date(2020, 2, 29), None], None),
    (HIRED, [datetime(2020, 2, 29, 12, 30), None], None),  # noqa: DTZ001 -- a day has no time zone
    (HIRED, ["2020-02-29", "2020-02-30", "", None, "2020/2/9", "20200209"], None),
    (LEFT, ["2020-02-29", None, ""], None),
    (BREACH, [True, False, None], None),
    (BREACH, [1, 0, 2, None], None),
    (BREACH, ["yes", "否", "maybe", "TRUE", "", None], None),
    (BREACH, [None], pl.String),
    (LATE, [None, 3], pl.Int32),
    (made("flag", BREACH.type, missing=True), [None, False], None),
    (made("team", TEAM.type, missing=text_number("none")), [None, "A"], None),
]


@pytest.mark.parametrize(("field", "values", "dtype"), CASES)
def test_what_is_not_a_number_is_read_as_row_by_row(
    field: InputField, values: list[object], dtype: DataType
) -> None:
    assert_column(field, values, dtype)


# --- Rows

ROWS: dict[str, list[object]] = {
    "agent_id": ["A1", "A2", "A1", "", "A3", "A4", "A4", "A5", "客服", "A6"],
    "month": [*["2026-03"] * 4, "2026-02", "2026-03", "2026-03", "2026-13", "2026-03", None],
    "handled": [1, 2, 3, 4, 5, -1, 6, 7, 8, 9],
    "team": ["x", "y", "x", "x", "x", "x", "x", "x", " z ", "x"],
}  # fmt: skip


def test_rows_of_one_agent_and_period_are_all_rejected_and_the_others_are_taken() -> None:
    frame = pl.DataFrame(ROWS)

    found = assert_same(frame, frame.to_dicts(), [HANDLED, TEAM])

    # A1 twice; no agent; A4 out of range and twice; a thirteenth month; no month.
    assert [problem.row for problem in found.problems] == [1, 3, 4, 6, 6, 7, 8, 10]
    (first, second) = found.frames.values()
    assert first[NUMBER].to_list() == [5]
    assert second.select(NUMBER, AGENT).rows() == [(2, "A2"), (9, "客服")]


def test_ids_may_be_numbers_and_periods_days() -> None:
    frame = pl.DataFrame(
        {"agent_id": [7, 8], "month": [date(2026, 3, 1), date(2026, 4, 9)], "handled": [1, 2]}
    )

    assert_same(frame, frame.to_dicts(), [HANDLED])


def test_a_column_that_is_not_there_is_said_once() -> None:
    found = FrameIntake(intake([HANDLED, PAY])).read(pl.DataFrame({"agent_id": ["A"], "month": ["2026-03"]}))

    assert [problem.problem.code for problem in found.problems] == ["IE4014", "IE4014"]
    assert found.frames == {}


# --- Sources


class Arrow:
    """Something that hands its columns over by Arrow, and is no frame."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def test_a_population_may_come_as_a_lazy_frame_by_arrow_or_as_parquet(tmp_path: Path) -> None:
    frame = pl.DataFrame(ROWS)
    file = tmp_path / "march.parquet"
    frame.write_parquet(file)
    expected = FrameIntake(intake([HANDLED, TEAM])).read(frame)

    for source in (frame.lazy(), Arrow(frame), file, str(file)):
        found = FrameIntake(intake([HANDLED, TEAM])).read(source)
        assert [each.to_dicts() for each in found.frames.values()] == [
            each.to_dicts() for each in expected.frames.values()
        ]
        assert [each.problem for each in found.problems] == [each.problem for each in expected.problems]


TABLES = [
    "agent_id,month,handled,team\nA1,2026-03,5,x\nA2,2026-03,-1,x\nA3,2026-03,,\n",
    "agent_id;month;handled;team\r\nA1;2026-03;5;客服\r\nA2;2026-03;oops;x",
    # All of these are read row by row.
    'agent_id,month,handled,team\nA1,2026-03,5,"x,\ny"\nA2,2026-03,5.5,x\n',
    "\ufeffagent_id,month,handled,team\nA1,2026-03,5,x\n",
    "agent_id, month,handled,team\nA1,2026-03,5,x\n",
    "agent_id,month,handled,team,team\nA1,2026-03,5,x,x\n",
    "agent_id,month,handled,team\nA1,2026-03,5\nA2,2026-03,5,x\n",
    "agent_id,month,handled,team\nA1,2026-03,5\nA2,2026-03,5,x,y\n",
    "agent_id,month,handled,team\n,,,\nA2,2026-03,5,x\n",
    "agent_id,month,handled,team\n\nA2,2026-03,5,x\n",
    "",
]


@pytest.mark.parametrize("text", TABLES)
def test_a_table_is_read_as_row_by_row(text: str, tmp_path: Path) -> None:
    file = tmp_path / "march.csv"
    file.write_bytes(text.encode())

    assert_same(file, read_records(file), [HANDLED, TEAM])


def test_a_table_in_another_encoding_is_read_row_by_row(tmp_path: Path) -> None:
    file = tmp_path / "march.csv"
    file.write_bytes("agent_id,month,handled,team\nA1,2026-03,5,客服\n".encode("gb18030"))

    assert_same(str(file), read_records(file), [HANDLED, TEAM])


def test_a_file_of_json_is_read_row_by_row(tmp_path: Path) -> None:
    file = tmp_path / "march.jsonl"
    file.write_text('{"agent_id": "A1", "month": "2026-03", "handled": 5, "team": null}\n', encoding="utf-8")

    assert_same(file, read_records(file), [HANDLED, TEAM])


def test_a_file_that_is_not_there_is_said() -> None:
    found = FrameIntake(intake([HANDLED])).read("nowhere.csv")

    assert [problem.problem.code for problem in found.problems] == ["IE1001"]
