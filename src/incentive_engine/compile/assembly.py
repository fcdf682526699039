"""Puts a checked ruleset together: every name and rule built, red lines applied, one program made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Literal

from incentive_engine.compile.calendar import Calendar, in_force
from incentive_engine.compile.context import OtherRules, RuleContext
from incentive_engine.compile.definitions import Definitions
from incentive_engine.compile.formulas import Formulas
from incentive_engine.compile.inputs import InputReader
from incentive_engine.compile.names import Lost, Meaning, Namespace, Results
from incentive_engine.compile.origins import input_steps, leaf_steps
from incentive_engine.compile.policy import Deduction, InputField, Limit, PolicyLine
from incentive_engine.compile.red_lines import Reach, RedLine, deducted, is_named, reach, reaches
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import Rounding, rounded
from incentive_engine.kinds.interface import (
    Built,
    Consequence,
    MetricFacts,
    OtherRule,
    Result,
    Rule,
    Step,
)
from incentive_engine.kinds.keeping import kept_before
from incentive_engine.language.names import Surroundings
from incentive_engine.language.types import BOOLEAN, MONEY, Value
from incentive_engine.ruleset.currency import PLACES
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.shape import Attribute, Dated, Metric, RulesetShape


@dataclass(frozen=True, slots=True)
class Assembled:
    """The parts of a policy that come out of its rules and names."""

    program: Program
    lines: tuple[PolicyLine, ...]
    totals: Mapping[str, Node]
    fields: tuple[InputField, ...]
    origins: Mapping[str, tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class Finals:
    """What is left of rules' pay, what deductions took of it, and what red lines could not take."""

    lines: dict[str, Node]
    taken: dict[str, tuple[Deduction, ...]]
    rests: dict[str, Node]


