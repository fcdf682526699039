"""Whether values may stand beside one another: in a sum, a comparison, as the two outcomes of a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal as OneOf

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Constant, Node
from incentive_engine.language.names import closest, normalized
from incentive_engine.language.operand import Operand
from incentive_engine.language.ratios import beyond_ratio
from incentive_engine.language.source import Source
from incentive_engine.language.syntax import Literal
from incentive_engine.language.types import (
    COUNT,
    DURATION,
    MONEY,
    NUMBER,
    TEXT,
    Type,
    Value,
    dimensional,
)

Purpose = OneOf["add", "compare", "choose"]

_MISMATCH: dict[Purpose, str] = {"add": "IE2120", "compare": "IE2121", "choose": "IE2122"}


@dataclass(frozen=True, slots=True)
class Agreed:
    """Values that may stand beside one another, and the type that they have together.

    A text beside a choice has become the index of the option that it names.
    """

    values: tuple[Value, ...]
    type: Type
    bare: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The values' nodes."""
        return tuple(value.node for value in self.values)

    def value(self, node: Node) -> Value:
        """Return a node as a value of the common type."""
        return Value(node, self.type, self.bare)


def agree(operands: Sequence[Operand], purpose: Purpose, builder: Builder, source: Source) -> Agreed | None:
    """Return what the values are together, or None after reporting which cannot stand beside which."""
    leading = _leading(operands)
    beside = [_beside(leading, operand, purpose, builder, source) for operand in operands]
    values = tuple(value for value in beside if value is not None)
    if len(values) < len(operands):
        return None
    return Agreed(values, common_type(values), all(value.bare for value in values))


def odd_one_out(values: Sequence[Value]) -> tuple[int, int] | None:
    """Return the places of two values of which one cannot stand for the other, or None where all agree.

    The first of the two is the one that the others are measured by.
    """
    leading = next((place for place, value in enumerate(values) if not value.bare), 0)
    odd = (place for place, value in enumerate(values) if not _agrees(values[leading], value))
    return next(((leading, place) for place in odd), None)


def _leading(operands: Sequence[Operand]) -> Operand:
    """Return the operand that the others are measured by: a choice, else the first that is not bare."""
    choices = (operand for operand in operands if operand.value.type.name == "choice")
    definite = (operand for operand in operands if not operand.value.bare)
    return next(choices, None) or next(definite, operands[0])


def _beside(
    leading: Operand, operand: Operand, purpose: Purpose, builder: Builder, source: Source
) -> Value | None:
    wanted, given = leading.value.type, operand.value.type
    if _agrees(leading.value, operand.value):
        return operand.value
    if wanted.name == "choice" and isinstance(operand.literal, Literal) and given.name == "text":
        return _option(leading, operand.literal, builder, source)
    _mismatch(leading, operand, purpose, source)
    return None


def _agrees(leading: Value, given: Value) -> bool:
    if leading.type.numeric and given.type.numeric:
        return _same_dimension(leading, given)
    return leading.type.name == given.type.name and leading.type.options == given.type.options


def _same_dimension(leading: Value, given: Value) -> bool:
    if leading.type.dimension == given.type.dimension:
        return True
    # A number without a unit takes that of money; zero is zero in any unit.
    return given.bare and (leading.type.dimension == MONEY.dimension or _is_zero(given.node))


def _is_zero(node: Node) -> bool:
    return isinstance(node, Constant) and node.value == 0


def _is_whole(node: Node) -> bool:
    return isinstance(node, Constant) and node.value.denominator == 1


def _option(leading: Operand, literal: Literal, builder: Builder, source: Source) -> Value | None:
    """Return the index of a choice's option that a text names."""
    attribute = leading.value.type
    option = normalized(str(literal.value))
    options_as_compared = [normalized(each) for each in attribute.options]
    if option in options_as_compared:
        return Value(builder.constant(options_as_compared.index(option)), attribute)
    meant = closest(option, attribute.options)
    options = ", ".join(f'"{each}"' for each in attribute.options)
    values = {"attribute": attribute.attribute, "option": option, "options": options}
    if meant is None:
        source.problem("IE2107", literal.place, **values)
    else:
        source.problem("IE2106", literal.place, **values, meant=meant)
    return None


def _mismatch(leading: Operand, operand: Operand, purpose: Purpose, source: Source) -> None:
    wanted, given = leading.value.type, operand.value.type
    values = {
        "left": source.excerpt(leading.place),
        "left_type": str(wanted),
        "right": source.excerpt(operand.place),
        "right_type": str(given),
    }
    if wanted == DURATION and operand.literal is not None and operand.value.bare:
        source.problem("IE2123", operand.place, **values)
    elif wanted.name == given.name == "choice":
        source.problem("IE2125", operand.place, **values)
    elif "date" in {wanted.name, given.name} and (quoted := _quoted_date(leading) or _quoted_date(operand)):
        source.problem("IE2126", quoted.place, meant=str(quoted.value))
    else:
        source.problem(_MISMATCH[purpose], operand.place, **values)


def _quoted_date(operand: Operand) -> Literal | None:
    if operand.literal is None or operand.literal.type != TEXT:
        return None
    try:
        date.fromisoformat(str(operand.literal.value))
    except ValueError:
        return None
    return operand.literal


def common_type(values: Sequence[Value]) -> Type:
    """Return the type of values that agree: that of the definite ones where it is the same for all."""
    definite = {value.type for value in values if not value.bare} or {NUMBER}
    common = definite.pop()
    if not common.numeric:
        return common
    whole = all(_is_whole(value.node) for value in values if value.bare)
    return dimensional(*common.dimension) if definite or (common == COUNT and not whole) else common


def check_ratio(ratio: Operand, compared: Operand, source: Source) -> None:
    """Report a ratio that is compared with a number beyond its range, such as 85, which means 85 %."""
    beyond = beyond_ratio(ratio.value, compared.value)
    if beyond is not None:
        code, values = beyond.problem(source.excerpt(ratio.place), source.excerpt(compared.place))
        source.problem(code, compared.place, **values)
