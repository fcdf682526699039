"""Random programs before they are built, of every form of node.

A `Recipe` can be built by the folding builder and by `PlainBuilder`, which folds nothing, into two programs
that must mean the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Literal

from hypothesis import strategies as st

from incentive_engine.graph.nodes import Node
from incentive_engine.ruleset.period import Cadence, DateRange, Opens, PeriodTest, Season
from tests.support.drawing import (
    CONSTANTS,
    FACT,
    ROUNDINGS,
    Drawing,
    Recipe,
    Step,
    Value,
    Workshop,
    literal,
)


@st.composite
def recipes(draw: st.DrawFn, *, peers: bool = True, history: bool = True, most: int = 16) -> Recipe:
    """Draw a recipe of up to `most` steps beside its leaves, with or without peers and history."""
    drawing = Drawing(draw)
    _number_inputs(drawing)
    _truth_leaves(drawing)
    for value in draw(st.lists(st.sampled_from(CONSTANTS), min_size=2, max_size=4, unique=True)):
        _constant(drawing, value)
    slots = _carried(drawing) if history else []
    sorts = [_leaf, _arithmetic, _arithmetic, _division, _divisor, _comparison, _logic, _choice, _band, _mean]
    sorts += [_over_peers, _ahead, _apportion] if peers else []
    sorts += [_history] if history else []
    for _ in range(draw(st.integers(1, most))):
        draw(st.sampled_from(sorts))(drawing)
    others = draw(st.lists(st.integers(0, len(drawing.steps) - 1), max_size=3))
    results = {f"r{place}": place for place in (drawing.numbers[-1], drawing.truths[-1], *others)}
    kept = {slot: _kept(drawing, slot) for slot in slots}
    return Recipe(tuple(drawing.steps), kept, results)


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
    Opens(Cadence.YEAR),
    DateRange(date(2026, 1, 1), None),
    Season((11, 15), (1, 10), "any_day"),
    Season((11, 15), (1, 10), "all_days"),
]


def _constant(drawing: Drawing, value: Fraction) -> None:
    whole = [drawing.wholes] if value.denominator == 1 else []
    drawing.add(lambda at: at.build.constant(value), drawing.constants, drawing.divisors, *whole)


def _carried(drawing: Drawing) -> list[str]:
    """Draw leaves that read kept slots; what is kept is drawn last, so that it may be any step."""
    draw = drawing.draw
    slots = draw(st.sampled_from([[], ["balance"], ["held"], ["balance", "held"]]))
    for slot in slots:
        boolean = slot == "held"
        initial = draw(st.sampled_from([False, None] if boolean else [None, Fraction(0), Fraction("0.5")]))
        drawing.add(_carry(slot, initial, boolean=boolean), boolean=boolean)
    return slots


def _carry(slot: str, initial: Value, *, boolean: bool) -> Step:
    return lambda at: at.build.carried(slot, literal(at.build, initial, boolean=boolean))


def _kept(drawing: Drawing, slot: str) -> int:
    """Draw what a slot keeps: numbers are rounded, or their denominators would grow period by period."""
    if slot == "held":
        return drawing.one(drawing.truths)
    number, places = drawing.one(drawing.numbers), drawing.draw(st.integers(0, 2))
    rounding = drawing.draw(ROUNDINGS)
    return drawing.add(lambda at: at.build.round(at.made[number], places, rounding))


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
        lambda at: at.build.pick(at.made[index], at.all(options), first=first),
        drawing.divisors,
    )


_OPERATORS: list[Literal["<", "<=", "==", "!=", ">", ">="]] = ["<", "<=", "==", "!=", ">", ">="]


def _comparison(drawing: Drawing) -> None:
    operator = drawing.draw(st.sampled_from(_OPERATORS))
    left, right = drawing.some(drawing.numbers, 2, 2)
    drawing.add(lambda at: at.build.compare(operator, at.made[left], at.made[right]), boolean=True)


def _logic(drawing: Drawing) -> None:
    draw = drawing.draw
    parts = drawing.some(drawing.truths, 1, 4)
    match draw(st.sampled_from(["all", "any", "not", "known"])):
        case "all":
            drawing.add(lambda at: at.build.all_of(*at.all(parts)), boolean=True)
        case "any":
            drawing.add(lambda at: at.build.any_of(*at.all(parts)), boolean=True)
        case "not":
            drawing.add(lambda at: at.build.opposite(at.made[parts[0]]), boolean=True)
        case _:
            value = drawing.one(draw(st.sampled_from([drawing.numbers, drawing.truths])))
            drawing.add(lambda at: at.build.known(at.made[value]), boolean=True)


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
                lambda at: at.build.pick(at.made[index], at.all(options), first=first),
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
    weights = drawing.some(draw(_numbers_or_constants(drawing)), len(values), len(values))
    skip_unknown, places, rounding = draw(st.booleans()), draw(st.integers(0, 2)), draw(ROUNDINGS)
    drawing.add(
        lambda at: at.build.weighted_mean(
            at.all(values),
            at.all(weights),
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


def _over_peers(drawing: Drawing) -> None:
    value = drawing.one(drawing.numbers)
    operation = drawing.draw(st.sampled_from(_PEER_OPERATIONS))
    within, where = _within_and_where(drawing)
    drawing.add(
        lambda at: at.build.over_peers(
            operation,
            at.made[value],
            within=at.all(within),
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
            at.all(keys),
            highest,
            within=at.all(within),
            where=None if where is None else at.made[where],
            units=at.all(units),
            by_agent=by_agent,
        ),
        drawing.wholes,
    )


def _numbers_or_constants(drawing: Drawing) -> st.SearchStrategy[list[int]]:
    """Weights are more often usable, and equal, where they are constants."""
    return st.sampled_from([drawing.numbers, drawing.constants])


def _apportion(drawing: Drawing) -> None:
    """An amount that is the same for the whole group: a constant, the fact, or something over the group."""
    draw = drawing.draw
    value, weight = drawing.one(drawing.numbers), drawing.one(draw(_numbers_or_constants(drawing)))
    constant = draw(st.sampled_from([Fraction(text) for text in ("1", "10", "100.01", "0", "-1", "1/3")]))
    sort = draw(st.sampled_from(["constant", "fact", "group"]))
    within, where = _within_and_where(drawing)
    places = draw(st.integers(0, 2))

    def step(at: Workshop) -> Node:
        amount = at.build.constant(constant)
        if sort == "fact":
            amount = at.build.add(amount, _fact(at))
        elif sort == "group":
            amount = at.build.over_peers("sum", at.made[value], within=at.all(within))
        return at.build.apportion(
            amount,
            at.made[weight],
            places=places,
            within=at.all(within),
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
