"""From rationals to integers: what stands over which denominator, and what needs no instruction at all."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.instructions import Instruction, Lowered, Operation
from incentive_engine.graph.lower import lower
from incentive_engine.graph.nodes import Comparison, Node, Program
from incentive_engine.graph.rounding import Rounding
from incentive_engine.ruleset.period import Cadence, Opens


def lowered(node: Node, *, present: bool = True) -> Lowered:
    return lower(Program({"it": node}), present=present)


def instruction(node: Node, *, present: bool = True) -> Instruction:
    program = lowered(node, present=present)
    return program.instructions[program.results["it"]]


def operations(program: Lowered) -> list[Operation]:
    return [each.operation for each in program.instructions]


@pytest.fixture
def build() -> Builder:
    return Builder()


# --- Arithmetic


def test_an_input_is_an_integer_over_the_power_of_ten_of_its_places(build: Builder) -> None:
    assert instruction(build.input("csat", places=4)) == Instruction(
        Operation.INPUT, (), (0,), 10_000, optional=True
    )


def test_a_flag_is_a_truth_value(build: Builder) -> None:
    assert instruction(build.flag("certified", optional=False)) == Instruction(
        Operation.INPUT, (), (0,), boolean=True
    )


def test_a_sum_stands_over_the_smallest_denominator_that_all_terms_have_in_common(build: Builder) -> None:
    # p / 100 + 2 * q + 1/3 = (3p + 600q + 100) / 300
    p, q = build.input("p", places=2), build.input("q")
    program = lowered(build.add(p, build.multiply(build.constant(2), q), build.constant(Fraction(1, 3))))

    found = program.instructions[program.results["it"]]

    assert found.arguments == (program.inputs["p"], program.inputs["q"])
    assert (found.operation, found.constants, found.denominator) == (Operation.LINEAR, (100, 3, 600), 300)


def test_what_cancels_is_cancelled(build: Builder) -> None:
    # 100 * (p / 100) = p
    found = instruction(build.multiply(build.constant(100), build.input("p", places=2)))

    assert (found.constants, found.denominator) == ((0, 1), 1)


def test_a_sum_that_comes_down_to_one_term_is_that_term(build: Builder) -> None:
    p, q = build.input("p", places=2), build.input("q", optional=False)
    program = lowered(build.add(p, q, build.negative(q)))

    assert program.results["it"] == program.inputs["p"]


def test_constant_factors_one_after_the_other_become_one(build: Builder) -> None:
    # 0.5 * (4 * p + 1) = 2p + 0.5 = (4p + 1) / 2
    p = build.input("p")
    inner = build.add(build.multiply(build.constant(4), p), build.constant(1))

    found = instruction(build.multiply(build.constant(Fraction(1, 2)), inner))

    assert (found.operation, found.constants, found.denominator) == (Operation.LINEAR, (1, 4), 2)


def test_what_is_multiplied_by_zero_stays_where_it_may_be_unknown(build: Builder) -> None:
    zero = build.constant(0)

    assert instruction(build.multiply(zero, build.input("p"))).optional
    assert instruction(build.multiply(zero, build.input("p", optional=False))).operation is Operation.CONSTANT


def test_a_product_stands_over_the_product_of_the_denominators(build: Builder) -> None:
    # 0.3 * (p / 100) * (q / 10) = 3pq / 10000
    p, q = build.input("p", places=2), build.input("q", places=1)

    found = instruction(build.multiply(build.constant(Fraction("0.3")), p, q))

    assert (found.operation, found.constants, found.denominator) == (Operation.PRODUCT, (3,), 10_000)


def test_rounding_multiplies_and_divides_by_what_is_left_after_cancelling(build: Builder) -> None:
    # p / 300 to two places: 100 * p / 300 = p / 3 hundredths.
    third = build.multiply(build.constant(Fraction(1, 300)), build.input("p"))

    found = instruction(build.round(third, 2, Rounding.DOWN))

    assert (found.constants, found.denominator, found.rounding) == ((1, 3), 100, Rounding.DOWN)


def test_what_lies_on_the_grid_is_not_rounded(build: Builder) -> None:
    product = build.multiply(build.input("p", places=1), build.input("q", places=1))

    assert operations(lowered(build.round(product, 2))) == operations(lowered(product))


def test_a_quotient_takes_both_denominators_into_its_factors(build: Builder) -> None:
    # (p / 100) / (q / 10) to 4 places: 10 * 10**4 * p / (100 * q) = 1000 p / q
    found = instruction(build.quotient(build.input("p", places=2), build.input("q", places=1), 4))

    assert (found.operation, found.constants, found.denominator) == (Operation.QUOTIENT, (1000, 1), 10_000)
    assert found.optional  # The divisor may be zero.


def test_least_and_greatest_bring_their_terms_to_one_denominator(build: Builder) -> None:
    program = lowered(
        build.least(build.input("p", places=2), build.input("q"), build.constant(Fraction(1, 8)))
    )

    # 1/100, 1 and 1/8 have 200 in common.
    found = program.instructions[program.results["it"]]
    terms = [program.instructions[place] for place in found.arguments]

    assert found.denominator == 200
    assert [(term.operation, term.constants, term.denominator) for term in terms] == [
        (Operation.LINEAR, (0, 2), 200),
        (Operation.LINEAR, (0, 200), 200),
        (Operation.CONSTANT, (25,), 200),
    ]
    assert instruction(build.greatest(build.input("p"), build.input("q"))).operation is Operation.GREATEST


# --- Means


def mean(
    build: Builder, weights: Sequence[Node], *, skip_unknown: bool, optional: bool = True
) -> Instruction:
    names = "pqr"[: len(weights)]
    values = [build.input(name, places=2, optional=optional) for name in names]
    return instruction(build.weighted_mean(values, weights, skip_unknown=skip_unknown, places=1))


@pytest.mark.parametrize(("skip_unknown", "optional"), [(False, True), (True, False)])
def test_a_mean_in_which_every_value_counts_is_a_sum_of_constant_shares(
    build: Builder, *, skip_unknown: bool, optional: bool
) -> None:
    weights = [build.constant(Fraction("0.6")), build.constant(Fraction("0.4"))]

    found = mean(build, weights, skip_unknown=skip_unknown, optional=optional)

    # (0.6 p + 0.4 q) / 100 = (3p + 2q) / 500, in tenths (3p + 2q) / 50.
    assert (found.operation, found.constants, found.denominator) == (Operation.ROUND, (1, 50), 10)


def test_a_mean_that_leaves_out_what_is_unknown_keeps_values_and_weights(build: Builder) -> None:
    found = mean(build, [build.constant(3), build.constant(1)], skip_unknown=True)

    # Hundredths into tenths: divided by 10.
    assert (found.operation, found.constants, len(found.arguments)) == (Operation.MEAN, (1, 10, 1), 4)


def test_a_mean_by_weights_of_the_snapshot_counts_every_value(build: Builder) -> None:
    found = mean(build, [build.input("v", places=1), build.constant(1)], skip_unknown=False)

    assert (found.operation, found.constants) == (Operation.MEAN, (1, 10, 0))


@pytest.mark.parametrize("weights", [(0, 0), (2, -1)])
def test_a_mean_by_constant_weights_of_zero_or_below_is_never_known(
    build: Builder, weights: tuple[int, int]
) -> None:
    found = mean(build, [build.constant(weight) for weight in weights], skip_unknown=False)

    assert found.operation is Operation.UNKNOWN


# --- Truth


@pytest.mark.parametrize(
    ("operator", "limit_is_right", "moved"),
    [
        ("<", True, 3),  # p < 2.5 where p < 3
        ("<=", True, 2),  # p <= 2.5 where p <= 2
        ("<", False, 2),  # 2.5 < p where 2 < p
        ("<=", False, 3),  # 2.5 <= p where 3 <= p
    ],
)
def test_a_limit_between_two_steps_moves_to_the_step_that_decides_the_same(
    build: Builder, operator: Comparison, *, limit_is_right: bool, moved: int
) -> None:
    value, limit = build.input("p"), build.constant(Fraction("2.5"))
    left, right = (value, limit) if limit_is_right else (limit, value)

    program = lowered(build.compare(operator, left, right))

    found = program.instructions[program.results["it"]]
    place = found.arguments[1 if limit_is_right else 0]
    assert program.instructions[place] == Instruction(Operation.CONSTANT, (), (moved,))


@pytest.mark.parametrize(("operator", "operation"), [("==", Operation.EQUAL), ("!=", Operation.UNEQUAL)])
def test_equality_brings_both_sides_to_one_denominator(
    build: Builder, operator: Comparison, operation: Operation
) -> None:
    program = lowered(build.compare(operator, build.input("p"), build.constant(Fraction("2.5"))))

    found = program.instructions[program.results["it"]]
    sides = [program.instructions[place] for place in found.arguments]

    assert found.operation is operation
    assert [(side.constants, side.denominator) for side in sides] == [((0, 2), 2), ((5,), 2)]


def test_a_condition_is_optional_where_a_part_of_it_is(build: Builder) -> None:
    sure, unsure = build.flag("sure", optional=False), build.flag("unsure")

    assert not instruction(build.any_of(sure, build.opposite(sure))).optional
    assert instruction(build.all_of(sure, unsure)).optional


def test_what_cannot_be_unknown_is_known_and_needs_no_default(build: Builder) -> None:
    sum_of_sure = build.add(build.input("p", optional=False), build.constant(1))

    assert instruction(build.known(sum_of_sure)) == Instruction(Operation.CONSTANT, (), (1,), boolean=True)
    assert operations(lowered(build.default(sum_of_sure, build.constant(0))))[-1] is not Operation.DEFAULT


def test_a_default_is_unknown_only_where_both_are(build: Builder) -> None:
    p, q = build.input("p"), build.input("q")

    assert instruction(build.default(p, q)).optional
    assert not instruction(build.default(p, build.constant(0))).optional


# --- Choice


def test_a_choice_brings_what_may_be_chosen_to_one_denominator(build: Builder) -> None:
    found = instruction(
        build.choose(build.flag("f"), build.input("p", places=2), build.constant(Fraction(1, 3)))
    )

    assert (found.operation, found.denominator) == (Operation.CHOOSE, 300)


def test_an_option_that_is_never_known_needs_no_denominator(build: Builder) -> None:
    found = instruction(build.choose(build.flag("f"), build.input("p", places=2), build.unknown()))

    assert (found.denominator, found.optional) == (100, True)


def test_a_band_moves_constant_limits_onto_the_grid_of_its_value(build: Builder) -> None:
    limits = [build.constant(Fraction("0.25")), build.constant(Fraction("0.5"))]
    program = lowered(build.band(build.input("p", places=1), limits, includes_limit=False))

    # Tenths: from 0.25 means from 3 tenths, from 0.5 means from 5.
    found = program.instructions[program.results["it"]]
    assert [program.instructions[place].constants for place in found.arguments[1:]] == [(3,), (5,)]


def test_a_band_aligns_limits_that_vary(build: Builder) -> None:
    limits = [build.input("q", places=2)]
    program = lowered(build.band(build.input("p", places=1), limits, includes_limit=True))

    found = program.instructions[program.results["it"]]
    assert [program.instructions[place].denominator for place in found.arguments] == [100, 100]


def test_a_pick_by_a_band_that_covers_all_is_known_where_the_band_is(build: Builder) -> None:
    value = build.input("p", optional=False)
    band = build.band(value, [build.constant(1)], includes_limit=True)

    assert not instruction(build.pick(band, [build.constant(1), build.constant(2)])).optional
    assert instruction(build.pick(band, [build.constant(1)])).optional
    assert instruction(build.pick(value, [build.constant(1), build.constant(2)])).optional


def test_an_index_in_hundredths_is_made_whole(build: Builder) -> None:
    program = lowered(build.pick(build.input("p", places=2), [build.constant(5), build.constant(6)]))

    found = program.instructions[program.results["it"]]
    index = program.instructions[found.arguments[0]]
    assert (index.operation, index.constants, index.denominator) == (Operation.ROUND, (1, 100), 1)


# --- Peers and history


def test_a_result_over_peers_that_reads_another_comes_a_stage_later(build: Builder) -> None:
    score = build.input("score", places=2)
    mean_of_all = build.over_peers("sum", score)
    above = build.compare("<", mean_of_all, score)
    places_ahead = build.ahead([score], [True], where=above)

    # Watched first, so that the later stage is met first.
    program = lower(Program({"places": places_ahead, "sum": mean_of_all}))

    assert [(peer.node, peer.stage) for peer in program.peers] == [(mean_of_all, 0), (places_ahead, 1)]
    assert program.peers[0].reads == (program.inputs["score"],)
    assert program.peers[1].where == program.places_of[above]


def test_results_over_peers_stand_over_their_own_denominators(build: Builder) -> None:
    money, weight, team = build.input("money", places=2), build.input("weight"), build.input("team")

    assert instruction(build.over_peers("lowest", money)).denominator == 100
    assert instruction(build.ahead([money], [True], units=[team])).denominator == 1
    assert instruction(build.apportion(money, weight, places=3, within=[team])).denominator == 1000


def test_in_a_gap_inputs_and_peers_are_unknown_and_nobody_is_present(build: Builder) -> None:
    p = build.input("p", optional=False)

    assert instruction(p, present=False).operation is Operation.UNKNOWN
    assert instruction(build.flag("f"), present=False) == Instruction(
        Operation.UNKNOWN, boolean=True, optional=True
    )
    assert instruction(build.over_peers("sum", p), present=False).operation is Operation.UNKNOWN
    assert instruction(build.present(), present=False).constants == (0,)
    assert instruction(build.present()).constants == (1,)


def test_what_is_carried_stands_over_the_denominator_that_is_given_or_that_of_the_initial_value(
    build: Builder,
) -> None:
    balance = build.carried("balance", build.constant(Fraction("0.25")))
    program = Program({"it": balance}, {"balance": balance})

    first = lower(program)
    later = lower(program, carried_denominators={"balance": 12})

    assert first.instructions[first.carried["balance"]].denominator == 4
    assert later.instructions[later.carried["balance"]].denominator == 12
    assert first.states["balance"] == first.carried["balance"]


# --- The whole


def test_every_watched_node_has_a_place(build: Builder) -> None:
    watched = build.add(build.input("p"), build.constant(1))

    program = lower(Program({"it": build.constant(0)}), [watched])

    assert program.instructions[program.places_of[watched]].operation is Operation.LINEAR


def test_a_program_that_still_asks_for_the_period_is_refused(build: Builder) -> None:
    with pytest.raises(TypeError, match="PeriodTruth has to be bound to a period first"):
        lowered(build.period_truth(Opens(Cadence.YEAR)))
