"""What the page consists of: a lead for those who read no further, and questions with their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incentive_engine.simulation.page.marks import Spec
from incentive_engine.simulation.tables import Table


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its answer in sentences, a chart that shows it, and tables of all that the chart draws."""

    asked: str
    answer: Sequence[str]
    chart: Spec | None = None
    tables: Sequence[Table] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences on one part of the policy, whose name is the heading."""

    heading: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A guardrail: whether it is kept, what it asks and what was found, and what else is to be said of it."""

    kept: bool
    sentence: str
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Lead:
    """What a proposal comes to, for those who read no further.

    `difference` is what it costs more, with its sign, and `share` the same in per cent; it is empty where
    the baseline costs nothing. `costs` and `people` are sentences beside the figures.
    """

    difference: str
    share: str
    is_less: bool
    costs: Sequence[str]
    gainers: str
    losers: str
    people: Sequence[str]
    guardrails: Sequence[Judged]
    policy: Sequence[Passage]
    assumptions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """All about one proposal."""

    title: str
    about: str
    lead: Lead
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page: `about` says what was tried on what, and `questions` compare the proposals."""

    title: str
    about: Sequence[str]
    warnings: Sequence[str]
    questions: Sequence[Question]
    chapters: Sequence[Chapter]
    end: Sequence[str]
