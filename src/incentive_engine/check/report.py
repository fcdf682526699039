"""What came of the tests of a ruleset, in words and for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incentive_engine.check.expected import Decided, Difference
from incentive_engine.check.running import Ran, SuiteRun
from incentive_engine.decision.amounts import written
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.ruleset.render import as_json
from incentive_engine.texts import Language

_OPEN = ("undetermined", "held", "unknown")


def explained(run: SuiteRun, ran: Ran, difference: Difference, language: Language) -> list[str]:
    """Return what the decision says of the rule that a difference is about, as indented lines.

    There are none where there is no decision.
    """
    policy = run.ruleset.policy
    form = Format(language, str(policy.shape.currency), policy.money_places)
    return [] if ran.decided is None else list(_lines(_steps(ran.decided, difference.subject), form))


def _steps(decided: Decided, subject: str | None) -> Iterable[ExplainedStep]:
    explanation = decided.explanation
    if subject is None:
        # What keeps a decision from being final, and then what is known of the data.
        open_lines = (each.heading for each in explanation.sections if each.outcome in _OPEN)
        return (*explanation.summary[1:], *open_lines, *explanation.notes)
    section = decided.section(subject)
    return (ExplainedStep(section.heading.code, section.heading.values, parts=section.steps),)


def _lines(steps: Iterable[ExplainedStep], form: Format, indent: str = "") -> Iterator[str]:
    for step in steps:
        yield indent + step.sentence(form)
        yield from _lines(step.parts, form, indent + "  ")


def as_dict(run: SuiteRun, language: Language) -> dict[str, object]:
    """Return what came of the tests for JSON."""
    return {
        "file": run.file,
        "ruleset": run.ruleset.identity.id,
        "version": run.ruleset.identity.version,
        "tests": len(run.ran),
        "failed": len(run.failed),
        "problems": [as_json(problem, language) for problem in run.problems],
        "results": [_ran_as_dict(run, ran, language) for ran in run.ran],
    }


def _ran_as_dict(run: SuiteRun, ran: Ran, language: Language) -> dict[str, object]:
    decision = None if ran.decided is None else ran.decided.decision
    return {
        "name": ran.name,
        "line": ran.place.line,
        "passed": ran.passed,
        "total": None if decision is None else written(decision.total),
        "status": None if decision is None else decision.status,
        "differences": [
            {
                **as_json(each.problem, language),
                "rule": each.subject,
                "explanation": explained(run, ran, each, language),
            }
            for each in ran.differences
        ],
    }
