"""Formulas and conditions read aloud: what is written in the ruleset, in the words of its readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from incentive_engine.compile.policy import Policy
from incentive_engine.decision.format import Format, digits
from incentive_engine.kinds.statement import Listed, Money, Rules, Statement, Told
from incentive_engine.language.names import normalized
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
    Part,
    Product,
    Result,
    Sum,
    Syntax,
)
from incentive_engine.language.types import DATE, MONEY
from incentive_engine.ruleset.fields import ByAttribute, Title
from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.texts import Language, fill, known_codes

# How tightly the forms of formulas hold together; what stands inside of a tighter one gets brackets.
_TIGHTNESS: tuple[type[Syntax], ...] = (Either, Junction, Opposite, Comparison, Sum, Product, Negative)
_DATES = {"period_start", "period_end"}
_ORDERS = {"<": "less", "<=": "at_most", "==": "equal", "!=": "unequal", ">": "more", ">=": "at_least"}


class Words:
    """Reads a policy in one language."""

    def __init__(self, policy: Policy, language: Language) -> None:
        shape = policy.shape
        self.language = language
        self.form = Format(language, str(shape.currency), policy.money_places)
        self._currency = str(shape.currency)
        self._rules = {str(line.rule.id): line.rule for line in policy.lines}
        sections: Sequence[Mapping[Scalar, object]] = (
            *(shape.attributes, shape.metrics, shape.facts, shape.seasons),
            *(shape.parameters, shape.tables, shape.formulas),
        )
        self._titles = {
            str(name): getattr(declared, "title", None) or Title(str(name), str(name))
            for section in sections
            for name, declared in section.items()
        }
        self._seasons = {str(name) for name in shape.seasons}
        self._dates = {field.name for field in policy.fields if field.type == DATE} | _DATES
        self._truths = {field.name for field in policy.fields if field.type.name == "boolean"}

    # --- What statements are filled with

    def say(self, code: str, **values: str) -> str:
        """Return a sentence of the catalogue."""
        return fill(code, values, self.language)

    def sentence(self, statement: Statement) -> str:
        """Return a statement as a sentence."""
        return self.say(
            statement.text, **{name: self._value(name, value) for name, value in statement.values.items()}
        )

    def _value(self, name: str, value: Told) -> str:
        return (
            self.condition(value) if name == "condition" and isinstance(value, Scalar) else self.told(value)
        )

    def told(self, value: Told) -> str:
        """Return what fills a statement in words."""
        match value:
            case Money(quantity=quantity):
                return self.formula(quantity, money=True)
            case Rules(names=names):
                return self.listed(self.rules_named(names))
            case Listed(items=items):
                return self.listed(self.told(item) for item in items)
            case Title():
                return value.in_language(self.language)
            case Statement():
                return self.sentence(value)
            case Scalar() | ByAttribute():
                return self.formula(value)
        return value

    def listed(self, items: Iterable[str]) -> str:
        """Return several things behind each other."""
        every = list(items)
        return reduce(lambda one, other: self.say("handbook.listed", one=one, other=other), every)

    def title(self, name: str) -> str:
        """Return what a name of the ruleset is called."""
        known = self._titles.get(name)
        return name if known is None else known.in_language(self.language)

    def rule(self, name: str) -> str:
        """Return what a rule is called."""
        rule = self._rules.get(name)
        title = name if rule is None else rule.shown_title.in_language(self.language)
        return self.say("handbook.rule", title=title)

    def rules_named(self, names: Sequence[Scalar]) -> list[str]:
        """Return the names of the rules that are named by id or tag."""
        return [
            self.rule(rule_id)
            for rule_id, rule in self._rules.items()
            if rule_id in names or any(tag in names for tag in rule.tags)
        ]

    def formula(self, quantity: Scalar | ByAttribute, *, money: bool = False) -> str:
        """Return a formula, or values by an attribute, in words."""
        if isinstance(quantity, ByAttribute):
            return self._by(quantity, money=money)
        tree = parse(Source(quantity, lambda _: None), self._currency)
        # A text that is no formula is read as it stands.
        return str(quantity) if tree is None else _Reader(self, money).read(tree)

    def condition(self, condition: Scalar) -> str:
        """Return a condition in words."""
        tree = parse(Source(condition, lambda _: None), self._currency)
        assert tree is not None  # noqa: S101 -- the ruleset has been checked; this tells mypy so
        return _Reader(self, money=False).condition(tree)

    def _by(self, quantity: ByAttribute, *, money: bool) -> str:
        options = (
            self.say("handbook.option", option=str(option), value=self.formula(value, money=money))
            for option, value in quantity.values.items()
        )
        return self.say("handbook.by", attribute=self.title(str(quantity.by)), options=self.listed(options))

    # --- Names in formulas

    def name(self, name: str) -> str:
        """Return a name as a formula reads it."""
        name = normalized(name)
        code = f"handbook.call.{name}"
        return self.say(code) if name not in self._titles and code in known_codes() else self.title(name)

    def is_date(self, tree: Syntax) -> bool:
        """Whether a part of a formula is a date as it stands there."""
        match tree:
            case Literal(value=date()):
                return True
            case Name(name=name):
                return normalized(name) in self._dates
        return False

    def truth(self, tree: Syntax) -> str | None:
        """Return the code of what is said of a name or a result as a condition; None for other forms."""
        match tree:
            case Name(name=name) if normalized(name) in self._seasons:
                return "handbook.condition.season"
            case Name(name=name) if normalized(name) in self._truths:
                return "handbook.condition.truth"
            case Result(result=result):
                return _first_known(f"handbook.condition.{result}", "handbook.condition.truth")
        return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one formula; in one about money a number by itself is an amount."""

    words: Words
    money: bool

    def read(self, tree: Syntax) -> str:  # noqa: PLR0911 -- one case for each form of the language
        """Return a formula in words."""
        match tree:
            case Literal():
                return self._literal(tree)
            case Name(name=name):
                return self.words.name(name)
            case Result():
                return self._result(tree)
            case Call():
                return self._call(tree)
            case Negative(operand=operand):
                return self._said("negative", value=self._inside(operand, tree))
            case Sum(parts=parts):
                return self._chain(parts, ("plus", "minus"), tree)
            case Product(parts=parts):
                return self._chain(parts, ("times", "by_division"), tree)
            case Either():
                values = {name: self.read(getattr(tree, name)) for name in ("condition", "then", "otherwise")}
                return self._said("either", **{**values, "condition": self.condition(tree.condition)})
        return self.condition(tree)

    def condition(self, tree: Syntax) -> str:
        """Return a condition in words."""
        match tree:
            case Comparison():
                return self._comparison(tree)
            case Junction(word=word, terms=terms):
                said = [self._bracketed(self.condition(term), term, tree) for term in terms]
                return reduce(lambda one, other: self._said(word, one=one, other=other), said)
            case Opposite(operand=operand):
                code = self.words.truth(operand)
                if code is None:
                    return self._said("not", condition=self.condition(operand))
                return self._truth(f"{code}.not", operand)
        code = self.words.truth(tree)
        return self.read(tree) if code is None else self._truth(code, tree)

    def _said(self, code: str, **values: str) -> str:
        return self.words.say(f"handbook.{code}", **values)

    def _truth(self, code: str, tree: Syntax) -> str:
        rule = self.words.rule(tree.rule) if isinstance(tree, Result) else ""
        return self.words.say(code, name=self.read(tree), rule=rule)

    # --- Values

    def _literal(self, tree: Literal) -> str:
        form, value = self.words.form, tree.value
        match value:
            case date():
                return value.isoformat()
            case str():
                return self._said("text", text=value)
            case _:
                kind = MONEY if tree.bare and self.money else tree.type
                return digits(value) if tree.bare and not self.money else form.value(value, kind)

    def _result(self, tree: Result) -> str:
        code = _first_known(f"handbook.result.{tree.result}", "handbook.result")
        values = {"rule": self.words.rule(normalized(tree.rule)), "name": self.words.title(tree.result)}
        return self.words.say(code, **values)

    def _chain(self, parts: Sequence[Part], codes: tuple[str, str], tree: Syntax) -> str:
        # A number beside others is no amount by itself: 12.50 × the number of thanks.
        inner = _Reader(self.words, money=False)
        first, *others = parts
        said = inner._inside(first.operand, tree)
        for part in others:
            other = inner._inside(part.operand, tree)
            said = self._said(codes[part.inverted], one=said, other=other)
        return said

    def _inside(self, operand: Syntax, tree: Syntax) -> str:
        if isinstance(operand, Call) and len(operand.arguments) > 1:
            return self._said("brackets", inner=self.read(operand))
        return self._bracketed(self.read(operand), operand, tree)

    def _bracketed(self, said: str, inner: Syntax, outer: Syntax) -> str:
        """Return what was said in brackets where it would be taken for less than it is."""
        tighter = _tightness(inner) <= _tightness(outer) and _tightness(inner) < len(_TIGHTNESS)
        return self._said("brackets", inner=said) if tighter else said

    # --- Calls

    def _call(self, tree: Call) -> str:
        arguments = [self._argument(argument) for argument in tree.arguments]
        code = f"handbook.call.{tree.function}"
        if code not in known_codes():
            values = {"table": self.words.title(tree.function), "values": self.words.listed(arguments)}
            said = self._said("table", **values)
        elif not arguments:
            said = self.words.say(_first_known(f"{code}.alone", code))
        else:
            first, *others = arguments
            rest = dict(zip(("second", "third"), others, strict=False))
            said = self.words.say(code, first=first, all=self.words.listed(arguments), **_or_empty(rest))
        for keyword in tree.keywords:
            said = self._said(f"group.{keyword.name}", value=said, by=self._keyword(keyword))
        return said

    def _argument(self, tree: Syntax) -> str:
        is_term = isinstance(tree, Sum | Product | Either) or (
            isinstance(tree, Call) and len(tree.arguments) > 1
        )
        return self._said("brackets", inner=self.read(tree)) if is_term else self.read(tree)

    def _keyword(self, keyword: Keyword) -> str:
        return self.condition(keyword.value) if keyword.name == "where" else self.read(keyword.value)

    # --- Comparisons

    def _comparison(self, tree: Comparison) -> str:
        left = tree.first
        said: list[str] = []
        for link in tree.links:
            said.append(self._linked(left, link))
            left = link.operands[-1]
        return reduce(lambda one, other: self._said("and", one=one, other=other), said)

    def _linked(self, left: Syntax, link: Link | Among) -> str:
        one = self.read(left)
        if isinstance(link, Among):
            options = self.words.listed(self.read(option) for option in link.operands)
            return self._said("not_among" if link.excluded else "among", one=one, options=options)
        order = "dates_order" if self.words.is_date(left) or self.words.is_date(link.right) else "order"
        return self._said(f"{order}.{_ORDERS[link.operator]}", one=one, other=self.read(link.right))


def _tightness(tree: Syntax) -> int:
    forms = [place for place, form in enumerate(_TIGHTNESS) if isinstance(tree, form)]
    return forms[0] if forms else len(_TIGHTNESS)


def _or_empty(values: Mapping[str, str]) -> dict[str, str]:
    """Return the further arguments of a call; those that are left out are empty."""
    return {"second": "", "third": ""} | dict(values)


def _first_known(*codes: str) -> str:
    return next(code for code in codes if code in known_codes())
