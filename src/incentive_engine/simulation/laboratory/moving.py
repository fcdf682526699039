"""Single numbers of a ruleset: where they stand, and a variant in which one of them is another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from incentive_engine.compile.ruleset import compile_tree
from incentive_engine.decision.amounts import amount, decimal_places
from incentive_engine.engine import Ruleset
from incentive_engine.ruleset.nodes import Node, Scalar, Table
from incentive_engine.simulation.laboratory.amounts import Quantity, quantity
from incentive_engine.simulation.laboratory.paths import changed, item_name
from incentive_engine.simulation.laboratory.variants import Setting, Stage, Variant

_SECTIONS = ("parameters", "tables", "rules", "total")


def moved(variant: Variant, path: Scalar, value: Quantity) -> Variant | None:
    """Return a variant with another number at a path, or None where its ruleset cannot be used with that.

    Raises:
        PathError: if the path leads nowhere.
    """
    ruleset = _moved(variant.ruleset, path, value)
    stages = [(stage.days, _moved(stage.ruleset, path, value)) for stage in variant.stages]
    usable = [Stage(days, each) for days, each in stages if each is not None]
    if ruleset is None or len(usable) < len(stages):
        return None
    point = (*variant.point, Setting(str(path), str(value)))
    return replace(variant, ruleset=ruleset, stages=tuple(usable), point=point)


def _moved(ruleset: Ruleset, path: Scalar, value: Quantity) -> Ruleset | None:
    policy = ruleset.policy
    root = changed(policy.root, path, Scalar(str(value), path.span))
    checked = compile_tree(root, f"{policy.content_hash}\n{path}: {value}", policy.file)
    return None if checked.policy is None else Ruleset(checked.policy)


def grown(number: Quantity, share: Fraction) -> Quantity:
    """Return a number that is larger by a share of itself, with as many places as that takes.

    >>> from decimal import Decimal
    >>> str(grown(Quantity(Decimal("2.50"), ""), Fraction(1, 100)))
    '2.525'
    """
    exact = number.exact * (1 + share)
    places = decimal_places(exact) or 0
    return Quantity(amount(exact.numerator, exact.denominator, places), number.unit)


def numbers(root: Table) -> Iterator[tuple[Scalar, Quantity]]:
    """Yield every number that a ruleset is set by, with the path that leads to it."""
    for section in _SECTIONS:
        if section in root:
            yield from _numbers(root[section], section)


def _numbers(node: Node, path: str) -> Iterator[tuple[Scalar, Quantity]]:
    if isinstance(node, Scalar):
        number = quantity(node)
        if number is not None:
            yield Scalar(path, node.span), number
    elif isinstance(node, Table):
        for key, value in node.items():
            yield from _numbers(value, f"{path}.{key}")
    else:
        for place, item in enumerate(node, start=1):
            yield from _numbers(item, f"{path}.{item_name(item, place)}")
