"""The lines of a decision: what each rule gave, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from incentive_engine.compile.policy import PolicyLine
from incentive_engine.decision.amounts import PlainValue, amount, plain, written
from incentive_engine.decision.reading import Reading
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Recognition
from incentive_engine.language.types import CREDIT_PLACES
from incentive_engine.ruleset.fields import Title
from incentive_engine.texts import Language

Outcome = Literal[
    "paid",
    "earned",
    "deducted",
    "nothing",
    "reduced",
    "voided",
    "held",
    "undetermined",
    "scored",
    "broken",
    "kept",
    "unknown",
]
"""What became of a rule.

`paid` money, as much as the rule gives; `earned` credits or recognition but no money; `deducted` took money;
`nothing` gave nothing. `reduced`: ceilings or red lines left less money than the rule gives. `voided`: a red
line took all. `held`: a person decides first. `undetermined`: something unknown decides. `scored`: the rule
only gives results to others. Red lines are `broken`, `kept` or, where they cannot be judged, `unknown`.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule's part of a decision.

    `amount` is the money before ceilings and red lines, `final` after them, in the currency; both are None
    where they are unknown or the rule has no money. `credits` are those that the line shows, None likewise.
    `recognitions` are the outcomes beyond money. `results` are what the rule makes known by name, such as
    `score`, `grade` or `band`; None is unknown.
    """

    rule: str
    kind: str
    title: Title
    outcome: Outcome
    amount: Decimal | None
    final: Decimal | None
    credits: Decimal | None
    recognitions: tuple[Title, ...] = ()
    results: Mapping[str, PlainValue] = field(default_factory=dict, hash=False)

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the line for JSON; amounts are texts, so that no reader makes floats of them."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "title": self.title.in_language(language),
            "outcome": self.outcome,
            "amount": written(self.amount),
            "final": written(self.final),
            "credits": written(self.credits),
            "recognitions": [name.in_language(language) for name in self.recognitions],
            "results": {name: written(value) for name, value in self.results.items()},
        }


def lines_of(reading: Reading) -> tuple[Line, ...]:
    """Return the lines of all rules that apply or may apply."""
    return tuple(_line(reading, line) for line in applicable(reading))


def applicable(reading: Reading) -> tuple[PolicyLine, ...]:
    """Return the rules whose scope the agent is in or, for all that is known, may be in."""
    return tuple(line for line in reading.policy.lines if reading.value(line.in_scope) is not False)


def applies(reading: Reading, line: PolicyLine) -> bool:
    """Whether a rule itself applies or may apply, not only what it gave in earlier periods."""
    return line.applies is None or reading.value(line.applies) is not False


def _line(reading: Reading, line: PolicyLine) -> Line:
    money_places = reading.policy.money_places
    return Line(
        rule=str(line.rule.id),
        kind=line.rule.kind,
        title=line.rule.shown_title,
        outcome=outcome_of(reading, line),
        amount=_decimal(reading, line.amount, money_places),
        final=_decimal(reading, line.final, money_places),
        credits=_decimal(reading, line.credits, CREDIT_PLACES) if applies(reading, line) else None,
        recognitions=tuple(recognition.name for recognition in earned_by(reading, line)),
        results={
            name: plain(reading.value(result.value.node), result.value.type)
            for name, result in line.built.results.items()
            if applies(reading, line) or (line.payout and name in line.payout.results(line.rule))
        },
    )


def earned_by(reading: Reading, line: PolicyLine) -> tuple[Recognition, ...]:
    """Return the outcomes beyond money that a line gives: none where red lines void or hold it."""
    if reading.is_true(line.voided) or reading.is_true(line.held):
        return ()
    return tuple(each for each in line.built.recognitions if reading.is_true(each.when))


def _decimal(reading: Reading, node: Node | None, places: int) -> Decimal | None:
    value = reading.number(node)
    return None if value is None else amount(value.numerator, value.denominator, places)


def outcome_of(reading: Reading, line: PolicyLine) -> Outcome:
    """Return what became of a rule for an agent that is not outside its scope."""
    if reading.value(line.in_scope) is None:
        return "undetermined"
    if line.built.consequence is not None and not reading.is_true(line.held):
        broken = reading.value(line.built.consequence.broken)
        return "unknown" if broken is None else "broken" if broken else "kept"
    undecided: tuple[tuple[Outcome, Node], ...] = (
        ("voided", line.voided),
        ("held", line.held),
        ("undetermined", line.undetermined),
    )
    for outcome, node in undecided:
        if reading.is_true(node):
            return outcome
    decided = _decided(reading, line)
    # What is there for its results has done its part where it gives nothing itself.
    return "scored" if decided == "nothing" and _is_for_results(line) else decided


def _is_for_results(line: PolicyLine) -> bool:
    return line.amount is None and line.credits is None and bool(line.built.results)


def gives(line: PolicyLine) -> bool:
    """Whether a rule gives money, credits or recognition itself, rather than only results to others."""
    return line.amount is not None or line.credits is not None or bool(line.built.recognitions)


def decisive(line: PolicyLine) -> list[Node]:
    """Return the values without which a line cannot be determined, if its scope is known."""
    consequence = line.built.consequence
    if consequence is not None:
        return [consequence.broken]
    paid = [node for node in (line.before_red_lines, line.credits) if node is not None]
    paid.extend(each.when for each in line.built.recognitions)
    if line.payout is not None:
        paid.extend((line.payout.released, line.payout.taken))
    return paid or [result.value.node for result in list(line.built.results.values())[:1]]


def _decided(reading: Reading, line: PolicyLine) -> Outcome:
    money = reading.number(line.final) or Fraction(0)
    # What is paid later or taken back of earlier payments reduces nothing.
    given = money if line.payout is None else reading.number(line.payout.earned) or Fraction(0)
    if money < 0:
        return "deducted"
    if given < (reading.number(line.amount) or Fraction(0)):
        return "reduced"
    if money or given:
        return "paid"
    return "earned" if reading.number(line.credits) or earned_by(reading, line) else "nothing"
