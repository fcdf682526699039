"""Worked examples: what the engine decides on invented agents, chosen so that each paying rule is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from incentive_engine.compile.policy import InputField, PolicyLine
from incentive_engine.decision.amounts import Known
from incentive_engine.decision.decision import Decision
from incentive_engine.decision.lines import Line
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.engine import Ruleset
from incentive_engine.graph.nodes import Ahead, Apportion, Flag, Input, Node, OverPeers, in_order
from incentive_engine.handbook.document import Heading, Item, Items, Paragraph, Part, Table
from incentive_engine.handbook.invented import Values, invented
from incentive_engine.handbook.words import Words
from incentive_engine.language.types import MONEY, NUMBER

_MOST_ROWS = 12
_TEAM = 5
_TYPICAL = "typical"


@dataclass(frozen=True, slots=True)
class _Tried:
    """A value of a field, all else being typical, and what is decided then."""

    field: InputField
    value: Known
    decision: Decision


class Examples:
    """The examples of one ruleset, in one language."""

    def __init__(self, ruleset: Ruleset, words: Words) -> None:
        self._policy = ruleset.policy
        self._words = words
        self._invented = invented(ruleset.policy)
        self._ruleset = ruleset.with_facts(self._invented.facts())
        self._fields = {field.name: field for field in self._policy.fields}

    def parts(self) -> Iterator[Part]:
        """Yield the examples."""
        tried = self._tried()
        typical = next(
            (each for each in tried if each.value == self._invented.typical[each.field.name]), None
        )
        if typical is None:
            return
        say = self._words.say
        yield Heading(2, say("handbook.heading.examples"))
        yield Paragraph(say("handbook.examples", period=str(self._invented.period)))
        yield Items(tuple(self._typical_values()))
        for line in self._policy.lines:
            yield from self._of_rule(line, tried)
        yield from self._of_red_lines(tried, typical.decision)
        yield from self._team()

    # --- One agent, one value at a time

    def _tried(self) -> list[_Tried]:
        """Return the decisions on the typical agent with each value of each field that is worth showing."""
        wanted = {
            f"{name} {number}": (self._fields[name], value)
            for name, values in self._invented.shown.items()
            for number, value in enumerate(values)
        }
        agents: dict[str, Values] = {
            agent: {**self._invented.typical, field.name: value} for agent, (field, value) in wanted.items()
        }
        decided = self._decided(agents)
        return [_Tried(*wanted[agent], decided[agent]) for agent in wanted if agent in decided]

    def _decided(self, agents: dict[str, Values]) -> dict[str, Decision]:
        """Return the decisions on invented agents, who were typical in earlier periods."""
        made = self._invented
        rows = [made.row(agent, values) for agent, values in agents.items()]
        if self._ruleset.needs_history:
            rows += [made.row(agent, made.before(), period) for period in made.earlier() for agent in agents]
        decisions = self._ruleset.evaluate_all(rows)
        # That of an event has its id behind the day.
        return {each.agent: each for each in decisions if each.period.startswith(str(made.period))}

    def _typical_values(self) -> Iterator[Item]:
        for name, value in self._invented.typical.items():
            field = self._fields[name]
            yield Item(self._with(field, value))

    def _with(self, field: InputField, value: Known) -> str:
        shown = self._words.form.value(value, field.type)
        return self._words.say(
            "handbook.example.value", name=field.title.in_language(self._words.language), value=shown
        )

    def _of_rule(self, line: PolicyLine, tried: Sequence[_Tried]) -> Iterator[Part]:
        """Yield how a rule pays more or less with the field that matters most to it."""
        if line.amount is None or _of_peers(line.amount):
            return
        read = {node.name for node in in_order([line.amount]) if isinstance(node, Input | Flag)}
        rows = [
            self._rows(line, [each for each in tried if each.field.name == name]) for name in sorted(read)
        ]
        best = max(rows, key=_telling, default=[])
        if len({amount for _, amount in best}) < 2:  # noqa: PLR2004 -- one amount shows nothing
            return
        field = best[0][0].field
        title = field.title.in_language(self._words.language)
        yield Paragraph(
            self._words.say("handbook.example.rule", rule=self._words.rule(str(line.rule.id)), name=title)
        )
        shown = [
            (self._words.form.value(each.value, field.type), self._money(amount)) for each, amount in best
        ]
        yield Table((title, self._words.say("handbook.column.pay")), tuple(_some(shown)), numeric=(0, 1))

    def _rows(self, line: PolicyLine, tried: Sequence[_Tried]) -> list[tuple[_Tried, Decimal]]:
        found = []
        for each in tried:
            own = _line_of(each.decision, str(line.rule.id))
            if own is None or own.amount is None:
                continue
            # Credits are taken before they are redeemed: then there is no amount before red lines.
            if line.credits is None or all(other.outcome != "broken" for other in each.decision.lines):
                found.append((each, own.amount))
        return found

    def _of_red_lines(self, tried: Sequence[_Tried], typical: Decision) -> Iterator[Part]:
        """Yield, for each red line, the nearest value that breaks it and what is left then."""
        items = []
        for line in self._policy.lines:
            if line.built.consequence is None:
                continue
            broken = [each for each in tried if _outcome(each.decision, line) == "broken"]
            if broken and _outcome(typical, line) != "broken":
                nearest = min(broken, key=self._distance)
                values = {
                    "rule": self._words.rule(str(line.rule.id)),
                    "name": nearest.field.title.in_language(self._words.language),
                    "value": self._words.form.value(nearest.value, nearest.field.type),
                    "before": self._money(typical.total),
                    "after": self._money(nearest.decision.total),
                }
                items.append(Item(self._words.say("handbook.example.red_line", **values)))
        if items:
            yield Items(tuple(items))

    def _distance(self, tried: _Tried) -> Fraction:
        return abs(Fraction(tried.value) - Fraction(self._invented.typical[tried.field.name]))

    # --- A team

    def _team(self) -> Iterator[Part]:
        """Yield a team in one period, and one of its decisions with all reasons."""
        agents = {chr(ord("A") + number): self._member(number) for number in range(self._size())}
        decided = list(self._decided(agents).values())
        say = self._words.say
        yield Heading(3, say("handbook.heading.team"))
        best = max(decided, key=lambda decision: decision.total)
        yield Paragraph(say("handbook.team", count=str(len(decided)), agent=best.agent))
        yield self._overview(decided)
        yield from explained(best, self._words)

    def _size(self) -> int:
        return max(_TEAM, *(getattr(line.rule, "at_least", 0) for line in self._policy.lines))

    def _member(self, number: int) -> Values:
        """Return a member of the team, the higher its number the better in what is measured."""
        values = dict(self._invented.typical)
        for name, value in values.items():
            field = self._fields[name]
            if field.metric and field.type.numeric and field.better != "lower":
                values[name] = self._invented.near(field, _scaled(field, Fraction(value), number))
        return values

    def _overview(self, decided: Sequence[Decision]) -> Table:
        lines = [line for line in self._policy.lines if line.built.consequence is None]
        headings = [line.rule.shown_title.in_language(self._words.language) for line in lines]
        rows = tuple(
            (
                decision.agent,
                *(self._cell(_line_of(decision, str(line.rule.id)), line) for line in lines),
                self._money(decision.total),
            )
            for decision in decided
        )
        last = len(headings) + 1
        agent, total = (self._words.say(f"cli.column.{name}") for name in ("agent", "total"))
        return Table((agent, *headings, total), rows, numeric=(last,))

    def _cell(self, line: Line | None, rule: PolicyLine) -> str:
        """Return what a rule gave an agent: money and recognition, credits, or its first result."""
        if line is None:
            return ""
        given = [name.in_language(self._words.language) for name in line.recognitions]
        if line.final is not None and (line.final or not given):
            given.insert(0, self._money(line.final))
        elif line.credits is not None:
            given.insert(0, self._words.form.value(Fraction(line.credits), NUMBER))
        elif rule.amount is None:
            given = [str(value) for value in list(line.results.values())[:2] if value is not None] + given
        return self._words.listed(given or [""])

    def _money(self, amount: Decimal) -> str:
        return self._words.form.value(Fraction(amount), MONEY)


def _scaled(field: InputField, value: Fraction, number: int) -> Fraction:
    """Return a member's value: the third has the typical one."""
    if field.type.name == "ratio":
        return value + Fraction(number - 2, 100)
    return value * Fraction(8 + number, 10)


