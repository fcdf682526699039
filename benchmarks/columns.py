"""A population in columns, beside the same policy by hand in float polars and in other engines.

Run it with `python -m benchmarks columns`, or with `python -m benchmarks.columns [rounds [rows]]`. Time on
the wall is measured, because some of them use all processors and others one; what is printed are medians of
ratios, each between two timings of the baseline.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from random import Random
from time import perf_counter_ns

import polars as pl

from benchmarks import columns_by_hand
from benchmarks.by_hand import cents
from benchmarks.columns_by_hand import Totals
from benchmarks.rows import Row, even, realistic
from benchmarks.tables import Column, table
from benchmarks.timing import Timed, Work, side_by_side
from incentive_engine import Ruleset, load_ruleset, parse_ruleset
from incentive_engine.evaluate.columns.evaluator import AGENT, ColumnEvaluator
from incentive_engine.graph.nodes import Node
from incentive_engine.ruleset.period import Cadence, parse_period

_POLICY = Path(__file__).with_name("policy.yaml")
_ROWS = 1_000_000
_MOST_ROUNDS = 11
_DIFFERENT = 20_000  # Rows that differ; the rest repeats them.
_TEAM = 100  # agents
_PERIOD = parse_period("2026-03", Cadence.MONTH)
_STAR = """
  - id: star
    kind: star_award
    within: [team]
    rank_by: [{highest: card.score}]
    ties: all_win
    prizes: [{pay: 1000}]
"""
_ATTRIBUTES = "attributes:\n"
BASELINE = "float polars by hand"
WITH_STAR = "float polars by hand, with a star"


def float_frame(rows: Sequence[Row], count: int = 0) -> pl.DataFrame:
    """Return rows as a frame of floats, repeated until there are so many, with ids of their own and teams."""
    frame = pl.DataFrame(rows)
    copies = -(-count // len(rows)) or 1
    number = pl.int_range(pl.len())
    repeated = pl.concat([frame] * copies).head(count or len(rows))
    named = repeated.with_columns(agent_id=pl.format("A{}", number), team=pl.format("T{}", number // _TEAM))
    return named.rechunk()


def integer_frame(ruleset: Ruleset, floats: pl.DataFrame) -> pl.DataFrame:
    """Return the same population as integers on the grids of its fields."""
    places = {field.name: field.places for field in ruleset.policy.fields if field.type.name != "text"}
    numbers = [name for name in ruleset.input_names if name in places]
    texts = [name for name in ruleset.input_names if name not in places]
    return floats.select(
        pl.col("agent_id").alias(AGENT),
        *((pl.col(name) * 10 ** places[name]).round().cast(pl.Int64) for name in numbers),
        *texts,
    ).rechunk()


def decimal_frame(ruleset: Ruleset, floats: pl.DataFrame) -> pl.DataFrame:
    """Return the same population with decimals where there were floats."""
    places = {field.column: field.places for field in ruleset.policy.fields}
    fractions = [name for name, dtype in floats.schema.items() if dtype == pl.Float64]
    return floats.with_columns(
        (pl.col(name) * 10 ** places[name])
        .round()
        .cast(pl.Int128)
        .reinterpret(dtype=pl.Decimal(38, places[name]))
        for name in fractions
    )


def with_star() -> Ruleset:
    """Return the policy with a prize for the best score of each team."""
    text = _POLICY.read_text(encoding="utf-8").replace(_ATTRIBUTES, f"{_ATTRIBUTES}  team: text\n")
    return parse_ruleset(text + _STAR)


def evaluation(ruleset: Ruleset, floats: pl.DataFrame) -> Totals:
    """Return the evaluation alone, with the amounts of all lines, from integers on their grids."""
    policy = ruleset.policy
    evaluator = ColumnEvaluator(policy.program, policy.watched())
    finals: Mapping[str, Node] = {
        str(line.rule.id): line.final for line in policy.lines if line.final is not None
    }
    wanted = {"total": policy.total, **finals}
    frame = integer_frame(ruleset, floats)

    def totals() -> pl.Series:
        found = evaluator.evaluate({_PERIOD: frame}, wanted)[_PERIOD]
        return found.frame["total"] / found.denominators["total"]

    return totals


def whole_way(ruleset: Ruleset, frame: pl.DataFrame) -> Totals:
    """Return all of `evaluate_frame`: checks, evaluation, decimals."""
    return lambda: ruleset.evaluate_frame(frame).frame["total"].cast(pl.Float64)


def texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame as a table of text has it."""
    return frame.with_columns(pl.all().cast(pl.String))


