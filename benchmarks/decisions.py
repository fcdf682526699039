"""One decision at a time: this engine, the same policy by hand, and other engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from benchmarks import by_hand, other_engines
from benchmarks.other_engines import Decide, Total
from benchmarks.policy import benchmark_ruleset
from benchmarks.rows import Row, even, realistic
from benchmarks.tables import Column, table
from benchmarks.timing import Work, side_by_side

_ROWS = 1000
_ROWS_CHECKED = 20_000
# Those that take so much longer decide on fewer, so that a pair stays short.
_SLOW = {"rule-engine, parsed once": 50, "simpleeval, parsed once": 100}

Prepare = Callable[[Sequence[Row]], Decide]


def decimal_by_hand(rows: Sequence[Row]) -> Decide:
    """The policy in Decimal, from numbers that are Decimal already; nothing checked, nothing explained."""
    ready = [by_hand.decimal_row(row) for row in rows]
    return lambda: [by_hand.decimal_total(row) for row in ready]


def decimal_by_hand_from_json(rows: Sequence[Row]) -> Decide:
    """The same from the numbers of a JSON reader."""
    return lambda: [by_hand.decimal_total(by_hand.decimal_row(row)) for row in rows]


def this_engine(rows: Sequence[Row]) -> Decide:
    """A decision from a plain dict, checked, that can explain itself; the total is read."""
    ruleset = benchmark_ruleset()
    return lambda: [ruleset.evaluate(row).total for row in rows]


def this_engine_from_decimal(rows: Sequence[Row]) -> Decide:
    """The same from a dict of Decimal."""
    ready = [{**row, **by_hand.decimal_row(row)} for row in rows]
    ruleset = benchmark_ruleset()
    return lambda: [ruleset.evaluate(row).total for row in ready]


def this_engine_from_text(rows: Sequence[Row]) -> Decide:
    """The same from a dict of texts, as a CSV reader gives it."""
    ready = [{name: str(value) for name, value in row.items()} for row in rows]
    ruleset = benchmark_ruleset()
    return lambda: [ruleset.evaluate(row).total for row in ready]


BASELINE = "by hand in Decimal, from Decimal"
ENGINES: Mapping[str, Prepare] = {
    BASELINE: decimal_by_hand,
    "by hand in Decimal, from JSON numbers": decimal_by_hand_from_json,
    "this engine, from JSON numbers": this_engine,
    "this engine, from Decimal": this_engine_from_decimal,
    "this engine, from text": this_engine_from_text,
    "zen-engine, with a decision table": partial(other_engines.zen_with_a_table, trace=False),
    "zen-engine, with a decision table, trace": partial(other_engines.zen_with_a_table, trace=True),
    "zen-engine, one node": partial(other_engines.zen_with_one_node, trace=False),
    "zen-engine, one node, trace": partial(other_engines.zen_with_one_node, trace=True),
    "simpleeval, parsed once": other_engines.simpleeval,
    "rule-engine, parsed once": other_engines.rules,
}


def wrong(prepare: Prepare, rows: Sequence[Row]) -> int:
    """Return on how many rows an engine's total is another one, in cents, than the reference's."""
    totals = prepare(rows)()
    return sum(_cents(total) != by_hand.cents(row) for total, row in zip(totals, rows, strict=True))


def _cents(total: Total) -> int:
    return round(total * 100)


def report(rounds: int) -> str:
    """Measure, and return a table."""
    drawn = [*realistic(_ROWS_CHECKED // 2), *even(_ROWS_CHECKED // 2)]
    timed_rows = realistic(_ROWS)
    works: list[Work] = []
    mistakes: dict[str, str] = {}
    for name, prepare in ENGINES.items():
        count = _SLOW.get(name, _ROWS)
        works.append(Work(name, prepare(timed_rows[:count]), count))
        checked = drawn if name not in _SLOW else drawn[:: _ROWS // count]
        mistakes[name] = f"{wrong(prepare, checked):,} of {len(checked):,}"
    baseline, *others = works
    timed = side_by_side(baseline, others, rounds)
    of_this_engine = next(each.ratio for each in timed if each.name == "this engine, from JSON numbers")
    return table(
        (
            Column("one decision", [each.name for each in timed]),
            Column("µs", [f"{each.microseconds:.2f}" for each in timed]),
            Column("× the time by hand", [f"{each.ratio:.2f}" for each in timed]),
            Column("quartiles", [f"{each.lowest:.2f}-{each.highest:.2f}" for each in timed]),
            Column("× the time of this engine", [f"{each.ratio / of_this_engine:.2f}" for each in timed]),
            Column("wrong", [mistakes[each.name] for each in timed]),
            Column("pairs", [f"{each.pairs}{'' if each.quiet else ' (noisy)'}" for each in timed]),
        )
    )
