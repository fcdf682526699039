"""Populations and periods by hand: ranks, sums, parts, history over gaps, and what a row tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from threading import Barrier

import pytest

from incentive_engine.evaluate.periods import Evaluator, Row, RowValues
from incentive_engine.graph.bounds import Interval, bounds
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.instructions import Operation
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.ruleset.period import Cadence, DateRange, Period, parse_period

Known = Fraction | bool | None


def month(text: str) -> Period:
    return parse_period(text, Cadence.MONTH)


MARCH = month("2026-03")


@pytest.fixture
def build() -> Builder:
    return Builder()


def among(node: Node, rows: Mapping[str, Row]) -> dict[str, Known]:
    """Return a node's value for each agent of one period."""
    found = Evaluator(Program({"it": node})).evaluate({MARCH: rows})
    return {agent: row.result("it") for agent, row in found[MARCH].items()}


# --- Ranks


def test_equal_keys_share_a_place_and_the_next_place_is_left_out(build: Builder) -> None:
    score = build.input("score", places=2)

    places = among(build.ahead([score], [True]), {"a": (900,), "b": (800,), "c": (900,), "d": (700,)})

    assert places == {"a": 0, "c": 0, "b": 2, "d": 3}


def test_a_later_key_breaks_the_ties_of_an_earlier_one(build: Builder) -> None:
    score, wait = build.input("a score"), build.input("b wait")
    node = build.ahead([score, wait], [True, False])

    # By score, then the shorter wait.
    places = among(node, {"a": (90, 30), "b": (90, 20), "c": (95, 99), "d": (90, 30)})

    assert places == {"c": 0, "b": 1, "a": 2, "d": 2}


def test_the_last_ties_go_to_the_lower_id(build: Builder) -> None:
    node = build.ahead([build.input("score")], [True], by_agent=True)

    # As texts "10" stands before "9".
    assert among(node, {"9": (50,), "10": (50,), "8": (70,)}) == {"8": 0, "10": 1, "9": 2}


def test_who_is_no_member_is_ranked_against_the_members(build: Builder) -> None:
    eligible, score = build.flag("a eligible"), build.input("b score")
    node = build.ahead([score], [True], where=eligible)

    places = among(node, {"a": (True, 90), "b": (False, 95), "c": (None, 80), "d": (True, 70)})

    # Only a and d count: before b nobody, before c and d only a.
    assert places == {"a": 0, "b": 0, "c": 1, "d": 1}


def test_an_unknown_key_has_no_place_and_takes_none(build: Builder) -> None:
    node = build.ahead([build.input("score")], [True])

    assert among(node, {"a": (None,), "b": (80,)}) == {"a": None, "b": 0}


def test_each_group_is_ranked_by_itself_and_an_unknown_group_not_at_all(build: Builder) -> None:
    score, team = build.input("a score"), build.input("b team")
    node = build.ahead([score], [True], within=[team])

    places = among(node, {"a": (90, 1), "b": (80, 1), "c": (70, 2), "d": (99, None)})

    assert places == {"a": 0, "b": 1, "c": 0, "d": None}


def test_teams_are_counted_once_however_many_members_stand_ahead(build: Builder) -> None:
    team_score, team = build.input("a score"), build.input("b team")
    node = build.ahead([team_score], [True], units=[team])

    places = among(node, {"a": (90, 1), "b": (90, 1), "c": (80, 2), "d": (70, 3), "e": (95, None)})

    # Before team 2 only team 1, before team 3 both; e belongs to no team, and counts for nobody.
    assert places == {"a": 0, "b": 0, "c": 1, "d": 2, "e": 0}


# --- Sums and extremes


def test_a_group_sum_leaves_out_what_is_unknown(build: Builder) -> None:
    money, team = build.input("a money", places=2), build.input("b team")
    rows = {"a": (1050, 1), "b": (None, 1), "c": (200, 1), "d": (99, 2)}

    total = among(build.over_peers("sum", money, within=[team]), rows)
    lowest = among(build.over_peers("lowest", money, within=[team]), rows)
    highest = among(build.over_peers("highest", money, within=[team]), rows)

    assert total == dict.fromkeys("abc", Fraction("12.5")) | {"d": Fraction("0.99")}
    assert lowest == dict.fromkeys("abc", Fraction(2)) | {"d": Fraction("0.99")}
    assert highest == dict.fromkeys("abc", Fraction("10.5")) | {"d": Fraction("0.99")}


