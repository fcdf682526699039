"""What a row of data comes to, and what is said of one that cannot be taken."""

from __future__ import annotations

import re
import sqlite3
from collections import UserDict, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from importlib import resources
from numbers import Rational
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.cells import shown
from incentive_engine.evaluate.intake import Note, Snapshot
from incentive_engine.evaluate.records import Record, Records, RowProblem, from_records
from incentive_engine.evaluate.snapshots import Population
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import MONEY, NUMBER, RATIO, text_number
from incentive_engine.ruleset.period import Cadence, DateRange, parse_period
from incentive_engine.ruleset.problems import Problem
from incentive_engine.texts import known_codes
from tests.support.fields import (
    BREACH,
    COMPLEXITY,
    CSAT,
    HANDLED,
    HIRED,
    LATE,
    LEFT,
    LEVEL,
    PAY,
    TEAM,
    WAIT,
    field,
    intake,
    said,
)

MARCH = parse_period("2026-03", Cadence.MONTH)


def snapshot(of: InputField, value: object) -> Snapshot:
    found = intake([of]).read({"agent_id": "A1", "month": "2026-03", of.column: value})
    assert isinstance(found, Snapshot), found
    return found


def taken(of: InputField, value: object) -> object:
    return snapshot(of, value).row[0]


def note(of: InputField, value: object) -> Note:
    (found,) = snapshot(of, value).notes
    return found


def refused(of: InputField, value: object) -> Problem:
    found = intake([of]).read({"agent_id": "A1", "month": "2026-03", of.column: value})
    assert not isinstance(found, Snapshot), found
    (problem,) = found
    return problem


def key_problem(
    *, agent: object = "A1", month: object = "2026-03", cadence: Cadence = Cadence.MONTH
) -> Problem:
    found = intake([], cadence=cadence).read({"agent_id": agent, "month": month})
    assert not isinstance(found, Snapshot), found
    (problem,) = found
    return problem


class Share(Enum):
    HALF = 0.5


class Level(StrEnum):
    LEAD = "lead"


class Count(IntEnum):
    THREE = 3


class Name(str):
    __slots__ = ()


class Rate(float):
    """Like numpy's, which prints itself in another way."""

    def __repr__(self) -> str:
        return f"rate({float(self)})"


@Rational.register
class Whole:
    """A number of another library, which says so by what Python has for it, and is no int."""

    numerator = 7
    denominator = 1


