"""Warnings about the design of a ruleset are given where they are proven, and nowhere else."""

from __future__ import annotations

import random
from itertools import product
from typing import ClassVar

import pytest

from incentive_engine import parse_ruleset
from incentive_engine.check.checking import check_text
from incentive_engine.ruleset.problems import Problem

HEAD = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-06-30}
snapshot: {agent: agent, period: month}
attributes: {team: text, level: [junior, senior], hired: date}
metrics: {calls: {type: count, range: [0, 5000]}, csat: ratio, passed: boolean,
          late: {type: count, missing: 0}}
seasons:
  spring: {from: 03-01, until: 05-31}
  autumn: {from: 09-01, until: 11-30}
rules:
"""
# What uses all metrics, so that no warning is about them.
USED = "  - {id: used, kind: bonus, pay: (calls + late) * csat if passed else 0}\n"


def problems(rules: str, head: str = HEAD) -> tuple[Problem, ...]:
    return check_text(head + rules + USED)


def warned(rules: str, head: str = HEAD) -> list[str]:
    """Return the warnings on some rules: code and message."""
    return [f"{problem.code} {problem.message()}" for problem in problems(rules, head)]


def codes(rules: str, head: str = HEAD) -> list[str]:
    return [problem.code for problem in problems(rules, head)]


def bonus(**fields: str) -> str:
    """Return a bonus of 500 with some fields."""
    return (
        "  - {"
        + ", ".join(f"{name}: {text}" for name, text in ({"id": "b", "kind": "bonus"} | fields).items())
        + ("" if "pay" in fields else ", pay: 500")
        + "}\n"
    )


class TestConditions:
    @pytest.mark.parametrize(
        "condition",
        [
            "calls > 5000",
            "calls < 0",
            "csat > 100%",
            "late < 0",
            "calls >= 3000 and calls + late < 3000 - 5000",
            "autumn",  # The ruleset ends in June.
            "level == 'senior' and level == 'junior'",
            "calls > (5000 if level == 'senior' else 6000)",
        ],
    )
    def test_one_that_nothing_within_the_ranges_and_dates_fulfils(self, condition: str) -> None:
        assert codes(bonus(when=f'"{condition}"')) == ["IE3870"]

    @pytest.mark.parametrize(
        "condition",
        [
            "calls > 4999",
            "csat >= 100%",
            "spring",
            "level == 'senior'",
            "passed",
            "not passed",
            "calls > (4000 if level == 'senior' else 6000)",
            "calls < 4000 and calls > 3000",
            "rank(calls) > 3",
            "group_count() > 2",
            "previous(calls) > 100",
            "hired < 2026-01-01",
            "calls > 3000 and calls < 3000",  # It cannot hold, but intervals alone do not prove it.
        ],
    )
    def test_one_that_may_hold_and_may_fail_is_left_alone(self, condition: str) -> None:
        assert codes(bonus(when=f'"{condition}"')) == []

    @pytest.mark.parametrize(
        "condition", ["calls >= 0", "csat <= 100%", "late >= 0", "rank(calls) >= 1", "not autumn"]
    )
    def test_one_that_nothing_fails(self, condition: str) -> None:
        assert codes(bonus(when=f'"{condition}"')) == ["IE3871"]

    def test_it_is_told_with_what_is_written(self) -> None:
        (problem,) = problems(bonus(when="calls > 5000"))

        assert (
            problem.message()
            == "`calls > 5000` is never true, whatever the data within their declared ranges"
        )
        assert problem.message("zh") == "在声明的取值范围内，无论数据如何，`calls > 5000` 都不会成立"
        assert problem.severity == "warning"

    def test_the_conditions_inside_of_a_rule_are_looked_at_as_well(self) -> None:
        rule = (
            "  - {id: g, kind: growth_credit,"
            " earn: [{credits: 1, when: calls > 5000}, {credits: 2, per: late}]}\n"
        )
        assert codes(rule) == ["IE3870"]

    def test_the_breach_of_a_red_line(self) -> None:
        assert codes("  - {id: r, kind: red_line, when: late < 0, consequence: void}\n") == ["IE3870"]

    def test_the_conditions_of_reviews_recognition_and_later_pay_as_well(self) -> None:
        assert codes(bonus(hold_when="calls > 5000")) == ["IE3870"]
        assert codes(bonus(hold_when="calls > 4999")) == []
        assert codes(bonus(recognise="[{name: praise, when: calls > 5000}]")) == ["IE3870"]
        later = "[{share: 50%}, {share: 50%, within: 3 months, when: csat < 0%}]"
        assert codes(bonus(release=later)) == ["IE3870"]

    def test_one_that_is_never_known_is_nobodys_mistake_here(self) -> None:
        assert codes(bonus(when='"calls / (late - late) > 1"')) == []

    def test_what_depends_on_the_days_of_a_period(self) -> None:
        # No month has 32 days; which months there will be in all times nobody counts.
        condition = '"days_between(period_start, period_end) > 31"'

        assert codes(bonus(when=condition)) == ["IE3870"]
        for until in ("", ", until: 2036-06-30"):
            assert codes(bonus(when=condition), HEAD.replace(", until: 2026-06-30", until)) == []

    def test_a_window_of_the_calendar(self) -> None:
        # January to June have two first months of a quarter, and none in which a third year begins.
        assert codes(bonus(when='"ytd(calls) > 30000"')) == []


class TestRules:
    def test_one_for_nobody(self) -> None:
        by_date = bonus(effective="{from: 2027-01-01}")
        until = bonus(effective="{until: 2025-12-31}")
        by_scope = bonus(applies_to="calls > 5000")

        assert [codes(rule) for rule in (by_date, until, by_scope)] == [["IE3872"]] * 3
        places = [str(problems(rule)[0].span) for rule in (by_date, by_scope)]
        assert places == ["ruleset.yaml:15:44", "ruleset.yaml:15:38"]

    def test_one_that_never_pays(self) -> None:
        assert codes(bonus(pay="100 * calls, then: [{cap: 0}]")) == ["IE3873"]
        assert codes(bonus(pay="100 if calls > 5000 else 0")) == ["IE3873"]
        assert codes(bonus(pay='"100 if calls > 4999 else 0"')) == []

    def test_one_that_only_takes_does_something(self) -> None:
        assert codes(bonus(pay="0 - 10 * late")) == []

    def test_recognition_alone_is_something(self) -> None:
        star = (
            "  - {id: stars, kind: star_award, rank_by: [{highest: calls}], ties: all_win,"
            " prizes: [{recognise: x}]}\n"
        )
        assert codes(star) == []

    def test_credits_alone_are_something(self) -> None:
        rule = "  - {id: g, kind: growth_credit, earn: [{credits: 1, per: late}], redeem: {pay: 0}}\n"
        assert codes(rule) == []

    def test_one_whose_condition_never_holds_is_told_once(self) -> None:
        assert codes(bonus(when="calls > 5000", pay="0")) == ["IE3870"]


BANDS = """\
  - id: volume
    kind: tiered_bonus
    measure: calls
    tiers:
      - {upto: 500, pay: 0}
      - {upto: 5000, pay: 300}
      - {pay: 900, name: top}
