"""What a page on a kind shows: its ruleset, the table of agents, and the explanation of one row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from incentive_engine.decision.decision import Decision
from incentive_engine.engine import parse_ruleset

_PAGES = Path(__file__).parents[2] / "docs" / "kinds"


class Page:
    """One page, whose table is evaluated as a population over all its periods."""

    def __init__(self, name: str, agents: str = "A", which: int = 0) -> None:
        """Read the table whose agents' ids begin so, and the ruleset that stands at this place."""
        self._text = (_PAGES / name).read_text(encoding="utf-8")
        self._which = which
        self.rows = self._rows(agents)
        ruleset = parse_ruleset(self._blocks("yaml")[which])
        columns = {"agent_id", "month", *(field.column for field in ruleset.policy.fields)}
        found = ruleset.evaluate_all([{name: row[name] or None for name in columns} for row in self.rows])
        assert not found.rejected
        self.decisions = [found.of(row["agent_id"], row["month"]) for row in self.rows]

    @property
    def explanation(self) -> list[str]:
        """The lines of the explanation that the page shows."""
        shown = self._blocks("text")[self._which]
        return [line for line in shown.splitlines() if line]

    def said(self, names: Mapping[str, object]) -> list[dict[str, str]]:
        """Return what each row says of some names."""
        return [{name: row[name] for name in names} for row in self.rows]

    def _blocks(self, language: str) -> list[str]:
        return re.findall(rf"```{language}\n(.*?)```", self._text, re.DOTALL)

    def _rows(self, agents: str) -> list[dict[str, str]]:
        lines = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in self._text.splitlines()
            if line.startswith("|")
        ]
        rows = [number for number, line in enumerate(lines) if re.fullmatch(rf"{agents}\d", line[0])]
        head = lines[rows[0] - 2]
        return [dict(zip(head, lines[number], strict=True)) for number in rows]


def amount_of(decision: Decision, rule: str) -> str:
    """Return a rule's amount before pools and red lines, as tables show it."""
    amount = decision.line(rule).amount
    return "unknown" if amount is None else str(amount)
