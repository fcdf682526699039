"""The command writes the handbook in either language, as Markdown or HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from incentive_engine.compile.ruleset import compile_text
from incentive_engine.engine import Ruleset
from incentive_engine.handbook import Handbook
from incentive_engine.kinds.interface import Built, Context, Result, Rule
from incentive_engine.kinds.lasting import Periods
from incentive_engine.language.types import BOOLEAN, Value
from incentive_engine.ruleset.fields import Formula, Name, Number, Shape, Text, YesNo
from incentive_engine.texts import add_texts, catalogue
from tests.cli.conftest import Run, policy, run, written
from tests.handbook.policies import section

__all__ = ["policy", "run"]


def test_it_is_printed_as_markdown(run: Run, policy: Path) -> None:
    result = run("handbook", policy)

    assert result.exit_code == 0
    assert result.stdout.startswith("# Praise\n\nThis document says how rewards are worked out.")
    assert "### Thanks bonus\n\n- It pays 12.5 × thanks.\n" in result.stdout


def test_a_file_that_ends_so_is_html(run: Run, policy: Path, tmp_path: Path) -> None:
    result = run("handbook", policy, "--lang", "zh", "--out", tmp_path / "handbook.html")

    page = (tmp_path / "handbook.html").read_text(encoding="utf-8")
    assert (result.exit_code, result.stdout) == (0, "")
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    assert "<h1>表扬方案</h1>" in page


def test_the_tests_beside_the_ruleset_are_in_it(run: Run, policy: Path) -> None:
    written(
        policy.with_suffix(".tests.yaml"),
        "tests: [{name: three thanks, snapshot: {month: 2026-03, thanks: 3}, expect: {total: 9}}]\n",
    )
    result = run("handbook", policy)

    assert result.exit_code == 0
    assert "## Cases that are tested" in result.stdout
    assert "| three thanks | " in result.stdout


def test_examples_can_be_chosen(run: Run, policy: Path, tmp_path: Path) -> None:
    file = written(
        tmp_path / "one.json",
        (
            '[{"agent": "A17", "month": "2026-03", "team": "day", "thanks": 3, "csat": 0.9,'
            ' "leaks": 0, "hours": 2}]'
        ),
    )
    result = run("handbook", policy, "--example", file)

    assert result.exit_code == 0
    assert "### A17, 2026-03: 137.50 CNY" in result.stdout  # Three thanks, and the star.
    assert "invented" not in result.stdout


def test_chosen_examples_can_have_facts(run: Run, policy: Path, tmp_path: Path) -> None:
    text = policy.read_text(encoding="utf-8").replace("rules:", "facts: {rate: money}\nrules:")
    policy.write_text(text.replace("12.50 * thanks", "rate * thanks"), encoding="utf-8")
    rows = "agent,month,team,thanks,csat,leaks,hours\nA17,2026-03,day,3,0.9,0,2\n"
    example = written(tmp_path / "one.csv", rows)
    facts = written(tmp_path / "facts.csv", "month,rate\n2026-03,20\n")

    result = run("handbook", policy, "--example", example, "--facts", facts)
    assert "### A17, 2026-03: 160.00 CNY" in result.stdout  # Three thanks at 20, and the star.


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            (
                '[{"agent": "A17", "month": "2026-03", "team": "day", "thanks": "many", "csat": 0.9,'
                ' "leaks": 0}]'
            ),
            "IE4031",
        ),
        ("[{]", "IE4"),
    ],
)
def test_examples_that_cannot_be_used(run: Run, policy: Path, tmp_path: Path, text: str, code: str) -> None:
    result = run("handbook", policy, "--example", written(tmp_path / "one.json", text))

    assert result.exit_code in (1, 2)
    assert result.stdout == ""
    assert code in result.stderr


def test_what_is_read_is_not_written_over(run: Run, policy: Path) -> None:
    assert run("handbook", policy, "--out", policy).exit_code == 2


class Extras(Shape):
    """More of it."""

    often: Number | None = None
    """How often."""


class Ready(Rule):
    """Whether somebody is ready for more.

    It gives nothing itself.
    """

    kind: Literal["acme_ready"]
    if_so: Formula
    """The condition."""
    extras: Extras | None = None
    """What comes on top."""
    steps: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """The steps."""
    marks: dict[Name, Number] = Field(default_factory=dict)
    """The marks."""
    public: YesNo = False
    """Whether it is told to all."""
    lasts: Periods | None = None

    def build(self, context: Context) -> Built:
        answer = Result(Value(context.condition(self.if_so).value.node, BOOLEAN))
        return Built({"answer": answer}, ())


class TestAKindOfAnotherPackage:
    RULES = """\
language: 1
ruleset: ready
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {thanks: {type: count, title: {en: Thanks, zh: 感谢数}}}
rules:
  - id: ready
    kind: acme_ready
    title: Ready
    if_so: thanks > 3
    when: thanks > 1
    extras: {often: 2 * thanks}
    steps: [first, then]
    marks: {low: 3, high: 5}
    public: yes
    lasts: 3 periods
"""

    @pytest.fixture
    def ruleset(self) -> Ruleset:
        checked = compile_text(self.RULES, "ready.yaml", {"acme_ready": Ready})
        assert checked.policy is not None
        return Ruleset(checked.policy)

    def test_its_fields_are_told_by_their_docstrings(self, ruleset: Ruleset) -> None:
        assert section(Handbook(ruleset).markdown(), "### Ready") == [
            "- Whether somebody is ready for more.",
            "- It is paid only where Thanks is more than 1.",
            "- The condition: Thanks is more than 3",
            "- What comes on top: often: 2 × Thanks",
            "- The steps: first, then",
            "- The marks: low: 3, high: 5",
            "- Whether it is told to all: yes",
            "- lasts: 3 periods",
        ]

    def test_texts_of_its_own_come_before_docstrings(
        self, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(catalogue, "_added", {})
        add_texts(
            """
["kind.acme_ready"]
en = "Who is ready."
zh = "是否就绪。"

["handbook.field.acme_ready.if_so"]
en = "It asks for {value}."
zh = "要求：{value}。"
"""
        )

        said = section(Handbook(ruleset).markdown("zh"), "### Ready")
        assert said[0] == "- 是否就绪。"
        assert said[2] == "- 要求：感谢数大于 3。"
