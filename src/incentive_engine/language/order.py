"""Whether the words of a formula stand in an order that can be read; what is wrong is said in plain words.

The parser would refuse the same formulas, but it can only say where it gave up.
"""

from __future__ import annotations

from incentive_engine.language.source import Source
from incentive_engine.language.tokens import BINARY_SIGNS, Token

MOST_DEPTH = 40

_CLOSING = {"(": ")", "[": "]"}
_BETWEEN = BINARY_SIGNS | {"and", "or", "in", "if", "else", ","}
_PREFIXES = frozenset({"-", "not"})


def in_order(tokens: list[Token], source: Source) -> bool:
    """Say whether brackets pair up and values and operators alternate; the first fault is reported."""
    _Brackets(source).check(tokens)
    if source.sound:
        _Alternation(tokens, source).check()
    return source.sound


class _Brackets:
    """Pairs of brackets, what may stand only inside some of them, and the two halves of `if ... else`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: list[Token] = []
        self._of_call: list[bool] = []
        self._waiting_ifs: list[list[Token]] = [[]]

    def check(self, tokens: list[Token]) -> None:
        previous: Token | None = None
        for token in tokens:
            if not token.operand:
                self._take(token, previous)
            if not self._source.sound:
                return
            previous = token
        if self._open:
            self._source.problem("IE2070", self._open[-1].place)
        self._all_ifs_met()

    def _take(self, token: Token, previous: Token | None) -> None:
        if token.text in _CLOSING:
            self._open.append(token)
            self._of_call.append(token.text == "(" and previous is not None and previous.kind == "name")
            self._waiting_ifs.append([])
            if len(self._open) > MOST_DEPTH:
                self._source.problem("IE2003", token.place, most=str(MOST_DEPTH))
        elif token.text in _CLOSING.values():
            self._close(token)
        elif token.text == "=" and not (self._of_call and self._of_call[-1]):
            self._source.problem("IE2044", token.place, meant="==")
        elif token.text == "if":
            self._waiting_ifs[-1].append(token)
        elif token.text == "else":
            if self._waiting_ifs[-1]:
                self._waiting_ifs[-1].pop()
            else:
                self._source.problem("IE2076", token.place)

    def _close(self, token: Token) -> None:
        if not self._open:
            self._source.problem("IE2071", token.place)
        elif _CLOSING[self._open[-1].text] != token.text:
            self._source.problem("IE2072", token.place, opened=self._open[-1].text)
        else:
            self._open.pop()
            self._of_call.pop()
            self._all_ifs_met()

    def _all_ifs_met(self) -> None:
        for unmet in self._waiting_ifs.pop():
            self._source.problem("IE2076", unmet.place)


class _Alternation:
    """A value, then an operator, then a value."""

    def __init__(self, tokens: list[Token], source: Source) -> None:
        self._tokens = tokens
        self._source = source
        self._prefixes = 0

    def check(self) -> None:
        position = 0
        value_expected = True
        while position < len(self._tokens) and self._source.sound:
            if value_expected:
                value_expected = self._value(position)
                position += 1
            else:
                value_expected, taken = self._operator(position)
                position += taken
        if value_expected and self._source.sound:
            self._source.problem("IE2074", self._tokens[-1].place)

    def _value(self, position: int) -> bool:
        """Take a token where a value should begin; return whether one is still to come."""
        token = self._tokens[position]
        if token.text in _PREFIXES and not token.operand:
            self._prefixes += 1
            if self._prefixes > MOST_DEPTH:
                self._source.problem("IE2005", token.place, most=str(MOST_DEPTH))
            return True
        self._prefixes = 0
        if token.operand:
            return False
        if token.text in _CLOSING:
            return True
        if not self._empty_brackets(position):
            self._source.problem("IE2075", token.place)
        return False

    def _empty_brackets(self, position: int) -> bool:
        """Say whether a call without arguments, or an empty list, ends here."""
        if self._tokens[position].text not in _CLOSING.values():
            return False
        opened = self._tokens[position - 1].text
        called = position > 1 and self._tokens[position - 2].kind == "name"
        return opened == "[" or (opened == "(" and called)

    def _operator(self, position: int) -> tuple[bool, int]:
        """Take what stands behind a value; return whether a value is to come, and how many tokens it was."""
        token, before = self._tokens[position], self._tokens[position - 1]
        if token.operand or (token.text == "(" and before.kind != "name"):
            code = "IE2078" if before.literal is not None and before.text.endswith(("%", "％")) else "IE2073"
            self._source.problem(code, before.place.to(token.place), left=before.text, right=token.text)
        elif token.text == "[":
            self._source.problem("IE2077", token.place)
        elif token.text == ".":
            return self._dot(position)
        elif token.text == "not":
            return True, self._not_in(position)
        return token.text in _BETWEEN or token.text in {"(", "="}, 1

    def _dot(self, position: int) -> tuple[bool, int]:
        dot, before = self._tokens[position], self._tokens[position - 1]
        after = self._tokens[position + 1] if position + 1 < len(self._tokens) else dot
        if before.kind != "name" or after.kind != "name":
            self._source.problem("IE2079", before.place.to(after.place))
        return False, 2

    def _not_in(self, position: int) -> int:
        token = self._tokens[position]
        if position + 1 == len(self._tokens) or self._tokens[position + 1].text != "in":
            before = self._tokens[position - 1]
            self._source.problem("IE2073", before.place.to(token.place), left=before.text, right=token.text)
        return 2
