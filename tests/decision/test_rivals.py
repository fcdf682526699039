"""While one agent's values vary, what it gets among its peers is bounded, and exact for single values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.decision.search import Found, nearest_value
from incentive_engine.evaluate.periods import Evaluator, RowValues
from incentive_engine.graph.bounds import Interval
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node, Program
from tests.decision.test_search import ENOUGH, by_distance, cone_of, tried_one_by_one, verdict_on
from tests.support.draws import draws
from tests.support.written import JANUARY

BUILD = Builder()
SCORE, OTHER, TEAM = (BUILD.input(name) for name in ("score", "other", "team"))
MEMBER = BUILD.flag("member")
TEN = BUILD.constant(10)
TENS = BUILD.round(BUILD.multiply(SCORE, BUILD.inverse(TEN)), 0)

# By name, what an agent gets among its peers; `score` is what varies.
RESULTS: dict[str, Node] = {
    "place": BUILD.ahead([SCORE], [True]),
    "place of the lowest": BUILD.ahead([SCORE], [False]),
    "place by two keys": BUILD.ahead([TENS, OTHER], [True, False]),
    "place in the team": BUILD.ahead([SCORE], [True], within=[TEAM]),
    "place among members": BUILD.ahead([SCORE], [True], where=MEMBER),
    "place with ties broken by id": BUILD.ahead([SCORE], [True], by_agent=True),
    "place among the teams": BUILD.ahead([SCORE], [True], units=[TEAM]),
    "place in a group that moves with the score": BUILD.ahead([OTHER], [True], within=[TENS]),
    "place by a key that may be unknown": BUILD.ahead(
        [BUILD.choose(BUILD.compare("<", SCORE, TEN), BUILD.unknown(), SCORE)], [True]
    ),
    "sum": BUILD.over_peers("sum", SCORE),
    "sum of the members of the team": BUILD.over_peers("sum", SCORE, within=[TEAM], where=MEMBER),
    "how many have the same score": BUILD.over_peers("sum", BUILD.constant(1), within=[TEAM, SCORE]),
    "sum in a group that moves with the score": BUILD.over_peers(
        "sum", BUILD.subtract(OTHER, TEN), within=[TENS], where=MEMBER
    ),
    "sum in a group that may be unknown": BUILD.over_peers(
        "sum",
        SCORE,
        within=[BUILD.choose(BUILD.compare("<", SCORE, TEN), BUILD.unknown(), OTHER), TENS],
    ),
    "highest in a group that moves with the score": BUILD.over_peers("highest", OTHER, within=[TENS]),
    "lowest": BUILD.over_peers("lowest", SCORE),
    "highest": BUILD.over_peers("highest", SCORE, within=[TEAM]),
    "lowest of those who pass": BUILD.over_peers("lowest", OTHER, where=BUILD.compare("<", TEN, SCORE)),
    "highest among those who may pass": BUILD.over_peers(
        "highest",
        SCORE,
        where=BUILD.choose(BUILD.compare("<", SCORE, TEN), BUILD.unknown(boolean=True), MEMBER),
    ),
    "part of a hundred": BUILD.apportion(BUILD.constant(100), SCORE, places=0),
    "part of a hundred in the team": BUILD.apportion(BUILD.constant(100), SCORE, places=0, within=[TEAM]),
    "place by what is left of the sum": BUILD.ahead(
        [BUILD.add(BUILD.over_peers("sum", OTHER), SCORE)], [True], within=[TEAM]
    ),
}

Agents: TypeAlias = Mapping[str, tuple[int | bool | None, ...]]

MAYBE = st.integers(0, 30) | st.none()
AGENTS = st.dictionaries(
    st.sampled_from(["ann", "bob", "cam", "dan", "eve"]),
    st.tuples(MAYBE, MAYBE, st.sampled_from([1, 2, None]), st.sampled_from([True, False, None])),
    min_size=1,
)


def evaluated(result: Node, agents: Agents) -> dict[str, RowValues]:
    program = Program({"it": result, "score": SCORE, "other": OTHER, "team": TEAM, "member": MEMBER})
    evaluator = Evaluator(program)
    rows = {
        agent: tuple(
            dict(zip(("score", "other", "team", "member"), values, strict=True))[name]
            for name in evaluator.input_names
        )
        for agent, values in agents.items()
    }
    return evaluator.evaluate({JANUARY: rows})[JANUARY]


@pytest.mark.parametrize("name", RESULTS)
@settings(max_examples=draws(40))
@given(data=st.data())
def test_the_search_among_peers_finds_what_trying_every_value_finds(name: str, data: st.DataObject) -> None:
    agents = data.draw(AGENTS)
    agent = data.draw(st.sampled_from(sorted(agents)))
    agents = {**agents, agent: (data.draw(st.integers(0, 30)), *agents[agent][1:])}
    limit = BUILD.constant(data.draw(st.integers(0, 60)))
    goals: list[Callable[[Node], Node]] = [
        lambda result: BUILD.compare("<=", result, limit),
        lambda result: BUILD.compare("==", result, limit),
        lambda result: result,
    ]
    goal = data.draw(st.sampled_from(goals))(RESULTS[name])
    values = evaluated(goal, agents)[agent]
    present = values.bound.from_outside[values.bound.lowered.inputs["score"]]
    assert present is not None
    between, verdict = cone_of(values, goal, "score"), verdict_on(values, goal)

    if between is not None and verdict is not None:
        found = nearest_value(between, present, 0, 40, verdict, ENOUGH)

        assert found == Found(
            tried_one_by_one(values, goal, "score", by_distance(present, 0, 40)), proven=True
        )


def goal_over(result: Node, agents: Agents, score: Interval) -> Interval:
    """Return what a result may be for ann while her score lies in an interval."""
    between = cone_of(evaluated(result, agents)["ann"], result, "score")
    assert between is not None
    return between.goal(score)


TEAM_OF_FOUR: Agents = {
    "ann": (5, 1, 1, True),
    "bob": (20, 2, 1, True),
    "cam": (10, 3, 1, True),
    "dan": (None, 4, 1, True),
}


def test_between_two_scores_an_agent_is_behind_those_above_the_better_and_perhaps_those_above_the_worse() -> (
    None
):
    # At 15 only bob (20) is ahead, at 5 cam (10) as well; dan has no score and counts for nobody.
    assert goal_over(RESULTS["place"], TEAM_OF_FOUR, Interval(5, 15)) == Interval(1, 2)


def test_a_group_that_moves_with_the_score_tells_nothing_for_several_scores_but_all_for_one() -> None:
    result = RESULTS["place in a group that moves with the score"]
    others = {**TEAM_OF_FOUR, "eve": (12, 9, 1, True)}

    assert goal_over(result, others, Interval(5, 15)) == Interval(None, None, may_be_unknown=True)
    # At 11 the tens are 1, as those of cam and eve are; both have more of the other metric than ann's 1.
    assert goal_over(result, others, Interval(11, 11)) == Interval(2, 2)


def test_a_key_that_is_never_known_has_no_place() -> None:
    result = RESULTS["place by a key that may be unknown"]

    assert not goal_over(result, TEAM_OF_FOUR, Interval(0, 9)).may_be_known
    # From 9 to 12 the key may be unknown; at 10 bob alone is ahead, because a tie is not ahead.
    assert goal_over(result, TEAM_OF_FOUR, Interval(9, 12)).may_be_unknown


def test_a_sum_is_the_others_part_beside_ones_own() -> None:
    # Bob and cam have 30 together, dan has no score.
    assert goal_over(RESULTS["sum"], TEAM_OF_FOUR, Interval(5, 15)) == Interval(35, 45)
    assert goal_over(RESULTS["lowest"], TEAM_OF_FOUR, Interval(5, 15)) == Interval(5, 10)
    assert goal_over(RESULTS["highest"], TEAM_OF_FOUR, Interval(5, 25)) == Interval(20, 25)


def test_a_sum_in_a_group_that_moves_with_the_score_has_all_who_may_be_in_it_or_none() -> None:
    same_score = RESULTS["how many have the same score"]
    # Ann herself, and cam with 10 points if she gets there.
    assert goal_over(same_score, TEAM_OF_FOUR, Interval(5, 15)) == Interval(1, 2)
    assert goal_over(same_score, TEAM_OF_FOUR, Interval(11, 19)) == Interval(1, 1)
    assert goal_over(same_score, TEAM_OF_FOUR, Interval(10, 10)) == Interval(2, 2)
    # From 5 to 15 the tens are 1, as cam's are, or 2, as bob's are. Ann has -9, bob -8 and cam -7.
    less_than_ten = RESULTS["sum in a group that moves with the score"]
    assert goal_over(less_than_ten, TEAM_OF_FOUR, Interval(5, 15)) == Interval(-24, -9)


def test_where_the_group_may_be_unknown_so_may_be_its_sum() -> None:
    result = RESULTS["sum in a group that may be unknown"]

    assert goal_over(result, TEAM_OF_FOUR, Interval(9, 12)).may_be_unknown
    assert not goal_over(result, TEAM_OF_FOUR, Interval(10, 12)).may_be_unknown
    assert not goal_over(result, TEAM_OF_FOUR, Interval(8, 9)).may_be_known


def test_of_a_group_without_others_the_lowest_is_ones_own() -> None:
    alone: Agents = {"ann": (5, 1, 1, True)}

    assert goal_over(RESULTS["lowest"], alone, Interval(5, 15)) == Interval(5, 15)


def test_parts_of_a_whole_are_told_for_single_scores_only() -> None:
    # 10 of 10 + 20 + 10 points of weight are a quarter of a hundred.
    assert goal_over(RESULTS["part of a hundred"], TEAM_OF_FOUR, Interval(10, 10)) == Interval(25, 25)
    several = goal_over(RESULTS["part of a hundred"], TEAM_OF_FOUR, Interval(9, 10))
    assert several == Interval(None, None, may_be_unknown=True)
