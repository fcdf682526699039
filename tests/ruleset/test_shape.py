"""The short forms of a ruleset's sections, and what each section may hold."""

from __future__ import annotations

from datetime import date

import pytest

from incentive_engine.ruleset.period import DateRange
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.shape import RulesetShape
from incentive_engine.ruleset.text import Scalar, read_yaml
from incentive_engine.ruleset.validation import validated

HEAD = """\
language: 1
ruleset: trial
version: 2026.10
currency: CNY
period: month
snapshot: {agent: agent_id, period: month}
"""


def shape(text: str = "") -> RulesetShape:
    """Return the shape of a header and what follows."""
    root, _ = read_yaml(HEAD + text, "t.yaml")
    assert root is not None
    found, faults = validated(RulesetShape, root, root)
    assert found is not None, [str(fault.problem) for fault in faults]
    return found


def codes(text: str) -> list[str]:
    """Return the codes of what is wrong."""
    root, _ = read_yaml(HEAD + text, "t.yaml")
    assert root is not None
    _, faults = validated(RulesetShape, root, root)
    return [fault.problem.code for fault in faults if isinstance(fault.problem, Problem)]


def test_the_header_is_read_as_it_is_written() -> None:
    found = shape()
    assert (found.language, found.ruleset, found.version, found.currency) == ("1", "trial", "2026.10", "CNY")
    assert (found.period, found.snapshot.agent, found.snapshot.period) == ("month", "agent_id", "month")


def test_what_is_not_said_has_its_default() -> None:
    found = shape()
    assert (found.rounding, found.total.floor, found.total.carry_rest) == ("half_up", None, False)
    assert found.effective.days == DateRange()
    sections = (found.metrics, found.attributes, found.parameters, found.formulas, found.seasons)
    assert not any(sections)


def test_days_are_a_range_with_both_ends() -> None:
    days = shape("effective: {from: 2026-01-01, until: 2026-12-31}").effective.days
    assert days == DateRange(date(2026, 1, 1), date(2026, 12, 31))


class TestShortForms:
    def test_a_metric_may_be_its_type_alone(self) -> None:
        assert shape("metrics: {x: count}").metrics[_key("x")].type == "count"

    def test_an_attribute_may_be_its_type_or_its_options_alone(self) -> None:
        found = shape("attributes: {team: text, level: [junior, senior]}").attributes
        assert found[_key("team")].type == "text"
        assert (found[_key("level")].type, found[_key("level")].options) == ("choice", ("junior", "senior"))

    def test_a_parameter_may_be_a_value_a_choice_or_a_list_of_cases(self) -> None:
        found = shape(
            "parameters: {a: 5 min, b: {by: level, junior: 1}, c: [{value: 1}], d: {value: 1, places: 2}}"
        )
        parameters = found.parameters
        assert parameters[_key("a")].value == "5 min"
        assert getattr(parameters[_key("b")].value, "by", None) == "level"
        assert [case.value for case in parameters[_key("c")].cases] == ["1"]
        assert (parameters[_key("d")].value, parameters[_key("d")].places) == ("1", 2)

    def test_a_title_and_places_may_stand_beside_the_options_of_a_choice(self) -> None:
        written = "{by: level, junior: 1, title: {en: Goal, zh: 目标}, places: 2, note: why}"
        found = shape(f"parameters: {{a: {written}}}").parameters[_key("a")]
        assert found.title is not None
        assert (found.title.zh, found.places) == ("目标", 2)
        assert getattr(found.value, "values", None) == {"junior": "1"}

    def test_an_option_called_title_takes_the_long_form(self) -> None:
        found = shape("parameters: {a: {value: {by: part, title: 1, note: 2}}}").parameters[_key("a")]
        assert found.title is None
        assert getattr(found.value, "values", None) == {"title": "1", "note": "2"}

    def test_cases_may_stand_in_the_long_form(self) -> None:
        found = shape("parameters: {a: {places: 2, cases: [{until: 2026-03-31, value: 1}, {value: 2}]}}")
        assert [case.value for case in found.parameters[_key("a")].cases] == ["1", "2"]

    @pytest.mark.parametrize("text", ["{places: 2}", "{value: 1, cases: [{value: 2}]}"])
    def test_a_definition_has_a_value_or_cases(self, text: str) -> None:
        assert codes(f"parameters: {{a: {text}}}") == ["IE1114"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics: {x: text}", ["IE1103"]),
        ("metrics: {x: [a]}", ["IE1104"]),
        ("metrics: {x: {range: [1], type: count}}", ["IE1106"]),
        ("metrics: {x: {range: [1, 2, 3], type: count}}", ["IE1106"]),
        ("metrics: {x: {range: 5, type: count}}", ["IE1105"]),
        ("attributes: {x: {type: text, better: higher}}", ["IE1102"]),
        ("seasons: {x: 11-01}", ["IE1104"]),
        ("parameters: {x: [5]}", ["IE1104"]),
        ("parameters: [5]", ["IE1104"]),
        ("rounding: [up]", ["IE1107"]),
        ("total: 5", ["IE1104"]),
        ("effective: {from_: 2026-01-01}", ["IE1102"]),
        ("parameters: {x: []}", ["IE1106"]),
    ],
)
def test_what_does_not_fit_is_reported(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def _key(name: str) -> Scalar:
    return Scalar(name, Span("t.yaml", 1, 1, 1, 1))
