"""What is measured and what is set: metrics, facts, seasons, parameters, formulas and tables of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from incentive_engine.compile.policy import InputField, Policy
from incentive_engine.handbook.document import Heading, Item, Items, Paragraph, Part, Table
from incentive_engine.handbook.statements import table_of
from incentive_engine.handbook.words import Words
from incentive_engine.kinds.statement import Grid, Money, Told
from incentive_engine.kinds.statements.common import band_grid
from incentive_engine.language.types import COUNT
from incentive_engine.ruleset.bands import Band, BandTable, ByTable
from incentive_engine.ruleset.fields import Formula, Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.shape import Case, Dated, Definition, OverTime, SeasonShape


def measured(policy: Policy, words: Words) -> Iterator[Part]:
    """Yield what comes with the data: the metrics, and the facts about the agent."""
    shape = policy.shape
    fields = {field.name: field for field in policy.fields}
    yield Heading(2, words.say("handbook.heading.measured"))
    yield Paragraph(words.say("handbook.measured", period=words.say(f"handbook.period.{shape.period}")))
    if shape.metrics:
        yield _table([fields[str(name)] for name in shape.metrics], words)
        thin = [
            Item(words.say("handbook.enough", name=words.title(str(name)), condition=words.condition(enough)))
            for name, metric in shape.metrics.items()
            if (enough := metric.enough) is not None
        ]
        thin.extend(
            Item(words.say("handbook.fresh", name=words.title(field.name), days=str(field.fresh_within)))
            for field in policy.fields
            if field.fresh_within is not None
        )
        if any(line.rule.period not in (None, shape.period) for line in policy.lines):
            thin.extend(_over_time(policy, fields, words))
        if thin:
            yield Items(tuple(thin))
    if shape.attributes:
        yield Paragraph(words.say("handbook.attributes"))
        yield _table([fields[str(name)] for name in shape.attributes], words)
    if shape.facts:
        yield Paragraph(words.say("handbook.facts"))
        yield _table([fields[str(name)] for name in shape.facts], words)
        for name, fact in shape.facts.items():
            if fact.per is not None:
                values = {"name": words.title(str(name)), "group": words.title(str(fact.per))}
                yield Paragraph(words.say("handbook.fact_per", **values))


def _over_time(policy: Policy, fields: Mapping[str, InputField], words: Words) -> Iterator[Item]:
    """Yield what metrics mean to rules that decide over a longer period than that of the data."""
    taken: dict[tuple[str, str], list[str]] = {}
    missing: dict[str, list[str]] = {}
    for name, metric in policy.shape.metrics.items():
        how = metric.over_time or (OverTime(take="sum") if fields[str(name)].type == COUNT else None)
        if how is None:
            continue
        weight = "" if how.mean_by is None else words.title(str(how.mean_by))
        taken.setdefault((how.take or "mean", weight), []).append(words.title(str(name)))
        if how.take != "last":
            missing.setdefault(how.missing_periods, []).append(words.title(str(name)))
    for (take, weight), names in taken.items():
        yield Item(words.say(f"handbook.over.{take}", names=words.listed(names), weight=weight))
    for code, names in missing.items():
        yield Item(words.say(f"handbook.over.missing_{code}", names=words.listed(names)))


def _table(fields: list[InputField], words: Words) -> Table:
    headings = tuple(words.say(f"handbook.column.{name}") for name in ("name", "kind", "source", "empty"))
    return Table(headings, tuple(_row(field, words) for field in fields))


def _row(field: InputField, words: Words) -> tuple[str, ...]:
    kind = words.say(f"handbook.type.{field.type.name}", options=words.listed(field.type.options or ("",)))
    if field.lowest is not None and field.highest is not None and not field.type.options:
        low, high = (words.form.value(end, field.type) for end in (field.lowest, field.highest))
        kind = words.say("handbook.type.range", kind=kind, low=low, high=high)
    if field.better is not None:
        kind = words.say(f"handbook.type.better.{field.better}", kind=kind)
    source = words.say("handbook.source", column=field.column)
    return (field.title.in_language(words.language), kind, source, _empty(field, words))


def _empty(field: InputField, words: Words) -> str:
    if field.required:
        return words.say("handbook.empty.error")
    if field.missing is None:
        return words.say("handbook.empty.unknown")
    missing = field.missing
    if field.type.name == "date" and missing == date.max.toordinal():
        return words.say("handbook.empty.never")
    value = missing if isinstance(missing, bool) else Fraction(missing, 10**field.places)
    return words.say("handbook.empty.value", value=words.form.value(value, field.type))


# --- What the policy sets


def values(policy: Policy, words: Words) -> Iterator[Part]:
    """Yield the seasons, the values that the policy sets, its formulas and tables."""
    shape = policy.shape
    if not (shape.seasons or shape.parameters or shape.formulas or shape.tables):
        return
    yield Heading(2, words.say("handbook.heading.values"))
    seasons = [_season(name, season, words) for name, season in shape.seasons.items()]
    if seasons:
        yield Items(tuple(map(Item, seasons)))
    yield from _definitions(shape.parameters, "handbook.parameter", words)
    yield from _definitions(shape.formulas, "handbook.formula", words)
    for name, table in shape.tables.items():
        yield from _tables(table, table.title or Title(str(name), str(name)), words)


def _season(name: Scalar, season: SeasonShape, words: Words) -> str:
    """Return when a season is, each year or once."""
    days = (season.from_.day, season.until.day)
    first, last = (day.isoformat() if isinstance(day, date) else f"{day[0]:02}-{day[1]:02}" for day in days)
    often = "once" if isinstance(days[0], date) else "yearly"
    values = {"name": words.title(str(name)), "first": first, "last": last}
    return words.say(f"handbook.season.{often}.{season.counts_for or 'days'}", **values)


def _definitions(definitions: Mapping[Scalar, Definition], code: str, words: Words) -> Iterator[Part]:
    plain = [
        Item(words.say(code, name=words.title(str(name)), value=words.formula(definition.value)))
        for name, definition in definitions.items()
        if definition.value is not None
    ]
    if plain:
        yield Items(tuple(plain))
    for name, definition in definitions.items():
        if definition.cases:
            yield Paragraph(words.say("handbook.cases", name=words.title(str(name))))
            headings = tuple(words.say(f"handbook.column.{each}") for each in ("case", "value"))
            yield Table(headings, tuple(_case(case, words) for case in definition.cases))


def _case(case: Case, words: Words) -> tuple[str, ...]:
    said = [*([dates(case, words)] if case.days.first or case.days.last else [])]
    if case.when is not None:
        said.append(words.say("handbook.case.when", condition=words.condition(case.when)))
    return (words.listed(said or [words.say("handbook.case.else")]), words.formula(case.value))


def dates(dated: Dated, words: Words) -> str:
    """Return from when until when something holds, in words."""
    days = {"first": dated.days.first, "last": dated.days.last}
    known = {name: str(day) for name, day in days.items() if day is not None}
    return words.say(f"handbook.dates.{'_'.join(known) or 'always'}", **known)


# --- Tables


def _tables(table: BandTable | ByTable, title: Title, words: Words) -> Iterator[Part]:
    """Yield a table of bands, or for each option of an attribute what stands under it."""
    called = title.in_language(words.language)
    if isinstance(table, BandTable):
        mode = table.mode or "fixed"
        yield Paragraph(words.say(f"handbook.table.{mode}", name=called))
        yield table_of(_grid(table), words)
        return
    numbers: dict[str, Formula] = {}
    for option, form in table.options.items():
        if isinstance(form, Scalar):
            numbers[str(option)] = form
        else:
            inner = words.say("handbook.table.option", name=called, option=str(option))
            yield from _tables(form, Title(inner, inner), words)
    if numbers:
        yield Paragraph(words.say("handbook.table.by", name=called, attribute=words.title(str(table.by))))
        headings = (words.title(str(table.by)), words.say("handbook.column.value"))
        yield Table(headings, tuple((option, words.formula(value)) for option, value in numbers.items()))


def _grid(table: BandTable) -> Grid:
    def given(band: Band) -> tuple[Told, ...]:
        pay = getattr(band, "pay", None)
        if pay is not None:
            return tuple(map(Money, pay))
        return tuple(getattr(band, "points", None) or getattr(band, "rate", None) or ())

    return band_grid(table.tiers, "handbook.column.gives", given)
