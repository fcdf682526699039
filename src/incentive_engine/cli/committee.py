"""The HTML page for a committee, which `simulate` writes beside what it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from incentive_engine.cli.interface import Misuse
from incentive_engine.cli.options import keep_inputs

if TYPE_CHECKING:
    from incentive_engine.cli.screen import Screen
    from incentive_engine.engine import Ruleset
    from incentive_engine.evaluate.records import Records
    from incentive_engine.simulation import Comparison
    from incentive_engine.simulation.laboratory import ScenarioResult


@dataclass(frozen=True, slots=True)
class CommitteePage:
    """A page that is asked for: where it is written, and whether it shows what single agents are paid."""

    file: Path
    with_agents: bool

    def keep(self, inputs: Sequence[str]) -> None:
        """Refuse to write over a file that is read.

        Raises:
            Misuse: if the page is one of the inputs.
        """
        keep_inputs(self.file, inputs)

    def write(self, result: ScenarioResult, screen: Screen) -> None:
        """Write the page on what a scenario shows, and say where it is."""
        from incentive_engine.cli.output import write
        from incentive_engine.simulation.page.writing import html_page

        write([html_page(result, screen.language, with_agents=self.with_agents)], self.file)
        screen.tell(screen.said("cli.report_written", file=str(self.file)))


def committee_page(report: Path | None, *, with_agents: bool) -> CommitteePage | None:
    """Return the page that is asked for, if one is.

    Raises:
        Misuse: if the extra that it needs is not installed, or agents are asked for on a page that is not.
    """
    if report is None:
        if with_agents:
            raise Misuse("cli.agents_without_report")
        return None
    try:
        import incentive_engine.simulation.page  # noqa: F401 -- it fails where the extra is missing
    except ImportError as error:
        raise Misuse("cli.no_report_extra") from error
    return CommitteePage(report, with_agents)


def compared(
    rulesets: tuple[Ruleset, Ruleset], rows: Records, facts: str | None, comparison: Comparison
) -> ScenarioResult:
    """Return what a scenario shows that has nothing in it but a comparison of two rulesets."""
    from incentive_engine.evaluate.files import read_records
    from incentive_engine.simulation.laboratory import run_scenario
    from incentive_engine.simulation.laboratory.running import PERIOD
    from incentive_engine.simulation.laboratory.scenario import plain_scenario

    by = tuple((PERIOD if each.by_period else each.name,) for each in comparison.groupings)
    beside = None if facts is None else read_records(facts)
    return run_scenario(replace(plain_scenario(*rulesets), by=by), rows, facts=beside)
