"""Several programs as one: what they share, results and what periods leave to the next, is computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Carried, Flag, Input, Node, Program, in_order

Place: TypeAlias = int
"""Where a result stands among those of the union."""


@dataclass(frozen=True, slots=True)
class Union:
    """Programs over the same inputs as one program.

    `program` has each different result once, under the text of its place; `places` has, program by program,
    where its results stand.
    """

    program: Program
    places: Sequence[Mapping[str, Place]]


def united(programs: Sequence[Program]) -> Union:
    """Return the union of programs.

    A slot of one program and a slot of another are the same where they begin alike and each period leaves
    the same in them. That is found by taking all that begin alike for the same, and telling apart those
    whose steps then differ, until none do (the coarsest bisimulation, by refinement of the partition).
    """
    joining = _Joining(programs)
    classes = joining.refined([dict.fromkeys(program.states, "") for program in programs])
    while True:
        finer = joining.refined(classes)
        if _count(finer) == _count(classes):
            break
        classes = finer
    return joining.union(classes)


Classes: TypeAlias = Sequence[Mapping[str, str]]
"""Program by program, the name of the class that each slot belongs to."""


def _count(classes: Classes) -> int:
    return len({name for slots in classes for name in slots.values()})


class _Joining:
    """Makes the nodes of several programs anew, with one builder, for slots that are taken for the same."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._programs = programs
        self._orders = [in_order(program.roots()) for program in programs]
        every = [node for order in self._orders for node in order]
        # A program that steps over gaps takes every input for one that can be unknown; then all have to.
        self._optional = {node.name for node in every if isinstance(node, Input | Flag) and node.optional}
        self._initial = [
            {node.slot: node.initial for node in order if isinstance(node, Carried)} for order in self._orders
        ]

    def refined(self, classes: Classes) -> list[dict[str, str]]:
        """Return finer classes: those of slots that begin alike and whose steps are the same node."""
        builder = Builder()
        numbers: dict[tuple[str, object, Node], str] = {}
        finer: list[dict[str, str]] = []
        for program, order, initial, names in zip(
            self._programs, self._orders, self._initial, classes, strict=True
        ):
            made = self._made(builder, order, names)
            finer.append({})
            for slot, step in program.states.items():
                begins = made.get(initial[slot]) if slot in initial else None
                key = (names[slot], begins, made[step])
                finer[-1][slot] = numbers.setdefault(key, str(len(numbers) + 1))
        return finer

    def union(self, classes: Classes) -> Union:
        """Return the union in which the slots of one class are one slot."""
        builder = Builder()
        results: dict[Node, Place] = {}
        states: dict[str, Node] = {}
        places: list[dict[str, Place]] = []
        for program, order, names in zip(self._programs, self._orders, classes, strict=True):
            made = self._made(builder, order, names)
            places.append(
                {name: results.setdefault(made[node], len(results)) for name, node in program.results.items()}
            )
            states |= {names[slot]: made[step] for slot, step in program.states.items()}
        return Union(Program({str(place): node for node, place in results.items()}, states), places)

    def _made(self, builder: Builder, order: Iterable[Node], names: Mapping[str, str]) -> dict[Node, Node]:
        made: dict[Node, Node] = {}
        for node in order:
            made[node] = builder.same(self._remade(node, made, names))
        return made

    def _remade(self, node: Node, made: Mapping[Node, Node], names: Mapping[str, str]) -> Node:
        match node:
            case Carried(slot, initial):
                return Carried(names[slot], made[initial])
            case Input() | Flag():
                return replace(node, optional=node.name in self._optional)
        parts = {each.name: _part(getattr(node, each.name), made) for each in fields(node)}
        return type(node)(**parts)


def _part(value: object, made: Mapping[Node, Node]) -> object:
    """Return what stands in a field of a node, with the nodes in it made anew."""
    if isinstance(value, tuple):
        return tuple(_part(each, made) for each in value)
    return made[value] if isinstance(value, Node) else value
