"""Every starting ruleset is free of problems and warnings, passes its tests and decides on its own data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from itertools import combinations

import pytest

from incentive_engine import parse_ruleset
from incentive_engine.check.checking import check_text
from incentive_engine.check.running import run_tests
from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.ruleset.period import Cadence
from incentive_engine.starting import KINDS, Start, start
from incentive_engine.texts import Language

FIRST = date(2026, 3, 8)


def made(
    kinds: Sequence[str],
    currency: str = "CNY",
    cadence: Cadence = Cadence.MONTH,
    language: Language = "en",
) -> Start:
    return start(kinds, name="trial", currency=currency, cadence=cadence, first=FIRST, language=language)


def hold_together(files: Start) -> None:
    """Hold that the ruleset is clean, that its tests pass and that its data can be decided on."""
    assert check_text(files.ruleset) == ()
    ruleset = parse_ruleset(files.ruleset)
    run = run_tests(ruleset, files.tests, "trial.tests.yaml")
    assert run.passed, [str(each.problem) for ran in run.failed for each in ran.differences] or run.problems
    decisions = ruleset.evaluate_all(list(csv.DictReader(io.StringIO(files.snapshots))))
    assert decisions.rejected == ()
    assert {decision.status for decision in decisions} == {"final"}
    assert len(decisions) == 3


@pytest.mark.parametrize("kinds", [(kind,) for kind in KINDS] + [*combinations(KINDS, 2), KINDS], ids=str)
def test_kinds_alone_by_twos_and_all_together(kinds: Sequence[str]) -> None:
    # The parts know nothing of each other but for what a red line takes, so that twos stand for all others.
    hold_together(made(kinds))


@pytest.mark.parametrize("cadence", [Cadence.DAY, Cadence.WEEK, Cadence.QUARTER, Cadence.YEAR])
def test_periods_of_every_length(cadence: Cadence) -> None:
    hold_together(made(KINDS, cadence=cadence, language="zh"))


@pytest.mark.parametrize("currency", ["JPY", "KWD", "USD"])
def test_currencies_with_other_places(currency: str) -> None:
    hold_together(made(KINDS, currency=currency))


def test_there_is_one_for_every_kind_of_the_engine() -> None:
    assert set(KINDS) == set(installed_kinds())


class TestTheTexts:
    def test_comments_are_in_the_language_of_the_reader(self) -> None:
        english, chinese = made(KINDS), made(KINDS, language="zh")

        for text in (english.ruleset, english.tests):
            assert not re.search("[\u4e00-\u9fff]", re.sub(r"zh: [^},]*", "", text))
        comments = [line for line in chinese.ruleset.splitlines() if line.strip().startswith("#")]
        assert all(re.search("[\u4e00-\u9fff]", line) for line in comments)
        assert '- name: "恰好达到目标即可"' in chinese.tests
        assert "事后更正" in chinese.snapshots
        for files in (english, chinese):
            assert "start." not in files.ruleset + files.tests + files.snapshots

    def test_what_several_rules_measure_is_declared_once(self) -> None:
        ruleset = made(["bonus", "scorecard"]).ruleset
        assert ruleset.count("\n  csat: ") == 1

    def test_a_ruleset_of_one_rule_has_only_what_that_needs(self) -> None:
        assert (
            made(["bonus"]).ruleset
            == """\
# A reward policy. Change the numbers and names to yours; `incentive-engine check` says what is
# wrong.
language: 1
ruleset: trial
version: "2026.1"
title: {en: Rewards 2026, zh: 2026 年激励方案}
currency: CNY
period: month
# From when on it is in force; `until` would be the last day.
effective: {from: 2026-03-01}
# The two columns of the data that say who and when.
snapshot: {agent: agent_id, period: month}

# What is measured, each a column of the data. An empty cell is unknown, and never zero unless
# `missing` says so.
metrics:
  csat: {type: ratio, better: higher, title: {en: Customer satisfaction, zh: 客户满意度}}

# Values that the policy sets. They may depend on dates: `[{until: 2026-06-30, value: 88%},
# {value: 90%}]`.
parameters:
  # The target of the quality bonus.
  csat_target: {value: 90%, title: {en: Satisfaction target, zh: 满意度目标}}

# The rules. Each gives a line of the decision.
rules:
  # Money by a formula, under a condition.
  - id: quality_bonus
    kind: bonus
    title: {en: Quality bonus, zh: 质量奖金}
    when: csat >= csat_target
    pay: 300
"""
        )

    def test_a_red_line_alone_gets_something_to_take(self) -> None:
        assert "- id: quality_bonus" in made(["red_line", "scorecard"]).ruleset
        assert "- id: quality_bonus" not in made(["red_line", "pool"]).ruleset
