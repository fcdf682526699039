"""Published examples of tiers, each with its source; what the sources print is what is expected."""

from __future__ import annotations

import pytest

from tests.kinds.rewarding import amount, decide, number, only_problem, told


def bonus(measure: str, mode: str, *bands: str) -> str:
    listed = "\n".join(f"      - {{{band}}}" for band in bands)
    return f"""
rules:
  - id: bonus
    kind: tiered_bonus
    measure: {measure}
    mode: {mode}
    tiers:
{listed}"""


def money(rules: str, *amounts: int) -> list[str]:
    return [amount(rules, revenue=each) for each in amounts]


def test_one_rate_applies_to_the_whole_amount() -> None:
    # https://docs.oracle.com/en/cloud/saas/sales/facmi/options-for-splitting-attainment-numbers-across-rate-tiers.html
    # 1, 2 and 3 % are looked up for 5,000, 15,000 and 60,000.
    rules = bonus(
        "revenue",
        "whole",
        "below: 10000, rate: 1%",
        "below: 50000, rate: 2%",
        "below: 100000, rate: 3%",
        "rate: 4%",
    )

    assert money(rules, 5000, 15000, 60000) == ["50.00", "300.00", "1800.00"]


def test_each_rate_applies_to_the_part_inside_its_band() -> None:
    # The same page: 60,000 splits into 10,000 at 1 %, 40,000 at 2 % and 10,000 at 3 %.
    rules = bonus(
        "revenue",
        "slices",
        "below: 10000, rate: 1%",
        "below: 50000, rate: 2%",
        "below: 100000, rate: 3%",
        "rate: 4%",
    )

    assert [line for line in told(decide(rules, revenue=60000), "bonus") if line.startswith("Band")] == [
        "Band 1: 1% × 10,000.00 CNY = 100.00 CNY.",
        "Band 2: 2% × 40,000.00 CNY = 800.00 CNY.",
        "Band 3: 3% × 10,000.00 CNY = 300.00 CNY.",
    ]
    assert [line for line in told(decide(rules, revenue=15000), "bonus") if line.startswith("Band")] == [
        "Band 1: 1% × 10,000.00 CNY = 100.00 CNY.",
        "Band 2: 2% × 5,000.00 CNY = 100.00 CNY.",
    ]


TRANSACTIONS = (200, 300, 1500, 1200, 2000, 4500)


def test_step_rates_of_six_transactions() -> None:
    # https://docs.oracle.com/en/cloud/saas/sales/facmi/examples-of-calculating-earnings-using-step-rates.html
    rules = bonus(
        "revenue",
        "slices",
        "upto: 1000, rate: 1%",
        "upto: 3000, rate: 2%",
        "upto: 8000, rate: 3%",
        "upto: 20000, rate: 5%",
    )

    assert money(rules, *TRANSACTIONS) == ["2.00", "3.00", "20.00", "14.00", "30.00", "95.00"]


def test_interpolated_amounts_of_six_transactions() -> None:
    # https://docs.oracle.com/en/cloud/saas/incentive-compensation/facmi/examples-of-calculating-earnings-using-interpolated-rates.html
    # A finished band pays its amount in full, the one being crossed by the share of its width; bands add
    # up.
    rules = bonus(
        "revenue",
        "added",
        "upto: 1000, pay: [0, 10]",
        "upto: 3000, pay: [0, 40]",
        "upto: 8000, pay: [0, 100]",
        "upto: 20000, pay: [0, 2000]",
    )

    assert money(rules, *TRANSACTIONS) == ["2.00", "3.00", "20.00", "14.00", "30.00", "80.00"]


def test_a_top_band_with_a_rate_of_zero_caps_what_is_earned() -> None:
    # https://docs.oracle.com/en/cloud/saas/readiness/sales/24b/salm-24b/24B-spm-wn-f31649.htm
    # 2,500 splits into 1,000 and 1,500; the blended rate is 1.6 %, which is 40.
    rules = bonus(
        "revenue",
        "slices",
        "below: 1000, rate: 1%",
        "below: 5000, rate: 2%",
        "below: 10000, rate: 3%",
        "rate: 0%",
    )

    assert money(rules, 2500) == ["40.00"]
    assert money(rules, 10000, 900000) == ["240.00", "240.00"]  # 10 + 80 + 150, and no more


