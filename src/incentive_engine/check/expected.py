"""Where a decision differs from what a test expects of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import get_args

from incentive_engine.check.values import form_of, read_value
from incentive_engine.check.written import Path, Suite
from incentive_engine.compile.policy import Policy, PolicyLine
from incentive_engine.decision.amounts import Known
from incentive_engine.decision.decision import Decision
from incentive_engine.decision.explanation import Explanation, Section
from incentive_engine.decision.format import Format
from incentive_engine.decision.lines import Line, Outcome
from incentive_engine.decision.reading import Reading
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.kinds.interface import Shown
from incentive_engine.language.types import MONEY, Type
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion
from incentive_engine.texts import Language, entry, fill

LANGUAGES: tuple[Language, ...] = ("en", "zh")
NO_LINE = "none"
"""The outcome to be expected of a rule that does not apply."""

Subject = str | None
"""The rule that a difference is about; None where it is the decision as a whole."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a decision is not as expected, and the rule that it is about."""

    problem: Problem
    subject: Subject = None


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that a test leads to, with the values that it was made from."""

    decision: Decision
    reading: Reading
    explanation: Explanation

    def line(self, rule: str) -> Line | None:
        """Return the line of a rule; None where it does not apply."""
        return next((line for line in self.decision.lines if line.rule == rule), None)

    def section(self, rule: str) -> Section:
        """Return what the explanation says of a rule that has a line."""
        return next(section for section in self.explanation.sections if section.rule == rule)


Check = Callable[[Decided], Iterator[Difference]]
"""What one expectation comes to: it yields the differences of a decision from it."""


@dataclass(slots=True)
class Expectations:
    """Reads what the tests of a suite expect under a ruleset, and keeps the problems of what cannot be."""

    policy: Policy
    suite: Suite
    problems: list[Problem] = field(default_factory=list)

    def of(self, index: int) -> tuple[Check, ...]:
        """Return what one test expects."""
        test = self.suite.written.tests[index]
        if not test.expect.model_fields_set:
            self._problem("IE6007", (index, "name"), name=str(test.name))
        return tuple(check for check in self._all(index) if check is not None)

    def _all(self, index: int) -> Iterator[Check | None]:
        expected = self.suite.written.tests[index].expect
        if expected.total is not None:
            yield self._total(index, expected.total)
        if expected.status is not None:
            yield self._status(index, str(expected.status))
        for rule, text in expected.lines.items():
            yield self._amount(index, rule, text)
        for rule, text in expected.outcome.items():
            yield self._outcome(index, rule, text)
        for name, text in expected.results.items():
            yield self._result(index, name, text)
        for rule, texts in expected.recognitions.items():
            yield self._recognitions(index, rule, texts)
        for rule, texts in expected.reasons.items():
            yield self._reasons(index, rule, texts)
        if expected.notes is not None:
            yield self._notes(index, expected.notes)

    # --- The decision as a whole

    def _total(self, index: int, text: Scalar) -> Check | None:
        path: Path = (index, "expect", "total")
        read = self._value(path, text, MONEY)
        if read is None:
            return None
        wanted = read.value

        def check(decided: Decided) -> Iterator[Difference]:
            got = decided.reading.total
            if got != wanted:
                yield Difference(self._told("IE6101", path, self._both(got, wanted, MONEY)))

        return check

    def _status(self, index: int, expected: str) -> Check:
        def check(decided: Decided) -> Iterator[Difference]:
            got = decided.decision.status
            if got != expected:
                values = {"got": got, "expected": expected}
                yield Difference(self._told("IE6102", (index, "expect", "status"), values))

        return check

    def _notes(self, index: int, expected: tuple[Scalar, ...]) -> Check:
        path: Path = (index, "expect", "notes")

        def check(decided: Decided) -> Iterator[Difference]:
            notes = decided.decision.notes
            said = [text for note in notes for text in (note.code, *map(note.message, LANGUAGES))]
            if notes and not expected:
                yield Difference(self._told("IE6110", path, {"count": str(len(notes))}))
            for text in expected:
                if not any(str(text) in each for each in said):
                    yield Difference(Problem("IE6109", {"expected": str(text)}, text.span))

        return check

    # --- One rule

    def _amount(self, index: int, rule: Scalar, text: Scalar) -> Check | None:
        path: Path = (index, "expect", "lines", str(rule))
        line = self._line(rule, path)
        if line is None:
            return None
        if line.final is None:
            results = ", ".join(f"`{rule}.{name}`" for name in line.built.results)
            self._problem_of_key("IE6005", path, rule=str(rule), results=results)
            return None
        final = Shown(line.final, MONEY)
        return self._compared(path, text, rule, final, "IE6103", {"rule": str(rule)})

    def _result(self, index: int, name: Scalar, text: Scalar) -> Check | None:
        path: Path = (index, "expect", "results", str(name))
        rule, dot, result = name.partition(".")
        if not dot:
            self._problem_of_key("IE6004", path, text=str(name))
            return None
        line = self._line(Scalar(rule, name.part(0, len(rule))), path)
        if line is None:
            return None
        results = _results(line)
        if result not in results:
            listed = ", ".join(f"`{each}`" for each in results)
            values = {"rule": rule, "name": result, "results": listed, **suggestion(result, results)}
            self._problem_of_key("IE6003", path, **values)
            return None
        values = {"rule": rule, "name": result}
        return self._compared(path, text, rule, results[result], "IE6105", values)

    def _compared(
        self, path: Path, text: Scalar, rule: str, shown: Shown, code: str, values: dict[str, str]
    ) -> Check | None:
        """Return the check that a value of a rule is as expected."""
        read = self._value(path, text, shown.type)
        if read is None:
            return None
        wanted = read.value

        def check(decided: Decided) -> Iterator[Difference]:
            if decided.line(str(rule)) is None:
                yield self._no_line(path, str(rule))
                return
            got = decided.reading.value(shown.node)
            if got != wanted:
                both = self._both(got, wanted, shown.type)
                yield Difference(self._told(code, path, {**values, **both}), str(rule))

        return check

    def _outcome(self, index: int, rule: Scalar, text: Scalar) -> Check | None:
        path: Path = (index, "expect", "outcome", str(rule))
        if self._line(rule, path) is None:
            return None
        possible = (*get_args(Outcome), NO_LINE)
        if text not in possible:
            values = {"text": str(text), "values": ", ".join(possible), **suggestion(text, possible)}
            self._problem("IE1103", path, **values)

        def check(decided: Decided) -> Iterator[Difference]:
            line = decided.line(str(rule))
            got = NO_LINE if line is None else line.outcome
            if got != text:
                values = {"rule": str(rule), "got": got, "expected": str(text)}
                subject = None if line is None else str(rule)
                yield Difference(self._told("IE6104", path, values), subject)

        return check

    def _recognitions(self, index: int, rule: Scalar, expected: tuple[Scalar, ...]) -> Check | None:
        path: Path = (index, "expect", "recognitions", str(rule))
        if self._line(rule, path) is None:
            return None

        def check(decided: Decided) -> Iterator[Difference]:
            line = decided.line(str(rule))
            if line is None:
                yield self._no_line(path, str(rule))
                return
            given = line.recognitions
            got = {"got": self._listed(line, "en"), "got_zh": self._listed(line, "zh")}
            if given and not expected:
                yield Difference(self._told("IE6111", path, {"rule": str(rule), **got}), str(rule))
            for text in expected:
                if not any(text in (name.en, name.zh) for name in given):
                    values = {"rule": str(rule), "expected": str(text), **got}
                    yield Difference(Problem("IE6107", values, text.span), str(rule))

        return check

    def _reasons(self, index: int, rule: Scalar, expected: tuple[Scalar, ...]) -> Check | None:
        path: Path = (index, "expect", "reasons", str(rule))
        if self._line(rule, path) is None:
            return None

        def check(decided: Decided) -> Iterator[Difference]:
            if decided.line(str(rule)) is None:
                yield self._no_line(path, str(rule))
                return
            section = decided.section(str(rule))
            steps = list(_steps(section))
            codes = {step.code for step in steps}
            sentences = [step.sentence(self._format(language)) for step in steps for language in LANGUAGES]
            for text in expected:
                if text not in codes and not any(text in sentence for sentence in sentences):
                    values = {"rule": str(rule), "expected": str(text)}
                    yield Difference(Problem("IE6108", values, text.span), str(rule))

        return check

    # --- What all have in common

    def _line(self, rule: Scalar, path: Path) -> PolicyLine | None:
        """Return a rule by its id, or None after reporting that there is none."""
        rules = {str(line.rule.id): line for line in self.policy.lines}
        if str(rule) not in rules:
            values = {"name": str(rule), "rules": ", ".join(f"`{name}`" for name in rules)}
            self._problem_of_key("IE6001", path, **values, **suggestion(rule, rules))
        return rules.get(str(rule))

    def _value(self, path: Path, text: Scalar, kind: Type) -> _Read | None:
        """Return the value that is expected, or None after reporting that it cannot be one."""
        try:
            return _Read(read_value(text, kind))
        except ValueError:
            self._problem("IE6006", path, text=str(text), **form_of(kind))
            return None

    def _no_line(self, path: Path, rule: str) -> Difference:
        return Difference(self._told("IE6106", path, {"rule": rule}))

    def _both(self, got: Known | None, expected: Known | None, kind: Type) -> dict[str, str]:
        """Return what a decision has and what is expected, in both languages."""
        shown = {"got": got, "expected": expected}
        return {
            name if language == "en" else f"{name}_zh": self._format(language).value(value, kind)
            for language in LANGUAGES
            for name, value in shown.items()
        }

    def _format(self, language: Language) -> Format:
        return Format(language, str(self.policy.shape.currency), self.policy.money_places)

    def _listed(self, line: Line, language: Language) -> str:
        quoted = [
            fill("test.quoted", {"text": name.in_language(language)}, language) for name in line.recognitions
        ]
        between = entry("test.between").texts[language]
        return between.join(quoted) or entry("test.none").texts[language]

    def _told(self, code: str, path: Path, values: Mapping[str, str]) -> Problem:
        return Problem(code, values, self.suite.place("tests", *path))

    def _problem(self, code: str, path: Path, **values: str) -> None:
        self.problems.append(Problem(code, values, self.suite.place("tests", *path)))

    def _problem_of_key(self, code: str, path: Path, **values: str) -> None:
        self.problems.append(Problem(code, values, self.suite.key_place("tests", *path)))


@dataclass(frozen=True, slots=True)
class _Read:
    """A value that could be read; None is unknown."""

    value: Known | None


def _results(line: PolicyLine) -> dict[str, Shown]:
    """Return what a rule makes known, by the names that formulas know it by."""
    results = {
        name: Shown(result.value.node, result.value.type) for name, result in line.built.results.items()
    }
    money = {"amount": line.amount, "final": line.final}
    return results | {name: Shown(node, MONEY) for name, node in money.items() if node is not None}


def _steps(section: Section) -> Iterator[ExplainedStep]:
    """Yield all steps of a section, each before its parts."""
    waiting = [section.heading, *section.steps]
    while waiting:
        step = waiting.pop()
        yield step
        waiting.extend(step.parts)
