"""Explanations: typed steps first, then the same steps as text, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incentive_engine.decision.format import Format
from incentive_engine.decision.lines import Outcome
from incentive_engine.decision.markdown import escaped
from incentive_engine.decision.steps import ExplainedStep
from incentive_engine.texts import Language, fill


@dataclass(frozen=True, slots=True)
class Section:
    """The steps of one rule under its heading, which is a step as well."""

    rule: str
    kind: str
    outcome: Outcome
    heading: ExplainedStep
    steps: tuple[ExplainedStep, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reasons of a decision.

    `summary` tells the status and how the total comes about, `sections` each rule in the order of the
    ruleset, `notes` what should be known about the data.
    """

    currency: str
    money_places: int
    heading: ExplainedStep
    summary: tuple[ExplainedStep, ...]
    sections: tuple[Section, ...]
    notes: tuple[ExplainedStep, ...]
    language: Language = "en"

    def text(self, language: Language | None = None, *, places: bool = False) -> str:
        """Return the explanation as plain text; with `places` each step names its line of the ruleset."""
        return self._written(_PlainText(self._format(language), places))

    def markdown(self, language: Language | None = None, *, places: bool = False) -> str:
        """Return the explanation as Markdown; with `places` each step names its line of the ruleset."""
        return self._written(_Markdown(self._format(language), places))

    def to_dict(self, language: Language | None = None) -> dict[str, object]:
        """Return the explanation for JSON: every step with its sentence, exact values and place."""
        form = self._format(language)
        return {
            "language": form.language,
            "heading": self.heading.to_dict(form),
            "summary": [step.to_dict(form) for step in self.summary],
            "sections": [
                {
                    "rule": section.rule,
                    "kind": section.kind,
                    "outcome": section.outcome,
                    "heading": section.heading.to_dict(form),
                    "steps": [step.to_dict(form) for step in section.steps],
                }
                for section in self.sections
            ],
            "notes": [note.to_dict(form) for note in self.notes],
        }

    def __str__(self) -> str:
        return self.text()

    def _format(self, language: Language | None) -> Format:
        return Format(language or self.language, self.currency, self.money_places)

    def _written(self, writer: _PlainText) -> str:
        blocks = [[writer.heading(self.heading, 1), *writer.steps(self.summary)]]
        blocks += [[writer.heading(each.heading, 2), *writer.steps(each.steps)] for each in self.sections]
        if self.notes:
            blocks.append([writer.heading(ExplainedStep("notes.heading"), 2), *writer.steps(self.notes)])
        return "\n\n".join("\n".join(block) for block in blocks) + "\n"


class _PlainText:
    """Writes steps as lines, each under what it belongs to."""

    bullet = ""

    def __init__(self, form: Format, places: bool) -> None:  # noqa: FBT001 -- as in Explanation.text
        self._format = form
        self._places = places

    def heading(self, step: ExplainedStep, level: int) -> str:  # noqa: ARG002 -- Markdown has levels
        return self._sentence(step)

    def steps(self, steps: Iterable[ExplainedStep]) -> Iterator[str]:
        """Yield the lines of steps and their parts."""
        return self._lines(steps, self.bullet or "  ")

    def _lines(self, steps: Iterable[ExplainedStep], indent: str) -> Iterator[str]:
        for step in steps:
            yield indent + self._sentence(step)
            yield from self._lines(step.parts, "  " + indent)

    def _sentence(self, step: ExplainedStep) -> str:
        sentence = step.sentence(self._format)
        if not self._places or step.span is None:
            return sentence
        values = {"sentence": sentence, "line": str(step.span.line)}
        return fill("source.place", values, self._format.language)


class _Markdown(_PlainText):
    """Writes steps as nested lists under headings."""

    bullet = "- "

    def heading(self, step: ExplainedStep, level: int) -> str:
        """Return a heading with the empty line that follows it."""
        return f"{'#' * level} {self._sentence(step)}\n"

    def _sentence(self, step: ExplainedStep) -> str:
        return escaped(super()._sentence(step))
