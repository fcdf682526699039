"""From rationals to integers, once: each value of a program as an integer over a constant denominator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import singledispatchmethod
from math import ceil, floor, lcm

from incentive_engine.graph.instructions import Instruction, Lowered, Operation, Peer
from incentive_engine.graph.nodes import (
    Ahead,
    AllOf,
    AnyOf,
    Apportion,
    Band,
    Carried,
    Choose,
    Compare,
    Comparison,
    Constant,
    Default,
    Flag,
    Greatest,
    Input,
    Known,
    Least,
    Node,
    Not,
    OverPeers,
    PeerNode,
    Pick,
    Present,
    Product,
    Program,
    Quotient,
    Round,
    Sum,
    Truth,
    Unknown,
    WeightedMean,
    in_order,
)

_COMPARISONS: dict[Comparison, Operation] = {
    "<": Operation.LESS,
    "<=": Operation.LESS_OR_EQUAL,
    "==": Operation.EQUAL,
    "!=": Operation.UNEQUAL,
}


def lower(
    program: Program,
    watched: Iterable[Node] = (),
    *,
    present: bool = True,
    carried_denominators: Mapping[str, int] | None = None,
) -> Lowered:
    """Return a bound program on integers.

    Args:
        program: A program without nodes that still ask for the period (`graph/bind.py`).
        watched: Further bound nodes whose places are wanted.
        present: False for the steps over periods without a snapshot, where every input and every result over
            peers is unknown.
        carried_denominators: For each slot, the denominator of what it holds when the period begins; where
            none is given, that of the initial value.

    Raises:
        TypeError: if a node has to be bound to a period first.
    """
    lowering = _Lowering(present, carried_denominators or {})
    for node in in_order([*program.roots(), *watched]):
        lowering.place(node)
    places = lowering.places_of
    return Lowered(
        instructions=tuple(lowering.instructions),
        places_of=places,
        results={name: places[node] for name, node in program.results.items()},
        states={slot: places[node] for slot, node in program.states.items()},
        inputs=lowering.inputs,
        carried=lowering.carried,
        peers=tuple(sorted(lowering.peers, key=lambda peer: peer.stage)),
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """A number as `offset + factor * integer + ...`, the integers being the values of instructions."""

    offset: Fraction
    factors: Mapping[int, Fraction]

    def times(self, factor: Fraction) -> _Form:
        return _Form(self.offset * factor, {place: part * factor for place, part in self.factors.items()})


class _Lowering:
    """The instructions made so far, each only once."""

    def __init__(self, present: bool, carried_denominators: Mapping[str, int]) -> None:  # noqa: FBT001 -- as in lower
        self.instructions: list[Instruction] = []
        self.places_of: dict[Node, int] = {}
        self.inputs: dict[str, int] = {}
        self.carried: dict[str, int] = {}
        self.peers: list[Peer] = []
        self._present = present
        self._carried_denominators = carried_denominators
        self._made: dict[Instruction, int] = {}
        self._stages: list[int] = []

    def place(self, node: Node) -> None:
        """Make the instructions of a node; what it reads has been placed."""
        self.places_of[node] = self._lower(node)

    # --- Instructions

    def _emit(self, instruction: Instruction) -> int:
        if instruction not in self._made:
            self._made[instruction] = len(self.instructions)
            self.instructions.append(instruction)
            after_peers = instruction.operation is Operation.PEER
            earlier = max((self._stages[place] for place in instruction.arguments), default=0)
            self._stages.append(earlier + after_peers)
        return self._made[instruction]

    def _unknown(self, *, boolean: bool = False) -> int:
        return self._emit(Instruction(Operation.UNKNOWN, boolean=boolean, optional=True))

    def _constant(self, value: int, denominator: int = 1, *, boolean: bool = False) -> int:
        return self._emit(Instruction(Operation.CONSTANT, (), (value,), denominator, boolean=boolean))

    def _denominator(self, place: int) -> int:
        return self.instructions[place].denominator

    def _any_optional(self, places: Iterable[int]) -> bool:
        return any(self.instructions[place].optional for place in places)

    def _is(self, operation: Operation, place: int) -> bool:
        return self.instructions[place].operation is operation

    def _places(self, nodes: Iterable[Node]) -> list[int]:
        return [self.places_of[node] for node in nodes]

    # --- Linear forms and common denominators

    def _form(self, place: int) -> _Form:
        made = self.instructions[place]
        if made.operation is Operation.CONSTANT:
            return _Form(Fraction(made.constants[0], made.denominator), {})
        if made.operation is Operation.LINEAR and len(made.arguments) == 1:
            offset, factor = (Fraction(constant, made.denominator) for constant in made.constants)
            return _Form(offset, {made.arguments[0]: factor})
        return _Form(Fraction(0), {place: Fraction(1, made.denominator)})

    def _linear(self, forms: Iterable[_Form], denominator: int | None = None) -> int:
        """Return the place of a sum, over a denominator or else over the smallest that fits."""
        offset = Fraction(0)
        factors: dict[int, Fraction] = {}
        for form in forms:
            offset += form.offset
            for place, factor in form.factors.items():
                factors[place] = factors.get(place, Fraction(0)) + factor
        # What is multiplied by zero only matters where it may be unknown.
        factors = {
            place: factor for place, factor in factors.items() if factor or self._any_optional([place])
        }
        over = denominator or lcm(offset.denominator, *(factor.denominator for factor in factors.values()))
        if not factors:
            return self._constant(int(offset * over), over)
        constants = (int(offset * over), *(int(factor * over) for factor in factors.values()))
        places = tuple(factors)
        if constants == (0, 1) and over == self._denominator(places[0]):
            return places[0]
        optional = self._any_optional(places)
        return self._emit(Instruction(Operation.LINEAR, places, constants, over, optional=optional))

    def _aligned(self, places: Sequence[int]) -> tuple[tuple[int, ...], int]:
        """Return places of the same values over one denominator, and the denominator."""
        known = [place for place in places if not self._is(Operation.UNKNOWN, place)]
        common = lcm(*(self._denominator(place) for place in known))
        aligned = [
            self._linear([self._form(place)], common)
            if place in known and self._denominator(place) != common
            else place
            for place in places
        ]
        return tuple(aligned), common

    def _of_aligned(
        self,
        operation: Operation,
        nodes: Sequence[Node],
        *,
        before: tuple[int, ...] = (),
        constants: tuple[int, ...] = (),
        optional: bool | None = None,
    ) -> int:
        """Return the place of an operation whose result is one of the nodes' values."""
        places, denominator = self._aligned(self._places(nodes))
        arguments = (*before, *places)
        return self._emit(
            Instruction(
                operation,
                arguments,
                constants,
                denominator,
                boolean=nodes[0].boolean,
                optional=self._any_optional(arguments) if optional is None else optional,
            )
        )

    # --- One kind of node after the other

    @singledispatchmethod
    def _lower(self, node: Node) -> int:
        raise TypeError(f"{type(node).__name__} has to be bound to a period first")

    @_lower.register
    def _(self, node: Input) -> int:
        return self._field(
            node.name, Instruction(Operation.INPUT, (), (), 10**node.places, optional=node.optional)
        )

    @_lower.register
    def _(self, node: Flag) -> int:
        return self._field(node.name, Instruction(Operation.INPUT, boolean=True, optional=node.optional))

    def _field(self, name: str, instruction: Instruction) -> int:
        if not self._present:
            return self._unknown(boolean=instruction.boolean)
        self.inputs[name] = self._emit(replace(instruction, constants=(len(self.inputs),)))
        return self.inputs[name]

    @_lower.register
    def _(self, node: Carried) -> int:
        denominator = self._carried_denominators.get(node.slot) or self._denominator(
            self.places_of[node.initial]
        )
        instruction = Instruction(
            Operation.CARRIED, (), (len(self.carried),), denominator, boolean=node.boolean, optional=True
        )
        self.carried[node.slot] = self._emit(instruction)
        return self.carried[node.slot]

    @_lower.register
    def _(self, node: Constant) -> int:
        return self._constant(node.value.numerator, node.value.denominator)

    @_lower.register
    def _(self, node: Truth) -> int:
        return self._constant(int(node.value), boolean=True)

    @_lower.register
    def _(self, node: Unknown) -> int:
        return self._unknown(boolean=node.boolean)

    @_lower.register
    def _(self, _node: Present) -> int:
        return self._constant(int(self._present), boolean=True)

    @_lower.register
    def _(self, node: Sum) -> int:
        return self._linear(self._form(place) for place in self._places(node.terms))

    @_lower.register
    def _(self, node: Product) -> int:
        factor = Fraction(1)
        places: list[int] = []
        for place in self._places(node.factors):
            form = self._form(place)
            if form.factors:
                places.append(place)
            else:
                factor *= form.offset
        if len(places) <= 1:
            forms = [self._form(place).times(factor) for place in places]
            return self._linear(forms or [_Form(factor, {})])
        for place in places:
            factor /= self._denominator(place)
        optional = self._any_optional(places)
        return self._emit(
            Instruction(
                Operation.PRODUCT, tuple(places), (factor.numerator,), factor.denominator, optional=optional
            )
        )

    @_lower.register
    def _(self, node: Round) -> int:
        return self._rounded(self.places_of[node.value], node)

    def _rounded(self, place: int, node: Round | WeightedMean) -> int:
        factor = Fraction(10**node.places, self._denominator(place))
        if factor.denominator == 1:
            return place  # It lies on the grid already.
        return self._emit(
            Instruction(
                Operation.ROUND,
                (place,),
                (factor.numerator, factor.denominator),
                10**node.places,
                optional=self._any_optional([place]),
                rounding=node.rounding,
            )
        )

    @_lower.register
    def _(self, node: Quotient) -> int:
        dividend, divisor = self._places((node.dividend, node.divisor))
        factor = Fraction(self._denominator(divisor) * 10**node.places, self._denominator(dividend))
        return self._emit(
            Instruction(
                Operation.QUOTIENT,
                (dividend, divisor),
                (factor.numerator, factor.denominator),
                10**node.places,
                optional=True,
                rounding=node.rounding,
            )
        )

    @_lower.register
    def _(self, node: Least) -> int:
        return self._of_aligned(Operation.LEAST, node.terms)

    @_lower.register
    def _(self, node: Greatest) -> int:
        return self._of_aligned(Operation.GREATEST, node.terms)

    @_lower.register
    def _(self, node: WeightedMean) -> int:
        values, denominator = self._aligned(self._places(node.values))
        weights, _ = self._aligned(self._places(node.weights))
        skips = node.skip_unknown and self._any_optional(values)
        if all(self._is(Operation.CONSTANT, place) for place in weights):
            constants = [self.instructions[place].constants[0] for place in weights]
            if min(constants) < 0 or not any(constants):
                return self._unknown()
            if not skips:
                return self._fixed_mean(node, values, [Fraction(each, sum(constants)) for each in constants])
        factor = Fraction(10**node.places, denominator)
        return self._emit(
            Instruction(
                Operation.MEAN,
                (*values, *weights),
                (factor.numerator, factor.denominator, int(skips)),
                10**node.places,
                optional=True,
                rounding=node.rounding,
            )
        )

    def _fixed_mean(self, node: WeightedMean, values: Sequence[int], shares: Sequence[Fraction]) -> int:
        """Return the place of a mean in which every value counts, with a constant share."""
        mean = self._linear(
            self._form(value).times(share) for value, share in zip(values, shares, strict=True)
        )
        return self._rounded(mean, node)

    @_lower.register
    def _(self, node: Compare) -> int:
        left, right = self._places((node.left, node.right))
        operation = _COMPARISONS[node.operator]
        ordered = node.operator in ("<", "<=")
        strict = node.operator == "<"
        # A limit between two steps of what is compared with it moves to the step that decides the same.
        if ordered and self._is(Operation.CONSTANT, right):
            right = self._on_grid_of(left, right, upwards=strict)
        elif ordered and self._is(Operation.CONSTANT, left):
            left = self._on_grid_of(right, left, upwards=not strict)
        arguments, _ = self._aligned((left, right))
        optional = self._any_optional(arguments)
        return self._emit(Instruction(operation, arguments, boolean=True, optional=optional))

    def _on_grid_of(self, value: int, limit: int, *, upwards: bool) -> int:
        denominator = self._denominator(value)
        steps = self._form(limit).offset * denominator
        return self._constant(ceil(steps) if upwards else floor(steps), denominator)

    @_lower.register
    def _(self, node: AllOf) -> int:
        return self._of_aligned(Operation.ALL_OF, node.terms)

    @_lower.register
    def _(self, node: AnyOf) -> int:
        return self._of_aligned(Operation.ANY_OF, node.terms)

    @_lower.register
    def _(self, node: Not) -> int:
        return self._of_aligned(Operation.NOT, (node.term,))

    @_lower.register
    def _(self, node: Known) -> int:
        place = self.places_of[node.value]
        if not self._any_optional([place]):
            return self._constant(1, boolean=True)
        return self._emit(Instruction(Operation.KNOWN, (place,), boolean=True))

    @_lower.register
    def _(self, node: Default) -> int:
        value, otherwise = self._places((node.value, node.otherwise))
        if not self._any_optional([value]):
            return value
        return self._of_aligned(
            Operation.DEFAULT, (node.value, node.otherwise), optional=self._any_optional([otherwise])
        )

    @_lower.register
    def _(self, node: Choose) -> int:
        condition = self.places_of[node.condition]
        return self._of_aligned(Operation.CHOOSE, (node.then, node.otherwise), before=(condition,))

    @_lower.register
    def _(self, node: Pick) -> int:
        index = self._whole(self.places_of[node.index])
        options = len(node.options)
        made = self.instructions[index]
        # The bands of a value count from 1 to one more than there are limits.
        covered = made.operation is Operation.BAND and node.first == 1 and len(made.arguments) <= options
        optional = None if covered else True
        return self._of_aligned(
            Operation.PICK, node.options, before=(index,), constants=(node.first,), optional=optional
        )

    def _whole(self, place: int) -> int:
        """Return the place of a whole number over the denominator 1."""
        denominator = self._denominator(place)
        if denominator == 1:
            return place
        optional = self._any_optional([place])
        return self._emit(Instruction(Operation.ROUND, (place,), (1, denominator), optional=optional))

    @_lower.register
    def _(self, node: Band) -> int:
        value, *limits = self._places((node.value, *node.limits))
        if all(self._is(Operation.CONSTANT, limit) for limit in limits):
            limits = [self._on_grid_of(value, limit, upwards=not node.includes_limit) for limit in limits]
        arguments, _ = self._aligned((value, *limits))
        optional = self._any_optional(arguments)
        return self._emit(
            Instruction(Operation.BAND, arguments, (int(node.includes_limit),), optional=optional)
        )

    # --- Peers

    @_lower.register
    def _(self, node: OverPeers) -> int:
        return self._peer(node, (node.value,), self._denominator(self.places_of[node.value]))

    @_lower.register
    def _(self, node: Ahead) -> int:
        return self._peer(node, (*node.keys, *node.units), 1)

    @_lower.register
    def _(self, node: Apportion) -> int:
        return self._peer(node, (node.amount, node.weight), 10**node.places)

    def _peer(self, node: PeerNode, reads: tuple[Node, ...], denominator: int) -> int:
        if not self._present:
            return self._unknown()
        places = self._places(reads)
        within = self._places(node.within)
        where = self.places_of[node.where]
        arguments = (*places, *within, where)
        place = self._emit(
            Instruction(Operation.PEER, arguments, (len(self.peers),), denominator, optional=True)
        )
        self.peers.append(Peer(node, place, self._stages[place] - 1, tuple(within), where, tuple(places)))
        return place
