"""Numbers, percentages, durations, money, dates and texts as people write them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from incentive_engine.graph.nodes import Constant
from incentive_engine.language.types import DATE, DURATION, MONEY, NUMBER, RATIO, TEXT, Type, text_number
from tests.language.formulas import attempt, computed


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("800", Fraction(800), NUMBER),
        ("1.50", Fraction(3, 2), NUMBER),
        ("0.000000000001", Fraction(1, 10**12), NUMBER),
        ("999999999999999999", Fraction(10**18 - 1), NUMBER),
        ("007", Fraction(7), NUMBER),
        ("40%", Fraction(2, 5), RATIO),
        ("40 %", Fraction(2, 5), RATIO),
        ("0.01%", Fraction(1, 10_000), RATIO),
        ("30 s", Fraction(30), DURATION),
        ("5 min", Fraction(300), DURATION),
        ("5min", Fraction(300), DURATION),
        ("4 h", Fraction(14_400), DURATION),
        ("1.5 h", Fraction(5_400), DURATION),
        ("2 d", Fraction(172_800), DURATION),
        ("800 CNY", Fraction(800), MONEY),
        ("2026-10-15", Fraction(date(2026, 10, 15).toordinal()), DATE),
        ('"lead"', Fraction(text_number("lead")), TEXT),
        ("'组长'", Fraction(text_number("组长")), TEXT),
        ("４０％", Fraction(2, 5), RATIO),
        ("４．５　ｍｉｎ", Fraction(270), DURATION),
    ],
)
def test_a_literal_is_exactly_what_is_written(text: str, value: Fraction, type_: Type) -> None:
    found = attempt(text).value

    assert isinstance(found.node, Constant)
    assert (found.node.value, found.type) == (value, type_)
    assert found.bare is (type_ == NUMBER)


def test_a_word_that_joins_values_is_no_unit() -> None:
    assert computed("5 if passed else 7", passed=False) == 7
    assert computed("3 in [1, 3] and 5 not in [5] or passed", passed=False) is False


def test_a_function_behind_a_number_is_no_unit() -> None:
    assert attempt("5 min(handled, 3)").codes == ["IE2073"]


def test_a_list_of_numbers_may_be_written_without_spaces_unless_it_looks_like_thousands() -> None:
    assert computed("clamp(handled,0,100)", handled=120) == 100
    assert computed("handled in [1,20,30]", handled=20) is True
    assert attempt("clamp(handled,5,100)").codes == ["IE2015"]


def test_full_width_signs_mean_the_same_as_plain_ones() -> None:
    # (3 + 2) x 40 % - 10 / 4 = 2 - 2.5 = -0.5
    assert computed("（handled ＋ ２）× ４０％ － １０ ÷ ４", handled=3) == Fraction(-1, 2)
    assert computed("handled － 1 – 1 − 1", handled=3) == 0
    assert (
        computed("handled ≥ 3 and handled ≤ 3 and handled ≠ 4 and handled ＞ 2 and handled ＜ 4", handled=3)
        is True
    )
    assert computed("ｍａｘ（handled，3、2）", handled=1) == 3
    assert computed("level in 【“lead”， ‘junior’】", level="lead") is True
    assert computed("handled ＝＝ 3 and handled ！＝ 4", handled=3) is True


def test_inside_quotes_nothing_is_changed() -> None:
    assert computed('team == "（Ａ）"', team="（Ａ）") is True
    assert computed('team == "（Ａ）"', team="(A)") is False
    assert computed("team == \"a 'quoted' “word”\"", team="a 'quoted' “word”") is True


def test_a_backslash_in_a_text_is_a_backslash() -> None:
    assert computed(r'team == "a\n"', team=r"a\n") is True


def test_a_line_feed_is_a_space_as_yaml_may_fold_lines() -> None:
    assert computed("handled\n+ 1", handled=3) == 4


def test_two_texts_are_equal_when_their_characters_are() -> None:
    assert computed("team == site", team="East", site="East") is True
    assert computed("team != site", team="East", site="east") is True


@pytest.mark.parametrize("text", ["1" * 19, "0." + "1" * 13])
def test_a_number_beyond_18_digits_and_12_places_is_refused(text: str) -> None:
    assert attempt(text).codes == ["IE2011"]
