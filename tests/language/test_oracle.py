"""simpleeval, which we did not write, reads the same formulas and has to come to the same values.

A formula is drawn as a text in two spellings, the language's and simpleeval's: where ours has a literal, its
spelling has a name for the exact value, since its own decimal numbers are floats.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from simpleeval import EvalWithCompoundTypes

from incentive_engine.graph.rounding import Rounding, rounded
from tests.language.formulas import Known, group_computed

NUMBERS = ("complexity", "workload", "质检得分")
CONDITIONS = ("passed", "certified")
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda value, options: value in options,
    ast.NotIn: lambda value, options: value not in options,
}


@dataclass
class Pair:
    """A formula in the language's spelling and in simpleeval's, with the values of the latter's own names.

    `above` and `below` say whether a name multiplies, or divides, what the formula comes to.
    """

    ours: str
    theirs: str
    literals: dict[str, Fraction] = field(default_factory=dict)
    above: bool = False
    below: bool = False


def joined(*parts: Pair | str) -> Pair:
    pairs = [part if isinstance(part, Pair) else Pair(part, part) for part in parts]
    literals = {name: value for pair in pairs for name, value in pair.literals.items()}
    return Pair(" ".join(pair.ours for pair in pairs), " ".join(pair.theirs for pair in pairs), literals)


def literal(ours: str, value: Fraction) -> Pair:
    name = f"literal_{value.numerator}_{value.denominator}".replace("-", "minus_")
    return Pair(ours, name, {name: value})


def hundredths(cents: int) -> Pair:
    return literal(f"{cents // 100}.{cents % 100:02}", Fraction(cents, 100))


@st.composite
def leaves(draw: st.DrawFn) -> Pair:
    name = draw(st.sampled_from(NUMBERS))
    match draw(st.sampled_from(["name", "number", "share"])):
        case "name":
            return Pair(name, name, above=True)
        case "number":
            return hundredths(draw(st.integers(0, 999)))
        case _:
            share = draw(st.integers(0, 150))
            return joined(literal(f"{share}%", Fraction(share, 100)), "*", name)


@st.composite
def numbers(draw: st.DrawFn, depth: int = 3) -> Pair:
    """A number. Most have no brackets of their own, so that both sides decide what binds tighter."""
    form = draw(st.sampled_from(["leaf", "sum", "quotient", "brackets", "minus", "abs", "pair", "choice"]))
    if depth == 0 or form == "leaf":
        return draw(leaves())
    first = draw(numbers(depth - 1))
    match form:
        case "sum":
            return joined(first, draw(st.sampled_from("+-*")), draw(numbers(depth - 1)))
        case "quotient":
            return joined(first, draw(st.sampled_from(["/", "/ -"])), hundredths(draw(st.integers(1, 999))))
        case "brackets":
            return joined("(", first, ")")
        case "minus":
            return joined("-", first)
        case "abs":
            return joined("abs(", first, ")")
        case "pair":
            return joined(draw(st.sampled_from(["min(", "max("])), first, ",", draw(numbers(depth - 1)), ")")
        case _:
            return joined(
                "(", first, "if", draw(conditions(depth - 1)), "else", draw(numbers(depth - 1)), ")"
            )


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> Pair:
    form = draw(st.sampled_from(["name", "chain", "in", "not", "brackets", "and", "or"]))
    if depth == 0 or form == "name":
        return joined(draw(st.sampled_from(CONDITIONS)))
    if form in {"and", "or"}:
        return joined(draw(conditions(depth - 1)), form, draw(conditions(depth - 1)))
    match form:
        case "not":
            return joined("not", draw(conditions(depth - 1)))
        case "brackets":
            return joined("(", draw(conditions(depth - 1)), ")")
        case "chain":
            parts = [draw(numbers(1))]
            for _ in range(draw(st.integers(1, 3))):
                parts += [joined(draw(st.sampled_from(["<", "<=", "==", "!=", ">", ">="]))), draw(numbers(1))]
            return joined(*parts)
        case _:
            word = draw(st.sampled_from(["in", "not in"]))
            return joined(draw(numbers(1)), word, "[", draw(numbers(1)), ",", draw(numbers(1)), "]")


values = st.integers(-300, 300).map(lambda cents: Fraction(cents, 100))
inputs = st.fixed_dictionaries({**dict.fromkeys(NUMBERS, values), **dict.fromkeys(CONDITIONS, st.booleans())})


def theirs(pair: Pair, given_values: dict[str, Known]) -> object:
    evaluator = EvalWithCompoundTypes(
        operators=OPERATORS,
        functions={"min": min, "max": max, "abs": abs},
        names={**given_values, **pair.literals},
    )
    return evaluator.eval(pair.theirs)


@given(numbers(), inputs)
def test_a_formula_without_rounding_has_the_value_that_simpleeval_finds(
    pair: Pair, given_values: dict[str, Known]
) -> None:
    assert group_computed(pair.ours, [given_values])[0] == theirs(pair, given_values)


@given(conditions(), inputs)
def test_a_condition_is_true_where_simpleeval_says_so(pair: Pair, given_values: dict[str, Known]) -> None:
    assert group_computed(pair.ours, [given_values])[0] is theirs(pair, given_values)


@st.composite
def chains(draw: st.DrawFn, depth: int = 3) -> Pair:
    """A chain of * and / in brackets, or a part of one. What divides a divisor multiplies."""
    if depth == 0 or draw(st.booleans()):
        name = draw(st.sampled_from(NUMBERS))
        # A divisor that is zero whatever is measured would be a problem of the ruleset and no value.
        return draw(st.one_of(st.just(Pair(name, name, above=True)), st.integers(1, 999).map(hundredths)))
    first = draw(chains(depth - 1))
    parts: list[Pair | str] = [draw(st.sampled_from(["(", "( -"])), first]
    above, below = first.above, first.below
    for _ in range(draw(st.integers(1, 3))):
        sign, part = draw(st.sampled_from("*/")), draw(chains(depth - 1))
        parts += [sign, part]
        above |= part.below if sign == "/" else part.above
        below |= part.above if sign == "/" else part.below
    chain = joined(*parts, ")")
    return Pair(chain.ours, chain.theirs, chain.literals, above, below)


def quotient(pair: Pair, given_values: dict[str, Known], places: int | None) -> Fraction | None:
    """The division rule: everything multiplied first, one division, rounded once.

    To the places of the name that it defines; to 6 inside a longer formula, unless only constants divide.
    """
    try:
        value = theirs(pair, given_values)
    except ZeroDivisionError:
        return None
    assert isinstance(value, Fraction)
    if places is not None:
        return rounded(value, places, Rounding.HALF_UP)
    return rounded(value, 6, Rounding.HALF_UP) if pair.below else value


@given(chains(), inputs, st.sampled_from([None, 0, 2, 8]))
def test_a_chain_of_times_and_divided_by_is_rounded_once(
    pair: Pair, given_values: dict[str, Known], places: int | None
) -> None:
    assert group_computed(pair.ours, [given_values], places=places)[0] == quotient(pair, given_values, places)
