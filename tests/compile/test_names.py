"""One namespace for everything: what names may be, what they lead to, and cycles."""

from __future__ import annotations

import pytest

from tests.compile.policies import decide, message, number, problems

RULES = "rules: [{id: p, kind: probe, number: 1}]\n"


def rules(*lines: str) -> str:
    """Return rules, the first of which stands in line 2."""
    return "rules:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


class TestWhatNamesLeadTo:
    def test_names_may_be_written_in_any_order(self) -> None:
        assert (
            number("first", "formulas: {first: second + 1, second: 2 * third}\nparameters: {third: 3}") == 7
        )

    def test_a_name_in_full_width_is_the_same_name(self) -> None:
        assert number("ｘ１", "parameters: {ｘ1: 3}") == 3

    def test_chinese_names_are_names(self) -> None:
        assert number("工作量 + 1", "formulas: {工作量: handled * 2}", handled=3) == 7

    def test_a_name_that_does_not_exist_is_reported_with_the_one_that_is_meant(self) -> None:
        text = "formulas: {x: cast + 1%}\n" + RULES
        assert problems(text) == ["IE2101 1 `cast`"]
        assert message(text) == "nothing is named `cast` / did you mean `csat`?"

    def test_a_rule_alone_is_no_value(self) -> None:
        text = rules("id: a, kind: bonus, pay: 5", "id: p, kind: probe, number: a")
        assert problems(text) == ["IE3020 3 `a`"]
        assert message(text).startswith("`a` is a rule, not a value / say which of its results")

    def test_a_metric_has_no_results(self) -> None:
        text = rules("id: p, kind: probe, number: csat.score")
        assert problems(text) == ["IE3027 2 `csat.score`"]
        assert message(text).startswith("`csat` is not a rule and has no results / write `csat` alone")

    def test_results_of_a_rule_that_does_not_exist_are_reported(self) -> None:
        text = rules("id: card, kind: bonus, pay: 5", "id: p, kind: probe, number: crad.amount")
        assert problems(text) == ["IE2101 3 `crad.amount`"]
        assert "did you mean `card`?" in message(text)

    def test_a_result_that_does_not_exist_is_reported_with_those_that_do(self) -> None:
        text = rules("id: a, kind: bonus, pay: 5", "id: p, kind: probe, number: a.score")
        assert message(text) == "the rule `a` has no result `score` / its results are: amount, final"

    def test_a_misspelt_result_is_reported_with_the_one_that_is_meant(self) -> None:
        text = rules("id: a, kind: bonus, pay: 5", "id: p, kind: probe, number: a.amuont")
        assert problems(text) == ["IE3022 3 `a.amuont`"]
        assert message(text).startswith("the rule `a` has no result `amuont`; did you mean `amount`?")

    def test_what_nothing_reads_is_checked_all_the_same(self) -> None:
        text = "parameters: {x: 5 mins}\nformulas: {y: handled + response}\n" + RULES
        assert problems(text) == ["IE2019 1 `5 mins`", "IE2120 2 `response`"]

    def test_what_reads_a_faulty_name_has_no_problem_of_its_own(self) -> None:
        text = "formulas: {x: 5 mins, y: x + 1, z: y > 7}\n" + rules(
            "id: p, kind: probe, number: y, condition: z"
        )
        assert problems(text) == ["IE2019 1 `5 mins`"]

    def test_a_faulty_formula_is_reported_once_however_many_read_it(self) -> None:
        lines = ("id: p, kind: probe, number: x", "id: q, kind: probe, number: x + 1")
        assert problems("formulas: {x: nonsense}\n" + rules(*lines)) == ["IE2100 1 `nonsense`"]


class TestWhatNamesMayBe:
    @pytest.mark.parametrize("name", ["min", "rank", "all", "by", "h", "class", "If", "AND", "True", "true"])
    def test_words_of_the_language_are_refused(self, name: str) -> None:
        text = f"parameters: {{{name}: 3}}\n{RULES}"
        assert problems(text) == [f"IE3026 1 `{name}`"]

    def test_an_id_of_a_rule_may_not_be_such_a_word_either(self) -> None:
        assert problems(rules("id: all, kind: bonus, pay: 3")) == ["IE3026 2 `all`"]

    def test_what_reads_such_a_name_has_no_problem_of_its_own(self) -> None:
        assert problems(f"parameters: {{all: 3}}\nformulas: {{x: all + 1}}\n{RULES}") == ["IE3026 1 `all`"]

    @pytest.mark.parametrize("text", ["formulas: {csat: 3}", "seasons: {csat: {from: 01-01, until: 01-31}}"])
    def test_a_name_is_taken_once_for_everything(self, text: str) -> None:
        assert problems(f"{text}\n{RULES}") == ["IE3024 1 `csat`"]

    def test_a_rule_may_not_have_the_name_of_a_metric(self) -> None:
        text = rules("id: csat, kind: bonus, pay: 3")
        assert problems(text) == ["IE3024 2 `csat`"]
        assert message(text).startswith("the name `csat` is taken already")

    def test_two_rules_may_not_have_the_same_id(self) -> None:
        text = rules("id: a, kind: bonus, pay: 3", "id: a, kind: bonus, pay: 4", "id: a, kind: bonus, pay: 5")
        assert problems(text) == ["IE3024 3 `a`", "IE3024 4 `a`"]

    def test_names_that_differ_in_width_only_are_the_same(self) -> None:
        assert problems(f"parameters: {{ABC: 1, ＡＢＣ: 2}}\n{RULES}") == ["IE1020 1 `ＡＢＣ`"]


