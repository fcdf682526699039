"""Star awards: who competes, who is ahead, and what ties, shares, rest and teams come to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine.ruleset.problems import Problem
from tests.kinds.deciding import Agents, Given, Trial, codes_of, decide, problems_of
from tests.support.draws import draws

FACTS = """
attributes:
  team: text
  site: text
  level: [junior, senior]
  base: money
metrics:
  score: {type: number, better: higher}
  csat: {type: ratio, better: higher}
  minutes: {type: duration, better: lower}
  handled: {type: count}
rules:
"""


def award(fields: str) -> str:
    """Return a ruleset with one star award."""
    return f"{FACTS}  - {{id: star, kind: star_award, {fields}}}\n"


def ranked(prizes: str, ties: str = "share_prizes", more: str = "") -> str:
    """Return a ruleset that ranks by the highest score."""
    return award(f"rank_by: [{{highest: score}}], ties: {ties}, prizes: {prizes}{more}")


def scores(**agents: int | str | None) -> dict[str, dict[str, Given]]:
    """Return agents of one team with their scores."""
    return {agent: {"team": "red", "score": score} for agent, score in agents.items()}


def paid(trial: Trial, period: str = "2026-01") -> dict[str, str | None]:
    """Return what each agent gets, as text."""
    return {
        agent: None if amount is None else f"{amount:f}"
        for agent, amount in trial.amounts("star", period).items()
    }


def places(trial: Trial, period: str = "2026-01") -> dict[str, Fraction | bool | None]:
    """Return each agent's place."""
    return {agent: trial.line("star", agent, period)["place"] for agent in trial.amounts("star", period)}


def problem(fields: str) -> Problem:
    (found,) = problems_of(award(fields))
    return found


# --- Places and prizes


def test_prizes_go_by_place_and_the_rest_gets_nothing() -> None:
    trial = decide(
        ranked("[{pay: 500}, {places: 2, pay: 300}, {pay: 100}]"), jan=scores(A=1, B=5, C=4, D=3, E=2)
    )
    assert paid(trial) == {"A": "0", "B": "500", "C": "300", "D": "300", "E": "100"}
    assert places(trial) == {"A": 5, "B": 1, "C": 2, "D": 3, "E": 4}
    assert trial.line("star", "C")["wins"] is True
    assert trial.line("star", "A")["wins"] is False
    assert trial.line("star", "D").told()[-2:] == ["The prize for places 2 to 3 is 300 each.", "Wins 300."]


def test_the_published_contest_costs_what_its_prizes_add_up_to() -> None:
    # cn-contest-360docs: 1 x 500, 2 x 300, 3 x 100 = 1400; two excellent agents at 200 each = 400, for those
    # with an attendance of at least 95 % (here: who handled at least 95), by satisfaction.
    six = scores(A=9, B=8, C=7, D=6, E=5, F=4, G=3)
    trial = decide(ranked("[{pay: 500}, {places: 2, pay: 300}, {places: 3, pay: 100}]", "all_win"), jan=six)
    assert paid(trial) == {"A": "500", "B": "300", "C": "300", "D": "100", "E": "100", "F": "100", "G": "0"}
    text = award(
        "when: handled >= 95, rank_by: [{highest: csat}], ties: all_win, prizes: [{places: 2, pay: 200}]"
    )
    agents: Agents = {
        "A": {"handled": 94, "csat": "0.99"},
        "B": {"handled": 95, "csat": "0.91"},
        "C": {"handled": 96, "csat": "0.92"},
        "D": {"handled": 97, "csat": "0.90"},
    }
    assert paid(decide(text, jan=agents)) == {"A": "0", "B": "200", "C": "200", "D": "0"}


def test_the_lowest_wins_where_the_ruleset_says_so_and_the_next_key_decides_among_equals() -> None:
    text = award(
        "rank_by: [{highest: csat}, {lowest: minutes}], ties: share_prizes, prizes: [{pay: 500}, {pay: 300}]"
    )
    agents: Agents = {
        "A": {"csat": "0.9", "minutes": 300},
        "B": {"csat": "0.9", "minutes": 240},
        "C": {"csat": "0.8", "minutes": 60},
    }
    trial = decide(text, jan=agents)
    assert paid(trial) == {"A": "300", "B": "500", "C": "0"}
    assert trial.line("star", "B").told() == [
        "Ranked by `csat`, the highest first: 0.9.",
        "Ranked by `minutes`, the lowest first: 240.",
        "Place 1 of 3.",
        "The prize for place 1 is 500.",
        "Wins 500.",
    ]
    assert trial.line("star", "C").told()[-1] == "No prize for this place."
    assert trial.line("star", "C").told("zh")[-1] == "该名次没有奖励。"


