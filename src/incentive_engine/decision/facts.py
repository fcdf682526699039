"""What a decision was made from, in a form that can be hashed and evaluated again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.decision.amounts import plain, written
from incentive_engine.decision.reading import Reading
from incentive_engine.language.types import NUMBER, Type
from incentive_engine.ruleset.period import Period

Fact = str | bool | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a decision depends on besides its ruleset, each fact exact and as text; None is unknown.

    `event` is the id of the event, empty where there is none. `snapshot` has the agent's metrics and
    attributes by name, checked and rounded. `peers` are the results over other agents (group sums, places,
    parts of pools), in the order in which the program needs them. `history` is what earlier periods left, by
    slot.
    """

    agent: str
    period: str
    event: str
    snapshot: Mapping[str, Fact]
    peers: tuple[Fact, ...]
    history: Mapping[str, Fact]

    def to_dict(self) -> dict[str, object]:
        """Return the facts for JSON."""
        return {
            "agent": self.agent,
            "period": self.period,
            **({"event": self.event} if self.event else {}),
            "snapshot": dict(self.snapshot),
            "peers": list(self.peers),
            "history": dict(self.history),
        }

    @property
    def digest(self) -> str:
        """The SHA-256 of the facts as JSON in UTF-8, with sorted keys and no spaces, in hexadecimal."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def facts_of(reading: Reading, agent: str, period: Period) -> Facts:
    """Return what the values of an agent and period were made from."""
    bound = reading.values.bound
    types = {field.name: field.type for field in reading.policy.fields}

    def fact(place: int, kind: Type) -> Fact:
        value = bound.from_outside[place]
        instruction = bound.lowered.instructions[place]
        if value is None:
            return None
        if instruction.boolean:
            return bool(value)
        return written(plain(Fraction(value, instruction.denominator), kind))

    return Facts(
        agent=agent,
        period=str(period),
        event=period.event,
        snapshot={name: fact(place, types[name]) for name, place in bound.lowered.inputs.items()},
        peers=tuple(fact(peer.place, NUMBER) for peer in bound.lowered.peers),
        history={slot: fact(place, NUMBER) for slot, place in bound.lowered.carried.items()},
    )
