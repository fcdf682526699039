"""Makes the page of what a scenario shows: its lead and its questions, from the views of the result."""

from __future__ import annotations

from collections.abc import Iterator

from incentive_engine.decision.format import Format
from incentive_engine.simulation.laboratory import ScenarioResult, VariantResult
from incentive_engine.simulation.laboratory.guardrails import Judgement
from incentive_engine.simulation.laboratory.report import ScenarioReport
from incentive_engine.simulation.page.contents import Chapter, Judged, Lead, Page, Question
from incentive_engine.simulation.page.grids import PageTabulator
from incentive_engine.simulation.page.numbers import what_moves, which_value
from incentive_engine.simulation.page.people import agent_by_agent, by_group, ends, spread, who_gains
from incentive_engine.simulation.page.policy import assumed, changed_policy
from incentive_engine.simulation.page.proposals import side_by_side
from incentive_engine.simulation.page.rules import bands, by_rule, outcome, pilot, stars, statuses
from incentive_engine.simulation.page.words import Words
from incentive_engine.texts import Language

_SINGLE = 1
# How many of those who break a guardrail are named.
_MOST_NAMED = 20
_REPETITIONS = "guardrail.repetitions"


def words_of(result: ScenarioResult, language: Language) -> Words:
    """Return the words in which a result is told."""
    policy = result.scenario.baseline.policy
    return Words(Format(language, str(policy.shape.currency), policy.money_places))


def page_of(result: ScenarioResult, words: Words, *, with_agents: bool) -> Page:
    """Return the page of a result; what single agents are paid is on it only where it is asked for."""
    return _Making(result, words, PageTabulator(words.form), with_agents=with_agents).page()


class _Making:
    """A page while it is made."""

    def __init__(
        self, result: ScenarioResult, words: Words, make: PageTabulator, *, with_agents: bool
    ) -> None:
        self._result = result
        self._words = words
        self._make = make
        self._with_agents = with_agents

    def page(self) -> Page:
        """Return the page."""
        words, result = self._words, self._result
        head = ScenarioReport(result, words.language).head()
        shown = [each for each in result.variants if not each.variant.point]
        return Page(
            title=result.scenario.title.in_language(words.language),
            about=[step.sentence(words.form) for step in head],
            warnings=[] if result.keys else [words.say("nobody")],
            questions=list(self._compared()),
            chapters=[self._chapter(each) for each in shown],
            end=[words.say("with_agents" if self._with_agents else "without_agents"), words.say("exact")],
        )

    def _compared(self) -> Iterator[Question]:
        """Yield what is asked of the scenario as a whole."""
        words, result, make = self._words, self._result, self._make
        yield from side_by_side(result, words, make)
        for each in result.sought:
            yield which_value(each, words, make)
        if result.sensitivity is not None:
            yield what_moves(result.sensitivity, words, make)

    def _chapter(self, variant: VariantResult) -> Chapter:
        words = self._words
        identity = variant.variant.ruleset.identity
        named = {"ruleset": identity.id, "version": identity.version, "hash": identity.content_hash[:12]}
        return Chapter(
            title=variant.variant.shown_title(words.language),
            about=words.say("ruleset", **named),
            lead=self._lead(variant),
            questions=list(self._questions(variant)),
        )

    # --- The lead

    def _lead(self, variant: VariantResult) -> Lead:
        words, cost, agents = self._words, variant.cost, variant.agents
        share = self._make.share(cost).text
        return Lead(
            difference=words.more(cost.units),
            share=share,
            is_less=cost.units < 0,
            costs=list(self._costs(variant)),
            gainers=words.say("lead.gainers", count=words.count(agents.gainers)),
            losers=words.say("lead.losers", count=words.count(agents.losers)),
            people=list(self._people(variant)),
            guardrails=[self._judged(each) for each in variant.judgements],
            policy=list(changed_policy(self._result.scenario.baseline, variant.variant, words)),
            assumptions=list(assumed(variant.variant.behaviour, words)),
        )

    def _costs(self, variant: VariantResult) -> Iterator[str]:
        """Yield what stands beside the difference: the costs themselves, and how sure it is."""
        words, cost, interval = self._words, variant.cost, variant.interval
        yield words.say(
            "lead.costs", before=words.money(cost.units_before), after=words.money(cost.units_after)
        )
        if interval.repetitions > _SINGLE:
            yield words.say(
                "lead.interval",
                low=words.more(interval.low - cost.units_before),
                high=words.more(interval.high - cost.units_before),
                repetitions=words.count(interval.repetitions),
            )
        _, undecided = variant.undecided
        if undecided.decisions:
            yield words.say("lead.undecided", count=words.count(undecided.decisions))
        later = variant.deferred
        if later.units_before or later.units_after:
            yield words.say(
                "lead.deferred", before=words.money(later.units_before), after=words.money(later.units_after)
            )

    def _people(self, variant: VariantResult) -> Iterator[str]:
        words = self._words
        yield from ends([cost.units for cost in variant.by_agent.values()], words)
        yield words.say("lead.unchanged", count=words.count(variant.agents.unchanged))

    def _judged(self, judgement: Judgement) -> Judged:
        """Return what became of a guardrail; who breaks it is named only where agents are."""
        words, step = self._words, judgement.step()
        breakers = len(judgement.finding.breakers)
        named = {each.code for each in step.parts} - {_REPETITIONS}
        remarks = [
            part.sentence(words.form)
            for part in step.parts[:_MOST_NAMED]
            if self._with_agents or part.code not in named
        ]
        if breakers and not judgement.kept:
            remarks.append(words.say("guardrail.by", count=words.count(breakers)))
        return Judged(judgement.kept, step.sentence(words.form), remarks)

    # --- The questions

    def _questions(self, variant: VariantResult) -> Iterator[Question]:
        words, make = self._words, self._make
        before, after = variant.distributions
        if before is None or after is None:
            return  # Nobody is counted.
        yield who_gains(variant, words, make)
        for names in variant.splits:
            yield by_group(variant, names, words, make)
        if self._with_agents:
            yield agent_by_agent(variant.by_agent, words, make)
        yield by_rule(variant, words, make)
        yield spread(variant, (before, after), words, make)
        for each in variant.occupancy:
            yield bands(each, words, make)
        yield from stars(variant, words, make)
        yield from statuses(variant, words, make)
        if variant.outcome is not None:
            yield outcome(variant.outcome, words, make)
        if variant.pilot is not None:
            yield pilot(variant.pilot, words, make)
