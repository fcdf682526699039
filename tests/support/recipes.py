"""Random programs before they are built.

A `Recipe` can be built by the folding builder and by `PlainBuilder`, which folds nothing, into two programs
that must mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from hypothesis import strategies as st

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import Rounding
from incentive_engine.ruleset.period import DateRange, OpensYear, PeriodTest, Season
from tests.support.plain import PlainBuilder, listing

Value = Fraction | bool | None

CONSTANTS = [
    Fraction(text) for text in ("0", "1", "2", "-1", "3", "0.5", "1.5", "2.25", "1/3", "61/365", "-0.01")
]
ROUNDINGS = st.sampled_from(list(Rounding))
FACT = "fact"


@dataclass(frozen=True)
class Workshop:
    """Where a recipe is built: `made` are the nodes of the steps so far."""

    build: Builder
    history: History
    made: list[Node]


Step = Callable[[Workshop], Node]


@dataclass(frozen=True)
class Slot:
    """A slot of the program's states: its name, what it holds at first, and the step that it keeps."""

    name: str
    initial: Value
    boolean: bool
    keeps: int

    def first(self, build: Builder) -> Node:
        """Return what the slot holds before the first period."""
        return _literal(build, self.initial, boolean=self.boolean)


@dataclass(frozen=True, eq=False)
class Recipe:
    """A program before it is built: steps that may read earlier steps, kept slots, and the results."""

    steps: tuple[Step, ...]
    kept: tuple[Slot, ...]
    results: Mapping[str, int]

    def build(self, builder: Builder | None = None) -> Program:
        """Return the program, made by a builder of its own unless one is given."""
        build = builder or Builder()
        at = Workshop(build, History(build), [])
        for step in self.steps:
            at.made.append(step(at))
        states = {slot.name: at.made[slot.keeps] for slot in self.kept}
        return Program(
            {name: at.made[place] for name, place in self.results.items()}, at.history.states | states
        )

    def __repr__(self) -> str:
        return f"Recipe of\n{listing(self.build(PlainBuilder()))}"


def _literal(build: Builder, value: Value, *, boolean: bool) -> Node:
    if value is None:
        return build.unknown(boolean=boolean)
    return build.truth(value) if isinstance(value, bool) else build.constant(value)


@dataclass
class Drawing:
    """A recipe that is being drawn: its steps so far, and which of them may stand where."""

    draw: st.DrawFn
    steps: list[Step] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    truths: list[int] = field(default_factory=list)
    wholes: list[int] = field(default_factory=list)  # Whole numbers, for indexes and groups.
    constants: list[int] = field(default_factory=list)  # Constant once the period is known.
    divisors: list[int] = field(default_factory=list)  # What `Builder.inverse` accepts.

    def add(self, step: Step, *also: list[int], boolean: bool = False) -> int:
        """Take in a step, and say what it may be used for besides its type."""
        place = len(self.steps)
        self.steps.append(step)
        for usable in (self.truths if boolean else self.numbers, *also):
            usable.append(place)
        return place

    def one(self, among: Sequence[int]) -> int:
        """Draw one step, more often a late one, so that programs grow deep."""
        return self.draw(st.sampled_from([*among, *among[-3:], *among[-3:]]))

    def some(self, among: Sequence[int], least: int = 1, most: int = 3) -> list[int]:
        """Draw several steps."""
        return [self.one(among) for _ in range(self.draw(st.integers(least, most)))]

    def typed(self) -> tuple[list[int], bool]:
        """Draw whether a node is about truth values, and give the steps that it may read."""
        boolean = self.draw(st.booleans())
        return (self.truths if boolean else self.numbers), boolean


