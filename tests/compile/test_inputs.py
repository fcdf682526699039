"""Metrics and attributes: how each is read from the data, and what can be wrong with its declaration."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from incentive_engine.compile.policy import InputField
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import text_number
from incentive_engine.ruleset.fields import Title
from tests.compile.policies import Given, Known, decide, message, policy_of, problems

HEAD = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
"""
RULES = "rules: [{id: p, kind: probe, number: 1}]\n"


def metric(text: str) -> str:
    """Return a ruleset with one metric `x` in line 7."""
    return f"{HEAD}metrics: {{x: {text}}}\n{RULES}"


def attribute(text: str) -> str:
    """Return a ruleset with one attribute `x` in line 7."""
    return f"{HEAD}attributes: {{x: {text}}}\n{RULES}"


def field(text: str) -> InputField:
    """Return the one field of a ruleset."""
    (found,) = policy_of(text).fields
    return found


class TestTypes:
    @pytest.mark.parametrize(
        ("kind", "places", "lowest", "highest"),
        [
            ("count", 0, 0, None),
            ("number", 4, None, None),
            ("ratio", 4, 0, 1),
            ("money", 2, None, None),
            ("duration", 1, 0, None),
            ("boolean", 0, None, None),
        ],
    )
    def test_a_type_has_its_places_and_its_range(
        self, kind: str, places: int, lowest: int | None, highest: int | None
    ) -> None:
        for found in (field(metric(kind)), field(attribute(kind))):
            assert found.type.name == kind
            assert found.places == places
            assert [found.lowest, found.highest] == [lowest, highest]

    def test_money_has_the_places_of_the_currency(self) -> None:
        assert field(metric("money").replace("CNY", "JPY")).places == 0
        assert field(metric("money").replace("CNY", "KWD")).places == 3

    def test_a_choice_is_the_index_of_its_option(self) -> None:
        found = field(attribute("[junior, senior, lead]"))
        assert found.type.options == ("junior", "senior", "lead")
        assert [found.places, found.lowest, found.highest] == [0, 0, 2]
        assert field(attribute("{type: choice, options: [yes, no]}")).type.options == ("yes", "no")

    def test_text_and_date_have_no_range(self) -> None:
        for kind in ("text", "date"):
            assert (field(attribute(kind)).lowest, field(attribute(kind)).highest) == (None, None)

    def test_metrics_are_told_from_attributes(self) -> None:
        assert field(metric("count")).metric
        assert not field(attribute("count")).metric

    def test_what_is_said_of_a_field_stands_in_it(self) -> None:
        found = field(
            metric(
                "{type: duration, better: lower, unit: min, column: first, places: 2, rounding: down,"
                " strict: yes, missing: error, title: {en: First, zh: 首次}}"
            )
        )
        assert found.column == "first"
        assert found.scale == 60
        assert found.places == 2
        assert found.rounding is Rounding.DOWN
        assert (found.strict, found.required, found.better) == (True, True, "lower")
        assert found.title == Title("First", "首次")

    def test_what_is_not_said_has_its_default(self) -> None:
        found = field(metric("duration").replace("version", "rounding: up\nversion"))
        assert found.column == "x"
        assert found.scale == 1
        assert found.rounding is Rounding.UP
        assert (found.strict, found.required, found.missing, found.better) == (False, False, None, None)
        assert found.title == Title("x", "x")


