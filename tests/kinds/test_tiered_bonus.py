"""Tiered bonuses: how bands pay, where their edges lie, what is told of them, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.kinds.rewarding import amount, codes, decide, number, only_problem, quoted, told


def bonus(fields: str, tiers: str, more: str = "") -> str:
    return f"""{more}
rules:
  - id: bonus
    kind: tiered_bonus
    {fields}
    tiers:
{tiers}"""


def bands(*bands: str) -> str:
    return "\n".join(f"      - {{{band}}}" for band in bands)


# --- Slices

WORKLOAD = bonus(
    "{measure: handled, mode: slices}"[1:-1].replace(", ", "\n    "),
    bands("upto: 500, rate: 0", "upto: 1000, rate: 1.50", "upto: 1500, rate: 2.25", "rate: 3"),
)


@pytest.mark.parametrize(
    ("handled", "pays"),
    [
        (0, "0.00"),
        (500, "0.00"),
        (501, "1.50"),  # 1 x 1.50
        (1000, "750.00"),  # 500 x 1.50
        (1234, "1276.50"),  # 500 x 1.50 + 234 x 2.25
        (2000, "3375.00"),  # 500 x 1.50 + 500 x 2.25 + 500 x 3
    ],
)
def test_each_slice_of_the_measure_is_paid_at_the_rate_of_its_band(handled: int, pays: str) -> None:
    assert amount(WORKLOAD, handled=handled) == pays


def test_the_explanation_shows_each_slice_with_its_part_its_rate_and_what_it_gave() -> None:
    decision = decide(WORKLOAD, handled=1234)

    assert told(decision, "bonus")[:6] == [
        "handled is 1,234.",
        "1,234 lies in band 3: more than 1,000, at most 1,500.",
        "Each slice at the rate of its band, together 1,276.50 CNY.",
        "Band 1: 0.00 CNY × 500 = 0.00 CNY.",
        "Band 2: 1.50 CNY × 500 = 750.00 CNY.",
        "Band 3: 2.25 CNY × 234 = 526.50 CNY.",
    ]
    assert told(decision, "bonus", "zh")[1:4] == [
        "1,234 属于档位 3：大于 1,000 且不超过 1,500。",
        "各段按所在档位的费率计算，合计 1,276.50 元。",
        "档位 1：0.00 元 × 500 = 0.00 元。",
    ]


def test_the_slice_in_the_open_band_goes_on_without_end() -> None:
    assert "Band 4: 3.00 CNY × 500 = 1,500.00 CNY." in told(decide(WORKLOAD, handled=2000), "bonus")


def test_a_rate_on_money_is_a_plain_number_or_a_percentage() -> None:
    rules = bonus("measure: revenue\n    mode: slices", bands("upto: 1000 CNY, rate: 1%", "rate: 0.02"))

    # 1000 x 1 % + 500 x 2 % = 20
    assert amount(rules, revenue="1500") == "20.00"
    assert "Band 1: 1% × 1,000.00 CNY = 10.00 CNY." in told(decide(rules, revenue="1500"), "bonus")


def test_slices_count_from_zero_and_a_negative_measure_takes_off() -> None:
    rules = bonus("measure: nps\n    mode: slices", bands("upto: 20, rate: 10", "rate: 20"))

    assert amount(rules, nps="-5") == "-50.00"
    assert amount(rules, nps="21") == "220.00"  # 20 x 10 + 1 x 20


def test_slices_that_start_above_zero_leave_what_lies_below_unpaid() -> None:
    rules = bonus("measure: handled\n    mode: slices", bands("from: 100, rate: 1", "from: 200, rate: 2"))

    assert amount(rules, handled=250) == "200.00"  # 100 x 1 + 50 x 2
    assert amount(rules, handled=99) == "undetermined"


# --- The whole measure, fixed amounts, added amounts


def test_whole_pays_the_rate_of_the_band_reached_on_the_whole_measure() -> None:
    rules = bonus("measure: handled\n    mode: whole", bands("upto: 100, rate: 1", "rate: 2.50"))

    assert amount(rules, handled=100) == "100.00"
    assert amount(rules, handled=101) == "252.50"
    assert "2.50 CNY × 101 = 252.50 CNY." in told(decide(rules, handled=101), "bonus")


def test_whole_with_a_pair_lets_the_rate_grow_across_the_band() -> None:
    rules = bonus(
        "measure: handled\n    mode: whole", bands("upto: 100, rate: 1", "upto: 200, rate: [1, 3]", "rate: 3")
    )

    # Half way through the band the rate is 2: 150 x 2 = 300
    assert amount(rules, handled=150) == "300.00"
    assert told(decide(rules, handled=150), "bonus")[2:4] == [
        "From 1.00 CNY to 3.00 CNY in a straight line across this band: here 2.00 CNY.",
        "2.00 CNY × 150 = 300.00 CNY.",
    ]


def test_bands_with_pay_give_a_fixed_amount_unless_a_mode_is_said() -> None:
    rules = bonus("measure: csat", bands("below: 85%, pay: 0", "below: 90%, pay: 300", "pay: 500"))

    assert [amount(rules, csat=csat) for csat in ("0.8499", "0.85", "0.8999", "0.90", "1")] == [
        "0.00",
        "300.00",
        "300.00",
        "500.00",
        "500.00",
    ]
    assert told(decide(rules, csat="0.85"), "bonus")[1:3] == [
        "85% lies in band 2: at least 85%, below 90%.",
        "This band gives 300.00 CNY.",
    ]


def test_a_pair_pays_on_a_straight_line_across_the_band_that_begins_at_zero_where_it_is_the_first() -> None:
    rules = bonus("measure: nps", bands("upto: 50, pay: [0, 100]", "upto: 100, pay: [100, 300]", "pay: 400"))

    # 25 of 50 are half of 100; 75 is half way from 100 to 300; below zero the line has not begun.
    assert [amount(rules, nps=nps) for nps in ("-10", "0", "25", "50", "75", "100")] == [
        "0.00",
        "0.00",
        "50.00",
        "100.00",
        "200.00",
        "300.00",
    ]


def test_a_pair_leads_from_the_lower_to_the_upper_end_also_where_bands_are_listed_downwards() -> None:
    rules = bonus("measure: csat", bands("from: 95%, pay: 500", "from: 85%, pay: [100, 300]", "pay: 0"))

    assert amount(rules, csat="0.90") == "200.00"


def test_a_pair_may_stand_between_limits_that_only_the_data_know() -> None:
    rules = bonus(
        "measure: handled", bands("upto: quota, pay: 0", "upto: 3 * quota, pay: [0, 100]", "pay: 100")
    )

    # Band 2 goes from 30 to 90: 50 is 20 of its 60, 100 x 20 / 60 = 33.333333, rounded once to 33.33
    assert amount(rules, handled=50, quota=30) == "33.33"
    assert amount(rules, handled=30, quota=30) == "0.00"


def test_added_pays_the_amounts_of_all_bands_up_to_the_one_reached() -> None:
    rules = bonus(
        "measure: handled\n    mode: added", bands("below: 50, pay: 0", "below: 100, pay: 10", "pay: 20")
    )

    assert [amount(rules, handled=handled) for handled in (49, 50, 100)] == ["0.00", "10.00", "30.00"]
    assert told(decide(rules, handled=100), "bonus")[2:6] == [
        "All bands up to this one, together 30.00 CNY.",
        "Band 1 gives 0.00 CNY.",
        "Band 2 gives 10.00 CNY.",
        "Band 3 gives 20.00 CNY.",
    ]


# --- Edges, directions, what lies outside


@pytest.mark.parametrize(
    ("listed", "at_the_limit"),
    [
        (("upto: 100, pay: 1", "pay: 2"), "1.00"),
        (("below: 100, pay: 1", "pay: 2"), "2.00"),
        (("pay: 1", "from: 100, pay: 2"), "2.00"),
        (("pay: 1", "above: 100, pay: 2"), "1.00"),
        (("from: 100, pay: 2", "pay: 1"), "2.00"),
        (("above: 100, pay: 2", "pay: 1"), "1.00"),
        (("pay: 2", "upto: 100, pay: 1"), "1.00"),
        (("pay: 2", "below: 100, pay: 1"), "2.00"),
    ],
)
def test_a_value_on_the_limit_belongs_where_the_word_says(listed: tuple[str, ...], at_the_limit: str) -> None:
    rules = bonus("measure: handled", bands(*listed))

    assert amount(rules, handled=100) == at_the_limit
    assert (amount(rules, handled=99), amount(rules, handled=101)) == ("1.00", "2.00")


@pytest.mark.parametrize(
    ("listed", "sentences"),
    [
        (
            ("upto: 10, pay: 1", "upto: 20, pay: 2", "pay: 3"),
            ("at most 10", "more than 10, at most 20", "more than 20"),
        ),
        (
            ("below: 10, pay: 1", "below: 20, pay: 2", "pay: 3"),
            ("below 10", "at least 10, below 20", "at least 20"),
        ),
    ],
)
def test_the_explanation_says_between_which_limits_a_value_lies(
    listed: tuple[str, ...], sentences: tuple[str, ...]
) -> None:
    rules = bonus("measure: handled", bands(*listed))

    for number_, (handled, sentence) in enumerate(zip((5, 15, 25), sentences, strict=True), 1):
        assert f"{handled} lies in band {number_}: {sentence}." in told(
            decide(rules, handled=handled), "bonus"
        )


def test_bands_are_numbered_as_they_are_listed() -> None:
    rules = bonus("measure: handled", bands("from: 200, pay: 3", "from: 100, pay: 2", "pay: 1"))

    assert [decide(rules, handled=handled).line("bonus").results["band"] for handled in (250, 150, 50)] == [
        number("1"),
        number("2"),
        number("3"),
    ]


def test_one_band_without_a_limit_holds_everything() -> None:
    rules = bonus("measure: handled\n    mode: whole", bands("rate: 2"))

    assert amount(rules, handled=7) == "14.00"
    assert "7 lies in band 1, the only one." in told(decide(rules, handled=7), "bonus")
    assert amount(rules) == "undetermined"


@pytest.mark.parametrize(
    ("listed", "inside", "outside"),
    [
        (("upto: 10, pay: 1", "upto: 20, pay: 2"), {5: "1.00", 20: "2.00"}, 21),
        (("below: 10, pay: 1", "below: 20, pay: 2"), {5: "1.00", 19: "2.00"}, 20),
        (("from: 10, pay: 1", "from: 20, pay: 2"), {10: "1.00", 99: "2.00"}, 9),
        (("above: 20, pay: 2", "above: 10, pay: 1"), {11: "1.00", 99: "2.00"}, 10),
        (("upto: 20, pay: 2", "upto: 10, pay: 1"), {5: "1.00", 20: "2.00"}, 21),
        (("upto: 20, pay: 2",), {5: "2.00", 20: "2.00"}, 21),
        (("from: 20, pay: 2",), {20: "2.00", 99: "2.00"}, 19),
    ],
)
def test_what_lies_outside_closed_bands_cannot_be_determined(
    listed: tuple[str, ...], inside: dict[int, str], outside: int
) -> None:
    rules = bonus("measure: handled", bands(*listed))

    assert {handled: amount(rules, handled=handled) for handled in inside} == inside
    decision = decide(rules, handled=outside)
    assert decision.line("bonus").outcome == "undetermined"
    assert decision.line("bonus").results["band"] is None
    assert decision.status == "incomplete"
    assert f"{outside} lies outside all bands, so that it cannot be said what it gives." in told(
        decision, "bonus"
    )


# --- Limits and amounts that depend on something

BY_LEVEL = bonus(
    "measure: handled",
    bands(
        "upto: {by: level, junior: 50, senior: 100}, pay: {by: region, north: 1, south: 2, west: 3}",
        "upto: {by: level, junior: 80, senior: 200}, pay: 10",
        "pay: 20",
    ),
)


def test_limits_and_amounts_may_depend_on_attributes() -> None:
    assert amount(BY_LEVEL, handled=60, level="junior", region="south") == "10.00"
    assert amount(BY_LEVEL, handled=60, level="senior", region="south") == "2.00"
    assert amount(BY_LEVEL, handled=60, level="senior", region="west") == "3.00"
    assert "level is senior." in told(decide(BY_LEVEL, handled=60, level="senior", region="west"), "bonus")


def test_an_amount_that_is_not_needed_may_be_unknown() -> None:
    assert amount(BY_LEVEL, handled=60, level="junior") == "10.00"
    assert amount(BY_LEVEL, handled=40, level="junior") == "undetermined"
    assert amount(BY_LEVEL, handled=60, region="south") == "undetermined"


def test_limits_may_be_parameters_that_change_with_the_date() -> None:
    rules = bonus(
        "measure: csat",
        bands("below: target, pay: 0", "below: target + 5%, pay: 100", "pay: 200"),
        """