def test_over_nobody_the_sum_is_zero_and_the_lowest_unknown(build: Builder) -> None:
    money, counts = build.input("money"), build.flag("counts")

    assert among(build.over_peers("sum", money, where=counts), {"a": (False, 5)}) == {"a": 0}
    assert among(build.over_peers("lowest", money, where=counts), {"a": (False, 5)}) == {"a": None}


# --- Parts of an amount


def parts_of(build: Builder, amount: Fraction, rows: Mapping[str, Row], places: int = 2) -> dict[str, Known]:
    shares, weight = build.flag("a shares"), build.input("b weight")
    return among(build.apportion(build.constant(amount), weight, places=places, where=shares), rows)


def test_the_last_cents_go_to_the_largest_remainders_and_then_to_the_lower_id(build: Builder) -> None:
    thirds = parts_of(build, Fraction(100), {"a": (True, 1), "b": (True, 1), "c": (True, 1)})
    # 10.00 by 3 : 3 : 1 is 4.2857.., 4.2857.. and 1.4285..: the cents 428 + 428 + 142 leave 2,
    # and the remainders are .571.., .571.. and .857..
    uneven = parts_of(build, Fraction(10), {"a": (True, 3), "b": (True, 3), "c": (True, 1)})

    assert thirds == {"a": Fraction("33.34"), "b": Fraction("33.33"), "c": Fraction("33.33")}
    assert uneven == {"a": Fraction("4.29"), "b": Fraction("4.28"), "c": Fraction("1.43")}


def test_who_does_not_share_gets_zero_and_who_may_share_is_unknown(build: Builder) -> None:
    rows = {"a": (True, 1), "b": (False, 1), "c": (True, -1), "d": (None, 1), "e": (True, None)}

    assert parts_of(build, Fraction(10), rows) == {"a": 10, "b": 0, "c": 0, "d": None, "e": None}


def test_without_any_weight_or_with_a_negative_amount_nobody_has_a_part(build: Builder) -> None:
    assert parts_of(build, Fraction(10), {"a": (True, 0), "b": (False, 1)}) == {"a": None, "b": None}
    assert parts_of(build, Fraction(-1), {"a": (True, 1)}) == {"a": None}


def test_an_unknown_amount_has_unknown_parts(build: Builder) -> None:
    node = build.apportion(build.input("amount"), build.constant(1), places=2)

    assert among(node, {"a": (None,)}) == {"a": None}


def test_only_whole_steps_of_an_amount_are_shared(build: Builder) -> None:
    # 10.009 to the cent is 10.00.
    found = parts_of(build, Fraction("10.009"), {"a": (True, 1), "b": (True, 1)})

    assert found == {"a": 5, "b": 5}


# --- Stages


def test_what_reads_a_group_result_can_be_ranked_itself(build: Builder) -> None:
    handled = build.input("handled")
    share = build.quotient(handled, build.over_peers("sum", handled), 2)
    program = Program({"share": share, "place": build.ahead([share], [True])})

    found = Evaluator(program).evaluate({MARCH: {"a": (30,), "b": (10,), "c": (60,)}})[MARCH]

    assert {agent: row.result("share") for agent, row in found.items()} == {
        "a": Fraction("0.3"),
        "b": Fraction("0.1"),
        "c": Fraction("0.6"),
    }
    assert {agent: row.result("place") for agent, row in found.items()} == {"a": 1, "b": 2, "c": 0}


def test_a_period_without_agents_has_no_values(build: Builder) -> None:
    program = Program({"it": build.ahead([build.input("score")], [True])})

    assert Evaluator(program).evaluate({MARCH: {}}) == {MARCH: {}}


def test_agents_come_in_the_order_of_their_ids_and_periods_in_that_of_the_calendar(build: Builder) -> None:
    program = Program({"it": build.input("p")})
    rows = {"b": (1,), "李": (1,), "B": (1,), "10": (1,), "9": (1,)}

    found = Evaluator(program).evaluate({month("2026-04"): rows, MARCH: rows})

    assert list(found) == [MARCH, month("2026-04")]
    assert list(found[MARCH]) == ["10", "9", "B", "b", "李"]


# --- History


def over_months(
    program: Program, name: str, rows: Mapping[str, Mapping[str, Row]]
) -> dict[str, dict[str, Known]]:
    """Return a result by agent and month."""
    found = Evaluator(program).evaluate({month(text): agents for text, agents in rows.items()})
    by_agent: dict[str, dict[str, Known]] = {}
    for period, agents in found.items():
        for agent, row in agents.items():
            by_agent.setdefault(agent, {})[str(period)] = row.result(name)
    return by_agent