class Assembly:
    """One ruleset while it is put together.

    `steps_over_gaps` says that the program steps over gaps in an agent's history, where every input is
    unknown, so that no input counts as always known.
    """

    def __init__(
        self,
        shape: RulesetShape,
        rules: Sequence[Rule],
        lost: Lost,
        report: Callable[[Problem], None],
        *,
        steps_over_gaps: bool,
    ) -> None:
        self._shape = shape
        self._rules: dict[str, Rule] = {}
        for rule in rules:
            first = self._rules.setdefault(str(rule.id), rule)
            if first is not rule:
                report(Problem("IE3024", {"name": str(rule.id)}, rule.id.span, (first.id.span,)))
        self._report = report
        self._steps_over_gaps = steps_over_gaps
        self._builder = Builder()
        self._history = History(self._builder)
        self._rounding = Rounding(shape.rounding)
        self._rules_and_tags = {*self._rules, *(str(tag) for rule in rules for tag in rule.tags), *lost.names}
        self.money_places = PLACES.get(str(shape.currency), 2)
        self.calendar = Calendar(Cadence(shape.period), shape.effective.days)
        self._namespace = Namespace(report, lost)
        sections = (shape.attributes, shape.metrics, shape.seasons, shape.parameters, shape.formulas)
        self._titles = {
            str(name): declared.title
            for section in sections
            for name, declared in section.items()
            if declared.title is not None
        }
        self._formulas = self._formulas_in(self._builder.true)
        self._reader = InputReader(self._formulas, self.money_places)
        self._built: dict[str, Built] = {}
        self._scopes: dict[str, Node] = {}
        self._fields: list[InputField] = []

    def assemble(self) -> Assembled:
        """Return the assembled parts; they are of use only where no error was reported."""
        self._check_header()
        self._declare()
        self._namespace.build_all()
        for name in self._rules:
            self._build(name)
        lines = self._lines()
        totals = self._totals(lines)
        finals = {f"{line.rule.id}.final": line.final for line in lines if line.final is not None}
        return Assembled(
            Program({**totals, **finals}, dict(self._history.states)),
            lines,
            totals,
            tuple(self._fields),
            self._namespace.origins(),
        )

    # --- Names

    def _check_header(self) -> None:
        currency = self._shape.currency
        if str(currency) not in PLACES:
            self._report(Problem("IE3025", {"text": str(currency)}, currency.span))
        self._check_dates(self._shape.effective)

    def _check_dates(self, dated: Dated) -> None:
        for problem in self.calendar.problems(dated):
            self._report(problem)

    def _declare(self) -> None:
        shape = self._shape
        declare = self._namespace.define
        definitions = Definitions(self._formulas, self.calendar, self.money_places, self._titles)
        for name, attribute in shape.attributes.items():
            declare(str(name), name.span, partial(self._input, name, attribute))
        for name, metric in shape.metrics.items():
            declare(str(name), name.span, partial(self._input, name, metric))
        for name, season in shape.seasons.items():
            declare(str(name), name.span, partial(definitions.season, name, season))
        for code, section in (("value.parameter", shape.parameters), ("value.formula", shape.formulas)):
            for name, definition in section.items():
                declare(str(name), name.span, partial(definitions.definition, name, definition, code))
        for rule_id, rule in self._rules.items():
            kept = {
                name: Value(kept_before(self._builder, rule_id, name), MONEY) for name in rule.keeps_names
            }
            self._namespace.define_rule(rule_id, rule.id.span, partial(self._results_of, rule_id), kept)

    def _input(self, name: Scalar, declared: Metric | Attribute) -> Meaning:
        """Return what a metric or attribute means, and note how it is read from the data."""
        field = self._reader.field(name, declared)
        self._fields.append(field)
        builder = self._builder
        optional = self._steps_over_gaps or (field.missing is None and not field.required)
        if field.type is BOOLEAN:
            node = builder.flag(field.name, optional=optional)
        else:
            node = builder.input(
                field.name,
                places=field.places,
                lowest=field.lowest,
                highest=field.highest,
                optional=optional,
            )
        better: Literal["higher", "lower"] = "lower" if field.better == "lower" else "higher"
        enough = declared.enough if isinstance(declared, Metric) else None
        if enough is None:
            return Value(node, field.type, better=better), input_steps(builder, field, node)
        condition = self._formulas.condition(enough)
        thin = builder.choose(condition.value.node, node, builder.unknown(boolean=node.boolean))
        steps = input_steps(
            builder, field, thin, raw=node, enough=condition, parts=leaf_steps(self._titles, condition)
        )
        return Value(thin, field.type, better=better), steps

    def _metric_facts(self, name: Scalar) -> MetricFacts | None:
        declared = self._shape.metrics.get(name)
        value = self._namespace.value(str(name), name.span) if declared is not None else None
        if declared is None or value is None:
            return None
        title = declared.title or Title(str(name), str(name))
        return MetricFacts(value, declared.better, declared.enough is not None, title)

    # --- Rules

    def _formulas_in(self, scope: Node) -> Formulas:
        return Formulas(
            Surroundings(
                names=self._namespace,
                builder=self._builder,
                history=self._history,
                currency=str(self._shape.currency),
                scope=scope,
                rounding=self._rounding,
                report=self._report,
            )
        )

    def _build(self, name: str) -> Built:
        """Return a rule's meaning, built once."""
        if name not in self._built:
            rule = self._rules[name]
            with self._namespace.building(name):
                scope = self._scope(rule)
                context = RuleContext(
                    self._formulas_in(scope),
                    self.money_places,
                    self.calendar.cadence,
                    self._rules_and_tags,
                    self._metric_facts,
                    self._namespace.origin,
                    self._titles,
                    OtherRules(partial(self._after_red_lines, name), partial(self._others, name)),
                )
                self._scopes[name] = scope
                self._built[name] = rule.build(context)
        return self._built[name]

    def _scope(self, rule: Rule) -> Node:
        """Return whether a rule is in force for the period and applies to the agent."""
        self._check_dates(rule.effective)
        applies = self._formulas.condition(rule.applies_to).value.node
        return self._builder.all_of(in_force(self._builder, rule.effective.days), applies)

    def _others(self, asking: str, names: Sequence[Scalar]) -> tuple[OtherRule, ...]:
        """Return the other rules that are named, with what they pay before red lines.

        A rule that waits for the one that asks is left out, which is reported.
        """
        return tuple(
            OtherRule(rule.id, rule.shown_title, self._paid(name, asking))
            for name, rule in self._rules.items()
            if name != asking and is_named(rule, names) and not self._namespace.is_cycle(name, rule.id.span)
        )

    def _paid(self, name: str, asking: str) -> Node | None:
        """Return what a rule pays before red lines, None for one without money; nothing out of its scope."""
        pay = self._build(name).pay
        if pay is None:
            return None
        limits = self._limits(name, asking)
        left = limits[-1].left if limits else pay
        return self._builder.choose(self._scopes[name], left, self._builder.constant(0))

    def _limits(self, name: str, asking: str = "") -> tuple[Limit, ...]:
        """Return what those that limit a rule leave of its pay, in rule order, up to the one that asks."""
        found: list[Limit] = []
        for other_name, other in self._rules.items():
            if not is_named(self._rules[name], other.limited):
                continue
            if other_name == asking:
                break
            if not self._namespace.is_cycle(other_name, other.id.span):
                left = self._build(other_name).left
                found.extend(Limit(other.id, left[name]) for _ in left.keys() & {name})
        return tuple(found)

    def _results_of(self, name: str) -> Results:
        """Return what formulas can read of a rule: its kind's results, its amount and what is left of it."""
        built = self._build(name)
        results = dict(built.results)
        if built.pay is not None:
            results["amount"] = Result(Value(built.pay, MONEY), nothing_outside=True)
        found: dict[str, Callable[[Span], Value | None]] = {
            key: partial(self._in_scope_only, name, result) for key, result in results.items()
        }
        if built.pay is not None:
            found["final"] = partial(self._final_value, name)
        return found

    def _in_scope_only(self, name: str, result: Result, at: Span) -> Value | None:  # noqa: ARG002 -- one signature for all results
        value, builder = result.value, self._builder
        nothing = builder.false if value.node.boolean else builder.constant(0)
        outside = nothing if result.nothing_outside else builder.unknown(boolean=value.node.boolean)
        return replace(value, node=builder.choose(self._scopes[name], value.node, outside))

    def _final_value(self, name: str, at: Span) -> Value | None:
        """Return what red lines leave of a rule's amount; deductions look at the lines before it as well."""
        if self._namespace.is_cycle(f"{name}.final", at):
            return None
        with self._namespace.building(f"{name}.final"):
            needed = self._needed_for(name)
            if any(self._namespace.is_cycle(other, at) for other in needed):
                return None
            return Value(self._finals(needed).lines[name], MONEY)

    def _needed_for(self, name: str) -> list[str]:
        """Return the rules, in their order, whose money decides what deductions leave of a rule.

        A deduction comes off the rules before it first, and another one may have come off those already.
        """
        names = list(self._rules)
        needed = {name}
        waiting = [name]
        while waiting:
            line = waiting.pop()
            deducting = [
                each.rule for each in self._red_lines_over(line) if each.consequence.action == "deduct"
            ]
            for other in names[: names.index(line)]:
                if other not in needed and any(reaches(each, self._rules[other]) for each in deducting):
                    needed.add(other)
                    waiting.append(other)
        return [each for each in names if each in needed]

    # --- Red lines

    def _red_lines_over(self, name: str) -> list[RedLine]:
        """Return the red lines that reach a rule, in rule order."""
        rule = self._rules[name]
        found: list[RedLine] = []
        for other_name, other in self._rules.items():
            consequence = self._consequence(other_name) if reaches(other, rule) else None
            if consequence is not None:
                found.append(RedLine(other, consequence))
        return found

    def _consequence(self, name: str) -> Consequence | None:
        """Return a rule's consequence; for agents out of its scope nothing is broken.

        It is None where the rule has none, and where it waits for what it would act on, which is reported.
        """
        if self._namespace.is_cycle(name, self._rules[name].id.span):
            return None
        consequence = self._build(name).consequence
        if consequence is None:
            return None
        broken = self._builder.all_of(self._scopes[name], consequence.broken)
        return replace(consequence, broken=broken)

    def _reach(self, name: str) -> Reach:
        return reach(self._red_lines_over(name), self._builder)

    def _after_red_lines(self, name: str, value: Node, places: int) -> Node:
        return self._reach(name).left_of(value, self._builder, places, self._rounding)

    def _finals(self, names: Sequence[str]) -> Finals:
        """Return what is left of the pay of rules, given in rule order, after all red lines."""
        builder = self._builder
        lines = {name: self._kept(name, pay) for name in names if (pay := self._build(name).pay) is not None}
        taken: dict[str, list[Deduction]] = {name: [] for name in lines}
        rests: dict[str, Node] = {}
        for red_name, red_rule in self._rules.items():
            affected = [
                name
                for name in lines
                if reaches(red_rule, self._rules[name]) and not self._build(name).exempt
            ]
            consequence = self._consequence(red_name) if affected else None
            if consequence is None or consequence.action != "deduct":
                continue
            carried = builder.carried(_rest_slot(red_name), builder.constant(0))
            owed = carried if self._shape.total.carry_rest else builder.constant(0)
            parts, rests[red_name] = deducted(RedLine(red_rule, consequence), lines, affected, owed, builder)
            for name, deduction in parts.items():
                taken[name].append(deduction)
        return Finals(lines, {name: tuple(parts) for name, parts in taken.items()}, rests)

    def _kept(self, name: str, pay: Node) -> Node:
        """Return a rule's pay after ceilings, void and keep; zero for agents out of its scope."""
        built, builder, limits = self._build(name), self._builder, self._limits(name)
        before = limits[-1].left if limits else pay
        left = before if built.exempt else self._after_red_lines(name, before, self.money_places)
        return builder.choose(self._scopes[name], left, builder.constant(0))

    # --- Lines and totals

    def _lines(self) -> tuple[PolicyLine, ...]:
        finals = self._finals(list(self._rules))
        if self._shape.total.carry_rest:
            for name, rest in finals.rests.items():
                self._history.keep(
                    _rest_slot(name), self._builder.constant(0), partial(self._still_owed, rest)
                )
        return tuple(self._line(name, finals) for name in self._rules)

    def _still_owed(self, rest: Node, carried: Node) -> Node:
        """Return what is owed after a period; what cannot be judged or has no snapshot changes nothing."""
        builder = self._builder
        return builder.choose(builder.present(), builder.default(rest, carried), carried)

    def _line(self, name: str, finals: Finals) -> PolicyLine:
        builder, built = self._builder, self._build(name)
        in_scope = self._scopes[name]
        surely_in = builder.default(in_scope, builder.false)
        ours = self._reach(name)
        if built.exempt:  # What it pays was earned before, what it is recognised for is of this period.
            kept = builder.opposite(ours.voided)
            recognitions = (
                replace(each, when=builder.all_of(kept, each.when)) for each in built.recognitions
            )
            built = replace(built, recognitions=tuple(recognitions))
        # Of what is exempt the credits may still be held.
        voided = builder.all_of(
            surely_in, ours.voided if _gives(built) and not built.exempt else builder.false
        )
        held = builder.all_of(surely_in, ours.held if _gives(built) else builder.false)
        limits = self._limits(name) if built.pay is not None else ()
        decisive = [*_decisive(built), *(limit.left for limit in limits)]
        unknowns = [builder.opposite(builder.known(node)) for node in decisive]
        undecided = builder.all_of(
            surely_in, builder.opposite(voided), builder.opposite(held), builder.any_of(*unknowns)
        )
        return PolicyLine(
            rule=self._rules[name],
            built=built,
            in_scope=in_scope,
            amount=built.pay,
            final=finals.lines.get(name),
            credits=built.credits,
            voided=voided,
            held=held,
            undetermined=builder.any_of(builder.opposite(builder.known(in_scope)), undecided),
            voided_by=ours.voided_by,
            held_by=ours.held_by,
            kept=ours.kept,
            deductions=finals.taken.get(name, ()),
            limits=limits,
        )

    def _totals(self, lines: Sequence[PolicyLine]) -> dict[str, Node]:
        builder = self._builder
        zero = builder.constant(0)
        paid = [builder.default(line.final, zero) for line in lines if line.final is not None]
        lines_total = builder.add(*paid)
        held = builder.any_of(*(line.held for line in lines))
        # Who is in the scope of red lines and ceilings alone can earn nothing.
        giving = [line for line in lines if line.built.consequence is None and not line.rule.limited]
        scopes = [line.in_scope for line in giving]
        eligible = builder.any_of(*(builder.default(scope, builder.true) for scope in scopes))
        lifted = builder.all_of(
            eligible, builder.opposite(held), *(builder.opposite(line.voided) for line in lines)
        )
        total = self._at_least_floor(lines_total, lifted)
        return {
            "total": total,
            "floor_added": builder.subtract(total, lines_total),
            "held": held,
            "incomplete": builder.any_of(*(line.undetermined for line in lines)),
            "eligible": eligible,
        }

    def _at_least_floor(self, lines_total: Node, lifted: Node) -> Node:
        """Return the total; a floor above zero never refills what is void or held."""
        builder = self._builder
        floor = self._floor()
        if floor is None:
            return lines_total
        least = builder.choose(lifted, builder.constant(floor), builder.constant(min(floor, Fraction(0))))
        return builder.greatest(lines_total, least)

    def _floor(self) -> Fraction | None:
        """Return the least that the total can be, None where it can be anything."""
        text = self._shape.total.floor
        if text == "none":
            return None
        floor = None if text is None else self._reader.number(text, MONEY)
        return rounded(floor or Fraction(0), self.money_places, self._rounding)


def _rest_slot(red_line: str) -> str:
    return f"{red_line}.rest"


def _gives(built: Built) -> bool:
    """Whether a rule gives anything itself that red lines could take, not only results to others."""
    takeable = built.pay is not None and not built.exempt
    return takeable or built.credits is not None or bool(built.recognitions)


def _decisive(built: Built) -> list[Node]:
    """Return the values that have to be known for a line to be decided."""
    if built.consequence is not None:
        return [built.consequence.broken]
    given = [node for node in (built.pay, built.credits) if node is not None]
    given.extend(recognition.when for recognition in built.recognitions)
    return given or [result.value.node for result in list(built.results.values())[:1]]
