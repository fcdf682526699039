"""Coverage names what no test has reached, in the words of decisions, with the line of the ruleset."""

from __future__ import annotations

import json
from pathlib import Path

from incentive_engine import parse_ruleset
from incentive_engine.check.coverage import Coverage, coverage_of
from tests.check.conftest import Run

HEAD = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent, period: month}
attributes: {level: {type: choice, options: [junior, senior], missing: error}}
metrics:
  calls: {type: count, range: [0, 5000], missing: 0}
  csat: {type: ratio, missing: error}
"""
# The rules begin in line 12.
FULL = {"agent": "A1", "month": "2026-03", "level": "junior", "calls": 700, "csat": "80%"}


def covered(text: str, *rows: dict[str, object], head: str = HEAD) -> Coverage:
    """Return what rows reach of a ruleset; each is like `FULL` but for what it says."""
    ruleset = parse_ruleset(head + text, "trial.yaml")
    population = ruleset.read_all([{**FULL, "agent": f"A{number}", **row} for number, row in enumerate(rows)])
    assert population.problems == ()
    values = ruleset.values_of(population)
    return coverage_of(ruleset.policy, [each for agents in values.values() for each in agents.values()])


def missed(text: str, *rows: dict[str, object], head: str = HEAD) -> list[str]:
    """Return what rows do not reach, without the headings and the file."""
    blocks = covered(text, *rows, head=head).blocks()
    return [line.removeprefix("trial.yaml:") for _, lines in blocks for line in lines]


BANDS = """\
rules:
  - id: volume
    kind: tiered_bonus
    measure: calls
    tiers:
      - {upto: 500, pay: 0}
      - {upto: 1000, pay: 100}
      - {pay: 200}
"""


def test_bands_that_nobody_reached() -> None:
    assert missed(BANDS, {}) == [
        "17: … lies in band 1: at most 500.",
        "17: … lies in band 3: more than 1,000.",
    ]
    assert missed(BANDS, {}, {"calls": 500}, {"calls": 1001}) == []


def test_both_branches_of_a_condition() -> None:
    rule = "rules:\n  - {id: quality, kind: bonus, when: csat >= 85%, pay: 50}\n"

    assert missed(rule, {}) == ["13: `csat >= 85%` is true."]
    assert missed(rule, {"csat": "90%"}) == ["13: `csat >= 85%` is not true."]
    assert missed(rule, {}, {"csat": "90%"}) == []


def test_what_no_data_within_the_declared_range_can_reach_does_not_count() -> None:
    rule = "rules:\n  - {id: many, kind: bonus, when: calls > 5000, pay: 50}\n"

    found = covered(rule, {})
    assert (len(found.reached), found.missed) == (1, ())


def test_a_review_by_a_person() -> None:
    rule = "rules:\n  - {id: many, kind: bonus, pay: 50, hold_when: calls > 3000}\n"

    assert missed(rule, {}) == ["13: `calls > 3000` is true."]
    assert missed(rule, {"calls": 3001}) == []


def test_a_metric_that_is_true_or_false_can_be_either() -> None:
    head = HEAD + "  certified: {type: boolean, missing: error}\n"
    rule = "rules:\n  - {id: certificate, kind: bonus, when: certified, pay: 50}\n"

    assert missed(rule, {"certified": "no"}, head=head) == ["14: `certified` is true."]


def test_what_depends_on_the_days_of_a_period_is_looked_at_in_every_period() -> None:
    # Only February has 28 days; without an end of the ruleset nobody can say which periods there will be.
    rule = """\
rules:
  - {id: short, kind: bonus, when: "days_between(period_start, period_end) < 28", pay: 50}
  - {id: never, kind: bonus, when: "days_between(period_start, period_end) < 27", pay: 50}