def test_a_balance_is_carried_from_period_to_period(build: Builder) -> None:
    history = History(build)
    earned = build.input("earned")
    before = history.keep("balance", build.constant(0), lambda held: build.add(held, earned))
    program = Program({"before": before, "after": build.add(before, earned)}, history.states)

    rows: Mapping[str, Mapping[str, Row]] = {
        "2026-01": {"a": (5,)},
        "2026-02": {"a": (7,), "b": (100,)},
        "2026-03": {"a": (1,), "b": (1,)},
    }

    assert over_months(program, "after", rows) == {
        "a": {"2026-01": 5, "2026-02": 12, "2026-03": 13},
        "b": {"2026-02": 100, "2026-03": 101},
    }


def test_a_gap_is_stepped_over_with_its_inputs_unknown(build: Builder) -> None:
    history = History(build)
    earned = build.input("earned")
    # A period without a snapshot costs half of what is held.
    held = history.keep(
        "balance",
        build.constant(0),
        lambda held: build.choose(
            build.present(), build.add(held, earned), build.multiply(build.constant(Fraction(1, 2)), held)
        ),
    )
    program = Program({"held": held}, history.states)

    # a: 8 at the end of January; a half is lost in February and another in March; 2 + 3 in April.
    rows: Mapping[str, Mapping[str, Row]] = {
        "2026-01": {"a": (8,)},
        "2026-04": {"a": (3,), "b": (4,)},
        "2026-05": {"a": (0,), "b": (0,)},
    }

    assert over_months(program, "held", rows) == {
        "a": {"2026-01": 0, "2026-04": 2, "2026-05": 5},
        "b": {"2026-04": 0, "2026-05": 4},
    }


def test_a_gap_of_one_agent_is_no_gap_of_another(build: Builder) -> None:
    history = History(build)
    program = Program({"it": history.previous(build.input("p"))}, history.states)

    rows: Mapping[str, Mapping[str, Row]] = {
        "2026-01": {"a": (1,), "b": (10,)},
        "2026-02": {"b": (20,)},
        "2026-03": {"a": (3,), "b": (30,)},
    }

    assert over_months(program, "it", rows) == {
        "a": {"2026-01": None, "2026-03": None},
        "b": {"2026-01": None, "2026-02": 10, "2026-03": 20},
    }


def test_a_balance_whose_denominator_grows_stays_exact(build: Builder) -> None:
    history = History(build)
    third = build.constant(Fraction(1, 3))
    held = history.keep("balance", build.constant(1), lambda held: build.multiply(third, held))
    program = Program({"held": held}, history.states)

    rows: Mapping[str, Mapping[str, Row]] = {f"2026-{number:02}": {"a": ()} for number in (1, 2, 3, 5)}

    assert over_months(program, "held", rows)["a"] == {
        "2026-01": 1,
        "2026-02": Fraction(1, 3),
        "2026-03": Fraction(1, 9),
        "2026-05": Fraction(1, 81),
    }


def test_a_later_beginning_finds_the_initial_value_over_a_denominator_that_has_grown(build: Builder) -> None:
    history = History(build)
    half, start = build.constant(Fraction(1, 2)), build.constant(Fraction(3, 4))
    held = history.keep("balance", start, lambda held: build.multiply(half, held))
    program = Program({"held": held}, history.states)

    rows: Mapping[str, Mapping[str, Row]] = {"2026-01": {"a": ()}, "2026-02": {"a": (), "b": ()}}

    assert over_months(program, "held", rows) == {
        "a": {"2026-01": Fraction(3, 4), "2026-02": Fraction(3, 8)},
        "b": {"2026-02": Fraction(3, 4)},
    }


def test_what_is_left_comes_to_the_denominator_that_the_initial_value_needs(build: Builder) -> None:
    history = History(build)
    earned = build.input("earned")
    held = history.keep("last", build.constant(Fraction(1, 3)), lambda _: earned)
    program = Program({"held": held}, history.states)

    rows: Mapping[str, Mapping[str, Row]] = {"2026-01": {"a": (5,)}, "2026-02": {"a": (6,), "b": (7,)}}

    assert over_months(program, "held", rows) == {
        "a": {"2026-01": Fraction(1, 3), "2026-02": 5},
        "b": {"2026-02": Fraction(1, 3)},
    }


