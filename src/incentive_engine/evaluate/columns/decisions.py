"""The decisions of a policy as columns: what is paid, by which line, and whether it can be paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import polars as pl

from incentive_engine.compile.policy import Policy, PolicyLine
from incentive_engine.evaluate.columns.batch import AGENT
from incentive_engine.evaluate.columns.column import literal
from incentive_engine.evaluate.columns.evaluator import ColumnEvaluator, FollowingEvaluator, Found
from incentive_engine.evaluate.columns.intake import NUMBER
from incentive_engine.graph.nodes import Node, Truth
from incentive_engine.language.types import Type
from incentive_engine.ruleset.period import Period

STATUSES = pl.Enum(["final", "incomplete", "held", "ineligible"])
_PRECISION = 38
_MOST_PLACES = 30


class PolicyColumns:
    """Which columns are wanted of a policy, and how they are made of the integers of its program.

    Args:
        policy: The compiled ruleset.
        lines: The rules whose final amounts are wanted; None for all that give money.
        results: What rules make known by name and is wanted as well, such as `card.score`.

    Raises:
        KeyError: if there is no such rule that gives money, or no such result.
    """

    def __init__(self, policy: Policy, lines: Sequence[str] | None, results: Sequence[str]) -> None:
        self._policy = policy
        by_rule = {str(line.rule.id): line for line in policy.lines}
        with_money = [rule for rule, line in by_rule.items() if line.final is not None]
        self._lines: dict[str, PolicyLine] = {
            rule: by_rule[rule] for rule in (with_money if lines is None else lines)
        }
        self._finals: dict[str, Node] = {}
        for rule, line in self._lines.items():
            if line.final is None:
                raise KeyError(rule)
            self._finals[rule] = line.final
        known = {
            f"{rule}.{name}": result.value
            for rule, line in by_rule.items()
            for name, result in line.built.results.items()
        }
        self._results = {name: known[name] for name in results}

    def evaluated(
        self, evaluator: ColumnEvaluator | FollowingEvaluator, frames: Mapping[Period, pl.DataFrame]
    ) -> pl.DataFrame:
        """Return a row for each snapshot, in the order of the data."""
        found = evaluator.evaluate(frames, self._wanted())
        parts = [self._shaped(period, frames[period], values) for period, values in found.items()]
        if len(parts) == 1:
            return parts[0]
        return pl.concat([self._empty(), *parts], how="vertical_relaxed").sort(NUMBER)

    def _wanted(self) -> dict[str, Node]:
        policy = self._policy
        return {
            "held": policy.held,
            "incomplete": policy.incomplete,
            "eligible": policy.eligible,
            "total": policy.total,
            **{f"final of {rule}": node for rule, node in self._finals.items()},
            **{f"scope of {rule}": self._lines[rule].in_scope for rule in self._limited()},
            **{f"result {name}": value.node for name, value in self._results.items()},
        }

    def _limited(self) -> list[str]:
        """Return the rules that not everybody is in the scope of."""
        return [rule for rule, line in self._lines.items() if not _holds_for_all(line.in_scope)]

    def _shaped(self, period: Period, given: pl.DataFrame, found: Found) -> pl.DataFrame:
        places, limited = self._policy.money_places, set(self._limited())
        status = (
            pl.when("held")
            .then(_status("held"))
            .when("incomplete")
            .then(_status("incomplete"))
            .when("eligible")
            .then(_status("final"))
            .otherwise(_status("ineligible"))
        )
        frame = found.frame
        total = _decimal("total", found.denominators["total"], places)
        # One after the other they would leave a processor idle.
        amounts = [status.alias("status"), total.alias("total")]
        for rule in self._finals:
            final = _decimal(f"final of {rule}", found.denominators[f"final of {rule}"], places)
            if rule in limited:
                final = pl.when(pl.col(f"scope of {rule}").fill_null(value=True)).then(final)
            amounts.append(final.alias(f"{rule}.final"))
        columns = [
            given[NUMBER],
            given[AGENT],
            pl.Series("period", [str(period)]).new_from_index(0, given.height),
            *frame.select(amounts),
        ]
        for name, value in self._results.items():
            values = frame[f"result {name}"]
            columns.append(plain_column(values, found.denominators[f"result {name}"], value.type).alias(name))
        return pl.DataFrame(columns)

    def _empty(self) -> pl.DataFrame:
        """Return the columns that are always there, for where no row can be evaluated."""
        money = pl.Decimal(_PRECISION, self._policy.money_places)
        first: dict[str, pl.DataType] = {
            NUMBER: pl.Int64(),
            AGENT: pl.String(),
            "period": pl.String(),
            "status": STATUSES,
            "total": money,
        }
        finals = {f"{rule}.final": money for rule in self._finals}
        return pl.DataFrame(schema={**first, **finals, **dict.fromkeys(self._results, pl.Null())})


def _holds_for_all(condition: Node) -> bool:
    return isinstance(condition, Truth) and condition.value


def _status(name: str) -> pl.Expr:
    return pl.lit(name, dtype=STATUSES)


def _decimal(column: str, denominator: int, places: int) -> pl.Expr:
    """Return a column of numbers that end within some decimal places as decimals."""
    factor = Fraction(10**places, denominator)
    up, down = (literal(each, pl.Int128) for each in (factor.numerator, factor.denominator))
    steps = pl.col(column).cast(pl.Int128)
    steps = steps if factor.numerator == 1 else steps * up
    steps = steps if factor.denominator == 1 else steps // down
    # A decimal of polars is the number of its steps, of 128 bits.
    return steps.reinterpret(dtype=pl.Decimal(_PRECISION, places))


def plain_column(values: pl.Series, denominator: int, kind: Type) -> pl.Series:
    """Return values as what their type stands for; what has no end as a decimal, as the text of a ratio."""
    if values.dtype in (pl.Boolean, pl.String):
        return values
    cells = values.to_list() if kind.name in ("choice", "date") else []
    if kind.name == "choice":
        return pl.Series([None if cell is None else kind.options[cell] for cell in cells], dtype=pl.String)
    if kind.name == "date":
        return pl.Series([None if cell is None else date.fromordinal(cell) for cell in cells], dtype=pl.Date)
    places = next((count for count in range(_MOST_PLACES) if 10**count % denominator == 0), None)
    if places is None:
        ratios = [None if cell is None else str(Fraction(cell, denominator)) for cell in values.to_list()]
        return pl.Series(ratios, dtype=pl.String)
    return values.to_frame("c").select(_decimal("c", denominator, places))["c"]
