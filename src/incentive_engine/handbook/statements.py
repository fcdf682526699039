"""What rules say of themselves, as parts of a document; a kind that says nothing has its fields told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incentive_engine.compile.policy import PolicyLine
from incentive_engine.handbook.document import Heading, Item, Items, Paragraph, Part, Table
from incentive_engine.handbook.words import Words
from incentive_engine.kinds.instalments import Instalment
from incentive_engine.kinds.interface import Rule
from incentive_engine.kinds.lasting import Lasting
from incentive_engine.kinds.schema import docstrings
from incentive_engine.kinds.statement import Grid, Money, Rules, Statement, Told
from incentive_engine.kinds.statements.awards import lasting
from incentive_engine.kinds.statements.common import paid_where
from incentive_engine.ruleset.fields import ByAttribute, Shape, Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.texts import known_codes

# What is told in the same way of every kind; the others are told by the kind, or one by one.
_TOLD = {
    *("id", "kind", "title", "note", "tags", "when"),
    *("applies_to", "effective", "period", "hold_when", "recognise", "instead_of", "overlaps"),
    *("limit", "release", "clawback"),
}


def rule_parts(line: PolicyLine, words: Words) -> Iterator[Part]:
    """Yield what there is to say about one rule: for whom it is, when, and what it gives."""
    rule = line.rule
    yield Heading(3, rule.shown_title.in_language(words.language))
    if rule.note is not None:
        yield Paragraph(rule.note.in_language(words.language))
    own = rule.statements()
    said = own or (Statement("handbook.kind", {"about": _about(rule, words)}), *paid_where(rule.when))
    yield from statement_parts(
        [*_scope(rule), *said, *_recognised(line), *_held(rule), *_in_time(rule)], words
    )
    fields = [name for name in type(rule).model_fields if name in rule.model_fields_set and name not in _TOLD]
    kept = [name for name in fields if not own or name in Rule.model_fields]
    if kept:
        yield Items(tuple(Item(_field(rule, name, words)) for name in kept))


def _about(rule: Rule, words: Words) -> str:
    """Return what a kind is for: its text `kind.NAME` where there is one, else its docstring's first line."""
    code = f"kind.{rule.kind}"
    return words.say(code) if code in known_codes() else (type(rule).__doc__ or "").partition("\n")[0]


def statement_parts(statements: Iterable[Statement], words: Words) -> Iterator[Part]:
    """Yield statements: sentences that follow each other in a list, each table behind its sentence."""
    items: list[Item] = []
    for statement in statements:
        items.append(_item(statement, words))
        if statement.grid is not None:
            yield Items(tuple(items))
            yield table_of(statement.grid, words)
            items = []
    if items:
        yield Items(tuple(items))


def _item(statement: Statement, words: Words) -> Item:
    return Item(words.sentence(statement), tuple(_item(part, words) for part in statement.parts))


def table_of(grid: Grid, words: Words) -> Table:
    """Return a table in words, without columns in which nothing stands."""
    rows = [tuple(words.told(cell) for cell in row) for row in grid.rows]
    kept = [place for place in range(len(grid.columns)) if any(row[place] for row in rows)]
    headings = tuple(words.say(grid.columns[place]) for place in kept)
    return Table(headings, tuple(tuple(row[place] for place in kept) for row in rows))


# --- What all kinds have


def _scope(rule: Rule) -> Iterator[Statement]:
    if rule.applies_to is not None:
        yield Statement("handbook.applies_to", {"condition": rule.applies_to})
    days = {"first": rule.effective.days.first, "last": rule.effective.days.last}
    known = {name: str(day) for name, day in days.items() if day is not None}
    if known:
        dates = Statement(f"handbook.dates.{'_'.join(known)}", known)
        yield Statement("handbook.effective", {"dates": dates})
    if rule.period is not None:
        yield Statement("handbook.own_period", {"period": Statement(f"handbook.period.{rule.period}")})
    if rule.instead_of:
        yield Statement("handbook.instead_of", {"rules": Rules(rule.instead_of)})


def _recognised(line: PolicyLine) -> Iterator[Statement]:
    gives = line.amount is not None or line.credits is not None
    for each in line.rule.recognised:
        if each.when is None:
            # A rule without money or credits recognises those who fulfil its condition.
            yield Statement(
                "handbook.recognise" if gives else "handbook.recognise_alone", {"name": each.name}
            )
        else:
            yield Statement("handbook.recognise_when", {"name": each.name, "condition": each.when})


def _held(rule: Rule) -> Iterator[Statement]:
    if rule.limit is not None:
        window = Statement(f"handbook.period.{rule.limit.per}")
        yield Statement("handbook.limit", {"pay": Money(rule.limit.pay), "window": window})
    if rule.hold_when is not None:
        yield Statement("handbook.hold_when", {"condition": rule.hold_when})


def _in_time(rule: Rule) -> Iterator[Statement]:
    """Yield when what a rule gives is paid out, and when it is taken back."""
    if rule.release:
        yield Statement("handbook.release", parts=tuple(map(_instalment, rule.release)))
    if rule.clawback is not None:
        within = lasting(rule.clawback.within.number, rule.clawback.within.unit)
        values: dict[str, Told] = {"condition": rule.clawback.when, "periods": within}
        if rule.clawback.share is None:
            yield Statement("handbook.clawback", values)
        else:
            yield Statement("handbook.clawback_share", {**values, "share": rule.clawback.share})


def _instalment(instalment: Instalment) -> Statement:
    values: dict[str, Told] = {"share": instalment.share}
    for name in ("after", "within"):
        time: Lasting | None = getattr(instalment, name)
        if time is not None:
            values["periods"] = lasting(time.number, time.unit)
            if instalment.when is None:
                return Statement(f"handbook.release.{name}", values)
            return Statement(f"handbook.release.{name}_when", {**values, "condition": instalment.when})
    return Statement("handbook.release.now", values)


# --- Fields that nobody tells otherwise


def _field(rule: Rule, name: str, words: Words) -> str:
    """Return a field by the text that its kind has for it, else by its docstring."""
    shown = _shown(getattr(rule, name), words)
    for code in (f"handbook.field.{rule.kind}.{name}", f"handbook.field.{name}"):
        if code in known_codes():
            return words.say(code, value=shown)
    about = docstrings(type(rule)).get(name, name).rstrip(".")
    return words.say("handbook.field", about=about, value=shown)


def _shown(value: object, words: Words) -> str:
    match value:
        case Scalar() | ByAttribute() | Title():
            return words.told(value)
        case Shape():
            given = (name for name in type(value).model_fields if name in value.model_fields_set)
            return words.listed(
                words.say("handbook.option", option=name, value=_shown(getattr(value, name), words))
                for name in given
            )
        case tuple():
            return words.listed(_shown(each, words) for each in value)
        case dict():
            return words.listed(
                words.say("handbook.option", option=str(key), value=_shown(each, words))
                for key, each in value.items()
            )
        case bool():
            return words.say("shown.yes" if value else "shown.no")
    return str(getattr(value, "text", value))
