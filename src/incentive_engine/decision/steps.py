"""Steps of an explanation: typed values first, words afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from incentive_engine.decision.amounts import Known, plain, written
from incentive_engine.decision.format import Format
from incentive_engine.decision.reading import Reading
from incentive_engine.kinds.interface import Shown, Step
from incentive_engine.language.types import Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.problems import Span
from incentive_engine.texts import fill


@dataclass(frozen=True, slots=True)
class ExplainedValue:
    """A value that a step tells: exact, with its type; None is unknown.

    `places` are the decimal places that it is shown with at least, None those of its type.
    """

    value: Known | None
    type: Type
    places: int | None = None


StepValue: TypeAlias = "ExplainedValue | ExplainedStep | Title | str"


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step: the code of its sentence, the values that fill it, its place in the ruleset, and its parts.

    A value may itself be a step: then its sentence stands there.
    """

    code: str
    values: Mapping[str, StepValue] = field(default_factory=dict)
    span: Span | None = None
    parts: tuple[ExplainedStep, ...] = ()

    def sentence(self, form: Format) -> str:
        """Return the step in words."""
        return fill(
            self.code, {name: _shown(value, form) for name, value in self.values.items()}, form.language
        )

    def to_dict(self, form: Format) -> dict[str, object]:
        """Return the step for JSON: its sentence beside the exact values."""
        return {
            "code": self.code,
            "text": self.sentence(form),
            "values": {name: _value_dict(value, form) for name, value in self.values.items()},
            "place": None if self.span is None else _place(self.span),
            "parts": [part.to_dict(form) for part in self.parts],
        }


def told(reading: Reading, steps: Iterable[Step]) -> tuple[ExplainedStep, ...]:
    """Return the steps of an outline that apply, with the values that they have."""
    return tuple(
        ExplainedStep(step.text, told_values(reading, step.values), step.span, told(reading, step.parts))
        for step in steps
        if step.when is None or reading.is_true(step.when)
    )


def told_values(reading: Reading, values: Mapping[str, Shown | Title | str]) -> dict[str, StepValue]:
    """Return the values of a step or a goal as they are."""
    return {
        name: ExplainedValue(reading.value(value.node), value.type, value.places)
        if isinstance(value, Shown)
        else value
        for name, value in values.items()
    }


def _shown(value: StepValue, form: Format) -> str:
    match value:
        case ExplainedValue():
            return form.value(value.value, value.type, value.places)
        case ExplainedStep():
            return value.sentence(form)
        case Title():
            return _on_one_line(value.in_language(form.language))
    return _on_one_line(value)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _value_dict(value: StepValue, form: Format) -> object:
    match value:
        case ExplainedValue():
            exact = written(plain(value.value, value.type))
            return {"type": str(value.type), "value": exact, "text": _shown(value, form)}
        case ExplainedStep():
            return value.to_dict(form)
    return _shown(value, form)


def _place(span: Span) -> dict[str, object]:
    return {"file": span.file, "line": span.line, "column": span.column}