def test_each_group_has_its_own_places_and_prizes() -> None:
    agents: Agents = {
        "A": {"team": "red", "score": 1},
        "B": {"team": "red", "score": 2},
        "C": {"team": "blue", "score": 1},
        "D": {"team": None, "score": 9},
    }
    trial = decide(ranked("[{pay: 500}]", more=", within: team"), jan=agents)
    # D has no team, so that nobody knows whom D competes with.
    assert paid(trial) == {"A": "0", "B": "500", "C": "500", "D": None}
    assert trial.line("star", "D").undetermined


def test_groups_may_be_made_by_several_attributes() -> None:
    agents: Agents = {
        "A": {"team": "red", "level": "junior", "score": 1},
        "B": {"team": "red", "level": "senior", "score": 2},
        "C": {"team": "red", "level": "junior", "score": 3},
    }
    trial = decide(ranked("[{pay: 500}]", more=", within: [team, level]"), jan=agents)
    assert paid(trial) == {"A": "0", "B": "500", "C": "500"}


def test_a_share_of_those_who_compete_wins_rounded_down() -> None:
    # 25 % of 7 = 1.75, so one wins; 25 % of 8 = 2.
    seven = scores(A=1, B=2, C=3, D=4, E=5, F=6, G=7)
    text = ranked("[{share: 25%, pay: 100}]", "all_win")
    assert [agent for agent, money in paid(decide(text, jan=seven)).items() if money == "100"] == ["G"]
    eight = seven | scores(H=8)
    assert [agent for agent, money in paid(decide(text, jan=eight)).items() if money == "100"] == ["G", "H"]


def test_a_share_can_have_a_least_number_of_winners() -> None:
    # 10 % of 3 = 0.3 rounds down to none, at least 1; then the next place has the next prize.
    text = ranked("[{share: 10%, at_least: 1, pay: 1000}, {pay: 300}]")
    assert paid(decide(text, jan=scores(A=1, B=2, C=3))) == {"A": "0", "B": "300", "C": "1000"}


def test_a_share_without_a_least_number_may_go_to_nobody() -> None:
    text = ranked("[{share: 10%, pay: 1000}, {pay: 300}]")
    assert paid(decide(text, jan=scores(A=1, B=2, C=3))) == {"A": "0", "B": "0", "C": "300"}


@pytest.mark.parametrize(("of", "winners"), [("handled", 1), ("0 - handled", 0), ("handled * 0.5", 1)])
def test_a_share_by_a_formula_stays_between_nobody_and_everybody(of: str, winners: int) -> None:
    # With 2 handled the formula gives 200 %, -200 % and 100 %.
    agents: Agents = {"A": {"score": 1, "handled": 2}}
    found = paid(decide(ranked(f"[{{share: {of}, pay: 100}}]", "all_win"), jan=agents))
    assert list(found.values()) == ["100" if winners else "0"]


def test_a_prize_may_depend_on_the_winner() -> None:
    text = ranked("[{pay: {by: level, junior: 300, senior: 500}}, {pay: 10% * base}]", "all_win")
    agents: Agents = {
        "A": {"score": 2, "level": "senior", "base": 5000},
        "B": {"score": 1, "level": "junior", "base": "4000.05"},
    }
    # 10 % of 4000.05 = 400.005, half up to 400.01
    assert paid(decide(text, jan=agents)) == {"A": "500", "B": "400.01"}


def test_recognition_needs_no_money_and_is_named_once() -> None:
    prizes = (
        "[{pay: 500, recognise: [praise, {en: promotion, zh: 晋升优先}]}, {places: 2, recognise: praise}]"
    )
    trial = decide(ranked(prizes), jan=scores(A=5, B=4, C=3, D=2))
    assert [trial.line("star", agent).recognitions for agent in "ABCD"] == [
        ["praise", "promotion"],
        ["praise"],
        ["praise"],
        [],
    ]
    assert paid(trial) == {"A": "500", "B": "0", "C": "0", "D": "0"}
    assert trial.line("star", "B")["wins"] is True
    assert trial.line("star", "A").told("zh")[-2:] == ["第 1 名的奖金为 500。", "获得奖金 500。"]
    assert trial.line("star", "B").told()[-1] == "Places 2 to 3 are recognised."


