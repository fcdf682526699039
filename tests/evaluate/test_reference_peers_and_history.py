"""The specification of what a program means over several agents and periods, worked out by hand."""

from __future__ import annotations

from incentive_engine.evaluate.reference import Rows, evaluate
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node, Program
from tests.support.written import JANUARY, F, Written, by_month, month, over_agents, value

BUILD = Builder()
A, B = (BUILD.input(name, places=3) for name in "ab")
P = BUILD.flag("p")
ONE = BUILD.constant(1)
TEAM = BUILD.input("team")


def test_a_sum_over_peers_skips_the_unknown_and_stays_in_the_team() -> None:
    found = over_agents(
        BUILD.over_peers("sum", A, within=[TEAM]),
        ann={"team": "1", "a": "10"},
        bob={"team": "1", "a": "2.5"},
        cid={"team": "1", "a": None},
        dan={"team": "2", "a": "100"},
        eve={"team": None, "a": "1000"},
    )

    # Cid's own value is unknown, not what his team has; Eve has no team.
    assert found == {"ann": F("12.5"), "bob": F("12.5"), "cid": F("12.5"), "dan": 100, "eve": None}


def test_a_group_may_be_formed_by_several_values_and_truths() -> None:
    found = over_agents(
        BUILD.over_peers("sum", ONE, within=[TEAM, P]),
        ann={"team": "1", "p": True},
        bob={"team": "1", "p": True},
        cid={"team": "1", "p": False},
        dan={"team": "1", "p": None},
        eve={"team": "2", "p": True},
    )

    assert found == {"ann": 2, "bob": 2, "cid": 1, "dan": None, "eve": 1}


def test_only_those_for_whom_the_condition_is_true_are_members() -> None:
    agents: dict[str, Written] = {
        "ann": {"p": True, "a": "10"},
        "bob": {"p": False, "a": "20"},
        "cid": {"p": None, "a": "40"},
        "dan": {"p": True, "a": "80"},
    }

    # Whoever is no member sees what the members have all the same.
    assert set(over_agents(BUILD.over_peers("sum", A, where=P), **agents).values()) == {90}
    assert set(over_agents(BUILD.over_peers("lowest", A, where=P), **agents).values()) == {10}
    assert set(over_agents(BUILD.over_peers("highest", A, where=P), **agents).values()) == {80}


def test_the_sum_over_nobody_is_zero_and_the_extremes_of_nobody_are_unknown() -> None:
    assert value(BUILD.over_peers("sum", A), a=None) == 0
    assert value(BUILD.over_peers("lowest", A), a=None) is None
    assert value(BUILD.over_peers("highest", A), a=None) is None


def test_tied_agents_stand_at_the_same_place_and_the_next_one_behind_them_all() -> None:
    found = over_agents(
        BUILD.ahead([A], [True]),
        ann={"a": "90"},
        bob={"a": "95"},
        cid={"a": "95"},
        dan={"a": None},
        eve={"a": "80"},
    )

    # Places 3, 1, 1 and 4; nobody knows where Dan stands, and he stands before nobody.
    assert found == {"ann": 2, "bob": 0, "cid": 0, "dan": None, "eve": 3}


def test_a_second_key_decides_among_those_who_are_equal_by_the_first() -> None:
    found = over_agents(
        BUILD.ahead([A, B], [True, False]),
        ann={"a": "90", "b": "5"},
        bob={"a": "90", "b": "4"},
        cid={"a": "95", "b": "9"},
        dan={"a": "95", "b": None},
    )

    assert found == {"ann": 2, "bob": 1, "cid": 0, "dan": None}


def test_a_truth_may_be_a_key() -> None:
    found = over_agents(BUILD.ahead([P], [True]), ann={"p": False}, bob={"p": True}, cid={"p": True})

    assert found == {"ann": 2, "bob": 0, "cid": 0}


def test_ties_may_be_broken_by_the_agents_id_as_text() -> None:
    rows = {JANUARY: {agent: {"a": F(1)} for agent in ("9", "10", "b", "B")}}
    program = Program({"place": BUILD.ahead([A], [True], by_agent=True)})

    # In the order of characters: "10", "9", "B", "b"
    assert {agent: results["place"] for agent, results in evaluate(program, rows)[JANUARY].items()} == {
        "10": 0,
        "9": 1,
        "B": 2,
        "b": 3,
    }


