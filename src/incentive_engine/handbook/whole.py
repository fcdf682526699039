"""How the parts of a policy fit together: order, rounding, missing data, red lines and the total."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from incentive_engine.compile.policy import Policy
from incentive_engine.handbook.document import Heading, Item, Items, Part, Table
from incentive_engine.handbook.words import Words
from incentive_engine.language.types import MONEY
from incentive_engine.ruleset.fields import Title

_ACTIONS = ("void", "keep", "deduct", "hold")


def whole(policy: Policy, words: Words) -> Iterator[Part]:
    """Yield how a decision comes about."""
    yield Heading(2, words.say("handbook.heading.whole"))
    yield Items(tuple(Item(sentence) for sentence in _sentences(policy, words)))


def _sentences(policy: Policy, words: Words) -> Iterator[str]:
    shape = policy.shape
    yield words.say("handbook.whole.order")
    unit = words.form.value(Fraction(1, 10**policy.money_places), MONEY)
    yield words.say(f"handbook.whole.rounding.{shape.rounding}", unit=unit)
    yield words.say("handbook.whole.missing")
    actions = {line.built.consequence.action for line in policy.lines if line.built.consequence is not None}
    if actions:
        order = [words.say(f"handbook.whole.action.{action}") for action in _ACTIONS if action in actions]
        yield words.say("handbook.whole.red_lines", order=words.listed(order))
    floor = shape.total.floor
    if floor == "none":
        yield words.say("handbook.whole.no_floor")
    else:
        least = words.form.value(Fraction(0), MONEY) if floor is None else words.formula(floor, money=True)
        yield words.say("handbook.whole.floor", floor=least)
    if shape.total.carry_rest:
        yield words.say("handbook.whole.carry_rest")
    yield words.say("handbook.whole.explained")


def glossary(policy: Policy, words: Words) -> Iterator[Part]:
    """Yield the names of the ruleset, as decisions and formulas have them, with what they are called."""
    yield Heading(2, words.say("handbook.heading.glossary"))
    headings = tuple(words.say(f"handbook.column.{name}") for name in ("name", "sort", "written"))
    yield Table(headings, tuple(sorted(_names(policy, words), key=lambda row: row[0].casefold())))


def _names(policy: Policy, words: Words) -> Iterator[tuple[str, ...]]:
    shape = policy.shape
    for sort in ("attributes", "metrics", "facts", "seasons", "parameters", "formulas", "tables"):
        for name, declared in getattr(shape, sort).items():
            title: Title | None = declared.title
            called = str(name) if title is None else title.in_language(words.language)
            yield (called, words.say(f"handbook.sort.{sort}"), words.say("handbook.written", name=str(name)))
    for line in policy.lines:
        called = line.rule.shown_title.in_language(words.language)
        kind = words.say("handbook.sort.rules")
        yield (called, kind, words.say("handbook.written", name=str(line.rule.id)))
