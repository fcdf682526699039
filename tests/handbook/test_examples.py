"""The examples are decided by the engine, and show where a rule pays more or less."""

from __future__ import annotations

from incentive_engine import parse_ruleset
from incentive_engine.check.running import run_tests
from incentive_engine.handbook import Handbook
from incentive_engine.handbook.invented import invented
from tests.handbook.policies import HEAD, MIDDLE, handbook, section

TIERS = """\
  - id: volume
    kind: tiered_bonus
    title: Volume
    measure: calls
    tiers: [{upto: 500, pay: 0}, {upto: 1000, pay: 100}, {pay: 200}]
"""
RED_LINE = "  - {id: lateness, kind: red_line, title: Lateness, when: late >= 3, consequence: void}\n"


def examples(rules: str, head: str = HEAD + MIDDLE) -> list[str]:
    return section(handbook(rules, head), "## Examples")


class TestOneValueAtATime:
    def test_a_rule_is_shown_at_its_limits_and_beside_them(self) -> None:
        lines = examples(TIERS)

        assert "- Calls: 750" in lines  # In the middle of the bands.
        start = lines.index("“Volume”, by Calls, before red lines:")
        assert lines[start + 1 : start + 9] == [
            "| Calls | Pay |",
            "| ---: | ---: |",
            "| 375 | 0.00 CNY |",
            "| 500 | 0.00 CNY |",
            "| 501 | 100.00 CNY |",
            "| 1,000 | 100.00 CNY |",
            "| 1,001 | 200.00 CNY |",
            "| 1,500 | 200.00 CNY |",
        ]

    def test_the_typical_agent_fulfils_conditions_and_breaks_no_red_line(self) -> None:
        rules = "  - {id: b, kind: bonus, when: calls >= 300 and csat >= 90% and passed, pay: 50}\n"
        lines = examples(rules + RED_LINE)

        assert {"- Calls: 400", "- Satisfaction: 95%", "- Exam: yes", "- Late arrivals: 0"} <= set(lines)
        broken = "- “Lateness” is broken where Late arrivals is 3"
        assert f"{broken}: the total is then 0.00 CNY, instead of 50.00 CNY." in lines

    def test_a_multiple_of_a_metric_is_compared_as_the_metric(self) -> None:
        rules = "  - {id: b, kind: bonus, pay: '5 * min(calls, 40)'}\n"
        lines = examples(rules)

        assert "| 40 | 200.00 CNY |" in lines
        assert "- Calls: 500" in lines  # A tenth of the way from 0 to 5000.

    def test_of_credits_the_number_that_the_most_is_reached_with(self) -> None:
        rules = (
            "  - {id: g, kind: growth_credit, earn: [{credits: 20, per: late, upto: {credits: 600}}],"
            " redeem: {pay: 1}}\n"
        )
        assert "| 30 | 600.00 CNY |" in examples(rules)

    def test_of_credits_nothing_is_shown_by_what_breaks_a_red_line(self) -> None:
        # Without the red line everybody gets 600: there is nothing to show by late arrivals.
        rules = "  - {id: g, kind: growth_credit, title: G, earn: [{credits: 600}], redeem: {pay: 1}}\n"

        assert not [line for line in examples(rules + RED_LINE) if line.startswith("“G”, by")]

    def test_durations_money_dates_and_choices_have_typical_values_too(self) -> None:
        head = (
            HEAD + "  sold: money\n  share: {type: ratio, better: lower}\n"
            "  pace: {type: number, range: [0.5, 2]}\n"
        )
        rules = (
            "  - {id: b, kind: bonus, pay: 10 CNY * calls if wait < 5 min and share <= 8% else sold * pace}\n"
            "  - {id: c, kind: bonus, pay: {by: level, junior: 10, senior: 20}}\n"
        )
        lines = examples(rules, head)

        assert {
            "- level: senior",
            "- hired: 2024-04-01",
            "- Waiting time: 2 min 30 s",
            "- sold: 5,000.00 CNY",
            "- share: 4%",
            "- pace: 1",
        } <= set(lines)
        assert "| junior | 10.00 CNY |" in lines

    def test_what_counts_only_where_there_is_enough_of_it_is_enough(self) -> None:
        head = HEAD.replace("better: higher, title", "better: higher, enough: calls >= 20, title")
        rules = "  - {id: b, kind: bonus, when: csat >= 80%, pay: 50}\n"

        assert "| 80% | 50.00 CNY |" in examples(rules, head)

    def test_a_rule_that_always_pays_the_same_needs_no_table(self) -> None:
        assert not [
            line for line in examples("  - {id: b, kind: bonus, pay: 50}\n") if line.startswith("“b”")
        ]

    def test_a_red_line_is_shown_where_it_is_just_broken(self) -> None:
        rules = "  - {id: r, kind: red_line, title: R, when: csat < 80%, consequence: {keep: 50%}}\n"
        assert [line for line in examples(TIERS + rules) if line.startswith("- “R” is broken where")] == [
            (
                "- “R” is broken where Satisfaction is 79.99%:"
                " the total is then 50.00 CNY, instead of 100.00 CNY."
            )
        ]

    def test_a_red_line_that_nothing_invented_breaks_is_left_out(self) -> None:
        rules = "  - {id: r, kind: red_line, when: team == 'nowhere', consequence: void}\n"
        assert not [line for line in examples(TIERS + rules) if "is broken where" in line]

    def test_long_tables_are_shortened_and_keep_both_ends(self) -> None:
        tiers = ", ".join(f"{{upto: {100 * n}, pay: {n}}}" for n in range(1, 32))
        rules = f"  - {{id: b, kind: tiered_bonus, measure: calls, tiers: [{tiers}, {{pay: 50}}]}}\n"
        lines = examples(rules)
        rows = lines[lines.index("| Calls | Pay |") + 2 :]
        rows = rows[: next(place for place, line in enumerate(rows) if not line.startswith("|"))]

        assert 4 <= len(rows) <= 13
        assert rows[-1].endswith("| 50.00 CNY |")

    def test_where_nothing_can_be_varied_there_are_none(self) -> None:
        only_text = HEAD[: HEAD.index("attributes:")] + "attributes: {team: text}\n"
        assert "## Examples" not in handbook("  - {id: b, kind: bonus, pay: 1}\n", only_text)

    def test_facts_are_invented_as_well(self) -> None:
        facts = """\
facts:
  revenue: {type: money, title: Revenue}
  quota: {type: count, per: team}
  goal: {type: ratio, per: level, column: Goal, missing: error}
"""
        pay = "1% * previous(revenue) * goal * calls"
        rules = f"  - {{id: b, kind: bonus, title: B, when: calls > quota, pay: {pay}}}\n"
        lines = examples(rules, HEAD + facts)

        # 1 % of 5,000 is 50, and 90 % of that 45 for each of 500 calls.
        assert {"- Revenue: 5,000.00 CNY", "- quota: 10", "- goal: 90%", "- Calls: 500"} <= set(lines)
        assert "| C | 22,500.00 CNY | 22,500.00 CNY |" in lines
        measured = section(handbook(rules, HEAD + facts), "## What is measured")
        assert "| Revenue | amount of money | column revenue | unknown |" in measured
        assert measured[-2:] == ["There is one quota for each team.", "There is one goal for each level."]


