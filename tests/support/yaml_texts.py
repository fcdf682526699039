"""What tests of a ruleset's text share."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from incentive_engine.ruleset import Problem, Span, read_yaml

LOADERS: list[type[yaml.CSafeLoader | yaml.SafeLoader]] = [
    getattr(yaml, "CSafeLoader", yaml.SafeLoader),
    yaml.SafeLoader,
]
"""The parser of libyaml and PyYAML's own, which is used where libyaml is missing."""


def marked(text: str, span: Span) -> str:
    """Return what a person sees at a place: the rest of its first line where it has several."""
    line = text.split("\n")[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.line == span.end_line else None]


def found(text: str) -> list[tuple[str, str]]:
    """Return the problems of a text, each as its code and what it points at."""
    _, problems = read_yaml(text, "rules.yaml")
    return [(problem.code, marked(text, problem.span)) for problem in problems if problem.span]


def codes(problems: Iterable[Problem]) -> list[str]:
    """Return the codes of problems."""
    return [problem.code for problem in problems]


def the_problem(text: str) -> Problem:
    """Return the only problem of a text."""
    _, problems = read_yaml(text, "rules.yaml")
    (problem,) = problems
    return problem