@st.composite
def recipes(draw: st.DrawFn, *, peers: bool = True, history: bool = True, most: int = 16) -> Recipe:
    """Draw a recipe of up to `most` steps beside its leaves, with or without peers and history."""
    drawing = Drawing(draw)
    _number_inputs(drawing)
    _truth_leaves(drawing)
    for value in draw(st.lists(st.sampled_from(CONSTANTS), min_size=2, max_size=4, unique=True)):
        _constant(drawing, value)
    slots = _carried(drawing) if history else []
    sorts = [_leaf, _arithmetic, _arithmetic, _division, _divisor, _truth, _truth, _choice, _band, _mean]
    sorts += [_over_peers, _ahead, _apportion] if peers else []
    sorts += [_history] if history else []
    for _ in range(draw(st.integers(1, most))):
        draw(st.sampled_from(sorts))(drawing)
    last = len(drawing.steps) - 1
    others = draw(st.lists(st.integers(0, last), max_size=4))
    kept = tuple(_keep(drawing, *slot) for slot in slots)
    return Recipe(tuple(drawing.steps), kept, {f"r{place}": place for place in (last, *others)})


# --- Leaves ---------------------------------------------------------------------------------------------


def _input(
    name: str, places: int, lowest: Fraction | None, highest: Fraction | None, *, optional: bool
) -> Step:
    return lambda at: at.build.input(name, places=places, lowest=lowest, highest=highest, optional=optional)


def _fact(at: Workshop) -> Node:
    """The input that is the same for all agents of a period."""
    return at.build.input(FACT, places=1)


def _flag(name: str, *, optional: bool) -> Step:
    return lambda at: at.build.flag(name, optional=optional)


def _number_inputs(drawing: Drawing) -> None:
    draw = drawing.draw
    drawing.add(_input("team", 0, Fraction(0), Fraction(2), optional=draw(st.booleans())), drawing.wholes)
    for name in ("metric", "amount")[: draw(st.integers(1, 2))]:
        places = draw(st.integers(0, 2))
        lowest = draw(st.sampled_from([None, Fraction(0), Fraction(-1)]))
        highest = draw(st.sampled_from([None, Fraction(3)]))
        step = _input(name, places, lowest, highest, optional=draw(st.booleans()))
        drawing.add(step, *([drawing.wholes] if places == 0 else []))
    drawing.add(_fact)


def _truth_leaves(drawing: Drawing) -> None:
    drawing.add(_flag("flag", optional=drawing.draw(st.booleans())), boolean=True)
    test = drawing.draw(st.sampled_from(_PERIOD_TESTS))
    drawing.add(lambda at: at.build.period_truth(test), boolean=True)


_PERIOD_TESTS: list[PeriodTest] = [
    OpensYear(),
    DateRange(date(2026, 1, 1), None),
    Season((11, 15), (1, 10), "any_day"),
    Season((11, 15), (1, 10), "all_days"),
]


def _constant(drawing: Drawing, value: Fraction) -> None:
    whole = [drawing.wholes] if value.denominator == 1 else []
    drawing.add(lambda at: at.build.constant(value), drawing.constants, drawing.divisors, *whole)


def _carried(drawing: Drawing) -> list[tuple[str, Value, bool]]:
    """Leaves that read the kept slots; what is kept is drawn last, so that it may be any step."""
    initial = drawing.draw(st.sampled_from([None, Fraction(0), Fraction("0.5")]))
    slots: list[tuple[str, Value, bool]] = [("balance", initial, False), ("held", False, True)]
    slots = slots[: drawing.draw(st.integers(0, 2))]
    for name, value, boolean in slots:
        drawing.add(_carry(name, value, boolean=boolean), boolean=boolean)
    return slots


def _carry(name: str, initial: Value, *, boolean: bool) -> Step:
    return lambda at: at.build.carried(name, _literal(at.build, initial, boolean=boolean))


