"""Reads what a scenario seeks: the goal, and by how much numbers are moved to see what they matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from incentive_engine.engine import Ruleset
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.laboratory.amounts import quantity
from incentive_engine.simulation.laboratory.guarding import read_budget
from incentive_engine.simulation.laboratory.moving import moved
from incentive_engine.simulation.laboratory.paths import PathError, found
from incentive_engine.simulation.laboratory.scenario import Goal
from incentive_engine.simulation.laboratory.shape import GoalShape
from incentive_engine.simulation.laboratory.sweeping import points
from incentive_engine.simulation.laboratory.variants import BASELINE, Variant

Report = Callable[[Problem], None]

_HUNDRED = 100
_A_VALUE_AND_THE_NEXT = 2
_MOST_VALUES = 100_000


def goal(
    shape: GoalShape | None, baseline: Ruleset, variants: Sequence[Variant], report: Report
) -> Goal | None:
    """Return the goal of a scenario; None where it has none, or after a problem with it has been reported."""
    if shape is None:
        return None
    budget = read_budget(shape.budget, baseline.policy, report)
    values = [value for ((_, value),) in points((shape,), report, _MOST_VALUES)]
    read = [number for value in values if (number := quantity(value)) is not None]
    if len(read) < len(values):
        unread = next(value for value in values if quantity(value) is None)
        report(Problem("IE5106", {"text": str(unread)}, unread.span))
    elif len(read) == 1:
        report(Problem("IE5163", {"value": str(read[0])}, shape.path.span))
    if budget is None or len(read) < max(len(values), _A_VALUE_AND_THE_NEXT):
        return None
    sought = Goal(shape.path, budget, tuple(read))
    return sought if _can_be_tried(sought, baseline, variants, report) else None


def _can_be_tried(goal: Goal, baseline: Ruleset, variants: Sequence[Variant], report: Report) -> bool:
    """Whether all proposals can have the first and the last value of a goal; if not, that is reported."""
    own = [variant for variant in variants if not variant.point]
    for variant in own or [Variant(BASELINE, Title(BASELINE, BASELINE), (), baseline)]:
        try:
            there = quantity(found(variant.ruleset.policy.root, goal.path))
        except PathError as error:
            report(error.problem)
            return False
        if there is None:
            report(Problem("IE5160", {"path": str(goal.path)}, goal.path.span))
            return False
        for value in (goal.values[0], goal.values[-1]):
            if moved(variant, goal.path, value) is None:
                values = {"path": str(goal.path), "value": str(value)}
                report(Problem("IE5161", values, goal.path.span))
                return False
    return True


def sensitivity_share(text: Scalar | None, report: Report) -> Fraction | None:
    """Return the share by which numbers are made larger, None where it is not asked for or cannot be read."""
    if text is None:
        return None
    number = quantity(text)
    if number is None or number.unit.strip() != "%" or number.exact <= 0:
        report(Problem("IE5162", {"text": str(text)}, text.span))
        return None
    return number.exact / _HUNDRED
