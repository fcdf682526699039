"""How large a ruleset's text may be, and how much is said about one."""

from __future__ import annotations

from incentive_engine.ruleset import Span, read_yaml
from tests.support.yaml_texts import codes, found, the_problem


def test_no_more_problems_than_a_reader_can_use_are_shown() -> None:
    _, problems = read_yaml("a:\n" * 300, "rules.yaml")

    # Each line but the first gives its key again, and none has a value.
    assert len(problems) == 101
    assert problems[-1].code == "IE1013"
    assert problems[-1].values == {"shown": "100"}


def test_tables_and_lists_may_be_nested_32_deep_and_no_deeper() -> None:
    # The table of the file itself is the first level.
    assert found("a: " + "[" * 31 + "]" * 31 + "\n") == []
    assert found("a: " + "[" * 32 + "]" * 32 + "\n") == [("IE1011", "[")]
    assert the_problem("a: " + "[" * 32).span == Span("rules.yaml", 1, 3 + 32, 1, 3 + 33)


def test_a_file_may_hold_50_000_keys_values_and_items_and_no_more() -> None:
    # The table, its key, the list: 3; with 49,997 items there are 50,000.
    assert read_yaml("a: [" + "1, " * 49_996 + "1]\n", "rules.yaml")[1] == []
    assert codes(read_yaml("a: [" + "1, " * 49_997 + "1]\n", "rules.yaml")[1]) == ["IE1012"]


def test_a_text_may_have_a_million_bytes_and_no_more() -> None:
    # "a: " and a line break are 4 bytes; a Chinese character has 3 in UTF-8: 3 * 333,332 = 999,996.
    assert read_yaml("a: " + "值" * 333_332 + "\n", "rules.yaml")[1] == []
    assert the_problem("a: " + "值" * 333_332 + " \n").code == "IE1003"
    assert the_problem("x" * 1_000_001).code == "IE1003"
