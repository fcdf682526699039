"""What a rule kind is: the interface of the built-in kinds and of a third party's alike.

A kind is a frozen pydantic shape (its YAML fields, with docstrings that editors show) with a method `build`
that states the rule's meaning once: as nodes of the program, and as an outline of steps that explanations
walk. It evaluates nothing. `docs/kinds/writing-a-kind.md` leads through an example.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.kinds.instalments import Clawback, Release
from incentive_engine.kinds.recognition import Recognise, Recognised
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.windows import PayLimit
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import Type, Value
from incentive_engine.ruleset.fields import (
    Formula,
    Name,
    Names,
    Quantity,
    Shape,
    Title,
    Words,
    WrittenCadence,
)
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.period import Cadence
from incentive_engine.ruleset.problems import Span
from incentive_engine.ruleset.shape import Effective

# --- What explanations are made of ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A value of the program as an explanation shows it.

    `places` are the decimal places it is shown with; None shows what its type has, and as many as needed.
    """

    node: Node
    type: Type
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation: a sentence of the catalogue, with the values that fill it.

    `text` is the sentence's code, `values` fill its placeholders: values of the program, names in both
    languages, or a text as the ruleset has it. `span` is the place in the ruleset that the step comes from.
    The step is told where `when` is true, always where it is None; `parts` are told under it.
    """

    text: str
    values: Mapping[str, Shown | Title | str] = field(default_factory=dict)
    span: Span | None = None
    when: Node | None = None
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """Something better that the agent could reach: the next band, a place, the full mark.

    Where `reaches` is a boolean the goal is that it is true; where it is a number, that it is more than
    it is now. `text` and `values` say what is reached. Where `at_best` is true nothing more can be reached.
    """

    text: str
    reaches: Node
    values: Mapping[str, Shown | Title | str] = field(default_factory=dict)
    at_best: Node | None = None


# --- What a rule means ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """A value that formulas read as `rule_id.name`.

    For agents outside the rule's scope it is unknown, or where `nothing_outside` is set, zero or false.
    """

    value: Value
    nothing_outside: bool = False


@dataclass(frozen=True, slots=True)
class Recognition:
    """An outcome beyond money, earned where `when` is true."""

    name: Title
    when: Node


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a red line does, where `broken` is true, to the lines that it affects.

    `void` takes everything, `hold` pays nothing until a person has decided, `keep` leaves a share (the
    number `size`), `deduct` takes an amount of money (`size`). Which lines those are `Rule.affected` says.
    """

    action: Literal["void", "hold", "keep", "deduct"]
    broken: Node
    size: Node | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A rule's meaning.

    `pay` is the money before red lines, rounded to the currency's smallest unit; `exempt` keeps it from
    red lines. `credits` are the credits that the line shows. Where a rule has neither, and no consequence,
    its first result has to be known for the decision to be complete. `left` is what the rule leaves, before
    red lines, of the pay of the rules that `Rule.limited` names, by their ids. `gives` is whether the rule
    gives something that it may recognise; None where that is money or credits above zero. `owes` is the money
    that the rule may still pay later of what this period leaves, such as a balance; None where it never does.
    """

    results: Mapping[str, Result]
    steps: tuple[Step, ...]
    pay: Node | None = None
    exempt: bool = False
    credits: Node | None = None
    recognitions: tuple[Recognition, ...] = ()
    consequence: Consequence | None = None
    left: Mapping[str, Node] = field(default_factory=dict)
    gives: Node | None = None
    owes: Node | None = None
    goals: tuple[Goal, ...] = ()


# --- What a kind is given -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """What the ruleset says about a metric: see `metrics:` in the language reference."""

    value: Value
    better: Literal["higher", "lower"] | None
    may_be_thin: bool
    title: Title


@dataclass(frozen=True, slots=True)
class FromTable:
    """What a table gives for a number, and the steps that tell how.

    `worth` is the same throughout a band and higher in a better one, and `best` the highest that there is.
    """

    value: Value
    worth: Node
    best: Node
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class OtherRule:
    """A rule that another one names, and what it pays: nothing to agents outside of its scope.

    A rule that limits others sees what the ones before it leave, any other rule what all of them leave. `pay`
    is None for a rule without money.
    """

    id: Scalar
    title: Title
    pay: Node | None


class FormulaContext(Protocol):
    """What can be asked where formulas stand, in a rule or at the top of the ruleset.

    Every method that meets a problem reports it and returns something usable.
    """

    builder: Builder
    history: History
    rounding: Rounding
    in_scope: Node
    cadence: Cadence

    def attribute(self, name: Scalar) -> Value | None:
        """Return an attribute's value, of whatever type, or None after a problem has been reported."""
        ...

    def condition(self, formula: Formula | None) -> Compiled:
        """Return a condition; without a formula it is true."""
        ...

    def number(
        self, quantity: Quantity, *, expect: Sequence[Type] = (), places: int | None = None
    ) -> Compiled:
        """Return a number, which may depend on an attribute.

        `expect` are the types it may have by dimension (any number where empty; a bare number passes for
        money). With `places` it is a named value, rounded to them.
        """
        ...

    def metric(self, name: Scalar) -> MetricFacts | None:
        """Return what is known of a metric, or None, without a problem, for a name that is not one's."""
        ...

    def steps(self, compiled: Compiled) -> tuple[Step, ...]:
        """Return the steps that tell the values that a formula reads, each with its own origin."""
        ...

    def condition_steps(self, compiled: Compiled, *, failed: str = "condition.fails") -> tuple[Step, ...]:
        """Return the steps that tell whether a condition holds, fails or is unknown, and on what values."""
        ...

    def problem(self, code: str, at: Scalar | Span, **values: str) -> None:
        """Report a problem of the ruleset."""
        ...


