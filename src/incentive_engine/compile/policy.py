"""A compiled ruleset: its program, and where each line of a decision stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.compile.payout import Payout
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.interface import Built, Rule, Step
from incentive_engine.language.types import Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Scalar, Table
from incentive_engine.ruleset.period import Cadence, DateRange
from incentive_engine.ruleset.shape import RulesetShape


@dataclass(frozen=True, slots=True)
class InputField:
    """How one metric or attribute is read from a row of data.

    The program's input has the name `name`. `scale` is what a number of the data is multiplied with to come
    to the type's own unit (60 for minutes). `missing` is the value of an empty cell on the input's grid
    (times ten to the `places`), None where it is unknown; `required` says that an empty cell is an error.
    `lowest` and `highest` are the declared range in the type's own unit.

    A `fact` is the same for all of a period, or for all who share the attribute `per`, and is given beside
    the rows. Where `fresh_within` is there, the column `measured` has the day of the measurement, which is at
    most so many days before the end of the period.
    """

    name: str
    column: str
    title: Title
    type: Type
    places: int
    rounding: Rounding
    scale: Fraction
    lowest: Fraction | None
    highest: Fraction | None
    missing: int | bool | None
    required: bool
    strict: bool
    metric: bool
    better: str | None
    fact: bool = False
    per: str | None = None
    measured: str = ""
    fresh_within: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the data that it is read from."""
        return (self.column,) if self.fresh_within is None else (self.column, self.measured)


@dataclass(frozen=True, slots=True)
class Deduction:
    """What one red line takes from one line."""

    red_line: Scalar
    amount: Node


@dataclass(frozen=True, slots=True)
class Limit:
    """What one rule that limits others, a pool with a ceiling, leaves of one line."""

    by: Scalar
    left: Node


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One rule of the policy and where its line of a decision stands in the program.

    `in_scope` may be unknown. `amount` is the money before ceilings and red lines, None for rules without
    any; `limits` is what ceilings leave of it, one after the other, and `final` what red lines leave of that
    (unknown where it is undetermined or held). `voided` and `held` are never unknown; `undetermined` is true
    where something unknown keeps the line from being decided. `waits` is true where a person has to look at
    the line first, and `review` tells why; None for a rule without such a condition. `holding` are the
    conditions under which what others read of the rule is unknown until a person has decided. `payout` is
    there for rules that pay later or take back, and has something to tell also where the rule no longer
    `applies`.
    """

    rule: Rule
    built: Built
    in_scope: Node
    amount: Node | None
    final: Node | None
    credits: Node | None
    voided: Node
    held: Node
    undetermined: Node
    voided_by: tuple[tuple[Scalar, Node], ...] = ()
    held_by: tuple[tuple[Scalar, Node], ...] = ()
    kept: tuple[tuple[Scalar, Node, Node], ...] = ()
    deductions: tuple[Deduction, ...] = ()
    limits: tuple[Limit, ...] = ()
    applies: Node | None = None
    payout: Payout | None = None
    waits: Node | None = None
    holding: tuple[Node, ...] = ()
    review: tuple[Step, ...] = ()

    @property
    def still_owed(self) -> tuple[Node, ...]:
        """The money that may still be paid later: deferred shares, and what the kind says it owes."""
        deferred = () if self.payout is None else (self.payout.deferred,)
        return deferred if self.built.owes is None else (*deferred, self.built.owes)

    @property
    def before_red_lines(self) -> Node | None:
        """The money after ceilings and before red lines, None for rules without any."""
        return self.limits[-1].left if self.limits else self.amount


@dataclass(frozen=True, slots=True)
class Policy:
    """A compiled ruleset.

    `root` is the ruleset as it is written, with the places of its parts, and `text` what it is told apart by.
    `total` is what is paid: the sum of the lines' finals, those that are unknown left out, and at least the
    floor; `floor_added` is what the floor added. `held`, `incomplete` and `eligible` give the status and are
    never unknown. `origins` has the step that tells where each named value comes from. `kept` are the slots
    of the program in which rules keep something over the periods: balances, rests, what was paid.
    """

    shape: RulesetShape
    root: Table
    text: str
    file: str
    content_hash: str
    cadence: Cadence
    effective: DateRange
    money_places: int
    program: Program
    lines: tuple[PolicyLine, ...]
    total: Node
    floor_added: Node
    held: Node
    incomplete: Node
    eligible: Node
    fields: tuple[InputField, ...]
    origins: Mapping[str, tuple[Step, ...]]
    kept: frozenset[str]

    def watched(self) -> Iterator[Node]:
        """Yield every node that a decision or an explanation may show."""
        yield from (self.total, self.floor_added, self.held, self.incomplete, self.eligible)
        for steps in self.origins.values():
            for step in steps:
                yield from step_nodes(step)
        for line in self.lines:
            yield from _line_nodes(line)


def _line_nodes(line: PolicyLine) -> Iterator[Node]:
    yield from (line.in_scope, line.voided, line.held, line.undetermined)
    yield from (node for node in (line.amount, line.final, line.credits, line.waits) if node is not None)
    yield from (broken for _, broken in (*line.voided_by, *line.held_by))
    yield from (node for _, broken, share in line.kept for node in (broken, share))
    yield from (deduction.amount for deduction in line.deductions)
    yield from (limit.left for limit in line.limits)
    yield from (recognition.when for recognition in line.built.recognitions)
    yield from (result.value.node for result in line.built.results.values())
    for goal in line.built.goals:
        yield from (node for node in (goal.reaches, goal.at_best) if node is not None)
        yield from step_nodes(Step(goal.text, goal.values))
    yield from line.still_owed
    if line.payout is not None:
        yield from (line.payout.earned, line.payout.released, line.payout.taken)
    if line.applies is not None:
        yield line.applies
    for step in (*line.built.steps, *line.review, *(line.payout.steps if line.payout else ())):
        yield from step_nodes(step)


def step_nodes(step: Step) -> Iterator[Node]:
    """Yield every node that a step or one of its parts shows or depends on."""
    if step.when is not None:
        yield step.when
    yield from (value.node for value in step.values.values() if not isinstance(value, (str, Title)))
    for part in step.parts:
        yield from step_nodes(part)
