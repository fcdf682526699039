"""The pages of the documentation that follow from the code: the reference and the problems."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.kinds.schema import ruleset_schema
from incentive_engine.language.functions import FUNCTIONS
from incentive_engine.ruleset.shape import RulesetShape
from incentive_engine.texts import known_codes
from tools.language_page import language_page
from tools.mechanism_pages import mechanism_pages
from tools.mechanisms import mechanisms
from tools.problem_pages import problem_pages

TOP = Path(__file__).parents[2]
CODES = [code for code in known_codes() if re.fullmatch(r"IE\d{4}", code)]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return problem_pages()


@pytest.fixture(scope="module")
def reference() -> str:
    return language_page()


class TestProblems:
    def test_there_is_a_page_for_each_code_and_one_that_lists_them(self, pages: dict[str, str]) -> None:
        assert set(pages) == {"problems/index.md", *(f"problems/{code}.md" for code in CODES)}
        for code in CODES:
            assert f"[{code}]({code}.md)" in pages["problems/index.md"]
            assert pages[f"problems/{code}.md"].startswith(f"# {code}: ")

    def test_a_page_shows_a_ruleset_what_is_said_of_it_and_what_is_right(self, pages: dict[str, str]) -> None:
        page = pages["problems/IE2124.md"]
        assert "A satisfaction of 85 % is 0.85, so nobody would ever reach 85." in page
        assert '``` {.yaml title="policy.yaml" linenums="1" hl_lines="31"}\nlanguage: 1\n' in page
        assert '=== "English"\n\n    ``` text\n    error IE2124: `csat` is a ratio between 0 and 1' in page
        assert '=== "中文"\n\n    ``` text\n    错误 IE2124：`csat` 是 0 到 1 之间的比率' in page
        assert "      --> policy.yaml:31:19\n" in page
        assert "Put right · 修正后：\n\n``` yaml\n    when: csat >= 85%\n```\n" in page
        assert "# expect" not in page

    def test_a_code_with_several_rulesets_shows_them_all(self, pages: dict[str, str]) -> None:
        page = pages["problems/IE3023.md"]
        assert page.count("Put right") == 2
        assert "workload → weight → workload" in page
        assert "service_star → fairness → service_star" in page

    def test_a_problem_that_no_ruleset_shows_has_its_sentences(self, pages: dict[str, str]) -> None:
        page = pages["problems/IE4014.md"]
        assert "    the table has no column `‹column›`\n    hint: ‹advice›" in page
        assert "    表中没有列 `‹column›`\n    提示：‹advice_zh›" in page

    def test_one_without_a_hint_has_none(self, pages: dict[str, str]) -> None:
        assert "hint" not in pages["problems/IE1112.md"].split("```")[-2]

    def test_no_page_has_an_empty_place(self, pages: dict[str, str]) -> None:
        for path, page in pages.items():
            assert page.endswith("\n"), path
            assert "{{" not in page, path


class TestReference:
    def test_it_has_every_field_of_every_shape(self, reference: str) -> None:
        ours = {
            name: kind
            for name, kind in installed_kinds().items()
            if kind.__module__.startswith("incentive_engine.")
        }
        schema = ruleset_schema(ours)
        for shape in (schema, *schema["$defs"].values()):
            for name, field in shape["properties"].items():
                if name not in ("rules", "kind"):
                    assert f"| `{name}`" in reference
                    assert field["description"] in reference, name

    def test_sections_of_the_file_say_what_they_hold(self, reference: str) -> None:
        lines = reference.splitlines()
        assert "| `ruleset` \\* | name | The ruleset's id. |" in lines
        assert "| `currency` \\* | text | The currency of all money, as its three letters: CNY. |" in lines
        assert any(line.startswith("| `seasons` | names with: [Season](#season) | ") for line in lines)
        assert any(
            line.startswith(
                "| `parameters` | names with: number, or list: [Case](#case), or [Definition](#definition) |"
            )
            for line in lines
        )
        assert set(RulesetShape.model_fields) <= set(re.findall(r"^\| `(\w+)`", reference, re.MULTILINE))

    def test_each_kind_has_its_own_fields_and_leads_to_its_page(self, reference: str) -> None:
        bonus = reference.partition("### bonus {")[2].partition("###")[0]
        assert "Money by a formula. [What it means](../kinds/bonus.md)." in bonus
        assert re.findall(r"^\| `(\w+)`", bonus, re.MULTILINE) == ["pay", "then"]

    def test_a_common_field_with_another_meaning_is_told_again(self, reference: str) -> None:
        red_line = reference.partition("### red_line {")[2].partition("###")[0]
        assert "| `when` \\* | formula | The breach, as a condition" in red_line
        assert "| `consequence` \\* | `void` `hold`, or [Keep](#keep), or [Deduct](#deduct) |" in red_line

    def test_every_link_leads_to_a_heading(self, reference: str) -> None:
        assert set(re.findall(r"\(#([\w-]+)\)", reference)) <= set(re.findall(r"{ #([\w-]+) }", reference))

    def test_each_heading_is_there_once(self, reference: str) -> None:
        anchors = re.findall(r"{ #([\w-]+) }", reference)
        assert len(anchors) == len(set(anchors))

    def test_every_function_is_told_in_both_languages(self, reference: str) -> None:
        for function in FUNCTIONS.values():
            row = f"| `{function.signature}` | {function.summary['en']} | {function.summary['zh']} |"
            assert row in reference


@pytest.fixture(scope="module")
def of_mechanisms() -> dict[str, str]:
    return mechanism_pages()


class TestMechanisms:
    def test_the_table_has_a_row_for_each_that_leads_to_its_ruleset_and_its_tests(
        self, of_mechanisms: dict[str, str]
    ) -> None:
        pages = of_mechanisms
        for each in mechanisms():
            (row,) = [
                line
                for line in pages["mechanisms/index.md"].splitlines()
                if line.startswith(f"| {each.code} |")
            ]
            assert f"[{each.title.en} · {each.title.zh}]({each.name}.md)" in row
            assert f"({each.name}.yaml)" in row
            assert f"[{len(each.run_tests().ran)}]({each.name}.md#tests)" in row
            assert pages[f"mechanisms/{each.name}.yaml"] == each.text

    def test_a_page_shows_the_ruleset_its_tests_and_a_decision_in_both_languages(
        self, of_mechanisms: dict[str, str]
    ) -> None:
        page = of_mechanisms["mechanisms/m01_tiered_bonus.md"]
        assert page.startswith("# M1 Tiered bonus · 阶梯奖励\n")
        assert '``` {.yaml title="m01_tiered_bonus.yaml"}\n# yaml-language-server' in page
        assert '``` {.yaml title="m01_tiered_bonus.tests.yaml"}\n' in page
        assert "    agent, 2026-03: 918.00 CNY\n" in page
        assert "    agent，2026-03：918.00 元\n" in page

    def test_a_page_shows_a_scenario_and_its_data_where_there_is_one(
        self, of_mechanisms: dict[str, str]
    ) -> None:
        page = of_mechanisms["mechanisms/m38_breakdown.md"]
        assert '``` {.yaml title="m38_breakdown.scenario.yaml"}\n' in page
        assert '``` {.csv title="m38_breakdown.csv"}\nagent_id,month,team' in page
        assert "#scenario" not in of_mechanisms["mechanisms/m01_tiered_bonus.md"]
