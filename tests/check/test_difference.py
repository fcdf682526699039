"""What differs between two versions of a ruleset is said in the words of the domain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from incentive_engine import RulesetError
from incentive_engine.check.changes import Subject
from incentive_engine.check.difference import RulesetDiff, compare
from incentive_engine.check.matching import called, pairs
from incentive_engine.ruleset.nodes import Items, Scalar, Table
from incentive_engine.ruleset.problems import Span
from tests.check.conftest import Run
from tests.support.places import RULESETS

HEAD = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {level: [junior, senior], team: text}
metrics: {calls: count, csat: ratio, hours: {type: number, range: [0, 200]}}
"""
BONUS = "rules:\n  - {id: bonus, kind: bonus, pay: 5 * calls}\n"


def between(before: str, after: str) -> RulesetDiff:
    return compare(before, after, "old.yaml", "new.yaml")


def sentences(before: str, after: str, head: str = HEAD) -> list[str]:
    """Return what differs between two rulesets of the same head."""
    return [change.sentence() for change in between(head + before, head + after).changes]


def of_section(before: str, after: str) -> list[str]:
    """Return what differs where two rulesets have one section more, and the same bonus."""
    return sentences(before + "\n" + BONUS, after + "\n" + BONUS)


def of_rule(before: str, after: str) -> list[str]:
    """Return what differs in one rule, of which the fields behind the id are given."""
    return sentences(f"rules:\n  - id: one\n    {before}\n", f"rules:\n  - id: one\n    {after}\n")


def tiers(bands: str) -> str:
    return f"kind: tiered_bonus\n    measure: calls\n    mode: slices\n    tiers: [{bands}]"


class TestHowSomethingIsWrittenDoesNotCount:
    def test_spaces_zeros_and_comments(self) -> None:
        before, after = "kind: bonus\n    pay: 1.5*calls", "pay: 1.50 * calls # so\n    kind: bonus"
        assert of_rule(before, after) == []

    def test_long_and_short_forms(self) -> None:
        before = "parameters: {limit: 5, by_level: {by: level, junior: 1, senior: 2}}"
        after = "parameters: {limit: {value: 5}, by_level: {value: {by: level, senior: 2, junior: 1}}}"
        assert of_section(before, after) == []

    def test_types_of_columns(self) -> None:
        before = HEAD + BONUS
        after = before.replace("calls: count", "calls: {type: count}").replace(
            "level: [junior, senior]", "level: {type: choice, options: [junior, senior]}"
        )
        # The type of a choice need not be named; where it is, that is all that is new.
        assert [change.sentence() for change in between(before, after).changes] == [
            "level has `type` now: choice"
        ]

    def test_one_name_or_a_list_of_one(self) -> None:
        red = "  - {id: late, kind: red_line, when: calls > 9, consequence: void, affects: %s}\n"
        assert sentences(BONUS + red % "bonus", BONUS + red % "[bonus]") == []


class TestTheHead:
    def test_version_and_title(self) -> None:
        before = HEAD + "title: {en: Old, zh: 旧}\n" + BONUS
        after = HEAD.replace('"1"', '"2"') + "title: {zh: 新方案}\n" + BONUS
        version, title = between(before, after).changes

        assert version.sentence() == "the ruleset: `version` is 2 instead of 1"
        assert version.sentence("zh") == "规则集：`version` 由 1 改为 2"
        assert title.sentence("en") == "the ruleset: `title` is 新方案 instead of Old"
        assert title.sentence("zh") == "规则集：`title` 由 旧 改为 新方案"

    def test_dates_in_force(self) -> None:
        before = "effective: {from: 2026-01-01, until: 2026-06-30}"
        after = "effective: {from: 2026-01-01, until: 2026-12-31}"
        assert of_section(before, after) == [
            "the ruleset: `effective`: `until` is 2026-12-31 instead of 2026-06-30"
        ]


