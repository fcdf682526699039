"""What a ruleset says with a clear meaning, and its authors would still want to know: warnings about design.

A warning is given only where it is proven, by intervals, for everybody and every period in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from incentive_engine.check.certain import Case, cases_of
from incentive_engine.check.cliffs import Cliffs
from incentive_engine.check.overlaps import overlaps
from incentive_engine.check.ranking import by_rank, values_by_rank
from incentive_engine.compile.policy import Policy, PolicyLine
from incentive_engine.compile.red_lines import reaches
from incentive_engine.graph.nodes import Flag, Input, Node, in_order
from incentive_engine.kinds.interface import Step
from incentive_engine.ruleset.period import Cadence, period_of
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.source import Findings

_OF_NAMES = "value."
_IN_BAND = "tiers.in_"
_HOLDS = "condition.holds"
_NOT_KNOWN = "condition.unknown"


def design_warnings(policy: Policy) -> tuple[Problem, ...]:
    """Return the warnings about the design of a ruleset, in the order of the file."""
    findings = Findings()
    for problem in _Design(policy).problems():
        findings.add(problem)
    return tuple(findings.in_order())


class _Design:
    """What is known of a policy: which truths are possible, and which amounts may be paid or taken."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._possible: set[Node] = set()
        self._moves: set[Node] = set()
        self._below_zero: set[Node] = set()
        self._cliffs = Cliffs(policy)
        truths = {node for line in policy.lines for node in _truths(line)}
        amounts = {line.amount for line in policy.lines if line.amount is not None}
        ranked = {value for amount in amounts for value in values_by_rank(amount)}
        nodes = [*truths, *amounts, *ranked, *self._cliffs.nodes]
        for case in cases_of(policy, nodes):
            self._look(case, truths, amounts | ranked)
            self._cliffs.look(case)

    def _look(self, case: Case, truths: Iterable[Node], amounts: Iterable[Node]) -> None:
        self._possible |= {node for node in truths if case.interval(node).may_be_true}
        for node in amounts:
            interval = case.interval(node)
            if interval.may_be_known and (interval.low, interval.high) != (0, 0):
                self._moves.add(node)
            if interval.may_be_known and interval.high is not None and interval.high < 0:
                self._below_zero.add(node)

    def problems(self) -> Iterator[Problem]:
        """Yield all warnings."""
        for line in self._policy.lines:
            yield from self._of_conditions(line)
            if self._acts(line):
                yield from self._of_bands(line)
                yield from self._of_pay(line)
                yield from self._of_rank(line)
            yield from self._of_red_line(line)
        yield from self._cliffs.problems()
        yield from overlaps(self._policy)
        yield from self._cut_off()
        yield from self._unused()

    # --- Conditions, bands and pay

    def _acts(self, line: PolicyLine) -> bool:
        """Whether a rule applies to somebody and its own condition, if it has one, may hold."""
        own = next((holds for step, holds, _ in _conditions(line) if step.span == _when(line)), None)
        return line.in_scope in self._possible and (own is None or own in self._possible)

    def _of_conditions(self, line: PolicyLine) -> Iterator[Problem]:
        if line.in_scope not in self._possible:
            dates = line.rule.effective
            written = line.rule.applies_to or next(
                (day for day in (dates.from_, dates.until) if day is not None), line.rule.id
            )
            yield Problem("IE3872", {"rule": str(line.rule.id)}, written.span)
            return
        for step, holds, fails in _conditions(line):
            values = {"condition": str(step.values["condition"])}
            may_hold, may_fail = holds in self._possible, fails is None or fails in self._possible
            if may_fail and not may_hold:
                yield Problem("IE3870", values, step.span)
            elif may_hold and not may_fail:
                yield Problem("IE3871", values, step.span)

    def _of_bands(self, line: PolicyLine) -> Iterator[Problem]:
        steps = list(_all_steps(line.built.steps))
        for step in steps:
            if step.text.startswith(_IN_BAND) and step.when is not None and step.when not in self._possible:
                band = str(step.values["band"])
                yield Problem("IE3874", {"band": band}, _place_of_band(step, steps))

    def _of_pay(self, line: PolicyLine) -> Iterator[Problem]:
        gives_more = line.credits is not None or line.built.recognitions
        if line.amount is not None and line.amount not in self._moves and not gives_more:
            yield Problem("IE3873", {"rule": str(line.rule.id)}, line.rule.id.span)

    def _cut_off(self) -> Iterator[Problem]:
        """Warn of rules that decide nothing about the last days: a period of theirs goes on behind them."""
        until = self._policy.shape.effective.until
        if until is None:
            return
        for line in self._policy.lines:
            cadence = line.rule.period
            last = period_of(until.day, self._policy.cadence if cadence is None else Cadence(cadence))
            if last.end != until.day:
                values = {"rule": str(line.rule.id), "date": str(until.day), "period": str(last)}
                yield Problem("IE3882", values, until.span)

    # --- Red lines and ranks

    def _of_rank(self, line: PolicyLine) -> Iterator[Problem]:
        """Yield that a rule punishes by rank: M27, no forced elimination (末位淘汰)."""
        consequence = line.built.consequence
        if consequence is not None:
            decisive = [node for node in (consequence.broken, consequence.size) if node is not None]
            punishes = any(by_rank(node) for node in decisive)
        else:
            amounts = [] if line.amount is None else values_by_rank(line.amount)
            punishes = any(node in self._below_zero for node in amounts)
        if punishes:
            yield Problem("IE3877", {"rule": str(line.rule.id)}, _when(line) or line.rule.id.span)

    def _of_red_line(self, line: PolicyLine) -> Iterator[Problem]:
        consequence = line.built.consequence
        if consequence is None:
            return
        others = [other for other in self._policy.lines if other is not line]
        takes_money = consequence.action == "deduct"
        affected = [other for other in others if reaches(line.rule, other.rule)]
        if any(_has_something(other, only_money=takes_money) for other in affected):
            return
        # Whether it is broken may be asked for by a rule that it does not affect.
        readers = [other for other in others if other not in affected or not _has_something(other)]
        if consequence.broken not in in_order(node for other in readers for node in _decisive(other)):
            named = line.rule.affected or (line.rule.id,)
            yield Problem("IE3879", {"rule": str(line.rule.id)}, named[0].span)

    # --- Metrics

    def _unused(self) -> Iterator[Problem]:
        """Yield each metric that no rule reads."""
        nodes = in_order(node for line in self._policy.lines for node in _decisive(line))
        read = {node.name for node in nodes if isinstance(node, Input | Flag)}
        for name in self._policy.shape.metrics:
            if name not in read:
                yield Problem("IE3878", {"name": str(name)}, name.span)


