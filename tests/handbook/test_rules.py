"""Each kind of rule says in plain sentences for whom it is, when, and what it gives."""

from __future__ import annotations

import pytest

from tests.handbook.policies import HEAD, MIDDLE, handbook, rule, section


class TestBonuses:
    def test_a_bonus_with_a_condition_and_steps(self) -> None:
        fields = """\
    kind: bonus
    when: csat >= target
    pay: 2 * calls
    then: [{times: csat}, {plus: 20}, {cap: 800}, {floor: 100}]
"""
        assert rule(fields) == [
            "- It is paid only where Satisfaction is at least Target.",
            "- It pays 2 × Calls.",
            "- Then, in this order:",
            "    - it is multiplied by Satisfaction",
            "    - 20.00 CNY is added",
            "    - it is at most 800.00 CNY",
            "    - it is at least 100.00 CNY",
        ]
        assert rule(fields, "zh") == [
            "- 仅当满意度不低于目标时发放。",
            "- 金额：2 × 接待量。",
            "- 然后依次：",
            "    - 乘以满意度",
            "    - 加上 20.00 元",
            "    - 不超过 800.00 元",
            "    - 不低于 100.00 元",
        ]

    def test_what_has_been_paid_already_comes_off(self) -> None:
        fields = """\
    kind: bonus
    pay: 2 * calls
    then: [{less_paid: other}, {less_paid: {rules: other, per: year}}]
"""
        assert rule(fields, more="  - {id: other, kind: bonus, title: Other, pay: 9 * late}\n")[2:] == [
            "    - what has been paid by “Other” comes off",
            "    - what has been paid by “Other” in this year comes off",
        ]

    def test_what_depends_on_an_attribute(self) -> None:
        assert rule("    kind: bonus\n    pay: {by: level, junior: 300, senior: 400}\n") == [
            "- It pays by level (junior: 300.00 CNY, senior: 400.00 CNY)."
        ]

    def test_recognition_alone(self) -> None:
        fields = "    kind: bonus\n    when: calls > 900\n    recognise: [{en: praise, zh: 表扬}]\n"

        assert rule(fields) == [
            "- It is paid only where Calls is more than 900.",
            "- Recognition for those of whom this holds: praise.",
        ]

    def test_slices_as_a_table(self) -> None:
        fields = """\
    kind: tiered_bonus
    measure: calls
    mode: slices
    tiers: [{upto: 500, rate: 0}, {upto: 1000, rate: 1.5}, {rate: 2}]
"""
        assert rule(fields) == [
            "- What counts is Calls.",
            "- Each part of it is paid at the rate of its own band:",
            "| Range | For each unit |",
            "| --- | --- |",
            "| at most 500 | 0.00 CNY |",
            "| more than 500, at most 1,000 | 1.50 CNY |",
            "| more than 1,000 | 2.00 CNY |",
        ]

    @pytest.mark.parametrize(
        ("tiers", "ranges"),
        [
            ("{below: 3, pay: 9}, {pay: 8}", ["below 3", "at least 3"]),
            ("{pay: 9}, {from: 3, pay: 8}", ["below 3", "at least 3"]),
            (
                "{pay: 9}, {above: 3, pay: 8}, {above: 5, pay: 7}",
                ["at most 3", "more than 3, at most 5", "more than 5"],
            ),
            (
                "{from: 5, pay: 9}, {from: 3, pay: 8}, {pay: 7}",
                ["at least 5", "at least 3, below 5", "below 3"],
            ),
            (
                "{pay: 9}, {upto: 5, pay: 8}, {upto: 3, pay: 7}",
                ["more than 5", "more than 3, at most 5", "at most 3"],
            ),
            ("{pay: 9}", ["any value"]),
            ("{upto: 9, pay: 9}", ["at most 9"]),
        ],
    )
    def test_bands_by_their_ends_or_starts_upwards_or_downwards(self, tiers: str, ranges: list[str]) -> None:
        lines = rule(f"    kind: tiered_bonus\n    measure: calls\n    tiers: [{tiers}]\n")

        assert [line.split(" | ")[0].removeprefix("| ") for line in lines[4:]] == ranges

    def test_bands_with_names_and_straight_lines(self) -> None:
        fields = """\
    kind: tiered_bonus
    measure: calls
    tiers: [{upto: 500, pay: [0, 100], name: low}, {pay: 200}]
"""
        assert rule(fields)[2:] == [
            "| Band | Range | Pay |",
            "| --- | --- | --- |",
            "| low | at most 500 | from 0.00 CNY to 100.00 CNY in a straight line |",
            "|  | more than 500 | 200.00 CNY |",
        ]


