"""A decision: what one agent gets for one period, with all that a reader may ask about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from importlib import metadata
from typing import Literal

from incentive_engine.compile.policy import Policy
from incentive_engine.decision.amounts import amount, written
from incentive_engine.decision.explanation import Explanation
from incentive_engine.decision.facts import Facts, facts_of
from incentive_engine.decision.lines import Line, applicable, lines_of
from incentive_engine.decision.nearest import Nearest, Seeker
from incentive_engine.decision.quality import Note, notes_of
from incentive_engine.decision.reading import Reading
from incentive_engine.decision.restoring import restored_values
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, StepValue
from incentive_engine.decision.telling import section, summary
from incentive_engine.evaluate import cells
from incentive_engine.evaluate.periods import RowState, RowValues
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.nodes import Table
from incentive_engine.ruleset.period import Period
from incentive_engine.texts import Language

Status = Literal["final", "incomplete", "held", "ineligible"]


@dataclass(frozen=True, slots=True)
class RulesetIdentity:
    """Which ruleset a decision follows: its id, its version, and the SHA-256 of its text."""

    id: str
    version: str
    content_hash: str


@cache
def engine_version() -> str:
    """Return the version of the installed package."""
    return metadata.version("incentive-engine")


class Decision:
    """What one agent gets for one period under one ruleset. It does not change.

    Only its values are computed when it is made; lines, notes and explanation are worked out when they are
    read. Two decisions are equal where ruleset, agent, period and all facts are.
    """

    __slots__ = ("_agent", "_intake_notes", "_period", "_policy", "_values")

    def __init__(
        self, policy: Policy, values: RowValues, agent: str, period: Period, notes: Sequence[cells.Note] = ()
    ) -> None:
        self._policy = policy
        self._values = values
        self._agent = agent
        self._period = period
        self._intake_notes = notes

    @property
    def agent(self) -> str:
        """The agent's id."""
        return self._agent

    @property
    def period(self) -> str:
        """The period, as `2026-03`; of an event its day, with the time of day where it is known."""
        return str(self._period)

    @property
    def event(self) -> str:
        """The id of the event that is decided on; empty where the ruleset names no column of such ids."""
        return self._period.event

    @property
    def status(self) -> Status:
        """Whether the decision can be paid.

        `final`: yes. `incomplete`: something is unknown, and what depends on it pays nothing yet. `held`: a
        person has to decide first; this outranks incomplete. `ineligible`: no rule applies.
        """
        if self._values.result("held"):
            return "held"
        if self._values.result("incomplete"):
            return "incomplete"
        return "final" if self._values.result("eligible") else "ineligible"

    @property
    def currency(self) -> str:
        """The currency of all amounts, as its three letters."""
        return str(self._policy.shape.currency)

    @property
    def total(self) -> Decimal:
        """What is paid, with the decimal places of the currency."""
        return self._money("total")

    @property
    def floor_added(self) -> Decimal:
        """What the floor of the total added to the sum of the lines."""
        return self._money("floor_added")

    @property
    def lines(self) -> tuple[Line, ...]:
        """One line for each rule that applies or may apply, in the order of the ruleset."""
        return lines_of(self._reading)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What should be known about the data."""
        return notes_of(self._reading, self._intake_notes)

    @property
    def ruleset(self) -> RulesetIdentity:
        """The ruleset that was followed."""
        shape = self._policy.shape
        return RulesetIdentity(str(shape.ruleset), str(shape.version), self._policy.content_hash)

    @property
    def language_version(self) -> str:
        """The version of the ruleset language: every engine of that version gives the same decision."""
        return str(self._policy.shape.language)

    @property
    def facts(self) -> Facts:
        """What the decision was made from besides its ruleset."""
        return facts_of(self._reading, self._agent, self._period)

    def line(self, rule: str) -> Line:
        """Return the line of one rule.

        Raises:
            KeyError: if the decision has no line of this rule.
        """
        for line in self.lines:
            if line.rule == rule:
                return line
        raise KeyError(rule)

    def nearest(self, rule: str) -> tuple[Nearest, ...]:
        """Return what it would take, in one metric, to reach each goal of a rule that is not reached.

        Raises:
            KeyError: if the ruleset has no such rule.
        """
        return Seeker(self._reading).nearest(self._reading.line(rule))

    def explain(self, language: Language = "en", *, nearest: bool = True) -> Explanation:
        """Return the reasons of the decision.

        `language` is the one that the explanation is written in unless another one is asked of it. Without
        `nearest` it does not say what it would take to reach more, which takes the longest to find out.
        """
        reading = self._reading
        seeker = Seeker(reading) if nearest else None
        heading: dict[str, StepValue] = {
            "agent": self.agent,
            "period": self.period,
            "total": ExplainedValue(reading.total, MONEY),
        }
        if self.event:
            heading["event"] = self.event
        return Explanation(
            currency=self.currency,
            money_places=self._policy.money_places,
            heading=ExplainedStep("decision.heading_of_event" if self.event else "decision.heading", heading),
            summary=summary(reading, self.status, self._period),
            sections=tuple(
                section(reading, line, seeker.nearest(line) if seeker else (), self._period)
                for line in applicable(reading)
            ),
            notes=tuple(note.step() for note in self.notes),
            language=language,
        )

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the decision for JSON; amounts are texts, so that no reader makes floats of them."""
        facts = self.facts
        return {
            "agent": self.agent,
            "period": self.period,
            **({"event": self.event} if self.event else {}),
            "status": self.status,
            "currency": self.currency,
            "total": written(self.total),
            "floor_added": written(self.floor_added),
            "lines": [line.to_dict(language) for line in self.lines],
            "notes": [note.to_dict(language) for note in self.notes],
            "ruleset": asdict(self.ruleset),
            "facts": facts.to_dict(),
            "facts_hash": facts.digest,
            "engine_version": engine_version(),
            "language_version": self.language_version,
        }

    def to_json(self, language: Language = "en") -> str:
        """Return the decision as JSON."""
        return json.dumps(self.to_dict(language), ensure_ascii=False)

    def __reduce__(self) -> tuple[Callable[..., Decision], tuple[object, ...]]:
        """Copy and pickle with all that the decision was made from, for the same version of the engine."""
        policy = self._policy
        origin = (engine_version(), policy.root, policy.text, policy.file, self._period, self._values.state)
        return _restored, (*origin, self._agent, self._intake_notes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        same_ruleset = self._policy is other._policy or self.ruleset == other.ruleset
        return same_ruleset and self.facts == other.facts

    def __hash__(self) -> int:
        return hash((self._policy.content_hash, self._agent, self._period))

    def __repr__(self) -> str:
        period = f"{self.period} {self.event}".rstrip()
        return f"<Decision {self.agent} {period}: {self.total} {self.currency}, {self.status}>"

    @property
    def _reading(self) -> Reading:
        return Reading(self._policy, self._values)

    def _money(self, name: str) -> Decimal:
        numerator, denominator = self._values.scaled(name)
        return amount(int(numerator or 0), denominator, self._policy.money_places)


def _restored(
    version: str,
    root: Table,
    text: str,
    file: str,
    period: Period,
    state: RowState,
    agent: str,
    notes: Sequence[cells.Note],
) -> Decision:
    if version != engine_version():
        raise ValueError(f"a decision of engine {version} cannot be restored by engine {engine_version()}")
    policy, values = restored_values(root, text, file, period, state)
    return Decision(policy, values, agent, period, notes)
