"""Running a scenario file, and writing what it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from incentive_engine.cli.document import publish
from incentive_engine.cli.inputs import exit_code, kinds, require_rows
from incentive_engine.cli.output import csv_lines, json_text, write
from incentive_engine.cli.progress import Working
from incentive_engine.cli.reported import parts
from incentive_engine.cli.screen import Screen
from incentive_engine.evaluate.files import read_records
from incentive_engine.ruleset.problems import Problem
from incentive_engine.ruleset.text import read_file
from incentive_engine.simulation.laboratory import (
    Scenario,
    ScenarioError,
    ScenarioResult,
    load_scenario,
    run_scenario,
)
from incentive_engine.simulation.laboratory.reading import by_names
from incentive_engine.simulation.laboratory.report import ScenarioReport, long_rows


def scenario_of(file: str, by: tuple[str, ...], screen: Screen) -> Scenario:
    """Return the scenario of a file, split by further names such as `team` or `team,level`.

    Raises:
        click.exceptions.Exit: if it cannot be used, after telling all that is wrong with it.
    """
    kinds(screen)
    try:
        scenario = load_scenario(file)
        splits = by_names(scenario, by)
    except ScenarioError as error:
        tell(error.problems, screen)
        screen.tell_error(screen.said("cli.scenario_unusable", file=file))
        raise click.exceptions.Exit(exit_code(error.problems)) from error
    tell(scenario.warnings, screen)
    return replace(scenario, by=tuple(dict.fromkeys((*scenario.by, *splits))))


def tell(problems: tuple[Problem, ...], screen: Screen) -> None:
    """Tell problems that may stand in several files, each with the lines of its own."""
    texts: dict[str, str] = {}
    for problem in problems:
        file = problem.span.file if problem.span else ""
        if file and file not in texts:
            texts[file] = read_file(file)[0]
        screen.tell_problems([problem], texts.get(file, ""))


def run(
    scenario: Scenario, snapshots: str | None, facts: str | None, screen: Screen, working: Working
) -> ScenarioResult:
    """Return what a scenario shows, on its own data or on those of other files.

    Raises:
        click.exceptions.Exit: if the data cannot be used as a whole, after telling why.
    """
    working.stage(screen.said("cli.stage.comparing"))
    own = None if snapshots is None else read_records(snapshots)
    result = run_scenario(scenario, own, facts=None if facts is None else read_records(facts))
    require_rows(result.left_out.rejected, screen)
    return result


def write_result(result: ScenarioResult, form: str, out: Path | None, screen: Screen) -> None:
    """Write what a scenario shows in one of the forms `table`, `csv`, `json` and `md`."""
    report = ScenarioReport(result, screen.language)
    match form:
        case "csv":
            write(csv_lines(long_rows(result)), out, mark=True)
        case "json":
            write([json_text(result.to_dict(screen.language))], out)
        case "md":
            write([report.markdown()], out)
        case _:
            publish(parts(report.blocks(), report.form), screen, out)
