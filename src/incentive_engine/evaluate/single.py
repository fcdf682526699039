"""Generated Python on integers: a program for one agent and period as one function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from incentive_engine.evaluate.printer import Printer, name_of
from incentive_engine.graph.instructions import Lowered, Operation

Value = int | bool | None
Values = tuple[Value, ...]

_DEEPEST = 12  # levels of one expression; Python's parser has a limit, of a hundred or so.


class Function(Protocol):
    """Generated code: takes one tuple for each parameter that was named, returns what was wanted."""

    def __call__(self, *parameters: Values) -> Values:
        """Return the wanted values in order."""
        ...


def generate(lowered: Lowered, wanted: Sequence[int], parameters: Sequence[Sequence[int | None]]) -> Function:
    """Return a function of the values at some places that returns the values at other places.

    Args:
        lowered: A program on integers.
        wanted: The places of what is returned.
        parameters: For each argument of the function, which is a tuple, the places of its values; None for a
            value that is not used. What is given is not computed.
    """
    namespace: dict[str, object] = {"__builtins__": {}, "abs": abs}
    code = compile(source(lowered, wanted, parameters), "<generated>", "exec")
    exec(code, namespace)  # noqa: S102 -- the source holds generated names and integers only
    return cast("Function", namespace["evaluate"])


def source(lowered: Lowered, wanted: Sequence[int], parameters: Sequence[Sequence[int | None]]) -> str:
    """Return the text of the function that `generate` makes.

    A value that is used once stands where it is used, inside the branch that needs it; one that is used more
    often has a name.
    """
    given = {place for parameter in parameters for place in parameter if place is not None}
    needed = _needed(lowered, wanted, given)
    uses = Counter(wanted)
    for place in needed - given:
        uses.update(lowered.instructions[place].arguments)
    printer = Printer(lowered)
    printer.named |= needed & given
    names = [f"p{number}" for number in range(len(parameters))]
    lines = [f"def evaluate({', '.join(names)}):"]
    for name, parameter in zip(names, parameters, strict=True):
        lines += _unpacking(name, parameter, needed)
    depths: dict[int, int] = {}
    for place in sorted(needed - given):
        instruction = lowered.instructions[place]
        depth = 1 + max((depths.get(argument, 0) for argument in instruction.arguments), default=0)
        is_literal = instruction.operation in (Operation.CONSTANT, Operation.UNKNOWN)
        if (uses[place] > 1 or depth > _DEEPEST) and not is_literal:
            lines.append(f"    {name_of(place)} = {printer.text(place).value}")
            printer.named.add(place)
        else:
            depths[place] = depth
    results = "".join(f"{printer.text(place).value}, " for place in wanted)
    return "\n".join([*lines, f"    return ({results})", ""])


def _needed(lowered: Lowered, wanted: Iterable[int], given: set[int]) -> set[int]:
    needed: set[int] = set()
    waiting = list(wanted)
    while waiting:
        place = waiting.pop()
        if place not in needed:
            needed.add(place)
            if place not in given:
                waiting.extend(lowered.instructions[place].arguments)
    return needed


def _unpacking(name: str, parameter: Sequence[int | None], needed: set[int]) -> list[str]:
    targets = [name_of(place) if place is not None and place in needed else "_" for place in parameter]
    return [f"    ({', '.join(targets)},) = {name}"] if set(targets) - {"_"} else []
