"""Whatever somebody writes, reading it ends soon, raises nothing, and says where what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incentive_engine.ruleset import Items, Node, Scalar, Table, as_json, read_file, read_yaml, rendered
from incentive_engine.ruleset import tree as tree_module
from incentive_engine.texts import Language
from tests.support.yaml_texts import LOADERS

LANGUAGES: list[Language] = ["en", "zh"]
CORPUS = sorted((Path(__file__).parent / "corpus" / "yaml").iterdir())
RULESET = next(path for path in CORPUS if path.name == "ruleset.yaml").read_text(encoding="utf-8")

FINE = {"ruleset.yaml", "every_guess_of_yaml.yaml", "deep_but_allowed.yaml", "unclosed_parentheses.yaml"}

SIGNS = [*"{}[]:,#&*!|>'\"%@`-? \n\t\r：，（）\\\u3000\u2028\x01😀"]
WORDS = [
    "- ",
    "\n  ",
    ": ",
    "min(a, b)",
    "1,000",
    "---\n",
    "...\n",
    "<<: ",
    "&x ",
    "*x",
    "!t ",
    "%YAML 1.1\n",
    "a: ",
]


def check(text: str) -> None:
    """Check what holds for every text."""
    table, problems = read_yaml(text, "rules.yaml")
    lines = text.split("\n")

    assert table is not None or problems
    assert problems == read_yaml(text, "rules.yaml")[1]
    for problem in problems:
        span = problem.span
        assert span is not None
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        for language in LANGUAGES:
            assert rendered(problem, text, language).count("^") >= 1
            assert as_json(problem, language)["code"] == problem.code
    if table is not None:
        check_places(table, lines)


def check_places(root: Table, lines: list[str]) -> None:
    nodes: list[Node] = [root]
    while nodes:
        node = nodes.pop()
        assert 1 <= node.span.line <= node.span.end_line <= len(lines)
        if isinstance(node, Table):
            nodes += node.values()
            assert all(isinstance(key, Scalar) for key in node)
        elif isinstance(node, Items):
            nodes += node


@st.composite
def mutated_rulesets(draw: st.DrawFn) -> str:
    """Draw some lines of a ruleset in which signs of YAML are put in, or a few characters left out."""
    lines = RULESET.split("\n")
    start = draw(st.integers(0, len(lines) - 1))
    text = "\n".join(lines[start : start + draw(st.integers(1, 30))])
    for _ in range(draw(st.integers(0, 6))):
        index = draw(st.integers(0, len(text)))
        removed = draw(st.integers(0, 4))
        text = text[:index] + draw(st.sampled_from(["", *SIGNS, *WORDS])) + text[index + removed :]
    return text


@pytest.fixture(params=LOADERS, ids=["libyaml", "python"], autouse=True, scope="module")
def _loader(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree_module, "LOADER", request.param)
        yield


@given(text=st.text())
@example(text="{（")
@example(text="a:\n\n\nb")
def test_any_text_is_read_or_refused(text: str) -> None:
    check(text)


@given(parts=st.lists(st.sampled_from([*SIGNS, *WORDS, "a", "1"]), max_size=40))
def test_any_sequence_of_the_signs_of_yaml_is_read_or_refused(parts: list[str]) -> None:
    check("".join(parts))


@given(text=mutated_rulesets())
def test_any_damaged_ruleset_is_read_or_refused(text: str) -> None:
    check(text)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: str(path.name))
def test_every_file_of_the_corpus_is_read_or_refused(path: Path) -> None:
    text, problems = read_file(path)

    check(text)
    assert bool(problems or read_yaml(text, path.name)[1]) == (path.name not in FINE)