# --- Ties


def test_shared_prizes_are_those_of_the_places_that_the_tied_take_up() -> None:
    # tie-pooled-gsn: 25 + 15 + 8 = 48 for three tied for the first place, 16 each; the next has the fourth
    # prize.
    trial = decide(ranked("[{pay: 25}, {pay: 15}, {pay: 8}, {pay: 4}]"), jan=scores(A=7, B=7, C=7, D=6, E=5))
    assert paid(trial) == {"A": "16", "B": "16", "C": "16", "D": "4", "E": "0"}
    assert trial.line("star", "B").told()[2] == (
        "3 are tied: the prizes of their places are added up and shared equally."
    )


def test_a_single_prize_is_divided_among_the_tied() -> None:
    # tie-pooled-gsn: a single prize is divided. 1000 / 3 = 333.33 and one cent over, which A gets.
    trial = decide(ranked("[{pay: 1000}]"), jan=scores(C=7, B=7, A=7, D=6))
    assert paid(trial) == {"C": "333.33", "B": "333.33", "A": "333.34", "D": "0"}


def test_the_tied_at_the_last_prize_share_it() -> None:
    # Places 2 to 4: 100 and nothing and nothing. 100 / 3 = 33.33, one cent over.
    trial = decide(ranked("[{pay: 500}, {pay: 100}]"), jan=scores(A=9, B=7, C=7, D=7))
    assert paid(trial) == {"A": "500", "B": "33.34", "C": "33.33", "D": "33.33"}


def test_all_who_are_tied_may_win_the_whole() -> None:
    trial = decide(ranked("[{pay: 500}, {pay: 300}, {pay: 100}]", "all_win"), jan=scores(A=9, B=9, C=8, D=7))
    assert paid(trial) == {"A": "500", "B": "500", "C": "100", "D": "0"}
    assert trial.line("star", "A").told()[2] == "2 are tied: each wins the whole prize."


def test_none_of_the_tied_may_win() -> None:
    trial = decide(ranked("[{pay: 500}, {pay: 300}, {pay: 100}]", "none_win"), jan=scores(A=9, B=9, C=8, D=7))
    assert paid(trial) == {"A": "0", "B": "0", "C": "100", "D": "0"}
    assert trial.line("star", "A")["wins"] is False
    assert trial.line("star", "A").told()[2:] == [
        "2 are tied: none of them wins.",
        "No prize for this place.",
    ]


def test_places_count_as_in_a_competition() -> None:
    # tie-rank-conventions: 500, 500, 480, 470, 470, 430 are places 1, 1, 3, 4, 4, 6. The source's other two
    # numberings are not offered: 1, 1, 2, ... has no money for the place in between, and 1, 2, 3, ... needs a
    # further key of `rank_by`.
    trial = decide(ranked("[{pay: 1}]"), jan=scores(A=500, B=500, C=480, D=470, E=470, F=430))
    assert places(trial) == {"A": 1, "B": 1, "C": 3, "D": 4, "E": 4, "F": 6}


# --- Who competes


def test_those_who_are_not_eligible_take_no_place() -> None:
    agents = scores(A=9, B=8, C=7)
    agents["A"]["handled"], agents["B"]["handled"], agents["C"]["handled"] = 299, 300, 301
    trial = decide(ranked("[{pay: 500}]", more=", when: handled >= 300"), jan=agents)
    assert paid(trial) == {"A": "0", "B": "500", "C": "0"}
    assert places(trial) == {"A": None, "B": 1, "C": 2}
    line = trial.line("star", "A")
    assert (line["wins"], line.undetermined) == (False, False)
    assert line.told() == ["Does not compete: `handled >= 300` does not hold."]


def test_those_out_of_scope_are_nobodys_rivals() -> None:
    agents: Agents = {"A": {"score": 9, "level": "senior"}, "B": {"score": 1, "level": "junior"}}
    trial = decide(ranked("[{pay: 500}]", more=', applies_to: level == "junior"'), jan=agents)
    assert f"{trial.line('star', 'B').final:f}" == "500"
    assert f"{trial.line('star', 'A').final:f}" == "0"


