"""What does not fit into columns, texts, the order of rows, and only what is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl
import pytest

from incentive_engine.evaluate.columns.evaluator import AGENT, ColumnEvaluator, Found
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import text_number
from tests.support.written import JANUARY, month

Cells = Mapping[str, Sequence[int | str | None]]


def evaluated(node: Node, cells: Cells, dtype: type[pl.Int64 | pl.Int128] = pl.Int64) -> Found:
    frame = pl.DataFrame(cells)
    numbers = [name for name in frame.columns if frame.schema[name].is_integer()]
    frame = frame.with_columns(pl.col(numbers).cast(dtype))
    return ColumnEvaluator(Program({"it": node})).evaluate({JANUARY: frame}, {"it": node})[JANUARY]


def values(node: Node, cells: Cells, dtype: type[pl.Int64 | pl.Int128] = pl.Int64) -> list[object]:
    return evaluated(node, cells, dtype).frame["it"].to_list()


def count(build: Builder, name: str) -> Node:
    return build.input(name, places=0, lowest=None, highest=None, optional=True)


# --- What does not fit


def test_a_row_that_fits_into_no_column_is_computed_alone_and_the_others_stay_in_columns() -> None:
    build = Builder()
    cube = build.multiply(count(build, "n"), count(build, "n"), count(build, "n"))
    node = build.round(build.multiply(cube, build.constant(Fraction(1, 10**30))), 0)

    # (10^15)^3 / 10^30 = 10^15; 10^45 has 150 bits. (3 * 10^10)^3 / 10^30 = 27.
    found = values(node, {AGENT: ["a", "b", "c", "d"], "n": [3 * 10**10, 10**15, None, 5]})

    assert found == [27, 10**15, None, 0]


def test_a_result_that_fits_into_no_column_is_one_of_pythons_integers() -> None:
    build = Builder()
    node = build.multiply(count(build, "n"), count(build, "n"), count(build, "n"))

    found = evaluated(node, {AGENT: ["a", "b"], "n": [10**15, 2]})

    assert found.frame.schema["it"] == pl.Object
    assert found.frame["it"].to_list() == [10**45, 8]


@pytest.mark.parametrize("numbers", [[10**16, 10**16], [10**15, 10**16]])
def test_where_no_row_fits_all_are_computed_one_by_one(numbers: list[int | None]) -> None:
    build = Builder()
    cube = build.multiply(count(build, "n"), count(build, "n"), count(build, "n"))
    node = build.compare("<", cube, build.constant(Fraction(10**46)))

    assert values(node, {AGENT: ["b", "a"], "n": numbers}) == [number == 10**15 for number in numbers]


def test_rows_that_are_usual_and_do_not_fit_all_the_same_are_computed_one_by_one() -> None:
    build = Builder()
    power = build.multiply(*(count(build, "n") for _ in range(12)))
    node = build.compare("<", power, build.constant(Fraction(10) ** 60))

    # 10^5 to the 12th is 10^60, which has 200 bits; 10^3 to the 12th is 10^36.
    assert values(node, {AGENT: ["a", "b", "c"], "n": [10**5, 10**3, 10**17]}) == [False, True, False]


@pytest.mark.parametrize("largest", [2**63 - 1, 1 - 2**63])
def test_a_sum_over_peers_takes_as_much_room_as_it_needs(largest: int) -> None:
    build = Builder()
    node = build.over_peers("sum", count(build, "n"), within=[], where=None)

    assert values(node, {AGENT: ["a", "b", "c"], "n": [largest] * 3}) == [3 * largest] * 3


def test_a_sum_over_peers_that_fits_into_no_column_is_exact_as_well() -> None:
    build = Builder()
    total = build.over_peers("sum", count(build, "n"), within=[], where=None)
    node = build.subtract(total, count(build, "n"))

    found = values(node, {AGENT: ["a", "b"], "n": [2**126, 2**126 - 1]}, pl.Int128)

    assert found == [2**126 - 1, 2**126]
    assert values(total, {AGENT: ["a", "b"], "n": [2**126, 2**126]}, pl.Int128) == [2**127, 2**127]


def test_a_share_that_needs_more_room_on_the_way_is_found_without_columns() -> None:
    build = Builder()
    node = build.apportion(
        build.constant(Fraction(10**20)), count(build, "n"), places=2, within=[], where=None
    )

    # A third and two thirds of 10^22 steps; the step that is left goes to the larger remainder.
    assert values(node, {AGENT: ["a", "b"], "n": [2**62, 2**61]}) == [(2 * 10**22 + 1) // 3, 10**22 // 3]


def test_different_amounts_in_one_group_are_shared_out_one_by_one() -> None:
    build = Builder()
    node = build.apportion(count(build, "amount"), count(build, "weight"), places=0, within=[], where=None)

    # Half of 10 for one, half of 7 for the other: 3.5, and the first by id gets the step that is left.
    cells: Cells = {AGENT: ["b", "a"], "amount": [10, 7], "weight": [1, 1]}
    assert values(node, cells) == [5, 4]


def test_what_is_carried_may_outgrow_the_columns() -> None:
    build = Builder()
    carried = build.carried("power", build.constant(Fraction(10**20)))
    power = build.multiply(carried, carried)
    program = Program({"it": power}, {"power": power})
    frame = pl.DataFrame({AGENT: ["a"]})
    months = [month(text) for text in ("2026-01", "2026-02", "2026-03")]

    found = ColumnEvaluator(program).evaluate(dict.fromkeys(months, frame), {"it": power})

    assert [found[period].frame["it"].to_list() for period in months] == [[10**40], [10**80], [10**160]]


# --- Texts


def test_groups_may_be_texts_of_any_length() -> None:
    build = Builder()
    team = count(build, "team")
    long = "华东区客户服务中心第一组"  # 36 bytes are more than an integer of polars has.
    is_first = build.compare("==", team, build.constant(Fraction(text_number(long))))
    node = build.choose(
        is_first,
        build.over_peers("sum", count(build, "n"), within=[team], where=None),
        build.constant(Fraction(-1)),
    )

    cells: Cells = {AGENT: ["a", "b", "c", "d"], "team": [long, "x", long, None], "n": [1, 2, 4, 8]}

    assert values(node, cells) == [5, -1, 5, None]


def test_a_text_comes_out_as_a_text_in_columns_and_alone() -> None:
    build = Builder()
    team, other = count(build, "team"), build.constant(Fraction(text_number("nobody")))
    cube = build.multiply(count(build, "n"), count(build, "n"), count(build, "n"))
    chosen = build.choose(build.compare("<", build.constant(Fraction(0)), cube), team, other)
    both = {"team": team, "chosen": chosen}
    evaluator = ColumnEvaluator(Program(both))
    small = pl.DataFrame({AGENT: ["a", "b", "c"], "team": ["A", "B", None], "n": [1, -1, 1]})

    for frame in (small, small.with_columns(n=pl.col("n") * 10**18)):
        found = evaluator.evaluate({JANUARY: frame}, both)[JANUARY].frame
        assert found.rows() == [("a", "A", "A"), ("b", "B", "nobody"), ("c", None, None)]


def test_texts_that_are_reckoned_with_are_reckoned_as_their_numbers() -> None:
    build = Builder()
    node = build.compare("<", count(build, "team"), build.constant(Fraction(text_number("B"))))

    assert values(node, {AGENT: ["a", "b"], "team": ["A", "C"]}) == [True, False]


# --- Frames


@pytest.mark.parametrize("dtype", [pl.Int8, pl.UInt32, pl.UInt64, pl.Int128])
def test_integers_of_any_width_are_taken(dtype: type[pl.DataType]) -> None:
    build = Builder()
    node = build.multiply(count(build, "n"), build.constant(Fraction(1000)))
    frame = pl.DataFrame({AGENT: ["a", "b"], "n": pl.Series([100, None], dtype=dtype)})

    found = ColumnEvaluator(Program({"it": node})).evaluate({JANUARY: frame}, {"it": node})

    assert found[JANUARY].frame["it"].to_list() == [100_000, None]


def test_a_column_without_any_value_is_unknown_in_every_row() -> None:
    build = Builder()
    known = build.known(count(build, "n"))
    flag = build.flag("flag", optional=True)
    node = build.all_of(known, flag)

    assert values(node, {AGENT: ["a"], "n": [None], "flag": [None]}) == [False]
    assert values(flag, {AGENT: ["a"], "flag": [None]}) == [None]


def test_a_period_without_rows_is_left_out() -> None:
    build = Builder()
    node = count(build, "n")
    frame = pl.DataFrame({AGENT: [], "n": []}, schema={AGENT: pl.String, "n": pl.Int64})

    assert ColumnEvaluator(Program({"it": node})).evaluate({JANUARY: frame}, {"it": node}) == {}


def test_rows_come_out_in_the_order_in_which_they_went_in_though_ties_go_by_id() -> None:
    build = Builder()
    node = build.ahead([count(build, "n")], [True], within=[], where=None, units=[], by_agent=True)

    found = evaluated(node, {AGENT: ["d", "b", "c", "a"], "n": [5, 5, 7, 5]})

    assert found.frame.rows() == [("d", 3), ("b", 2), ("c", 0), ("a", 1)]


def test_units_that_stand_before_count_once_and_only_where_known() -> None:
    build = Builder()
    team = count(build, "team")
    node = build.ahead(
        [count(build, "n")], [True], within=[count(build, "region")], where=None, units=[team], by_agent=False
    )

    cells: Cells = {
        AGENT: ["a", "b", "c", "d", "e", "f", "g"],
        "region": [1, 1, 1, 1, 1, 2, 2],
        "team": [3, 3, 1, None, 2, 3, 1],
        "n": [9, 8, 8, 7, 6, 5, 4],
    }
    # Region 1: before 8 only team 3; before 7 teams 3 and 1; before 6 the same, one team is unknown.
    assert values(node, cells) == [0, 1, 1, 2, 2, 0, 1]


@pytest.mark.parametrize("by_agent", [True, False])
def test_ranks_and_shares_of_many_agents_do_not_depend_on_the_order_of_the_rows(*, by_agent: bool) -> None:
    build = Builder()
    team, n = count(build, "team"), count(build, "n")
    wanted = {
        "rank": build.ahead([n, team], [True, False], within=[team], where=None, units=[], by_agent=by_agent),
        "part": build.apportion(build.constant(Fraction(1000)), n, places=2, within=[team], where=None),
    }
    evaluator = ColumnEvaluator(Program(wanted))
    numbers = range(20_000)
    frame = pl.DataFrame(
        {
            AGENT: [f"A{number:05}" for number in numbers],
            "team": [number % 7 for number in numbers],
            "n": [number * number % 101 for number in numbers],
        }
    )

    there = evaluator.evaluate({JANUARY: frame}, wanted)[JANUARY].frame
    shuffled = evaluator.evaluate({JANUARY: frame.sample(fraction=1, shuffle=True, seed=1)}, wanted)[JANUARY]

    assert shuffled.frame.sort(AGENT).equals(there)
    # Each of 7 teams shares 1000.00 to the cent.
    assert there["part"].sum() == 7 * 1000_00


# --- Depth


def test_a_program_of_many_levels_is_no_deeper_for_polars_than_it_can_walk() -> None:
    build = Builder()
    node = count(build, "n")
    for step in range(2_000):
        node = build.round(build.multiply(node, build.constant(Fraction(step % 3 + 1, 2))), 0, Rounding.DOWN)
        node = build.least(node, build.constant(Fraction(1000 + step)))

    expected = 500
    for step in range(2_000):
        expected = min(expected * (step % 3 + 1) // 2, 1000 + step)
    assert values(node, {AGENT: ["a"], "n": [500]}) == [expected]
    assert values(node, {AGENT: ["a", "b"], "n": [500, 501]})[0] == expected


def test_nobody_has_a_rank_where_no_group_is_known() -> None:
    build = Builder()
    rank = build.ahead([count(build, "n")], [True], within=[count(build, "team")])

    assert values(rank, {AGENT: ["a", "b"], "n": [1, 2], "team": [None, None]}) == [None, None]


@pytest.mark.parametrize("large", [10**15, 2**62])
def test_ranks_by_several_keys_are_the_same_however_large_they_are(large: int) -> None:
    build = Builder()
    rank = build.ahead([count(build, "n"), count(build, "m")], [True, False])

    # By the larger n, then by the smaller m.
    cells: Cells = {AGENT: ["a", "b", "c", "d"], "n": [large, -large, large, 0], "m": [large, 5, -large, 7]}
    assert values(rank, cells) == [1, 3, 0, 2]
