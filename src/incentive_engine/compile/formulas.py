"""Compiles the formulas that stand in one place of a ruleset: in a rule, or at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.agreement import common_type, odd_one_out
from incentive_engine.language.formula import compile_formula
from incentive_engine.language.function import Places
from incentive_engine.language.names import Compiled, Surroundings, closest, normalized
from incentive_engine.language.types import BOOLEAN, FAULTY, Type, Value
from incentive_engine.ruleset.fields import ByAttribute, Formula, Quantity
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.splits import is_empty

_NOWHERE = Span("", 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Formulas:
    """Compiles formulas; one with problems, once they are reported, is an unknown of faulty type."""

    surroundings: Surroundings

    def condition(self, text: Formula | None) -> Compiled:
        """Return a condition; without a text it is true."""
        builder = self.surroundings.builder
        if text is None:
            return Compiled(Value(builder.true, BOOLEAN), Scalar("", _NOWHERE), {})
        compiled = self._formula(text, None, None)
        kind = compiled.value.type
        if kind is not BOOLEAN:
            if kind is not FAULTY:
                self._problem("IE3030", text.span, text=str(text), type=str(kind))
            return Compiled(Value(builder.unknown(boolean=True), FAULTY), text, {})
        return compiled

    def number(
        self, quantity: Quantity, places: int | Places | None = None, rounding: Rounding | None = None
    ) -> Compiled:
        """Return a value, which may depend on an attribute; with `places` it is a named value, rounded."""
        if isinstance(quantity, Scalar):
            return self._formula(quantity, places, rounding)
        return self._by_attribute(quantity, places, rounding)

    def common_type(self, values: Sequence[Compiled]) -> Type:
        """Return the type of values of which one can stand for another; faulty where one cannot."""
        if any(each.value.type is FAULTY for each in values):
            return FAULTY
        found = [each.value for each in values]
        odd = odd_one_out(found)
        if odd is None:
            return common_type(found)
        left, right = (values[place] for place in odd)
        self._problem(
            "IE2122",
            right.text.span,
            left=str(left.text),
            left_type=str(left.value.type),
            right=str(right.text),
            right_type=str(right.value.type),
        )
        return FAULTY

    def faulty(self, text: Scalar) -> Compiled:
        """Return what stands for a formula whose problems have been reported."""
        return Compiled(Value(self.surroundings.builder.unknown(), FAULTY), text, {})

    def _formula(self, text: Scalar, places: int | Places | None, rounding: Rounding | None) -> Compiled:
        if is_empty(text):  # The text's reader has said so.
            return self.faulty(text)
        compiled = compile_formula(text, self.surroundings, places=places, rounding=rounding)
        return compiled or self.faulty(text)

    # --- By attribute

    def _by_attribute(
        self, choice: ByAttribute, places: int | Places | None, rounding: Rounding | None
    ) -> Compiled:
        """Return a value picked by an attribute, of which every option has to be there."""
        parts = {
            normalized(option): self.number(part, places, rounding) for option, part in choice.values.items()
        }
        options = self.options_of(choice.by, list(choice.values))
        if options is None:
            return self.faulty(choice.by)
        picked = [parts[normalized(option)] for option in options.type.options]
        kind = self.common_type(picked)
        if kind is FAULTY:
            return self.faulty(choice.by)
        node = self.surroundings.builder.pick(options.node, [each.value.node for each in picked], first=0)
        reads = {str(choice.by): options}
        for part in parts.values():
            reads |= part.reads
        bare = all(each.value.bare for each in picked)
        return Compiled(Value(node, kind, bare=bare), Scalar(_written(choice), choice.by.span), reads)

    def options_of(self, name: Scalar, given: Sequence[Scalar]) -> Value | None:
        """Return an attribute of which each option is given, or None after a problem has been reported."""
        attribute = self.surroundings.names.value(str(name), name.span)
        if attribute is None or attribute.type is FAULTY:
            return None
        options = attribute.type.options
        if not options:
            self._problem("IE3031", name.span, text=str(name), type=str(attribute.type))
            return None
        known = {normalized(option) for option in options}
        strange = [option for option in given if normalized(option) not in known]
        for option in strange:
            meant = closest(option, options)
            values = {"text": str(option), "values": ", ".join(options), "meant": meant or ""}
            self._problem("IE3033" if meant else "IE3032", option.span, **values)
        there = {normalized(option) for option in given}
        absent = [option for option in options if normalized(option) not in there]
        if absent and not strange:
            self._problem("IE3034", name.span, text=str(name), values=", ".join(absent))
        return None if absent or strange else attribute

    def _problem(self, code: str, at: Span, **values: str) -> None:
        self.surroundings.report(Problem(code, values, at))


def _written(choice: ByAttribute) -> str:
    parts = (
        f"{option}: {part if isinstance(part, Scalar) else _written(part)}"
        for option, part in choice.values.items()
    )
    return f"{{by: {choice.by}, {', '.join(parts)}}}"
