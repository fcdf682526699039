"""The decisions on a population for other programs: as CSV with a row for each decision, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial

from incentive_engine.cli.decided import STATUS_STYLES, rejected_rows
from incentive_engine.cli.output import CsvValue
from incentive_engine.compile.policy import PolicyLine
from incentive_engine.decision.amounts import written
from incentive_engine.decision.decision import Decision
from incentive_engine.decision.lines import Line
from incentive_engine.engine import Decisions, Ruleset
from incentive_engine.texts import Language

_IS_BROKEN = {"broken": True, "kept": False}


def rows(
    rulesets: Sequence[Ruleset], decisions: Iterable[Decision], language: Language
) -> Iterator[Sequence[CsvValue]]:
    """Yield the header and a row for each decision, by one of the versions of a policy.

    The columns of the rules are named as formulas name their results, in every language.
    """
    lines_of_all = [line for ruleset in rulesets for line in ruleset.policy.lines]
    columns = {(rule, name): read for line in lines_of_all for rule, name, read in _columns(line)}
    names_events = rulesets[0].policy.shape.snapshot.event is not None
    yield [
        *(
            "agent",
            "period",
            *(["event"] if names_events else []),
            "status",
            "currency",
            "total",
            "floor_added",
        ),
        *(f"{rule}.{name}" for rule, name in columns),
        "recognitions",
    ]
    for decision in decisions:
        lines = {line.rule: line for line in decision.lines}
        recognitions = [name.in_language(language) for line in lines.values() for name in line.recognitions]
        yield [
            *(decision.agent, decision.period, *([decision.event] if names_events else [])),
            *(decision.status, decision.currency),
            *(decision.total, decision.floor_added),
            *(read(lines[rule]) if rule in lines else None for (rule, _), read in columns.items()),
            "; ".join(recognitions),
        ]


_Read = Callable[[Line], CsvValue]


def _columns(line: PolicyLine) -> Iterator[tuple[str, str, _Read]]:
    """Yield what is told of a rule: its id, the name of the result, and how it is read from a line."""
    rule = str(line.rule.id)
    if line.built.consequence is not None:
        yield rule, "broken", lambda line: _IS_BROKEN.get(line.outcome)
    elif line.amount is not None:
        yield rule, "final", lambda line: line.final
    elif line.credits is not None:
        yield rule, "credits", lambda line: line.credits
    else:
        for place, (name, result) in enumerate(line.built.results.items()):
            if place == 0 or result.value.type.name == "choice":
                yield rule, name, partial(_result, name)


def _result(name: str, line: Line) -> CsvValue:
    """Return a result as a table has it: a number as a number, a day as text."""
    value = line.results.get(name)  # Another version of the rule may have no such result.
    return value if isinstance(value, Decimal) else written(value)


def json_facts(rulesets: Sequence[Ruleset], decisions: Decisions, language: Language) -> dict[str, object]:
    """Return what JSON says of all decisions together; amounts are texts, which nobody reads as floats."""
    counts = Counter(decision.status for decision in decisions)
    identities = [asdict(ruleset.identity) for ruleset in rulesets]
    return {
        **({"ruleset": identities[0]} if len(identities) == 1 else {"rulesets": identities}),
        "currency": str(rulesets[0].policy.shape.currency),
        "total": written(decisions.total),
        "statuses": {status: counts[status] for status in STATUS_STYLES},
        "rejected": [problem.to_dict(language) for problem in rejected_rows(decisions)],
        "notes": [note.to_dict(language) for note in decisions.rejected if note.row is None],
    }
