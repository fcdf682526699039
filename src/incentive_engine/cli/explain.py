"""`explain`: the reasons of one decision, step by step, and what it would have taken to get more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command, Misuse, did_you_mean
from incentive_engine.cli.language import spoken
from incentive_engine.cli.options import (
    format_option,
    help_option,
    keep_inputs,
    lang_option,
    out_option,
    ruleset_argument,
    snapshots_argument,
)

if TYPE_CHECKING:
    from incentive_engine.cli.screen import Screen
    from incentive_engine.decision.decision import Decision
    from incentive_engine.engine import Decisions

_MOST_LISTED = 20


@click.command(cls=Command)
@ruleset_argument
@snapshots_argument
@click.option("--agent", metavar="ID", required=True)
@click.option("--period", metavar="PERIOD", required=True)
@click.option("--places", is_flag=True)
@format_option("text", "json", "md")
@out_option
@lang_option
@help_option
@click.pass_context
def explain(
    context: click.Context,
    ruleset: str,
    snapshots: str,
    *,
    agent: str,
    period: str,
    places: bool,
    form: str,
    out: Path | None,
) -> None:
    """Explain one decision."""
    from incentive_engine.cli.decided import rejected_rows
    from incentive_engine.cli.inputs import decided
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen

    keep_inputs(out, [ruleset, snapshots])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        _, decisions = decided(ruleset, snapshots, screen, working)
        decision = _asked(decisions, agent.strip(), period.strip(), screen)
        working.stage(screen.said("cli.stage.explaining"))
        told = _told(decision, screen, form, places=places)
    _write(told, screen, form, out)
    rejected = rejected_rows(decisions)
    if rejected:
        count = len({problem.row for problem in rejected})
        screen.tell(screen.said("cli.rejected_beside", count=str(count)), "yellow")
    context.exit(FOUND if rejected else DONE)


def _told(decision: Decision, screen: Screen, form: str, *, places: bool) -> str:
    from incentive_engine.cli.output import json_text

    explanation = decision.explain(screen.language)
    match form:
        case "json":
            told = {"decision": decision.to_dict(screen.language), "explanation": explanation.to_dict()}
            return json_text(told)
        case "md":
            return explanation.markdown(places=places)
    return explanation.text(places=places)


def _write(told: str, screen: Screen, form: str, out: Path | None) -> None:
    from incentive_engine.cli.document import Paragraph, publish
    from incentive_engine.cli.output import write

    if form == "text":
        blocks = (block.split("\n") for block in told.rstrip("\n").split("\n\n"))
        publish((Paragraph(lines, heading) for heading, *lines in blocks), screen, out)
    else:
        write([told], out)


def _asked(decisions: Decisions, agent: str, period: str, screen: Screen) -> Decision:
    """Return the decision that is asked for.

    Raises:
        click.exceptions.Exit: if its row was rejected, after telling why.
        Misuse: if there is no such agent, or none in this period.
    """
    of_agent = {decision.period: decision for decision in decisions if decision.agent == agent}
    if period in of_agent:
        return of_agent[period]
    of_row = [
        problem
        for problem in decisions.rejected
        if (problem.problem.values.get("agent"), problem.problem.values.get("period")) == (agent, period)
    ]
    if of_row:
        screen.tell_error(screen.said("cli.row_rejected", agent=agent, period=period))
        screen.tell_rows(of_row)
        raise click.exceptions.Exit(FOUND)
    if of_agent:
        raise Misuse("cli.no_period", agent=agent, period=period, **_alternatives(period, list(of_agent)))
    agents = sorted({decision.agent for decision in decisions})
    raise Misuse("cli.no_agent", agent=agent, **_alternatives(agent, agents))


def _alternatives(word: str, names: list[str]) -> dict[str, str]:
    """Return what a message says of what there is instead."""
    listed = ", ".join(f"`{name}`" for name in names[:_MOST_LISTED])
    more = " …" if len(names) > _MOST_LISTED else ""
    return {"listed": listed + more, **did_you_mean(word, names)}
