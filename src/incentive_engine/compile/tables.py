"""Tables: named bands of a measure, or values by attributes, which formulas use as functions.

What a table gives is worked out anew for each number that it is asked about, from the same bands as those
of a tiered bonus or a scorecard (`kinds/tiers.py`, `kinds/ladder.py`). It is exact, and not rounded: the name
that the formula defines is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from incentive_engine.compile.context import TopContext
from incentive_engine.compile.ground import Ground
from incentive_engine.kinds.interface import FromTable, Shown, Step
from incentive_engine.kinds.ladder import is_by_rate, read_mode, read_scale
from incentive_engine.kinds.tiers import read_ladder, span_of
from incentive_engine.language.agreement import common_type, odd_one_out
from incentive_engine.language.function import Application, Function
from incentive_engine.language.names import Compiled, closest, normalized
from incentive_engine.language.term import Term
from incentive_engine.language.types import FAULTY, MONEY, NUMBER, PART_PLACES, Type, Value
from incentive_engine.ruleset.bands import BandTable, ByTable, TableBand
from incentive_engine.ruleset.fields import Quantity, Title
from incentive_engine.ruleset.nodes import Scalar

_Shape = BandTable | ByTable
_Part = BandTable | ByTable | Scalar


class Tables:
    """Makes functions of the tables of a ruleset."""

    def __init__(self, ground: Ground, context: TopContext) -> None:
        self._ground = ground
        self._context = context

    def declare(self) -> None:
        """Add every table to the names of the ruleset."""
        for name, shape in self._ground.shape.tables.items():
            title = self._ground.told.title(str(name))
            takes = _has_bands(shape)
            function = Function(
                name=str(name),
                signature=f"{name}(x)" if takes else str(name),
                summary={"en": title.en, "zh": title.zh},
                takes=("number",) if takes else (),
                fewest=int(takes),
                most=int(takes),
                meaning=partial(self._called, name),
                table=True,
            )
            self._ground.namespace.define_table(function, name.span, partial(self._check, name))

    def of(self, name: Scalar, measure: Compiled) -> FromTable | None:
        """Return what a table gives for a number, or None after a problem has been reported."""
        tables = self._ground.shape.tables
        declared = next((each for each in tables if each == normalized(name)), None)
        if declared is not None:
            return self._read(declared, measure, Scalar(f"{declared}({measure.text})", measure.text.span))
        if not self._ground.namespace.is_lost(name):
            meant = closest(name, tables)
            code = "IE3804" if meant is None else "IE3805"
            self._context.problem(code, name, name=str(name), meant=meant or "")
        return None

    def _called(self, name: Scalar, call: Application) -> Value:
        """Return what a table gives where a formula calls it."""
        value = call.arguments[0] if call.arguments else Value(call.builder.unknown(), NUMBER)
        text = call.texts[0] if call.texts else call.text
        found = self._read(name, Compiled(value, text, {}), call.text)
        if found is None:
            return Value(call.builder.unknown(), FAULTY)
        self._ground.told.keep_call(str(call.text), found.value, found.steps)
        return found.value

    def _check(self, name: Scalar) -> None:
        """Report what is wrong with a table, whether or not anything calls it."""
        limits = self._limits(self._ground.shape.tables[name])
        kind = self._ground.formulas.common_type(limits) if limits else NUMBER
        if kind is not FAULTY:
            bare = all(limit.value.bare for limit in limits)
            anything = Value(self._context.builder.unknown(), kind, bare=bare)
            self._read(name, Compiled(anything, name, {}), name)

    def _read(self, name: Scalar, measure: Compiled, call: Scalar) -> FromTable | None:
        """Return what a table gives, with the step that tells it, or None after a problem was reported."""
        namespace = self._ground.namespace
        if namespace.is_cycle(str(name), call.span):
            return None
        with namespace.building(str(name)):
            shape = self._ground.shape.tables[name]
            fitting = self._fitting(name, measure, self._limits(shape))
            found = None if fitting is None else self._part(shape, fitting)
        if found is None:
            return None
        told: dict[str, Shown | Title | str] = {
            "call": str(call),
            "name": self._ground.told.title(str(name)),
            "value": Shown(found.value.node, found.value.type),
        }
        step = Step("value.table", told, name.span, parts=found.steps)
        return FromTable(found.value, found.worth, found.best, (step,))

    # --- What a table takes

    def _limits(self, shape: _Shape) -> list[Compiled]:
        return [self._context.number(limit) for limit in _limits_of(shape)]

    def _fitting(self, name: Scalar, measure: Compiled, limits: Sequence[Compiled]) -> Compiled | None:
        """Return the number that a table is asked about, as one of the kind that its limits are."""
        values = [limit.value for limit in limits]
        if any(value.type is FAULTY for value in (measure.value, *values)) or odd_one_out(values):
            return None  # The limits are reported where the table is checked.
        everything = [measure.value, *values]
        if odd_one_out(everything):
            wanted, text = common_type(values), str(measure.text)
            self._context.problem(
                "IE3803",
                measure.text,
                text=text,
                type=str(measure.value.type),
                name=str(name),
                wanted=str(wanted),
            )
            return None
        kind = measure.value.type if not measure.value.bare else common_type(everything)
        return Compiled(Value(measure.value.node, kind, measure.value.bare), measure.text, measure.reads)

    # --- What it gives

    def _part(self, part: _Part, measure: Compiled) -> FromTable | None:
        match part:
            case BandTable():
                return self._bands(part, measure)
            case ByTable():
                return self._by(part, measure)
        compiled = self._context.number(part)
        if compiled.value.type is FAULTY:
            return None
        value, steps = compiled.value, self._context.steps(compiled)
        return FromTable(value, value.node, value.node, steps)

    def _by(self, table: ByTable, measure: Compiled) -> FromTable | None:
        """Return what stands under the agent's option of an attribute."""
        builder, formulas = self._context.builder, self._ground.formulas
        parts = {normalized(option): self._part(part, measure) for option, part in table.options.items()}
        attribute = formulas.options_of(table.by, list(table.options))
        found = {option: part for option, part in parts.items() if part is not None}
        if attribute is None or len(found) < len(parts):
            return None
        values = {option: found[normalized(option)].value for option in table.options}
        kind = formulas.common_type([Compiled(value, option, {}) for option, value in values.items()])
        if kind is FAULTY:
            return None
        places = {normalized(option): option.span for option in table.options}
        picked = [found[normalized(option)] for option in attribute.type.options]
        steps: list[Step] = []
        for place, (option, part) in enumerate(zip(attribute.type.options, picked, strict=True)):
            chosen = builder.compare("==", attribute.node, builder.constant(place))
            shown: dict[str, Shown | Title | str] = {
                "option": option,
                "amount": Shown(part.value.node, part.value.type),
            }
            steps.append(Step("value.of_option", shown, places[normalized(option)], chosen, part.steps))
        value, worth, best = (
            builder.pick(attribute.node, nodes, first=0)
            for nodes in zip(*((each.value.node, each.worth, each.best) for each in picked), strict=True)
        )
        bare = all(each.value.bare for each in picked)
        told = self._context.steps(Compiled(attribute, table.by, {str(table.by): attribute}))
        return FromTable(Value(value, kind, bare), worth, best, (*told, *steps))

    def _bands(self, table: BandTable, measure: Compiled) -> FromTable | None:
        """Return what the bands of a table give."""
        context = self._context
        mode = read_mode(context, table.mode, table.tiers)
        ladder = read_ladder(context, measure, table.tiers, not_below_zero=mode == "slices")
        amounts = [tuple(self._amount(band, each) for each in _given(band)) for band in table.tiers]
        kind = self._amount_kind(table.tiers, amounts)
        if mode is None or ladder is None or kind is FAULTY:
            return None
        every = [each.value for pair in amounts for each in pair]
        is_bare = table.tiers[0].rate is not None and all(each.bare for each in every)
        amount = Value(context.builder.unknown(), kind, is_bare)
        given = self._product(amount, measure.value) if is_by_rate(mode) else amount
        scale = read_scale(context, ladder, mode, amounts, kind=given.type, amount_kind=kind)
        if scale is None:
            return None
        worth, best = scale.worth()
        value = Value(scale.given(), given.type, given.bare)
        return FromTable(value, worth, best, scale.steps(context.builder.true))

    def _amount(self, band: TableBand, quantity: Quantity) -> Compiled:
        expect = [MONEY] if band.pay is not None else [NUMBER] if band.points is not None else []
        return self._context.number(quantity, expect=expect)

    def _amount_kind(self, bands: Sequence[TableBand], amounts: Sequence[Sequence[Compiled]]) -> Type:
        """Return the kind of what the bands give, faulty after a problem has been reported."""
        words = [_word(band) for band in bands]
        for band, word in zip(bands, words, strict=True):
            if {words[0], word} == {"pay", "points"}:
                self._context.problem("IE3802", span_of(_given(band)[0]), first=words[0], word=word)
                return FAULTY
        every = [each for pair in amounts for each in pair]
        kind = self._ground.formulas.common_type(every)
        return MONEY if words[0] == "pay" and kind is not FAULTY else kind

    def _product(self, rate: Value, measure: Value) -> Value:
        context = self._context
        return Term((rate, measure)).value(context.builder, lambda _: PART_PLACES, context.rounding)


def _word(band: TableBand) -> str:
    if band.pay is not None:
        return "pay"
    return "rate" if band.rate is not None else "points"


def _given(band: TableBand) -> tuple[Quantity, ...]:
    return band.pay or band.rate or band.points or ()


def _has_bands(part: _Part) -> bool:
    if isinstance(part, ByTable):
        return any(_has_bands(each) for each in part.options.values())
    return isinstance(part, BandTable)


def _limits_of(part: _Part) -> Iterator[Quantity]:
    if isinstance(part, ByTable):
        for each in part.options.values():
            yield from _limits_of(each)
    elif isinstance(part, BandTable):
        for band in part.tiers:
            yield from band.limits.values()
