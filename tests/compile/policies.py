"""Compiles rulesets in YAML whose header is added, and evaluates them by the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from incentive_engine.compile.policy import InputField, Policy, PolicyLine, step_nodes
from incentive_engine.compile.ruleset import Checked, compile_text
from incentive_engine.evaluate.reference import evaluate
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.kinds.interface import Built, Context, Result, Rule, Shown, Step
from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import DURATION, MONEY, NUMBER, RATIO, text_number
from incentive_engine.ruleset.fields import Formula, Number, Title, Whole
from incentive_engine.ruleset.period import parse_period
from incentive_engine.ruleset.source import Source
from incentive_engine.texts import fill

Known: TypeAlias = Fraction | bool | None
Given: TypeAlias = str | int | bool | None

HEADER = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent, period: month}
attributes:
  team: text
  level: [junior, senior, lead]
  region: [north, south]
  base_salary: money
metrics:
  handled: count
  hours: {type: number, places: 2}
  csat: {type: ratio, better: higher}
  response: {type: duration, better: lower}
  breaches: {type: count, better: lower}
  passed: boolean
"""
# The first line behind the header.
FIRST = HEADER.count("\n") + 1


class Probe(Rule):
    """A kind for tests: its results are the values of formulas, whatever they are."""

    kind: Literal["probe"]
    """probe"""
    number: Number | None = None
    """A number, the result `number`."""
    condition: Formula | None = None
    """A condition, the result `condition`."""
    expect: Literal["money", "ratio", "duration", "number"] | None = None
    """The type that the number is expected to have."""
    places: Whole | None = None
    """The places that the number is rounded to."""

    def build(self, context: Context) -> Built:
        """Return the two values as results."""
        types = {"money": MONEY, "ratio": RATIO, "duration": DURATION, "number": NUMBER}
        found: dict[str, Compiled] = {"condition": context.condition(self.condition)}
        if self.number is not None:
            expect = [types[self.expect]] if self.expect else []
            found["number"] = context.number(self.number, expect=expect, places=self.places)
        steps = [step for compiled in found.values() for step in context.steps(compiled)]
        return Built(
            results={name: Result(compiled.value) for name, compiled in found.items()},
            steps=(*context.condition_steps(found["condition"]), *steps),
        )


KINDS: Mapping[str, type[Rule]] = {**installed_kinds(), "probe": Probe}


def checked(text: str) -> Checked:
    """Check a ruleset; one that does not begin with its language gets the header."""
    whole = text if text.startswith("language") else HEADER + text.lstrip("\n")
    return compile_text(whole, "trial.yaml", KINDS)


def problems(text: str) -> list[str]:
    """Return the problems with their lines and what they point at, as "IE3024 3 `csat`".

    Lines are counted from the first one behind the header.
    """
    whole = text if text.startswith("language") else HEADER + text.lstrip("\n")
    first = 1 if whole is text else FIRST
    source = Source(whole, "trial.yaml")
    return [
        f"{problem.code} {problem.span.line - first + 1} `{source.between(problem.span)}`"
        for problem in checked(text).problems
        if problem.span is not None
    ]


def message(text: str) -> str:
    """Return what the one problem of a ruleset says, with its hint."""
    (problem,) = checked(text).problems
    return " / ".join(filter(None, (problem.message(), problem.hint())))


def policy_of(text: str) -> Policy:
    """Return a ruleset compiled."""
    found = checked(text)
    assert found.policy is not None, [str(problem) for problem in found.problems]
    return found.policy


