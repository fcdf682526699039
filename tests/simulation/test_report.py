"""A comparison as tables, text and Markdown, in both languages."""

from __future__ import annotations

from decimal import Decimal
from importlib import metadata

from incentive_engine.simulation import Cell, simulate
from incentive_engine.simulation.report import Heading
from tests.simulation.comparing import (
    BASELINE,
    FINED,
    HEADER,
    POPULATION,
    PROPOSAL,
    compared,
    row,
    ruleset,
    table,
    texts,
)

HELD = BASELINE.replace("consequence: void", "consequence: hold")


def section(text: str, heading: str) -> list[str]:
    """Return the lines under a heading of a plain text, without the one that underlines it."""
    lines = text.split("\n")
    start = lines.index(heading) + 3
    return lines[start : lines.index("", start)]


class TestTables:
    def test_there_is_one_for_each_question(self) -> None:
        names = [each.name for each in compared(by=["team", "calls"]).tables()]

        assert names == ["cost", "people", "rules", "by:team", "by:calls", "largest", "statuses"]

    def test_the_cost(self) -> None:
        cost = table(compared(), "cost")

        assert cost.keys == ("cost", "before", "after", "difference", "share")
        assert cost.numeric == (False, True, True, True, True)
        assert cost.rows == (
            (
                Cell("cost", "All decisions"),
                Cell(Decimal("1500.00"), "1,500.00"),
                Cell(Decimal("1555.00"), "1,555.00"),
                Cell(Decimal("55.00"), "+55.00"),
                Cell(Decimal("0.0367"), "+3.67%"),
            ),
        )

    def test_a_share_of_nothing_is_left_empty(self) -> None:
        cost = table(compared([row("Ann", "2026-01", 0, "")]), "cost")

        assert cost.rows[0][3:] == (Cell(Decimal("0.00"), "0.00"), Cell(None, ""))

    def test_who_gains_and_who_loses(self) -> None:
        assert texts(table(compared(), "people")) == [
            ["Agents, over all periods", "2", "1", "2", "5", "+115.00", "-60.00"],
            ["Decisions", "2", "3", "2", "7", "+185.00", "-130.00"],
        ]

    def test_the_rules_that_pay_stand_above_their_sum(self) -> None:
        rules = table(compared(), "rules")

        assert rules.summed
        assert texts(rules) == [
            ["Volume", "1,000.00", "1,375.00", "+375.00", "5", "6"],
            ["quality", "500.00", "0.00", "-500.00", "5", "0"],
            ["care", "0.00", "180.00", "+180.00", "0", "6"],
            ["Together", "1,500.00", "1,555.00", "+55.00", "", ""],
        ]

    def test_the_floor_has_a_row_where_it_adds_anything(self) -> None:
        # 20 - 30 = -10 and 20 - 60 = -40, each raised to 0; and 20 - 10 = 10 after, where nothing is raised
        broke = [row("Ann", "2026-01", 10, "", breaches=1)]
        both = table(compared(broke, FINED, FINED.replace("-30", "-60")), "rules")
        before_only = table(compared(broke, FINED, FINED.replace("-30", "-10")), "rules")
        after_only = table(compared(broke, FINED.replace("-30", "-10"), FINED), "rules")

        name = "Added up to the floor of the total"
        assert texts(both)[2] == [name, "10.00", "40.00", "+30.00", "", ""]
        assert texts(before_only)[2] == [name, "10.00", "0.00", "-10.00", "", ""]
        assert texts(after_only)[2] == [name, "0.00", "10.00", "+10.00", "", ""]

    def test_the_groups_of_an_attribute_stand_above_their_sum(self) -> None:
        teams = table(compared(by=["team"]), "by:team")

        assert teams.title == "By team, in CNY"
        assert teams.columns[:2] == ("team", "Agents")
        # 115 / 980 = 0.11734..., -60 / 140 = -0.42857...
        assert texts(teams) == [
            ["chat", "2", "980.00", "1,095.00", "+115.00", "+11.73%", "2", "0", "0"],
            ["mail", "2", "140.00", "80.00", "-60.00", "-42.86%", "0", "1", "1"],
            ["(missing)", "1", "380.00", "380.00", "0.00", "0.00%", "0", "0", "1"],
            ["Together", "5", "1,500.00", "1,555.00", "+55.00", "+3.67%", "2", "1", "2"],
        ]
        assert teams.rows[2][0].value is None

    def test_the_largest_changes_have_their_reasons_line_by_line(self) -> None:
        (ann,) = compared().tables(largest=1)[3].rows

        assert [cell.text for cell in ann[:5]] == ["Ann", "2026-02", "400.00", "530.00", "+130.00"]
        assert ann[5].text.split("\n") == [
            "Volume: 400.00 CNY -> 500.00 CNY (+100.00 CNY)",
            "  before: `2 * calls` = 400.00 CNY.",
            "  after: `2.50 * calls` = 500.00 CNY.",
            "care: no line -> 30.00 CNY (+30.00 CNY)",
            "  after: `csat >= 80%` is true.",
        ]

    def test_the_statuses_before_and_after_are_counted_and_the_changes_listed(self) -> None:
        # Bob's breach in January is held where it was void; Cid's csat is unknown under both
        comparison = compared(proposal=HELD)

        assert texts(table(comparison, "statuses")) == [
            ["final", "final", "5"],
            ["final", "held", "1"],
            ["incomplete", "incomplete", "1"],
        ]
        assert texts(table(comparison, "status_changes")) == [
            ["Bob", "2026-01", "final", "held", "100.00", "100.00", "0.00"]
        ]
        assert [each.agent for each in comparison.status_changes] == ["Bob"]
        assert comparison.to_dict()["status_changes"] == [
            {
                "agent": "Bob",
                "period": "2026-01",
                "before": "100.00",
                "after": "100.00",
                "difference": "0.00",
                "share": "0.0000",
                "status_before": "final",
                "status_after": "held",
            }
        ]

    def test_the_periods_of_one_ruleset_alone_are_summed(self) -> None:
        # Ann 300, Bob 100 and Cid 0 in January, before the proposal is in effect
        later = ruleset(PROPOSAL, HEADER + "effective: {from: 2026-02-01}\n")
        comparison = simulate(ruleset(BASELINE), later, POPULATION)

        assert texts(table(comparison, "covered_by_one")) == [["baseline", "2026-01", "3", "400.00"]]

    def test_rejected_rows_have_a_line_for_each_problem(self) -> None:
        comparison = compared([*POPULATION, {**row("Fay", "2026-02", 1, ""), "calls": "x", "breaches": "y"}])

        assert [[cell.value for cell in cells] for cells in table(comparison, "rejected").rows] == [
            [8, "both", "IE4031"],
            [8, "both", "IE4031"],
        ]
        assert texts(table(comparison, "rejected"))[0] == [
            "8",
            "both",
            "`calls` of agent `Fay` for 2026-02 is `x`, which is not a number",
        ]
        rejected = comparison.to_dict("zh")["rejected"]
        assert isinstance(rejected, list)
        assert (rejected[0]["row"], len(rejected[0]["baseline"]), len(rejected[0]["proposal"])) == (8, 2, 2)


