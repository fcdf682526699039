"""Metrics and attributes: how each is read from the data, and the input of the program that it becomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from incentive_engine.compile.policy import InputField
from incentive_engine.graph.nodes import Constant
from incentive_engine.graph.rounding import Rounding, rounded
from incentive_engine.language.names import Compiled
from incentive_engine.language.tokens import UNITS
from incentive_engine.language.types import (
    BOOLEAN,
    COUNT,
    DATE,
    DEFAULT_PLACES,
    DURATION,
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
from incentive_engine.ruleset.shape import Attribute, Metric

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


class InputReader:
    """Turns the declarations of metrics and attributes into input fields."""

    def __init__(
        self,
        money_places: int,
        rounding: Rounding,
        compile_text: Callable[[Scalar], Compiled | None],
        report: Callable[[Problem], None],
    ) -> None:
        self._money_places = money_places
        self._rounding = rounding
        self._compile = compile_text
        self._report = report

    def field(self, name: Scalar, declared: Metric | Attribute) -> InputField:
        """Return the input field of a declaration."""
        kind = self._type(name, declared)
        places = declared.places if declared.places is not None else self._places(kind)
        lowest, highest = self._range(kind, declared)
        rounding = Rounding(declared.rounding) if declared.rounding else self._rounding
        missing = self._missing(kind, places, rounding, declared)
        metric = isinstance(declared, Metric)
        return InputField(
            name=str(name),
            column=str(declared.column or name),
            title=declared.title or Title(str(name), str(name)),
            type=kind,
            places=places,
            rounding=rounding,
            scale=Fraction(UNITS[declared.unit]) if declared.unit and kind is DURATION else Fraction(1),
            lowest=lowest,
            highest=highest,
            missing=missing,
            required=declared.missing == "error",
            strict=isinstance(declared, Metric) and declared.strict,
            metric=metric,
            better=declared.better if isinstance(declared, Metric) else None,
            used=True,
        )

    def number(self, text: Scalar, kind: Type) -> Fraction | None:
        """Return a number written out with its unit, as `85%` or `30 s`; None after reporting a problem."""
        compiled = self._compile(text)
        if compiled is None:
            return None
        node, found = compiled.value.node, compiled.value.type
        zero = isinstance(node, Constant) and node.value == 0
        bare = compiled.value.bare and (kind is MONEY or zero)
        if not isinstance(node, Constant) or not (found.dimension == kind.dimension or bare):
            self._problem("IE3001", text, type=kind.name)
            return None
        return node.value

    def _type(self, name: Scalar, declared: Metric | Attribute) -> Type:
        if declared.type != "choice":
            if isinstance(declared, Attribute) and declared.options:
                self._problem("IE3002", declared.options[0], name=str(name))
            return TYPES[declared.type]
        options = declared.options
        if not options:
            self._problem("IE3003", name, name=str(name))
        for index, option in enumerate(options):
            if option in options[:index]:
                self._problem("IE3004", option, text=str(option))
        return choice(str(name), tuple(str(option) for option in options))

    def _places(self, kind: Type) -> int:
        return self._money_places if kind is MONEY else DEFAULT_PLACES.get(kind.name, 0)

    def _range(self, kind: Type, declared: Metric | Attribute) -> tuple[Fraction | None, Fraction | None]:
        if kind.name == "choice":
            return Fraction(0), Fraction(max(len(kind.options) - 1, 0))
        if not kind.numeric:
            if declared.range is not None:
                self._problem("IE3005", declared.range[0], type=kind.name)
            return None, None
        if declared.range is not None:
            lowest, highest = (self.number(text, kind) for text in declared.range)
            if lowest is not None and highest is not None and lowest > highest:
                self._problem(
                    "IE3006", declared.range[0], lowest=declared.range[0], highest=declared.range[1]
                )
            return lowest, highest
        if kind is RATIO:
            return Fraction(0), Fraction(1)
        # What is counted or timed is never negative; money and plain numbers may be.
        return (Fraction(0) if kind in (COUNT, DURATION) else None), None

    def _missing(
        self, kind: Type, places: int, rounding: Rounding, declared: Metric | Attribute
    ) -> int | bool | None:
        text = declared.missing
        if text is None or text in ("unknown", "error"):
            return None
        if kind.numeric:
            value = self.number(text, kind)
            return None if value is None else int(rounded(value, places, rounding) * 10**places)
        if kind is DATE:
            return self._date(text)
        if kind is BOOLEAN:
            if text.lower() in ("true", "yes", "false", "no"):
                return text.lower() in ("true", "yes")
            self._problem("IE3007", text, text=text, type=kind.name)
            return None
        if kind is TEXT:
            return text_number(text)
        if text in kind.options:
            return kind.options.index(text)
        self._problem("IE3007", text, text=text, type=kind.name)
        return None

    def _date(self, text: Scalar) -> int | None:
        if text == "never":
            return NEVER
        try:
            return date.fromisoformat(text).toordinal()
        except ValueError:
            self._problem("IE3007", text, text=text, type="date")
            return None

    def _problem(self, code: str, at: Scalar, **values: str) -> None:
        self._report(Problem(code, {"text": str(at), **values}, at.span))
