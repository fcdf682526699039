"""Rules with a period of their own: what they decide over a quarter of months, or a year, and when."""

from __future__ import annotations

from fractions import Fraction

import pytest

from incentive_engine import parse_ruleset
from tests.compile.policies import Given, Known, decide_over, message, policy_of, problems

F = Fraction

TOP = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes:
  team: text
  base_salary: money
  hired: date
metrics:
  handled: count
  surveys: count
  csat: {type: ratio, better: higher, over_time: {mean_by: surveys}}
  level: {type: count, over_time: max}
  errors: {type: count, over_time: min}
  backlog: {type: count, over_time: last}
  calls: {type: count, over_time: {take: sum, missing_periods: skip}}
  quality: {type: number, over_time: {mean_by: calls, missing_periods: skip}}
"""
MONTHS = [f"2026-{number:02}" for number in range(1, 13)]


def over_months(
    rule: str, *rows: dict[str, Given] | None, top: str = TOP, first: int = 1
) -> dict[str, Known]:
    """Return the amount of the rule `a` in each month; None in the place of a row is a month without one."""
    months = {MONTHS[first - 1 + place]: row for place, row in enumerate(rows) if row is not None}
    found = decide_over(f"{top}rules:\n  - {{id: a, kind: bonus, {rule}}}\n", months)
    return {month: outcome["a.final"] for month, outcome in found.items()}


def handled(*counts: int | None) -> list[dict[str, Given] | None]:
    return [None if count is None else {"handled": count} for count in counts]


# --- When it decides


def test_a_quarters_rule_decides_in_the_last_month_and_has_no_line_in_the_others() -> None:
    found = decide_over(
        TOP + "rules: [{id: a, kind: bonus, period: quarter, pay: 10 * handled}]",
        {month: {"handled": 5} for month in MONTHS[:4]},
    )

    scopes = [outcome.of("a", "in_scope") for outcome in found.values()]
    assert scopes == [False, False, True, False]
    # 10 x (5 + 5 + 5)
    assert [outcome["total"] for outcome in found.values()] == [0, 0, 150, 0]
    assert [outcome["eligible"] for outcome in found.values()] == [False, False, True, False]


def test_a_rule_that_names_the_rulesets_own_period_decides_each_time() -> None:
    found = over_months("period: month, pay: 10 * handled", *handled(1, 2))
    assert list(found.values()) == [F(10), F(20)]


@pytest.mark.parametrize(("period", "closes"), [("quarter", [2, 5, 8, 11]), ("year", [11])])
def test_a_longer_rule_sums_up_its_own_period_and_begins_anew(period: str, closes: list[int]) -> None:
    found = over_months(f"period: {period}, pay: 1 * handled", *handled(*range(1, 13)))

    expected: list[Known] = [F(0)] * 12
    for close in closes:
        months = 3 if period == "quarter" else 12
        expected[close] = F(sum(range(close + 2 - months, close + 2)))  # 1 + 2 + 3 = 6, 4 + 5 + 6 = 15, ...
    assert list(found.values()) == expected


def test_quarters_may_make_a_year() -> None:
    top = TOP.replace("period: month\n", "period: quarter\n", 1)
    quarters = {f"2026-Q{number}": {"handled": number} for number in range(1, 5)}
    found = decide_over(top + "rules: [{id: a, kind: bonus, period: year, pay: 1 * handled}]", quarters)
    # 1 + 2 + 3 + 4
    assert [outcome["a.final"] for outcome in found.values()] == [0, 0, 0, 10]


def test_weeks_make_the_year_that_they_are_written_with() -> None:
    top = TOP.replace("period: month\n", "period: week\n", 1)
    weeks = ("2025-W51", "2025-W52", "2026-W01")
    found = decide_over(
        top + "rules: [{id: a, kind: bonus, period: year, pay: '1 * default(handled, 0)'}]",
        {week: {"handled": 5} for week in weeks},
    )
    # The year 2025 of ISO 8601 ends with its week 52, on 28 December; of most of its weeks nothing is known.
    assert [outcome.of("a", "in_scope") for outcome in found.values()] == [False, True, False]


# --- What metrics mean


def test_a_count_is_summed_unless_it_says_otherwise() -> None:
    rows: list[dict[str, Given]] = [
        {"handled": 5, "level": 1, "errors": 4, "backlog": 7},
        {"handled": 7, "level": 3, "errors": 2, "backlog": 9},
        {"handled": 9, "level": 2, "errors": 3, "backlog": 8},
    ]

    def in_march(formula: str) -> Known:
        return over_months(f"period: quarter, pay: 1 * ({formula})", *rows)["2026-03"]

    assert in_march("handled") == 21  # 5 + 7 + 9
    assert in_march("level") == 3
    assert in_march("errors") == 2
    assert in_march("backlog") == 8


def test_a_mean_is_weighed_and_rounded_to_the_places_of_its_metric() -> None:
    rows: list[dict[str, Given]] = [
        {"csat": "0.9", "surveys": 10},
        {"csat": "0.8", "surveys": 10},
        {"csat": 1, "surveys": 10},
    ]
    # (9 + 8 + 10) / 30 = 0.9
    assert over_months("period: quarter, pay: 100 * csat", *rows)["2026-03"] == 90
    rows[2] = {"csat": 1, "surveys": 13}
    # (9 + 8 + 13) / 33 = 0.90909..., 0.9091 at four places
    assert over_months("period: quarter, pay: 1000 * csat", *rows)["2026-03"] == F("909.10")


def test_a_period_that_weighs_nothing_does_not_count_even_where_its_value_is_unknown() -> None:
    rows: list[dict[str, Given]] = [
        {"csat": None, "surveys": 0},
        {"csat": 1, "surveys": 10},
        {"csat": None, "surveys": 0},
    ]
    assert over_months("period: quarter, pay: 100 * csat", *rows)["2026-03"] == 100
    rows[1] = {"csat": None, "surveys": 0}
    # No survey in the whole quarter: there is no mean.
    assert over_months("period: quarter, pay: 100 * csat", *rows)["2026-03"] is None
    rows[1] = {"csat": None, "surveys": 5}
    assert over_months("period: quarter, pay: 100 * csat", *rows)["2026-03"] is None


def test_whether_there_is_enough_is_asked_of_the_whole_period() -> None:
    top = TOP.replace("{mean_by: surveys}}", "{mean_by: surveys}, enough: surveys >= 25}")
    rows: list[dict[str, Given]] = [{"csat": 1, "surveys": 10}] * 3

    assert list(over_months("pay: 100 * csat", *rows, top=top).values()) == [None] * 3
    # 10 + 10 + 10 are enough.
    assert over_months("period: quarter, pay: 100 * csat", *rows, top=top)["2026-03"] == 100


def test_an_attribute_is_that_of_the_last_period_and_a_parameter_its_value() -> None:
    top = TOP + "parameters:\n  rate: [{until: 2026-02-28, value: 1%}, {value: 2%}]\n"
    rows: list[dict[str, Given]] = [{"base_salary": 100}, {"base_salary": 100}, {"base_salary": 300}]
    # 2 % of 300
    assert over_months("period: quarter, pay: rate * base_salary", *rows, top=top)["2026-03"] == 6


def test_formulas_mean_themselves_over_such_metrics() -> None:
    top = TOP + "formulas:\n  per_survey: {value: handled / surveys, places: 3}\n"
    rows: list[dict[str, Given]] = [
        {"handled": 10, "surveys": 3},
        {"handled": 20, "surveys": 3},
        {"handled": 1, "surveys": 5},
    ]
    # 31 / 11 = 2.81818..., 2.818; for the months 3.333, 6.667 and 0.200
    assert over_months("period: quarter, pay: 100 * per_survey", *rows, top=top)["2026-03"] == F("281.80")
    months = over_months("pay: 100 * per_survey", *rows, top=top)
    assert list(months.values()) == [F("333.30"), F("666.70"), 20]


def test_the_period_of_a_formula_is_that_of_its_rule() -> None:
    rows: list[dict[str, Given]] = [{"hired": 739617 + 31}] * 3  # 1 February 2026; 739617 is 1 January
    # 59 of the 90 days of the quarter, 2 of its months at least
    share = over_months("period: quarter, pay: '90 * share_of_period(hired, period_end)'", *rows)
    assert share["2026-03"] == 59
    days = over_months("period: quarter, pay: '1 * days_between(period_start, period_end)'", *rows)
    assert days["2026-03"] == 89


# --- Missing periods


@pytest.mark.parametrize(
    ("first", "rows", "expected"),
    [
        (1, handled(1, 2, None, 4), None),  # Nobody is decided on in March.
        (1, handled(1, None, 3), None),
        (2, handled(2, 3), None),
    ],
)
def test_a_missing_period_makes_what_is_summed_unknown(
    first: int, rows: list[dict[str, Given] | None], expected: Known
) -> None:
    found = over_months("period: quarter, pay: 1 * handled", *rows, first=first)
    assert found.get("2026-03") is expected
    assert all(found[month] == 0 for month in found if month != "2026-03")


def test_a_metric_may_leave_missing_periods_out_for_those_who_are_new_or_were_away() -> None:
    rows: list[dict[str, Given] | None] = [None, {"calls": 10, "quality": 2}, {"calls": 30, "quality": 4}]

    assert over_months("period: quarter, pay: 1 * calls", *rows)["2026-03"] == 40
    # (10 x 2 + 30 x 4) / 40 = 3.5
    assert over_months("period: quarter, pay: 2 * quality", *rows)["2026-03"] == 7
    rows[1] = {"calls": None, "quality": 2}
    # A row with an empty cell is not a missing one.
    assert over_months("period: quarter, pay: 1 * calls", *rows)["2026-03"] is None


# --- History, peers, other kinds


def test_history_goes_back_over_the_rules_own_periods() -> None:
    counts = handled(1, 1, 1, 2, 2, 2, 4, 4, 4)
    rise = over_months("period: quarter, pay: '1 * default(rise(handled), 0)'", *counts)
    # The quarters have 3, 6 and 12.
    assert [rise[month] for month in ("2026-03", "2026-06", "2026-09")] == [0, 3, 6]
    to_date = over_months("period: quarter, pay: 1 * ytd(handled)", *counts)
    assert [to_date[month] for month in ("2026-03", "2026-06", "2026-09")] == [3, 9, 21]
    streak = over_months("period: quarter, pay: 1 * streak(handled > 5)", *counts)
    assert [streak[month] for month in ("2026-03", "2026-06", "2026-09")] == [0, 1, 2]


def ruleset(rules: str) -> str:
    return TOP + "rules:\n" + rules


def test_a_star_of_the_quarter_ranks_what_the_quarter_came_to() -> None:
    star = parse_ruleset(
        ruleset(
            "  - {id: star, kind: star_award, period: quarter, within: team, rank_by: [{highest: handled}],"
            " ties: share_prizes, prizes: [{pay: 900}]}\n"
            "  - {id: above, kind: bonus, period: quarter, when: handled > group_mean(handled), pay: 1}\n"
        ).replace("  surveys: count\n", "  surveys: {type: count, missing: 0}\n")
    )
    names = [field.name for field in star.policy.fields]

    def row(agent: str, month: int, count: int) -> dict[str, object]:
        empty: dict[str, object] = dict.fromkeys(names)
        return {**empty, "agent": agent, "month": f"2026-{month:02}", "team": "x", "handled": count}

    # The best of March alone is C, who has 300 in the quarter; A has 301. B left in February.
    counts = {"A": (100, 101, 100), "B": (500, 500), "C": (50, 50, 200)}
    rows = [
        row(agent, month, count)
        for agent, months in counts.items()
        for month, count in enumerate(months, start=1)
    ]
    decisions = star.evaluate_all(rows)

    won = {(made.agent, made.period): made.total for made in decisions if made.total}
    # 900 for the star, and 1 for being above the mean of 300 and 301
    assert won == {("A", "2026-03"): 901}
    frame = pytest.importorskip("polars").DataFrame(rows, infer_schema_length=None)
    assert star.evaluate_frame(frame).total == decisions.total


def test_what_lasts_lasts_for_the_rules_own_periods() -> None:
    text = ruleset(
        "  - {id: pay, kind: bonus, period: quarter, pay: 100}\n"
        "  - {id: line, kind: red_line, period: quarter, when: errors > 5, consequence: void,"
        " lasts: 6 months}\n"
    )
    errors = [9] * 3 + [0] * 9
    months = {month: {"errors": count} for month, count in zip(MONTHS, errors, strict=True)}
    found = decide_over(text, months)
    # Broken in the first quarter, for two quarters: six months.
    assert [found[month]["pay.final"] for month in MONTHS[2::3]] == [0, 0, 100, 100]


def test_a_balance_is_kept_from_one_of_the_rules_periods_to_the_next() -> None:
    text = ruleset(
        "  - {id: learning, kind: growth_credit, period: quarter, carry: yes,"
        " earn: [{credits: 1, per: handled}], redeem: {pay: 1, when: learning_is_over}}\n"
    ).replace("rules:", "formulas: {learning_is_over: backlog > 0}\nrules:")
    months: dict[str, dict[str, Given]] = {month: {"handled": 2, "backlog": 0} for month in MONTHS[:9]}
    months["2026-09"]["backlog"] = 1
    found = decide_over(text, months)
    # 3 x 2 = 6 credits a quarter, 18 in September
    assert [found[month]["learning.final"] for month in MONTHS[:9]] == [0, 0, 0, 0, 0, 0, 0, 0, 18]


def test_a_red_line_of_each_month_acts_on_what_is_decided_in_it() -> None:
    text = ruleset(
        "  - {id: pay, kind: bonus, period: quarter, pay: 100}\n"
        "  - {id: line, kind: red_line, when: errors > 5, consequence: {keep: 50%}}\n"
    )
    early = decide_over(text, {month: {"errors": int(month == "2026-02") * 9} for month in MONTHS[:3]})
    late = decide_over(text, {month: {"errors": int(month == "2026-03") * 9} for month in MONTHS[:3]})
    assert (early["2026-03"]["total"], late["2026-03"]["total"]) == (100, 50)


def test_rules_of_one_longer_period_read_one_another() -> None:
    text = ruleset(
        "  - {id: card, kind: bonus, period: quarter, pay: 1 * handled}\n"
        "  - {id: more, kind: bonus, period: quarter, pay: 50% * card.amount}\n"
        "  - {id: monthly, kind: bonus, pay: 10% * card.amount}\n"
    )
    found = decide_over(text, {month: {"handled": 10} for month in MONTHS[:3]})
    # The quarter has 30, which the month can read when it is decided, and until then as nothing.
    assert [found[month]["more.final"] for month in MONTHS[:3]] == [0, 0, 15]
    assert [found[month]["monthly.final"] for month in MONTHS[:3]] == [0, 0, 3]


def test_what_the_months_have_paid_comes_off_what_the_quarter_gives() -> None:
    text = ruleset(
        "  - {id: advance, kind: bonus, pay: 10 * handled}\n"
        "  - {id: settled, kind: bonus, period: quarter, pay: 12 * handled, then: [{less_paid: [advance]}]}\n"
    )
    found = decide_over(text, {month: {"handled": 10} for month in MONTHS[:6]})
    # 12 x 30 for the quarter, of which 3 x 100 were paid by the month
    assert [found[month]["settled.final"] for month in MONTHS[:6]] == [0, 0, 60, 0, 0, 60]
    assert [found[month]["total"] for month in MONTHS[:3]] == [100, 100, 160]


# --- What cannot be

MONTHLY = "{id: b, kind: bonus, pay: 1}"


def test_a_metric_without_a_sense_over_time_is_reported_once_for_all_that_read_it() -> None:
    text = (
        "rules:\n"
        "  - {id: a, kind: bonus, period: quarter, when: csat > 90%, pay: 1}\n"
        "  - {id: b, kind: bonus, period: quarter, when: csat > 80%, pay: 1}\n"
    )
    (problem,) = problems(text)
    assert problem.startswith("IE3833 ")
    assert problem.endswith("`csat`")


def test_a_rule_of_the_month_needs_nothing_of_the_kind() -> None:
    assert problems("rules: [{id: a, kind: bonus, when: csat > 90%, pay: 1}]") == []


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("{id: a, kind: bonus, period: day, pay: 1}", "IE3830"),
        ("{id: a, kind: bonus, period: week, pay: 1}", "IE3831"),
        ("{id: a, kind: bonus, period: event, pay: 1}", "IE3832"),
        ("{id: a, kind: bonus, period: monthly, pay: 1}", "IE1103"),
        (
            "{id: a, kind: bonus, period: quarter, pay: b.amount}, {id: b, kind: bonus, pay: 1}",
            "IE3836",
        ),
        (
            "{id: a, kind: bonus, period: year, pay: b.amount}, {id: b, kind: bonus, period: month, pay: 1}",
            "IE3836",
        ),
        (
            "{id: a, kind: adjustment, period: year, guarantee: {pay: 5, of: b}}, " + MONTHLY,
            "IE3837",
        ),
        ("{id: a, kind: bonus, period: quarter, pay: 1, effective: {from: 2026-02-01}}", "IE3013"),
        (
            "{id: a, kind: red_line, period: quarter, when: handled < 5, consequence: hold, lasts: 2 months}",
            "IE3051",
        ),
    ],
)
def test_what_does_not_go_with_a_longer_period_is_refused(rules: str, code: str) -> None:
    assert [found.split(" ")[0] for found in problems(f"rules: [{rules}]")] == [code]


def test_a_pool_of_a_quarter_does_not_limit_what_is_paid_by_the_month() -> None:
    text = ruleset(
        "  - {id: month, kind: bonus, pay: 1}\n"
        "  - {id: quarter, kind: bonus, period: quarter, pay: 1}\n"
        "  - {id: cap, kind: pool, period: quarter, ceiling: 5, over: [CAPPED]}\n"
    )
    assert [found.split(" ")[0] for found in problems(text.replace("CAPPED", "month"))] == ["IE3837"]
    assert problems(text.replace("CAPPED", "quarter")) == []


def test_events_have_no_longer_periods() -> None:
    top = TOP.replace("period: month\n", "period: event\n", 1)
    assert [
        found.split(" ")[0]
        for found in problems(top + "rules: [{id: a, kind: bonus, period: month, pay: 1}]")
    ] == ["IE3832"]


@pytest.mark.parametrize(
    ("metric", "code"),
    [
        ("{type: ratio, over_time: sum}", "IE3834"),
        ("{type: boolean, over_time: max}", "IE3834"),
        ("{type: boolean, over_time: {mean_by: handled}}", "IE3835"),
        ("{type: ratio, over_time: {mean_by: team}}", "IE3835"),
        ("{type: ratio, over_time: {mean_by: csat}}", "IE3835"),
        ("{type: ratio, over_time: {missing_periods: skip}}", "IE3838"),
        ("{type: ratio, over_time: {take: last, mean_by: handled}}", "IE3838"),
        ("{type: ratio, over_time: mean}", "IE1103"),
    ],
)
def test_a_metric_cannot_be_taken_just_anyhow(metric: str, code: str) -> None:
    text = (
        TOP + f"  odd: {metric}\nrules: [{{id: a, kind: bonus, period: quarter, when: known(odd), pay: 1}}]"
    )
    assert [found.split(" ")[0] for found in problems(text)] == [code]


def test_something_true_or_false_has_its_last_value() -> None:
    top = TOP + "  certified: {type: boolean, over_time: last}\n"
    rows: list[dict[str, Given]] = [{"certified": False}, {"certified": False}, {"certified": True}]
    assert over_months("period: quarter, when: certified, pay: 5", *rows, top=top)["2026-03"] == 5


def test_the_hint_of_a_shorter_period_says_what_to_do() -> None:
    assert message("rules: [{id: a, kind: bonus, period: day, pay: 1}]") == (
        "the rule's period is a day, which is shorter than the ruleset's, a month / write `period: day` at"
        " the top, give data for each day, and `period: month` to the other rules"
    )


# --- What is told


def test_the_sources_of_a_longer_rules_values_are_told() -> None:
    text = ruleset("  - {id: a, kind: bonus, period: quarter, pay: 1 * (handled + level + backlog)}\n")
    row: dict[str, Given] = {"handled": 5, "level": 2, "backlog": 3}
    found = decide_over(text, dict.fromkeys(MONTHS[:3], row))
    told = found["2026-03"].told_of("a")
    assert "  handled, summed over the periods, is 15." in told
    assert "  level is at most 2 over the periods." in told
    assert "  backlog is 3 in the last period." in told
    unknown = decide_over(text, {"2026-03": row})["2026-03"].told_of("a")
    assert "  handled is not known for all of the periods." in unknown


def test_what_it_would_take_is_said_of_the_last_period() -> None:
    policy = parse_ruleset(
        ruleset("  - {id: a, kind: bonus, period: quarter, when: handled > 30, pay: 100}\n")
    )
    empty: dict[str, object] = dict.fromkeys(field.name for field in policy.policy.fields)
    rows = [{**empty, "agent": "A", "month": month, "handled": 10} for month in MONTHS[:3]]
    told = policy.evaluate_all(rows).of("A", "2026-03").explain().text()
    # 10 + 10 + 11 are more than 30.
    assert (
        "  What it would take in 2026-03 alone:\n    handled 10 -> 11: the condition `handled > 30`" in told
    )


def test_a_longer_rule_keeps_the_ruleset_from_needing_no_history() -> None:
    policy = policy_of(ruleset("  - {id: a, kind: bonus, period: quarter, pay: 1 * handled}\n"))
    assert policy.program.states
