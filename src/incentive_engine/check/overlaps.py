"""Rules that pay for the same thing: by the same measure, to the same people, without saying so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from incentive_engine.check.measures import Measure, Measures
from incentive_engine.compile.policy import Policy, PolicyLine
from incentive_engine.graph.nodes import AllOf, Compare, Constant, Default, Node, Not
from incentive_engine.kinds.interface import Rule
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem


def overlaps(policy: Policy) -> Iterator[Problem]:
    """Yield each rule that pays by the same measure as one before it, and each overlap that there is not.

    Two rules may apply to one agent unless their conditions exclude each other as they are written, or one
    takes the place of the other. Whoever means both to be paid names one in the `overlaps` of the other.
    """
    measures = Measures(policy)
    paying = [_Paying(line, measures.of_rule(line.rule)) for line in policy.lines]
    for at, each in enumerate(paying):
        before = [other for other in paying[:at] if each.meets(other)]
        unsaid = [other for other in before if not (_says(each, other) or _says(other, each))]
        if unsaid:
            yield _problem(each, unsaid)
        meeting = {other.rule.id for other in (*before, *paying[at + 1 :]) if each.meets(other)}
        for name in each.rule.overlaps:
            if name not in meeting:
                yield Problem("IE3881", {"rule": str(each.rule.id), "name": str(name)}, name.span)


@dataclass(frozen=True)
class _Paying:
    """A rule, the measures that it pays by, and the conditions that all hold where it pays."""

    line: PolicyLine
    measures: dict[Measure, Scalar]

    @property
    def rule(self) -> Rule:
        """The rule as it is written."""
        return self.line.rule

    @cached_property
    def conditions(self) -> frozenset[Node]:
        """The conditions of its scope, and its own, as far as they are joined by `and`."""
        own = self.rule.when
        steps = self.line.built.steps if own is not None else ()
        holds = [step.when for step in steps if own is not None and step.span == own.span]
        return frozenset(_terms([self.line.in_scope, *(node for node in holds[:1] if node is not None)]))

    def meets(self, other: _Paying) -> bool:
        """Whether another rule pays some agent by one of the same measures."""
        if self.measures.keys().isdisjoint(other.measures) or other.rule.id in self.rule.instead_of:
            return False
        return self.rule.id not in other.rule.instead_of and not any(
            _exclude(one, another) for one in self.conditions for another in other.conditions
        )


def _says(one: _Paying, other: _Paying) -> bool:
    """Whether a rule says that it overlaps another one, or takes off what that has paid."""
    names = {other.rule.id, *other.rule.tags}
    return other.rule.id in one.rule.overlaps or not names.isdisjoint(one.rule.takes_off)


def _problem(each: _Paying, others: Sequence[_Paying]) -> Problem:
    """Return that a rule pays by the same measure as others, at the formula in which that stands."""
    first = others[0]
    measure = next(measure for measure in each.measures if measure in first.measures)
    names = [str(other.rule.id) for other in others]
    values = {
        "rule": str(each.rule.id),
        "others": ", ".join(f"`{name}`" for name in names),
        "written": names[0] if len(names) == 1 else f"[{', '.join(names)}]",
        "measure": ", ".join(f"`{name}`" for name in sorted(measure)),
    }
    return Problem("IE3880", values, each.measures[measure].span, (first.measures[measure].span,))


def _terms(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the conditions that all hold where some nodes are true."""
    for node in nodes:
        match node:
            case AllOf(terms=terms):
                yield from _terms(terms)
            case Default(value=value):
                yield from _terms([value])
            case _:
                yield node


def _exclude(one: Node, other: Node) -> bool:
    """Whether two conditions cannot both hold: opposites, and two values of the same thing."""
    if isinstance(one, Compare) and isinstance(other, Compare):
        return _compare_oppositely(one, other) or _compare_oppositely(other, one)
    return (isinstance(one, Not) and one.term is other) or (isinstance(other, Not) and other.term is one)


def _compare_oppositely(one: Compare, other: Compare) -> bool:
    match one.operator, other.operator:
        case "==", "==":
            values = (one.right, other.right)
            return (
                one.left is other.left
                and all(isinstance(each, Constant) for each in values)
                and (values[0] is not values[1])
            )
        case "==", "!=":
            return one.left is other.left and one.right is other.right
        case "<", "<=":
            return one.left is other.right and one.right is other.left
    return False
