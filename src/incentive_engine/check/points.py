"""What of a ruleset can be reached: its bands, prizes, conditions, red lines and grades, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel

from incentive_engine.compile.policy import Policy, PolicyLine
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.graph.nodes import Node, Truth
from incentive_engine.kinds.interface import Shown, Step
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Span

# The steps of a name that tell of a branch: which case applies, and what is missing or rests on too little.
_BRANCHES_OF_NAMES = ("value.parameter_case", "value.missing", "value.thin")
_OF_NAMES = "value."
# Steps that tell how an amount is written, which is no question of policy; and grades, which are options.
_NOT_COUNTED = ("then.rounded", "scorecard.grade", "scorecard.highest_grade")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a decision can reach: a step that its explanation tells, or an option such as a grade.

    `rule` is the rule that it belongs to, None for parameters and metrics. It is reached by the values of an
    agent and period where on one of the `ways` to it all is true, and where `option`, if there is one, has
    the given place among its options. `ways` are several where a step is told under others that differ.
    """

    rule: str | None
    text: str
    values: Mapping[str, Shown | Title | str]
    place: Span
    ways: tuple[tuple[Node, ...], ...]
    option: tuple[Node, int] | None = None

    def is_reached(self, values: RowValues) -> bool:
        """Whether some values reach it."""
        if self.option is not None and values.value(self.option[0]) != self.option[1]:
            return False
        return any(all(values.value(node) is True for node in way) for way in self.ways)


def points_of(policy: Policy) -> tuple[Point, ...]:
    """Return all that can be reached in a ruleset: of parameters and metrics first, then rule by rule."""
    names = (point for name in policy.origins for point in _of_name(policy, name))
    rules = (point for line in policy.lines for point in _of_rule(line))
    found: dict[tuple[object, ...], Point] = {}
    for point in (*names, *rules):
        # What is told under the same condition is one thing to be reached, whatever it is told under.
        key = (point.rule, point.ways[0][-1], point.option)
        known = found.get(key)
        found[key] = point if known is None else replace(known, ways=(*known.ways, *point.ways))
    return tuple(found.values())


def _of_name(policy: Policy, name: str) -> Iterator[Point]:
    field = next((each for each in policy.fields if each.name == name), None)
    never_missing = field is not None and (field.missing is not None or field.required)
    for step in policy.origins[name]:
        when = step.when
        if step.text not in _BRANCHES_OF_NAMES or when is None or isinstance(when, Truth):
            continue
        if step.text == "value.missing" and never_missing:
            continue
        yield Point(None, step.text, step.values, step.span or _declared(policy, name), ((when,),))


def _declared(policy: Policy, name: str) -> Span:
    """Return where a metric, an attribute or a fact is declared."""
    sections = (policy.shape.attributes, policy.shape.metrics, policy.shape.facts)
    return next(key.span for section in sections for key in section if key == name)


# --- Rules


def _of_rule(line: PolicyLine) -> Iterator[Point]:
    later = line.payout.steps if line.payout is not None else ()
    yield from _of_steps(line, (*line.built.steps, *later), (line.in_scope,))
    if line.waits is not None:
        yield from _of_steps(line, line.review, (line.in_scope, line.waits))
    yield from _of_options(line)


def _of_steps(line: PolicyLine, steps: Iterable[Step], above: tuple[Node, ...]) -> Iterator[Point]:
    for step in steps:
        never = isinstance(step.when, Truth) and not step.when.value
        if never or step.text in _NOT_COUNTED or step.text.startswith(_OF_NAMES):
            continue
        needs = above
        if step.when is not None and not isinstance(step.when, Truth):
            needs = (*above, step.when)
            place = step.span or line.rule.id.span
            yield Point(str(line.rule.id), step.text, step.values, place, (needs,))
        yield from _of_steps(line, step.parts, needs)


def _of_options(line: PolicyLine) -> Iterator[Point]:
    """Yield the options of the rule's own results, such as grades; bands have steps that tell them."""
    told = _bands(line.built.steps)
    for name, result in line.built.results.items():
        kind = result.value.type
        if kind.attribute != f"{line.rule.id}.{name}" or told >= set(kind.options):
            continue
        for index, option in enumerate(kind.options):
            values = {"name": f"{line.rule.id}.{name}", "option": option}
            place = _written(line.rule, option) or line.rule.id.span
            chosen = (result.value.node, index)
            yield Point(str(line.rule.id), "coverage.option", values, place, ((line.in_scope,),), chosen)


def _bands(steps: Iterable[Step]) -> set[str]:
    return {str(step.values["band"]) for step in steps if "band" in step.values}


def _written(node: object, text: str) -> Span | None:
    """Return the place where a rule has a text as a name or a key, None where it has none."""
    match node:
        case Scalar():
            return node.span if node == text else None
        case BaseModel():
            inside: Iterable[object] = (getattr(node, name) for name in type(node).model_fields)
        case dict():
            inside = (*node.keys(), *node.values())
        case tuple():
            inside = node
        case _:
            return None
    return next((span for each in inside if (span := _written(each, text)) is not None), None)
