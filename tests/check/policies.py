"""A small policy with something of everything, and the tests of it that are run."""

from __future__ import annotations

from incentive_engine import parse_ruleset
from incentive_engine.check.running import SuiteRun, run_tests

POLICY = """\
language: 1
ruleset: praise
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent, period: month}
attributes: {team: text, level: [junior, senior], hired: date}
metrics:
  thanks: {type: count, range: [0, 500], title: {en: Thanks, zh: 感谢数}}
  csat: {type: ratio, better: higher, title: {en: Satisfaction, zh: 满意度}}
  wait: {type: duration, unit: min, column: wait_minutes}
  leaks: count
  hours: {type: number, missing: 0}
rules:
  - {id: thanks_bonus, kind: bonus, title: {en: Thanks bonus, zh: 感谢奖}, pay: 12.50 * thanks}
  - id: card
    kind: scorecard
    perspectives:
      service:
        weight: 100%
        measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]
    grades: {A: 80, B: 0}
  - id: learning
    kind: growth_credit
    earn: [{credits: 20, per: hours}]
    recognise: [{at: 40, name: {en: learner, zh: 学习之星}}]
    expires_after: 2 months
  - id: star
    kind: star_award
    rank_by: [{highest: thanks}]
    ties: share_prizes
    prizes: [{pay: 100, recognise: [{en: commendation, zh: 通报表扬}, {en: praise, zh: 表扬}]}]
  - id: senior_bonus
    kind: bonus
    applies_to: level == "senior"
    pay: 30
  - id: privacy
    kind: red_line
    title: {en: Privacy, zh: 隐私保护}
    when: leaks > 0
    consequence: void
"""

# 3 thanks are 37.50; 90 % satisfaction is a score of 90 and an A; 2 hours are 40 credits.
DEFAULTS = """\
defaults: {month: 2026-03, team: a, level: junior, hired: 2024-01-08, thanks: 3, csat: 90%,
           wait_minutes: 2, leaks: 0, hours: 2}
"""


def run(tests: str, defaults: str = DEFAULTS) -> SuiteRun:
    """Run the tests of a file, which begins with the defaults."""
    return run_tests(parse_ruleset(POLICY), defaults + tests, "praise.tests.yaml")


def expecting(expected: str, given: str = "snapshot: {}") -> SuiteRun:
    """Run one test with what it expects and, in YAML, its data.

    The data begin in line 5; where they take one line, the expectation stands in line 6 from column 13 on.
    """
    return run(f"tests:\n  - name: trial\n    {given}\n    expect: {expected}\n")


def problems_of(found: SuiteRun) -> list[str]:
    """Return the problems of a file that could not be run, without the file's name."""
    assert found.ran == ()
    assert not found.passed
    return [str(problem).removeprefix("praise.tests.yaml:") for problem in found.problems]


def differences_of(found: SuiteRun) -> list[str]:
    """Return in what the tests of a file are not as expected, without the file's name."""
    assert [str(problem) for problem in found.problems] == []
    assert found.passed == (not found.failed)
    return [
        str(difference.problem).removeprefix("praise.tests.yaml:")
        for each in found.ran
        for difference in each.differences
    ]
