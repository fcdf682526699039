"""Decisions that were stored earlier, read back from JSON as they were written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

from incentive_engine.decision.decision import RulesetIdentity
from incentive_engine.ruleset.problems import Problem

Content = Mapping[str, object]
Key = tuple[str, str, str]
"""Agent, period, and the id of the event, which is empty where there is none."""

RESULT = ("status", "currency", "total", "floor_added", "lines")
"""What a decision comes to; the rest says of what and by what it was made."""

_AMOUNT = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)
_TEXTS = ("agent", "period", "status", "currency", "facts_hash", "engine_version", "language_version")


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as it was stored: `content` is all of it, as `Decision.to_dict` gives it."""

    agent: str
    period: str
    event: str
    currency: str
    total: Decimal
    ruleset: RulesetIdentity
    facts_hash: str
    engine_version: str
    language_version: str
    content: Content

    @property
    def key(self) -> Key:
        """What tells the decision from others."""
        return self.agent, self.period, self.event

    @property
    def is_altered(self) -> bool:
        """Whether its facts are not those that its hash was made from."""
        text = json.dumps(
            self.content.get("facts"), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(text.encode("utf-8")).hexdigest() != self.facts_hash

    @property
    def facts(self) -> Content:
        """The metrics and attributes that it was made from, by name."""
        facts = self.content.get("facts")
        snapshot = facts.get("snapshot") if isinstance(facts, dict) else None
        return snapshot if isinstance(snapshot, dict) else {}

    @property
    def lines(self) -> Mapping[str, Content]:
        """Its lines by the ids of their rules."""
        lines = self.content.get("lines")
        found = [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
        return {str(line.get("rule")): line for line in found}


@dataclass(frozen=True, slots=True)
class Stored:
    """Stored decisions in their order, and what is wrong with those that cannot be read."""

    decisions: tuple[StoredDecision, ...]
    problems: tuple[Problem, ...] = ()


def read_decisions(path: str | Path) -> Stored:
    """Return the decisions of a file that `evaluate` wrote as JSON, or of one with a decision in each line.

    It raises nothing: what is wrong with the file is in the problems.
    """
    file = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Stored((), (Problem("IE1001", {"file": file}),))
    except (OSError, ValueError):  # ValueError: not UTF-8, or a null character in the name
        return Stored((), (Problem("IE1002", {"file": file}),))
    for read in (_items, _items_of_lines):
        try:
            return stored(read(text))
        except (ValueError, RecursionError):
            continue
    return Stored((), (Problem("IE5050", {"file": file}),))


def _items_of_lines(text: str) -> list[object]:
    """Return the decisions of a text that has one in each line."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _items(text: str) -> list[object]:
    """Return the decisions of a text: those of a list, of what `evaluate` wrote, or the one that it is."""
    document: object = json.loads(text)
    if isinstance(document, list):
        return document
    if isinstance(document, dict) and isinstance(document.get("decisions"), list):
        return cast("list[object]", document["decisions"])
    return [document]


def stored(items: Iterable[object]) -> Stored:
    """Return decisions that are given as `Decision.to_dict` gives them, counted from 1 in problems."""
    found: dict[Key, StoredDecision] = {}
    problems: list[Problem] = []
    strange: list[int] = []
    for number, item in enumerate(items, start=1):
        decision = _decision(item)
        if decision is None:
            strange.append(number)
        elif decision.key in found:
            values = {"agent": decision.agent, "period": decision.period, "event": decision.event}
            problems.append(Problem("IE5052", values))
        else:
            found[decision.key] = decision
    if strange:
        problems.append(Problem("IE5051", {"number": str(strange[0]), "count": str(len(strange))}))
    if not found and not problems:
        problems.append(Problem("IE5053"))
    return Stored(tuple(found.values()), tuple(problems))


def _decision(item: object) -> StoredDecision | None:
    """Return a stored decision, or None for what is none."""
    if not isinstance(item, dict):
        return None
    texts = {name: item.get(name) for name in _TEXTS}
    total, event, ruleset = item.get("total"), item.get("event", ""), item.get("ruleset")
    if not all(isinstance(text, str) for text in (*texts.values(), event, total)):
        return None
    if not isinstance(ruleset, dict) or not _AMOUNT.fullmatch(str(total)):
        return None
    named = {name: ruleset.get(name) for name in ("id", "version", "content_hash")}
    return StoredDecision(
        agent=str(texts["agent"]),
        period=str(texts["period"]),
        event=str(event),
        currency=str(texts["currency"]),
        total=Decimal(str(total)),
        ruleset=RulesetIdentity(*(str(value) for value in named.values())),
        facts_hash=str(texts["facts_hash"]),
        engine_version=str(texts["engine_version"]),
        language_version=str(texts["language_version"]),
        content=item,
    )


def result_of(content: Content) -> dict[str, object]:
    """Return what a decision comes to."""
    return {name: content.get(name) for name in RESULT}


def changed_facts(before: Content, after: Content) -> Iterator[str]:
    """Yield the names of the facts that differ, those of both sides."""
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield name
