"""Texts that are valid YAML and yet not what their writer means, and how they are told from what is fine."""

from __future__ import annotations

import pytest

from incentive_engine.ruleset import Span, read_yaml
from incentive_engine.ruleset import tree as tree_module
from tests.support.yaml_texts import LOADERS, found, the_problem


@pytest.fixture(autouse=True, params=LOADERS, ids=["libyaml", "python"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "LOADER", request.param)


@pytest.mark.parametrize(
    ("text", "formula", "meant"),
    [
        ("{cap: min(a, b)}", "min(a, b)", {"cap": "min(a, b)"}),
        ("{cap: min(a, b), when: x > 3}", "min(a, b)", {"cap": "min(a, b)", "when": "x > 3"}),
        ("{cap: min(a, max(b, c), d) + 1}", "min(a, max(b, c), d) + 1", {"cap": "min(a, max(b, c), d) + 1"}),
        ("{cap: min(a,\n  b)}", "min(a,", {"cap": "min(a, b)"}),
        ("{cap: min（a, b）}", "min（a, b）", {"cap": "min（a, b）"}),
        ('{when: team == "a, b", pay: 5}', 'team == "a, b"', {"when": 'team == "a, b"', "pay": "5"}),
        ("[min(a, b), c]", "min(a, b)", ["min(a, b)", "c"]),
        ("[c, min(a, b)]", "min(a, b)", ["c", "min(a, b)"]),
        ("[cap: min(a, b), floor: 1]", "min(a, b)", [{"cap": "min(a, b)"}, {"floor": "1"}]),
    ],
)
def test_a_formula_with_a_comma_in_braces_or_brackets_is_put_together_again(
    text: str, formula: str, meant: object
) -> None:
    table, _ = read_yaml(f"a: {text}\n", "rules.yaml")

    assert table == {"a": meant}
    assert found(f"a: {text}\n") == [("IE1030", formula)]


def test_the_message_about_a_split_formula_shows_it_in_quotes() -> None:
    assert the_problem("a: {cap: min(a, b)}\n").values["quoted"] == '"min(a, b)"'
    assert the_problem('a: {when: f("x", y)}\n').values["quoted"] == "'f(\"x\", y)'"


@pytest.mark.parametrize(
    "text",
    [
        'a: {cap: "min(a, b)"}',
        "a: ['min(a, b)', c]",
        "a: min(a, b)",
        "a: {cap: min(a)}",
        "a: [one (two), three]",
        "a: [[1, 2], {b: 3}]",
        "a: {b: [x, y], c: 3}",
        "a: {b: x (y, c: 3}",
        "a: [x (y, 'z)']",
        "a: [{b: (}, c)]",
        "a: [" + "(, " * 30 + "x]",
    ],
)
def test_what_is_in_quotes_or_closes_its_brackets_or_never_does_is_left_as_it_is(text: str) -> None:
    assert found(text) == []


def test_a_formula_with_brackets_in_braces_needs_quotes() -> None:
    text = 'a: {when: level in ["junior", "senior"] and x, pay: 5}\n'

    assert found(text) == [("IE1030", 'level in ["junior", "senior"] and x')]
    assert the_problem(text).values["quoted"] == """'level in ["junior", "senior"] and x'"""


@pytest.mark.parametrize(
    ("text", "number", "meant"),
    [
        ("1,000", "1,000", "1000"),
        ("-12,345.50", "-12,345.50", "-12345.50"),
        ("1,234,567 CNY", "1,234,567 CNY", "1234567 CNY"),
        ("1，000元", "1，000元", "1000元"),
        ("{pay: 1,000}", "1,000", {"pay": "1000"}),
        ("{pay: 1,500, when: x}", "1,500", {"pay": "1500", "when": "x"}),
        ("{pay: 1,000,000.50 CNY}", "1,000,000.50 CNY", {"pay": "1000000.50 CNY"}),
        ("[1,000, 2]", "1,000", ["1000", "2"]),
    ],
)
def test_a_thousands_comma_is_refused_and_the_number_is_read_as_it_was_meant(
    text: str, number: str, meant: object
) -> None:
    table, _ = read_yaml(f"a: {text}\n", "rules.yaml")

    assert table == {"a": meant}
    assert found(f"a: {text}\n") == [("IE1031", number)]


def test_a_list_that_could_be_a_number_is_left_a_list_with_a_warning() -> None:
    problem = the_problem("range: [1,500]\n")

    assert read_yaml("range: [1,500]\n", "rules.yaml")[0] == {"range": ["1", "500"]}
    assert found("range: [1,500]\n") == [("IE1032", "1,500")]
    assert problem.severity == "warning"
    assert problem.values == {"number": "1,500", "plain": "1500", "listed": "1, 500"}


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, 500]",
        "a: [0,500]",
        "a: [1,50]",
        "a: [1000,500]",
        "a: [1,\n  500]",
        "a: ['1',500]",
        "a: [1,x]",
        "a: [1]",
        "a: '1,000'",
        "a: min(1,000, x)",
        "a: 1,00",
        "a: 0,500",
        "a: 1,000 calls",
        "1,000: a",
    ],
)
def test_other_commas_between_digits_are_no_thousands_commas(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("title: Bonus #1", "#1"),
        ("title: Bonus #1 of the team   ", "#1 of the team"),
        ("title: 奖金 #一等奖", "#一等奖"),
        ("- Bonus #1\n", "#1"),
        ('when: team in ["a #1", "b"]', '#1", "b"]'),
        ("when: min(a, # the smaller", "# the smaller"),
        ("when: （甲 # 乙）", "# 乙）"),
        ("title: two\n  lines #1", "#1"),
    ],
)
def test_a_text_that_is_cut_off_at_a_number_sign_gives_a_warning(text: str, lost: str) -> None:
    assert ("IE1034", lost) in found(text)


