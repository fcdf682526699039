"""How cost grows with agents, from a thousand to ten million, and with rules, from five to two hundred.

Run it with `python -m benchmarks growth`, or with `python -m benchmarks.growth [image.svg]` for a picture
too, which needs altair and vl-convert-python.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

import polars as pl

from benchmarks.columns import float_frame
from benchmarks.policy import benchmark_ruleset
from benchmarks.rows import realistic
from benchmarks.tables import Column, table
from incentive_engine import Ruleset, parse_ruleset

AGENTS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
RULES = (5, 10, 20, 50, 100, 200)
_AGENTS_FOR_RULES = 100_000
_DIFFERENT = 20_000
_ONE_BY_ONE = 100_000  # Larger populations take minutes one agent after the other.
_HEAD = """\
language: 1
ruleset: growth
version: "1"
currency: CNY
period: month
snapshot: {agent: agent_id, period: month}
attributes:
  base_salary: {type: money, range: [0, 100000]}
metrics:
  handled: {type: count, range: [0, 5000]}
  csat:    {type: ratio, better: higher}
rules:
"""
_RULE = """\
  - id: bonus_{number}
    kind: tiered_bonus
    when: csat >= {least}%
    measure: handled
    mode: slices
    tiers:
      - {{upto: {first}, rate: 0}}
      - {{upto: {second}, rate: 1.{number:03}}}
      - {{rate: 2.{number:03}}}
    then:
      - cap: 5% * base_salary
"""


def ruleset_of(count: int) -> Ruleset:
    """Return a ruleset of so many rules, each with bands and a condition of its own."""
    rules = (
        _RULE.format(number=number, least=70 + number % 25, first=300 + number, second=900 + number)
        for number in range(count)
    )
    return parse_ruleset(_HEAD + "".join(rules))


def seconds(run: Callable[[], object], times: int) -> float:
    """Return the median time on the clock; the first run does not count."""
    run()
    found: list[float] = []
    for _ in range(times):
        start = perf_counter()
        run()
        found.append(perf_counter() - start)
    return median(found)


def by_agents() -> list[tuple[int, float, float | None]]:
    """Return the seconds for populations, in columns and one agent after the other."""
    ruleset = benchmark_ruleset()
    rows = realistic(_DIFFERENT)
    found: list[tuple[int, float, float | None]] = []
    for count in AGENTS:
        frame = float_frame(rows, count)
        in_columns = seconds(partial(ruleset.evaluate_frame, frame), 3)
        one_by_one = None
        if count <= _ONE_BY_ONE:
            one_by_one = seconds(partial(ruleset.evaluate_all, frame.to_dicts()), 1)
        found.append((count, in_columns, one_by_one))
    return found


def by_rules() -> list[tuple[int, float]]:
    """Return the seconds for populations of the same size under more and more rules."""
    frame = float_frame(realistic(_DIFFERENT), _AGENTS_FOR_RULES)
    return [(count, seconds(partial(ruleset_of(count).evaluate_frame, frame), 3)) for count in RULES]


def report() -> str:
    """Measure, and return two tables."""
    return _told(by_agents(), by_rules())


def _told(agents: list[tuple[int, float, float | None]], rules: list[tuple[int, float]]) -> str:
    of_agents = table(
        (
            Column("agents", [f"{count:,}" for count, _, _ in agents]),
            Column("s in columns", [f"{taken:.3f}" for _, taken, _ in agents]),
            Column("million rows/s", [f"{count / taken / 1e6:.2f}" for count, taken, _ in agents]),
            Column("s one by one", ["" if taken is None else f"{taken:.3f}" for _, _, taken in agents]),
        )
    )
    of_rules = table(
        (
            Column(f"rules, for {_AGENTS_FOR_RULES:,} agents", [str(count) for count, _ in rules]),
            Column("s", [f"{taken:.3f}" for _, taken in rules]),
            Column("ms a rule", [f"{taken / count * 1000:.1f}" for count, taken in rules]),
        )
    )
    return f"{of_agents}\n\n{of_rules}"


def picture(agents: list[tuple[int, float, float | None]], file: str) -> None:
    """Draw the growth with the agents."""
    import altair as alt  # noqa: PLC0415 -- only for the picture

    points = pl.DataFrame(
        [
            {"agents": count, "seconds": taken, "how": how}
            for count, in_columns, one_by_one in agents
            for how, taken in (("in columns", in_columns), ("one by one", one_by_one))
            if taken is not None
        ]
    )
    both = alt.Scale(type="log")
    chart = alt.Chart(points).mark_line(point=True)
    chart.encode(
        alt.X("agents").scale(both), alt.Y("seconds").scale(both), alt.Color("how").title(None)
    ).properties(width=480, height=280).save(file)


if __name__ == "__main__":
    measured = by_agents()
    print(_told(measured, by_rules()))
    if len(sys.argv) > 1:
        picture(measured, sys.argv[1])
