"""What is measured, what is set, how it fits together, and what things are called."""

from __future__ import annotations

import pytest

from tests.handbook.policies import HEAD, MIDDLE, handbook, section

BONUS = "  - {id: extra, kind: bonus, title: {en: Extra, zh: 附加奖}, pay: calls}\n"
LINE = "  - {{id: r{number}, kind: red_line, when: late > {number}, consequence: {consequence}}}\n"


def test_it_begins_with_what_it_was_made_from() -> None:
    head = HEAD.replace('version: "3"', 'version: "3"\nnote: {en: For everybody., zh: 面向所有人。}')
    lines = handbook(BONUS, head).split("\n\n")

    assert lines[:2] == ["# Trial", "For everybody."]
    assert "the ruleset trial, version 3," in lines[2]
    assert (
        "in force from 2026-01-01 until 2026-12-31; it is decided for each month. Amounts are in CNY."
        in lines[2]
    )
    assert handbook(BONUS, HEAD.replace("title: {en: Trial, zh: 试行方案}\n", "")).startswith("# trial\n")
    chinese = handbook(BONUS, language="zh").split("\n\n")
    assert chinese[0] == "# 试行方案"
    assert "有效期：2026-01-01 至 2026-12-31；按月核定。金额单位为元。" in chinese[1]


class TestWhatIsMeasured:
    def test_each_metric_and_attribute_with_its_source(self) -> None:
        head = HEAD.replace("hired: date", "hired: {type: date, missing: 2020-01-01}")
        head += "  money_in: {type: money, missing: error, column: Sum}\n"
        lines = section(handbook(BONUS, head), "## What is measured")

        assert lines[3:9] == [
            "| Calls | number, from 0 to 5,000 | column calls | unknown |",
            "| Satisfaction | percentage, from 0% to 100%; higher is better | column csat | unknown |",
            "| Waiting time | length of time; lower is better | column wait | unknown |",
            "| Exam | yes or no | column passed | unknown |",
            "| Late arrivals | number; lower is better | column late | counts as 0 |",
            "| money\\_in | amount of money | column Sum | must not be empty |",
        ]
        assert lines[-4:] == [
            "| team | text | column team | unknown |",
            "| level | one of: junior, senior | column level | unknown |",
            "| hired | date | column hired | counts as 2020-01-01 |",
            "| left | date | column left | never |",
        ]

    def test_how_much_is_enough(self) -> None:
        head = HEAD.replace("better: higher, title", "better: higher, enough: calls >= 20, title")
        head = head.replace("title: {en: Exam", "missing: no, title: {en: Exam")
        lines = section(handbook(BONUS, head), "## What is measured")

        assert (
            "- Satisfaction counts only where Calls is at least 20; otherwise it is taken as unknown."
            in lines
        )
        assert "| Exam | yes or no | column passed | counts as no |" in lines

    def test_how_old_a_measurement_may_be(self) -> None:
        fresh = "better: higher, fresh_within: 45 d, measured: surveyed, title"
        text = handbook(BONUS, HEAD.replace("better: higher, title", fresh))

        assert (
            "- Satisfaction has to be measured at most 45 days before the end of the period, or not given at"
            " all; what is older is sent back, and nothing is decided on it."
        ) in section(text, "## What is measured")

    def test_what_metrics_mean_to_a_rule_over_a_longer_period(self) -> None:
        head = HEAD.replace("csat: {type: ratio,", "csat: {type: ratio, over_time: {mean_by: calls},")
        head = head.replace("wait: {", "wait: {over_time: last, ")
        head = head.replace("late: {", "late: {over_time: {take: sum, missing_periods: skip}, ")
        rules = "  - {id: q, kind: bonus, period: quarter, when: csat >= 90%, pay: 600}\n"

        assert section(handbook(rules, head), "## What is measured")[8:13] == [
            "- Over a longer period the sum of all its parts counts: Calls, Late arrivals.",
            "- Over a longer period the mean, weighed by Calls, counts: Satisfaction.",
            "- Over a longer period the last value counts: Waiting time.",
            "- Where data of a part of it are missing, these are unknown: Calls, Satisfaction.",
            "- Parts of it without data are left out of these: Late arrivals.",
        ]
        assert "longer period" not in handbook(BONUS, head)

    def test_only_metrics_or_only_attributes(self) -> None:
        start, rest = HEAD.split("attributes:")
        metrics = start + rest[rest.index("metrics:") :]
        only_metrics = section(handbook(BONUS, metrics), "## What is measured")
        only_attributes = section(
            handbook("  - {id: a, kind: bonus, pay: 1}\n", HEAD[: HEAD.index("metrics:")]),
            "## What is measured",
        )

        assert "And these facts about the agent:" not in only_metrics
        assert [line.split(" | ")[0] for line in only_attributes[2:5]] == ["| Name", "| ---", "| team"]


