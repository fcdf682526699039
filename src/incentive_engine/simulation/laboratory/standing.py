"""Where agents stand under a baseline and under a variant: in which band or grade, at which place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.decision.amounts import Known
from incentive_engine.kinds.interface import Rule
from incentive_engine.ruleset.fields import Title
from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.laboratory.ledger import Paid
from incentive_engine.simulation.laboratory.programs import Shown, shown_results
from incentive_engine.simulation.laboratory.variants import Variant
from incentive_engine.simulation.laboratory.views import Occupancy, RankChange, band_counts


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: a variant, and what it pays."""

    variant: Variant
    paid: Paid


def rules_of(variant: Variant) -> dict[str, Rule]:
    """Return the rules of a variant's rulesets by id."""
    return {str(line.rule.id): line.rule for policy in reversed(variant.policies()) for line in policy.lines}


def shown_by(variant: Variant) -> dict[str, Shown]:
    """Return the results of a variant's rules that are counted, by name."""
    return {shown.name: shown for policy in reversed(variant.policies()) for shown in shown_results(policy)}


def occupancy(before: Side, after: Side) -> Iterator[Occupancy]:
    """Yield in how many decisions each band and grade is reached."""
    ours, theirs = shown_by(before.variant), shown_by(after.variant)
    rules = {**rules_of(after.variant), **rules_of(before.variant)}
    for name, shown in {**theirs, **ours}.items():
        if shown.type.options:
            counts = _counts(before.paid, ours.get(name)), _counts(after.paid, theirs.get(name))
            yield Occupancy(
                rule=shown.rule,
                result=shown.result,
                title=rules[shown.rule].shown_title,
                bands=tuple(band_counts(*counts)),
            )


def _counts(paid: Paid, shown: Shown | None) -> dict[str | None, int]:
    """Return in how many decisions each band is reached, in the order of the bands."""
    if shown is None:
        return {None: len(paid.ledger.keys)}
    counts = paid.counts(shown.name)
    found: dict[str | None, int] = {
        option: counts[Fraction(place)] for place, option in enumerate(shown.type.options)
    }
    return {**found, None: counts[None]}


def rank_changes(before: Side, after: Side, places: int) -> Iterator[RankChange]:
    """Yield the agents whose place in a star award, or whose winning, is not the same."""
    rules = {**rules_of(after.variant), **rules_of(before.variant)}
    for name, rule in rules.items():
        if f"{name}.place" in {**before.paid.places, **after.paid.places}:
            yield from _ranked(name, rule.shown_title, (before.paid, after.paid), places)


def _ranked(rule: str, title: Title, sides: tuple[Paid, Paid], places: int) -> Iterator[RankChange]:
    found = (
        zip(*(_result(paid, f"{rule}.{name}") for name in ("place", "wins")), paid.final(rule), strict=True)
        for paid in sides
    )
    for key, before, after in zip(sides[0].ledger.keys, *found, strict=True):
        if before[:2] != after[:2]:
            yield RankChange(
                rule=rule,
                title=title,
                agent=key[1],
                period=str(key[0]),
                place_before=None if before[0] is None else int(before[0]),
                place_after=None if after[0] is None else int(after[0]),
                won_before=bool(before[1]),
                won_after=bool(after[1]),
                cost=Cost(before[2], after[2], places),
            )


def _result(paid: Paid, name: str) -> Sequence[Known | None]:
    """Return a result of a rule; unknown everywhere where there is no such rule."""
    return paid.result(name) if name in paid.places else [None] * len(paid.ledger.keys)
