"""Puts the explanation of a decision together: the outlines of its rules, told with its values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from incentive_engine.compile.policy import PolicyLine
from incentive_engine.decision.causes import cause_steps
from incentive_engine.decision.explanation import Section
from incentive_engine.decision.lines import Outcome, applies, decisive, earned_by, gives, outcome_of
from incentive_engine.decision.nearest import Nearest
from incentive_engine.decision.reading import Reading
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, StepValue, told
from incentive_engine.language.types import CREDIT_PLACES, MONEY, NUMBER, RATIO
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence, Closes, Period, period_of


def summary(reading: Reading, status: str, period: Period) -> tuple[ExplainedStep, ...]:
    """Return the steps that tell the status, the total as the sum of its lines, and what is decided later."""
    parts: list[ExplainedStep] = []
    for line in reading.policy.lines:
        final = reading.number(line.final)
        if final:
            values: dict[str, StepValue] = {
                "title": line.rule.shown_title,
                "amount": ExplainedValue(final, MONEY),
            }
            parts.append(ExplainedStep("total.line", values, line.rule.id.span))
    added = reading.value(reading.policy.floor_added)
    if added:
        parts.append(ExplainedStep("total.floor", {"amount": ExplainedValue(added, MONEY)}))
    total = {"total": ExplainedValue(reading.total, MONEY)}
    shape = reading.policy.shape
    return (
        ExplainedStep("decision.ruleset", {"ruleset": str(shape.ruleset), "version": str(shape.version)}),
        ExplainedStep(f"status.{status}"),
        ExplainedStep("total.sum" if parts else "total.nothing", total, parts=tuple(parts)),
        *_decided_later(reading, period),
    )


def _decided_later(reading: Reading, period: Period) -> Iterator[ExplainedStep]:
    """Yield which rules decide over a longer period that has not ended yet, and when they do."""
    for line in reading.policy.lines:
        window = _window(line, period)
        if window is not None and not Closes(window.cadence).holds(period):
            values: dict[str, StepValue] = {
                "title": line.rule.shown_title,
                "period": str(window),
                "last": str(period_of(window.end, period.cadence)),
            }
            yield ExplainedStep("total.decided_later", values, line.rule.id.span)


def _window(line: PolicyLine, period: Period) -> Period | None:
    """Return the longer period that a rule decides over, None where it is the decision's own."""
    written = line.rule.period
    if written is None or written == period.cadence.value:
        return None
    window = period.within(Cadence(written))
    return window if line.rule.effective.days.covers(window) == "all" else None


def section(reading: Reading, line: PolicyLine, nearest: tuple[Nearest, ...], period: Period) -> Section:
    """Return what there is to say about one rule."""
    outcome, here = outcome_of(reading, line), applies(reading, line)
    heading: dict[str, StepValue] = {
        "title": line.rule.shown_title,
        "amount": ExplainedValue(reading.number(line.amount), MONEY),
        "final": ExplainedValue(reading.number(line.final), MONEY),
    }
    return Section(
        rule=str(line.rule.id),
        kind=line.rule.kind,
        outcome=outcome,
        heading=ExplainedStep(_heading(reading, line, outcome), heading, line.rule.id.span),
        steps=(
            *_period(line, period),
            *_scope(reading, line),
            *(told(reading, line.built.steps) if here else [ExplainedStep("line.earlier_only")]),
            *_limited(reading, line),
            *_earned(reading, line),
            *_red_lines(reading, line),
            *_review(reading, line),
            *(told(reading, line.payout.steps) if line.payout else ()),
            *_missing(reading, line),
            *_nearest_of(line, period, tuple(_nearest(outcome, nearest)) if here else ()),
        ),
    )


def _heading(reading: Reading, line: PolicyLine, outcome: Outcome) -> str:
    """Return the sentence at the head of a rule: what is void or held may pay what was earned before."""
    pays = outcome in ("voided", "held") and reading.number(line.final)
    return f"line.{outcome}_but_earlier" if pays else f"line.{outcome}"


def _period(line: PolicyLine, period: Period) -> Iterator[ExplainedStep]:
    window = _window(line, period)
    if window is not None:
        yield ExplainedStep("line.over_period", {"period": str(window)}, line.rule.id.span)


