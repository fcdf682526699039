"""The pages of the problems: one a code, from the catalogue and the wrong rulesets that show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from incentive_engine.ruleset.render import rendered
from incentive_engine.texts import Entry, Language, entry, known_codes
from tools.wrong_rulesets import WrongRuleset, problems_of, wrong_rulesets

_FILE = "policy.yaml"
_CODE = re.compile(r"IE\d{4}")
_LANGUAGES: Mapping[Language, str] = {"en": "English", "zh": "中文"}

# What the codes that begin so are about.
_GROUPS = {
    "IE10": "The text of a file · 文件文本",
    "IE11": "Sections and fields · 章节与字段",
    "IE20": "How formulas are written · 公式的写法",
    "IE21": "What formulas say · 公式的含义",
    "IE30": "Names, values, dates · 名称、取值与日期",
    "IE31": "Scorecards · 计分卡",
    "IE32": "Bands and bonuses · 档位与奖金",
    "IE33": "Star awards · 服务之星",
    "IE34": "Growth credits · 成长积分",
    "IE35": "Red lines · 红线",
    "IE36": "Pools · 奖金池",
    "IE37": "Adjustments · 调整项",
    "IE387": "The design of a policy · 方案设计",
    "IE388": "Rules beside each other · 规则之间",
    "IE40": "Data · 数据",
    "IE41": "Notes on data · 数据提示",
    "IE50": "Comparisons of rulesets · 规则集对比",
    "IE60": "How a ruleset's tests are written · 规则集测试的写法",
    "IE61": "What a ruleset's tests find · 规则集测试的结果",
}


def problem_pages() -> dict[str, str]:
    """Return the pages in Markdown by their paths: `problems/index.md` and one a code."""
    examples: dict[str, list[WrongRuleset]] = {}
    for ruleset in wrong_rulesets():
        examples.setdefault(ruleset.code, []).append(ruleset)
    codes = [code for code in known_codes() if _CODE.fullmatch(code)]
    pages = {f"problems/{code}.md": _page(entry(code), examples.get(code, ())) for code in codes}
    return {"problems/index.md": _index(codes), **pages}


def _index(codes: Iterable[str]) -> str:
    """Return the page that lists all codes by what they are about."""
    lines = [
        "# Problems · 问题代码",
        "",
        "Every problem that is found in a ruleset, in data or in a test has a code. Its page shows a ruleset",
        "that has it, what is said, and the ruleset put right.",
        "",
        "规则集、数据或测试中发现的每个问题都有代码。各页给出示例、提示信息和修正方法。",
    ]
    groups: dict[str, list[str]] = {}
    for code in codes:
        group = _GROUPS.get(code[:5]) or _GROUPS.get(code[:4], code[:4])
        groups.setdefault(group, []).append(code)
    for group, members in groups.items():
        lines += ["", f"## {group}", "", "| code | | |", "|---|---|---|"]
        for code in members:
            found = entry(code)
            lines.append(f"| [{code}]({code}.md) | {found.severity} | {found.title} |")
    return "\n".join(lines) + "\n"


def _page(found: Entry, examples: Iterable[WrongRuleset]) -> str:
    lines = [f"# {found.code}: {found.title}"]
    shown = [line for example in examples for line in _example(example)]
    return "\n".join([*lines, *(shown or _texts(found))]) + "\n"


def _example(example: WrongRuleset) -> Iterator[str]:
    """Yield a wrong ruleset, what is said of it in both languages, and how it is put right."""
    (problem,) = problems_of(example.ruleset, example.code, _FILE)
    place = "" if problem.span is None else f' hl_lines="{problem.span.line}"'
    yield from ("", example.why["en"], "", example.why["zh"], "")
    yield from _block("yaml", example.ruleset, f'title="{_FILE}" linenums="1"{place}')
    for language, name in _LANGUAGES.items():
        said = _block("text", rendered(problem, example.ruleset, language))
        yield from ("", f'=== "{name}"', "", *(f"    {line}".rstrip() for line in said))
    if example.right_lines:
        yield from ("", "Put right · 修正后：", "", *_block("yaml", "\n".join(example.right_lines)))


def _texts(found: Entry) -> Iterator[str]:
    """Yield the sentences of a problem that no ruleset shows, with the names of what they quote."""
    for language, name in _LANGUAGES.items():
        said = [found.texts[language].format_map(_Names())]
        hint = found.hints[language].format_map(_Names())
        if hint:
            said.append(entry("problem_hint").texts[language].format_map({"hint": hint}))
        yield from ("", f'=== "{name}"', "", *(f"    {line}" for line in _block("text", "\n".join(said))))


class _Names(dict[str, str]):
    """Fills the places of a sentence with their own names."""

    def __missing__(self, key: str) -> str:
        return "" if key.startswith("suggestion") else f"‹{key}›"


def _block(language: str, text: str, options: str = "") -> list[str]:
    return [
        f"``` {{.{language} {options}}}" if options else f"``` {language}",
        *text.strip("\n").split("\n"),
        "```",
    ]
