"""Reads scenario files: all that is wrong with one is said at once, with the line that has to be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path

from incentive_engine.compile.calendar import Calendar
from incentive_engine.compile.policy import InputField
from incentive_engine.engine import Ruleset
from incentive_engine.graph import nodes as graph
from incentive_engine.language.types import Value
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table
from incentive_engine.ruleset.period import Period, parse_period
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.shape import Dated
from incentive_engine.ruleset.text import read_file, read_yaml
from incentive_engine.ruleset.validation import Fault, suggestion, validated
from incentive_engine.simulation.laboratory.aiming import goal, sensitivity_share
from incentive_engine.simulation.laboratory.assuming import assumed
from incentive_engine.simulation.laboratory.figures import Figures
from incentive_engine.simulation.laboratory.guarding import guarding
from incentive_engine.simulation.laboratory.rulesets import RulesetFile, Tried, read_ruleset
from incentive_engine.simulation.laboratory.running import PERIOD
from incentive_engine.simulation.laboratory.scenario import Counted, Outcome, Pilot, Scenario, ScenarioError
from incentive_engine.simulation.laboratory.shape import ProposalShape, ScenarioShape
from incentive_engine.simulation.laboratory.sweeping import Points, points
from incentive_engine.simulation.laboratory.variants import BASELINE, Setting, Variant
from incentive_engine.simulation.likeness import differences

_PROPOSALS, _SWEEP = "proposals", "sweep"
_WHERE = "counted"
_OUTCOME = "outcome"
_PILOT = "pilot"


def load_scenario(path: str | PathLike[str]) -> Scenario:
    """Return the scenario of a YAML file; the files that it names are found from its folder.

    Raises:
        ScenarioError: if the scenario, or a ruleset of it, has errors; it lists all of them.
    """
    text, problems = read_file(path)
    if any(problem.severity == "error" for problem in problems):
        raise ScenarioError(problems)
    return _scenario(text, fspath(path), problems)


def parse_scenario(text: str, file: str = "scenario.yaml") -> Scenario:
    """Return the scenario of a YAML text; raises as `load_scenario` does.

    `file` is the name that problems give as its place, and the files that it names are found from its folder.
    """
    return _scenario(text, file, [])


def check_scenario(path: str | PathLike[str]) -> tuple[Problem, ...]:
    """Return all problems of a scenario file, errors and warnings."""
    try:
        return load_scenario(path).warnings
    except ScenarioError as error:
        return error.problems


def _scenario(text: str, file: str, of_file: Iterable[Problem]) -> Scenario:
    root, of_text = read_yaml(text, file)
    problems = [*of_file, *of_text]
    if root is None:
        raise ScenarioError(problems)
    shape, faults = validated(ScenarioShape, root, root)
    problems += [fault.problem for fault in faults if fault.problem is not None]
    if not faults and not root.keys() & {_PROPOSALS, _SWEEP}:
        problems.append(Problem("IE5112", {}, root["scenario"].span))
    if shape is None:
        # What fits is looked at all the same, so that everything is said at once.
        root = _sound_part(root, faults)
        shape, _ = validated(ScenarioShape, root, root)
    scenario = None if shape is None else _Reader(shape, root, file, problems).scenario()
    different = {(each.code, each.span, str(each.values)): each for each in problems}.values()
    in_order = tuple(sorted(different, key=lambda problem: _place(problem, file)))
    if scenario is None or any(each.severity == "error" for each in in_order):
        raise ScenarioError(in_order)
    return replace(scenario, warnings=in_order)


def _sound_part(root: Table, faults: Iterable[Fault]) -> Table:
    """Return a scenario without the fields and the proposals that do not fit."""
    locations = [tuple(fault.location) for fault in faults]
    fields = {str(location[0]) for location in locations}
    proposals = root.get(_PROPOSALS)
    wrong = {location[1] for location in locations if location[0] == _PROPOSALS and len(location) > 1}
    sound = root.without(fields)
    if wrong and isinstance(proposals, Items):
        kept = Items((each for number, each in enumerate(proposals) if number not in wrong), proposals.span)
        sound[_PROPOSALS] = kept
    return sound


def _place(problem: Problem, file: str) -> tuple[bool, str, int, int]:
    """Return by what problems are sorted: those of the scenario first, each file in its own order."""
    span = problem.span
    return (False, "", 0, 0) if span is None else (span.file != file, span.file, span.line, span.column)


class _Reader:
    """A scenario while it is read; what is wrong is added to the problems, and the rest is read on."""

    def __init__(self, shape: ScenarioShape, root: Table, file: str, problems: list[Problem]) -> None:
        self._shape = shape
        self._root = root
        self._file = file
        self._folder = Path(file).parent
        self._problems = problems
        self._report: Callable[[Problem], None] = problems.append
        self._known_figures: list[tuple[tuple[InputField, ...], Figures]] = []

    def scenario(self) -> Scenario | None:
        """Return the scenario; None where its baseline cannot be used, and nothing else can be judged."""
        shape = self._shape
        read = read_ruleset(self._folder, shape.baseline, self._report)
        baseline = None if read is None else read.compiled(self._report)
        if read is None or baseline is None:
            return None
        figures = self._figures(baseline)
        variants = tuple(self._variants(read, baseline, figures))
        asked: dict[str, graph.Node] = {}
        where = None
        if shape.population.where is not None:
            asked[_WHERE] = figures.condition(shape.population.where)
            where = _WHERE
        first, last = (
            self._period(each, baseline)
            for each in (shape.population.periods.from_, shape.population.periods.until)
        )
        outcome = self._outcome(figures, asked)
        pilot = self._pilot(figures, baseline, asked)
        history, facts = shape.population.history, shape.population.facts
        return Scenario(
            file=self._file,
            id=str(shape.scenario),
            title=shape.title or Title(str(shape.scenario), str(shape.scenario)),
            baseline=baseline,
            variants=variants,
            snapshots=self._folder / str(shape.population.snapshots),
            history=None if history is None else self._folder / str(history),
            facts=None if facts is None else self._folder / str(facts),
            counted=Counted(first, last, where),
            outcome=outcome,
            figures=figures.program(asked),
            by=tuple(self._splits(baseline, variants)),
            seed=shape.seed,
            repeat=shape.repeat,
            guardrails=tuple(guarding(shape.guardrails, baseline, variants, self._report)),
            pilot=pilot,
            goal=goal(shape.goal, baseline, variants, self._report),
            sensitivity=sensitivity_share(shape.sensitivity, self._report),
        )

    def _figures(self, ruleset: Ruleset) -> Figures:
        """Return what formulas can read of the data as a ruleset reads them, once for all that read alike."""
        fields = ruleset.policy.fields
        for known, figures in self._known_figures:
            if known == fields:
                return figures
        self._known_figures.append((fields, Figures(ruleset.policy, self._report)))
        return self._known_figures[-1][1]

    def _period(self, text: Scalar | None, baseline: Ruleset) -> Period | None:
        if text is None:
            return None
        cadence = baseline.policy.cadence
        try:
            return parse_period(text, cadence)
        except ValueError:
            self._report(Problem("IE5111", {"text": str(text), "cadence": str(cadence)}, text.span))
            return None

    def _pilot(self, figures: Figures, baseline: Ruleset, asked: dict[str, graph.Node]) -> Pilot | None:
        shape = self._shape.pilot
        if shape is None:
            return None
        first, last = (self._period(each, baseline) for each in (shape.from_, shape.until))
        asked[_PILOT] = figures.condition(shape.where)
        if first is None or last is None:
            return None
        if last < first:
            values = {"first": str(first), "last": str(last)}
            self._report(Problem("IE5164", values, shape.until.span))
        return Pilot(_PILOT, first, last)

    def _outcome(self, figures: Figures, asked: dict[str, graph.Node]) -> Outcome | None:
        shape = self._shape.outcome
        if shape is None:
            return None
        value: Value | None = figures.number(shape.value)
        if value is None:
            return None
        asked[_OUTCOME] = value.node
        text = str(shape.value)
        return Outcome(_OUTCOME, shape.title or Title(text, text), value.type)

    def _splits(self, baseline: Ruleset, variants: Iterable[Variant]) -> Iterator[tuple[str, ...]]:
        known = _names([baseline, *(variant.ruleset for variant in variants)])
        for names in self._shape.by:
            for name in names:
                if str(name) not in known:
                    self._report(_no_split(name, known, name.span))
            yield tuple(str(name) for name in names)

    # --- Proposals

    def _variants(self, read: RulesetFile, baseline: Ruleset, figures: Figures) -> Iterator[Variant]:
        every = points(self._shape.sweep, self._report)
        seen: dict[str, Scalar] = {BASELINE: self._shape.baseline}
        proposals = self._shape.proposals or (self._sweep_alone() if self._shape.sweep else ())
        for index, proposal in enumerate(proposals):
            first = seen.setdefault(str(proposal.id), proposal.id)
            if first is not proposal.id:
                self._report(Problem("IE5104", {"id": str(proposal.id)}, proposal.id.span, (first.span,)))
            yield from self._of_proposal(index, proposal, read, baseline, figures, every)

    def _sweep_alone(self) -> tuple[ProposalShape, ...]:
        """Return the proposal of a scenario that only sweeps: the baseline with other numbers."""
        return (ProposalShape(id=self._shape.scenario),)

    def _of_proposal(
        self,
        index: int,
        proposal: ProposalShape,
        read: RulesetFile,
        baseline: Ruleset,
        figures: Figures,
        every: Points,
    ) -> Iterator[Variant]:
        own = read if proposal.ruleset is None else read_ruleset(self._folder, proposal.ruleset, self._report)
        for stage in proposal.stages:
            self._check_dates(stage, baseline)
        if own is None:
            return
        title = self._title_of(index)
        assumptions = {**self._shape.assumptions, **proposal.assumptions}
        for settings in every:
            tried = Tried(own, proposal, title, settings, self._report)
            root = tried.always()
            ruleset = tried.ruleset(root)
            if ruleset is None:
                continue
            own_figures = self._figures(ruleset)
            behaviour = assumed(assumptions, own_figures, figures, own.root, root, self._report)
            for problem in differences(baseline, ruleset):
                self._report(replace(problem, span=proposal.id.span))
            own_title = ruleset.policy.shape.title if proposal.ruleset else None
            shown = proposal.title or own_title or (None if self._shape.proposals else self._shape.title)
            yield Variant(
                proposal=str(proposal.id),
                title=shown or Title(str(proposal.id), str(proposal.id)),
                point=tuple(Setting(str(path), str(value)) for path, value in settings),
                ruleset=ruleset,
                stages=tuple(tried.stages(root, ruleset)),
                behaviour=behaviour,
            )

    def _title_of(self, index: int) -> tuple[Scalar, Node] | None:
        """Return the title of a proposal as it is written, with its key; None where it has none."""
        proposals = self._root.get("proposals")
        proposal = proposals[index] if isinstance(proposals, Items) and proposals else self._root
        title = proposal.get("title") if isinstance(proposal, Table) else None
        return None if title is None else (Scalar("title", title.span), title)

    def _check_dates(self, stage: Dated, baseline: Ruleset) -> None:
        policy = baseline.policy
        for problem in Calendar(policy.cadence, policy.effective).problems(stage):
            self._report(problem)


def by_names(scenario: Scenario, texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Return by what else the results of a scenario shall be split: `team`, or `team,level` for a pair.

    Raises:
        ScenarioError: if no ruleset of the scenario has an attribute or metric of a name.
    """
    known = _names([scenario.baseline, *(variant.ruleset for variant in scenario.variants)])
    splits = [tuple(name.strip() for name in text.split(",")) for text in texts]
    problems = [_no_split(name, known, None) for names in splits for name in names if name not in known]
    if problems:
        raise ScenarioError(problems)
    return splits


def _names(rulesets: Iterable[Ruleset]) -> list[str]:
    """Return what results can be split by."""
    fields = (field.name for ruleset in rulesets for field in ruleset.policy.fields)
    return list(dict.fromkeys((*fields, PERIOD)))


def _no_split(name: str, known: Sequence[str], at: Span | None) -> Problem:
    listed = ", ".join(f"`{each}`" for each in known)
    return Problem("IE5110", {"name": str(name), "names": listed, **suggestion(name, known)}, at)
