"""A problem says what is wrong, where, and what to do about it, in both languages."""

from __future__ import annotations

from incentive_engine.ruleset import Problem, Span

SPAN = Span("rules.yaml", 4, 9, 4, 14)


def test_a_place_is_written_as_file_line_and_column() -> None:
    assert str(SPAN) == "rules.yaml:4:9"


def test_a_problem_is_written_with_its_place_severity_code_and_message() -> None:
    problem = Problem("IE1031", {"number": "1,000", "plain": "1000"}, SPAN)

    assert str(problem) == "rules.yaml:4:9: error IE1031: `1,000` is written with a thousands comma"


def test_a_problem_without_a_place_is_written_without_one() -> None:
    assert str(Problem("IE1001", {"file": "x.yaml"})) == "error IE1001: there is no file `x.yaml`"


def test_message_and_hint_are_there_in_both_languages() -> None:
    problem = Problem("IE1031", {"number": "1,000", "plain": "1000"}, SPAN)

    assert problem.message("zh") == "`1,000` 使用了千位分隔逗号"
    assert problem.hint() == "write `1000`; if it is meant as a text, put it in quotes"
    assert problem.hint("zh") == "请写成 `1000`；若本意是文本，请加引号"


def test_the_severity_comes_from_the_catalogue() -> None:
    assert Problem("IE1031").severity == "error"
    assert Problem("IE1032").severity == "warning"


def test_equal_problems_compare_equal() -> None:
    assert Problem("IE1031", {"number": "1,000"}, SPAN) == Problem("IE1031", {"number": "1,000"}, SPAN)
    assert Problem("IE1031", {"number": "1,000"}, SPAN) != Problem("IE1031", {"number": "2,000"}, SPAN)
