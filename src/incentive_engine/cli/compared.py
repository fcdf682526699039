"""A comparison of two rulesets: as tables for people, and as rows for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incentive_engine.cli.document import Part
from incentive_engine.cli.output import CsvValue
from incentive_engine.cli.reported import parts
from incentive_engine.decision.amounts import written
from incentive_engine.decision.format import Format
from incentive_engine.simulation import Comparison
from incentive_engine.texts import Language


def document(comparison: Comparison, language: Language) -> Iterator[Part]:
    """Return the parts of the report on a comparison, each with its heading."""
    form = Format(language, comparison.currency, comparison.money_places)
    return parts(comparison.report(language), form)


def rows(comparison: Comparison) -> Iterator[Sequence[CsvValue]]:
    """Yield the header and a row for each decision that was compared, with the attributes it is split by."""
    groupings = [grouping for grouping in comparison.groupings if not grouping.by_period]
    yield [
        *("agent", "period", *(grouping.name for grouping in groupings)),
        *("status_before", "status_after", "currency", "before", "after", "difference"),
    ]
    for number, pair in enumerate(comparison.decisions):
        yield [
            *(pair.agent, pair.period, *(written(grouping.value_of(number)) for grouping in groupings)),
            *(pair.status_before, pair.status_after, comparison.currency),
            *(pair.cost.before, pair.cost.after, pair.cost.difference),
        ]
