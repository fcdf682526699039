"""By which measures a rule pays: the metrics and results whose size decides about its money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from incentive_engine.compile.policy import Policy
from incentive_engine.kinds.interface import Rule
from incentive_engine.language.functions import FUNCTIONS
from incentive_engine.language.names import normalized
from incentive_engine.language.parser import parse
from incentive_engine.language.source import Source
from incentive_engine.language.syntax import Call, Either, Name, Negative, Product, Result, Sum, Syntax
from incentive_engine.ruleset.fields import ByAttribute, Quantity
from incentive_engine.ruleset.nodes import Scalar

Measure: TypeAlias = frozenset[str]
"""The names that decide together: `handled * complexity` is one measure of two names."""

# What looks back is another thing than what it looks at: `rise(csat)` is no satisfaction.
_LOOKING_BACK = frozenset({"previous", "ytd", "rolling", "streak", "rise"})


class Measures:
    """Reads from the formulas of a ruleset without problems by which measures its rules pay.

    Conditions decide whether something is paid, not how much: beside an amount that is measured they are no
    measures. Neither are parameters, attributes and what the steps of `then` do.
    """

    def __init__(self, policy: Policy) -> None:
        shape = policy.shape
        self._metrics = frozenset(map(str, shape.metrics))
        self._formulas = {
            str(name): definition.value
            for name, definition in shape.formulas.items()
            if definition.value is not None
        }
        self._currency = str(shape.currency)

    def of_rule(self, rule: Rule) -> dict[Measure, Scalar]:
        """Return the measures that a rule pays by, each with the formula in which it is found first.

        A fixed amount is paid for its condition, which is then the measure.
        """
        found: dict[Measure, Scalar] = {}
        for quantity in rule.pays_by:
            for text in _texts(quantity):
                for measure in self._parts(*self._parsed(text)):
                    if measure:
                        found.setdefault(measure, text)
        if rule.pays_by and rule.when is not None and not found:
            found[frozenset({" ".join(rule.when.split())})] = rule.when
        return found

    def _parsed(self, text: Scalar) -> tuple[Source, Syntax]:
        source = Source(text, lambda _: None)
        tree = parse(source, self._currency)
        assert tree is not None  # noqa: S101 -- the ruleset is compiled; this tells mypy so
        return source, tree

    def _parts(self, source: Source, tree: Syntax) -> Iterator[Measure]:
        """Yield the measures of what is added up, or of which one is chosen: each pays by itself."""
        match tree:
            case Sum(parts=parts) if not any(part.inverted for part in parts):
                for part in parts:
                    yield from self._parts(source, part.operand)
            case Either(then=then, otherwise=otherwise):
                yield from self._parts(source, then)
                yield from self._parts(source, otherwise)
            case Name(name=name) if normalized(name) in self._formulas:
                for text in _texts(self._formulas[normalized(name)]):
                    yield from self._parts(*self._parsed(text))
            case _:
                yield frozenset(self._names(source, tree))

    def _names(self, source: Source, tree: Syntax) -> Iterator[str]:
        """Yield the names on whose size a part of a formula depends."""
        match tree:
            case Name(name=name):
                yield from self._named(normalized(name))
            case Result(rule=rule, result=result):
                yield f"{rule}.{result}"
            case Sum(parts=parts) | Product(parts=parts):
                for part in parts:
                    yield from self._names(source, part.operand)
            case Negative(operand=operand):
                yield from self._names(source, operand)
            case Either(then=then, otherwise=otherwise):
                yield from self._names(source, then)
                yield from self._names(source, otherwise)
            case Call(function=function, arguments=arguments, place=place):
                if function in _LOOKING_BACK or (function in FUNCTIONS and FUNCTIONS[function].group):
                    yield source.excerpt(place)
                else:
                    for argument in arguments:
                        yield from self._names(source, argument)

    def _named(self, name: str) -> Iterator[str]:
        """Yield a metric itself, and of a formula the names that it depends on."""
        if name in self._metrics:
            yield name
        elif name in self._formulas:
            for text in _texts(self._formulas[name]):
                yield from self._names(*self._parsed(text))


def _texts(quantity: Quantity) -> Iterator[Scalar]:
    """Yield the formulas of a number, one for each value of an attribute that it depends on."""
    if isinstance(quantity, ByAttribute):
        for value in quantity.values.values():
            yield from _texts(value)
    else:
        yield quantity
