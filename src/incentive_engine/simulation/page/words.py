"""What the page says: sentences of the catalogue, and amounts as its readers write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.decision.format import Format, digits
from incentive_engine.language.types import MONEY
from incentive_engine.texts import Language, fill


@dataclass(frozen=True, slots=True)
class Words:
    """Says things in one language; amounts are in the currency's smallest unit."""

    form: Format

    @property
    def language(self) -> Language:
        """The language that is spoken."""
        return self.form.language

    @property
    def currency(self) -> str:
        """The currency as it stands behind an amount."""
        return self.form.currency_name()

    @property
    def unit(self) -> int:
        """How many of the smallest unit the currency has."""
        return int(10**self.form.money_places)

    def say(self, code: str, **values: str) -> str:
        """Return a sentence of the page."""
        return fill(f"page.{code}", values, self.language)

    def joined(self, sentences: Sequence[str]) -> str:
        """Return sentences as one text: in Chinese no space stands between them."""
        return ("" if self.language == "zh" else " ").join(sentences)

    def size(self, units: int) -> Fraction:
        """Return an amount in the currency itself."""
        return Fraction(units, self.unit)

    def money(self, units: int) -> str:
        """Return an amount with its currency."""
        return self.form.value(self.size(units), MONEY)

    def more(self, units: int) -> str:
        """Return a difference with its sign and currency."""
        return self._signed(units, self.money(units))

    def bare(self, units: int) -> str:
        """Return an amount where the currency stands elsewhere."""
        return digits(self.size(units), self.form.money_places)

    def bare_more(self, units: int) -> str:
        """Return a difference with its sign, where the currency stands elsewhere."""
        return self._signed(units, self.bare(units))

    def count(self, number: int) -> str:
        """Return how many there are."""
        return digits(Fraction(number))

    def _signed(self, units: int, text: str) -> str:
        return fill("simulation.more", {"amount": text}, self.language) if units > 0 else text


def told_apart(names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same: a chart takes what is called the same for the same.

    >>> told_apart(["Bonus", "Star", "Bonus"])
    ['Bonus', 'Star', 'Bonus (2)']
    """
    counted: Counter[str] = Counter()
    found = []
    for name in names:
        counted[name] += 1
        found.append(name if counted[name] == 1 else f"{name} ({counted[name]})")
    return found
