"""Compiles a ruleset: shapes checked, names resolved, rules built, red lines applied, one program made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from incentive_engine.compile.assembly import Assembled, Assembly
from incentive_engine.compile.names import Lost
from incentive_engine.compile.policy import Policy
from incentive_engine.compile.shaping import MISSING, Shaped, shaped
from incentive_engine.kinds.interface import Rule
from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.ruleset.nodes import Table
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import RulesetShape
from incentive_engine.ruleset.source import Findings
from incentive_engine.ruleset.text import read_yaml

# Problems of a text some of which is not read: a second document, keys that are none, what is too much.
_LOSES_NAMES = {"IE1012", "IE1016", "IE1024", "IE1025"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A ruleset's text after checking: its policy unless there were errors, and its problems in order."""

    policy: Policy | None
    problems: tuple[Problem, ...]


def compile_text(text: str, file: str, kinds: Mapping[str, type[Rule]] | None = None) -> Checked:
    """Check and compile the text of a ruleset; `file` is the name that problems give its place with."""
    root, of_text = read_yaml(text, file)
    return Checked(None, tuple(of_text)) if root is None else compile_tree(root, text, file, of_text, kinds)


def compile_tree(
    root: Table,
    text: str,
    file: str,
    of_text: Sequence[Problem] = (),
    kinds: Mapping[str, type[Rule]] | None = None,
) -> Checked:
    """Check and compile a ruleset that has been read; its parts may come from several files.

    `text` is what the ruleset is told apart by: the hash of it names the ruleset. `of_text` are the problems
    that were found when the text was read.
    """
    if "tests" in root and "rules" not in root:
        # It is no ruleset at all: one problem says more than each field that is not there.
        return Checked(None, (Problem("IE1118", {}, root.key_span("tests")),))
    if "scenario" in root and "rules" not in root:
        return Checked(None, (Problem("IE1119", {}, root.key_span("scenario")),))
    problems: list[Problem] = []
    policy = None
    is_whole = not any(problem.code in _LOSES_NAMES for problem in of_text)
    fitting = shaped(root, installed_kinds() if kinds is None else kinds, is_whole=is_whole)
    problems.extend(fitting.problems)
    if fitting.header is not None:
        policy = _compiled(fitting, fitting.header, root, text, file, problems)
    found = [*of_text, *(problem for problem in problems if not _follows(problem, of_text))]
    findings = Findings()
    for problem in {(each.code, each.span, tuple(each.values.items())): each for each in found}.values():
        findings.add(problem)
    return Checked(None if _broken(of_text) else policy, tuple(findings.in_order()))


def _broken(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _follows(problem: Problem, of_text: Iterable[Problem]) -> bool:
    """Whether a problem stands where the text itself has one, which is its cause.

    What is missing is so in a whole table, and has nothing to do with what is wrong inside of it.
    """
    return problem.code != MISSING and any(
        problem.span is not None and other.span is not None and problem.span.overlaps(other.span)
        for other in of_text
        if other.severity == "error"
    )


def _compiled(
    fitting: Shaped, header: RulesetShape, root: Table, text: str, file: str, problems: list[Problem]
) -> Policy | None:
    """Put the ruleset together; None where it has errors.

    A program that steps over gaps in an agent's history has to take every input for one that can be
    unknown. Whether it does is known when it is put together, and then it is done again.
    """
    assembly = Assembly(header, fitting.rules, fitting.lost, problems.append, steps_over_gaps=False)
    assembled = assembly.assemble()
    if _broken(problems):
        return None
    if assembled.program.states:
        assembly = Assembly(header, fitting.rules, Lost(), lambda _: None, steps_over_gaps=True)
        assembled = assembly.assemble()
    return _policy(header, root, assembly, assembled, text, file)


def _policy(
    shape: RulesetShape, root: Table, assembly: Assembly, assembled: Assembled, text: str, file: str
) -> Policy:
    totals = assembled.totals
    return Policy(
        shape=shape,
        root=root,
        text=text,
        file=file,
        content_hash=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        cadence=assembly.ground.calendar.cadence,
        effective=assembly.ground.calendar.effective,
        money_places=assembly.ground.money_places,
        program=assembled.program,
        lines=assembled.lines,
        total=totals["total"],
        floor_added=totals["floor_added"],
        held=totals["held"],
        incomplete=totals["incomplete"],
        eligible=totals["eligible"],
        fields=assembled.fields,
        origins=assembled.origins,
        kept=assembly.ground.history.kept,
    )