class TestNamesAndValues:
    @pytest.mark.parametrize(
        ("section", "entry", "word"),
        [
            ("seasons", "{peak: {from: 11-01, until: 11-30}}", "season peak"),
            ("parameters", "{peak: 5}", "parameter peak"),
            ("formulas", "{peak: 2 * calls}", "formula peak"),
        ],
    )
    def test_one_is_new_or_gone(self, section: str, entry: str, word: str) -> None:
        (new,) = of_section("", f"{section}: {entry}")
        assert new.startswith(f"the {word} is new: ")
        assert of_section(f"{section}: {entry}", "") == [f"the {word} is gone"]

    def test_a_new_parameter_is_told_with_its_value(self) -> None:
        assert of_section("", "parameters: {limit: 5 min}") == ["the parameter limit is new: 5 min"]

    def test_a_metric_and_an_attribute_are_new(self) -> None:
        with_more = HEAD.replace("{calls: count,", "{calls: count, late: count,").replace(
            "team: text", "team: text, site: text"
        )
        assert [change.sentence() for change in between(HEAD + BONUS, with_more + BONUS).changes] == [
            "the attribute site is new: `{type: text}`",
            "the metric late is new: `{type: count}`",
        ]

    def test_an_option_and_a_range(self) -> None:
        changed = HEAD.replace("[junior, senior]", "[junior, senior, lead]").replace("[0, 200]", "[0, 150]")
        assert [change.sentence() for change in between(HEAD + BONUS, changed + BONUS).changes] == [
            "level: `options` is `[junior, senior, lead]` instead of `[junior, senior]`",
            "hours: `range` is `[0, 150]` instead of `[0, 200]`",
        ]

    def test_a_value(self) -> None:
        assert of_section("parameters: {limit: 5 min}", "parameters: {limit: 8 min}") == [
            "limit is 8 min instead of 5 min"
        ]

    def test_a_value_for_one_level(self) -> None:
        before = "parameters: {share: {by: level, junior: 300, senior: 400}}"
        after = "parameters: {share: {by: level, junior: 450, senior: 400}}"
        assert of_section(before, after) == ["share for junior is 450 instead of 300"]

    def test_a_value_that_becomes_cases(self) -> None:
        assert of_section("parameters: {limit: 5}", "parameters: {limit: [{value: 6}]}") == [
            "limit is `[{value: 6}]` instead of 5"
        ]

    def test_cases_are_told_apart_by_their_dates(self) -> None:
        before = "[{until: 2026-03-31, value: 85%}, {until: 2026-06-30, value: 87%}, {value: 89%}]"
        after = "[{until: 2026-03-31, value: 84%}, {until: 2026-06-30, value: 87%}, {value: 90%}]"
        assert of_section(f"parameters: {{goal: {before}}}", f"parameters: {{goal: {after}}}") == [
            "goal until 2026-03-31 is 84% instead of 85%",
            "goal in all other cases is 90% instead of 89%",
        ]

    def test_a_case_is_new_and_another_one_gone(self) -> None:
        before = "[{when: calls > 5, value: 1}, {from: 2026-02-01, value: 2}, {value: 3}]"
        after = "[{when: calls > 5, value: 1}, {value: 3}]"
        one, other = (f"parameters: {{goal: {each}}}" for each in (before, after))
        assert of_section(one, other) == [
            "goal from 2026-02-01 on is gone; it was `{from: 2026-02-01, value: 2}`"
        ]
        assert of_section(other, one) == ["goal from 2026-02-01 on is new: `{from: 2026-02-01, value: 2}`"]

    def test_the_date_of_a_case_changes(self) -> None:
        before = "[{until: 2026-03-31, value: 1}, {value: 3}]"
        after = "[{until: 2026-04-30, value: 1}, {value: 3}]"
        assert of_section(f"parameters: {{goal: {before}}}", f"parameters: {{goal: {after}}}") == [
            "goal until 2026-04-30: `until` is 2026-04-30 instead of 2026-03-31"
        ]

    def test_the_order_of_cases_counts(self) -> None:
        before = "[{when: calls > 5, value: 1}, {when: calls > 3, value: 2}, {value: 3}]"
        after = "[{when: calls > 3, value: 2}, {when: calls > 5, value: 1}, {value: 3}]"
        assert of_section(f"parameters: {{goal: {before}}}", f"parameters: {{goal: {after}}}") == [
            "goal: what stands under `value` has another order"
        ]


