"""Where YAML gives up: the message says what was most likely meant, and never the parser's own words."""

from __future__ import annotations

import pytest

from incentive_engine.ruleset import Span, read_yaml
from incentive_engine.ruleset import tree as tree_module
from tests.support.yaml_texts import LOADERS, found, the_problem


@pytest.fixture(autouse=True, params=LOADERS, ids=["libyaml", "python"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "LOADER", request.param)


@pytest.mark.parametrize(
    ("text", "value", "quoted"),
    [
        ('when: "junior" == level', '"junior" == level', "'\"junior\" == level'"),
        ('a: 1\nwhen: "junior" == level  # yes\nb: 2', '"junior" == level', "'\"junior\" == level'"),
        ('a: {when: "junior" == level, b: 2}', '"junior" == level', "'\"junior\" == level'"),
        ("a: ['junior' == level]", "'junior' == level]", "\"'junior' == level]\""),
        ("a: 'it's'", "'it's'", "\"'it's'\""),
        ('a: "x"y', '"x"y', "'\"x\"y'"),
        ('"a" b: c', '"a" b: c', "'\"a\" b: c'"),
    ],
)
def test_a_value_that_begins_with_a_quote_and_goes_on_is_shown_in_quotes(
    text: str, value: str, quoted: str
) -> None:
    assert found(text) == [("IE1033", value)]
    assert the_problem(text).values == {"value": value, "quoted": quoted}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('a: "abc\nb: 1\n', 1, 4),
        ("b: 1\na: 'abc\n", 2, 4),
        ('a: "abc\nb: "x"\n', 1, 4),
        ('a: "abc\n---\n', 1, 4),
    ],
)
def test_a_quote_that_is_not_closed_is_shown_where_it_opens(text: str, line: int, column: int) -> None:
    assert the_problem(text).code == "IE1040"
    assert the_problem(text).span == Span("rules.yaml", line, column, line, column + 1)


@pytest.mark.parametrize("text", ['a: "x\\q"', 'a: "C:\\data"', 'a: "\\uZZZZ"', 'a: "two\n  lines\\q"'])
def test_an_unknown_sign_behind_a_backslash_is_shown(text: str) -> None:
    assert found(text) == [("IE1041", "\\")]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("when: > 5", ">"),
        ("when: >= 5", ">"),
        ("a: |x", "|"),
        ("a: @home", "@"),
        ("a: `x`", "`"),
        ("a: %30", "%"),
        ("a: , b", ","),
        ("a: ? b", "?"),
        ("a: & b", "&"),
        ("a: * 5", "*"),
        ("a: !e!x 5", "!"),
        ("a: !<x", "!"),
    ],
)
def test_a_value_that_begins_with_a_sign_of_yaml_is_refused(text: str, sign: str) -> None:
    assert found(text) == [("IE1042", sign)]
    assert the_problem(text).values == {"sign": sign}


@pytest.mark.parametrize(
    ("text", "bracket"),
    [
        ("a: [1, 2\nb: 3\n", "["),
        ("a: {x: 1\nb: 3\n", "{"),
        ("a: [1, 2", "["),
        ("a: {x: 1,", "{"),
        ("a:\n  - [1\n  - 2\n", "["),
        ("a: {x: [1, 2}\n", None),
    ],
)
def test_a_bracket_that_is_not_closed_is_shown_where_it_opens(text: str, bracket: str | None) -> None:
    expected = [("IE1043", bracket)] if bracket else [("IE1044", "}")]

    assert found(text) == expected


def test_a_bracket_that_does_not_match_is_shown_with_the_one_that_was_opened() -> None:
    problem = the_problem("a: [1, {b: 2]\n")

    assert found("a: [1, {b: 2]\n") == [("IE1044", "]")]
    assert problem.values == {"opened": "{", "closing": "}", "found": "]"}
    assert problem.related == (Span("rules.yaml", 1, 8, 1, 9),)


