"""From the characters of a formula to its words; every limit on its size is checked here, before parsing."""

from __future__ import annotations

import re
import unicodedata

from incentive_engine.language.characters import first_unseen, plain
from incentive_engine.language.literals import NumberReader
from incentive_engine.language.source import Place, Source
from incentive_engine.language.syntax import Literal
from incentive_engine.language.tokens import JOINING_WORDS, REFUSED_WORDS, TRUTH_WORDS, Token, sign_at
from incentive_engine.language.types import TEXT

MOST_CHARACTERS = 2000
MOST_TOKENS = 300

_WORD = re.compile(r"[^\W\d]\w*")
_DIGIT = re.compile(r"\.?[0-9]")
# What opens a text, and what may close it: a curly quote is closed by any of its kind.
_QUOTES = {
    '"': '"',
    "'": "'",
    **dict.fromkeys("“”„＂", "“”„＂"),
    **dict.fromkeys("‘’＇", "‘’＇"),
}


def tokens_of(source: Source, currency: str) -> list[Token]:
    """Return the tokens of a formula; whatever cannot be one is reported, and `source` is no longer sound."""
    if not _within_limits(source):
        return []
    lexer = _Lexer(source, currency)
    lexer.run()
    counted = [token for token in lexer.tokens if token.text not in {"(", ")", "[", "]", ",", "."}]
    if len(counted) > MOST_TOKENS:
        place = counted[MOST_TOKENS].place
        source.problem("IE2004", place, most=str(MOST_TOKENS), count=str(len(counted)))
    return lexer.tokens


def _within_limits(source: Source) -> bool:
    text = source.text
    if not text.strip():
        source.problem("IE2006", Place(0, len(text)))
    elif len(text) > MOST_CHARACTERS:
        place = Place(MOST_CHARACTERS, len(text))
        source.problem("IE2001", place, most=str(MOST_CHARACTERS), count=str(len(text)))
    elif (unseen := first_unseen(text)) is not None:
        number = f"U+{ord(text[unseen]):04X}"
        name = unicodedata.name(text[unseen], "control character").lower()
        source.problem("IE2002", Place(unseen, unseen + 1), number=number, name=name)
    return source.sound


class _Lexer:
    def __init__(self, source: Source, currency: str) -> None:
        self.tokens: list[Token] = []
        self._source = source
        self._plain = plain(source.text)
        self._position = 0
        self._numbers = NumberReader(source, self._plain, currency)

    def run(self) -> None:
        while self._position < len(self._plain):
            if self._plain[self._position] == " ":
                self._position += 1
            elif self._source.text[self._position] in _QUOTES:
                self._text()
            elif _DIGIT.match(self._plain, self._position):
                self._number()
            elif word := _WORD.match(self._plain, self._position):
                self._word(Place(self._position, word.end()))
            else:
                self._sign()

    def _text(self) -> None:
        start = self._position
        closing = _QUOTES[self._source.text[start]]
        rest = range(start + 1, len(self._plain))
        end = next((at for at in rest if self._source.text[at] in closing), None)
        self._position = len(self._plain) if end is None else end + 1
        place = Place(start, self._position)
        if end is None:
            self._source.problem("IE2024", place)
        elif self.tokens and self.tokens[-1].kind == "name" and self.tokens[-1].place.end == start:
            self._source.problem("IE2025", self.tokens[-1].place.to(place))
        self._literal(Literal(place, self._source.text[start + 1 : end], TEXT))

    def _number(self) -> None:
        found = self._numbers.read(self._position)
        self._position = found.end
        if found.literal is not None:
            self._literal(found.literal)

    def _literal(self, literal: Literal) -> None:
        self.tokens.append(Token("literal", self._source.excerpt(literal.place), literal.place, literal))

    def _word(self, place: Place) -> None:
        self._position = place.end
        word = unicodedata.normalize("NFKC", self._plain[place.start : place.end])
        if word in JOINING_WORDS:
            self.tokens.append(Token("word", word, place))
            return
        if word.lower() in JOINING_WORDS:
            self._source.problem("IE2049", place, meant=word.lower())
        elif word in TRUTH_WORDS:
            self._source.problem("IE2047", place)
        elif word in REFUSED_WORDS:
            self._source.problem({"is": "IE2050", "None": "IE2051"}.get(word, "IE2046"), place)
        elif not word.isidentifier():
            self._source.problem("IE2026", place)
        self.tokens.append(Token("name", word, place))

    def _sign(self) -> None:
        sign = sign_at(self._plain, self._position)
        place = Place(self._position, self._position + len(sign.found))
        self._position = place.end
        if sign.problem:
            self._source.problem(sign.problem, place, meant=sign.meant)
        else:
            self.tokens.append(Token("sign", sign.spelling, place))
