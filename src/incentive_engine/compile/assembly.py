"""Puts a checked ruleset together: every name and rule built, red lines applied, one program made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from incentive_engine.compile.building import BuiltRules
from incentive_engine.compile.declarations import Declarations
from incentive_engine.compile.events import problems_of_events
from incentive_engine.compile.ground import Ground
from incentive_engine.compile.lines import Lines, totals
from incentive_engine.compile.money import Money, seen_by
from incentive_engine.compile.names import Lost, Results
from incentive_engine.compile.over_time import Periods
from incentive_engine.compile.policy import InputField, PolicyLine
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import rounded
from incentive_engine.kinds.interface import Result, Rule, Step
from incentive_engine.kinds.keeping import kept_before
from incentive_engine.language.types import MONEY, Value
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.shape import RulesetShape


@dataclass(frozen=True, slots=True)
class Assembled:
    """The parts of a policy that come out of its rules and names."""

    program: Program
    lines: tuple[PolicyLine, ...]
    totals: Mapping[str, Node]
    fields: tuple[InputField, ...]
    origins: Mapping[str, tuple[Step, ...]]


class Assembly:
    """One ruleset while it is put together; `steps_over_gaps` as for its `Ground`."""

    def __init__(
        self,
        shape: RulesetShape,
        rules: Sequence[Rule],
        lost: Lost,
        report: Callable[[Problem], None],
        *,
        steps_over_gaps: bool,
    ) -> None:
        self.ground = Ground(shape, rules, lost, report, steps_over_gaps=steps_over_gaps)
        self._declarations = Declarations(self.ground)
        self._periods = Periods(self.ground, self._declarations, self._declare_rules)
        self._rules = BuiltRules(self.ground, self._periods, lambda name: seen_by(name, self._money))
        self._money = Money(self.ground, self._rules)

    def assemble(self) -> Assembled:
        """Return the assembled parts; they are of use only where no error was reported."""
        ground = self.ground
        self._declarations.check_header()
        self._declarations.declare()
        self._rules.check_places()
        self._declare_rules(ground)
        ground.namespace.build_all()
        built = {name: self._rules.built(name) for name in ground.rules}
        for problem in problems_of_events(ground.shape, built, ground.rules):
            ground.report(problem)
        made = Lines(ground, self._rules, self._money)
        lines = made.lines()
        in_all = totals(ground, lines, self._floor())
        made.keep_what_was_paid(lines, in_all["floor_added"])
        finals = {f"{line.rule.id}.final": line.final for line in lines if line.final is not None}
        return Assembled(
            Program({**in_all, **finals}, dict(ground.history.states)),
            lines,
            in_all,
            tuple(self._declarations.fields),
            ground.namespace.origins(),
        )

    def _floor(self) -> Fraction | None:
        """Return the least that the total can be, None where it can be anything."""
        ground = self.ground
        text = ground.shape.total.floor
        if text == "none":
            return None
        floor = None if text is None else self._declarations.reader.number(text, MONEY)
        return rounded(floor or Fraction(0), ground.money_places, ground.rounding)

    # --- What formulas read of rules

    def _declare_rules(self, ground: Ground) -> None:
        for name, rule in ground.rules.items():
            kept = {key: Value(kept_before(ground.builder, name, key), MONEY) for key in rule.keeps_names}
            results = partial(self._results, name)
            if ground.window not in (None, self._periods.window(rule)):
                kept, results = {}, partial(self._results_of_another_period, name, ground)
            ground.namespace.define_rule(name, rule.id.span, results, kept)

    def _results_of_another_period(self, name: str, ground: Ground) -> Results:
        """Return a rule's results as they are refused to what decides over a longer period."""

        def refuse(result: str, at: Span) -> None:
            values = {"name": name, "result": result, "cadence": str(ground.window)}
            ground.report(Problem("IE3836", values, at))

        return {result: partial(refuse, result) for result in self._results(name)}

    def _results(self, name: str) -> Results:
        """Return what formulas can read of a rule: its kind's results, its amount and what is left of it."""
        built = self._rules.built(name)
        results = dict(built.results)
        if built.pay is not None:
            results["amount"] = Result(Value(built.pay, MONEY), nothing_outside=True)
        found: dict[str, Callable[[Span], Value | None]] = {
            key: partial(self._in_scope_only, name, result) for key, result in results.items()
        }
        if built.pay is not None:
            found["final"] = partial(self._final, name)
            rule = self.ground.rules[name]
            later = ("released", "deferred") if rule.release else ()
            for key in (*later, *(("taken_back",) if rule.clawback else ())):
                found[key] = partial(self._of_payout, name, key)
        return found

    def _of_payout(self, name: str, key: str, at: Span) -> Value | None:
        payout = self._money.payout_of(name, at)
        return None if payout is None else payout.results(self.ground.rules[name])[key].value

    def _in_scope_only(self, name: str, result: Result, at: Span) -> Value | None:
        """Return a result as others read it: unknown while a person has to look at it first."""
        value, builder = result.value, self.ground.builder
        nothing = builder.false if value.node.boolean else builder.constant(0)
        unknown = builder.unknown(boolean=value.node.boolean)
        outside = nothing if result.nothing_outside else unknown
        reviewed = builder.choose(self._rules.waits(name, at), unknown, value.node)
        return replace(value, node=builder.choose(self._rules.scope(name), reviewed, outside))

    def _final(self, name: str, at: Span) -> Value | None:
        final = self._money.final(name, at)
        return None if final is None else Value(final, MONEY)