CARD = """\
    kind: scorecard
    perspectives:
      service:
        weight: 60%
        title: {en: Service, zh: 服务}
        measures:
          - {metric: csat, weight: 50%, zero_at: 50%, full_at: target, unknown: reweigh}
          - {metric: wait, weight: 20%, tiers: [{upto: 60 s, points: 100}, {points: 0}], unknown: 50}
          - {metric: calls, weight: 30%, attainment: 800, cap: 120%}
      growth:
        title: Growth
        measures:
          - {metric: late, weight: 10%, percentile: all}
          - {id: more, measure: calls * 2, weight: 10%, percentile: team}
          - {id: again, measure: calls + 1, weight: 10%, percentile: [1, 2, 3]}
          - {id: as_it_is, measure: calls - 1, weight: 5%, as_is: yes}
          - {id: whole, measure: calls / 2, title: Halves, weight: 5%, attainment: 5}
    grades: {A: 90, B: 0}
"""


class TestScorecards:
    def test_perspectives_and_measures_as_tables(self) -> None:
        lines = rule(CARD)

        assert lines[0].startswith("- This is a score from 0 to 100. It pays nothing by itself")
        assert lines[1] == "- Service weighs 60% of the score:"
        assert lines[4:7] == [
            (
                "| Satisfaction | 50% | 0 points at 50%, 100 points at Target, in a straight line between"
                " them | it is left out, and the others weigh more |"
            ),
            "| Waiting time | 20% | by the bands below | it counts 50 points |",
            (
                "| Calls | 30% | what is reached of the target 800, in per cent, at most 120% | there"
                " is no score |"
            ),
        ]
        assert "- The points for Waiting time:" in lines
        assert "| at most 1 min | 100 |" in lines
        assert "- Growth; the weights are shares of the whole score:" in lines
        scored = [line.split(" | ")[2] for line in lines if line.endswith("| there is no score |")][1:]
        assert scored == [
            "by the standing among all agents: the share of them with a lower value",
            "by the standing among agents of the same team: the share of them with a lower value",
            "by the standing among these values: 1, 2, 3",
            "the value is the points",
            "what is reached of the target 5, in per cent, at most 100",
        ]
        assert lines[-4:] == ["| Grade | Lowest score |", "| --- | --- |", "| A | 90 |", "| B | 0 |"]

    def test_weights_of_any_sum_and_no_grades(self) -> None:
        fields = """\
    kind: scorecard
    weights: normalise
    perspectives: {service: {measures: [{metric: csat, weight: 3, table: marks}]}}
"""
        head = HEAD + "tables: {marks: {tiers: [{upto: 50%, points: 10}, {points: 90}]}}\n"
        lines = rule(fields.replace("weight: 3,", "weight: 300%,"), head=head)

        assert "which need not add up to 100%" in lines[0]
        assert lines[-1] == "| Satisfaction | 300% | by the table marks | there is no score |"


class TestStarAwards:
    def test_who_takes_part_what_decides_and_the_prizes(self) -> None:
        fields = """\
    kind: star_award
    when: calls >= 300
    within: team
    rank_by: [{highest: csat}, {lowest: wait}]
    ties: share_prizes
    prizes:
      - {pay: 1000, recognise: [{en: star, zh: 明星}, praise]}
      - {places: 2, pay: 300}
      - {share: 10%, at_least: 1, recognise: praise}
      - {places: 2, pay: 50}
    rest: 3 periods
    at_least: 5
    if_unknown: hold_group
"""
        assert rule(fields) == [
            "- Those take part of whom this holds: Calls is at least 300.",
            "- The agents of the same team compete with each other.",
            "- What decides who is ahead; of equals by the first, the next decides:",
            "    - the highest value of Satisfaction",
            "    - the lowest value of Waiting time",
            "- The prizes:",
            "| Place | Prize | Recognition |",
            "| --- | --- | --- |",
            "| 1 | 1,000.00 CNY | star, praise |",
            "| 2 to 3 | 300.00 CNY |  |",
            "| the next 10% of those who take part, at least 1 | no money | praise |",
            "| the next 2 | 50.00 CNY |  |",
            "- Equals put the prizes of their places together and share them.",
            "- There are prizes only where at least 5 take part.",
            ("- Who has won does not take part again for periods: 3; the next ones move up."),
            (
                "- Where somebody cannot be ranked because something is unknown, the prizes of the"
                " group are held until a"
                " person has decided."
            ),
        ]

    @pytest.mark.parametrize(
        ("split", "said"),
        [
            ("", "- The prize of a group is split equally among its members who take part."),
            (
                "    split: {by: calls}\n",
                "- The prize of a group is split among its members who take part, in proportion to Calls.",
            ),
        ],
    )
    def test_a_contest_of_teams(self, split: str, said: str) -> None:
        fields = """\
    kind: star_award
    compete: team
    rank_by: [{highest: "group_mean(csat, within=team)"}]
    ties: all_win
    prizes: [{pay: 900}]
"""
        lines = rule(fields + split)

        assert lines[:3] == [
            "- Not agents compete but groups, by team.",
            said,
            "- What decides who is ahead:",
        ]

    def test_everybody_with_everybody(self) -> None:
        fields = (
            "    kind: star_award\n    rank_by: [{highest: csat}]\n    ties: none_win\n   "
            " prizes: [{pay: 900}]\n"
        )
        lines = rule(fields)

        assert lines[0] == "- All agents compete with each other."
        assert lines[-2:] == [
            "- Where several are equal, none of them gets the prize.",
            "- Who cannot be ranked because something is unknown is left out.",
        ]


