"""Stored decisions made again: whether they still are what they were, and else what is owed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol

from incentive_engine.check.stored import Content, Stored, StoredDecision, changed_facts, result_of, stored
from incentive_engine.decision.amounts import amount, written
from incentive_engine.decision.decision import Decision, engine_version
from incentive_engine.engine import Decisions, ProblemsError
from incentive_engine.evaluate.records import Records, RowProblem
from incentive_engine.ruleset.problems import Problem
from incentive_engine.texts import Language

Verdict = Literal["same", "same_result", "differs", "missing"]
"""`same`: every hash and the result. `same_result`: the result, of other facts or by another ruleset or
engine. `differs`: another result. `missing`: the data have no row for it any more, or one with problems."""

Reason = Literal["ruleset", "facts", "engine", "altered"]
"""What is not as it was: the text of the ruleset, the facts, the version of the engine or of the language,
or, where the decision does not fit its own hashes, the stored decision itself."""

VERDICTS: tuple[Verdict, ...] = ("same", "same_result", "differs", "missing")
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class RecomputeError(ProblemsError):
    """The stored decisions cannot be made again; `problems` lists why."""


class Decides(Protocol):
    """A ruleset, or several versions of one."""

    def evaluate_all(self, snapshots: Records | Iterable[object]) -> Decisions:
        """Return the decisions on a population of snapshots."""
        ...


@dataclass(frozen=True, slots=True)
class LineChange:
    """What became of a rule's line: its outcome and what it paid, before and now; None without a line."""

    rule: str
    before: str | None
    after: str | None
    paid: str | None
    pays: str | None

    def to_dict(self) -> dict[str, object]:
        """Return the change for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rechecked:
    """One stored decision and what it would be now, None where it is `missing`.

    `facts` are the names of the metrics and attributes that are not as they were; others' values and those of
    earlier periods may differ as well where the reason `facts` is there without any.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    before: StoredDecision
    now: Decision | None
    facts: tuple[str, ...]
    lines: tuple[LineChange, ...]

    @property
    def owed(self) -> Decimal | None:
        """What would be paid now above what was paid then; None where nothing can be decided now."""
        if self.now is None:
            return None
        return _difference(self.now.total, self.before.total)

    @property
    def is_fine(self) -> bool:
        """Whether nothing is owed, nothing is missing, and nobody has altered what was stored."""
        return self.verdict in ("same", "same_result") and "altered" not in self.reasons

    def to_dict(self) -> dict[str, object]:
        """Return it for JSON; amounts are texts."""
        return {
            "agent": self.before.agent,
            "period": self.before.period,
            **({"event": self.before.event} if self.before.event else {}),
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "stored_total": written(self.before.total),
            "total": None if self.now is None else written(self.now.total),
            "owed": written(self.owed),
            "stored_ruleset": asdict(self.before.ruleset),
            "ruleset": None if self.now is None else asdict(self.now.ruleset),
            "facts": list(self.facts),
            "lines": [line.to_dict() for line in self.lines],
        }


