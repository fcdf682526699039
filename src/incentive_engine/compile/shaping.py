"""From the tables of a file to the shapes of a ruleset, as far as they fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from incentive_engine.compile.names import Lost
from incentive_engine.kinds.interface import Rule
from incentive_engine.language.names import normalized
from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import RulesetShape
from incentive_engine.ruleset.splits import is_empty
from incentive_engine.ruleset.validation import Fault, suggestion, validated

# The sections whose entries have names that formulas read.
_SECTIONS = ("attributes", "metrics", "facts", "seasons", "parameters", "tables", "formulas")
MISSING = "IE1101"
# What every ruleset has, and no rule or formula depends on.
_BESIDE = {"language": "1", "ruleset": "ruleset", "version": "1"}


@dataclass(frozen=True, slots=True)
class Shaped:
    """What of a ruleset fits its shape.

    `header` is everything but the rules, and None where the currency or the period is not known, without
    which nothing else can be judged. `lost` are the names of what does not fit.
    """

    header: RulesetShape | None
    rules: tuple[Rule, ...]
    lost: Lost
    problems: tuple[Problem, ...]


def shaped(root: Table, kinds: Mapping[str, type[Rule]], *, is_whole: bool = True) -> Shaped:
    """Return what of a ruleset fits its shape, and the problems of the rest.

    Where the file `is_whole` not, because some of it could not be read, nothing is said to be missing.
    """
    header, left_out, problems = _header(root)
    rules: list[Rule] = []
    for index, node in enumerate(_rule_nodes(root, problems)):
        rule = _rule(node, index, root, kinds, problems)
        if rule is None:
            left_out.extend(_names_of_rule(node))
        else:
            rules.append(rule)
    others = not is_whole or any(not isinstance(root.get(section, root), Table) for section in _SECTIONS)
    return Shaped(
        header,
        tuple(rules),
        Lost(tuple(map(normalized, left_out)), others),
        tuple(problem for problem in problems if is_whole or problem.code != MISSING),
    )


# --- Everything but the rules


def _header(root: Table) -> tuple[RulesetShape | None, list[str], list[Problem]]:
    given = root.without(["rules"])
    shape, faults = validated(RulesetShape, given, root)
    left_out: list[str] = []
    if shape is None:
        sound, left_out = _sound_part(given, faults)
        shape, _ = validated(RulesetShape, sound, root)
    return shape, left_out, _problems(faults)


def _sound_part(given: Table, faults: Sequence[Fault]) -> tuple[Table, list[str]]:
    """Return a header without what is at fault, and the names that are lost with it."""
    fields = {fault.location[0] for fault in faults}
    sound: dict[str, Node] = {}
    left_out: list[str] = []
    for field, value in given.items():
        if field not in fields:
            sound[field] = value
        elif isinstance(value, Table):
            lost = [name for name in value if _is_lost(field, name, faults)]
            left_out.extend(lost)
            if field in _SECTIONS:
                sound[field] = value.without(lost)
    span = given.span
    stand_ins: dict[str, Node] = {field: Scalar(text, span) for field, text in _BESIDE.items()}
    keys = (Scalar("agent", span), Scalar("period", span))
    stand_ins["snapshot"] = Table(zip(keys, keys, strict=True), span)
    both = stand_ins | sound
    return Table(((Scalar(field, span), value) for field, value in both.items()), span), left_out


def _is_lost(field: str, name: str, faults: Iterable[Fault]) -> bool:
    """Whether an entry of a field is at fault, or the field as a whole."""
    return any(tuple(fault.location[:2]) in ((field,), (field, name)) for fault in faults)


# --- Rules


def _rule_nodes(root: Table, problems: list[Problem]) -> Sequence[Node]:
    rules = root.get("rules")
    if rules is None:
        problems.append(Problem(MISSING, {"field": "rules"}, root.span))
    elif not isinstance(rules, Items):
        problems.extend([] if is_empty(rules) else [Problem("IE1105", {}, rules.span)])
    elif not rules:
        problems.append(Problem("IE1106", {"count": "0"}, rules.span))
    else:
        return rules
    return ()


def _rule(
    node: Node, index: int, root: Table, kinds: Mapping[str, type[Rule]], problems: list[Problem]
) -> Rule | None:
    """Return one rule as its kind's shape, or None after its problems have been added."""
    if is_empty(node):
        return None
    kind = _kind(node, kinds, problems)
    if kind is None:
        return None
    rule, faults = validated(kind, node, root, ("rules", index))
    problems.extend(_problems(faults))
    return rule


def _kind(node: Node, kinds: Mapping[str, type[Rule]], problems: list[Problem]) -> type[Rule] | None:
    if not isinstance(node, Table):
        problems.append(Problem("IE1104", {}, node.span))
        return None
    kind = node.get("kind")
    if kind is None:
        problems.append(Problem(MISSING, {"field": "kind"}, node.span))
    elif not isinstance(kind, Scalar):
        problems.append(Problem("IE1107", {}, kind.span))
    elif kind in kinds:
        return kinds[kind]
    elif not is_empty(kind):
        values = {"text": str(kind), "values": ", ".join(kinds)}
        problems.append(Problem("IE1115", values | suggestion(str(kind), kinds), kind.span))
    return None


def _names_of_rule(node: Node) -> Iterator[str]:
    """Yield the names by which other rules may refer to a rule: its id and its tags."""
    if isinstance(node, Table):
        tags = node.get("tags")
        for name in (node.get("id"), *(tags if isinstance(tags, Items) else [tags])):
            if isinstance(name, Scalar):
                yield name


def _problems(faults: Iterable[Fault]) -> list[Problem]:
    return [fault.problem for fault in faults if fault.problem is not None]