def test_what_a_gap_leaves_comes_to_the_denominator_that_a_snapshot_needs(build: Builder) -> None:
    history = History(build)
    # In cents where there is a snapshot, in whole numbers where there is none.
    left = build.default(build.input("money", places=2), build.constant(5))
    held = history.keep("last", build.constant(0), lambda _: left)
    program = Program({"held": held}, history.states)

    rows: Mapping[str, Mapping[str, Row]] = {
        "2026-01": {"a": (125,)},
        "2026-02": {"b": (1,)},
        "2026-03": {"a": (1,), "b": (1,)},
    }

    assert over_months(program, "held", rows) == {
        "a": {"2026-01": 0, "2026-03": 5},
        "b": {"2026-02": 0, "2026-03": Fraction("0.01")},
    }


def test_truths_are_carried_too(build: Builder) -> None:
    history = History(build)
    flag = build.flag("flag")
    ever = history.keep("ever", build.truth(False), lambda before: build.any_of(before, flag))  # noqa: FBT003 -- the value
    program = Program({"ever": ever}, history.states)

    rows: Mapping[str, Mapping[str, Row]] = {"2026-01": {"a": (True,)}, "2026-02": {"a": (False,)}}

    assert over_months(program, "ever", rows)["a"] == {"2026-01": False, "2026-02": True}


def test_a_slot_that_nobody_reads_does_no_harm(build: Builder) -> None:
    program = Program({"it": build.input("p")}, {"kept": build.input("p")})

    assert over_months(program, "it", {"2026-01": {"a": (1,)}, "2026-02": {"a": (2,)}})["a"] == {
        "2026-01": 1,
        "2026-02": 2,
    }


def test_a_rank_may_be_carried(build: Builder) -> None:
    history = History(build)
    place = build.ahead([build.input("score")], [True])
    program = Program({"before": history.previous(place)}, history.states)

    rows: Mapping[str, Mapping[str, Row]] = {
        "2026-01": {"a": (1,), "b": (2,)},
        "2026-02": {"a": (5,), "b": (5,)},
    }

    assert over_months(program, "before", rows) == {
        "a": {"2026-01": None, "2026-02": 1},
        "b": {"2026-01": None, "2026-02": 0},
    }


# --- One agent alone


def test_alone_an_agent_has_no_peers_and_no_history(build: Builder) -> None:
    history = History(build)
    score = build.input("score")
    place = build.ahead([score], [True])
    held = history.keep("held", build.constant(5), lambda held: held)
    nodes = {
        "place": place,
        "next": build.ahead([place], [True]),
        "held": held,
        "double": build.add(score, score),
    }
    evaluator = Evaluator(Program(nodes, history.states))

    row = evaluator.evaluate_one(MARCH, (21,))

    assert {name: row.result(name) for name in nodes} == {
        "place": None,
        "next": None,
        "held": None,
        "double": 42,
    }


def test_each_period_has_its_own_constants(build: Builder) -> None:
    from_march = build.period_truth(DateRange(MARCH.start, None))
    rate = build.choose(from_march, build.constant(3), build.constant(2))
    evaluator = Evaluator(Program({"it": build.multiply(rate, build.input("p"))}))

    found = [
        evaluator.evaluate_one(period, (10,)).result("it") for period in (month("2026-02"), MARCH, MARCH)
    ]

    assert found == [20, 30, 30]


def test_an_evaluator_says_what_it_needs(build: Builder) -> None:
    p, f = build.input("p"), build.flag("f")
    plain = Evaluator(Program({"it": build.choose(f, p, build.input("a"))}))
    among_peers = Evaluator(Program({"it": build.over_peers("sum", p)}))
    history = History(build)
    over_time = Evaluator(Program({"it": history.previous(p)}, history.states))

    assert plain.input_names == ("a", "f", "p")
    assert (plain.needs_peers, plain.needs_history) == (False, False)
    assert (among_peers.needs_peers, among_peers.needs_history) == (True, False)
    assert (over_time.needs_peers, over_time.needs_history) == (False, True)


# --- What a row tells


@pytest.fixture
def row(build: Builder) -> RowValues:
    money = build.input("money", places=2)
    program = Program(
        {"tenth": build.multiply(build.constant(Fraction("0.1")), money), "any": build.known(money)}
    )
    return Evaluator(program).evaluate_one(MARCH, (1234,))


def test_a_result_comes_as_a_fraction_or_as_integers(row: RowValues) -> None:
    assert (row.result("tenth"), row.scaled("tenth")) == (Fraction("1.234"), (1234, 1000))
    assert (row.result("any"), row.scaled("any")) == (True, (True, 1))


def test_a_name_that_is_no_result_is_an_error(row: RowValues) -> None:
    with pytest.raises(KeyError):
        row.result("hundredth")
    with pytest.raises(KeyError):
        row.scaled("hundredth")


