"""How each kind of field reads what stands in it, and what it refuses."""

from __future__ import annotations

from datetime import date

import pytest

from incentive_engine.ruleset.fields import (
    ByAttribute,
    Cadences,
    Day,
    DecimalPlaces,
    Formula,
    Name,
    Names,
    Number,
    SeasonDay,
    Shape,
    SomeNames,
    Text,
    Title,
    Whole,
    Words,
    YesNo,
)
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.text import Scalar, read_yaml
from incentive_engine.ruleset.validation import validated


class Everything(Shape):
    """One field of each kind."""

    name: Name | None = None
    text: Text | None = None
    formula: Formula | None = None
    number: Number | None = None
    whole: Whole | None = None
    places: DecimalPlaces | None = None
    yes_no: YesNo | None = None
    day: Day | None = None
    season_day: SeasonDay | None = None
    words: Words | None = None
    cadence: Cadences | None = None
    names: Names = ()
    some_names: SomeNames | None = None


def read(text: str) -> Everything:
    """Return the fields of one line of YAML."""
    root, problems = read_yaml(text, "t.yaml")
    assert root is not None
    assert problems == []
    found, faults = validated(Everything, root, root)
    assert found is not None, [str(fault.problem) for fault in faults]
    return found


def refused(text: str) -> str:
    """Return what is wrong with one line of YAML, as its code and column."""
    root, problems = read_yaml(text, "t.yaml")
    assert root is not None
    assert problems == []
    found, faults = validated(Everything, root, root)
    assert found is None
    (fault,) = faults
    assert isinstance(fault.problem, Problem)
    assert fault.problem.span is not None
    return f"{fault.problem.code} {fault.problem.span.column}"


class TestNames:
    @pytest.mark.parametrize("name", ["csat", "_x", "x1", "工作量", "Überzeit", "a_b"])
    def test_letters_digits_and_underscores_make_a_name(self, name: str) -> None:
        assert read(f"name: {name}").name == name

    def test_full_width_letters_are_the_plain_ones(self) -> None:
        name = read("name: ＣＳＡＴ１").name
        assert name == "CSAT1"
        assert isinstance(name, Scalar)
        assert (name.span.column, name.quoted) == (7, False)

    @pytest.mark.parametrize("name", ["1x", "a-b", "a b", "a.b", '""', "a½", "x𐄇"])
    def test_nothing_else_does(self, name: str) -> None:
        assert refused(f"name: {name}").startswith("IE1108")

    def test_a_list_or_a_table_is_none(self) -> None:
        assert refused("name: [a]") == "IE1107 7"
        assert refused("name: {a: b}") == "IE1107 7"

    def test_one_name_may_stand_for_a_list_of_one(self) -> None:
        assert read("names: a").names == ("a",)
        assert read("names: [a, b]").names == ("a", "b")
        assert read("names: []").names == ()

    def test_some_names_are_at_least_one(self) -> None:
        assert read("some_names: [a]").some_names == ("a",)
        assert refused("some_names: []") == "IE1106 13"

    def test_a_name_in_a_list_is_refused_at_its_place(self) -> None:
        assert refused("names: [a, 1x]") == "IE1108 12"
        assert refused("names: {a: b}") == "IE1105 8"


