"""The steps of an explanation that tell where a value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incentive_engine.compile.policy import InputField
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Shown, Step
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import Value
from incentive_engine.ruleset.fields import Title

# The results of rules for which there is a sentence; of another one its name is told.
_TOLD_RESULTS = frozenset(
    {"score", "grade", "amount", "final", "band", "place", "wins", "balance", "credits", "broken", "breached"}
)


class Told:
    """How the values that formulas read are told: by the titles of names, and by what tables gave.

    Attributes:
        titles: The names for people of those names of the ruleset that have one.
        rules: The names for people of those rules that have one, by their ids.
    """

    def __init__(self, titles: Mapping[str, Title], rules: Mapping[str, Title]) -> None:
        self.titles = titles
        self.rules = rules
        self._calls: dict[tuple[str, Node], tuple[Step, ...]] = {}

    def keep_call(self, call: str, value: Value, steps: tuple[Step, ...]) -> None:
        """Note the steps that tell what a table gave where a formula calls it."""
        self._calls[call, value.node] = steps

    def title(self, name: str) -> Title:
        """Return the name for people."""
        return self.titles.get(name) or Title(name, name)

    def value_steps(self, name: str, value: Value) -> tuple[Step, ...]:
        """Return the steps that tell a value alone, and of the call of a table how it came about."""
        return self._calls.get((name, value.node)) or (self._value_step(name, value),)

    def _value_step(self, name: str, value: Value) -> Step:
        """Return the step that tells a value alone: that of a call, or of a result with its rule's title."""
        shown = Shown(value.node, value.type)
        rule, _, result = name.partition(".")
        title = self.rules.get(rule) if result else None
        if name.endswith(")"):
            return Step("value.call", {"call": name, "value": shown})
        if title is None:
            return Step("value.result", {"name": self.title(name), "value": shown})
        code = f"value.result.{result}" if result in _TOLD_RESULTS else "value.result.other"
        return Step(code, {"rule": title, "result": result, "value": shown})

    def leaf_steps(self, compiled: Compiled) -> tuple[Step, ...]:
        """Return the steps that tell the values that a formula reads.

        They go no deeper, so that the explanation of formulas on formulas stays as long as the ruleset.
        """
        return tuple(step for name, value in compiled.reads.items() for step in self.value_steps(name, value))


@dataclass(frozen=True, slots=True)
class HowTold:
    """The sentences that tell a metric: that of its value, and that of its being missing."""

    value: str = "value.input"
    missing: str = "value.missing"
    weight: Title | None = None


def input_steps(
    builder: Builder,
    field: InputField,
    value: Node,
    *,
    told: HowTold = HowTold(),
    raw: Node | None = None,
    enough: Compiled | None = None,
    parts: tuple[Step, ...] = (),
) -> tuple[Step, ...]:
    """Return the steps of a metric or attribute: its value, or that it is missing or rests on too little."""
    shown: dict[str, Shown | Title | str] = {
        "name": field.title,
        "value": Shown(value, field.type),
    }
    if told.weight is not None:
        shown["weight"] = told.weight
    given = raw if raw is not None else value
    missing = builder.opposite(builder.known(given))
    steps = [
        Step(told.value, shown, when=builder.known(value)),
        Step(told.missing, {"name": field.title}, when=missing),
    ]
    if enough is not None:
        thin = builder.all_of(builder.known(given), builder.opposite(builder.known(value)))
        values: dict[str, Shown | Title | str] = {"name": field.title, "condition": str(enough.text)}
        steps.append(Step("value.thin", values, enough.text.span, thin, parts))
    return tuple(steps)
