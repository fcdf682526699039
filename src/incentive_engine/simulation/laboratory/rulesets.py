"""The rulesets of a scenario: files, and what they come to with something changed in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from incentive_engine.check.matching import flow
from incentive_engine.compile.ruleset import Checked, compile_tree
from incentive_engine.engine import Ruleset
from incentive_engine.graph.nodes import Carried, Program, in_order
from incentive_engine.ruleset.nodes import Node, Scalar, Table
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.text import read_file, read_yaml
from incentive_engine.simulation.laboratory.paths import PathError, changed, without
from incentive_engine.simulation.laboratory.shape import Changes, ProposalShape
from incentive_engine.simulation.laboratory.variants import Stage

Report: TypeAlias = Callable[[Problem], None]
SweptValue: TypeAlias = tuple[Scalar, Scalar]
"""A path and what is tried there."""

_LOOKS_BACK = re.compile(r"\b(?:previous|ytd|rolling|streak|rise)\s*\(")


@dataclass(frozen=True, slots=True)
class RulesetFile:
    """The text of a ruleset and what stands in it."""

    file: str
    text: str
    root: Table
    problems: tuple[Problem, ...]

    def compiled(self, report: Report) -> Ruleset | None:
        """Return the ruleset as it is, or None after its problems have been reported."""
        return _usable(compile_tree(self.root, self.text, self.file, self.problems), report)


def read_ruleset(folder: Path, name: Scalar, report: Report) -> RulesetFile | None:
    """Return the ruleset that a scenario names, or None after it has been reported that there is none."""
    path = folder / str(name)
    text, problems = read_file(path)
    if any(problem.severity == "error" for problem in problems):
        for problem in problems:
            # That it is not there, or is no file, has no place but the line that names it.
            report(problem if problem.span else replace(problem, span=name.span))
        return None
    root, of_text = read_yaml(text, str(path))
    if root is None:
        for problem in of_text:
            report(problem)
        return None
    return RulesetFile(str(path), text, root, (*problems, *of_text))


def _usable(checked: Checked, report: Report) -> Ruleset | None:
    for problem in checked.problems:
        if problem.severity == "error":
            report(problem)
    return None if checked.policy is None else Ruleset(checked.policy, checked.problems)


@dataclass(frozen=True, slots=True)
class Tried:
    """A proposal with the numbers of one point of the sweep.

    `title` is the proposal's title as it is written, with the key it stands under.
    """

    base: RulesetFile
    proposal: ProposalShape
    title: tuple[Scalar, Node] | None
    settings: Sequence[SweptValue]
    report: Report

    def always(self) -> Table:
        """Return what the ruleset comes to but for the stages."""
        root = self._changed(self.base.root, self.proposal.changes)
        for path in self.proposal.remove:
            root = self._tried(root, path, None)
        for path, value in self.settings:
            root = self._tried(root, path, value)
        return self._named(root) if self._is_changed else root

    def ruleset(self, root: Table) -> Ruleset | None:
        """Return the ruleset that `always` comes to, or None after its problems have been reported."""
        return self._compiled(root, [])

    def stages(self, root: Table, always: Ruleset) -> Iterator[Stage]:
        """Yield the rulesets of the stages, as far as they can be used."""
        for stage in self.proposal.stages:
            looking = [
                (path, value) for path, value in stage.changes.items() if _LOOKS_BACK.search(flow(value))
            ]
            for path, value in looking:
                self.report(Problem("IE5108", {"path": str(path)}, value.span))
            if looking:
                continue
            ruleset = self._compiled(self._changed(root, stage.changes), stage.changes.items())
            if ruleset is None:
                continue
            if _slots(ruleset.policy.program) != _slots(always.policy.program):
                first = next(iter(stage.changes))
                self.report(Problem("IE5109", {}, first.span))
            yield Stage(stage.days, ruleset)

    @property
    def _is_changed(self) -> bool:
        proposal = self.proposal
        return bool(proposal.changes or proposal.remove or proposal.stages or self.settings)

    def _changed(self, root: Table, changes: Changes) -> Table:
        for path, value in changes.items():
            root = self._tried(root, path, value)
        return root

    def _tried(self, root: Table, path: Scalar, value: Node | None) -> Table:
        """Return a ruleset with something else at a path, or as it is after a problem has been reported."""
        try:
            return without(root, path) if value is None else changed(root, path, value)
        except PathError as error:
            self.report(error.problem)
            return root

    def _named(self, root: Table) -> Table:
        """Return a ruleset under a version, and a title, of its own."""
        proposal = self.proposal.id
        version = root.get("version")
        if isinstance(version, Scalar):
            own = Scalar(f"{version}+{proposal}", version.span)
            root = changed(root, Scalar("version", proposal.span), own)
        if self.title is None:
            return root
        key, title = self.title
        return Table(
            [
                *(
                    (Scalar(name, root.key_span(name)), node)
                    for name, node in root.items()
                    if name != "title"
                ),
                (key, title),
            ],
            root.span,
        )

    def _compiled(self, root: Table, staged: Iterable[tuple[Scalar, Node]]) -> Ruleset | None:
        proposal = self.proposal
        parts = [
            *((path, flow(value)) for path, value in proposal.changes.items()),
            *((path, "") for path in proposal.remove),
            *((path, str(value)) for path, value in self.settings),
            *((path, flow(value)) for path, value in staged),
        ]
        text = (
            "\n".join([self.base.text, *(f"{path}: {value}" for path, value in parts)])
            if parts
            else self.base.text
        )
        checked = compile_tree(root, text, self.base.file, self.base.problems)
        return _usable(checked, self._of_proposal)

    def _of_proposal(self, problem: Problem) -> None:
        """Report a problem; one that stands in the ruleset's own file with the proposal that leads to it."""
        at = self.proposal.id.span
        is_elsewhere = self._is_changed and problem.span is not None and problem.span.file != at.file
        self.report(replace(problem, related=(*problem.related, at)) if is_elsewhere else problem)


def _slots(program: Program) -> dict[str, str]:
    """Return what a program carries from period to period, and with what it begins."""
    begins = {node.slot: str(node.initial) for node in in_order(program.roots()) if isinstance(node, Carried)}
    return {slot: begins.get(slot, "") for slot in program.states}