"""


class TestBands:
    def test_one_beyond_the_range_of_the_metric(self) -> None:
        assert warned(BANDS) == ["IE3874 no value within the declared ranges lies in band top"]

    def test_in_slices_it_stands_at_its_rate(self) -> None:
        rates = (
            BANDS.replace("pay: 0}", "rate: 0}").replace("pay: 300", "rate: 1").replace("pay: 900", "rate: 2")
        )

        (problem,) = problems(rates.replace("    measure", "    mode: slices\n    measure"))
        assert problem.code == "IE3874"
        assert str(problem.span) == "ruleset.yaml:22:16"

    def test_it_is_reached_where_the_range_allows_it(self) -> None:
        assert codes(BANDS.replace("upto: 5000", "upto: 4999")) == []
        assert codes(BANDS, HEAD.replace(", range: [0, 5000]", "")) == []

    def test_the_bands_of_a_rule_that_never_acts_are_not_told_besides(self) -> None:
        assert codes(BANDS + "    when: autumn\n") == ["IE3870"]

    def test_limits_that_depend_on_an_attribute_are_looked_at_for_each_of_its_values(self) -> None:
        by = BANDS.replace("upto: 5000", "upto: {by: level, junior: 4000, senior: 6000}")
        none = BANDS.replace("upto: 5000", "upto: {by: level, junior: 7000, senior: 6000}")

        assert codes(by) == []
        assert codes(none) == ["IE3874"]


def whole(*tiers: str) -> str:
    listed = "".join(f"      - {{{tier}}}\n" for tier in tiers)
    return (
        f"  - id: volume\n    kind: tiered_bonus\n    measure: calls\n    mode: whole\n    tiers:\n{listed}"
    )


class TestCliffs:
    def test_more_work_that_pays_less(self) -> None:
        # 1000 x 1.50 = 1500, and just beyond it 1000 x 1.49 = 1490.
        assert warned(whole("upto: 1000, rate: 1.50", "rate: 1.49")) == [
            "IE3875 at 1,000 the whole is paid 1,500.00 CNY, and just beyond it only 1,490.00 CNY"
        ]

    def test_a_jump_of_more_than_a_quarter_of_what_is_paid_then(self) -> None:
        # From 1500 to 2000 is a quarter of 2000, which is not more.
        assert codes(whole("upto: 1000, rate: 1.50", "rate: 2")) == []
        assert warned(whole("upto: 1000, rate: 1.50", "rate: 2.01")) == [
            "IE3876 at 1,000 the pay jumps from 1,500.00 CNY to 2,010.00 CNY, however little is added"
        ]

    def test_of_deductions_it_is_a_jump_as_well(self) -> None:
        assert warned(whole("upto: 100, rate: 0 - 1", "rate: 0 - 2")) == [
            "IE3876 at 100 the pay jumps from -100.00 CNY to -200.00 CNY, however little is added"
        ]

    def test_what_depends_on_a_season_or_an_attribute_is_told_with_the_case(self) -> None:
        head = HEAD.replace(
            "rules:\n", "parameters:\n  fast: [{when: spring, value: 3}, {value: 1.2}]\nrules:\n"
        )
        by_level = whole("upto: 1000, rate: 1", "rate: {by: level, junior: 1.1, senior: 9}")

        assert warned(whole("upto: 1000, rate: 1", "rate: fast * 1 CNY"), head) == [
            (
                "IE3876 at 1,000 the pay jumps from 1,000.00 CNY to 3,000.00 CNY,"
                " however little is added (2026-03)"
            )
        ]
        assert warned(by_level) == [
            (
                "IE3876 at 1,000 the pay jumps from 1,000.00 CNY to 9,000.00 CNY,"
                " however little is added (level = senior)"
            )
        ]
        # What differs elsewhere has nothing to do with it.
        seasonal = bonus(id="x", pay="90 if spring else 80") + bonus(id="y", pay="late if passed else 0")
        assert warned(whole("upto: 1000, rate: 1", "rate: 9") + seasonal)[0].endswith(
            "however little is added"
        )
        # Of several cases the first is told.
        assert warned(by_level.replace("1.1", "8")) == [
            (
                "IE3876 at 1,000 the pay jumps from 1,000.00 CNY to 8,000.00 CNY,"
                " however little is added (level = junior)"
            )
        ]

    def test_a_straight_line_across_a_band_meets_the_next_without_a_jump(self) -> None:
        assert codes(whole("upto: 1000, rate: [1, 2]", "upto: 5000, rate: [2, 3]")) == []
        assert codes(whole("upto: 1000, rate: [1, 2]", "rate: 3")) == ["IE3876"]

    def test_rates_that_nobody_knows_beforehand_are_left_alone(self) -> None:
        assert codes(whole("upto: 1000, rate: 1", "rate: 1 + late")) == []

    def test_slices_and_fixed_amounts_have_none(self) -> None:
        assert codes(whole("upto: 1000, rate: 1", "rate: 9").replace("whole", "slices")) == []
        assert codes(BANDS.replace("upto: 5000", "upto: 4000")) == []


class TestPunishingByRank:
    @pytest.mark.parametrize(
        "condition",
        [
            "rank(calls) > 10",
            "percentile(csat) < 10%",
            "csat < group_mean(csat) - 5%",
            "calls - group_min(calls) == 0",
            "star.place > 3",
        ],
    )
    def test_a_red_line_that_goes_by_rank_or_comparison(self, condition: str) -> None:
        star = (
            "  - {id: star, kind: star_award, rank_by: [{highest: calls}], ties: all_win,"
            " prizes: [{pay: 9}]}\n"
        )
        red_line = f"  - {{id: last, kind: red_line, when: '{condition}', consequence: {{keep: 50%}}}}\n"

        assert codes(star + red_line) == ["IE3877"]

    @pytest.mark.parametrize(
        "condition",
        ["csat < 80%", "group_mean(csat, within=team) < 80%", "group_count(csat < 60%) > 3 and passed"],
    )
    def test_a_standard_that_all_can_keep_is_no_rank(self, condition: str) -> None:
        assert codes(f"  - {{id: low, kind: red_line, when: '{condition}', consequence: void}}\n") == []

    def test_a_deduction_whose_size_goes_by_rank(self) -> None:
        rule = "  - {id: r, kind: red_line, when: late > 3, consequence: {deduct: 10 * rank(calls)}}\n"
        assert codes(rule) == ["IE3877"]

    @pytest.mark.parametrize(
        "pay",
        [
            "0 - 100 if rank(calls) > 10 else 0",
            "100 if rank(calls) <= 10 else 0 - 100",
            "0 - 10 * rank(calls)",
            "default(0 - 10 * rank(calls), 0)",
            "0 - 100 if csat < group_mean(csat) else 20",
        ],
    )
    def test_a_negative_amount_by_rank(self, pay: str) -> None:
        assert codes(bonus(pay=f'"{pay}"')) == ["IE3877"]

    def test_with_a_condition_by_rank(self) -> None:
        assert codes(bonus(when='"percentile(csat) < 10%"', pay="0 - 100")) == ["IE3877"]

    @pytest.mark.parametrize(
        "pay", ["100 if rank(calls) <= 10 else 0", "0 - 100 if csat < 80% else 0", "500 - 10 * rank(calls)"]
    )
    def test_rewards_by_rank_and_deductions_by_a_standard_are_left_alone(self, pay: str) -> None:
        assert codes(bonus(pay=f'"{pay}"')) == []

    def test_bands_of_a_rank(self) -> None:
        rule = BANDS.replace("measure: calls", "measure: rank(calls)").replace("pay: 900", "pay: 0 - 900")
        assert codes(rule) == ["IE3877"]


class TestRedLines:
    @pytest.mark.parametrize("affects", ["card", "[card, other]"])
    def test_one_that_can_take_nothing(self, affects: str) -> None:
        card = """\
  - id: card
    kind: scorecard
    perspectives:
      p: {weight: 100%, measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]}
  - {id: other, kind: red_line, when: late > 9, consequence: void}
