"""Paths that lead to a part of a ruleset, and rulesets in which something else stands there.

A path is what one would say aloud: `rules.volume_bonus.tiers.3.rate` is the rate of the third band of the
rule `volume_bonus`. A step is the name of a field or an entry; of a list it is the `id`, `name` or `metric`
of an item, or its number from 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.validation import suggestion

_NAMING = ("id", "name", "metric")
_NUMBER = re.compile(r"[1-9]\d{0,5}", re.ASCII)
# Sections whose entries may be a value alone or a table that has it in a field.
_WITH_VALUES = ("parameters", "formulas")
_MOST_LISTED = 12


class PathError(Exception):
    """A path that leads nowhere; `problem` says where it ends and what there is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Way:
    """A path in its steps, and how far it has been gone."""

    steps: Sequence[Scalar]
    gone: int = 0

    @property
    def step(self) -> Scalar:
        """The step to take."""
        return self.steps[self.gone]

    @property
    def is_last(self) -> bool:
        """Whether nothing follows the step to take."""
        return self.gone == len(self.steps) - 1

    @property
    def before(self) -> str:
        """What has been gone so far, as a path."""
        return ".".join(self.steps[: self.gone])

    def on(self) -> _Way:
        """Return the way behind the step."""
        return _Way(self.steps, self.gone + 1)


def found(root: Table, path: Scalar) -> Node:
    """Return what stands where a path leads.

    Raises:
        PathError: if it leads nowhere.
    """
    node: Node = root
    way = _Way(_steps(path))
    while True:
        place = _place(node, way, root)
        node = _inner(node, place)
        if way.is_last:
            return _with_value(node, way)
        way = way.on()


def changed(root: Table, path: Scalar, value: Node) -> Table:
    """Return the ruleset with something else where a path leads.

    A field that its table does not have, and a rule with an id that no rule has, are added.

    Raises:
        PathError: if it leads nowhere.
    """
    result = _changed(root, _Way(_steps(path)), value, root)
    assert isinstance(result, Table)  # noqa: S101 -- what a table is changed to is one; this tells mypy so
    return result


def without(root: Table, path: Scalar) -> Table:
    """Return the ruleset without what a path leads to.

    Raises:
        PathError: if it leads nowhere.
    """
    result = _changed(root, _Way(_steps(path)), None, root)
    assert isinstance(result, Table)  # noqa: S101 -- as in `changed`
    return result


def _steps(path: Scalar) -> list[Scalar]:
    """Return the steps of a path, each with its place."""
    steps: list[Scalar] = []
    start = 0
    for text in path.split("."):
        steps.append(Scalar(text.strip(), path.part(start, start + len(text))))
        start += len(text) + 1
    if not all(steps):
        raise PathError(Problem("IE5101", {"path": str(path)}, path.span))
    return steps


def _changed(node: Node, way: _Way, value: Node | None, root: Table) -> Node:
    """Return a node in which something else, or nothing, stands where the rest of a way leads."""
    if way.is_last and value is not None and _may_be_added(node, way, value):
        return _added(node, way.step, value)
    place = _place(node, way, root)
    if not way.is_last:
        return _replaced(node, place, _changed(_inner(node, place), way.on(), value, root))
    if value is None:
        return _replaced(node, place, None)
    inner = _inner(node, place)
    holder = _holder(inner, way)
    if holder is not None and not (isinstance(value, Table) and value.keys() & {"value", "cases"}):
        return _replaced(node, place, _replaced(holder, "value", value))
    return _replaced(node, place, value)


def _holder(node: Node, way: _Way) -> Table | None:
    """Return the table that has the value of a named value beside its title or places."""
    is_named = way.gone == 1 and way.steps[0] in _WITH_VALUES
    return node if is_named and isinstance(node, Table) and "value" in node else None


def _with_value(node: Node, way: _Way) -> Node:
    holder = _holder(node, way)
    return node if holder is None else holder["value"]


def _may_be_added(node: Node, way: _Way, value: Node) -> bool:
    if isinstance(node, Table):
        return _key(node, way.step) is None and way.gone > 0
    is_rule = way.before == "rules" and isinstance(value, Table) and "kind" in value
    return isinstance(node, Items) and is_rule and _number(node, way.step) is None


