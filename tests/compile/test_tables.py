"""Tables: what they give to formulas and scorecards, what is told of it, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from incentive_engine.compile.policy import Policy
from incentive_engine.decision.decision import Decision
from incentive_engine.engine import parse_ruleset
from tests.compile.policies import checked, message, number, policy_of, problems

HEADER = """
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes:
  priority: [A, B, C]
  level: [junior, senior]
  team: text
metrics:
  sold: money
  handled: {type: count, missing: unknown}
  csat: {type: ratio, better: higher}
  response: {type: duration, better: lower}
"""
COMMISSION = """
tables:
  commission:
    mode: slices
    tiers: [{upto: 10000, rate: 5%}, {upto: 20000, rate: 8%}, {rate: 10%}]
"""
SPEED = """
tables:
  speed:
    title: {en: Response table, zh: 响应表}
    by: priority
    A: {tiers: [{upto: 30 s, points: 100}, {upto: 60 s, points: [100, 60]}, {points: 0}]}
    B: {tiers: [{upto: 60 s, points: 100}, {points: 50}]}
    C: 80
"""
EMPTY = dict.fromkeys(("priority", "level", "team", "sold", "handled", "csat", "response"))


def decide(text: str, month: str = "2026-03", /, **facts: object) -> Decision:
    ruleset = parse_ruleset(HEADER + text)
    return ruleset.evaluate({**EMPTY, "agent": "A1", "month": month, **facts})


def paid(table: str, pay: str, **facts: object) -> str | None:
    """Return what a bonus pays by a table, None where that is unknown."""
    amount = decide(f'{table}\nrules: [{{id: p, kind: bonus, pay: "{pay}"}}]', **facts).line("p").amount
    return None if amount is None else str(amount)


def one_table(table: str) -> str:
    return f"tables:\n  t: {table}"


# --- What tables give


@pytest.mark.parametrize(
    ("sold", "gives"),
    [
        (0, "0.00"),
        (10000, "500.00"),  # 10000 x 5 %
        (12345, "687.60"),  # 500 + 2345 x 8 %
        (25000, "1800.00"),  # 500 + 800 + 5000 x 10 %
    ],
)
def test_slices_of_money_are_paid_at_the_share_of_their_band(sold: int, gives: str) -> None:
    assert paid(COMMISSION, "commission(sold)", sold=sold) == gives


@pytest.mark.parametrize(
    ("table", "handled", "gives"),
    [
        ("{mode: whole, tiers: [{upto: 100, rate: 1}, {rate: 1.50}]}", 100, "100.00"),
        ("{mode: whole, tiers: [{upto: 100, rate: 1}, {rate: 1.50}]}", 101, "151.50"),
        ("{mode: whole, tiers: [{rate: 2 CNY}]}", 7, "14.00"),
        ("{tiers: [{below: 100, pay: 0}, {pay: 300}]}", 99, "0.00"),
        ("{mode: fixed, tiers: [{below: 100, pay: 0}, {pay: 300}]}", 100, "300.00"),
        # 100 in the first band and 200 in the second
        ("{mode: added, tiers: [{upto: 10, pay: 100}, {upto: 20, pay: 200}, {pay: 400}]}", 20, "300.00"),
        # A quarter of the way from 100 to 200: 100 + 100 x 25 / 100
        ("{tiers: [{upto: 100, pay: [100, 200]}, {pay: 200}]}", 25, "125.00"),
        ("{tiers: [{from: 50, points: 3}, {from: 0, points: 1}]}", 50, "3.00"),
    ],
)
def test_tables_have_all_modes_of_tiers(table: str, handled: int, gives: str) -> None:
    assert paid(one_table(table), "t(handled)", handled=handled) == gives


def test_a_table_gives_each_option_of_an_attribute_its_own_value() -> None:
    table = one_table("{by: level, junior: 100, senior: 250 CNY}")
    assert paid(table, "t", level="junior") == "100.00"
    assert paid(table, "2 * t", level="senior") == "500.00"


@pytest.mark.parametrize(
    ("priority", "response", "points"),
    [
        ("A", 30, 100),
        ("A", 45, 80),  # half of the way from 100 to 60
        ("A", 61, 0),
        ("B", 60, 100),
        ("B", 61, 50),
        ("C", 900, 80),  # whatever the time
    ],
)
def test_a_two_way_table_scores_by_priority_and_time(priority: str, response: int, points: int) -> None:
    assert paid(SPEED, "speed(response)", priority=priority, response=response) == f"{points}.00"


def test_a_table_may_choose_by_two_attributes() -> None:
    table = one_table(
        "{by: priority, A: {by: level, junior: 1, senior: 2}, B: 3, C: {by: level, junior: 4, senior: 5}}"
    )
    found = [paid(table, "t", priority=each, level="senior") for each in ("A", "B", "C")]
    assert found == ["2.00", "3.00", "5.00"]


def test_a_deal_is_placed_in_the_bands_that_the_running_total_has_reached() -> None:
    text = f"""{COMMISSION}
