"""Who pays what to whom, before and after: the numbers of a comparison, worked out by hand."""

from __future__ import annotations

import json
from decimal import Decimal, localcontext
from importlib import metadata

import pytest

from incentive_engine.engine import load_ruleset
from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.records import from_records
from incentive_engine.simulation import ComparisonError, simulate
from incentive_engine.simulation.cost import Cost, Tally, tally
from incentive_engine.simulation.outstanding import Undecided
from tests.simulation.comparing import (
    BASELINE,
    FINED,
    HEADER,
    POPULATION,
    PROPOSAL,
    amounts,
    compared,
    money,
    row,
    ruleset,
)

RULESETS = "rulesets/service-incentives-2026.yaml", "rulesets/service-quality-first.yaml"


def test_the_cost_is_what_all_decisions_pay() -> None:
    # 300 + 100 + 0 + 400 + 180 + 380 + 140 and 280 + 155 + 0 + 530 + 130 + 380 + 80
    comparison = compared()

    assert money(comparison.cost) == amounts("1500.00", "1555.00", "55.00")
    assert len(comparison.decisions) == comparison.rows == 7
    assert str(comparison.cost.before) == "1500.00"


def test_the_change_is_told_as_a_share_of_what_was_paid() -> None:
    # 55 / 1500 = 0.03666...
    assert compared().cost.share == Decimal("0.0367")
    # -1 / 8 = -0.125; half a step goes away from zero: -1 / 80000 = -0.0000125
    assert Cost(8, 7, 2).share == Decimal("-0.1250")
    assert Cost(20000, 19999, 2).share == Decimal("-0.0001")


@pytest.mark.parametrize("before", [0, -500])
def test_there_is_no_share_of_nothing_or_less(before: int) -> None:
    assert Cost(before, 700, 2).share is None


def test_each_agent_is_counted_once_by_all_periods_together() -> None:
    # Ann -20 + 130 = +110, Bob +55 - 50 = +5; Eve -60; Cid and Dee 0
    agents = compared().agents

    assert agents == Tally(2, 1, 2, Decimal("115.00"), Decimal("-60.00"))
    assert agents.counted == 5


def test_each_decision_is_counted_as_well() -> None:
    # up: Ann +130, Bob +55; down: Ann -20, Bob -50, Eve -60; the same: Cid, Dee
    assert compared().per_decision == Tally(2, 3, 2, Decimal("185.00"), Decimal("-130.00"))


def test_an_agent_whose_gain_in_one_period_is_lost_in_another_is_unchanged() -> None:
    # Ann: quality 100 is gone, care 30 comes: -70; 140 calls at 0.50 more: +70
    comparison = compared([row("Ann", "2026-01", 0, "95%"), row("Ann", "2026-02", 140, "10%")])

    assert comparison.agents == Tally(0, 0, 1, Decimal("0.00"), Decimal("0.00"))
    assert comparison.per_decision == Tally(1, 1, 0, Decimal("70.00"), Decimal("-70.00"))


def test_every_rule_of_either_ruleset_has_its_cost() -> None:
    # volume before: 200 + 400 + 80 + 280 + 40, after: 250 + 125 + 500 + 100 + 350 + 50
    # quality: all but Cid and Ann in February, 5 * 100; care: all but Cid, 6 * 30
    volume, quality, breach, care = compared().rules

    assert (volume.rule, volume.title.zh) == ("volume", "工作量")
    assert money(volume.cost) == amounts("1000.00", "1375.00", "375.00")
    assert (volume.paid_before, volume.paid_after) == (5, 6)
    assert money(quality.cost) == amounts("500.00", "0.00", "-500.00")
    assert (quality.kind_before, quality.kind_after) == ("bonus", None)
    assert (quality.paid_before, quality.paid_after) == (5, 0)
    assert money(care.cost) == amounts("0.00", "180.00", "180.00")
    assert (care.kind_before, care.kind_after) == (None, "bonus")
    assert (breach.rule, breach.pays) == ("breach", False)
    assert money(breach.cost) == amounts("0.00", "0.00", "0.00")


def test_the_rules_are_named_as_the_baseline_names_them() -> None:
    volume = compared(proposal=PROPOSAL.replace("en: Volume", "en: Quantity")).rules[0]

    assert volume.title.en == "Volume"


def test_what_the_floor_adds_makes_the_rules_add_up() -> None:
    # before: 20 - 30 = -10, the floor adds 10; after: 20 - 60 = -40, the floor adds 40; both pay 0
    comparison = compared([row("Ann", "2026-01", 10, "", breaches=1)], FINED, FINED.replace("-30", "-60"))
    volume, fine = comparison.rules

    assert money(comparison.cost) == amounts("0.00", "0.00", "0.00")
    assert money(volume.cost) == amounts("20.00", "20.00", "0.00")
    assert money(fine.cost) == amounts("-30.00", "-60.00", "-30.00")
    assert (fine.paid_before, fine.paid_after) == (1, 1)
    assert money(comparison.floor_added) == amounts("10.00", "40.00", "30.00")


