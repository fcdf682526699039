"""What a scenario tries: each proposal at each point of its sweep, with the rulesets that it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incentive_engine.compile.policy import Policy
from incentive_engine.engine import Ruleset
from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.period import DateRange, Period
from incentive_engine.simulation.laboratory.behaviour import Behaviour
from incentive_engine.texts import Language

BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Setting:
    """A number of the ruleset and the value that is tried for it, both as the scenario writes them."""

    path: str
    value: str

    def to_dict(self) -> dict[str, object]:
        """Return the setting for JSON."""
        return {"path": self.path, "value": self.value}


@dataclass(frozen=True, slots=True)
class Stage:
    """A ruleset that is in force on some days in the place of the one before it."""

    days: DateRange
    ruleset: Ruleset


@dataclass(frozen=True, slots=True)
class Variant:
    """A proposal at one point of the sweep.

    `ruleset` is in force but for the periods of one of the `stages`; of several the last wins. `behaviour` is
    how people are assumed to work under it, None where they work as they did.
    """

    proposal: str
    title: Title
    point: tuple[Setting, ...]
    ruleset: Ruleset
    stages: tuple[Stage, ...] = ()
    behaviour: Behaviour | None = None

    @property
    def name(self) -> str:
        """The proposal's id, with the values that are tried where there is a sweep."""
        settings = ", ".join(f"{each.path}={each.value}" for each in self.point)
        return f"{self.proposal} ({settings})" if settings else self.proposal

    def shown_title(self, language: Language) -> str:
        """Return the name for people, with the values that are tried."""
        title = self.title.in_language(language)
        settings = ", ".join(f"{each.path} = {each.value}" for each in self.point)
        return f"{title} ({settings})" if settings else title

    def policies(self) -> Sequence[Policy]:
        """Return the compiled rulesets, that of always first."""
        return [self.ruleset.policy, *(stage.ruleset.policy for stage in self.stages)]

    def ruleset_at(self, period: Period) -> Ruleset:
        """Return the ruleset in force in a period."""
        staged = [stage.ruleset for stage in self.stages if stage.days.holds(period)]
        return staged[-1] if staged else self.ruleset
