"""Scenarios: read from a file, checked as a ruleset is, and everything in them compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from incentive_engine.engine import ProblemsError, Ruleset
from incentive_engine.graph.nodes import Program
from incentive_engine.language.types import Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Period
from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.laboratory.amounts import Quantity
from incentive_engine.simulation.laboratory.guardrails import Budget, Guardrail
from incentive_engine.simulation.laboratory.variants import Variant


class ScenarioError(ProblemsError):
    """The scenario cannot be used; `problems` lists all that is wrong with it."""


Split: TypeAlias = tuple[str, ...]
"""The names of one or two attributes or metrics by which results are split."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Which rows are counted: those of some periods for which a condition holds.

    `where` is the name of the condition among the scenario's figures, None where it has none.
    """

    first: Period | None
    last: Period | None
    where: str | None

    def is_in_time(self, period: Period) -> bool:
        """Whether a period is one of those that are counted."""
        after = self.first is None or self.first <= period
        return after and (self.last is None or period <= self.last)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the money is spent for: the name of the figure, what it is called, and its type."""

    name: str
    title: Title
    type: Type


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot: `where` names its condition among the scenario's figures; both periods are included."""

    where: str
    first: Period
    last: Period


@dataclass(frozen=True, slots=True)
class Goal:
    """The value of one number that is sought: one of `values`, of which there are two or more, in order."""

    path: Scalar
    budget: Budget
    values: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A what-if, ready to be run.

    `variants` are all proposals at all points of the sweep, in that order; `figures` is a program of what the
    scenario asks of the data. `guardrails` are limits that every variant has to keep; `sensitivity` is the
    share by which each number of the baseline is made larger to see what that moves. `warnings` are what is
    worth a second look.
    """

    file: str
    id: str
    title: Title
    baseline: Ruleset
    variants: tuple[Variant, ...]
    snapshots: Path
    history: Path | None
    facts: Path | None
    counted: Counted
    outcome: Outcome | None
    figures: Program
    by: tuple[Split, ...]
    seed: int
    repeat: int
    guardrails: tuple[Guardrail, ...] = ()
    pilot: Pilot | None = None
    goal: Goal | None = None
    sensitivity: Fraction | None = None
    warnings: tuple[Problem, ...] = ()

    @property
    def proposals(self) -> tuple[str, ...]:
        """The ids of the proposals, in order."""
        return tuple(dict.fromkeys(variant.proposal for variant in self.variants))

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are read: the scenario itself, rulesets and data."""
        policies = [policy for variant in self.variants for policy in variant.policies()]
        rulesets = dict.fromkeys(Path(policy.file) for policy in (self.baseline.policy, *policies))
        data = (self.snapshots, self.history, self.facts)
        return (Path(self.file), *rulesets, *(file for file in data if file is not None))

    def of(self, proposal: str, point: Mapping[str, str] | None = None) -> Variant:
        """Return the variant of a proposal, at a point of the sweep if there is one.

        Raises:
            KeyError: if there is none.
        """
        for variant in self.variants:
            if variant.proposal == proposal and (
                point is None or {each.path: each.value for each in variant.point} == dict(point)
            ):
                return variant
        raise KeyError((proposal, point))


def plain_scenario(baseline: Ruleset, proposal: Ruleset) -> Scenario:
    """Return the scenario of one proposal that is another ruleset, on all rows."""
    identity = proposal.identity
    title = proposal.policy.shape.title or Title(identity.id, identity.id)
    return Scenario(
        file="",
        id=identity.id,
        title=title,
        baseline=baseline,
        variants=(Variant(identity.id, title, (), proposal),),
        snapshots=Path(),
        history=None,
        facts=None,
        counted=Counted(None, None, None),
        outcome=None,
        figures=Program({}),
        by=(),
        seed=1,
        repeat=1,
    )
