"""Every sentence exists in both languages, says the same in them, and stands in one place only."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from importlib import resources
from string import Formatter
from typing import TypeAlias

import pytest

from incentive_engine.texts import add_texts, catalogue, entry, fill, known_codes

Entries: TypeAlias = Mapping[str, Mapping[str, str]]

FILES: Mapping[str, Entries] = {
    file.name: tomllib.loads(file.read_text(encoding="utf-8"))
    for file in resources.files("incentive_engine.texts").iterdir()
    if file.name.endswith(".toml")
}
IDS = [code for entries in FILES.values() for code in entries]
PROBLEM = re.compile(r"IE\d{4}")


@pytest.fixture
def _no_added_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_added", {})


def placeholders(template: str) -> set[str]:
    """Return the names in a template; `{x!r}`, `{x.y}` and `{}` are not used and not allowed."""
    names = set()
    for _, name, specification, conversion in Formatter().parse(template):
        if name is not None:
            assert re.fullmatch("[a-z_]+", name), name
            assert not specification
            assert not conversion
            names.add(name)
    return names


def chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None


@pytest.mark.parametrize("entries", FILES.values(), ids=FILES)
class TestEveryEntry:
    def test_it_has_only_fields_that_are_read(self, entries: Entries) -> None:
        for code, fields in entries.items():
            assert set(fields) <= {"title", "severity", "en", "zh", "hint_en", "hint_zh"}, code

    def test_english_and_chinese_have_the_same_placeholders(self, entries: Entries) -> None:
        for code, fields in entries.items():
            english, translated = placeholders(fields["en"]), placeholders(fields["zh"])
            assert without_language(english) == without_language(translated), code

    def test_the_hints_have_the_same_placeholders_and_one_is_there_when_the_other_is(
        self, entries: Entries
    ) -> None:
        for code, fields in entries.items():
            english, translated = fields.get("hint_en", ""), fields.get("hint_zh", "")
            names = without_language(placeholders(english)), without_language(placeholders(translated))
            assert names[0] == names[1], code
            assert bool(english) == bool(translated), code

    def test_the_english_is_free_of_chinese(self, entries: Entries) -> None:
        for code, fields in entries.items():
            assert not chinese(fields["en"] + fields.get("hint_en", "")), code

    def test_a_problem_has_a_title_and_a_severity(self, entries: Entries) -> None:
        for code, fields in entries.items():
            is_problem = PROBLEM.fullmatch(code) is not None
            assert is_problem == (fields.get("severity") in ("error", "warning", "note")), code
            assert bool(fields.get("title")) or not is_problem, code


def without_language(names: set[str]) -> set[str]:
    """Return placeholders without the ending that names the language of a value."""
    return {name.removesuffix("_zh") for name in names}


def test_no_code_stands_in_two_files() -> None:
    assert [code for code, count in Counter(IDS).items() if count > 1] == []


def test_every_code_of_the_files_is_known_and_the_codes_are_sorted() -> None:
    assert set(IDS) <= set(known_codes())
    assert known_codes() == sorted(known_codes())


def test_an_entry_holds_what_the_file_says() -> None:
    thousands = entry("IE1032")

    assert thousands.code == "IE1032"
    assert thousands.severity == "warning"
    assert thousands.title == "Perhaps a thousands comma"
    assert thousands.texts["en"] == "`{number}` is read as a list of several values"
    assert thousands.hints["zh"].startswith("若是一个数")


def test_a_sentence_is_filled_in_the_language_that_is_asked_for() -> None:
    assert fill("problem_hint", {"hint": "try"}) == "hint: try"
    assert fill("problem_hint", {"hint": "试试"}, "zh") == "提示：试试"


def test_a_sentence_needs_all_its_values() -> None:
    with pytest.raises(KeyError, match="hint"):
        fill("problem_hint", {})


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError, match="IE0000"):
        entry("IE0000")


@pytest.mark.usefixtures("_no_added_texts")
class TestAddedTexts:
    toml = '[acme_streak]\nen = "{days} days in a row"\nzh = "连续 {days} 天"\n'

    def test_they_are_known_like_the_others(self) -> None:
        add_texts(self.toml)

        assert fill("acme_streak", {"days": "7"}, "zh") == "连续 7 天"
        assert "acme_streak" in known_codes()
        assert entry("acme_streak").severity == ""
        assert entry("acme_streak").hints == {"en": "", "zh": ""}

    def test_adding_the_same_text_again_changes_nothing(self) -> None:
        add_texts(self.toml)
        add_texts(self.toml)

        assert known_codes().count("acme_streak") == 1

    def test_another_text_under_the_same_code_is_refused(self) -> None:
        add_texts(self.toml)

        with pytest.raises(ValueError, match="acme_streak is taken"):
            add_texts(self.toml.replace("in a row", "running"))

    def test_the_code_of_a_shipped_text_is_taken(self) -> None:
        with pytest.raises(ValueError, match="IE1031 is taken"):
            add_texts('[IE1031]\nen = "mine"\nzh = "我的"\n')


def test_a_latin_name_stands_apart_from_chinese_words_and_keeps_its_own_characters() -> None:
    values = {"name": "A组", "value": "5"}

    assert fill("value.input", values, "zh") == "A组为 5。"
    assert fill("value.input", values | {"name": "VIP"}, "zh") == "VIP 为 5。"
    assert fill("value.input", values | {"name": ""}, "zh") == "为 5。"
