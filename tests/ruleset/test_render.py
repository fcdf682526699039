"""Problems as they are shown to people and to editors."""

from __future__ import annotations

import json

import pytest

from incentive_engine.ruleset import Problem, Span, as_json, read_yaml, rendered
from incentive_engine.texts import add_texts


def place(
    line: int, column: int, end_column: int, end_line: int | None = None, file: str = "rules.yaml"
) -> Span:
    return Span(file, line, column, end_line or line, end_column)


def lines(span: Span, text: str) -> list[str]:
    """Return what is shown of a text for a problem at a place, without its heading and its hint."""
    return rendered(Problem("IE1039", span=span), text).split("\n")[1:-1]


def test_a_problem_is_shown_with_its_place_its_line_the_line_before_and_what_to_do() -> None:
    text = "rules:\n  - id: bonus\n    pay: 1,000\n"
    _, problems = read_yaml(text, "rules.yaml")

    assert rendered(problems[0], text) == (
        "error IE1031: `1,000` is written with a thousands comma\n"
        " --> rules.yaml:3:10\n"
        "  |\n"
        "2 |   - id: bonus\n"
        "3 |     pay: 1,000\n"
        "  |          ^^^^^\n"
        "hint: write `1000`; if it is meant as a text, put it in quotes"
    )


def test_a_problem_is_shown_in_chinese() -> None:
    text = "pay: 1,000\n"
    _, problems = read_yaml(text, "rules.yaml")

    assert rendered(problems[0], text, "zh") == (
        "错误 IE1031：`1,000` 使用了千位分隔逗号\n"
        " --> rules.yaml:1:6\n"
        "  |\n"
        "1 | pay: 1,000\n"
        "  |      ^^^^^\n"
        "提示：请写成 `1000`；若本意是文本，请加引号"
    )


def test_a_related_place_is_shown_below_with_other_marks() -> None:
    text = "cap: 300\n" + "\n" * 8 + "cap: 400\n"
    _, problems = read_yaml(text, "rules.yaml")

    assert rendered(problems[0], text).split("\n")[1:-1] == [
        "  --> rules.yaml:10:1",
        "   |",
        " 9 |",
        "10 | cap: 400",
        "   | ^^^",
        "  ::: rules.yaml:1:1",
        "   |",
        " 1 | cap: 300",
        "   | ---",
    ]


def test_a_related_place_in_another_file_is_named_and_not_quoted() -> None:
    problem = Problem("IE1039", span=place(1, 1, 2), related=(place(3, 4, 5, file="base.yaml"),))

    assert rendered(problem, "x\n").split("\n")[1:-1] == [
        " --> rules.yaml:1:1",
        "  |",
        "1 | x",
        "  | ^",
        " ::: base.yaml:3:4",
    ]


def test_a_warning_is_called_a_warning() -> None:
    problem = Problem("IE1032", {"number": "1,500", "plain": "1500", "listed": "1, 500"}, place(1, 5, 10))

    assert rendered(problem, "a: [1,500]").startswith("warning IE1032: ")
    assert rendered(problem, "a: [1,500]", "zh").startswith("警告 IE1032：")


def test_wide_characters_count_as_two_columns() -> None:
    # 标题 takes four columns and 😀 two, so the mark begins below the tenth column: 4 + 2 (": ") + 2 + 1.
    assert lines(place(1, 6, 8), "标题: 😀客服\n") == [
        " --> rules.yaml:1:6",
        "  |",
        "1 | 标题: 😀客服",
        "  |         ^^^^",
    ]


def test_a_combining_mark_takes_no_column() -> None:
    assert lines(place(1, 3, 4), "e\u0301x\n")[-1] == "  |  ^"


def test_tabs_and_unseen_characters_are_shown_as_one_column_each() -> None:
    assert lines(place(1, 4, 5), "\ta\x1bb\u202ec\r\n")[-2:] == ["1 |  a�b�c", "  |    ^"]


def test_a_place_of_no_width_has_one_mark() -> None:
    assert lines(place(1, 3, 3), "a:\n")[-1] == "  |   ^"


def test_a_place_on_several_lines_is_marked_to_the_end_of_its_first() -> None:
    assert lines(place(1, 4, 3, end_line=2), "a: one\n  two\n")[-2:] == ["1 | a: one", "  |    ^^^"]


@pytest.mark.parametrize(("start", "end"), [(1, 3), (200, 203), (298, 301), (200, 290)])
def test_of_a_long_line_only_what_surrounds_the_place_is_shown(start: int, end: int) -> None:
    line = "".join(chr(ord("a") + index % 26) for index in range(300))
    *_, shown, marks = lines(place(1, start, end), line + "\n")

    assert len(shown) <= 4 + 100 + 2
    marked = shown[len(marks) - marks.count("^") : len(marks)]
    assert line[start - 1 : end - 1].startswith(marked.rstrip("…"))
    assert marks.count("^") == min(end - start, 70)
    assert shown.startswith("1 | …") == (start > 31)
    assert shown.endswith("…") == (start < 231)


def test_a_place_beyond_the_text_is_named_and_not_quoted() -> None:
    assert lines(place(5, 1, 2), "a: 1\n") == [" --> rules.yaml:5:1"]


def test_a_byte_order_mark_does_not_move_the_marks() -> None:
    assert lines(place(1, 1, 2), "\ufeffa: 1\n")[-2:] == ["1 | a: 1", "  | ^"]


def test_a_problem_without_a_place_is_its_message_and_what_to_do() -> None:
    assert rendered(Problem("IE1001", {"file": "x.yaml"}), "") == (
        "error IE1001: there is no file `x.yaml`\nhint: check the name and the folder"
    )


def test_a_problem_without_a_hint_ends_with_the_quotation() -> None:
    add_texts('[test_render_bare]\nseverity = "error"\nen = "bare"\nzh = "无"\n')

    assert rendered(Problem("test_render_bare", span=place(1, 1, 2)), "a").split("\n") == [
        "error test_render_bare: bare",
        " --> rules.yaml:1:1",
        "  |",
        "1 | a",
        "  | ^",
    ]


def test_an_editor_gets_plain_values() -> None:
    _, problems = read_yaml("cap: 300\ncap: 400\n", "rules.yaml")

    assert json.loads(json.dumps(as_json(problems[0]))) == {
        "code": "IE1020",
        "severity": "error",
        "title": "A key that is given twice",
        "message": "`cap` is given twice; it stands in line 1 already",
        "hint": "keep one of the two; which of them would count is not to be guessed",
        "place": {"file": "rules.yaml", "line": 2, "column": 1, "end_line": 2, "end_column": 4},
        "related": [{"file": "rules.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 4}],
    }


def test_an_editor_gets_null_where_there_is_no_place_and_the_language_it_asks_for() -> None:
    values = as_json(Problem("IE1001", {"file": "x.yaml"}), "zh")

    assert values["place"] is None
    assert values["related"] == []
    assert values["message"] == "找不到文件 `x.yaml`"
    assert values["hint"] == "请检查文件名和所在文件夹"
