"""The classic slip beside a ratio: a target of 85, where 85 % is meant, which is 0.85."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.graph.nodes import Choose, Constant, Default, Input, Node, Pick, Round
from incentive_engine.language.literals import written
from incentive_engine.language.types import RATIO, Value

# A ratio without a declared end may pass 100 %, but hardly 200 %.
_HIGHEST = Fraction(2)
# Nobody writes 1,000 % of anything: what is larger was written without the sign.
_HIGHEST_PERCENTAGE = Fraction(10)


@dataclass(frozen=True, slots=True)
class BeyondRatio:
    """A value that is set against a ratio and lies beyond its range in at least one case.

    `bare` says that it was written without a per cent sign.
    """

    value: Fraction
    lowest: Fraction
    highest: Fraction
    bare: bool

    def problem(self, ratio: str, found: str) -> tuple[str, dict[str, str]]:
        """Return the code of the problem, and its values, for the two texts as they are written."""
        values = {"ratio": ratio, "lowest": written(self.lowest), "highest": written(self.highest)}
        if not self.bare:
            return "IE2128", {**values, "value": f"{written(self.value * 100)}%"}
        value = written(self.value)
        values |= {"found": found, "meant": f"{value}%"}
        return ("IE2124", values) if found == value else ("IE2127", {**values, "value": value})


def beyond_ratio(ratio: Value, compared: Value) -> BeyondRatio | None:
    """Return the largest value of what is set against a ratio, if the ratio surely never reaches it.

    A parameter, or a choice, may have several values: one that is out of reach is one too many. Only numbers
    that the ruleset itself gives are judged. A percentage is judged beside a metric only, whose range is
    declared; what a formula may reach is not known.
    """
    node = ratio.node
    if ratio.type != RATIO or ratio.bare:
        return None
    declared = node.highest if isinstance(node, Input) else None
    limit = _HIGHEST if declared is None else declared
    value = max(_given(compared.node), default=limit)
    bare = compared.bare or value > _HIGHEST_PERCENTAGE
    if value <= limit or not (bare or isinstance(node, Input)):
        return None
    lowest = node.lowest if isinstance(node, Input) else None
    return BeyondRatio(value, lowest or Fraction(0), declared or Fraction(1), bare)


def _given(node: Node) -> Iterator[Fraction]:
    """Yield the numbers of which a value is one, as far as the ruleset gives them."""
    match node:
        case Constant():
            yield node.value
        case Choose():
            yield from (*_given(node.then), *_given(node.otherwise))
        case Default():
            yield from (*_given(node.value), *_given(node.otherwise))
        case Pick():
            for option in node.options:
                yield from _given(option)
        case Round():
            yield from _given(node.value)
