"""Red lines over the other rules: void, then keep, then deduct; what cannot be judged is held."""

from __future__ import annotations

from fractions import Fraction

import pytest

from incentive_engine.compile.ruleset import compile_text
from incentive_engine.kinds.interface import Built, Context, Rule
from tests.compile.policies import HEADER, KINDS, Given, decide, decide_over

BONUSES = """\
rules:
  - {id: a, kind: bonus, tags: [performance], pay: 100.01}
  - {id: b, kind: bonus, tags: [performance, quality], pay: 50}
  - {id: c, kind: bonus, pay: 30}
"""


def lines(*texts: str) -> str:
    """Return three bonuses of 100.01, 50 and 30 with red lines behind them."""
    return BONUSES + "".join(f"  - {{kind: red_line, {text}}}\n" for text in texts)


class TestWhatTheyAffect:
    VOID = "id: line, when: breaches > 0, consequence: void"

    @pytest.mark.parametrize(
        ("affects", "left"),
        [
            ("", {"a": 0, "b": 0, "c": 0}),
            (", affects: all", {"a": 0, "b": 0, "c": 0}),
            (", affects: b", {"a": Fraction("100.01"), "b": 0, "c": 30}),
            (", affects: [performance]", {"a": 0, "b": 0, "c": 30}),
            (", affects: [quality, c]", {"a": Fraction("100.01"), "b": 0, "c": 0}),
        ],
    )
    def test_all_rules_or_those_named_by_id_or_tag(self, affects: str, left: dict[str, Fraction]) -> None:
        assert decide(lines(self.VOID + affects), breaches=1).finals() == left

    def test_never_another_red_line(self) -> None:
        text = lines(
            self.VOID,
            "id: other, tags: [performance], when: breaches > 0, consequence: void, affects: [performance]",
        )
        outcome = decide(text, breaches=1)
        assert outcome.line("other").voided_by == ()
        assert outcome.of("other", "voided") is False
        assert outcome.result("other", "broken") is True

    def test_only_in_its_own_scope(self) -> None:
        text = lines(self.VOID + ', applies_to: level == "junior"')
        assert decide(text, breaches=1, level="lead")["total"] == Fraction("180.01")
        assert decide(text, breaches=1, level="junior")["total"] == 0

    def test_whose_scope_is_unknown_is_held(self) -> None:
        text = lines(self.VOID + ', applies_to: level == "junior"')
        assert decide(text, breaches=1)["held"] is True
        assert decide(text, breaches=0)["held"] is False

    def test_only_on_its_own_days(self) -> None:
        text = lines(self.VOID + ", effective: {from: 2026-04-01}")
        assert [decide(text, month, breaches=1)["total"] for month in ("2026-03", "2026-04")] == [
            Fraction("180.01"),
            0,
        ]

    def test_not_who_is_out_of_the_rules_scope(self) -> None:
        text = 'rules:\n  - {id: a, kind: bonus, applies_to: level == "junior", pay: 100}\n'
        text += "  - {kind: red_line, id: line, when: breaches > 0, consequence: void}\n"
        assert decide(text, breaches=1, level="lead").of("a", "voided") is False

    def test_a_score_is_no_money_that_could_be_taken(self) -> None:
        text = "rules:\n  - {id: p, kind: probe, number: 7}\n"
        text += "  - {kind: red_line, id: line, when: breaches > 0, consequence: void}\n"
        outcome = decide(text, breaches=1)
        assert outcome.of("p", "voided") is False
        assert outcome.result("p", "number") == 7