class TestRange:
    def test_it_is_in_the_unit_of_the_type(self) -> None:
        assert (field(metric("{type: duration, range: [0, 30 min]}")).highest) == 1800
        found = field(metric("{type: ratio, range: [10%, 1.2]}"))
        assert (found.lowest, found.highest) == (Fraction(1, 10), Fraction(6, 5))
        assert field(metric("{type: money, range: [0, 100 CNY]}")).highest == 100

    def test_upside_down_it_is_reported(self) -> None:
        text = metric("{type: count, range: [50, 10]}")
        assert problems(text) == ["IE3006 7 `50`"]
        assert message(text).startswith("this range goes from `50` down to `10`")

    def test_what_is_no_number_of_the_type_is_reported(self) -> None:
        text = metric("{type: duration, range: [0, 30]}")
        assert problems(text) == ["IE3001 7 `30`"]
        assert message(text).startswith("`30` is not a duration written out")
        assert problems(metric("{type: count, range: [0, 5 min]}")) == ["IE3001 7 `5 min`"]

    def test_what_depends_on_data_is_reported(self) -> None:
        text = f"{HEAD}metrics: {{y: count, x: {{type: count, range: [0, y]}}}}\n{RULES}"
        assert problems(text) == ["IE3001 7 `y`"]

    def test_a_formula_with_a_problem_is_reported_once(self) -> None:
        assert problems(metric("{type: count, range: [0, nonsense]}")) == ["IE2100 7 `nonsense`"]

    def test_a_parameter_may_stand_in_it(self) -> None:
        text = f"{HEAD}parameters: {{most: 500}}\nmetrics: {{x: {{type: count, range: [0, most]}}}}\n{RULES}"
        assert field(text).highest == 500

    @pytest.mark.parametrize(("lowest", "highest"), [("nonsense", "5"), ("5", "nonsense")])
    def test_one_faulty_end_makes_no_second_problem(self, lowest: str, highest: str) -> None:
        assert len(problems(metric(f"{{type: count, range: [{lowest}, {highest}]}}"))) == 1


class TestEmptyCells:
    @pytest.mark.parametrize(
        ("declared", "expected"),
        [
            ("{type: count, missing: 3}", 3),
            ("{type: number, missing: 2.5}", 25000),  # on the grid of 4 places
            ("{type: number, missing: 2.55, places: 1}", 26),  # half up to 2.6
            ("{type: number, missing: 2.55, places: 1, rounding: down}", 25),
            ("{type: ratio, missing: 85%}", 8500),
            ("{type: duration, missing: 2 min}", 1200),  # 120 s with one place
            ("{type: money, missing: 9.50 CNY}", 950),
            ("{type: boolean, missing: yes}", True),
            ("{type: boolean, missing: False}", False),
            ("{type: count, missing: unknown}", None),
            ("{type: count, missing: error}", None),
        ],
    )
    def test_they_count_as_what_the_ruleset_says(self, declared: str, expected: Known) -> None:
        assert field(metric(declared)).missing == expected

    @pytest.mark.parametrize(
        ("declared", "expected"),
        [
            ("{type: text, missing: T1}", text_number("T1")),
            ("{type: date, missing: 2026-01-31}", date(2026, 1, 31).toordinal()),
            ("{type: date, missing: never}", date.max.toordinal()),
            ("{type: choice, options: [A, B], missing: B}", 1),
        ],
    )
    def test_so_do_those_of_attributes(self, declared: str, expected: int) -> None:
        assert field(attribute(declared)).missing == expected

    @pytest.mark.parametrize(
        ("declared", "place"),
        [
            ("{type: date, missing: 31.1.2026}", "31.1.2026"),
            ("{type: boolean, missing: maybe}", "maybe"),
            ("{type: choice, options: [A, B], missing: C}", "C"),
        ],
    )
    def test_what_no_cell_could_hold_is_reported(self, declared: str, place: str) -> None:
        assert problems(attribute(declared)) == [f"IE3007 7 `{place}`"]

    def test_a_number_without_its_unit_is_reported(self) -> None:
        assert problems(metric("{type: duration, missing: 30}")) == ["IE3001 7 `30`"]

    @pytest.mark.parametrize(
        "declared", ["{type: count, range: [1, 5], missing: 0}", "{type: count, missing: -1}"]
    )
    def test_a_value_below_the_range_is_reported(self, declared: str) -> None:
        assert [each.split()[0] for each in problems(metric(declared))] == ["IE3008"]

    def test_a_value_above_the_range_is_reported(self) -> None:
        text = metric("{type: ratio, missing: 150%}")
        assert problems(text) == ["IE3008 7 `150%`"]
        assert message(text).startswith(
            "an empty cell of `x` would count as `150%`, which is outside of its range"
        )

    def test_an_open_range_holds_every_value(self) -> None:
        assert field(metric("{type: number, missing: -5}")).missing == -50000

    def test_an_empty_cell_is_what_the_evaluation_finds(self) -> None:
        text = metric("{type: count, missing: 7}").replace("number: 1", "number: x")
        assert decide(text).result("p", "number") == 7


