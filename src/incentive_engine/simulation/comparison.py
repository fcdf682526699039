"""What a comparison of two rulesets found: data first, then tables, text, Markdown and JSON of it."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from incentive_engine.decision.decision import engine_version
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep, StepValue
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.ruleset.fields import Title
from incentive_engine.simulation.cost import Cost, Tally
from incentive_engine.simulation.outstanding import Undecided, told_outstanding
from incentive_engine.simulation.parts import (
    Compared,
    CoveredByOne,
    DecisionPair,
    Grouping,
    RejectedRow,
    RuleCost,
    StatusCount,
    covered_periods,
)
from incentive_engine.simulation.reasons import ExplainedChange, explained
from incentive_engine.simulation.report import Block, Heading, as_markdown, as_text
from incentive_engine.simulation.tables import Table, Tabulator
from incentive_engine.texts import Language, fill

_LARGEST = 10
# Of the lists that grow with the population a text has so many rows; the data has all.
_LISTS = {"status_changes", "rejected"}
_LISTED = 20
# So much of a hash tells two texts apart for people; the data has all of it.
_SHORT_HASH = 12


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes if the proposal takes the place of the baseline.

    `decisions` are those that both rulesets make, one for each agent and period, in the order of periods
    and then of agents; all costs and counts are of these. `agents` counts everybody once, by the difference
    over all periods together, `per_decision` counts each decision. The costs of `rules` and `floor_added`,
    what the floor of the total adds, make up `cost`, and so do those of the groups of each of the
    `groupings`. `statuses` counts decisions by status before and after. `deferred` is in no cost: what rules
    that pay later have still to pay, at most, after each agent's last decision.

    Left out are `rejected`, the rows that one ruleset or both cannot take, and `covered_by_one`, the
    decisions on periods in which only one ruleset is in effect. `notes` are remarks on the data as a whole.
    `rows` counts all rows of the data.
    """

    baseline: Compared
    proposal: Compared
    currency: str
    money_places: int
    rows: int
    cost: Cost
    agents: Tally
    per_decision: Tally
    rules: tuple[RuleCost, ...]
    floor_added: Cost
    deferred: Cost
    groupings: tuple[Grouping, ...]
    statuses: tuple[StatusCount, ...]
    decisions: tuple[DecisionPair, ...]
    covered_by_one: tuple[CoveredByOne, ...]
    rejected: tuple[RejectedRow, ...]
    notes: tuple[RowProblem, ...]

    @property
    def rejected_rows(self) -> int:
        """How many rows were rejected: all of them where the data as a whole cannot be taken."""
        return self.rows - len(self.decisions) - len(self.covered_by_one)

    @property
    def undecided_before(self) -> Undecided:
        """The decisions of the baseline that are incomplete or held, and may still pay."""
        return Undecided.of(pair.status_before for pair in self.decisions)

    @property
    def undecided_after(self) -> Undecided:
        """The decisions of the proposal that are incomplete or held, and may still pay."""
        return Undecided.of(pair.status_after for pair in self.decisions)

    @property
    def same_name(self) -> bool:
        """Whether the two are different texts with the same id and version."""
        ours, theirs = self.baseline.identity, self.proposal.identity
        return (ours.id, ours.version) == (theirs.id, theirs.version) and ours != theirs

    @property
    def status_changes(self) -> tuple[DecisionPair, ...]:
        """The decisions whose status is not the same."""
        return tuple(pair for pair in self.decisions if pair.status_before != pair.status_after)

    def largest(self, count: int = _LARGEST) -> tuple[ExplainedChange, ...]:
        """Return the decisions that change the most, up or down, with their reasons.

        Of equal changes the earlier period comes first, then the lower id. Decisions that pay the same are
        never among them.
        """
        changed = [pair for pair in self.decisions if pair.cost.units]
        found = heapq.nsmallest(count, changed, key=lambda pair: -abs(pair.cost.units))
        return tuple(explained(pair) for pair in found)

    def tables(self, language: Language = "en", *, largest: int = _LARGEST) -> tuple[Table, ...]:
        """Return the comparison as tables; those that would be empty are left out.

        In order, by name: `cost`, `people`, `rules`, `by:NAME` for each attribute, `largest`, `statuses`,
        `status_changes`, `covered_by_one` and `rejected`.
        """
        return self._tables(language, self.largest(largest))

    def report(self, language: Language = "en", *, largest: int = _LARGEST) -> Iterator[Block]:
        """Yield the comparison in the parts of which text and Markdown are made.

        The head comes first, then each table under its heading; the largest changes are told as steps.
        """
        changes = self.largest(largest)
        yield Heading(fill("simulation.heading", {}, language), 1)
        yield tuple(self._summary())
        for table in self._tables(language, changes):
            yield Heading(table.title, 2)
            if table.name == "largest":
                yield tuple(change.step() for change in changes)
                continue
            yield replace(table, rows=table.rows[:_LISTED]) if table.name in _LISTS else table
            if table.name == "cost":
                yield from self._still_open()
            if table.name in _LISTS and len(table.rows) > _LISTED:
                yield (ExplainedStep("simulation.further", {"count": f"{len(table.rows) - _LISTED:,}"}),)

    def text(self, language: Language = "en", *, largest: int = _LARGEST) -> str:
        """Return the comparison as plain text, with so many of the largest changes and their reasons."""
        return as_text(self.report(language, largest=largest), self._format(language))

    def markdown(self, language: Language = "en", *, largest: int = _LARGEST) -> str:
        """Return the comparison as Markdown, with so many of the largest changes and their reasons."""
        return as_markdown(self.report(language, largest=largest), self._format(language))

    def to_dict(self, language: Language = "en", *, largest: int = _LARGEST) -> dict[str, object]:
        """Return the comparison for JSON; amounts are texts, so that no reader makes floats of them.

        Of the decisions it has those whose status changes, and the largest changes.
        """
        form = self._format(language)
        return {
            "baseline": self.baseline.to_dict(language),
            "proposal": self.proposal.to_dict(language),
            "same_name": self.same_name,
            "engine_version": engine_version(),
            "currency": self.currency,
            "rows": self.rows,
            "rejected_rows": self.rejected_rows,
            "compared": len(self.decisions),
            "cost": self.cost.to_dict(),
            "undecided": {
                "before": self.undecided_before.to_dict(),
                "after": self.undecided_after.to_dict(),
            },
            "deferred": self.deferred.to_dict(),
            "agents": self.agents.to_dict(),
            "decisions": self.per_decision.to_dict(),
            "rules": [rule.to_dict(language) for rule in self.rules],
            "floor_added": self.floor_added.to_dict(),
            "by": [grouping.to_dict(form) for grouping in self.groupings],
            "largest": [change.to_dict(form) for change in self.largest(largest)],
            "statuses": [each.to_dict() for each in self.statuses],
            "status_changes": [pair.to_dict() for pair in self.status_changes],
            "covered_by_one": [each.to_dict() for each in self.covered_by_one],
            "rejected": [row.to_dict(language) for row in self.rejected],
            "notes": [note.to_dict(language) for note in self.notes],
        }

    def to_json(self, language: Language = "en", *, largest: int = _LARGEST) -> str:
        """Return the comparison as JSON."""
        return json.dumps(self.to_dict(language, largest=largest), ensure_ascii=False)

    def _format(self, language: Language) -> Format:
        return Format(language, self.currency, self.money_places)

    def _tables(self, language: Language, changes: tuple[ExplainedChange, ...]) -> tuple[Table, ...]:
        make = Tabulator(self._format(language))
        found = (
            *self._sums(make),
            make.largest(changes),
            make.statuses(self.statuses),
            make.status_changes(self.status_changes),
            make.covered_by_one(covered_periods(self.covered_by_one, self.money_places)),
            make.rejected(self.rejected),
        )
        return tuple(table for table in found if table.rows)

    def _sums(self, make: Tabulator) -> Iterator[Table]:
        """Yield what adds up, if there is anything to add up."""
        if self.decisions:
            yield make.cost(self.cost)
            yield make.people(self.agents, self.per_decision)
            yield make.rules(self.rules, self.floor_added, self.cost)
            for grouping in self.groupings:
                yield make.groups(grouping, self.cost, self.agents)

    def _still_open(self) -> Iterator[Block]:
        """Yield what may still be paid, if there is anything."""
        steps = tuple(told_outstanding(self.undecided_before, self.undecided_after, self.deferred))
        if steps:
            yield steps

    def _summary(self) -> Iterator[ExplainedStep]:
        for code, compared in (
            ("simulation.baseline", self.baseline),
            ("simulation.proposal", self.proposal),
        ):
            identity = compared.identity
            names: dict[str, StepValue] = {
                "title": compared.title,
                "ruleset": identity.id,
                "version": identity.version,
                "hash": identity.content_hash[:_SHORT_HASH],
            }
            yield ExplainedStep(code, names)
        yield ExplainedStep("simulation.engine", {"version": engine_version()})
        if self.same_name:
            yield ExplainedStep("simulation.same_name", {})
        counts = {
            "compared": len(self.decisions),
            "rows": self.rows,
            "rejected": self.rejected_rows,
            "alone": len(self.covered_by_one),
        }
        yield ExplainedStep("simulation.rows", {name: f"{count:,}" for name, count in counts.items()})
        for note in self.notes:
            yield ExplainedStep("simulation.note", {"message": Title(note.message("en"), note.message("zh"))})
