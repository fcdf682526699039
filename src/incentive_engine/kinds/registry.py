"""Finds the rule kinds: the built-in ones and those of other packages, by the same entry points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from incentive_engine.kinds.interface import Rule
from incentive_engine.texts import add_texts

GROUP = "incentive_engine.kinds"


class KindError(Exception):
    """A package offers a rule kind that cannot be used; the message names the package and says why."""


@cache
def installed_kinds() -> Mapping[str, type[Rule]]:
    """Return every installed rule kind by its name, in the order of the names.

    Raises:
        KindError: if an entry point does not lead to a rule kind, or two have the same name.
    """
    return MappingProxyType(kinds_from(entry_points(group=GROUP)))


def kinds_from(
    points: Iterator[EntryPoint] | tuple[EntryPoint, ...] | list[EntryPoint],
) -> dict[str, type[Rule]]:
    """Return the kinds that entry points lead to.

    Raises:
        KindError: if an entry point does not lead to a rule kind, or two have the same name.
    """
    kinds: dict[str, type[Rule]] = {}
    for point in sorted(points, key=lambda point: point.name):
        kind = _loaded(point)
        if point.name in kinds:
            raise KindError(f"two packages offer the rule kind {point.name!r}")
        if kind.texts:
            add_texts(kind.texts)
        kinds[point.name] = kind
    return kinds


def _loaded(point: EntryPoint) -> type[Rule]:
    try:
        kind = point.load()
    except (ImportError, AttributeError) as error:
        raise KindError(
            f"the rule kind {point.name!r} cannot be loaded from {point.value!r}: {error}"
        ) from error
    if not (isinstance(kind, type) and issubclass(kind, Rule)):
        raise KindError(f"{point.value!r}, offered as the rule kind {point.name!r}, is not a Rule")
    return kind