"""
    february = "13: `days_between(period_start, period_end) < 28` is true."
    never = "14: `days_between(period_start, period_end) < 27` is true."

    assert missed(rule, {}) == [february]
    for other in ("{from: 2026-01-01}", "{from: 2026-01-01, until: 2036-12-31}"):
        head = HEAD.replace("{from: 2026-01-01, until: 2026-12-31}", other)
        assert {february, never} <= set(missed(rule, {}, head=head))


def test_what_may_be_unknown_is_a_branch_of_its_own() -> None:
    head = HEAD.replace("calls: {type: count, range: [0, 5000], missing: 0}", "calls: count")
    rule = "rules:\n  - {id: many, kind: bonus, when: calls > 50, pay: 50}\n"

    assert missed(rule, {}, {"calls": 5}, head=head) == [
        "10: calls is missing.",
        "13: Whether `calls > 50` is true is not known.",
    ]
    assert missed(rule, {}, {"calls": 5}, {"calls": None}, head=head) == []


def test_a_metric_that_cannot_be_missing_is_not_missed() -> None:
    # `lasts` makes the engine step over months without data, where every metric is unknown.
    rule = "rules:\n  - {id: late, kind: red_line, when: calls > 50, consequence: void, lasts: 2 months}\n"
    bonus = "  - {id: pay, kind: bonus, pay: 50}\n"

    assert not [line for line in missed(rule + bonus, {}) if "missing" in line]


def test_too_small_a_sample() -> None:
    head = HEAD.replace("{type: ratio, missing: error}", "{type: ratio, missing: error, enough: calls >= 20}")
    rule = "rules:\n  - {id: quality, kind: bonus, when: known(csat), pay: 50}\n"

    assert missed(rule, {}, head=head) == [
        "11: csat does not count, because `calls >= 20` is not true.",
        "13: `known(csat)` is not true.",
    ]


CARD = """\
rules:
  - id: card
    kind: scorecard
    perspectives:
      all:
        weight: 100%
        measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]
    grades:
      A: 90
      B: 60
      C: 0
"""


def test_grades_that_nobody_got() -> None:
    # The one agent has grade B, from a point between the two ends of the straight line.
    assert missed(CARD, {}) == [
        "18: …, at or above 100%: full marks, … points.",
        "18: …, at or below 0%: no points.",
        "20: card.grade is A.",
        "22: card.grade is C.",
    ]


def test_bands_with_names_are_told_once() -> None:
    named = BANDS.replace("pay: 0}", "pay: 0, name: low}").replace("pay: 100}", "pay: 100, name: mid}")
    assert missed(named.replace("{pay: 200}", "{pay: 200, name: top}"), {}, {"calls": 1}) == [
        "17: … lies in band top: more than 1,000."
    ]


STAR = """\
rules:
  - id: star
    kind: star_award
    rank_by: [{highest: calls}]
    ties: all_win
    prizes:
      - {pay: 100}
      - {pay: 50}
"""


def test_places_that_nobody_had() -> None:
    lines = missed(STAR, {})

    assert "19: The prize for place 2 is 50.00 CNY." in lines
    assert not [line for line in lines if "place 1" in line]
    assert not [line for line in missed(STAR, {}, {"calls": 5}) if "prize for place" in line]
    # Nobody can be too few where none have to compete.
    assert not [line for line in lines if "at least 0" in line]


def test_a_red_line_that_nobody_broke() -> None:
    rules = BANDS + "  - {id: rude, kind: red_line, when: csat < 50%, consequence: {keep: 50%}}\n"

    assert missed(rules, {}, {"calls": 1}, {"calls": 1001}) == [
        "20: `csat < 50%` is true.",
    ]


def test_a_rule_is_reached_only_by_those_to_whom_it_applies() -> None:
    rule = "rules:\n  - {id: seniors, kind: bonus, when: calls > 5, pay: 50, "
    rule += "applies_to: 'level == \"senior\"'}\n"

    assert missed(rule, {}, {"calls": 1}) == ["13: `calls > 5` is true.", "13: `calls > 5` is not true."]


class TestCases:
    parameters = """\
parameters:
  goal:
    - {until: 2026-03-31, value: 80%}
    - {until: 2026-12-31, value: 85%}
    - {value: 90%}
rules:
  - {id: quality, kind: bonus, when: csat >= goal, pay: 50}