class TestTitlesBesideOptions:
    def test_a_title_beside_options_is_told_apart_from_them(self) -> None:
        before = "parameters: {goal: {by: level, junior: 1, senior: 2}}"
        after = "parameters: {goal: {by: level, junior: 1, senior: 3, title: Goal}}"
        assert of_section(before, after) == [
            "goal for senior is 3 instead of 2",
            "goal has `title` now: Goal",
        ]


class TestFactsAndTables:
    def test_a_fact_is_new_or_of_another_kind(self) -> None:
        fact = "facts: {goal: {type: count, per: team}}"
        assert of_section("facts: {}", "facts: {revenue: money}") == [
            "the fact revenue is new: `{type: money}`"
        ]
        assert of_section("facts: {goal: count}", fact) == ["goal has `per` now: team"]
        assert of_section("facts: {goal: count}", "facts: {}") == ["the fact goal is gone"]

    def test_a_band_of_a_table_changes(self) -> None:
        before, after = (
            f"tables: {{scale: {{mode: slices, tiers: [{{upto: 10, rate: {rate}}}, {{rate: 3}}]}}}}"
            for rate in (1, 2)
        )
        assert of_section(before, after) == ["scale: the band up to 10 pays 2 instead of 1"]

    def test_a_table_by_an_attribute_changes_for_its_options(self) -> None:
        before, after = (
            f"tables: {{goal: {{by: level, junior: {one}, senior: {{tiers: [{{pay: {other}}}]}}}}}}"
            for one, other in ((1, 2), (3, 4))
        )
        assert of_section(before, after) == [
            "goal for junior is 3 instead of 1",
            "goal for senior: the only band pays 4 instead of 2",
        ]

    def test_a_table_is_new_or_gone(self) -> None:
        table = "tables: {goal: {by: level, junior: 1, senior: 2}}"
        assert of_section("", table) == ["the table goal is new: `{by: level, junior: 1, senior: 2}`"]
        assert of_section(table, "") == ["the table goal is gone"]


