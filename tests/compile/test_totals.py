"""The total of a decision: the sum of its lines, its floor, and what the decision's status depends on."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.compile.policies import decide, problems


def total(floor: str, *rules: str) -> str:
    """Return a ruleset with a floor of the total; its text stands in line 1."""
    lines = "".join(f"  - {{{rule}}}\n" for rule in rules)
    return f"total: {{floor: {floor}}}\nrules:\n{lines}"


PENALTY = "id: penalty, kind: bonus, pay: -80"
VOID = "id: line, kind: red_line, when: breaches > 0, consequence: void"

YEN = """\
language: 1
ruleset: trial
version: "1"
currency: JPY
period: month
snapshot: {agent: agent, period: month}
rules: [{id: a, kind: bonus, pay: 100.5}]
"""


class TestFloor:
    def test_it_is_zero_unless_said(self) -> None:
        outcome = decide(f"rules: [{{{PENALTY}}}]")
        assert (outcome["total"], outcome["floor_added"]) == (0, 80)

    def test_without_one_the_total_can_be_below_zero(self) -> None:
        outcome = decide(total("none", PENALTY))
        assert (outcome["total"], outcome["floor_added"]) == (-80, 0)

    def test_it_can_be_below_zero_itself(self) -> None:
        outcome = decide(total("-50", PENALTY))
        assert (outcome["total"], outcome["floor_added"]) == (-50, 30)

    def test_above_zero_it_lifts_what_is_less(self) -> None:
        assert decide(total("500 CNY", "id: a, kind: bonus, pay: 120"))["total"] == 500
        assert decide(total("500 CNY", "id: a, kind: bonus, pay: 520"))["total"] == 520

    def test_above_zero_it_does_not_refill_what_is_void(self) -> None:
        text = total("500", "id: a, kind: bonus, pay: 120", VOID)
        assert [decide(text, breaches=breaches)["total"] for breaches in (0, 1)] == [500, 0]

    def test_above_zero_it_pays_nothing_that_is_held(self) -> None:
        text = total("500", "id: a, kind: bonus, pay: 120", VOID)
        assert decide(text)["total"] == 0

    def test_above_zero_it_is_for_those_who_are_eligible(self) -> None:
        text = total("500", 'id: a, kind: bonus, applies_to: level == "junior", pay: 120')
        assert [decide(text, level=level)["total"] for level in ("junior", "lead")] == [500, 0]

    def test_it_has_the_places_of_the_currency(self) -> None:
        assert decide(total("0.125", "id: a, kind: bonus, pay: 0"))["total"] == Fraction("0.13")
        assert decide("rounding: down\n" + total("0.125", "id: a, kind: bonus, pay: 0"))["total"] == Fraction(
            "0.12"
        )

    @pytest.mark.parametrize("floor", ["80%", "5 min", "handled"])
    def test_it_has_to_be_money_written_out(self, floor: str) -> None:
        assert problems(total(floor, PENALTY)) == [f"IE3001 1 `{floor}`"]

    def test_a_problem_in_it_is_reported_once(self) -> None:
        assert problems(total("nonsense", PENALTY)) == ["IE2100 1 `nonsense`"]


class TestSum:
    def test_it_is_that_of_what_is_left_of_the_lines(self) -> None:
        text = total("0", "id: a, kind: bonus, pay: 100.005", "id: b, kind: bonus, pay: 20.125")
        # each line is rounded before the sum: 100.01 + 20.13
        assert decide(text)["total"] == Fraction("120.14")

    def test_lines_that_are_unknown_add_nothing_yet(self) -> None:
        outcome = decide(total("0", "id: a, kind: bonus, pay: 100", "id: b, kind: bonus, pay: handled"))
        assert (outcome["total"], outcome["incomplete"]) == (100, True)

    def test_a_currency_without_cents_has_none(self) -> None:
        assert decide(YEN)["total"] == 101

    def test_a_currency_that_does_not_exist_is_reported(self) -> None:
        assert problems(YEN.replace("JPY", "RMB")) == ["IE3025 4 `RMB`"]


class TestStatus:
    def test_a_score_that_is_unknown_makes_it_incomplete(self) -> None:
        text = "rules: [{id: p, kind: probe, condition: handled > 5}]"
        assert [decide(text, handled=handled)["incomplete"] for handled in (7, None)] == [False, True]

    def test_a_rule_without_any_result_is_never_undetermined(self) -> None:
        assert decide("rules: [{id: p, kind: probe}]")["incomplete"] is False
