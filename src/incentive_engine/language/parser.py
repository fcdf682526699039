"""From words to the tree: simpleeval's parser behind limits and a whitelist.

The parser never sees what the author wrote, only signs, joining words and placeholders `_0`, `_1` for names
and literals, all of it ASCII. Whatever it returns is read by a table of what the language has; every other
construct is refused.
"""

from __future__ import annotations

import ast
from typing import NoReturn

from simpleeval import SimpleEval

from incentive_engine.language.lexer import tokens_of
from incentive_engine.language.order import MOST_DEPTH, in_order
from incentive_engine.language.source import Place, Source
from incentive_engine.language.syntax import (
    Among,
    Call,
    Comparison,
    Either,
    Junction,
    Keyword,
    Link,
    Literal,
    Name,
    Negative,
    Opposite,
    Order,
    Part,
    Product,
    Result,
    Sum,
    Syntax,
)
from incentive_engine.language.tokens import Token

_ORDERS: dict[type[ast.cmpop], Order] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
# Forms that pass the checks on words; the whitelist refuses every other form all the same.
_REFUSED: dict[type[ast.expr], str] = {
    ast.Attribute: "IE2079",
    ast.Call: "IE2079",
    ast.List: "IE2082",
    ast.Tuple: "IE2082",
}


class _RefusedError(Exception):
    """A construct that is not part of the language; it has been reported."""


def parse(source: Source, currency: str) -> Syntax | None:
    """Return the tree of a formula, or None after its problems have been reported."""
    tokens = tokens_of(source, currency)
    if not source.sound or not in_order(tokens, source):
        return None
    if len(tokens) == 1:  # Most formulas are one number or one name.
        return _operand(tokens[0])
    reader = _Reader(tokens, source)
    try:
        return reader.read(reader.parsed())
    except _RefusedError:
        return None


def _operand(token: Token) -> Literal | Name:
    return token.literal or Name(token.place, token.text)


class _Reader:
    """Reads Python's tree of one formula into the language's own."""

    def __init__(self, tokens: list[Token], source: Source) -> None:
        self._tokens = tokens
        self._source = source
        self._depth = 0
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._spelling = self._spelled()

    def _spelled(self) -> str:
        """Return the formula for the parser, and note where its tokens came from."""
        written: list[str] = []
        length = 0
        for number, token in enumerate(self._tokens):
            part = f"_{number}" if token.operand else token.text
            self._starts[length] = token.place.start
            self._ends[length + len(part)] = token.place.end
            written.append(part)
            length += len(part) + 1
        return " ".join(written)

    def parsed(self) -> ast.expr:
        """Return what simpleeval's parser makes of the formula."""
        try:
            statement = SimpleEval.parse(self._spelling)
        except SyntaxError as error:
            at = (error.offset or 1) - 1
            start = max((known for known in self._starts if known <= at), default=0)
            place = Place(self._starts[start], len(self._source.text))
            self._source.problem("IE2080", place)
            raise _RefusedError from None
        assert isinstance(statement, ast.Expr)  # noqa: S101 -- no sign for another statement gets this far
        return statement.value

    def read(self, node: ast.expr) -> Syntax:
        """Return a part of the tree."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            self._refuse("IE2005", self._place(node), most=str(MOST_DEPTH))
        tree = self._tree(node)
        self._depth -= 1
        return tree

    def _tree(self, node: ast.expr) -> Syntax:  # noqa: C901, PLR0911 -- one case for each form of the language
        place = self._place(node)
        match node:
            case ast.Name():
                return _operand(self._token(node.id))
            case ast.Attribute(value=ast.Name() as rule):
                return Result(place, self._token(rule.id).text, self._token(node.attr).text)
            case ast.Call(func=ast.Name() as function):
                return self._call(node, function)
            case ast.UnaryOp(op=ast.USub()):
                return Negative(place, self.read(node.operand))
            case ast.UnaryOp(op=ast.Not()):
                return Opposite(place, self.read(node.operand))
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return Sum(place, self._parts(node, (ast.Add, ast.Sub)))
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return Product(place, self._parts(node, (ast.Mult, ast.Div)))
            case ast.Compare():
                return self._comparison(node)
            case ast.BoolOp():
                terms = tuple(self.read(term) for term in node.values)
                return Junction(place, "and" if isinstance(node.op, ast.And) else "or", terms)
            case ast.IfExp():
                return Either(place, self.read(node.test), self.read(node.body), self.read(node.orelse))
            case _:
                return self._refuse(_REFUSED.get(type(node), "IE2081"), place)

    def _parts(self, node: ast.expr, operators: tuple[type[ast.operator], ...]) -> tuple[Part, ...]:
        """Return the operands of a chain such as `a - b + c`; Python's tree of it leans to the left."""
        chain: list[tuple[ast.expr, bool]] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, operators):
            chain.append((node.right, isinstance(node.op, operators[1])))
            node = node.left
        chain.append((node, False))
        return tuple(Part(self.read(operand), inverted) for operand, inverted in reversed(chain))

    def _comparison(self, node: ast.Compare) -> Comparison:
        first = self.read(node.left)
        links: list[Link | Among] = []
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if links and isinstance(links[-1], Among):
                self._refuse("IE2084", self._place(right))
            if isinstance(operator, ast.In | ast.NotIn):
                links.append(Among(self._options(right), isinstance(operator, ast.NotIn)))
            else:
                links.append(Link(_ORDERS[type(operator)], self.read(right)))
        return Comparison(self._place(node), first, tuple(links))

    def _options(self, right: ast.expr) -> tuple[Syntax, ...]:
        if not isinstance(right, ast.List) or not right.elts:
            self._refuse("IE2083", self._place(right))
        return tuple(self.read(value) for value in right.elts)

    def _call(self, node: ast.Call, function: ast.Name) -> Call:
        token = self._token(function.id)
        arguments = tuple(self.read(argument) for argument in node.args)
        keywords = tuple(self._keyword(each) for each in node.keywords)
        return Call(self._place(node), token.place, token.text, arguments, keywords)

    def _keyword(self, node: ast.keyword) -> Keyword:
        assert node.arg is not None  # noqa: S101 -- `**` is refused before parsing
        token = self._token(node.arg)
        return Keyword(token.place, token.text, self.read(node.value))

    def _token(self, placeholder: str) -> Token:
        return self._tokens[int(placeholder.removeprefix("_"))]

    def _place(self, node: ast.expr) -> Place:
        assert node.end_col_offset is not None  # noqa: S101 -- what was parsed has an end
        return Place(self._starts[node.col_offset], self._ends[node.end_col_offset])

    def _refuse(self, code: str, place: Place, **values: str) -> NoReturn:
        self._source.problem(code, place, **values)
        raise _RefusedError
