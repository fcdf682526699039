"""Parameters, formulas and seasons: their values, their dates, and what is told of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from incentive_engine.language.types import COUNT, MONEY, NUMBER, RATIO
from tests.compile.policies import Given, decide, message, number, policy_of, problems, truth

RULES = "rules: [{id: p, kind: probe, number: 1}]\n"


def parameter(text: str) -> str:
    """Return a ruleset with one parameter `x`; its value stands in line 2."""
    return f"parameters:\n  x: {text}\n{RULES}"


def cases(*lines: str) -> str:
    """Return a ruleset with a parameter `x` in cases, the first of which stands in line 3."""
    return "parameters:\n  x:\n" + "".join(f"    - {{{line}}}\n" for line in lines) + RULES


class TestRounding:
    """A named value is rounded where it is defined, once."""

    @pytest.mark.parametrize(
        ("formula", "expected"),
        [
            ("csat / 3", "0.3167"),  # 0.95 / 3 = 0.31666..., a number: 4 places
            ("csat * csat", "0.9025"),  # a ratio: 4 places, exact
            ("csat * csat * csat", "0.8574"),  # 0.857375 to 4 places
            ("handled * handled", "49"),
            ("response / 3", "3.3"),  # 10 s / 3 in seconds, a duration: 1 place
            ("base_salary / 3", "3333.33"),  # 10000 / 3, money: those of the currency
            ("base_salary / response", "1000"),  # 10000 / 10 s, money by time: 4 places
            ("base_salary / hours", "1333.33"),  # 10000 / 7.5 is money
        ],
    )
    def test_the_places_are_those_of_the_type(self, formula: str, expected: str) -> None:
        facts: dict[str, Given] = {
            "csat": "0.95",
            "handled": 7,
            "response": 10,
            "base_salary": 10000,
            "hours": "7.5",
        }
        assert number("x", f"formulas: {{x: {formula}}}", **facts) == Fraction(expected)

    def test_places_and_rounding_change_it(self) -> None:
        # 61 / 365 = 0.16712...
        assert number("x", "formulas: {x: {value: 61 / 365, places: 3}}") == Fraction("0.167")
        assert number("x", "formulas: {x: {value: 61 / 365, places: 3, rounding: up}}") == Fraction("0.168")

    def test_the_rounding_of_the_ruleset_holds_unless_said(self) -> None:
        down = "rounding: down\nformulas: {x: {value: 2 / 3, places: 2}}"
        assert number("x", down) == Fraction("0.66")

    def test_a_quotient_is_not_rounded_twice(self) -> None:
        # 4.5 / 90001 = 0.00004999944...: to 4 places 0.0000; by way of 6 places 0.000050 it would be 0.0001.
        assert number("x", "formulas: {x: hours / handled}", hours="4.5", handled=90001) == 0

    def test_a_condition_a_text_and_a_date_are_not_rounded(self) -> None:
        top = "formulas: {good: csat > 90%, where: team, start: period_start}"
        assert truth("good", top, csat="0.95") is True
        assert truth('where == "T1"', top, team="T1") is True
        assert truth("start == 2026-03-01", top) is True


class TestByAttribute:
    BY_LEVEL = "parameters: {x: {by: level, junior: 60%, senior: 20%, lead: 0%}}"

    @pytest.mark.parametrize(("level", "expected"), [("junior", "0.6"), ("senior", "0.2"), ("lead", "0")])
    def test_the_agents_own_value_counts(self, level: str, expected: str) -> None:
        assert number("x", self.BY_LEVEL, level=level) == Fraction(expected)

    def test_without_the_attribute_it_is_unknown(self) -> None:
        assert number("x", self.BY_LEVEL) is None

    def test_it_may_stand_wherever_a_number_stands(self) -> None:
        assert number("{by: level, junior: handled * 2, senior: 2, lead: 1}", level="junior", handled=4) == 8

    def test_it_may_be_nested(self) -> None:
        nested = "{by: level, junior: {by: region, north: 10, south: 20}, senior: 30, lead: 40}"
        assert number(nested, level="junior", region="south") == 20
        assert number(nested, level="lead") == 40
        assert number(nested, level="junior") is None

    def test_each_value_is_rounded_as_a_named_value(self) -> None:
        # 1 / 3 to 2 places
        top = "parameters: {x: {value: {by: region, north: 1 / 3, south: 2 / 3}, places: 2}}"
        assert number("x", top, region="south") == Fraction("0.67")

    def test_values_of_options_in_full_width_are_those_of_the_options(self) -> None:
        text = HEADER_DAYS.replace("period: day", "period: month", 1) + "attributes: {级别: [Ａ, B]}\n"
        rules = 'rules: [{id: p, kind: probe, number: {by: 级别, A: 1, Ｂ: 2}, condition: 级别 == "A"}]'
        outcome = decide(text + rules, 级别="Ａ")
        assert [outcome.result("p", "number"), outcome.result("p", "condition")] == [1, True]

    def test_money_without_a_unit_stays_without(self) -> None:
        top = "parameters: {x: {by: region, north: 300, south: 400}}"
        assert number("base_salary + x", top, region="north", base_salary=1000) == 1300

    def test_the_type_is_the_one_that_all_have(self) -> None:
        # A count and a number together are a number, which 4 places do not cut to a whole one: 5 x 0.5.
        top = "formulas: {either: {by: region, north: handled, south: hours}, x: either * 0.5}"
        assert number("x", top, region="north", handled=5) == Fraction("2.5")

    def test_zero_has_any_unit(self) -> None:
        assert number("{by: region, north: 0, south: 5 min}", region="south") == 300

    def test_an_attribute_that_does_not_exist_is_reported(self) -> None:
        assert problems(parameter("{by: levle, junior: 1}")) == ["IE2101 2 `levle`"]

    def test_an_attribute_without_options_is_reported(self) -> None:
        assert problems(parameter("{by: team, junior: 1}")) == ["IE3031 2 `team`"]
        assert message(parameter("{by: team, A: 1}")).startswith(
            "`team` is a text, and values can depend only on"
        )

    def test_a_value_that_is_missing_is_reported(self) -> None:
        assert problems(parameter("{by: level, junior: 1}")) == ["IE3034 2 `level`"]
        assert message(parameter("{by: level, junior: 1}")).startswith(
            "these options of `level` have no value here: senior, lead"
        )

    def test_a_misspelt_value_is_reported_alone(self) -> None:
        assert problems(parameter("{by: level, junor: 1, senior: 2, lead: 3}")) == ["IE3033 2 `junor`"]
        assert "did you mean `junior`?" in message(parameter("{by: level, junor: 1, senior: 2, lead: 3}"))

    def test_a_value_that_resembles_none_is_reported_with_all_of_them(self) -> None:
        text = parameter("{by: region, north: 1, south: 2, x: 3}")
        assert problems(text) == ["IE3032 2 `x`"]
        assert message(text) == "`x` is not one of the options / the options are: north, south"

    def test_values_of_different_kinds_are_reported_at_the_odd_one(self) -> None:
        text = parameter("{by: region, north: 5 min, south: 30%}")
        assert problems(text) == ["IE2122 2 `30%`"]
        assert message(text).startswith("`5 min` is `duration` and `30%` is `ratio`")

    def test_problems_of_a_value_are_reported_with_those_of_the_options(self) -> None:
        assert problems(parameter("{by: region, north: 5 mins, south: 6, x: 7}")) == [
            "IE2019 2 `5 mins`",
            "IE3032 2 `x`",
        ]

    def test_a_faulty_attribute_is_reported_once(self) -> None:
        text = HEADER_DAYS + "attributes: {level: {type: choice}}\n" + parameter("{by: level, A: 1}")
        assert problems(text) == ["IE3003 7 `level`"]


class TestCases:
    STAGED = cases("until: 2026-03-31, value: 85%", "until: 2026-06-30, value: 87%", "value: 89%")

    @pytest.mark.parametrize(
        ("month", "expected"),
        [
            ("2026-01", "0.85"),
            ("2026-03", "0.85"),
            ("2026-04", "0.87"),
            ("2026-06", "0.87"),
            ("2026-07", "0.89"),
        ],
    )
    def test_the_first_case_of_which_the_dates_hold_wins(self, month: str, expected: str) -> None:
        assert number("x", self.STAGED.replace(RULES, ""), month) == Fraction(expected)

    def test_a_first_day_holds_as_well(self) -> None:
        top = cases("from: 2026-07-01, value: 2", "value: 1").replace(RULES, "")
        assert [number("x", top, month) for month in ("2026-06", "2026-07")] == [1, 2]

    def test_a_condition_and_dates_have_to_hold_together(self) -> None:
        top = cases('until: 2026-06-30, when: level == "lead", value: 3', "value: 1").replace(RULES, "")
        assert number("x", top, "2026-06", level="lead") == 3
        assert number("x", top, "2026-07", level="lead") == 1
        assert number("x", top, "2026-06", level="junior") == 1

    def test_where_a_condition_is_unknown_so_is_the_value(self) -> None:
        top = cases('when: level == "lead", value: 3', "value: 1").replace(RULES, "")
        assert number("x", top) is None

    def test_a_season_is_a_condition(self) -> None:
        top = cases("when: double_11, value: 8 min", "value: 5 min").replace(RULES, "")
        top += "seasons: {double_11: {from: 11-01, until: 11-15, counts_for: any_day}}"
        assert [number("x", top, month) for month in ("2026-10", "2026-11", "2026-12")] == [300, 480, 300]

    def test_dates_that_cover_the_ruleset_need_no_last_case(self) -> None:
        top = cases("until: 2026-06-30, value: 1", "from: 2026-07-01, until: 2026-12-31, value: 2").replace(
            RULES, ""
        )
        assert number("x", top, "2026-12") == 2

    def test_the_value_has_the_type_of_its_cases(self) -> None:
        def kind(*lines: str) -> object:
            policy = policy_of(cases(*lines) + "")
            step = policy.origins["x"][0]
            return getattr(step.values["value"], "type", None)

        assert kind("until: 2026-06-30, value: 85%", "value: 1") == RATIO
        assert kind("until: 2026-06-30, value: handled", "value: handled") == COUNT
        assert kind("value: 300 CNY") == MONEY
        assert kind("value: 300") == NUMBER

    def test_cases_without_a_unit_take_that_of_what_they_stand_beside(self) -> None:
        top = cases("until: 2026-06-30, value: 300", "value: 400").replace(RULES, "")
        assert number("base_salary + x", top, base_salary=1000) == 1300

    def test_a_formula_may_have_cases_too(self) -> None:
        top = "formulas: {x: [{when: csat > 90%, value: handled}, {value: 0}]}"
        assert number("x", top, csat="0.95", handled=7) == 7

    def test_conditions_may_be_cases(self) -> None:
        top = "formulas: {x: [{until: 2026-06-30, value: csat > 90%}, {value: csat > 95%}]}"
        assert [truth("x", top, month, csat="0.93") for month in ("2026-06", "2026-07")] == [True, False]

    def test_cases_of_different_kinds_are_reported_at_the_odd_one(self) -> None:
        assert problems(cases("until: 2026-06-30, value: 5 min", "value: 7")) == ["IE2122 4 `7`"]

    def test_a_faulty_case_makes_no_second_problem(self) -> None:
        assert problems(cases("until: 2026-06-30, value: 5 min", "value: 7 mins")) == ["IE2019 4 `7 mins`"]
        assert problems(cases("when: csat, value: 5 min", "value: 7 min")) == ["IE3030 3 `csat`"]


class TestDates:
    def test_a_last_day_inside_a_period_is_reported_where_it_stands(self) -> None:
        text = cases("until: 2026-03-15, value: 1", "value: 2")
        assert problems(text) == ["IE3013 3 `2026-03-15`"]
        assert message(text).startswith("2026-03-15 lies inside a month, which would then have two values")

    def test_a_first_day_inside_a_period_is_reported_where_it_stands(self) -> None:
        assert problems(cases("from: 2026-03-15, value: 1", "value: 2")) == ["IE3013 3 `2026-03-15`"]

    def test_an_end_before_the_beginning_is_reported_at_the_end(self) -> None:
        text = cases("from: 2026-04-01, until: 2026-03-31, value: 1", "value: 2")
        assert problems(text) == ["IE3011 3 `2026-03-31`"]
        assert message(text).startswith("this begins on 2026-04-01 and ends on 2026-03-31, which is earlier")

    def test_a_gap_is_reported_with_its_first_period(self) -> None:
        text = cases("until: 2026-03-31, value: 1", "from: 2026-05-01, value: 2")
        assert problems(text) == ["IE3015 2 `x`"]
        assert message(text).startswith("`x` has no value for 2026-04")

    def test_a_gap_at_the_end_is_reported(self) -> None:
        assert message(cases("until: 2026-10-31, value: 1")).startswith("`x` has no value for 2026-11")

    def test_a_gap_at_the_beginning_is_reported(self) -> None:
        assert message(cases("from: 2026-02-01, value: 1")).startswith("`x` has no value for 2026-01")

    def test_a_gap_is_found_however_far_away(self) -> None:
        far = HEADER_DAYS + cases("until: 2028-12-30, value: 1", "from: 2029-01-01, value: 2")
        assert problems(far) == ["IE3015 8 `x`"]
        assert message(far).startswith("`x` has no value for 2028-12-31")

    def test_overlapping_cases_leave_no_gap(self) -> None:
        lines = ("until: 2026-08-31, value: 1", "until: 2026-03-31, value: 2", "from: 2026-06-01, value: 3")
        assert problems(cases(*lines)) == []

    def test_a_parameter_needs_an_end_where_the_ruleset_has_none(self) -> None:
        text = HEADER_DAYS + cases("until: 2028-12-31, value: 1")
        assert problems(text) == ["IE3014 8 `x`"]
        assert message(text).startswith("`x` has no value after its last date")

    def test_a_parameter_needs_a_beginning_where_the_ruleset_has_none(self) -> None:
        text = HEADER_DAYS + cases("from: 2028-12-31, value: 1")
        assert problems(text) == ["IE3018 8 `x`"]
        assert message(text).startswith("`x` has no value before its first date")

    def test_conditions_alone_leave_a_gap(self) -> None:
        text = cases("when: csat > 90%, value: 1", "when: csat <= 90%, value: 2")
        assert problems(text) == ["IE3017 2 `x`"]
        assert message(text).startswith("`x` has no value where none of its conditions holds")

    def test_dates_of_a_ruleset_that_ends_before_it_begins_are_no_gap(self) -> None:
        text = (
            HEADER_DAYS
            + "effective: {from: 2026-02-01, until: 2026-01-01}\n"
            + cases("from: 2026-03-01, value: 1")
        )
        assert problems(text) == ["IE3011 7 `2026-01-01`"]


HEADER_DAYS = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: day
snapshot: {agent: agent, period: day}
"""


