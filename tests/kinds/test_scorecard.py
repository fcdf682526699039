"""Scorecards: how measures become points, how points become a score, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from incentive_engine.decision.amounts import PlainValue
from tests.kinds.rewarding import Facts, codes, decide, decide_all, number, only_problem, quoted, told


def one(measure: str, more: str = "") -> str:
    """Return a scorecard of one measure."""
    return f"""{more}
rules:
  - id: card
    kind: scorecard
    perspectives:
      customer:
        weight: 100%
        measures:
          - {{{measure}, weight: 100%}}"""


def points(measure: str, result: str, more: str = "", month: str = "2026-03", **facts: Facts) -> PlainValue:
    """Return the points of the only measure."""
    return decide(one(measure, more), month, **facts).line("card").results[result]


def several(measures: str, fields: str = "") -> str:
    """Return a scorecard with one perspective of several measures."""
    listed = "\n".join(f"          - {{{measure}}}" for measure in measures.split("; "))
    return f"""
rules:
  - id: card
    kind: scorecard
    {fields}
    perspectives:
      customer:
        weight: 100%
        measures:
{listed}"""


# --- A straight line


@pytest.mark.parametrize(
    ("csat", "expected"), [("0.69", "0"), ("0.70", "0"), ("0.80", "50"), ("0.90", "100"), ("0.95", "100")]
)
def test_points_run_straight_from_zero_to_full_and_no_further(csat: str, expected: str) -> None:
    assert points("metric: csat, zero_at: 70%, full_at: 90%", "csat", csat=csat) == number(expected)


def test_where_less_is_better_the_line_leads_down() -> None:
    line = "metric: response, zero_at: 10 min, full_at: 30 s"

    # From 600 s to 30 s: 315 s is half way.
    assert points(line, "response", response=315) == number("50")
    assert points(line, "response", response=20) == number("100")


def test_points_of_a_measure_have_six_places() -> None:
    # 100 x (0.80 - 0.70) / 0.30 = 33.3333333...
    assert points("metric: csat, zero_at: 70%, full_at: 100%", "csat", csat="0.80") == number("33.333333")


def test_published_place_between_worst_and_best() -> None:
    # https://help.incontact.com/wfo/17.3/prem/Content/NiceUptivity/PerformanceManagement/BalancedScorecards/
    # ScorecardCalculations.htm: worst 65, best 95, weight 40 %; the weighted score is that of the points.
    rules = several(
        "metric: nps, weight: 40%, zero_at: 65, full_at: 95; "
        "id: rest, measure: 0 * nps, weight: 60%, as_is: yes"
    )

    scores = [decide(rules, nps=nps).line("card").results["score"] for nps in ("50", "65", "80", "95", "99")]
    assert scores == [number(score) for score in ("0", "0", "20", "40", "40")]


def test_the_ends_of_a_line_may_depend_on_attributes_dates_and_data() -> None:
    by_level = "metric: csat, zero_at: 70%, full_at: {by: level, junior: 80%, senior: 90%}"
    staged = "parameters: {target: [{until: 2026-06-30, value: 80%}, {value: 90%}]}"

    assert points(by_level, "csat", csat="0.75", level="junior") == number("50")
    assert points(by_level, "csat", csat="0.75", level="senior") == number("25")
    assert points("metric: csat, zero_at: 70%, full_at: target", "csat", staged, csat="0.75") == number("50")
    later = points("metric: csat, zero_at: 70%, full_at: target", "csat", staged, "2026-07", csat="0.75")
    assert later == number("25")
    own = "metric: handled, zero_at: 0, full_at: quota"
    assert points(own, "handled", handled=30, quota=40) == number("75")


def test_a_line_that_turns_out_to_lead_the_wrong_way_gives_no_points() -> None:
    rules = one("metric: csat, zero_at: 70%, full_at: units")

    decision = decide(rules, csat="0.75", units="0.60")
    assert decision.line("card").results["score"] is None
    assert "From 70% (0 points) to 0.6 (100 points) no straight line leads the right way here." in told(
        decision, "card"
    )


def test_the_line_is_told_with_its_ends() -> None:
    decision = decide(one("metric: csat, zero_at: 70%, full_at: 90%"), csat="0.85")

    assert told(decision, "card")[:6] == [
        "customer: 75 points, weight 100%.",
        "csat: 75 points, weight 100%.",
        "csat is 85%.",
        "85%, on the straight line from 70% (0 points) to 90% (100 points): 75 points.",
        "Score: 75.00.",
        "csat 85% -> 90%: full marks for csat. That adds nothing to the total.",
    ]
    assert told(decision, "card", "zh")[3] == "85%，在 70%（0 分）到 90%（100 分）的直线上：75 分。"


@pytest.mark.parametrize(
    ("measure", "value", "sentence"),
    [
        ("csat, zero_at: 70%, full_at: 90%", "0.9", "90%, at or above 90%: full marks, 100 points."),
        ("csat, zero_at: 70%, full_at: 90%", "0.95", "95%, at or above 90%: full marks, 100 points."),
        ("csat, zero_at: 70%, full_at: 90%", "0.7", "70%, at or below 70%: no points."),
        ("csat, zero_at: 70%, full_at: 90%", "0.6", "60%, at or below 70%: no points."),
        ("units, zero_at: 30, full_at: 5", "5", "5, at or below 5: full marks, 100 points."),
        ("units, zero_at: 30, full_at: 5", "31", "31, at or above 30: no points."),
    ],
)
def test_beyond_an_end_of_a_line_that_end_is_told(measure: str, value: str, sentence: str) -> None:
    name = measure.partition(",")[0]
    decision = decide(one(f"metric: {measure}"), **{name: value})

    assert told(decision, "card")[3] == sentence


# --- What is reached of a target


@pytest.mark.parametrize(("handled", "expected"), [(0, "0"), (100, "50"), (200, "100"), (300, "100")])
def test_attainment_is_what_is_reached_of_the_target_up_to_all_of_it(handled: int, expected: str) -> None:
    assert points("metric: handled, attainment: 200", "handled", handled=handled) == number(expected)


@pytest.mark.parametrize(
    ("response", "expected"),
    [(0, "120"), (100, "120"), (240, "120"), (250, "120"), (300, "100"), (600, "50")],
)
def test_where_less_is_better_the_target_is_divided_by_the_value_and_none_gives_the_cap(
    response: int, expected: str
) -> None:
    # 300 / 250 = 120 %, the cap
    measure = "metric: response, attainment: 5 min, cap: 120%"

    assert points(measure, "response", response=response) == number(expected)


def test_attainment_is_not_below_zero() -> None:
    assert points("metric: nps, attainment: 50", "nps", nps="-10") == number("0")


def test_attainment_is_told_with_the_target() -> None:
    higher = decide(one("metric: handled, attainment: 2 * quota"), handled=150, quota=100)
    lower = decide(
        one("metric: response, attainment: 5 min, cap: {by: level, junior: 120%, senior: 110%}"),
        response=600,
        level="junior",
    )

    assert "150 of the target 200, at most 100 points: 75." in told(higher, "card")
    assert "quota is 100." in told(higher, "card")
    assert "10 min against the target 5 min, less is better, at most 120 points: 50." in told(lower, "card")


def test_a_target_that_turns_out_not_to_be_above_zero_gives_no_points() -> None:
    rules = one("metric: handled, attainment: quota")

    decision = decide(rules, handled=150, quota=0)
    assert decision.line("card").results["score"] is None
    assert "The target 0 is not above zero here." in told(decision, "card")


def test_a_formula_goes_the_way_that_its_value_has() -> None:
    assert points("id: speed, measure: response, attainment: 5 min", "speed", response=600) == number("50")
    doubled = "id: volume, measure: 2 * handled, attainment: 400"
    assert points(doubled, "volume", handled=100) == number("50")


JOANS = """
rules:
  - id: card
    kind: scorecard
    perspectives:
      all_items:
        weight: 100%
        measures:
          - {metric: units, id: return_on_assets, weight: 40%, attainment: 18.5, cap: 120%}
          - {metric: nps, id: satisfaction, weight: 30%, attainment: 85, cap: 120%}
          - {metric: complaints, id: discount, weight: 15%, attainment: 50, cap: 120%}
          - {metric: handled, id: new_products, weight: 15%, attainment: 20, cap: 120%}
  - id: bonus
    kind: bonus
    when: "min(card.return_on_assets, card.satisfaction, card.discount, card.new_products) >= 90"
    pay: base_salary
    then: [{times: 30% * card.score / 100}]