parameters:
  target: [{until: 2026-03-31, value: 85%}, {until: 2026-06-30, value: 87%}, {value: 89%}]""",
    )

    assert amount(rules, "2026-03", csat="0.86") == "100.00"
    assert amount(rules, "2026-04", csat="0.86") == "0.00"
    assert amount(rules, "2026-07", csat="0.94") == "200.00"


def test_limits_that_turn_out_to_be_out_of_order_leave_the_bonus_undetermined() -> None:
    rules = bonus("measure: handled", bands("upto: quota, pay: 1", "upto: 100, pay: 2", "pay: 3"))

    assert amount(rules, handled=80, quota=60) == "2.00"
    decision = decide(rules, handled=80, quota=120)
    assert decision.line("bonus").outcome == "undetermined"
    assert "The limits of the bands are out of order here, so that no band can be told." in told(
        decision, "bonus"
    )


def test_the_direction_of_closed_bands_whose_limits_only_the_data_know_is_that_of_an_example() -> None:
    upwards = bonus(
        "measure: handled", bands("from: 0, pay: 1", "from: quota, pay: 2", "from: 2 * quota, pay: 3")
    )
    downwards = bonus(
        "measure: handled", bands("from: 2 * quota, pay: 3", "from: quota, pay: 2", "from: 0, pay: 1")
    )

    for rules in (upwards, downwards):
        assert [amount(rules, handled=handled, quota=50) for handled in (49, 50, 100)] == [
            "1.00",
            "2.00",
            "3.00",
        ]


def test_limits_may_look_back_as_far_as_the_year_opens() -> None:
    rules = bonus("measure: handled", bands("upto: ytd(complaints), pay: 1", "upto: 1000, pay: 2", "pay: 3"))

    assert codes(rules) == []


# --- Bands with names


def test_a_band_with_a_name_is_known_by_it() -> None:
    rules = bonus(
        "measure: handled",
        bands("from: 200, name: gold, pay: 3", "from: 100, name: silver, pay: 2", "pay: 1"),
    )
    extra = '\n  - {id: medal, kind: bonus, when: bonus.band == "gold", pay: 100}'

    assert decide(rules, handled=250).line("bonus").results["band"] == "gold"
    assert decide(rules, handled=50).line("bonus").results["band"] == "3"
    assert "250 lies in band gold: at least 200." in told(decide(rules, handled=250), "bonus")
    assert decide(rules + extra, handled=250).total == number("103.00")
    assert decide(rules + extra, handled=150).total == number("2.00")


def test_a_formula_may_compare_the_number_of_a_band_and_read_the_amount() -> None:
    rules = bonus("measure: handled", bands("upto: 100, pay: 1", "pay: 2.50"))
    extra = "\n  - {id: double, kind: bonus, when: bonus.band >= 2, pay: 2 * bonus.amount}"

    assert decide(rules + extra, handled=101).total == number("7.50")
    assert decide(rules + extra, handled=100).total == number("1.00")


# --- The condition and the steps


GATED = bonus(
    "measure: handled\n    when: csat >= 90%",
    bands("upto: 100, pay: 10.555", "pay: 20")
    + """
    then:
      - times: 150%
      - cap: {by: level, junior: 20, senior: 25}
      - floor: 16
      - plus: -1.50""",
)


@pytest.mark.parametrize(
    ("handled", "level", "pays"),
    [
        (50, "junior", "14.50"),  # 10.555 x 1.5 = 15.8325, no cap, floor 16, less 1.50
        (150, "junior", "18.50"),  # 20 x 1.5 = 30, cap 20, less 1.50
        (150, "senior", "23.50"),  # 30, cap 25, less 1.50
    ],
)
def test_the_steps_run_from_top_to_bottom_before_anything_is_rounded(
    handled: int, level: str, pays: str
) -> None:
    assert amount(GATED, handled=handled, level=level, csat="0.90") == pays


def test_each_step_says_what_it_did() -> None:
    assert told(decide(GATED, handled=50, level="junior", csat="0.95"), "bonus")[5:10] == [
        "10.555 CNY × 150% = 15.8325 CNY.",
        "The cap of 20.00 CNY is not passed.",
        "level is junior.",
        "15.8325 CNY is below the floor, so that it is lifted to 16.00 CNY.",
        "16.00 CNY plus -1.50 CNY is 14.50 CNY.",
    ]
    high = told(decide(GATED, handled=150, level="junior", csat="0.95"), "bonus")
    assert "30.00 CNY is above the cap, so that 20.00 CNY is left." in high
    assert "The floor of 16.00 CNY is reached." in high


def test_the_amount_is_rounded_once_at_the_end_and_that_is_told() -> None:
    rules = bonus("measure: handled\n    mode: whole", bands("rate: 0.335") + "\n    then: [{times: 50%}]")

    # 0.335 x 3 x 0.5 = 0.5025, half up to 0.50
    decision = decide(rules, handled=3)
    assert str(decision.total) == "0.50"
    assert "Rounded: 0.50 CNY." in told(decision, "bonus")
    assert not any("Rounded" in line for line in told(decide(rules, handled=2000), "bonus"))


def test_where_the_condition_fails_nothing_is_paid_and_the_values_are_told() -> None:
    decision = decide(GATED, handled=150, level="junior", csat="0.85")

    line = decision.line("bonus")
    assert (str(line.amount), line.outcome) == ("0.00", "nothing")
    explanation = told(decision, "bonus")
    assert explanation[:2] == ["`csat >= 90%` is not true.", "csat is 85%."]
    assert not any("lies in band" in sentence for sentence in explanation)
    assert line.results["band"] == number("2")


def test_where_the_condition_is_unknown_the_bonus_is_undetermined() -> None:
    assert amount(GATED, handled=150, level="junior") == "undetermined"


def test_a_measure_that_is_a_formula_is_told_with_its_value() -> None:
    rules = bonus("measure: handled * csat", bands("upto: 100, pay: 1", "pay: 2"))

    assert told(decide(rules, handled=150, csat="0.9"), "bonus")[:3] == [
        "`handled * csat` = 135.",
        "handled is 150.",
        "csat is 90%.",
    ]


# --- What it would take


def test_the_nearest_goal_is_the_next_better_band() -> None:
    decision = decide(WORKLOAD, handled=600)

    # From 150 at 600 to 752.25 at 1001
    (nearest,) = decision.nearest("bonus")
    (change,) = nearest.changes
    assert (change.metric, change.changed.value, change.adds) == ("handled", Fraction(1001), number("602.25"))


def test_in_the_best_band_there_is_nothing_more_to_reach() -> None:
    assert decide(WORKLOAD, handled=1600).nearest("bonus") == ()


def test_a_better_band_may_lie_lower() -> None:
    rules = bonus("measure: response", bands("upto: 30 s, pay: 100", "upto: 60 s, pay: 50", "pay: 0"))

    (nearest,) = decide(rules, response=75).nearest("bonus")
    assert nearest.changes[0].changed.value == 60


def test_with_added_amounts_the_next_band_is_better_where_it_adds_something() -> None:
    rules = bonus(
        "measure: handled\n    mode: added", bands("below: 50, pay: 0", "below: 100, pay: 10", "pay: 5")
    )

    (nearest,) = decide(rules, handled=60).nearest("bonus")
    assert nearest.changes[0].changed.value == 100


def test_where_rates_fall_no_band_is_better_than_one_above_it() -> None:
    rules = bonus(
        "measure: handled\n    mode: slices", bands("upto: 30, rate: 0", "upto: 150, rate: 2", "rate: 1")
    )

    # Who goes back from 151 to 150 loses 1, though the rate of the band is higher.
    assert decide(rules, handled=151).nearest("bonus") == ()
    (nearest,) = decide(rules, handled=30).nearest("bonus")
    assert nearest.changes[0].changed.value == 31


def test_where_the_condition_fails_the_goal_is_the_condition() -> None:
    decision = decide(GATED, handled=150, level="junior", csat="0.85")

    assert [change.changed.value for change in decision.nearest("bonus")[0].changes] == [Fraction("0.9")]
    assert "the condition `csat >= 90%`" in decision.explain().text()


# --- What is refused


def refused(*listed: str, fields: str = "measure: handled") -> tuple[str, str, str]:
    """Return the code, the message and the quoted text of the only problem."""
    rules = bonus(fields, bands(*listed))
    problem = only_problem(rules)
    return problem.code, problem.message(), quoted(problem, rules)


def test_bands_out_of_order() -> None:
    assert refused("upto: 500, pay: 1", "upto: 400, pay: 2", "pay: 3") == (
        "IE3201",
        "the bands are out of order: 500 and 400 do not follow each other upwards",
        "400",
    )


def test_two_bands_with_the_same_limit() -> None:
    assert refused("upto: 500, pay: 1", "upto: 500, pay: 2")[:2] == (
        "IE3201",
        "the bands are out of order: 500 and 500 do not follow each other upwards",
    )


def test_descending_bands_with_one_limit_that_goes_up() -> None:
    code, message, _ = refused("from: 90%, pay: 3", "from: 95%, pay: 2", "pay: 1", fields="measure: csat")

    assert (code, message) == (
        "IE3201",
        "the bands are out of order: 95% and 90% do not follow each other upwards",
    )


def test_limits_out_of_order_for_one_value_of_an_attribute() -> None:
    code, message, _ = refused(
        "upto: {by: level, junior: 50, senior: 100}, pay: 1",
        "upto: {by: level, junior: 80, senior: 90}, pay: 2",
        "pay: 3",
    )

    assert code == "IE3201"
    assert message.endswith("100 and 90 do not follow each other upwards (level = senior)")


def test_limits_out_of_order_in_a_season_only() -> None:
    rules = bonus(
        "measure: response",
        bands("upto: limit, pay: 100", "upto: 7 min, pay: 50", "pay: 0"),
        """