def test_those_who_cannot_be_ranked_are_left_out_and_counted() -> None:
    agents = scores(A=None, B=8, C=7)
    trial = decide(ranked("[{pay: 500}, {pay: 300}]"), jan=agents)
    assert paid(trial) == {"A": None, "B": "500", "C": "300"}
    left_out = trial.line("star", "A")
    assert (left_out["place"], left_out["wins"], left_out.undetermined) == (None, None, True)
    assert left_out.told() == [
        "Ranked by `score`, which is unknown.",
        "Left out of the ranking, because something that decides it is unknown.",
        "Left out, because they could not be ranked: 1 of the group.",
    ]
    assert trial.line("star", "B").told()[1:3] == [
        "Place 1 of 2.",
        "Left out, because they could not be ranked: 1 of the group.",
    ]


def test_those_whose_eligibility_is_unknown_are_left_out() -> None:
    agents = scores(A=9, B=8)
    agents["B"]["handled"] = 300
    trial = decide(ranked("[{pay: 500}]", more=", when: handled >= 300"), jan=agents)
    assert paid(trial) == {"A": None, "B": "500"}


def test_one_who_is_not_eligible_anyway_need_not_be_ranked() -> None:
    agents = scores(A=None, B=8)
    agents["A"]["handled"], agents["B"]["handled"] = 0, 300
    trial = decide(ranked("[{pay: 500}]", more=", when: handled >= 300, if_unknown: hold_group"), jan=agents)
    assert paid(trial) == {"A": "0", "B": "500"}


def test_a_group_can_wait_for_those_who_cannot_be_ranked() -> None:
    agents: Agents = {
        "A": {"team": "red", "score": None},
        "B": {"team": "red", "score": 8},
        "C": {"team": "blue", "score": 7},
    }
    trial = decide(
        ranked("[{pay: 500, recognise: praise}]", more=", within: team, if_unknown: hold_group, at_least: 1"),
        jan=agents,
    )
    assert paid(trial) == {"A": None, "B": None, "C": "500"}
    assert trial.line("star", "B")["wins"] is None
    assert trial.line("star", "B").recognitions == []
    assert (
        trial.line("star", "B").told()[2]
        == "The prizes wait, because not all could be ranked: 1 of the group could not."
    )
    assert trial.line("star", "C").recognitions == ["praise"]


def test_there_is_no_prize_where_too_few_compete() -> None:
    text = ranked("[{pay: 500}]", more=", at_least: 3")
    assert paid(decide(text, jan=scores(A=9, B=8, C=None))) == {"A": "0", "B": "0", "C": None}
    assert paid(decide(text, jan=scores(A=9, B=8, C=7)))["A"] == "500"
    told = decide(text, jan=scores(A=9, B=8)).line("star", "A").told()
    assert told[2:] == [
        "No prizes: at least 3 have to compete, and the number of those who do is 2.",
        "No prize for this place.",
    ]


# --- Rest


def winners(trial: Trial, months: int) -> list[str]:
    """Return who has won, month by month."""
    found = []
    for month in range(1, months + 1):
        period = f"2026-{month:02}"
        found.append(
            "".join(agent for agent, money in paid(trial, period).items() if money not in (None, "0"))
        )
    return found


def test_a_winner_rests_for_three_periods_and_the_next_moves_up() -> None:
    each_month = scores(A=9, B=8, C=7, D=6, E=5)
    trial = decide(
        ranked("[{pay: 500}]", more=", rest: 3 periods"),
        **dict.fromkeys(("jan", "feb", "mar", "apr", "may", "jun"), each_month),
    )
    assert winners(trial, 6) == ["A", "B", "C", "D", "A", "B"]
    assert trial.line("star", "A", "2026-02").told()[0] == (
        "Does not compete: has won before and still rests; periods left, this one included: 3."
    )
    assert trial.line("star", "A", "2026-05").told()[0] == "Ranked by `score`, the highest first: 9."


def test_a_period_without_a_snapshot_counts_as_rest() -> None:
    everybody = scores(A=9, B=8, C=7)
    without_a = scores(B=8, C=7)
    trial = decide(
        ranked("[{pay: 500}]", more=", rest: 2 periods"),
        jan=everybody,
        feb=without_a,
        mar=everybody,
        apr=everybody,
    )
    assert winners(trial, 4) == ["A", "B", "C", "A"]


