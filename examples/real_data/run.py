"""Compares reward policies on real data: agents of a bank's call centre, and of an IT company's service desk.

    python examples/real_data/run.py        (in Chinese: python examples/real_data/run.py zh)

The data is not part of the project; README.md beside this file says where it comes from and where it is
looked for. Without it the script says so and does nothing else.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from incentive_engine import (
    Comparison,
    Decision,
    Decisions,
    Records,
    load_ruleset,
    read_records,
    simulate,
)

HERE = Path(__file__).resolve().parent
VARIABLE = "INCENTIVE_ENGINE_DATA"
# Missing, and resting on too little.
LACKING = ("IE4102", "IE4104")


@dataclass(frozen=True, slots=True)
class Trial:
    """Two policies for the same data, and a decision that shows what lies between them."""

    data: str
    before: str
    after: str
    telling: tuple[str, str]

    def records(self, folder: Path) -> Records:
        """Return the rows of the table."""
        return read_records(folder / self.data)

    def compared(self, folder: Path) -> Comparison:
        """Return what changes from one policy to the other."""
        before, after = (load_ruleset(HERE / ruleset) for ruleset in (self.before, self.after))
        return simulate(before, after, self.records(folder), by=["team"])

    def decided(self, folder: Path) -> Iterable[Decisions]:
        """Return the decisions under each policy."""
        for ruleset in (self.before, self.after):
            yield load_ruleset(HERE / ruleset).evaluate_all(self.records(folder))


BANK = Trial(
    data="snapshots_bank1999.csv",
    before="bank-volume-and-speed.yaml",
    after="bank-with-short-call-check.yaml",
    telling=("B21", "1999-07"),
)
INCIDENTS = Trial(
    data="snapshots_uci_incidents.csv",
    before="incidents-sla.yaml",
    after="incidents-sla-fair.yaml",
    telling=("R166", "2016-05"),
)
TRIALS = (BANK, INCIDENTS)


def data_folder() -> Path | None:
    """Return the folder that the variable names, or the one beside the checkout; None without the data."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else HERE.parents[2] / "shared" / "data"
    return folder if all((folder / trial.data).is_file() for trial in TRIALS) else None


def lacking(decision: Decision) -> set[str]:
    """Return the metrics and attributes that are missing or of which there is not enough."""
    return {note.field for note in decision.notes if note.code in LACKING}


def report(trial: Trial, folder: Path, language: Literal["en", "zh"]) -> None:
    """Print the comparison, what the data lacked, and the reasons of the telling decision under both."""
    print(trial.compared(folder).text(language))
    for decisions in trial.decided(folder):
        print(f"\n--- {decisions[0].ruleset.version}: decisions without enough of")
        counts = Counter(field for decision in decisions for field in lacking(decision))
        for field, count in counts.most_common():
            print(f"    {field}: {count}")
        print(decisions.of(*trial.telling).explain(language).text())


def main(language: Literal["en", "zh"] = "en") -> None:
    """Print the comparisons, or where the data would have to be."""
    folder = data_folder()
    if folder is None:
        print("The real data is not here. Put its two tables into a folder and name it:")
        print(f"  {VARIABLE}=FOLDER python examples/real_data/run.py")
        for trial in TRIALS:
            print(f"  {trial.data}")
        return
    for trial in TRIALS:
        report(trial, folder, language)


if __name__ == "__main__":
    main("zh" if "zh" in sys.argv[1:] else "en")
