"""Red lines: what breaks them, for how long, and what they do."""

from __future__ import annotations

from fractions import Fraction

import pytest

from incentive_engine.ruleset.period import Cadence, parse_period
from incentive_engine.ruleset.problems import Problem
from tests.kinds.deciding import MONTHS, Agents, Line, codes_of, decide, decide_over, problems_of

METRICS = """
attributes:
  level: [junior, senior]
metrics:
  breaches: {type: count, better: lower}
  late: {type: count, better: lower}
  csat: {type: ratio, better: higher}
  minutes: {type: duration}
"""
# Pays everybody: the only one of its group is the best of it.
PRIZE = """
  - id: prize
    kind: star_award
    tags: [service]
    rank_by: [{highest: csat}]
    ties: all_win
    prizes: [{share: 100%, pay: 1000.01, recognise: [praise]}]
"""


def ruleset(red_line: str) -> str:
    return f"{METRICS}\nrules:\n  - {{id: line, kind: red_line, {red_line}}}\n{PRIZE}"


def one(red_line: str, **facts: str | int | None) -> tuple[Line, Line]:
    """Return the red line and the prize for one agent in one period."""
    trial = decide(ruleset(red_line), jan={"A": {"csat": "0.9", "level": "junior", **facts}})
    return trial.line("line"), trial.line("prize")


def written(value: object) -> str:
    return str(value)


def problem(red_line: str) -> Problem:
    (found,) = problems_of(ruleset(red_line))
    return found


# --- What it does


def test_a_red_line_that_is_not_broken_takes_nothing() -> None:
    line, prize = one("when: breaches > 0, consequence: void", breaches=0)
    assert line["broken"] is False
    assert written(prize.final) == "1000.01"
    assert line.told() == ["Not breached: `breaches > 0` does not hold."]
    assert line.told("zh") == ["未触犯：条件 `breaches > 0` 不成立。"]


def test_void_takes_everything() -> None:
    line, prize = one("when: breaches > 0, consequence: void", breaches=1)
    assert line["broken"] is True
    assert written(prize.final) == "0"
    assert line.told() == ["The red line is broken: what it affects is void."]


def test_hold_keeps_the_money_until_a_person_has_decided() -> None:
    line, prize = one("when: breaches > 0, consequence: hold", breaches=1)
    assert prize.held
    assert prize.final is None
    assert line.told()[-1] == "The red line is broken: what it affects is held until a person has decided."


def test_keep_leaves_a_share_rounded_once() -> None:
    # 1000.01 x 50 % = 500.005, half up to 500.01
    line, prize = one("when: breaches > 0, consequence: {keep: 50%}", breaches=1)
    assert written(prize.final) == "500.01"
    assert line.told()[-1] == "The red line is broken: 0.5 of what it affects is kept."


@pytest.mark.parametrize(
    ("late", "left"),
    [
        (3, "700.01"),  # 100 % - 3 x 10 % = 70 %: 700.007
        (11, "0"),  # 100 % - 11 x 10 % is below 0 %, which counts as 0 %
    ],
)
def test_a_share_may_be_a_formula_and_stays_between_nothing_and_all(late: int, left: str) -> None:
    _, prize = one('when: late > 0, consequence: {keep: "100% - 10% * late"}', late=late)
    assert written(prize.final) == left


def test_a_share_may_depend_on_an_attribute() -> None:
    keep = "when: late > 0, consequence: {keep: {by: level, junior: 80%, senior: 40%}}"
    assert written(one(keep, late=1)[1].final) == "800.01"  # 1000.01 x 80 % = 800.008
    assert written(one(keep, late=1, level="senior")[1].final) == "400"  # 1000.01 x 40 % = 400.004


@pytest.mark.parametrize(
    ("late", "left"),
    [
        (2, "1000.01"),  # not broken
        (3, "950.01"),  # 50 x (3 - 2) = 50 comes off
        (99, "0"),  # 50 x 97 = 4850 is more than there is
    ],
)
def test_a_deduction_takes_an_amount_of_money_but_not_more_than_there_is(late: int, left: str) -> None:
    _, prize = one("when: late >= 3, consequence: {deduct: 50 * (late - 2)}", late=late)
    assert written(prize.final) == left


def test_a_deduction_is_rounded_to_the_currency_and_said() -> None:
    # 10.005 x 3 = 30.015, half up to 30.02; 1000.01 - 30.02 = 969.99
    line, prize = one("when: late > 0, consequence: {deduct: 10.005 * late}", late=3)
    assert written(prize.final) == "969.99"
    assert line.told()[-1] == "The red line is broken: 30.02 comes off what it affects."


def test_a_deduction_below_zero_is_none() -> None:
    _, prize = one("when: late > 0, consequence: {deduct: 50 * (late - 2)}", late=1)
    assert written(prize.final) == "1000.01"


# --- What it affects