@dataclass(frozen=True, slots=True)
class Recomputation:
    """All stored decisions, made again, in the order in which they were stored.

    `others` is how many decisions the data give that were not stored; `rejected` are the rows with problems.
    """

    checked: tuple[Rechecked, ...]
    others: int
    rejected: tuple[RowProblem, ...]

    @property
    def is_fine(self) -> bool:
        """Whether every stored decision still is what it was."""
        return all(each.is_fine for each in self.checked)

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.checked[0].before.currency

    @property
    def owed(self) -> Decimal:
        """What is owed in total; negative where too much was paid."""
        return _sum(each.owed for each in self.checked)

    @property
    def owed_by_agent(self) -> dict[str, Decimal]:
        """What is owed to each agent for whom it is not nothing, in the order of the ids."""
        agents = sorted({each.before.agent for each in self.checked})
        found = {
            agent: _sum(each.owed for each in self.checked if each.before.agent == agent) for agent in agents
        }
        return {agent: owed for agent, owed in found.items() if owed}

    def count(self, verdict: Verdict) -> int:
        """Return how many decisions have a verdict."""
        return sum(each.verdict == verdict for each in self.checked)

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return all of it for JSON."""
        return {
            "same": self.is_fine,
            "currency": self.currency,
            "owed": written(self.owed),
            "owed_by_agent": {agent: written(owed) for agent, owed in self.owed_by_agent.items()},
            "verdicts": {verdict: self.count(verdict) for verdict in VERDICTS},
            "not_stored": self.others,
            "rejected": [problem.to_dict(language) for problem in self.rejected],
            "decisions": [each.to_dict() for each in self.checked],
        }


def recompute(
    decisions: Stored | Iterable[Decision | Mapping[str, object]],
    ruleset: Decides,
    snapshots: Records | Iterable[object],
) -> Recomputation:
    """Make stored decisions again, from data and a ruleset as they are now, and compare them bit for bit.

    The decisions are those of `read_decisions`, or as `Decision.to_dict` gives them. What was decided stays:
    the difference is told, not made.

    Raises:
        RecomputeError: if a decision cannot be read, is there twice, or is in another currency.
    """
    before = decisions if isinstance(decisions, Stored) else stored(_contents(decisions))
    if before.problems:
        raise RecomputeError(before.problems)
    made = ruleset.evaluate_all(snapshots)
    now = {(each.agent, each.period, each.event): each for each in made}
    checked = tuple(_rechecked(each, now.get(each.key)) for each in before.decisions)
    problems = [
        Problem("IE5054", {**_names(each.before), "now": each.now.currency})
        for each in checked
        if each.now is not None and each.now.currency != each.before.currency
    ]
    if problems:
        raise RecomputeError(problems)
    return Recomputation(checked, len(now.keys() - {each.key for each in before.decisions}), made.rejected)


def _names(before: StoredDecision) -> dict[str, str]:
    return {"agent": before.agent, "period": before.period, "before": before.currency}


def _contents(decisions: Iterable[Decision | Mapping[str, object]]) -> Iterator[object]:
    for each in decisions:
        yield _as_stored(each.to_dict() if isinstance(each, Decision) else each)


def _as_stored(content: object) -> dict[str, object]:
    """Return what is read back of something that is stored as JSON."""
    found: dict[str, object] = json.loads(json.dumps(content))
    return found


def _rechecked(before: StoredDecision, now: Decision | None) -> Rechecked:
    if now is None:
        return Rechecked("missing", ("altered",) if before.is_altered else (), before, None, (), ())
    # The titles of rules are in the language in which the decision was stored.
    contents = [_as_stored(now.to_dict(language)) for language in LANGUAGES]
    if before.content in contents:
        return Rechecked("same", (), before, now, (), ())
    same = any(result_of(before.content) == result_of(content) for content in contents)
    reasons = tuple(_reasons(before, now))
    facts = tuple(changed_facts(before.facts, now.facts.snapshot)) if "facts" in reasons else ()
    lines = () if same else tuple(_line_changes(before.lines, contents[0]))
    return Rechecked("same_result" if same else "differs", reasons, before, now, facts, lines)


def _reasons(before: StoredDecision, now: Decision) -> Iterator[Reason]:
    """Yield why a decision is not the stored one: what it is made of that is not as it was."""
    versions = (before.engine_version, before.language_version)
    differs: dict[Reason, bool] = {
        "ruleset": before.ruleset != now.ruleset,
        "facts": before.facts_hash != now.facts.digest,
        "engine": versions != (engine_version(), now.language_version),
    }
    yield from (reason for reason, does in differs.items() if does)
    # Where nothing is different of which it is made, nothing can be in what it comes to.
    if before.is_altered or not any(differs.values()):
        yield "altered"


def _line_changes(before: Mapping[str, Content], now: Content) -> Iterator[LineChange]:
    """Yield the lines that have another outcome or amount."""
    after = _lines(now)
    for rule in dict.fromkeys((*before, *after)):
        old, new = before.get(rule, {}), after.get(rule, {})
        values = [_text(each.get(name)) for name in ("outcome", "final") for each in (old, new)]
        if old.get("results") != new.get("results") or values[0] != values[1] or values[2] != values[3]:
            yield LineChange(rule, *values)


def _lines(content: Content) -> Mapping[str, Content]:
    lines = content["lines"]
    found = lines if isinstance(lines, list) else []
    return {str(line["rule"]): line for line in found}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _difference(after: Decimal, before: Decimal) -> Decimal:
    difference = Fraction(after) - Fraction(before)
    return amount(difference.numerator, difference.denominator, max(_places(after), _places(before)))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    known = [each for each in amounts if each is not None]
    total = sum((Fraction(each) for each in known), Fraction(0))
    return amount(total.numerator, total.denominator, max(map(_places, known), default=0))
