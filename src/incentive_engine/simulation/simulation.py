"""Evaluates a population under two rulesets and counts what changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from incentive_engine.engine import ProblemsError, Ruleset
from incentive_engine.evaluate.records import Record, Records, from_records
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion
from incentive_engine.simulation.comparison import Comparison
from incentive_engine.simulation.counting import Split, counted
from incentive_engine.simulation.gathering import gathered
from incentive_engine.simulation.likeness import differences
from incentive_engine.simulation.parts import PeriodSplit
from incentive_engine.texts import entry

_PERIOD = "period"


class ComparisonError(ProblemsError):
    """Two rulesets cannot be compared, or not by such an attribute; `problems` lists why."""


def simulate(
    baseline: Ruleset, proposal: Ruleset, snapshots: Records | Iterable[object], *, by: Sequence[str] = ()
) -> Comparison:
    """Return what changes if the proposal takes the place of the baseline, on the same data.

    Every row is read as each ruleset asks for it. A row that either of them cannot take is left out under
    both (it is nobody's peer and no history) and listed. So what is compared is always the same people. A
    period in which only one ruleset is in effect is no part of the comparison either; it counts as history
    for that one.

    `by` are the names of attributes or metrics to split the results by. They are read as the baseline
    declares them, or as the proposal does where only that has them. The name of the period's column, or
    `period`, splits them by period.

    Raises:
        ComparisonError: if the rulesets differ in currency, in kind of period, or in the columns for agent
            and period, or if neither has an attribute or metric of a name in `by`.

    >>> from incentive_engine.engine import parse_ruleset
    >>> text = '''
    ... language: 1
    ... ruleset: praise
    ... version: "1"
    ... currency: CNY
    ... period: month
    ... snapshot: {agent: agent, period: month}
    ... metrics: {thanks: count}
    ... rules:
    ...   - {id: thanks_bonus, kind: bonus, pay: 12.50 * thanks}
    ... '''
    >>> comparison = simulate(
    ...     parse_ruleset(text),
    ...     parse_ruleset(text.replace("12.50", "15")),
    ...     [
    ...         {"agent": "A1", "month": "2026-03", "thanks": 3},
    ...         {"agent": "A2", "month": "2026-03", "thanks": 0},
    ...     ],
    ... )
    >>> comparison.cost.before, comparison.cost.after, comparison.cost.difference
    (Decimal('37.50'), Decimal('45.00'), Decimal('7.50'))
    >>> comparison.agents.gainers, comparison.agents.losers, comparison.agents.unchanged
    (1, 0, 1)
    """
    splits = _splits(baseline, proposal)
    problems = [*differences(baseline, proposal), *_unknown_names(by, splits)]
    if problems:
        raise ComparisonError(problems)
    sides = gathered(baseline, proposal, _kept(snapshots))
    chosen = {splits[name].name: splits[name] for name in by}
    return counted(sides, list(chosen.values()))


def _splits(baseline: Ruleset, proposal: Ruleset) -> dict[str, Split]:
    """Return what a comparison can be split by, under the names that it goes by."""
    fields = {field.name: field for field in (*proposal.policy.fields, *baseline.policy.fields)}
    column = str(baseline.policy.shape.snapshot.period)
    words = entry("simulation.column.period").texts
    period = PeriodSplit(column, Title(words["en"], words["zh"]))
    # A metric or attribute of the ruleset goes before the name that every ruleset has for its period.
    return {**dict.fromkeys(fields, period), column: period, _PERIOD: period, **fields}


def _unknown_names(by: Sequence[str], splits: Mapping[str, Split]) -> list[Problem]:
    names = ", ".join(f"`{name}`" for name in splits)
    return [
        Problem("IE5004", {"name": name, "names": names, **suggestion(name, splits)})
        for name in by
        if name not in splits
    ]


def _kept(snapshots: Records | Iterable[object]) -> Records:
    """Return the rows so that they can be gone through more than once."""
    records = snapshots if isinstance(snapshots, Records) else from_records(snapshots)
    kept: tuple[Record, ...] = tuple(records)
    return Records(lambda: iter(kept), file=records.file, columns=records.columns, problems=records.problems)