"""


def test_published_scorecard_with_a_gate_a_cap_and_a_reverse_metric() -> None:
    # https://quesba.com/questions/linking-bsc-compensation-lo5-joan-s-fabrics-...-385823, the discount in
    # tenths: 22 / 18.5 = 118.92 %, 90 / 85 = 105.88 %, 50 / 45 = 111.11 %, 26 / 20 capped at 120 %.
    # Weighted: 47.57 + 31.76 + 16.67 + 18.00 = 114.00; 30 % of it is the printed 34.2 %.
    decision = decide(JOANS, units="22", nps="90", complaints=45, handled=26, base_salary="1000")

    results = decision.line("card").results
    assert results["return_on_assets"] == number("118.918919")
    assert results["satisfaction"] == number("105.882353")
    assert results["discount"] == number("111.111111")
    assert results["new_products"] == number("120")
    assert results["score"] == number("114.00")
    assert str(decision.total) == "342.00"


def test_published_gate_any_measure_under_90_pays_nothing() -> None:
    decision = decide(JOANS, units="16", nps="90", complaints=45, handled=26, base_salary="1000")

    assert str(decision.total) == "0.00"


# --- Bands with points


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, 300), (180, 300), (600, 100), (601, 0), (900, 0), (390, 150)]
)
def test_published_points_on_straight_lines_between_zones(seconds: int, expected: int) -> None:
    # https://community.genesys.com/discussion/point-logic?hlmlt=VT: up to 180 s 300; from 200 straight to
    # 100 at 600 s; 0 beyond. Half way, at 390 s, the line gives 150.
    tiers = "tiers: [{upto: 180 s, points: 300}, {upto: 600 s, points: [200, 100]}, {points: 0}]"

    assert points(f"metric: response, {tiers}", "response", response=seconds) == expected


def test_published_points_by_ranges_with_negative_ones() -> None:
    # https://help.calabrio.com/Content/user-guides/application-management/points.htm
    tiers = (
        "tiers: [{upto: 10, points: -5}, {upto: 20, points: -3}, {upto: 40, points: 0}, "
        "{upto: 60, points: 1}, {upto: 90, points: 2}, {points: 5}]"
    )

    found = [
        points(f"metric: handled, {tiers}", "handled", handled=score)
        for score in (10, 11, 20, 21, 40, 41, 60, 61, 90, 91)
    ]
    assert found == [-5, -3, -3, 0, 0, 1, 1, 2, 2, 5]


def test_bands_are_told_under_their_measure() -> None:
    decision = decide(
        one("metric: csat, tiers: [{from: 95%, points: 100}, {from: 85%, points: 80}, {points: 0}]"),
        csat="0.9",
    )

    assert told(decision, "card")[1:5] == [
        "csat: 80 points, weight 100%.",
        "csat is 90%.",
        "90% lies in band 2: at least 85%, below 95%.",
        "This band gives 80.",
    ]
    assert "csat 90% -> 95%: more points for csat." in decision.explain().text()


# --- Standing among others


AGENTS: dict[str, dict[str, Facts]] = {
    "A": {"csat": "0.90", "repeat_rate": "0.10", "team": "red"},
    "B": {"csat": "0.80", "repeat_rate": "0.20", "team": "red"},
    "C": {"csat": "0.80", "repeat_rate": "0.30", "team": "blue"},
    "D": {"csat": "0.70", "repeat_rate": "0.40", "team": "blue"},
}


def standings(measure: str) -> list[PlainValue]:
    decisions = decide_all(one(measure), AGENTS)
    return [decisions.of(agent, "2026-03").line("card").results["score"] for agent in AGENTS]


def test_percentile_is_the_share_of_peers_below_and_half_of_those_equal() -> None:
    # A: 3 below and itself by half: 3.5 / 4. B and C: 1 below, 2 equal: 2 / 4. D: 0.5 / 4.
    assert standings("metric: csat, percentile: all") == [Decimal("87.5"), 50, 50, Decimal("12.5")]


def test_percentile_within_a_group() -> None:
    assert standings("metric: csat, percentile: team") == [75, 25, 75, 25]


def test_percentile_follows_what_is_better() -> None:
    assert standings("metric: repeat_rate, percentile: all") == [
        Decimal("87.5"),
        Decimal("62.5"),
        Decimal("37.5"),
        Decimal("12.5"),
    ]


def test_percentile_of_a_formula() -> None:
    assert standings("id: inverse, measure: 1 - csat, percentile: all") == [
        Decimal("12.5"),
        50,
        50,
        Decimal("87.5"),
    ]


def test_without_peers_a_percentile_is_unknown() -> None:
    assert decide(one("metric: csat, percentile: all"), csat="0.9").line("card").results["score"] is None


@pytest.mark.parametrize(
    ("csat", "expected"), [("0.80", "0"), ("0.82", "12.5"), ("0.86", "50"), ("0.91", "87.5"), ("0.95", "100")]
)
def test_a_value_may_be_compared_with_those_of_others(csat: str, expected: str) -> None:
    # Of 82, 85, 88 and 91 %: 0.86 is above two; 0.82 equals one, which counts by half.
    assert points("metric: csat, percentile: [82%, 85%, 88%, 91%]", "csat", csat=csat) == number(expected)


def test_compared_with_others_less_may_be_better() -> None:
    measure = "metric: response, percentile: [30 s, 60 s, 90 s]"

    # Below two of three, equal to one: 2.5 / 3
    assert points(measure, "response", response=30) == number("83.333333")
    assert points(measure, "response", response=100) == number("0")


def test_standing_is_told_the_way_it_is_counted() -> None:
    decisions = decide_all(
        several(
            "metric: csat, percentile: all, weight: 50%; metric: repeat_rate, percentile: team, weight: 50%"
        ),
        AGENTS,
    )
    explanation = told(decisions.of("A", "2026-03"), "card")
    among = decide(
        several(
            "metric: csat, percentile: [80%, 85%], weight: 50%; "
            "metric: response, percentile: [30 s, 60 s], weight: 50%"
        ),
        csat="0.9",
        response=45,
    )

    assert "90% is higher than 87.5 of 100 in the group, those equal counted by half." in explanation
    assert "10% is lower than 75 of 100 in the group, those equal counted by half." in explanation
    assert "90% is higher than 100% of the values to compare with, those equal counted by half." in told(
        among, "card"
    )
    assert "45 s is lower than 50% of the values to compare with, those equal counted by half." in told(
        among, "card"
    )


# --- As it is


def test_a_supplied_score_counts_as_it_is() -> None:
    decision = decide(one("metric: units, as_is: yes"), units="87.65")

    assert decision.line("card").results["score"] == number("87.65")
    assert "87.65 counts as it is." in told(decision, "card")


# --- Weights


def test_a_score_is_the_mean_of_perspectives_which_are_means_of_measures() -> None:
    rules = """