class TestTheTeam:
    STAR = """\
  - id: star
    kind: star_award
    title: Star
    when: calls >= 300
    rank_by: [{highest: calls}]
    ties: all_win
    at_least: 7
    prizes: [{pay: 500, recognise: praise}, {recognise: mention}]
    rest: 2 periods
"""

    def test_a_star_is_won_by_the_best_of_as_many_as_have_to_compete(self) -> None:
        lines = examples(self.STAR)
        rows = [line for line in lines if line.startswith("| ") and line[2] in "ABCDEFG" and line[3] == " "]

        assert len(rows) == 7
        assert rows[-1] == "| G | 500.00 CNY, praise | 500.00 CNY |"
        assert rows[-2] == "| F | mention | 0.00 CNY |"
        assert rows[0] == "| A | 0.00 CNY | 0.00 CNY |"
        # A rule that compares agents is shown by the team alone.
        assert not [line for line in lines if line.startswith("“Star”, by")]

    def test_scores_credits_and_rules_for_others_stand_in_the_table(self) -> None:
        rules = """\
  - id: card
    kind: scorecard
    title: Card
    perspectives: {p: {weight: 100%, measures: [{metric: csat, weight: 100%, as_is: yes}]}}
  - {id: learning, kind: growth_credit, title: Learning, earn: [{credits: 5, per: calls}]}
  - {id: none, kind: bonus, title: None, applies_to: level == "junior", pay: 5}
  - {id: paid, kind: bonus, title: Paid, pay: calls}
""".replace("metric: csat, weight: 100%, as_is: yes", "id: m, measure: calls / 10, weight: 100%, as_is: yes")
        lines = examples(rules)

        assert "| Agent | Card | Learning | None | Paid | Total |" in lines
        # 500 is typical; the first of five has four fifths of it.
        assert "| A | 40, 40 | 2,000 |  | 400.00 CNY | 400.00 CNY |" in lines

    def test_what_looks_back_has_earlier_periods_in_force(self) -> None:
        rules = "  - {id: b, kind: bonus, title: Rise, pay: 'default(rise(calls), 0)'}\n"
        late = HEAD.replace("from: 2026-01-01, until: 2026-12-31", "from: 2026-12-01, until: 2026-12-31")

        # 500 now and half of it before.
        assert "| C | 250.00 CNY | 250.00 CNY |" in examples(rules)
        assert "| C | 0.00 CNY | 0.00 CNY |" in examples(rules, late)

    def test_one_decision_is_explained(self) -> None:
        lines = examples(TIERS)

        assert "### A, 2026-04: 100.00 CNY" in lines
        assert "- This decision is final." in lines
        assert "    - Volume: 100.00 CNY" in lines


