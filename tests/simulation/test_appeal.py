"""Appeals: what corrected facts change, for the agent who appeals and for everybody else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from incentive_engine.engine import Ruleset, parse_ruleset
from incentive_engine.evaluate.records import Records
from incentive_engine.ruleset.problems import Problem
from incentive_engine.simulation.appeal import Appeal, AppealError, appeal

POLICY = """
language: 1
ruleset: service
version: "3"
title: {en: Service, zh: 服务方案}
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text}
metrics:
  csat: {type: ratio, better: higher, column: satisfaction, title: {en: Satisfaction, zh: 满意度}}
  calls: count
  leaks: count
rules:
  - {id: volume, kind: bonus, title: {en: Volume, zh: 工作量}, pay: 2 * calls}
  - id: star
    kind: star_award
    title: {en: Star of the month, zh: 月度之星}
    within: team
    rank_by: [{highest: csat}]
    ties: share_prizes
    prizes: [{pay: 300}]
  - id: steady
    kind: bonus
    title: {en: Steady, zh: 稳定奖}
    when: previous(csat) >= 90% and csat >= 90%
    pay: 50
  - {id: leak, kind: red_line, when: leaks > 0, consequence: hold}
"""

Row = dict[str, object]


def row(agent: str, month: str, csat: object, calls: object = 100, leaks: int = 0) -> Row:
    return {
        "agent": agent,
        "month": month,
        "team": "day",
        "satisfaction": csat,
        "calls": calls,
        "leaks": leaks,
    }


# In January Bob is the star with 92 %, in February Ann with 95 %.
ROWS = [
    row("Ann", "2026-01", "88%"),  # 200
    row("Bob", "2026-01", "92%"),  # 200 + 300
    row("Ann", "2026-02", "95%"),  # 200 + 300; steady not: 88 % the month before
    row("Bob", "2026-02", "91%"),  # 200 + 50
]


@pytest.fixture(scope="module")
def policy() -> Ruleset:
    return parse_ruleset(POLICY)


def heard(
    policy: Ruleset,
    corrected: Mapping[str, object],
    *,
    agent: str = "Ann",
    period: str = "2026-01",
    rows: Sequence[Row] = ROWS,
) -> Appeal:
    return appeal(policy, rows, agent=agent, period=period, corrected=corrected)


def refused(policy: Ruleset, **asked: object) -> tuple[Problem, ...]:
    given: dict[str, object] = {"agent": "Ann", "period": "2026-01", "corrected": {"calls": 1}, **asked}
    rows = given.pop("rows", ROWS)
    with pytest.raises(AppealError) as raised:
        appeal(policy, rows, **given)  # type: ignore[arg-type]  # whatever a test asks
    return raised.value.problems


def test_the_difference_is_what_the_agent_still_has_to_get(policy: Ruleset) -> None:
    # 120 calls in the place of 100, 2 each.
    found = heard(policy, {"calls": 120})

    assert found.difference == Decimal("40.00")
    assert found.before is not None
    assert (found.before.total, found.after.total) == (Decimal("200.00"), Decimal("240.00"))
    assert found.own == found.others == ()


def test_a_star_that_moves_is_shown_with_what_it_takes_from_whom(policy: Ruleset) -> None:
    # With 93 % Ann is the star of January: + 300, and Bob loses them.
    found = heard(policy, {"csat": "93%"})

    assert found.difference == Decimal("300.00")
    assert [(pair.agent, pair.period, pair.cost.difference) for pair in found.others] == [
        ("Bob", "2026-01", Decimal("-300.00"))
    ]
    assert found.others_difference == Decimal("-300.00")


def test_later_periods_that_look_back_are_shown_as_well(policy: Ruleset) -> None:
    # With 90 % in January Ann is steady in February: + 50. The star stays with Bob.
    found = heard(policy, {"csat": "90%"})

    assert found.difference == Decimal("0.00")
    assert [(pair.period, pair.cost.difference) for pair in found.own] == [("2026-02", Decimal("50.00"))]
    assert found.others == ()


def test_earlier_periods_stay_as_they_were(policy: Ruleset) -> None:
    found = heard(policy, {"csat": "80%"}, period="2026-02")

    # The star of February goes to Bob; January is not touched.
    assert found.difference == Decimal("-300.00")
    assert [(pair.agent, pair.period) for pair in found.others] == [("Bob", "2026-02")]


def test_a_correction_tells_the_value_before_and_after(policy: Ruleset) -> None:
    text = heard(policy, {"csat": "93%"}).text()

    assert text.startswith("Appeal of Ann, 2026-01\n======================\n")
    assert "Satisfaction: 88% -> 93%" in text
    assert "Ann has 300.00 CNY more to get for 2026-01: 200.00 CNY -> 500.00 CNY." in text
    assert "1 decisions of other agents change, by -300.00 CNY together." in text
    assert "Bob, 2026-01: 500.00 CNY -> 200.00 CNY (-300.00 CNY)" in text


def test_it_is_told_in_chinese(policy: Ruleset) -> None:
    text = heard(policy, {"csat": "90%"}).text("zh")

    assert text.startswith("申诉：Ann，2026-01\n")
    assert "满意度：88% -> 90%" in text
    assert "Ann 在 2026-01 的合计不变，仍为 200.00 元。" in text
    assert "Ann 的其他周期" in text
    assert "其他人所得不变。" in text


def test_what_was_paid_too_much_is_said_as_such(policy: Ruleset) -> None:
    text = heard(policy, {"calls": 90}).markdown()

    assert "- Ann was paid 20.00 CNY too much for 2026-01: 200.00 CNY -\\> 180.00 CNY." in text
    assert text.startswith("# Appeal of Ann, 2026-01\n")


def test_where_nothing_had_been_decided_all_of_it_is_to_be_paid(policy: Ruleset) -> None:
    rows = [row("Ann", "2026-01", "88%", calls="many"), *ROWS[1:]]

    found = heard(policy, {"calls": 70}, rows=rows)

    # The row could not be read; with 70 calls it pays 140.
    assert (found.before, found.difference, found.change) == (None, Decimal("140.00"), None)
    assert "Calls: could not be read" not in found.text()
    assert "calls: could not be read -> 70" in found.text()
    assert "Nothing was decided for Ann in 2026-01" in found.text()
    assert found.to_dict()["decision_before"] is None


def test_a_decision_that_stays_open_says_so(policy: Ruleset) -> None:
    held = heard(policy, {"leaks": 1})
    incomplete = heard(policy, {"csat": None})

    assert held.after.status == "held"
    assert "the decision is held" in held.text()
    assert incomplete.after.status == "incomplete"
    assert "still incomplete" in incomplete.text()


def test_data_for_programs_has_exact_amounts_and_reasons(policy: Ruleset) -> None:
    found = json.loads(heard(policy, {"csat": "93%"}).to_json())

    assert (found["before"], found["after"], found["difference"]) == ("200.00", "500.00", "300.00")
    assert found["corrected"] == [
        {"name": "csat", "title": "Satisfaction", "before": "0.88", "after": "0.93"}
    ]
    assert found["others"][0]["agent"] == "Bob"
    assert found["change"]["lines"][0]["rule"] == "star"


def test_other_rows_with_problems_are_listed(policy: Ruleset) -> None:
    found = heard(policy, {"calls": 120}, rows=[*ROWS, row("Cid", "2026-01", "hardly")])

    assert [problem.row for problem in found.rejected] == [5]


def test_only_metrics_and_attributes_can_be_corrected(policy: Ruleset) -> None:
    # `satisfaction` is the column of csat.
    (problem, other) = refused(policy, corrected={"satisfaction": "90%", "clals": 2})

    assert (problem.code, other.code) == ("IE5150", "IE5150")
    assert "did you mean `calls`?" in other.hint("en")


def test_a_row_that_is_not_there_cannot_be_corrected(policy: Ruleset) -> None:
    (problem,) = refused(policy, agent="Zoe")

    assert problem.code == "IE5151"
    assert "Zoe" in problem.message("en")


def test_two_rows_of_one_agent_and_period_leave_it_open_which_is_meant(policy: Ruleset) -> None:
    (problem,) = refused(policy, rows=[*ROWS, ROWS[0]])

    assert (problem.code, problem.values["count"]) == ("IE5152", "2")


def test_a_corrected_value_that_cannot_be_taken_is_refused(policy: Ruleset) -> None:
    (problem,) = refused(policy, corrected={"csat": "much"})

    assert problem.values["column"] == "satisfaction"


def test_data_that_cannot_be_read_as_a_whole_are_refused(policy: Ruleset) -> None:
    rows = Records(lambda: iter(()), file="march.csv", problems=(Problem("IE4001", {"file": "march.csv"}),))

    assert [problem.code for problem in refused(policy, rows=rows)] == ["IE4001"]


# Half of 2 * 100 calls waits for a month: in February 100 of January are paid, and 100 of February wait.
LATER = parse_ruleset(
    POLICY.replace(
        "pay: 2 * calls}", "pay: 2 * calls, release: [{share: 50%}, {share: 50%, after: 1 month}]}"
    )
    .replace("consequence: hold", "consequence: void")
    .replace("steady", "sure")
)
LEAKED = [row("Ann", "2026-01", "80%"), row("Ann", "2026-02", "80%", leaks=1)]


def test_what_is_void_is_told_with_what_it_pays_of_earlier_periods() -> None:
    found = heard(LATER, {"leaks": 0}, period="2026-02", rows=LEAKED)

    assert found.before is not None
    assert "Volume: void; 100.00 CNY of earlier periods" in found.before.explain().text()
    text, chinese = found.text(), found.text("zh")
    assert "Volume: void; 100.00 CNY of earlier periods -> 200.00 CNY (+100.00 CNY)" in text
    assert "still deferred: 0 -> 100" in text
    assert "工作量：取消；以前各期 100.00 元 -> 200.00 元（+100.00 元）" in chinese
    assert "更正前：红线“leak”使其全部取消。" in chinese


def test_who_is_not_ranked_has_no_unknown_place() -> None:
    rows = [*ROWS[:2], row("Bob", "2026-02", "91%")]
    never_twice = parse_ruleset(
        POLICY.replace("prizes: [{pay: 300}]", "prizes: [{pay: 300}]\n    rest: 2 periods")
    )

    # With 93 % Ann is the star of January; Bob, who rested in February, has a place there.
    text = heard(never_twice, {"csat": "93%"}, rows=rows).text("zh")

    assert "名次：未参评 -> 1" in text
