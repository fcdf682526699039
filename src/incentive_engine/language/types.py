"""The types of values in the ruleset language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from incentive_engine.graph.nodes import Node


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is.

    `name` is the word of the language: number, ratio, count, money, duration, boolean, text, date, choice.
    `money` and `time` are the exponents of currency and seconds in a number's dimension (money is 1 and 0,
    a duration 0 and 1, money per hour 1 and -1); `options` are the values of a choice, in order, and
    `attribute` the attribute that has them.
    """

    name: str
    money: int = 0
    time: int = 0
    options: tuple[str, ...] = ()
    attribute: str = ""

    def __str__(self) -> str:
        """Return the type in the words of the language, such as `money / duration`."""
        if not self.numeric or self.dimension == (0, 0):
            return self.name
        above, below = (
            " * ".join(["money"] * max(0, sign * self.money) + ["duration"] * max(0, sign * self.time))
            for sign in (1, -1)
        )
        return f"{above or 'number'} / {below}" if below else above

    @property
    def numeric(self) -> bool:
        """Whether one can calculate with it."""
        return self.name not in {"boolean", "text", "date", "choice"}

    @property
    def dimension(self) -> tuple[int, int]:
        """The exponents of currency and time."""
        return self.money, self.time


NUMBER = Type("number")
RATIO = Type("ratio")
COUNT = Type("count")
MONEY = Type("money", money=1)
DURATION = Type("duration", time=1)
BOOLEAN = Type("boolean")
TEXT = Type("text")
DATE = Type("date")
# The type of a formula in which a problem was found and reported: nothing more is said about it.
FAULTY = Type("faulty")

# Decimal places of a named value of each type unless `places:` says otherwise; money has its currency's.
DEFAULT_PLACES = {"ratio": 4, "count": 0, "duration": 1, "number": 4}
CREDIT_PLACES = 2
PART_PLACES = 6
SCORE_PLACES = 2


def dimensional(money: int, time: int) -> Type:
    """The type of a number by the exponents of its dimension.

    >>> [str(dimensional(*exponents)) for exponents in ((0, 0), (1, 0), (0, 1), (1, -1), (2, 0), (0, -1))]
    ['number', 'money', 'duration', 'money / duration', 'money * money', 'number / duration']
    """
    simple = {(0, 0): NUMBER, (1, 0): MONEY, (0, 1): DURATION}
    return simple.get((money, time), Type("number", money, time))


def text_number(text: str) -> int:
    """The number that stands for a text in a program: the one that its UTF-8 bytes spell behind a leading 1.

    >>> text_number(""), text_number("A")
    (1, 321)
    """
    return int.from_bytes(b"\x01" + text.encode("utf-8"), "big")


def choice(attribute: str, options: tuple[str, ...]) -> Type:
    """The type of an attribute that has one of several values."""
    return Type("choice", options=options, attribute=attribute)


@dataclass(frozen=True, slots=True)
class Value:
    """A node of the program with its type.

    `bare` marks a number written out without a unit, which takes the unit of what it stands beside: `800`
    beside money is money. `better` says whether more or less of it is better, which is what ranking follows.
    """

    node: Node
    type: Type
    bare: bool = False
    better: Literal["higher", "lower"] = "higher"