rules:
  - id: card
    kind: scorecard
    perspectives:
      customer:
        weight: 70%
        title: {en: Customer, zh: 客户}
        measures:
          - {metric: csat, weight: 60%, zero_at: 70%, full_at: 90%}
          - {metric: units, weight: 40%, as_is: yes, title: Work}
      process:
        weight: 30%
        measures:
          - {metric: nps, weight: 100%, as_is: yes}
"""
    # customer: 0.6 x 75 + 0.4 x 41 = 61.4; score: 0.7 x 61.4 + 0.3 x 90.01 = 69.983 -> 69.98
    decision = decide(rules, csat="0.85", units="41", nps="90.01")

    results = decision.line("card").results
    assert [results[name] for name in ("csat", "units", "nps")] == [75, 41, number("90.01")]
    assert [results[name] for name in ("customer", "process", "score")] == [
        number("61.4"),
        number("90.01"),
        number("69.98"),
    ]
    assert "Customer: 61.4 points, weight 70%." in told(decision, "card")
    assert "客户：61.4 分，权重 70%。" in told(decision, "card", "zh")
    assert "Work: 41 points, weight 40%." in told(decision, "card")


SHARES = """
rules:
  - id: card
    kind: scorecard
    perspectives:
      service:
        measures:
          - {metric: csat, weight: 20%, zero_at: 0%, full_at: 100%}
          - {metric: nps, weight: 15%, as_is: yes}
          - {id: compliance, measure: 1 - repeat_rate, weight: 5%, zero_at: 0%, full_at: 100%}
      elsewhere:
        weight: 60%
        measures:
          - {metric: units, weight: 100%, as_is: yes}
