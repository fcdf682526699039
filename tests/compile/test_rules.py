"""Rules: who is in their scope, when they are in force, and what others read of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.compile.policies import Given, Known, decide, decide_over, message, policy_of, problems


def rules(*lines: str) -> str:
    """Return rules, the first of which stands in line 2."""
    return "rules:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


class TestScope:
    JUNIORS = rules('id: a, kind: bonus, applies_to: level == "junior", pay: 100')

    def test_who_is_in_scope_gets_the_money(self) -> None:
        outcome = decide(self.JUNIORS, level="junior")
        assert outcome.of("a", "in_scope") is True
        assert (outcome["total"], outcome["a.final"]) == (100, 100)

    def test_who_is_not_gets_none_of_it(self) -> None:
        outcome = decide(self.JUNIORS, level="lead")
        assert outcome.of("a", "in_scope") is False
        assert (outcome["total"], outcome["a.final"]) == (0, 0)
        assert (outcome["eligible"], outcome["incomplete"]) == (False, False)

    def test_of_whom_it_is_not_known_gets_nothing_yet(self) -> None:
        outcome = decide(self.JUNIORS)
        assert outcome.of("a", "in_scope") is None
        assert (outcome["total"], outcome["a.final"]) == (0, None)
        assert (outcome["eligible"], outcome["incomplete"]) == (True, True)
        assert outcome.of("a", "undetermined") is True

    def test_the_scope_has_to_be_a_condition(self) -> None:
        assert problems(rules("id: a, kind: bonus, applies_to: handled, pay: 100")) == ["IE3030 2 `handled`"]

    def test_who_is_in_no_rules_scope_is_not_eligible_though_red_lines_hold_for_all(self) -> None:
        text = self.JUNIORS + "  - {id: line, kind: red_line, when: breaches > 0, consequence: void}\n"
        assert decide(text, level="lead", breaches=0)["eligible"] is False
        assert decide(text, level="junior", breaches=0)["eligible"] is True

    def test_a_rule_that_only_scores_makes_eligible(self) -> None:
        text = rules('id: p, kind: probe, applies_to: level == "junior", number: 1')
        assert [decide(text, level=level)["eligible"] for level in ("junior", "lead")] == [True, False]


class TestInForce:
    @pytest.mark.parametrize(
        ("effective", "expected"),
        [
            ("{from: 2026-04-01}", [0, 100, 100]),
            ("{until: 2026-04-30}", [100, 100, 0]),
            ("{from: 2026-04-01, until: 2026-04-30}", [0, 100, 0]),
        ],
    )
    def test_a_rule_pays_on_its_own_days_only(self, effective: str, expected: list[int]) -> None:
        text = rules(f"id: a, kind: bonus, effective: {effective}, pay: 100")
        assert [decide(text, month)["total"] for month in ("2026-03", "2026-04", "2026-05")] == expected

    def test_dates_inside_a_period_are_reported_where_they_stand(self) -> None:
        text = rules("id: a, kind: bonus, effective: {until: 2026-04-15}, pay: 100")
        assert problems(text) == ["IE3013 2 `2026-04-15`"]

    def test_an_end_before_the_beginning_is_reported(self) -> None:
        text = rules("id: a, kind: bonus, effective: {from: 2026-05-01, until: 2026-04-30}, pay: 100")
        assert problems(text) == ["IE3011 2 `2026-04-30`"]

    def test_both_the_days_and_the_scope_have_to_hold(self) -> None:
        text = rules(
            'id: a, kind: bonus, effective: {from: 2026-04-01}, applies_to: level == "lead", pay: 100'
        )
        assert decide(text, "2026-03")["total"] == 0
        assert decide(text, "2026-03").of("a", "in_scope") is False
        assert decide(text, "2026-04").of("a", "in_scope") is None


class TestResults:
    SCOPED = 'applies_to: level == "junior"'

    @pytest.mark.parametrize(
        ("level", "expected"),
        [("junior", Fraction(101)), ("lead", Fraction(1)), (None, None)],
    )
    def test_outside_the_scope_an_amount_is_zero(self, level: str | None, expected: Known) -> None:
        text = rules(
            f"id: a, kind: bonus, {self.SCOPED}, pay: 100", "id: p, kind: probe, number: a.amount + 1"
        )
        assert decide(text, level=level).result("p", "number") == expected

    def test_outside_the_scope_a_value_is_unknown(self) -> None:
        text = rules(f"id: a, kind: probe, {self.SCOPED}, number: 7", "id: p, kind: probe, number: a.number")
        assert [decide(text, level=level).result("p", "number") for level in ("junior", "lead")] == [7, None]

    def test_outside_the_scope_nothing_is_broken(self) -> None:
        text = rules(
            f"id: line, kind: red_line, {self.SCOPED}, when: breaches > 0, consequence: void",
            "id: p, kind: probe, condition: line.broken",
        )
        broken = [
            decide(text, level=level, breaches=1).result("p", "condition") for level in ("junior", "lead")
        ]
        assert broken == [True, False]

    def test_the_amount_is_before_red_lines_and_final_is_after(self) -> None:
        text = rules(
            "id: a, kind: bonus, pay: 100",
            "id: line, kind: red_line, when: breaches > 0, consequence: {keep: 40%}",
            "id: p, kind: probe, number: a.amount - a.final",
        )
        assert decide(text, breaches=1).result("p", "number") == 60

    def test_what_deductions_leave_of_a_rule_takes_those_before_it_into_account(self) -> None:
        # 130 come off 100 and 50 in this order: 0 and 20 are left; `other` comes later.
        text = rules(
            "id: first, kind: bonus, pay: 100",
            "id: second, kind: bonus, pay: 50",
            "id: other, kind: bonus, pay: 2 * second.final",
            "id: line, kind: red_line, when: breaches > 0, consequence: {deduct: 130}",
        )
        assert decide(text, breaches=1).finals() == {"first": 0, "second": 20, "other": 40}
        assert decide(text, breaches=0).finals() == {"first": 100, "second": 50, "other": 100}

    def test_a_deduction_before_that_reaches_only_a_line_before_counts_as_well(self) -> None:
        # one: 30 off a (100) -> 70. two: 100 off a, b in this order: 70 off a, 30 off b (50) -> 20.
        text = rules(
            "id: a, kind: bonus, pay: 100",
            "id: b, kind: bonus, pay: 50",
            "id: c, kind: bonus, pay: b.final",
            "id: one, kind: red_line, when: breaches > 0, consequence: {deduct: 30}, affects: a",
            "id: two, kind: red_line, when: breaches > 0, consequence: {deduct: 100}, affects: [a, b]",
        )
        assert decide(text, breaches=1).finals() == {"a": 0, "b": 20, "c": 20}

    def test_a_red_line_has_no_amount(self) -> None:
        text = rules(
            "id: line, kind: red_line, when: breaches > 0, consequence: void",
            "id: p, kind: probe, number: line.final",
        )
        assert message(text) == "the rule `line` has no result `final` / its results are: broken, breached"


class TestHistory:
    def test_an_input_can_be_unknown_in_a_gap_even_where_empty_cells_have_a_value(self) -> None:
        text = "formulas: {before: previous(late)}\n" + rules("id: p, kind: probe, number: before")
        text = "language: 1\nruleset: t\nversion: 1\ncurrency: CNY\nperiod: month\n" + (
            "snapshot: {agent: agent, period: month}\nmetrics: {late: {type: count, missing: 0}}\n" + text
        )
        months: dict[str, dict[str, Given]] = {"2026-01": {"late": 3}, "2026-02": {}, "2026-04": {}}
        found = decide_over(text, months)
        assert [found[month].result("p", "number") for month in months] == [None, 3, None]
        assert policy_of(text).program.states


class TestWhatIsTold:
    def test_the_values_of_a_formula_are_told_with_their_origin(self) -> None:
        text = "formulas: {x: handled * 2}\n" + rules("id: p, kind: probe, number: x + 1")
        assert decide(text, handled=3).told_of("p") == ["x = `handled * 2` = 6.", "  handled is 3."]

    def test_the_result_of_another_rule_is_told_by_its_name_alone(self) -> None:
        text = rules("id: a, kind: bonus, pay: 100", "id: p, kind: probe, number: a.amount")
        assert decide(text).told_of("p") == ["a.amount is 100."]

    @pytest.mark.parametrize(
        ("csat", "expected"),
        [
            ("0.95", "`csat > 90%` is true."),
            ("0.85", "`csat > 90%` is not true."),
        ],
    )
    def test_a_condition_is_told_with_the_values_that_decide_it(self, csat: str, expected: str) -> None:
        text = rules("id: p, kind: probe, condition: csat > 90%")
        told = decide(text, csat=csat).told_of("p")
        assert told[:2] == [expected, f"  csat is {Fraction(csat)}."]

    def test_a_condition_that_cannot_be_judged_is_told(self) -> None:
        text = rules("id: p, kind: probe, condition: csat > 90%")
        assert decide(text).told_of("p")[1:2] == ["  csat is missing."]
