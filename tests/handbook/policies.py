"""A policy with something of everything, and the parts of its handbook."""

from __future__ import annotations

from incentive_engine import parse_ruleset
from incentive_engine.handbook import Handbook
from incentive_engine.texts import Language

HEAD = """\
language: 1
ruleset: trial
version: "3"
title: {en: Trial, zh: 试行方案}
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent, period: month}
attributes: {team: text, level: [junior, senior], hired: date, left: {type: date, missing: never}}
metrics:
  calls: {type: count, range: [0, 5000], title: {en: Calls, zh: 接待量}}
  csat: {type: ratio, better: higher, title: {en: Satisfaction, zh: 满意度}}
  wait: {type: duration, better: lower, unit: min, title: {en: Waiting time, zh: 等待时间}}
  passed: {type: boolean, title: {en: Exam, zh: 考试}}
  late: {type: count, better: lower, missing: 0, title: {en: Late arrivals, zh: 迟到次数}}
"""
MIDDLE = """\
seasons:
  summer: {from: 06-01, until: 06-30, title: {en: Summer, zh: 夏季}}
parameters:
  target: {value: 85%, title: {en: Target, zh: 目标}}
"""


def handbook(rules: str, head: str = HEAD + MIDDLE, language: Language = "en") -> str:
    """Return the handbook of some rules, as Markdown."""
    return Handbook(parse_ruleset(f"{head}rules:\n{rules}")).markdown(language)


def section(text: str, heading: str) -> list[str]:
    """Return the lines of one section of a handbook that are not empty, without its heading."""
    lines = text.split("\n")
    start = lines.index(heading)
    level = heading.partition(" ")[0]
    found: list[str] = []
    for line in lines[start + 1 :]:
        if line.startswith("#") and len(line.partition(" ")[0]) <= len(level):
            break
        found += [line] if line else []
    return found


def rule(fields: str, language: Language = "en", head: str = HEAD + MIDDLE, more: str = "") -> list[str]:
    """Return what is said of a rule, whose title is Example, given by its fields."""
    text = f"  - id: example\n    title: Example\n{fields}{more}"
    return section(handbook(text, head, language), "### Example")
