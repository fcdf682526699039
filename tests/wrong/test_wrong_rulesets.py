"""Every wrong ruleset of this folder has the problems that it says, where it says, and no others.

`tools/wrong_rulesets.py` says how the files are read.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from incentive_engine.compile.ruleset import compile_text
from incentive_engine.ruleset.render import rendered
from incentive_engine.texts import entry, known_codes
from tools.wrong_rulesets import WrongRuleset, problems_of, read, wrong_rulesets

RULESETS = list(wrong_rulesets())

# Codes that no ruleset of this folder has, with the reason. Those of data (IE4...), of comparisons (IE5...)
# and of a ruleset's own tests (IE6...) are no problems of rulesets.
ELSEWHERE = {
    "IE1001": "there is no file: tests/ruleset/test_characters.py",
    "IE1002": "the file cannot be opened: tests/ruleset/test_characters.py",
    "IE1003": "the file is larger than a megabyte: tests/ruleset/test_limits.py",
    "IE1004": "the file is UTF-16, and those here are UTF-8: tests/ruleset/test_characters.py",
    "IE1005": "the file is GBK, and those here are UTF-8: tests/ruleset/test_characters.py",
    "IE1006": "the file is no UTF-8, and those here are: tests/ruleset/test_characters.py",
    "IE1012": "takes fifty thousand values: tests/ruleset/test_limits.py",
    "IE1013": "takes more than a hundred problems: tests/compile/test_checking.py",
    "IE1059": "takes a text that nobody writes: tests/ruleset/test_syntax.py",
    "IE1199": "takes a third party's kind with fields of its own: tests/ruleset/test_validation.py",
    "IE2001": "takes a formula of two thousand characters: tests/language/test_problems.py",
    "IE2004": "takes a formula of three hundred parts: tests/language/test_problems.py",
    "IE3866": "is about a folder: tests/test_versions.py",
    "IE3860": "is about a folder: tests/test_versions.py",
    "IE3861": "is about several versions: tests/test_versions.py",
    "IE3862": "is about several versions: tests/test_versions.py",
    "IE3863": "is about several versions: tests/test_versions.py",
    "IE3864": "is about several versions: tests/test_versions.py",
    "IE3865": "is about data and several versions: tests/test_versions.py",
    "IE3852": "is no problem of a ruleset, but of how it is used: tests/evaluate/test_events.py",
    "IE2081": "is for what no known text leads to: tests/language/test_the_whitelist.py",
}


def problems(ruleset: WrongRuleset) -> list[str]:
    """Return the problems of a wrong ruleset as its file says them."""
    return [
        f"{problem.code} {problem.span.line}:{problem.span.column} {problem.message()}"
        for problem in problems_of(ruleset.text, ruleset.code)
        if problem.span is not None
    ]


@pytest.mark.parametrize("ruleset", RULESETS, ids=lambda ruleset: ruleset.name)
class TestEveryWrongRuleset:
    def test_it_has_the_problems_that_it_says_and_no_others(self, ruleset: WrongRuleset) -> None:
        assert problems(ruleset) == list(ruleset.expected)
        assert ruleset.expected[0].startswith(f"{ruleset.code} ")

    def test_it_has_one_fault(self, ruleset: WrongRuleset) -> None:
        assert len(ruleset.expected) == 1

    def test_it_cannot_be_used_unless_it_only_makes_wonder(self, ruleset: WrongRuleset) -> None:
        usable = compile_text(ruleset.text, "ruleset.yaml").policy is not None
        assert usable == (entry(ruleset.code).severity == "warning")

    def test_put_right_it_has_no_problem(self, ruleset: WrongRuleset) -> None:
        if ruleset.right:
            assert problems_of(ruleset.put_right, ruleset.code) == ()
        else:
            assert ruleset.code in ("IE1014", "IE1015", "IE1106", "IE1118", "IE1119")

    def test_its_problem_is_shown_in_both_languages(self, ruleset: WrongRuleset) -> None:
        (problem,) = problems_of(ruleset.text, ruleset.code)
        english, chinese = rendered(problem, ruleset.text, "en"), rendered(problem, ruleset.text, "zh")
        assert english.startswith((f"error {ruleset.code}: ", f"warning {ruleset.code}: "))
        assert chinese.startswith((f"错误 {ruleset.code}：", f"警告 {ruleset.code}："))
        assert re.search("[\u4e00-\u9fff]", problem.message("zh"))

    def test_it_says_in_both_languages_why_it_is_wrong(self, ruleset: WrongRuleset) -> None:
        assert ruleset.why["en"].endswith(".")
        assert ruleset.why["zh"].endswith("。")

    def test_what_it_says_of_itself_changes_nothing_but_the_lines(self, ruleset: WrongRuleset) -> None:
        (problem,) = problems_of(ruleset.text, ruleset.code)
        (bare,) = problems_of(ruleset.ruleset, ruleset.code)
        assert (bare.code, problem.code) == (ruleset.code, ruleset.code)
        if ruleset.code != "IE1014":  # That of an empty file stands at its beginning.
            assert problem.span is not None
            assert bare.span is not None
            assert problem.span.line - bare.span.line == ruleset.header_lines


def test_there_are_at_least_a_hundred() -> None:
    assert len(RULESETS) >= 100


def test_every_problem_of_a_ruleset_is_shown_by_one_or_has_a_reason_why_not() -> None:
    of_rulesets = {code for code in known_codes() if re.fullmatch(r"IE[123]\d{3}", code)}
    shown = {ruleset.code for ruleset in RULESETS}
    assert of_rulesets - shown == set(ELSEWHERE)
    assert shown <= of_rulesets


def test_the_reasons_name_tests_that_are_there() -> None:
    top = Path(__file__).parents[2]
    for reason in ELSEWHERE.values():
        assert (top / reason.rpartition(": ")[2]).is_file(), reason


def test_a_file_is_read_as_it_says() -> None:
    text = """\
# en: Why.
# zh: 因为。
# expect: IE1 8:1 a: b
# right: 7: a: 1
# right: 7: b: 2
# right: 8:
x: 0
y
"""
    found = read("IE1-x.yaml", text)
    assert (found.name, found.code) == ("IE1-x", "IE1")
    assert found.why == {"en": "Why.", "zh": "因为。"}
    assert found.expected == ("IE1 8:1 a: b",)
    assert found.header_lines == 6
    assert found.ruleset == "x: 0\ny\n"
    assert found.put_right == "a: 1\nb: 2\n"
    assert found.right_lines == ("a: 1", "b: 2")
