"""Every operation in every width, with every pattern of unknowns, gives what the generated Python gives."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import polars as pl
import pytest

from incentive_engine.evaluate.columns.column import (
    Column,
    DoesNotFitError,
    Sort,
    Width,
    literal,
    text_of,
    width_of,
)
from incentive_engine.evaluate.columns.operations import (
    calculated_in,
    expression_of,
    has_constant_limits,
    result_column,
)
from incentive_engine.evaluate.columns.query import name_of, query
from incentive_engine.evaluate.single import Value, Values, generate
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.instructions import Instruction, Lowered, Operation
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import text_number

WIDTHS: list[Width] = [pl.Int64, pl.Int128]
NUMBERS: list[Value] = [None, -7, -2, -1, 0, 1, 2, 3, 5, 8]
FEW: list[Value] = [None, -3, 0, 2]
TRUTHS: list[Value] = [None, False, True]

Op = Operation

ROUNDED = [
    case
    for rounding in Rounding
    for case in (
        (Instruction(Op.ROUND, (0,), (1, 2), optional=True, rounding=rounding), [NUMBERS]),
        (Instruction(Op.ROUND, (0,), (5, 3), optional=True, rounding=rounding), [NUMBERS]),
        (Instruction(Op.QUOTIENT, (0, 1), (1, 1), optional=True, rounding=rounding), [NUMBERS, NUMBERS]),
        (Instruction(Op.QUOTIENT, (0, 1), (5, 2), optional=True, rounding=rounding), [NUMBERS, NUMBERS]),
        (
            Instruction(Op.MEAN, (0, 1, 2, 3), (1, 1, 0), optional=True, rounding=rounding),
            [FEW, NUMBERS, FEW, FEW],
        ),
        (
            Instruction(Op.MEAN, (0, 1, 2, 3), (3, 2, 1), optional=True, rounding=rounding),
            [FEW, NUMBERS, FEW, FEW],
        ),
    )
]

CASES: list[tuple[Instruction, Sequence[Sequence[Value]]]] = [
    *ROUNDED,
    (Instruction(Op.LINEAR, (0, 1), (4, -3, 1), optional=True), [NUMBERS, NUMBERS]),
    # A zero factor keeps an argument whose being unknown matters.
    (Instruction(Op.LINEAR, (0, 1), (0, 0, 2), optional=True), [NUMBERS, NUMBERS]),
    (Instruction(Op.PRODUCT, (0, 1), (1,), optional=True), [NUMBERS, NUMBERS]),
    (Instruction(Op.PRODUCT, (0, 1, 2), (-3,), optional=True), [NUMBERS, NUMBERS, FEW]),
    (Instruction(Op.LEAST, (0, 1, 2), optional=True), [NUMBERS, NUMBERS, FEW]),
    (Instruction(Op.GREATEST, (0, 1, 2), optional=True), [NUMBERS, NUMBERS, FEW]),
    *(
        (Instruction(operation, (0, 1), boolean=True, optional=True), [NUMBERS, NUMBERS])
        for operation in (Op.LESS, Op.LESS_OR_EQUAL, Op.EQUAL, Op.UNEQUAL)
    ),
    (Instruction(Op.ALL_OF, (0, 1, 2), boolean=True, optional=True), [TRUTHS] * 3),
    (Instruction(Op.ANY_OF, (0, 1, 2), boolean=True, optional=True), [TRUTHS] * 3),
    (Instruction(Op.NOT, (0,), boolean=True, optional=True), [TRUTHS]),
    (Instruction(Op.KNOWN, (0,), boolean=True), [NUMBERS]),
    (Instruction(Op.KNOWN, (0,), boolean=True), [TRUTHS]),
    (Instruction(Op.DEFAULT, (0, 1), optional=True), [NUMBERS, FEW]),
    (Instruction(Op.DEFAULT, (0, 1), boolean=True, optional=True), [TRUTHS, TRUTHS]),
    (Instruction(Op.CHOOSE, (0, 1, 2), optional=True), [TRUTHS, NUMBERS, FEW]),
    (Instruction(Op.CHOOSE, (0, 1, 2), boolean=True, optional=True), [TRUTHS, TRUTHS, TRUTHS]),
    (Instruction(Op.PICK, (0, 1, 2), (0,), optional=True), [NUMBERS, NUMBERS, FEW]),
    (Instruction(Op.PICK, (0, 1, 2), (1,), boolean=True, optional=True), [NUMBERS, TRUTHS, TRUTHS]),
    (Instruction(Op.BAND, (0, 1, 2), (0,), optional=True), [NUMBERS, NUMBERS, FEW]),
    (Instruction(Op.BAND, (0, 1, 2), (1,), optional=True), [NUMBERS, NUMBERS, FEW]),
]


def case_name(case: tuple[Instruction, object]) -> str:
    instruction = case[0]
    return f"{instruction.operation.name} {instruction.constants} {instruction.rounding}"


def is_truths(values: Sequence[Value]) -> bool:
    return all(value is None or isinstance(value, bool) for value in values)


def program(instruction: Instruction, inputs: Sequence[Sequence[Value]]) -> Lowered:
    """A program of one operation over inputs."""
    before = [
        Instruction(Op.INPUT, (), (number,), boolean=is_truths(values), optional=None in values)
        for number, values in enumerate(inputs)
    ]
    return Lowered((*before, instruction), {}, {}, {}, {}, {}, ())


def interval_of(values: Sequence[Value]) -> Interval:
    known = [int(value) for value in values if value is not None]
    if not known:
        return Interval.of(None)
    return Interval(min(known), max(known), may_be_unknown=None in values)


def columns(inputs: Sequence[Sequence[Value]], width: Width) -> list[Column]:
    return [
        Column(interval_of(values), pl.col(f"c{number}"), pl.Boolean if is_truths(values) else width)
        for number, values in enumerate(inputs)
    ]


def by_one(instruction: Instruction, inputs: Sequence[Sequence[Value]]) -> tuple[list[Values], list[Value]]:
    """All combinations of the inputs, and what the generated Python makes of each."""
    rows = list(product(*inputs))
    last = len(inputs)
    run = generate(program(instruction, inputs), [last], [range(last)])
    return rows, [run(row)[0] for row in rows]


def frame_of(rows: Sequence[Values], given: Sequence[Column]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            f"c{number}": pl.Series([row[number] for row in rows], dtype=column.sort)
            for number, column in enumerate(given)
        }
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_an_operation_gives_what_one_agent_at_a_time_gives(
    case: tuple[Instruction, Sequence[Sequence[Value]]], width: Width
) -> None:
    instruction, inputs = case
    rows, expected = by_one(instruction, inputs)
    given = columns(inputs, width)
    booleans = instruction.boolean and is_truths(inputs[-1])
    sort: Sort = pl.Boolean if booleans else width

    found = frame_of(rows, given).select(x=expression_of(instruction, given, sort))["x"].to_list()

    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_where_nothing_is_unknown_it_gives_the_same_with_fewer_steps(
    case: tuple[Instruction, Sequence[Sequence[Value]]],
) -> None:
    instruction, every = case
    for inputs in (
        [[value for value in values if value is not None] for values in every],
        # Nothing negative either.
        [[value for value in values if value is not None and value >= 0] for values in every],
    ):
        rows, expected = by_one(instruction, inputs)
        given = columns(inputs, pl.Int64)
        interval = bounds(program(instruction, inputs), dict(enumerate(map(interval_of, inputs))))[-1]
        result = result_column(instruction, interval, given)

        found = frame_of(rows, given).select(x=result.to(result.sort or pl.Boolean))

        assert found["x"].to_list() == (expected if result.expression is not None else expected[:1])


EXTREMES = [
    (Instruction(Op.LINEAR, (0, 1), (0, 1, 1), optional=True), [[2**62, -(2**62)], [2**62, -(2**62)]]),
    (Instruction(Op.LINEAR, (0, 1), (2**62, 1, -1), optional=True), [[2**62, 0], [2**62, 0]]),
    (Instruction(Op.PRODUCT, (0, 1), (1,), optional=True), [[2**32, -(2**32)], [2**31, -(2**31)]]),
    (Instruction(Op.PRODUCT, (0, 1), (3,), optional=True), [[2**63 - 1, 1 - 2**63], [2**60, -(2**60)]]),
    (Instruction(Op.ROUND, (0,), (1, 3), optional=True), [[2**63 - 1, 2**62, -(2**63) + 1]]),
    (Instruction(Op.ROUND, (0,), (10, 4), optional=True), [[2**63 - 1, 2**62, -(2**63) + 1]]),
    (Instruction(Op.QUOTIENT, (0, 1), (1, 1), optional=True), [[2**63 - 1, 1 - 2**63], [2**62, 3, -1]]),
    (Instruction(Op.QUOTIENT, (0, 1), (10**6, 1), optional=True), [[2**63 - 1, 1 - 2**63], [2**62, 3, -7]]),
    (
        Instruction(Op.MEAN, (0, 1, 2, 3), (1, 1, 0), optional=True),
        [[2**40, -(2**40)], [2**40, 3], [2**22, 0], [2**22, 1]],
    ),
    (Instruction(Op.LEAST, (0, 1), optional=True), [[2**63 - 1, -(2**63) + 1], [2**64, -(2**64)]]),
    (Instruction(Op.LESS, (0, 1), boolean=True, optional=True), [[2**63 - 1], [2**63, 2**126, -(2**126)]]),
    (Instruction(Op.BAND, (0, 1), (1,), optional=True), [[2**63 - 1, 0], [2**63, 2**62, -(2**126)]]),
    (
        Instruction(Op.PICK, (0, 1, 2), (2**63 - 2,), optional=True),
        [[2**63 - 2, 2**63 - 1, 0], [2**100], [-1, 4]],
    ),
]


@pytest.mark.parametrize("case", EXTREMES, ids=case_name)
def test_at_the_ends_of_a_width_the_next_one_is_taken_and_nothing_wraps_around(
    case: tuple[Instruction, Sequence[Sequence[Value]]],
) -> None:
    instruction, inputs = case
    rows, expected = by_one(instruction, inputs)
    given = [
        Column(interval_of(values), pl.col(f"c{number}"), width_of(max(abs(value or 0) for value in values)))
        for number, values in enumerate(inputs)
    ]
    interval = bounds(program(instruction, inputs), dict(enumerate(map(interval_of, inputs))))[-1]
    result = result_column(instruction, interval, given)

    assert result.sort is not None
    assert frame_of(rows, given).select(x=result.to(result.sort))["x"].to_list() == expected


def test_a_sum_that_needs_one_bit_more_is_calculated_in_the_wider_integers() -> None:
    add = Instruction(Op.LINEAR, (0, 1), (0, 1, 1))
    small = Column(Interval(-(2**61), 2**61), pl.col("a"), pl.Int64)
    large = Column(Interval(-(2**62), 2**62), pl.col("a"), pl.Int64)

    assert calculated_in(add, [small, small]) is pl.Int64  # 2^62
    assert calculated_in(add, [large, large]) is pl.Int128  # 2^63, and 2^63 - 1 is the most


def test_what_was_calculated_in_wide_integers_becomes_narrow_again_where_it_fits() -> None:
    value = Column(Interval(0, 2**62), pl.col("a"), pl.Int64)
    halve = Instruction(Op.ROUND, (0,), (1, 1000))

    result = result_column(halve, Interval(0, 2**53), [value])

    assert calculated_in(halve, [value]) is pl.Int128
    assert result.sort is pl.Int64


@pytest.mark.parametrize(
    ("instruction", "intervals"),
    [
        (Instruction(Op.PRODUCT, (0, 1), (1,)), [Interval(0, 2**64), Interval(0, 2**63)]),
        (Instruction(Op.LINEAR, (0,), (0, 1)), [Interval(None, 5)]),
        (Instruction(Op.CHOOSE, (0, 1, 2)), [Interval(0, 1), Interval(0, 2**127), Interval(0, 1)]),
    ],
)
def test_what_fits_into_no_column_is_refused(instruction: Instruction, intervals: list[Interval]) -> None:
    given = [Column(interval, pl.col("a"), pl.Int128) for interval in intervals]

    with pytest.raises(DoesNotFitError):
        calculated_in(instruction, given)


def test_the_widest_integers_end_where_polars_ends() -> None:
    assert width_of(2**127 - 1) is pl.Int128
    with pytest.raises(DoesNotFitError):
        width_of(2**127)


# --- Constants and texts

ANY = Interval(None, None, may_be_unknown=True)
TEAM = Column(ANY, pl.col("team"), pl.String)


def test_what_is_the_same_for_all_rows_is_a_constant() -> None:
    instruction = Instruction(Op.LINEAR, (0,), (0, 1))

    assert result_column(instruction, Interval(7, 7), []).constant == 7
    assert result_column(instruction, Interval.of(None), []).constant is None
    assert Column(Interval.of(None)).size == 0


@pytest.mark.parametrize(("operation", "constants"), [(Op.CHOOSE, ()), (Op.PICK, (0,))])
def test_truth_values_that_are_chosen_from_may_all_be_constants(
    operation: Operation, constants: tuple[int, ...]
) -> None:
    index = Column(Interval(0, 1), pl.col("index"), pl.Int64)
    condition = Column(Interval(0, 1), pl.col("index") == 1, pl.Boolean)
    true, false = Column(Interval.of(1), constant=1), Column(Interval.of(0), constant=0)
    arguments = [condition, true, false] if operation is Op.CHOOSE else [index, false, true]
    instruction = Instruction(operation, (0, 1, 2), constants, boolean=True)

    chosen = result_column(instruction, Interval(0, 1), arguments)

    assert pl.DataFrame({"index": [0, 1]}).select(x=chosen.to(pl.Boolean))["x"].to_list() == [False, True]


def test_texts_are_compared_and_chosen_as_texts() -> None:
    frame = pl.DataFrame({"team": ["客服一组", "B", None], "other": ["B", "B", "C"]})
    other = Column(ANY, pl.col("other"), pl.String)
    constant = text_number("客服一组")
    is_first = Column(Interval.of(constant), constant=constant)
    unknown = Column(Interval.of(None))
    truth = Interval(0, 1, may_be_unknown=True)

    equal = result_column(Instruction(Op.EQUAL, (0, 1), boolean=True), truth, [TEAM, is_first])
    chosen = result_column(Instruction(Op.CHOOSE, (0, 1, 2)), ANY, [equal, unknown, other])
    default = result_column(Instruction(Op.DEFAULT, (0, 1)), ANY, [TEAM, other])

    assert frame.select(
        equal=equal.to(pl.Boolean), chosen=chosen.to(pl.String), default=default.to(pl.String)
    ).rows() == [(True, None, "客服一组"), (False, "B", "B"), (None, None, "C")]


@pytest.mark.parametrize(
    ("operation", "constants"),
    [(Op.LINEAR, (0, 1, 1)), (Op.LESS, ()), (Op.LEAST, ())],
)
def test_nobody_reckons_with_texts(operation: Operation, constants: tuple[int, ...]) -> None:
    with pytest.raises(DoesNotFitError):
        calculated_in(Instruction(operation, (0, 1), constants), [TEAM, TEAM])


def test_a_text_is_not_compared_with_a_number() -> None:
    number = Column(Interval(0, 5), pl.col("n"), pl.Int64)

    with pytest.raises(DoesNotFitError):
        calculated_in(Instruction(Op.EQUAL, (0, 1), boolean=True), [TEAM, number])


@pytest.mark.parametrize("value", [-1, 0, 5, 0x1FF, 0x2FF])
def test_a_number_that_stands_for_no_text_is_not_made_one(value: int) -> None:
    with pytest.raises(DoesNotFitError):
        literal(value, pl.String)


def test_the_empty_text_has_a_number_too() -> None:
    assert text_of(text_number("")) == ""


# --- What the ranges of the data make shorter


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("operation", [Op.LEAST, Op.GREATEST])
@pytest.mark.parametrize("at", [0, 1])
def test_a_limit_that_is_constant_leaves_what_is_unknown_unknown(
    operation: Operation, at: int, width: Width
) -> None:
    value = Column(Interval(-7, 8, may_be_unknown=True), pl.col("n"), width)
    limit = Column(Interval.of(2), constant=2)
    arguments = [limit, value] if at else [value, limit]
    frame = pl.DataFrame({"n": pl.Series(NUMBERS, dtype=width)})

    found = frame.select(x=expression_of(Instruction(operation, (0, 1)), arguments, width))["x"].to_list()

    best = min if operation is Op.LEAST else max
    assert found == [None if number is None else best(number, 2) for number in NUMBERS]


def test_what_can_never_be_the_least_is_left_out_unless_it_may_be_unknown() -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": [7, None], "c": [9, 9]})
    low = Column(Interval(1, 2), pl.col("a"), pl.Int64)
    unsure = Column(Interval(7, 7, may_be_unknown=True), pl.col("b"), pl.Int64)
    high = Column(Interval(9, 9), pl.col("c"), pl.Int64)
    least = Instruction(Op.LEAST, (0, 1, 2))

    assert str(expression_of(least, [low, high, high], pl.Int64)) == str(pl.col("a"))
    found = frame.select(x=expression_of(least, [low, unsure, high], pl.Int64))["x"].to_list()
    assert found == [1, None]


def test_of_values_that_are_the_same_one_stays() -> None:
    same = [Column(Interval(3, 3), pl.col(name), pl.Int64) for name in ("a", "b")]

    greatest = expression_of(Instruction(Op.GREATEST, (0, 1)), same, pl.Int64)

    assert str(greatest) == str(pl.col("b"))


def test_a_condition_that_is_the_same_for_all_rows_chooses_once() -> None:
    then, otherwise = (Column(Interval(0, 9), pl.col(name), pl.Int64) for name in ("a", "b"))
    choose = Instruction(Op.CHOOSE, (0, 1, 2))

    for truth, expected in ((1, "a"), (0, "b")):
        condition = Column(Interval.of(truth), constant=truth)
        chosen = expression_of(choose, [condition, then, otherwise], pl.Int64)
        assert str(chosen) == str(pl.col(expected))


def test_only_options_that_an_index_reaches_are_looked_at() -> None:
    index = Column(Interval(2, 3), pl.col("n"), pl.Int64)
    options = [Column(Interval.of(number), constant=number) for number in (10, 20, 30, 40)]
    frame = pl.DataFrame({"n": [2, 3]})

    picked = expression_of(Instruction(Op.PICK, (0, 1, 2, 3, 4), (1,)), [index, *options], pl.Int64)

    assert "40" not in str(picked)
    assert frame.select(x=picked)["x"].to_list() == [20, 30]


# --- What is picked by the number of a band


@pytest.mark.parametrize("values", [NUMBERS, [value for value in NUMBERS if value is not None]])
@pytest.mark.parametrize("includes_limit", [0, 1])
@pytest.mark.parametrize("options", [[10, 20, 30], [10, None, 30], [10, 20]])
@pytest.mark.parametrize("limits", [[0, 3], [2, 2]])
def test_what_is_picked_by_the_number_of_a_band_is_found_without_counting_bands(
    values: list[Value], includes_limit: int, options: list[Value], limits: list[int]
) -> None:
    value = Instruction(Op.INPUT, (), (0,), optional=None in values)
    ends = [Instruction(Op.CONSTANT, (), (limit,)) for limit in limits]
    band = Instruction(Op.BAND, (0, 1, 2), (includes_limit,), optional=True)
    first = len(limits) + 2
    chosen = [
        Instruction(Op.UNKNOWN, ()) if option is None else Instruction(Op.CONSTANT, (), (int(option),))
        for option in options
    ]
    places = tuple(range(first, first + len(options)))
    pick = Instruction(Op.PICK, (first - 1, *places), (1,), optional=True)
    lowered = Lowered((value, *ends, band, *chosen, pick), {}, {}, {}, {}, {}, ())
    last = first + len(options)
    run = generate(lowered, [last], [[0]])
    given = {0: Column(interval_of(values), pl.col("v0"), pl.Int64)}

    asked = query(lowered, bounds(lowered, {0: interval_of(values)}), given, [last])
    frame = pl.DataFrame({"v0": pl.Series(values, dtype=pl.Int64)})

    assert asked.on(frame, [name_of(last)]).to_series().to_list() == [run((each,))[0] for each in values]
    assert not any("cast" in str(expression) for step in asked.steps for expression in step)


def test_bands_whose_limits_vary_or_stand_in_no_order_are_counted() -> None:
    constants = [Interval.of(3), Interval.of(1)]

    assert not has_constant_limits(constants)
    assert not has_constant_limits([Interval(1, 3)])
    assert has_constant_limits(constants[::-1])


def test_what_is_picked_by_bands_whose_limits_vary_follows_from_their_number() -> None:
    inputs = [Instruction(Op.INPUT, (), (number,)) for number in range(2)]
    band = Instruction(Op.BAND, (0, 1), (0,))
    options = [Instruction(Op.CONSTANT, (), (10,)), Instruction(Op.CONSTANT, (), (20,))]
    lowered = Lowered(
        (*inputs, band, *options, Instruction(Op.PICK, (2, 3, 4), (1,))), {}, {}, {}, {}, {}, ()
    )
    given = {number: Column(Interval(1, 5), pl.col(f"v{number}"), pl.Int64) for number in range(2)}

    asked = query(lowered, bounds(lowered, dict.fromkeys(given, Interval(1, 5))), given, [5])

    # The limit belongs to the band above it.
    frame = pl.DataFrame({"v0": [1, 3, 5], "v1": [2, 3, 5]})
    assert asked.on(frame, [name_of(5)]).to_series().to_list() == [10, 20, 20]