class TestText:
    def test_it_begins_with_what_is_compared(self) -> None:
        before, after = (ruleset(text).identity.content_hash[:12] for text in (BASELINE, PROPOSAL))

        assert compared().text().split("\n")[:8] == [
            "Comparison of two rulesets",
            "==========================",
            "",
            f"Baseline: Old policy (trial, version 1, text {before})",
            f"Proposal: New policy (trial, version 1, text {after})",
            f"Compared by incentive-engine {metadata.version('incentive-engine')}.",
            (
                "Warning: the two are different texts with the same id and version."
                " Give the proposal a version of its own,"
                " so that it is certain later which of them was signed."
            ),
            "Rows of data: 7. Compared: 7; rejected: 0; in effect under one ruleset only: 0.",
        ]

    def test_nothing_is_warned_of_where_both_are_the_same_text(self) -> None:
        assert "Warning" not in compared(proposal=BASELINE).text()

    def test_what_may_still_be_paid_stands_under_the_cost(self) -> None:
        # Cid's satisfaction is missing under both; Bob's breach holds his volume bonus after.
        holding = PROPOSAL.replace("consequence: {keep: 50%}", "consequence: hold")
        lines = compared(proposal=holding).text().split("\n")

        start = next(number for number, line in enumerate(lines) if line.startswith("All decisions"))
        assert lines[start + 2] == (
            "Not in this cost is what incomplete or held decisions may still pay."
            " Before: 1 incomplete, 0 held. After: 1 incomplete, 1 held."
        )
        chinese = compared(proposal=holding).markdown("zh")
        assert "基线：不完整 1 个，暂缓 0 个。提案：不完整 1 个，暂缓 1 个。" in chinese

    def test_only_a_proposal_can_hold_what_may_still_be_paid(self) -> None:
        holding = PROPOSAL.replace("consequence: {keep: 50%}", "consequence: hold")
        (bob,) = (each for each in POPULATION if each["breaches"])

        assert (
            "Before: 0 incomplete, 0 held. After: 0 incomplete, 1 held."
            in compared([bob], proposal=holding).text()
        )

    def test_nothing_stands_under_a_cost_that_is_final(self) -> None:
        assert "Not in this cost" not in compared([row("Ann", "2026-01", 100, "95%")]).text()

    def test_a_ruleset_without_a_title_is_called_by_its_id(self) -> None:
        assert "Baseline: trial (trial, version 1, text " in compared(baseline=FINED).text()

    def test_numbers_stand_at_the_right(self) -> None:
        assert section(compared().text(), "By rule, in CNY") == [
            "Rule        Before     After  Difference  Paid before  Paid after",
            "Volume    1,000.00  1,375.00     +375.00            5           6",
            "quality     500.00      0.00     -500.00            5           0",
            "care          0.00    180.00     +180.00            0           6",
            "Together  1,500.00  1,555.00      +55.00",
        ]

    def test_a_chinese_character_takes_two_columns(self) -> None:
        assert section(compared().text("zh"), "按规则拆分（元）") == [
            "规则         基线      提案     差额  基线次数  提案次数",
            "工作量   1,000.00  1,375.00  +375.00         5         6",
            "quality    500.00      0.00  -500.00         5         0",
            "care         0.00    180.00  +180.00         0         6",
            "合计     1,500.00  1,555.00   +55.00",
        ]

    def test_the_reasons_stand_under_each_change(self) -> None:
        lines = section(compared().text(largest=1), "The largest changes, in CNY")

        assert lines[:2] == [
            "Ann, 2026-02: 400.00 CNY -> 530.00 CNY (+130.00 CNY)",
            "  Volume: 400.00 CNY -> 500.00 CNY (+100.00 CNY)",
        ]

    def test_the_reasons_are_told_in_chinese(self) -> None:
        lines = section(compared().text("zh"), "变动最大的决定（元）")

        assert lines[lines.index("Eve，2026-02：140.00 元 -> 80.00 元（-60.00 元）") :][1:4] == [
            "  quality：100.00 元 -> 无此项（-100.00 元）",
            "    基线：`csat >= 90%` 成立。",
            "  care：无此项 -> 30.00 元（+30.00 元）",
        ]

    def test_long_lists_are_cut_and_say_so(self) -> None:
        rows = [row(f"A{number:02}", "2026-01", 1, "", breaches=1) for number in range(23)]
        text = compared(rows, BASELINE, HELD).text()

        assert section(text, "Decisions whose status changes, in CNY")[-1].startswith("A19 ")
        assert "\nAnd 3 more.\n" in text

    def test_a_title_over_several_lines_stands_on_one(self) -> None:
        policy = BASELINE.replace("en: Volume", 'en: "Volume\\n of work"')

        assert section(compared(baseline=policy).text(), "By rule, in CNY")[1].startswith(
            "Volume of work  1,000.00"
        )


