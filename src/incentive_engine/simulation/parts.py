"""The parts of a comparison, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from incentive_engine.decision.amounts import Known, PlainValue, amount, plain, written
from incentive_engine.decision.decision import Decision, RulesetIdentity, Status
from incentive_engine.decision.format import Format
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.language.types import TEXT, Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.simulation.cost import Cost, Tally
from incentive_engine.texts import Language, entry

Side = Literal["baseline", "proposal"]

STATUSES: tuple[Status, ...] = ("final", "incomplete", "held", "ineligible")


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the two rulesets: which it is, and its name for people."""

    identity: RulesetIdentity
    title: Title

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the ruleset for JSON."""
        return {**asdict(self.identity), "title": self.title.in_language(language)}


@dataclass(frozen=True, slots=True)
class PeriodSplit:
    """A comparison split by period, under the name of the column that has it."""

    name: str
    title: Title
    type: Type = TEXT
    places: int = 0


@dataclass(frozen=True, slots=True)
class RuleCost:
    """What one rule pays in all decisions together, after red lines.

    What is held or undetermined pays nothing. `kind_before` and `kind_after` are the rule's kind in each
    ruleset, None where the ruleset has no such rule. `pays` says whether it is a rule that pays money at all,
    in either. `paid_before` and `paid_after` count the decisions in which it pays (or takes) something.
    """

    rule: str
    title: Title
    kind_before: str | None
    kind_after: str | None
    pays: bool
    cost: Cost
    paid_before: int
    paid_after: int

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the rule for JSON."""
        return {
            "rule": self.rule,
            "title": self.title.in_language(language),
            "kind_before": self.kind_before,
            "kind_after": self.kind_after,
            "pays": self.pays,
            **self.cost.to_dict(),
            "paid_before": self.paid_before,
            "paid_after": self.paid_after,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """The decisions in which an attribute has one value; None is the group of those where it is missing.

    An agent whose value changes from period to period is in several groups, in each with those decisions.
    """

    value: Known | None
    cost: Cost
    agents: Tally
    decisions: Tally


@dataclass(frozen=True, slots=True)
class Grouping:
    """All decisions, split by one attribute or metric, or by period. Those without a value come last.

    `of_decisions` has the value in each of the comparison's decisions, in their order. `by_period` says that
    it is split by period.
    """

    name: str
    title: Title
    type: Type
    places: int
    groups: tuple[Group, ...]
    of_decisions: tuple[Known | None, ...]
    by_period: bool

    def value(self, group: Group) -> PlainValue:
        """Return a group's value as Python has it; None where it is missing."""
        return plain(group.value, self.type)

    def value_of(self, decision: int) -> PlainValue:
        """Return the value in the decision at this place of the comparison's; None where it is missing."""
        return plain(self.of_decisions[decision], self.type)

    def label(self, group: Group, form: Format) -> str:
        """Return a group's value as people read it."""
        if group.value is None:
            return entry("simulation.missing").texts[form.language]
        return form.value(group.value, self.type, self.places)

    def to_dict(self, form: Format) -> dict[str, object]:
        """Return the grouping for JSON."""
        return {
            "name": self.name,
            "title": self.title.in_language(form.language),
            "groups": [
                {
                    "value": written(self.value(group)),
                    "label": self.label(group, form),
                    **group.cost.to_dict(),
                    "agents": group.agents.to_dict(),
                    "decisions": group.decisions.to_dict(),
                }
                for group in self.groups
            ],
        }


@dataclass(frozen=True, slots=True)
class DecisionPair:
    """The decisions of both rulesets on one agent and period."""

    before: Decision
    after: Decision
    cost: Cost
    status_before: Status
    status_after: Status

    @property
    def agent(self) -> str:
        """The agent's id."""
        return self.before.agent

    @property
    def period(self) -> str:
        """The period, as `2026-03`."""
        return self.before.period

    def to_dict(self) -> dict[str, object]:
        """Return agent, period, cost and status for JSON."""
        return {
            "agent": self.agent,
            "period": self.period,
            **self.cost.to_dict(),
            "status_before": self.status_before,
            "status_after": self.status_after,
        }


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many decisions had one status before and another, or the same, after."""

    before: Status
    after: Status
    decisions: int

    def to_dict(self) -> dict[str, object]:
        """Return the count for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CoveredByOne:
    """A decision on a period in which only one ruleset, `side`, is in effect: nothing compares with it."""

    side: Side
    decision: Decision

    def to_dict(self) -> dict[str, object]:
        """Return what is covered for JSON."""
        return {
            "side": self.side,
            "agent": self.decision.agent,
            "period": self.decision.period,
            "total": written(self.decision.total),
            "status": self.decision.status,
        }


@dataclass(frozen=True, slots=True)
class CoveredPeriod:
    """A period in which only one ruleset, `side`, is in effect, and what it pays there."""

    side: Side
    period: str
    decisions: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class RowRejection:
    """One problem of a row, and which ruleset has it."""

    side: Side | Literal["both"]
    problem: RowProblem


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that one ruleset, or both, cannot take, and why. It is left out under both.

    `row` is None where the data as a whole cannot be taken.
    """

    row: int | None
    baseline: tuple[RowProblem, ...]
    proposal: tuple[RowProblem, ...]

    @property
    def by_problem(self) -> tuple[RowRejection, ...]:
        """Each problem once, with whose it is."""
        ours = [RowRejection("both" if each in self.proposal else "baseline", each) for each in self.baseline]
        theirs = [RowRejection("proposal", each) for each in self.proposal if each not in self.baseline]
        return (*ours, *theirs)

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the row for JSON."""
        return {
            "row": self.row,
            "baseline": [problem.to_dict(language) for problem in self.baseline],
            "proposal": [problem.to_dict(language) for problem in self.proposal],
        }


def covered_periods(covered: tuple[CoveredByOne, ...], places: int) -> tuple[CoveredPeriod, ...]:
    """Return what only one ruleset covers, period by period."""
    counts: dict[tuple[Side, str], int] = {}
    units: dict[tuple[Side, str], int] = {}
    for each in covered:
        key = (each.side, each.decision.period)
        counts[key] = counts.get(key, 0) + 1
        units[key] = units.get(key, 0) + int(Fraction(each.decision.total) * 10**places)
    return tuple(
        CoveredPeriod(side, period, count, amount(units[side, period], 10**places, places))
        for (side, period), count in counts.items()
    )
