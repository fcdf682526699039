"""Results over peers in columns: for all agents of a period, the same whatever the order of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul

import polars as pl

from incentive_engine.evaluate.columns.column import Column, DoesNotFitError, Sort, Width, literal, width_of
from incentive_engine.evaluate.columns.query import name_of
from incentive_engine.evaluate.peers import peer_results
from incentive_engine.evaluate.single import Value
from incentive_engine.graph.bounds import Interval
from incentive_engine.graph.instructions import Lowered, Peer
from incentive_engine.graph.nodes import Ahead, Apportion, OverPeers

_ROW = "row"
_RESULT = "result"
_POSITION = "position"


def breaks_ties_by_agent(peer: Peer) -> bool:
    """Whether a result depends on the order of the agents' ids."""
    return isinstance(peer.node, Apportion) or (isinstance(peer.node, Ahead) and peer.node.by_agent)


@dataclass(frozen=True, slots=True)
class _Part:
    """A value as a part of a number to sort by: from 0, and turned round where the highest comes first."""

    value: pl.Expr
    low: int
    high: int
    turned: bool

    @property
    def count(self) -> int:
        """How many different values there may be."""
        return self.high - self.low + 1

    def in_sort(self, sort: Width) -> pl.Expr:
        """Return the part as an expression."""
        wide = width_of(2 * max(abs(self.low), abs(self.high)))
        value = self.value.cast(wide)
        part = literal(self.high, wide) - value if self.turned else value - literal(self.low, wide)
        return part.cast(sort)


def _count(parts: Sequence[_Part]) -> int:
    """Return how many different values some parts may have together."""
    return reduce(mul, (part.count for part in parts))


def _packed(parts: Sequence[_Part]) -> tuple[pl.Expr, Width]:
    """Return one number for several parts, in their order, and how wide it is.

    Raises:
        DoesNotFitError: if they do not fit into one.
    """
    sort = width_of(_count(parts))
    packed = parts[0].in_sort(sort)
    for part in parts[1:]:
        packed = packed * literal(part.count, sort) + part.in_sort(sort)
    return packed, sort