def test_the_places_are_those_of_the_currency() -> None:
    header = HEADER.replace("CNY", "JPY")
    comparison = compared(
        [row("Ann", "2026-01", 3, "")],
        "rules: [{id: volume, kind: bonus, pay: 100 * calls}]",
        "rules: [{id: volume, kind: bonus, pay: 101 * calls}]",
        header=header,
    )

    assert [str(each) for each in money(comparison.cost)] == ["300", "303", "3"]


def test_no_decimal_context_has_a_say() -> None:
    with localcontext(prec=2):
        comparison = compared(by=["team"])
        found = comparison.cost, comparison.agents, comparison.rules, comparison.to_json()

    usual = compared(by=["team"])
    assert found == (usual.cost, usual.agents, usual.rules, usual.to_json())


def test_a_tally_of_nobody_is_nothing() -> None:
    assert tally([], 2) == Tally(0, 0, 0, Decimal("0.00"), Decimal("0.00"))


# --- Split by an attribute


def test_the_groups_of_an_attribute_add_up_and_the_missing_have_their_own() -> None:
    # chat: Ann and Bob; mail: Cid and Eve; Dee has no team
    (teams,) = compared(by=["team"]).groupings
    chat, mail, missing = teams.groups

    assert [teams.value(group) for group in teams.groups] == ["chat", "mail", None]
    assert money(chat.cost) == amounts("980.00", "1095.00", "115.00")
    assert chat.agents == Tally(2, 0, 0, Decimal("115.00"), Decimal("0.00"))
    assert chat.decisions == Tally(2, 2, 0, Decimal("185.00"), Decimal("-70.00"))
    assert money(mail.cost) == amounts("140.00", "80.00", "-60.00")
    assert mail.agents == Tally(0, 1, 1, Decimal("0.00"), Decimal("-60.00"))
    assert money(missing.cost) == amounts("380.00", "380.00", "0.00")
    assert missing.agents.unchanged == 1


def test_an_agent_who_changes_team_counts_in_both() -> None:
    rows = [row("Ann", "2026-01", 10, "", team="chat"), row("Ann", "2026-02", 10, "", team="mail")]
    comparison = compared(rows, by=["team"])

    assert [group.agents.counted for group in comparison.groupings[0].groups] == [1, 1]
    assert comparison.agents.counted == 1


def test_groups_stand_in_the_order_of_their_values() -> None:
    header = HEADER.replace(
        "{team: text}", "{team: text, level: [junior, senior], hired: date, night: boolean}"
    )
    facts = [
        ("b", "senior", "2025-03-01", "no"),
        ("aa", "junior", "2024-01-31", "yes"),
        ("客服", "senior", "", "no"),
    ]
    rows = [
        {
            **row(f"A{number}", "2026-01", 10 - number, "", team=team),
            "level": level,
            "hired": hired,
            "night": night,
        }
        for number, (team, level, hired, night) in enumerate(facts)
    ]
    comparison = compared(rows, header=header, by=["team", "level", "hired", "night", "calls"])
    values = {
        grouping.name: [str(grouping.value(group)) for group in grouping.groups]
        for grouping in comparison.groupings
    }

    assert values == {
        "team": ["aa", "b", "客服"],
        "level": ["junior", "senior"],
        "hired": ["2024-01-31", "2025-03-01", "None"],
        "night": ["False", "True"],
        "calls": ["8", "9", "10"],
    }


def test_the_value_of_each_decision_is_known() -> None:
    (teams,) = compared(by=["team"]).groupings

    assert [teams.value_of(number) for number in range(7)] == [
        "chat",
        "chat",
        "mail",
        "chat",
        "chat",
        None,
        "mail",
    ]


def test_an_attribute_that_only_the_proposal_has_can_split() -> None:
    proposal = HEADER.replace("{team: text}", "{team: text, site: text}")
    rows = [{**row("Ann", "2026-01", 10, ""), "site": "Wuhan"}]
    comparison = simulate(ruleset(BASELINE), ruleset(PROPOSAL, proposal), rows, by=["site", "site"])

    assert [grouping.value(grouping.groups[0]) for grouping in comparison.groupings] == ["Wuhan"]


# --- What cannot be compared


def test_two_currencies_cannot_be_compared() -> None:
    with pytest.raises(ComparisonError, match="pays in CNY and the proposal in USD") as error:
        simulate(ruleset(BASELINE), ruleset(PROPOSAL, HEADER.replace("CNY", "USD")), POPULATION)

    assert [problem.code for problem in error.value.problems] == ["IE5001"]


