"""The pages of the mechanisms: a table of all, and one each with its ruleset, its tests and a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from incentive_engine.texts import Language
from tools.mechanisms import Mechanism, mechanisms

FOLDER = "mechanisms"
_LANGUAGES: Mapping[Language, str] = {"en": "English", "zh": "中文"}

_INTRODUCTION = """\
# Mechanisms · 激励机制

What customer-service teams are rewarded by, each as a ruleset of at most 40 lines that runs by itself, with
its tests beside it. This table is made from the files, whose tests are run with all others.

客服团队的激励机制，每种一个不超过 40 行、可独立运行的规则集，并附测试。本表由这些文件生成，测试随项目
一起运行。

| | mechanism · 机制 | what it shows · 说明 | ruleset | tests |
|---|---|---|---|---|
"""


def mechanism_pages() -> dict[str, str]:
    """Return the pages in Markdown, and the files that they lead to, by their paths."""
    found = list(mechanisms())
    pages = {f"{FOLDER}/index.md": _INTRODUCTION + "".join(_row(each) for each in found)}
    for each in found:
        pages[f"{FOLDER}/{each.name}.md"] = "\n".join(_page(each)) + "\n"
        pages |= {f"{FOLDER}/{path.name}": path.read_text(encoding="utf-8") for path in each.files}
    return pages


def _row(mechanism: Mechanism) -> str:
    page = f"{mechanism.name}.md"
    number = len(mechanism.run_tests().ran)
    cells = (
        mechanism.code,
        f"[{mechanism.title.en} · {mechanism.title.zh}]({page})",
        f"{mechanism.shows.en}. {mechanism.shows.zh}。",
        f"[{mechanism.path.name}]({mechanism.path.name})",
        f"[{number}]({page}#tests)",
    )
    return f"| {' | '.join(cells)} |\n"


def _page(mechanism: Mechanism) -> Iterator[str]:
    title, shows = mechanism.title, mechanism.shows
    yield from (f"# {mechanism.code} {title.en} · {title.zh}", "", f"{shows.en}.", "", f"{shows.zh}。", "")
    yield from (
        "## The ruleset · 规则集 { #ruleset }",
        "",
        *_block("yaml", mechanism.path.name, mechanism.text),
    )
    yield from ("", "## A decision · 一个决定 { #decision }", "", *_decision(mechanism))
    yield from ("", "## Its tests · 测试 { #tests }", "", *_file(mechanism.tests_path))
    beside = [path for path in mechanism.files if path not in (mechanism.path, mechanism.tests_path)]
    if beside:
        yield from ("", "## A scenario and its data · 情景与数据 { #scenario }")
    for path in sorted(beside, key=lambda path: path.suffix, reverse=True):
        yield from ("", *_file(path))
    links = ", ".join(f"[{path.name}]({path.name})" for path in mechanism.files)
    yield from ("", f"Files · 文件: {links}")


def _file(path: Path) -> list[str]:
    return _block(path.suffix.removeprefix("."), path.name, path.read_text(encoding="utf-8"))


def _decision(mechanism: Mechanism) -> Iterator[str]:
    """Yield what the decision of the first test says, in both languages."""
    name_of_test, decided = next(
        (ran.name, ran.decided) for ran in mechanism.run_tests().ran if ran.decided is not None
    )
    yield f"“{name_of_test}”:"
    for language, name in _LANGUAGES.items():
        text = decided.decision.explain(language, nearest=False).text()
        yield from ("", f'=== "{name}"', "", *(f"    {line}".rstrip() for line in _block("text", "", text)))


def _block(language: str, title: str, text: str) -> list[str]:
    first = f'``` {{.{language} title="{title}"}}' if title else f"``` {language}"
    return [first, *text.strip("\n").split("\n"), "```"]
