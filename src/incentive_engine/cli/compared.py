"""A comparison of two rulesets: as tables for people, and as rows for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from incentive_engine.cli.document import Part
from incentive_engine.cli.output import CsvValue
from incentive_engine.cli.reported import parts
from incentive_engine.decision.amounts import amount, written
from incentive_engine.decision.decision import Decision
from incentive_engine.decision.format import Format
from incentive_engine.simulation import Comparison
from incentive_engine.texts import Language


def document(comparison: Comparison, language: Language) -> Iterator[Part]:
    """Return the parts of the report on a comparison, each with its heading."""
    form = Format(language, comparison.currency, comparison.money_places)
    return parts(comparison.report(language), form)


def rows(comparison: Comparison) -> Iterator[Sequence[CsvValue]]:
    """Yield the header and a row for each decision that was compared.

    A row has the attributes that the comparison is split by, and what each rule pays under both rulesets.
    """
    groupings = [grouping for grouping in comparison.groupings if not grouping.by_period]
    rules = [rule.rule for rule in comparison.rules if rule.pays]
    yield [
        *("agent", "period", *(grouping.name for grouping in groupings)),
        *("status_before", "status_after", "currency", "before", "after", "difference"),
        *(f"{name}.{side}" for name in ("floor_added", *rules) for side in ("before", "after")),
    ]
    for number, pair in enumerate(comparison.decisions):
        sides = [_by_rule(each) for each in (pair.before, pair.after)]
        nothing = amount(0, 1, comparison.money_places)
        yield [
            *(pair.agent, pair.period, *(written(grouping.value_of(number)) for grouping in groupings)),
            *(pair.status_before, pair.status_after, comparison.currency),
            *(pair.cost.before, pair.cost.after, pair.cost.difference),
            *(pair.before.floor_added, pair.after.floor_added),
            *(finals.get(rule, nothing) for rule in rules for finals in sides),
        ]


def _by_rule(decision: Decision) -> dict[str, Decimal]:
    """Return what the rules pay after red lines; what is held or undetermined is not paid."""
    return {line.rule: line.final for line in decision.lines if line.final is not None}
