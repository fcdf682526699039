"""What of a ruleset no test, or no row of a population, has reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incentive_engine.check.points import Point, points_of
from incentive_engine.compile.policy import Policy
from incentive_engine.decision.format import Format
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.graph.bind import bind
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.lower import lower
from incentive_engine.graph.nodes import (
    Constant,
    Node,
    OverPeers,
    PeriodTruth,
    Program,
    in_order,
)
from incentive_engine.kinds.cases import telling_periods
from incentive_engine.kinds.interface import Shown
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import Period
from incentive_engine.texts import Language, fill


@dataclass(frozen=True, slots=True)
class Coverage:
    """What has been reached of a ruleset, and what has not.

    What can be proven to be out of reach for everybody, within the declared ranges, counts for nothing.
    """

    policy: Policy
    reached: tuple[Point, ...]
    missed: tuple[Point, ...]

    def sentence(self, point: Point, language: Language = "en") -> str:
        """Return what would be told where a point is reached, without what differs from agent to agent."""
        shape = self.policy.shape
        form = Format(language, str(shape.currency), self.policy.money_places)
        values = {name: _shown(value, form) for name, value in point.values.items()}
        return fill(point.text, values, language)

    def blocks(self, language: Language = "en") -> Iterator[tuple[str, list[str]]]:
        """Yield what is missed, of parameters and metrics and then of each rule: a heading and its lines."""
        titles = {str(line.rule.id): line.rule.shown_title for line in self.policy.lines}
        for rule in dict.fromkeys(point.rule for point in self.missed):
            heading = fill("coverage.names", {}, language)
            if rule is not None:
                values = {"title": titles[rule].in_language(language), "rule": rule}
                heading = fill("coverage.rule", values, language)
            points = sorted((point for point in self.missed if point.rule == rule), key=_line)
            yield heading, [self._placed(point, language) for point in points]

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the coverage for JSON."""
        return {
            "reached": len(self.reached),
            "missed": [
                {
                    "rule": point.rule,
                    "step": point.text,
                    "file": self.policy.file,
                    "line": _line(point),
                    "text": self.sentence(point, language),
                }
                for point in self.missed
            ],
        }

    def _placed(self, point: Point, language: Language) -> str:
        sentence = self.sentence(point, language)
        values = {"file": self.policy.file, "line": str(_line(point)), "sentence": sentence}
        return fill("coverage.point", values, language)


def coverage_of(policy: Policy, rows: Iterable[RowValues]) -> Coverage:
    """Return what the values of some agents and periods reach of a ruleset."""
    points = points_of(policy)
    missed = list(points)
    for values in rows:
        missed = [point for point in missed if not point.is_reached(values)]
    possible = _possible(policy, missed)
    open_points = {id(point) for point in missed}
    reached = tuple(point for point in points if id(point) not in open_points)
    return Coverage(policy, reached, tuple(possible))


def _line(point: Point) -> int:
    return point.place.line


def _shown(value: Shown | Title | str, form: Format) -> str:
    match value:
        case Title():
            return value.in_language(form.language)
        case Shown(node=Constant(value=known)):
            return form.value(known, value.type, value.places)
        case Shown():
            return fill("coverage.open", {}, form.language)
    return value


# --- What nobody can reach


def _possible(policy: Policy, points: Iterable[Point]) -> list[Point]:
    """Return the points that cannot be proven to be out of reach in every period."""
    waiting, found = list(points), list[Point]()
    for period in _periods(policy, waiting):
        possible = _possible_in(policy, period, waiting)
        found += [point for point in waiting if point in possible]
        waiting = [point for point in waiting if point not in possible]
    order = {id(point): place for place, point in enumerate(points)}
    return sorted(found, key=lambda point: order[id(point)])


def _periods(policy: Policy, points: Iterable[Point]) -> list[Period]:
    """Return periods in force that between them answer all questions in every way."""
    nodes = in_order(_nodes(points))
    tests = (*(node.test for node in nodes if isinstance(node, PeriodTruth)), policy.effective)
    return [period for period in telling_periods(tests, policy.cadence) if policy.effective.holds(period)]


def _nodes(points: Iterable[Point]) -> list[Node]:
    return [node for point in points for way in point.ways for node in way]


def _possible_in(policy: Policy, period: Period, points: Iterable[Point]) -> list[Point]:
    nodes = _nodes(points)
    bound = bind(Program({}), period, Builder(), nodes).nodes
    lowered = lower(Program({}), [bound[node] for node in nodes])
    given: dict[int, Interval] = {}
    for field in policy.fields:
        if field.name in lowered.inputs:
            steps = 10**field.places
            low, high = (None if end is None else int(end * steps) for end in (field.lowest, field.highest))
            unknown = field.missing is None and not field.required
            given[lowered.inputs[field.name]] = Interval(low, high, unknown)
    for peer in lowered.peers:
        value = peer.node.value if isinstance(peer.node, OverPeers) else None
        if isinstance(value, Constant) and value.value >= 0:
            # How many of the others there are: perhaps none, perhaps nobody knows.
            given[peer.place] = Interval(0, None, may_be_unknown=True)
    intervals = bounds(lowered, given)

    def may_be_true(node: Node) -> bool:
        return intervals[lowered.places_of[bound[node]]].may_be_true

    return [point for point in points if any(all(may_be_true(node) for node in way) for way in point.ways)]
