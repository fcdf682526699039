"""Instructions as Python expressions.

An expression that may be unknown is printed with *guards*, the conditions under which it is, so that a run
of arithmetic tests each thing that may be unknown once, ahead of all of it. What is printed contains only
generated names and whole numbers, never a text of a ruleset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.instructions import Instruction, Lowered, Operation
from incentive_engine.graph.rounding import Rounding

_LONGEST_DECIMAL = (
    64  # bits; Python refuses to print very long integers in decimal, and takes long over long ones.
)


@dataclass(frozen=True, slots=True)
class Text:
    """An expression: unknown where a guard holds (they are tested in order), and where `code` is None.

    The code is in parentheses, or so short that it needs none. `nullable` says that it may be None.
    """

    code: str
    guards: tuple[str, ...] = ()
    nullable: bool = False

    @property
    def optional(self) -> bool:
        """Whether the value may be unknown."""
        return bool(self.guards) or self.nullable

    @property
    def unknown(self) -> str:
        """The condition under which a guard holds."""
        return " or ".join(self.guards) or "False"

    @property
    def value(self) -> str:
        """An expression that is None where the value is unknown."""
        return f"(None if {self.unknown} else {self.code})" if self.guards else self.code

    def behind(self, guards: Sequence[str]) -> Text:
        """Return the expression for where some guards have been tested already."""
        return Text(self.code, tuple(guard for guard in self.guards if guard not in guards), self.nullable)


def name_of(place: int) -> str:
    """Return the local name of an instruction's value."""
    return f"v{place}"


