"""Numbers as a scenario writes them, with their units, and rows of such numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from incentive_engine.decision.amounts import amount
from incentive_engine.language.characters import plain
from incentive_engine.ruleset.nodes import Node, Scalar

_QUANTITY = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?)(?P<space> ?)(?P<unit>%|[A-Za-z]+|元)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number written out, with its unit as it is written: `2.5`, `85%`, `5 min`."""

    value: Decimal
    unit: str

    @property
    def exact(self) -> Fraction:
        """The number in its unit."""
        return Fraction(self.value)

    def __str__(self) -> str:
        return f"{self.value:f}{self.unit}"


def quantity(node: Node) -> Quantity | None:
    """Return the number that is written somewhere, or None where something else is.

    >>> from incentive_engine.ruleset.problems import Span
    >>> nowhere = Span("", 1, 1, 1, 1)
    >>> [str(quantity(Scalar(text, nowhere))) for text in ("2.50", "85%", "5 min", "2 * calls")]
    ['2.50', '85%', '5 min', 'None']
    """
    return written_quantity(node) if isinstance(node, Scalar) else None


def written_quantity(text: str) -> Quantity | None:
    """Return the number that a text is, or None where it is something else."""
    match = _QUANTITY.fullmatch(plain(text))
    if match is None:
        return None
    return Quantity(Decimal(match["number"]), f"{match['space']}{match['unit'] or ''}")


def steps(first: Quantity, last: Quantity, step: Quantity) -> Iterator[Quantity]:
    """Yield the numbers from the first to the last one, step by step.

    >>> [str(each) for each in steps(Quantity(Decimal("80"), "%"), Quantity(Decimal("81"), "%"),
    ...     Quantity(Decimal("0.5"), "%"))]
    ['80.0%', '80.5%', '81.0%']
    """
    places = max(0, *(-int(each.value.as_tuple().exponent) for each in (first, last, step)))
    size = 10**places
    start, end, width = (int(each.exact * size) for each in (first, last, step))
    for number in range(start, end + (1 if width > 0 else -1), width):
        yield Quantity(amount(number, size, places), first.unit)