class TestOrder:
    def test_keep_leaves_a_share_of_each_line_rounded_once(self) -> None:
        # 100.01 x 50 % = 50.005, half up to 50.01
        text = lines("id: line, when: breaches > 0, consequence: {keep: 50%}")
        assert decide(text, breaches=1).finals() == {"a": Fraction("50.01"), "b": 25, "c": 15}

    def test_shares_multiply_before_they_round(self) -> None:
        # 100.01 x 50 % x 50 % = 25.0025 -> 25.00; rounded after each: 50.01 x 50 % = 25.005 -> 25.01
        text = lines(
            "id: one, when: breaches > 0, consequence: {keep: 50%}, affects: a",
            "id: two, when: breaches > 0, consequence: {keep: 50%}, affects: a",
        )
        assert decide(text, breaches=1)["a.final"] == 25

    def test_the_rounding_is_that_of_the_ruleset(self) -> None:
        text = "rounding: down\n" + lines(
            "id: line, when: breaches > 0, consequence: {keep: 50%}, affects: a"
        )
        assert decide(text, breaches=1)["a.final"] == 50

    def test_a_deduction_comes_off_what_is_kept_in_the_order_of_the_rules(self) -> None:
        # Half of 100 and 50 and 30 is 50.01, 25 and 15; 60 off that: all of the first and 9.99 of the second.
        text = lines(
            "id: take, when: breaches > 0, consequence: {deduct: 60}",
            "id: keep, when: breaches > 0, consequence: {keep: 50%}",
        )
        outcome = decide(text, breaches=1)
        assert outcome.finals() == {"a": 0, "b": Fraction("15.01"), "c": 15}
        assert outcome.deductions("a") == {"take": Fraction("50.01")}
        assert outcome.deductions("b") == {"take": Fraction("9.99")}
        assert outcome.deductions("c") == {"take": 0}

    def test_void_leaves_nothing_to_deduct_from(self) -> None:
        text = lines(
            "id: take, when: breaches > 0, consequence: {deduct: 20}",
            "id: void, when: breaches > 0, consequence: void, affects: a",
        )
        assert decide(text, breaches=1).finals() == {"a": 0, "b": 30, "c": 30}

    def test_deductions_follow_the_order_of_the_red_lines(self) -> None:
        text = lines(
            "id: one, when: breaches > 0, consequence: {deduct: 90}, affects: a",
            "id: two, when: breaches > 0, consequence: {deduct: 30}, affects: [a, b]",
        )
        outcome = decide(text, breaches=1)
        assert outcome.deductions("a") == {"one": 90, "two": Fraction("10.01")}
        assert outcome.deductions("b") == {"two": Fraction("19.99")}

    def test_no_more_is_deducted_than_there_is(self) -> None:
        text = lines("id: take, when: breaches > 0, consequence: {deduct: 500}")
        assert decide(text, breaches=1)["total"] == 0

    def test_nothing_is_taken_off_a_line_below_zero(self) -> None:
        text = "rules:\n  - {id: a, kind: bonus, pay: -20}\n  - {id: b, kind: bonus, pay: 50}\n"
        text += "  - {id: line, kind: red_line, when: breaches > 0, consequence: {deduct: 10}}\n"
        assert decide(text, breaches=1).finals() == {"a": -20, "b": 40}

    def test_a_red_line_that_is_not_broken_takes_nothing(self) -> None:
        text = lines(
            "id: take, when: breaches > 0, consequence: {deduct: 20}",
            "id: keep, when: breaches > 0, consequence: {keep: 50%}",
            "id: void, when: breaches > 0, consequence: void",
            "id: hold, when: breaches > 0, consequence: hold",
        )
        outcome = decide(text, breaches=0)
        assert outcome["total"] == Fraction("180.01")
        assert (outcome["held"], outcome["incomplete"]) == (False, False)


class TestHolds:
    def test_a_held_line_pays_nothing_now(self) -> None:
        outcome = decide(lines("id: line, when: breaches > 0, consequence: hold, affects: b"), breaches=1)
        assert outcome.finals() == {"a": Fraction("100.01"), "b": None, "c": 30}
        assert outcome["total"] == Fraction("130.01")
        assert (outcome["held"], outcome["incomplete"]) == (True, False)
        assert [outcome.of(rule, "held") for rule in ("a", "b", "c")] == [False, True, False]

    @pytest.mark.parametrize("consequence", ["void", "hold", "{keep: 50%}", "{deduct: 10}"])
    def test_a_red_line_that_cannot_be_judged_holds_what_it_affects(self, consequence: str) -> None:
        outcome = decide(lines(f"id: line, when: breaches > 0, consequence: {consequence}, affects: b"))
        assert outcome.finals() == {"a": Fraction("100.01"), "b": None, "c": 30}
        assert outcome["held"] is True
        assert outcome.of("line", "undetermined") is True

    @pytest.mark.parametrize("consequence", ["{keep: csat}", "{deduct: 10 * handled}"])
    def test_one_of_unknown_size_holds_where_it_is_broken(self, consequence: str) -> None:
        text = lines(f"id: line, when: breaches > 0, consequence: {consequence}, affects: b")
        broken, not_broken = decide(text, breaches=1), decide(text, breaches=0)
        assert (broken.of("b", "held"), broken["b.final"]) == (True, None)
        assert (not_broken.of("b", "held"), not_broken["b.final"]) == (False, 50)

    def test_what_another_red_line_voids_is_not_held(self) -> None:
        text = lines(
            "id: unknown, when: handled > 5, consequence: void, affects: b",
            "id: void, when: breaches > 0, consequence: void, affects: b",
        )
        outcome = decide(text, breaches=1)
        assert (outcome.of("b", "held"), outcome.of("b", "voided"), outcome["b.final"]) == (False, True, 0)

    def test_a_deduction_takes_nothing_off_a_line_that_is_held(self) -> None:
        text = lines(
            "id: hold, when: breaches > 0, consequence: hold, affects: a",
            "id: take, when: breaches > 0, consequence: {deduct: 20}",
        )
        outcome = decide(text, breaches=1)
        assert outcome.finals() == {"a": None, "b": 30, "c": 30}
        assert outcome.deductions("a") == {"take": 0}

    def test_a_line_of_unknown_amount_is_undetermined_unless_it_is_void(self) -> None:
        text = "rules:\n  - {id: a, kind: bonus, pay: handled}\n"
        text += "  - {id: line, kind: red_line, when: breaches > 0, consequence: void}\n"
        broken, not_broken = decide(text, breaches=1), decide(text, breaches=0)
        assert (broken.of("a", "undetermined"), broken["a.final"], broken["incomplete"]) == (False, 0, False)
        assert (not_broken.of("a", "undetermined"), not_broken["a.final"]) == (True, None)
        assert not_broken["incomplete"] is True