"""


def test_in_a_perspective_without_a_weight_measures_carry_shares_of_the_whole() -> None:
    # 20 % x 90 + 15 % x 80 + 5 % x 100 = 35 of 40; with 60 % x 70 = 42 from elsewhere: 77
    decision = decide(SHARES, csat="0.9", nps="80", repeat_rate="0", units="70")

    results = decision.line("card").results
    assert results["service"] == number("87.5")
    assert results["score"] == number("77")
    assert "service: 87.5 points, weight 40%." in told(decision, "card")


def test_weights_may_depend_on_an_attribute() -> None:
    rules = several(
        "metric: units, weight: {by: level, junior: 80%, senior: 30%}, as_is: yes; "
        "metric: nps, weight: {by: level, junior: 20%, senior: 70%}, as_is: yes"
    )

    assert decide(rules, units="100", nps="0", level="junior").line("card").results["score"] == 80
    assert decide(rules, units="100", nps="0", level="senior").line("card").results["score"] == 30
    assert decide(rules, units="100", nps="0").line("card").results["score"] is None


def test_what_has_no_weight_may_be_unknown() -> None:
    rules = several(
        "metric: units, weight: {by: level, junior: 100%, senior: 30%}, as_is: yes; "
        "metric: nps, weight: {by: level, junior: 0%, senior: 70%}, as_is: yes"
    )

    assert decide(rules, units="80", level="junior").line("card").results["score"] == 80
    assert decide(rules, units="80", level="senior").line("card").results["score"] is None


def test_normalised_weights_need_not_sum_to_anything() -> None:
    rules = several(
        "metric: units, weight: 3, as_is: yes; metric: nps, weight: complaints, as_is: yes",
        "weights: normalise",
    )

    # (3 x 80 + 1 x 40) / 4 = 70
    assert decide(rules, units="80", nps="40", complaints=1).line("card").results["score"] == 70
    assert decide(rules, units="80", nps="40", complaints=0).line("card").results["score"] == 80


def test_weights_as_data_that_do_not_sum_to_100_percent_leave_no_score() -> None:
    rules = several("metric: units, weight: csat, as_is: yes; metric: nps, weight: 40%, as_is: yes")

    assert decide(rules, units="80", nps="40", csat="0.6").line("card").results["score"] == 64
    decision = decide(rules, units="80", nps="40", csat="0.5")
    assert decision.line("card").results["score"] is None
    assert "The weights sum to 90% here, not 100%." in told(decision, "card")
    assert "customer: no score." in told(decision, "card")
    assert "No score." in told(decision, "card")


# --- What is unknown


TWO = (
    "metric: quality, weight: 60%, zero_at: 0%, full_at: 100%, unknown: {0}; "
    "metric: nps, weight: 40%, as_is: yes"
)


def test_a_measure_that_is_unknown_leaves_the_mean_where_it_says_reweigh() -> None:
    rules = several(TWO.format("reweigh"))

    assert decide(rules, quality="0.9", surveys=20, nps="80").line("card").results["score"] == 86
    decision = decide(rules, quality="0.9", surveys=19, nps="80")
    assert decision.line("card").results["score"] == 80
    assert "quality cannot be scored: its weight goes to the other measures." in told(decision, "card")


def test_a_measure_that_is_unknown_may_count_with_a_value() -> None:
    rules = several(TWO.format(50))

    decision = decide(rules, quality="0.9", surveys=19, nps="80")
    assert decision.line("card").results["score"] == 62  # 60 % x 50 + 40 % x 80
    assert "quality cannot be scored: it counts as 50 points, weight 60%." in told(decision, "card")


def test_published_minimum_sample() -> None:
    # https://acrsupport.acr.org/support/solutions/articles/11000047991-mips-quality-performance-scoring:
    # below 20 cases 3 points in place of the measured ones.
    rules = several("id: quality_points, measure: 10 * quality, weight: 100%, as_is: yes, unknown: 3")

    assert decide(rules, quality="0.84", surveys=19).line("card").results["score"] == 3
    assert decide(rules, quality="0.84", surveys=40).line("card").results["score"] == number("8.4")


def test_a_measure_that_says_nothing_makes_the_score_unknown() -> None:
    rules = several("metric: units, weight: 50%, as_is: yes; metric: nps, weight: 50%, as_is: yes")

    decision = decide(rules, nps="80")
    assert decision.line("card").results["score"] is None
    assert decision.line("card").outcome == "undetermined"
    assert "units cannot be scored, and so there is no score." in told(decision, "card")


def test_another_measure_that_may_leave_does_not_hide_one_that_may_not() -> None:
    rules = several(TWO.format("reweigh"))

    assert decide(rules, quality="0.9", surveys=20).line("card").results["score"] is None


PARTS = """
rules:
  - id: card
    kind: scorecard
    perspectives:
      customer:
        weight: {by: region, north: 70%, south: 70%, west: 0%}
        measures:
          - {metric: csat, weight: 60%, zero_at: 0%, full_at: 100%, unknown: reweigh}
          - {metric: units, weight: 40%, as_is: yes, unknown: reweigh}
      process:
        weight: {by: region, north: 30%, south: 30%, west: 100%}
        measures:
          - {metric: nps, weight: 100%, as_is: yes}
