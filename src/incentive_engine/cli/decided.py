"""The decisions on a population as tables for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from incentive_engine.cli.document import EMPTY, Cell, Column, Table, alike
from incentive_engine.cli.language import said
from incentive_engine.compile.policy import PolicyLine
from incentive_engine.decision.amounts import PlainValue, decimal_places
from incentive_engine.decision.decision import Decision, Status
from incentive_engine.decision.format import Format, digits
from incentive_engine.decision.lines import Line
from incentive_engine.engine import Decisions, Ruleset
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.language.types import Type
from incentive_engine.ruleset.period import Cadence
from incentive_engine.texts import Language

STATUS_STYLES: Mapping[Status, str] = {
    "final": "",
    "incomplete": "yellow",
    "held": "yellow",
    "ineligible": "dim",
}
"""The statuses in the order in which they are counted, each with its colour."""

_WORDS = {"voided": "red", "held": "yellow", "undetermined": "yellow"}
_NOTHING = Cell("–", "dim")


@dataclass(frozen=True, slots=True)
class _Decided:
    """A decision, with its lines by rule and the remarks on it."""

    decision: Decision
    lines: Mapping[str, Line]
    remarks: str


def rejected_rows(decisions: Decisions) -> list[RowProblem]:
    """Return the problems for which rows were left out, without the remarks on the data as a whole."""
    return [problem for problem in decisions.rejected if problem.row is not None]


def tables_of_versions(
    rulesets: Sequence[Ruleset], decisions: Decisions, language: Language
) -> Iterator[Table]:
    """Yield the tables of the decisions that each version of a policy made, the rejected rows last."""
    if len(rulesets) == 1:
        yield from DecidedTables(rulesets[0], decisions, language).tables()
        return
    for place, ruleset in enumerate(rulesets, start=1):
        made = tuple(decision for decision in decisions if decision.ruleset == ruleset.identity)
        rejected = decisions.rejected if place == len(rulesets) else ()
        if made or rejected:
            of_version = Decisions(made, rejected, decisions.money_places)
            yield from DecidedTables(ruleset, of_version, language).tables()


class DecidedTables:
    """Makes the tables of the decisions under one ruleset, in one language."""

    def __init__(self, ruleset: Ruleset, decisions: Decisions, language: Language) -> None:
        policy = ruleset.policy
        self._form = Format(language, str(policy.shape.currency), policy.money_places)
        self._identity = ruleset.identity
        self._rejected = rejected_rows(decisions)
        self._of_events = policy.cadence is Cadence.EVENT
        self._names_events = policy.shape.snapshot.event is not None
        # Red lines give nothing: what they do shows in what the others give, and in the remarks.
        self._rules = [line for line in policy.lines if line.built.consequence is None]
        self._decided = [self._of(decision) for decision in decisions]
        self._has_floor = any(decision.floor_added for decision in decisions)
        self._has_remarks = any(each.remarks for each in self._decided)
        self._places = {str(line.rule.id): self._most_places(str(line.rule.id)) for line in self._rules}

    def tables(self) -> Iterator[Table]:
        """Yield a table for each period, with a row for each agent, and then the summary.

        Events stand in one table for each month.
        """
        groups = groupby(self._decided, key=lambda each: self._period_of(each.decision))
        yield from alike([self._of_period(period, list(decided)) for period, decided in groups])
        yield self._statuses()
        if self._rejected:
            yield self._causes()

    def _period_of(self, decision: Decision) -> str:
        return decision.period[: len("2026-03")] if self._of_events else decision.period

    def _of_period(self, period: str, decided: Sequence[_Decided]) -> Table:
        title = self._said("cli.period", period=period, currency=self._form.currency_name())
        rows = [self._row(each) for each in decided]
        return Table(title, self._columns(), [*rows, self._sums(decided)], summed=True)

    # --- The columns, and one decision in each row

    def _of(self, decision: Decision) -> _Decided:
        lines = {line.rule: line for line in decision.lines}
        return _Decided(decision, lines, self._said("cli.remark.between").join(self._remarks(lines.values())))

    def _remarks(self, lines: Iterable[Line]) -> Iterator[str]:
        """Yield the red lines that are broken or cannot be judged, and the recognition that is earned."""
        for line in lines:
            if line.outcome in ("broken", "unknown"):
                yield self._said(
                    f"cli.remark.{line.outcome}", title=line.title.in_language(self._form.language)
                )
            for name in line.recognitions:
                yield name.in_language(self._form.language)

    def _columns(self) -> list[Column]:
        titles = [line.rule.shown_title.in_language(self._form.language) for line in self._rules]
        return [
            Column(self._said("cli.column.agent"), repeated=True),
            *([Column(self._said("cli.column.time"))] if self._of_events else []),
            *([Column(self._said("cli.column.event"))] if self._names_events else []),
            Column(self._said("cli.column.status")),
            Column(self._said("cli.column.total"), numeric=True),
            *(Column(title, numeric=True) for title in titles),
            *([Column(self._said("cli.column.floor"), numeric=True)] if self._has_floor else []),
            *([Column(self._said("cli.column.remarks"), wraps=True)] if self._has_remarks else []),
        ]

    def _row(self, decided: _Decided) -> list[Cell]:
        decision = decided.decision
        return [
            Cell(decision.agent),
            *([Cell(decision.period)] if self._of_events else []),
            *([Cell(decision.event)] if self._names_events else []),
            self._status(decision.status),
            self._money(decision.total, "bold"),
            *(self._line(decided.lines.get(str(rule.rule.id)), rule) for rule in self._rules),
            *([self._money(decision.floor_added)] if self._has_floor else []),
            *([Cell(decided.remarks)] if self._has_remarks else []),
        ]

    def _line(self, line: Line | None, rule: PolicyLine) -> Cell:
        """Return what a rule gave: its money, or else its credits, or else its first result."""
        if line is None:
            return _NOTHING
        # What is void or held may still pay what was earned before, which the sum below has, too.
        if line.outcome in _WORDS and not line.final:
            return Cell(self._said(f"cli.outcome.{line.outcome}"), _WORDS[line.outcome])
        if line.final is not None:
            return self._money(line.final, "yellow" if line.outcome == "reduced" else "")
        if line.credits is not None:
            return Cell(digits(Fraction(line.credits)))
        return self._results(line, rule)

    def _results(self, line: Line, rule: PolicyLine) -> Cell:
        """Return a rule's first result and what it is called, such as a score and its grade."""
        shown: list[str] = []
        for name, value in line.results.items():
            if not shown or isinstance(value, str):
                kind = rule.built.results[name].value.type
                shown.append(self._value(value, kind, self._places[line.rule]))
        return Cell(" ".join(shown)) if shown else _NOTHING

    def _value(self, value: PlainValue, kind: Type, places: int) -> str:
        match value:
            case bool():
                return self._form.value(value, kind)
            case Decimal() | Fraction():
                return self._form.value(Fraction(value), kind, places)
        return str(value)

    def _most_places(self, rule: str) -> int:
        """Return the decimal places with which the first results of a rule stand in line."""
        lines = (each.lines[rule] for each in self._decided if rule in each.lines)
        firsts = (value for line in lines for value in list(line.results.values())[:1])
        numbers = (Fraction(value) for value in firsts if isinstance(value, Decimal | Fraction))
        return max((decimal_places(number) or 0 for number in numbers), default=0)

    # --- Sums

    def _sums(self, decided: Sequence[_Decided]) -> list[Cell]:
        """Return the last row of a period."""
        decisions = [each.decision for each in decided]
        return [
            Cell(self._said("cli.sum")),
            *([EMPTY] * (1 + self._of_events + self._names_events)),
            self._sum(decision.total for decision in decisions),
            *(self._sum_of_rule(rule, decided) for rule in self._rules),
            *([self._sum(decision.floor_added for decision in decisions)] if self._has_floor else []),
            *([EMPTY] if self._has_remarks else []),
        ]

    def _sum_of_rule(self, rule: PolicyLine, decided: Sequence[_Decided]) -> Cell:
        lines = [each.lines.get(str(rule.rule.id)) for each in decided]
        if rule.amount is not None:
            return self._sum(line.final for line in lines if line is not None)
        return EMPTY

    def _statuses(self) -> Table:
        """Return how many decisions have which status, and what they pay."""
        decisions = [each.decision for each in self._decided]
        counts = Counter(decision.status for decision in decisions)
        rows = [
            [
                self._status(status),
                _count(counts[status]),
                self._sum(decision.total for decision in decisions if decision.status == status),
            ]
            for status in STATUS_STYLES
            if counts[status]
        ]
        rows.append(
            [
                Cell(self._said("cli.sum")),
                _count(len(decisions)),
                self._sum(decision.total for decision in decisions),
            ]
        )
        columns = [
            Column(self._said("cli.column.status")),
            Column(self._said("cli.column.decisions"), numeric=True),
            Column(self._said("cli.column.total_in", currency=self._form.currency_name()), numeric=True),
        ]
        periods = len(decisions) if self._of_events else len({decision.period for decision in decisions})
        title = self._said(
            "cli.summary_of_events" if self._of_events else "cli.summary",
            ruleset=self._identity.id,
            version=self._identity.version,
            agents=digits(Fraction(len({decision.agent for decision in decisions}))),
            periods=digits(Fraction(periods)),
        )
        return Table(title, columns, rows, summed=True)

    def _causes(self) -> Table:
        """Return why rows were rejected: each cause with the number of rows and the first example."""
        examples: dict[str, str] = {}
        rows: dict[str, set[int | None]] = {}
        for each in self._rejected:
            code = each.problem.code
            examples.setdefault(code, each.message(self._form.language))
            rows.setdefault(code, set()).add(each.row)
        columns = [
            Column(self._said("cli.column.problem")),
            Column(self._said("cli.column.rows"), numeric=True),
            Column(self._said("cli.column.example"), wraps=True),
        ]
        title = self._said("cli.rejected", count=digits(Fraction(len({each.row for each in self._rejected}))))
        cells = [
            [Cell(code, "red"), _count(len(rows[code])), Cell(examples[code])] for code in sorted(examples)
        ]
        return Table(title, columns, cells)

    # --- Cells

    def _status(self, status: Status) -> Cell:
        return Cell(self._said(f"cli.status.{status}"), STATUS_STYLES[status])

    def _sum(self, amounts: Iterable[Decimal | None]) -> Cell:
        """Return a sum of money; what is unknown is not paid."""
        known = (Fraction(amount) for amount in amounts if amount is not None)
        return Cell(digits(sum(known, Fraction(0)), self._form.money_places), "bold")

    def _money(self, amount: Decimal, style: str = "") -> Cell:
        return Cell(digits(Fraction(amount), self._form.money_places), style)

    def _said(self, code: str, **values: str) -> str:
        return said(code, self._form.language, **values)


def _count(number: int) -> Cell:
    return Cell(digits(Fraction(number)))