def test_one_who_was_left_out_has_not_won_and_does_not_rest() -> None:
    trial = decide(
        ranked("[{pay: 500}]", more=", rest: 2 periods"), jan=scores(A=None, B=8), feb=scores(A=9, B=8)
    )
    assert winners(trial, 2) == ["B", "A"]


def test_a_winner_whose_prize_waits_for_a_person_rests_and_one_whose_group_waits_does_not() -> None:
    held = decide(
        ranked("[{pay: 500}]", more=", rest: 2 periods, hold_when: score == 9"),
        jan=scores(A=9, B=8),
        feb=scores(A=9, B=8),
    )
    assert [held.line("star", agent, "2026-01").held for agent in "AB"] == [True, False]
    assert held.line("star", "B", "2026-02").final == 500
    waiting = decide(
        ranked("[{pay: 500}]", more=", rest: 2 periods, if_unknown: hold_group"),
        jan=scores(A=9, B=None),
        feb=scores(A=9, B=8),
    )
    assert waiting.line("star", "A", "2026-01").undetermined
    assert winners(waiting, 2)[1] == "A"


# --- Teams


def team_award(prizes: str, more: str = "", ties: str = "share_prizes") -> str:
    key = "group_mean(score, within=team)"
    return award(f"compete: team, rank_by: [{{highest: '{key}'}}], ties: {ties}, prizes: {prizes}{more}")


def member(team: str | None, score: int | None, **more: Given) -> Mapping[str, Given]:
    return {"team": team, "score": score, **more}


TEAMS: Agents = {
    "A": member("red", 9, handled=10),
    "B": member("red", 5, handled=20),  # red: (9 + 5) / 2 = 7
    "C": member("blue", 8, handled=1),
    "D": member("blue", 7, handled=1),
    "E": member("blue", 9, handled=1),  # blue: (8 + 7 + 9) / 3 = 8
    "F": member("green", 1, handled=1),  # green: 1
}


def test_teams_are_ranked_and_their_prizes_split_equally_to_the_cent() -> None:
    trial = decide(team_award("[{pay: 1000}, {pay: 500}]"), jan=TEAMS)
    # 1000 / 3 = 333.33 and a cent over, which goes to the first by id: C.
    assert paid(trial) == {"A": "250", "B": "250", "C": "333.34", "D": "333.33", "E": "333.33", "F": "0"}
    assert places(trial) == {"A": 2, "B": 2, "C": 1, "D": 1, "E": 1, "F": 3}
    assert trial.line("star", "D").told()[1:] == [
        "The team's place is 1 of 3.",
        "The prize for place 1 is 1000.",
        "The team's 1000 are split equally among its members who compete.",
        "Wins 333.33.",
    ]


def test_a_teams_prize_may_be_split_by_what_its_members_did() -> None:
    trial = decide(team_award("[{pay: 1000}, {pay: 500}]", ", split: {by: handled}"), jan=TEAMS)
    # red: 500 x 10 / 30 = 166.666..., 500 x 20 / 30 = 333.333...: 166.66 + 333.33, and the cent to A
    assert (paid(trial)["A"], paid(trial)["B"]) == ("166.67", "333.33")
    assert trial.line("star", "B").told()[-2] == (
        "The team's 500 are split among its members who compete in proportion to `handled`, here 20."
    )
    assert len(trial.line("star", "B").parts_of("The team's 500")) == 1


def test_equally_may_be_written_out() -> None:
    assert paid(decide(team_award("[{pay: 500}]", ", split: equally"), jan=TEAMS)) == paid(
        decide(team_award("[{pay: 500}]"), jan=TEAMS)
    )


def test_only_eligible_members_share_and_a_team_without_any_does_not_compete() -> None:
    trial = decide(team_award("[{pay: 1000}, {pay: 500}]", ", when: handled >= 10"), jan=TEAMS)
    assert paid(trial) == {"A": "500", "B": "500", "C": "0", "D": "0", "E": "0", "F": "0"}
    assert places(trial)["C"] is None


def test_a_member_whose_part_is_unknown_is_left_out() -> None:
    agents = {**TEAMS, "C": member("blue", 8, handled=None)}
    trial = decide(team_award("[{pay: 1000}]", ", split: {by: handled}"), jan=agents)
    assert (paid(trial)["C"], paid(trial)["D"], paid(trial)["E"]) == (None, "500", "500")


