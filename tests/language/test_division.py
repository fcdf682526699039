"""Between names + - x are exact; a division by what is not constant is rounded once."""

from __future__ import annotations

from fractions import Fraction

import pytest

from incentive_engine.graph.nodes import Quotient, in_order
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import MONEY, Type
from tests.language.formulas import attempt, computed


def quotients(formula: str) -> int:
    return sum(isinstance(node, Quotient) for node in in_order([attempt(formula).value.node]))


def test_a_division_by_a_constant_is_exact() -> None:
    assert computed("handled / 3", handled=1) == Fraction(1, 3)
    assert computed("handled / 3 * 3", handled=1) == 1
    assert computed("handled / (2 * 3 min) * 1 min", handled=1) == Fraction(1, 6)
    assert computed("handled / target", handled=87) == 100
    assert quotients("handled / 3 / 7 + surveys / (1 - 3)") == 0


def test_a_division_inside_a_longer_formula_is_rounded_to_6_places() -> None:
    # 2 / 3 = 0.666667 to 6 places, plus 1.
    assert computed("handled / surveys + 1", handled=2, surveys=3) == Fraction("1.666667")
    assert computed("handled / surveys", handled=2, surveys=3) == Fraction("0.666667")


def test_a_division_that_defines_a_name_is_rounded_once_to_its_places() -> None:
    # By way of 6 places 4.4999999 would become 4.500000 and then 5; rounded once it is 4.
    assert computed("handled / surveys", places=0, handled=Fraction("4.4999999"), surveys=1) == 4
    assert computed("handled / surveys", places=2, handled=2, surveys=3) == Fraction("0.67")


def test_the_whole_term_is_one_division() -> None:
    # 2 / 3 x 3 is 2, not 0.666667 x 3 = 2.000001.
    assert computed("handled / surveys * 3", handled=2, surveys=3) == 2
    assert computed("3 * (handled / surveys)", handled=2, surveys=3) == 2
    assert computed("handled / surveys / complexity", handled=1, surveys=3, complexity=7) == Fraction(
        "0.047619"
    )
    assert computed("-(handled / surveys) * -3", handled=2, surveys=3) == 2
    assert quotients("handled / surveys / complexity * csat / 3") == 1


def test_each_term_of_a_sum_is_divided_by_itself() -> None:
    # 0.333333 + 0.333333 - 0.666667 = -0.000001
    assert computed(
        "handled / surveys + handled / surveys - 2 * handled / surveys", handled=1, surveys=3
    ) == Fraction("-0.000001")


def test_a_division_by_a_division_multiplies() -> None:
    # 6 / (2 / 3) = 9, although 2 / 3 has no end.
    assert computed("handled / (surveys / complexity)", handled=6, surveys=2, complexity=3) == 9
    assert quotients("handled / (surveys / complexity)") == 1


def test_a_division_by_a_division_by_zero_is_unknown() -> None:
    assert computed("handled / (surveys / complexity)", handled=6, surveys=2, complexity=0) is None
    # The same further in: 6 / (2 / (3 / 0)).
    assert computed("handled / (surveys / (3 / complexity))", handled=6, surveys=2, complexity=0) is None
    assert computed("handled / (surveys / (3 / complexity))", handled=6, surveys=2, complexity=3) == 3


def test_a_division_by_a_division_by_a_constant_needs_no_condition() -> None:
    assert computed("handled / (surveys / 4)", handled=6, surveys=3) == 8


def test_a_division_by_zero_is_unknown() -> None:
    assert computed("handled / surveys", handled=6, surveys=0) is None
    assert computed("0 * handled / surveys", handled=6, surveys=0) is None


def test_a_named_formula_is_rounded_as_a_whole() -> None:
    # 1.25 + 2 = 3.25, to one place half up 3.3.
    assert computed("complexity + 2", places=1, complexity=Fraction("1.25")) == Fraction("3.3")


def test_both_outcomes_of_a_named_choice_are_rounded_once() -> None:
    formula = "handled / surveys if passed else 0"

    assert computed(formula, places=0, handled=Fraction("4.4999999"), surveys=1, passed=True) == 4
    assert computed(formula, places=0, handled=1, surveys=3, passed=False) == 0


def test_a_function_inside_a_named_formula_divides_to_6_places() -> None:
    # 4.4999999 is 4.500000 to 6 places, and that 5 to none.
    assert computed("max(handled / surveys, 0)", places=0, handled=Fraction("4.4999999"), surveys=1) == 5


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.HALF_UP, "0.13"),
        (Rounding.HALF_EVEN, "0.12"),
        (Rounding.DOWN, "0.12"),
        (Rounding.UP, "0.13"),
    ],
)
def test_the_way_of_rounding_is_that_of_the_name(rounding: Rounding, expected: str) -> None:
    # 1 / 8 = 0.125
    assert computed("handled / surveys", places=2, rounding=rounding, handled=1, surveys=8) == Fraction(
        expected
    )
    assert computed("complexity", places=2, rounding=rounding, complexity=Fraction("0.125")) == Fraction(
        expected
    )


def test_places_may_depend_on_the_type_that_the_formula_turns_out_to_have() -> None:
    def places(type_: Type) -> int:
        return 2 if type_ == MONEY else 4

    # 2 / 3
    assert computed("sales / handled", places=places, sales=2, handled=3) == Fraction("0.67")
    assert computed("handled / surveys", places=places, handled=2, surveys=3) == Fraction("0.6667")


def test_what_is_no_number_is_not_rounded() -> None:
    assert computed("passed", places=2, passed=True) is True
    assert computed("hired", places=0, hired="2026-03-01") == computed("2026-03-01")
    assert attempt("cast", places=2).compiled is None
