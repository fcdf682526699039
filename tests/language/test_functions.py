"""What the functions of the language mean; groups and history have files of their own."""

from __future__ import annotations

from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.functions import FUNCTIONS
from incentive_engine.language.types import COUNT, DATE, DURATION, MONEY, NUMBER, RATIO, Type
from tests.language.formulas import Known, attempt, computed


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("min(3)", 3),
        ("abs(-3) + abs(3)", 6),
        ("clamp(5, 1, 3)", 3),
        ("clamp(0, 1, 3)", 1),
        ("clamp(2, 1, 3)", 2),
        ("mean(1, 2, 4)", Fraction(7, 3)),
        ("median(9)", 9),
        ("median(9, 1, 5)", 5),
        ("median(9, 1, 5, 2)", Fraction(7, 2)),
        ("spread(9, 1, 5)", 8),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.345, 2)", Fraction("2.35")),
        ("floor(2.5)", 2),
        ("floor(-2.5)", -3),
        ("floor(-2)", -2),
        ("ceil(2.5)", 3),
        ("ceil(-2.5)", -2),
        ("ceil(2)", 2),
        ("days_between(2026-02-27, 2026-03-01)", 2),
        ("days_between(2026-03-01, 2026-02-27)", -2),
    ],
)
def test_a_function_of_constants_is_worked_out_by_hand(formula: str, expected: Fraction | int) -> None:
    assert computed(formula) == expected


def test_rounding_in_a_formula_follows_the_ruleset() -> None:
    assert computed("round(complexity)", complexity=Fraction("2.5"), rounding=Rounding.HALF_EVEN) == 2


def test_floor_and_ceil_of_a_measured_value_round_toward_their_own_side_of_zero() -> None:
    values = [Fraction("-1.5"), Fraction(-1), Fraction("-0.5"), Fraction(0), Fraction("0.5")]

    assert [computed("floor(complexity)", complexity=each) for each in values] == [-2, -1, -1, 0, 0]
    assert [computed("ceil(complexity)", complexity=each) for each in values] == [-1, -1, 0, 0, 1]


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=20))
def test_the_median_is_the_middle_of_up_to_20_values(values: list[int]) -> None:
    # Measured values, so that the network itself is evaluated: one input and the rest as distances from it.
    first, *rest = values
    others = "".join(
        f", handled + {each - first}" if each >= first else f", handled - {first - each}" for each in rest
    )

    assert computed(f"median(handled{others})", handled=first) == Fraction(median(map(Fraction, values)))


def test_more_than_20_values_are_refused() -> None:
    assert attempt(f"median({', '.join(['handled'] * 20)})").codes == []
    assert attempt(f"median({', '.join(['handled'] * 21)})").codes == ["IE2160"]


@pytest.mark.parametrize(
    ("formula", "type_"),
    [
        ("min(sales, 800)", MONEY),
        ("max(hired, period_start)", DATE),
        ("clamp(talk_time, 0, 5 min)", DURATION),
        ("min(handled, 200)", COUNT),
        ("min(handled, 200.5)", NUMBER),
        ("min(handled, csat)", NUMBER),
        ("abs(sales)", MONEY),
        ("round(sales)", MONEY),
        ("mean(handled, surveys)", NUMBER),
        ("mean(handled)", COUNT),
        ("mean(csat, fcr)", RATIO),
        ("median(handled, surveys, 3)", COUNT),
        ("median(handled, surveys)", NUMBER),
        ("spread(sales, 3)", MONEY),
        ("default(sales, 0)", MONEY),
        ("days_between(hired, left)", COUNT),
        ("months_between(hired, left)", COUNT),
        ("share_of_period(hired, left)", RATIO),
        ("group_sum(handled)", COUNT),
        ("group_sum(csat)", NUMBER),
        ("group_mean(handled)", NUMBER),
        ("group_mean(csat)", RATIO),
        ("group_mean(sales)", MONEY),
        ("group_count()", COUNT),
        ("group_min(sales)", MONEY),
        ("group_max(csat)", RATIO),
        ("rank(csat)", COUNT),
        ("percentile(csat)", RATIO),
        ("previous(hired)", DATE),
        ("ytd(sales)", MONEY),
        ("ytd(csat)", NUMBER),
        ("rolling(csat, 3)", NUMBER),
        ("rolling(handled, 3)", COUNT),
        ("streak(passed)", COUNT),
        ("rise(sales)", MONEY),
    ],
)
def test_a_function_has_the_type_that_its_meaning_says(formula: str, type_: Type) -> None:
    assert attempt(formula).value.type == type_


def test_known_asks_about_any_value_and_is_always_known() -> None:
    assert computed("known(handled)", handled=0) is True
    assert computed("known(team) or known(passed)") is False


def test_default_is_the_first_value_where_it_is_known() -> None:
    assert computed("default(handled, 7)", handled=0) == 0
    assert computed("default(handled, 7)") == 7
    assert computed("default(passed, certified)", certified=True) is True


def test_the_period_has_a_start_and_an_end_with_or_without_brackets() -> None:
    assert computed("period_start == 2026-03-01 and period_end() == 2026-03-31") is True
    assert attempt("period_start").compiled is not None
    assert attempt("period_start").vocabulary.asked == []


@pytest.mark.parametrize(
    ("hired", "left", "expected"),
    [
        # March has 31 days. From the 17th to the 31st there are 15, both counted.
        ("2020-01-01", "9999-12-31", Fraction(1)),
        ("2026-03-17", "9999-12-31", Fraction(15, 31)),
        ("2020-01-01", "2026-03-15", Fraction(15, 31)),
        ("2026-03-10", "2026-03-10", Fraction(1, 31)),
        ("2026-04-01", "9999-12-31", Fraction(0)),
        ("2020-01-01", "2026-02-28", Fraction(0)),
        ("2026-03-20", "2026-03-10", Fraction(0)),
    ],
)
def test_the_share_of_the_period_counts_both_ends(hired: str, left: str, expected: Known) -> None:
    assert computed("share_of_period(hired, left)", hired=hired, left=left) == expected


def test_every_function_says_what_it_is_in_both_languages() -> None:
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.signature.partition("(")[0] == name
        assert function.summary["en"].endswith(".")
        assert function.summary["zh"].endswith("。")


def test_the_functions_are_those_that_the_language_promises() -> None:
    promised = (
        "min max abs round floor ceil clamp mean median spread known default "
        "days_between months_between share_of_period period_start period_end "
        "group_mean group_sum group_count group_min group_max rank percentile "
        "previous ytd rolling streak rise"
    )

    assert sorted(FUNCTIONS) == sorted(promised.split())
