"""Compiles the assumptions of a scenario on how people work under a proposal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.compile.policy import InputField
from incentive_engine.graph.nodes import Constant, Node
from incentive_engine.language.types import BOOLEAN, Value
from incentive_engine.ruleset.nodes import Scalar, Table
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion
from incentive_engine.simulation.laboratory.amounts import quantity
from incentive_engine.simulation.laboratory.behaviour import Assumption, Behaviour, Stated
from incentive_engine.simulation.laboratory.figures import Figures
from incentive_engine.simulation.laboratory.paths import PathError, found
from incentive_engine.simulation.laboratory.shape import AssumptionShape


def assumed(
    assumptions: Mapping[Scalar, AssumptionShape],
    figures: Figures,
    others: Figures,
    before: Table,
    after: Table,
    report: Callable[[Problem], None],
) -> Behaviour | None:
    """Return how people work under a ruleset that was `before` and is `after`; None where as they did.

    `figures` are those of the ruleset itself. A metric that only the baseline has, whose figures are
    `others`, is not looked at under it.
    """
    assuming = _Assuming(figures, others, before, after, report)
    made: list[Assumption] = []
    results: dict[str, Node] = {}
    for name, shape in assumptions.items():
        field = assuming.metric(name)
        if field is None:
            continue
        together, each = assuming.spread(shape, field)
        assumption = Assumption(field, together, each, _stated(shape))
        made.append(assumption)
        concerned = figures.builder.default(figures.condition(shape.where), figures.builder.false)
        own = figures.input(field)
        new = assuming.value(shape, field)
        results[field.name] = figures.builder.choose(concerned, new, own)
        results[assumption.drawn_name] = concerned
    return Behaviour(tuple(made), figures.program(results)) if made else None


@dataclass(frozen=True, slots=True)
class _Assuming:
    """What the assumptions of one proposal are compiled with."""

    figures: Figures
    others: Figures
    before: Table
    after: Table
    report: Callable[[Problem], None]

    def metric(self, name: Scalar) -> InputField | None:
        """Return the metric of a name, or None after it has been reported that there is none."""
        metrics = {key: field for key, field in self.figures.fields.items() if _can_change(field)}
        if str(name) in metrics:
            return metrics[str(name)]
        if str(name) in self.others.fields and str(name) not in self.figures.fields:
            return None
        listed = ", ".join(f"`{each}`" for each in metrics)
        self.report(
            Problem("IE5113", {"name": str(name), "names": listed, **suggestion(name, metrics)}, name.span)
        )
        return None

    def value(self, shape: AssumptionShape, field: InputField) -> Node:
        """Return what a metric becomes, on its own grid."""
        builder = self.figures.builder
        node = self.figures.input(field)
        if shape.becomes is not None:
            value = self.figures.number(shape.becomes)
            if value is not None and self._fits(value, field, shape.becomes):
                node = value.node
        node = builder.multiply(node, builder.constant(self._factor(shape)))
        return builder.round(node, field.places, field.rounding)

    def spread(self, shape: AssumptionShape, field: InputField) -> tuple[int, int]:
        """Return how many steps of its last place a metric may be off, for all and for each."""
        if shape.spread is None:
            return 0, 0
        together, each = (self._steps(text, field) for text in (shape.spread.together, shape.spread.each))
        return together, each

    def _steps(self, text: Scalar | None, field: InputField) -> int:
        if text is None:
            return 0
        value = self.figures.number(text)
        if value is None or not self._fits(value, field, text):
            return 0
        size = value.node.value * 10**field.places if isinstance(value.node, Constant) else Fraction(0)
        if size < 1:
            step = str(Fraction(1, 10**field.places))
            self.report(Problem("IE5115", {"text": str(text), "metric": field.name, "step": step}, text.span))
            return 0
        return int(size)

    def _fits(self, value: Value, field: InputField, text: Scalar) -> bool:
        if value.type.dimension == field.type.dimension or value.bare:
            return True
        values = {"text": str(text), "type": str(value.type), "metric": field.name, "wanted": str(field.type)}
        self.report(Problem("IE5114", values, text.span))
        return False

    # --- Elasticity

    def _factor(self, shape: AssumptionShape) -> Fraction:
        """Return what an elasticity multiplies a metric with: one per cent for each per cent times it."""
        if shape.elasticity is None or shape.of is None:
            return Fraction(1)
        elasticity = quantity(shape.elasticity)
        if elasticity is None or elasticity.unit:
            self.report(Problem("IE5116", {"text": str(shape.elasticity)}, shape.elasticity.span))
            return Fraction(1)
        try:
            before, after = (quantity(found(root, shape.of)) for root in (self.before, self.after))
        except PathError as error:
            self.report(error.problem)
            return Fraction(1)
        if before is None or after is None or not before.exact or before.unit != after.unit:
            self.report(Problem("IE5122", {"path": str(shape.of)}, shape.of.span))
            return Fraction(1)
        return 1 + elasticity.exact * (after.exact / before.exact - 1)


def _stated(shape: AssumptionShape) -> Stated:
    spread = shape.spread
    parts = {
        "becomes": shape.becomes,
        "elasticity": shape.elasticity,
        "of": shape.of,
        "where": shape.where,
        "together": None if spread is None else spread.together,
        "each": None if spread is None else spread.each,
    }
    return Stated(**{name: str(text) for name, text in parts.items() if text is not None})


def _can_change(field: InputField) -> bool:
    return field.metric and field.type is not BOOLEAN