"""


def test_a_perspective_with_nothing_known_leaves_the_mean() -> None:
    assert decide(PARTS, nps="55", region="north").line("card").results["score"] == 55
    assert decide(PARTS, nps="55", csat="0.9", region="north").line("card").results["score"] == number("79.5")


def test_a_perspective_that_must_be_known_does_not_leave() -> None:
    assert decide(PARTS, csat="0.9", units="80", region="north").line("card").results["score"] is None


def test_a_perspective_without_weight_is_not_missed() -> None:
    swapped = PARTS.replace("west: 0%", "west: 100%", 1).replace(
        "west: 100%}\n        measures:\n          - {metric: nps",
        "west: 0%}\n        measures:\n          - {metric: nps",
        1,
    )

    assert decide(swapped, csat="0.9", units="80", region="west").line("card").results["score"] == 86


def test_all_unknown_is_unknown() -> None:
    rules = several("metric: units, weight: 100%, as_is: yes, unknown: reweigh")

    assert decide(rules).line("card").results["score"] is None


# --- Grades


def graded(grades: str) -> str:
    return several("metric: units, weight: 100%, as_is: yes", f"grades: {grades}")


@pytest.mark.parametrize(
    ("score", "grade"),
    [("90", "A"), ("89.99", "B"), ("80", "B"), ("79.995", "B"), ("79.99", "C"), ("0", "D")],
)
def test_a_grade_begins_at_its_lowest_score_of_two_places(score: str, grade: str) -> None:
    # 79.995 at two places is 80.00, half up.
    grades = graded("{A: 90, B: 80, C: 70, D: 0}")
    rules = grades.replace("metric: units", "id: work, measure: units / 1000")

    assert decide(rules, units=str(Decimal(score) * 1000)).line("card").results["grade"] == grade


def test_grades_may_be_listed_upwards_and_have_any_name() -> None:
    rules = graded("{待改进: 0, 良好: 80, 优秀+: 90}")

    assert decide(rules, units="85").line("card").results["grade"] == "良好"
    assert decide(rules, units="95").line("card").results["grade"] == "优秀+"


def test_a_formula_compares_the_grade_with_a_name() -> None:
    rules = graded("{A: 90, B: 0}") + '\n  - {id: top, kind: bonus, when: card.grade == "A", pay: 100}'

    assert str(decide(rules, units="95").total) == "100.00"
    assert str(decide(rules, units="85").total) == "0.00"
    assert codes(rules.replace('"A"', '"a"')) == ["IE2106"]


def test_the_grade_is_told_and_a_better_one_is_a_goal() -> None:
    decision = decide(graded("{A: 90, B: 80, C: 0}"), units="75")

    assert "Grade: C, from 0 to under 80." in told(decision, "card")
    assert "等级：C（0 以上，不满 80）。" in told(decision, "card", "zh")
    assert "Grade: A, from 90." in told(decide(graded("{A: 90, B: 80, C: 0}"), units="95"), "card")
    assert "units 75 -> 80: a better grade. That adds nothing to the total." in told(decision, "card")
    (full,) = decide(graded("{A: 90, B: 80, C: 0}"), units="95").nearest("card")
    assert full.changes[0].changed.value == Fraction(100)


def test_an_unknown_score_has_no_grade() -> None:
    assert decide(graded("{A: 90, B: 0}")).line("card").results["grade"] is None


def test_published_medals() -> None:
    # https://m.777doc.com/doc-7212041.html: weights 30/20/20/20/5/5, gold from 90, silver from 80, bronze
    # from 70. 0.3 x 85 + 0.2 x 80 + 0.2 x 100 + 0.2 x 80 + 0.05 x 100 + 0.05 x 100 = 87.5
    completion = ", ".join(
        [
            "{from: 100, points: 100}",
            *(f"{{from: {low}, points: {low - 5 - (90 - low) // 2}}}" for low in (90, 80, 70, 60, 50, 40)),
            "{points: 0}",
        ]
    )
    rules = several(
        f"metric: handled, id: completion, weight: 30%, tiers: [{completion}]; "
        "metric: surveys, weight: 20%, tiers: "
        "[{from: 45, points: 100}, {from: 40, points: 80}, {from: 35, points: 60}, {points: 0}]; "
        "metric: units, weight: 20%, as_is: yes; "
        "metric: csat, id: reply_rate, weight: 20%, tiers: "
        "[{from: 98%, points: 100}, {from: 95%, points: 80}, {from: 92%, points: 60}, {points: 0}]; "
        "metric: response, weight: 5%, tiers: "
        "[{upto: 35 s, points: 100}, {upto: 45 s, points: 80}, {upto: 55 s, points: 60}, {points: 0}]; "
        "metric: nps, id: attendance, weight: 5%, as_is: yes",
        "grades: {gold: 90, silver: 80, bronze: 70, none: 0}",
    )

    results = (
        decide(rules, handled=90, surveys=40, units="100", csat="0.95", response=35, nps="100")
        .line("card")
        .results
    )
    assert results["completion"] == 85
    assert results["score"] == number("87.5")
    assert results["grade"] == "silver"


# --- What is refused


def refused(rules: str) -> tuple[str, str, str]:
    problem = only_problem(rules)
    return problem.code, problem.message(), quoted(problem, rules)


LINE = "zero_at: 0%, full_at: 100%"


def test_weights_of_measures_that_sum_to_99_percent() -> None:
    rules = several(f"metric: csat, weight: 59%, {LINE}; metric: units, weight: 40%, as_is: yes")

    assert refused(rules) == (
        "IE3101",
        "the weights of the measures of `customer` sum to 99%, not 100%",
        "59%",
    )


def test_weights_without_per_cent_signs() -> None:
    rules = several(f"metric: csat, weight: 60, {LINE}; metric: units, weight: 40, as_is: yes")

    assert refused(rules)[1] == "the weights of the measures of `customer` sum to 10000%, not 100%"


def test_weights_that_miss_100_percent_for_one_value_of_an_attribute() -> None:
    rules = several(
        f"metric: csat, weight: {{by: level, junior: 60%, senior: 50%}}, {LINE}; "
        "metric: units, weight: 40%, as_is: yes"
    )

    assert refused(rules)[1].endswith("sum to 90%, not 100% (level = senior)")


def test_weights_that_miss_100_percent_for_a_small_whole_number_of_the_data() -> None:
    rules = several(f"metric: csat, weight: skill * 30%, {LINE}; metric: units, weight: 40%, as_is: yes")

    assert refused(rules)[1].endswith("sum to 70%, not 100% (skill = 1)")


def test_weights_that_miss_100_percent_where_a_flag_is_set() -> None:
    rules = several(
        f"metric: csat, weight: 60% if reviewed else 70%, {LINE}; metric: units, weight: 40%, as_is: yes"
    )

    assert refused(rules)[1].endswith("sum to 110%, not 100% (reviewed = 0)")


def test_weights_of_perspectives_and_shares_that_do_not_sum_to_100_percent() -> None:
    assert refused(SHARES.replace("weight: 60%", "weight: 50%"))[:2] == (
        "IE3102",
        "the weights of the perspectives sum to 90%, not 100%",
    )


def test_a_grade_that_no_score_reaches() -> None:
    rules = several(f"metric: csat, weight: 100%, {LINE}", "grades: {A: 900, B: 80, C: 0}")

    assert refused(rules) == ("IE3121", "no score of this scorecard reaches 900", "900")


def test_a_grade_above_100_that_an_attainment_above_its_target_reaches() -> None:
    rules = "metric: csat, weight: 100%, attainment: 80%, cap: {cap}"
    grades = "grades: {A: 110, C: 0}"

    assert codes(several(rules.replace("{cap}", "120%"), grades)) == []
    assert codes(several(rules.replace("{cap}", "105%"), grades)) == ["IE3121"]


def test_a_grade_that_is_reached_in_some_cases_is_no_mistake() -> None:
    rules = several(
        "metric: csat, weight: 100%, attainment: 80%, cap: {by: level, junior: 100%, senior: 120%}",
        "grades: {A: 110, C: 0}",
    )

    assert codes(rules) == []


def test_a_target_that_is_missing_its_per_cent_sign_for_one_level() -> None:
    rules = one("metric: csat, attainment: {by: level, junior: 85%, senior: 90}")

    assert codes(rules) == ["IE2127"]


def test_a_sum_of_weights_is_told_with_its_terms() -> None:
    problem = only_problem(
        several(f"metric: csat, weight: 70, {LINE}; metric: units, weight: 30%, as_is: yes")
    )

    # 70 is 7000 per cent.
    assert problem.hint().startswith("7000% + 30% = 7030%: make them sum to 100% (`70%`, not `70`)")


def test_a_negative_weight() -> None:
    rules = several(f"metric: csat, weight: -20%, {LINE}; metric: units, weight: 120%, as_is: yes")

    assert refused(rules) == ("IE3100", "this weight is -20%", "-20%")


def test_an_unknown_metric_with_the_one_that_is_meant() -> None:
    problem = only_problem(one(f"metric: cast, {LINE}"))

    assert problem.code == "IE2101"
    assert "csat" in problem.message() + problem.hint()


def test_an_attribute_is_no_metric() -> None:
    assert refused(one("metric: quota, attainment: 5")) == ("IE3115", "`quota` is not a metric", "quota")


def test_a_metric_that_is_no_number() -> None:
    assert codes(one("metric: reviewed, as_is: yes")) == ["IE3035"]


def test_a_measure_with_metric_and_formula_or_neither() -> None:
    assert refused(one(f"metric: csat, measure: csat, id: x, {LINE}"))[0] == "IE3103"
    assert refused(one(f"id: x, {LINE}"))[0] == "IE3103"


def test_a_formula_needs_an_id() -> None:
    assert refused(one(f"measure: 1 - csat, {LINE}"))[0] == "IE3104"


def test_a_measure_without_a_way_to_score_it() -> None:
    assert refused(one("metric: csat"))[:2] == ("IE3105", "it is not said how this measure becomes points")
    assert refused(one("metric: csat, as_is: no"))[0] == "IE3105"


def test_a_measure_with_several_ways_to_score_it() -> None:
    assert refused(one(f"metric: csat, {LINE}, attainment: 90%"))[:2] == (
        "IE3106",
        "this measure is scored in several ways: zero_at, attainment",
    )


@pytest.mark.parametrize("end", ["zero_at: 0%", "full_at: 100%"])
def test_a_line_with_one_end(end: str) -> None:
    assert refused(one(f"metric: csat, {end}"))[:2] == ("IE3107", "`zero_at` and `full_at` go together")


def test_a_cap_on_a_line() -> None:
    assert refused(one(f"metric: csat, {LINE}, cap: 120%"))[0] == "IE3108"


def test_two_measures_of_one_name() -> None:
    rules = several(f"metric: csat, weight: 60%, {LINE}; metric: csat, weight: 40%, attainment: 90%")

    assert refused(rules) == ("IE3109", "the scorecard has another result named `csat`", "csat")


@pytest.mark.parametrize("name", ["score", "grade", "customer", "amount"])
def test_a_measure_with_the_name_of_another_result(name: str) -> None:
    assert refused(one(f"metric: csat, id: {name}, {LINE}"))[0] == "IE3109"


def test_a_line_without_a_way() -> None:
    assert refused(one("metric: csat, zero_at: 90%, full_at: 90%")) == (
        "IE3110",
        "`zero_at` and `full_at` are both 90%",
        "90%",
    )
    assert refused(one("id: twice, measure: 2 * handled, zero_at: 90, full_at: 90"))[0] == "IE3110"


def test_a_line_against_what_is_better() -> None:
    assert refused(one("metric: csat, zero_at: 90%, full_at: 70%"))[:2] == (
        "IE3111",
        "the metric says `better: higher`, but 0 points are at 90% and 100 points at 70%",
    )
    assert refused(one("metric: response, zero_at: 30 s, full_at: 10 min"))[:2] == (
        "IE3111",
        "the metric says `better: lower`, but 0 points are at 30 s and 100 points at 600 s",
    )


def test_a_line_against_what_is_better_for_one_value_of_an_attribute() -> None:
    rules = one("metric: csat, zero_at: 80%, full_at: {by: level, junior: 90%, senior: 70%}")

    assert refused(rules)[1].endswith("0 points are at 80% and 100 points at 70% (level = senior)")


def test_a_metric_that_does_not_say_what_is_better_goes_either_way() -> None:
    assert points("metric: handled, zero_at: 100, full_at: 0", "handled", handled=25) == number("75")


def test_a_target_that_is_not_above_zero() -> None:
    assert refused(one("metric: nps, attainment: -5"))[:2] == ("IE3112", "the target is -5")


def test_a_target_that_can_never_be_above_zero_whatever_it_is() -> None:
    assert refused(one("metric: nps, attainment: -quota"))[:2] == ("IE3112", "the target is …")


def test_a_ratio_is_not_points() -> None:
    assert refused(one("metric: csat, as_is: yes"))[:2] == (
        "IE3113",
        "`csat` is a ratio, not points from 0 to 100",
    )
    assert refused(one("metric: revenue, as_is: yes"))[0] == "IE3113"


def test_a_metric_that_may_be_thin_without_a_word_on_it() -> None:
    assert refused(one(f"metric: quality, {LINE}"))[:2] == (
        "IE3114",
        "`quality` is unknown where there is not enough of it, and this measure does not say what holds then",
    )


def test_a_formula_that_reads_a_metric_that_may_be_thin() -> None:
    more = "formulas: {error_rate: 1 - quality}"

    assert (
        refused(
            one(
                f"id: errors, measure: csat * reviewed_share - error_rate, {LINE}",
                more + "\nparameters: {reviewed_share: 50%}",
            )
        )[0]
        == "IE3114"
    )
    assert codes(one(f"id: errors, measure: error_rate, {LINE}, unknown: reweigh", more)) == []


def test_grades_that_leave_scores_without_one() -> None:
    assert refused(graded("{gold: 90, silver: 80, bronze: 70}")) == (
        "IE3120",
        "scores below 70 have no grade",
        "70",
    )


def test_grades_out_of_order() -> None:
    assert refused(graded("{A: 90, B: 70, C: 80, D: 0}"))[:2] == (
        "IE3201",
        "the bands are out of order: 80 and 70 do not follow each other upwards",
    )


def test_a_faulty_grade_is_reported_alone() -> None:
    rules = graded("{A: ninety, B: 0}") + '\n  - {id: top, kind: bonus, when: card.grade == "A", pay: 100}'

    assert "IE2100" in codes(rules)


def test_a_condition_on_a_scorecard() -> None:
    rules = several("metric: units, weight: 100%, as_is: yes", "when: csat > 0")

    assert refused(rules) == ("IE3130", "a scorecard pays nothing that `when` could decide on", "csat > 0")


def test_bands_of_a_measure_are_checked_as_those_of_a_bonus() -> None:
    assert codes(
        one("metric: csat, tiers: [{from: 80%, points: 1}, {from: 90%, points: 2}, {points: 0}]")
    ) == ["IE3201"]
    assert codes(one("metric: csat, tiers: [{upto: 80%, points: 1}, {from: 90%, points: 2}]")) == ["IE3203"]
    assert codes(one("metric: csat, tiers: [{upto: 80%, points: 1}, {points: [1, 2]}]")) == ["IE3212"]


@pytest.mark.parametrize(
    "scored",
    [
        "zero_at: none_such, full_at: 1",
        "attainment: none_such",
        "attainment: 1, cap: none_such",
        "tiers: [{upto: none_such, points: 1}, {points: 2}]",
        "percentile: none_such",
        "percentile: [none_such]",
    ],
)
def test_a_faulty_number_is_reported_alone(scored: str) -> None:
    assert len(codes(one(f"metric: units, {scored}"))) == 1
