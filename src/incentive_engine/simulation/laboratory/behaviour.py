"""How people are assumed to work under a proposal: other metrics, and draws of how far off that may be."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from incentive_engine.compile.policy import InputField
from incentive_engine.evaluate.cells import Taken
from incentive_engine.evaluate.numbers import LARGEST
from incentive_engine.graph.nodes import Program

_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Stated:
    """An assumption as the scenario writes it; empty is what it does not say."""

    becomes: str = ""
    elasticity: str = ""
    of: str = ""
    where: str = ""
    together: str = ""
    each: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What one metric becomes.

    `program` of the behaviour has its new value under the metric's name, and whether it is drawn for a row
    under `drawn_name`. `together` and `each` are how many steps of the metric's last place it may be off, up
    or down: for everybody alike, and for each agent on its own. `stated` is how that is written.
    """

    field: InputField
    together: int
    each: int
    stated: Stated = Stated()

    @property
    def drawn_name(self) -> str:
        """The name of the result that says whether a row is concerned."""
        return f"{self.field.name} is assumed"

    @property
    def limits(self) -> tuple[int, int]:
        """The lowest and the highest value that the metric can have, on its grid."""
        grid = 10**self.field.places
        lowest, highest = self.field.lowest, self.field.highest
        return (
            -LARGEST * grid if lowest is None else math.ceil(lowest * grid),
            LARGEST * grid if highest is None else math.floor(highest * grid),
        )

    def holds(self, value: Taken) -> bool:
        """Whether the metric can have a value; an unknown one it can."""
        lowest, highest = self.limits
        return value is None or lowest <= value <= highest

    def drawn(self, value: Taken, draws: Draws, agent: str) -> Taken:
        """Return a value with what is drawn for an agent; no draw leads out of the metric's range."""
        if value is None:
            return None
        lowest, highest = self.limits
        name = self.field.name
        off = draws.steps(self.together, name) + draws.steps(self.each, name, agent)
        return min(max(value + off, lowest), highest)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What metrics become under a proposal; all of them change at once, from what the data say."""

    assumptions: Sequence[Assumption]
    program: Program

    @property
    def is_drawn(self) -> bool:
        """Whether any metric is drawn, so that repetitions differ."""
        return any(each.together or each.each for each in self.assumptions)


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one repetition.

    They follow from the seed, the number of the repetition and what they are for by SHA-256, so that every
    machine draws the same, in whatever order, and all proposals have the same luck.
    """

    seed: int
    repetition: int

    def steps(self, most: int, *about: str) -> int:
        """Return a whole number from `-most` to `most`, each as likely as the others.

        >>> [Draws(1, repetition).steps(2, "csat") for repetition in range(1, 7)]
        [2, 2, 2, 1, 1, 1]
        """
        if not most:
            return 0
        key = _SEPARATOR.join((str(self.seed), str(self.repetition), *about))
        number = int.from_bytes(hashlib.sha256(key.encode("utf-8")).digest(), "big")
        # Of 2^256 numbers so many are left over that the odds differ by less than one in 2^190.
        return number % (2 * most + 1) - most