"""
        rule = f"  - {{id: r, kind: red_line, when: late > 3, consequence: void, affects: {affects}}}\n"

        assert warned(card + rule) == [
            "IE3879 `r` takes nothing from anybody: what it affects gives nothing that it could take"
        ]
        # Where somebody asks whether it is broken it does something.
        assert codes(card + rule + bonus(when="not r.broken")) == []

    def test_a_deduction_from_credits(self) -> None:
        learning = "  - {id: g, kind: growth_credit, earn: [{credits: 1, per: late}], redeem: {pay: 1}}\n"
        deduct = "  - {id: r, kind: red_line, when: late > 3, consequence: {deduct: 5}, affects: g}\n"

        assert codes(learning + deduct) == ["IE3879"]
        assert codes(learning + deduct.replace("{deduct: 5}", "void")) == []

    def test_without_names_it_stands_at_the_rule(self) -> None:
        card = "  - {id: r, kind: red_line, when: late > 3, consequence: void}\n"
        text = (
            HEAD
            + card
            + (
                "  - id: card\n    kind: scorecard\n    perspectives:\n      p: {weight: 100%, measures:"
                " [{id: m, measure: calls + late if passed else 0, weight: 50%, zero_at: 0, full_at: 9},"
                " {metric: csat, weight: 50%, zero_at: 0%, full_at: 100%}]}\n"
            )
        )
        assert [str(problem.span) for problem in check_text(text)] == ["ruleset.yaml:15:10"]


class TestMetrics:
    def test_one_that_nothing_uses(self) -> None:
        head = HEAD.replace("late: {", "idle: count, late: {")
        assert warned("", head) == ["IE3878 no rule uses the metric `idle`, and yet the data have to have it"]

    def test_one_that_only_an_unused_formula_uses(self) -> None:
        head = HEAD.replace("late: {", "idle: count, late: {").replace(
            "rules:", "formulas: {twice: 2 * idle}\nrules:"
        )
        assert codes("", head) == ["IE3878"]

    def test_one_that_says_whether_another_is_enough_is_used(self) -> None:
        head = HEAD.replace("csat: ratio", "surveys: count, csat: {type: ratio, enough: surveys >= 20}")
        assert codes("", head) == []

    def test_one_that_only_red_lines_groups_or_history_read_is_used(self) -> None:
        head = HEAD.replace("late: {", "a: count, b: count, c: count, late: {")
        rules = (
            bonus(id="x", pay="group_sum(a)")
            + bonus(id="y", pay='"rolling(b, 3)"')
            + "  - {id: r, kind: red_line, when: c > 0, consequence: void}\n"
        )
        assert codes(rules, head) == []


def test_a_ruleset_with_errors_is_not_looked_at() -> None:
    assert codes(bonus(when="calls > 5000", pay="nothing")) == ["IE2100"]


class TestSoundness:
    """Whatever is said to hold never, or always, does so on every row of data that the ranges allow."""

    ROWS: ClassVar[list[dict[str, str]]] = [
        {"agent": f"A{number}", "month": month, "team": "a", "level": level, "hired": "2024-01-01"}
        | {"calls": calls, "csat": csat, "passed": passed, "late": "1"}
        for number, (month, level, calls, csat, passed) in enumerate(
            product(("2026-02", "2026-04"), ("junior", "senior"), ("0", "5000"), ("0", "1"), ("yes", "no"))
        )
    ]
    TERMS = (
        *(
            "calls > 5000",
            "calls >= 0",
            "calls + late <= 4000",
            "csat * calls > 5000",
            "csat > 100%",
            "passed",
        ),
        *(
            "spring",
            "autumn",
            "level == 'senior'",
            "calls > (6000 if level == 'junior' else 4999)",
            "csat >= 0%",
        ),
    )

    @pytest.mark.parametrize("seed", range(25))
    def test_random_conditions(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 -- the same conditions each time
        one, other, third = (
            chance.choice(("", "not ")) + f"({term})" for term in chance.sample(self.TERMS, k=3)
        )
        condition = f"{one} {chance.choice(('and', 'or'))} ({other} {chance.choice(('and', 'or'))} {third})"
        text = HEAD + bonus(when=f'"{condition}"', pay="1") + USED

        found = {problem.code for problem in check_text(text)}
        decisions = parse_ruleset(text).evaluate_all(self.ROWS)
        paid = {decision.line("b").final for decision in decisions}
        assert decisions.rejected == ()
        assert paid <= {0, 1}
        assert "IE3870" not in found or paid == {0}
        assert "IE3871" not in found or paid == {1}


class TestRulesOfLongerPeriods:
    def test_a_ruleset_that_ends_inside_of_one_is_warned_of(self) -> None:
        rules = bonus(period="quarter") + bonus(id="m", when="late > 1")

        assert codes(rules, HEAD.replace("2026-06-30", "2026-05-31")) == ["IE3882"]
        assert codes(rules, HEAD) == []

    def test_a_ruleset_without_an_end_is_not(self) -> None:
        assert codes(bonus(period="quarter"), HEAD.replace(", until: 2026-06-30", "")) == []
