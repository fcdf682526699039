"""Compiles a ruleset: shapes checked, names resolved, rules built, red lines applied, one program made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from incentive_engine.compile.assembly import Assembled, Assembly
from incentive_engine.compile.policy import Policy
from incentive_engine.graph.nodes import Flag, Input, in_order
from incentive_engine.kinds.interface import Rule
from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import RulesetShape
from incentive_engine.ruleset.text import read_yaml
from incentive_engine.ruleset.validation import suggestion, validated

_MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Checked:
    """A ruleset's text after checking: its policy unless there were errors, and all problems in order."""

    policy: Policy | None
    problems: tuple[Problem, ...]


def compile_text(text: str, file: str, kinds: Mapping[str, type[Rule]] | None = None) -> Checked:
    """Check and compile the text of a ruleset; `file` is the name that problems give its place with."""
    root, problems = read_yaml(text, file)
    policy = None
    if root is not None:
        kinds = kinds if kinds is not None else installed_kinds()
        shape, rules, shape_problems = _shaped(root, kinds)
        problems = [*problems, *shape_problems]
        if shape is not None:
            policy = _compiled(shape, rules, text, file, problems)
    unique = {(problem.code, problem.span, tuple(problem.values.items())): problem for problem in problems}
    ordered = tuple(sorted(unique.values(), key=_place))[:_MOST_PROBLEMS]
    broken = any(problem.severity == "error" for problem in ordered)
    return Checked(None if broken else policy, ordered)


def _place(problem: Problem) -> tuple[int, int, str]:
    span = problem.span
    return (span.line, span.column, problem.code) if span else (0, 0, problem.code)


def _shaped(
    root: Table, kinds: Mapping[str, type[Rule]]
) -> tuple[RulesetShape | None, list[Rule], list[Problem]]:
    """Return the ruleset's header and rules as far as they have the right shape."""
    header = Table(
        ((key, value) for key, value in root.items() if isinstance(key, Scalar) and key != "rules"), root.span
    )
    shape, problems = validated(RulesetShape, header, root)
    rules: list[Rule] = []
    for index, node in enumerate(_rule_nodes(root, problems)):
        rule, found = _shaped_rule(node, index, root, kinds)
        problems.extend(found)
        if rule is not None:
            rules.append(rule)
    return shape, rules, problems


def _rule_nodes(root: Table, problems: list[Problem]) -> Sequence[Node]:
    rules = root.get("rules")
    if rules is None:
        problems.append(Problem("IE1101", {"field": "rules"}, root.span))
    elif not isinstance(rules, Items):
        problems.append(Problem("IE1105", {}, rules.span))
    else:
        return rules
    return ()


def _shaped_rule(
    node: Node, index: int, root: Table, kinds: Mapping[str, type[Rule]]
) -> tuple[Rule | None, list[Problem]]:
    if not isinstance(node, Table):
        return None, [Problem("IE1104", {}, node.span)]
    kind = node.get("kind")
    if kind is None:
        return None, [Problem("IE1101", {"field": "kind"}, node.span)]
    if not isinstance(kind, Scalar):
        return None, [Problem("IE1107", {}, kind.span)]
    if str(kind) not in kinds:
        values = {"text": str(kind), "values": ", ".join(kinds)} | suggestion(str(kind), kinds)
        return None, [Problem("IE1115", values, kind.span)]
    return validated(kinds[str(kind)], node, root, ("rules", index))


def _compiled(
    shape: RulesetShape, rules: Sequence[Rule], text: str, file: str, problems: list[Problem]
) -> Policy:
    """Put the ruleset together.

    A program that steps over gaps in an agent's history has to take every input for one that can be
    unknown. Whether it does is known when it is put together, and then it is done again.
    """
    found: list[Problem] = []
    assembly = Assembly(shape, rules, found.append, steps_over_gaps=False)
    assembled = assembly.assemble()
    if assembled.program.states:
        assembly = Assembly(shape, rules, lambda _: None, steps_over_gaps=True)
        assembled = assembly.assemble()
    problems.extend(found)
    return _policy(shape, assembly, assembled, text, file)


def _policy(shape: RulesetShape, assembly: Assembly, assembled: Assembled, text: str, file: str) -> Policy:
    totals = assembled.totals
    policy = Policy(
        shape=shape,
        file=file,
        content_hash=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        cadence=assembly.calendar.cadence,
        effective=assembly.calendar.effective,
        money_places=assembly.money_places,
        program=assembled.program,
        lines=assembled.lines,
        total=totals["total"],
        floor_added=totals["floor_added"],
        held=totals["held"],
        incomplete=totals["incomplete"],
        eligible=totals["eligible"],
        fields=assembled.fields,
        origins=assembled.origins,
    )
    nodes = in_order([*assembled.program.roots(), *policy.watched()])
    used = {node.name for node in nodes if isinstance(node, Input | Flag)}
    return replace(policy, fields=tuple(replace(field, used=field.name in used) for field in policy.fields))