@pytest.mark.parametrize("text", ["a: [b, , c]", "a: {, b: 1}", "a: [,]"])
def test_a_comma_without_anything_before_it_is_refused(text: str) -> None:
    assert found(text) == [("IE1045", ",")]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("a: {b: 1 c: 2}", ":"),
        ("a: {\n  b: 1\n  c: 2\n}", ":"),
        ("a: [{b: 1} {c: 2}]", "{"),
        ("a: {b: {c: 1} d: 2}", "d"),
        ("a: {b: x [c}", "["),
        ("a: {b: [1] [2]}", "["),
        ("a: {b: 'x' , c: {d: 1} [2]}", "["),
        ("a: {b: x\n    [2]}", "["),
        ("a: {b: x{y}}", "{"),
    ],
)
def test_a_missing_comma_in_braces_or_brackets_is_shown(text: str, sign: str) -> None:
    assert found(text) == [("IE1046", sign)]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("title: Bonus: the big one", '"Bonus: the big one"'),
        ("title: Bonus: the big one # yes", '"Bonus: the big one"'),
        ("a: 50%, b: 3", '"50%, b: 3"'),
        ('a: "b": c', "'\"b\": c'"),
        ("title: “Bonus”: one", '"“Bonus”: one"'),
    ],
)
def test_a_second_colon_in_a_value_is_shown_with_the_value_in_quotes(text: str, quoted: str) -> None:
    assert found(text) == [("IE1047", ":")]
    assert the_problem(text).values["quoted"] == quoted


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb\nc: 2\n", "b"),
        ("some words\nb: 1\n", "some words"),
        ("a: 1\nb # note\n", "b"),
        ("a: 1\n'b'\n", "'b'"),
    ],
)
def test_a_line_without_a_colon_is_shown(text: str, line: str) -> None:
    assert found(text) == [("IE1048", line)]


@pytest.mark.parametrize(
    ("text", "line", "neighbour"),
    [
        ("a: 1\n b: 2  # two\n", "b: 2", 1),
        ("a:\n  b: 1\n c: 2\n", "c: 2", 1),
        ("a:\n  - b\n c: 2\n", "c: 2", 1),
        ("- id: 1\n kind: 2\n", "kind: 2", 1),
        ("a:\n    - x\n   - y\n", "- y", 1),
        ("a:\n  - x\n    y: 1\n", "y: 1", 2),
    ],
)
def test_a_line_that_is_out_of_line_is_shown_with_a_neighbour(text: str, line: str, neighbour: int) -> None:
    problem = the_problem(text)

    assert found(text) == [("IE1049", line)]
    assert [span.line for span in problem.related] == [neighbour]


def test_a_list_on_the_line_of_its_field_is_refused() -> None:
    assert found("a: - b\n") == [("IE1050", "-")]


@pytest.mark.parametrize(("text", "line"), [("a: 1\n- b\n", "- b"), ("-a: 1\n- b: 2 # x\n", "- b: 2")])
def test_an_item_among_fields_is_refused(text: str, line: str) -> None:
    assert found(text) == [("IE1051", line)]


def test_a_field_among_items_is_refused() -> None:
    assert found("- a\nb: 1\n") == [("IE1052", "b: 1")]


@pytest.mark.parametrize(
    ("text", "place"), [("a: {b: 1} c", "c"), ("{a: 1} b", "b"), ("a: [1] [2]", "["), ("a: {b: 1},", ",")]
)
def test_text_behind_the_bracket_that_ends_a_table_is_shown(text: str, place: str) -> None:
    assert found(text) == [("IE1053", place)]


@pytest.mark.parametrize(("text", "bracket"), [("a: {b: 1}}", "}"), ("a: ]", "]"), ("a: x\n}", "}")])
def test_a_closing_bracket_too_many_is_shown(text: str, bracket: str) -> None:
    assert found(text) == [("IE1054", bracket)]


@pytest.mark.parametrize("text", [": x", "a: 1\n: x", "{: x}", "a: {b: 1, : 2}", "a: [: x]"])
def test_a_colon_without_a_name_is_shown(text: str) -> None:
    assert found(text) == [("IE1026", ":")]


@pytest.mark.parametrize("text", ["*a b\n", "a: *b c\n", "'a': *b c\n"])
def test_whatever_else_does_not_fit_is_shown_where_it_stands(text: str) -> None:
    assert "IE1059" in [code for code, _ in found(text)]


@pytest.mark.parametrize("text", ["a: [1", "a: 'x", "a: {b: 1", "a\nb", "{"])
def test_a_mistake_at_the_end_of_a_file_has_a_place_inside_it(text: str) -> None:
    _, problems = read_yaml(text, "rules.yaml")

    assert all(problem.span and problem.span.line <= text.count("\n") + 1 for problem in problems)
    assert problems


def test_no_message_uses_the_words_of_the_parser() -> None:
    for text in ("a: 1\nb\nc: 2", "a: b: c", "a: @", "a: [1, 2", 'a: "x', "- a\nb: 1"):
        for language in ("en", "zh"):
            words = the_problem(text).message(language) + the_problem(text).hint(language)
            assert not any(
                word in words.lower() for word in ("mapping", "sequence", "scalar", "token", "simple key")
            )
