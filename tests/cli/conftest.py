"""A small policy with its data, and the program to run on them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result

from incentive_engine.cli.main import commands
from incentive_engine.kinds.registry import installed_kinds

POLICY = """\
language: 1
ruleset: praise
version: "1"
title: {en: Praise, zh: 表扬方案}
currency: CNY
period: month
effective: {from: 2026-01-01}
snapshot: {agent: agent, period: month}
attributes: {team: text}
metrics:
  thanks: count
  csat: {type: ratio, better: higher, title: {en: Satisfaction, zh: 满意度}}
  leaks: count
  hours: {type: number, missing: 0}
rules:
  - {id: thanks_bonus, kind: bonus, title: {en: Thanks bonus, zh: 感谢奖}, pay: 12.50 * thanks}
  - id: card
    kind: scorecard
    title: {en: Scorecard, zh: 计分卡}
    perspectives:
      service:
        weight: 100%
        measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]
    grades: {A: 80, B: 0}
  - {id: learning, kind: growth_credit, title: {en: Learning, zh: 学习}, earn: [{credits: 20, per: hours}]}
  - id: star
    kind: star_award
    title: {en: Star of the month, zh: 月度之星}
    rank_by: [{highest: thanks}]
    ties: share_prizes
    prizes: [{pay: 100, recognise: [{en: commendation, zh: 通报表扬}]}]
  - id: night
    kind: bonus
    title: {en: Night shift, zh: 夜班津贴}
    applies_to: team == "night"
    pay: 30
  - id: privacy
    kind: red_line
    title: {en: Privacy, zh: 隐私保护}
    when: leaks > 0
    consequence: void
"""

# March: A1 gets 3 x 12.50 = 37.50, a score of 90 and 2 x 20 credits. A2 has the most thanks, and would get
# 62.50 + 30 + 100, but has a leak, which takes all. A3 gets 2 x 12.50 = 25, 20 credits and, because csat is
# empty, no score. April: A1 is alone and gets 12.50 and the star's 100.
ROWS = """\
agent,month,team,thanks,csat,leaks,hours
A1,2026-03,day,3,0.9,0,2
A2,2026-03,night,5,0.755,1,
A3,2026-03,day,2,,0,1
A1,2026-04,day,1,0.8,0,
"""


class Run(Protocol):
    """Runs the program; `columns` is the width of the terminal."""

    def __call__(self, *arguments: object, columns: int = 80, **environment: str) -> Result:
        """Return what came of it."""
        ...


@pytest.fixture
def run() -> Run:
    def run(*arguments: object, columns: int = 80, **environment: str) -> Result:
        runner = CliRunner(env={"COLUMNS": str(columns), "INCENTIVE_ENGINE_LANG": None, **environment})
        result = runner.invoke(commands, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return written(tmp_path / "policy.yaml", POLICY)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return written(tmp_path / "rows.csv", ROWS)


KIND = '''\
"""A kind of another package."""

from datetime import date
from typing import Literal

from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Built, Context, Result, Rule
from incentive_engine.language.types import BOOLEAN, DATE, Value
from incentive_engine.ruleset.fields import Formula


class Ready(Rule):
    """Whether somebody is ready for more.

    It gives nothing itself.
    """

    kind: Literal["acme_ready"]
    first: Literal["answer", "day", "none"]
    if_so: Formula
    """The condition."""

    def build(self, context: Context) -> Built:
        answer = Result(Value(context.condition(self.if_so).value.node, BOOLEAN))
        day = Result(Value(context.builder.constant(date(2026, 3, 8).toordinal()), DATE))
        return Built({"answer": {"answer": answer}, "day": {"day": day}, "none": {}}[self.first], ())
'''


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install the kind `acme_ready` of the package acme-kinds, which has no texts of its own."""
    written(tmp_path / "acme.py", KIND)
    folder = tmp_path / "acme_kinds-2.5.dist-info"
    folder.mkdir()
    written(folder / "METADATA", "Metadata-Version: 2.1\nName: acme-kinds\nVersion: 2.5\n")
    written(folder / "entry_points.txt", "[incentive_engine.kinds]\nacme_ready = acme:Ready\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    installed_kinds.cache_clear()
    yield
    installed_kinds.cache_clear()
    sys.modules.pop("acme", None)


def written(path: Path, text: str) -> Path:
    """Write a text to a file and return its path."""
    path.write_text(text, encoding="utf-8")
    return path
