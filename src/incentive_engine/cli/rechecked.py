"""Stored decisions that were made again, as a document for people and as CSV for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from incentive_engine.check.recompute import VERDICTS, Rechecked, Recomputation
from incentive_engine.cli.document import Cell, Column, Table
from incentive_engine.cli.language import said
from incentive_engine.cli.output import CsvValue
from incentive_engine.texts import Language


def rows(found: Recomputation) -> Iterator[Sequence[CsvValue]]:
    """Yield the header and a row for each stored decision."""
    yield [
        *("agent", "period", "event", "verdict", "reasons", "currency"),
        *("stored_total", "total", "owed", "facts", "rules"),
    ]
    for each in found.checked:
        before = each.before
        yield [
            *(before.agent, before.period, before.event, each.verdict, "; ".join(each.reasons)),
            *(before.currency, before.total, None if each.now is None else each.now.total, each.owed),
            *("; ".join(each.facts), "; ".join(line.rule for line in each.lines)),
        ]


def document(found: Recomputation, language: Language) -> Iterator[Table]:
    """Yield what is not as it was, what is owed to whom, and the summary."""
    changed = [each for each in found.checked if each.verdict != "same"]
    if changed:
        yield _changed(changed, found.currency, language)
    owed = found.owed_by_agent
    if owed:
        yield _owed(owed, found, language)
    yield _summary(found, language)


def _owed(owed: Mapping[str, Decimal], found: Recomputation, language: Language) -> Table:
    columns = [
        Column(said("cli.column.agent", language)),
        Column(said("recompute.owed", language), numeric=True),
    ]
    cells = [[Cell(agent), _signed(amount)] for agent, amount in owed.items()]
    cells.append([Cell(said("cli.sum", language)), _signed(found.owed)])
    title = said("recompute.title_by_agent", language, currency=found.currency)
    return Table(title, columns, cells, summed=True)


def _changed(changed: Sequence[Rechecked], currency: str, language: Language) -> Table:
    has_events = any(each.before.event for each in changed)
    columns = [
        Column(said("cli.column.agent", language), repeated=True),
        Column(said("recompute.period", language)),
        *([Column(said("cli.column.event", language))] if has_events else []),
        Column(said("recompute.stored", language), numeric=True),
        Column(said("recompute.now", language), numeric=True),
        Column(said("recompute.owed", language), numeric=True),
        Column(said("recompute.why", language), wraps=True),
    ]
    cells = [
        [
            Cell(each.before.agent),
            Cell(each.before.period),
            *([Cell(each.before.event)] if has_events else []),
            Cell(f"{each.before.total:,}"),
            Cell("–", "dim") if each.now is None else Cell(f"{each.now.total:,}"),
            _signed(each.owed),
            Cell(said("cli.remark.between", language).join(_why(each, language))),
        ]
        for each in changed
    ]
    return Table(said("recompute.title", language, currency=currency), columns, cells)


def _signed(amount: Decimal | None) -> Cell:
    if amount is None:
        return Cell("–", "dim")
    return Cell(f"{amount:+,}", "green" if amount > 0 else "red") if amount else Cell(str(amount))


def _why(each: Rechecked, language: Language) -> Iterator[str]:
    """Yield what is not as it was."""
    if each.now is None:
        yield said("recompute.reason.missing", language)
    for reason in each.reasons:
        beside = "_beside" if reason == "facts" and not each.facts else ""
        version = "" if each.now is None else each.now.ruleset.version
        names = ", ".join(each.facts)
        yield said(f"recompute.reason.{reason}{beside}", language, version=version, names=names)
    for line in each.lines:
        before, after = _side(line.before, line.paid, language), _side(line.after, line.pays, language)
        if before == after:
            yield said("recompute.reason.results", language, rule=line.rule)
        else:
            yield said("recompute.reason.line", language, rule=line.rule, before=before, after=after)


def _side(outcome: str | None, paid: str | None, language: Language) -> str:
    """Return what a line paid, or else what became of it."""
    if outcome is None:
        return said("recompute.no_line", language)
    return paid or said(f"recompute.outcome.{outcome}", language)


def _summary(found: Recomputation, language: Language) -> Table:
    """Return how many decisions are as they were, and how many are not."""
    columns = [
        Column(said("recompute.verdict", language)),
        Column(said("cli.column.decisions", language), numeric=True),
    ]
    counts = {f"recompute.verdict.{verdict}": found.count(verdict) for verdict in VERDICTS}
    counts["recompute.others"] = found.others
    cells = [[Cell(said(code, language)), Cell(str(count))] for code, count in counts.items() if count]
    owed = f"{found.owed:+,}" if found.owed else str(found.owed)
    return Table(said("recompute.summary", language, owed=owed, currency=found.currency), columns, cells)
