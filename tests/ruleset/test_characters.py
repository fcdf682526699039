"""Files that are not UTF-8, and characters that a ruleset cannot hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from incentive_engine.ruleset import Span, read_file, read_yaml
from tests.support.yaml_texts import codes, found, the_problem

TEXT = "title: 客服之星\nrate: 5\n"


def read(folder: Path, data: bytes) -> tuple[str, list[str], Span | None]:
    path = folder / "rules.yaml"
    path.write_bytes(data)
    text, problems = read_file(path)
    assert len(problems) <= 1
    span = problems[0].span if problems else None
    assert span is None or span.file == str(path)
    return text, codes(problems), span


def test_a_file_in_utf_8_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT.encode()) == (TEXT, [], None)
    assert read(tmp_path, b"") == ("", [], None)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT.encode("utf-8-sig")) == (TEXT, [], None)


def test_a_path_may_be_given_as_text(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("a: 1\n", encoding="utf-8")

    assert read_file(str(tmp_path / "rules.yaml")) == ("a: 1\n", [])


@pytest.mark.parametrize(
    "encoding",
    ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"],
    ids=str,
)
def test_a_file_in_utf_16_is_refused_and_its_text_can_be_shown(tmp_path: Path, encoding: str) -> None:
    text = "a: 客服\n"
    read_text, found_codes, span = read(tmp_path, text.encode(encoding))

    assert found_codes == ["IE1004"]
    assert span
    assert (span.line, span.column) == (1, 1)
    if encoding != "utf-32-le":  # without its mark nobody can tell it from UTF-16
        assert read_text == text


def test_a_file_in_gbk_is_refused_with_the_place_of_the_first_chinese_character(tmp_path: Path) -> None:
    text = "rate: 5\ntitle: 客服之星\n"
    read_text, found_codes, span = read(tmp_path, text.encode("gbk"))

    assert read_text == text
    assert found_codes == ["IE1005"]
    assert span
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 8, 2, 9)


@pytest.mark.parametrize(
    "data",
    [
        "title: prime de qualité\n".encode("latin-1"),  # é and a line break are no pair of GBK
        "title: étage\n".encode("latin-1"),  # é and t are one, but none of the usual characters
        b"title: \xff\xfe\xfd\n",
    ],
)
def test_a_file_in_another_encoding_is_refused_with_the_place_of_its_first_wrong_byte(
    tmp_path: Path, data: bytes
) -> None:
    first_wrong = next(index for index, byte in enumerate(data) if byte > 127)
    text, found_codes, span = read(tmp_path, data)

    assert text.startswith("title: ")
    assert found_codes == ["IE1006"]
    assert span
    assert (span.line, span.column) == (1, first_wrong + 1)


def test_a_file_that_does_not_exist_is_a_problem_without_a_place(tmp_path: Path) -> None:
    text, problems = read_file(tmp_path / "none.yaml")

    assert text == ""
    assert codes(problems) == ["IE1001"]
    assert problems[0].span is None
    assert problems[0].values == {"file": str(tmp_path / "none.yaml")}


@pytest.mark.parametrize("name", ["", "a\0b"], ids=["a folder", "a name that no file can have"])
def test_what_cannot_be_opened_is_a_problem(tmp_path: Path, name: str) -> None:
    text, problems = read_file(f"{tmp_path}/{name}")

    assert text == ""
    assert codes(problems) == ["IE1002"]


def test_no_more_of_a_file_is_read_than_a_ruleset_may_have(tmp_path: Path) -> None:
    # "a: " and a line break are 4 bytes of the million.
    assert read(tmp_path, b"a: " + b"x" * 999_996 + b"\n")[1] == []
    assert read(tmp_path, b"a: " + b"x" * 999_997 + b"\n")[:2] == ("", ["IE1003"])


@pytest.mark.parametrize(
    "character", ["\0", "\x1b", "\x7f", "\x80", "\x0b", "\x0c", "\x1c", "\ufffe", "\ud800"]
)
def test_a_control_character_is_refused_and_the_rest_is_read(character: str) -> None:
    text = f"a: x{character}\nb: 2{character}{character}\n"
    table, problems = read_yaml(text, "rules.yaml")

    assert table == {"a": "x", "b": "2"}
    assert found(text) == [("IE1007", character), ("IE1007", character * 2)]
    assert problems[0].values == {"character": f"U+{ord(character):04X}"}


@pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u202e", "\u2066", "\xad", "\u2060"])
def test_an_invisible_character_is_refused_and_the_name_before_it_is_read(character: str) -> None:
    text = f"a: 1\nrate{character}: 2\n"

    assert found(text) == [("IE1009", character)]
    assert read_yaml(text, "rules.yaml")[0] == {"a": "1", "rate": "2"}


@pytest.mark.parametrize("escape", ["\\e[31m", "\\0", "\\x7f"])
def test_an_escape_in_quotes_cannot_bring_in_a_control_character(escape: str) -> None:
    assert found(f'a: "red {escape}"\n') == [("IE1007", f"red {escape}")]


def test_a_line_break_and_a_tab_may_be_written_as_escapes() -> None:
    assert read_yaml('a: "one\\n\\ttwo"\n', "rules.yaml") == ({"a": "one\n\ttwo"}, [])


@pytest.mark.parametrize("line_break", ["\r", "\x85", "\u2028", "\u2029"])
def test_a_line_break_that_not_all_editors_know_is_refused_where_the_first_stands(line_break: str) -> None:
    problem = the_problem(f"a: 1\nb: 22{line_break}c: 3{line_break}d: 4\n")

    assert problem.code == "IE1008"
    assert problem.span == Span("rules.yaml", 2, 6, 2, 7)
    assert problem.values == {"count": "2"}


@pytest.mark.parametrize(
    ("text", "tabs"),
    [
        ("\ta: 1\n", 1),
        ("a:\n\tb: 1\n\tc: 2\n", 2),
        ("a:\n  \tb: 1\n", 1),
        ("a: [\n\tb]\n", 1),
        ("a: |\n\tx\n", 1),
    ],
)
def test_a_tab_at_the_beginning_of_a_line_is_refused_and_the_structure_is_not_guessed(
    text: str, tabs: int
) -> None:
    assert found(text) == [("IE1010", "\t")] * tabs
    assert read_yaml(text, "rules.yaml")[0] is None


@pytest.mark.parametrize("text", ["a:\t1\n", "a: 1\t\t# one\n", "a: 1 # one\ttwo\n", 'a: "\t1"\n'])
def test_any_other_tab_is_refused_and_the_rest_is_read(text: str) -> None:
    table, problems = read_yaml(text, "rules.yaml")

    assert table
    assert str(table["a"]).strip() == "1"
    assert codes(problems) == ["IE1010"]


def test_a_file_full_of_wrong_characters_is_reported_no_further_than_is_of_use() -> None:
    table, problems = read_yaml("a: x\x01y\x01\n" * 200, "rules.yaml")

    assert table is None
    assert len(problems) == 101
    assert problems[-1].code == "IE1013"