formulas: {{so_far: ytd(sold), before: so_far - sold}}
rules: [{{id: p, kind: bonus, pay: commission(so_far) - commission(before)}}]
"""
    ruleset = parse_ruleset(HEADER + text)
    sold = {"2026-01": 8000, "2026-02": 5000, "2026-03": 9000}
    decisions = ruleset.evaluate_all(
        {**EMPTY, "agent": "A1", "month": month, "sold": each} for month, each in sold.items()
    )
    # January 8000 x 5 %; February 2000 x 5 % + 3000 x 8 %; March 7000 x 8 % + 2000 x 10 %.
    # Together 22000: 500 + 800 + 2000 x 10 % = 1500.
    assert [str(decision.total) for decision in decisions] == ["400.00", "340.00", "760.00"]


def test_a_table_reads_parameters_and_other_tables() -> None:
    text = """
parameters: {share: 5%}
tables:
  outer: {mode: slices, tiers: [{upto: 1000, rate: share}, {rate: 2 * share}]}
  inner: {tiers: [{upto: 10, pay: outer(2000)}, {pay: 0}]}
rules: [{id: p, kind: bonus, pay: inner(handled)}]
"""
    # outer(2000) = 1000 x 5 % + 1000 x 10 % = 150
    assert str(decide(text, handled=3).total) == "150.00"


def test_a_table_is_asked_about_what_another_call_gives() -> None:
    table = one_table("{mode: whole, tiers: [{rate: 2}]}")
    assert paid(table, "t(t(handled))", handled=3) == "12.00"


@pytest.mark.parametrize(
    ("table", "pay", "facts"),
    [
        ("{mode: slices, tiers: [{upto: 10, rate: 1}]}", "t(handled)", {"handled": 11}),  # outside
        ("{mode: slices, tiers: [{rate: 1}]}", "t(handled)", {}),
        ("{by: level, junior: 1, senior: 2}", "t", {}),
    ],
)
def test_what_a_table_cannot_tell_is_unknown(table: str, pay: str, facts: dict[str, object]) -> None:
    assert paid(one_table(table), pay, **facts) is None


def test_the_value_of_a_table_is_exact_until_a_name_rounds_it() -> None:
    top = one_table("{mode: whole, tiers: [{rate: 0.12345}]}")
    assert str(number('"1000 * t(handled)"', top, handled=1)) == "2469/20"  # 123.45
    assert str(number("one", f"{top}\nformulas: {{one: t(handled)}}", handled=1)) == "247/2000"  # 0.1235


@pytest.mark.parametrize(
    ("table", "call", "kind"),
    [
        ("{mode: slices, tiers: [{upto: 10000, rate: 5%}, {rate: 8%}]}", "t(sold)", "money"),
        ("{mode: slices, tiers: [{upto: 10, rate: 1 CNY}, {rate: 2 CNY}]}", "t(handled)", "money"),
        ("{tiers: [{upto: 10, pay: 1}, {pay: 2}]}", "t(handled)", "money"),
        ("{tiers: [{upto: 85%, points: 1}, {points: 2}]}", "t(csat)", "number"),
        ("{tiers: [{upto: 60 s, points: 5%}, {points: 6%}]}", "t(response)", "ratio"),
        ("{by: level, junior: 5 min, senior: 4 min}", "t", "duration"),
    ],
)
def test_the_kind_of_what_a_table_gives_follows_from_what_it_says(table: str, call: str, kind: str) -> None:
    header = HEADER.lstrip() + one_table(table)
    policy = checked(
        f"{header}\nformulas: {{found: {call}}}\nrules: [{{id: p, kind: probe, number: found}}]"
    ).policy
    assert policy is not None
    assert str(policy.lines[0].built.results["number"].value.type) == kind


# --- Scorecards


CARD = """
rules:
  - id: card
    kind: scorecard
    perspectives:
      service:
        weight: 100%
        measures: [{metric: response, weight: 100%, table: speed}]