def _added(node: Node, step: Scalar, value: Node) -> Node:
    if isinstance(node, Table):
        return Table([*_entries(node), (step, value)], node.span)
    assert isinstance(node, Items) and isinstance(value, Table)  # noqa: S101, PT018 -- see `_may_be_added`
    entries = [(key, field) for key, field in _entries(value) if key != "id"]
    rule = Table([(Scalar("id", step.span), step), *entries], value.span)
    return Items([*node, rule], node.span)


def _place(node: Node, way: _Way, root: Table) -> str | int:
    """Return under which key or at which index of a node the next step leads on.

    Raises:
        PathError: if it leads nowhere.
    """
    step = way.step
    if isinstance(node, Table):
        key = _key(node, step)
        if key is not None:
            return key
    elif isinstance(node, Items):
        number = _number(node, step)
        if number is not None:
            return number
    else:
        values = {"path": way.before, "value": str(node), "step": str(step)}
        raise PathError(Problem("IE5102", values, step.span))
    listed = list(dict.fromkeys(_candidates(node) if way.gone else _sections(root)))
    hint = suggestion(step, listed)
    for meant in [] if way.gone or hint["suggestion"] else _beginnings(root, step):
        hint = suggestion(meant, [meant])
    some = ", ".join(f"`{each}`" for each in listed[:_MOST_LISTED])
    rest = ", …" if len(listed) > _MOST_LISTED else ""
    values = {"step": str(step), "path": way.before, "candidates": some + rest}
    raise PathError(Problem("IE5100" if way.gone else "IE5103", values | hint, step.span))


def _key(table: Table, step: Scalar) -> str | None:
    return next((key for key in table if _same(key, step)), None)


def _number(items: Items, step: Scalar) -> int | None:
    """Return the index of an item that a step names, or whose number from 1 it is."""
    for number, item in enumerate(items):
        if any(_same(name, step) for name in _names(item)):
            return number
    if _NUMBER.fullmatch(step) and int(step) <= len(items):
        return int(step) - 1
    return None


def item_name(item: Node, number: int) -> str:
    """Return the step of a path that leads to an item of a list: its name, or its number from 1."""
    return next(_names(item), str(number))


def _names(item: Node) -> Iterator[str]:
    """Yield the names of an item of a list; its own goes before that of what it is about."""
    given = [item.get(field) for field in _NAMING] if isinstance(item, Table) else []
    yield from (name for name in given if isinstance(name, Scalar))


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)


def _candidates(node: Table | Items) -> Iterator[str]:
    if isinstance(node, Table):
        yield from node
    else:
        for number, item in enumerate(node, start=1):
            yield item_name(item, number)


def _sections(root: Table) -> Iterator[str]:
    """Yield the parts of a ruleset that have parts of their own."""
    yield from (name for name, node in root.items() if not isinstance(node, Scalar))


def _beginnings(root: Table, step: str) -> Iterable[str]:
    """Return the ways to whatever has the name of a step in any section."""
    for section, node in root.items():
        if isinstance(node, Table | Items):
            yield from (f"{section}.{name}" for name in _candidates(node) if _same(name, step))


def _inner(node: Node, place: str | int) -> Node:
    if isinstance(node, Table) and isinstance(place, str):
        return node[place]
    assert isinstance(node, Items) and isinstance(place, int)  # noqa: S101, PT018 -- see `_place`
    return node[place]


def _replaced(node: Node, place: str | int, value: Node | None) -> Node:
    """Return a table or list with another value, or none, at a place."""
    if isinstance(node, Items):
        every = [value if number == place else item for number, item in enumerate(node)]
        return Items((item for item in every if item is not None), node.span)
    assert isinstance(node, Table)  # noqa: S101 -- see `_place`
    pairs = [(key, value if key == place else inner) for key, inner in _entries(node)]
    return Table(((key, inner) for key, inner in pairs if inner is not None), node.span)


def _entries(table: Table) -> Iterator[tuple[Scalar, Node]]:
    for key, value in table.items():
        assert isinstance(key, Scalar)  # noqa: S101 -- keys of tables are; this tells mypy so
        yield key, value
