"""What does not fit a shape is said in the reader's words, at its place, with what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Discriminator, Field, Tag

from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.ruleset.fields import Name, Shape, Text
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.shape import RulesetShape
from incentive_engine.ruleset.text import Items, Node, Table, read_yaml
from incentive_engine.ruleset.validation import fields_at, suggestion, validated

TOP = Path(__file__).parents[2]


class Leaf(Shape):
    """Something at the end."""

    colour: Literal["red", "green"] = "red"
    size: Text | None = None


class Twig(Shape):
    """Something else."""

    length: Text


class Branch(Shape):
    """Something in between."""

    leaves: Annotated[tuple[Leaf, ...], Field(strict=False, min_length=1)]
    named: dict[Name, Leaf] = Field(default_factory=dict)
    from_: Annotated[Text | None, Field(alias="from")] = None
    either: (
        Annotated[Annotated[Leaf, Tag("one")] | Annotated[Twig, Tag("other")], Discriminator(lambda _: "one")]
        | None
    ) = None
    count: int | None = None


def problems(text: str) -> list[Problem]:
    """Return what keeps a text from being a branch."""
    root, _ = read_yaml(text, "t.yaml")
    assert root is not None
    _, faults = validated(Branch, root, root)
    return [fault.problem for fault in faults if fault.problem is not None]


def told(text: str) -> list[str]:
    """Return the problems with their places."""
    return [f"{each.code} {each.span.line}:{each.span.column}" for each in problems(text) if each.span]


def test_what_fits_is_the_model() -> None:
    root, _ = read_yaml("leaves: [{colour: green}]\nfrom: here\n", "t.yaml")
    assert root is not None
    branch, faults = validated(Branch, root, root)
    assert branch is not None
    assert (branch.leaves[0].colour, branch.from_, faults) == ("green", "here", [])


def test_a_part_of_a_file_has_its_places_in_the_file() -> None:
    root, _ = read_yaml("a: 1\nbranches:\n  - leaves: [{color: red}]\n", "t.yaml")
    assert root is not None
    branches = root["branches"]
    assert isinstance(branches, Items)
    _, (fault,) = validated(Branch, branches[0], root, ("branches", 0))
    assert fault.location == ("leaves", 0, "color")
    assert fault.problem is not None
    assert str(fault.problem.span) == "t.yaml:3:15"


class TestFieldsThatDoNotExist:
    @pytest.mark.parametrize(
        ("text", "place", "fields"),
        [
            ("leaves: [{}]\nform: 1", "2:1", "leaves, named, from, either, count"),
            ("leaves: [{}, {color: red}]", "1:15", "colour, size"),
            ("leaves: [{}]\nnamed:\n  x: {sizes: 1}", "3:7", "colour, size"),
            ("leaves: [{}]\neither: {sise: 1}", "2:10", "colour, size, length"),
        ],
    )
    def test_they_are_reported_at_every_depth_with_those_that_do(
        self, text: str, place: str, fields: str
    ) -> None:
        (problem,) = problems(text)
        assert told(text) == [f"IE1102 {place}"]
        assert problem.values["fields"] == fields

    def test_the_one_that_is_meant_is_suggested_in_both_languages(self) -> None:
        (problem,) = problems("leaves: [{color: red}]")
        assert problem.hint("en") == "did you mean `colour`? the fields here are: colour, size"
        assert problem.hint("zh") == "是否想写 `colour`？此处可用的字段：colour, size"

    def test_where_none_resembles_it_none_is_suggested(self) -> None:
        (problem,) = problems("leaves: [{xyz: red}]")
        assert problem.hint("en") == "the fields here are: colour, size"

    def test_a_field_that_is_meant_is_not_missing_as_well(self) -> None:
        assert told("leafs: [{}]") == ["IE1102 1:1"]

    def test_another_one_is(self) -> None:
        assert told("xyz: [{}]") == ["IE1101 1:1", "IE1102 1:1"]

    def test_an_empty_one_is_reported_too(self) -> None:
        assert told("leaves: [{}]\nform:\n") == ["IE1102 2:1"]


class TestValuesThatDoNotFit:
    def test_a_missing_field_is_reported_at_the_table_that_lacks_it(self) -> None:
        assert told("from: 1") == ["IE1101 1:1"]

    def test_one_of_several_words_is_suggested(self) -> None:
        (problem,) = problems("leaves: [{colour: gren}]")
        assert problem.message() == "`gren` is not a possible value here"
        assert problem.hint() == "did you mean `green`? possible are: red, green"
        assert told("leaves: [{colour: gren}]") == ["IE1103 1:19"]

    def test_a_list_or_a_table_is_none_of_them(self) -> None:
        assert told("leaves: [{colour: [red]}]") == ["IE1107 1:19"]
        assert told("leaves: [{colour: {a: b}}]") == ["IE1107 1:19"]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("leaves: red", "IE1105 1:9"),
            ("leaves: {a: b}", "IE1105 1:9"),
            ("leaves: []", "IE1106 1:9"),
            ("leaves: [red]", "IE1104 1:10"),
            ("leaves:\n  - colour:red", "IE1036 2:11"),
            ("leaves: [{}]\nnamed:\n  x:1", "IE1036 3:4"),
            ("leaves: [{}]\nnamed: http://x", "IE1104 2:8"),
            ("leaves: [{}]\nnamed: red", "IE1104 2:8"),
            ("leaves: [{}]\nnamed: {1x: {}}", "IE1108 2:9"),
            ("leaves: [{}]\nfrom: [a]", "IE1107 2:7"),
            ("leaves: [{}]\ncount: 5", "IE1199 2:8"),
        ],
    )
    def test_what_is_expected_is_said(self, text: str, expected: str) -> None:
        assert told(text) == [expected]

    def test_a_list_counts_its_items(self) -> None:
        (problem,) = problems("leaves: []")
        assert problem.message() == "this list has 0 items, which is not possible here"

    def test_a_list_is_not_too_short_because_its_items_do_not_fit(self) -> None:
        assert told("leaves: [{colour: blue}]") == ["IE1103 1:19"]

    def test_a_value_that_is_not_written_is_a_fault_without_a_problem(self) -> None:
        root, _ = read_yaml("leaves:\n", "t.yaml")
        assert root is not None
        _, (fault,) = validated(Branch, root, root)
        assert (fault.location, fault.problem) == (("leaves",), None)

    def test_all_faults_are_reported(self) -> None:
        text = "leaves: [{colour: blue}, {size: [1]}]\nnamed: {x: {tall: 1}}\nform: 1\n"
        assert told(text) == ["IE1103 1:19", "IE1107 1:33", "IE1102 2:13", "IE1102 3:1"]


class TestSuggestions:
    def test_the_most_similar_word_is_suggested(self) -> None:
        assert suggestion("recieve", ["send", "receive"]) == {
            "suggestion": "did you mean `receive`? ",
            "suggestion_zh": "是否想写 `receive`？",
        }

    def test_nothing_is_suggested_for_a_strange_word(self) -> None:
        assert suggestion("xyz", ["receive"]) == {"suggestion": "", "suggestion_zh": ""}


# --- Every table of real rulesets


def tables(node: Node, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Table]]:
    """Yield every table of a file with its path."""
    if isinstance(node, Table):
        yield path, node
        for key, value in node.items():
            yield from tables(value, (*path, key))
    elif isinstance(node, Items):
        for index, item in enumerate(node):
            yield from tables(item, (*path, index))


RULESETS = [path for path in sorted(TOP.glob("rulesets/*.yaml")) if not path.name.endswith(".tests.yaml")]
NAMED = {"attributes", "metrics", "seasons", "parameters", "formulas", "perspectives", "grades"}


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: path.stem)
def test_the_fields_of_every_table_of_a_ruleset_are_known_where_it_stands(path: Path) -> None:
    root, _ = read_yaml(path.read_text(encoding="utf-8"), path.name)
    assert root is not None
    rules = root["rules"]
    assert isinstance(rules, Items)
    checked = 0
    for rule in rules:
        assert isinstance(rule, Table)
        shape = installed_kinds()[str(rule["kind"])]
        for place, table in tables(rule):
            checked += _known(list(fields_at(shape, place)), place, table)
    for place, table in tables(root.without(["rules"])):
        long = place
        if place[:1] in (("parameters",), ("formulas",)) and len(place) > 2:
            long = (*place[:2], "cases", *place[2:])  # The list of cases is a short form.
        checked += _known(list(fields_at(RulesetShape, long)), place, table)
    assert checked > 20


def _known(fields: list[str], place: tuple[str | int, ...], table: Table) -> bool:
    """Check one table: its keys are fields, unless they are names, options or languages."""
    if (place and place[-1] in NAMED) or "by" in table or set(table) <= {"en", "zh"}:
        return False
    assert set(table) <= set(fields), place
    return True


def test_a_scalar_has_no_fields() -> None:
    assert list(fields_at(Leaf, ("size",))) == []
