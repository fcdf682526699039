"""What a formula stands among: the names that it can refer to, and the rule that it belongs to."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.function import Function
from incentive_engine.language.types import Value
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem, Span


class Names(Protocol):
    """What a formula can refer to. Names arrive in NFKC."""

    def value(self, name: str, at: Span) -> Value | None:
        """Return what a name stands for, or None after its problem has been reported."""
        ...

    def result(self, rule: str, result: str, at: Span) -> Value | None:
        """Return a result such as `card.score`, or None after its problem has been reported."""
        ...

    def kept(self, rule: str, result: str) -> Value | None:
        """Return what was left of something that a rule keeps, or None where it keeps none such."""
        ...

    def candidates(self) -> Iterable[str]:
        """Return every name that `value` knows."""
        ...

    def tables(self) -> Mapping[str, Function]:
        """Return the ruleset's tables, which formulas call as functions."""
        ...

    def is_lost(self, name: str) -> bool:
        """Return whether a name may be that of something that could not be read, of which nothing is said."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a formula stands.

    `scope` says of an agent whether it is in the scope of the formula's rule, and thereby who counts as a
    peer; outside of rules it is true. `window` is the period of the rule, where that is longer than the
    ruleset's.
    """

    names: Names
    builder: Builder
    history: History
    currency: str
    scope: Node
    rounding: Rounding
    report: Callable[[Problem], None]
    window: Cadence | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A formula as nodes of the program.

    `reads` are the names that it reads, dotted ones too, in the order in which they appear.
    """

    value: Value
    text: Scalar
    reads: Mapping[str, Value]


def normalized(name: str) -> str:
    """Return the form in which names are compared.

    >>> normalized("ＣＳＡＴ")
    'CSAT'
    """
    return unicodedata.normalize("NFKC", name)


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that a misspelled name most likely means, or None.

    >>> closest("cast", ["csat", "handled"]), closest("HANDLED", ["csat", "handled"]), closest("x", ["csat"])
    ('csat', 'handled', None)
    """
    by_spelling = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(name.casefold(), by_spelling, n=1)
    return by_spelling[found[0]] if found else None


def no_such_name(name: str, candidates: Iterable[str], at: Span) -> Problem:
    """Return the problem of a name that does not exist."""
    meant = closest(name, candidates)
    if meant is None:
        return Problem("IE2100", {"name": name}, at)
    return Problem("IE2101", {"name": name, "meant": meant}, at)
