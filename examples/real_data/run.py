"""Compares reward policies on real data: agents of a bank's call centre, and of an IT company's service desk.

    python examples/real_data/run.py

The data is not part of the project; README.md beside this file says where it comes from and where it is
looked for. Without it the script says so and does nothing else.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from incentive_engine import Decision, Decisions, load_ruleset

HERE = Path(__file__).resolve().parent
VARIABLE = "INCENTIVE_ENGINE_DATA"
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """Two policies for the same data, and a decision that shows what lies between them."""

    title: str
    data: str
    before: str
    after: str
    telling: tuple[str, str]


TRIALS = (
    Trial(
        title="Bank, 1999: calls and speed, without and with a check on short calls",
        data="snapshots_bank1999.csv",
        before="bank-volume-and-speed.yaml",
        after="bank-with-short-call-check.yaml",
        telling=("B21", "1999-07"),
    ),
    Trial(
        title="Service desk, 2016: service level of all incidents, and of priorities 3 and 4",
        data="snapshots_uci_incidents.csv",
        before="incidents-sla.yaml",
        after="incidents-sla-fair.yaml",
        telling=("R166", "2016-05"),
    ),
)


def data_folder() -> Path | None:
    """Return the folder that the variable names, or the one beside the checkout; None without the data."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else HERE.parents[2] / "shared" / "data"
    return folder if all((folder / trial.data).is_file() for trial in TRIALS) else None


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table, every cell as the text that it is."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def decide(ruleset: str, data: Path) -> Decisions:
    """Return the decisions of one policy on a table."""
    return load_ruleset(HERE / ruleset).evaluate_all(rows(data))


def by_agent(decisions: Decisions) -> dict[str, Decimal]:
    """Return what each agent gets over all periods."""
    totals: dict[str, Decimal] = {}
    for decision in decisions:
        totals[decision.agent] = totals.get(decision.agent, Decimal(0)) + decision.total
    return totals


def lacking(decisions: Decisions) -> Counter[str]:
    """Return how many decisions lack each metric or attribute, or rest on too little of it."""
    return Counter(
        note.title.en
        for decision in decisions
        for note in decision.notes
        if note.code in ("IE4102", "IE4104")
    )


def report(trial: Trial, folder: Path) -> None:
    """Print what two policies cost, who gains, who loses, and what the data lacked."""
    before, after = (decide(ruleset, folder / trial.data) for ruleset in (trial.before, trial.after))
    currency = before[0].currency
    print(f"\n{trial.title}\n{'=' * len(trial.title)}")
    print(f"{len(before)} agent-months; rejected rows: {len(before.rejected)} and {len(after.rejected)}")
    print(f"cost: {before.total} {currency} before, {after.total} {currency} after")
    for name, decisions in (("before", before), ("after", after)):
        statuses = Counter(decision.status for decision in decisions)
        print(f"{name}: " + ", ".join(f"{count} {status}" for status, count in statuses.most_common()))
        for field, count in lacking(decisions).most_common():
            print(f"    {count} without enough of: {field}")
    _changes(by_agent(before), by_agent(after), currency)
    agent, period = trial.telling
    _told([before.of(agent, period), after.of(agent, period)])


def _changes(before: dict[str, Decimal], after: dict[str, Decimal], currency: str) -> None:
    changes = sorted((after[agent] - total, agent) for agent, total in before.items())
    losers = [change for change in changes if change[0] < 0]
    gainers = [change for change in reversed(changes) if change[0] > 0]
    print(
        f"{len(gainers)} agents gain, {len(losers)} lose, {len(changes) - len(gainers) - len(losers)} neither"
    )
    for change, agent in (*losers[:MOST_SHOWN], *gainers[:MOST_SHOWN]):
        print(f"    {agent} {change:+} {currency}: {before[agent]} before, {after[agent]} after")


def _told(decisions: Sequence[Decision]) -> None:
    for decision in decisions:
        print(f"\nUnder “{decision.ruleset.version}”:")
        print(decision.explain("en").text())


def main() -> None:
    """Print the comparisons, or where the data would have to be."""
    folder = data_folder()
    if folder is None:
        print("The real data is not here. Put its two tables into a folder and name it:")
        print(f"  {VARIABLE}=FOLDER python examples/real_data/run.py")
        for trial in TRIALS:
            print(f"  {trial.data}")
        return
    for trial in TRIALS:
        report(trial, folder)


if __name__ == "__main__":
    main()
