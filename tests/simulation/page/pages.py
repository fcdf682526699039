"""A scenario whose page tests look at; what it pays is worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from incentive_engine.simulation.laboratory import ScenarioResult
from incentive_engine.simulation.page.contents import Chapter, Page, Question
from incentive_engine.simulation.page.making import page_of, words_of
from incentive_engine.simulation.tables import Table
from incentive_engine.texts import Language
from tests.simulation.laboratory.trying import POLICY, ROWS, Row, tried

__all__ = [
    "HOSTILE",
    "HOSTILE_ROWS",
    "POLICY",
    "PROPOSAL",
    "ROWS",
    "answer",
    "asked",
    "page",
    "texts",
    "tried",
]

# Volume: Ann 250 (+50) and 100, Bob 80 and 190 (+30), Cid 160 (+20), together 680 -> 780. There is no star
# any more: Ann and Cid lose 50 in January, Bob loses 50 in February, 150 -> 0. So Ann gets the same, 450,
# Bob 370 in place of 390, Cid 160 in place of 190, and 1030 become 980.
PROPOSAL = """
by: [team]
proposals:
  - id: dearer
    title: {en: Dearer calls, zh: 提高话务单价}
    changes: {rules.volume.tiers.top.rate: 3}
    remove: [rules.star]
"""

HOSTILE = '<script>alert("x")</script>'
# The same people under names that would be markup, or the end of a script, if they were not escaped.
HOSTILE_ROWS: tuple[Row, ...] = tuple(
    {
        **row,
        "team": HOSTILE if row["team"] == "mail" else row["team"],
        "agent": f"{row['agent']}</script><!--",
    }
    for row in ROWS
)


def page(result: ScenarioResult, language: Language = "en", *, with_agents: bool = False) -> Page:
    """Return the page of a result."""
    return page_of(result, words_of(result, language), with_agents=with_agents)


def chapter(folder: Path, text: str, rows: Iterable[Row] = ROWS, policy: str = POLICY) -> Chapter:
    """Return the chapter on the only proposal of a scenario."""
    (found,) = page(tried(folder, text, rows, policy)).chapters
    return found


def asked(questions: Iterable[Question], begins: str) -> Question:
    """Return the question that begins so."""
    return next(each for each in questions if each.asked.startswith(begins))


def answer(questions: Iterable[Question], begins: str) -> list[str]:
    """Return the sentences that answer the question that begins so."""
    return list(asked(questions, begins).answer)


def texts(table: Table) -> list[list[str]]:
    """Return the texts of a table's rows."""
    return [[cell.text for cell in row] for row in table.rows]
