"""Cliffs: limits of bands at which a tiny change of the measure changes the pay of all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from incentive_engine.check.certain import Case
from incentive_engine.compile.policy import Policy
from incentive_engine.decision.format import Format
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Shown, Step
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.problems import Problem

SHARE = Fraction(1, 4)
"""A jump is told where it is more than this share of what is paid beyond it."""

_WHOLE = "tiers.whole"
_LINE = "tiers.line"


@dataclass(frozen=True, slots=True)
class _Joint:
    """Where two bands of `mode: whole` meet: the limit, and the rates at it on either side."""

    limit: Shown
    below: Node
    beyond: Node
    step: Step


class Cliffs:
    """The joints of a policy's bands, and the first case in which each of them is a cliff."""

    def __init__(self, policy: Policy) -> None:
        shape = policy.shape
        self._form = Format("en", str(shape.currency), policy.money_places)
        self._joints = [joint for line in policy.lines for joint in _joints(line.built.steps)]
        self._found: dict[int, Problem] = {}

    @property
    def nodes(self) -> Iterator[Node]:
        """The nodes whose values decide."""
        for joint in self._joints:
            yield from (joint.limit.node, joint.below, joint.beyond)

    def look(self, case: Case) -> None:
        """Note what is a cliff in one case."""
        for number, joint in enumerate(self._joints):
            if number not in self._found:
                problem = self._problem(joint, case)
                if problem is not None:
                    self._found[number] = problem

    def problems(self) -> Iterator[Problem]:
        """Yield what was noted."""
        yield from self._found.values()

    def _problem(self, joint: _Joint, case: Case) -> Problem | None:
        nodes = (joint.limit.node, joint.below, joint.beyond)
        found = [case.number(node) for node in nodes]
        known = [value for value in found if value is not None]
        if len(known) < len(found):
            return None
        limit, below, beyond = known
        before, after = below * limit, beyond * limit
        code = _code(before, after)
        if code is None:
            return None
        values = {
            "limit": self._form.value(limit, joint.limit.type),
            "before": self._form.value(before, MONEY),
            "after": self._form.value(after, MONEY),
            "case": case.told(nodes),
        }
        return Problem(code, values, joint.step.span)


def _code(before: Fraction, after: Fraction) -> str | None:
    """Return the problem that a change of pay at a limit is; None for one that is small enough."""
    if 0 <= after < before:
        return "IE3875"
    return "IE3876" if abs(after - before) > SHARE * max(abs(after), abs(before)) else None


def _joints(steps: Sequence[Step]) -> Iterator[_Joint]:
    bands = [(step, part) for step in steps for part in step.parts if part.text == _WHOLE]
    for (lower, lower_part), (upper, upper_part) in pairwise(bands):
        below, beyond = _rate(lower, lower_part, "other"), _rate(upper, upper_part, "one")
        yield _Joint(_shown(upper, "low"), below, beyond, upper_part)
    for step in steps:
        yield from _joints(step.parts)


def _rate(band: Step, whole: Step, end: str) -> Node:
    """Return the rate of a band, of a straight line the one at an end of it."""
    line = next((part for part in band.parts if part.text == _LINE), None)
    return (_shown(whole, "rate") if line is None else _shown(line, end)).node


def _shown(step: Step, name: str) -> Shown:
    shown = step.values[name]
    assert isinstance(shown, Shown)  # noqa: S101 -- limits and rates are numbers; this tells mypy so
    return shown