def test_one_who_is_no_member_still_sees_who_stands_before() -> None:
    found = over_agents(
        BUILD.ahead([A], [True], where=P),
        ann={"a": "3", "p": True},
        bob={"a": "2", "p": False},
        cid={"a": "1", "p": True},
    )

    assert found == {"ann": 0, "bob": 1, "cid": 1}


def test_teams_may_be_counted_in_place_of_agents() -> None:
    found = over_agents(
        BUILD.ahead([A], [True], units=[TEAM]),
        ann={"a": "30", "team": "1"},
        bob={"a": "30", "team": "1"},
        cid={"a": "20", "team": "2"},
        dan={"a": "25", "team": None},
        eve={"a": "10", "team": "3"},
    )

    # Before Eve stand the teams 1 and 2; Dan has no team that could be counted.
    assert found == {"ann": 0, "bob": 0, "cid": 1, "dan": 1, "eve": 2}


def apportioned(amount: str, places: int, *, where: Node | None = None) -> Node:
    return BUILD.apportion(BUILD.constant(F(amount)), A, places=places, where=where)


def test_what_is_left_goes_one_step_each_to_the_largest_remainders() -> None:
    found = over_agents(apportioned("100", 2), ann={"a": "1"}, bob={"a": "1"}, cid={"a": "4"})

    # 16.6666…, 16.6666…, 66.6666… leave 2 cents; the remainders are equal, so the first two by id get them.
    assert found == {"ann": F("16.67"), "bob": F("16.67"), "cid": F("66.66")}
    assert sum(F(part or 0) for part in found.values()) == 100


def test_a_larger_remainder_comes_before_an_earlier_id() -> None:
    found = over_agents(apportioned("10", 0), ann={"a": "1"}, bob={"a": "2"}, cid={"a": "4"})

    # 10/7 = 1 and 3/7, 20/7 = 2 and 6/7, 40/7 = 5 and 5/7; two are left, for Bob and Cid.
    assert found == {"ann": 1, "bob": 3, "cid": 6}


def test_nobody_without_weight_gets_a_step_that_is_left() -> None:
    found = over_agents(apportioned("0.05", 2), ann={"a": "0"}, bob={"a": "0.5"}, cid={"a": "0.5"})

    assert found == {"ann": 0, "bob": F("0.03"), "cid": F("0.02")}


def test_what_is_less_than_a_step_is_not_shared_out() -> None:
    found = over_agents(apportioned("0.999", 1), ann={"a": "1"}, bob={"a": "1"}, cid={"a": "1"})

    assert found == {"ann": F("0.3"), "bob": F("0.3"), "cid": F("0.3")}


def test_one_who_does_not_share_gets_nothing_and_one_of_whom_it_is_unknown_gets_an_unknown_part() -> None:
    found = over_agents(
        apportioned("10", 0, where=P),
        ann={"a": "1", "p": True},
        bob={"a": "1", "p": False},
        cid={"a": "-1", "p": True},
        dan={"a": None, "p": True},
        eve={"a": "1", "p": None},
        fay={"a": "4", "p": True},
    )

    assert found == {"ann": 2, "bob": 0, "cid": 0, "dan": None, "eve": None, "fay": 8}


def test_nobody_has_a_part_of_what_cannot_be_shared_out() -> None:
    nobody = {"ann": None, "bob": None}

    # A negative amount, an unknown one, and nobody with a weight above zero
    assert over_agents(apportioned("-0.01", 2), ann={"a": "1"}, bob={"a": "-1"}) == nobody
    assert over_agents(BUILD.apportion(B, A, places=2), ann={"a": "1"}, bob={"a": "1"}) == nobody
    assert over_agents(apportioned("10", 2), ann={"a": "0"}, bob={"a": "-1"}) == nobody


