"""`simulate`: what a proposal would change, over the same population as the ruleset in force."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.committee import CommitteePage, committee_page, compared
from incentive_engine.cli.interface import DONE, FOUND, Command, Misuse
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import (
    facts_option,
    format_option,
    help_option,
    keep_inputs,
    lang_option,
    out_option,
    report_option,
    with_agents_option,
)

if TYPE_CHECKING:
    from incentive_engine.cli.screen import Screen
    from incentive_engine.simulation import Comparison


@click.command(cls=Command)
@click.argument("scenario", metavar="[SCENARIO]", required=False)
@click.option("--baseline", metavar="RULESET")
@click.option("--proposal", metavar="RULESET")
@click.option("--snapshots", metavar="SNAPSHOTS")
@facts_option
@click.option("--by", metavar="NAME", multiple=True)
@format_option("table", "csv", "json", "md")
@out_option
@report_option
@with_agents_option
@lang_option
@help_option
@click.pass_context
def simulate(
    context: click.Context,
    *,
    scenario: str | None,
    baseline: str | None,
    proposal: str | None,
    snapshots: str | None,
    facts: str | None,
    by: tuple[str, ...],
    form: str,
    out: Path | None,
    report: Path | None,
    with_agents: bool,
) -> None:
    """Try the proposals of a scenario, or one proposal, over the same population as the baseline."""
    page = committee_page(report, with_agents=with_agents)
    if scenario is None:
        files = _needed({"--baseline": baseline, "--proposal": proposal, "--snapshots": snapshots})
        _compare(context, *files, facts=facts, by=by, form=form, out=out, page=page)
    elif baseline is not None or proposal is not None:
        raise Misuse("cli.scenario_alone")
    else:
        _try(context, scenario, snapshots, facts, by=by, form=form, out=out, page=page)


def _needed(given: Mapping[str, str | None]) -> list[str]:
    """Return the files that a comparison of two rulesets needs.

    Raises:
        Misuse: if one of them is not given.
    """
    for name, file in given.items():
        if file is None:
            raise Misuse("cli.scenario_or_rulesets", name=name)
    return [file for file in given.values() if file is not None]


def _try(
    context: click.Context,
    file: str,
    snapshots: str | None,
    facts: str | None,
    *,
    by: tuple[str, ...],
    form: str,
    out: Path | None,
    page: CommitteePage | None,
) -> None:
    """Run a scenario file."""
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.scenario import run, scenario_of, write_result
    from incentive_engine.cli.screen import Screen

    files = [file, *(each for each in (snapshots, facts) if each is not None)]
    keep_inputs(out, files)
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.ruleset"))
        scenario = scenario_of(file, by, screen)
        files += map(str, scenario.files)
        keep_inputs(out, files)
        if page is not None:
            page.keep(files)
        result = run(scenario, snapshots, facts, screen, working)
        working.writing(screen.said("cli.stage.writing"), screen.results if out is None else None)
        write_result(result, form, out, screen)
        if page is not None:
            page.write(result, screen)
    screen.tell_rows(result.left_out.rejected)
    for variant, judgement in result.broken:
        limit = judgement.guardrail.told().sentence(variant.form(screen.language))
        values = {"proposal": variant.variant.shown_title(screen.language), "limit": limit}
        screen.tell(screen.said("cli.guardrail_broken", **values), "bold red")
    found = [*result.left_out.rejected, *result.left_out.assumed, *result.broken]
    context.exit(FOUND if found else DONE)


def _compare(
    context: click.Context,
    baseline: str,
    proposal: str,
    snapshots: str,
    *,
    facts: str | None,
    by: tuple[str, ...],
    form: str,
    out: Path | None,
    page: CommitteePage | None,
) -> None:
    """Compare two rulesets."""
    from incentive_engine.cli.inputs import exit_code, require_rows, rows_of, ruleset_of
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.simulation import ComparisonError
    from incentive_engine.simulation import simulate as compare

    files = [baseline, proposal, snapshots, *([facts] if facts else [])]
    keep_inputs(out, files)
    if page is not None:
        page.keep(files)
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.ruleset"))
        before, after = ruleset_of(baseline, screen, facts), ruleset_of(proposal, screen, facts)
        working.stage(screen.said("cli.stage.rows"))
        rows = rows_of(snapshots, working, screen.said("cli.stage.comparing"))
        try:
            comparison = compare(before, after, rows, by=by)
        except ComparisonError as error:
            screen.tell_problems(error.problems, "")
            raise click.exceptions.Exit(exit_code(error.problems)) from error
        rejected = [each.problem for row in comparison.rejected for each in row.by_problem]
        require_rows([*comparison.notes, *rejected], screen)
        working.writing(screen.said("cli.stage.writing"), screen.results if out is None else None)
        _write(comparison, screen, form, out)
        if page is not None:
            page.write(compared((before, after), rows, facts, comparison), screen)
    screen.tell_rows(rejected)
    context.exit(FOUND if rejected else DONE)


def _write(comparison: Comparison, screen: Screen, form: str, out: Path | None) -> None:
    from incentive_engine.cli.compared import document, rows
    from incentive_engine.cli.document import publish
    from incentive_engine.cli.output import csv_lines, json_text, write

    match form:
        case "csv":
            write(csv_lines(rows(comparison)), out, mark=True)
        case "json":
            write([json_text(comparison.to_dict(screen.language))], out)
        case "md":
            write([comparison.markdown(screen.language)], out)
        case _:
            publish(document(comparison, screen.language), screen, out)
