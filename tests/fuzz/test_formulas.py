"""Whatever stands where a formula should: it is compiled or refused with its place, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incentive_engine.language.functions import FUNCTIONS
from incentive_engine.texts import Language
from tests.language.formulas import TYPES, attempt, scalar

LANGUAGES: list[Language] = ["en", "zh"]
CORPUS = sorted((Path(__file__).parent / "corpus" / "formulas").iterdir())

SIGNS = [*"+-*/()[],.<>=%!&|^~@:;?{}'\" \n\t\r0.\\_", *"“”‘’（），％＋×÷＝５≤"]
SIGNS += ["==", "!=", "<=", "**", "//", "..."]
WORDS = [
    "and",
    "or",
    "not",
    "in",
    "if",
    "else",
    "is",
    "None",
    "true",
    "lambda",
    "within=",
    "where=",
    "card.score",
]
LITERALS = ["40%", "5 min", "800", "800 CNY", "1.50", "2026-10-15", '"lead"', "'x'", "1e3", "1,000", "3万"]
PARTS = [*SIGNS, *WORDS, *LITERALS, *TYPES, *FUNCTIONS, *(f"{name}(" for name in FUNCTIONS)]

SOUND = [path.read_text(encoding="utf-8") for path in CORPUS if path.name.startswith("sound_")]


def check(text: str) -> None:
    """Check what holds for every text."""
    began = time.perf_counter()

    found = attempt(text)

    assert time.perf_counter() - began < 1
    assert (found.compiled is None) == bool(found.problems)
    assert found.codes == attempt(text).codes
    whole = scalar(text).span
    for problem in found.problems:
        assert problem.span is not None
        assert whole.column <= problem.span.column <= problem.span.end_column <= whole.end_column
        for language in LANGUAGES:
            assert problem.message(language)
            assert problem.hint(language) is not None


@given(st.text(max_size=60))
@example("ǰ0́")
def test_any_text_is_compiled_or_refused(text: str) -> None:
    check(text)


@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_any_sequence_of_the_languages_own_parts_is_compiled_or_refused(parts: list[str]) -> None:
    check("".join(parts))


@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_any_sequence_of_words_is_compiled_or_refused(parts: list[str]) -> None:
    check(" ".join(parts))


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Draw a sound formula with a few characters left out and a few parts put in."""
    text = draw(st.sampled_from(SOUND))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(["", *PARTS])) + text[at + draw(st.integers(0, 3)) :]
    return text


@given(damaged())
def test_any_damaged_formula_is_compiled_or_refused(text: str) -> None:
    check(text)


@given(st.sampled_from(PARTS), st.integers(1, 2500))
def test_any_part_over_and_over_is_compiled_or_refused(part: str, times: int) -> None:
    check((part * times)[:5000])


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: str(path.name))
def test_every_formula_of_the_corpus_is_compiled_or_refused(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    check(text)
    assert (attempt(text).compiled is not None) == path.name.startswith("sound_")