class TestBands:
    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            (
                "{upto: 500, rate: 0}, {upto: 1500, rate: 2}, {rate: 3.00}",
                "{upto: 500, rate: 0}, {upto: 1500, rate: 2.5}, {rate: 3.25}",
                [
                    "one: the band above 500 up to 1500 pays 2.5 instead of 2",
                    "one: the band above 1500 pays 3.25 instead of 3.00",
                ],
            ),
            (
                "{upto: 500, rate: 0}, {rate: 3}",
                "{upto: 500, rate: 1}, {rate: 3}",
                ["one: the band up to 500 pays 1 instead of 0"],
            ),
            (
                "{below: 500, rate: 0}, {below: 900, rate: 2}, {rate: 3}",
                "{below: 500, rate: 1}, {below: 900, rate: 1}, {rate: 4}",
                [
                    "one: the band below 500 pays 1 instead of 0",
                    "one: the band from 500 to below 900 pays 1 instead of 2",
                    "one: the band from 900 on pays 4 instead of 3",
                ],
            ),
            (
                "{above: 900, rate: 3}, {above: 500, rate: 2}, {rate: 0}",
                "{above: 900, rate: 4}, {above: 500, rate: 1}, {rate: 1}",
                [
                    "one: the band above 900 pays 4 instead of 3",
                    "one: the band above 500 up to 900 pays 1 instead of 2",
                    "one: the band up to 500 pays 1 instead of 0",
                ],
            ),
            (
                "{rate: 0}, {from: 500, rate: 2}, {from: 900, rate: 3}",
                "{rate: 0}, {from: 500, rate: 1}, {from: 900, rate: 3}",
                ["one: the band from 500 to below 900 pays 1 instead of 2"],
            ),
            (
                "{rate: 3}, {upto: 500, rate: 2}",
                "{rate: 4}, {upto: 500, rate: 2}",
                ["one: the band above 500 pays 4 instead of 3"],
            ),
            ("{rate: 3}", "{rate: 4}", ["one: the only band pays 4 instead of 3"]),
        ],
    )
    def test_a_band_is_called_by_both_its_limits(self, before: str, after: str, said: list[str]) -> None:
        assert of_rule(tiers(before), tiers(after)) == said

    def test_the_same_bands_downwards_or_upwards_are_the_same(self) -> None:
        assert (
            of_rule(tiers("{upto: 500, rate: 0}, {rate: 3}"), tiers("{rate: 3}, {upto: 500, rate: 0}")) == []
        )

    def test_a_limit_moves(self) -> None:
        before = "{upto: 500, rate: 0}, {upto: 900, rate: 2}, {rate: 3}"
        after = "{upto: 600, rate: 0}, {upto: 900, rate: 2}, {rate: 3}"
        assert of_rule(tiers(before), tiers(after)) == ["one: the band up to 600 ends at 600 now, not at 500"]

    def test_a_band_is_new_in_the_middle(self) -> None:
        before = "{upto: 500, rate: 0}, {rate: 3}"
        after = "{upto: 500, rate: 0}, {upto: 900, rate: 2}, {rate: 3}"
        # What was above 500 is now cut off at 900, and pays less.
        assert of_rule(tiers(before), tiers(after)) == [
            "one: the band above 500 up to 900 ends at 900 now; it had no end",
            "one: the band above 500 up to 900 pays 2 instead of 3",
            "one: the band above 900 is new: `{rate: 3}`",
        ]

    def test_a_band_is_gone_in_the_middle(self) -> None:
        before = "{below: 500, rate: 0}, {below: 900, rate: 2}, {rate: 3}"
        after = "{below: 500, rate: 0}, {rate: 2}"
        assert of_rule(tiers(before), tiers(after)) == [
            "one: the band from 500 on has no end now; it ended below 900",
            "one: the band from 900 on is gone; it was `{rate: 3}`",
        ]

    def test_a_band_keeps_its_name(self) -> None:
        before = "{upto: 500, rate: 0, name: low}, {rate: 3, name: high}"
        after = "{upto: 700, rate: 0, name: low}, {rate: 3, name: top}"
        assert of_rule(tiers(before), tiers(after)) == [
            "one: the band up to 700 ends at 700 now, not at 500",
            "one: the band above 700: `name` is top instead of high",
        ]

    def test_a_band_whose_upper_limit_stays(self) -> None:
        before = "{from: 0, rate: 1}, {from: 500, rate: 2}, {from: 900, rate: 3}"
        after = "{from: 0, rate: 1}, {from: 600, rate: 2}, {from: 900, rate: 3}"
        # The first band begins where it did, the second one ends where it did.
        assert of_rule(tiers(before), tiers(after)) == [
            "one: the band from 600 to below 900: `from` is 600 instead of 500"
        ]

    def test_a_straight_line_of_points(self) -> None:
        card = "kind: scorecard\n    perspectives: {all: {weight: 100%%, measures: [%s]}}"
        measure = "{metric: calls, weight: 100%%, tiers: [{upto: 50, points: %s}, {points: 100}]}"
        before, after = (card % (measure % points) for points in ("[0, 50]", "[0, 60]"))
        band = "one: the perspective all: the measure calls: the band up to 50"
        assert of_rule(before, after) == [f"{band} gives `[0, 60]` points instead of `[0, 50]`"]