def test_tied_teams_share_their_prizes_to_the_cent() -> None:
    agents: Agents = {
        "A": member("blue", 7),
        "B": member("red", 7),
        "C": member("blue", 7),
        "D": member("green", 3),
        "E": member("red", 7),
    }
    # Two teams share 100.01 + 50 = 150.01: 75.00 each and a cent over, which the team of A gets.
    # blue: 75.01 / 2 = 37.50, and the cent to A; red: 75.00 / 2 = 37.50.
    trial = decide(team_award("[{pay: 100.01}, {pay: 50}, {pay: 10}]"), jan=agents)
    assert paid(trial) == {"A": "37.51", "B": "37.5", "C": "37.5", "D": "10", "E": "37.5"}
    assert trial.line("star", "A").told()[2] == (
        "2 are tied: the prizes of their places are added up and shared equally."
    )


def test_as_many_teams_win_as_the_share_of_teams_says() -> None:
    # 67 % of 3 teams = 2.01, so two.
    trial = decide(team_award("[{share: 67%, pay: 90}]"), jan=TEAMS)
    assert paid(trial) == {"A": "45", "B": "45", "C": "30", "D": "30", "E": "30", "F": "0"}


def test_at_least_counts_teams_where_teams_compete() -> None:
    assert set(paid(decide(team_award("[{pay: 90}]", ", at_least: 4"), jan=TEAMS)).values()) == {"0"}
    assert paid(decide(team_award("[{pay: 90}]", ", at_least: 3"), jan=TEAMS))["C"] == "30"


def test_teams_compete_within_sites() -> None:
    agents: Agents = {
        "A": member("red", 7, site="north"),
        "B": member("blue", 6, site="north"),
        "C": member("green", 5, site="south"),
        "D": member(None, 9, site="south"),
    }
    trial = decide(team_award("[{pay: 90}]", ", within: site"), jan=agents)
    assert paid(trial) == {"A": "90", "B": "0", "C": "90", "D": None}


# --- Recognition


@pytest.mark.parametrize("words", ["[{en: praise, zh: 表扬}]", "{en: praise, zh: 表扬}"])
def test_single_words_need_no_list(words: str) -> None:
    trial = decide(ranked(f"[{{pay: 500, recognise: {words}}}]"), jan=scores(A=9))
    assert trial.line("star", "A").recognitions == ["praise"]


# --- Goals


def test_the_goals_are_to_win_and_to_win_more() -> None:
    trial = decide(ranked("[{pay: 500}, {pay: 300}]"), jan=scores(A=9, B=8, C=7))
    assert [trial.line("star", agent).goals for agent in "ABC"] == [[True, 500], [True, 300], [False, 0]]


def test_without_money_the_only_goal_is_to_win() -> None:
    trial = decide(ranked("[{recognise: thanks board}]"), jan=scores(A=9, B=8))
    assert [trial.line("star", agent).goals for agent in "AB"] == [[True], [False]]


# --- What always holds


