"""How long it takes until the first decision can be made: import, and a ruleset loaded and compiled."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import yaml

from benchmarks.tables import Column, table
from benchmarks.timing import Work, side_by_side
from incentive_engine import parse_ruleset

_HERE = Path(__file__).parent

_HEADER = """\
language: 1
ruleset: long
version: "1"
currency: CNY
period: month
snapshot: {agent: agent_id, period: month}
attributes:
  base_salary: {type: money, range: [0, 100000]}
metrics:
"""
_METRICS = """\
  handled_{n}: {type: count, range: [0, 5000]}
  complexity_{n}: {type: number, range: [0.8, 1.5], places: 2}
  csat_{n}: {type: ratio, better: higher}
  first_response_{n}: {type: duration, better: lower}
  compliance_{n}: {type: ratio, better: higher}
"""
_RULES = """\
  - id: card_{n}
    kind: scorecard
    perspectives:
      service:
        weight: 70%
        measures:
          - {metric: csat_{n}, weight: 60%, zero_at: 70%, full_at: 95%}
          - {metric: first_response_{n}, weight: 40%, zero_at: 300 s, full_at: 30 s}
      process:
        weight: 30%
        measures:
          - {metric: compliance_{n}, weight: 100%, zero_at: 90%, full_at: 100%}
    grades: {A: 90, B: 80, C: 70, D: 0}
  - id: volume_bonus_{n}
    kind: tiered_bonus
    measure: handled_{n} * complexity_{n}
    mode: slices
    tiers:
      - {upto: 500, rate: 0}
      - {upto: 1000, rate: 1.50}
      - {rate: 3}
    then:
      - times: card_{n}.score / 100
      - cap: 30% * base_salary
  - id: quality_bonus_{n}
    kind: bonus
    when: handled_{n} >= 200
    pay: 300 if card_{n}.grade == "A" else 0
  - id: compliance_floor_{n}
    kind: red_line
    when: compliance_{n} < 95%
    consequence: {keep: 50%}
    affects: [volume_bonus_{n}, quality_bonus_{n}]
"""
_CHANNELS = 8


def long_ruleset() -> str:
    """Return a ruleset of about 300 lines: 40 metrics and 32 rules, for eight channels."""
    numbers = [str(number) for number in range(1, _CHANNELS + 1)]
    metrics = [_METRICS.replace("{n}", number) for number in numbers]
    rules = [_RULES.replace("{n}", number) for number in numbers]
    return "".join([_HEADER, *metrics, "rules:\n", *rules])


def report(rounds: int) -> str:
    """Measure, and return two tables."""
    return f"{_new_processes(rounds)}\n\n{_again(rounds)}"


def _new_processes(rounds: int) -> str:
    with TemporaryDirectory() as folder:
        ruleset = Path(folder) / "long.yaml"
        ruleset.write_text(long_ruleset(), encoding="utf-8")
        load = "from incentive_engine import load_ruleset"
        programs = {
            "Python alone": "",
            "pydantic": "from pydantic import BaseModel",
            "`import incentive_engine`": "import incentive_engine",
            "`from incentive_engine import load_ruleset`": load,
            f"the same, and {_lines(ruleset.read_text(encoding='utf-8'))} lines loaded": (
                f"{load}; load_ruleset({str(ruleset)!r})"
            ),
        }
        found = _milliseconds(programs, Path(folder) / "cache", rounds)
    alone = median(found["Python alone"])
    return table(
        (
            Column("a new process, with all modules compiled before", list(found)),
            Column("ms, median", [f"{median(each):.0f}" for each in found.values()]),
            Column("fastest", [f"{min(each):.0f}" for each in found.values()]),
            Column("more than Python alone", [f"{median(each) - alone:.0f}" for each in found.values()]),
        )
    )


def _milliseconds(programs: Mapping[str, str], cache: Path, rounds: int) -> dict[str, list[float]]:
    """Return the processor time of new processes, which run in random order."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "PYTHONPYCACHEPREFIX": str(cache)
    }
    random = Random(0)
    found: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name in random.sample(list(programs), len(programs)):
            start = _of_processes()
            subprocess.run([sys.executable, "-c", programs[name]], env=environment, check=True)  # noqa: S603 -- the programs stand above
            if number:  # In the first round Python compiles the modules.
                found[name].append(_of_processes() - start)
    return found


def _of_processes() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (used.ru_utime + used.ru_stime)


def _again(rounds: int) -> str:
    long = long_ruleset()
    short = (_HERE / "policy.yaml").read_text(encoding="utf-8")
    works = [
        Work(f"{_lines(text)} lines loaded and compiled", partial(parse_ruleset, text))
        for text in (long, short)
    ]
    baseline = Work(f"{_lines(long)} lines read by PyYAML in C", lambda: yaml.compose(long, yaml.CSafeLoader))
    timed = side_by_side(baseline, works, rounds)
    return table(
        (
            Column("in a process that has loaded one before", [each.name for each in timed]),
            Column("ms", [f"{each.microseconds / 1000:.1f}" for each in timed]),
            Column("× PyYAML", [f"{each.ratio:.1f}" for each in timed]),
            Column("pairs", [f"{each.pairs}{'' if each.quiet else ' (noisy)'}" for each in timed]),
        )
    )


def _lines(text: str) -> int:
    return text.count("\n")