class Missing(datetime):
    """What pandas has for a missing date: a datetime that is equal to nothing, itself included."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = datetime.__hash__

    def __str__(self) -> str:
        return "NaT"


class Hostile:
    """A value that cannot be looked at."""

    @property  # type: ignore[misc] # a class may say what it likes
    def __class__(self) -> type:
        raise RuntimeError("do not look")

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


class TestNumbers:
    @pytest.mark.parametrize(
        "value",
        [
            0.9134,
            Decimal("0.9134"),
            Decimal("0.91340"),
            Fraction(4567, 5000),
            "0.9134",
            " 0.9134\t",
            "0.91340",
            ".9134",
            "00.9134",
            "+0.9134",
            "91.34%",
            "91.34 %",
            "9134e-4",
            "91340E-5",
            "０．９１３４",
            "９１．３４％",
            Rate(0.9134),
            Name("0.9134"),
        ],
    )
    def test_the_same_number_in_any_form_is_the_same(self, value: object) -> None:
        # 0.9134 at four places is 9134 steps.
        found = snapshot(CSAT, value)

        assert found.row == (9134,)
        assert found.notes == ()

    @pytest.mark.parametrize(
        "value", [3, 3.0, "3", "3.", "3.00", Decimal(3), Decimal("3E0"), Count.THREE, Fraction(3)]
    )
    def test_a_whole_number_needs_no_decimals(self, value: object) -> None:
        assert taken(HANDLED, value) == 3
        assert taken(COMPLEXITY, value) == 300

    def test_a_negative_number_is_taken_with_either_minus(self) -> None:
        assert [taken(PAY, value) for value in (-12.5, "-12.5", "−12.5", "－12.5", -12)] == [
            -1250,
            -1250,
            -1250,
            -1250,
            -1200,
        ]

    def test_minus_zero_is_zero(self) -> None:
        assert taken(PAY, -0.0) == 0
        assert taken(PAY, Decimal("-0E-2000")) == 0

    def test_a_number_of_another_library_is_taken(self) -> None:
        assert taken(HANDLED, Whole()) == 7

    def test_the_value_of_an_enumeration_counts(self) -> None:
        assert taken(CSAT, Share.HALF) == 5000
        assert taken(LEVEL, Level.LEAD) == 2

    def test_a_float_is_the_shortest_decimal_that_prints_as_it(self) -> None:
        # 1.005 is 1.00499999999999989... in binary; it prints as 1.005, which is half way and goes up.
        assert taken(PAY, 1.005) == 101
        assert note(PAY, 1.005) == Note("IE4101", "pay", "1.005", "1.01")

    def test_a_sum_of_floats_that_prints_with_many_places_is_rounded_and_noted(
        self,
    ) -> None:
        # 0.1 + 0.2 prints as 0.30000000000000004.
        assert taken(CSAT, 0.1 + 0.2) == 3000
        assert note(CSAT, 0.1 + 0.2) == Note("IE4101", "csat", "0.30000000000000004", "0.3000")

    @pytest.mark.parametrize(
        ("rounding", "above", "below"),
        [
            # 12.345 and -12.345 at two places; the digit before the half is even, so even goes down.
            (Rounding.HALF_UP, 1235, -1235),
            (Rounding.HALF_EVEN, 1234, -1234),
            (Rounding.DOWN, 1234, -1234),
            (Rounding.UP, 1235, -1235),
        ],
    )
    def test_more_places_than_declared_are_rounded_as_the_field_says(
        self, rounding: Rounding, above: int, below: int
    ) -> None:
        pay = field("pay", MONEY, 2, rounding=rounding)

        for form in (float, Decimal, Fraction, str):
            assert taken(pay, form("12.345")) == above
            assert taken(pay, form("-12.345")) == below

    def test_half_to_even_goes_up_from_an_odd_digit_and_by_size_where_it_is_no_half(self) -> None:
        pay = field("pay", MONEY, 2, rounding=Rounding.HALF_EVEN)

        assert [taken(pay, value) for value in ("12.355", "12.346", "12.344")] == [1236, 1235, 1234]

    def test_a_percentage_with_too_many_places_is_rounded_as_the_ratio_it_is(self) -> None:
        # 91.345 % is 0.91345, which is half way between 0.9134 and 0.9135.
        assert taken(CSAT, "91.345%") == 9135
        assert note(CSAT, "91.345%").given == "91.345%"

    def test_a_fraction_without_end_is_rounded(self) -> None:
        assert taken(CSAT, Fraction(2, 3)) == 6667
        assert note(CSAT, Fraction(2, 3)) == Note("IE4101", "csat", "2/3", "0.6667")

    def test_no_decimal_context_changes_what_is_read(self) -> None:
        with localcontext() as context:
            context.prec = 2
            context.Emax = 3
            assert taken(PAY, "12345.675") == 1234568
            assert taken(PAY, Decimal("12345.675")) == 1234568
            assert taken(PAY, 12345.675) == 1234568

    def test_a_field_whose_grid_is_finer_than_any_float_is_read_all_the_same(self) -> None:
        # 10**400 is no float; one half is 5 with 399 zeros.
        assert taken(field("tiny", NUMBER, 400), 0.5) == 5 * 10**399

    def test_the_note_on_a_whole_number_has_no_point(self) -> None:
        assert note(HANDLED, 3.5) == Note("IE4101", "handled", "3.5", "4")

    def test_a_small_negative_number_keeps_its_sign_in_the_note(self) -> None:
        assert note(PAY, "-0.056") == Note("IE4101", "pay", "-0.056", "-0.06")


class TestUnits:
    @pytest.mark.parametrize("value", [4.2, "4.2", Decimal("4.2"), Fraction(21, 5)])
    def test_minutes_become_seconds(self, value: object) -> None:
        # 4.2 min = 252 s, in tenths of seconds 2520.
        assert taken(WAIT, value) == 2520

    def test_what_is_exact_in_seconds_is_exact_though_it_has_more_places_in_minutes(self) -> None:
        # 12.345 min = 740.7 s
        assert snapshot(WAIT, 12.345).row == (7407,)
        assert snapshot(WAIT, "12.345").notes == ()

    def test_a_third_of_a_minute_is_rounded_after_it_became_seconds(self) -> None:
        # 0.3333333333333333 min = 19.999999999999998 s
        assert taken(WAIT, 1 / 3) == 200
        assert note(WAIT, 1 / 3) == Note("IE4101", "wait", "0.3333333333333333 min", "20.0 s")

    def test_days_are_read_in_any_form(self) -> None:
        # 0.5 d = 43200 s
        age = field("age", WAIT.type, 1, scale=86400)

        assert [taken(age, value) for value in (0.5, "0.5", "0.50", Decimal("0.5"))] == [432000] * 4

    def test_a_unit_smaller_than_a_second_is_read(self) -> None:
        # 1250 ms = 1.25 s, in tenths 12.5, half way and up.
        delay = field("delay", WAIT.type, 1, scale=Fraction(1, 1000))

        assert taken(delay, 1250) == 13
        assert note(delay, 1250) == Note("IE4101", "delay", "1250", "1.3 s")

    def test_a_limit_is_told_in_the_unit_of_the_data(self) -> None:
        # At most 100 s, which are 1.6667 min; at least 30 s, which are 0.5 min.
        wait = field("wait", WAIT.type, 1, scale=60, lowest="30", highest="100")

        assert refused(wait, 2).values["highest"] == "1.6667 min"
        assert refused(wait, 0.2).values["lowest"] == "0.5 min"


class TestRanges:
    def test_both_ends_belong_to_the_range(self) -> None:
        assert taken(CSAT, 0) == 0
        assert taken(CSAT, 1) == 10000

    def test_the_range_holds_for_what_is_rounded(self) -> None:
        # 1.00004 is 1.0000 at four places, and 1.00005 is 1.0001.
        assert taken(CSAT, 1.00004) == 10000
        assert refused(CSAT, 1.00005).code == "IE4041"

    def test_nothing_is_clipped(self) -> None:
        problem = refused(HANDLED, -1)

        assert problem.code == "IE4048"
        assert problem.message() == "`handled` of agent `A1` for 2026-03 is `-1`, and has to be 0 at least"
        assert problem.message("zh") == "客服 `A1` 2026-03 的 `handled` 为 `-1`，而最小允许值为 0"

    def test_a_value_above_the_range_is_refused_with_its_limit(self) -> None:
        problem = refused(field("complexity", NUMBER, 2, lowest="0.8", highest="1.5"), 1.6)

        assert problem.code == "IE4039"
        assert problem.message() == "`complexity` of agent `A1` for 2026-03 is `1.6`, and may be 1.5 at most"

    def test_a_range_between_two_steps_lets_in_only_what_lies_inside(self) -> None:
        # At no places 0.5 to 2.5 lets in 1 and 2; 2.4 is 2.
        narrow = field("narrow", NUMBER, lowest="0.5", highest="2.5")

        assert [taken(narrow, value) for value in (1, 2, 2.4)] == [1, 2, 2]
        assert refused(narrow, 0).code == "IE4048"
        assert refused(narrow, 3).code == "IE4039"

    def test_85_for_a_ratio_is_probably_85_per_cent(self) -> None:
        problem = refused(CSAT, 85)

        assert problem.code == "IE4041"
        assert problem.hint() == "if 85 per cent is meant, write `85%`"

    def test_a_ratio_far_outside_is_no_percentage(self) -> None:
        assert refused(CSAT, 101).code == "IE4039"

    def test_a_fifth_place_is_refused_where_the_field_is_strict(self) -> None:
        strict = field("csat", RATIO, 4, lowest="0", highest="1", strict=True)

        assert taken(strict, "0.91340") == 9134
        problem = refused(strict, "0.91345")
        assert problem.code == "IE4040"
        assert problem.values["rounded"] == "0.9135"

    @pytest.mark.parametrize(
        "value", [10**18, -(10**18), "1" + "0" * 18, 1e18, Decimal("1E18"), Decimal(f"0.{'0' * 1098}1")]
    )
    def test_the_largest_numbers_are_taken(self, value: object) -> None:
        assert taken(PAY, value) in (10**20, -(10**20), 0)

    @pytest.mark.parametrize(
        "value",
        [
            10**18 + 1,
            -(10**18) - 1,
            "1" + "0" * 19,
            "9" * 101,
            1e300,
            -1e300,
            pytest.param(10**5000, id="5001 digits"),
            pytest.param(Fraction(10**5000), id="a fraction of 5001 digits"),
            Decimal("1E999999"),
            Decimal("1E-999999"),
            "1e-1101",
            "0." + "1" * 99,
        ],
    )
    def test_numbers_beyond_all_measure_are_refused(self, value: object) -> None:
        problem = refused(PAY, value)

        assert problem.code == "IE4037"
        assert all(len(text) < 250 for text in said(problem))


class TestWhatIsNoNumber:
    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("abc", "IE4031"),
            ("N/A", "IE4031"),
            ("-", "IE4031"),
            (".", "IE4031"),
            ("nan", "IE4031"),
            ("inf", "IE4031"),
            ("1_000", "IE4031"),
            ("0x10", "IE4031"),
            ("¥100", "IE4031"),
            ("100元", "IE4031"),
            ("100 CNY", "IE4031"),
            ("½", "IE4031"),
            ("٣", "IE4031"),
            ("1e", "IE4031"),
            ("1e99999", "IE4031"),
            ("--1", "IE4031"),
            ("1.2.", "IE4034"),
            ("x" * 101, "IE4031"),
            ("12,5", "IE4034"),
            ("1,234", "IE4034"),
            ("１，２３４", "IE4034"),
            ("1.234.567", "IE4034"),
            ("1 234", "IE4034"),
            ("1'234", "IE4034"),
            ("1e3", "IE4036"),
            ("1.2E+05", "IE4036"),
            ("12 %", "IE4035"),
            ("12%", "IE4035"),
            (True, "IE4032"),
            (False, "IE4032"),
            (float("nan"), "IE4033"),
            (Decimal("NaN"), "IE4033"),
            (Decimal("sNaN"), "IE4033"),
            (float("inf"), "IE4050"),
            (Decimal("-Infinity"), "IE4050"),
            ([1], "IE4038"),
            (1j, "IE4038"),
            (b"1", "IE4038"),
            (date(2026, 3, 1), "IE4038"),
            pytest.param(Hostile(), "IE4045", id="hostile"),
        ],
    )
    def test_it_is_refused_with_its_reason(self, value: object, code: str) -> None:
        problem = refused(HANDLED, value)

        assert problem.code == code
        assert all(said(problem))

    def test_the_message_tells_whose_value_in_which_column_it_is(self) -> None:
        problem = refused(WAIT, "12,5")

        assert problem.message() == (
            "`wait_minutes` of agent `A1` for 2026-03 is `12,5`, and it is not certain which number that is"
        )
        assert problem.message("zh") == "客服 `A1` 2026-03 的 `wait_minutes` 为 `12,5`，无法确定是哪个数字"


class TestEmptyCells:
    @pytest.mark.parametrize("value", [None, "", "  ", "\t", "\u3000", "\xa0"])
    @pytest.mark.parametrize("of", [HANDLED, CSAT, TEAM, LEVEL, HIRED, BREACH])
    def test_an_empty_cell_is_unknown_unless_the_ruleset_says_otherwise(
        self, of: InputField, value: object
    ) -> None:
        found = snapshot(of, value)

        assert found.row == (None,)
        assert found.notes == ()

    def test_an_empty_cell_takes_the_value_that_the_ruleset_gives_and_says_so(self) -> None:
        assert taken(LATE, "") == 0
        assert note(LATE, "") == Note("IE4103", "late", "", "0")

    @pytest.mark.parametrize(
        ("of", "written"),
        [
            (field("csat", RATIO, 4, missing=8000), "0.8000"),
            (field("wait", WAIT.type, 1, missing=300), "30.0 s"),
            (field("team", TEAM.type, missing=text_number("夜班")), "夜班"),
            (field("level", LEVEL.type, missing=1), "senior"),
            (field("hired", HIRED.type, missing=date(2020, 1, 1).toordinal()), "2020-01-01"),
            (field("breach", BREACH.type, missing=False), "false"),
            (field("breach", BREACH.type, missing=True), "true"),
        ],
    )
    def test_the_note_has_the_value_as_it_is_written(self, of: InputField, written: str) -> None:
        assert taken(of, None) == of.missing
        assert note(of, None).taken == written

    def test_that_nobody_has_left_is_not_worth_a_note(self) -> None:
        found = snapshot(LEFT, "")

        assert found.row == (date.max.toordinal(),)
        assert found.notes == ()

    def test_an_empty_cell_is_refused_where_the_ruleset_says_that_it_is_an_error(self) -> None:
        problem = refused(field("csat", RATIO, 4, required=True), " ")

        assert problem.code == "IE4030"
        assert problem.message() == (
            "`csat` of agent `A1` for 2026-03 is empty, and the ruleset says that it must not be"
        )


class TestTexts:
    def test_a_text_is_the_number_that_stands_for_it(self) -> None:
        assert taken(TEAM, "夜班 A") == text_number("夜班 A")

    @pytest.mark.parametrize("value", [" blue ", "blue\u3000", Name("blue")])
    def test_space_around_a_text_does_not_count(self, value: object) -> None:
        assert taken(TEAM, value) == text_number("blue")

    def test_space_and_joiners_inside_a_text_count(self) -> None:
        assert taken(TEAM, "张\u3000三") == text_number("张\u3000三")
        assert taken(TEAM, "می\u200cروم") == text_number("می\u200cروم")

    def test_a_whole_number_is_a_text(self) -> None:
        assert taken(TEAM, 12) == text_number("12")

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            (12.0, "IE4046"),
            (True, "IE4046"),
            (["blue"], "IE4046"),
            ("x" * 1001, "IE4047"),
            ("bl\u200bue", "IE4023"),
            ("bl\nue", "IE4023"),
            pytest.param("bl\ud800ue", "IE4023", id="half a character"),
        ],
    )
    def test_what_is_no_plain_text_is_refused(self, value: object, code: str) -> None:
        assert refused(TEAM, value).code == code

    def test_an_invisible_character_is_shown(self) -> None:
        problem = refused(TEAM, "bl\u200bue")

        assert problem.message() == (
            "`team` of agent `A1` for 2026-03 is `bl\\u200bue` and has the invisible character U+200B in it"
        )


class TestChoices:
    @pytest.mark.parametrize("value", ["senior", " senior "])
    def test_an_option_is_its_place_among_the_options(self, value: str) -> None:
        assert taken(LEVEL, value) == 1

    def test_an_unknown_option_is_refused_with_the_most_similar_one(self) -> None:
        problem = refused(LEVEL, "senoir")

        assert problem.code == "IE4049"
        assert problem.hint() == "did you mean `senior`? the options are: `junior`, `senior`, `lead`"
        assert problem.hint("zh") == "是否想写 `senior`？可选值：`junior`, `senior`, `lead`"

    def test_an_option_that_is_like_none_is_refused_with_all(self) -> None:
        assert refused(LEVEL, "主管").hint() == "the options are: `junior`, `senior`, `lead`"


class TestDates:
    @pytest.mark.parametrize(
        "value",
        [
            "2024-02-29",
            " 2024-02-29",
            "２０２４－０２－２９",
            date(2024, 2, 29),
            datetime(2024, 2, 29, 17, 30),  # noqa: DTZ001 -- it is about those without a time zone
        ],
    )
    def test_a_day_is_its_number_in_the_calendar(self, value: object) -> None:
        assert taken(HIRED, value) == date(2024, 2, 29).toordinal()

    @pytest.mark.parametrize(
        "value", ["2024/2/29", "2024年2月29日", "20240229", "2024-2-29", "2024-02-29 00:00:00"]
    )
    def test_another_way_of_writing_a_day_is_refused_with_the_right_one(self, value: str) -> None:
        problem = refused(HIRED, value)

        assert problem.code == "IE4042"
        assert problem.hint().startswith("did you mean `2024-02-29`? ")

    @pytest.mark.parametrize(
        "value", ["2023-02-29", "2023-02-00", "2024-W09-4", "02/03/2024", "yesterday", 45351, 4.5, [], True]
    )
    def test_what_is_no_day_of_the_calendar_is_refused(self, value: object) -> None:
        problem = refused(HIRED, value)

        assert problem.code == "IE4042"
        assert problem.hint().startswith("a spreadsheet keeps")

    def test_a_time_with_a_time_zone_is_no_day(self) -> None:
        assert refused(HIRED, datetime(2024, 2, 29, tzinfo=UTC)).code == "IE4043"

    def test_the_mark_for_a_missing_date_is_refused(self) -> None:
        problem = refused(HIRED, Missing(1, 1, 1))

        assert problem.code == "IE4033"
        assert problem.values["value"] == "NaT"


class TestFlags:
    @pytest.mark.parametrize("value", [True, "true", "TRUE", "yes", "Yes", "是", 1, "1", "１"])
    def test_yes_in_any_form_is_true(self, value: object) -> None:
        assert taken(BREACH, value) is True

    @pytest.mark.parametrize("value", [False, "false", "no", "NO", "否", 0, "0"])
    def test_no_in_any_form_is_false(self, value: object) -> None:
        assert taken(BREACH, value) is False

    @pytest.mark.parametrize("value", [2, 1.0, "x", "ja", [], date(2026, 3, 1)])
    def test_anything_else_is_refused(self, value: object) -> None:
        assert refused(BREACH, value).code == "IE4044"


class TestAgents:
    @pytest.mark.parametrize("value", ["A1", " A1 ", "A1\u3000", Name("A1")])
    def test_space_around_an_id_does_not_count(self, value: object) -> None:
        found = intake([]).read({"agent_id": value, "month": "2026-03"})

        assert isinstance(found, Snapshot)
        assert found.agent == "A1"
        assert type(found.agent) is str

    def test_a_whole_number_is_an_id(self) -> None:
        found = intake([]).read({"agent_id": 1001, "month": "2026-03"})

        assert isinstance(found, Snapshot)
        assert found.agent == "1001"

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("", "IE4021"),
            (" ", "IE4021"),
            (None, "IE4021"),
            (1001.0, "IE4046"),
            ("A\u200b1", "IE4023"),
            (True, "IE4046"),
        ],
    )
    def test_what_names_no_agent_is_refused(self, value: object, code: str) -> None:
        problem = key_problem(agent=value)

        assert problem.code == code
        assert all(said(problem))

    def test_other_problems_of_a_row_without_an_agent_are_told_as_well(self) -> None:
        found = intake([HANDLED]).read({"agent_id": "", "month": "2026-03", "handled": "many"})

        assert not isinstance(found, Snapshot)
        assert [problem.code for problem in found] == ["IE4021", "IE4031"]
        assert found[1].message() == "`handled` of agent `?` for 2026-03 is `many`, which is not a number"


class TestPeriods:
    @pytest.mark.parametrize(
        ("cadence", "value", "start"),
        [
            (Cadence.MONTH, "2026-03", date(2026, 3, 1)),
            (Cadence.MONTH, " ２０２６－０３ ", date(2026, 3, 1)),
            (Cadence.MONTH, date(2026, 3, 17), date(2026, 3, 1)),
            (Cadence.MONTH, datetime(2026, 3, 17, 9), date(2026, 3, 1)),  # noqa: DTZ001 -- none is needed
            (Cadence.QUARTER, "2026-Q2", date(2026, 4, 1)),
            (Cadence.YEAR, "2026", date(2026, 1, 1)),
            (Cadence.YEAR, 2026, date(2026, 1, 1)),
            (Cadence.WEEK, "2026-W11", date(2026, 3, 9)),
            (Cadence.DAY, "2026-03-08", date(2026, 3, 8)),
            (Cadence.EVENT, "2026-03-08", date(2026, 3, 8)),
        ],
    )
    def test_a_period_is_of_the_kind_of_the_ruleset(
        self, cadence: Cadence, value: object, start: date
    ) -> None:
        found = intake([], cadence=cadence).read({"agent_id": "A1", "month": value})

        assert isinstance(found, Snapshot)
        assert found.period.start == start
        assert found.period.cadence is cadence

    def test_rows_of_the_same_period_share_it(self) -> None:
        reading = intake([])
        found = [
            reading.read({"agent_id": "A1", "month": value})
            for value in ("2026-03", " 2026-03", date(2026, 3, 5), "2026-03")
        ]

        periods = [each.period for each in found if isinstance(each, Snapshot)]
        assert len(periods) == 4
        assert all(period is periods[0] for period in periods)

    @pytest.mark.parametrize(
        ("cadence", "value", "meant"),
        [
            (Cadence.MONTH, "2026/3", "2026-03"),
            (Cadence.MONTH, "2026/3/1", "2026-03"),
            (Cadence.MONTH, "2026-03-08", "2026-03"),
            (Cadence.MONTH, "2026年3月", "2026-03"),
            (Cadence.MONTH, 202603, "2026-03"),
            (Cadence.MONTH, "20260308", "2026-03"),
            (Cadence.QUARTER, "2026Q1", "2026-Q1"),
            (Cadence.QUARTER, "2026年第1季度", "2026-Q1"),
            (Cadence.WEEK, "2026W9", "2026-W09"),
            (Cadence.YEAR, "2026年", "2026"),
            (Cadence.DAY, "2026.3.8", "2026-03-08"),
        ],
    )
    def test_another_way_of_writing_a_period_is_refused_with_the_right_one(
        self, cadence: Cadence, value: object, meant: str
    ) -> None:
        problem = key_problem(month=value, cadence=cadence)

        assert problem.code == "IE4025"
        assert problem.hint().startswith(f"did you mean `{meant}`? ")
        assert problem.hint("zh").startswith(f"是否想写 `{meant}`？")

    @pytest.mark.parametrize(
        ("cadence", "value"),
        [
            (Cadence.QUARTER, "2026-03"),  # March, and not the third quarter
            (Cadence.WEEK, "2026-03"),
            (Cadence.MONTH, "2026-Q3"),
            (Cadence.MONTH, "2026年3周"),
            (Cadence.YEAR, "2026-Q3"),
        ],
    )
    def test_a_period_of_another_kind_is_refused_without_a_guess(self, cadence: Cadence, value: str) -> None:
        problem = key_problem(month=value, cadence=cadence)

        assert problem.code == "IE4025"
        assert problem.hint().startswith("a spreadsheet keeps")

    @pytest.mark.parametrize("value", ["Mar-26", "2026-13", "March", "Q1 2026", "46082"])
    def test_what_could_be_any_period_is_refused_without_a_guess(self, value: str) -> None:
        problem = key_problem(month=value)

        assert problem.code == "IE4025"
        assert (
            problem.message() == f"`month` of agent `A1` is `{value}`, and a period is written like `2026-03`"
        )
        assert problem.hint().startswith("a spreadsheet keeps")

    def test_a_week_beyond_the_calendar_is_refused(self) -> None:
        assert key_problem(month=date.max, cadence=Cadence.WEEK).code == "IE4025"

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            (None, "IE4024"),
            (" ", "IE4024"),
            (2026.0, "IE4046"),
            (datetime(2026, 3, 1, tzinfo=UTC), "IE4043"),
            ([], "IE4046"),
            pytest.param(Hostile(), "IE4045", id="hostile"),
        ],
    )
    def test_what_is_no_period_is_refused(self, value: object, code: str) -> None:
        problem = key_problem(month=value)

        assert problem.code == code
        assert all(said(problem))

    @pytest.mark.parametrize(
        ("effective", "first", "last"),
        [
            (DateRange(date(2026, 4, 1), date(2026, 12, 31)), "2026-04-01", "2026-12-31"),
            (DateRange(None, date(2026, 2, 28)), "…", "2026-02-28"),
            (DateRange(date(2026, 3, 2), None), "2026-03-02", "…"),  # the first of March is missing
        ],
    )
    def test_a_period_outside_the_rulesets_time_is_refused(
        self, effective: DateRange, first: str, last: str
    ) -> None:
        found = intake([], effective=effective).read({"agent_id": "A1", "month": "2026-03"})

        assert not isinstance(found, Snapshot)
        (problem,) = found
        assert problem.code == "IE4026"
        assert problem.message() == (
            f"`month` of agent `A1` is `2026-03`, and the ruleset is in effect from {first} to {last}"
        )

    def test_a_period_in_the_rulesets_time_is_taken(self) -> None:
        reading = intake([], effective=DateRange(date(2026, 3, 1), date(2026, 3, 31)))

        assert isinstance(reading.read({"agent_id": "A1", "month": "2026-03"}), Snapshot)


ROW: dict[str, object] = {"agent_id": "A1", "month": "2026-03", "handled": 12, "level": "lead"}


@dataclass
class DataclassRow:
    agent_id: str = "A1"
    month: str = "2026-03"
    handled: int = 12
    level: str = "lead"


class ModelRow(BaseModel):
    agent_id: str = "A1"
    month: str = "2026-03"
    handled: int = 12
    level: str = "lead"


class TupleRow(NamedTuple):
    agent_id: str = "A1"
    month: str = "2026-03"
    handled: int = 12
    level: str = "lead"


def database_row() -> object:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    found: object = connection.execute(
        "select 'A1' as agent_id, '2026-03' as month, 12 as handled, 'lead' as level, 1 as other"
    ).fetchone()
    connection.close()
    return found


class TestRecords:
    @pytest.mark.parametrize(
        "record",
        [
            ROW,
            UserDict(ROW),
            defaultdict(str, ROW),
            DataclassRow(),
            ModelRow(),
            TupleRow(),
            database_row(),
        ],
        ids=lambda record: type(record).__name__,
    )
    def test_any_kind_of_row_is_read_by_its_columns(self, record: object) -> None:
        found = intake([HANDLED, LEVEL]).read(record)

        assert found == Snapshot("A1", MARCH, (12, 2), ())

    def test_the_row_comes_in_the_order_of_the_program_without_what_it_does_not_read(self) -> None:
        reading = intake([HANDLED, LEVEL, TEAM], input_names=["level", "handled"])
        found = reading.read(ROW | {"team": "blue"})

        assert isinstance(found, Snapshot)
        assert found.row == (2, 12)

    def test_a_field_that_the_program_does_not_read_is_checked_all_the_same(self) -> None:
        found = intake([HANDLED, LEVEL], input_names=["level"]).read(ROW | {"handled": "many"})

        assert not isinstance(found, Snapshot)
        assert [problem.code for problem in found] == ["IE4031"]

    def test_a_field_that_the_program_does_not_read_is_found_in_any_kind_of_row(self) -> None:
        reading = intake([HANDLED, LEVEL], input_names=["level"])

        assert reading.read(DataclassRow()) == Snapshot("A1", MARCH, (2,), ())

    def test_a_program_without_inputs_has_an_empty_row(self) -> None:
        found = intake([]).read(ROW)

        assert found == Snapshot("A1", MARCH, (), ())

    def test_an_input_without_a_field_is_refused_when_the_intake_is_made(self) -> None:
        with pytest.raises(KeyError, match="other"):
            intake([HANDLED], input_names=["handled", "other"])

    def test_two_fields_may_be_read_from_one_column(self) -> None:
        twice = [HANDLED, field("handled_money", MONEY, 2, column="handled")]

        found = intake(twice).read(ROW)

        assert isinstance(found, Snapshot)
        assert found.row == (12, 1200)

    def test_a_defaultdict_is_not_filled(self) -> None:
        record = defaultdict(str, ROW)

        found = intake([HANDLED, TEAM]).read(record)

        assert not isinstance(found, Snapshot)
        assert [problem.code for problem in found] == ["IE4020"]
        assert "team" not in record

    def test_an_absent_column_is_a_problem_even_where_empty_cells_have_a_value(self) -> None:
        found = intake([LATE, LEVEL]).read(ROW | {"latte": 1, 5: "no name"})

        assert not isinstance(found, Snapshot)
        (problem,) = found
        assert problem.code == "IE4020"
        assert problem.message() == "the row of agent `A1` for 2026-03 has no `late`"
        assert problem.hint().startswith("did you mean `latte`? ")

    def test_the_whole_of_a_rows_problems_are_told_at_once(self) -> None:
        found = intake([HANDLED, LEVEL, CSAT]).read(
            {"month": "2026/3", "handled": "12,5", "level": "led", "csat": 85}
        )

        assert not isinstance(found, Snapshot)
        assert [problem.code for problem in found] == ["IE4020", "IE4025", "IE4034", "IE4049", "IE4041"]
        assert all(text for problem in found for text in said(problem))

    @pytest.mark.parametrize(
        "record", [None, 5, "row", ["row"], (), object(), pytest.param(Hostile(), id="hostile")]
    )
    def test_what_is_no_row_is_refused(self, record: object) -> None:
        found = intake([HANDLED]).read(record)

        assert not isinstance(found, Snapshot)
        (problem,) = found
        assert problem.code == "IE4028"
        assert all(said(problem))

    def test_columns_may_have_any_name(self) -> None:
        odd = field("handled", HANDLED.type, column="接起 {量}\n'\"; import os")

        assert snapshot(odd, 5).row == (5,)

    def test_a_snapshot_is_a_plain_value(self) -> None:
        assert snapshot(HANDLED, 3) == snapshot(HANDLED, 3)
        assert snapshot(HANDLED, 3) != snapshot(HANDLED, 4)


def rows(*keys: tuple[object, object, object]) -> list[dict[str, object]]:
    return [{"agent_id": agent, "month": month, "handled": handled} for agent, month, handled in keys]


def table(population: Population) -> dict[str, dict[str, tuple[object, ...]]]:
    return {
        str(period): {agent: each.row for agent, each in agents.items()}
        for period, agents in population.snapshots.items()
    }


class TestPopulations:
    def test_rows_are_gathered_by_period_and_agent_in_their_order(self) -> None:
        found = intake([HANDLED]).read_all(
            rows(("A2", "2026-04", 4), ("A1", "2026-03", 1), ("A1", "2026-04", 3), ("A3", "2026-03", 2))
        )

        assert table(found) == {"2026-03": {"A1": (1,), "A3": (2,)}, "2026-04": {"A1": (3,), "A2": (4,)}}
        assert list(table(found)) == ["2026-03", "2026-04"]
        assert [list(agents) for agents in table(found).values()] == [["A1", "A3"], ["A1", "A2"]]
        assert found.problems == ()

    def test_a_bad_row_leaves_the_others_alone(self) -> None:
        found = intake([HANDLED]).read_all(
            rows(("A1", "2026-03", 1), ("A2", "2026-03", "x"), ("A3", "2026-03", 3), ("A4", "2026-05", "y"))
        )

        assert table(found) == {"2026-03": {"A1": (1,), "A3": (3,)}}
        assert [(each.row, each.problem.code) for each in found.problems] == [(2, "IE4031"), (4, "IE4031")]
        assert str(found.problems[0]).startswith("2: error IE4031: `handled` of agent `A2`")
        assert found.problems[0].message().startswith("row 2: `handled` of agent `A2`")
        assert found.problems[0].message("zh").startswith("第 2 行：客服 `A2` 2026-03 的 `handled`")

    def test_all_rows_of_one_agent_and_period_are_rejected(self) -> None:
        found = intake([HANDLED]).read_all(
            rows(
                ("A1", "2026-03", 1), ("A2", "2026-03", 2), ("A1 ", "2026-03", 1), ("A1", date(2026, 3, 9), 5)
            )
        )

        assert table(found) == {"2026-03": {"A2": (2,)}}
        assert [(each.row, each.problem.code) for each in found.problems] == [
            (1, "IE4027"),
            (3, "IE4027"),
            (4, "IE4027"),
        ]
        assert found.problems[1].message() == (
            "row 3: agent `A1` has further rows for 2026-03 (row 1, 4); none of them is taken"
        )
        assert all(said(found.problems[1].problem))

    def test_a_second_row_rejects_the_first_though_it_has_a_problem_itself(self) -> None:
        found = intake([HANDLED]).read_all(
            rows(("A1", "2026-03", "x"), ("A1", "2026-03", 2), ("A2", "2026-03", 2), ("A2", "2026-03", "x"))
        )

        assert found.snapshots == {}
        assert [(each.row, each.problem.code) for each in found.problems] == [
            (1, "IE4031"),
            (1, "IE4027"),
            (2, "IE4027"),
            (3, "IE4027"),
            (4, "IE4031"),
            (4, "IE4027"),
        ]

    def test_rows_without_agent_or_period_belong_to_nobody(self) -> None:
        found = intake([HANDLED]).read_all(
            rows(("", "2026-03", 1), ("", "2026-03", 1), ("A1", "", 1), ("A1", "", 1))
        )

        assert found.snapshots == {}
        assert [each.problem.code for each in found.problems] == ["IE4021", "IE4021", "IE4024", "IE4024"]

    def test_the_same_agent_may_have_rows_for_several_periods_in_any_order(self) -> None:
        found = intake([HANDLED]).read_all(
            rows(("A1", "2026-03", 1), ("A1", "2026-04", 2), ("A2", "2026-03", 3), ("A2", "2026-04", 4))
        )

        assert table(found) == {"2026-03": {"A1": (1,), "A2": (3,)}, "2026-04": {"A1": (2,), "A2": (4,)}}

    def test_a_column_that_a_table_lacks_is_one_problem_for_all_rows(self) -> None:
        records = [Record(2, {"agent_id": "A1"}), Record(3, {"agent_id": "A2"})]
        found = intake([HANDLED]).read_all(
            Records(lambda: iter(records), file="march.csv", columns=("agent_id", "handeld", "month"))
        )

        assert found.snapshots == {}
        (problem,) = found.problems
        assert problem.row is None
        assert str(problem) == "march.csv: error IE4014: the table has no column `handled`"
        assert problem.message() == "the table has no column `handled`"
        assert problem.problem.hint().startswith(
            "did you mean `handeld`? the columns are: `agent_id`, `handeld`, `month`; "
        )
        assert all(said(problem.problem))

    def test_what_columns_a_table_has_is_told_with_the_first_that_it_lacks(self) -> None:
        records = Records(lambda: iter([Record(2, {})]), file="march.csv", columns=("handeld",))
        found = intake([HANDLED]).read_all(records)

        hints = [problem.problem.hint() for problem in found.problems]
        assert hints[0].startswith("the columns are: `handeld`; add the missing one")
        again = "add it as well, or name another with `column:` in the ruleset"
        assert hints[1:] == [again, f"did you mean `handeld`? {again}"]

    def test_a_row_that_could_not_be_read_is_told_with_the_others(self) -> None:
        broken = Problem("IE4010")
        records = [Record(1, None, broken), *from_records(rows(("A1", "2026-03", 1)))]
        found = intake([HANDLED]).read_all(Records(lambda: iter(records), file="march.jsonl"))

        assert found.problems == (RowProblem(broken, "march.jsonl", 1),)
        assert table(found) == {"2026-03": {"A1": (1,)}}

    def test_a_warning_about_the_whole_keeps_nobody_from_being_read(self) -> None:
        warning = Problem("IE4003", {"file": "march.csv"})
        records = from_records(rows(("A1", "2026-03", 1)))
        found = intake([HANDLED]).read_all(
            Records(lambda: iter(records), file="march.csv", problems=(warning,))
        )

        assert found.problems == (RowProblem(warning, "march.csv"),)
        assert table(found) == {"2026-03": {"A1": (1,)}}

    def test_a_problem_is_plain_values_for_another_program(self) -> None:
        records = [Record(7, row) for row in rows(("A1", "2026-03", "x"))]
        found = intake([HANDLED]).read_all(Records(lambda: iter(records), file="march.csv"))

        assert found.problems[0].to_dict() == {
            "code": "IE4031",
            "severity": "error",
            "file": "march.csv",
            "row": 7,
            "agent": "A1",
            "period": "2026-03",
            "column": "handled",
            "value": "x",
            "message": "`handled` of agent `A1` for 2026-03 is `x`, which is not a number",
            "hint": (
                "write only the number, like `12.5`, without a unit or currency; where there is no value,"
                " leave the cell empty"
            ),
        }
        assert RowProblem(Problem("IE4010")).to_dict("zh")["agent"] == ""
        assert str(RowProblem(Problem("IE4010"))).startswith("error IE4010: ")


class TestWhatIsShown:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (True, "true"),
            (False, "false"),
            ("A1", "A1"),
            ("张\u3000三", "张\u3000三"),
            ("a\x00b", "a\\u0000b"),
            pytest.param("\ud800", "\\ud800", id="half a character"),
            ("x" * 60, "x" * 60),
            ("x" * 61, "x" * 60 + "…"),
            (0.1, "0.1"),
            (Rate(0.1), "0.1"),
            (12, "12"),
            (2**1000, "0x1" + "0" * 57 + "…"),
            (Fraction(1, 3), "1/3"),
            (Decimal("1.50"), "1.50"),
            (date(2026, 3, 8), "2026-03-08"),
            (Share.HALF, "0.5"),
            ([1, 2], "list"),
            pytest.param(Hostile(), "Hostile", id="hostile"),
        ],
    )
    def test_a_value_is_shown_short_and_with_nothing_invisible(self, value: object, text: str) -> None:
        assert shown(value) == text


def test_every_code_in_the_catalogue_of_data_problems_is_used_and_every_code_used_is_in_it() -> None:
    package = Path(str(resources.files("incentive_engine")))
    files = [*package.glob("evaluate/**/*.py"), package / "engine.py"]
    used = {code for file in files for code in re.findall(r"IE40\d\d", file.read_text("utf-8"))}

    assert used == {code for code in known_codes() if code.startswith("IE40")}