def test_the_message_about_a_text_that_is_cut_off_shows_all_of_it_in_quotes() -> None:
    problem = the_problem("title: Bonus #1  \n")

    assert problem.severity == "warning"
    assert problem.values == {"kept": "Bonus", "lost": "#1", "quoted": '"Bonus #1"'}


@pytest.mark.parametrize(
    "text",
    [
        "rate: 5 # five",
        "rate: 5 #five",
        "title: Bonus  #1",
        "title: Bonus # 1",
        "title: Bonus #",
        "title: Bonus ## 1",
        "title: Bonus#1",
        "title: 'Bonus' #1",
        "title: 'Bonus #1'",
        "# title: Bonus #1\na: 1",
        "a: #1\n  b: 1",
    ],
)
def test_an_ordinary_comment_gives_no_warning(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("title：Bonus\nrate：5\n", 2),
        ("title：Bonus\n", 1),
        ("a: 1\ntitle：Bonus\n", 1),
        ("title：Bonus\na: 1\n", 1),
        ("标题：奖金\n级别：一\n", 2),
        ("rules:\n  id：x\n  kind：bonus\n", 2),
        ("rules:\n  - id：x\n    kind：bonus\n", 2),
        ("rules:\n  - id: x\n    kind：bonus\n", 1),
        ("a: {title：x}\n", 1),
        ("a: {b: 1, title：x}\n", 1),
        ("a: 1\n  title：x\n", 1),
    ],
)
def test_a_full_width_colon_behind_a_name_is_refused(text: str, count: int) -> None:
    assert found(text) == [("IE1035", "：")] * count


def test_a_full_width_colon_behind_the_first_key_of_an_item_is_reported_once() -> None:
    # The item is a text to YAML, and the line below it cannot follow a text: both ways lead to the colon.
    assert found("rules:\n  - id：感谢榜\n    kind: bonus\n") == [("IE1035", "：")]


@pytest.mark.parametrize(
    "text",
    [
        "title: 目标：满意",
        "title: kpi：x",
        "title: '目标\n  csat：满意'",
        "note: |\n  csat：满意",
        "note:\n  注意：不得代打卡",
        "note: 说明\n  注意：不得代打卡",
        "note:\n  CSAT：满意",
        "目标：满意: 1",
    ],
)
def test_a_full_width_colon_inside_a_text_is_part_of_it(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["a:1\nb: 2\n", "b: 2\na:1\n", "a:1\n", "a: {b:1}\n", "a: {c: 1, b:1}\n", "a: {b:1, c: 2}\n"],
)
def test_a_colon_without_a_space_is_refused(text: str) -> None:
    assert found(text) == [("IE1036", ":")]


@pytest.mark.parametrize(
    "text", ["a: b:1", "a: 12:30", "a: http://example.org", "a: ['b:1', c:1]", 'a: {"b":1}']
)
def test_a_colon_inside_a_text_is_part_of_it(text: str) -> None:
    assert found(text) == []


def test_a_full_width_comma_between_entries_is_refused() -> None:
    assert found("a: {upto: 5，rate: 3}\n") == [("IE1037", "，")]
    assert found("a: {upto: min(x，y)，rate: 3}\n") == [("IE1037", "，")]
    assert the_problem("a: {upto: min(x，y)，rate: 3}\n").span == Span("rules.yaml", 1, 19, 1, 20)


def test_a_full_width_comma_inside_a_formula_is_part_of_it() -> None:
    assert found("a: {upto: min(x，y)}\n") == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("rate:\nb: 1\n", "rate"),
        ("rate:", "rate"),
        ("a:\n  - rate:\n", "rate"),
        ("rate: # later\n", "rate"),
        ("title: #1\n", "title"),
        ("a: {rate: }\n", "rate"),
        ("a: {rate:, b: 1}\n", "rate"),
        ("a: {'rate': }\n", "rate"),
        ("note: |\n", "note"),
        ("note: |\nb: 1\n", "note"),
    ],
)
def test_a_field_without_a_value_is_refused(text: str, key: str) -> None:
    assert found(text) == [("IE1028", key)]


def test_an_empty_text_in_quotes_is_a_value() -> None:
    assert found("a: ''\nb: {c: ''}\nd: ['']\n") == []


@pytest.mark.parametrize(
    ("text", "key"),
    [("a: {b}", "b"), ("a: {en: Hello, world}", "world"), ("a: {'b', c: 1}", "b"), ("a: {b c}", "b c")],
)
def test_a_name_alone_in_braces_is_refused(text: str, key: str) -> None:
    assert found(text) == [("IE1029", key)]


@pytest.mark.parametrize("text", ["a:\n  - b\n  -\n", "a:\n  -\n  - b\n"])
def test_an_empty_item_is_refused(text: str) -> None:
    assert found(text) == [("IE1039", "")]


@pytest.mark.parametrize("space", ["\u3000", "\xa0\xa0", "\u3000 "])
def test_a_wide_space_before_a_name_is_refused_and_the_name_is_read_without_it(space: str) -> None:
    text = f"a: 1\n{space}b: 2\n"

    assert found(text) == [("IE1027", space)]
    assert read_yaml(text, "rules.yaml")[0] == {"a": "1", "b": "2"}


def test_a_wide_space_in_quotes_is_part_of_a_name() -> None:
    assert found("'\u3000b': 1\n") == []
