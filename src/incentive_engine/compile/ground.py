"""What the parts of one ruleset share while it is put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy

from incentive_engine.compile.calendar import Calendar
from incentive_engine.compile.formulas import Formulas
from incentive_engine.compile.names import Lost, Namespace
from incentive_engine.compile.origins import Told
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import Rule
from incentive_engine.language.names import Surroundings
from incentive_engine.ruleset.currency import PLACES
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import Dated, RulesetShape


class Ground:
    """The ground that one ruleset is put together on: its fields, one builder, one history, one namespace.

    `rules` are its rules by id; an id that is taken is reported. `rules_and_tags` are what rules can be
    referred to by. `steps_over_gaps` says that the program steps over gaps in an agent's history, where every
    input is unknown, so that no input counts as always known. `window` is the longer period that rules decide
    over here, None where it is the ruleset's own.
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
        self.shape = shape
        self.report = report
        self.lost = lost
        self.steps_over_gaps = steps_over_gaps
        self.rules: dict[str, Rule] = {}
        for rule in rules:
            first = self.rules.setdefault(str(rule.id), rule)
            if first is not rule:
                report(Problem("IE3024", {"name": str(rule.id)}, rule.id.span, (first.id.span,)))
        self.rules_and_tags = {*self.rules, *(str(tag) for rule in rules for tag in rule.tags), *lost.names}
        self.builder = Builder()
        self.history = History(self.builder, Cadence(shape.period))
        self.rounding = Rounding(shape.rounding)
        self.money_places = PLACES.get(str(shape.currency), 2)
        self.calendar = Calendar(Cadence(shape.period), shape.effective.days)
        self.namespace = Namespace(report, lost)
        sections = (
            *(shape.attributes, shape.metrics, shape.facts, shape.seasons),
            *(shape.parameters, shape.tables, shape.formulas),
        )
        self.told = Told(
            {
                str(name): declared.title
                for section in sections
                for name, declared in section.items()
                if declared.title is not None
            },
            {name: rule.title for name, rule in self.rules.items() if rule.title is not None},
        )
        self.window: Cadence | None = None
        self.formulas = self.formulas_in(self.builder.true)

    def over(self, window: Cadence) -> Ground:
        """Return the ground of the rules that decide over a longer period.

        It is this one, but for what names mean there (to begin with, nothing), and for history, which goes
        over the longer periods.
        """
        longer = copy(self)
        longer.window = window
        longer.history = self.history.over(window)
        longer.namespace = self.namespace.beside()
        longer.formulas = longer.formulas_in(self.builder.true)
        return longer

    @property
    def cadence(self) -> Cadence:
        """How long one period is for the rules that are built here."""
        return self.window or self.calendar.cadence

    def formulas_in(self, scope: Node) -> Formulas:
        """Return what compiles the formulas of a rule with this scope."""
        return Formulas(
            Surroundings(
                names=self.namespace,
                builder=self.builder,
                history=self.history,
                currency=str(self.shape.currency),
                scope=scope,
                rounding=self.rounding,
                report=self.report,
                window=self.window,
            )
        )

    def check_dates(self, dated: Dated) -> None:
        """Report what is wrong with the dates of something that is in force for a time."""
        for problem in Calendar(self.cadence, self.calendar.effective).problems(dated):
            self.report(problem)
