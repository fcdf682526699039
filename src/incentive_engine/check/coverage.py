"""What of a ruleset no test, or no row of a population, has reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from incentive_engine.check.certain import Case, cases_of
from incentive_engine.check.points import Point, points_of
from incentive_engine.compile.policy import Policy
from incentive_engine.decision.format import Format
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.graph.nodes import Constant
from incentive_engine.kinds.interface import Shown
from incentive_engine.ruleset.fields import Title
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
    open_points = {id(point) for point in missed}
    reached = tuple(point for point in points if id(point) not in open_points)
    return Coverage(policy, reached, _possible(policy, missed))


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


def _possible(policy: Policy, points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points that cannot be proven to be out of reach in every case."""
    reachable: set[int] = set()
    for case in cases_of(policy, [node for point in points for way in point.ways for node in way]):
        reachable |= {
            id(point) for point in points if id(point) not in reachable and _is_possible(point, case)
        }
    return tuple(point for point in points if id(point) in reachable)


def _is_possible(point: Point, case: Case) -> bool:
    return any(all(case.interval(node).may_be_true for node in way) for way in point.ways)
