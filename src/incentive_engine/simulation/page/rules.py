"""Which rules make the difference, who reaches which band, and what else changes about decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incentive_engine.simulation.laboratory import VariantResult
from incentive_engine.simulation.laboratory.piloting import PilotResult
from incentive_engine.simulation.laboratory.views import Occupancy, OutcomeCost
from incentive_engine.simulation.page import charts
from incentive_engine.simulation.page.contents import Question
from incentive_engine.simulation.page.grids import PageTabulator
from incentive_engine.simulation.page.words import Words, told_apart
from incentive_engine.texts import fill


def by_rule(result: VariantResult, words: Words, make: PageTabulator) -> Question:
    """Return how the rules lead from the cost of the baseline to that of the proposal."""
    costs = [(rule.title.in_language(words.language), rule.cost) for rule in result.rules if rule.pays]
    costs.append((make.floor, result.floor_added))
    changed = [(name, cost.units) for name, cost in costs if cost.units]
    question = words.say("rules.question")
    tables = [make.rules(result.rules, result.floor_added, result.cost)]
    if not changed:
        return Question(question, [words.say("rules.none")], tables=tables)
    names = [words.say("before"), *(name for name, _ in changed), words.say("after")]
    first, *own, last = told_apart(names)
    units = [units for _, units in changed]
    cost = result.cost
    chart = charts.bridge(
        charts.Amount(first, words.size(cost.units_before), words.bare(cost.units_before)),
        [
            charts.Amount(name, words.size(each), words.bare_more(each))
            for name, each in zip(own, units, strict=True)
        ],
        charts.Amount(last, words.size(cost.units_after), words.bare(cost.units_after)),
        axis=words.say("axis.cost", currency=words.currency),
    )
    return Question(question, list(_movers(changed, words)), chart, tables)


def _movers(changed: Sequence[tuple[str, int]], words: Words) -> Iterator[str]:
    """Yield the rule that adds the most and the one that saves the most."""
    most, least = (end(changed, key=lambda each: each[1]) for end in (max, min))
    if most[1] > 0:
        yield words.say("rules.more", rule=most[0], amount=words.more(most[1]))
    if least[1] < 0:
        yield words.say("rules.less", rule=least[0], amount=words.more(least[1]))


def bands(occupancy: Occupancy, words: Words, make: PageTabulator) -> Question:
    """Return in how many decisions each band or grade of a rule is reached."""
    title = occupancy.title.in_language(words.language)
    names = told_apart([make.band(each.band) for each in occupancy.bands])
    standings = [
        charts.Standing(name, (each.before, words.count(each.before)), (each.after, words.count(each.after)))
        for name, each in zip(names, occupancy.bands, strict=True)
    ]
    moved = max(
        zip(names, occupancy.bands, strict=True), key=lambda each: abs(each[1].after - each[1].before)
    )
    name, band = moved
    answer = (
        words.say("bands.same")
        if band.before == band.after
        else words.say(
            "bands.moved", band=name, before=words.count(band.before), after=words.count(band.after)
        )
    )
    return Question(
        asked=words.say("bands.question", rule=title),
        answer=[answer],
        chart=charts.occupancy(
            standings, (words.say("before"), words.say("after")), count=words.say("axis.decisions")
        ),
        tables=[make.occupancy([occupancy])],
    )


def stars(result: VariantResult, words: Words, make: PageTabulator) -> Iterator[Question]:
    """Yield how many prizes of star awards go to others, if any does."""
    changes = [each for each in result.rank_changes if each.won_before != each.won_after]
    if changes:
        won = sum(1 for each in changes if each.won_after)
        answer = words.say("stars.answer", won=words.count(won), lost=words.count(len(changes) - won))
        yield Question(words.say("stars.question"), [answer], tables=[make.stars(changes)])


def statuses(result: VariantResult, words: Words, make: PageTabulator) -> Iterator[Question]:
    """Yield which decisions cannot be paid yet, if there are any before or after."""
    if any({each.before, each.after} & {"held", "incomplete"} for each in result.statuses):
        counts = {
            f"{name}_{side}": words.count(
                sum(each.decisions for each in result.statuses if getattr(each, side) == name)
            )
            for name in ("held", "incomplete")
            for side in ("before", "after")
        }
        answer = words.say("statuses.answer", **counts)
        yield Question(words.say("statuses.question"), [answer], tables=[make.statuses(result.statuses)])


def outcome(cost: OutcomeCost, words: Words, make: PageTabulator) -> Question:
    """Return what one unit of what the money is spent for costs."""
    table = make.outcome(cost)
    title = cost.title.in_language(words.language)
    if cost.unit_before is None or cost.unit_after is None:
        answer = words.say("outcome.none")
    else:
        *_, before, after, _ = table.rows[-1]
        answer = words.say("outcome.answer", before=before.text, after=after.text, currency=words.currency)
    return Question(words.say("outcome.question", outcome=title), [answer], tables=[table])


def pilot(found: PilotResult, words: Words, make: PageTabulator) -> Question:
    """Return what a proposal costs and does as a pilot."""
    cost = found.cost
    values = {
        "before": words.money(cost.units_before),
        "after": words.money(cost.units_after),
        "difference": words.more(cost.units),
    }
    answer = [fill("pilot.cost", values, words.language), fill("pilot.method", {}, words.language)]
    if found.mixed:
        answer.append(fill("pilot.mixed", {"count": words.count(len(found.mixed))}, words.language))
    return Question(words.say("pilot.question"), answer, tables=[make.pilot(found)])
