"""Metrics, attributes and facts: how each is read from the data, and what input of the program it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction

from incentive_engine.compile.formulas import Formulas
from incentive_engine.compile.policy import InputField
from incentive_engine.graph.nodes import Constant, Input
from incentive_engine.graph.rounding import Rounding, rounded
from incentive_engine.language.names import normalized
from incentive_engine.language.tokens import UNITS
from incentive_engine.language.types import (
    BOOLEAN,
    COUNT,
    DATE,
    DEFAULT_PLACES,
    DURATION,
    FAULTY,
    MONEY,
    NUMBER,
    RATIO,
    TEXT,
    Type,
    choice,
    text_number,
)
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import Attribute, Fact, Measured, Metric

TYPES = {
    "number": NUMBER,
    "ratio": RATIO,
    "count": COUNT,
    "money": MONEY,
    "duration": DURATION,
    "boolean": BOOLEAN,
    "text": TEXT,
    "date": DATE,
}
NEVER = date.max.toordinal()

_NUMBERS = tuple(name for name, kind in TYPES.items() if kind.numeric)
# Fields that go with some types only.
_FIELDS_OF_TYPES = {
    "options": ("choice",),
    "unit": ("duration",),
    **dict.fromkeys(("places", "rounding", "range", "strict"), _NUMBERS),
}
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


class InputReader:
    """Turns the declarations of metrics, attributes and facts into input fields."""

    def __init__(self, formulas: Formulas, money_places: int) -> None:
        self._formulas = formulas
        self._money_places = money_places
        self._rounding: Rounding = formulas.surroundings.rounding
        self._report: Callable[[Problem], None] = formulas.surroundings.report

    def field(self, name: Scalar, declared: Metric | Attribute | Fact) -> InputField:
        """Return the input field of a declaration; one that is faulty has the faulty type."""
        kind = self._type(name, declared)
        places = declared.places if declared.places is not None else self._places(kind)
        lowest, highest = self._range(kind, declared)
        rounding = Rounding(declared.rounding) if declared.rounding else self._rounding
        metric = declared if isinstance(declared, Metric) else None
        fact = declared if isinstance(declared, Fact) else None
        field = InputField(
            name=str(name),
            column=str(declared.column or name),
            title=declared.title or Title(str(name), str(name)),
            type=kind,
            places=places,
            rounding=rounding,
            scale=Fraction(UNITS[declared.unit or "s"]) if kind is DURATION else Fraction(1),
            lowest=lowest,
            highest=highest,
            missing=self._missing(kind, places, rounding, declared.missing),
            required=declared.missing == "error",
            strict=not isinstance(declared, Attribute) and declared.strict,
            metric=metric is not None,
            better=metric.better if metric else None,
            fact=fact is not None,
            per=self._per(fact),
            measured=str(metric.measured or "") if metric else "",
            fresh_within=self._days(metric) if metric else None,
        )
        self._check_missing(field, declared)
        return field

    def _per(self, fact: Fact | None) -> str | None:
        """Return the attribute for each value of which a fact is given; None for one of the company."""
        if fact is None or fact.per is None:
            return None
        attribute = self._formulas.surroundings.names.value(str(fact.per), fact.per.span)
        if attribute is None or attribute.type is FAULTY:
            return None
        is_told_apart = attribute.type.options or attribute.type is TEXT
        if not is_told_apart or not isinstance(attribute.node, Input):
            self._problem("IE3810", fact.per, type=str(attribute.type))
        return str(fact.per)

    def _days(self, metric: Metric) -> int | None:
        """Return how many days old a measurement may be at the end of a period, None where any number."""
        within, measured = metric.fresh_within, metric.measured
        if within is None or measured is None:
            alone = within or measured
            if alone is not None:
                self._problem("IE3811", alone)
            return None
        seconds = self.number(within, DURATION)
        if seconds is None:
            return None
        days = seconds / UNITS["d"]
        if days < 0 or days.denominator != 1:
            self._problem("IE3812", within)
            return None
        return int(days)

    def number(self, text: Scalar, kind: Type) -> Fraction | None:
        """Return a number written out with its unit, as `85%` or `30 s`; None after reporting a problem."""
        value = self._formulas.number(text).value
        node, found = value.node, value.type
        if found is FAULTY:
            return None
        bare = value.bare and (kind is MONEY or (isinstance(node, Constant) and node.value == 0))
        if not isinstance(node, Constant) or not (found.dimension == kind.dimension or bare):
            self._problem("IE3001", text, type=kind.name)
            return None
        return node.value

    def _type(self, name: Scalar, declared: Metric | Attribute | Fact) -> Type:
        for field, types in _FIELDS_OF_TYPES.items():
            if field in declared.model_fields_set and declared.type not in types:
                self._problem("IE3005", name, field=field, type=declared.type, types=", ".join(types))
        if not isinstance(declared, Attribute) or declared.type != "choice":
            return TYPES[declared.type]
        options = declared.options
        if not options:
            self._problem("IE3003", name, name=str(name))
            return FAULTY
        compared = [normalized(option) for option in options]
        for index, option in enumerate(options):
            if compared[index] in compared[:index]:
                self._problem("IE3004", option)
        return choice(str(name), tuple(str(option) for option in options))

    def _places(self, kind: Type) -> int:
        return self._money_places if kind is MONEY else DEFAULT_PLACES.get(kind.name, 0)

    def _range(self, kind: Type, declared: Measured) -> tuple[Fraction | None, Fraction | None]:
        if kind.name == "choice":
            return Fraction(0), Fraction(len(kind.options) - 1)
        if kind.name not in _NUMBERS:
            return None, None
        if declared.range is not None:
            lowest, highest = (self.number(text, kind) for text in declared.range)
            if lowest is not None and highest is not None and lowest > highest:
                low, high = declared.range
                self._problem("IE3006", low, lowest=str(low), highest=str(high))
            return lowest, highest
        if kind is RATIO:
            return Fraction(0), Fraction(1)
        # What is counted or timed is never negative; money and plain numbers may be.
        return (Fraction(0) if kind in (COUNT, DURATION) else None), None

    # --- Empty cells

    def _missing(self, kind: Type, places: int, rounding: Rounding, text: Scalar | None) -> int | bool | None:
        """Return the value of an empty cell, None where it is unknown or an error."""
        if text is None or text in ("unknown", "error") or kind is FAULTY:
            return None
        if kind.numeric:
            value = self.number(text, kind)
            return None if value is None else int(rounded(value, places, rounding) * 10**places)
        if kind is TEXT:
            return text_number(text)
        if kind is DATE:
            return self._date(text)
        possible = _TRUTHS if kind is BOOLEAN else {each: place for place, each in enumerate(kind.options)}
        found = possible.get(text.lower() if kind is BOOLEAN else text)
        if found is None:
            self._problem("IE3007", text, type=kind.name)
        return found

    def _date(self, text: Scalar) -> int | None:
        if text == "never":
            return NEVER
        try:
            return datetime.strptime(text, "%Y-%m-%d").toordinal()  # noqa: DTZ007 -- a day has no time zone
        except ValueError:
            self._problem("IE3007", text, type="date")
            return None

    def _check_missing(self, field: InputField, declared: Measured) -> None:
        """Report a value for empty cells that no cell itself may have."""
        if field.missing is None or declared.missing is None or field.type.name not in _NUMBERS:
            return
        value = Fraction(field.missing, 10**field.places)
        too_low = field.lowest is not None and value < field.lowest
        if too_low or (field.highest is not None and value > field.highest):
            self._problem("IE3008", declared.missing, name=field.name)

    def _problem(self, code: str, at: Scalar, **values: str) -> None:
        self._report(Problem(code, {"text": str(at), **values}, at.span))