class TestDeclarations:
    @pytest.mark.parametrize(
        ("declared", "field_name"),
        [
            ("{type: count, unit: min}", "unit"),
            ("{type: boolean, places: 2}", "places"),
            ("{type: boolean, rounding: up}", "rounding"),
            ("{type: boolean, range: [0, 1]}", "range"),
            ("{type: boolean, strict: yes}", "strict"),
        ],
    )
    def test_a_field_of_another_type_is_reported(self, declared: str, field_name: str) -> None:
        assert problems(metric(declared)) == ["IE3005 7 `x`"]
        assert message(metric(declared)).startswith(f"`{field_name}` says nothing of `x`, which is a")

    def test_options_without_a_choice_are_reported(self) -> None:
        assert message(attribute("{type: text, options: [A]}")) == (
            "`options` says nothing of `x`, which is a text"
            " / delete `options`, or correct the type; this field is for: choice"
        )

    def test_a_choice_without_options_is_reported_once(self) -> None:
        text = attribute("{type: choice, missing: A}").replace("number: 1", 'condition: x == "A"')
        assert problems(text) == ["IE3003 7 `x`"]

    def test_an_option_given_twice_is_reported(self) -> None:
        assert problems(attribute("[A, B, Ａ]")) == ["IE3004 7 `Ａ`"]

    def test_more_places_than_there_can_be_are_refused(self) -> None:
        assert problems(metric("{type: number, places: 999999999}")) == ["IE1116 7 `999999999`"]


class TestEnough:
    TEXT = HEAD + "metrics: {x: {type: ratio, enough: n >= 20}, n: count}\n"

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"x": "0.9", "n": 20}, True),
            ({"x": "0.9", "n": 19}, None),
            ({"x": "0.9"}, None),
            ({"n": 20}, None),
        ],
    )
    def test_a_metric_on_too_little_is_unknown(self, given: dict[str, Given], expected: Known) -> None:
        text = self.TEXT + "rules: [{id: p, kind: probe, condition: x > 0}]\n"
        assert decide(text, **given).result("p", "condition") is expected

    def test_a_flag_on_too_little_is_unknown(self) -> None:
        text = HEAD + "metrics: {ok: {type: boolean, enough: n >= 20}, n: count}\n"
        text += "rules: [{id: p, kind: probe, condition: ok}]"
        assert decide(text, ok=True, n=19).result("p", "condition") is None
        assert decide(text, ok=True, n=20).result("p", "condition") is True

    def test_it_is_told_whether_it_is_missing_or_thin(self) -> None:
        text = self.TEXT + "rules: [{id: p, kind: probe, number: x}]\n"
        assert decide(text, x="0.9", n=20).told("x") == ["x is 9/10."]
        assert decide(text, n=20).told("x") == ["x is missing."]
        assert decide(text, x="0.9", n=19).told("x") == [
            "x does not count, because `n >= 20` is not true.",
            "  n is 19.",
        ]

    def test_a_metric_that_asks_for_itself_is_a_cycle(self) -> None:
        text = f"{HEAD}metrics: {{x: {{type: ratio, enough: x > 0}}}}\n{RULES}"
        assert problems(text) == ["IE3023 7 `x`"]
        assert message(text).startswith("these depend on one another in a circle: x → x")

    def test_what_is_no_condition_is_reported(self) -> None:
        text = f"{HEAD}metrics: {{x: {{type: ratio, enough: n}}, n: count}}\n{RULES}"
        assert problems(text) == ["IE3030 7 `n`"]
        assert message(text).startswith("`n` is a count, where a condition is expected")
