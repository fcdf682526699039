"""History: what a formula may read of the agent's earlier periods, kept in the slots of a program."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.ruleset.period import OpensYear


class History:
    """Makes the `Carried` nodes of one program, and collects what each period leaves to the next.

    `states` is for `Program.states`. The same question asked twice gives the same node and one slot. A gap,
    that is a calendar period without a snapshot between two others, has no value of anything: what was known
    then only because a ruleset gives a value for an empty cell does not count.
    """

    def __init__(self, builder: Builder) -> None:
        self.states: dict[str, Node] = {}
        self._builder = builder
        self._asked: dict[Hashable, Node] = {}

    def keep(self, slot: str, initial: Node, step: Callable[[Node], Node]) -> Node:
        """Return what the previous period left in a slot; `step` of it is what the next period finds.

        Raises:
            ValueError: if the slot is taken.
        """
        if slot in self.states:
            raise ValueError(f"the slot {slot!r} is taken")
        carried = self._builder.carried(slot, initial)
        self.states[slot] = carried  # So that the step cannot take the slot either.
        self.states[slot] = step(carried)
        return carried

    def previous(self, value: Node) -> Node:
        """The value of the period before; unknown in the agent's first period and after a gap."""
        return self._once("previous", value, lambda: self._previous(value))

    def year_to_date(self, value: Node) -> Node:
        """The sum from the first period of the year to this one; unknown where one of them is."""
        return self._once("year_to_date", value, lambda: self._year_to_date(value))

    def rolling(self, value: Node, count: int) -> Node:
        """The sum over the last `count` periods, this one included; unknown where one of them is."""
        earlier = value
        periods = [self._where_present(value)]
        for _ in range(count - 1):
            earlier = self.previous(earlier)
            periods.append(earlier)
        return self._builder.add(*periods)

    def streak(self, condition: Node) -> Node:
        """In how many periods in a row, up to this one, a condition has held.

        Nothing precedes the agent's first period. A gap, or a period in which the condition is unknown,
        makes the streak unknown until the condition is false.
        """
        return self._once("streak", condition, lambda: self._streak(condition))

    def rise(self, value: Node) -> Node:
        """By how much the value is above that of the period before; zero where it is not above."""
        change = self._builder.subtract(self._where_present(value), self.previous(value))
        return self._builder.greatest(self._builder.constant(0), change)

    def _once(self, question: str, about: Node, answer: Callable[[], Node]) -> Node:
        key = (question, about)
        if key not in self._asked:
            self._asked[key] = answer()
        return self._asked[key]

    def _free_slot(self, question: str) -> str:
        return f"{question} {len(self.states) + 1}"

    def _where_present(self, value: Node) -> Node:
        nothing = self._builder.unknown(boolean=value.boolean)
        return self._builder.choose(self._builder.present(), value, nothing)

    def _previous(self, value: Node) -> Node:
        before_the_first = self._builder.unknown(boolean=value.boolean)
        return self.keep(self._free_slot("previous"), before_the_first, lambda _: self._where_present(value))

    def _year_to_date(self, value: Node) -> Node:
        build = self._builder
        slot = self._free_slot("year to date")
        this = self._where_present(value)

        def total(before: Node) -> Node:
            return build.choose(build.period_truth(OpensYear()), this, build.add(before, this))

        self.keep(slot, build.unknown(), total)
        return self.states[slot]

    def _streak(self, condition: Node) -> Node:
        build = self._builder
        slot = self._free_slot("streak")

        def length(before: Node) -> Node:
            return build.choose(
                self._where_present(condition), build.add(before, build.constant(1)), build.constant(0)
            )

        self.keep(slot, build.constant(0), length)
        return self.states[slot]
