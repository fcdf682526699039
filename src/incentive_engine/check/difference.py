"""Compares two versions of a ruleset by what they say, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from incentive_engine.check.changes import Change, Subject, Text
from incentive_engine.check.matching import called, flow, pairs, same
from incentive_engine.decision.markdown import escaped
from incentive_engine.engine import Ruleset, parse_ruleset
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table
from incentive_engine.ruleset.problems import Span
from incentive_engine.ruleset.shape import BESIDE_OPTIONS
from incentive_engine.texts import Language, fill

SECTIONS = (
    *("", "attributes", "metrics", "facts"),
    *("seasons", "parameters", "tables", "formulas", "rules"),
)
"""The sections in which changes are listed; the head of the ruleset has no name."""

# Tables whose keys are names: of grades, of perspectives.
_NAMED = {"grades": "diff.part.grade", "perspectives": "diff.part.perspective"}
# Fields that may hold one text or several, and are told as a whole.
_WHOLE = ("range", "options", "tags", "affects", "within", "points", "rate", "pay", "percentile")
# Lists in which the order of the items changes nothing.
_UNORDERED = ("tiers", "measures")


@dataclass(frozen=True, slots=True)
class RulesetDiff:
    """What differs between two versions of a ruleset, in the order of their sections."""

    before: Ruleset
    after: Ruleset
    changes: tuple[Change, ...]

    def of(self, section: str) -> tuple[Change, ...]:
        """Return the changes of one section; that of the head is called by an empty text."""
        return tuple(change for change in self.changes if change.subject.section == section)

    def heading(self, language: Language = "en") -> str:
        """Return which versions of which rulesets are compared, in one line."""
        values = {
            "before": self.before.identity.id,
            "before_version": self.before.identity.version,
            "after": self.after.identity.id,
            "after_version": self.after.identity.version,
        }
        return fill("diff.heading", values, language)

    def blocks(self, language: Language = "en") -> Iterator[tuple[str, list[str]]]:
        """Yield what differs, section by section: a heading, and a sentence for each change."""
        for section in SECTIONS:
            changes = self.of(section)
            if changes:
                heading = fill(f"diff.section.{section}", {}, language)
                yield heading, [change.placed(language) for change in changes]

    def text(self, language: Language = "en") -> str:
        """Return the differences as plain text."""
        blocks = [[heading, *(f"  {line}" for line in lines)] for heading, lines in self.blocks(language)]
        return self._written(blocks, self.heading(language), language)

    def markdown(self, language: Language = "en") -> str:
        """Return the differences as Markdown."""
        blocks = [
            [f"## {escaped(heading)}\n", *(f"- {escaped(line)}" for line in lines)]
            for heading, lines in self.blocks(language)
        ]
        return self._written(blocks, f"# {escaped(self.heading(language))}", language)

    def _written(self, blocks: Iterable[Iterable[str]], heading: str, language: Language) -> str:
        parts = ["\n".join(block) for block in blocks] or [fill("diff.none", {}, language)]
        return "\n\n".join([heading, *parts]) + "\n"

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the differences for JSON."""
        sides = {"before": self.before, "after": self.after}
        return {
            **{
                name: {
                    "file": each.policy.file,
                    "ruleset": each.identity.id,
                    "version": each.identity.version,
                }
                for name, each in sides.items()
            },
            "changes": [change.to_dict(language) for change in self.changes],
        }


def compare(before: str, after: str, before_file: str, after_file: str) -> RulesetDiff:
    """Return what differs between the texts of two rulesets; the files are what their places are given with.

    Raises:
        RulesetError: if one of them cannot be used.
    """
    return difference(parse_ruleset(before, before_file), parse_ruleset(after, after_file))


def difference(before: Ruleset, after: Ruleset) -> RulesetDiff:
    """Return what differs between two rulesets.

    How something is written does not count: spaces, comments, `1.50` for `1.5`, `team: text` for
    `team: {type: text}`, the order of names.
    """
    return RulesetDiff(before, after, tuple(_changes(before.policy.root, after.policy.root)))


def _changes(before: Table, after: Table) -> Iterator[Change]:
    sections = SECTIONS[1:]
    yield from _tables(before.without(sections), after.without(sections), Subject())
    for section in sections[:-1]:
        ours, theirs = (_section(section, root.get(section)) for root in (before, after))
        for name in _in_order(ours, theirs):
            yield from _part(ours.get(name), theirs.get(name), Subject(section, name))
    yield from _lists(_rules_of(before), _rules_of(after), Subject("rules", field="rules"))


def _section(section: str, node: Node | None) -> Mapping[str, Node]:
    """Return the entries of a section in their long form."""
    entries = node if isinstance(node, Table) else {}
    return {name: _long_form(section, entry) for name, entry in entries.items()}


