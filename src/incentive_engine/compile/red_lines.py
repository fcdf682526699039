"""What red lines leave of what the other rules pay: void, then keep, then deduct.

A red line that cannot be judged holds what it affects, so that nothing is paid that it might take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incentive_engine.compile.policy import Deduction
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import Consequence, Rule
from incentive_engine.ruleset.nodes import Scalar


@dataclass(frozen=True, slots=True)
class RedLine:
    """One red line and what it does."""

    rule: Rule
    consequence: Consequence

    @property
    def id(self) -> Scalar:
        """The red line's name."""
        return self.rule.id


def reaches(red_line: Rule, rule: Rule) -> bool:
    """Whether a red line affects a rule by id, by tag, or as one of all; it never affects a red line."""
    if red_line is rule or rule.affected != ():
        return False
    named = red_line.affected
    return named is None or is_named(rule, named)


def is_named(rule: Rule, names: Sequence[Scalar]) -> bool:
    """Whether a rule is among those that are named by id or tag."""
    return rule.id in names or any(tag in names for tag in rule.tags)


@dataclass(frozen=True, slots=True)
class Reach:
    """What the red lines that affect one rule do to it, before deductions.

    `voided` and `held` are never unknown: held is what some red line that cannot be judged, or one that
    holds, or a review by a person, keeps from being paid, unless a red line voids it anyway. `share` is what
    is kept.
    """

    voided: Node
    held: Node
    share: Node
    voided_by: tuple[tuple[Scalar, Node], ...]
    held_by: tuple[tuple[Scalar, Node], ...]
    kept: tuple[tuple[Scalar, Node, Node], ...]

    def left_of(self, value: Node, builder: Builder, places: int, rounding: Rounding) -> Node:
        """Return what is left of a value: nothing where voided, unknown where held, else the share kept."""
        kept = builder.round(builder.multiply(value, self.share), places, rounding) if self.kept else value
        held = builder.choose(self.held, builder.unknown(), kept)
        return builder.choose(self.voided, builder.constant(0), held)


def reach(ours: Sequence[RedLine], waits: Node, builder: Builder) -> Reach:
    """Return what the red lines that affect a rule do to it; `waits` says that a person has to look first."""
    voided_by = tuple((each.id, _surely(builder, each)) for each in ours if each.consequence.action == "void")
    kept = tuple(
        (each.id, _surely(builder, each), _size(each)) for each in ours if each.consequence.action == "keep"
    )
    held_by = tuple((each.id, _holds(builder, each)) for each in ours)
    voided = builder.any_of(*(broken for _, broken in voided_by))
    held = builder.all_of(builder.opposite(voided), builder.any_of(waits, *(holds for _, holds in held_by)))
    one = builder.constant(1)
    share = builder.multiply(*(builder.choose(broken, size, one) for _, broken, size in kept))
    return Reach(voided, held, share, voided_by, held_by, kept)


def _surely(builder: Builder, red_line: RedLine) -> Node:
    return builder.default(red_line.consequence.broken, builder.false)


def _size(red_line: RedLine) -> Node:
    assert red_line.consequence.size is not None  # noqa: S101 -- only void and hold have no size
    return red_line.consequence.size


def _holds(builder: Builder, red_line: RedLine) -> Node:
    """Whether a red line holds: it is one that does, or it cannot be judged, or its size is unknown."""
    broken, size = red_line.consequence.broken, red_line.consequence.size
    cannot_judge = builder.opposite(builder.known(broken))
    surely = _surely(builder, red_line)
    if red_line.consequence.action == "hold":
        return builder.any_of(cannot_judge, surely)
    if size is None:
        return cannot_judge
    return builder.any_of(cannot_judge, builder.all_of(surely, builder.opposite(builder.known(size))))


def deducted(
    red_line: RedLine, lines: dict[str, Node], affected: Sequence[str], owed: Node, builder: Builder
) -> tuple[dict[str, Deduction], Node]:
    """Take a deduction off lines in rule order: each gives what it has until the amount is covered.

    Returns what is taken from each affected line, and what the lines could not give; `lines` are lowered.
    `owed` is what an earlier period left. A line whose amount is unknown gives nothing now.
    """
    zero = builder.constant(0)
    left = builder.add(builder.choose(_surely(builder, red_line), _size(red_line), zero), owed)
    taken: dict[str, Deduction] = {}
    for line in affected:
        has = builder.default(builder.greatest(lines[line], zero), zero)
        part = builder.least(builder.default(left, zero), has)
        left = builder.subtract(left, part)
        lines[line] = builder.subtract(lines[line], part)
        taken[line] = Deduction(red_line.id, part)
    return taken, left