class TestMarkdown:
    def test_tables_are_tables(self) -> None:
        lines = compared().markdown().split("\n")

        identity = ruleset(BASELINE).identity.content_hash[:12]
        assert lines[:3] == [
            "# Comparison of two rulesets",
            "",
            f"- Baseline: Old policy (trial, version 1, text {identity})",
        ]
        start = lines.index("## Cost, in CNY")
        assert lines[start : start + 6] == [
            "## Cost, in CNY",
            "",
            "| Paid | Before | After | Difference | Change |",
            "| --- | ---: | ---: | ---: | ---: |",
            "| All decisions | 1,500.00 | 1,555.00 | +55.00 | +3.67% |",
            "",
        ]

    def test_reasons_are_nested_lists(self) -> None:
        lines = compared().markdown().split("\n")

        start = lines.index("- Ann, 2026-02: 400.00 CNY -\\> 530.00 CNY (+130.00 CNY)")
        assert lines[start + 1 : start + 3] == [
            "  - Volume: 400.00 CNY -\\> 500.00 CNY (+100.00 CNY)",
            "    - before: `2 * calls` = 400.00 CNY.",
        ]

    def test_what_stands_in_a_title_means_only_itself(self) -> None:
        policy = BASELINE.replace("en: Volume", 'en: "A | *B*"')

        assert "| A \\| \\*B\\* | 1,000.00 |" in compared(baseline=policy).markdown()

    def test_it_is_there_in_chinese(self) -> None:
        assert "## 增减人数（金额单位：元）" in compared().markdown("zh")


def test_the_parts_of_a_report_can_be_written_by_others() -> None:
    headings = [block.text for block in compared().report("en") if isinstance(block, Heading)]

    assert headings == [
        "Comparison of two rulesets",
        "Cost, in CNY",
        "Who gains and who loses, amounts in CNY",
        "By rule, in CNY",
        "The largest changes, in CNY",
        "Status of the decisions",
    ]
