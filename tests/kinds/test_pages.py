"""The pages on scorecards and bonuses say what the engine does: their tables and explanations hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from incentive_engine.decision.decision import Decision
from incentive_engine.engine import parse_ruleset

PAGES = Path(__file__).parents[2] / "docs" / "kinds"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL)


def table(page: str) -> list[dict[str, str]]:
    """Return the rows of the page's table of agents."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (PAGES / page).read_text(encoding="utf-8").splitlines()
        if line.startswith(("| agent_id", "| A"))
    ]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def decisions(page: str) -> list[tuple[Decision, dict[str, str]]]:
    """Return the decision on each row of the table, with what the row says besides the data."""
    ruleset = parse_ruleset(blocks(page, "yaml")[0])
    fields = {field.column for field in ruleset.policy.fields}
    found: list[tuple[Decision, dict[str, str]]] = []
    for row in table(page):
        data = {name: row.get(name) or None for name in fields}
        decision = ruleset.evaluate(data | {"agent_id": row["agent_id"], "month": row["month"]})
        said = {name: text for name, text in row.items() if name not in {*fields, "agent_id", "month", "why"}}
        found.append((decision, said))
    return found


def shown(decision: Decision, name: str) -> str:
    """Return a rule's amount, or a result of the scorecard, as the tables show it."""
    amounts = {line.rule: line.amount for line in decision.lines}
    value = amounts[name] if name in amounts else decision.line("card").results[name]
    if value is None:
        return "unknown"
    return f"{value:.2f}" if name == "score" else str(value)


@pytest.mark.parametrize("page", ["tiered-bonus.md", "bonus.md", "scorecard.md"])
def test_the_table_of_a_page_holds(page: str) -> None:
    made = decisions(page)

    assert len(made) == 4
    for decision, said in made:
        assert {name: shown(decision, name) for name in said} == said


@pytest.mark.parametrize(("page", "row"), [("tiered-bonus.md", 0), ("bonus.md", 1), ("scorecard.md", 0)])
def test_the_explanation_on_a_page_is_the_one_that_is_given(page: str, row: int) -> None:
    decision, _ = decisions(page)[row]
    (explanation,) = blocks(page, "text")

    lines = decision.explain(nearest=False).text().splitlines()
    assert [line for line in explanation.splitlines() if line and line not in lines] == []
