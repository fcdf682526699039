"""Functions over a group: the snapshots of the same period in the rule's scope."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.language.formulas import Given, Known, group_computed

# Two teams; the third agent's number is unknown.
AGENTS: list[Given] = [
    {"team": "A", "handled": 10, "csat": Fraction("0.9"), "first_response": 60, "passed": True},
    {"team": "A", "handled": 30, "csat": Fraction("0.8"), "first_response": 90, "passed": True},
    {"team": "A", "handled": None, "csat": Fraction("0.7"), "first_response": 30, "passed": True},
    {"team": "B", "handled": 30, "csat": Fraction("0.6"), "first_response": 60, "passed": False},
]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("group_sum(handled)", [70, 70, 70, 70]),
        ("group_sum(handled, within=team)", [40, 40, 40, 30]),
        ("group_sum(handled, where=passed)", [40, 40, 40, 40]),
        ("group_mean(handled, within=team)", [20, 20, 20, 30]),
        # 70 / 3 to 6 places.
        ("group_mean(handled)", [Fraction("23.333333")] * 4),
        ("group_count()", [4, 4, 4, 4]),
        ("group_count(within=team)", [3, 3, 3, 1]),
        # Of the third it is unknown whether it handled more than 15.
        ("group_count(handled > 15)", [2, 2, 2, 2]),
        ("group_count(handled > 15, within=team, where=passed)", [1, 1, 1, 0]),
        ("group_min(handled)", [10, 10, 10, 10]),
        ("group_max(handled, within=team, where=passed)", [30, 30, 30, None]),
        ("group_mean(handled, where=handled > 99)", [None] * 4),
        # Equal values share the first place, and the next is the third; nobody has no place but the unknown.
        ("rank(handled)", [3, 1, None, 1]),
        ("rank(handled, within=team)", [2, 1, None, 1]),
        # Of the first response less is better.
        ("rank(first_response)", [2, 4, 1, 2]),
        ("rank(round(first_response))", [2, 4, 1, 2]),
        ("rank(-first_response)", [2, 4, 1, 2]),
        # Below plus half of equal, of 3: (0 + 1/2) / 3; (1 + 2/2) / 3 twice.
        ("percentile(handled)", [Fraction("0.166667"), Fraction("0.666667"), None, Fraction("0.666667")]),
        # A lower value is below, whichever is better: (1 + 2/2) / 4, (3 + 1/2) / 4, (0 + 1/2) / 4.
        ("percentile(first_response)", [Fraction(1, 2), Fraction(7, 8), Fraction(1, 8), Fraction(1, 2)]),
    ],
)
def test_a_function_over_a_group_leaves_out_who_is_unknown(
    formula: str, expected: list[Known | None]
) -> None:
    assert group_computed(formula, AGENTS) == expected


def test_the_scope_of_the_rule_says_who_is_a_peer() -> None:
    assert group_computed("group_sum(handled)", AGENTS, scope="passed") == [40, 40, 40, 40]
    assert group_computed("group_count()", AGENTS, scope='team == "B"') == [1, 1, 1, 1]
    assert group_computed("rank(csat, where=handled < 20)", AGENTS, scope="passed") == [1, 2, 2, 2]


def test_a_mean_over_a_group_that_defines_a_name_is_rounded_once() -> None:
    # The mean is 0.4999999; by way of 6 places it would become 0.500000 and then 1.
    agents: list[Given] = [{"complexity": Fraction("0.4999999")}] * 3

    assert group_computed("group_mean(complexity)", agents, places=0) == [0, 0, 0]


def test_a_percentile_that_defines_a_name_has_its_places() -> None:
    assert group_computed("percentile(handled)", AGENTS, places=4)[0] == Fraction("0.1667")


def test_the_share_of_a_group_is_one_division() -> None:
    # 10 / 70 to 6 places.
    assert group_computed("handled / group_sum(handled)", AGENTS)[0] == Fraction("0.142857")
