"""What a ruleset of events can have, and what it cannot."""

from __future__ import annotations

import pytest

from tests.compile.policies import HEADER, problems

EVENTS = HEADER.replace("period: month\n", "period: event\n", 1)


def codes(*rules: str) -> list[str]:
    return [found.split(" ")[0] for found in problems(EVENTS + "rules:\n" + "".join(rules))]


@pytest.mark.parametrize(
    "rule",
    [
        "{id: a, kind: bonus, pay: 10, when: rank(handled) <= 3}",
        "{id: a, kind: bonus, pay: group_sum(base_salary)}",
        "{id: a, kind: red_line, when: handled < group_mean(handled), consequence: void}",
        "{id: a, kind: red_line, when: handled < 5, consequence: {deduct: group_max(base_salary)}}",
        "{id: a, kind: star_award, rank_by: [{highest: handled}], ties: all_win, prizes: [{pay: 5}]}",
        "{id: a, kind: star_award, rank_by: [{lowest: handled}], ties: all_win, prizes: [{recognise: x}]}",
        "{id: a, kind: pool, budget: 1000, weight: handled}",
        "{id: a, kind: growth_credit, earn: [{credits: group_count()}]}",
    ],
)
def test_no_rule_compares_events(rule: str) -> None:
    assert codes(f"  - {rule}\n") == ["IE3851"]


def test_rules_that_look_at_the_event_and_those_before_it_are_fine() -> None:
    assert not codes(
        "  - {id: a, kind: bonus, pay: 1% * ytd(base_salary)}\n",
        "  - {id: b, kind: red_line, when: streak(breaches > 0) > 2, consequence: void, lasts: 3 periods}\n",
        "  - {id: c, kind: growth_credit, earn: [{credits: 5}], expires_after: 10 periods}\n",
        "  - {id: e, kind: red_line, when: breaches > 2, consequence: {deduct: 5}}\n",
    )


def test_what_lasts_for_some_months_is_no_number_of_events() -> None:
    credits_of_a_year = "{id: c, kind: growth_credit, earn: [{credits: 5}], expires_after: 12 months}"
    assert codes(f"  - {credits_of_a_year}\n") == ["IE3051"]


def test_ids_of_events_stand_where_events_are() -> None:
    named = HEADER.replace("period: month}", "period: month, event: contact}")
    rules = "rules: [{id: a, kind: bonus, pay: 1}]"
    assert problems(named + rules) == ["IE3850 7 `contact`"]
    assert problems(named.replace("period: month\n", "period: event\n", 1) + rules) == []