class TestCycles:
    def test_a_formula_that_reads_itself_is_reported(self) -> None:
        text = f"formulas: {{x: x + 1}}\n{RULES}"
        assert problems(text) == ["IE3023 1 `x`"]
        assert message(text).startswith("these depend on one another in a circle: x → x")

    def test_a_circle_is_reported_once_with_all_its_members(self) -> None:
        text = f"formulas:\n  a: b + 1\n  b: c + 1\n  c: a + 1\n  e: a\n{RULES}"
        assert problems(text) == ["IE3023 4 `a`"]
        assert message(text).startswith("these depend on one another in a circle: a → b → c → a")

    def test_a_rule_and_a_formula_can_make_one(self) -> None:
        text = "formulas: {x: 2 * a.amount}\n" + rules("id: a, kind: bonus, pay: x")
        assert message(text).startswith("these depend on one another in a circle: x → a → x")

    def test_two_rules_can_make_one(self) -> None:
        text = rules("id: a, kind: bonus, pay: b.amount", "id: b, kind: bonus, pay: a.amount")
        assert problems(text) == ["IE3023 3 `a.amount`"]

    def test_a_red_line_may_not_read_what_reads_it(self) -> None:
        text = rules(
            "id: star, kind: bonus, when: not line.broken, pay: 100",
            "id: line, kind: red_line, when: star.amount > 50, consequence: void",
        )
        assert problems(text) == ["IE3023 3 `star.amount`"]
        assert message(text).startswith("these depend on one another in a circle: star → line → star")

    def test_a_red_line_may_not_read_what_it_leaves_of_a_rule(self) -> None:
        text = rules(
            "id: a, kind: bonus, pay: 100",
            "id: line, kind: red_line, when: a.final > 50, consequence: void",
        )
        assert problems(text) == ["IE3023 3 `line`"]
        assert message(text).startswith("these depend on one another in a circle: line → a.final → line")

    def test_a_deduction_may_not_depend_on_what_it_leaves(self) -> None:
        text = rules(
            "id: a, kind: bonus, pay: 100",
            "id: line, kind: red_line, when: handled > 5, consequence: {deduct: 10% * a.final}",
        )
        assert message(text).startswith("these depend on one another in a circle: line → a.final → line")

    def test_it_is_found_from_wherever_it_is_entered(self) -> None:
        text = rules(
            "id: p, kind: probe, number: a.final",
            "id: a, kind: bonus, pay: 100",
            "id: line, kind: red_line, when: a.final > 50, consequence: void, affects: a",
        )
        assert problems(text) == ["IE3023 4 `a.final`"]
        assert message(text).startswith("these depend on one another in a circle: a.final → line → a.final")

    def test_a_rule_may_not_read_what_is_left_of_it(self) -> None:
        text = rules("id: a, kind: bonus, pay: a.final")
        assert message(text).startswith("these depend on one another in a circle: a → a")

    def test_what_a_deduction_leaves_depends_on_the_rules_before(self) -> None:
        # `first` pays by what is left of `second`, which the deduction reaches only after `first`.
        text = rules(
            "id: first, kind: bonus, pay: second.final",
            "id: second, kind: bonus, pay: 100",
            "id: line, kind: red_line, when: handled > 5, consequence: {deduct: 10}",
        )
        assert message(text).startswith(
            "these depend on one another in a circle: first → second.final → first"
        )

    def test_a_red_line_may_read_what_it_does_not_affect(self) -> None:
        text = rules(
            "id: a, kind: bonus, pay: 100",
            "id: b, kind: bonus, pay: 70",
            "id: line, kind: red_line, when: a.final > 50, consequence: void, affects: b",
        )
        assert decide(text).finals() == {"a": 100, "b": 0}

    def test_what_it_affects_may_stand_before_what_it_reads(self) -> None:
        text = rules(
            "id: b, kind: bonus, pay: 70",
            "id: a, kind: bonus, pay: 100",
            "id: line, kind: red_line, when: a.final > 50, consequence: {deduct: 10}, affects: b",
        )
        assert decide(text).finals() == {"b": 60, "a": 100}

    def test_what_is_left_of_two_rules_may_not_depend_on_one_another(self) -> None:
        text = rules(
            "id: a, kind: bonus, pay: 100",
            "id: b, kind: bonus, pay: 70",
            "id: one, kind: red_line, when: a.final > 50, consequence: void, affects: b",
            "id: two, kind: red_line, when: b.final > 50, consequence: void, affects: a",
        )
        assert [each.split()[0] for each in problems(text)] == ["IE3023"]
