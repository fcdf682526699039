"""What an agent is recognised with beyond money (`recognise:`), as every rule may have it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from incentive_engine.ruleset.fields import WORDS_FORMS, AlsoWritten, Formula, Shape, Words, one_or_more_words
from incentive_engine.ruleset.nodes import Scalar, Table


class Recognised(Shape):
    """An outcome beyond money."""

    name: Words
    """What it is called, one text or `{en: ..., zh: ...}`."""
    when: Formula | None = None
    """The condition under which it is earned; left out: always where the rule gives something."""


def named_alone(value: object) -> object:
    """Bring `commendation` and `{en: ..., zh: ...}` to the long form."""
    is_words = isinstance(value, Table) and bool(value) and set(value) <= {"en", "zh"}
    if isinstance(value, Scalar) or (isinstance(value, Table) and is_words):
        return Table([(Scalar("name", value.span), value)], value.span)
    return value


ONE_RECOGNISED: tuple[dict[str, object], ...] = (
    *WORDS_FORMS,
    {"type": "object", "required": ["name"], "properties": {"name": {"anyOf": list(WORDS_FORMS)}}},
)
Recognise = Annotated[
    tuple[Annotated[Recognised, BeforeValidator(named_alone), AlsoWritten(WORDS_FORMS)], ...],
    Field(strict=False),
    BeforeValidator(one_or_more_words),
    AlsoWritten(ONE_RECOGNISED),
]