def test_any_node_can_be_read_in_the_form_that_it_had_before_binding(build: Builder) -> None:
    limit = build.choose(
        build.period_truth(DateRange(MARCH.start, None)), build.constant(300), build.constant(200)
    )
    p = build.input("p")
    below = build.compare("<", p, limit)
    watched = build.multiply(p, p)

    row = Evaluator(Program({"it": build.choose(below, p, limit)}), [watched]).evaluate_one(MARCH, (250,))

    assert [row.value(node) for node in (limit, below, p, watched)] == [300, True, 250, 62_500]


def test_a_node_that_belongs_to_another_program_is_an_error(row: RowValues) -> None:
    with pytest.raises(KeyError):
        row.value(Builder().input("other"))


def test_a_group_result_that_the_period_does_not_need_can_still_be_read(build: Builder) -> None:
    peers = build.over_peers("sum", build.input("p"))
    later = build.period_truth(DateRange(month("2026-04").start, None))
    program = Program({"it": build.choose(later, peers, build.constant(0))})

    found = Evaluator(program).evaluate({MARCH: {"a": (1,), "b": (2,)}})[MARCH]["a"]

    assert (found.result("it"), found.value(peers)) == (0, 3)


def test_a_row_gives_the_interval_search_its_program_and_what_came_from_outside(build: Builder) -> None:
    history = History(build)
    score = build.input("score", places=1)
    place = build.ahead([score], [True])
    before = history.previous(score)
    total = build.add(score, place, build.default(before, build.constant(0)))
    evaluator = Evaluator(Program({"total": total}, history.states))
    rows: Mapping[Period, Mapping[str, Row]] = {
        MARCH: {"a": (10,), "b": (30,)},
        month("2026-04"): {"a": (20,), "b": (90,)},
    }

    found = evaluator.evaluate(rows)[month("2026-04")]["a"]
    lowered, from_outside = found.bound.lowered, found.bound.from_outside

    # In April a has 2.0 points, one agent ahead, and 1.0 from March.
    assert from_outside[lowered.inputs["score"]] == 20
    assert from_outside[lowered.carried[next(iter(history.states))]] == 10
    assert from_outside[lowered.peers[0].place] == 1
    # With 5.0 to 6.0 points it would have 7 to 8 in total.
    wide = {at: Interval.of(value) for at, value in from_outside.items()} | {
        lowered.inputs["score"]: Interval(50, 60)
    }
    assert bounds(lowered, wide)[found.place(total)] == Interval(70, 80)
    assert lowered.instructions[found.place(total)].operation is Operation.LINEAR


# --- Agents without their peers


def test_agents_alone_have_their_history_and_know_nothing_of_peers(build: Builder) -> None:
    history = History(build)
    score = build.input("score")
    nodes = {"ahead": build.ahead([score], [True]), "year": history.year_to_date(score)}
    january, february = month("2026-01"), month("2026-02")
    evaluator = Evaluator(Program(nodes, history.states))

    found = evaluator.evaluate({january: {"a": (3,), "b": (9,)}, february: {"a": (4,)}}, alone=True)

    # Nobody can say who is ahead of a; since January a has 3 + 4.
    assert [found[february]["a"].result(name) for name in nodes] == [None, 7]
    assert found[january]["b"].result("ahead") is None
    assert found[february]["a"].beside is None


# --- Threads


def test_threads_may_share_an_evaluator(build: Builder) -> None:
    history = History(build)
    p = build.input("p")
    rate = build.choose(
        build.period_truth(DateRange(MARCH.start, None)), build.constant(3), build.constant(2)
    )
    nodes = {
        "sum": history.year_to_date(p),
        "place": build.ahead([p], [True]),
        "pay": build.multiply(rate, p),
    }
    program = Program(nodes, history.states)
    periods = [month(f"2026-{number:02}") for number in range(1, 7)]
    rows = {period: {f"agent {number:02}": (number,) for number in range(20)} for period in periods}
    shared = Evaluator(program)
    together = Barrier(4)

    def work(_: int) -> Sequence[Known]:
        together.wait()
        found: list[Known] = []
        for _round in range(5):
            for period, agents in shared.evaluate(rows).items():
                for each in agents.values():
                    found += [each.result(name) for name in nodes]
                    found += [each.value(node) for node in nodes.values()]
                found.append(shared.evaluate_one(period, (7,)).result("pay"))
        return found

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(work, range(4))

    # In June the last agent has 6 * 19 since January, is first, and is paid 3 * 19; 7 alone would be paid 21.
    assert first[-7:] == [114, 0, 57, 114, 0, 57, 21]
    assert all(other == first for other in others)