class TestSeasons:
    @staticmethod
    def season(text: str) -> str:
        return f"seasons: {{peak: {{{text}}}}}\n"

    def test_any_day_in_season_counts(self) -> None:
        top = self.season("from: 11-10, until: 12-05, counts_for: any_day")
        months = ("2026-10", "2026-11", "2026-12")
        assert [truth("peak", top, month) for month in months] == [False, True, True]

    def test_all_days_have_to_be_in_season(self) -> None:
        top = self.season("from: 11-01, until: 12-05, counts_for: all_days")
        assert [truth("peak", top, month) for month in ("2026-11", "2026-12")] == [True, False]

    def test_a_season_with_years_does_not_recur(self) -> None:
        top = self.season("from: 2026-02-01, until: 2026-03-31")
        assert [truth("peak", top, month) for month in ("2026-01", "2026-02", "2026-03")] == [
            False,
            True,
            True,
        ]

    def test_a_season_may_run_over_the_turn_of_the_year(self) -> None:
        top = self.season("from: 12-01, until: 01-31")
        assert [truth("peak", top, month) for month in ("2026-01", "2026-02", "2026-12")] == [
            True,
            False,
            True,
        ]

    def test_a_season_that_splits_a_period_has_to_say_what_counts(self) -> None:
        text = self.season("from: 11-01, until: 11-15") + RULES
        assert problems(text) == ["IE3012 1 `peak`"]
        assert message(text).startswith("the season `peak` covers a part of the period 2026-11")

    def test_a_season_with_years_that_splits_a_period_has_to_say_what_counts(self) -> None:
        assert message(self.season("from: 2026-02-10, until: 2026-03-31") + RULES).startswith(
            "the season `peak` covers a part of the period 2026-02"
        )

    def test_what_it_splits_before_the_ruleset_is_in_force_does_not_matter(self) -> None:
        assert problems(self.season("from: 2025-12-10, until: 2026-03-31") + RULES) == []

    def test_the_last_day_of_february_splits_no_month_in_any_year(self) -> None:
        text = (
            HEADER_DAYS.replace("period: day", "period: month", 1)
            + self.season("from: 02-01, until: 02-29")
            + RULES
        )
        assert problems(text) == []

    def test_weeks_are_split_in_some_year_to_come(self) -> None:
        # 5 January 2026 is a Monday, and 11 January a Sunday; in 2027 they are a Tuesday and a Monday.
        week = HEADER_DAYS.replace("period: day", "period: week", 1)
        text = (
            week
            + "effective: {from: 2026-01-05, until: 2027-06-27}\n"
            + self.season("from: 01-05, until: 01-11")
        )
        assert message(text + RULES).startswith("the season `peak` covers a part of the period 2027-W01")
        text = (
            week
            + "effective: {from: 2026-01-05, until: 2026-12-27}\n"
            + self.season("from: 01-05, until: 01-11")
        )
        assert problems(text + RULES) == []

    def test_a_year_on_one_side_only_is_reported(self) -> None:
        assert problems(self.season("from: 11-01, until: 2026-11-15") + RULES) == ["IE3010 1 `2026-11-15`"]

    def test_an_end_before_the_beginning_is_reported_at_the_end(self) -> None:
        assert problems(self.season("from: 2026-11-16, until: 2026-11-15") + RULES) == [
            "IE3011 1 `2026-11-15`"
        ]

    def test_what_reads_a_faulty_season_has_no_problem_of_its_own(self) -> None:
        text = self.season("from: 11-01, until: 2026-11-15") + "formulas: {x: 1 if peak else 0}\n" + RULES
        assert problems(text) == ["IE3010 1 `2026-11-15`"]