seasons: {double_11: {from: 11-01, until: 11-15, counts_for: any_day}}
parameters: {limit: [{when: double_11, value: 8 min}, {value: 5 min}]}""",
    )

    problem = only_problem(rules)
    assert problem.code == "IE3201"
    assert problem.message().endswith("480 s and 420 s do not follow each other upwards (2026-11)")


def test_limits_that_are_only_out_of_order_in_cases_that_never_come_together() -> None:
    # `low` is 50 and then 90, `high` 80 and then 100: 90 never meets 80.
    rules = bonus(
        "measure: handled",
        bands("upto: low, pay: 1", "upto: high, pay: 2", "pay: 3"),
        """
parameters:
  low: [{until: 2026-06-30, value: 50}, {value: 90}]
  high: [{until: 2026-03-31, value: 80}, {value: 100}]""",
    )

    assert codes(rules) == []
    assert amount(rules, "2026-07", handled=95) == "2.00"


def test_bands_that_overlap_are_quoted() -> None:
    assert refused("from: 0, upto: 60, pay: 3", "from: 50, below: 100, pay: 6", "from: 100, pay: 8") == (
        "IE3202",
        "the bands overlap: `from: 50` begins before the band with `upto: 60` ends",
        "50",
    )


def test_bands_with_a_gap_between_them_are_quoted() -> None:
    assert refused("upto: 10, pay: 1", "from: 11, pay: 2") == (
        "IE3203",
        "there is a gap between the bands: none holds what lies between `upto: 10` and `from: 11`",
        "11",
    )


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        (("upto: 10, pay: 1", "from: 10, pay: 2"), "IE3202"),
        (("below: 10, pay: 1", "above: 10, pay: 2"), "IE3203"),
        (("from: 10, pay: 2", "upto: 10, pay: 1"), "IE3202"),
        (("from: 20, upto: 30, pay: 2", "from: 10, upto: 15, pay: 1"), "IE3203"),
        (("from: 20, upto: 30, pay: 2", "from: 10, upto: 25, pay: 1"), "IE3202"),
    ],
)
def test_a_gap_and_an_overlap_may_be_a_single_value_and_bands_may_be_listed_downwards(
    listed: tuple[str, ...], code: str
) -> None:
    assert refused(*listed)[0] == code


def test_bands_with_both_ends_that_fit_are_still_one_end_too_many() -> None:
    code, message, text = refused("from: 0, below: 60, pay: 3", "from: 60, below: 100, pay: 6")

    assert (code, message, text) == ("IE3205", "this band is given by both `below: 60` and `from: 0`", "0")


def test_bands_in_different_styles() -> None:
    assert refused("upto: 10, pay: 1", "below: 20, pay: 2", "pay: 3") == (
        "IE3204",
        "`upto: 10` and `below: 20` are different ways to give a band",
        "20",
    )


def test_bands_in_different_styles_that_fit() -> None:
    assert refused("below: 10, pay: 1", "pay: 2", "from: 10, pay: 3")[0] == "IE3204"
    assert refused("upto: quota, pay: 1", "from: 10, pay: 2")[0] == "IE3204"


def test_two_ends_of_one_band() -> None:
    assert refused("upto: 10, below: 20, pay: 1", "pay: 2")[:2] == (
        "IE3218",
        "`below` and `upto` say the same end of a band",
    )


@pytest.mark.parametrize(
    ("listed", "band"),
    [
        (("upto: 10, pay: 1", "pay: 2", "upto: 30, pay: 3"), "2"),
        (("pay: 1", "pay: 2"), "1"),
        (("pay: 1", "upto: 5, pay: 2", "pay: 3"), "1"),
    ],
)
def test_only_the_first_or_the_last_band_may_be_open(listed: tuple[str, ...], band: str) -> None:
    assert refused(*listed)[:2] == ("IE3206", f"band {band} has no limit")


def test_slices_below_zero() -> None:
    assert refused("upto: -10, rate: 1", "rate: 2", fields="measure: nps\n    mode: slices")[:2] == (
        "IE3208",
        "slices are counted from zero, and this limit is -10",
    )


def test_slices_below_zero_that_only_the_data_know_leave_the_bonus_undetermined() -> None:
    rules = bonus("measure: nps\n    mode: slices", bands("upto: quota - 10, rate: 1", "rate: 2"))

    assert amount(rules, nps="50", quota=20) == "90.00"  # 10 x 1 + 40 x 2
    assert amount(rules, nps="50", quota=5) == "undetermined"


def test_a_straight_line_from_zero_to_an_end_that_is_not_above_it() -> None:
    assert refused("upto: 0, pay: [0, 10]", "pay: 2", fields="measure: nps")[:2] == (
        "IE3209",
        "the first band begins at zero for its straight line, and ends at 0",
    )


def test_three_values_are_no_pair() -> None:
    assert refused("upto: 10, pay: [1, 2, 3]", "pay: 2")[:2] == ("IE3210", "3 values stand here")


def test_a_pair_in_slices() -> None:
    assert refused("upto: 10, rate: [1, 2]", "rate: 2", fields="measure: handled\n    mode: slices") == (
        "IE3211",
        "a slice has one rate, not a pair",
        "1",
    )


def test_a_pair_in_the_open_band() -> None:
    assert refused("upto: 10, pay: 1", "pay: [1, 2]")[:2] == (
        "IE3212",
        "band 2 has no end, so that no straight line can lead to it",
    )


def test_two_bands_of_one_name() -> None:
    assert refused("upto: 10, pay: 1, name: gold", "pay: 2, name: gold") == (
        "IE3213",
        "there are two bands named `gold`",
        "gold",
    )


def test_a_name_that_is_the_number_of_another_band() -> None:
    assert refused("upto: 10, pay: 1", "pay: 2, name: 1")[0] == "IE3213"
    assert codes(bonus("measure: handled", bands("upto: 10, pay: 1, name: 1", "pay: 2"))) == []


def test_a_band_with_both_pay_and_rate_or_neither() -> None:
    assert refused("upto: 10", "pay: 2")[0] == "IE3214"
    assert refused("upto: 10, pay: 1, rate: 2", "pay: 2")[0] == "IE3214"


def test_a_rate_without_a_mode() -> None:
    assert refused("upto: 10, rate: 1", "rate: 2") == (
        "IE3215",
        "with `rate`, say whether it applies to the slice in the band or to the whole measure",
        "1",
    )


def test_a_rate_with_fixed_amounts() -> None:
    assert refused("upto: 10, rate: 1", "rate: 2", fields="measure: handled\n    mode: fixed")[:2] == (
        "IE3216",
        "`rate` does not go with `mode: fixed`",
    )
    assert refused("upto: 10, pay: 1", "rate: 2")[0] == "IE3216"


def test_a_fixed_amount_with_slices() -> None:
    assert refused(
        "upto: 10, pay: {by: level, junior: 1, senior: 2}",
        "pay: 2",
        fields="measure: handled\n    mode: slices",
    )[:2] == ("IE3217", "`pay` does not go with `mode: slices`")


def test_a_limit_of_a_ratio_that_forgot_the_per_cent_sign() -> None:
    assert refused("below: 85, pay: 0", "pay: 2", fields="measure: csat") == (
        "IE2124",
        "`csat` is a ratio between 0 and 1, and `85` is outside it",
        "85",
    )


def test_no_bands_at_all() -> None:
    assert codes(bonus("measure: handled", "      []")) == ["IE1106"]


def test_a_step_that_does_two_things_or_none() -> None:
    two = bonus("measure: handled", bands("pay: 1") + "\n    then: [{times: 2, cap: 5}]")
    none = bonus("measure: handled", bands("pay: 1") + "\n    then: [{}]")

    assert codes(two) == ["IE3250"]
    assert only_problem(none).message() == "a step of `then` does exactly one thing"


def test_limits_of_another_dimension_are_refused() -> None:
    assert codes(bonus("measure: response", bands("upto: 30, pay: 1", "pay: 2"))) == ["IE3035"]


def test_a_faulty_measure_is_reported_alone() -> None:
    assert codes(bonus("measure: handeld", bands("upto: 10, pay: 1", "pay: 2"))) == ["IE2101"]
    assert codes(bonus("measure: handeld\n    mode: whole", bands("rate: 2"))) == ["IE2101"]


def test_a_faulty_amount_is_reported_alone() -> None:
    assert codes(bonus("measure: handled", bands("upto: 10, pay: one", "pay: 2"))) == ["IE2100"]
