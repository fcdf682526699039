"""A formula's text, and where in the file each of its characters stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem, Span


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of a formula from `start` up to, not including, `end`."""

    start: int
    end: int

    def to(self, other: Place) -> Place:
        """Return the place from where this one starts to where the other ends."""
        return Place(self.start, other.end)


class Source:
    """A formula as its author wrote it; problems go through it to find their line and column.

    `sound` is true until a problem is reported.
    """

    def __init__(self, text: Scalar, report: Callable[[Problem], None]) -> None:
        self.text = text
        self.sound = True
        self._report = report

    def problem(self, code: str, place: Place, **values: str) -> None:
        """Report a problem at a place; `found` in its sentence is what is written there."""
        self.sound = False
        self._report(Problem(code, {"found": self.excerpt(place), **values}, self.span(place)))

    def span(self, place: Place) -> Span:
        """Return where in the file a place stands."""
        return self.text.part(place.start, place.end)

    def excerpt(self, place: Place) -> str:
        """Return what is written at a place."""
        return self.text[place.start : place.end]

    def part(self, place: Place) -> Scalar:
        """Return what is written at a place, with its place in the file."""
        return Scalar(self.excerpt(place), self.span(place))

    def across(self, left: Place, right: Place) -> Place:
        """Return the place from one operand to another, with the brackets around either of them."""
        opened: list[int] = []
        start, end = left.start, right.end
        for position, character in enumerate(self.text):
            if character in "(（":
                opened.append(position)
            elif character in ")）" and opened:
                match = opened.pop()
                if start <= match < end <= position or match < start <= position < end:
                    start, end = min(start, match), max(end, position + 1)
        return Place(start, end)