class TestWhatIsTold:
    def test_a_parameter_is_told_with_its_value(self) -> None:
        assert decide(parameter("5 min")).told("x") == ["x is set to 300."]

    def test_a_formula_is_told_with_the_values_that_it_reads(self) -> None:
        text = f"formulas: {{x: {{value: handled * 2, title: Work}}}}\n{RULES}"
        assert decide(text, handled=7).told("x") == ["Work = `handled * 2` = 14.", "  handled is 7."]

    def test_an_unknown_value_is_told_with_what_it_reads(self) -> None:
        text = f"formulas: {{x: handled * 2}}\n{RULES}"
        assert decide(text).told("x") == ["x is unknown.", "  handled is None."]

    def test_the_case_that_applies_is_told_with_its_line(self) -> None:
        text = cases("until: 2026-03-31, value: 85%", "value: csat - 1%")
        assert decide(text, "2026-03").told("x") == ["x is set to 17/20, by the case in line 22."]
        assert decide(text, "2026-04", csat="0.9").told("x") == [
            "x is set to 89/100, by the case in line 23.",
            "  csat is 9/10.",
        ]

    def test_a_parameter_whose_case_cannot_be_told_is_unknown(self) -> None:
        assert decide(cases("when: csat > 90%, value: 2", "value: 1")).told("x") == ["x is unknown."]
        assert decide(cases("when: csat > 90%, value: handled", "value: 1"), csat=1).told("x") == [
            "x is unknown."
        ]

    def test_a_season_is_told(self) -> None:
        text = "seasons: {peak: {from: 03-01, until: 03-31, title: {en: Spring, zh: 春季}}}\n" + RULES
        assert decide(text).told("peak") == ["Spring: True."]