class OverPeersOfPeriod:
    """The agents of a period, one a row, and what has to be known of them for results over peers.

    Where a result breaks ties by agent the rows are in ascending order of the ids.
    """

    def __init__(self, lowered: Lowered, frame: pl.DataFrame, columns: dict[int, Column]) -> None:
        self._lowered = lowered
        self._frame = frame
        self._columns = columns

    def result(self, peer: Peer) -> tuple[pl.Series, Column]:
        """Return the result of every agent, as a series of the name of its place and as a column.

        Raises:
            DoesNotFitError: if a result is too large for any column.
        """
        name = name_of(peer.place)
        try:
            found, interval = self._in_columns(peer)
        except DoesNotFitError:
            found, interval = self._one_by_one(peer)
        sort: Sort = pl.Int64 if found.dtype == pl.Int64 else pl.Int128
        return found.alias(name), Column(interval, pl.col(name), sort)

    def _in_columns(self, peer: Peer) -> tuple[pl.Series, Interval]:
        match peer.node:
            case OverPeers():
                return self._over_members(peer, peer.node)
            case Ahead():
                return self._ahead(peer, peer.node)
            case _:
                return self._parts(peer, peer.node)

    def _one_by_one(self, peer: Peer) -> tuple[pl.Series, Interval]:
        """Return what integers without limit give."""
        places = list(dict.fromkeys((*peer.within, peer.where, *peer.reads)))
        rows = self._frame.select(name_of(place) for place in places).rows()
        positions = {place: position for position, place in enumerate(places)}
        results = peer_results(peer, rows, positions, self._denominator(peer))
        return series_of(results, boolean=False)

    def _denominator(self, peer: Peer) -> int:
        return self._lowered.instructions[peer.reads[0]].denominator

    def _groups(self, peer: Peer) -> list[str]:
        """Return the columns that make groups; one value for all makes none."""
        return [name_of(place) for place in peer.within if self._columns[place].constant is None]

    def _values(self, peer: Peer) -> list[pl.Expr]:
        return [self._columns[place].to(self._columns[place].sort or pl.Int64) for place in peer.reads]

    def _over_members(self, peer: Peer, node: OverPeers) -> tuple[pl.Series, Interval]:
        (place,) = peer.reads
        column = self._columns[place]
        within = self._groups(peer)
        low, high = column.interval.low or 0, column.interval.high or 0
        size = column.size
        interval = Interval(low, high, may_be_unknown=True)
        if node.operation == "sum":
            size *= self._frame.height
            interval = Interval(
                min(low, 0) * self._frame.height, max(high, 0) * self._frame.height, may_be_unknown=True
            )
        counted = pl.when(_is_member(peer)).then(column.to(width_of(size)))
        found = {"sum": counted.sum(), "lowest": counted.min(), "highest": counted.max()}[node.operation]
        return self._result(pl.when(_has_group(within)).then(_in_group(found, within))), interval

    def _result(self, expression: pl.Expr) -> pl.Series:
        return self._frame.with_columns(expression.alias(_RESULT))[_RESULT]

    def _ahead(self, peer: Peer, node: Ahead) -> tuple[pl.Series, Interval]:
        interval = Interval(0, self._frame.height, may_be_unknown=True)
        if not node.units:
            try:
                return self._ahead_of_one_number(peer, node), interval
            except DoesNotFitError:
                pass  # Group and keys are too large together, or nobody has all keys.
        return self._ahead_of_keys(peer, node), interval

    def _ahead_of_one_number(self, peer: Peer, node: Ahead) -> pl.Series:
        """Return how many members stand ahead, with all that is to be known of a row packed into one number.

        Such numbers alone are sorted much faster than numbers that have something else beside them.

        Raises:
            DoesNotFitError: if it does not fit into one.
        """
        frame, groups, keys = self._parts_of_number(peer, node)
        row = _Part(pl.int_range(pl.len()), 0, frame.height - 1, turned=False)
        enters = _Part(_is_member(peer), 0, 1, turned=False)
        all_enter = self._columns[peer.where].constant == 1
        packed, sort = _packed([*groups, *keys, row] if all_enter else [*groups, *keys, row, enters])
        number, before = pl.col("number"), pl.col("before")
        ordered = frame.select(number=packed).drop_nulls().sort("number")
        if all_enter:
            ordered = ordered.with_columns(before=pl.int_range(pl.len()))
        else:
            two = literal(enters.count, sort)
            ordered = ordered.select(number // two, enters=(number % two).cast(pl.Int64))
            ordered = ordered.with_columns(before=pl.col("enters").cum_sum() - pl.col("enters"))
        of_row, of_keys = literal(row.count, sort), literal(_count(keys), sort)
        ordered = ordered.select(
            "before",
            (number % of_row).cast(pl.Int64).alias(_ROW),
            key=number // of_row,
            group=number // (of_row * of_keys),
        )
        level = before if node.by_agent else _first_of_run(pl.col("key"), before)
        return self._in_rows(
            ordered.select(_ROW, (level - _first_of_run(pl.col("group"), before)).alias(_RESULT))
        )

    def _parts_of_number(self, peer: Peer, node: Ahead) -> tuple[pl.DataFrame, list[_Part], list[_Part]]:
        """Return the rows, and the parts of a number that stand for the group and for the keys."""
        frame = self._frame
        groups: list[_Part] = []
        for name in self._groups(peer):
            codes = frame[name]
            if codes.dtype == pl.String:
                codes = codes.cast(pl.Categorical).to_physical()
            low, high = codes.min(), codes.max()
            if not isinstance(low, int) or not isinstance(high, int):
                raise DoesNotFitError
            frame = frame.with_columns(codes.alias(f"group {name}"))
            groups.append(_Part(pl.col(f"group {name}"), int(low), int(high), turned=False))
        keys: list[_Part] = []
        for place, highest in zip(peer.reads, node.highest, strict=False):
            column = self._columns[place]
            low, high = column.interval.low, column.interval.high
            if low is None or high is None:
                raise DoesNotFitError
            keys.append(_Part(column.to(column.sort or width_of(column.size)), low, high, turned=highest))
        return frame, groups, keys

    def _in_rows(self, found: pl.DataFrame) -> pl.Series:
        """Return results in the order of all rows, null where a row has none."""
        nothing = pl.repeat(None, self._frame.height, dtype=pl.Int64, eager=True)
        return nothing.scatter(found[_ROW], found[_RESULT])

    def _ahead_of_keys(self, peer: Peer, node: Ahead) -> pl.Series:
        """Return how many members or units stand ahead, sorted by each key."""
        groups = self._groups(peer)
        values = self._values(peer)
        keys = [f"key{number}" for number in range(len(node.keys))]
        units = [f"unit{number}" for number in range(len(node.units))]
        within = [f"within{number}" for number in range(len(groups))]
        ordered = (
            self._frame.select(
                pl.int_range(pl.len()).alias(_ROW),
                _is_member(peer).alias("enters"),
                *(value.alias(name) for value, name in zip(values, [*keys, *units], strict=True)),
                *(pl.col(group).alias(name) for group, name in zip(groups, within, strict=True)),
            )
            .drop_nulls([*keys, *within])
            .sort(
                [*within, *keys, _ROW],
                descending=[*(False for _ in within), *node.highest, False],
            )
        )
        if units:
            ordered = ordered.with_row_index(_POSITION).with_columns(enters=_first_of_unit(within, units))
        before = pl.col("enters").cast(pl.Int64)
        before = _in_group(before.cum_sum(), within) - before
        ordered = ordered.with_columns(before.alias(_RESULT))
        if not node.by_agent:
            ordered = ordered.with_columns(pl.col(_RESULT).min().over([*within, *keys]))
        return self._in_rows(ordered.select(_ROW, _RESULT))

    def _parts(self, peer: Peer, node: Apportion) -> tuple[pl.Series, Interval]:
        """Return the parts by the largest remainder; the words are those of `evaluate/peers.py`."""
        amount, weight = (self._columns[place] for place in peer.reads)
        within = self._groups(peer)
        step, denominator = 10**node.places, self._denominator(peer)
        height = self._frame.height
        sort = width_of(max(amount.size * step, denominator * height) * max(weight.size, 1))
        zero = literal(0, sort)
        shared = self._frame.with_columns(
            pl.int_range(pl.len()).alias(_ROW),
            amount.to(sort).alias("amount"),
            weight.to(sort).alias("weight"),
            grouped=_has_group(within),
        ).with_columns(
            shares=(_is_member(peer) & pl.col("grouped") & (pl.col("weight") > zero)).fill_null(value=False),
            given=pl.when(pl.col("grouped") & (pl.col("amount") >= zero)).then(pl.col("amount")),
        )
        one_amount = _in_group(pl.col("given").min(), within) == _in_group(pl.col("given").max(), within)
        if not shared.select(one_amount.all()).item():
            raise DoesNotFitError  # Each amount would need a table of its own.
        total = _in_group(pl.when("shares").then("weight").otherwise(zero).sum(), within)
        shared = shared.with_columns(
            dividend=_in_group(pl.col("given").max(), within) * literal(step, sort),
            divisor=total * literal(denominator, sort),
        )
        product = pl.col("dividend") * pl.col("weight")
        shared = shared.with_columns(part=product // pl.col("divisor")).with_columns(
            remainder=product - pl.col("part") * pl.col("divisor")
        )
        taken = _in_group(pl.when("shares").then("part").otherwise(zero).sum(), within)
        left = pl.col("dividend") // literal(denominator, sort) - taken
        ordered = (
            shared.with_columns(left=left)
            .filter("shares")
            .sort([*within, "remainder", _ROW], descending=[*(False for _ in within), True, False])
        )
        number = _in_group(pl.int_range(pl.len()), within)
        extra = ordered.select(_ROW, extra=(number < pl.col("left")).cast(sort))
        shared = shared.join(extra, on=_ROW, how="left", maintain_order="left")
        decided = (
            pl.col("given").is_not_null()
            & pl.col("weight").is_not_null()
            & pl.col(name_of(peer.where)).is_not_null()
            & (pl.col("divisor") > zero)
        )
        part = pl.when("shares").then(pl.col("part") + pl.col("extra")).otherwise(zero)
        highest = max(amount.interval.high or 0, 0) * step // denominator
        found = shared.select(pl.when(decided).then(part).alias(_RESULT))[_RESULT]
        return found, Interval(0, highest, may_be_unknown=True)


def _is_member(peer: Peer) -> pl.Expr:
    return pl.col(name_of(peer.where)).fill_null(value=False)


def _has_group(within: Sequence[str]) -> pl.Expr:
    """Whether all is known that makes the agent's group; to polars null would be a group like any other."""
    return pl.all_horizontal(pl.lit(True), *(pl.col(name).is_not_null() for name in within))  # noqa: FBT003 -- polars takes a literal by position


def _in_group(found: pl.Expr, within: Sequence[str]) -> pl.Expr:
    return found.over(within) if within else found


def _first_of_run(number: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Return the value at the first of the rows that follow one another with the same number."""
    return pl.when(number.ne_missing(number.shift())).then(value).forward_fill()


def _first_of_unit(within: Sequence[str], units: Sequence[str]) -> pl.Expr:
    """Whether a row is the first of its group and unit whose agent is a member."""
    counts = pl.all_horizontal("enters", *(pl.col(unit).is_not_null() for unit in units))
    position = pl.col(_POSITION)
    return counts & (position == pl.when(counts).then(position).min().over([*within, *units]))


def series_of(values: Sequence[Value], *, boolean: bool) -> tuple[pl.Series, Interval]:
    """Return exact values as a series, and the interval that they lie in.

    Raises:
        DoesNotFitError: if one is too large for any column.
    """
    known = [int(value) for value in values if value is not None]
    interval = Interval(min(known), max(known), len(known) < len(values)) if known else Interval.of(None)
    sort: Sort = pl.Boolean if boolean else width_of(Column(interval).size)
    return pl.Series(values, dtype=sort), interval