@dataclass(frozen=True)
class Outcome:
    """What a policy comes to for one agent in one period."""

    policy: Policy
    values: Mapping[Node, Known]

    def __getitem__(self, name: str) -> Known:
        """Return a result of the program, such as `total` or `bonus.final`."""
        return self.values[self.policy.program.results[name]]

    def line(self, rule: str) -> PolicyLine:
        """Return where a rule stands in the program."""
        return next(line for line in self.policy.lines if line.rule.id == rule)

    def result(self, rule: str, name: str) -> Known:
        """Return a result of a rule as its kind has it."""
        return self.values[self.line(rule).built.results[name].value.node]

    def of(
        self, rule: str, what: Literal["in_scope", "amount", "final", "voided", "held", "undetermined"]
    ) -> Known:
        """Return something of a rule's line, such as its `final` amount."""
        node = getattr(self.line(rule), what)
        assert isinstance(node, Node)
        return self.values[node]

    def finals(self) -> dict[str, Known]:
        """Return what is left of the money of each rule."""
        lines = self.policy.lines
        return {str(line.rule.id): self.values[line.final] for line in lines if line.final is not None}

    def deductions(self, rule: str) -> dict[str, Known]:
        """Return what each red line takes from a rule."""
        return {str(each.red_line): self.values[each.amount] for each in self.line(rule).deductions}

    def told(self, name: str) -> list[str]:
        """Return the sentences that tell where a named value comes from, each with its parts indented."""
        return [line for step in self.policy.origins[name] for line in self._told(step)]

    def told_of(self, rule: str) -> list[str]:
        """Return the sentences of a rule."""
        return [line for step in self.line(rule).built.steps for line in self._told(step)]

    def _told(self, step: Step) -> list[str]:
        if step.when is not None and self.values[step.when] is not True:
            return []
        parts = [f"  {line}" for part in step.parts for line in self._told(part)]
        return [fill(step.text, {name: self._text(value) for name, value in step.values.items()}), *parts]

    def _text(self, value: Shown | Title | str) -> str:
        if isinstance(value, Title):
            return value.en
        return str(self.values[value.node]) if isinstance(value, Shown) else value


def decide_over(text: str, months: Mapping[str, Mapping[str, Given]]) -> dict[str, Outcome]:
    """Return what a ruleset comes to for one agent in several periods."""
    policy = policy_of(text)
    watched = {str(number): node for number, node in enumerate(_watched(policy))}
    rows = {
        parse_period(month, policy.cadence): {
            "A": {field.name: _given(field, facts) for field in policy.fields}
        }
        for month, facts in months.items()
    }
    found = evaluate(Program(watched, policy.program.states), rows)
    return {
        str(period): Outcome(policy, {node: agents["A"][name] for name, node in watched.items()})
        for period, agents in found.items()
    }


def decide(text: str, month: str = "2026-03", /, **facts: Given) -> Outcome:
    """Return what a ruleset comes to for one agent in one month; what is not given is an empty cell."""
    return decide_over(text, {month: facts})[month]


def number(formula: str, top: str = "", month: str = "2026-03", /, **facts: Given) -> Known:
    """Return the value of a number of a rule, by the names that stand in `top`."""
    return decide(f"{top}\nrules: [{{id: p, kind: probe, number: {formula}}}]", month, **facts).result(
        "p", "number"
    )


def truth(formula: str, top: str = "", month: str = "2026-03", /, **facts: Given) -> Known:
    """Return the value of a condition of a rule, by the names that stand in `top`."""
    text = f"{top}\nrules: [{{id: p, kind: probe, condition: {formula}}}]"
    return decide(text, month, **facts).result("p", "condition")


def _watched(policy: Policy) -> list[Node]:
    steps = [node for line in policy.lines for step in line.built.steps for node in step_nodes(step)]
    return [*policy.program.results.values(), *policy.watched(), *steps]


def _given(field: InputField, facts: Mapping[str, Given]) -> Known:
    given = facts.get(field.name)
    if given is None:
        missing = field.missing
        return (
            missing if missing is None or isinstance(missing, bool) else Fraction(missing, 10**field.places)
        )
    if isinstance(given, bool):
        return given
    if field.type.name == "text":
        return Fraction(text_number(str(given)))
    if field.type.name == "choice":
        return Fraction(field.type.options.index(str(given)))
    return Fraction(given)