class TestNumbers:
    def test_a_whole_number_is_digits(self) -> None:
        assert read("whole: 012").whole == 12

    @pytest.mark.parametrize("text", ["-1", "1.0", "1_000", "１２", "ten", "9999999999"])
    def test_nothing_else_is_one(self, text: str) -> None:
        assert refused(f"whole: {text}") == "IE1109 8"

    def test_decimal_places_have_a_limit(self) -> None:
        assert read("places: 12").places == 12
        assert refused("places: 13") == "IE1116 9"
        assert refused("places: some") == "IE1109 9"

    def test_a_number_is_a_formula_or_depends_on_an_attribute(self) -> None:
        assert read("number: 2 * x").number == "2 * x"
        number = read("number: {by: level, junior: 60%, senior: {by: team, A: 1, B: 2}}").number
        assert isinstance(number, ByAttribute)
        assert (number.by, list(number.values), number.values[next(iter(number.values))]) == (
            "level",
            ["junior", "senior"],
            "60%",
        )
        inner = list(number.values.values())[1]
        assert isinstance(inner, ByAttribute)
        assert dict(inner.values) == {"A": "1", "B": "2"}

    def test_a_list_is_no_number_wherever_it_stands(self) -> None:
        assert refused("number: [1]") == "IE1107 9"
        assert refused("number: {by: level, junior: [1, 2]}") == "IE1107 29"

    def test_a_table_needs_its_attribute(self) -> None:
        assert refused("number: {junior: 1}") == "IE1113 9"
        assert refused("number: {by: [level], junior: 1}") == "IE1113 9"
        assert refused("number: {by: level, junior: {senior: 1}}") == "IE1113 29"

    def test_the_attribute_needs_a_name(self) -> None:
        assert refused("number: {by: 1x, junior: 1}") == "IE1108 9"


class TestWords:
    def test_yes_and_no_are_read_in_any_case(self) -> None:
        assert [read(f"yes_no: {text}").yes_no for text in ("yes", "No", "TRUE", "false")] == [
            True,
            False,
            True,
            False,
        ]

    @pytest.mark.parametrize("text", ["on", "1", "maybe"])
    def test_other_words_are_neither(self, text: str) -> None:
        assert refused(f"yes_no: {text}") == "IE1110 9"

    def test_text_and_formulas_are_what_is_written(self) -> None:
        assert read("text: 010").text == "010"
        assert read("formula: a > 1:30").formula == "a > 1:30"

    def test_words_for_people_are_one_text_or_one_a_language(self) -> None:
        assert read("words: Plan").words == Title("Plan", "Plan")
        assert read("words: {en: Plan, zh: 方案}").words == Title("Plan", "方案")
        assert read("words: {zh: 方案}").words == Title("方案", "方案")
        assert read("words: {en: Plan}").words == Title("Plan", "Plan")

    def test_a_title_is_told_in_the_language_that_is_asked_for(self) -> None:
        assert (Title("Plan", "方案").in_language("en"), Title("Plan", "方案").in_language("zh")) == (
            "Plan",
            "方案",
        )

    @pytest.mark.parametrize("text", ["[Plan]", "{fr: Plan}", "{en: [Plan]}", "{}"])
    def test_nothing_else_is_for_people(self, text: str) -> None:
        assert refused(f"words: {text}") == "IE1112 8"

    def test_a_word_of_a_choice_is_refused_with_the_one_that_is_meant(self) -> None:
        assert read("cadence: month").cadence == "month"
        assert refused("cadence: monthly") == "IE1103 10"
        assert refused("cadence: [month]") == "IE1107 10"


class TestDays:
    def test_a_date_is_read_with_its_place(self) -> None:
        day = read("day: 2026-02-28").day
        assert day is not None
        assert (day.day, day.span.column) == (date(2026, 2, 28), 6)

    @pytest.mark.parametrize(
        "text", ["2026-2-28", "28.02.2026", "2026-02-30", "02-28", "20260228", "２０２６-02-28"]
    )
    def test_nothing_else_is_a_date(self, text: str) -> None:
        assert refused(f"day: {text}") == "IE1111 6"

    @pytest.mark.parametrize("text", ["1899-12-31", "2200-01-01", "9999-12-31"])
    def test_no_policy_reaches_so_far(self, text: str) -> None:
        assert refused(f"day: {text}") == "IE1117 6"

    def test_a_day_of_a_season_may_have_no_year(self) -> None:
        assert getattr(read("season_day: 11-01").season_day, "day", None) == (11, 1)
        assert getattr(read("season_day: 02-29").season_day, "day", None) == (2, 29)
        assert getattr(read("season_day: 2026-11-01").season_day, "day", None) == date(2026, 11, 1)

    @pytest.mark.parametrize("text", ["11-31", "13-01", "1-1", "2026-02-29"])
    def test_it_has_to_exist_in_some_year(self, text: str) -> None:
        assert refused(f"season_day: {text}") == "IE1111 13"
