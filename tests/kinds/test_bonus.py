"""Bonuses by a formula: the published examples of proration and of steps, and what is told."""

from __future__ import annotations

from tests.kinds.rewarding import amount, codes, decide, told


def bonus(fields: str, more: str = "") -> str:
    return f"{more}\nrules:\n  - {{id: bonus, kind: bonus, {fields}}}"


def test_a_bonus_pays_its_formula_rounded_to_the_smallest_unit() -> None:
    # 1.005 x 3 = 3.015, half up to 3.02
    decision = decide(bonus("pay: 1.005 * complaints"), complaints=3)

    assert str(decision.line("bonus").amount) == "3.02"
    assert told(decision, "bonus") == ["`1.005 * complaints` = 3.02 CNY.", "complaints is 3."]
    assert told(decision, "bonus", "zh")[0] == "`1.005 * complaints` = 3.02 元。"


def test_a_quotient_is_rounded_to_the_smallest_unit_at_once() -> None:
    # 1000 / 3 = 333.333..., 333.33
    assert amount(bonus("pay: base_salary / complaints"), base_salary="1000", complaints=3) == "333.33"


def test_with_steps_nothing_is_rounded_before_they_have_run() -> None:
    # 0.335 x 3 = 1.005; rounded at once that would be 1.01, and twice that 2.02. Rounded once: 2.01.
    decision = decide(bonus("pay: 0.335 * complaints, then: [{times: 2}]"), complaints=3)

    assert str(decision.total) == "2.01"


def test_the_amount_may_depend_on_an_attribute() -> None:
    rules = bonus("pay: {by: level, junior: 100, senior: 200 CNY}")

    assert amount(rules, level="junior") == "100.00"
    assert amount(rules, level="senior") == "200.00"
    assert amount(rules) == "undetermined"


def test_where_the_condition_fails_a_bonus_pays_nothing_and_the_condition_is_the_goal() -> None:
    decision = decide(bonus("pay: 100, when: complaints == 0"), complaints=2)

    assert str(decision.line("bonus").amount) == "0.00"
    assert told(decision, "bonus") == [
        "`complaints == 0` is not true.",
        "complaints is 2.",
        "complaints 2 -> 0: the condition `complaints == 0`. That adds 100.00 CNY.",
    ]
    assert told(decision, "bonus", "zh")[2] == "complaints 2 -> 0：条件 `complaints == 0`，增加 100.00 元。"


def test_where_the_condition_holds_there_is_no_goal() -> None:
    assert decide(bonus("pay: 100, when: complaints == 0"), complaints=0).nearest("bonus") == ()


def test_other_rules_read_the_amount() -> None:
    rules = bonus("pay: 100") + "\n  - {id: more, kind: bonus, pay: 2 * bonus.amount}"

    assert str(decide(rules).total) == "300.00"


def test_a_faulty_formula_is_reported_once() -> None:
    assert codes(bonus("pay: complaint")) == ["IE2101"]
    assert codes(bonus("pay: response")) == ["IE3035"]


# --- Published examples


def test_proration_by_calendar_days() -> None:
    # https://bit1024.com/tool/Prorated-Bonus-Calculator: 12000 x 150 / 365 and 5000 x 90 / 180
    rules = bonus("pay: base_salary * handled / quota")

    assert amount(rules, base_salary="12000", handled=150, quota=365) == "4931.51"
    assert amount(rules, base_salary="5000", handled=90, quota=180) == "2500.00"


def test_proration_with_a_factor_that_is_rounded_first() -> None:
    # https://zippia.com/answers/how-do-you-calculate-a-prorated-bonus: 61 / 365 = 0.167, 1500 x 0.167 =
    # 250.50
    rounded_first = bonus("pay: 1500 * share", "parameters: {share: {value: 61 / 365, places: 3}}")
    rounded_once = bonus("pay: 1500 * 61 / 365")

    assert amount(rounded_first) == "250.50"
    assert amount(rounded_once) == "250.68"


def test_improvement_over_a_baseline_with_floor_and_cap() -> None:
    # https://www.aao.org/eyenet/article/you-can-earn-an-improvement-percent-score: 10 points for each
    # doubling, from 0 to 10, the baseline being at least 30 %: (80 - 40) / 40 -> 10, (50 - 60) / 60 -> 0,
    # 10 x (33 - 30) / 30 = 1
    rules = bonus(
        "pay: 10 * (nps - prior) / prior, then: [{floor: 0}, {cap: 10}]",
        "formulas: {prior: 'max(units, 30)'}",
    )

    assert amount(rules, units="40", nps="80") == "10.00"
    assert amount(rules, units="60", nps="50") == "0.00"
    assert amount(rules, units="10", nps="33") == "1.00"


def test_a_pool_that_is_funded_at_a_gate_with_a_reserve() -> None:
    # https://brainmass.com/business/motivation-in-organizations/...-339293: 10 % of 4,000,000 where
    # revenue is at least 80 % of 5,000,000, of which a quarter is held back: 300,000.
    rules = bonus("pay: 10% * revenue, when: revenue >= 80% * 5000000 CNY, then: [{times: 100% - 25%}]")

    assert amount(rules, revenue="4000000") == "300000.00"
    assert amount(rules, revenue="3999999.99") == "0.00"


MATRIX = """
    pay:
      by: level
      junior: {by: region, north: 18, south: 24, west: 30}
      senior: {by: region, north: 12, south: 21, west: 24}
"""


def test_a_matrix_of_two_levels_with_an_addition() -> None:
    # https://www.sec.gov/Archives/edgar/data/924717/000120677405002012/d18261_ex10-15.htm: earnings per
    # share at level III (here junior) and II (senior) by revenue at level I, II, III (north, south,
    # west). At III and II it is 24; meeting the goals of the unit adds a third: 8; together 32.
    rules = f"""
rules:
  - id: corporate
    kind: bonus
{MATRIX}
  - {{id: unit, kind: bonus, when: reviewed, pay: corporate.amount / 3}}"""

    decision = decide(rules, level="junior", region="south", reviewed=True)
    assert [str(line.amount) for line in decision.lines] == ["24.00", "8.00"]
    assert str(decision.total) == "32.00"
    assert str(decide(rules, level="senior", region="north", reviewed=False).total) == "12.00"


def test_a_gate_that_zeroes_some_parts_only() -> None:
    # https://www.sec.gov/Archives/edgar/data/66756/000006675609000015/exhibit_10h7.htm: below, threshold,
    # target and superior are levels 0 to 3 of `complaints`. Without net income at its threshold, net
    # income and strategic goals pay nothing, cash flow still pays.
    rules = """
rules:
  - id: net_income
    kind: tiered_bonus
    measure: complaints
    when: reviewed
    tiers: [{below: 1, pay: 0}, {below: 2, pay: 25}, {below: 3, pay: 50}, {pay: 100}]
  - id: cash_flow
    kind: tiered_bonus
    measure: complaints
    tiers: [{below: 1, pay: 0}, {below: 2, pay: 12.50}, {below: 3, pay: 25}, {pay: 50}]
  - id: strategic
    kind: tiered_bonus
    measure: complaints
    when: reviewed
    tiers: [{below: 2, pay: 0}, {below: 3, pay: 25}, {pay: 50}]
"""

    def totals(*, met: bool) -> list[str]:
        return [str(decide(rules, complaints=level, reviewed=met).total) for level in range(4)]

    assert totals(met=True) == ["0.00", "37.50", "100.00", "200.00"]
    assert totals(met=False) == ["0.00", "12.50", "25.00", "50.00"]