@pytest.mark.parametrize(("word", "rate"), [("below", "2.5"), ("upto", "1.75")])
def test_the_word_says_which_band_the_edge_belongs_to(word: str, rate: str) -> None:
    # https://support.oracle.com/knowledge/Oracle%20E-Business%20Suite/2582565_1.html: the product pays
    # 2.5 % at the edge, the customer wanted 1.75 %.
    rules = bonus(
        "revenue",
        "whole",
        f"{word}: 1500000, rate: 1.75%",
        f"{word}: 3000000, rate: 2.5%",
        f"{word}: 4500000, rate: 3.25%",
        "rate: 4.25%",
    )

    assert number(amount(rules, revenue=1500000)) == number(rate) * 15000


def test_an_accelerator_pays_more_for_what_passes_the_target() -> None:
    # https://revopsmasters.com/category/sales-compensation/accelerators-and-decelerators: quota 500,000,
    # closed 650,000, target pay 100,000; 1.5-fold from 100 % to 130 %: 100,000 + 45,000.
    rules = bonus(
        "revenue / 500000 CNY",
        "slices",
        "upto: 100%, rate: 100000",
        "upto: 130%, rate: 150000",
        "rate: 200000",
    )

    assert money(rules, 500000, 650000, 700000) == ["100000.00", "145000.00", "165000.00"]


UNITS = (49, 79, 70, 90, 154, 300)


def test_slabs_and_brackets_of_one_table() -> None:
    # https://antavo.atlassian.net/wiki/pages/diffpages.action?originalId=646250607&pageId=1344634968
    # Units above 200 earn nothing, so that 300 pays as 200.
    bands = ("upto: 50, rate: 10", "upto: 100, rate: 20", "upto: 200, rate: 30")
    slab, bracketed = (bonus('"min(handled, 200)"', mode, *bands) for mode in ("whole", "slices"))

    assert [amount(slab, handled=units) for units in UNITS] == [
        "490.00",
        "1580.00",
        "1400.00",
        "1800.00",
        "4620.00",
        "6000.00",
    ]
    assert [amount(bracketed, handled=units) for units in UNITS] == [
        "490.00",
        "1080.00",  # 500 + 580
        "900.00",  # 500 + 400
        "1300.00",  # 500 + 800
        "3120.00",  # 500 + 1000 + 1620
        "4500.00",  # 500 + 1000 + 3000
    ]


def test_milestones_pay_the_highest_or_all_of_them() -> None:
    # The same page: 10 for passing 50, 20 for 100, 30 for 200; the figure printed for 300, stacked, is a
    # slip.
    bands = ("below: 50, pay: 0", "below: 100, pay: 10", "below: 200, pay: 20", "pay: 30")
    highest, stacked = (bonus("handled", mode, *bands) for mode in ("fixed", "added"))

    assert [amount(highest, handled=units) for units in UNITS] == [
        "0.00",
        "10.00",
        "10.00",
        "10.00",
        "20.00",
        "30.00",
    ]
    assert [amount(stacked, handled=units) for units in UNITS[:5]] == [
        "0.00",
        "10.00",
        "10.00",
        "10.00",
        "30.00",
    ]


def test_growth_over_a_baseline_pays_on_the_whole_amount() -> None:
    # https://help-center.enable.com/hc/en-gb/articles/19135118086802-Fully-retrospective: 2,350,000 is
    # 117.5 % of 2,000,000, which pays 3 % of all of it.
    rules = bonus(
        "revenue / 2000000 CNY",
        "fixed",
        "below: 110%, pay: 0",
        "below: 115%, pay: 2% * revenue",
        "below: 120%, pay: 3% * revenue",
        "pay: 4% * revenue",
    )

    assert money(rules, 2350000) == ["70500.00"]


def test_overlapping_bands_of_a_published_plan_are_refused() -> None:
    # https://comp.quotapath.com:443/account-executive/accelerators-decelerators: 0-60 %, 50-100 %, 100 %
    # and over
    rules = bonus(
        "csat",
        "whole",
        "from: 0%, upto: 60%, rate: 3",
        "from: 50%, below: 100%, rate: 6",
        "from: 100%, rate: 8",
    )

    problem = only_problem(rules)
    assert problem.message() == "the bands overlap: `from: 50%` begins before the band with `upto: 60%` ends"
    assert problem.message("zh") == "档位重叠：`from: 50%` 的档位在 `upto: 60%` 的档位结束之前就开始了"