class TestGrowthCredits:
    def test_how_credits_are_earned_kept_and_redeemed(self) -> None:
        fields = """\
    kind: growth_credit
    when: passed
    earn: [{credits: 20, per: calls, upto: {credits: 600}}, {credits: 50, when: summer}]
    expires_after: 12 months
    cap: 900
    redeem: {pay: 1.50, when: summer}
    recognise: [{at: 300, name: {en: learner, zh: 学习之星}}, praise]
"""
        assert rule(fields) == [
            "- It is paid only where Exam: yes.",
            "- Credits are earned:",
            "| Credits | For each | Where | At most |",
            "| --- | --- | --- | --- |",
            "| 20 | Calls |  | 600 |",
            "| 50 |  | it is Summer |  |",
            "- Credits are kept and count for a limited time (months: 12); the oldest expire first.",
            "- The balance is at most 900.",
            "- The balance is paid out where it is Summer, for each credit 1.50 CNY.",
            "- A balance of 300 credits or more is recognised: learner.",
            "- Who gets something by this rule is also recognised: praise.",
        ]

    def test_what_is_paid_out_at_once_or_kept_without_end(self) -> None:
        earn = "    kind: growth_credit\n    earn: [{credits: 20}]\n"

        assert rule(earn + "    redeem: {pay: 1}\n")[-2:] == [
            "- What is not redeemed in its period lapses.",
            "- The balance is paid out in each period, for each credit 1.00 CNY.",
        ]
        assert rule(earn + "    carry: yes\n")[-1] == "- What is not redeemed is kept for later."


class TestRedLines:
    OTHER = "  - {id: other, kind: bonus, title: Other, tags: [some], pay: calls}\n"

    @pytest.mark.parametrize(
        ("consequence", "said"),
        [
            ("void", "- Then what it affects is lost."),
            ("hold", "- Then what it affects waits until a person has decided."),
            ("{keep: 50%}", "- Then of what it affects this share is left: 50%."),
            ("{deduct: 50}", "- Then this is taken off what it affects: 50.00 CNY."),
        ],
    )
    def test_what_breaks_it_and_what_follows(self, consequence: str, said: str) -> None:
        fields = f"    kind: red_line\n    when: late > 3\n    consequence: {consequence}\n"

        assert rule(fields, more=self.OTHER) == [
            "- It is broken where Late arrivals is more than 3.",
            said,
            "- It affects all that is earned in the period.",
            "- Where it cannot be judged, what it affects waits until a person has decided.",
        ]

    def test_some_rules_for_some_time(self) -> None:
        fields = (
            "    kind: red_line\n    when: late > 3\n    consequence: void\n    affects: some\n  "
            "  lasts: 3 months\n"
        )
        lines = rule(fields, more=self.OTHER)

        assert lines[2:4] == [
            "- It affects “Other”.",
            "- It stays broken for a time (months: 3, this one included).",
        ]