def _keep(drawing: Drawing, name: str, initial: Value, boolean: bool) -> Slot:  # noqa: FBT001 -- called with a slot's parts
    """Draw what a slot keeps: numbers are rounded, or their denominators would grow period by period."""
    if boolean:
        return Slot(name, initial, boolean, drawing.one(drawing.truths))
    number, places, rounding = (
        drawing.one(drawing.numbers),
        drawing.draw(st.integers(0, 2)),
        drawing.draw(ROUNDINGS),
    )
    return Slot(
        name, initial, boolean, drawing.add(lambda at: at.build.round(at.made[number], places, rounding))
    )


# --- Steps of each sort ---------------------------------------------------------------------------------


def _leaf(drawing: Drawing) -> None:
    sort = drawing.draw(st.sampled_from(["constant", "days", "start", "present", "unknown", "truth"]))
    boolean = drawing.draw(st.booleans())
    match sort:
        case "constant":
            _constant(drawing, drawing.draw(st.sampled_from(CONSTANTS)))
        case "days":
            drawing.add(
                lambda at: at.build.period_number("days"),
                drawing.wholes,
                drawing.constants,
                drawing.divisors,
            )
        case "start":
            # Days since a date near the periods, so that it is near the constants too.
            first = date(2025, 12, 1).toordinal()
            quantity = drawing.draw(st.sampled_from(_BOUNDARIES))
            drawing.add(
                lambda at: at.build.subtract(at.build.period_number(quantity), at.build.constant(first)),
                drawing.wholes,
                drawing.constants,
                drawing.divisors,
            )
        case "present":
            drawing.add(lambda at: at.build.present(), boolean=True)
        case "unknown":
            drawing.add(lambda at: at.build.unknown(boolean=boolean), boolean=boolean)
        case _:
            drawing.add(lambda at: at.build.truth(boolean), boolean=True)


_BOUNDARIES: list[Literal["start", "end"]] = ["start", "end"]


def _arithmetic(drawing: Drawing) -> None:
    draw = drawing.draw
    sort = draw(st.sampled_from(["add", "subtract", "multiply", "least", "greatest", "clamp", "round"]))
    if sort == "round":
        number, places, rounding = drawing.one(drawing.numbers), draw(st.integers(0, 2)), draw(ROUNDINGS)
        drawing.add(
            lambda at: at.build.round(at.made[number], places, rounding),
            *([drawing.wholes] if places == 0 else []),
        )
        return
    count = {"subtract": 2, "clamp": 3}.get(sort)
    # Among what is constant in a period the result is constant too, and may be divided by.
    among = draw(st.sampled_from([drawing.numbers, drawing.numbers, drawing.constants]))
    parts = drawing.some(among, count or 1, count or 4)
    constant = [drawing.constants, drawing.divisors] if among is drawing.constants else []

    def step(at: Workshop) -> Node:
        forms: dict[str, Callable[..., Node]] = {
            "add": at.build.add,
            "subtract": at.build.subtract,
            "multiply": at.build.multiply,
            "least": at.build.least,
            "greatest": at.build.greatest,
            "clamp": at.build.clamp,
        }
        return forms[sort](*(at.made[part] for part in parts))

    drawing.add(step, *constant)


def _division(drawing: Drawing) -> None:
    draw = drawing.draw
    dividend = drawing.one(drawing.numbers)
    if draw(st.booleans()):
        divisor = drawing.one(drawing.divisors)
        drawing.add(lambda at: at.build.multiply(at.made[dividend], at.build.inverse(at.made[divisor])))
        return
    divisor = drawing.one(draw(st.sampled_from([drawing.numbers, drawing.divisors])))
    places, rounding = draw(st.integers(0, 3)), draw(ROUNDINGS)
    drawing.add(lambda at: at.build.quotient(at.made[dividend], at.made[divisor], places, rounding))


