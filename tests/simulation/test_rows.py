"""Which rows are compared: always the same people under both rulesets, and what is left out is said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from incentive_engine.evaluate.files import read_records
from incentive_engine.simulation import Comparison, simulate
from tests.simulation.comparing import (
    BASELINE,
    HEADER,
    POPULATION,
    PROPOSAL,
    Row,
    amounts,
    compared,
    money,
    row,
    ruleset,
)

# A proposal that asks for one column more, in which five is the most.
THANKS = HEADER.replace("breaches: count", "breaches: count, thanks: {type: count, range: [0, 5]}")


def with_thanks(*thanks: int | None) -> list[Row]:
    """Return the rows of some agents in January, each with 10 calls; None leaves the column out."""
    rows = [row(name, "2026-01", 10, "") for name in ("Ann", "Bob", "Cid")]
    return [
        each if count is None else {**each, "thanks": count} for each, count in zip(rows, thanks, strict=True)
    ]


def against_thanks(rows: list[Row]) -> Comparison:
    return simulate(ruleset(BASELINE), ruleset(PROPOSAL, THANKS), rows)


def rejections(comparison: Comparison) -> list[tuple[int | None, list[str], list[str]]]:
    """Return the rejected rows with the codes of their problems on both sides."""
    return [
        (
            each.row,
            [problem.problem.code for problem in each.baseline],
            [problem.problem.code for problem in each.proposal],
        )
        for each in comparison.rejected
    ]


def test_a_row_that_one_ruleset_cannot_take_is_left_out_under_both() -> None:
    # Only the proposal asks for thanks: Bob has none (IE4020), Cid has six (IE4039). Ann is paid 20, then 25.
    comparison = against_thanks(with_thanks(3, None, 6))

    assert [(pair.agent, pair.period) for pair in comparison.decisions] == [("Ann", "2026-01")]
    assert money(comparison.cost) == amounts("20.00", "25.00", "5.00")
    assert rejections(comparison) == [(2, [], ["IE4020"]), (3, [], ["IE4039"])]
    assert (comparison.rows, comparison.rejected_rows) == (3, 2)


def test_a_problem_that_both_rulesets_have_is_told_once() -> None:
    comparison = against_thanks([{**with_thanks(3, 3, 3)[0], "calls": "many", "thanks": 9}])
    (rejected,) = comparison.rejected

    assert [(each.side, each.problem.problem.code) for each in rejected.by_problem] == [
        ("both", "IE4031"),
        ("proposal", "IE4039"),
    ]
    assert [each.side for each in compared([{**row("Ann", "2026-01", -1, "")}]).rejected[0].by_problem] == [
        "both"
    ]


def test_a_problem_of_the_baseline_alone_is_told_as_its_own() -> None:
    comparison = simulate(ruleset(BASELINE, THANKS), ruleset(PROPOSAL), with_thanks(3, 6, 3))

    assert rejections(comparison) == [(2, ["IE4039"], [])]
    assert [each.side for each in comparison.rejected[0].by_problem] == ["baseline"]


def test_several_rows_of_one_agent_and_period_are_all_left_out() -> None:
    comparison = compared([*POPULATION, row("Eve", "2026-02", 21, "90%", team="mail")])

    assert rejections(comparison) == [(7, ["IE4027"], ["IE4027"]), (8, ["IE4027"], ["IE4027"])]
    assert comparison.rejected_rows == 2
    # without Eve's 140 and 80
    assert money(comparison.cost) == amounts("1360.00", "1475.00", "115.00")


def test_a_rejected_row_is_nobodys_peer_under_either_ruleset() -> None:
    # Alone, the baseline would see Cid win; the proposal cannot take Cid, so Ann wins before as well.
    star = """
rules:
  - {id: star, kind: star_award, rank_by: [{highest: calls}], ties: share_prizes, prizes: [{pay: 1000}]}