CARD = """kind: scorecard
    perspectives:
      customer:
        weight: 60%
        measures:
          - {metric: csat, weight: 100%, zero_at: 70%, full_at: 90%}
      work:
        weight: 40%
        measures:
          - {metric: calls, weight: 50%, zero_at: 100, full_at: 500}
          - {measure: hours, id: training, weight: 50%, zero_at: 0, full_at: 10}
    grades: {A: 90, B: 80, C: 0}"""


class TestScorecards:
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("{A: 90,", "{A: 92,", ["one: the grade A begins at 92 instead of 90"]),
            ("B: 80, ", "", ["one: the grade B is gone; it was 80"]),
            ("{A: 90,", "{S: 95, A: 90,", ["one: the grade S is new: 95"]),
            (
                "zero_at: 70%",
                "zero_at: 65%",
                ["one: the perspective customer: the measure csat gives nothing at 65% instead of 70%"],
            ),
            (
                "full_at: 10}",
                "full_at: 20}",
                ["one: the perspective work: the measure training gives full marks at 20 instead of 10"],
            ),
            (
                "full_at: 500}",
                "full_at: 500, unknown: 0}",
                ["one: the perspective work: the measure calls has `unknown` now: 0"],
            ),
            ("weight: 60%", "weight: 60.0%", []),
        ],
    )
    def test_a_part_is_called_by_its_name(self, old: str, new: str, said: list[str]) -> None:
        assert of_rule(CARD, CARD.replace(old, new)) == said

    def test_perspectives_come_and_go(self) -> None:
        only = (
            CARD.split("      work:", maxsplit=1)[0].replace("60%", "100%")
            + "    grades: {A: 90, B: 80, C: 0}"
        )
        weight, gone = of_rule(CARD, only)
        assert weight == "one: the perspective customer weighs 100% instead of 60%"
        assert gone.startswith("one: the perspective work is gone; it was `{weight: 40%, measures: ")
        assert of_rule(only, CARD)[1].startswith("one: the perspective work is new: ")