def _divisor(drawing: Drawing) -> None:
    """A choice among constants by an attribute, such as a target by level."""
    if drawing.draw(st.booleans()):
        condition = drawing.one(drawing.truths)
        then, otherwise = drawing.some(drawing.divisors, 2, 2)
        drawing.add(
            lambda at: at.build.choose(at.made[condition], at.made[then], at.made[otherwise]),
            drawing.divisors,
        )
        return
    index, first = drawing.one(drawing.wholes), drawing.draw(st.integers(0, 1))
    options = drawing.some(drawing.divisors)
    drawing.add(
        lambda at: at.build.pick(at.made[index], [at.made[option] for option in options], first=first),
        drawing.divisors,
    )


def _truth(drawing: Drawing) -> None:
    draw = drawing.draw
    sort = draw(st.sampled_from(["compare", "compare", "all", "any", "not", "known"]))
    match sort:
        case "compare":
            operator = draw(st.sampled_from(_OPERATORS))
            left, right = drawing.some(drawing.numbers, 2, 2)
            drawing.add(lambda at: at.build.compare(operator, at.made[left], at.made[right]), boolean=True)
        case "all":
            parts = drawing.some(drawing.truths)
            drawing.add(lambda at: at.build.all_of(*(at.made[part] for part in parts)), boolean=True)
        case "any":
            parts = drawing.some(drawing.truths)
            drawing.add(lambda at: at.build.any_of(*(at.made[part] for part in parts)), boolean=True)
        case "not":
            term = drawing.one(drawing.truths)
            drawing.add(lambda at: at.build.opposite(at.made[term]), boolean=True)
        case _:
            value = drawing.one(draw(st.sampled_from([drawing.numbers, drawing.truths])))
            drawing.add(lambda at: at.build.known(at.made[value]), boolean=True)


_OPERATORS: list[Literal["<", "<=", "==", "!=", ">", ">="]] = ["<", "<=", "==", "!=", ">", ">="]


def _choice(drawing: Drawing) -> None:
    draw = drawing.draw
    among, boolean = drawing.typed()
    match draw(st.sampled_from(["default", "choose", "pick"])):
        case "default":
            value, otherwise = drawing.some(among, 2, 2)
            drawing.add(lambda at: at.build.default(at.made[value], at.made[otherwise]), boolean=boolean)
        case "choose":
            condition = drawing.one(drawing.truths)
            then, otherwise = drawing.some(among, 2, 2)
            drawing.add(
                lambda at: at.build.choose(at.made[condition], at.made[then], at.made[otherwise]),
                boolean=boolean,
            )
        case _:
            index, first = drawing.one(drawing.wholes), draw(st.integers(0, 1))
            options = drawing.some(among)
            drawing.add(
                lambda at: at.build.pick(at.made[index], [at.made[each] for each in options], first=first),
                boolean=boolean,
            )


def _band(drawing: Drawing) -> None:
    """Limits that ascend strictly: constants, constants above a shared base, or each one of two values."""
    draw = drawing.draw
    value, includes_limit = drawing.one(drawing.numbers), draw(st.booleans())
    steps = sorted(draw(st.lists(st.sampled_from(CONSTANTS), min_size=1, max_size=3, unique=True)))
    base, condition = drawing.one(drawing.numbers), drawing.one(drawing.truths)
    sort = draw(st.sampled_from(["constants", "above a base", "one of two"]))

    def limit(at: Workshop, position: int, step: Fraction) -> Node:
        build = at.build
        match sort:
            case "constants":
                return build.constant(step)
            case "above a base":
                return build.add(at.made[base], build.constant(step))
            case _:
                return build.choose(
                    at.made[condition], build.constant(2 * position), build.constant(2 * position + 1)
                )

    drawing.add(
        lambda at: at.build.band(
            at.made[value],
            [limit(at, position, step) for position, step in enumerate(steps)],
            includes_limit=includes_limit,
        ),
        drawing.wholes,
    )