def engines() -> dict[str, Callable[[pl.DataFrame], Totals]]:
    """Return what is measured beside float polars, without the engines that are not installed."""
    ruleset, starred = load_ruleset(_POLICY), with_star()
    every: dict[str, Callable[[pl.DataFrame], Totals]] = {
        "this engine, integer columns, evaluation alone": lambda frame: evaluation(ruleset, frame),
        "this engine, decimal columns, checked": lambda frame: whole_way(
            ruleset, decimal_frame(ruleset, frame)
        ),
        "this engine, float columns, checked": lambda frame: whole_way(ruleset, frame),
        "this engine, text columns, checked": lambda frame: whole_way(ruleset, texts(frame)),
    }
    every["float polars by hand, text columns"] = lambda frame: columns_by_hand.float_polars_of_texts(
        texts(frame)
    )
    if find_spec("duckdb"):
        every["DuckDB, DOUBLE"] = lambda frame: columns_by_hand.duckdb(frame, decimals=False)
        every["DuckDB, DECIMAL"] = lambda frame: columns_by_hand.duckdb(frame, decimals=True)
    if find_spec("pandas"):
        every["pandas"] = columns_by_hand.pandas
    if find_spec("openfisca_core"):
        every["OpenFisca-core"] = columns_by_hand.openfisca
    every[WITH_STAR] = columns_by_hand.float_polars_with_star
    every["this engine, integer columns, with a star"] = lambda frame: evaluation(starred, frame)
    return every


def wrong(prepare: Callable[[pl.DataFrame], Totals], rows: Sequence[Row]) -> int:
    """Return how many totals are not those, in cents, that fractions give."""
    found = prepare(float_frame(rows))() * 100
    return sum(given != cents(row) for given, row in zip(found.round().to_list(), rows, strict=True))


def report(rounds: int, count: int = _ROWS) -> str:
    """Measure, and return a table."""
    rows = [*realistic(_DIFFERENT // 2), *even(_DIFFERENT // 2)]
    Random(1).shuffle(rows)
    floats = float_frame(realistic(_DIFFERENT), count)
    prepared = engines()
    works = {name: Work(name, prepare(floats), count) for name, prepare in prepared.items()}
    baseline = Work(BASELINE, columns_by_hand.float_polars(floats), count)
    timed = side_by_side(baseline, list(works.values()), min(rounds, _MOST_ROUNDS), perf_counter_ns)
    mistakes = {BASELINE: wrong(columns_by_hand.float_polars, rows)}
    mistakes |= {name: wrong(prepare, rows) for name, prepare in prepared.items() if "star" not in name}
    star = next((each.ratio for each in timed if each.name == WITH_STAR), 1.0)
    return table(
        (
            Column(f"a population of {count:,}", [each.name for each in timed]),
            Column("million rows/s", [f"{1 / each.microseconds:.1f}" for each in timed]),
            Column("× the speed by hand", [f"{_speed(each, star):.2f}" for each in timed]),
            Column(f"wrong of {len(rows):,}", [str(mistakes.get(each.name, "")) for each in timed]),
            Column("pairs", [f"{each.pairs}{'' if each.quiet else ' (noisy)'}" for each in timed]),
        )
    )


def _speed(timed: Timed, star: float) -> float:
    """Return the speed beside the same policy by hand, with a star where there is one."""
    return (star if "star" in timed.name else 1.0) / timed.ratio


if __name__ == "__main__":
    print(report(*[int(number) for number in sys.argv[1:3]] or [_MOST_ROUNDS]))
