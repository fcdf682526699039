"""Proposals side by side: what each costs, and how the cost moves with a number that is tried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from incentive_engine.simulation.laboratory import ScenarioResult, VariantResult
from incentive_engine.simulation.laboratory.amounts import written_quantity
from incentive_engine.simulation.page.contents import Question
from incentive_engine.simulation.page.grids import PageTabulator
from incentive_engine.simulation.page.marks import Spec
from incentive_engine.simulation.page.sweeps import Cell, Point, Range, curve, field, ranges
from incentive_engine.simulation.page.words import Words, told_apart


def side_by_side(result: ScenarioResult, words: Words, make: PageTabulator) -> Iterator[Question]:
    """Yield what compares variants: the proposals where there are several, or the points of a sweep."""
    variants = result.variants
    if variants[0].variant.point:
        for proposal in result.scenario.proposals:
            yield _sweep([each for each in variants if each.variant.proposal == proposal], words, make)
    elif len(variants) > 1:
        yield _costs(variants, words, make)


def _costs(variants: Sequence[VariantResult], words: Words, make: PageTabulator) -> Question:
    names = told_apart([each.variant.shown_title(words.language) for each in variants])
    found = [_range(name, each, words) for name, each in zip(names, variants, strict=True)]
    ordered = sorted(zip(names, variants, strict=True), key=lambda each: each[1].cost.units)
    ends = {
        code: {"proposal": name, "amount": words.more(each.cost.units)}
        for code, (name, each) in (("least", ordered[0]), ("most", ordered[-1]))
    }
    return Question(
        asked=words.say("proposals.question"),
        answer=[words.say(f"proposals.{code}", **values) for code, values in ends.items()],
        chart=ranges(found, axis=words.say("axis.difference", currency=words.currency)),
        tables=[make.variants(variants), *([make.guardrails(variants)] if variants[0].judgements else [])],
    )


def _range(name: str, result: VariantResult, words: Words) -> Range:
    """Return what a variant costs more than the baseline, in the median repetition and around it."""
    interval, before, units = result.interval, result.before.total, result.cost.units
    ends = interval.low - before, interval.high - before
    told = words.say("proposals.told", proposal=name, amount=words.more(units))
    low, high = map(words.size, ends)
    return Range(name, words.size(units), low, high, words.bare_more(units), told)


# --- Sweeps ---------------------------------------------------------------------------------------------


def _sweep(variants: Sequence[VariantResult], words: Words, make: PageTabulator) -> Question:
    """Return how the cost of one proposal moves with the one or two numbers that are tried."""
    first, *second = (setting.path for setting in variants[0].variant.point)
    paths = words.say("sweep.pair", first=first, second=second[0]) if second else first
    least, most = (end(variants, key=lambda each: each.cost.units) for end in (min, max))
    answer = [
        words.say(f"sweep.{code}", point=_settings(each), amount=words.more(each.cost.units))
        for code, each in (("least", least), ("most", most))
    ]
    title = variants[0].variant.title.in_language(words.language)
    return Question(
        asked=words.say("sweep.question", path=paths, proposal=title),
        answer=answer,
        chart=_field(variants, words) if second else _curve(variants, words),
        tables=[make.variants(variants)],
    )


def _settings(result: VariantResult) -> str:
    return ", ".join(f"{each.path} = {each.value}" for each in result.variant.point)


def _curve(variants: Sequence[VariantResult], words: Words) -> Spec:
    points = [
        Point(_place(each.variant.point[0].value, number), _cost(each, words))
        for number, each in enumerate(variants, start=1)
    ]
    before = words.money(variants[0].before.total)
    return curve(
        points,
        baseline=(words.size(variants[0].before.total), words.say("sweep.baseline", amount=before)),
        axis=variants[0].variant.point[0].path,
        cost=words.say("axis.cost", currency=words.currency),
    )


def _place(value: str, number: int) -> Fraction:
    """Return where a value stands on the axis: where its number is, or by its place in the list."""
    found = written_quantity(value)
    return Fraction(number) if found is None else found.exact


def _cost(result: VariantResult, words: Words) -> Range:
    """Return what a variant costs, in the median repetition and around it."""
    interval, units = result.interval, result.cost.units_after
    told = words.say("proposals.told", proposal=_settings(result), amount=words.money(units))
    low, high = words.size(interval.low), words.size(interval.high)
    return Range("", words.size(units), low, high, words.bare(units), told)


def _field(variants: Sequence[VariantResult], words: Words) -> Spec:
    cells = []
    for each in variants:
        column, line = each.variant.point
        amount = words.more(each.cost.units)
        told = words.say("proposals.told", proposal=_settings(each), amount=amount)
        size = words.size(each.cost.units)
        cells.append(Cell(column.value, line.value, size, words.bare_more(each.cost.units), told))
    column, line = variants[0].variant.point
    return field(cells, column=column.path, line=line.path)
