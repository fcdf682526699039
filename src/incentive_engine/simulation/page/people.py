"""Who gains and who loses by a proposal, and how the pay of agents is spread."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from incentive_engine.simulation.cost import Cost
from incentive_engine.simulation.laboratory import VariantResult
from incentive_engine.simulation.laboratory.distribution import SHARES, Distribution
from incentive_engine.simulation.laboratory.views import Section, Splitting
from incentive_engine.simulation.page import charts
from incentive_engine.simulation.page.bins import Step, change_steps, round_width, steps
from incentive_engine.simulation.page.contents import Question
from incentive_engine.simulation.page.grids import PageTabulator
from incentive_engine.simulation.page.words import Words, told_apart


def who_gains(result: VariantResult, words: Words, make: PageTabulator) -> Question:
    """Return how many gain and lose how much."""
    agents = result.agents
    counts = {
        "all": words.count(agents.counted),
        "gainers": words.count(agents.gainers),
        "losers": words.count(agents.losers),
        "unchanged": words.count(agents.unchanged),
    }
    changes = [cost.units for cost in result.by_agent.values()]
    question = words.say("who.question")
    answer = [words.say("who.answer", **counts)]
    found = change_steps(changes, round_width(changes, words.unit)) if any(changes) else []
    if not found:
        return Question(question, answer)
    answer += ends(changes, words)
    bins = [
        charts.Bin(
            words.size(step.first),
            words.size(step.last),
            step.count,
            words.say("who.step", agents=words.count(step.count), **_limits(step, words)),
        )
        for step in found
    ]
    chart = charts.changes(
        bins, axis=words.say("axis.difference", currency=words.currency), count=words.say("axis.agents")
    )
    return Question(question, answer, chart, [make.people(agents, result.per_decision), make.changes(found)])


def ends(changes: Sequence[int], words: Words) -> Iterator[str]:
    """Yield what any agent gains and loses at most."""
    if max(changes, default=0) > 0:
        yield words.say("who.gain", amount=words.money(max(changes)))
    if min(changes, default=0) < 0:
        yield words.say("who.loss", amount=words.money(-min(changes)))


def _limits(step: Step, words: Words) -> dict[str, str]:
    return {"first": words.bare_more(step.first), "last": words.bare_more(step.last)}


# --- By group -------------------------------------------------------------------------------------------


def by_group(result: VariantResult, names: Sequence[str], words: Words, make: PageTabulator) -> Question:
    """Return who gains and who loses by attributes or metrics of these names."""
    splitting = result.by(*names)
    labels = told_apart([make.joined(splitting.labels(each, words.form)) for each in splitting.sections])
    crowds = [
        charts.Crowd(
            name=label,
            gainers=section.agents.gainers,
            losers=section.agents.losers,
            gain_text=words.count(section.agents.gainers),
            loss_text=words.count(section.agents.losers),
            difference=charts.Amount(
                label, words.size(section.cost.units), words.bare_more(section.cost.units)
            ),
        )
        for label, section in zip(labels, splitting.sections, strict=True)
    ]
    titles = [facet.title.in_language(words.language) for facet in splitting.facets]
    answer = list(_most(splitting, labels, words))
    if len(crowds) > charts.MOST_NAMES:
        answer.append(words.say("groups.drawn", count=words.count(charts.MOST_NAMES)))
    return Question(
        asked=words.say("groups.question", attribute=make.joined(titles)),
        answer=answer,
        chart=charts.crowds(
            crowds,
            people=words.say("axis.crowds"),
            money=words.say("axis.difference", currency=words.currency),
        ),
        tables=[make.split(splitting, result)],
    )


def _most(splitting: Splitting, labels: Sequence[str], words: Words) -> Iterator[str]:
    """Yield which group is paid most more, and which most less."""

    def units(pair: tuple[str, Section]) -> int:
        return pair[1].cost.units

    pairs = list(zip(labels, splitting.sections, strict=True))
    most, least = max(pairs, key=units), min(pairs, key=units)
    if units(most) > 0:
        yield words.say("groups.more", group=most[0], amount=words.more(units(most)))
    else:
        yield words.say("groups.none_more")
    if units(least) < 0:
        yield words.say("groups.less", group=least[0], amount=words.more(units(least)))
    else:
        yield words.say("groups.none_less")


# --- Agent by agent -------------------------------------------------------------------------------------


def agent_by_agent(by_agent: Mapping[str, Cost], words: Words, make: PageTabulator) -> Question:
    """Return what each agent gains or loses; only for readers who may see who is paid what."""
    foremost = heapq.nlargest(charts.MOST_DOTS, by_agent.items(), key=lambda each: abs(each[1].units))
    dots = [
        charts.Dot(
            words.size(cost.units),
            words.say("agents.dot", agent=agent, amount=words.more(cost.units)),
        )
        for agent, cost in foremost
    ]
    answer = [words.say("agents.answer")]
    if len(by_agent) > len(dots):
        answer.append(words.say("agents.drawn", count=words.count(len(dots))))
    return Question(
        asked=words.say("agents.question"),
        answer=answer,
        chart=charts.agents(dots, axis=words.say("axis.difference", currency=words.currency)),
        tables=[make.agents(by_agent)],
    )


# --- How pay is spread ----------------------------------------------------------------------------------


def spread(
    result: VariantResult, sides: tuple[Distribution, Distribution], words: Words, make: PageTabulator
) -> Question:
    """Return how the pay of agents is spread before and after."""
    costs = list(result.by_agent.values())
    pay = [cost.units_before for cost in costs], [cost.units_after for cost in costs]
    width = round_width([*pay[0], *pay[1]], words.unit)
    found = steps(pay[0], width), steps(pay[1], width)
    names = words.say("before"), words.say("after")
    shown = [
        charts.Spread(name, [_bin(step, words) for step in of_side], _median(each, words))
        for name, of_side, each in zip(names, found, sides, strict=True)
    ]
    return Question(
        asked=words.say("spread.question"),
        answer=list(_spread_answer(*sides, words)),
        chart=charts.distribution(
            shown[0],
            shown[1],
            axis=words.say("axis.pay", currency=words.currency),
            count=words.say("axis.agents"),
        ),
        tables=[make.distribution(*sides), make.spread(*found)],
    )


def _bin(step: Step, words: Words) -> charts.Bin:
    told = {"first": words.bare(step.first), "last": words.bare(step.last)}
    text = words.say("spread.step", agents=words.count(step.count), **told)
    return charts.Bin(words.size(step.first), words.size(step.last), step.count, text)


def _middle(side: Distribution) -> int:
    """Return the median."""
    return side.quantiles[SHARES.index(Fraction(1, 2))]


def _median(side: Distribution, words: Words) -> charts.Amount:
    units = _middle(side)
    return charts.Amount("", words.size(units), words.say("spread.median", amount=words.money(units)))


def _spread_answer(before: Distribution, after: Distribution, words: Words) -> Iterator[str]:
    yield words.say("spread.answer", before=words.money(_middle(before)), after=words.money(_middle(after)))
    nothing = {"before": words.count(before.nothing), "after": words.count(after.nothing)}
    yield words.say("spread.nothing", **nothing)
    old, new = before.rounded_gini, after.rounded_gini
    if old is None or new is None:
        return
    code = "same" if new == old else "more_equal" if new < old else "less_equal"
    yield words.say(f"spread.{code}", before=str(old), after=str(new))