"""
    rows: list[Row] = [
        {**row("Ann", "2026-01", 50, ""), "thanks": 1},
        {**row("Cid", "2026-01", 90, ""), "thanks": 6},
    ]
    comparison = simulate(ruleset(star), ruleset(star, THANKS), rows)

    assert money(comparison.cost) == amounts("1000.00", "1000.00", "0.00")
    assert comparison.agents.unchanged == 1


def test_a_table_without_a_column_that_one_ruleset_needs_leaves_nothing_to_compare(tmp_path: Path) -> None:
    file = tmp_path / "march.csv"
    file.write_text("agent,month,team,calls,csat,breaches\nAnn,2026-01,chat,10,,0\n", encoding="utf-8")
    comparison = simulate(ruleset(BASELINE), ruleset(PROPOSAL, THANKS), read_records(file))

    assert comparison.decisions == ()
    assert rejections(comparison) == [(None, [], ["IE4014"])]
    assert (comparison.rows, comparison.rejected_rows) == (1, 1)
    assert [table.name for table in comparison.tables()] == ["rejected"]
    assert [[cell.text for cell in cells] for cells in comparison.tables()[0].rows] == [
        ["", "proposal", "the table has no column `thanks`"]
    ]


def test_what_is_only_noted_about_the_data_rejects_nothing(tmp_path: Path) -> None:
    file = tmp_path / "march.csv"
    file.write_text("agent,month,team,calls,csat,breaches\nAnn,2026-01,电话组,10,,0\n", encoding="gb18030")
    comparison = simulate(ruleset(BASELINE), ruleset(PROPOSAL), read_records(file))

    assert comparison.rejected == ()
    assert [note.problem.code for note in comparison.notes] == ["IE4003"]
    assert f"About the data: `{file}` is not UTF-8 and was read as GB 18030 (GBK)" in comparison.text()
    assert f"数据说明：`{file}` 不是 UTF-8，已按 GB 18030（GBK）读取" in comparison.text("zh")


def test_rows_that_can_be_gone_through_only_once_are_enough() -> None:
    def rows() -> Iterator[Row]:
        yield from POPULATION

    assert money(simulate(ruleset(BASELINE), ruleset(PROPOSAL), rows()).cost) == amounts(
        "1500.00", "1555.00", "55.00"
    )


def test_no_rows_at_all_cost_nothing() -> None:
    comparison = compared([])

    assert money(comparison.cost) == amounts("0.00", "0.00", "0.00")
    assert comparison.tables() == ()
    assert "Rows of data: 0. Compared: 0;" in comparison.text()


# --- Periods in which only one ruleset is in effect

FROM_FEBRUARY = HEADER + "effective: {from: 2026-02-01}\n"


def test_a_period_that_only_one_ruleset_covers_is_reported_and_not_compared() -> None:
    comparison = simulate(ruleset(BASELINE), ruleset(PROPOSAL, FROM_FEBRUARY), POPULATION, by=["team"])

    # In February the baseline pays 400 + 180 + 380 + 140, the proposal 530 + 130 + 380 + 80.
    assert money(comparison.cost) == amounts("1100.00", "1120.00", "20.00")
    assert [(each.side, each.decision.agent, each.decision.total) for each in comparison.covered_by_one] == [
        ("baseline", "Ann", Decimal("300.00")),
        ("baseline", "Bob", Decimal("100.00")),
        ("baseline", "Cid", Decimal("0.00")),
    ]
    assert comparison.rejected == ()
    assert comparison.rejected_rows == 0
    assert comparison.to_dict()["covered_by_one"] == [
        {"side": "baseline", "agent": "Ann", "period": "2026-01", "total": "300.00", "status": "final"},
        {"side": "baseline", "agent": "Bob", "period": "2026-01", "total": "100.00", "status": "final"},
        {"side": "baseline", "agent": "Cid", "period": "2026-01", "total": "0.00", "status": "incomplete"},
    ]


def test_it_is_the_same_the_other_way_round() -> None:
    comparison = simulate(ruleset(PROPOSAL, FROM_FEBRUARY), ruleset(BASELINE), POPULATION)

    assert money(comparison.cost) == amounts("1120.00", "1100.00", "-20.00")
    assert [each.side for each in comparison.covered_by_one] == ["proposal"] * 3


def test_where_neither_ruleset_is_in_effect_the_row_is_rejected() -> None:
    comparison = simulate(ruleset(BASELINE, FROM_FEBRUARY), ruleset(PROPOSAL, FROM_FEBRUARY), POPULATION[:1])

    assert rejections(comparison) == [(1, ["IE4026"], ["IE4026"])]


def test_what_else_is_wrong_under_a_ruleset_that_is_not_in_effect_does_not_matter() -> None:
    # In January the proposal, not yet in effect, has nothing to say of the column that it will need.
    header = FROM_FEBRUARY.replace("breaches: count", "breaches: count, thanks: count")
    comparison = simulate(ruleset(BASELINE), ruleset(PROPOSAL, header), POPULATION[:1])

    assert comparison.rejected == ()
    assert [each.decision.agent for each in comparison.covered_by_one] == ["Ann"]


def test_a_period_that_is_not_compared_is_history_for_the_ruleset_that_covers_it() -> None:
    # In February the baseline pays for January's 100 calls; under the proposal nothing came before.
    policy = 'rules: [{id: loyal, kind: bonus, pay: "1 * default(previous(calls), 0)"}]'
    rows = [row("Ann", "2026-01", 100, ""), row("Ann", "2026-02", 200, "")]
    comparison = simulate(ruleset(policy), ruleset(policy, FROM_FEBRUARY), rows)

    assert money(comparison.cost) == amounts("100.00", "0.00", "-100.00")


def test_a_rejected_row_is_no_history_under_either_ruleset() -> None:
    # The proposal cannot take January, so the baseline's February has no January to look back at either.
    policy = 'rules: [{id: loyal, kind: bonus, pay: "1 * default(previous(calls), 0)"}]'
    rows: list[Row] = [
        {**row("Ann", "2026-01", 100, ""), "thanks": 6},
        {**row("Ann", "2026-02", 200, ""), "thanks": 0},
    ]
    comparison = simulate(ruleset(policy), ruleset(policy, THANKS), rows)

    assert money(comparison.cost) == amounts("0.00", "0.00", "0.00")
