"""Retrospective: what a simulation predicted beside what came of it, both per decision."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, ConfigDict, ValidationError

from incentive_engine.decision.amounts import written
from incentive_engine.decision.decision import RulesetIdentity
from incentive_engine.decision.format import Format
from incentive_engine.decision.steps import ExplainedStep, ExplainedValue, StepValue
from incentive_engine.engine import ProblemsError, Ruleset
from incentive_engine.evaluate.records import Records, RowProblem
from incentive_engine.language.types import MONEY, Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion
from incentive_engine.simulation.laboratory.metrics import Mean
from incentive_engine.simulation.laboratory.result import VariantResult
from incentive_engine.simulation.laboratory.scenario import plain_scenario
from incentive_engine.simulation.laboratory.trying import run_scenario
from incentive_engine.simulation.report import Block, Heading, as_markdown, as_text
from incentive_engine.simulation.tables import NONE, Cell, Table, Tabulator, plain_cell
from incentive_engine.texts import Language, fill

# Money per decision is shown with so many places more than money has.
_MORE_PLACES = 2
# By whether it came as predicted, and whether one amount was predicted or two ends.
_VERDICTS = {
    (True, False): "retrospect.as_predicted",
    (False, False): "retrospect.not_as_predicted",
    (True, True): "retrospect.exactly_as_predicted",
    (False, True): "retrospect.another_amount",
}


class PredictionError(ProblemsError):
    """A saved prediction cannot be used; `problems` lists why."""


class _Saved(BaseModel):
    """A part of a saved result of a scenario; what a retrospective does not read is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Cost(_Saved):
    after: Decimal


class _Interval(_Saved):
    low: Decimal
    high: Decimal


class _Rule(_Saved):
    rule: str
    title: str
    after: Decimal


class _Metric(_Saved):
    metric: str
    after: Decimal | None


class _Identity(_Saved):
    id: str
    version: str
    content_hash: str


class _Variant(_Saved):
    proposal: str
    title: str
    ruleset: _Identity
    cost: _Cost
    interval: _Interval
    rules: tuple[_Rule, ...]
    metrics: tuple[_Metric, ...]


class _LeftOut(_Saved):
    filtered: int


