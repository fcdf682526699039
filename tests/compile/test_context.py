"""What a rule kind is given to build its meaning with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar

import pytest

from incentive_engine.compile.ruleset import compile_text
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import Built, Context, MetricFacts, Rule
from incentive_engine.language.types import COUNT, RATIO
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem, Span
from tests.compile.policies import KINDS, message, number, problems

AT = Span("kind.py", 3, 4, 3, 8)


def probe(text: str) -> str:
    return f"rules:\n  - {{id: p, kind: probe, {text}}}\n"


class TestNumbers:
    @pytest.mark.parametrize(
        ("expect", "formula"),
        [
            ("money", "base_salary * 2"),
            ("money", "300"),
            ("money", "12.5 * handled"),  # a plain number passes for money
            ("ratio", "csat"),
            ("ratio", "handled"),  # counts, ratios and numbers are one dimension
            ("duration", "response + 5 min"),
            ("duration", "0"),
            ("money", "0"),
            ("number", "hours"),
        ],
    )
    def test_one_of_the_expected_type_is_taken(self, expect: str, formula: str) -> None:
        assert problems(probe(f"number: {formula}, expect: {expect}")) == []

    @pytest.mark.parametrize(
        ("expect", "formula", "kind"),
        [
            ("money", "response", "duration"),
            ("money", "base_salary / response", "money / duration"),
            ("ratio", "base_salary", "money"),
            ("duration", "5", "number"),
            ("number", "5 min", "duration"),
            ("money", "20%", "ratio"),  # a share of what?
            ("money", "csat", "ratio"),
            ("money", "csat > 90%", "boolean"),
            ("money", "team", "text"),
        ],
    )
    def test_one_of_another_type_is_reported(self, expect: str, formula: str, kind: str) -> None:
        text = probe(f"number: {formula}, expect: {expect}")
        assert problems(text) == [f"IE3035 2 `{formula}`"]
        assert message(text).startswith(f"`{formula}` is a {kind}, where {expect} is expected")

    def test_without_expectations_any_number_will_do_but_nothing_else(self) -> None:
        assert problems(probe("number: base_salary / response")) == []
        assert message(probe("number: team")).startswith("`team` is a text, where number is expected")

    def test_one_with_problems_is_not_reported_again(self) -> None:
        assert problems(probe("number: nonsense, expect: money")) == ["IE2100 2 `nonsense`"]

    def test_with_places_it_is_rounded_once(self) -> None:
        # 2 / 3 to 2 places
        assert number("2 / handled, places: 2", handled=3) == Fraction("0.67")
        assert number("{by: region, north: 2 / 3, south: 1}, places: 1", region="north") == Fraction("0.7")

    def test_without_places_it_is_exact(self) -> None:
        assert number("2 / 3") == Fraction(2, 3)


class TestConditions:
    def test_without_a_formula_it_is_true_and_nothing_is_told(self) -> None:
        seen = built_with(
            lambda context: (context.condition(None), context.condition_steps(context.condition(None)))
        )
        condition, steps = seen.result
        assert condition.value.node is seen.context.builder.true
        assert steps == ()

    def test_what_is_none_is_reported(self) -> None:
        assert problems(probe("condition: base_salary")) == ["IE3030 2 `base_salary`"]
        assert message(probe("condition: base_salary / response")).startswith(
            "`base_salary / response` is a money / duration, where a condition is expected"
        )

    def test_one_with_problems_is_not_reported_again(self) -> None:
        assert problems(probe("condition: nonsense > 5")) == ["IE2100 2 `nonsense`"]


class TestNames:
    def test_a_metric_is_known_with_what_is_said_of_it(self) -> None:
        facts = built_with(lambda context: context.metric(Scalar("quality", AT))).result
        assert isinstance(facts, MetricFacts)
        assert (facts.value.type, facts.better, facts.may_be_thin) == (RATIO, "lower", True)
        assert facts.title == Title("Quality", "质量")

    def test_a_metric_of_which_nothing_is_said_has_its_name(self) -> None:
        facts = built_with(lambda context: context.metric(Scalar("surveys", AT))).result
        assert isinstance(facts, MetricFacts)
        assert (facts.value.type, facts.better, facts.may_be_thin) == (COUNT, None, False)
        assert facts.title == Title("surveys", "surveys")

    @pytest.mark.parametrize("name", ["team", "nonsense"])
    def test_what_is_no_metric_is_none_without_a_problem(self, name: str) -> None:
        seen = built_with(lambda context: context.metric(Scalar(name, AT)))
        assert seen.result is None
        assert seen.problems == []

    def test_a_metric_that_is_in_a_circle_is_none(self) -> None:
        text = (
            HEAD + "metrics: {x: {type: ratio, enough: ask.answer > 0}}\nrules: [{id: ask, kind: asking}]\n"
        )
        seen = built_with(lambda context: context.metric(Scalar("x", AT)), text)
        assert seen.result is None
        assert "IE3023" in [problem.code for problem in seen.problems]

    def test_an_attribute_has_its_value(self) -> None:
        value = built_with(lambda context: context.attribute(Scalar("team", AT))).result
        assert getattr(value, "type", None) is not None

    def test_an_attribute_that_does_not_exist_is_reported(self) -> None:
        seen = built_with(lambda context: context.attribute(Scalar("teem", AT)))
        assert seen.result is None
        assert [(problem.code, problem.span) for problem in seen.problems] == [("IE2101", AT)]

    def test_a_faulty_attribute_is_not_reported_again(self) -> None:
        text = HEAD + "attributes: {level: {type: choice}}\nrules: [{id: ask, kind: asking}]\n"
        seen = built_with(lambda context: context.attribute(Scalar("level", AT)), text)
        assert seen.result is None
        assert [problem.code for problem in seen.problems] == ["IE3003"]

    def test_the_rules_and_tags_are_those_of_the_ruleset(self) -> None:
        text = (
            HEAD + "rules: [{id: ask, kind: asking, tags: [a]}, {id: b, kind: bonus, pay: 1, tags: [c, d]}]\n"
        )
        assert set(built_with(lambda context: context.rules_and_tags, text).result) == {
            "ask",
            "a",
            "b",
            "c",
            "d",
        }


class TestTheRest:
    def test_the_ruleset_says_how_to_round_and_how_long_a_period_is(self) -> None:
        text = HEAD.replace("currency: CNY\nperiod: month", "currency: JPY\nperiod: quarter\nrounding: down")
        context = built_with(lambda context: context, text + "rules: [{id: ask, kind: asking}]\n").context
        assert context.rounding is Rounding.DOWN
        assert context.cadence is Cadence.QUARTER
        assert context.money_places == 0

    def test_the_scope_is_the_rules_own(self) -> None:
        text = (
            HEAD + 'attributes: {level: [A, B]}\nrules: [{id: ask, kind: asking, applies_to: level == "A"}]\n'
        )
        context = built_with(lambda context: context, text).context
        assert context.in_scope is not context.builder.true
        assert built_with(lambda context: context).context.in_scope.boolean

    def test_problems_are_reported_at_a_place_or_at_a_text(self) -> None:
        def report(context: Context) -> None:
            context.problem("IE3003", AT, name="x")
            context.problem("IE3003", Scalar("abc", AT), name="y")

        seen = built_with(report)
        assert [(problem.message(), problem.span) for problem in seen.problems] == [
            ("`x` is a choice without options", AT),
            ("`y` is a choice without options", AT),
        ]

    def test_what_red_lines_leave_can_be_asked_for_while_building(self) -> None:
        text = HEAD + (
            "metrics: {breaches: count}\nrules:\n  - {id: ask, kind: asking}\n"
            "  - {id: line, kind: red_line, when: breaches > 0, consequence: {keep: 50%}}\n"
        )
        seen = built_with(lambda context: context.after_red_lines(context.builder.constant(7), 0), text)
        assert seen.problems == []
        assert seen.result is not seen.context.builder.constant(7)


# --- A kind that lets a test ask


HEAD = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
"""
ASKING = (
    HEAD
    + """\
attributes: {team: text}
metrics:
  surveys: count
  quality: {type: ratio, better: lower, enough: surveys >= 20, title: {en: Quality, zh: 质量}}
rules: [{id: ask, kind: asking}]
"""
)


Found = TypeVar("Found")


@dataclass
class Seen(Generic[Found]):
    """What a kind saw while it was built."""

    contexts: list[Context] = field(default_factory=list)
    results: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def context(self) -> Context:
        return self.contexts[0]

    @property
    def result(self) -> Found:
        return self.results[0]


def built_with(ask: Callable[[Context], Found], text: str = ASKING) -> Seen[Found]:
    """Compile a ruleset with a rule of the kind `asking`, which asks something of its context."""
    seen = Seen[Found]()

    class Asking(Rule):
        def build(self, context: Context) -> Built:
            seen.contexts.append(context)
            seen.results.append(ask(context))
            return Built({}, ())

    seen.problems.extend(compile_text(text, "trial.yaml", {**KINDS, "asking": Asking}).problems)
    return seen
