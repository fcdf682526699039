"""Tables can be read on terminals of any width."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from incentive_engine.cli.document import EMPTY, Cell, Column, Paragraph, Part, Table, alike, markdown, show
from incentive_engine.cli.screen import console


def shown(*parts: Part, width: int = 80, terminal: bool = False) -> list[str]:
    """Return the lines of a document on a terminal, or on something else, of this width."""
    stream = io.StringIO()
    screen = Console(file=stream, width=width, force_terminal=True) if terminal else console(stream, width)
    show(parts, screen)
    return stream.getvalue().splitlines()


def table(headings: list[str], *rows: list[str], summed: bool = False, title: str = "") -> Table:
    """Return a table whose first column is that of names; the others hold numbers."""
    columns = [
        Column(heading, numeric=bool(place), repeated=not place) for place, heading in enumerate(headings)
    ]
    return Table(title, columns, [[Cell(text) for text in row] for row in rows], summed)


def test_numbers_stand_right_and_names_left_under_their_headings() -> None:
    lines = shown(table(["Agent", "Pay"], ["A1", "1,250.00"], ["A002", "5.00"], title="March"))

    assert lines == [
        "March",
        "Agent       Pay",
        "───────────────",
        "A1     1,250.00",
        "A002       5.00",
    ]


def test_sums_stand_under_a_line() -> None:
    lines = shown(table(["Agent", "Pay"], ["A1", "1.00"], ["All", "1.00"], summed=True))

    assert lines[-2:] == ["───────────", "All    1.00"]


def test_chinese_takes_two_columns_a_character() -> None:
    lines = shown(table(["客服", "奖金"], ["张三", "1.00"], ["李", "20.00"]))

    assert lines == ["客服   奖金", "───────────", "张三   1.00", "李    20.00"]


class TestHeadings:
    def test_they_are_broken_between_words_rather_than_making_a_column_wide(self) -> None:
        lines = shown(table(["Agent", "Service star of the month"], ["A1", "1,000.00"]))

        assert [line.split() for line in lines[:3]] == [
            ["Service"],
            ["star", "of"],
            ["Agent", "the", "month"],
        ]

    def test_chinese_is_broken_into_lines_of_about_the_same_length(self) -> None:
        lines = shown(table(["客服", "服务平衡计分卡"], ["A1", "90"]))

        # Seven characters of two columns each do not fit in twelve columns: four and three of them.
        assert [line.split() for line in lines[:2]] == [["服务平衡"], ["客服", "计分卡"]]

    def test_brackets_are_not_broken(self) -> None:
        lines = shown(table(["状态", "合计（CNY）"], ["已确定", "1,234,567.00"]))

        assert lines[0].split() == ["状态", "合计（CNY）"]
        assert "（CNY）" in shown(table(["状态", "补足后合计（CNY）"], ["已确定", "1.00"]))[1]

    def test_a_heading_has_three_lines_at_most(self) -> None:
        lines = shown(table(["Agent", "a bb cc dd ee ff gg hh"], ["A1", "1"]))

        assert lines.index("─" * cell_len(lines[-1])) == 3


class TestTooWide:
    wide = table(["Agent", "First", "Second", "Third"], ["A1", "1,000.00", "2,000.00", "3,000.00"])

    def test_a_table_stands_closer_together_if_that_saves_splitting_it(self) -> None:
        # 5 + 8 + 8 + 8 columns and three gaps: 35 with wide gaps, 32 with narrow ones.
        assert shown(self.wide, width=35)[-1] == "A1     1,000.00  2,000.00  3,000.00"
        assert shown(self.wide, width=34)[-1] == "A1    1,000.00 2,000.00 3,000.00"

    def test_a_table_is_split_by_columns_and_each_part_begins_with_the_names(self) -> None:
        assert shown(self.wide, width=31) == [
            "Agent     First    Second",
            "─────────────────────────",
            "A1     1,000.00  2,000.00",
            "",
            "Agent     Third",
            "───────────────",
            "A1     3,000.00",
        ]

    def test_a_part_without_sums_has_no_line_for_them(self) -> None:
        wide = table(
            ["Agent", "Pay", "Recognition"],
            ["A1", "1,000.00", "praise"],
            ["All", "1,000.00", ""],
            summed=True,
        )

        # 5 + 2 + 8 columns, and 5 + 2 + 11.
        assert shown(wide, width=20) == [
            "Agent       Pay",
            "───────────────",
            "A1     1,000.00",
            "───────────────",
            "All    1,000.00",
            "",
            "Agent  Recognition",
            "──────────────────",
            "A1          praise",
        ]

    def test_a_part_leaves_out_the_rows_that_it_tells_nothing_about(self) -> None:
        long = "commendation and promotion"
        both = table(["Agent", "Pay", "Recognition"], ["A1", "1.00", ""], ["A2", "2.00", long])

        # The names and the 26 columns of the text need 33, and there are 34.
        assert shown(both, width=34) == [
            "Agent   Pay",
            "───────────",
            "A1     1.00",
            "A2     2.00",
            "",
            "Agent                 Recognition",
            "─────────────────────────────────",
            "A2     commendation and promotion",
        ]

    @pytest.mark.parametrize("width", [10, 20, 40, 80, 120])
    def test_no_amount_is_ever_shortened(self, width: int) -> None:
        text = "\n".join(shown(self.wide, width=width))

        for amount in ("1,000.00", "2,000.00", "3,000.00"):
            assert amount in text


class TestLongTexts:
    columns = (Column("Code", repeated=True), Column("For example", wraps=True))
    long = Table("", columns, [[Cell("IE1"), Cell("one two three four five six seven eight nine")]])

    def test_they_take_the_room_that_is_left_and_are_broken_into_lines(self) -> None:
        # 4 columns, a gap of 2, and 24 that are left of 30.
        assert shown(self.long, width=30)[2:] == [
            "IE1   one two three four five",
            "      six seven eight nine",
        ]

    def test_chinese_is_broken_anywhere_and_nothing_of_it_is_left_out(self) -> None:
        chinese = Table("", self.columns, [[Cell("IE1"), Cell("一二三四五六七八九十一二三四五")]])

        # 24 columns are left, which is twelve characters.
        assert shown(chinese, width=30)[2:] == ["IE1   一二三四五六七八九十一二", "      三四五"]

    def test_they_need_no_more_room_than_they_have(self) -> None:
        assert shown(self.long, width=80)[2:] == ["IE1   one two three four five six seven eight nine"]

    def test_short_ones_make_a_column_that_is_as_narrow(self) -> None:
        short = Table("", self.columns, [[Cell("IE1"), Cell("one")]])

        assert shown(short, width=80)[-1] == "IE1   one"


def test_tables_of_the_same_columns_can_be_made_equally_wide() -> None:
    tables = alike([table(["Agent", "Pay"], ["A1", "1.00"]), table(["Agent", "Pay"], ["A1", "1,000.00"])])

    assert [shown(each)[-1] for each in tables] == ["A1         1.00", "A1     1,000.00"]
    assert alike([]) == []


class TestParagraphs:
    paragraph = Paragraph(["one", "  two three four five"], "Heading")

    def test_they_stand_as_they_are_where_there_is_no_terminal(self) -> None:
        assert shown(self.paragraph, width=12) == ["Heading", "one", "  two three four five"]

    def test_on_a_terminal_what_is_broken_stays_under_its_beginning(self) -> None:
        lines = shown(self.paragraph, width=12, terminal=True)

        assert [line.rstrip() for line in lines[1:]] == ["one", "  two three", "  four five"]

    def test_they_need_no_heading(self) -> None:
        assert shown(Paragraph(["one"])) == ["one"]


def test_parts_are_separated_by_an_empty_line() -> None:
    assert shown(Text("one"), Text("two")) == ["one", "", "two"]


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = Table("", [Column("Status")], [[Cell("held", "yellow")]])

    assert shown(coloured)[-1] == "held"
    assert shown(coloured, terminal=True)[-1] == "\x1b[33mheld  \x1b[0m"


class TestMarkdown:
    def test_sums_are_bold_and_numbers_stand_right(self) -> None:
        summed = table(["Agent", "Pay"], ["A1", "1.00"], ["All", "1.00"], summed=True, title="March")

        assert "".join(markdown([summed])) == (
            "## March\n\n| Agent | Pay |\n|---|--:|\n| A1 | 1.00 |\n| **All** | **1.00** |\n"
        )

    def test_an_empty_cell_of_a_sum_is_not_marked(self) -> None:
        summed = Table("", [Column("A"), Column("B")], [[Cell("x"), EMPTY]], summed=True)

        assert "".join(markdown([summed])).endswith("| **x** |  |\n")

    def test_what_markdown_would_take_for_a_sign_is_told_to_be_none(self) -> None:
        assert "| team\\_1 \\| 2 |" in "".join(markdown([table(["a"], ["team_1 | 2"])]))

    def test_tables_are_separated_by_an_empty_line(self) -> None:
        assert "".join(markdown([table(["a"]), table(["b"])])) == "| a |\n|---|\n\n| b |\n|---|\n"