def test_all_that_keeps_two_rulesets_apart_is_said_at_once() -> None:
    other = HEADER.replace("period: month\n", "period: quarter\n").replace(
        "{agent: agent, period: month}", "{agent: who, period: when}"
    )

    with pytest.raises(ComparisonError) as error:
        simulate(ruleset(BASELINE), ruleset(PROPOSAL, other), POPULATION, by=["teem", "team"])

    problems = error.value.problems
    assert [problem.code for problem in problems] == ["IE5002", "IE5003", "IE5003", "IE5004"]
    assert problems[1].values == {"baseline": "agent", "proposal": "who"}
    names = "`team`, `calls`, `csat`, `breaches`, `month`, `period`"
    assert problems[3].hint() == f"did you mean `team`? there are: {names}"


@pytest.mark.parametrize("name", ["month", "period"])
def test_a_comparison_can_be_split_by_the_period(name: str) -> None:
    (months,) = compared(by=[name]).groupings

    # January: 300 + 100 + 0 become 280 + 155 + 0; February: 400 + 180 + 380 + 140 become 530 + 130 + 380 + 80
    assert [months.value(group) for group in months.groups] == ["2026-01", "2026-02"]
    assert [money(group.cost) for group in months.groups] == [
        amounts("400", "435", "35"),
        amounts("1100", "1120", "20"),
    ]
    assert (months.name, months.by_period, months.title.in_language("zh")) == ("month", True, "周期")


def test_the_period_by_both_of_its_names_is_one_split() -> None:
    assert [each.name for each in compared(by=["period", "team", "month"]).groupings] == ["month", "team"]


def test_a_metric_that_is_called_period_goes_before_the_period() -> None:
    header = HEADER.replace("calls: count", "calls: count, period: count")
    rows = [{**each, "period": 7} for each in POPULATION]

    (periods,) = compared(rows, by=["period"], header=header).groupings

    assert not periods.by_period
    assert [periods.value(group) for group in periods.groups] == [7]


def test_decisions_that_may_still_pay_are_counted_before_and_after() -> None:
    # Cid's satisfaction is missing under both; Bob's breach holds his volume bonus after.
    holding = PROPOSAL.replace("consequence: {keep: 50%}", "consequence: hold")
    comparison = compared(proposal=holding)

    assert (comparison.undecided_before, comparison.undecided_after) == (Undecided(1, 0), Undecided(1, 1))
    assert comparison.to_dict()["undecided"] == {
        "before": {"incomplete": 1, "held": 0},
        "after": {"incomplete": 1, "held": 1},
    }


def test_different_texts_of_one_id_and_version_are_found() -> None:
    other = HEADER.replace('version: "1"', 'version: "2"')

    assert compared().same_name
    assert not compared(proposal=BASELINE).same_name
    assert not simulate(ruleset(BASELINE), ruleset(PROPOSAL, other), POPULATION).same_name
    assert compared().to_dict()["same_name"] is True
    assert compared().to_dict()["engine_version"] == metadata.version("incentive-engine")


# --- On the rulesets that come with the engine


def test_the_costs_are_those_of_evaluating_each_ruleset_alone() -> None:
    baseline, proposal = (load_ruleset(path) for path in RULESETS)
    # Two months: the second one looks back at the first.
    records = from_records(
        [
            record.cells
            for record in read_records("examples/population/snapshots.csv")
            if isinstance(record.cells, dict) and record.cells["month"] in {"2026-01", "2026-02"}
        ]
    )
    comparison = simulate(baseline, proposal, records, by=["team", "level"])
    alone = [policy.evaluate_all(records) for policy in (baseline, proposal)]

    assert [comparison.cost.before, comparison.cost.after] == [each.total for each in alone]
    assert [pair.before for pair in comparison.decisions] == list(alone[0])
    assert [pair.after for pair in comparison.decisions] == list(alone[1])
    for decisions, costs in ((alone[0], "before"), (alone[1], "after")):
        star = sum(
            line.final
            for each in decisions
            for line in each.lines
            if line.rule == "service_star" and line.final
        )
        assert star == next(
            getattr(rule.cost, costs) for rule in comparison.rules if rule.rule == "service_star"
        )


def test_a_comparison_can_be_written_as_json() -> None:
    found = json.loads(compared(by=["team"]).to_json("zh"))

    assert found["cost"] == {
        "before": "1500.00",
        "after": "1555.00",
        "difference": "55.00",
        "share": "0.0367",
    }
    assert found["agents"]["gainers"] == 2
    assert found["decisions"]["losers"] == 3
    assert found["baseline"]["title"] == "旧方案"
    assert found["rules"][0]["title"] == "工作量"
    assert [group["label"] for group in found["by"][0]["groups"]] == ["chat", "mail", "（缺失）"]
    assert [group["value"] for group in found["by"][0]["groups"]] == ["chat", "mail", None]
    assert found["largest"][0]["agent"] == "Ann"
    assert found["statuses"][0] == {"before": "final", "after": "final", "decisions": 6}
    assert (found["rows"], found["compared"], found["rejected_rows"]) == (7, 7, 0)
    assert found["rejected"] == found["covered_by_one"] == found["status_changes"] == found["notes"] == []