class TestPoolsAndAdjustments:
    OTHER = "  - {id: other, kind: bonus, title: Other, pay: calls}\n"

    def test_a_budget(self) -> None:
        fields = "    kind: pool\n    when: passed\n    budget: 9000\n    weight: calls\n    within: team\n"

        assert rule(fields) == [
            "- It is paid only where Exam: yes.",
            "- This budget is shared out: 9,000.00 CNY.",
            "- The members share it in proportion to Calls.",
            "- There is one for each group of agents of the same team.",
            "- Who cannot be counted because something is unknown is left out.",
        ]
        assert rule("    kind: pool\n    budget: 9000\n")[1] == "- All members get the same."

    def test_a_ceiling(self) -> None:
        fields = "    kind: pool\n    ceiling: 9000\n    over: other\n    if_unknown: hold_group\n"

        assert rule(fields, more=self.OTHER) == [
            (
                "- What these rules pay together is at most 9,000.00 CNY: “Other”. Where it is more,"
                " all of it is scaled"
                " down alike."
            ),
            "- Where something is unknown of somebody, the whole group waits until a person has decided.",
        ]

    def test_an_adjustment(self) -> None:
        fields = """\
    kind: adjustment
    pay: 0 - 20 * late
    keeps: {debt: 5}
    reason: {en: A loan, zh: 借款}
"""
        assert rule(fields) == [
            "- It adds 0 − 20 × Late arrivals to what is paid; less than nothing takes it off.",
            "- debt, which is kept for the next period: 5.00 CNY.",
            "- The reason: A loan.",
            "- Red lines do not affect it.",
        ]

    @pytest.mark.parametrize(("form", "said"), [("draw", "is advanced"), ("guarantee", "is guaranteed")])
    def test_what_is_assured(self, form: str, said: str) -> None:
        fields = f"    kind: adjustment\n    {form}: {{pay: 3000, of: other}}\n"
        reason = "    reason: {attribute: team}\n"

        lines = rule(fields + reason, more=self.OTHER)
        assert lines[0].startswith(f"- 3,000.00 CNY {said} in each period.")
        assert lines[0].endswith(": “Other”.")
        assert lines[1] == "- The reason: team."
        assert rule(fields, more=self.OTHER)[1:] == ["- Red lines do not affect it."]


class TestWhatAllRulesHave:
    def test_scope_dates_review_and_what_is_replaced(self) -> None:
        fields = """\
    note: {en: For the new ones., zh: 面向新人。}
    kind: bonus
    applies_to: level == "junior"
    effective: {from: 2026-03-01, until: 2026-05-31}
    instead_of: other
    pay: 300
    hold_when: calls > 3000
    recognise: [{name: praise, when: calls > 2000}]
"""
        assert rule(fields, more="  - {id: other, kind: bonus, title: Other, pay: calls}\n") == [
            "For the new ones.",
            "- It is for those of whom this holds: level is “junior”.",
            "- It is in force from 2026-03-01 until 2026-05-31.",
            "- Where it applies, it takes the place of “Other”.",
            "- It pays 300.00 CNY.",
            "- Recognition where Calls is more than 2,000: praise.",
            "- A person looks at it before anything is paid where Calls is more than 3,000.",
        ]

    def test_a_period_of_its_own_and_the_most_in_a_year(self) -> None:
        head = HEAD.replace("calls: {", "calls: {over_time: sum, ")
        fields = "    kind: bonus\n    period: quarter\n    pay: calls\n    limit: {pay: 300, per: year}\n"

        assert rule(fields, head=head) == [
            "- It is decided for each quarter, with the decision on its last period.",
            "- It pays Calls.",
            "- It pays one agent at most 300.00 CNY in a year.",
        ]

    def test_when_it_is_paid_out_and_taken_back(self) -> None:
        fields = """\
    kind: bonus
    pay: calls
    release:
      - {share: 40%}
      - {share: 20%, after: 3 months}
      - {share: 20%, after: 6 months, when: passed}
      - {share: 20%, within: 2 months, when: late == 0}
    clawback: {within: 12 months, when: late > 9}
"""
        lines = rule(fields)
        assert lines[1:] == [
            "- It is paid out in parts:",
            "    - 40% at once",
            "    - 20% later (months: 3)",
            "    - 20% later (months: 6), if then Exam: yes",
            "    - 20% as soon as Late arrivals is 0; for that there is time (months: 2), and then it lapses",
            (
                "- What was paid is taken back where Late arrivals is more than 9, for some time after it was"
                " paid (months: 12)."
            ),
        ]
        assert rule(fields.replace("{within: 12", "{share: 50%, within: 12"))[-1].startswith(
            "- Of what was paid 50% is taken back where"
        )


def test_the_rules_stand_in_their_order() -> None:
    text = handbook("  - {id: b, kind: bonus, pay: 1}\n  - {id: a, kind: bonus, pay: 1}\n", HEAD + MIDDLE)

    assert [line for line in section(text, "## The rules") if line.startswith("###")] == ["### b", "### a"]
