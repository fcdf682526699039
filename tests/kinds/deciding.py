"""Evaluates one ruleset in YAML by the reference and by the engine, and shows what its rules come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from incentive_engine.compile.policy import InputField, Policy, PolicyLine
from incentive_engine.compile.ruleset import compile_text
from incentive_engine.engine import Ruleset
from incentive_engine.evaluate.reference import Value, evaluate
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.kinds.interface import Shown, Step
from incentive_engine.language.types import text_number
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import parse_period
from incentive_engine.ruleset.problems import Problem
from incentive_engine.texts import Language, fill

Given: TypeAlias = str | int | bool | None
Agents: TypeAlias = Mapping[str, Mapping[str, Given]]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

HEADER = """
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
"""


def problems_of(text: str) -> list[Problem]:
    """Return the problems of a ruleset, whose header is added."""
    return list(compile_text(HEADER + text, "trial.yaml").problems)


def codes_of(text: str) -> list[str]:
    """Return the codes of the problems of a ruleset, in file order."""
    return [problem.code for problem in problems_of(text)]


@dataclass(frozen=True)
class Line:
    """What one rule comes to for one agent in one period."""

    policy_line: PolicyLine
    values: Mapping[Node, Value]

    def __getitem__(self, result: str) -> Value:
        """Return a result of the rule, such as `place`."""
        return self.values[self.policy_line.built.results[result].value.node]

    @property
    def amount(self) -> Decimal | None:
        """The money before red lines."""
        assert self.policy_line.amount is not None
        return _decimal(self.values[self.policy_line.amount])

    @property
    def final(self) -> Decimal | None:
        """The money after red lines."""
        assert self.policy_line.final is not None
        return _decimal(self.values[self.policy_line.final])

    @property
    def undetermined(self) -> bool:
        """Whether something unknown keeps the line from being decided."""
        return self.values[self.policy_line.undetermined] is True

    @property
    def held(self) -> bool:
        """Whether a red line holds the line."""
        return self.values[self.policy_line.held] is True

    @property
    def recognitions(self) -> list[str]:
        """What the agent is recognised with."""
        return [each.name.en for each in self.policy_line.built.recognitions if self.values[each.when]]

    @property
    def goals(self) -> list[Value]:
        """The values by which goals are reached."""
        return [self.values[goal.reaches] for goal in self.policy_line.built.goals]

    def told(self, language: Language = "en") -> list[str]:
        """Return the sentences of the kind's own, without those that kinds share and without parts."""
        own = f"{self.policy_line.rule.kind}."
        return [
            self._sentence(step, language)
            for step in self.policy_line.built.steps
            if self._applies(step) and step.text.startswith(own)
        ]

    def parts_of(self, beginning: str) -> list[str]:
        """Return the codes of the parts that are told under the sentence that begins so."""
        return [
            part.text
            for step in self.policy_line.built.steps
            if self._applies(step) and self._sentence(step, "en").startswith(beginning)
            for part in step.parts
            if self._applies(part)
        ]

    def _applies(self, step: Step) -> bool:
        return step.when is None or self.values[step.when] is True

    def _sentence(self, step: Step, language: Language) -> str:
        texts = {
            name: value.in_language(language)
            if isinstance(value, Title)
            else _written(self.values[value.node])
            if isinstance(value, Shown)
            else value
            for name, value in step.values.items()
        }
        return fill(step.text, texts, language)


@dataclass(frozen=True)
class Trial:
    """One ruleset over some periods."""

    lines: Mapping[tuple[str, str, str], Line]

    def line(self, rule: str, agent: str = "A", period: str = "2026-01") -> Line:
        """Return what a rule comes to."""
        return self.lines[rule, agent, period]

    def amounts(self, rule: str, period: str = "2026-01") -> dict[str, Decimal | None]:
        """Return every agent's amount by a rule."""
        return {
            agent: line.amount
            for (each, agent, when), line in self.lines.items()
            if (each, when) == (rule, period)
        }

    def results(self, rule: str, result: str, agent: str = "A") -> list[Value]:
        """Return a result of one agent, period by period."""
        return [line[result] for (each, who, _), line in self.lines.items() if (each, who) == (rule, agent)]


def decide(text: str, **months: Agents) -> Trial:
    """Evaluate a ruleset, whose header is added, over months of 2026 named `jan`, `feb`, ..."""
    return decide_over(
        text, "month", {f"2026-{MONTHS.index(name) + 1:02}": each for name, each in months.items()}
    )


def decide_over(text: str, cadence: str, periods: Mapping[str, Agents]) -> Trial:
    """Evaluate a ruleset, whose header is added, over periods of any cadence."""
    policy = policy_of(text, cadence)
    watched = {f"{number}": node for number, node in enumerate(policy.watched())}
    rows = {
        parse_period(period, policy.cadence): {
            agent: {field.name: _given(field, facts) for field in policy.fields}
            for agent, facts in agents.items()
        }
        for period, agents in periods.items()
    }
    found = evaluate(Program(watched, policy.program.states), rows)
    trial = Trial(
        {
            (str(line.rule.id), agent, str(period)): Line(
                line, {node: values[name] for name, node in watched.items()}
            )
            for period, agents in found.items()
            for agent, values in agents.items()
            for line in policy.lines
        }
    )
    _agrees_with_the_engine(trial, policy, periods)
    return trial


def _agrees_with_the_engine(trial: Trial, policy: Policy, periods: Mapping[str, Agents]) -> None:
    """Check that the library's own decisions are those of the reference, and can be explained."""
    names = [field.name for field in policy.fields]
    records: list[dict[str, Given]] = [
        {"agent": agent, "month": period, **{name: facts.get(name) for name in names}}
        for period, agents in periods.items()
        for agent, facts in agents.items()
    ]
    decisions = Ruleset(policy).evaluate_all(records)
    assert not decisions.rejected
    for decision in decisions:
        for line in decision.lines:
            expected = trial.line(line.rule, decision.agent, decision.period)
            if expected.policy_line.final is not None:
                assert line.final == expected.final
        assert decision.explain(nearest=False).text("en") != decision.explain(nearest=False).text("zh")


def policy_of(text: str, cadence: str = "month") -> Policy:
    """Return a ruleset, whose header is added, compiled."""
    header = HEADER.replace("period: month", f"period: {cadence}", 1)
    checked = compile_text(header + text, "trial.yaml")
    assert checked.policy is not None, [str(problem) for problem in checked.problems]
    return checked.policy


def _given(field: InputField, facts: Mapping[str, Given]) -> Value:
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


def _decimal(value: Value) -> Decimal | None:
    return None if value is None else Decimal(_written(value))


def _written(value: Value) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    exact = Decimal(value.numerator) / value.denominator
    assert Fraction(exact) == value
    return f"{exact.normalize():f}"