def _scope(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    if reading.value(line.in_scope) is None:
        yield ExplainedStep("line.scope_unknown", parts=cause_steps(reading, [line.in_scope]))


def _earned(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    """Yield the credits and the recognition that a line gives."""
    credited = reading.number(line.credits)
    if credited:
        yield ExplainedStep("line.credits", {"credits": ExplainedValue(credited, NUMBER, CREDIT_PLACES)})
    for recognition in earned_by(reading, line):
        yield ExplainedStep("recognition.earned", {"name": recognition.name})


def _limited(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    """Yield what ceilings leave of a line, by name."""
    before = reading.number(line.amount)
    for limit in line.limits:
        left = reading.number(limit.left)
        if left is not None and before is not None and left < before:
            values: dict[str, StepValue] = {
                "pool": reading.line(limit.by).rule.shown_title,
                "before": ExplainedValue(before, MONEY),
                "left": ExplainedValue(left, MONEY),
            }
            yield ExplainedStep("line.limited_by", values, limit.by.span)
        before = left


def _red_lines(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    """Yield what red lines do to a line, by name; the kind of one that is exempt tells that itself."""
    if line.built.exempt or not gives(line):
        return
    before = reading.number(line.before_red_lines)
    if before == 0 and line.credits is None and not line.built.recognitions:
        yield from _held(reading, line)  # Nothing can be taken of it.
        return
    steps = [*_voided(reading, line), *_kept(reading, line), *_deducted(reading, line), *_held(reading, line)]
    if steps and before is not None:
        yield ExplainedStep("line.before_red_lines", {"amount": ExplainedValue(before, MONEY)})
    yield from steps


def _voided(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    for red_line, broken in line.voided_by:
        if reading.is_true(broken):
            yield _by(reading, "line.voided_by", red_line)


def _kept(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    for red_line, broken, share in line.kept:
        if reading.is_true(broken):
            yield _by(reading, "line.kept_by", red_line, share=ExplainedValue(reading.value(share), RATIO))


def _deducted(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    for deduction in line.deductions:
        taken = reading.number(deduction.amount)
        if taken:
            yield _by(reading, "line.deducted_by", deduction.red_line, amount=ExplainedValue(taken, MONEY))


def _held(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    for red_line, holds in line.held_by:
        consequence = reading.line(red_line).built.consequence
        if consequence is None or not reading.is_true(line.held) or not reading.is_true(holds):
            continue
        decides = [node for node in (consequence.broken, consequence.size) if node is not None]
        missing = cause_steps(reading, decides)
        yield replace(
            _by(reading, "line.held_by_unknown" if missing else "line.held_by", red_line), parts=missing
        )


def _review(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    """Yield why a line waits for a person, where its own condition asks for that."""
    if line.waits is not None and reading.is_true(line.waits) and reading.is_true(line.held):
        yield ExplainedStep("line.review", parts=told(reading, line.review))


def _by(reading: Reading, code: str, red_line: Scalar, **values: StepValue) -> ExplainedStep:
    return ExplainedStep(code, {"red_line": reading.line(red_line).rule.shown_title, **values}, red_line.span)


def _nearest_of(
    line: PolicyLine, period: Period, steps: tuple[ExplainedStep, ...]
) -> Iterator[ExplainedStep]:
    """Yield what it would take to reach more; over a longer period that is said of the last one alone."""
    if steps and _window(line, period) is not None:
        yield ExplainedStep("line.nearest_of", {"period": str(period)}, parts=steps)
    else:
        yield from steps


def _nearest(outcome: Outcome, nearest: tuple[Nearest, ...]) -> Iterator[ExplainedStep]:
    """Yield what it would take to reach more.

    What is void or held gets nothing more by that: its red line tells what it would take to keep it. And what
    is missing has been told already where a line cannot be determined.
    """
    if outcome not in ("voided", "held"):
        for each in nearest:
            if each.answer != "missing" or outcome not in ("undetermined", "unknown"):
                yield each.step()


def _missing(reading: Reading, line: PolicyLine) -> Iterator[ExplainedStep]:
    """Yield what keeps a line from being determined."""
    if reading.is_true(line.undetermined):
        missing = cause_steps(reading, decisive(line))
        if missing:
            yield ExplainedStep("line.missing", parts=missing)