def _mean(drawing: Drawing) -> None:
    draw = drawing.draw
    values = drawing.some(drawing.numbers)
    among = draw(st.sampled_from([drawing.constants, drawing.numbers]))
    weights = drawing.some(among, len(values), len(values))
    skip_unknown, places, rounding = draw(st.booleans()), draw(st.integers(0, 2)), draw(ROUNDINGS)
    drawing.add(
        lambda at: at.build.weighted_mean(
            [at.made[value] for value in values],
            [at.made[weight] for weight in weights],
            skip_unknown=skip_unknown,
            places=places,
            rounding=rounding,
        )
    )


# --- Peers and history ----------------------------------------------------------------------------------


def _within_and_where(drawing: Drawing) -> tuple[list[int], int | None]:
    among = drawing.draw(st.sampled_from([drawing.wholes[:1], drawing.wholes, drawing.truths]))
    within = drawing.draw(st.lists(st.sampled_from(among), max_size=2))
    return within, drawing.draw(st.none() | st.sampled_from(drawing.truths))


def _made(at: Workshop, places: Sequence[int]) -> list[Node]:
    return [at.made[place] for place in places]


def _over_peers(drawing: Drawing) -> None:
    value = drawing.one(drawing.numbers)
    operation = drawing.draw(st.sampled_from(_PEER_OPERATIONS))
    within, where = _within_and_where(drawing)
    drawing.add(
        lambda at: at.build.over_peers(
            operation,
            at.made[value],
            within=_made(at, within),
            where=None if where is None else at.made[where],
        )
    )


_PEER_OPERATIONS: list[Literal["sum", "lowest", "highest"]] = ["sum", "lowest", "highest"]


def _ahead(drawing: Drawing) -> None:
    draw = drawing.draw
    keys = drawing.some(draw(st.sampled_from([drawing.numbers, drawing.truths])), 1, 2)
    highest = [draw(st.booleans()) for _ in keys]
    by_agent = draw(st.booleans())
    units = [] if by_agent else draw(st.lists(st.sampled_from(drawing.wholes), max_size=2))
    within, where = _within_and_where(drawing)
    drawing.add(
        lambda at: at.build.ahead(
            _made(at, keys),
            highest,
            within=_made(at, within),
            where=None if where is None else at.made[where],
            units=_made(at, units),
            by_agent=by_agent,
        ),
        drawing.wholes,
    )


def _apportion(drawing: Drawing) -> None:
    """An amount that is the same for the whole group: a constant, the fact, or something over the group."""
    draw = drawing.draw
    constant, value, weight = (
        drawing.one(drawing.constants),
        drawing.one(drawing.numbers),
        drawing.one(drawing.numbers),
    )
    sort = draw(st.sampled_from(["constant", "fact", "group"]))
    within, where = _within_and_where(drawing)
    places = draw(st.integers(0, 2))

    def step(at: Workshop) -> Node:
        amount = at.made[constant]
        if sort == "fact":
            amount = at.build.add(amount, _fact(at))
        elif sort == "group":
            amount = at.build.over_peers("sum", at.made[value], within=_made(at, within))
        return at.build.apportion(
            amount,
            at.made[weight],
            places=places,
            within=_made(at, within),
            where=None if where is None else at.made[where],
        )

    drawing.add(step)


def _history(drawing: Drawing) -> None:
    draw = drawing.draw
    sort = draw(st.sampled_from(["previous", "year to date", "rolling", "streak", "rise"]))
    among, boolean = drawing.typed() if sort == "previous" else (drawing.numbers, False)
    value, count = drawing.one(among), draw(st.integers(1, 3))
    condition = drawing.one(drawing.truths)

    def step(at: Workshop) -> Node:
        match sort:
            case "previous":
                return at.history.previous(at.made[value])
            case "year to date":
                return at.history.year_to_date(at.made[value])
            case "rolling":
                return at.history.rolling(at.made[value], count)
            case "streak":
                return at.history.streak(at.made[condition])
            case _:
                return at.history.rise(at.made[value])

    drawing.add(step, *([drawing.wholes] if sort == "streak" else []), boolean=boolean)