class TestOtherKinds:
    def test_a_rule_is_new_or_gone_or_of_another_kind(self) -> None:
        two = BONUS + "  - {id: two, kind: bonus, pay: 5}\n"
        assert sentences(BONUS, two) == ["the rule two is new"]
        assert sentences(two, BONUS) == ["the rule two is gone"]
        assert of_rule("kind: bonus\n    pay: 5", tiers("{rate: 3}")) == [
            "one is now a tiered_bonus instead of a bonus"
        ]

    def test_the_order_of_rules_counts(self) -> None:
        one, two = "  - {id: one, kind: bonus, pay: 5}\n", "  - {id: two, kind: bonus, pay: 6}\n"
        (moved,) = between(HEAD + "rules:\n" + one + two, HEAD + "rules:\n" + two + one).changes
        assert moved.sentence() == "the ruleset: what stands under `rules` has another order"
        assert moved.kind == "moved"

    def test_a_condition_and_what_it_pays(self) -> None:
        before = "kind: bonus\n    when: calls > 5\n    pay: 5 * calls"
        after = "kind: bonus\n    when: calls > 6\n    pay: {by: level, junior: 5, senior: 6}"
        assert of_rule(before, after) == [
            "the condition of one is `calls > 6` instead of `calls > 5`",
            "one pays `{by: level, junior: 5, senior: 6}` instead of `5 * calls`",
        ]

    def test_what_it_pays_for_a_level(self) -> None:
        before = "kind: bonus\n    pay: {by: level, junior: 5, senior: 6}"
        assert of_rule(before, before.replace("senior: 6", "senior: 7")) == [
            "one for senior pays 7 instead of 6"
        ]

    def test_steps_are_told_apart_by_what_they_say_and_keep_their_order(self) -> None:
        before = "kind: bonus\n    pay: 5\n    then: [{times: 2}, {cap: 8}, {plus: 1}]"
        after = "kind: bonus\n    pay: 5\n    then: [{cap: 9}, {times: 2}]"
        # `times` is the same step in another place; what is left has no partner at its place.
        assert of_rule(before, after) == [
            "one: step 1 is new: `{cap: 9}`",
            "one: step 2 is gone; it was `{cap: 8}`",
            "one: step 3 is gone; it was `{plus: 1}`",
        ]
        assert of_rule(before, before.replace("{times: 2}, {cap: 8}", "{cap: 8}, {times: 2}")) == [
            "one: what stands under `then` has another order"
        ]
        assert of_rule(before, before.replace("cap: 8", "cap: 9")) == ["one: step 2: `cap` is 9 instead of 8"]

    def test_prizes_and_ranking(self) -> None:
        star = (
            "kind: star_award\n    ties: all_win\n    rank_by: [{highest: calls}]\n    prizes: [{pay: 100}]"
        )
        after = star.replace("{pay: 100}", "{pay: 80, recognise: star}, {pay: 40}").replace("calls", "csat")
        assert of_rule(star, after) == [
            "one: ranking key 1: `highest` is csat instead of calls",
            "one: prize 1 pays 80 instead of 100",
            "one: prize 1 has `recognise` now: star",
            "one: prize 2 is new: `{pay: 40}`",
        ]

    def test_recognition_in_two_languages(self) -> None:
        star = (
            "kind: star_award\n    ties: all_win\n    rank_by: [{highest: calls}]\n"
            "    prizes: [{recognise: [{en: a, zh: 甲}, {en: b, zh: 乙}]}]"
        )
        (change,) = between(
            f"{HEAD}rules:\n  - id: one\n    {star}\n",
            f"{HEAD}rules:\n  - id: one\n    {star.replace('en: b, zh: 乙', 'en: c, zh: 丙')}\n",
        ).changes
        assert change.sentence("en") == "one: prize 1: recognition 2 is c instead of b"
        assert change.sentence("zh") == "one：第 1 个奖项：第 2 项荣誉由 乙 改为 丙"

    def test_growth_credits(self) -> None:
        earn = "[{credits: 20, per: hours, upto: {credits: 600}}]"
        credit = f"kind: growth_credit\n    earn: {earn}\n    redeem: {{pay: 1}}"
        after = credit.replace("600", "500").replace("pay: 1", "pay: 2")
        assert of_rule(credit, after) == [
            "one: way 1 to earn: `upto`: `credits` is 500 instead of 600",
            "one: `redeem` pays 2 instead of 1",
        ]

    def test_a_list_of_values_is_told_as_a_whole(self) -> None:
        card = CARD.replace("zero_at: 70%, full_at: 90%", "percentile: [70%, 80%]")
        reference = "`percentile` is `[70%, 85%]` instead of `[70%, 80%]`"
        assert of_rule(card, card.replace("[70%, 80%]", "[70%, 85%]")) == [
            f"one: the perspective customer: the measure csat: {reference}"
        ]

    def test_the_items_of_another_packages_kind_are_called_by_their_numbers(self) -> None:
        at = Span("k.yaml", 1, 1, 1, 2)
        lists = [Items([Table([(Scalar("days", at), Scalar(each, at))], at)], at) for each in "34"]
        (pair,) = pairs("steps", *lists)
        assert called("steps", pair, Subject("rules", "x")).words("en") == "x: item 1 of `steps`"


