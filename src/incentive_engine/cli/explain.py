"""`explain`: the reasons of one decision, step by step, and what it would have taken to get more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incentive_engine.cli.interface import DONE, FOUND, Command, Misuse, did_you_mean
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
    from incentive_engine.cli.screen import Screen
    from incentive_engine.decision.decision import Decision
    from incentive_engine.engine import Decisions

_MOST_LISTED = 20


@click.command(cls=Command)
@ruleset_argument
@snapshots_argument
@facts_option
@click.option("--agent", metavar="ID", required=True)
@click.option("--period", metavar="PERIOD")
@click.option("--event", metavar="ID")
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
    facts: str | None,
    agent: str,
    period: str | None,
    event: str | None,
    places: bool,
    form: str,
    out: Path | None,
) -> None:
    """Explain one decision."""
    from incentive_engine.cli.decided import rejected_rows
    from incentive_engine.cli.inputs import decided
    from incentive_engine.cli.progress import Working
    from incentive_engine.cli.screen import Screen

    if period is None and event is None:
        raise Misuse("cli.missing", name="--period")
    keep_inputs(out, [ruleset, snapshots, *([facts] if facts else [])])
    screen = Screen(spoken(context))
    with Working(screen.remarks) as working:
        _, decisions = decided(ruleset, snapshots, facts, screen, working)
        asked = _Asked(agent.strip(), (period or "").strip(), (event or "").strip())
        decision = asked.of(decisions, screen)
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which decision is asked for; `period` or `event` may be empty."""

    agent: str
    period: str
    event: str

    def of(self, decisions: Decisions, screen: Screen) -> Decision:
        """Return the decision.

        Raises:
            click.exceptions.Exit: if its row was rejected, after telling why.
            Misuse: if there is no such agent, or none in this period, or several events are meant.
        """
        of_agent = [decision for decision in decisions if decision.agent == self.agent]
        meant = [decision for decision in of_agent if self._means(decision)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            events = [decision.event or decision.period for decision in meant]
            listed = _alternatives("", events)["listed"]
            raise Misuse("cli.several_events", agent=self.agent, count=str(len(meant)), listed=listed)
        self._tell_rejected(decisions, screen)
        if of_agent:
            raise self._none_of_agent(of_agent)
        agents = sorted({decision.agent for decision in decisions})
        raise Misuse("cli.no_agent", agent=self.agent, **_alternatives(self.agent, agents))

    def _means(self, decision: Decision) -> bool:
        """Whether a decision is in the period, and on the event, that are asked for; a day has several."""
        at, day = decision.period, decision.period.partition("T")[0]
        return self.period in ("", at, day) and self.event in ("", decision.event)

    def _tell_rejected(self, decisions: Decisions, screen: Screen) -> None:
        """Tell why a row was rejected that may be the one that is asked for.

        Raises:
            click.exceptions.Exit: if there is one.
        """
        of_row = [
            problem
            for problem in decisions.rejected
            if self.period
            and problem.problem.values.get("agent") == self.agent
            and problem.problem.values.get("period") == self.period
        ]
        if of_row:
            screen.tell_error(screen.said("cli.row_rejected", agent=self.agent, period=self.period))
            screen.tell_rows(of_row)
            raise click.exceptions.Exit(FOUND)

    def _none_of_agent(self, of_agent: list[Decision]) -> Misuse:
        """Return what is said where the agent has decisions, but not this one."""
        events = [decision.event for decision in of_agent if decision.event]
        if self.event and events:
            listed = _alternatives(self.event, events)
            return Misuse("cli.no_event", agent=self.agent, event=self.event, **listed)
        periods = list(dict.fromkeys(decision.period for decision in of_agent))
        listed = _alternatives(self.period, periods)
        return Misuse("cli.no_period", agent=self.agent, period=self.period, **listed)


def _alternatives(word: str, names: list[str]) -> dict[str, str]:
    """Return what a message says of what there is instead."""
    listed = ", ".join(f"`{name}`" for name in names[:_MOST_LISTED])
    more = " …" if len(names) > _MOST_LISTED else ""
    return {"listed": listed + more, **did_you_mean(word, names)}
