"""The agents of one period under one plan: what fits into columns in columns, all else agent by agent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from incentive_engine.evaluate.columns.column import Column, DoesNotFitError, Sort, text_of
from incentive_engine.evaluate.columns.peers import OverPeersOfPeriod, breaks_ties_by_agent, series_of
from incentive_engine.evaluate.columns.query import name_of, query
from incentive_engine.evaluate.columns.timeline import Carried
from incentive_engine.evaluate.plan import Plan
from incentive_engine.evaluate.single import Value, Values, generate
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.instructions import Lowered, Operation
from incentive_engine.language.types import text_number

AGENT = "agent"
_ROW = "row of the batch"
_SORTS: Mapping[pl.DataType, Sort] = {
    pl.Int64(): pl.Int64,
    pl.Int128(): pl.Int128,
    pl.Boolean(): pl.Boolean,
    pl.String(): pl.String,
}
# Where not all rows fit, those whose inputs stay below one of these sizes are tried without the others.
_USUAL_SIZES = (2**47, 2**31, 2**23)
# The argument from which on the result of an operation is one of its arguments.
_FIRST_OPTION = {Operation.DEFAULT: 0, Operation.CHOOSE: 1, Operation.PICK: 1}


def rows_of(frame: pl.DataFrame, input_names: Sequence[str]) -> list[Values]:
    """Return the rows of a frame as evaluators of single agents take them."""
    return [
        tuple(text_number(value) if isinstance(value, str) else value for value in row)
        for _, *row in frame.select(AGENT, *input_names).rows()
    ]


class Batch:
    """The rows of one period, and what their agents carry into it (empty where the program has no slots)."""

    def __init__(self, plan: Plan, input_names: Sequence[str], frame: pl.DataFrame, carried: Carried) -> None:
        self._plan = plan
        self._lowered = plan.lowered
        self._input_names = input_names
        self._rows = frame
        self._carried = carried

    def values(self, wanted: Iterable[int]) -> dict[int, pl.Series]:
        """Return the values at some places for all rows, in their order."""
        places = list(dict.fromkeys(wanted))
        try:
            return self._in_columns(places)
        except DoesNotFitError:
            return self._apart(places)

    # --- In columns

    def _in_columns(self, wanted: Sequence[int]) -> dict[int, pl.Series]:
        reached = _reached(self._lowered, wanted)
        peers = [peer for peer in self._lowered.peers if peer.place in reached]
        frame = self._leaves(reached).with_row_index(_ROW)
        if any(breaks_ties_by_agent(peer) for peer in peers):
            frame = frame.sort(AGENT)
        columns = _leaf_columns(frame)
        for stage in sorted({peer.stage for peer in peers}):
            asked = [peer for peer in peers if peer.stage == stage]
            read = [place for peer in asked for place in (*peer.within, peer.where, *peer.reads)]
            frame = self._computed(frame, columns, read, [*frame.columns, *_new(columns, read)])
            over_peers = OverPeersOfPeriod(self._lowered, frame, columns)
            for peer in asked:
                found, columns[peer.place] = over_peers.result(peer)
                frame = frame.with_columns(found)
        names = [name_of(place) for place in wanted]
        frame = self._computed(frame, columns, wanted, [_ROW, *names])
        if not frame[_ROW].is_sorted():
            frame = frame.sort(_ROW)
        return {place: frame[name] for place, name in zip(wanted, names, strict=True)}

    def _computed(
        self, frame: pl.DataFrame, columns: dict[int, Column], wanted: Sequence[int], names: Sequence[str]
    ) -> pl.DataFrame:
        """Return a frame with the values at some more places, which `columns` then has as well."""
        intervals = bounds(self._lowered, {place: column.interval for place, column in columns.items()})
        asked = query(self._lowered, intervals, columns, wanted)
        columns |= {place: asked.columns[place] for place in wanted}
        return asked.on(frame, names)

    def _leaves(self, reached: set[int]) -> pl.DataFrame:
        """Return what comes from outside as far as it is needed, as columns named by `name_of`."""
        instructions = self._lowered.instructions
        found = [self._rows[AGENT]]
        for name, place in self._lowered.inputs.items():
            if place in reached:
                found.append(
                    _leaf(self._rows[name], boolean=instructions[place].boolean).alias(name_of(place))
                )
        for position, slot in enumerate(self._lowered.states):
            place_of_slot = self._lowered.carried.get(slot)
            if place_of_slot in reached:
                boolean = instructions[place_of_slot].boolean
                series = _carried_column(self._carried, position, boolean=boolean)
                found.append(series.alias(name_of(place_of_slot)))
        return pl.DataFrame(found)

    # --- What does not fit

    def _apart(self, wanted: Sequence[int]) -> dict[int, pl.Series]:
        """Return the values after the rows that are not usual were taken out, and computed one by one.

        Where agents look at one another they cannot be taken apart.
        """
        for size in () if self._lowered.peers else _USUAL_SIZES:
            usual = self._stay_below(size)
            if usual.all() or not usual.any():
                continue
            try:
                found = self._part(usual)._in_columns(wanted)  # noqa: SLF001 -- another batch
            except DoesNotFitError:
                continue
            others = self._part(~usual)._one_by_one(wanted)  # noqa: SLF001 -- the same
            numbers = [*usual.arg_true(), *(~usual).arg_true()]
            return {place: self._joined(place, numbers, found[place], others[place]) for place in wanted}
        return self._one_by_one(wanted)

    def _stay_below(self, size: int) -> pl.Series:
        """Return which rows have no number above a size."""
        numbers = [name for name in self._lowered.inputs if self._rows[name].dtype.is_integer()]
        limits = (pl.lit(-size, dtype=pl.Int128), pl.lit(size, dtype=pl.Int128))
        small = (pl.col(name).cast(pl.Int128).is_between(*limits).fill_null(value=True) for name in numbers)
        return self._rows.select(AGENT, small=pl.all_horizontal(pl.lit(True), *small))["small"]  # noqa: FBT003 -- polars takes a literal by position

    def _part(self, chosen: pl.Series) -> Batch:
        carried: Carried
        if isinstance(self._carried, pl.DataFrame):
            carried = self._carried.filter(chosen)
        else:
            carried = [row for row, is_chosen in zip(self._carried, chosen, strict=False) if is_chosen]
        return Batch(self._plan, self._input_names, self._rows.filter(chosen), carried)

    def _joined(self, place: int, numbers: Sequence[int], one: pl.Series, other: pl.Series) -> pl.Series:
        """Return the values of two parts of the rows as one, given the numbers of the rows."""
        values = dict(zip(numbers, [*one.to_list(), *other.to_list()], strict=True))
        return self._series(place, [values[number] for number in range(len(numbers))])

    def _one_by_one(self, wanted: Sequence[int]) -> dict[int, pl.Series]:
        """Return the values that integers without limit give."""
        plan = self._plan
        agents = self._rows[AGENT].to_list()
        order = sorted(range(len(agents)), key=agents.__getitem__)
        every_row = rows_of(self._rows, self._input_names)
        rows = [every_row[number] for number in order]
        every_carried = self._carried.rows() if isinstance(self._carried, pl.DataFrame) else self._carried
        carried = [every_carried[number] if every_carried else () for number in order]
        everybody = plan.among(rows, carried)
        outside = [*self._lowered.inputs.values(), *self._lowered.carried.values()]
        outside += [peer.place for peer in self._lowered.peers]
        run = generate(self._lowered, wanted, [outside])
        found: dict[int, Values] = {}
        for number, row, left, given in zip(order, rows, carried, everybody, strict=True):
            known = plan.from_outside(row, left, given)
            found[number] = run(tuple(known[place] for place in outside))
        columns = zip(*(found[number] for number in range(len(agents))), strict=True)
        texts = self._texts()
        return {
            place: self._series(place, [_as_text(value) for value in values] if place in texts else values)
            for place, values in zip(wanted, columns, strict=True)
        }

    def _texts(self) -> set[int]:
        """Return the places whose values are texts where they are computed in columns."""
        texts = {place for name, place in self._lowered.inputs.items() if self._rows[name].dtype == pl.String}
        for place, instruction in enumerate(self._lowered.instructions):
            first = _FIRST_OPTION.get(instruction.operation)
            if first is not None and not texts.isdisjoint(instruction.arguments[first:]):
                texts.add(place)
        return texts

    def _series(self, place: int, values: Sequence[Value | str]) -> pl.Series:
        if any(isinstance(value, str) for value in values):
            return pl.Series(values, dtype=pl.String)
        numbers = [value for value in values if not isinstance(value, str)]
        try:
            return series_of(numbers, boolean=self._lowered.instructions[place].boolean)[0]
        except DoesNotFitError:
            return pl.Series(numbers, dtype=pl.Object)


def _as_text(value: Value) -> str | None:
    return None if value is None else text_of(value)


def _carried_column(carried: Carried, position: int, *, boolean: bool) -> pl.Series:
    """Return what is carried in one slot.

    Raises:
        DoesNotFitError: if a number is too large for any column.
    """
    if isinstance(carried, pl.DataFrame):
        return carried[str(position)].cast(pl.Boolean) if boolean else carried[str(position)]
    return series_of([row[position] for row in carried], boolean=boolean)[0]


def _reached(lowered: Lowered, wanted: Sequence[int]) -> set[int]:
    """Return the places of all that some values depend on, themselves included."""
    reached: set[int] = set()
    waiting = list(wanted)
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting.extend(lowered.instructions[place].arguments)
    return reached


def _new(columns: Mapping[int, Column], places: Iterable[int]) -> list[str]:
    return [name_of(place) for place in dict.fromkeys(places) if place not in columns]


def _leaf(series: pl.Series, *, boolean: bool) -> pl.Series:
    """Return what comes from outside as one of the sorts that are calculated with."""
    if boolean:
        return series.cast(pl.Boolean)
    if series.dtype in _SORTS:
        return series
    fits = series.dtype == pl.Null or (
        series.dtype.is_integer() and series.dtype not in (pl.UInt64, pl.UInt128)
    )
    return series.cast(pl.Int64 if fits else pl.Int128)


def _leaf_columns(frame: pl.DataFrame) -> dict[int, Column]:
    """Return the columns of what comes from outside, with the ranges that their values lie in."""
    names = [name for name in frame.columns if name not in (AGENT, _ROW)]
    numbers = [name for name in names if frame.schema[name] != pl.String]
    lows, highs = (frame.select(numbers).min(), frame.select(numbers).max())
    columns: dict[int, Column] = {}
    for name in names:
        has_unknown = frame[name].has_nulls()
        if name in numbers:
            low, high = lows[name].item(), highs[name].item()
            known = Interval(int(low), int(high), has_unknown) if low is not None else Interval.of(None)
        else:
            known = Interval(None, None, has_unknown)
        columns[int(name.removeprefix("v"))] = Column(known, pl.col(name), _SORTS[frame.schema[name]])
    return columns
