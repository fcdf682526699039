"""Rules with a period of their own: what the names of a ruleset mean over a quarter of months, or a year.

A metric means what its `over_time` says, formulas mean themselves over such metrics, an attribute is that of
the last period, and a parameter has the value of that. The rule decides in the last of the ruleset's periods
that its own one has.
"""

from __future__ import annotations

from collections.abc import Callable

from incentive_engine.compile.declarations import Declarations
from incentive_engine.compile.ground import Ground
from incentive_engine.compile.origins import HowTold
from incentive_engine.compile.policy import InputField
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.interface import Rule
from incentive_engine.language.types import BOOLEAN, COUNT, NUMBER, RATIO
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence, Closes, lies_in
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import Attribute, Fact, Metric, OverTime

_SUM = OverTime(take="sum")


class OverTimeDeclarations(Declarations):
    """The names of a ruleset as rules with a longer period mean them; `base` is what they mean otherwise."""

    def __init__(self, ground: Ground, base: Declarations, history: History, window: Cadence) -> None:
        super().__init__(ground)
        self._base = base
        self._history = history
        self._window = window

    def measured(self, name: Scalar, declared: Metric | Attribute | Fact) -> tuple[InputField, Node, HowTold]:
        """Return how something is read, what it comes to over the longer period, and how that is told."""
        field, node, told = self._base.measured(name, declared)
        if isinstance(declared, Attribute):
            return field, node, told
        how = declared.over_time or (_SUM if field.type is COUNT else None)
        if how is None:
            self._report("IE3833", name, name=str(name), cadence=str(self._window))
            return field, self._ground.builder.unknown(boolean=node.boolean), told
        if how.mean_by is not None:
            return field, self._mean(field, node, how, how.mean_by), self._told_mean(how.mean_by)
        return field, self._taken(name, field, node, how), HowTold(f"value.over_{how.take}", _missing(how))

    def _taken(self, name: Scalar, field: InputField, node: Node, how: OverTime) -> Node:
        takes = how.take or "last"
        if takes == "last":
            return node
        if field.type is BOOLEAN or (field.type is RATIO and takes == "sum"):
            self._report("IE3834", name, name=str(name), take=takes, type=str(field.type))
            return self._ground.builder.unknown(boolean=node.boolean)
        joined = {
            "sum": self._history.sum_since_start,
            "max": self._history.most_since_start,
            "min": self._history.least_since_start,
        }
        return joined[takes](node, self._window, skips_missing=how.missing_periods == "skip")

    def _mean(self, field: InputField, node: Node, how: OverTime, weight: Scalar) -> Node:
        """Return the mean of the periods by another metric; a period with a weight of zero does not count."""
        builder = self._ground.builder
        declared = self._ground.shape.metrics.get(weight)
        weights = None if declared is None else self._base.measured(weight, declared)
        if weights is None or weights[0].type not in (COUNT, NUMBER) or field.type is BOOLEAN:
            self._report("IE3835", weight, name=str(weight), metric=field.name)
            return builder.unknown(boolean=node.boolean)
        _, by, _ = weights
        zero = builder.constant(0)
        weighed = builder.choose(builder.compare("==", by, zero), zero, builder.multiply(node, by))
        total, count = (
            self._history.sum_since_start(each, self._window, skips_missing=how.missing_periods == "skip")
            for each in (weighed, by)
        )
        return builder.quotient(total, count, field.places, field.rounding)

    def _told_mean(self, weight: Scalar) -> HowTold:
        return HowTold("value.over_mean", "value.over_unknown", self._ground.told.title(str(weight)))

    def _report(self, code: str, at: Scalar, **values: str) -> None:
        self._ground.report(Problem(code, values, at.span))


def _missing(how: OverTime) -> str:
    return "value.missing" if how.take == "last" else "value.over_unknown"


class Periods:
    """What rules are built on, by their period.

    `declare_rules` adds the rules to the names of a ground.
    """

    def __init__(
        self, ground: Ground, declarations: Declarations, declare_rules: Callable[[Ground], None]
    ) -> None:
        self._ground = ground
        self._declarations = declarations
        self._declare_rules = declare_rules
        self._longer: dict[Cadence, tuple[Ground, Declarations]] = {}
        self._windows: dict[str, Cadence | None] = {}

    def of(self, rule: Rule) -> tuple[Ground, Declarations]:
        """Return the ground that a rule is built on, and what is declared there."""
        window = self.window(rule)
        if window is None:
            return self._ground, self._declarations
        if window not in self._longer:
            ground = self._ground.over(window)
            declared = OverTimeDeclarations(ground, self._declarations, self._ground.history, window)
            self._longer[window] = (ground, declared)
            declared.declare()
            self._declare_rules(ground)
        return self._longer[window]

    def window(self, rule: Rule) -> Cadence | None:
        """Return the period of a rule, None where it is the ruleset's; one that cannot be is reported."""
        name = str(rule.id)
        if name not in self._windows:
            self._windows[name] = self._checked(rule)
        return self._windows[name]

    def decides(self, rule: Rule) -> Node:
        """Return whether a rule decides in the period: its own one ends with it."""
        window, builder = self.window(rule), self._ground.builder
        return builder.true if window is None else builder.period_truth(Closes(window))

    def _checked(self, rule: Rule) -> Cadence | None:
        cadence = self._ground.calendar.cadence
        if rule.period is None or rule.period == cadence.value:
            return None
        window = Cadence(rule.period)
        code = ""
        if Cadence.EVENT in (cadence, window):
            code = "IE3832"
        elif lies_in(window, cadence):
            code = "IE3830"
        elif not lies_in(cadence, window):
            code = "IE3831"
        if not code:
            return window
        values = {"text": str(rule.period), "cadence": str(cadence)}
        self._ground.report(Problem(code, values, rule.period.span))
        return None
