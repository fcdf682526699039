"""Which items of a list belong together in two versions of a ruleset, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.check.changes import Subject
from incentive_engine.language.characters import plain
from incentive_engine.ruleset.nodes import Items, Node, Table

_ENDS = ("below", "upto")
_LIMITS = (*_ENDS, "from", "above")
_DATES = ("from", "until", "when")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_WORDS = re.compile(r"\"[^\"]*\"|'[^']*'|\d+(?:\.\d+)?|[^\W\d]\w*|\S")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, with its number from 1 and, of a band, its limits as they are written."""

    node: Node
    number: int
    low: str = ""
    high: str = ""

    def text(self, key: str) -> str:
        """Return a field of the item, or an empty text."""
        value = self.node.get(key) if isinstance(self.node, Table) else None
        return flow(value) if value is not None else ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that belong together, or one that has no partner.

    `shown` is the newer one of them, which is told of, and `among` the list that it stands in.
    """

    before: Node | None
    after: Node | None
    number_before: int
    shown: Item
    among: Items


Words = tuple[object, ...]
Key = Callable[[Item], Words]


def flow(node: Node) -> str:
    """Return a node on one line, as YAML writes it in brackets."""
    match node:
        case Table():
            return f"{{{', '.join(f'{key}: {flow(value)}' for key, value in node.items())}}}"
        case Items():
            return f"[{', '.join(map(flow, node))}]"
        case _:
            return str(node)


def words_of(text: str) -> list[str | Fraction]:
    """Return what a text says, apart from how it is written: spaces, and zeros behind a number.

    >>> words_of("20*min(thanks, 10)") == words_of("20.0 * min(thanks,10)")
    True
    """
    return [Fraction(word) if word[0].isdigit() else word for word in _WORDS.findall(plain(text))]


def same(one: Node, other: Node) -> bool:
    """Whether two nodes say the same."""
    return words_of(flow(one)) == words_of(flow(other))


# --- Pairs


def pairs(field: str, before: Items, after: Items) -> Iterator[Pair]:
    """Yield the items that belong together, in the order of the new list; those that are gone come last.

    Bands are matched by their limits, measures by their names, cases by their dates, all else by what it
    says or else by its place.
    """
    ours, theirs = _items(field, before), _items(field, after)
    partner: dict[int, Item] = {}
    for key in _KEYS.get(field, (_whole, _number)):
        open_ours = [item for item in ours if item.number not in {each.number for each in partner.values()}]
        for item in theirs:
            if item.number in partner:
                continue
            found = next((each for each in open_ours if key(each) and key(each) == key(item)), None)
            if found is not None:
                partner[item.number] = found
                open_ours.remove(found)
    for item in theirs:
        old = partner.get(item.number)
        yield Pair(old.node if old else None, item.node, old.number if old else 0, item, after)
    matched = {item.number for item in partner.values()}
    for item in ours:
        if item.number not in matched:
            yield Pair(item.node, None, item.number, item, before)


def _words(text: str) -> Words:
    return tuple(words_of(text))


def _whole(item: Item) -> Words:
    return _words(flow(item.node))


def _number(item: Item) -> Words:
    return (item.number,)


def _by_fields(*fields: str) -> Key:
    def key(item: Item) -> Words:
        given = tuple(_words(item.text(field)) for field in fields)
        return given if any(given) else ()

    return key


def _dates(item: Item) -> Words:
    return ("dates", *(_words(item.text(field)) for field in _DATES))


def _limits(item: Item) -> Words:
    return ("limits", _words(item.low), _words(item.high))


_KEYS: Mapping[str, Sequence[Key]] = {
    "rules": (_by_fields("id"),),
    "measures": (_by_fields("id"), _by_fields("metric"), _by_fields("measure")),
    "tiers": (
        _limits,
        _by_fields("name"),
        lambda item: ("low", _words(item.low)),
        lambda item: ("high", _words(item.high)),
    ),
    "cases": (_dates, _number),
    "prizes": (_number,),
    "rank_by": (_number,),
}


# --- Bands


def _items(field: str, nodes: Items) -> list[Item]:
    """Return the items of a list; those of bands with both their limits."""
    items = [Item(node, number) for number, node in enumerate(nodes, 1)]
    if field != "tiers":
        return items
    own = [_own_limit(item) for item in items]
    before, behind = ["", *own[:-1]], [*own[1:], ""]
    upwards = _upwards(items, own)
    if _limit_keyword(items) in _ENDS:
        lows, highs = (before if upwards else behind), own
    else:
        lows, highs = own, (behind if upwards else before)
    return [
        Item(item.node, item.number, low, high) for item, low, high in zip(items, lows, highs, strict=True)
    ]


def _own_limit(item: Item) -> str:
    return next((item.text(keyword) for keyword in _LIMITS if item.text(keyword)), "")


def _limit_keyword(items: Sequence[Item]) -> str:
    """Return the keyword by which the bands of a list are limited, all by the same one."""
    return next((keyword for keyword in _LIMITS for item in items if item.text(keyword)), "upto")


def _upwards(items: Sequence[Item], own: Sequence[str]) -> bool:
    """Whether bands are listed upwards: by their first two numbers, or else by where the open one stands."""
    numbers = [Fraction(match[0]) for limit in own if (match := _NUMBER.match(plain(limit)))]
    if len(numbers) > 1:
        return numbers[0] < numbers[1]
    open_is_last = not own[-1]
    return open_is_last == (_limit_keyword(items) in _ENDS)


# --- What items are called


def called(field: str, pair: Pair, owner: Subject) -> Subject:
    """Return an item of a list as a subject of sentences."""
    item = pair.shown
    match field:
        case "rules":
            return Subject("rules", item.text("id"))
        case "tiers":
            return _band(item, _limit_keyword(_items(field, pair.among)), owner)
        case "measures":
            name = next(item.text(key) for key in ("id", "metric", "measure") if item.text(key))
            return owner.part("diff.part.measure", name=name)
        case "cases":
            given = {key: item.text(key) for key in _DATES if item.text(key)}
            return owner.part(f"diff.part.case_{'_'.join(given) or 'rest'}", **given)
        case "prizes" | "then" | "earn" | "rank_by" | "recognise":
            return owner.part(f"diff.part.{field}", number=str(item.number))
    return owner.part("diff.part.item", field=field, number=str(item.number))


def _band(item: Item, keyword: str, owner: Subject) -> Subject:
    # A value that equals the limit belongs to the band below it with `upto` and `above`.
    style = "above_upto" if keyword in ("upto", "above") else "from_below"
    limits = {name: limit for name, limit in (("low", item.low), ("high", item.high)) if limit}
    return owner.part(f"diff.part.band_{style}_{'_'.join(limits) or 'only'}", **limits)
