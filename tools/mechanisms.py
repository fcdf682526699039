"""Reads the rulesets of `rulesets/mechanisms`: one a mechanism of the domain, with its tests beside it.

A file is named after its mechanism: `m04_monthly_star.yaml`, its tests `m04_monthly_star.tests.yaml`.
What the mechanism is called and what it shows are the title and the note of the ruleset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from incentive_engine import Ruleset, load_ruleset
from incentive_engine.check import SuiteRun, run_tests
from incentive_engine.ruleset.fields import Title

FOLDER = Path(__file__).parents[1] / "rulesets" / "mechanisms"
TESTS = ".tests.yaml"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism: its ruleset, and the files that stand beside it."""

    path: Path
    ruleset: Ruleset

    @property
    def name(self) -> str:
        """The name of its files, such as `m04_monthly_star`."""
        return self.path.stem

    @property
    def code(self) -> str:
        """What issues and rulesets refer to it by, such as `M4`."""
        return f"M{int(self.name[1:3])}"

    @property
    def title(self) -> Title:
        """What it is called."""
        return _words(self.ruleset.policy.shape.title, self.path)

    @property
    def shows(self) -> Title:
        """What its ruleset shows."""
        return _words(self.ruleset.policy.shape.note, self.path)

    @property
    def text(self) -> str:
        """The ruleset."""
        return self.path.read_text(encoding="utf-8")

    @property
    def tests_path(self) -> Path:
        """The file of its tests."""
        return self.path.with_name(self.name + TESTS)

    @property
    def files(self) -> tuple[Path, ...]:
        """All of its files: the ruleset, its tests, and what else bears its name, such as a scenario."""
        others = (path for path in self.path.parent.glob(f"{self.name}.*") if path != self.path)
        first = (self.path, self.tests_path)
        return tuple(dict.fromkeys((*first, *sorted(others))))

    def run_tests(self) -> SuiteRun:
        """Run its tests."""
        return run_tests(self.ruleset, self.tests_path.read_text(encoding="utf-8"), self.tests_path.name)


def mechanisms() -> Iterator[Mechanism]:
    """Yield all mechanisms in the order of their numbers."""
    for path in sorted(FOLDER.glob("m[0-9][0-9]_*.yaml")):
        if "." not in path.stem:
            yield Mechanism(path, load_ruleset(path))


def _words(words: Title | None, path: Path) -> Title:
    if words is None:
        raise ValueError(f"{path} has no title or no note")
    return words