@pytest.mark.parametrize(
    ("affects", "left"),
    [
        ("all", "0"),
        ("[all]", "0"),
        ("prize", "0"),
        ("[prize]", "0"),
        ("service", "0"),  # a tag of the prize
        ("[other]", "1000.01"),
    ],
)
def test_it_acts_on_rules_by_id_or_tag_or_on_all(affects: str, left: str) -> None:
    text = ruleset(f"when: breaches > 0, consequence: void, affects: {affects}") + (
        "\n  - {id: other, kind: red_line, when: late > 9, consequence: void}\n"
    )
    trial = decide(text, jan={"A": {"csat": "0.9", "breaches": 1, "late": 0}})
    assert written(trial.line("prize").final) == left


# --- What is unknown


def test_a_red_line_that_cannot_be_judged_holds_what_it_affects() -> None:
    line, prize = one("when: breaches > 0, consequence: {deduct: 1}", breaches=None)
    assert line["broken"] is None
    assert prize.held
    assert line.undetermined
    assert line.told() == [
        "Whether the red line is broken cannot be said: what it affects is held.",
    ]


def test_a_broken_red_line_with_an_unknown_size_holds_what_it_affects() -> None:
    _, prize = one("when: breaches > 0, consequence: {deduct: 50 * late}", breaches=1, late=None)
    assert prize.held


def test_a_red_line_of_which_the_agent_is_out_of_scope_is_not_broken() -> None:
    line, prize = one('when: breaches > 0, applies_to: level == "senior", consequence: void', breaches=1)
    assert written(prize.final) == "1000.01"
    assert not line.undetermined


# --- How long it lasts

LASTS = "when: breaches > 0, consequence: void, lasts: 3 periods"


def months(*breaches: int | None, red_line: str = LASTS) -> list[Fraction | bool | None]:
    """Return in which months, from January, the red line is broken; -1 stands for one without a snapshot."""
    given: dict[str, Agents] = {
        name: {"A": {"csat": "0.9", "level": "junior", "breaches": count}}
        for name, count in zip(MONTHS, breaches, strict=False)
        if count != -1
    }
    return decide(ruleset(red_line), **given).results("line", "broken")


def test_a_breach_counts_for_three_periods_with_its_own() -> None:
    assert months(0, 1, 0, 0, 0, 0) == [False, True, True, True, False, False]


def test_a_second_breach_begins_the_periods_anew() -> None:
    assert months(1, 0, 1, 0, 0, 0) == [True, True, True, True, True, False]


def test_one_period_is_the_period_of_the_breach_alone() -> None:
    assert months(1, 0, red_line=LASTS.replace("3 periods", "1 period")) == [True, False]


def test_periods_may_be_written_in_calendar_units() -> None:
    assert months(1, 0, 0, 0, red_line=LASTS.replace("3 periods", "1 quarter")) == [True, True, True, False]


def test_a_period_without_a_snapshot_is_no_breach_and_counts_as_a_period() -> None:
    # January's breach counts in January, February (no snapshot) and March.
    assert months(1, -1, 0, 0) == [True, True, False]
    assert months(0, -1, 0, 0) == [False, False, False]


def test_a_breach_that_is_unknown_may_count_until_its_periods_are_over() -> None:
    assert months(0, None, 0, 0, 0) == [False, None, None, None, False]


def test_a_known_breach_counts_whatever_is_unknown_after_it() -> None:
    # January's breach counts until March; February's, if it was one, until April.
    assert months(1, None, 0, 0, 0) == [True, True, True, None, False]


def test_what_happened_out_of_scope_does_not_count_later() -> None:
    red_line = LASTS + ', applies_to: level == "senior"'
    given: dict[str, Agents] = {
        "jan": {"A": {"csat": "0.9", "level": "junior", "breaches": 1}},
        "feb": {"A": {"csat": "0.9", "level": "senior", "breaches": 0}},
    }
    trial = decide(ruleset(red_line), **given)
    assert written(trial.line("prize", period="2026-02").final) == "1000.01"


def test_the_explanation_says_how_long_a_breach_still_counts() -> None:
    given: dict[str, Agents] = {
        name: {"A": {"csat": "0.9", "breaches": count}}
        for name, count in (("jan", 1), ("feb", 0), ("mar", 0))
    }
    trial = decide(ruleset(LASTS), **given)
    assert trial.line("line").told()[0] == "A breach counts for 3 periods, this one included."
    assert trial.line("line", period="2026-02").told() == [
        "Not breached: `breaches > 0` does not hold.",
        "An earlier breach still counts, for 2 more period(s) with this one.",
        "The red line is broken: what it affects is void.",
    ]
    assert trial.line("line", period="2026-02")["breached"] is False
    assert "for 1 more" in trial.line("line", period="2026-03").told()[1]


def test_the_goal_is_not_to_break_it() -> None:
    assert one("when: breaches > 0, consequence: void", breaches=1)[0].goals == [False]
    assert one("when: breaches > 0, consequence: void", breaches=0)[0].goals == [True]