class TestInventedData:
    def test_events_are_decided_one_by_one(self) -> None:
        head = HEAD.replace("period: month\n", "period: event\n", 1).replace(
            "{agent: agent, period: month}", "{agent: agent, period: at, event: contact}"
        )
        streak = "  - {id: row, kind: bonus, title: S, when: streak(passed) == 4, pay: 7}\n"
        lines = examples(TIERS.replace("volume", "v") + streak, head)

        assert "| 501 | 100.00 CNY |" in lines
        assert "| C | 100.00 CNY | 7.00 CNY | 107.00 CNY |" in lines  # The fourth of four days.
        assert any(line.startswith("### A, 2026-01-04") for line in lines)

    def test_what_breaks_a_red_line_is_not_typical(self) -> None:
        rules = "  - {id: r, kind: red_line, when: passed, consequence: void}\n"
        made = invented(parse_ruleset(f"{HEAD}rules:\n{TIERS}{rules}").policy)

        assert made.typical["passed"] is False

    def test_events_have_an_id_each(self) -> None:
        head = HEAD.replace("period: month\n", "period: event\n", 1).replace(
            "{agent: agent, period: month}", "{agent: agent, period: at, event: contact}"
        )
        made = invented(parse_ruleset(head + "rules:\n" + TIERS.replace("volume", "v")).policy)

        row = made.row("A", made.typical)
        assert (row["agent"], row["contact"], row["at"]) == ("A", "A 2026-01-04", "2026-01-04")

    def test_a_ruleset_without_dates_has_examples_of_some_year(self) -> None:
        head = HEAD.replace("effective: {from: 2026-01-01, until: 2026-12-31}\n", "")
        assert str(invented(parse_ruleset(head + "rules:\n" + TIERS).policy).period) == "2026-04"

    def test_values_are_written_as_the_data_have_them(self) -> None:
        made = invented(parse_ruleset(HEAD + "rules:\n" + TIERS).policy)

        row = made.row("A", {**made.typical, "passed": False})
        assert (row["team"], row["level"], row["wait"], row["passed"], row["left"], row["csat"]) == (
            *("A", "senior", "1", "false", ""),
            "0.9",
        )


TESTS = """\
defaults: {month: 2026-03, level: junior, hired: 2024-01-08, csat: 90%, wait: 2, passed: yes}
tests:
  - {name: many calls, snapshot: {calls: 700}, expect: {total: 100}}
  - {name: few calls, snapshot: {calls: 7}, expect: {total: 0}}
"""


class TestChosenExamples:
    def test_tests_of_the_ruleset_are_told_by_their_names(self) -> None:
        ruleset = parse_ruleset(f"{HEAD}rules:\n{TIERS}")
        text = Handbook(ruleset, tests=run_tests(ruleset, TESTS, "x.tests.yaml")).markdown()

        assert section(text, "## Cases that are tested")[1:] == [
            "| Case | Total |",
            "| --- | ---: |",
            "| many calls | 100.00 CNY |",
            "| few calls | 0.00 CNY |",
        ]

    def test_tests_that_could_not_be_run_are_left_out(self) -> None:
        ruleset = parse_ruleset(f"{HEAD}rules:\n{TIERS}")
        wrong = run_tests(ruleset, TESTS.replace("calls: 7}", "calls: many}"), "x.tests.yaml")

        assert "Cases that are tested" not in Handbook(ruleset, tests=wrong).markdown()

    def test_decisions_that_somebody_chose_take_the_place_of_invented_ones(self) -> None:
        ruleset = parse_ruleset(f"{HEAD}rules:\n{TIERS}")
        snapshot = {"agent": "A17", "month": "2026-03", "calls": 700, "level": "junior", "csat": "90%"}
        snapshot |= {
            "team": "a",
            "hired": "2024-01-08",
            "wait": "2",
            "passed": "yes",
            "late": "0",
            "left": None,
        }
        text = Handbook(ruleset, [ruleset.evaluate(snapshot)]).markdown("zh")

        lines = section(text, "## 示例")
        assert lines[0] == "### A17，2026-03：100.00 元"
        assert not [line for line in lines if "虚构" in line]