@settings(max_examples=draws(12))
@given(
    values=st.lists(st.integers(0, 4), min_size=3, max_size=9),
    prizes=st.lists(st.integers(0, 100_000), min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_shared_prizes_are_paid_out_in_full_and_whatever_order_the_data_come_in(
    values: list[int], prizes: list[int], order: Random
) -> None:
    cents = [Decimal(prize) / 100 for prize in prizes]
    text = ranked("[" + ", ".join(f"{{pay: {each}}}" for each in cents) + "]")
    agents = {f"{number}": {"score": value} for number, value in enumerate(values)}
    found = decide(text, jan=agents).amounts("star")
    assert sum(amount for amount in found.values() if amount is not None) == sum(cents)
    shuffled = list(agents)
    order.shuffle(shuffled)
    assert decide(text, jan={agent: agents[agent] for agent in shuffled}).amounts("star") == found


# --- What a ruleset can get wrong

KEY = "rank_by: [{highest: score}], ties: share_prizes"


def test_it_needs_a_ranking_prizes_and_a_rule_for_ties() -> None:
    found = problems_of(f"{FACTS}  - {{id: star, kind: star_award}}\n")
    assert [each.values["field"] for each in found] == ["rank_by", "prizes", "ties"]
    assert codes_of(award("rank_by: [], ties: all_win, prizes: []")) == ["IE1106", "IE1106"]
    assert codes_of(award("rank_by: [{highest: score}], ties: coin, prizes: [{pay: 1}]")) == ["IE1103"]


@pytest.mark.parametrize("key", ["{highest: score, lowest: csat}", "{}"])
def test_a_key_has_one_direction(key: str) -> None:
    found = problem(f"rank_by: [{key}], ties: all_win, prizes: [{{pay: 1}}]")
    assert found.code == "IE3301"
    assert found.hint() == "write one line for each key, the most important first: `- {highest: csat}`"


def test_a_key_is_a_line_with_a_direction() -> None:
    assert codes_of(award("rank_by: [score], ties: all_win, prizes: [{pay: 1}]")) == ["IE1104"]


@pytest.mark.parametrize(("key", "better"), [("{highest: minutes}", "lower"), ("{lowest: csat}", "higher")])
def test_ranking_a_metric_against_its_direction_is_an_error(key: str, better: str) -> None:
    found = problem(f"rank_by: [{key}], ties: all_win, prizes: [{{pay: 1}}]")
    assert found.code == "IE3302"
    assert f"{better} is better" in found.message()
    assert f"better: {better}" in found.message("zh")


def test_a_formula_or_a_metric_without_direction_ranks_either_way() -> None:
    keys = "[{lowest: handled}, {highest: 0 - minutes}, {highest: {by: level, junior: 1, senior: score}}]"
    assert codes_of(award(f"rank_by: {keys}, ties: all_win, prizes: [{{pay: 1}}]")) == []


@pytest.mark.parametrize(
    ("prize", "code"),
    [
        ("{pay: 1, places: 2, share: 10%}", "IE3303"),
        ("{pay: 1, at_least: 2}", "IE3304"),
        ("{places: 2}", "IE3305"),
        ("{pay: 0 - 5}", "IE3306"),
        ("{pay: 5, share: 110%}", "IE3307"),
        ("{pay: 5, places: 0}", "IE3314"),
        ("{pay: 5 min}", "IE3035"),
        ("{pay: 5, share: 5 min}", "IE3035"),
        ("5", "IE1104"),
    ],
)
def test_a_prize_that_makes_no_sense_is_reported(prize: str, code: str) -> None:
    found = problem(f"{KEY}, prizes: [{prize}]")
    assert found.code == code
    assert found.message()
    assert found.message("zh")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("compete: team, split: evenly", "IE3308"),
        ("split: {by: handled}", "IE3309"),
        ("compete: team, rest: 2 periods", "IE3310"),
        ("compete: team, within: team", "IE3311"),
        ("within: [teem]", "IE2101"),
        ("compete: teem", "IE2101"),
    ],
)
def test_what_does_not_fit_together_is_reported(fields: str, code: str) -> None:
    key = "group_mean(score, within=team)"
    found = problem(f"rank_by: [{{highest: '{key}'}}], ties: all_win, prizes: [{{pay: 1}}], {fields}")
    assert found.code == code
    assert found.message()
    assert found.message("zh")


@pytest.mark.parametrize(
    "key",
    ["score", "previous(group_mean(score, within=team))", "group_mean(score, within=level)", "rank(score)"],
)
def test_teams_are_ranked_by_a_value_of_the_whole_team(key: str) -> None:
    found = problem(f"compete: team, rank_by: [{{highest: '{key}'}}], ties: all_win, prizes: [{{pay: 1}}]")
    assert found.code == "IE3312"
    assert found.hint() == "rank by a value of the group, as `group_mean(csat, within=team)`"


def test_teams_may_be_ranked_by_a_formula_of_the_teams_values() -> None:
    mean, most = "group_mean(score, within=team)", "group_max(score, within=team)"
    key = f"({mean} + {most}) / {mean} + 0.01 * {mean}"
    text = award(f"compete: team, rank_by: [{{highest: '{key}'}}], ties: all_win, prizes: [{{pay: 1}}]")
    assert codes_of(text) == []


def test_a_teams_prize_is_the_same_for_all_its_members() -> None:
    assert codes_of(team_award("[{pay: 10% * base}, {recognise: praise}]")) == ["IE3313"]
    assert codes_of(team_award("[{pay: '10 * group_count(within=team)'}]")) == []