# --- What a ruleset can get wrong


def test_it_needs_a_condition_and_a_consequence() -> None:
    found = problems_of(METRICS + "rules: [{id: line, kind: red_line}]")
    assert [(each.code, each.values["field"]) for each in found] == [
        ("IE1101", "when"),
        ("IE1101", "consequence"),
    ]


def test_an_unknown_consequence_is_reported_with_the_likely_one() -> None:
    found = problem("when: late > 0, consequence: viod")
    assert found.code == "IE3501"
    assert found.message() == "`viod` is not something that a red line can do"
    assert found.hint() == "did you mean `void`? write void, hold, {keep: 50%} or {deduct: 200}"
    assert found.hint("zh").startswith("是否想写 `void`？")


@pytest.mark.parametrize("consequence", ["{keep: 50%, deduct: 10}", "{take: 10}", "{}"])
def test_a_consequence_is_one_thing(consequence: str) -> None:
    found = problem(f"when: late > 0, consequence: {consequence}")
    assert (found.code, found.hint()) == (
        "IE3502",
        "write {keep: 50%} or {deduct: 200}; for both, write two red lines",
    )


def test_a_list_is_no_consequence() -> None:
    assert codes_of(ruleset("when: late > 0, consequence: [void]")) == ["IE3502"]


@pytest.mark.parametrize("share", ["120%", "-10%", "50", "{by: level, junior: 50%, senior: 120%}"])
def test_a_share_is_between_nothing_and_all(share: str) -> None:
    found = problem(f"when: late > 0, consequence: {{keep: {share}}}")
    assert found.code == "IE3503"
    assert found.hint() == "write the share that is kept with a per cent sign, as 50%"


def test_a_share_that_changes_with_the_date_is_between_nothing_and_all_on_every_date() -> None:
    cases = "[{until: 2026-03-31, value: 50%}, {value: 150%}]"
    text = ruleset("when: late > 0, consequence: {keep: kept}")
    assert codes_of(text.replace("rules:", f"parameters: {{kept: {cases}}}\nrules:", 1)) == ["IE3503"]
    cases = "[{until: 2026-03-31, value: 50%}, {value: 60%}]"
    assert codes_of(text.replace("rules:", f"parameters: {{kept: {cases}}}\nrules:", 1)) == []


def test_a_deduction_is_money() -> None:
    assert codes_of(ruleset("when: late > 0, consequence: {deduct: minutes}")) == ["IE3035"]


def test_what_it_affects_has_to_exist() -> None:
    found = problem("when: late > 0, consequence: void, affects: [prise]")
    assert found.code == "IE3504"
    assert found.message() == "no rule has the id or the tag `prise`"
    assert found.hint() == "did you mean `prize`? write the ids or tags of rules, or `all`"
    assert codes_of(ruleset("when: late > 0, consequence: void, affects: []")) == ["IE1106"]


@pytest.mark.parametrize(
    ("lasts", "code"),
    [
        ("a while", "IE3050"),
        ("3", "IE3050"),
        ("[3 periods]", "IE1107"),
        ("6 weeks", "IE3051"),
        ("0 periods", "IE3052"),
        ("500 periods", "IE3052"),
    ],
)
def test_how_long_it_lasts_is_a_number_of_periods(lasts: str, code: str) -> None:
    assert codes_of(ruleset(f"when: late > 0, consequence: void, lasts: {lasts}")) == [code]


@pytest.mark.parametrize("code", ["IE3050", "IE3051", "IE3052"])
def test_problems_with_periods_are_said_in_both_languages(code: str) -> None:
    values = {"text": "6 weeks", "cadence": "month", "most": "400"}
    found = Problem(code, values)
    assert all("6 weeks" in found.message(language) for language in ("en", "zh"))
    assert all(found.hint(language) for language in ("en", "zh"))


@pytest.mark.parametrize(
    ("cadence", "lasts", "first", "count"),
    [
        ("day", "1 week", "2026-03-01", 7),
        ("week", "14 days", "2026-W10", 2),
        ("month", "1 year", "2026-01", 12),
        ("quarter", "12 months", "2026-Q1", 4),
        ("year", "24 months", "2026", 2),
    ],
)
def test_calendar_units_are_counted_in_the_rulesets_own_periods(
    cadence: str, lasts: str, first: str, count: int
) -> None:
    periods = [parse_period(first, Cadence(cadence))]
    while len(periods) < count + 2:
        periods.append(periods[-1].next())
    rows: dict[str, Agents] = {
        str(each): {"A": {"csat": "0.9", "breaches": int(each is periods[0])}} for each in periods
    }
    trial = decide_over(ruleset(LASTS.replace("3 periods", lasts)), cadence, rows)
    assert trial.results("line", "broken") == [True] * count + [False, False]