"""

    def test_a_case_that_no_test_was_in(self) -> None:
        # The last case comes after the ruleset has ended.
        assert missed(self.parameters, {}, {"csat": "70%"}) == [
            "15: goal is set to 85%, by the case in line 15.",
        ]
        assert missed(self.parameters, {}, {"csat": "70%"}, {"month": "2026-04"}) == []

    def test_without_an_end_every_case_can_come(self) -> None:
        for dates in ("effective: {from: 2026-01-01}", "effective: {until: 2030-12-31}", "note: no dates"):
            head = HEAD.replace("effective: {from: 2026-01-01, until: 2026-12-31}", dates)
            lines = missed(self.parameters, {}, {"csat": "70%"}, {"month": "2026-04"}, head=head)
            assert lines == ["16: goal is set to 90%, by the case in line 16."]

    def test_a_season_that_no_test_was_in(self) -> None:
        season = "seasons: {peak: {from: 11-01, until: 11-30}}\nparameters:\n  goal:\n"
        text = season + "    - {when: peak, value: 70%}\n    - {value: 80%}\n"
        rule = "rules:\n  - {id: quality, kind: bonus, when: csat >= goal, pay: 50}\n"

        lines = missed(text + rule, {}, {"csat": "70%"})
        assert lines == ["15: goal is set to 70%, by the case in line 15."]
        half = HEAD.replace("until: 2026-12-31", "until: 2026-06-30")
        assert missed(text + rule, {}, {"csat": "70%"}, head=half) == []


def test_headings_are_those_of_the_rules_in_either_language() -> None:
    text = BANDS.replace("kind: tiered", "title: {en: Volume bonus, zh: 工作量奖金}\n    kind: tiered")
    found = covered(TestCases.parameters.replace("rules:\n", text), {})

    assert [heading for heading, _ in found.blocks("en")] == [
        "Parameters, metrics and attributes",
        "Volume bonus (volume)",
        "quality (quality)",
    ]
    assert dict(found.blocks("zh"))["工作量奖金（volume）"][0] == "trial.yaml:23：… 属于档位 1：不超过 500。"


def test_it_can_be_read_by_programs() -> None:
    found = covered(BANDS, {}).to_dict()

    assert found["reached"] == 1
    assert found["missed"] == [
        {
            "rule": "volume",
            "step": "tiers.in_upto",
            "file": "trial.yaml",
            "line": 17,
            "text": "… lies in band 1: at most 500.",
        },
        {
            "rule": "volume",
            "step": "tiers.in_above",
            "file": "trial.yaml",
            "line": 17,
            "text": "… lies in band 3: more than 1,000.",
        },
    ]


class TestTheCommand:
    def files(self, folder: Path, *calls: object) -> tuple[Path, Path]:
        """Write a ruleset with a test of 700 calls, and rows of data with the calls that are given."""
        ruleset = folder / "trial.yaml"
        ruleset.write_text(HEAD + BANDS, encoding="utf-8")
        data = "{month: 2026-03, level: junior, calls: 700, csat: 80%}"
        tests = f"tests: [{{name: middle, snapshot: {data}, expect: {{total: 100}}}}]\n"
        ruleset.with_suffix(".tests.yaml").write_text(tests, encoding="utf-8")
        rows = folder / "rows.csv"
        lines = (f"A{number},2026-03,junior,{each},0.8\n" for number, each in enumerate(calls))
        rows.write_text("agent,month,level,calls,csat\n" + "".join(lines), encoding="utf-8")
        return ruleset, rows

    def test_coverage_of_the_tests(self, run: Run, tmp_path: Path) -> None:
        ruleset, _ = self.files(tmp_path)

        result = run("test", ruleset, "--coverage")

        bands = [
            f"{ruleset}:17: … lies in band 1: at most 500.",
            f"{ruleset}:17: … lies in band 3: more than 1,000.",
        ]
        assert result.exit_code == 0
        assert result.stdout.split("\n\n") == [
            f"{ruleset.with_suffix('.tests.yaml')}: tests: 1, all passed",
            f"Of the 3 things that decisions of {ruleset} can tell, the tests reach 1.",
            "Not reached:",
            f"volume (volume)\n  {bands[0]}\n  {bands[1]}\n",
        ]

    def test_coverage_of_a_population(self, run: Run, tmp_path: Path) -> None:
        ruleset, rows = self.files(tmp_path, 1, 700, 1001, "many")

        result = run("test", ruleset, "--population", rows)

        assert result.exit_code == 0
        assert result.stdout.endswith(f"can tell, the rows of {rows} reach 3.\n")
        assert "1; `incentive-engine evaluate` lists them" in result.stderr

    def test_both_as_json(self, run: Run, tmp_path: Path) -> None:
        ruleset, rows = self.files(tmp_path, 700, 1001)

        result = run("test", ruleset, "--population", rows, "--coverage", "--format", "json")

        found = json.loads(result.stdout)["coverage"]
        assert (found["tests"]["reached"], found["population"]["reached"]) == (1, 2)

    def test_where_no_test_was_run_there_is_none(self, run: Run, tmp_path: Path) -> None:
        ruleset, _ = self.files(tmp_path)
        tests = tmp_path / "other.yaml"
        tests.write_text("tests: []\n", encoding="utf-8")

        result = run("test", ruleset, "--tests", tests, "--coverage")

        assert result.exit_code == 1
        assert "Of the" not in result.stdout

    def test_a_population_that_cannot_be_read(self, run: Run, tmp_path: Path) -> None:
        ruleset, _ = self.files(tmp_path)

        result = run("test", ruleset, "--population", tmp_path / "absent.csv")

        assert result.exit_code == 2
        assert result.stdout == ""
