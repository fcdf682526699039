"""The page on decisions shows what the engine says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from incentive_engine.decision.decision import Status
from incentive_engine.decision.lines import Outcome
from incentive_engine.decision.nearest import Answer
from tests.decision.deciding import decide

PAGE = (Path(__file__).parents[2] / "docs" / "decisions.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_explained_as_the_page_says_in_both_languages() -> None:
    (ruleset,) = blocks("yaml")
    english, chinese = blocks("text")

    decision = decide(ruleset, calls=900, csat="0.91346", surveys=45, late=4)

    assert decision.explain("en").text() == english
    assert decision.explain("zh").text() == chinese


def test_the_page_names_every_status_outcome_and_answer() -> None:
    for name in (*get_args(Status), *get_args(Outcome), *get_args(Answer)):
        assert f"`{name}`" in PAGE or name == "changes", name