def _rules_of(root: Table) -> Items:
    rules = root["rules"]
    assert isinstance(rules, Items)  # noqa: S101 -- the ruleset has been checked; this tells mypy so
    return rules


def _long_form(section: str, node: Node) -> Node:
    """Bring `team: text`, `limit: 5 min` and a list of cases to the form with fields.

    Cases are a value, too, so that a value that becomes cases is one change.
    """
    if section in ("attributes", "metrics", "facts"):
        return node if isinstance(node, Table) else _table({"options" if _is_list(node) else "type": node})
    if section in ("seasons", "tables"):
        return node
    if isinstance(node, Table) and "by" in node:
        choice = node.without(BESIDE_OPTIONS)
        return _table({"value": choice, **{key: each for key, each in node.items() if key not in choice}})
    if isinstance(node, Table):
        return _table({"value" if name == "cases" else name: value for name, value in node.items()})
    return _table({"value": node})


def _is_list(node: Node) -> bool:
    return isinstance(node, Items)


def _table(fields: Mapping[str, Node]) -> Table:
    span = next(iter(fields.values())).span
    return Table(((Scalar(name, value.span), value) for name, value in fields.items()), span)


def _in_order(before: Mapping[str, Node], after: Mapping[str, Node]) -> list[str]:
    """Return all names: those of the new version in its order, then those that are gone."""
    return [*after, *(name for name in before if name not in after)]


# --- From outside to inside


def _part(before: Node | None, after: Node | None, subject: Subject) -> Iterator[Change]:
    """Yield what differs in a part that may be new or gone."""
    if before is None:
        yield Change("added", subject, after=_text(after), after_place=_place(after))
    elif after is None:
        yield Change("removed", subject, before=_text(before), before_place=_place(before))
    else:
        yield from _nodes(before, after, subject)


def _nodes(before: Node, after: Node, subject: Subject) -> Iterator[Change]:
    if same(before, after):
        return
    if isinstance(before, Table) and isinstance(after, Table) and not _is_title(before, after):
        yield from _tables(before, after, subject)
    elif isinstance(before, Items) and isinstance(after, Items) and _has_parts(before, after, subject):
        yield from _lists(before, after, subject)
    elif not same(_as_list(before, subject), _as_list(after, subject)):
        yield Change("changed", subject, _text(before), _text(after), before.span, after.span)


def _is_title(*tables: Table) -> bool:
    return all(table.keys() <= {"en", "zh"} for table in tables)


def _has_parts(before: Items, after: Items, subject: Subject) -> bool:
    """Whether the items of lists are told one by one."""
    return subject.field not in _WHOLE and all(isinstance(item, Table) for item in (*before, *after))


def _as_list(node: Node, subject: Subject) -> Node:
    """Return a text that stands where several may stand as a list of one."""
    return Items([node], node.span) if subject.field in _WHOLE and isinstance(node, Scalar) else node


def _tables(before: Table, after: Table, subject: Subject) -> Iterator[Change]:
    if subject.field in _NAMED:
        parts = partial(subject.part, _NAMED[subject.field])
    elif "by" in before and before.get("by") == after.get("by"):
        parts = partial(subject.part, "diff.part.option")
    else:
        yield from _fields(before, after, subject)
        return
    for name in _in_order(before, after):
        one, other, child = before.get(name), after.get(name), parts(name=name)
        # What stands there is told as what it is of: `grades` of a grade, `pay` of an option.
        alone = isinstance(one, Scalar) and isinstance(other, Scalar)
        yield from _part(one, other, replace(child, field=subject.field) if alone else child)


def _fields(before: Table, after: Table, subject: Subject) -> Iterator[Change]:
    # Fields of different kinds of rules have nothing to do with each other.
    names = ["kind"] if before.get("kind") != after.get("kind") else _in_order(before, after)
    outer = subject.part("diff.part.field", field=subject.field) if subject.field else subject
    for name in names:
        yield from _part(before.get(name), after.get(name), replace(outer, field=name))


def _lists(before: Items, after: Items, subject: Subject) -> Iterator[Change]:
    field = "cases" if subject.field == "value" else subject.field
    order: list[int] = []
    for pair in pairs(field, before, after):
        yield from _part(pair.before, pair.after, called(field, pair, subject))
        if pair.before is not None and pair.after is not None:
            order.append(pair.number_before)
    if order != sorted(order) and field not in _UNORDERED:
        yield Change("moved", subject, before_place=before.span, after_place=after.span)


def _text(node: Node | None) -> Text:
    if isinstance(node, Table) and node and _is_title(node):
        first = flow(next(iter(node.values())))
        return Title(*(flow(node[name]) if name in node else first for name in ("en", "zh")))
    if isinstance(node, Table) and node.keys() == {"value"}:
        return flow(node["value"])
    return None if node is None else flow(node)


def _place(node: Node | None) -> Span | None:
    return None if node is None else node.span