def explained(decision: Decision, words: Words) -> Iterator[Part]:
    """Yield a decision with its reasons."""
    explanation = decision.explain(words.language)
    yield Heading(3, explanation.heading.sentence(words.form))
    yield Items(tuple(_items(explanation.summary, words)))
    for section in explanation.sections:
        heading = section.heading.sentence(words.form)
        yield Items((Item(heading, tuple(_items(section.steps, words))),))


def _items(steps: Sequence[ExplainedStep], words: Words) -> Iterator[Item]:
    for step in steps:
        yield Item(step.sentence(words.form), tuple(_items(step.parts, words)))


def _line_of(decision: Decision, rule: str) -> Line | None:
    return next((line for line in decision.lines if line.rule == rule), None)


def _outcome(decision: Decision, line: PolicyLine) -> str | None:
    own = _line_of(decision, str(line.rule.id))
    return None if own is None else own.outcome


def _of_peers(node: Node) -> bool:
    return any(isinstance(each, Ahead | OverPeers | Apportion) for each in in_order([node]))


def _telling(rows: Sequence[tuple[_Tried, Decimal]]) -> tuple[int, int]:
    """Return how much rows tell: how many amounts, and rather a metric than a fact about the agent."""
    amounts = {amount for _, amount in rows}
    return (min(len(amounts), _MOST_ROWS), int(bool(rows) and rows[0][0].field.metric))


def _some(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return rows that differ from a neighbour, the first and the last, as many as are good to read."""
    changes = [
        row
        for place, row in enumerate(rows)
        if place in (0, len(rows) - 1) or row[1] != rows[place - 1][1] or row[1] != rows[place + 1][1]
    ]
    every = -(-len(changes) // _MOST_ROWS)
    kept = changes[::every]
    return kept if kept[-1] == changes[-1] else [*kept, changes[-1]]
