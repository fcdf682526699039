"""Checks rulesets: all that is wrong with them, and what is worth a second look in their design."""

from __future__ import annotations

from pathlib import Path

from incentive_engine.check.design import design_warnings
from incentive_engine.compile.ruleset import Checked, compile_text
from incentive_engine.engine import checked
from incentive_engine.ruleset.problems import Problem


def check_ruleset(path: str | Path) -> tuple[Problem, ...]:
    """Return all problems of a ruleset file, errors and warnings, those about its design last.

    That the file is not there, or cannot be read, is a problem as well.
    """
    return _with_design(checked(path))


def check_text(text: str, file: str = "ruleset.yaml") -> tuple[Problem, ...]:
    """Return all problems of a ruleset's text; `file` is the name that they give as their place."""
    return _with_design(compile_text(text, file))


def _with_design(found: Checked) -> tuple[Problem, ...]:
    return found.problems if found.policy is None else (*found.problems, *design_warnings(found.policy))
