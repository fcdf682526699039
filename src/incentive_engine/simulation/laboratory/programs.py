"""What is asked of a variant, as a program: what it pays by which rule, which bands and places it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

from incentive_engine.compile.policy import InputField, Policy, PolicyLine
from incentive_engine.graph.nodes import (
    Choose,
    Constant,
    Flag,
    Input,
    Node,
    PeriodTruth,
    Pick,
    Program,
    Sum,
    Truth,
    Unknown,
    in_order,
)
from incentive_engine.kinds.interface import Result
from incentive_engine.language.types import BOOLEAN, Type, choice
from incentive_engine.ruleset.period import DateRange
from incentive_engine.simulation.laboratory.variants import Variant

TOTALS = ("total", "floor_added", "held", "incomplete", "eligible")
DEFERRED = " deferred"
"""How the names of results end that rules have still to pay later. No result of a rule is called so."""
_BAND = "band"
_STANDING = ("place", "wins", "broken")


@dataclass(frozen=True, slots=True)
class Shown:
    """A result that is counted: the band or grade reached, the place in a ranking, a broken red line.

    A band or grade is a choice, also where bands have no names: they are called by their numbers then.
    """

    rule: str
    result: str
    type: Type
    node: Node

    @property
    def name(self) -> str:
        """The name of the result, such as `volume_bonus.band`."""
        return f"{self.rule}.{self.result}"


def shown_results(policy: Policy) -> Iterator[Shown]:
    """Yield the results of a policy that can be counted."""
    for line in policy.lines:
        rule = str(line.rule.id)
        for name, result in line.built.results.items():
            node, kind = _in_scope(line, result), result.value.type
            if name == _BAND and not kind.options:
                options = tuple(str(number + 1) for number in range(_bands(result.value.node)))
                yield Shown(
                    rule, name, choice(f"{rule}.{name}", options), Sum((node, Constant(Fraction(-1))))
                )
            elif kind.options or name in _STANDING:
                yield Shown(rule, name, kind, node)


def _in_scope(line: PolicyLine, result: Result) -> Node:
    """Return a result as it is for those to whom its rule applies; for others unknown, or nothing."""
    value = result.value.node
    outside: Node = Unknown(value.boolean)
    if result.nothing_outside:
        outside = Truth(value=False) if value.boolean else Constant(Fraction(0))
    return Choose(line.in_scope if line.applies is None else line.applies, value, outside)


def _bands(node: Node) -> int:
    """Return how many bands a rule has: they are picked by number."""
    picked = node.options if isinstance(node, Pick) else (node,)
    numbers = [each.value for each in picked if isinstance(each, Constant)]
    return int(max(numbers, default=Fraction(0)))


def program_of(variant: Variant) -> Program:
    """Return the program of a variant.

    In the periods of a stage that stage's ruleset decides, and what it leaves to the next period is what the
    ruleset in force there finds: balances and streaks go on.
    """
    first, *others = [_program(policy) for policy in variant.policies()]
    staged = zip((stage.days for stage in variant.stages), others, strict=True)
    return reduce(_staged, staged, first)


def data_program(fields: Sequence[InputField], policies: Iterable[Policy]) -> Program:
    """Return a program whose results are all that policies read from outside, and all fields."""
    read = (node for policy in policies for node in in_order(policy.program.roots()))
    others = {node.name: replace(node, optional=True) for node in read if isinstance(node, Input | Flag)}
    return Program({**others, **{field.name: _input(field) for field in fields}})


def _input(field: InputField) -> Node:
    if field.type is BOOLEAN:
        return Flag(field.name, optional=True)
    return Input(field.name, field.places, field.lowest, field.highest, optional=True)


def _program(policy: Policy) -> Program:
    lines = {str(line.rule.id): line for line in policy.lines}
    results = {name: policy.program.results[name] for name in TOTALS}
    results |= {f"{rule}.final": line.final for rule, line in lines.items() if line.final is not None}
    results |= {
        f"{rule} {number}{DEFERRED}": node
        for rule, line in lines.items()
        for number, node in enumerate(line.still_owed)
    }
    results |= {shown.name: shown.node for shown in shown_results(policy)}
    return Program(results, policy.program.states)


def _staged(before: Program, staged: tuple[DateRange, Program]) -> Program:
    days, after = staged
    test = PeriodTruth(days)

    def either(name: str) -> Node:
        old, new = before.results.get(name), after.results.get(name)
        known = old or new or Unknown(of_boolean=False)
        return Choose(test, new or _absent(name, known), old or _absent(name, known))

    names = dict.fromkeys((*before.results, *after.results))
    states = {slot: Choose(test, after.states[slot], step) for slot, step in before.states.items()}
    return Program({name: either(name) for name in names}, states)


def _absent(name: str, like: Node) -> Node:
    """Return what a rule is worth in a ruleset that does not have it: no money, and no result."""
    return Constant(Fraction(0)) if name.endswith(".final") else Unknown(like.boolean)