class TestTheReport:
    def test_places_are_the_lines_of_both_files(self) -> None:
        old, new = BONUS, BONUS.replace("5 *", "6 *") + "  - {id: two, kind: bonus, pay: 5}\n"
        changed, added = between(HEAD + old, HEAD + "\n" + new).changes

        assert changed.placed() == "bonus pays `6 * calls` instead of `5 * calls` (line 10, now 11)"
        assert added.placed("zh") == "新增规则 two（新版第 12 行）"
        (removed,) = between(
            HEAD + new, HEAD + new.splitlines()[0] + "\n" + new.splitlines()[1] + "\n"
        ).changes
        assert removed.placed() == "the rule two is gone (line 11 of the old one)"

    def test_text_and_markdown_have_the_sections(self) -> None:
        found = between(HEAD + BONUS, HEAD + "parameters: {limit: 5}\n" + BONUS.replace("5 *", "6 *"))

        assert found.text() == (
            "trial, version 1, compared with trial, version 1\n"
            "\n"
            "Parameters\n"
            "  the parameter limit is new: 5 (line 9 of the new one)\n"
            "\n"
            "Rules\n"
            "  bonus pays `6 * calls` instead of `5 * calls` (line 10, now 11)\n"
        )
        assert found.markdown("zh") == (
            "# trial 版本 1 与 trial 版本 1 的比较\n"
            "\n"
            "## 参数\n"
            "\n"
            "- 新增参数 limit：5（新版第 9 行）\n"
            "\n"
            "## 规则\n"
            "\n"
            "- bonus 的金额由 `5 * calls` 改为 `6 * calls`（第 10 行，现为第 11 行）\n"
        )

    def test_nothing_differs(self) -> None:
        assert between(HEAD + BONUS, HEAD + BONUS).text().endswith("\n\nBoth say the same.\n")

    def test_it_can_be_read_by_programs(self) -> None:
        found = between(HEAD + BONUS, HEAD + BONUS.replace("5 *", "6 *")).to_dict()

        assert found["before"] == {"file": "old.yaml", "ruleset": "trial", "version": "1"}
        assert found["changes"] == [
            {
                "kind": "changed",
                "section": "rules",
                "entry": "bonus",
                "subject": "bonus",
                "field": "pay",
                "before": "5 * calls",
                "after": "6 * calls",
                "before_line": 10,
                "after_line": 10,
                "text": "bonus pays `6 * calls` instead of `5 * calls`",
            }
        ]

    def test_a_ruleset_that_cannot_be_used_is_not_compared(self) -> None:
        with pytest.raises(RulesetError, match="IE1101"):
            between(HEAD + BONUS, HEAD)


class TestTheCommand:
    old = RULESETS / "service-incentives-2026.yaml"
    new = RULESETS / "service-quality-first.yaml"

    def test_it_tells_what_the_proposal_changes(self, run: Run) -> None:
        result = run("diff", self.old, self.new)

        assert (result.exit_code, result.stderr) == (0, "")
        lines = result.stdout.splitlines()
        # As the comment at the top of the proposal says: less for volume, more for quality and for thanks.
        assert (
            "  volume_bonus: the band above 1500 is gone; it was `{rate: 3}` (line 82 of the old one)"
            in lines
        )
        assert "  quality_pay for lead is 800 instead of 600 (line 48, now 48)" in lines
        assert [line for line in lines if line and not line.startswith(" ")] == [
            "service_incentives, version 2026.1, compared with service_incentives, version 2026.2-proposal",
            "The ruleset as a whole",
            "Parameters",
            "Rules",
        ]

    def test_as_markdown_and_as_json(self, run: Run, tmp_path: Path) -> None:
        out = tmp_path / "changes.md"

        assert run("diff", self.old, self.new, "--format", "md", "--lang", "zh", "--out", out).stdout == ""
        assert out.read_text("utf-8").startswith("# service")
        found = json.loads(run("diff", self.old, self.new, "--format", "json").stdout)
        assert found["after"]["version"] == "2026.2-proposal"

    def test_what_is_wrong_with_a_ruleset_is_told(self, run: Run, tmp_path: Path) -> None:
        broken = tmp_path / "broken.yaml"
        broken.write_text("language: 1\n", encoding="utf-8")

        result = run("diff", self.old, broken)

        assert result.exit_code == 1
        assert "IE1101" in result.stderr