class Printer:
    """Prints the instructions of a program; those in `named` stand under their local names."""

    def __init__(self, lowered: Lowered) -> None:
        self.named: set[int] = set()
        self._instructions = lowered.instructions
        self._bounds = bounds(lowered, {})
        self._temporaries = 0

    def text(self, place: int) -> Text:
        """Return the expression of an instruction."""
        instruction = self._instructions[place]
        if place in self.named:
            return Text(name_of(place), nullable=instruction.optional)
        return _PRINT[instruction.operation](self, instruction)

    def checked(self, place: int) -> Text:
        """Return an expression whose code is never None behind its guards."""
        text = self.text(place)
        if not text.nullable:
            return text
        first, again = self.twice(text.code)
        return Text(again, (*text.guards, f"{first} is None"))

    def interval(self, place: int) -> Interval:
        """Return what an instruction's value may be, whatever the inputs are."""
        return self._bounds[place]

    def never_negative(self, place: int) -> bool:
        """Whether an instruction's value is never below zero, whatever the inputs are."""
        low = self._bounds[place].low
        return low is not None and low >= 0

    def constant(self, place: int) -> int | None:
        """Return the value of a constant, else None."""
        instruction = self._instructions[place]
        return instruction.constants[0] if instruction.operation is Operation.CONSTANT else None

    def unnamed(self, place: int, operation: Operation) -> Instruction | None:
        """Return an instruction of some operation that is to be printed where it is used, else None."""
        instruction = self._instructions[place]
        return instruction if instruction.operation is operation and place not in self.named else None

    def temporary(self) -> str:
        """Return a new local name."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    def twice(self, code: str) -> tuple[str, str]:
        """Return a text for the first use of an expression, and one for the uses after it."""
        if code.strip("(-)").isalnum():
            return code, code
        name = self.temporary()
        return f"({name} := {code})", name


# --- Parts


def _literal(value: int) -> str:
    text = str(value) if value.bit_length() <= _LONGEST_DECIMAL else hex(value)
    return f"({text})" if value < 0 else text


def _times(factor: int, code: str) -> str:
    return code if factor == 1 else f"({_literal(factor)} * {code})"


def _guards(texts: Sequence[Text]) -> tuple[str, ...]:
    """Return the guards of several expressions, each once."""
    return tuple(dict.fromkeys(guard for text in texts for guard in text.guards))


@dataclass(frozen=True, slots=True)
class _Ratio:
    """`dividend * factor / (divisor * unit)`; the divisor and the unit are above zero.

    The unit is a name, or empty for one.
    """

    dividend: str
    factor: int
    divisor: int
    never_negative: bool
    unit: str = ""

    def units(self, count: int) -> str:
        """Return the code of a number of units."""
        return _times(count, self.unit) if self.unit else _literal(count)

    def last_step(self) -> str:
        """Return the code of the divisor less one step."""
        return f"({self.units(self.divisor)} - 1)" if self.unit else _literal(self.divisor - 1)


def _rounded(printer: Printer, ratio: _Ratio, rounding: Rounding) -> str:
    """Return the code of a ratio rounded to a whole number, as `graph.rounding.rounded_ratio` does it."""
    match rounding:
        case Rounding.HALF_UP:
            return _half_up(printer, ratio)
        case Rounding.HALF_EVEN:
            first, again = printer.twice(_times(ratio.factor, ratio.dividend))
            odd = f"({again} // {ratio.units(ratio.divisor)} & 1)"
            return f"((2 * {first} + {ratio.last_step()} + {odd}) // {ratio.units(2 * ratio.divisor)})"
        case Rounding.DOWN:
            return _cut(printer, ratio, "< 0")
        case _:  # Up
            return _cut(printer, ratio, "> 0")


def _half_up(printer: Printer, ratio: _Ratio) -> str:
    doubled = 1 + ratio.divisor % 2  # Half of an even divisor is whole as it is.
    half = ratio.units(doubled * ratio.divisor // 2)
    divisor = ratio.units(doubled * ratio.divisor)
    if ratio.never_negative:
        return f"(({_times(doubled * ratio.factor, ratio.dividend)} + {half}) // {divisor})"
    first, again = printer.twice(ratio.dividend)
    return f"(({_times(doubled * ratio.factor, first)} + {half} - ({again} < 0)) // {divisor})"


def _cut(printer: Printer, ratio: _Ratio, where_up: str) -> str:
    """Return the code of a ratio rounded to the whole number above where the dividend is so, else below."""
    divisor = ratio.units(ratio.divisor)
    if ratio.never_negative and where_up == "< 0":
        return f"({_times(ratio.factor, ratio.dividend)} // {divisor})"
    first, again = printer.twice(ratio.dividend)
    return f"(({_times(ratio.factor, first)} + {ratio.last_step()} * ({again} {where_up})) // {divisor})"


def _tree(first: str, again: str, tests: Sequence[str], leaves: Sequence[str]) -> str:
    """Return a tree of conditions: leaf number i where test number i is the first that holds, else the last.

    A test is the end of a comparison such as `< 5`; once one holds, all after it do.
    """
    if not tests:
        return leaves[0]
    middle = len(tests) // 2
    below = _tree(again, again, tests[:middle], leaves[: middle + 1])
    above = _tree(again, again, tests[middle + 1 :], leaves[middle + 1 :])
    return f"({below} if {first} {tests[middle]} else {above})"


# --- Operations


def _constant(_: Printer, instruction: Instruction) -> Text:
    (value,) = instruction.constants
    return Text(str(bool(value)) if instruction.boolean else _literal(value))


def _unknown(_: Printer, __: Instruction) -> Text:
    return Text("None", nullable=True)


def _linear(printer: Printer, instruction: Instruction) -> Text:
    offset, *factors = instruction.constants
    texts = [printer.checked(place) for place in instruction.arguments]
    terms = [(factor, _times(abs(factor), text.code)) for factor, text in zip(factors, texts, strict=True)]
    terms.append((offset, _literal(abs(offset))))
    added = [code for factor, code in terms if factor > 0]
    taken_off = [code for factor, code in terms if factor < 0]
    code = " - ".join([" + ".join(added) or "0", *taken_off])
    return Text(code if len(added) + len(taken_off) == 1 and added else f"({code})", _guards(texts))


def _product(printer: Printer, instruction: Instruction) -> Text:
    texts = [printer.checked(place) for place in instruction.arguments]
    return Text(
        _times(instruction.constants[0], f"({' * '.join(text.code for text in texts)})"), _guards(texts)
    )


def _round(printer: Printer, instruction: Instruction) -> Text:
    (place,) = instruction.arguments
    factor, divisor = instruction.constants
    text = printer.checked(place)
    ratio = _Ratio(text.code, factor, divisor, printer.never_negative(place))
    return Text(_rounded(printer, ratio, instruction.rounding), text.guards)


def _quotient(printer: Printer, instruction: Instruction) -> Text:
    dividend_place, divisor_place = instruction.arguments
    factor, divisor = instruction.constants
    dividend = printer.checked(dividend_place)
    unit = printer.checked(divisor_place)
    never_negative = printer.never_negative(dividend_place)
    code = dividend.code
    first, name = printer.twice(unit.code)
    if not printer.never_negative(divisor_place):
        # The sign moves to the dividend: rounding treats both signs alike.
        code, never_negative = f"({code} * (1 if {name} > 0 else -1))", False
        first, name = printer.twice(f"abs({first})")
    guards = (*_guards([dividend, unit]), f"{first} == 0")
    ratio = _Ratio(code, factor, divisor, never_negative, name)
    return Text(_rounded(printer, ratio, instruction.rounding), guards)


def _mean(printer: Printer, instruction: Instruction) -> Text:
    factor, divisor, skips = instruction.constants
    half = len(instruction.arguments) // 2
    values, weights = instruction.arguments[:half], instruction.arguments[half:]
    guards: list[str] = []
    sizes: list[str] = []
    parts: list[str] = []
    for value, weight in zip(values, weights, strict=True):
        size = printer.checked(weight)
        first, size_name = printer.twice(size.code)
        guards += size.guards
        if first != size_name or not printer.never_negative(weight):
            guards.append(f"{first} < 0")
        text = printer.text(value) if skips else printer.checked(value)
        if skips and text.optional:
            first, name = printer.twice(text.value)
            sizes.append(f"(0 if {first} is None else {size_name})")
            parts.append(f"(0 if {name} is None else {size_name} * {name})")
        else:
            guards += text.guards
            sizes.append(size_name)
            parts.append(f"{size_name} * {text.code}")
    total = printer.temporary()
    guards.append(f"({total} := {' + '.join(sizes)}) == 0")
    never_negative = all(printer.never_negative(value) for value in values)
    ratio = _Ratio(f"({' + '.join(parts)})", factor, divisor, never_negative, total)
    return Text(_rounded(printer, ratio, instruction.rounding), tuple(dict.fromkeys(guards)))


def _extreme(printer: Printer, instruction: Instruction, sign: str) -> Text:
    texts = [printer.checked(place) for place in instruction.arguments]
    codes = [text.code for text in texts]
    while len(codes) > 1:  # In pairs, so that many do not nest deeply.
        pairs = [codes[start : start + 2] for start in range(0, len(codes), 2)]
        codes = [_better(printer, *pair, sign=sign) if len(pair) > 1 else pair[0] for pair in pairs]
    return Text(codes[0], _guards(texts))


def _better(printer: Printer, one: str, other: str, *, sign: str) -> str:
    one_first, one_again = printer.twice(one)
    other_first, other_again = printer.twice(other)
    return f"({one_again} if {one_first} {sign} {other_first} else {other_again})"


def _least(printer: Printer, instruction: Instruction) -> Text:
    return _extreme(printer, instruction, "<")


def _greatest(printer: Printer, instruction: Instruction) -> Text:
    return _extreme(printer, instruction, ">")


def _comparison(sign: str) -> Callable[[Printer, Instruction], Text]:
    def compare(printer: Printer, instruction: Instruction) -> Text:
        left, right = (printer.checked(place) for place in instruction.arguments)
        return Text(f"({left.code} {sign} {right.code})", _guards([left, right]))

    return compare


def _not(printer: Printer, instruction: Instruction) -> Text:
    text = printer.checked(instruction.arguments[0])
    return Text(f"(not {text.code})", text.guards)


def _all_of(printer: Printer, instruction: Instruction) -> Text:
    texts = [printer.text(place) for place in instruction.arguments]
    if not any(text.optional for text in texts):
        return Text(f"({' and '.join(text.code for text in texts)})")
    false = [f"not {text.code}" for text in texts if not text.optional]
    unknown: list[str] = []
    for text in texts:
        if text.optional:
            first, again = printer.twice(text.value)
            false.append(f"{first} is False")
            unknown.append(f"{again} is None")
    code = f"(False if {' or '.join(false)} else None if {' or '.join(unknown)} else True)"
    return Text(code, nullable=True)


def _any_of(printer: Printer, instruction: Instruction) -> Text:
    texts = [printer.text(place) for place in instruction.arguments]
    if not any(text.optional for text in texts):
        return Text(f"({' or '.join(text.code for text in texts)})")
    true = [text.code for text in texts if not text.optional]
    unknown: list[str] = []
    for text in texts:
        if text.optional:
            first, again = printer.twice(text.value)
            true.append(first)
            unknown.append(f"{again} is None")
    code = f"(True if {' or '.join(true)} else None if {' or '.join(unknown)} else False)"
    return Text(code, nullable=True)


def _known(printer: Printer, instruction: Instruction) -> Text:
    return Text(f"(not ({printer.checked(instruction.arguments[0]).unknown}))")


def _default(printer: Printer, instruction: Instruction) -> Text:
    value, otherwise = instruction.arguments
    checked = printer.checked(value)
    other = printer.text(otherwise)
    return Text(f"({other.value} if {checked.unknown} else {checked.code})", nullable=other.optional)


def _choose(printer: Printer, instruction: Instruction) -> Text:
    condition = printer.checked(instruction.arguments[0])
    then, otherwise = (printer.text(place).behind(condition.guards) for place in instruction.arguments[1:])
    code = f"({then.value} if {condition.code} else {otherwise.value})"
    return Text(code, condition.guards, nullable=then.optional or otherwise.optional)


def _pick(printer: Printer, instruction: Instruction) -> Text:
    place, *option_places = instruction.arguments
    (first_number,) = instruction.constants
    last_number = first_number + len(option_places) - 1
    band = printer.unnamed(place, Operation.BAND)
    limits = _tests(printer, band) if band and first_number == 1 else None
    if band and limits is not None and len(limits) < len(option_places):
        return _option_of_band(printer, band, limits, option_places)
    index = printer.checked(place)
    first, again = printer.twice(index.code)
    guards = index.guards
    low, high = printer.interval(place)[:2]
    if low is None or high is None or low < first_number or high > last_number:
        guards = (*guards, f"not {first_number} <= {first} <= {last_number}")
        first = again
    options = [printer.text(option).behind(guards) for option in option_places]
    tests = [f"<= {number}" for number in range(first_number, last_number)]
    code = _tree(first, again, tests, [option.value for option in options])
    return Text(code, guards, nullable=any(option.optional for option in options))


def _option_of_band(
    printer: Printer, band: Instruction, tests: Sequence[str], option_places: Sequence[int]
) -> Text:
    """Return the option that a band points at, without its number in between."""
    value = printer.checked(band.arguments[0])
    options = [printer.text(option).behind(value.guards) for option in option_places[: len(tests) + 1]]
    code = _tree(*printer.twice(value.code), tests, [option.value for option in options])
    return Text(code, value.guards, nullable=any(option.optional for option in options))


def _tests(printer: Printer, band: Instruction) -> list[str] | None:
    """Return the tests of a band's limits in ascending order; None unless all limits are constant."""
    constants = [printer.constant(limit) for limit in band.arguments[1:]]
    limits = sorted(constant for constant in constants if constant is not None)
    sign = "<=" if band.constants[0] else "<"
    return [f"{sign} {_literal(limit)}" for limit in limits] if len(limits) == len(constants) else None


