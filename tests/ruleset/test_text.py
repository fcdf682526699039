"""What is read from a ruleset's text, and where it stands."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator

import pytest
import yaml

from incentive_engine.ruleset import Items, Node, Scalar, Span, Table, read_yaml, span_at
from incentive_engine.ruleset import tree as tree_module
from tests.support.yaml_texts import LOADERS, codes, found, marked


@pytest.fixture(autouse=True, params=LOADERS, ids=["libyaml", "python"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "LOADER", request.param)


def read(text: str) -> Table:
    table, problems = read_yaml(text, "rules.yaml")
    assert problems == []
    assert table is not None
    return table


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Table):
        for key, value in node.items():
            assert isinstance(key, Scalar)
            yield key
            yield from scalars(value)
    else:
        for item in node:
            yield from scalars(item)


def place(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column


@pytest.mark.parametrize(
    "value",
    [
        "no",
        "on",
        "yes",
        "true",
        "null",
        "~",
        "1:30",
        "010",
        "2026.10",
        "1_000",
        "1e3",
        "2026-01-01",
        "85%",
        ".5",
        "=",
    ],
)
def test_every_value_is_the_text_that_stands_in_the_file(value: str) -> None:
    assert read(f"a: {value}\nb: [{value}]\nc: {{d: {value}}}\n") == {
        "a": value,
        "b": [value],
        "c": {"d": value},
    }


def test_tables_lists_and_texts_nest() -> None:
    text = (
        "rules:\n  - id: card\n    grades: {A: 90, B: 80}\n  - [one, two]\ntags:\n- x\nempty: {}\nnone: []\n"
    )

    assert read(text) == {
        "rules": [{"id": "card", "grades": {"A": "90", "B": "80"}}, ["one", "two"]],
        "tags": ["x"],
        "empty": {},
        "none": [],
    }


def test_a_scalar_knows_whether_it_stood_in_quotes() -> None:
    table = read("a: x\nb: \"x\"\nc: 'x'\nd: |\n  x\n")

    assert [value.quoted for value in table.values() if isinstance(value, Scalar)] == [
        False,
        True,
        True,
        False,
    ]


def test_every_key_and_value_on_one_line_knows_its_place_without_its_quotes() -> None:
    text = (
        "title: {en: Service stars, zh: \"客服之星\"}  # 😀\n\"级别\": ['初级', 二级, 'x y']\r\nend: 😀 x\n"
    )

    for scalar in scalars(read(text)):
        assert marked(text, scalar.span) == scalar
        assert scalar.span.line == scalar.span.end_line


def test_columns_count_characters_from_one() -> None:
    #                 1234567890123
    table = read("标题: 甲\n  \nkey:   '值'\n")

    assert place(table.key_span("标题")) == (1, 1, 1, 3)
    assert table["标题"].span == Span("rules.yaml", 1, 5, 1, 6)
    assert table["key"].span == Span("rules.yaml", 3, 9, 3, 10)


def test_a_text_on_several_lines_has_the_place_of_all_its_lines() -> None:
    table = read('a: one\n   two\nb: "one\n  two"\nc: |  # note\n\n    one\n\n    two\n\nd: >\n  one')

    assert table == {"a": "one two", "b": "one two", "c": "\none\n\ntwo\n", "d": "one"}
    assert [place(value.span) for value in table.values()] == [
        (1, 4, 2, 7),
        (3, 5, 4, 6),
        (7, 5, 9, 8),
        (12, 3, 12, 6),
    ]


def test_tables_and_lists_have_places_from_their_first_to_their_last_character() -> None:
    table = read("a:\n  b: 1\n  c: [2, {d: 3}]\ne:\n  - 4\n  - f: 5\n\n\ng: [h: 6]\n")
    flow = table["a"]
    assert isinstance(flow, Table)
    items = flow["c"]
    assert isinstance(items, Items)
    pairs = table["g"]
    assert isinstance(pairs, Items)

    assert place(table.span) == (1, 1, 9, 10)
    assert place(flow.span) == (2, 3, 3, 17)
    assert place(items.span) == (3, 6, 3, 17)
    assert place(items[1].span) == (3, 10, 3, 16)
    assert place(table["e"].span) == (5, 3, 6, 9)
    assert place(pairs[0].span) == (9, 5, 9, 9)


def test_a_byte_order_mark_and_windows_line_ends_change_no_place() -> None:
    table = read("\ufeffa: 1\r\nb:\r\n  c: 2\r\n")

    assert table == {"a": "1", "b": {"c": "2"}}
    assert place(table.key_span("a")) == (1, 1, 1, 2)
    assert place(table["b"].span) == (3, 3, 3, 7)


def test_a_ruleset_may_begin_with_three_dashes_and_end_with_three_dots() -> None:
    assert read("---\na: 1\n...\n") == {"a": "1"}


def test_part_of_a_text_has_its_own_place() -> None:
    table = read('when: csat > 85\nquoted: "csat > 85"\n')

    for text in table.values():
        assert isinstance(text, Scalar)
        part = text.part(7, 9)
        assert (part.line, part.column, part.end_column) == (
            text.span.line,
            text.span.column + 7,
            text.span.column + 9,
        )


@pytest.mark.parametrize("value", ["one\n  two", "'it''s'", '"a\\tb"', "|\n  one\n"])
def test_part_of_a_text_that_the_file_writes_in_another_way_has_the_place_of_the_whole(value: str) -> None:
    text = read(f"a: {value}\n")["a"]
    assert isinstance(text, Scalar)

    assert text.part(1, 2) == text.span


def test_a_scalar_can_be_made_without_a_file() -> None:
    nowhere = Span("", 1, 1, 1, 1)

    assert Scalar("x", span=nowhere, quoted=False) == "x"
    assert Scalar("x", nowhere).quoted is False


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda table: pickle.loads(pickle.dumps(table))])  # noqa: S301 # our own bytes
def test_copies_keep_texts_and_places(copied: object) -> None:
    table = read('a: {b: "x", c: [1, 2]}\n')
    assert callable(copied)

    twin = copied(table)

    assert twin == table
    assert twin.key_span("a") == table.key_span("a")
    assert [(text.span, text.quoted) for text in scalars(twin)] == [
        (text.span, text.quoted) for text in scalars(table)
    ]


def test_a_key_that_was_added_later_has_the_place_of_its_table() -> None:
    table = read("a: 1\n")
    table["b"] = Scalar("2", table.span)

    assert table.key_span("b") == table.span


class TestThePlaceAtAPath:
    text = "rules:\n  - id: bonus\n    tiers:\n      - {upto: 500, rate: 1}\n"

    def at(self, *path: str | int, key: bool = False) -> tuple[str, tuple[int, int]]:
        span = span_at(read(self.text), path, key=key)
        return marked(self.text, span), (span.line, span.column)

    def test_it_is_the_value_there(self) -> None:
        assert self.at("rules", 0, "tiers", 0, "rate") == ("1", (4, 27))

    def test_names_that_pydantic_puts_between_are_left_out(self) -> None:
        assert self.at("rules", 0, "tiered_bonus", "tiers", 0, "Tier", "rate") == ("1", (4, 27))

    def test_it_is_the_nearest_value_on_the_way_for_what_is_missing(self) -> None:
        assert self.at("rules", 0, "tiers", 0, "pay") == ("{upto: 500, rate: 1}", (4, 9))
        assert self.at("rules", 7) == ("- id: bonus", (2, 3))
        assert self.at("rules", -1) == ("- id: bonus", (2, 3))
        assert self.at("rules", "0") == ("- id: bonus", (2, 3))
        assert self.at() == ("rules:", (1, 1))

    def test_it_is_the_key_or_the_item_where_that_is_asked_for(self) -> None:
        assert self.at("rules", 0, "tiers", key=True) == ("tiers", (3, 5))
        assert self.at("rules", 0, "tiers", 0, key=True) == ("{upto: 500, rate: 1}", (4, 9))
        assert self.at("rules", 0, "tiers", 0, "pay", key=True) == ("{upto: 500, rate: 1}", (4, 9))


def test_a_key_that_is_given_twice_is_refused_with_both_places_and_the_first_stands() -> None:
    text = 'cap: 300\nfloor: 1\n"cap": 400\n'
    table, problems = read_yaml(text, "rules.yaml")

    assert table == {"cap": "300", "floor": "1"}
    assert codes(problems) == ["IE1020"]
    assert problems[0].span == Span("rules.yaml", 3, 2, 3, 5)
    assert problems[0].related == (Span("rules.yaml", 1, 1, 1, 4),)
    assert problems[0].values == {"key": "cap", "line": "1"}


@pytest.mark.parametrize(
    ("text", "code", "sign"),
    [
        ("a: &x 1\n", "IE1021", "&x"),
        ("a: &x\n  b: 1\n", "IE1021", "&x"),
        ("a: &x {}\n", "IE1021", "&x"),
        ("a: [&x []]\n", "IE1021", "&x"),
        ("&x a: 1\n", "IE1021", "&x"),
        ("a: &x\n", "IE1021", "&x"),
        ("a: *x\n", "IE1022", "*x"),
        ("a: [*x, 1]\n", "IE1022", "*x"),
        ("*x : 1\n", "IE1022", "*x"),
        ("a: !!str 1\n", "IE1023", "!!str"),
        ("a: !python/object {}\n", "IE1023", "!python/object"),
        ("when: !late\n", "IE1023", "!late"),
        ("a: ! 1\n", "IE1023", "!"),
        ("<<: {b: 1}\n", "IE1024", "<<"),
        ("a: {<<: {b: 1}}\n", "IE1024", "<<"),
        ("? [b]\n: 1\n", "IE1025", "[b]"),
        ("a: {{b}: 1}\n", "IE1025", "{b}"),
        ('"": 1\n', "IE1026", ""),
    ],
)
def test_a_feature_of_yaml_that_rulesets_do_not_have_is_refused(text: str, code: str, sign: str) -> None:
    assert (code, sign) in found(text)


@pytest.mark.parametrize(
    ("text", "code"), [("a: {[b]}\n", "IE1025"), ("? [b]\n", "IE1025"), ("'': \n", "IE1026")]
)
def test_a_key_that_can_be_none_is_reported_once_even_without_a_value(text: str, code: str) -> None:
    assert [each for each, _ in found(text)] == [code]


def test_what_stands_beside_a_refused_feature_is_read_all_the_same() -> None:
    table, problems = read_yaml(
        "a: &x {b: 1}\nc: *x\nd: !t 2\n<<: {e: 3}\n{f: 4}: 5\n'<<': 6\n", "rules.yaml"
    )

    assert table == {"a": {"b": "1"}, "c": "*x", "d": "2", "<<": "6"}
    assert codes(problems) == ["IE1021", "IE1022", "IE1023", "IE1024", "IE1025"]


@pytest.mark.parametrize(
    ("text", "sign"), [("a: 1\n---\nb: 2\n", "---"), ("a: 1\n...\n---\n", "---"), ("a: 1\n...\nb: 2\n", "b")]
)
def test_a_second_document_is_refused_and_the_first_is_read(text: str, sign: str) -> None:
    table, problems = read_yaml(text, "rules.yaml")

    assert table == {"a": "1"}
    assert codes(problems) == ["IE1016"]
    assert found(text) == [("IE1016", sign)]


@pytest.mark.parametrize("directive", ["%YAML 1.1", "%TAG !e! tag:example.org,2026:"])
def test_a_directive_is_refused(directive: str) -> None:
    assert found(f"{directive}\n---\na: 1\n") == [("IE1017", directive)]


def test_a_directive_that_yaml_does_not_know_is_refused_too() -> None:
    # PyYAML's own parser skips it and stops at the next line.
    assert found("%HR 2026\na: 1\n") in ([("IE1017", "%HR 2026")], [("IE1059", "a")])


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "---\n", "''", "\ufeff"])
def test_a_file_without_a_ruleset_is_called_empty(text: str) -> None:
    table, problems = read_yaml(text, "rules.yaml")

    assert table is None
    assert codes(problems) == ["IE1014"]


@pytest.mark.parametrize(
    ("text", "sign"), [("- a: 1\n- b: 2\n", "- a: 1"), ("hello\n", "hello"), ("[1]", "[1]")]
)
def test_a_file_that_is_no_table_of_fields_is_refused(text: str, sign: str) -> None:
    table, _ = read_yaml(text, "rules.yaml")

    assert table is None
    assert found(text) == [("IE1015", sign)]


def test_problems_come_all_together_in_the_order_of_their_places() -> None:
    text = "a:\nb: {c: min(x, y)}\nb: 1\nd: *x\ntitle: Bonus #1\n"

    assert found(text) == [
        ("IE1028", "a"),
        ("IE1030", "min(x, y)"),
        ("IE1020", "b"),
        ("IE1022", "*x"),
        ("IE1034", "#1"),
    ]


def test_the_problems_before_a_mistake_that_ends_the_reading_are_reported_too() -> None:
    text = "a: *x\nb: [1\nc: 2\nd: *y\n"

    assert found(text) == [("IE1022", "*x"), ("IE1043", "[")]
    assert read_yaml(text, "rules.yaml")[0] is None


def test_an_escape_beyond_unicode_is_a_problem_with_either_parser() -> None:
    table, problems = read_yaml('a: "\\UFFFFFFFF"\n', "rules.yaml")

    assert table is None
    assert len(problems) == 1
    assert codes(read_yaml('"\\UFFFFFFFF"\n', "rules.yaml")[1])[0] in ("IE1041", "IE1059")


def test_a_version_number_too_long_to_be_one_is_a_problem_with_either_parser() -> None:
    assert read_yaml(f"%YAML 1.{'9' * 5000}\n---\na: 1\n", "rules.yaml")[1] != []


def test_without_libyaml_the_parser_of_pyyaml_reads_the_same() -> None:
    text = "a: {b: min(1, 2), c: 3}\nd:\n  - 'e'\n  - |\n    f\n"

    def all_of(loader: object) -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tree_module, "LOADER", loader)
            table, problems = read_yaml(text, "rules.yaml")
        assert table is not None
        return table, problems, [(str(each), each.span, each.quoted) for each in scalars(table)]

    assert all_of(LOADERS[0]) == all_of(yaml.SafeLoader)
