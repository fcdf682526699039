"""Generated Python: values worked out by hand, rounding of every sign and mode, unknowns, and the source."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incentive_engine.evaluate.single import Value, generate, source
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.instructions import Lowered
from incentive_engine.graph.lower import lower
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import Rounding, rounded, rounded_ratio

MODES = st.sampled_from(list(Rounding))


@pytest.fixture
def build() -> Builder:
    return Builder()


def lowered(node: Node) -> Lowered:
    return lower(Program({"it": node}))


def computed(node: Node, **inputs: Value) -> Fraction | bool | None:
    """Return the value of a node; inputs are scaled, and unknown where none is given."""
    program = lowered(node)
    run = generate(program, [program.results["it"]], [list(program.inputs.values())])
    (value,) = run(tuple(inputs.get(name) for name in program.inputs))
    if value is None or isinstance(value, bool):
        return value
    return Fraction(value, program.instructions[program.results["it"]].denominator)


def printed(node: Node) -> str:
    program = lowered(node)
    return source(program, [program.results["it"]], [list(program.inputs.values())])


# --- Rounding


@given(st.integers(-400, 400), st.integers(1, 60), st.integers(0, 2), MODES)
@example(-25, 10, 0, Rounding.HALF_UP)  # A tie below zero.
@example(25, 10, 0, Rounding.HALF_EVEN)
def test_generated_rounding_is_that_of_fractions(
    size: int, divisor: int, places: int, mode: Rounding
) -> None:
    build = Builder()
    value = build.multiply(build.constant(Fraction(1, divisor)), build.input("p", optional=False))

    assert computed(build.round(value, places, mode), p=size) == rounded(
        Fraction(size, divisor), places, mode
    )


@given(st.integers(0, 400), st.integers(1, 60), MODES)
def test_generated_rounding_of_what_is_never_negative_is_the_same(
    size: int, divisor: int, mode: Rounding
) -> None:
    build = Builder()
    at_least_zero = build.greatest(build.input("p", optional=False), build.constant(0))
    value = build.multiply(build.constant(Fraction(1, divisor)), at_least_zero)

    assert computed(build.round(value, 1, mode), p=size) == rounded(Fraction(size, divisor), 1, mode)


@given(st.integers(-200, 200), st.integers(-30, 30), st.booleans(), st.booleans(), MODES)
def test_a_generated_quotient_is_that_of_fractions_for_all_signs(
    dividend: int,
    divisor: int,
    clamps_dividend: bool,  # noqa: FBT001 -- hypothesis passes by position
    clamps_divisor: bool,  # noqa: FBT001 -- hypothesis passes by position
    mode: Rounding,
) -> None:
    build = Builder()
    over = build.input("p", places=1, optional=False)
    under = build.input("q", places=2, optional=False)
    zero = build.constant(0)
    # What is surely not negative is printed in a shorter form.
    if clamps_dividend:
        over, dividend = build.greatest(over, zero), abs(dividend)
    if clamps_divisor:
        under, divisor = build.greatest(under, zero), abs(divisor)

    found = computed(build.quotient(over, under, 1, mode), p=dividend, q=divisor)

    # dividend / 10 over divisor / 100
    exact = None if divisor == 0 else rounded(Fraction(10 * dividend, divisor), 1, mode)
    assert found == exact


@given(st.integers(-(10**30), 10**30), st.integers(-(10**15), 10**15).filter(bool), MODES)
@example(-5, 2, Rounding.HALF_UP)
@example(5, -2, Rounding.HALF_EVEN)
@example(0, -7, Rounding.UP)
def test_ratios_of_integers_round_as_fractions_do(dividend: int, divisor: int, mode: Rounding) -> None:
    assert rounded_ratio(dividend, divisor, mode) == rounded(Fraction(dividend, divisor), 0, mode)


# --- Arithmetic and choice, by hand


def test_division_by_zero_is_unknown_and_only_where_it_is_chosen(build: Builder) -> None:
    p, q = build.input("p", optional=False), build.input("q", optional=False)
    safe = build.choose(
        build.compare("==", q, build.constant(0)), build.constant(-1), build.quotient(p, q, 2)
    )

    assert computed(build.quotient(p, q, 2), p=7, q=0) is None
    assert computed(safe, p=7, q=0) == -1
    assert computed(safe, p=7, q=8) == Fraction("0.88")  # 0.875


def test_the_least_and_the_greatest_of_many(build: Builder) -> None:
    inputs = [build.input(name, optional=False) for name in "abcde"]
    values = dict(zip("abcde", (3, -1, 4, 1, 5), strict=True))

    assert computed(build.least(*inputs), **values) == -1
    assert computed(build.greatest(*inputs), **values) == 5


@pytest.mark.parametrize(
    ("value", "upto", "below"),
    [(499, 1, 1), (500, 1, 2), (501, 2, 2), (1000, 2, 3), (1500, 3, 4), (1501, 4, 4), (-7, 1, 1)],
)
def test_a_value_on_a_band_edge_belongs_to_the_band_that_says_upto(
    build: Builder, value: int, upto: int, below: int
) -> None:
    p = build.input("p", optional=False)
    limits = [build.constant(limit) for limit in (500, 1000, 1500)]

    assert computed(build.band(p, limits, includes_limit=True), p=value) == upto
    assert computed(build.band(p, limits, includes_limit=False), p=value) == below


@pytest.mark.parametrize(
    ("value", "upto", "below"), [(9, 1, 1), (10, 1, 2), (11, 2, 2), (20, 2, 3), (21, 3, 3)]
)
def test_limits_that_vary_make_the_same_bands(build: Builder, value: int, upto: int, below: int) -> None:
    p, first, second = (build.input(name) for name in ("p", "first", "second"))

    found = [
        computed(build.band(p, [first, second], includes_limit=includes_limit), p=value, first=10, second=20)
        for includes_limit in (True, False)
    ]

    assert found == [upto, below]


@pytest.mark.parametrize(
    ("index", "picked"), [(-1, None), (0, 10), (1, 20), (2, 30), (3, None), (None, None)]
)
def test_an_index_without_an_option_picks_nothing(
    build: Builder, index: int | None, picked: int | None
) -> None:
    options = [build.constant(10), build.constant(20), build.constant(30)]

    assert computed(build.pick(build.input("level"), options, first=0), level=index) == picked


@pytest.mark.parametrize(("index", "picked"), [(0, None), (1, 7), (2, None)])
def test_an_only_option_has_an_index_too(build: Builder, index: int, picked: int | None) -> None:
    assert computed(build.pick(build.input("level"), [build.constant(7)]), level=index) == picked


def test_a_pick_by_a_band_needs_no_look_at_its_ends(build: Builder) -> None:
    value = build.input("p", optional=False)
    band = build.band(value, [build.constant(5)], includes_limit=True)
    node = build.pick(band, [build.constant(1), build.multiply(build.constant(2), value)])

    assert (computed(node, p=5), computed(node, p=6)) == (1, 12)
    assert "return ((1 if v0 <= 5 else (2 * v0)), )" in printed(node)


def test_the_number_of_a_band_that_picks_twice_is_found_once(build: Builder) -> None:
    band = build.band(build.input("p", optional=False), [build.constant(5)], includes_limit=True)
    picks = [build.pick(band, [build.constant(low), build.input("q")]) for low in (1, 2)]
    node = build.multiply(*picks)

    assert [computed(node, p=value, q=3) for value in (5, 6)] == [2, 9]
    assert printed(node).count("<= 5") == 1
    assert "not" not in printed(node)


def test_what_is_taken_off_is_not_multiplied_by_minus_one(build: Builder) -> None:
    p, q = build.input("p", optional=False), build.input("q", optional=False)
    node = build.subtract(build.subtract(p, q), build.constant(7))

    assert computed(node, p=20, q=5) == 8
    assert "return ((v0 - v2 - 7), )" in printed(node)


def test_a_sum_of_which_nothing_is_added_begins_with_zero(build: Builder) -> None:
    node = build.negative(build.input("p", optional=False))

    assert computed(node, p=5) == -5
    assert "return ((0 - v1), )" in printed(node)


def test_a_band_beyond_the_options_picks_nothing(build: Builder) -> None:
    band = build.band(build.input("p"), [build.constant(5), build.constant(9)], includes_limit=True)
    node = build.pick(band, [build.constant(10), build.constant(20)])

    assert [computed(node, p=value) for value in (5, 9, 10)] == [10, 20, None]


# --- Means, by hand


@pytest.mark.parametrize(
    ("p", "q", "mean"),
    [
        (80, 95, "84.5"),  # (70 * 80 + 30 * 95) / 100
        (80, None, "80"),
        (None, 95, "95"),
        (None, None, None),
    ],
)
def test_what_is_unknown_leaves_a_mean_with_its_weight(
    build: Builder, p: int | None, q: int | None, mean: str | None
) -> None:
    values = [build.input("p"), build.input("q")]
    weights = [build.constant(70), build.constant(30)]

    found = computed(build.weighted_mean(values, weights, skip_unknown=True, places=2), p=p, q=q)

    assert found == (mean if mean is None else Fraction(mean))


@pytest.mark.parametrize(
    ("inputs", "mean"),
    [
        ({"p": 80, "q": 95, "v": 1, "w": 2}, "90"),  # (80 + 2 * 95) / 3
        ({"p": 80, "q": 96, "v": 1, "w": 2}, "90.67"),  # 272 / 3
        ({"p": 80, "v": 1, "w": 2}, "80"),
        ({"p": 80, "q": 95, "v": 1}, None),
        ({"p": 80, "v": 1}, None),  # even the weight of an unknown value has to be known
        ({"p": 80, "q": 95, "v": 1, "w": -1}, None),
        ({"p": 80, "q": 95, "v": 0, "w": 0}, None),
        ({"p": 80, "v": 0, "w": 2}, None),
    ],
)
def test_weights_of_the_snapshot_have_to_be_known_and_not_negative(
    build: Builder, inputs: Mapping[str, int], mean: str | None
) -> None:
    # Twice the weight is no name in the generated code, and changes nothing.
    weights = [build.multiply(build.constant(2), build.input(name)) for name in ("v", "w")]
    node = build.weighted_mean([build.input("p"), build.input("q")], weights, skip_unknown=True, places=2)

    assert computed(node, **inputs) == (mean if mean is None else Fraction(mean))


def test_a_mean_that_leaves_nothing_out_needs_every_value(build: Builder) -> None:
    weights = [build.input("w", optional=False), build.constant(1)]
    node = build.weighted_mean([build.input("p"), build.input("q")], weights, skip_unknown=False, places=0)

    assert computed(node, p=10, q=40, w=2) == 20  # (2 * 10 + 40) / 3
    assert computed(node, p=10, w=2) is None


# --- Unknown

TRUTHS = [True, False, None]


def kleene_and(*terms: bool | None) -> bool | None:
    if False in terms:
        return False
    return None if None in terms else True


@pytest.mark.parametrize("truths", list(product(TRUTHS, repeat=3)))
def test_and_and_or_are_kleenes(build: Builder, truths: tuple[bool | None, ...]) -> None:
    flags = [build.flag(name) for name in "fgh"]
    inputs = dict(zip("fgh", truths, strict=True))
    opposite = kleene_and(*(None if each is None else not each for each in truths))

    assert computed(build.all_of(*flags), **inputs) is kleene_and(*truths)
    assert computed(build.any_of(*flags), **inputs) is (None if opposite is None else not opposite)


@pytest.mark.parametrize(("sure", "unsure"), list(product([True, False], TRUTHS)))
def test_what_is_always_known_decides_beside_what_is_not(
    build: Builder, *, sure: bool, unsure: bool | None
) -> None:
    flags = [build.flag("sure", optional=False), build.flag("unsure")]
    known = [build.flag("sure", optional=False), build.opposite(build.flag("sure", optional=False))]

    assert computed(build.all_of(*flags), sure=sure, unsure=unsure) is kleene_and(sure, unsure)
    assert computed(build.any_of(*flags), sure=sure, unsure=unsure) is (True if sure or unsure else unsure)
    assert computed(build.all_of(*known), sure=sure) is False
    assert computed(build.any_of(*known), sure=sure) is True


def test_an_operation_on_an_unknown_is_unknown(build: Builder) -> None:
    p, q, f = build.input("p"), build.input("q"), build.flag("f")
    one = build.constant(1)
    numbers = [
        build.add(p, q),
        build.multiply(p, q),
        build.multiply(build.constant(0), p),
        build.round(build.multiply(build.constant(Fraction(1, 3)), p), 1),
        build.quotient(one, p, 1),
        build.least(p, one),
        build.greatest(one, p),
        build.band(p, [one], includes_limit=True),
        build.band(q, [p], includes_limit=True),
        build.pick(p, [one, q]),
        build.choose(f, one, q),
    ]
    truths = [build.compare("<", p, one), build.compare("!=", one, p), build.opposite(f)]

    assert [computed(node, q=1) for node in [*numbers, *truths]] == [None] * (len(numbers) + len(truths))


def test_an_unknown_that_is_not_chosen_has_no_influence(build: Builder) -> None:
    p, q, f = build.input("p"), build.input("q"), build.flag("f")

    assert computed(build.choose(f, p, q), f=True, p=3) == 3
    assert computed(build.pick(q, [build.unknown(), p]), q=2, p=3) == 3
    assert computed(build.default(q, p), p=3) == 3
    assert computed(build.known(q), p=3) is False
    assert computed(build.known(build.quotient(p, q, 0)), p=3, q=0) is False


def test_what_is_never_known_stays_unknown_wherever_it_is_used(build: Builder) -> None:
    in_a_gap = lower(
        Program({"it": build.add(build.input("p"), build.multiply(build.input("q"), build.input("r")))}),
        present=False,
    )

    assert generate(in_a_gap, [in_a_gap.results["it"]], [])() == (None,)


# --- Size


def test_a_number_as_long_as_a_text_is_printed(build: Builder) -> None:
    # A text of 3,000 letters is a number of more than 7,000 decimal digits, longer than Python prints.
    text = int.from_bytes(b"\x01" + b"x" * 3000, "big")
    node = build.compare("==", build.input("note"), build.constant(text))

    assert computed(node, note=text) is True
    assert computed(node, note=text + 1) is False
    assert computed(build.add(build.input("p"), build.constant(-text)), p=1) == 1 - text


def test_numbers_wider_than_a_machine_word_stay_exact(build: Builder) -> None:
    p = build.input("p")

    assert computed(build.multiply(p, p, p), p=10**40 + 1) == (10**40 + 1) ** 3


def test_a_program_of_any_depth_compiles(build: Builder) -> None:
    # A thousand times half of it, rounded, and one more: 10, 6, 4, 3, and from there on 1.5 -> 2 and 3 again.
    node = build.input("p")
    for _ in range(1000):
        node = build.add(
            build.round(build.multiply(build.constant(Fraction(1, 2)), node), 0), build.constant(1)
        )

    assert computed(node, p=10) == 3


def test_a_sum_of_hundreds_of_terms_compiles(build: Builder) -> None:
    inputs = [build.input(f"i{number}") for number in range(400)]

    assert computed(build.add(*inputs), **{f"i{number}": number for number in range(400)}) == 400 * 399 // 2
    assert computed(build.greatest(*inputs), **{f"i{number}": number for number in range(400)}) == 399


# --- The source


def test_the_source_holds_no_name_of_the_ruleset(build: Builder) -> None:
    name = "x = __import__('os')"
    node = build.add(build.input(name), build.constant(1))

    assert "import" not in printed(node)
    assert computed(node, **{name: 4}) == 5


def test_a_value_used_once_stands_in_the_branch_that_needs_it(build: Builder) -> None:
    p, q = build.input("p", optional=False), build.input("q", optional=False)
    node = build.choose(build.compare("<", p, build.constant(5)), build.multiply(p, q), build.constant(0))

    assert printed(node).splitlines() == [
        "def evaluate(p0):",
        "    (v0, v3,) = p0",
        "    return (((v0 * v3) if (v0 < 5) else 0), )",
    ]


def test_a_value_used_twice_is_computed_once(build: Builder) -> None:
    p, q = build.input("p", optional=False), build.input("q", optional=False)
    both = build.multiply(p, q)
    node = build.choose(build.compare("<", both, build.constant(5)), both, build.constant(0))

    assert printed(node).count("*") == 1


def test_what_is_tested_once_is_not_tested_again(build: Builder) -> None:
    p = build.input("p")
    band = build.band(p, [build.constant(5)], includes_limit=True)
    node = build.pick(band, [build.add(p, build.constant(1)), build.add(p, build.constant(2))])

    assert printed(node).count("v0 is None") == 1


def test_what_is_given_is_not_computed(build: Builder) -> None:
    p, q = build.input("p"), build.input("q")
    product_of_both = build.multiply(p, q)
    program = lower(Program({"it": build.add(product_of_both, p)}))
    given_place = program.places_of[product_of_both]

    run = generate(
        program,
        [program.results["it"], given_place],
        [[program.inputs["p"], program.inputs["q"]], [None, given_place]],
    )

    # 100 is given for the product, whatever 2 * 3 is; the 7 beside it is for nobody.
    assert run((2, 3), (7, 100)) == (102, 100)
