"""What a ruleset declares outside of its rules: attributes, metrics, seasons, values and tables."""

from __future__ import annotations

from functools import partial
from typing import Literal

from incentive_engine.compile.context import TopContext
from incentive_engine.compile.definitions import Definitions
from incentive_engine.compile.ground import Ground
from incentive_engine.compile.inputs import InputReader
from incentive_engine.compile.names import Meaning
from incentive_engine.compile.origins import HowTold, input_steps
from incentive_engine.compile.policy import InputField
from incentive_engine.compile.tables import Tables
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import MetricFacts
from incentive_engine.language.types import BOOLEAN, Value
from incentive_engine.ruleset.currency import PLACES
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import Attribute, Fact, Metric


class Declarations:
    """Gives every declared name its meaning, which is built when something first reads it.

    `fields` are the metrics, attributes and facts that have been read, with how each is read from the data;
    `reader` reads numbers that are no formulas; `tables` are what formulas use as functions.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.reader = InputReader(ground.formulas, ground.money_places)
        self.fields: list[InputField] = []
        self._inputs: dict[str, tuple[InputField, Node]] = {}
        self.tables = Tables(ground, TopContext(ground, ground.formulas, self.metric_facts))

    def check_header(self) -> None:
        """Report what is wrong with the currency and the dates of the ruleset."""
        ground = self._ground
        currency = ground.shape.currency
        if str(currency) not in PLACES:
            ground.report(Problem("IE3025", {"text": str(currency)}, currency.span))
        ground.check_dates(ground.shape.effective)

    def declare(self) -> None:
        """Say of every name how its meaning is built."""
        ground = self._ground
        shape, define = ground.shape, ground.namespace.define
        definitions = Definitions(ground.formulas, ground.calendar, ground.money_places, ground.told)
        for name, attribute in shape.attributes.items():
            define(str(name), name.span, partial(self._input, name, attribute))
        for name, metric in shape.metrics.items():
            define(str(name), name.span, partial(self._input, name, metric))
        for name, fact in shape.facts.items():
            define(str(name), name.span, partial(self._input, name, fact))
        for name, season in shape.seasons.items():
            define(str(name), name.span, partial(definitions.season, name, season))
        for code, section in (("value.parameter", shape.parameters), ("value.formula", shape.formulas)):
            for name, definition in section.items():
                define(str(name), name.span, partial(definitions.definition, name, definition, code))
        self.tables.declare()

    def metric_facts(self, name: Scalar) -> MetricFacts | None:
        """Return what is known of a metric, or None for a name that is not a metric's."""
        declared = self._ground.shape.metrics.get(name)
        value = self._ground.namespace.value(str(name), name.span) if declared is not None else None
        if declared is None or value is None:
            return None
        title = declared.title or Title(str(name), str(name))
        return MetricFacts(value, declared.better, declared.enough is not None, title)

    def _input(self, name: Scalar, declared: Metric | Attribute | Fact) -> Meaning:
        """Return what a metric, an attribute or a fact means, and note how it is read from the data."""
        ground, builder = self._ground, self._ground.builder
        field, node, told = self.measured(name, declared)
        better: Literal["higher", "lower"] = "lower" if field.better == "lower" else "higher"
        enough = declared.enough if isinstance(declared, Metric) else None
        if enough is None:
            return Value(node, field.type, better=better), input_steps(builder, field, node, told=told)
        condition = ground.formulas.condition(enough)
        thin = builder.choose(condition.value.node, node, builder.unknown(boolean=node.boolean))
        parts = ground.told.leaf_steps(condition)
        steps = input_steps(builder, field, thin, told=told, raw=node, enough=condition, parts=parts)
        return Value(thin, field.type, better=better), steps

    def measured(self, name: Scalar, declared: Metric | Attribute | Fact) -> tuple[InputField, Node, HowTold]:
        """Return how something is read from the data, its value, and how that is told."""
        if str(name) not in self._inputs:
            field = self.reader.field(name, declared)
            self.fields.append(field)
            self._inputs[str(name)] = (field, self._node(field))
        return (*self._inputs[str(name)], HowTold())

    def _node(self, field: InputField) -> Node:
        builder = self._ground.builder
        optional = self._ground.steps_over_gaps or (field.missing is None and not field.required)
        if field.type is BOOLEAN:
            return builder.flag(field.name, optional=optional)
        return builder.input(
            field.name, places=field.places, lowest=field.lowest, highest=field.highest, optional=optional
        )
