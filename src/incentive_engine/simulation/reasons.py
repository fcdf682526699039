"""Why a decision changed: the lines that changed, and what is told of them under one ruleset only."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from incentive_engine.decision.amounts import PlainValue, written
from incentive_engine.decision.decision import Decision
from incentive_engine.decision.format import Format
from incentive_engine.decision.lines import Line
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, StepValue
from incentive_engine.language.types import BOOLEAN, MONEY, NUMBER
from incentive_engine.ruleset.fields import Title
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.parts import DecisionPair
from incentive_engine.texts import known_codes

# Of a line's results the text shows the first that changed, for kinds name first what matters most.
_SHOWN_RESULTS = 2
_GIVING_NOTHING = {"nothing", "kept", "scored"}
_WITH_AMOUNT = {"paid", "reduced", "deducted"}
_BY_RED_LINES = {
    "line.voided_by",
    "line.kept_by",
    "line.deducted_by",
    "line.held_by",
    "line.held_by_unknown",
}

_CONDITIONS = {"condition.holds", "condition.fails", "condition.unknown"}
_STOPPING = {"condition.fails", "condition.unknown"}

Sides: TypeAlias = tuple[str, str]
COMPARED: Sides = ("simulation.before", "simulation.after")
"""The sentences that tell the reasons under the one ruleset and under the other."""

Steps: TypeAlias = tuple[ExplainedStep, ...]
Told: TypeAlias = tuple[object, ...]
"""What a step tells, without its place in the ruleset, in a form that can be looked up."""


@dataclass(frozen=True, slots=True)
class ResultChange:
    """A result of a rule, such as `grade`, `band` or `place`, that is not the same; None is unknown."""

    name: str
    before: PlainValue
    after: PlainValue

    def step(self) -> ExplainedStep:
        """Return the change as a step."""
        code = f"simulation.result.{self.name}"
        name: StepValue = ExplainedStep(code) if code in known_codes() else self.name
        values: dict[str, StepValue] = {
            "name": name,
            "before": self._shown(self.before),
            "after": self._shown(self.after),
        }
        return ExplainedStep("simulation.result", values)

    def _shown(self, value: PlainValue) -> StepValue:
        if self.name == "place" and value is None:
            return ExplainedStep("scenario.unranked")
        return _shown(value)


@dataclass(frozen=True, slots=True)
class LineChange:
    """A rule whose line is not the same; a line is None where the ruleset has none for this agent.

    `results` are those that both lines have with different values. `told_before` and `told_after` are what
    the explanation tells under one ruleset and not under the other: the red lines that act on the line first,
    then the values that everything else follows from. A line without its like is told whole.
    """

    rule: str
    title: Title
    before: Line | None
    after: Line | None
    cost: Cost
    results: tuple[ResultChange, ...]
    told_before: Steps
    told_after: Steps

    def step(self, sides: Sides = COMPARED) -> ExplainedStep:
        """Return the change as a step, with the reasons under it that say most."""
        values: dict[str, StepValue] = {
            "title": self.title,
            "before": _state(self.before),
            "after": _state(self.after),
            "difference": signed(self.cost),
        }
        of_sides = (
            (sides[0], self.told_before, self.told_after),
            (sides[1], self.told_after, self.told_before),
        )
        parts = [result.step() for result in self.results[:_SHOWN_RESULTS]]
        parts += [
            # A condition that only this side has, and that fails, is told with the values that it goes by.
            ExplainedStep(
                code, {"told": each}, parts=each.parts if each.code in _STOPPING and not others else ()
            )
            for code, told, others in of_sides
            for each in _foremost(told)
        ]
        return ExplainedStep(self._code(), values, parts=tuple(parts))

    def to_dict(self, form: Format) -> dict[str, object]:
        """Return the change for JSON, with all reasons."""
        language = form.language
        return {
            "rule": self.rule,
            "title": self.title.in_language(language),
            **self.cost.to_dict(),
            "line_before": None if self.before is None else self.before.to_dict(language),
            "line_after": None if self.after is None else self.after.to_dict(language),
            "results": [
                {"name": each.name, "before": written(each.before), "after": written(each.after)}
                for each in self.results
            ],
            "told_before": [step.to_dict(form) for step in self.told_before],
            "told_after": [step.to_dict(form) for step in self.told_after],
        }

    def _code(self) -> str:
        if self.cost.units:
            return "simulation.line"
        return (
            "simulation.line.results"
            if _state(self.before) == _state(self.after)
            else "simulation.line.outcome"
        )


@dataclass(frozen=True, slots=True)
class ExplainedChange:
    """A decision that changed, and why.

    `lines` are the rules that changed, those that moved the most money first; with `floor`, what the floor of
    the total adds, they add up to the difference. `sides` are the sentences that tell the reasons of either
    decision.
    """

    pair: DecisionPair
    lines: tuple[LineChange, ...]
    floor: Cost
    sides: Sides = COMPARED

    def step(self) -> ExplainedStep:
        """Return the change as a step, with its reasons as parts."""
        return ExplainedStep("simulation.decision", self._heading(), parts=tuple(self._parts()))

    def to_dict(self, form: Format) -> dict[str, object]:
        """Return the change for JSON."""
        return {
            **self.pair.to_dict(),
            "floor_added": self.floor.to_dict(),
            "lines": [line.to_dict(form) for line in self.lines],
            "reasons": [step.to_dict(form) for step in self.step().parts],
        }

    def _heading(self) -> dict[str, StepValue]:
        cost = self.pair.cost
        return {
            "agent": self.pair.agent,
            "period": self.pair.period,
            "before": _money(cost.before),
            "after": _money(cost.after),
            "difference": signed(cost),
        }

    def _parts(self) -> Iterator[ExplainedStep]:
        if self.pair.status_before != self.pair.status_after:
            yield ExplainedStep(
                "simulation.status",
                {
                    "before": ExplainedStep(f"simulation.status.{self.pair.status_before}"),
                    "after": ExplainedStep(f"simulation.status.{self.pair.status_after}"),
                },
            )
        for line in self.lines:
            yield line.step(self.sides)
        if self.floor.units:
            values: dict[str, StepValue] = {
                "before": _money(self.floor.before),
                "after": _money(self.floor.after),
                "difference": signed(self.floor),
            }
            yield ExplainedStep("simulation.floor", values)


def signed(cost: Cost) -> ExplainedStep:
    """Return a difference with its sign as a step."""
    code = "simulation.more" if cost.units > 0 else "simulation.not_more"
    return ExplainedStep(code, {"amount": _money(cost.difference)})


def explained(pair: DecisionPair, sides: Sides = COMPARED) -> ExplainedChange:
    """Return a changed decision with its reasons; `sides` are the sentences that tell those of either one."""
    before = {line.rule: line for line in pair.before.lines}
    after = {line.rule: line for line in pair.after.lines}
    told_before, told_after = _told_by_rule(pair.before), _told_by_rule(pair.after)
    places = pair.cost.places
    lines = [
        _line_change(
            before.get(rule),
            after.get(rule),
            (told_before.get(rule, ()), told_after.get(rule, ())),
            _cost(_final(before.get(rule)), _final(after.get(rule)), places),
        )
        for rule in dict.fromkeys((*before, *after))
        if not _same(before.get(rule), after.get(rule))
    ]
    lines.sort(key=lambda line: -abs(line.cost.units))
    floor = _cost(pair.before.floor_added, pair.after.floor_added, places)
    return ExplainedChange(pair, tuple(lines), floor, sides)


def _told_by_rule(decision: Decision) -> Mapping[str, Steps]:
    return {section.rule: section.steps for section in decision.explain(nearest=False).sections}


def _final(line: Line | None) -> Decimal:
    return Decimal(0) if line is None or line.final is None else line.final


def _cost(before: Decimal, after: Decimal, places: int) -> Cost:
    unit = 10**places
    return Cost(int(Fraction(before) * unit), int(Fraction(after) * unit), places)


def _same(before: Line | None, after: Line | None) -> bool:
    """Whether a line gives the same under both rulesets; the amount before red lines does not count."""
    if before is None or after is None:
        return all(line is None or line.outcome in _GIVING_NOTHING for line in (before, after))
    return _given(before) == _given(after)


def _given(line: Line) -> tuple[object, ...]:
    return line.final, line.outcome, line.credits, line.recognitions, line.results


def _line_change(
    before: Line | None,
    after: Line | None,
    told: tuple[Steps, Steps],
    cost: Cost,
) -> LineChange:
    known = [line for line in (before, after) if line is not None]
    # A line that is all new, or gone, is best told from the top.
    told_before, told_after = told if len(known) == 1 else _differing(*told)
    return LineChange(
        rule=known[0].rule,
        title=known[0].title,
        before=before,
        after=after,
        cost=cost,
        results=tuple(_results(before, after)),
        told_before=told_before,
        told_after=told_after,
    )


def _results(before: Line | None, after: Line | None) -> Iterator[ResultChange]:
    if before is None or after is None:
        return
    for name, value in before.results.items():
        # A line's own amount is its money, which is told anyway.
        if name != "amount" and name in after.results and after.results[name] != value:
            yield ResultChange(name, value, after.results[name])


# --- What only one explanation tells


def _differing(before: Steps, after: Steps) -> tuple[Steps, Steps]:
    """Return the deepest steps that only one side tells.

    Red lines come first, then what both sides tell with different values, then what has no like on the other
    side, and last what is told with the same values and in other words only. Where a condition of one side
    keeps anything else from being told, what the other side goes on to tell is no reason.
    """
    found_before, found_after = _only_in(before, after), _only_in(after, before)
    return (
        _in_order(_reasons(found_before, found_after), found_after),
        _in_order(_reasons(found_after, found_before), found_before),
    )


def _reasons(steps: Steps, others: Steps) -> Steps:
    if all(step.code not in _STOPPING for step in others):
        return steps
    codes = {step.code for step in others} | _CONDITIONS | _BY_RED_LINES
    return tuple(step for step in steps if step.code in codes)


def _only_in(steps: Steps, others: Steps) -> Steps:
    known = {_told(step) for step in _every(others)}
    names = {step.values.get("name") for step in _every(others)}

    def deepest(step: ExplainedStep) -> list[ExplainedStep]:
        """Return the steps that are not known, of each only what lies deepest: the rest follows from it."""
        below = [found for part in step.parts for found in deepest(part)]
        return below or ([] if _told(step) in known or _is_fact(step, names) else [step])

    return tuple(found for step in steps for found in deepest(step))


def _is_fact(step: ExplainedStep, names: Container[StepValue | None]) -> bool:
    """Whether a step tells a value of the data, the same for both, that only one side speaks of."""
    return step.code == "value.input" and step.values["name"] not in names


def _in_order(steps: Steps, others: Steps) -> Steps:
    codes = {step.code for step in others}
    values = {_values(step) for step in others}

    def rank(step: ExplainedStep) -> int:
        if step.code in _BY_RED_LINES:
            return 0
        if step.code not in codes:
            return 2
        return 3 if _values(step) in values else 1

    return tuple(sorted(steps, key=rank))


def _values(step: ExplainedStep) -> Told:
    return step.code, *(value for value in step.values.values() if isinstance(value, ExplainedValue))


def _every(steps: Steps) -> Iterator[ExplainedStep]:
    for step in steps:
        yield step
        yield from _every(step.parts)


def _told(step: ExplainedStep) -> Told:
    # In which line of its file a case stands is no difference of the policy.
    values = [(name, _key(value)) for name, value in sorted(step.values.items()) if name != "line"]
    return step.code, *values


def _key(value: StepValue) -> object:
    return _told(value) if isinstance(value, ExplainedStep) else value


def _foremost(told: Steps) -> Steps:
    """Return what the text shows: all red lines that act, or else the first reason alone."""
    by_red_lines = tuple(step for step in told if step.code in _BY_RED_LINES)
    return by_red_lines or told[:1]


# --- Values as steps show them


def _state(line: Line | None) -> ExplainedStep:
    if line is None:
        return ExplainedStep("simulation.state.absent")
    amount: dict[str, StepValue] = {"amount": _money(_final(line))}
    if line.outcome in _WITH_AMOUNT:
        return ExplainedStep("simulation.state.amount", amount)
    # What is void or held may still pay what was earned before, or take it back.
    if line.outcome in ("voided", "held") and line.final:
        return ExplainedStep(f"simulation.state.{line.outcome}_but_earlier", amount)
    return ExplainedStep(f"simulation.state.{line.outcome}")


def _money(value: Decimal) -> ExplainedValue:
    return ExplainedValue(Fraction(value), MONEY)


def _shown(value: PlainValue) -> StepValue:
    match value:
        case bool():
            return ExplainedValue(value, BOOLEAN)
        case Decimal() | Fraction():
            return ExplainedValue(Fraction(value), NUMBER)
        case None:
            return ExplainedValue(None, NUMBER)
    return str(value)