"""


def test_a_scorecard_takes_its_points_from_a_table() -> None:
    decision = decide(SPEED + CARD, priority="A", response=45)
    assert decision.line("card").results["score"] == Decimal("80.00")
    assert "`speed(response)` = 80, by the table Response table." in decision.explain().text()


def test_a_scorecard_says_which_value_reaches_the_next_band_of_a_table() -> None:
    (nearest,) = decide(SPEED + CARD, priority="B", response=75).nearest("card")
    (change,) = nearest.changes
    assert (change.metric, change.changed.value) == ("response", 60)


def test_nothing_is_better_than_the_best_band_of_the_own_row_of_a_table() -> None:
    assert decide(SPEED + CARD, priority="B", response=60).nearest("card") == ()
    assert decide(SPEED + CARD, priority="C", response=600).nearest("card") == ()


# --- Explanations


def test_the_explanation_tells_which_band_of_a_table_was_reached_and_on_which_line() -> None:
    text = f"{COMMISSION}rules: [{{id: p, kind: bonus, pay: commission(sold) - 100}}]"
    told = decide(text, sold=12000).explain().text(places=True)
    assert told.split("\n\n")[1].splitlines()[3:] == [
        "    `commission(sold)` = 660.00 CNY, by the table commission. (line 19)",
        "      12,000.00 CNY lies in band 2: more than 10,000.00 CNY, at most 20,000.00 CNY. (line 21)",
        "      Each slice at the rate of its band, together 660.00 CNY. (line 21)",
        "        Band 1: 5% × 10,000.00 CNY = 500.00 CNY. (line 21)",
        "        Band 2: 8% × 2,000.00 CNY = 160.00 CNY. (line 21)",
    ]


def test_the_explanation_tells_a_two_way_table_in_both_languages() -> None:
    decision = decide(
        f"{SPEED}rules: [{{id: p, kind: bonus, pay: speed(response)}}]", priority="A", response=20
    )
    assert "`speed(response)` = 100, by the table Response table." in decision.explain("en").text()
    assert "priority is A." in decision.explain("en").text()
    assert "A: 100." in decision.explain("en").text()
    assert "20 s lies in band 1: at most 30 s." in decision.explain("en").text()
    assert "`speed(response)` = 100（查表：响应表）。" in decision.explain("zh").text()


def test_a_formula_that_calls_a_table_tells_the_band_as_well() -> None:
    text = f"{COMMISSION}formulas: {{earned: commission(sold)}}\nrules: [{{id: p, kind: bonus, pay: earned}}]"
    told = decide(text, sold=12000).explain().text()
    assert "Band 2: 8% × 2,000.00 CNY = 160.00 CNY." in told


# --- What is refused


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("5", "IE3800 2 `5`"),
        ("[1]", "IE3800 2 `[1]`"),
        ("{A: 1}", "IE3800 2 `{A: 1}`"),
        ("{mode: slices, tier: [{rate: 1}]}", "IE1102 2 `tier`"),
        ("{by: level, junior: 1, senior: [1, 2], lead: 3}", "IE3800 2 `[1, 2]`"),
        ("{tiers: [{upto: 3, pay: 1, rate: 2}]}", "IE3801 2 `{upto: 3, pay: 1, rate: 2}`"),
        ("{tiers: [{upto: 3}]}", "IE3801 2 `{upto: 3}`"),
        ("{tiers: [{upto: 3, pay: 1}, {points: 2}]}", "IE3802 2 `2`"),
        ("{tiers: [{upto: 3, rate: 1}]}", "IE3215 2 `1`"),
        ("{mode: slices, tiers: [{upto: 3, points: 1}]}", "IE3217 2 `1`"),
        ("{mode: added, tiers: [{upto: 3, rate: 1}]}", "IE3216 2 `1`"),
        ("{tiers: [{upto: 5, pay: 1}, {upto: 3, pay: 2}, {pay: 3}]}", "IE3201 2 `3`"),
        ("{tiers: [{upto: 5, pay: 1}, {upto: 3 s, pay: 2}, {pay: 3}]}", "IE2122 2 `5`"),
        ("{tiers: [{upto: 5, points: 1}, {points: 2 s}]}", "IE3035 2 `2 s`"),
        ("{mode: whole, tiers: [{upto: 5, rate: 1 CNY}, {rate: 2 s}]}", "IE2122 2 `2 s`"),
        ("{by: level, junior: 1, senior: 2}", "IE3034 2 `level`"),
        ("{by: level, junior: 1, senior: 2, lead: 3, leed: 4}", "IE3033 2 `leed`"),
        ("{by: handled, junior: 1}", "IE3031 2 `handled`"),
        ("{by: nothing, junior: 1}", "IE2100 2 `nothing`"),
        ("{by: level, junior: 1 s, senior: 2 CNY, lead: 3 s}", "IE2122 2 `senior`"),
        ("{by: level, junior: cvat, senior: 2, lead: 3}", "IE2101 2 `cvat`"),
        ("{tiers: [{upto: cvat, pay: 2}, {pay: 3}]}", "IE2101 2 `cvat`"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_where_it_stands_whether_or_not_it_is_used(
    table: str, found: str
) -> None:
    assert problems(f"{one_table(table)}\nrules: [{{id: p, kind: bonus, pay: 1}}]") == [found]


@pytest.mark.parametrize(
    ("table", "call", "said"),
    [
        ("{tiers: [{upto: 30 s, pay: 1}, {pay: 2}]}", "t(handled)", "a duration, and `handled` is a count"),
        ("{tiers: [{upto: 30, pay: 1}, {pay: 2}]}", "t(response)", "a number, and `response` is a duration"),
        ("{tiers: [{upto: 30 CNY, pay: 1}, {pay: 2}]}", "t(hours)", "a money, and `hours` is a number"),
    ],
)
def test_a_table_is_asked_about_what_its_limits_are(table: str, call: str, said: str) -> None:
    told = message(f"{one_table(table)}\nrules: [{{id: p, kind: bonus, pay: {call}}}]")
    assert told.startswith(f"the table `t` takes {said}")


def test_a_number_without_a_unit_is_money_beside_limits_of_money() -> None:
    table = one_table("{mode: slices, tiers: [{upto: 100 CNY, rate: 5%}, {rate: 10%}]}")
    assert paid(table, "t(300)") == "25.00"  # 5 + 20


def test_a_ratio_is_not_set_against_limits_without_a_sign() -> None:
    table = one_table("{tiers: [{upto: 85, pay: 1}, {pay: 2}]}")
    found = problems(f"{table}\nrules: [{{id: p, kind: bonus, pay: t(csat)}}]")
    assert found == ["IE2124 2 `85`"]


@pytest.mark.parametrize(
    ("pay", "code"),
    [("t", "IE2102"), ("t()", "IE2160"), ("t(1, 2)", "IE2160"), ("t(level)", "IE2131"), ("tt(1)", "IE2105")],
)
def test_a_table_is_called_like_a_function(pay: str, code: str) -> None:
    found = problems(f'{one_table("{tiers: [{pay: 2}]}")}\nrules: [{{id: p, kind: bonus, pay: "{pay}"}}]')
    assert [each.split()[0] for each in found] == [code]


@pytest.mark.parametrize(
    ("table", "name", "code"),
    [
        ("{tiers: [{upto: 30 s, pay: 1}, {pay: 2}]}", "t", "IE3116"),  # money
        ("{tiers: [{upto: 30 s, points: 5%}, {points: 6%}]}", "t", "IE3116"),
        ("{tiers: [{upto: 30, points: 5}, {points: 6}]}", "t", "IE3803"),
        ("{tiers: [{points: 6}]}", "nothing", "IE3804"),
        ("{tiers: [{points: 6}]}", "tt", "IE3805"),
        ("{tiers: [{upto: 30 s}]}", "t", "IE3801"),  # and nothing about the table that could not be read
    ],
)
def test_a_scorecard_takes_points_from_a_table_that_has_some(table: str, name: str, code: str) -> None:
    card = CARD.replace("table: speed", f"table: {name}")
    assert [each.split()[0] for each in problems(one_table(table) + card)] == [code]


def test_a_table_that_depends_on_itself_is_a_cycle() -> None:
    tables = (
        "tables: {a: {tiers: [{upto: 5, pay: b(1)}, {pay: 2}]}, b: {tiers: [{upto: 5, pay: a(1)}, {pay: 2}]}}"
    )
    found = problems(f"{tables}\nrules: [{{id: p, kind: bonus, pay: a(1)}}]")
    assert {each.split()[0] for each in found} == {"IE3023"}


def test_nothing_is_said_of_what_calls_a_table_that_could_not_be_read() -> None:
    found = problems(
        "tables: {t: {tiers: [{upto: 3}]}}\nrules: [{id: p, kind: bonus, pay: t(handled)}, "
        "{id: q, kind: bonus, pay: t(csat) + t(1)}]"
    )
    assert found == ["IE3801 1 `{upto: 3}`"]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("{tiers: [{upto: 5, pay: 1}, {upto: 6 s, pay: 2}, {pay: 3}]}", "IE2122"),
        ("{tiers: [{upto: cvat, pay: 1}, {pay: 3}]}", "IE2101"),
        ("{mode: slices, tiers: [{upto: 5, rate: [1, 2]}, {rate: 3}]}", "IE3211"),
        ("{tiers: [{upto: 5, pay: [1, 2]}, {pay: [3, 4]}]}", "IE3212"),
    ],
)
def test_a_fault_of_a_table_is_said_once_however_often_it_is_called(table: str, code: str) -> None:
    found = problems(f"{one_table(table)}\nrules: [{{id: p, kind: bonus, pay: t(handled) + t(2 * handled)}}]")
    assert [each.split()[0] for each in found] == [code]


def test_the_name_of_a_table_is_taken() -> None:
    found = problems("tables: {handled: {tiers: [{pay: 2}]}}\nrules: [{id: p, kind: bonus, pay: 1}]")
    assert found == ["IE3024 1 `handled`"]


def test_a_table_is_no_value_of_an_attribute() -> None:
    found = problems(
        "tables: {t: {tiers: [{pay: 2}]}}\nparameters: {x: {by: t, A: 1}}\n"
        "rules: [{id: p, kind: bonus, pay: x}]"
    )
    assert found == ["IE2100 2 `t`"]


def test_a_policy_knows_its_tables() -> None:
    policy: Policy = policy_of(f"{COMMISSION}rules: [{{id: p, kind: bonus, pay: commission(base_salary)}}]")
    assert list(policy.shape.tables) == ["commission"]