VALUES = """\
seasons:
  summer: {from: 06-01, until: 06-30, title: Summer}
  fair: {from: 2026-09-05, until: 2026-09-08, counts_for: any_day, title: Fair}
  frost: {from: 12-20, until: 01-10, counts_for: all_days, title: Frost}
parameters:
  target: {value: 85%, title: Target}
  limit:
    - {from: 2026-03-01, until: 2026-05-31, when: passed, value: 8 min}
    - {until: 2026-06-30, value: 6 min}
    - {value: 5 min}
formulas:
  twice: {value: 2 * calls, title: Twice}
"""


class TestWhatIsSet:
    def test_seasons_values_by_date_and_formulas(self) -> None:
        assert section(handbook(BONUS, HEAD + VALUES), "## Seasons, targets and other values") == [
            "- Summer lasts, in each year, from 06-01 until 06-30.",
            (
                "- Fair lasts from 2026-09-05 until 2026-09-08; a period counts as part of it if any"
                " of its days does."
            ),
            (
                "- Frost lasts, in each year, from 12-20 until 01-10; a period counts as part of it"
                " if all of its days do."
            ),
            "- Target: 85%.",
            "limit; the first line that applies counts:",
            "| When | Value |",
            "| --- | --- |",
            "| from 2026-03-01 until 2026-05-31, where Exam: yes | 8 min |",
            "| until 2026-06-30 | 6 min |",
            "| in all other cases | 5 min |",
            "- Twice is 2 × Calls.",
        ]

    def test_tables(self) -> None:
        tables = """\
tables:
  fee: {title: Fee, mode: slices, tiers: [{upto: 100, rate: 0}, {rate: 5%}]}
  bonus_table: {tiers: [{upto: 100, pay: 10}, {pay: 90}]}
  marks: {title: Marks, tiers: [{upto: 100, points: 10}, {points: 90}]}
  speed:
    by: level
    junior: {tiers: [{upto: 30 s, points: 100}, {points: 60}]}
    senior: {tiers: [{upto: 20 s, points: 100}, {points: 60}]}
    title: Speed
  fixed: {by: level, junior: 3, senior: 4, title: Fixed}
"""
        lines = section(handbook(BONUS, HEAD + tables), "## Seasons, targets and other values")

        assert lines[:5] == [
            "Fee gives each part of a value at the rate of its band:",
            "| Range | Gives |",
            "| --- | --- |",
            "| at most 100 | 0 |",
            "| more than 100 | 5% |",
        ]
        assert "| at most 100 | 10.00 CNY |" in lines
        assert "Speed, senior gives what stands beside the band reached:" in lines
        assert lines[-5:] == [
            "Fixed, by level:",
            "| level | Value |",
            "| --- | --- |",
            "| junior | 3 |",
            "| senior | 4 |",
        ]

    def test_where_nothing_is_set_there_is_no_section(self) -> None:
        assert "Seasons, targets" not in handbook(BONUS, HEAD)


class TestHowItFitsTogether:
    def test_order_rounding_and_the_total(self) -> None:
        lines = section(handbook(BONUS, HEAD), "## How it fits together")

        assert lines[1].startswith("- Each line is rounded once, to 0.01 CNY, half a unit upwards.")
        assert "- The total is never less than 0.00 CNY." in lines
        assert not [line for line in lines if "Red lines that are broken" in line]

    @pytest.mark.parametrize(
        ("total", "said"),
        [
            ("{floor: 100}", "- The total is never less than 100.00 CNY."),
            ("{floor: none}", "- The total can be less than nothing."),
            ("{carry_rest: yes}", "- What could not be taken off in one period is taken off in the next."),
        ],
    )
    def test_the_floor(self, total: str, said: str) -> None:
        assert said in section(handbook(BONUS, f"{HEAD}total: {total}\n"), "## How it fits together")

    def test_the_order_of_red_lines_that_there_are(self) -> None:
        consequences = ("{deduct: 5}", "void", "hold")
        lines = [LINE.format(number=n, consequence=each) for n, each in enumerate(consequences)]
        said = section(handbook(BONUS + "".join(lines), HEAD), "## How it fits together")

        assert (
            "- Red lines that are broken act in this order: those that take everything, those"
            " that take an amount"
            " off, those that wait for a person."
        ) in said

    def test_other_roundings(self) -> None:
        text = handbook(BONUS, HEAD.replace("\nperiod:", "\nrounding: down\nperiod:"), "zh")
        assert "精确到 0.01 元，尾数舍去" in text


def test_the_glossary_has_every_name() -> None:
    lines = section(handbook(BONUS, HEAD + MIDDLE), "## Names")

    assert lines[2:5] == [
        "| Calls | metric | `calls` |",
        "| Exam | metric | `passed` |",
        "| Extra | rule | `extra` |",
    ]
    assert "| Summer | season | `summer` |" in lines
    assert "| Target | value that is set | `target` |" in lines
    assert "| team | fact about the agent | `team` |" in lines
