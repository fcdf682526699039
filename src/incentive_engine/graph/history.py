"""History: what a formula may read of the agent's earlier periods, kept in the slots of a program."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.ruleset.period import Cadence, Closes, Opens


class History:
    """Makes the `Carried` nodes of one program, and collects what each period leaves to the next.

    `states` is for `Program.states`. The same question asked twice gives the same node and one slot. A gap,
    that is a calendar period without a snapshot between two others, has no value of anything: what was known
    then only because a ruleset gives a value for an empty cell does not count.

    The history of events (`cadence` is that of an event) is the agent's earlier events, without gaps.
    """

    def __init__(self, builder: Builder, cadence: Cadence = Cadence.MONTH) -> None:
        self.states: dict[str, Node] = {}
        self._builder = builder
        self._cadence = cadence
        self._longer: Cadence | None = None
        self._asked: dict[Hashable, Node] = {}
        self._of_questions: set[str] = set()

    @property
    def kept(self) -> frozenset[str]:
        """The slots that were named by who keeps something there, and not made to answer a question."""
        return frozenset(self.states) - self._of_questions

    def over(self, longer: Cadence) -> History:
        """Return the history of the same program in steps of a longer period.

        What it keeps changes in the last period of each longer one, with what is known then; what a longer
        period leaves is found in all periods of the next one.
        """
        history = History(self._builder, self._cadence)
        history.states = self.states
        history._of_questions = self._of_questions
        history._longer = longer
        return history

    def keep(self, slot: str, initial: Node, step: Callable[[Node], Node]) -> Node:
        """Return what the previous period left in a slot; `step` of it is what the next period finds.

        Raises:
            ValueError: if the slot is taken.
        """
        if slot in self.states:
            raise ValueError(f"the slot {slot!r} is taken")
        build = self._builder
        carried = build.carried(slot, initial)
        self.states[slot] = carried  # So that the step cannot take the slot either.
        left = step(carried)
        if self._longer is not None:
            left = build.choose(build.period_truth(Closes(self._longer)), left, carried)
        self.states[slot] = left
        return carried

    def leave(self, slot: str, initial: Node, left: Node) -> None:
        """Leave a value in a slot for the next period; `initial` is what the agent's first one finds.

        Raises:
            ValueError: if the slot is taken.
        """
        self.keep(slot, initial, lambda _: left)

    def opens(self, window: Cadence) -> Node:
        """Whether this is the first period of a window of the calendar: of its month, quarter or year.

        Of events it is the agent's first one in the window, the first of all included.
        """
        build = self._builder
        if self._cadence is not Cadence.EVENT:
            return build.period_truth(Opens(window, self._longer))
        start = build.period_number("start", window)
        before = self._once(
            "start of the window",
            start,
            lambda: self.keep(self._free_slot(f"start of the {window}"), build.constant(0), lambda _: start),
        )
        return build.compare("!=", before, start)

    def sum_since_start(self, value: Node, window: Cadence, *, skips_missing: bool = False) -> Node:
        """The sum from the first period of a window of the calendar to this one.

        Unknown where one of them is, and where one has no snapshot; with `skips_missing` those without a
        snapshot are left out instead.
        """
        return self._over_window("sum", value, window, self._builder.add, skips_missing=skips_missing)

    def most_since_start(self, value: Node, window: Cadence, *, skips_missing: bool = False) -> Node:
        """The greatest value from the first period of a window to this one; unknown as the sum is."""
        return self._over_window("most", value, window, self._builder.greatest, skips_missing=skips_missing)

    def least_since_start(self, value: Node, window: Cadence, *, skips_missing: bool = False) -> Node:
        """The least value from the first period of a window to this one; unknown as the sum is."""
        return self._over_window("least", value, window, self._builder.least, skips_missing=skips_missing)

    def previous(self, value: Node) -> Node:
        """The value of the period before; unknown in the agent's first period and after a gap."""
        return self._once("previous", value, lambda: self._previous(value))

    def year_to_date(self, value: Node) -> Node:
        """The sum from the first period of the year to this one; unknown where one of them is."""
        return self.sum_since_start(value, Cadence.YEAR)

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

    def _once(self, question: Hashable, about: Node, answer: Callable[[], Node]) -> Node:
        key = (question, about)
        if key not in self._asked:
            self._asked[key] = answer()
        return self._asked[key]

    def _free_slot(self, question: str) -> str:
        slot = f"{question} {len(self.states) + 1}"
        self._of_questions.add(slot)
        return slot

    def _where_present(self, value: Node) -> Node:
        nothing = self._builder.unknown(boolean=value.boolean)
        return self._builder.choose(self._builder.present(), value, nothing)

    def _previous(self, value: Node) -> Node:
        before_the_first = self._builder.unknown(boolean=value.boolean)
        return self.keep(self._free_slot("previous"), before_the_first, lambda _: self._where_present(value))

    def _over_window(
        self,
        name: str,
        value: Node,
        window: Cadence,
        join: Callable[[Node, Node], Node],
        *,
        skips_missing: bool,
    ) -> Node:
        """Return what the values of a window come to, up to this period, joined two by two."""
        fold = self._skipping_fold if skips_missing else self._whole_fold
        return self._once(
            (name, window, skips_missing), value, lambda: fold(f"{name} of the {window}", value, window, join)
        )

    def _whole_fold(
        self, name: str, value: Node, window: Cadence, join: Callable[[Node, Node], Node]
    ) -> Node:
        """Join all periods of a window; one that is missing makes what they come to unknown."""
        build = self._builder
        slot = self._free_slot(name)
        this, opens = self._where_present(value), self.opens(window)
        before = build.carried(slot, build.unknown())
        joined = build.choose(opens, this, join(before, this))
        self.keep(slot, build.unknown(), lambda _: joined)
        return joined

    def _skipping_fold(
        self, name: str, value: Node, window: Cadence, join: Callable[[Node, Node], Node]
    ) -> Node:
        """Join those periods of a window that have a snapshot."""
        build = self._builder
        slot = self._free_slot(name)
        present, goes_on = build.present(), build.opposite(self.opens(window))
        seen = self._once(
            "seen in the window",
            goes_on,
            lambda: self.keep(
                self._free_slot(f"seen in the {window}"),
                build.false,
                lambda before: build.any_of(present, build.all_of(goes_on, before)),
            ),
        )
        before = build.carried(slot, build.unknown())
        joined = build.choose(build.all_of(goes_on, seen), join(before, value), value)
        self.keep(slot, build.unknown(), lambda _: build.choose(present, joined, before))
        return joined

    def _streak(self, condition: Node) -> Node:
        build = self._builder
        slot = self._free_slot("streak")

        def length(before: Node) -> Node:
            return build.choose(
                self._where_present(condition), build.add(before, build.constant(1)), build.constant(0)
            )

        self.keep(slot, build.constant(0), length)
        return self.states[slot]
