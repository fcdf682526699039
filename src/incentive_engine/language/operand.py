"""A value at its place in a formula, and what it has to be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from incentive_engine.graph.nodes import Constant
from incentive_engine.language.function import Function, Kind
from incentive_engine.language.source import Place, Source
from incentive_engine.language.syntax import Literal
from incentive_engine.language.types import BOOLEAN, DATE, Value


@dataclass(frozen=True, slots=True)
class Operand:
    """A value with the place in the formula that it was written at, and its literal if it was written out."""

    value: Value
    place: Place
    literal: Literal | None = None


def is_number(operand: Operand, source: Source) -> bool:
    """Say whether one can calculate with it; report it otherwise."""
    type_ = operand.value.type
    if type_.numeric:
        return True
    code = {"boolean": "IE2130", "date": "IE2132"}.get(type_.name, "IE2131")
    source.problem(code, operand.place, type=str(type_))
    return False


def is_condition(operand: Operand, source: Source) -> bool:
    """Say whether it is true or false; report it otherwise."""
    type_ = operand.value.type
    if type_ == BOOLEAN:
        return True
    source.problem("IE2133" if type_.numeric else "IE2134", operand.place, type=str(type_))
    return False


def has_order(operand: Operand, source: Source) -> bool:
    """Say whether one can ask which of two comes first; report it otherwise."""
    type_ = operand.value.type
    if type_.numeric or type_ == DATE:
        return True
    source.problem("IE2135", operand.place, type=str(type_))
    return False


def _is_date(operand: Operand, source: Source) -> bool:
    type_ = operand.value.type
    if type_ == DATE:
        return True
    source.problem("IE2136", operand.place, type=str(type_))
    return False


_KINDS: Mapping[Kind, Callable[[Operand, Source], bool]] = {
    "number": is_number,
    "ordered": has_order,
    "condition": is_condition,
    "date": _is_date,
}


def fits(operand: Operand, function: Function, position: int, source: Source) -> bool:
    """Say whether it can be a function's argument at a position; report it otherwise."""
    kind = function.kind(position)
    if kind == "anything":
        return True
    if kind != "whole":
        return _KINDS[kind](operand, source)
    node = operand.value.node
    lowest, highest = function.whole_range
    if isinstance(node, Constant) and node.value.denominator == 1 and lowest <= node.value <= highest:
        return True
    source.problem("IE2165", operand.place, function=function.name, lowest=str(lowest), highest=str(highest))
    return False
