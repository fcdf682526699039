"""A small ruleset's names, and the means to compile and evaluate one formula among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from incentive_engine.evaluate.reference import evaluate
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.formula import compile_formula
from incentive_engine.language.function import Application, Function, Places
from incentive_engine.language.names import Compiled, Surroundings, no_such_name
from incentive_engine.language.types import (
    BOOLEAN,
    COUNT,
    DATE,
    DURATION,
    FAULTY,
    MONEY,
    NUMBER,
    RATIO,
    TEXT,
    Type,
    Value,
    choice,
    text_number,
)
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence, parse_period
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.texts import Language

LEVELS = ("junior", "senior", "lead")
MARCH = parse_period("2026-03", Cadence.MONTH)

TYPES: Mapping[str, Type] = {
    "csat": RATIO,
    "fcr": RATIO,
    "attainment": RATIO,
    "handled": COUNT,
    "surveys": COUNT,
    "workload": NUMBER,
    "complexity": NUMBER,
    "first_response": DURATION,
    "talk_time": DURATION,
    "base_salary": MONEY,
    "sales": MONEY,
    "hired": DATE,
    "left": DATE,
    "team": TEXT,
    "site": TEXT,
    "level": choice("level", LEVELS),
    "mentor_level": choice("mentor_level", LEVELS),
    "shift": choice("shift", ("day", "night")),
    "passed": BOOLEAN,
    "certified": BOOLEAN,
    "质检得分": NUMBER,
}
LOWER_IS_BETTER = {"first_response"}
RANGES = {"csat": (Fraction(0), Fraction(1)), "attainment": (Fraction(0), Fraction(3, 2))}


@dataclass
class Vocabulary:
    """The names of the small ruleset.

    `target` is a parameter of 87 %, `ten` one without a unit, `faulty` one whose problem has been reported.
    """

    builder: Builder
    report: list[Problem]
    asked: list[tuple[str, Span]] = field(default_factory=list)

    def value(self, name: str, at: Span) -> Value | None:
        self.asked.append((name, at))
        if name == "target":
            return Value(self.builder.constant(Fraction(87, 100)), RATIO)
        if name == "faulty":
            return Value(self.builder.unknown(), FAULTY)
        if name == "ten":
            return Value(self.builder.constant(10), NUMBER, bare=True)
        if name not in TYPES:
            self.report.append(no_such_name(name, self.candidates(), at))
            return None
        lowest, highest = RANGES.get(name, (None, None))
        node = (
            self.builder.flag(name)
            if TYPES[name] == BOOLEAN
            else self.builder.input(name, places=4, lowest=lowest, highest=highest)
        )
        return Value(node, TYPES[name], better="lower" if name in LOWER_IS_BETTER else "higher")

    def result(self, rule: str, result: str, at: Span) -> Value | None:
        self.asked.append((f"{rule}.{result}", at))
        if (rule, result) == ("card", "score"):
            return Value(self.builder.input("card.score", places=2), NUMBER)
        self.report.append(no_such_name(f"{rule}.{result}", ["card.score"], at))
        return None

    def kept(self, rule: str, result: str) -> Value | None:
        known = (rule, result) == ("loan", "balance")
        return Value(self.builder.input("loan.balance", places=2), MONEY) if known else None

    def candidates(self) -> Iterable[str]:
        return [*TYPES, "target", "ten", "faulty"]

    def tables(self) -> Mapping[str, Function]:
        def double(call: Application) -> Value:
            return call.as_first(call.builder.multiply(call.builder.constant(2), call.nodes[0]))

        summary: Mapping[Language, str] = {}
        return {"commission": Function("commission", "commission(x)", summary, ("number",), 1, 1, double)}

    def is_lost(self, name: str) -> bool:
        return name == "unreadable"


@dataclass
class Attempt:
    """What came of compiling one formula."""

    compiled: Compiled | None
    problems: list[Problem]
    program_states: Mapping[str, Node]
    vocabulary: Vocabulary

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]

    @property
    def value(self) -> Value:
        assert self.compiled is not None, [str(problem) for problem in self.problems]
        return self.compiled.value


def scalar(text: str, *, line: int = 7, column: int = 11) -> Scalar:
    """Return a formula as it stands on one line of a file."""
    return Scalar(text, Span("rules.yaml", line, column, line, column + len(text)))


def attempt(
    text: str | Scalar,
    *,
    places: int | Places | None = None,
    rounding: Rounding | None = None,
    scope: str | None = None,
) -> Attempt:
    """Compile a formula; `scope` is a condition on who is in the rule's scope."""
    builder = Builder()
    problems: list[Problem] = []
    names = Vocabulary(builder, problems)
    history = History(builder)

    def compiled(text: Scalar, scope: Node, places: int | Places | None) -> Compiled | None:
        surroundings = Surroundings(names, builder, history, "CNY", scope, Rounding.HALF_UP, problems.append)
        return compile_formula(text, surroundings, places=places, rounding=rounding)

    everybody = builder.all_of()
    within = None if scope is None else compiled(scalar(scope), everybody, None)
    whole = text if isinstance(text, Scalar) else scalar(text)
    formula = compiled(whole, everybody if within is None else within.value.node, places)
    return Attempt(formula, problems, history.states, names)


Known = Fraction | bool
Given = Mapping[str, Known | int | str | None]


def computed(
    text: str,
    *,
    places: int | Places | None = None,
    rounding: Rounding | None = None,
    **given: Known | int | str | None,
) -> Known | None:
    """Return the value of a formula for one agent in March 2026; what is not given is unknown."""
    return group_computed(text, [given], places=places, rounding=rounding)[0]


def group_computed(
    text: str,
    agents: Sequence[Given],
    *,
    places: int | Places | None = None,
    rounding: Rounding | None = None,
    scope: str | None = None,
) -> list[Known | None]:
    """Return the value of a formula for each of several agents in March 2026."""
    made = attempt(text, places=places, rounding=rounding, scope=scope)
    program = Program({"result": made.value.node}, made.program_states)
    rows = {MARCH: {f"agent {number:03}": _inputs(each) for number, each in enumerate(agents)}}
    results = evaluate(program, rows)[MARCH]
    return [results[agent]["result"] for agent in sorted(results)]


def over_months(text: str, months: Mapping[str, Given]) -> dict[str, Known | None]:
    """Return the value of a formula for one agent in each of several months."""
    made = attempt(text)
    program = Program({"result": made.value.node}, made.program_states)
    rows = {parse_period(month, Cadence.MONTH): {"agent": _inputs(each)} for month, each in months.items()}
    return {str(period): each["agent"]["result"] for period, each in evaluate(program, rows).items()}


def _inputs(given: Given) -> dict[str, Known | None]:
    """Return inputs as a program has them: choices as indexes, dates as ordinals, texts as numbers."""
    return {name: _input(name, value) for name, value in given.items()}


def _input(name: str, value: Known | int | str | None) -> Known | None:
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return Fraction(value)
    type_ = TYPES[name]
    if type_ == DATE:
        return Fraction(date.fromisoformat(value).toordinal())
    if type_ == TEXT:
        return Fraction(text_number(value))
    return Fraction(type_.options.index(value)) if type_.options else Fraction(value)
