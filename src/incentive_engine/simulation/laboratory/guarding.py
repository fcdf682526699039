"""Reads the guardrails of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from incentive_engine.compile.policy import Policy
from incentive_engine.engine import Ruleset
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion
from incentive_engine.simulation.laboratory.amounts import Quantity, quantity
from incentive_engine.simulation.laboratory.guardrails import (
    Budget,
    Guardrail,
    LargestLoss,
    Losers,
    NoRedLinePaid,
    PayGap,
    Reaches,
)
from incentive_engine.simulation.laboratory.programs import shown_results
from incentive_engine.simulation.laboratory.shape import GuardrailShape
from incentive_engine.simulation.laboratory.variants import Variant

Report = Callable[[Problem], None]

_HUNDRED = 100
_YUAN = {"CNY", "元"}
_BROKEN = "broken"


def guarding(
    shapes: Sequence[GuardrailShape], baseline: Ruleset, variants: Sequence[Variant], report: Report
) -> Iterator[Guardrail]:
    """Yield the guardrails of a scenario, as far as they can be read; what cannot be is reported."""
    policies = [baseline.policy, *(policy for variant in variants for policy in variant.policies())]
    for shape in shapes:
        guardrail = _Reader(shape, policies, report).guardrail()
        if guardrail is not None:
            yield guardrail


def read_budget(text: Scalar, baseline: Policy, report: Report) -> Budget | None:
    """Return a budget, or None after a problem has been reported."""
    number = quantity(text)
    signed = text.strip().startswith(("+", "-", "＋", "－"))
    if number is None or not _is_budget(number, baseline, signed=signed):
        report(_refused(text, "budget", "+3%"))
        return None
    of_baseline = number.unit.strip() == "%"
    return Budget(number.exact / (_HUNDRED if of_baseline else 1), signed, of_baseline)


def _is_budget(number: Quantity, baseline: Policy, *, signed: bool) -> bool:
    """Whether a number says what it is of: `3%` may be a share or a rise, and `+3` may lack its `%`."""
    if number.unit.strip() == "%":
        return signed
    return _is_money(number, baseline) and not (signed and not number.unit)


def _is_money(number: Quantity, baseline: Policy) -> bool:
    currency = str(baseline.shape.currency)
    units = {"", currency} | (_YUAN if currency == "CNY" else set())
    return number.unit.strip() in units


def _refused(text: Scalar, guardrail: str, example: str) -> Problem:
    return Problem("IE5155", {"text": str(text), "guardrail": guardrail, "example": example}, text.span)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One guardrail while it is read; `policies` are all rulesets of the scenario, the baseline first."""

    shape: GuardrailShape
    policies: Sequence[Policy]
    report: Report

    def guardrail(self) -> Guardrail | None:
        """Return the guardrail, or None after a problem has been reported."""
        shape = self.shape
        found = self._limit()
        if found is None or shape.of_repetitions is None:
            return found
        share = self._share("of_repetitions")
        return None if share is None else replace(found, share=share)

    def _limit(self) -> Guardrail | None:
        shape = self.shape
        if shape.budget is not None:
            return self._budget(shape.budget)
        if shape.largest_loss is not None:
            loss = self._money(shape.largest_loss, "largest_loss")
            return None if loss is None else LargestLoss(loss)
        if shape.loses_more_than is not None:
            return self._losers()
        if shape.pay_gap is not None:
            return self._pay_gap(shape.pay_gap)
        if shape.reaches is not None:
            return self._reaches(shape.reaches)
        return self._no_red_line_paid() if shape.no_red_line_paid else None

    # --- One by one

    def _budget(self, text: Scalar) -> Budget | None:
        return read_budget(text, self.policies[0], self.report)

    def _losers(self) -> Losers | None:
        loss, at_most = self._share("loses_more_than"), self._share("at_most")
        return None if loss is None or at_most is None else Losers(loss, at_most)

    def _pay_gap(self, name: Scalar) -> PayGap | None:
        fields = {field.name: field for policy in self.policies for field in policy.fields}
        at_most = self._share("at_most")
        if str(name) not in fields:
            self._unknown("IE5110", name, fields)
        if str(name) not in fields or at_most is None:
            return None
        return PayGap(str(name), fields[str(name)].title, at_most)

    def _no_red_line_paid(self) -> NoRedLinePaid:
        lines = self.policies[0].lines
        return NoRedLinePaid(tuple(str(line.rule.id) for line in lines if _BROKEN in line.built.results))

    def _reaches(self, name: Scalar) -> Reaches | None:
        """Return the guardrail on a rule's bands; each ruleset may have bands of its own."""
        options: dict[str, list[str]] = {}
        for policy in self.policies:
            for shown in shown_results(policy):
                if shown.type.options:
                    options.setdefault(shown.rule, []).extend(shown.type.options)
        titles = {
            str(line.rule.id): line.rule.shown_title for policy in self.policies for line in policy.lines
        }
        at_least = self._share("at_least")
        if str(name) not in options:
            self._unknown("IE5156", name, options)
            return None
        known = options[str(name)]
        unknown = [band for band in self.shape.bands if str(band) not in known]
        for band in unknown:
            self._unknown("IE5157", band, known, rule=str(name))
        if at_least is None or unknown:
            return None
        return Reaches(str(name), titles[str(name)], tuple(map(str, self.shape.bands)), at_least)

    # --- Numbers

    def _share(self, name: str) -> Fraction | None:
        """Return the share that stands in a field, which the form of a guardrail has made sure of."""
        text: Scalar = getattr(self.shape, name)
        number = quantity(text)
        if number is not None and number.unit.strip() == "%" and 0 <= number.exact <= _HUNDRED:
            return number.exact / _HUNDRED
        self._refused(text, name, "5%")
        return None

    def _money(self, text: Scalar, guardrail: str) -> Fraction | None:
        number = quantity(text)
        if number is None or not _is_money(number, self.policies[0]) or number.exact < 0:
            self._refused(text, guardrail, "200")
            return None
        return number.exact

    def _refused(self, text: Scalar, guardrail: str, example: str) -> None:
        self.report(_refused(text, guardrail, example))

    def _unknown(
        self, code: str, name: Scalar, known: Sequence[str] | Mapping[str, object], **more: str
    ) -> None:
        names = ", ".join(f"`{each}`" for each in dict.fromkeys(known))
        values = {"name": str(name), "names": names, **more, **suggestion(name, known)}
        self.report(Problem(code, values, name.span))