class TestCredits:
    LINE = "  - {id: line, kind: red_line, when: breaches > 0, consequence: %s}\n"
    EARN = (
        "rules:\n"
        "  - {id: learning, kind: growth_credit, earn: [{credits: 20, per: handled}], redeem: {pay: 1}}\n"
    )

    def test_credits_are_void_before_they_are_redeemed(self) -> None:
        outcome = decide(self.EARN + self.LINE % "void", handled=3, breaches=1)
        assert outcome.result("learning", "credits") == 0
        assert (outcome["total"], outcome.of("learning", "voided")) == (0, False)

    def test_what_is_redeemed_is_reduced_once(self) -> None:
        # 60 credits, half of them left, redeemed at 1 each; not a quarter
        outcome = decide(self.EARN + self.LINE % "{keep: 50%}", handled=3, breaches=1)
        assert outcome["total"] == 30

    def test_a_deduction_takes_nothing_that_is_redeemed(self) -> None:
        assert decide(self.EARN + self.LINE % "{deduct: 50}", handled=3, breaches=1)["total"] == 60

    def test_credits_that_cannot_be_judged_are_held(self) -> None:
        outcome = decide(self.EARN + self.LINE % "void", handled=3)
        assert (outcome.of("learning", "held"), outcome["held"], outcome["total"]) == (True, True, 0)


class TestTheRest:
    """`total: {carry_rest: yes}` takes from the next period what this one could not give."""

    TEXT = (
        "total: {carry_rest: yes}\n"
        "rules:\n"
        "  - {id: a, kind: bonus, pay: handled}\n"
        "  - {id: line, kind: red_line, when: breaches > 0, consequence: {deduct: 100}}\n"
    )

    def test_it_is_taken_until_nothing_is_owed(self) -> None:
        # 100 off 30 leaves 70; 70 off 50 leaves 20; 20 off 60; nothing off 10.
        months: dict[str, dict[str, Given]] = {
            "2026-01": {"handled": 30, "breaches": 1},
            "2026-02": {"handled": 50, "breaches": 0},
            "2026-03": {"handled": 60, "breaches": 0},
            "2026-04": {"handled": 10, "breaches": 0},
        }
        found = decide_over(self.TEXT, months)
        assert [found[month]["total"] for month in months] == [0, 0, 40, 10]
        assert [found[month].deductions("a")["line"] for month in months] == [30, 50, 20, 0]

    def test_without_it_the_rest_is_forgotten(self) -> None:
        text = self.TEXT.replace("carry_rest: yes", "carry_rest: no")
        months: dict[str, dict[str, Given]] = {
            "2026-01": {"handled": 30, "breaches": 1},
            "2026-02": {"handled": 50, "breaches": 0},
        }
        found = decide_over(text, months)
        assert [found[month]["total"] for month in months] == [0, 50]

    def test_what_cannot_be_judged_leaves_it_as_it_is(self) -> None:
        months: dict[str, dict[str, Given]] = {
            "2026-01": {"handled": 30, "breaches": 1},
            "2026-02": {"handled": 50},
            "2026-03": {"handled": 60, "breaches": 0},
        }
        found = decide_over(self.TEXT, months)
        assert [found[month]["total"] for month in months] == [0, 0, 0]
        assert found["2026-02"]["held"] is True
        # February's 50 are held and give nothing, so that March gives 60 of the 70.
        assert found["2026-03"].deductions("a") == {"line": 60}

    def test_a_period_without_a_snapshot_gives_nothing(self) -> None:
        # The bonus of 30 does not depend on any data, but in February nobody is paid it.
        text = self.TEXT.replace("pay: handled", "pay: 30")
        months: dict[str, dict[str, Given]] = {"2026-01": {"breaches": 1}, "2026-03": {"breaches": 0}}
        found = decide_over(text, months)
        assert found["2026-03"].deductions("a") == {"line": 30}
        # 100 - 30 in January = 70 owed; 30 in March leaves 40, and April's 30 leave 10.
        months |= {"2026-04": {"breaches": 0}, "2026-05": {"breaches": 0}}
        found = decide_over(text, months)
        assert [found[month]["total"] for month in months] == [0, 0, 0, 20]


class Harmless(Rule):
    """A third party's kind that names what it affects, and does nothing to it."""

    def build(self, context: Context) -> Built:
        """Return nothing."""
        del context
        return Built({}, ())

    @property
    def affected(self) -> None:
        """Every rule."""
        return


def test_a_kind_that_affects_rules_need_not_do_anything_to_them() -> None:
    text = HEADER + "rules: [{id: a, kind: bonus, pay: 100}, {id: x, kind: harmless}]\n"
    policy = compile_text(text, "trial.yaml", {**KINDS, "harmless": Harmless}).policy
    assert policy is not None
    bonus = policy.lines[0]
    assert (bonus.voided_by, bonus.held_by) == ((), ())
    assert (bonus.kept, bonus.deductions) == ((), ())