class Context(FormulaContext, Protocol):
    """What `build` can ask for.

    `rules_and_tags` are the ids of all rules of the ruleset and the tags that they bear. `own_cadence` is how
    long one period of the rule is: as long as the ruleset's, or longer.
    """

    money_places: int
    own_cadence: Cadence
    rules_and_tags: Collection[str]

    def table(self, name: Scalar, measure: Compiled) -> FromTable | None:
        """Return what a table of the ruleset gives for a number, or None after reporting a problem."""
        ...

    def facts_in_common(self, within: Sequence[Scalar]) -> Collection[str]:
        """Return the names of the facts that agents have in common who have these attributes in common."""
        ...

    def after_red_lines(self, value: Node, places: int) -> Node:
        """Return what the red lines that affect this rule leave of a value; unknown where they hold it."""
        ...

    def others(self, names: Sequence[Scalar]) -> tuple[OtherRule, ...]:
        """Return the other rules that are named by id or tag, in rule order."""
        ...

    def paid(self, names: Sequence[Scalar], window: Cadence) -> tuple[OtherRule, ...]:
        """Return the rules that are named, with what they have paid in the end since a window began.

        Of others this period counts as well, of the rule itself the earlier ones.
        """
        ...


class Rule(Shape):
    """The fields that every rule has."""

    id: Name
    """The rule's name, by which formulas and other rules refer to it."""
    kind: str
    """The rule's kind."""
    title: Words | None = None
    """Its name for people, one text or `{en: ..., zh: ...}`."""
    note: Words | None = None
    """A remark for those who read the ruleset."""
    tags: Names = ()
    """Labels by which red lines can refer to several rules."""
    applies_to: Formula | None = None
    """Who is in the rule's scope, as a condition; others get no line."""
    effective: Effective = Effective()
    """The days on which the rule is in force, where they are not the ruleset's."""
    period: WrittenCadence | None = None
    """How long the rule's own period is, where it is longer than the ruleset's; it decides at its end."""
    when: Formula | None = None
    """The condition under which the rule pays."""
    hold_when: Formula | None = None
    """The condition under which a person has to look first: the line, and what reads it, waits for that."""
    recognise: Recognise = ()
    """What the agent is recognised with beyond money where the rule gives something, or where it holds."""
    instead_of: Names = ()
    """The ids of rules whose place this one takes: where it applies those have no line."""
    overlaps: Names = ()
    """The ids of rules that pay by the same measure, where both are meant to be paid."""
    limit: PayLimit | None = None
    """The most that the rule pays one agent in a month, quarter or year, as `{pay: 300, per: month}`."""
    release: Release = ()
    """When the shares of what the rule gives are paid, as `[{share: 50%}, {share: 50%, after: 3 months}]`."""
    clawback: Clawback | None = None
    """When what the rule has paid is taken back, as `{within: 12 months, when: quits}`."""

    texts: ClassVar[str] = ""
    """The kind's own texts, in the form of the TOML files of `incentive_engine.texts`, if it has any."""

    @abstractmethod
    def build(self, context: Context) -> Built:
        """Return the rule's meaning."""

    @property
    def recognised(self) -> tuple[Recognised, ...]:
        """What the rule recognises where it gives something: all of `recognise` here."""
        return self.recognise

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says to the people whom it pays, for the handbook.

        A kind without any statements has its fields told one by one, by their docstrings or, where it has
        such texts, by the texts `handbook.field.KIND.FIELD`.
        """
        return ()

    @property
    def pays_by(self) -> tuple[Quantity, ...]:
        """The formulas that the rule's money is made of, without what is done to it later: none here."""
        return ()

    @property
    def takes_off(self) -> tuple[Scalar, ...]:
        """The ids and tags of the rules whose payments come off the rule's money: none here."""
        return ()

    @property
    def affected(self) -> tuple[Scalar, ...] | None:
        """The rule ids and tags that the rule's consequence reaches: none here, None for every rule."""
        return ()

    @property
    def limited(self) -> tuple[Scalar, ...]:
        """The ids and tags of the rules of whose pay the rule leaves only a part: none here."""
        return ()

    @property
    def keeps_names(self) -> tuple[str, ...]:
        """The names of the money that the rule keeps over the periods (see `kinds.keeping`): none here."""
        return ()

    @property
    def shown_title(self) -> Title:
        """The rule's name for people."""
        return self.title or Title(str(self.id), str(self.id))
