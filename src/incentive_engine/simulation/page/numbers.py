"""Which number of the policy moves the cost most, and which value of one meets a budget."""

from __future__ import annotations

from incentive_engine.language.types import RATIO
from incentive_engine.simulation.laboratory.seeking import Probe, Sought
from incentive_engine.simulation.laboratory.sensitivity import Sensitivity
from incentive_engine.simulation.page import charts
from incentive_engine.simulation.page.contents import Question
from incentive_engine.simulation.page.grids import PageTabulator
from incentive_engine.simulation.page.sweeps import Point, Range, curve
from incentive_engine.simulation.page.words import Words


def what_moves(found: Sensitivity, words: Words, make: PageTabulator) -> Question:
    """Return what the cost comes to with each number of the baseline a little larger."""
    by = words.form.value(found.by, RATIO)
    asked = words.say("sensitivity.question")
    moving = [each for each in found.movements if each.cost.units]
    if not moving:
        return Question(asked, [words.say("sensitivity.none", by=by)], tables=[make.sensitivity(found)])
    most = moving[0]
    answer = [words.say("sensitivity.answer", path=most.path, by=by, amount=words.more(most.cost.units))]
    if len(moving) > charts.MOST_NUMBERS:
        answer.append(words.say("sensitivity.drawn", count=words.count(charts.MOST_NUMBERS)))
    bars = [
        charts.Amount(each.path, words.size(each.cost.units), words.bare_more(each.cost.units))
        for each in moving[: charts.MOST_NUMBERS]
    ]
    chart = charts.movements(bars, axis=words.say("axis.difference", currency=words.currency))
    return Question(asked, answer, chart, [make.sensitivity(found)])


def which_value(sought: Sought, words: Words, make: PageTabulator) -> Question:
    """Return which value of a number meets the budget, with all values that were tried."""
    step = sought.step()
    points = [Point(probe.value.exact, _range(probe, words)) for probe in sought.probes]
    met = None if sought.met is None else points[sought.probes.index(sought.met)]
    return Question(
        asked=words.say(
            "goal.question",
            proposal=sought.variant.title.in_language(words.language),
            path=str(sought.goal.path),
        ),
        answer=[each.sentence(words.form) for each in (step, *step.parts)],
        chart=curve(
            points, axis=str(sought.goal.path), cost=words.say("axis.cost", currency=words.currency), met=met
        ),
        tables=[make.probes(sought)],
    )


def _range(probe: Probe, words: Words) -> Range:
    size, text = words.size(probe.units), words.bare(probe.units)
    told = words.say("proposals.told", proposal=str(probe.value), amount=words.money(probe.units))
    return Range("", size, size, size, text, told)