def _band(printer: Printer, instruction: Instruction) -> Text:
    place, *limit_places = instruction.arguments
    (includes_limit,) = instruction.constants
    value = printer.checked(place)
    first, again = printer.twice(value.code)
    tests = _tests(printer, instruction)
    if tests is not None:
        return Text(
            _tree(first, again, tests, [str(number) for number in range(1, len(tests) + 2)]), value.guards
        )
    texts = [printer.checked(limit) for limit in limit_places]
    sign = ">" if includes_limit else ">="
    values = [first] + [again] * (len(texts) - 1)
    passed = [f"({used} {sign} {text.code})" for used, text in zip(values, texts, strict=True)]
    return Text(f"(1 + {' + '.join(passed)})", _guards([value, *texts]))


_PRINT: dict[Operation, Callable[[Printer, Instruction], Text]] = {
    Operation.CONSTANT: _constant,
    Operation.UNKNOWN: _unknown,
    Operation.LINEAR: _linear,
    Operation.PRODUCT: _product,
    Operation.ROUND: _round,
    Operation.QUOTIENT: _quotient,
    Operation.LEAST: _least,
    Operation.GREATEST: _greatest,
    Operation.MEAN: _mean,
    Operation.LESS: _comparison("<"),
    Operation.LESS_OR_EQUAL: _comparison("<="),
    Operation.EQUAL: _comparison("=="),
    Operation.UNEQUAL: _comparison("!="),
    Operation.ALL_OF: _all_of,
    Operation.ANY_OF: _any_of,
    Operation.NOT: _not,
    Operation.KNOWN: _known,
    Operation.DEFAULT: _default,
    Operation.CHOOSE: _choose,
    Operation.PICK: _pick,
    Operation.BAND: _band,
}
