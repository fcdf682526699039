"""What may stand beside what, and what comes of it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from incentive_engine.language.types import (
    BOOLEAN,
    COUNT,
    DATE,
    DURATION,
    MONEY,
    NUMBER,
    RATIO,
    TEXT,
    Type,
    choice,
)
from tests.language.formulas import LEVELS, attempt, computed

LEVEL = choice("level", LEVELS)


@pytest.mark.parametrize(
    ("formula", "type_"),
    [
        # Number, ratio and count are one dimension.
        ("handled + csat", NUMBER),
        ("handled + surveys", COUNT),
        ("handled + 1", COUNT),
        ("handled + 0.5", NUMBER),
        ("handled * 2", COUNT),
        ("handled * 0.5", NUMBER),
        ("handled * ten", COUNT),
        ("handled / 2", NUMBER),
        ("handled * complexity", NUMBER),
        ("csat + fcr", RATIO),
        ("1 - csat", RATIO),
        ("csat * fcr", RATIO),
        ("csat / fcr", NUMBER),
        ("2 * csat", NUMBER),
        # Money and durations.
        ("30% * base_salary", MONEY),
        ("base_salary + 800", MONEY),
        ("800 - base_salary", MONEY),
        ("base_salary + ten * 80", MONEY),
        ("sales / talk_time", Type("number", 1, -1)),
        ("sales / talk_time * 1 h", MONEY),
        ("sales / base_salary", NUMBER),
        ("sales * base_salary", Type("number", 2, 0)),
        ("talk_time + 5 min", DURATION),
        ("talk_time / 1 min", NUMBER),
        ("0 - talk_time", DURATION),
        ("-sales", MONEY),
        # Choices between two.
        ("base_salary if passed else 0", MONEY),
        ("0 if passed else talk_time", DURATION),
        ("handled if passed else csat", NUMBER),
        ('level if passed else "junior"', LEVEL),
        ('"junior" if passed else level', LEVEL),
        ('"a" if passed else team', TEXT),
        ("hired if passed else 2026-01-01", DATE),
        ("passed if certified else not passed", BOOLEAN),
        # Conditions.
        ("handled > 3", BOOLEAN),
        ("passed and certified or not passed", BOOLEAN),
        ('level in ["junior", "lead"]', BOOLEAN),
    ],
)
def test_a_formula_has_the_type_of_what_it_is_made_of(formula: str, type_: Type) -> None:
    assert attempt(formula).value.type == type_


@pytest.mark.parametrize(
    "formula", ["800", "-800", "3 * 100 + 20 / 4", "max(300, 400)", "100 if passed else 200", "ten"]
)
def test_numbers_without_a_unit_stay_without_one_until_they_stand_beside_money(formula: str) -> None:
    assert attempt(formula).value.bare
    assert attempt(f"base_salary + ({formula})").value.type == MONEY


@pytest.mark.parametrize(
    "formula", ["80%", "5 min", "800 CNY", "base_salary * 2", "handled", "ten * handled"]
)
def test_what_has_a_unit_or_is_measured_is_not_bare(formula: str) -> None:
    assert not attempt(formula).value.bare


def test_zero_is_zero_in_any_unit() -> None:
    assert computed("first_response > 0", first_response=1) is True
    assert computed("max(0, 5 min - first_response)", first_response=100) == 200


def test_money_may_be_compared_with_a_number_without_a_unit() -> None:
    assert computed("sales >= 800 and 1000 > sales and sales in [800, 900 CNY]", sales=800) is True


def test_a_ratio_is_compared_with_a_ratio_or_a_decimal() -> None:
    assert computed("csat >= 85% and csat >= 0.85 and csat > target", csat=Fraction(9, 10)) is True


def test_a_ratio_is_compared_with_a_number_up_to_its_declared_end() -> None:
    assert computed("attainment > 1.5", attainment=Fraction(3, 2)) is False
    assert attempt("attainment > 1.51").codes == ["IE2124"]


def test_a_ratio_without_a_declared_end_may_be_compared_with_up_to_2() -> None:
    assert attempt("fcr > 2").codes == []
    assert attempt("fcr > 2.01").codes == ["IE2124"]


def test_only_a_number_that_the_ruleset_gives_is_suspicious_beside_a_ratio() -> None:
    assert attempt("csat > handled").codes == []
    assert attempt("85 > 3").codes == []
    assert attempt("3% > 85").codes == ["IE2124"]


def test_a_number_that_comes_from_a_formula_or_a_case_of_it_is_judged_like_a_written_one() -> None:
    assert attempt("csat > 80 + 5").codes == ["IE2127"]
    assert attempt("csat > (85 if passed else 90%)").codes == ["IE2127"]
    assert attempt("csat > default(fcr, 85)").codes == ["IE2127"]
    assert attempt("csat > round(85 if passed else 90)").codes == ["IE2127"]
    assert attempt("csat > (85% if passed else 0.9)").codes == []


def test_a_percentage_is_judged_beside_a_metric_of_which_it_passes_the_end() -> None:
    assert attempt("csat > 100%").codes == []
    assert attempt("csat > 101%").codes == ["IE2128"]
    assert attempt("fcr > 200%").codes == []
    assert attempt("fcr > 201%").codes == ["IE2128"]
    # What a formula of ratios may reach is not known; but nobody writes more than 1000 %.
    assert attempt("fcr + csat > 201%").codes == []
    assert attempt("fcr + csat > 1000%").codes == []
    assert attempt("fcr + csat > 1001%").codes == ["IE2127"]


def test_an_option_of_a_choice_is_its_place_in_the_list() -> None:
    assert computed('level == "senior"', level="senior") is True
    assert computed('"senior" != level', level="lead") is True
    assert computed('level not in ["junior", "senior"]', level="lead") is True
    assert computed("level == mentor_level", level="lead", mentor_level="lead") is True
    assert computed('default(level, "junior") == "junior"', level=None) is True


def test_an_option_is_compared_in_nfkc() -> None:
    assert computed('level == "ｌｅａｄ"', level="lead") is True


def test_dates_are_compared_as_days() -> None:
    assert computed("hired < 2026-03-02", hired="2026-03-01") is True
    assert computed("2026-01-01 <= hired <= period_end", hired="2026-03-31") is True
    assert computed("max(hired, period_start) == 2026-03-01", hired="2026-02-03") is True


def test_a_chain_of_comparisons_holds_where_each_of_them_does() -> None:
    assert computed("1 < handled <= 3 != surveys", handled=3, surveys=4) is True
    assert computed("1 < handled <= 3 != surveys", handled=3, surveys=3) is False
    assert computed("1 < handled in [2, 3]", handled=3) is True


def test_unknown_spreads_by_kleene() -> None:
    assert computed("handled > 3 and passed", passed=False) is False
    assert computed("handled > 3 or passed", passed=True) is True
    assert computed("handled > 3 and passed", passed=True) is None
    assert computed("handled in [1, 2] or not passed", handled=None, passed=False) is True


def test_one_of_two_values_is_chosen_by_a_condition() -> None:
    assert computed("1 if handled > 3 else 2 if handled > 1 else 3", handled=2) == 2
    assert computed("1 if passed else 2") is None


def test_text_and_choice_are_equal_or_not_and_have_no_order() -> None:
    assert attempt('level >= "senior"').codes == ["IE2135"]
    assert attempt("hired > left").codes == []
