"""Whatever is a number in a ruleset can be staged by date: it takes the name of a parameter."""

from __future__ import annotations

import pytest

from tests.compile.policies import Given, decide_over

TOP = """\
parameters:
  number: [{until: 2026-03-31, value: 2}, {value: 3}]
  share: [{until: 2026-03-31, value: 20%}, {value: 30%}]
"""
ROW: dict[str, Given] = {"handled": 10, "csat": 1, "breaches": 1, "base_salary": 100}
CARD = """\
{id: card, kind: scorecard, perspectives: {p: {weight: 100%, measures: [
  {metric: csat, weight: share, zero_at: 0%, full_at: 100%},
  {id: x, measure: handled, weight: 1 - share, zero_at: 0, full_at: 20}]}}}, """
SLICES = "{id: a, kind: tiered_bonus, measure: handled, mode: slices, "
BREACHED = "{id: a, kind: bonus, pay: 50}, {id: b, kind: red_line, when: breaches > 0, consequence: "


@pytest.mark.parametrize(
    ("rules", "march", "april"),
    [
        # 2 or 3 for each of ten
        ("{id: a, kind: bonus, pay: number * handled}", 20, 30),
        # A tier's rate, its limit, what it pays
        ("{id: a, kind: tiered_bonus, measure: handled, mode: slices, tiers: [{rate: number}]}", 20, 30),
        (SLICES + "tiers: [{upto: number, rate: 0}, {rate: 1}]}", 8, 7),
        ("{id: a, kind: tiered_bonus, measure: handled, tiers: [{upto: 5, pay: 0}, {pay: number}]}", 2, 3),
        # Steps behind an amount
        ("{id: a, kind: bonus, pay: 50, then: [{times: share}]}", 10, 15),
        ("{id: a, kind: bonus, pay: 50, then: [{cap: number}]}", 2, 3),
        ("{id: a, kind: bonus, pay: 1, then: [{floor: number}]}", 2, 3),
        ("{id: a, kind: bonus, pay: 1, then: [{plus: number}]}", 3, 4),
        # What red lines leave and take
        (BREACHED + "{keep: share}}", 10, 15),
        (BREACHED + "{deduct: number}}", 48, 47),
        # Credits, their value and their cap
        ("{id: a, kind: growth_credit, earn: [{credits: number}], redeem: {pay: 1}}", 2, 3),
        ("{id: a, kind: growth_credit, earn: [{credits: 10}], redeem: {pay: number}}", 20, 30),
        ("{id: a, kind: growth_credit, earn: [{credits: 10}], cap: number, redeem: {pay: 1}}", 2, 3),
        # Guarantees, draws and what a rule may pay in a month
        ("{id: z, kind: bonus, pay: 0}, {id: a, kind: adjustment, guarantee: {pay: number, of: [z]}}", 2, 3),
        ("{id: a, kind: bonus, pay: 50, limit: {pay: number, per: month}}", 2, 3),
        # Weights: csat has 100 points at a weight of 20 or 30 %, the rest 50 points
        (CARD + "{id: a, kind: bonus, pay: card.score}", 60, 65),
    ],
)
def test_a_number_may_be_a_parameter_with_dates(rules: str, march: int, april: int) -> None:
    found = decide_over(f"{TOP}rules: [{rules}]", {"2026-03": ROW, "2026-04": ROW})
    assert (found["2026-03"]["total"], found["2026-04"]["total"]) == (march, april)


def test_the_prizes_of_a_star_may_be_staged() -> None:
    text = (
        f"{TOP}rules: [{{id: a, kind: star_award, rank_by: [{{highest: handled}}], ties: all_win,"
        " prizes: [{pay: number}]}]"
    )
    found = decide_over(text, {"2026-03": ROW, "2026-04": ROW})
    assert (found["2026-03"]["total"], found["2026-04"]["total"]) == (2, 3)