class _Prediction(_Saved):
    title: str
    currency: str
    counted: int
    left_out: _LeftOut
    variants: tuple[_Variant, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Something predicted and what came of it: money per decision, or a metric's mean; None is unknown."""

    name: str
    title: Title
    type: Type
    places: int
    predicted: Fraction | None
    actual: Fraction | None

    @property
    def difference(self) -> Fraction | None:
        """By how much it came out higher than predicted."""
        return None if self.predicted is None or self.actual is None else self.actual - self.predicted

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return both for JSON; numbers are rounded half up, as texts."""
        values = {"predicted": self.predicted, "actual": self.actual, "difference": self.difference}
        return {
            "name": self.name,
            "title": self.title.in_language(language),
            **{name: written(Mean(value, 1).rounded(self.places)) for name, value in values.items()},
        }


@dataclass(frozen=True, slots=True)
class Retrospective:
    """What was predicted for a proposal, and what came of it.

    Money is compared per decision, because the months that were predicted on and those that followed seldom
    have as many. `low` and `high` are the ends of what was predicted, and `decisions` how many were predicted
    on and made. `same_policy` says whether the ruleset is the very text that was predicted on. `not_counted`
    are the rows that the prediction did not count, by its `where` or its periods: here all rows are counted.
    """

    scenario: str
    proposal: Title
    predicted_on: RulesetIdentity
    ruleset: RulesetIdentity
    currency: str
    money_places: int
    decisions: tuple[int, int]
    pay: Compared
    low: Fraction
    high: Fraction
    rules: tuple[Compared, ...]
    metrics: tuple[Compared, ...]
    rejected: tuple[RowProblem, ...]
    not_counted: int

    @property
    def same_policy(self) -> bool:
        """Whether what was paid by is what was predicted on."""
        return self.predicted_on == self.ruleset

    @property
    def as_predicted(self) -> bool:
        """Whether the pay of a decision came out between the ends of what was predicted."""
        return self.pay.actual is not None and self.low <= self.pay.actual <= self.high

    def report(self, language: Language = "en") -> Iterator[Block]:
        """Yield the retrospective in the parts of which text and Markdown are made."""
        make = _Tabulator(self.format(language))
        yield Heading(fill("retrospect.heading", {"scenario": self.scenario}, language), 1)
        yield tuple(self._head())
        for table in (
            make.compared("money", (self.pay, *self.rules)),
            make.compared("metrics", self.metrics),
        ):
            yield Heading(table.title, 2)
            yield table

    def text(self, language: Language = "en") -> str:
        """Return the retrospective as plain text."""
        return as_text(self.report(language), self.format(language))

    def markdown(self, language: Language = "en") -> str:
        """Return the retrospective as Markdown."""
        return as_markdown(self.report(language), self.format(language))

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the retrospective for JSON; amounts are texts, so that no reader makes floats of them."""
        places = self.pay.places
        return {
            "scenario": self.scenario,
            "proposal": self.proposal.in_language(language),
            "predicted_on": asdict(self.predicted_on),
            "ruleset": asdict(self.ruleset),
            "same_policy": self.same_policy,
            "currency": self.currency,
            "decisions_predicted": self.decisions[0],
            "decisions": self.decisions[1],
            "not_counted": self.not_counted,
            "pay": self.pay.to_dict(language),
            "low": written(Mean(self.low, 1).rounded(places)),
            "high": written(Mean(self.high, 1).rounded(places)),
            "as_predicted": self.as_predicted,
            "rules": [each.to_dict(language) for each in self.rules],
            "metrics": [each.to_dict(language) for each in self.metrics],
            "rejected": [problem.to_dict(language) for problem in self.rejected],
        }

    def to_json(self, language: Language = "en") -> str:
        """Return the retrospective as JSON."""
        return json.dumps(self.to_dict(language), ensure_ascii=False)

    def format(self, language: Language) -> Format:
        """Return how values are written."""
        return Format(language, self.currency, self.money_places)

    def _head(self) -> Iterator[ExplainedStep]:
        yield ExplainedStep("retrospect.proposal", {"proposal": self.proposal})
        if not self.same_policy:
            yield ExplainedStep("retrospect.other_policy")
        if self.not_counted:
            yield ExplainedStep("retrospect.not_counted", {"count": f"{self.not_counted:,}"})
        predicted, made = (f"{count:,}" for count in self.decisions)
        yield ExplainedStep("retrospect.decisions", {"predicted": predicted, "made": made})
        values: dict[str, StepValue] = {
            "low": _money(self.low, self.pay.places),
            "high": _money(self.high, self.pay.places),
        }
        if self.pay.actual is None:
            yield ExplainedStep("retrospect.nothing")
            return
        values["actual"] = _money(self.pay.actual, self.pay.places)
        yield ExplainedStep(_VERDICTS[self.as_predicted, self.low == self.high], values)


class _Tabulator(Tabulator):
    """Makes the tables of a retrospective."""

    def compared(self, code: str, found: Iterable[Compared]) -> Table:
        """Return what was predicted beside what came of it."""
        rows = [
            [
                plain_cell(each.title.in_language(self.form.language)),
                *(self._rounded(value, each) for value in (each.predicted, each.actual, each.difference)),
            ]
            for each in found
        ]
        return self._table(f"retrospect_{code}", ("compared", "predicted", "actual", "gap"), rows)

    def _rounded(self, value: Fraction | None, each: Compared) -> Cell:
        rounded = Mean(value, 1).rounded(each.places)
        if rounded is None:
            return NONE
        return Cell(rounded, self.form.value(Fraction(rounded), each.type))


def retrospect(
    prediction: str, ruleset: Ruleset, snapshots: Records | Iterable[object], *, proposal: str = ""
) -> Retrospective:
    """Return what a saved prediction said of a proposal beside what came of it.

    `prediction` is the JSON that `simulate SCENARIO --format json` writes, `ruleset` the policy that was paid
    by since, and `snapshots` the rows of the months since. Of several proposals one has to be named.

    Raises:
        PredictionError: if the text is no saved result of a scenario, has no such proposal, or predicts in
            another currency.
    """
    saved = _saved(prediction)
    variant = _variant(saved, proposal)
    currency = str(ruleset.policy.shape.currency)
    if saved.currency != currency:
        raise PredictionError([Problem("IE5167", {"predicted": saved.currency, "paid": currency})])
    result = run_scenario(plain_scenario(ruleset, ruleset), snapshots)
    return _compared(saved, variant, ruleset, result.variants[0], result.left_out.rejected)


def _saved(prediction: str) -> _Prediction:
    try:
        return _Prediction.model_validate_json(prediction)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "-"
        raise PredictionError([Problem("IE5165", {"where": where})]) from error


def _variant(saved: _Prediction, proposal: str) -> _Variant:
    found = {each.proposal: each for each in saved.variants}
    if not proposal and len(saved.variants) == 1:
        return saved.variants[0]
    if proposal not in found:
        names = ", ".join(f"`{name}`" for name in found)
        values = {"name": proposal, "names": names, **suggestion(proposal, found)}
        raise PredictionError([Problem("IE5166", values)])
    return found[proposal]


def _compared(
    saved: _Prediction,
    variant: _Variant,
    ruleset: Ruleset,
    actual: VariantResult,
    rejected: tuple[RowProblem, ...],
) -> Retrospective:
    made = len(actual.paid.totals)
    places = ruleset.policy.money_places

    def predicted(amount: Decimal) -> Fraction | None:
        return _per(Fraction(amount), saved.counted)

    def money(name: str, title: Title, before: Fraction | None, after: Fraction | None) -> Compared:
        return Compared(name, title, MONEY, places + _MORE_PLACES, before, after)

    paid = {rule.rule: rule for rule in actual.rules if rule.pays}
    foreseen = {rule.rule: rule for rule in variant.rules}
    return Retrospective(
        scenario=saved.title,
        proposal=Title(variant.title, variant.title),
        predicted_on=RulesetIdentity(**variant.ruleset.model_dump()),
        ruleset=ruleset.identity,
        currency=saved.currency,
        money_places=places,
        decisions=(saved.counted, made),
        pay=money(
            "pay",
            _title("retrospect.pay"),
            predicted(variant.cost.after),
            _per(Fraction(actual.cost.after), made),
        ),
        low=predicted(variant.interval.low) or Fraction(0),
        high=predicted(variant.interval.high) or Fraction(0),
        rules=tuple(
            money(
                name,
                paid[name].title if name in paid else Title(foreseen[name].title, foreseen[name].title),
                predicted(foreseen[name].after) if name in foreseen else None,
                _per(Fraction(paid[name].cost.after), made) if name in paid else None,
            )
            for name in dict.fromkeys((*foreseen, *paid))
            if name in paid or foreseen[name].after
        ),
        metrics=tuple(_metrics(variant, actual)),
        rejected=rejected,
        not_counted=saved.left_out.filtered,
    )


def _metrics(variant: _Variant, actual: VariantResult) -> Iterator[Compared]:
    foreseen: Mapping[str, Decimal | None] = {each.metric: each.after for each in variant.metrics}
    for each in actual.metrics:
        before = foreseen.get(each.name)
        yield Compared(
            each.name,
            each.title,
            each.type,
            each.places,
            None if before is None else Fraction(before),
            each.after.value,
        )


def _per(amount: Fraction, decisions: int) -> Fraction | None:
    return amount / decisions if decisions else None


def _title(code: str) -> Title:
    return Title(fill(code, {}, "en"), fill(code, {}, "zh"))


def _money(value: Fraction, places: int) -> ExplainedValue:
    rounded = Mean(value, 1).rounded(places)
    return ExplainedValue(None if rounded is None else Fraction(rounded), MONEY)
