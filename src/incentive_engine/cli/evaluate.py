"""`evaluate`: decides on every agent and period of a population."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import (
    facts_option,
    format_option,
    help_option,
    keep_inputs,
    lang_option,
    out_option,
    ruleset_argument,
    snapshots_argument,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen
    from incentive_engine.engine import Decisions, Ruleset


@click.command(cls=Command)
@ruleset_argument
@snapshots_argument
@facts_option
@format_option("table", "csv", "json", "md", of_files=("parquet", "jsonl", "xlsx"))
@out_option
@lang_option
@help_option
@click.pass_context
def evaluate(
    context: click.Context, ruleset: str, snapshots: str, facts: str | None, form: str, out: Path | None
) -> None:
    """Decide on every agent and period of a population."""
    from incentive_engine.cli.decided import rejected_rows
    from incentive_engine.cli.decided_columns import FORMATS, write_decisions
    from incentive_engine.cli.inputs import decided, ruleset_of
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen

    keep_inputs(out, [ruleset, snapshots, *([facts] if facts else [])])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        if form in FORMATS:
            working.stage(screen.said("cli.stage.evaluating"))
            rejected = write_decisions(ruleset_of(ruleset, screen, facts), snapshots, form, out, screen)
        else:
            used, decisions = decided(ruleset, snapshots, facts, screen, working)
            working.writing(screen.said("cli.stage.writing"), screen.results if out is None else None)
            _write(used, decisions, screen, working, form, out)
            rejected = rejected_rows(decisions)
    screen.tell_rows(rejected)
    context.exit(FOUND if rejected else DONE)


def _write(
    rulesets: Sequence[Ruleset],
    decisions: Decisions,
    screen: Screen,
    working: Working,
    form: str,
    out: Path | None,
) -> None:
    from incentive_engine.cli.decided import tables_of_versions
    from incentive_engine.cli.decided_data import json_facts, rows
    from incentive_engine.cli.document import markdown, publish
    from incentive_engine.cli.output import csv_lines, json_lines, write

    counted = working.counted(decisions, len(decisions))
    match form:
        case "csv":
            write(csv_lines(rows(rulesets, counted, screen.language)), out, mark=True)
        case "json":
            facts = json_facts(rulesets, decisions, screen.language)
            made = (decision.to_dict(screen.language) for decision in counted)
            write(json_lines(facts, "decisions", made), out)
        case "md":
            write(markdown(tables_of_versions(rulesets, decisions, screen.language)), out)
        case _:
            publish(tables_of_versions(rulesets, decisions, screen.language), screen, out)
