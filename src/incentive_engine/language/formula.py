"""From the text of a formula to typed nodes of the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from incentive_engine.graph.nodes import Node
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.agreement import Agreed, agree, check_ratio
from incentive_engine.language.function import Application, Function, Places
from incentive_engine.language.functions import FUNCTIONS
from incentive_engine.language.names import Compiled, Surroundings, closest, normalized
from incentive_engine.language.operand import Operand, fits, has_order, is_condition, is_number
from incentive_engine.language.parser import parse
from incentive_engine.language.source import Source
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
    Product,
    Result,
    Sum,
    Syntax,
)
from incentive_engine.language.term import Term
from incentive_engine.language.types import BOOLEAN, FAULTY, PART_PLACES, Type, Value, text_number
from incentive_engine.ruleset.nodes import Scalar


def compile_formula(
    text: Scalar,
    surroundings: Surroundings,
    *,
    places: int | Places | None = None,
    rounding: Rounding | None = None,
) -> Compiled | None:
    """Return a formula as nodes of the program, or None after all its problems have been reported.

    With `places`, a number or what gives one for a type, the formula defines a named value: a number is
    rounded to them, once, also where it is a quotient. Any other quotient is rounded to 6 places. `rounding`
    is the ruleset's own way unless given.
    """
    source = Source(text, surroundings.report)
    tree = parse(source, surroundings.currency)
    if tree is None:
        return None
    mode = surroundings.rounding if rounding is None else rounding
    compiler = _Compiler(source, surroundings, mode)
    if places is None:
        value = compiler.value(tree, _inside)
    else:
        value = compiler.named_value(tree, places if callable(places) else lambda _: places)
    return Compiled(value, text, compiler.reads) if value is not None and source.sound else None


def _inside(_: Type) -> int:
    """The places of a quotient inside a longer formula."""
    return PART_PLACES


class _Compiler:
    """Compiles the tree of one formula; it reports what it cannot compile, and goes on beside it."""

    def __init__(self, source: Source, surroundings: Surroundings, rounding: Rounding) -> None:
        self.reads: dict[str, Value] = {}
        self._source = source
        self._surroundings = surroundings
        self._names = surroundings.names
        self._build = surroundings.builder
        self._rounding = rounding

    def named_value(self, tree: Syntax, places: Places) -> Value | None:
        """Return the value of a whole formula that defines a name with these places."""
        value = self.value(tree, places)
        if value is None or not value.type.numeric:
            return value
        return replace(value, node=self._build.round(value.node, places(value.type), self._rounding))

    def value(self, tree: Syntax, places: Places) -> Value | None:  # noqa: PLR0911 -- one case for each form
        """Return the value of a part of the formula; a quotient that is all of it is rounded to `places`."""
        match tree:
            case Literal():
                return self._literal(tree)
            case Name():
                return self._name(tree, places)
            case Result():
                found = self._names.result(tree.rule, tree.result, self._source.span(tree.place))
                return self._read(f"{tree.rule}.{tree.result}", found)
            case Call():
                return self._call(tree, places)
            case Product() | Negative():
                term = self._term(tree)
                return None if term is None else term.value(self._build, places, self._rounding)
            case Sum():
                return self._sum(tree)
            case Comparison():
                return self._comparison(tree)
            case Opposite():
                condition = self._condition(tree.operand)
                return None if condition is None else Value(self._build.opposite(condition), BOOLEAN)
            case Junction():
                return self._junction(tree)
            case _:
                return self._either(tree, places)

    # --- What a value can be

    def _literal(self, literal: Literal) -> Value:
        match literal.value:
            case Fraction() as number:
                return Value(self._build.constant(number), literal.type, literal.bare)
            case date() as day:
                return Value(self._build.constant(day.toordinal()), literal.type)
            case text:
                return Value(self._build.constant(text_number(text)), literal.type)

    def _name(self, tree: Name, places: Places) -> Value | None:
        function = self._function(tree.name)
        if function is None:
            return self._read(tree.name, self._names.value(tree.name, self._source.span(tree.place)))
        if function.most:
            self._source.problem("IE2102", tree.place, signature=function.signature)
            return None
        return self._applied(function, tree, Agreed((), BOOLEAN), ((), self._surroundings.scope), places)

    def _read(self, name: str, value: Value | None) -> Value | None:
        if value is None or value.type is FAULTY:
            return None
        self.reads.setdefault(name, value)
        return value

    def _function(self, name: str) -> Function | None:
        return FUNCTIONS.get(name) or self._names.tables().get(name)

    # --- Arithmetic

    def _term(self, tree: Syntax) -> Term | None:
        """Return a chain of * and /, through brackets and signs."""
        match tree:
            case Product():
                return self._chain(tree)
            case Negative():
                term = self._term(tree.operand)
                return None if term is None else term.negative(self._build)
            case _:
                operand = self._operand(tree)
                return Term((operand.value,)) if operand and is_number(operand, self._source) else None

    def _chain(self, tree: Product) -> Term | None:
        chain: Term | None = Term(())
        for part in tree.parts:
            term = self._term(part.operand)
            divides_by_zero = part.inverted and term is not None and term.is_zero(self._build)
            if divides_by_zero:
                self._source.problem("IE2137", part.operand.place)
            if term is None or chain is None or divides_by_zero:
                chain = None
            else:
                chain = chain.over(term) if part.inverted else chain.times(term)
        return chain

    def _sum(self, tree: Sum) -> Value | None:
        operands = self._all([self._operand(part.operand) for part in tree.parts])
        numbers = operands and self._numbers(operands)
        agreed = agree(numbers, "add", self._build, self._source) if numbers else None
        if agreed is None:
            return None
        terms = [
            self._build.negative(node) if part.inverted else node
            for node, part in zip(agreed.nodes, tree.parts, strict=True)
        ]
        return agreed.value(self._build.add(*terms))

    def _numbers(self, operands: list[Operand]) -> list[Operand] | None:
        numbers = [operand for operand in operands if is_number(operand, self._source)]
        return numbers if len(numbers) == len(operands) else None

    # --- Truth

    def _condition(self, tree: Syntax) -> Node | None:
        operand = self._operand(tree)
        return operand.value.node if operand and is_condition(operand, self._source) else None

    def _junction(self, tree: Junction) -> Value | None:
        terms = [self._condition(term) for term in tree.terms]
        known = [term for term in terms if term is not None]
        if len(known) < len(terms):
            return None
        join = self._build.all_of if tree.word == "and" else self._build.any_of
        return Value(join(*known), BOOLEAN)

    def _comparison(self, tree: Comparison) -> Value | None:
        operands = self._alike([tree.first, *(right for link in tree.links for right in link.operands)])
        if operands is None:
            return None
        left, *rest = operands
        terms: list[Node | None] = []
        for link in tree.links:
            rights, rest = rest[: len(link.operands)], rest[len(link.operands) :]
            terms.append(self._linked(left, link, rights))
            left = rights[-1]
        known = [term for term in terms if term is not None]
        return Value(self._build.all_of(*known), BOOLEAN) if len(known) == len(terms) else None

    def _linked(self, left: Operand, link: Link | Among, rights: Sequence[Operand]) -> Node | None:
        if isinstance(link, Link):
            return self._compared(link.operator, left, rights[0])
        equal = [self._compared("==", left, right) for right in rights]
        known = [term for term in equal if term is not None]
        if len(known) < len(equal):
            return None
        found = self._build.any_of(*known)
        return self._build.opposite(found) if link.excluded else found

    def _compared(self, operator: Order, left: Operand, right: Operand) -> Node | None:
        agreed = agree((left, right), "compare", self._build, self._source)
        if agreed is None:
            return None
        if agreed.type == BOOLEAN:
            self._source.problem(
                "IE2138", self._source.across(left.place, right.place), left=self._source.excerpt(left.place)
            )
            return None
        if operator not in {"==", "!="} and not has_order(left, self._source):
            return None
        check_ratio(left, right, self._source)
        check_ratio(right, left, self._source)
        first, second = agreed.nodes
        return self._build.compare(operator, first, second)

    def _either(self, tree: Either, places: Places) -> Value | None:
        condition = self._condition(tree.condition)
        outcomes = self._alike([tree.then, tree.otherwise], places)
        agreed = outcomes and agree(outcomes, "choose", self._build, self._source)
        if not agreed or condition is None:
            return None
        then, otherwise = agreed.nodes
        return agreed.value(self._build.choose(condition, then, otherwise))

    # --- Operands

    def _operand(self, tree: Syntax, places: Places = _inside) -> Operand | None:
        value = self.value(tree, places)
        literal = tree if isinstance(tree, Literal) else None
        return None if value is None else Operand(value, tree.place, literal)

    def _all(self, operands: Sequence[Operand | None]) -> list[Operand] | None:
        known = [operand for operand in operands if operand is not None]
        return known if len(known) == len(operands) else None

    def _alike(self, trees: Sequence[Syntax], places: Places = _inside) -> list[Operand] | None:
        """Return values that stand beside one another; a strange name may be a text without its quotes."""
        strange = [isinstance(tree, Name) and self._is_strange(tree.name) for tree in trees]
        operands = [
            None if odd else self._operand(tree, places) for tree, odd in zip(trees, strange, strict=True)
        ]
        found = [operand.value.type for operand in operands if operand is not None and not operand.literal]
        texts = [type_ for type_ in found if type_.name in {"choice", "text"}]
        for number, tree in enumerate(trees):
            if isinstance(tree, Name) and strange[number] and not self._was_text(tree, texts):
                operands[number] = self._operand(tree, places)
        return self._all(operands)

    def _is_strange(self, name: str) -> bool:
        return self._function(name) is None and name not in map(normalized, self._names.candidates())

    def _was_text(self, tree: Name, texts: Sequence[Type]) -> bool:
        """Say whether an unknown name beside texts is a text without its quotes; report it then."""
        for type_ in texts:
            option = closest(tree.name, type_.options)
            if type_.name == "text" and closest(tree.name, self._names.candidates()) is None:
                option = tree.name
            if option is not None:
                self._source.problem("IE2108", tree.place, meant=f'"{option}"')
                return True
        return False

    # --- Calls

    def _call(self, tree: Call, places: Places) -> Value | None:
        function = self._called(tree)
        if function is None:
            for argument in tree.arguments:
                self._operand(argument)
            return None
        kept = self._kept(tree)
        if kept is not None:
            return kept
        arguments, peers = self._arguments(tree, function), self._peers(tree, function)
        if arguments is None or peers is None:
            return None
        return self._applied(function, tree, arguments, peers, places)

    def _kept(self, tree: Call) -> Value | None:
        """Return what `previous(id.name)` reads where a rule keeps that, which it may ask for itself."""
        match tree:
            case Call(function="previous", arguments=(Result(rule=rule, result=result),), keywords=()):
                return self._read(f"previous({rule}.{result})", self._names.kept(rule, result))
        return None

    def _applied(
        self,
        function: Function,
        tree: Call | Name,
        arguments: Agreed,
        peers: tuple[tuple[Node, ...], Node],
        places: Places,
    ) -> Value | None:
        within, where = peers
        value = function.meaning(
            Application(
                builder=self._build,
                history=self._surroundings.history,
                text=self._source.part(tree.place),
                texts=tuple(self._source.part(each.place) for each in _arguments_of(tree)),
                arguments=arguments.values,
                agreed=arguments.type,
                within=within,
                where=where,
                places=places,
                rounding=self._rounding,
                window=self._surroundings.window,
            )
        )
        call = self._source.excerpt(tree.place)
        # A formula that is one call has the call's value, which is told with it.
        is_told = function.table or (function.tells and call != self._source.text)
        return self._read(call, value) if is_told else value

    def _called(self, tree: Call) -> Function | None:
        function = self._function(tree.function)
        if function is not None:
            return function
        if self._names.is_lost(tree.function):
            return None
        tables = self._names.tables()
        meant = closest(tree.function, [*FUNCTIONS, *tables])
        if not self._is_strange(tree.function):
            self._source.problem("IE2103", tree.name_place)
        elif meant is None:
            self._source.problem("IE2104", tree.name_place)
        else:
            self._source.problem("IE2105", tree.name_place, meant=meant)
        return None

    def _peers(self, tree: Call, function: Function) -> tuple[tuple[Node, ...], Node] | None:
        """Return who counts as a peer in a call."""
        within: tuple[Node, ...] = ()
        where = self._surroundings.scope
        sound = True
        taken: set[str] = set()
        for keyword in tree.keywords:
            node = self._peer_argument(keyword, function, taken)
            taken.add(keyword.name)
            if node is None:
                sound = False
            elif keyword.name == "within":
                within = (node,)
            else:
                where = self._build.all_of(where, node)
        return (within, where) if sound else None

    def _peer_argument(self, keyword: Keyword, function: Function, taken: set[str]) -> Node | None:
        if not function.group:
            self._source.problem("IE2161", keyword.place, function=function.name)
        elif keyword.name not in {"within", "where"}:
            self._source.problem("IE2162", keyword.place, function=function.name)
        elif keyword.name in taken:
            self._source.problem("IE2163", keyword.place)
        elif keyword.name == "where":
            return self._condition(keyword.value)
        elif isinstance(keyword.value, Name):
            value = self.value(keyword.value, _inside)
            return None if value is None else value.node
        else:
            self._source.problem("IE2164", keyword.value.place)
        return None

    def _arguments(self, tree: Call, function: Function) -> Agreed | None:
        """Return the arguments of a call that fit the function."""
        if function.alike:
            operands = self._alike(tree.arguments)
        else:
            operands = self._all([self._operand(argument) for argument in tree.arguments])
        if not function.fewest <= len(tree.arguments) <= function.most:
            takes = str(function.most)
            if function.fewest < function.most:
                takes = f"{function.fewest}-{function.most}"
            given = str(len(tree.arguments))
            self._source.problem("IE2160", tree.place, signature=function.signature, takes=takes, given=given)
            return None
        if operands is None:
            return None
        fitting = [fits(operand, function, number, self._source) for number, operand in enumerate(operands)]
        if not all(fitting):
            return None
        if function.alike:
            return agree(operands, "choose", self._build, self._source)
        return Agreed(tuple(operand.value for operand in operands), BOOLEAN)


def _arguments_of(tree: Call | Name) -> Sequence[Syntax]:
    return tree.arguments if isinstance(tree, Call) else ()
