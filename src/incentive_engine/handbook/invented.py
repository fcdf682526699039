"""Invented data for the examples of a handbook: typical values, and values at the edges of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import prod

from incentive_engine.compile.policy import InputField, Policy, PolicyLine
from incentive_engine.decision.amounts import Known
from incentive_engine.graph.bind import bind
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import (
    Band,
    Choose,
    Compare,
    Constant,
    Default,
    Flag,
    Greatest,
    Input,
    Least,
    Node,
    Product,
    Program,
    Round,
    Unknown,
    in_order,
)
from incentive_engine.language.types import Type
from incentive_engine.ruleset.period import Period, period_of

_EARLIER = 3
_SOME_DAY = date(2026, 1, 1)
_RATIOS = {"lower": ("0", "0.02", "0.05", "0.1"), "higher": ("0.6", "0.75", "0.85", "0.92", "1")}
_SMALL = 3  # A number whose range ends so low is a factor, of which one is typical.
_FEW = 10
_MONEY = 5000
_SECONDS = 60
_YEARS_OF_SERVICE = 2

Values = Mapping[str, Known]
"""The values of an invented agent by field; what is in none is empty."""


@dataclass(frozen=True, slots=True)
class Invented:
    """What is invented for a policy: a period, a typical agent, and for each field what is worth showing."""

    policy: Policy
    period: Period
    typical: Values
    shown: Mapping[str, tuple[Known, ...]]

    def row(self, agent: str, values: Values, period: Period | None = None) -> dict[str, str]:
        """Return a row of data."""
        keys, facts = self.policy.shape.snapshot, self.policy.shape.facts
        row = {
            field.column: _cell(field, values.get(field.name))
            for field in self.policy.fields
            if field.name not in facts
        }
        at = period or self.period
        row |= {field.measured: str(at.end) for field in self.policy.fields if field.fresh_within is not None}
        row |= {str(keys.agent): agent, str(keys.period): str(at)}
        if keys.event is not None:
            row[str(keys.event)] = f"{agent} {period or self.period}"
        return row

    def facts(self) -> list[dict[str, str]]:
        """Return the facts of this period and the earlier ones: typical, and the same for each group."""
        fields = {field.name: field for field in self.policy.fields}
        rows: list[dict[str, str]] = []
        for name, fact in self.policy.shape.facts.items():
            field = fields[str(name)]
            cell = {field.column: _cell(field, self.typical.get(field.name))}
            if fact.per is None:
                rows.append(cell)
            else:
                by = fields[str(fact.per)]
                groups = by.type.options or (_cell(by, self.typical.get(by.name)),)
                rows += [{**cell, by.column: group} for group in groups]
        period = str(self.policy.shape.snapshot.period)
        return [{**row, period: str(each)} for row in rows for each in (*self.earlier(), self.period)]

    def near(self, declared: InputField, value: Fraction) -> Fraction:
        """Return the value of the data that is nearest to a number, within the declared range."""
        return _on_grid(declared, value)

    def before(self) -> Values:
        """Return what was measured of everybody in earlier periods: less than is typical now."""
        values = dict(self.typical)
        for declared in self.policy.fields:
            value = values.get(declared.name)
            if declared.metric and declared.better != "lower" and isinstance(value, Fraction):
                ratio = declared.type.name == "ratio"
                values[declared.name] = _on_grid(declared, value - Fraction(1, 20) if ratio else value / 2)
        return values

    def earlier(self) -> list[Period]:
        """Return some periods before this one in which the ruleset is in force, the earliest first."""
        found: list[Period] = []
        period = self.period.previous()
        while len(found) < _EARLIER and self.policy.effective.holds(period):
            found.insert(0, period)
            period = period.previous()
        return found


def invented(policy: Policy) -> Invented:
    """Return invented data for a policy."""
    period = _period(policy)
    limits = _limits(policy, period)
    breaches = _breaches(policy)
    typical: dict[str, Known] = {}
    shown: dict[str, tuple[Known, ...]] = {}
    for field in policy.fields:
        found = limits.get(field.name, _Limits())
        value = _typical(field, found, period)
        if value is True and field.name in breaches:
            value = False
        if value is not None:
            typical[field.name] = value
        if value is not None and field.name not in policy.shape.facts:
            shown[field.name] = _worth_showing(field, sorted(found.every), value)
    return Invented(policy, period, typical, shown)


def _breaches(policy: Policy) -> set[str]:
    """Return what is true or false and read by red lines: nothing typical breaks them."""
    consequences = (line.built.consequence for line in policy.lines)
    broken = [consequence.broken for consequence in consequences if consequence is not None]
    return {node.name for node in in_order(broken) if isinstance(node, Flag)}


def _period(policy: Policy) -> Period:
    """Return a period in force, after some others where the ruleset is in force so long."""
    period = period_of(policy.effective.first or policy.effective.last or _SOME_DAY, policy.cadence)
    for _ in range(_EARLIER):
        if policy.effective.holds(period.next()):
            period = period.next()
    return period


# --- What is compared


@dataclass(frozen=True, slots=True)
class _Limits:
    """The numbers with which a field is compared: those of conditions, those of bands, and all there are."""

    conditions: set[Fraction] = dataclass_field(default_factory=set)
    bands: set[Fraction] = dataclass_field(default_factory=set)
    every: set[Fraction] = dataclass_field(default_factory=set)


def _limits(policy: Policy, period: Period) -> dict[str, _Limits]:
    """Return the numbers with which each field, or a multiple of it, is compared somewhere."""
    decisive = [node for line in policy.lines for node in _decisive(line)]
    bound = bind(Program({}), period, Builder(), decisive).nodes
    found: dict[str, _Limits] = {}
    for node in in_order(bound[each] for each in decisive):
        for compared, limits in _comparisons(node):
            for name, factor in _multiples(compared, Fraction(1)):
                numbers = {limit / factor for limit in _constants(limits)}
                known = found.setdefault(name, _Limits())
                known.every.update(numbers)
                match node:
                    case Compare():
                        known.conditions.update(numbers)
                    case Band():
                        known.bands.update(numbers)
    return found


def _decisive(line: PolicyLine) -> Iterator[Node]:
    yield line.in_scope
    yield from (node for node in (line.amount, line.credits) if node is not None)
    yield from (recognition.when for recognition in line.built.recognitions)
    if line.built.consequence is not None:
        yield line.built.consequence.broken


def _comparisons(node: Node) -> Iterator[tuple[Node, Sequence[Node]]]:
    match node:
        case Band(value=value, limits=limits):
            yield value, limits
        case Compare(left=left, right=right):
            yield from ((left, (right,)), (right, (left,)))
        case Least(terms=terms) | Greatest(terms=terms):
            yield from ((term, [other for other in terms if other is not term]) for term in terms)


def _multiples(node: Node, factor: Fraction) -> Iterator[tuple[str, Fraction]]:
    """Yield the fields of which a value is a multiple; other fields in a product are taken for one."""
    match node:
        case Input():
            yield node.name, factor
        case Round(value=value) | Default(value=value):
            yield from _multiples(value, factor)
        case Choose(then=then, otherwise=Unknown()):  # What counts only where there is enough of it.
            yield from _multiples(then, factor)
        case Product(factors=factors):
            constant = prod(each.value for each in factors if isinstance(each, Constant))
            for each in factors:
                yield from _multiples(each, factor * constant) if constant else ()


def _constants(nodes: Iterable[Node]) -> set[Fraction]:
    return {node.value for node in nodes if isinstance(node, Constant)}


# --- Values


def _typical(field: InputField, limits: _Limits, period: Period) -> Known | None:
    kind = field.type
    match kind.name:
        case "boolean":
            return True
        case "choice":
            return Fraction(len(kind.options) // 2)
        case "text":
            return None
        case "date":
            start = period.start
            years = start.replace(year=start.year - _YEARS_OF_SERVICE, day=1)
            return None if field.missing is not None else Fraction(years.toordinal())
    return _on_grid(field, _typical_number(field, limits))


def _typical_number(field: InputField, limits: _Limits) -> Fraction:
    """Return a number in the middle of the bands, and on the better side of conditions."""
    if field.type.name == "ratio":
        return _typical_ratio(field, limits)
    if field.better == "lower":
        least = min((limit for limit in limits.every if limit > 0), default=_usual(field))
        return Fraction(0) if field.type.name == "count" else least / 2
    low, high = field.lowest or Fraction(0), field.highest
    if field.type.name == "number" and high is not None and high <= _SMALL:
        return Fraction(1)
    bands = sorted(limit for limit in limits.bands if limit > 0)
    middle = len(bands) // 2
    number = (bands[middle - 1] + bands[middle]) / 2 if len(bands) > 1 else max(bands, default=Fraction(0))
    needed = max((limit for limit in limits.conditions if limit > 0), default=Fraction(0))
    number = max(number, needed * 4 / 3)
    if number:
        return number
    return low + (high - low) / _FEW if high is not None else _usual(field)


def _typical_ratio(field: InputField, limits: _Limits) -> Fraction:
    inside = [limit for limit in limits.every if 0 < limit < 1]
    if field.better == "lower":
        return min(inside, default=Fraction(1, 10)) / 2
    return (max(inside, default=Fraction(4, 5)) + 1) / 2


def _usual(field: InputField) -> Fraction:
    return Fraction({"money": _MONEY, "duration": 2 * _SECONDS}.get(field.type.name, _FEW))


def _worth_showing(field: InputField, limits: Sequence[Fraction], typical: Known) -> tuple[Known, ...]:
    """Return values at limits, next to them and between them, and what is typical."""
    kind = field.type
    if kind.name == "boolean":
        return (True, False)
    if kind.options:
        return tuple(Fraction(place) for place in range(len(kind.options)))
    if kind.name == "date":
        return (typical,)
    step = Fraction(1, 10**field.places)
    near = [limit + offset for limit in limits for offset in (-step, Fraction(0), step)]
    between = [(one + other) / 2 for one, other in pairwise(limits)]
    usual = [Fraction(text) for text in _RATIOS[field.better or "higher"]] if kind.name == "ratio" else []
    beyond = [Fraction(typical) * factor for factor in (Fraction(1, 2), Fraction(2))]
    values = {_on_grid(field, value) for value in (*near, *between, *usual, *beyond, Fraction(typical))}
    return tuple(sorted(values))


def _on_grid(field: InputField, value: Fraction) -> Fraction:
    """Return the value of the data that is nearest to a number, within the declared range."""
    steps = 10**field.places
    inside = max(value, field.lowest) if field.lowest is not None else value
    inside = min(inside, field.highest) if field.highest is not None else inside
    return Fraction(round(inside * steps), steps)


def _cell(field: InputField, value: Known | None) -> str:
    """Return a value as data have it; that of a text is the same for all, and an empty one is empty."""
    kind: Type = field.type
    if value is None:
        return "A" if kind.name == "text" else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind.options:
        return kind.options[int(value)]
    if kind.name == "date":
        return date.fromordinal(int(value)).isoformat()
    return _decimal(value / field.scale)


def _decimal(value: Fraction) -> str:
    """Return a number in decimal digits; one without end is cut far behind what matters."""
    digits = 12
    scaled = round(value * 10**digits)
    whole, part = divmod(abs(scaled), 10**digits)
    return f"{'-' if scaled < 0 else ''}{whole}.{part:0{digits}}".rstrip("0").rstrip(".")
