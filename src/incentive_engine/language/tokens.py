"""The words of a formula, and the signs that it may and may not contain."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from typing import Literal as OneOf

from incentive_engine.language.source import Place
from incentive_engine.language.syntax import Literal

# Words that join values; every other Python keyword is refused.
JOINING_WORDS = frozenset({"and", "or", "not", "in", "if", "else"})
TRUTH_WORDS = frozenset({"True", "False", "true", "false"})
REFUSED_WORDS = frozenset(keyword.kwlist) - JOINING_WORDS - TRUTH_WORDS

# Units of time, in seconds.
UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}

_COMPARING = {"<=", ">=", "==", "!=", "<", ">"}
_CALCULATING = {"+", "-", "*", "/"}
BINARY_SIGNS = frozenset(_COMPARING | _CALCULATING)
_ALLOWED = BINARY_SIGNS | {"(", ")", "[", "]", ",", ".", "="}
_SPELLINGS = {"≤": "<=", "≥": ">=", "≠": "!="}

# What programmers and spreadsheets write instead, and the text that says so.
_REFUSED = {
    "**": "IE2040",
    "^": "IE2040",
    "//": "IE2041",
    "&&": "IE2042",
    "||": "IE2042",
    "&": "IE2042",
    "|": "IE2042",
    "~": "IE2042",
    "!": "IE2042",
    "=<": "IE2043",
    "=>": "IE2043",
    "<>": "IE2043",
    "===": "IE2043",
    "!==": "IE2043",
    ":=": "IE2044",
    "+=": "IE2044",
    "-=": "IE2044",
    "*=": "IE2044",
    "/=": "IE2044",
    "<<": "IE2045",
    ">>": "IE2045",
    "->": "IE2045",
    "...": "IE2045",
    "%": "IE2010",
    ";": "IE2048",
    "¥": "IE2023",
    "$": "IE2023",
    "€": "IE2023",
    "£": "IE2023",
}
_REMEDIES = {"=<": "<=", "=>": ">=", "<>": "!=", "===": "==", "!==": "!="}
_LONGEST_FIRST = sorted(_ALLOWED | _SPELLINGS.keys() | _REFUSED.keys(), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or literal; `text` is its plain spelling."""

    kind: OneOf["literal", "name", "word", "sign"]
    text: str
    place: Place
    literal: Literal | None = None

    @property
    def operand(self) -> bool:
        """Whether it is a value by itself."""
        return self.kind in {"literal", "name"}


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign as found: its plain spelling, or the code of the problem that it is, with what was meant."""

    found: str
    spelling: str
    problem: str = ""
    meant: str = ""


def sign_at(plain: str, position: int) -> Sign:
    """Return the longest sign at a position; a character that is none is a refused sign of its own."""
    found = next((sign for sign in _LONGEST_FIRST if plain.startswith(sign, position)), plain[position])
    if found in _ALLOWED or found in _SPELLINGS:
        return Sign(found, _SPELLINGS.get(found, found))
    return Sign(found, found, _REFUSED.get(found, "IE2045"), _REMEDIES.get(found, ""))
