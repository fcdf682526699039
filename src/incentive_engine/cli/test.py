"""`test`: holds a ruleset to the tests that its authors have written beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command, Misuse
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import (
    facts_option,
    format_option,
    help_option,
    keep_inputs,
    lang_option,
    out_option,
    ruleset_argument,
)

if TYPE_CHECKING:
    from incentive_engine.check.coverage import Coverage
    from incentive_engine.check.running import Ran, SuiteRun
    from incentive_engine.cli.document import Part
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.engine import Ruleset

_ENDING = ".tests.yaml"


@click.command(cls=Command)
@ruleset_argument
@click.option("--tests", metavar="FILE")
@click.option("--coverage", is_flag=True)
@click.option("--population", metavar="SNAPSHOTS")
@facts_option
@format_option("text", "json")
@out_option
@lang_option
@help_option
@click.pass_context
def test(
    context: click.Context,
    *,
    ruleset: str,
    tests: str | None,
    coverage: bool,
    population: str | None,
    facts: str | None,
    form: str,
    out: Path | None,
) -> None:
    """Run the tests of a ruleset."""
    from incentive_engine.check.coverage import coverage_of
    from incentive_engine.check.report import as_dict
    from incentive_engine.check.running import run_tests
    from incentive_engine.cli.document import publish
    from incentive_engine.cli.inputs import exit_code, ruleset_of
    from incentive_engine.cli.output import json_text, write
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.evaluate.files import read_records
    from incentive_engine.ruleset.text import read_file

    file = tests or _beside(ruleset)
    keep_inputs(out, [ruleset, file, *(each for each in (population, facts) if each)])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        working.stage(screen.said("cli.stage.ruleset"))
        used = ruleset_of(ruleset, screen)
        text, problems = read_file(file)
        if exit_code(problems):
            screen.tell_problems(problems, text)
            context.exit(exit_code(problems))
        working.stage(screen.said("cli.stage.testing"))
        run = run_tests(used, text, file)
        reached = {}
        if coverage and run.ran:
            reached["tests"] = coverage_of(used.policy, run.values)
        if population:
            beside = used.with_facts(None if facts is None else read_records(facts))
            reached["population"] = _of_population(beside, population, screen, working)
    if form == "json":
        covered = {name: each.to_dict(screen.language) for name, each in reached.items()}
        write([json_text({**as_dict(run, screen.language), "coverage": covered})], out)
    else:
        publish([*_document(run, screen), *_covered(reached, population or "", screen)], screen, out)
    context.exit(DONE if run.passed else FOUND)


def _beside(ruleset: str) -> str:
    """Return the tests file that stands beside a ruleset.

    Raises:
        Misuse: if there is none.
    """
    file = Path(ruleset).with_suffix(_ENDING)
    if not file.exists():
        raise Misuse("cli.no_tests", ruleset=ruleset, file=str(file))
    return str(file)


def _document(run: SuiteRun, screen: Screen) -> Iterator[Part]:
    """Yield what is wrong with the file, what failed and why, and last the counts."""
    from rich.text import Text

    from incentive_engine.cli.screen import coloured

    for problem in run.problems:
        yield coloured(problem, run.text, screen.language)
    for ran in run.failed:
        yield Text(screen.said("test.failed", name=ran.name), "bold red")
        yield from _differences(run, ran, screen)
    values = {"file": run.file, "count": str(len(run.ran)), "failed": str(len(run.failed))}
    if run.passed:
        yield Text(screen.said("test.count.passed", **values), "green")
    elif run.ran:
        yield Text(screen.said("test.count", **values), "bold red")
    else:
        yield Text(screen.said("test.not_run", **values), "bold red")


def _differences(run: SuiteRun, ran: Ran, screen: Screen) -> Iterator[Part]:
    """Yield each difference, and behind the last one on a rule what the decision says of it."""
    from incentive_engine.check.report import explained
    from incentive_engine.cli.document import Paragraph
    from incentive_engine.cli.screen import coloured

    for number, difference in enumerate(ran.differences):
        yield coloured(difference.problem, run.text, screen.language)
        following = ran.differences[number + 1 :]
        if all(each.subject != difference.subject for each in following):
            lines = explained(run, ran, difference, screen.language)
            if lines:
                yield Paragraph([screen.said("test.because"), *(f"  {line}" for line in lines)])


# --- Coverage


def _of_population(ruleset: Ruleset, population: str, screen: Screen, working: Working) -> Coverage:
    """Return what the rows of a file reach; those that are rejected are counted.

    Raises:
        click.exceptions.Exit: if the file cannot be used, after telling why.
    """
    from incentive_engine.check.coverage import coverage_of
    from incentive_engine.cli.inputs import require_rows, rows_of

    working.stage(screen.said("cli.stage.rows"))
    read = ruleset.read_all(rows_of(population, working, screen.said("cli.stage.evaluating")))
    require_rows(read.problems, screen)
    rejected = {problem.row for problem in read.problems if problem.row is not None}
    if rejected:
        screen.tell(screen.said("cli.rejected_beside", count=str(len(rejected))), "yellow")
    values = ruleset.values_of(read)
    return coverage_of(ruleset.policy, (each for agents in values.values() for each in agents.values()))


def _covered(reached: dict[str, Coverage], population: str, screen: Screen) -> Iterator[Part]:
    """Yield how much is reached, and what is not, part by part."""
    from incentive_engine.cli.document import Paragraph

    for name, coverage in reached.items():
        every = len(coverage.reached) + len(coverage.missed)
        values = {"every": str(every), "reached": str(len(coverage.reached)), "file": population}
        ruleset = coverage.policy.file
        yield Paragraph([screen.said(f"coverage.{name}", ruleset=ruleset, **values)])
        if coverage.missed:
            yield Paragraph([], heading=screen.said("coverage.missed"))
        for heading, lines in coverage.blocks(screen.language):
            yield Paragraph([heading, *(f"  {line}" for line in lines)])