def _when(line: PolicyLine) -> Span | None:
    return line.rule.when.span if line.rule.when is not None else None


def _decisive(line: PolicyLine) -> Iterator[Node]:
    """Yield what a rule means: all that it gives, decides and makes known."""
    built = line.built
    yield line.in_scope
    yield from (result.value.node for result in built.results.values())
    yield from (node for node in (line.amount, line.final, line.credits) if node is not None)
    yield from (recognition.when for recognition in built.recognitions)
    if built.consequence is not None:
        yield from (node for node in (built.consequence.broken, built.consequence.size) if node is not None)


def _has_something(line: PolicyLine, *, only_money: bool = False) -> bool:
    """Whether a rule gives anything that a red line could take."""
    money = line.amount is not None and not line.built.exempt
    return money or (not only_money and (line.credits is not None or bool(line.built.recognitions)))


# --- Steps


def _truths(line: PolicyLine) -> Iterator[Node]:
    yield line.in_scope
    for _, holds, fails in _conditions(line):
        yield from (node for node in (holds, fails) if node is not None)
    for step in _all_steps(line.built.steps):
        if step.text.startswith(_IN_BAND) and step.when is not None:
            yield step.when


def _all_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps of a rule with their parts; not those that tell where a name's value comes from."""
    for step in steps:
        if not step.text.startswith(_OF_NAMES):
            yield step
            yield from _all_steps(step.parts)


def _conditions(line: PolicyLine) -> Iterator[tuple[Step, Node, Node | None]]:
    """Yield each condition of a rule once: its step, and the truths that it holds and that it fails.

    Where nothing is told of a condition that fails, as of a review that is not needed, that truth is None.
    """
    payout = line.payout.steps if line.payout is not None else ()
    steps = list(_all_steps((*line.built.steps, *line.review, *payout)))
    told: set[Span | None] = set()
    # They are told one behind the other: that it holds, that it fails, that nobody knows.
    for place, step in enumerate(steps):
        if step.text == _HOLDS and step.span not in told and step.when is not None:
            told.add(step.span)
            following = (each for each in steps[place + 1 :] if _is_about(each, step))
            for beside in islice(following, 1):
                yield step, step.when, None if beside.text == _NOT_KNOWN else beside.when


def _is_about(step: Step, condition: Step) -> bool:
    """Whether a step tells of the same condition as another."""
    return step.span == condition.span and step.values.get("condition") == condition.values["condition"]


def _place_of_band(step: Step, steps: Iterable[Step]) -> Span | None:
    """Return the place of what a band gives, else that of the first limit of its bands."""
    band = step.values["band"]
    of_band = (other for other in steps if other is not step and other.values.get("band") == band)
    own = (part for part in step.parts if part.span is not None and part.text.startswith("tiers."))
    return next((each.span for each in (*own, *of_band)), step.span)
