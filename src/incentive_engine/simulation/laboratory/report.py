"""A scenario's result written for people, and as rows for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from incentive_engine.decision.amounts import amount, plain, written
from incentive_engine.decision.decision import engine_version
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, StepValue
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import Cadence
from incentive_engine.simulation.laboratory.guardrails import Judgement
from incentive_engine.simulation.laboratory.result import ScenarioResult, VariantResult
from incentive_engine.simulation.laboratory.tables import ScenarioTabulator
from incentive_engine.simulation.outstanding import told_outstanding
from incentive_engine.simulation.reasons import signed
from incentive_engine.simulation.report import Block, Heading, as_markdown, as_text
from incentive_engine.simulation.tables import Table, Value
from incentive_engine.texts import Language, fill

_LISTS = {"ranks"}
_LISTED = 20
_LARGEST = 5
_TOLD = 5
_SHORT_HASH = 12


def _shortened(judgement: Judgement) -> ExplainedStep:
    """Return a judgement in words, with only the foremost of those who break the limit; the data has all."""
    step = judgement.step()
    more = len(step.parts) - _LISTED
    if more <= 0:
        return step
    further = ExplainedStep("simulation.further", {"count": f"{more:,}"})
    return replace(step, parts=(*step.parts[:_LISTED], further))


@dataclass(frozen=True, slots=True)
class ScenarioReport:
    """The result of a scenario in one language.

    All variants stand in the first table. The other views follow for each proposal; those of a sweep, which
    has many variants, are in the data only.
    """

    result: ScenarioResult
    language: Language = "en"
    largest: int = _LARGEST

    @property
    def form(self) -> Format:
        """The way values are written."""
        policy = self.result.scenario.baseline.policy
        return Format(self.language, str(policy.shape.currency), policy.money_places)

    def text(self) -> str:
        """Return the result as plain text."""
        return as_text(self.blocks(), self.form)

    def markdown(self) -> str:
        """Return the result as Markdown."""
        return as_markdown(self.blocks(), self.form)

    def blocks(self) -> Iterator[Block]:
        """Yield the parts of which text and Markdown are made."""
        scenario = self.result.scenario
        yield Heading(self._said("scenario.heading", title=scenario.title.in_language(self.language)), 1)
        yield tuple(self.head())
        make = ScenarioTabulator(self.form)
        table = make.variants(self.result.variants)
        yield Heading(table.title, 2)
        yield table
        yield from self._found(make)
        for result in self.result.variants:
            if not result.variant.point:
                yield from self._variant(result, make)

    def head(self) -> Iterator[ExplainedStep]:
        """Yield what was tried on what: the baseline, the engine, what of the data is counted."""
        scenario, left_out = self.result.scenario, self.result.left_out
        identity = scenario.baseline.identity
        title = scenario.baseline.policy.shape.title or Title(identity.id, identity.id)
        yield ExplainedStep(
            "simulation.baseline",
            {
                "title": title,
                "ruleset": identity.id,
                "version": identity.version,
                "hash": identity.content_hash[:_SHORT_HASH],
            },
        )
        yield ExplainedStep("simulation.engine", {"version": engine_version()})
        rejected = len({problem.place for problem in left_out.rejected})
        counts = {
            "rows": self.result.rows,
            "counted": len(self.result.keys),
            "rejected": rejected,
            "filtered": left_out.filtered,
        }
        yield ExplainedStep("scenario.rows", {name: f"{count:,}" for name, count in counts.items()})
        if left_out.not_in_effect:
            yield ExplainedStep("scenario.not_in_effect", {"periods": ", ".join(left_out.not_in_effect)})
        for problem in left_out.assumed[:_TOLD]:
            message = Title(problem.message("en"), problem.message("zh"))
            yield ExplainedStep("scenario.assumed", {"message": message})
        if len(left_out.assumed) > _TOLD:
            yield ExplainedStep("simulation.further", {"count": f"{len(left_out.assumed) - _TOLD:,}"})
        repetitions = max((result.interval.repetitions for result in self.result.variants), default=1)
        if repetitions > 1:
            values = {"count": str(repetitions), "seed": str(scenario.seed)}
            yield ExplainedStep("scenario.repeated", values)

    def _found(self, make: ScenarioTabulator) -> Iterator[Block]:
        """Yield what was sought, and what moves the cost."""
        if self.result.sought:
            yield Heading(self._said("goal.heading"), 2)
            yield tuple(found.step() for found in self.result.sought)
        if self.result.sensitivity is not None:
            table = make.sensitivity(self.result.sensitivity)
            yield Heading(table.title, 2)
            yield replace(table, rows=table.rows[:_LISTED])
            count = len(self.result.sensitivity.fixed)
            if count:
                yield (ExplainedStep("sensitivity.fixed", {"count": f"{count:,}"}),)

    def _variant(self, result: VariantResult, make: ScenarioTabulator) -> Iterator[Block]:
        identity = result.variant.ruleset.identity
        yield Heading(result.variant.shown_title(self.language), 2)
        yield (
            ExplainedStep(
                "simulation.proposal",
                {
                    "title": result.variant.title,
                    "ruleset": identity.id,
                    "version": identity.version,
                    "hash": identity.content_hash[:_SHORT_HASH],
                },
            ),
        )
        if result.judgements:
            yield Heading(self._said("guardrail.heading"), 3)
            yield tuple(_shortened(judgement) for judgement in result.judgements)
        yield from self._pilot(result, make)
        for table in self._tables(result, make):
            yield Heading(table.title, 3)
            shown = table.rows[:_LISTED] if table.name in _LISTS else table.rows
            yield replace(table, rows=shown)
            if table.name == "rules":
                yield from self._outstanding(result)
            if len(table.rows) > len(shown):
                yield (ExplainedStep("simulation.further", {"count": f"{len(table.rows) - len(shown):,}"}),)
        changes = result.largest(self.largest)
        if changes:
            yield Heading(self._said("simulation.table.largest", currency=self.form.currency_name()), 3)
            yield tuple(change.step() for change in changes)

    def _outstanding(self, result: VariantResult) -> Iterator[Block]:
        """Yield what may still be paid and is in no cost, if there is anything."""
        steps = tuple(told_outstanding(*result.undecided, result.deferred))
        if steps:
            yield steps

    def _pilot(self, result: VariantResult, make: ScenarioTabulator) -> Iterator[Block]:
        """Yield what the proposal costs and does as a pilot."""
        if result.pilot is None:
            return
        table = make.pilot(result.pilot)
        yield Heading(table.title, 3)
        cost = result.pilot.cost
        values: dict[str, StepValue] = {
            "before": ExplainedValue(Fraction(cost.before), MONEY),
            "after": ExplainedValue(Fraction(cost.after), MONEY),
            "difference": signed(cost),
        }
        yield (ExplainedStep("pilot.cost", values),)
        yield table
        yield (ExplainedStep("pilot.method"),)
        if result.pilot.mixed:
            yield (ExplainedStep("pilot.mixed", {"count": f"{len(result.pilot.mixed):,}"}),)

    def _tables(self, result: VariantResult, make: ScenarioTabulator) -> Iterator[Table]:
        """Yield the views of one variant, those left out in which there is nothing to see."""
        before, after = result.distributions
        if before is None or after is None:
            return
        yield make.people(result.agents, result.per_decision)
        yield make.rules(result.rules, result.floor_added, result.cost)
        for names in result.splits:
            yield make.split(result.by(*names), result)
        yield make.distribution(before, after)
        if result.outcome is not None:
            yield make.outcome(result.outcome)
        others = (
            make.occupancy(result.occupancy),
            make.ranks(result.rank_changes),
            make.statuses(result.statuses),
        )
        yield from (table for table in others if table.rows)

    def _said(self, code: str, **values: str) -> str:
        return fill(code, values, self.language)


def long_rows(result: ScenarioResult) -> Iterator[Sequence[Value]]:
    """Yield a header, and a row for each variant, period and agent: statuses, totals and what each rule pays.

    Variants that differ in rules have the columns of all of them; a rule that a ruleset does not have pays
    nothing.
    """
    paths = list(dict.fromkeys(each.path for part in result.variants for each in part.variant.point))
    splits = list(dict.fromkeys(name for names in result.scenario.by for name in names if name != "period"))
    facets = [result.trial.facet(name) for name in splits]
    rules = list(dict.fromkeys(rule.rule for part in result.variants for rule in part.rules if rule.pays))
    are_events = result.scenario.baseline.policy.cadence is Cadence.EVENT
    of_row = ("agent", "period", "event") if are_events else ("agent", "period")
    yield [
        *("proposal", *paths, *of_row, *splits, "status_before", "status_after", "currency"),
        *("before", "after", "difference", "floor_added.before", "floor_added.after"),
        *(f"{rule}.{side}" for rule in rules for side in ("before", "after")),
    ]
    currency = str(result.scenario.baseline.policy.shape.currency)
    for part in result.variants:
        point = {each.path: each.value for each in part.variant.point}
        head = [part.variant.proposal, *(point.get(path) for path in paths)]
        money = [
            *(part.before.totals, part.paid.totals, part.differences),
            *(part.before.floor_added, part.paid.floor_added),
            *(column for rule in rules for column in (part.before.final(rule), part.paid.final(rule))),
        ]
        statuses = (part.before.statuses, part.paid.statuses)
        for number, (period, agent) in enumerate(result.keys):
            yield [
                *(*head, *(agent, str(period), period.event)[: len(of_row)]),
                *(written(plain(values[number], facet.type)) for facet, values in facets),
                *(each[number] for each in statuses),
                currency,
                *(amount(column[number], 10**part.places, part.places) for column in money),
            ]
