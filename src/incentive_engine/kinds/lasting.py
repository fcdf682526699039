"""How long something lasts, written as `3 periods` or `12 months`, and counted down over the periods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from pydantic import InstanceOf, WithJsonSchema

from incentive_engine.graph.nodes import Choose, Constant, Node, Pick
from incentive_engine.ruleset.fields import Title, reading, refuse
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.texts import fill

if TYPE_CHECKING:  # The interface has fields that last.
    from incentive_engine.kinds.interface import Context

# What is kept of a credit has one slot per period of its life, so that the number of periods needs a limit.
MOST_PERIODS = 400

_WRITTEN = re.compile(r"(\d{1,9}) ?(period|day|week|month|quarter|year)s?", re.ASCII)
_LENGTHS = {
    "day": ("day", 1),
    "week": ("day", 7),
    "month": ("month", 1),
    "quarter": ("month", 3),
    "year": ("month", 12),
}
# How many events a day has nobody knows: what lasts for events is counted in events.
_CADENCES = {cadence: _LENGTHS.get(cadence.value, ("event", 1)) for cadence in Cadence}


@dataclass(frozen=True, slots=True)
class Lasting:
    """A number of periods, or of calendar units, as it is written in the ruleset."""

    number: int
    unit: str
    text: Scalar

    @property
    def title(self) -> Title:
        """How it is told: in English as it is written, in Chinese in words."""
        return Title(str(self.text), fill(f"lasting.{self.unit}", {"number": str(self.number)}, "zh"))

    def periods(self, context: Context) -> int:
        """Return how many of the rule's periods it is; one after a problem has been reported.

        Whole periods are counted: 12 months are 4 quarters, while 6 weeks are no number of months.
        """
        periods = Fraction(self.number)
        if self.unit != "period":
            base, length = _LENGTHS[self.unit]
            own_base, own_length = _CADENCES[context.own_cadence]
            periods = periods * length / own_length
            if base != own_base or periods.denominator != 1:
                context.problem("IE3051", self.text, text=str(self.text), cadence=str(context.own_cadence))
                return 1
        if not 1 <= periods <= MOST_PERIODS:
            context.problem("IE3052", self.text, text=str(self.text), most=str(MOST_PERIODS))
            return 1
        return int(periods)


def _read_lasting(text: Scalar) -> Lasting:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise refuse("IE3050", text=str(text))
    return Lasting(int(match[1]), match[2], text)


Periods = Annotated[
    InstanceOf[Lasting],
    reading(_read_lasting),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+ ?(period|day|week|month|quarter|year)s?$"}),
]


def periods_left(context: Context, slot: str) -> Node:
    """Return for how many periods, this one included, something that `count_down` keeps still lasts."""
    return context.builder.carried(slot, context.builder.constant(0))


def count_down(context: Context, slot: str, happened: Node, periods: int) -> None:
    """Keep in a slot for how many periods after this one something lasts.

    It lasts for `periods` further periods after one in which it `happened`, which is never unknown. Calendar
    periods are counted, with those in which the agent has no snapshot.
    """
    build = context.builder

    def next_period(left: Node) -> Node:
        one_less = build.greatest(build.constant(0), build.subtract(left, build.constant(1)))
        return build.choose(happened, build.constant(periods), one_less)

    context.history.keep(slot, build.constant(0), next_period)


def written_values(node: Node) -> Iterator[Fraction]:
    """Yield the values that the ruleset writes out for a number: the one, or those of its cases."""
    match node:
        case Constant():
            yield node.value
        case Choose():
            yield from written_values(node.then)
            yield from written_values(node.otherwise)
        case Pick():
            for option in node.options:
                yield from written_values(option)
