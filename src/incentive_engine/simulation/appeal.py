"""Appeals: a decision is made again on corrected facts, and what follows for everybody is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction

from incentive_engine.compile.policy import InputField
from incentive_engine.decision.amounts import amount, plain, written
from incentive_engine.decision.decision import Decision, RulesetIdentity
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, StepValue
from incentive_engine.engine import ProblemsError, Ruleset
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.evaluate.records import Record, Records, RowProblem, from_records
from incentive_engine.evaluate.snapshots import Population, Snapshot
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import Period
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.parts import DecisionPair
from incentive_engine.simulation.reasons import ExplainedChange, explained, signed
from incentive_engine.simulation.report import Block, Heading, as_markdown, as_text
from incentive_engine.texts import Language, fill

_SHORT_HASH = 12
_SIDES = ("appeal.before", "appeal.after")


class AppealError(ProblemsError):
    """The appeal cannot be looked into; `problems` lists why."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A metric or attribute as it was taken before and as it is corrected.

    `before` is None where the row had problems, so that nothing was taken from it.
    """

    name: str
    title: Title
    before: ExplainedValue | None
    after: ExplainedValue

    def step(self) -> ExplainedStep:
        """Return the correction as a step."""
        before: StepValue = ExplainedStep("appeal.unreadable") if self.before is None else self.before
        return ExplainedStep("appeal.corrected", {"name": self.title, "before": before, "after": self.after})

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return the correction for JSON."""
        values = {"before": self.before, "after": self.after}
        return {
            "name": self.name,
            "title": self.title.in_language(language),
            **{
                side: None if each is None else written(plain(each.value, each.type))
                for side, each in values.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Appeal:
    """What corrected facts change: for the agent who appeals, and for everybody else.

    `before` is the decision on the facts as they were, None where the row had problems and nothing was
    decided; `after` is that on the corrected ones. `own` are the agent's decisions on other periods that
    change, because something looks back; `others` those of other agents. Both are in the order of periods and
    agents. `rejected` are the other rows of the data that had problems.
    """

    ruleset: RulesetIdentity
    title: Title
    corrections: tuple[Correction, ...]
    before: Decision | None
    after: Decision
    own: tuple[DecisionPair, ...]
    others: tuple[DecisionPair, ...]
    rejected: tuple[RowProblem, ...]
    money_places: int

    @property
    def cost(self) -> Cost:
        """What the decision paid before and pays after."""
        before = Decimal(0) if self.before is None else self.before.total
        return _cost(before, self.after.total, self.money_places)

    @property
    def difference(self) -> Decimal:
        """What is to be paid to the agent for the period; negative where too much was paid."""
        return self.cost.difference

    @property
    def others_difference(self) -> Decimal:
        """What the decisions of others pay more or less, all together."""
        units = sum(pair.cost.units for pair in self.others)
        return amount(units, 10**self.money_places, self.money_places)

    @property
    def change(self) -> ExplainedChange | None:
        """Why the decision is another one; None where nothing had been decided."""
        return (
            None
            if self.before is None
            else explained(_pair(self.before, self.after, self.money_places), _SIDES)
        )

    def report(self, language: Language = "en") -> Iterator[Block]:
        """Yield the appeal in the parts of which text and Markdown are made."""
        names = {"agent": self.after.agent, "period": self.after.period}
        yield Heading(fill("appeal.heading", names, language), 1)
        yield (self._decided_under(),)
        yield Heading(fill("appeal.heading.corrected", {}, language), 2)
        yield tuple(correction.step() for correction in self.corrections)
        yield Heading(fill("appeal.heading.result", {}, language), 2)
        yield tuple(self._result())
        change = self.change
        if change is not None and (parts := change.step().parts):
            yield Heading(fill("appeal.heading.reasons", {}, language), 2)
            yield parts
        if self.own:
            yield Heading(fill("appeal.heading.own", names, language), 2)
            yield tuple(explained(pair, _SIDES).step() for pair in self.own)
        yield Heading(fill("appeal.heading.others", {}, language), 2)
        yield (self._others(), *(explained(pair, _SIDES).step() for pair in self.others))

    def text(self, language: Language = "en") -> str:
        """Return the appeal as plain text."""
        return as_text(self.report(language), self.format(language))

    def markdown(self, language: Language = "en") -> str:
        """Return the appeal as Markdown."""
        return as_markdown(self.report(language), self.format(language))

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the appeal for JSON; amounts are texts, so that no reader makes floats of them."""
        form, change = self.format(language), self.change
        return {
            "ruleset": asdict(self.ruleset),
            "currency": self.after.currency,
            "agent": self.after.agent,
            "period": self.after.period,
            "corrected": [correction.to_dict(language) for correction in self.corrections],
            **self.cost.to_dict(),
            "decision_before": None if self.before is None else self.before.to_dict(language),
            "decision_after": self.after.to_dict(language),
            "change": None if change is None else change.to_dict(form),
            "own": [explained(pair, _SIDES).to_dict(form) for pair in self.own],
            "others": [explained(pair, _SIDES).to_dict(form) for pair in self.others],
            "others_difference": written(self.others_difference),
            "rejected": [problem.to_dict(language) for problem in self.rejected],
        }

    def to_json(self, language: Language = "en") -> str:
        """Return the appeal as JSON."""
        return json.dumps(self.to_dict(language), ensure_ascii=False)

    def format(self, language: Language) -> Format:
        """Return how the appeal's values are written."""
        return Format(language, self.after.currency, self.money_places)

    def _decided_under(self) -> ExplainedStep:
        identity = self.ruleset
        values: dict[str, StepValue] = {
            "title": self.title,
            "ruleset": identity.id,
            "version": identity.version,
            "hash": identity.content_hash[:_SHORT_HASH],
        }
        return ExplainedStep("appeal.ruleset", values)

    def _result(self) -> Iterator[ExplainedStep]:
        """Yield what is to be paid, and what may still come."""
        cost = self.cost
        values: dict[str, StepValue] = {
            "agent": self.after.agent,
            "period": self.after.period,
            "amount": _money(abs(cost.difference)),
            "before": _money(cost.before),
            "after": _money(cost.after),
        }
        if self.before is None:
            yield ExplainedStep("appeal.first", values)
        else:
            code = "appeal.more" if cost.units > 0 else "appeal.less" if cost.units else "appeal.same"
            yield ExplainedStep(code, values)
        if self.after.status in {"incomplete", "held"}:
            yield ExplainedStep(f"appeal.still_{self.after.status}", {"agent": self.after.agent})

    def _others(self) -> ExplainedStep:
        if not self.others:
            return ExplainedStep("appeal.nobody")
        units = sum(pair.cost.units for pair in self.others)
        difference = signed(Cost(0, units, self.money_places))
        return ExplainedStep(
            "appeal.others_sum", {"count": f"{len(self.others):,}", "difference": difference}
        )


def appeal(
    ruleset: Ruleset,
    snapshots: Records | Iterable[object],
    *,
    agent: str,
    period: str = "",
    corrected: Mapping[str, object],
    event: str = "",
) -> Appeal:
    """Return what changes if facts of one row are corrected, all else as it was.

    `snapshots` are the rows that were decided on: those of the period for rulesets that look at peers, and
    those of earlier and later periods for rulesets that look back. `corrected` has new values, as the data
    would have them, by the names of metrics and attributes; None is an empty cell. Of several events `event`
    says by its id which one is meant; with it the
    period may be left out.

    Raises:
        AppealError: if there is no such row or more than one, if the ruleset has nothing of such a name, or
            if a corrected value cannot be taken.

    >>> from incentive_engine.engine import parse_ruleset
    >>> ruleset = parse_ruleset('''
    ... language: 1
    ... ruleset: praise
    ... version: "1"
    ... currency: CNY
    ... period: month
    ... snapshot: {agent: agent, period: month}
    ... metrics: {thanks: count}
    ... rules:
    ...   - {id: thanks_bonus, kind: bonus, pay: 12.50 * thanks}
    ... ''')
    >>> rows = [{"agent": "A1", "month": "2026-03", "thanks": 3}]
    >>> appeal(ruleset, rows, agent="A1", period="2026-03", corrected={"thanks": 5}).difference
    Decimal('25.00')
    """
    columns = _columns(ruleset, corrected)
    records = snapshots if isinstance(snapshots, Records) else from_records(snapshots)
    rows = tuple(records)
    before = _side(ruleset, _like(records, rows))
    about = {"agent": agent, "period": period}
    place = _place(ruleset, rows, about, event)
    cells = {**ruleset.cells(rows[place].cells), **columns}
    found = ruleset.read(cells)
    if not isinstance(found, Snapshot):
        raise AppealError(found)
    changed = (*rows[:place], Record(rows[place].row, cells), *rows[place + 1 :])
    return _appeal(before, _side(ruleset, _like(records, changed)), found, corrected)


def _columns(ruleset: Ruleset, corrected: Mapping[str, object]) -> dict[str, object]:
    """Return the corrected values by column."""
    # A fact stands beside the rows: whoever corrects it decides on everybody anew.
    fields = {field.name: field.column for field in ruleset.policy.fields if not field.fact}
    names = ", ".join(f"`{name}`" for name in fields)
    unknown = [
        Problem("IE5150", {"name": name, "names": names, **suggestion(name, fields)})
        for name in corrected
        if name not in fields
    ]
    if unknown:
        raise AppealError(unknown)
    return {fields[name]: value for name, value in corrected.items()}


def _place(ruleset: Ruleset, rows: tuple[Record, ...], about: Mapping[str, str], event: str) -> int:
    """Return where among the rows the one stands that the appeal is about."""
    places = []
    for place, row in enumerate(rows):
        agent, period = ruleset.subject(row.cells)
        if agent == about["agent"] and period is not None and event in ("", period.event):
            at = str(period)
            # Of an event the day is enough where its agent has no other on that day.
            places += [place] * (about["period"] in ("", at, at.partition("T")[0]))
    if len(places) != 1:
        code = "IE5152" if places else "IE5151"
        raise AppealError([Problem(code, {**about, "count": str(len(places))})])
    return places[0]


def _like(records: Records, rows: tuple[Record, ...]) -> Records:
    return Records(lambda: iter(rows), file=records.file, columns=records.columns, problems=records.problems)


@dataclass(frozen=True, slots=True)
class _Side:
    """A population, evaluated."""

    ruleset: Ruleset
    population: Population
    values: Mapping[Period, Mapping[str, RowValues]]

    def decision(self, period: Period, agent: str) -> Decision:
        """Return the decision on an agent and a period."""
        return self.ruleset.decision(self.population.snapshots[period][agent], self.values[period][agent])


def _side(ruleset: Ruleset, records: Records) -> _Side:
    population = ruleset.read_all(records)
    whole = [each for each in population.problems if each.row is None]
    if any(each.problem.severity == "error" for each in whole):
        raise AppealError([each.problem for each in whole], [each.place for each in whole])
    return _Side(ruleset, population, ruleset.values_of(population))


def _appeal(before: _Side, after: _Side, own: Snapshot, corrected: Mapping[str, object]) -> Appeal:
    """Return what the correction of one snapshot changes."""
    ruleset = after.ruleset
    shape, identity = ruleset.policy.shape, ruleset.identity
    pairs = [pair for pair in _changed(before, after, own.period) if not _is_of(pair, own)]
    earlier = before.population.snapshots.get(own.period, {}).get(own.agent)
    return Appeal(
        ruleset=identity,
        title=shape.title or Title(identity.id, identity.id),
        corrections=tuple(_corrections(ruleset, earlier, own, corrected)),
        before=None if earlier is None else before.decision(own.period, own.agent),
        after=after.decision(own.period, own.agent),
        own=tuple(pair for pair in pairs if pair.agent == own.agent),
        others=tuple(pair for pair in pairs if pair.agent != own.agent),
        rejected=after.population.problems,
        money_places=ruleset.policy.money_places,
    )


def _corrections(
    ruleset: Ruleset, earlier: Snapshot | None, later: Snapshot, corrected: Mapping[str, object]
) -> Iterator[Correction]:
    for field in ruleset.policy.fields:
        if field.name in corrected:
            place = ruleset.input_names.index(field.name)
            before = None if earlier is None else _value(earlier, place, field)
            yield Correction(field.name, field.title, before, _value(later, place, field))


def _value(snapshot: Snapshot, place: int, field: InputField) -> ExplainedValue:
    taken = snapshot.row[place]
    known = taken if taken is None or isinstance(taken, bool) else Fraction(taken, 10**field.places)
    return ExplainedValue(known, field.type)


def _given(decision: Decision) -> object:
    """Return all that a decision gives; another place or score that gives nothing else is no change."""
    lines = [
        (line.rule, line.outcome, line.final, line.credits, line.recognitions) for line in decision.lines
    ]
    return decision.status, decision.total, lines


def _changed(before: _Side, after: _Side, first: Period) -> Iterator[DecisionPair]:
    """Yield the decisions that are not the same, of the corrected period and those after it."""
    for period, agents in before.values.items():
        for agent in agents if period >= first else ():
            was, is_now = before.decision(period, agent), after.decision(period, agent)
            if _given(was) != _given(is_now):
                yield _pair(was, is_now, after.ruleset.policy.money_places)


def _is_of(pair: DecisionPair, own: Snapshot) -> bool:
    return pair.agent == own.agent and pair.period == str(own.period) and pair.after.event == own.period.event


def _pair(before: Decision, after: Decision, places: int) -> DecisionPair:
    cost = _cost(before.total, after.total, places)
    return DecisionPair(before, after, cost, before.status, after.status)


def _cost(before: Decimal, after: Decimal, places: int) -> Cost:
    unit = 10**places
    return Cost(int(Fraction(before) * unit), int(Fraction(after) * unit), places)


def _money(value: Decimal) -> ExplainedValue:
    return ExplainedValue(Fraction(value), MONEY)
