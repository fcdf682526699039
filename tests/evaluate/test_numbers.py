"""Whatever a number comes as, it is the exact decimal that it is written as, rounded once."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.evaluate.intake import Snapshot
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import NUMBER
from tests.support.draws import draws
from tests.support.fields import field, intake

MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.UP: ROUND_UP,
}
# Enough digits that the decimal module, which serves as the oracle, never rounds but where it is told to.
ROOMY = Context(prec=3000, Emax=10**6, Emin=-(10**6))
LARGEST = 10**18

READINGS = {
    (places, scale, mode): intake([field("x", NUMBER, places, scale=scale, rounding=mode)])
    for places in (0, 1, 2, 4, 6)
    for scale in (1, 60, 86400)
    for mode in Rounding
}
FIELDS = st.sampled_from(sorted(READINGS))


def expected(written: Decimal, places: int, scale: int, mode: Rounding) -> int:
    steps = ROOMY.multiply(written, Decimal(scale * 10**places))
    return int(steps.quantize(Decimal(1), rounding=MODES[mode], context=ROOMY))


def near_the_grid(draw: st.DrawFn) -> float:
    """Draw a float that is, or is a few units in the last place from, a decimal of few places."""
    steps = draw(st.integers(-(10**16), 10**16))
    value: float = steps / 10 ** draw(st.integers(0, 8))
    for _ in range(draw(st.integers(0, 2))):
        value *= 1 + 2.0**-52
    return value


FLOATS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e13, max_value=1e13),
    st.composite(near_the_grid)().filter(lambda value: abs(value) < 1e13),
)


def check(value: object, written: Decimal, key: tuple[int, int, Rounding]) -> None:
    places, scale, mode = key
    found = READINGS[key].read({"agent_id": "A1", "month": "2026-03", "x": value})

    steps = expected(written, places, scale, mode)
    assert abs(steps) <= LARGEST * 10**places
    assert isinstance(found, Snapshot), found
    assert found.row == (steps,)
    is_exact = ROOMY.multiply(written, Decimal(scale * 10**places)) == steps
    assert bool(found.notes) is not is_exact


@settings(max_examples=draws(500))
@given(FLOATS, FIELDS)
def test_a_float_is_the_decimal_that_prints_as_it(value: float, key: tuple[int, int, Rounding]) -> None:
    check(value, Decimal(repr(value)), key)


@settings(max_examples=draws(300))
@given(st.integers(-(10**15), 10**15), st.integers(0, 12), FIELDS)
def test_a_text_and_a_decimal_are_what_is_written(
    digits: int, exponent: int, key: tuple[int, int, Rounding]
) -> None:
    written = Decimal(digits).scaleb(-exponent, ROOMY)

    check(written, written, key)
    check(format(written, "f"), written, key)
    check(Fraction(written), written, key)


@settings(max_examples=draws(200))
@given(st.integers(-(10**12), 10**12), FIELDS)
def test_a_whole_number_is_itself(value: int, key: tuple[int, int, Rounding]) -> None:
    check(value, Decimal(value), key)
    check(str(value), Decimal(value), key)
