"""Limits over a month, quarter or year, and what has been paid already: `limit:` and `less_paid:`."""

from __future__ import annotations

import pytest

from tests.kinds.deciding import MONTHS, Trial, codes_of, decide, decide_over
from tests.kinds.rewarding import decide as decide_one

METRICS = """
attributes: {team: text}
metrics: {handled: count, breaches: {type: count, missing: 0}, errors: {type: count, missing: 0}}
"""


def limited(fields: str, more: str = "") -> str:
    return f"{METRICS}\nrules:\n  - {{id: bonus, kind: bonus, pay: 10 * handled, {fields}}}\n{more}"


def months(rules: str, *handled: int | None, breaches: str = "") -> Trial:
    """Decide about one agent from January on; None is a month without a snapshot, `breaches` names months."""
    return decide(
        rules,
        **{
            name: {"A": {"handled": count, "breaches": int(name in breaches)}}
            for name, count in zip(MONTHS, handled, strict=False)
            if count is not None
        },
    )


def finals(trial: Trial, rule: str = "bonus") -> list[str]:
    return [str(line.final) for (each, _, _), line in trial.lines.items() if each == rule]


class TestALimitOverAWindow:
    def test_the_item_that_passes_it_is_cut_to_the_rest(self) -> None:
        # 200, then 150 of which 100 are left of 300, then nothing; April begins a quarter.
        trial = months(limited("limit: {pay: 300, per: quarter}"), 20, 15, 5, 31)

        assert finals(trial) == ["200", "100", "0", "300"]

    def test_over_a_year_and_over_the_period_itself(self) -> None:
        assert finals(months(limited("limit: {pay: 300, per: year}"), 20, 5, 20, 20)) == [
            "200",
            "50",
            "50",
            "0",
        ]
        assert finals(months(limited("limit: {pay: 150, per: month}"), 20, 5, 20)) == ["150", "50", "150"]

    def test_it_counts_what_red_lines_left(self) -> None:
        # January is void and counts nothing; 200 of February are halved, so that 100 count; 300 - 100 = 200.
        rules = limited(
            "limit: {pay: 300, per: quarter}",
            "  - {id: cut, kind: red_line, when: breaches > 0 and handled < 25, consequence: {keep: 50%}}\n"
            "  - {id: breach, kind: red_line, when: breaches > 0 and handled >= 25, consequence: void}",
        )
        assert finals(months(rules, 30, 20, 30, breaches="jan feb")) == ["0", "100", "200"]

    def test_a_month_without_a_snapshot_uses_nothing_and_lets_the_window_end(self) -> None:
        rules = limited("limit: {pay: 300, per: quarter}")

        assert finals(months(rules, 20, None, 20)) == ["200", "100"]
        assert finals(months(rules, None, None, 20, None, 20)) == ["200", "200"]

    def test_what_is_held_keeps_its_place(self) -> None:
        # January's 200 are held and may be paid yet: 100 are left for February.
        rules = limited("hold_when: breaches > 0, limit: {pay: 300, per: quarter}")
        trial = months(rules, 20, 20, breaches="jan")

        assert finals(trial) == ["None", "100"]
        assert trial.line("bonus").held

    def test_where_an_amount_was_unknown_the_rest_is_unknown_until_the_window_ends(self) -> None:
        rules = limited("limit: {pay: 300, per: quarter}")
        trial = decide(
            rules,
            jan={"A": {"handled": None}},
            feb={"A": {"handled": 5}},
            mar={"A": {"handled": 0}},
            apr={"A": {"handled": 5}},
        )

        assert finals(trial) == ["None", "None", "0", "50"]
        assert trial.line("bonus", period="2026-02").undetermined

    def test_who_may_be_in_its_scope_keeps_a_place_and_who_is_not_does_not(self) -> None:
        rules = limited('applies_to: team == "x", limit: {pay: 300, per: quarter}')
        trial = decide(
            rules,
            jan={"A": {"handled": 20, "team": None}, "B": {"handled": 20, "team": "y"}},
            feb={"A": {"handled": 20, "team": "x"}, "B": {"handled": 20, "team": "x"}},
        )

        assert str(trial.line("bonus", "A", "2026-02").final) == "100"
        assert str(trial.line("bonus", "B", "2026-02").final) == "200"

    def test_a_rule_with_a_longer_period_has_it_too(self) -> None:
        # 600, then 1500 of which 400 are left of 1000.
        rules = limited("period: quarter, limit: {pay: 1000, per: year}")
        trial = months(rules, 10, 20, 30, 40, 50, 60)

        assert finals(trial) == ["0", "0", "600", "0", "0", "400"]
        assert codes_of(limited("period: quarter, limit: {pay: 1000, per: month}")) == ["IE3065"]

    def test_what_takes_money_off_is_not_cut(self) -> None:
        rules = (
            f"{METRICS}\nrules: [{{id: bonus, kind: bonus, pay: 0 - handled, limit: {{pay: 3, per: year}}}}]"
        )

        assert finals(months(rules, 20, 20)) == ["-20", "-20"]

    def test_the_limit_may_be_a_formula_and_below_zero_it_is_nothing(self) -> None:
        rules = limited("limit: {pay: 100 - 60 * errors, per: month}")
        trial = decide(rules, jan={"A": {"handled": 9, "errors": 1}, "B": {"handled": 9, "errors": 2}})

        assert [str(trial.line("bonus", agent).final) for agent in "AB"] == ["40", "0"]

    def test_what_others_read_is_the_amount_within_the_limit(self) -> None:
        rules = limited(
            "limit: {pay: 50, per: month}, recognise: praise",
            "  - {id: more, kind: bonus, pay: bonus.amount}",
        )
        trial = months(rules, 20)

        assert str(trial.line("more").amount) == "50"
        assert str(trial.line("bonus").amount) == "50"

    def test_redeemed_credits_stand_under_it_too_and_ceilings_come_behind_it(self) -> None:
        rules = f"""{METRICS}
rules:
  - id: learning
    kind: growth_credit
    earn: [{{credits: 10, per: handled}}]
    redeem: {{pay: 1}}
    limit: {{pay: 50, per: month}}
  - {{id: bonus, kind: bonus, pay: 100, limit: {{pay: 130, per: year}}}}
  - {{id: ceiling, kind: pool, ceiling: 80, over: bonus}}"""
        trial = months(rules, 20, 20)

        assert str(trial.line("learning").final) == "50"
        assert trial.line("learning").policy_line.built.results["amount"].value.node is (
            trial.line("learning").policy_line.amount
        )
        # The ceiling leaves 80 in January, so that 130 - 80 = 50 are left in February.
        assert finals(trial) == ["80", "50"]

    def test_weeks_lie_in_years_and_days_in_months(self) -> None:
        rules = limited("limit: {pay: 300, per: year}")
        weeks = {"2026-W01": {"A": {"handled": 20}}, "2026-W53": {"A": {"handled": 20}}}
        assert finals(decide_over(rules, "week", weeks)) == ["200", "100"]
        days = {"2026-01-31": {"A": {"handled": 40}}, "2026-02-01": {"A": {"handled": 40}}}
        assert finals(decide_over(limited("limit: {pay: 300, per: month}"), "day", days)) == ["300", "300"]

    def test_the_explanation_tells_what_was_used_and_what_is_left(self) -> None:
        rules = """
rules:
  - {id: bonus, kind: bonus, pay: 10 * handled, limit: {pay: 300, per: month}}"""
        cut, kept = decide_one(rules, handled=40), decide_one(rules, handled=30)

        assert (
            "The limit is 300.00 CNY a month, of which 0.00 CNY was used before:"
            " 300.00 CNY of 400.00 CNY is left." in cut.explain().text()
        )
        assert "每月上限 300.00 元，此前已用 0.00 元：400.00 元 减为 300.00 元。" in cut.explain("zh").text()
        assert "The limit of 300.00 CNY a month is not passed; 0.00 CNY was used" in kept.explain().text()
        assert "limit" not in decide_one(rules, handled=0).explain(nearest=False).text()
        trial = decide(
            limited("limit: {pay: 300, per: year}"), jan={"A": {"handled": None}}, feb={"A": {"handled": 5}}
        )
        steps = trial.line("bonus", period="2026-02").policy_line.built.steps
        told = [
            step.text
            for step in steps
            if step.when is not None and trial.line("bonus", period="2026-02").values[step.when]
        ]
        assert told == ["bonus.pay", "limit.unknown"]

    @pytest.mark.parametrize(
        ("rule", "code"),
        [
            (
                "{id: a, kind: red_line, when: handled > 1, consequence: void, limit: {pay: 1, per: month}}",
                "IE3064",
            ),
            ("{id: a, kind: bonus, pay: 1, limit: {pay: 1, per: week}}", "IE3065"),
            ("{id: a, kind: bonus, pay: 1, limit: {pay: -1, per: month}}", "IE3066"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, rule: str, code: str) -> None:
        assert codes_of(f"{METRICS}\nrules: [{rule}]") == [code]


def trued_up(then: str, kind: str = "pay: 1000") -> str:
    return f"""{METRICS}
rules:
  - {{id: monthly, kind: bonus, tags: [regular], pay: 10 * handled}}
  - {{id: extra, kind: bonus, tags: [regular], pay: errors, when: errors > 0}}
  - {{id: grand, kind: bonus, {kind}, then: {then}}}
  - {{id: breach, kind: red_line, when: breaches > 0, consequence: {{keep: 50%}}, affects: monthly}}"""


class TestWhatHasBeenPaidAlready:
    def test_it_comes_off_as_the_rules_paid_it_in_the_end(self) -> None:
        # 200, of which the red line leaves 100: 1000 - 100.
        trial = months(trued_up("[{less_paid: [monthly]}]"), 20, 30, breaches="jan")

        assert finals(trial, "grand") == ["900", "700"]

    def test_the_order_is_the_order_of_the_steps(self) -> None:
        assert finals(months(trued_up("[{less_paid: monthly}, {floor: 0}]"), 120), "grand") == ["0"]
        assert finals(months(trued_up("[{less_paid: monthly}, {times: 2}]"), 20), "grand") == ["1600"]
        assert finals(months(trued_up("[{times: 2}, {less_paid: monthly}]"), 20), "grand") == ["1800"]
        assert finals(months(trued_up("[{less_paid: monthly}]"), 120), "grand") == ["-200"]

    def test_it_can_be_counted_since_a_window_began(self) -> None:
        # 1000 less 200, less 500, less 500 as March has no snapshot; in April the quarter begins: less 100.
        then = "[{less_paid: {rules: [monthly], per: quarter}}]"
        trial = months(trued_up(then), 20, 30, None, 10)

        assert finals(trial, "grand") == ["800", "500", "900"]

    def test_several_rules_can_take_off_the_same(self) -> None:
        rules = trued_up("[{less_paid: {rules: monthly, per: quarter}}]")
        rules += (
            "\n  - {id: other, kind: bonus, pay: 600, then: [{less_paid: {rules: monthly, per: quarter}}]}"
        )
        trial = months(rules, 20, 30)

        assert (finals(trial, "grand"), finals(trial, "other")) == (["800", "500"], ["400", "100"])

    def test_rules_can_be_named_by_tag(self) -> None:
        trial = decide(trued_up("[{less_paid: regular}]"), jan={"A": {"handled": 20, "errors": 7}})

        assert str(trial.line("grand").final) == "793"

    def test_to_a_rule_with_a_longer_period_it_is_all_that_was_paid_in_that(self) -> None:
        # 50 a case over the quarter, of which 10 were paid month by month: 40 x 60.
        rules = trued_up("[{less_paid: monthly}]", "period: quarter, pay: 50 * handled")
        trial = months(rules, 10, 20, 30)

        assert finals(trial, "grand") == ["0", "0", "2400"]
        assert codes_of(trued_up("[{less_paid: grand}]", "period: quarter, pay: 9")) == ["IE3067"]

    def test_a_rule_that_names_itself_pays_what_it_has_not_paid_earlier(self) -> None:
        # 30 a case over the year, paid month by month: 600, then 900 - 600, then 2400 - 900.
        rules = f"""{METRICS}
rules:
  - id: so_far
    kind: bonus
    pay: 30 * ytd(handled)
    then: [{{less_paid: {{rules: so_far, per: year}}}}]"""

        assert finals(months(rules, 20, 10, 50), "so_far") == ["600", "300", "1500"]

    def test_where_something_is_held_nobody_knows_what_has_been_paid(self) -> None:
        rules = f"""{METRICS}
rules:
  - {{id: monthly, kind: bonus, pay: 10 * handled, hold_when: breaches > 0}}
  - {{id: grand, kind: bonus, pay: 1000, then: [{{less_paid: {{rules: monthly, per: quarter}}}}]}}"""
        trial = months(rules, 20, 30, 10, 10, breaches="jan")

        assert finals(trial, "grand") == ["None", "None", "None", "900"]

    def test_a_deduction_decides_about_the_rules_before_its_own_line(self) -> None:
        # 50 come off `monthly`, which stands first: 200 - 50 = 150 has been paid, 1000 - 150.
        rules = trued_up("[{less_paid: monthly}]").replace("consequence: {keep: 50%}, affects: monthly", "")
        rules = rules.replace("when: breaches > 0, ", "when: breaches > 0, consequence: {deduct: 50}")

        assert finals(months(rules, 20, breaches="jan"), "grand") == ["850"]

    def test_the_explanation_names_each_rule_and_what_it_paid(self) -> None:
        rules = """
rules:
  - {id: monthly, kind: bonus, title: {en: Monthly, zh: 月度奖}, pay: 10 * handled}
  - {id: grand, kind: bonus, pay: 1000, then: [{less_paid: monthly}]}"""
        decision = decide_one(rules, handled=20)

        assert (
            "200.00 CNY has been paid already this month, so that 800.00 CNY of" in decision.explain().text()
        )
        assert "    Monthly: 200.00 CNY" in decision.explain().text()
        assert "本月已发放 200.00 元，1,000.00 元 减去后为 800.00 元。" in decision.explain("zh").text()
        unknown = decide_one(rules)
        assert "How much has been paid already this month is not known." in unknown.explain().text()

    @pytest.mark.parametrize(
        ("then", "code"),
        [
            ("[{less_paid: monthyl}]", "IE3053"),
            ("[{less_paid: breach}]", "IE3054"),
            ("[{less_paid: {rules: monthly, per: week}}]", "IE3065"),
            ("[{less_paid: grand}]", "IE3067"),
            ("[{less_paid: monthly, cap: 3}]", "IE3250"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, then: str, code: str) -> None:
        assert codes_of(trued_up(then))[:1] == [code]

    def test_a_rule_that_bears_the_tag_itself_counts_the_others(self) -> None:
        rules = trued_up("[{less_paid: regular}]").replace("id: grand,", "id: grand, tags: [regular],")

        assert str(decide(rules, jan={"A": {"handled": 20, "errors": 7}}).line("grand").final) == "793"

    def test_a_deduction_that_comes_off_the_rule_first_is_a_circle(self) -> None:
        # What the deduction leaves of `monthly` depends on what it finds at `grand`, which stands before.
        rules = f"""{METRICS}
rules:
  - {{id: grand, kind: bonus, pay: 1000, then: [{{less_paid: monthly}}]}}
  - {{id: monthly, kind: bonus, pay: 10 * handled}}
  - {{id: late, kind: red_line, when: breaches > 0, consequence: {{deduct: 50}}}}"""

        assert codes_of(rules) == ["IE3023"]

    def test_rules_that_wait_for_each_other_are_a_circle(self) -> None:
        rules = trued_up("[{less_paid: monthly}]").replace("pay: 10 * handled", "pay: grand.amount")

        assert "IE3023" in codes_of(rules)
