"""Decisions as both evaluators give them: what each line pays, why, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from incentive_engine import Decision, Ruleset
from tests.independent.arithmetic import Number, Row, Truth

Result = Fraction | bool | str | None
Key = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One line. `results` has only what is compared."""

    outcome: str
    amount: Number = None
    final: Number = None
    credits: Number = None
    recognised: tuple[str, ...] = ()
    results: Mapping[str, Result] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """One decision."""

    status: str
    total: Fraction
    lines: Mapping[str, Line]


def of_engine(decision: Decision, results: Mapping[str, Sequence[str]]) -> Decided:
    """Return the engine's decision; `results` says which results of which rules are compared."""
    lines = {
        line.rule: Line(
            outcome=line.outcome,
            amount=_number(line.amount),
            final=_number(line.final),
            credits=_number(line.credits),
            recognised=tuple(name.en for name in line.recognitions),
            results={
                name: Fraction(value) if isinstance(value, Decimal) else _plain(value)
                for name in results.get(line.rule, ())
                for value in [line.results[name]]
            },
        )
        for line in decision.lines
    }
    return Decided(decision.status, Fraction(decision.total), lines)


def all_of_engine(
    ruleset: Ruleset, rows: Sequence[Row], results: Mapping[str, Sequence[str]]
) -> dict[Key, Decided]:
    """Return the engine's decisions on a population, none of whose rows may be rejected."""
    decisions = ruleset.evaluate_all(rows)
    assert decisions.rejected == ()
    return {(decision.agent, decision.period): of_engine(decision, results) for decision in decisions}


def _number(value: Decimal | None) -> Number:
    return None if value is None else Fraction(value)


def _plain(value: object) -> Result:
    assert value is None or isinstance(value, (Fraction, bool, str))
    return value


# --- What both rulesets with red lines share


def paid_outcome(
    amount: Number,
    final: Number,
    *,
    voided: bool,
    held: bool,
    credits_: Number = Fraction(0),
    recognised: tuple[str, ...] = (),
) -> str:
    """Return the word for what became of a line that gives something."""
    if voided:
        return "voided"
    if held:
        return "held"
    if amount is None or final is None or credits_ is None:
        return "undetermined"
    if final < amount:
        return "reduced"
    if final:
        return "paid"
    return "earned" if credits_ or recognised else "nothing"


def red_line_outcome(broken: Truth) -> str:
    """Return the word for what became of a red line."""
    return {True: "broken", False: "kept", None: "unknown"}[broken]


def deducted(finals: Mapping[str, Number], amount: Fraction) -> tuple[dict[str, Number], Fraction]:
    """Take an amount off lines in their order; return the lines and what they could not give."""
    left: dict[str, Number] = dict(finals)
    for name, has in finals.items():
        part = min(amount, max(has or Fraction(0), Fraction(0)))
        if has is not None:
            left[name] = has - part
            amount -= part
    return left, amount


def whole(lines: Mapping[str, Line]) -> Decided:
    """Return the decision that lines make: what is known is paid, at least nothing."""
    total = sum((line.final for line in lines.values() if line.final is not None), Fraction(0))
    outcomes = {line.outcome for line in lines.values()}
    status = "final"
    if outcomes & {"undetermined", "unknown"}:
        status = "incomplete"
    if "held" in outcomes:
        status = "held"
    return Decided(status, max(total, Fraction(0)), lines)
