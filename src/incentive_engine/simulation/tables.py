"""The tables of a comparison: rows of cells that have an exact value beside the text that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from incentive_engine.decision.amounts import written
from incentive_engine.decision.decision import Status
from incentive_engine.decision.format import Format, digits
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.language.types import RATIO
from incentive_engine.simulation.cost import SHARE_PLACES, Cost, Tally
from incentive_engine.simulation.parts import (
    CoveredPeriod,
    DecisionPair,
    Grouping,
    RejectedRow,
    RuleCost,
    StatusCount,
)
from incentive_engine.simulation.reasons import ExplainedChange
from incentive_engine.texts import fill

Value = Decimal | int | str | bool | None

_OF_TEXT = {
    "cost",
    "counted",
    "rule",
    "group",
    "effect",
    "compared",
    "path",
    "value_before",
    "value_after",
    "agent",
    "period",
    "status_before",
    "status_after",
    "reasons",
    "side",
    "problem",
    "proposal",
    "figure",
    "band",
    "place_before",
    "place_after",
    "value",
    "budget",
}
_COSTS = ("before", "after", "difference")
_PEOPLE = ("gainers", "losers", "unchanged")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its exact value, None where there is none, and the text that people read."""

    value: Value
    text: str


NONE = Cell(None, "")
"""The cell in which nothing stands."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a comparison.

    `name` is the same in every language, as are `keys`, the names of the columns for other programs; `title`,
    `columns` and the texts of the cells are not. `numeric` says which columns hold numbers. Where `summed` is
    true the last row is that of all others together.
    """

    name: str
    title: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Tabulator:
    """Makes the tables of a comparison in one language and for one currency."""

    form: Format

    def cost(self, cost: Cost) -> Table:
        """Return what is paid in all."""
        row = [self._text("simulation.cost"), *self._costs(cost), self._share(cost)]
        return self._table("cost", ("cost", *_COSTS, "share"), [row])

    def people(self, agents: Tally, decisions: Tally) -> Table:
        """Return who gains and who loses."""
        rows = [
            [
                self._text(code),
                *_people(each),
                count_cell(each.counted),
                self._more(each.gained),
                self._more(each.lost),
            ]
            for code, each in (("simulation.agents", agents), ("simulation.decisions", decisions))
        ]
        return self._table("people", ("counted", *_PEOPLE, "all", "gained", "lost"), rows)

    def rules(self, rules: Sequence[RuleCost], floor: Cost, total: Cost) -> Table:
        """Return what each rule that pays money costs; the rows add up to the last one."""
        rows = [self._rule(rule) for rule in rules if rule.pays]
        if floor.units_before or floor.units_after:
            rows.append([self._text("simulation.floor_added"), *self._costs(floor), NONE, NONE])
        rows.append([self._text("simulation.sum"), *self._costs(total), NONE, NONE])
        return self._table("rules", ("rule", *_COSTS, "paid_before", "paid_after"), rows, summed=True)

    def groups(self, grouping: Grouping, total: Cost, agents: Tally) -> Table:
        """Return what is paid by the values of an attribute, and which agents gain and lose."""
        rows = [
            [
                Cell(written(grouping.value(group)), grouping.label(group, self.form)),
                *self._group(group.cost, group.agents),
            ]
            for group in grouping.groups
        ]
        rows.append([self._text("simulation.sum"), *self._group(total, agents)])
        keys = ("group", "agents", *_COSTS, "share", *_PEOPLE)
        attribute = grouping.title.in_language(self.form.language)
        return self._table("groups", keys, rows, name=f"by:{grouping.name}", attribute=attribute, summed=True)

    def statuses(self, counts: Iterable[StatusCount]) -> Table:
        """Return how many decisions have which status before and after."""
        rows = [
            [self._status(each.before), self._status(each.after), count_cell(each.decisions)]
            for each in counts
        ]
        return self._table("statuses", ("status_before", "status_after", "decisions"), rows)

    def status_changes(self, pairs: Iterable[DecisionPair]) -> Table:
        """Return the decisions whose status is not the same."""
        rows = [
            [
                plain_cell(pair.agent),
                plain_cell(pair.period),
                self._status(pair.status_before),
                self._status(pair.status_after),
                *self._costs(pair.cost),
            ]
            for pair in pairs
        ]
        keys = ("agent", "period", "status_before", "status_after", *_COSTS)
        return self._table("status_changes", keys, rows)

    def largest(self, changes: Iterable[ExplainedChange]) -> Table:
        """Return the changes with their reasons, one a line in the last cell."""
        rows = [
            [
                plain_cell(change.pair.agent),
                plain_cell(change.pair.period),
                *self._costs(change.pair.cost),
                plain_cell("\n".join(self._lines(change.step().parts))),
            ]
            for change in changes
        ]
        return self._table("largest", ("agent", "period", *_COSTS, "reasons"), rows)

    def covered_by_one(self, periods: Iterable[CoveredPeriod]) -> Table:
        """Return the periods in which only one ruleset is in effect."""
        rows = [
            [
                Cell(each.side, self._filled(f"simulation.side.{each.side}")),
                plain_cell(each.period),
                count_cell(each.decisions),
                self._money(each.total),
            ]
            for each in periods
        ]
        return self._table("covered_by_one", ("side", "period", "decisions", "paid"), rows)

    def rejected(self, rejected: Iterable[RejectedRow]) -> Table:
        """Return the rows that were left out, one line for each problem."""
        rows = [
            [
                NONE if row.row is None else count_cell(row.row),
                Cell(each.side, self._filled(f"simulation.side.{each.side}")),
                Cell(each.problem.problem.code, each.problem.problem.message(self.form.language)),
            ]
            for row in rejected
            for each in row.by_problem
        ]
        return self._table("rejected", ("row", "side", "problem"), rows)

    def _table(
        self,
        code: str,
        keys: tuple[str, ...],
        rows: Sequence[Sequence[Cell]],
        *,
        name: str = "",
        attribute: str = "",
        summed: bool = False,
    ) -> Table:
        values = {"currency": self.form.currency_name(), "attribute": attribute}
        return Table(
            name=name or code,
            title=self._filled(f"simulation.table.{code}", **values),
            keys=keys,
            columns=tuple(self._filled(f"simulation.column.{key}", **values) for key in keys),
            numeric=tuple(key not in _OF_TEXT for key in keys),
            rows=tuple(tuple(row) for row in rows),
            summed=summed,
        )

    def _rule(self, rule: RuleCost) -> list[Cell]:
        return [
            Cell(rule.rule, rule.title.in_language(self.form.language)),
            *self._costs(rule.cost),
            count_cell(rule.paid_before),
            count_cell(rule.paid_after),
        ]

    def _group(self, cost: Cost, agents: Tally) -> list[Cell]:
        return [count_cell(agents.counted), *self._costs(cost), self._share(cost), *_people(agents)]

    def _costs(self, cost: Cost) -> list[Cell]:
        return [self._money(cost.before), self._money(cost.after), self._more(cost.difference)]

    def _money(self, value: Decimal) -> Cell:
        return Cell(value, digits(Fraction(value), self.form.money_places))

    def _more(self, value: Decimal) -> Cell:
        return Cell(value, self._with_sign(value, digits(Fraction(value), self.form.money_places)))

    def _share(self, cost: Cost) -> Cell:
        share = cost.share
        if share is None:
            return NONE
        return Cell(share, self._with_sign(share, self.form.value(Fraction(share), RATIO, SHARE_PLACES)))

    def _with_sign(self, value: Decimal, text: str) -> str:
        return self._filled("simulation.more", amount=text) if value > 0 else text

    def _status(self, status: Status) -> Cell:
        return Cell(status, self._filled(f"simulation.status.{status}"))

    def _text(self, code: str) -> Cell:
        return Cell(code.removeprefix("simulation."), self._filled(code))

    def _filled(self, code: str, **values: str) -> str:
        return fill(code, values, self.form.language)

    def _lines(self, steps: Iterable[ExplainedStep], indent: str = "") -> Iterator[str]:
        for step in steps:
            yield indent + step.sentence(self.form)
            yield from self._lines(step.parts, indent + "  ")


def plain_cell(text: str) -> Cell:
    """Return the cell of a text."""
    return Cell(text, text)


def count_cell(number: int) -> Cell:
    """Return the cell of a count."""
    return Cell(number, digits(Fraction(number)))


def _people(each: Tally) -> list[Cell]:
    return [count_cell(number) for number in (each.gainers, each.losers, each.unchanged)]