def test_something_over_peers_may_be_built_on_something_over_peers() -> None:
    mean = BUILD.quotient(BUILD.over_peers("sum", A), BUILD.over_peers("sum", ONE), places=1)
    above_mean = BUILD.over_peers("sum", ONE, where=BUILD.compare(">", A, mean))

    # The mean of 1, 2 and 6 is 3; only Cid is above it.
    found = over_agents(above_mean, ann={"a": "1"}, bob={"a": "2"}, cid={"a": "6"})

    assert found == {"ann": 1, "bob": 1, "cid": 1}


# --- Several periods


def test_a_slot_holds_what_the_period_before_left_in_it() -> None:
    carried = BUILD.carried("balance", BUILD.constant(100))
    program = Program({"it": carried}, {"balance": BUILD.add(carried, A)})

    found = by_month(
        program,
        "ann",
        {"2026-01": {"ann": {"a": "5"}}, "2026-02": {"ann": {"a": "7"}}, "2026-03": {"ann": {"a": "1"}}},
    )

    assert found == {"2026-01": 100, "2026-02": 105, "2026-03": 112}


def test_everybody_has_a_history_of_their_own_that_begins_with_their_first_snapshot() -> None:
    carried = BUILD.carried("balance", BUILD.constant(0))
    program = Program({"it": carried}, {"balance": BUILD.add(carried, A)})
    rows = {
        "2026-01": {"ann": {"a": "5"}},
        "2026-02": {"ann": {"a": "7"}, "bob": {"a": "30"}},
        "2026-03": {"ann": {"a": "1"}, "bob": {"a": "40"}},
    }

    assert by_month(program, "ann", rows) == {"2026-01": 0, "2026-02": 5, "2026-03": 12}
    assert by_month(program, "bob", rows) == {"2026-02": 0, "2026-03": 30}


def test_a_gap_is_stepped_over_with_everything_unknown_but_the_calendar_and_the_slots() -> None:
    present = BUILD.present()
    seen = BUILD.known(A)
    grouped = BUILD.known(BUILD.over_peers("sum", ONE))
    count = BUILD.carried("gaps", BUILD.constant(0))
    days = BUILD.carried("days", BUILD.constant(0))
    empty = BUILD.all_of(BUILD.opposite(present), BUILD.opposite(seen), BUILD.opposite(grouped))
    program = Program(
        {"it": BUILD.add(BUILD.multiply(count, BUILD.constant(1000)), days)},
        {
            "gaps": BUILD.choose(empty, BUILD.add(count, ONE), count),
            "days": BUILD.add(days, BUILD.period_number("days")),
        },
    )
    rows = {
        "2026-01": {"ann": {"a": "1"}, "bob": {"a": "1"}},
        "2026-02": {"bob": {"a": "1"}},
        "2026-05": {"ann": {"a": "1"}},
    }

    # From January to May lie February, March and April without Ann: three gaps, 31 + 28 + 31 + 30 days.
    # April is a gap in everybody's data and counts all the same; Bob's history ends in February.
    assert by_month(program, "ann", rows) == {"2026-01": 0, "2026-05": 3120}
    assert by_month(program, "bob", rows) == {"2026-01": 0, "2026-02": 31}


def test_one_who_is_away_is_nobodys_peer() -> None:
    program = Program({"it": BUILD.over_peers("sum", A)})
    rows = {
        "2026-01": {"ann": {"a": "1"}, "bob": {"a": "10"}},
        "2026-02": {"bob": {"a": "20"}},
        "2026-03": {"ann": {"a": "3"}, "bob": {"a": "30"}},
    }

    assert by_month(program, "bob", rows) == {"2026-01": 11, "2026-02": 20, "2026-03": 33}


def test_a_population_without_rows_has_no_decisions() -> None:
    program = Program({"it": ONE})

    assert evaluate(program, {}) == {}
    assert evaluate(program, {JANUARY: {}}) == {JANUARY: {}}


def test_decisions_come_in_the_order_of_periods_and_agent_ids() -> None:
    rows: Rows = {month(text): {agent: {} for agent in ("b", "9", "10")} for text in ("2026-02", "2026-01")}

    decided = evaluate(Program({"it": ONE}), rows)

    assert [str(period) for period in decided] == ["2026-01", "2026-02"]
    assert [list(agents) for agents in decided.values()] == [["10", "9", "b"]] * 2
