"""The handbook of a ruleset: put together from its parts, and written in one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from incentive_engine.check.running import SuiteRun
from incentive_engine.decision.decision import Decision
from incentive_engine.engine import Ruleset
from incentive_engine.handbook.document import Heading, Paragraph, Part, Table, html, markdown
from incentive_engine.handbook.examples import Examples, explained
from incentive_engine.handbook.measured import dates, measured, values
from incentive_engine.handbook.statements import rule_parts
from incentive_engine.handbook.whole import glossary, whole
from incentive_engine.handbook.words import Words
from incentive_engine.language.types import MONEY
from incentive_engine.texts import Language


@dataclass(frozen=True, slots=True)
class Handbook:
    """A policy as a document for the people it pays.

    `decisions` are worked examples that somebody has chosen, in place of the invented ones; `tests` are the
    ruleset's own tests, which say in their names what is to be expected.
    """

    ruleset: Ruleset
    decisions: Sequence[Decision] = ()
    tests: SuiteRun | None = None

    def markdown(self, language: Language = "en") -> str:
        """Return the handbook as Markdown."""
        return markdown(self.parts(language))

    def html(self, language: Language = "en") -> str:
        """Return the handbook as one page of HTML that needs nothing else."""
        return html(self._title(Words(self.ruleset.policy, language)), self.parts(language), language)

    def parts(self, language: Language) -> Iterator[Part]:
        """Yield the parts of the handbook in their order."""
        policy = self.ruleset.policy
        words = Words(policy, language)
        yield from self._beginning(words)
        yield from measured(policy, words)
        yield from values(policy, words)
        yield Heading(2, words.say("handbook.heading.rules"))
        for line in policy.lines:
            yield from rule_parts(line, words)
        yield from whole(policy, words)
        yield from self._examples(words)
        yield from self._tests(words)
        yield from glossary(policy, words)

    def _title(self, words: Words) -> str:
        shape = self.ruleset.policy.shape
        return str(shape.ruleset) if shape.title is None else shape.title.in_language(words.language)

    def _beginning(self, words: Words) -> Iterator[Part]:
        shape = self.ruleset.policy.shape
        yield Heading(1, self._title(words))
        if shape.note is not None:
            yield Paragraph(shape.note.in_language(words.language))
        said = {
            "ruleset": str(shape.ruleset),
            "version": str(shape.version),
            "dates": dates(shape.effective, words),
            "period": words.say(f"handbook.period.{shape.period}"),
            "currency": words.form.currency_name(),
        }
        yield Paragraph(words.say("handbook.beginning", **said))

    def _examples(self, words: Words) -> Iterator[Part]:
        if not self.decisions:
            yield from Examples(self.ruleset, words).parts()
            return
        yield Heading(2, words.say("handbook.heading.examples"))
        for decision in self.decisions:
            yield from explained(decision, words)

    def _tests(self, words: Words) -> Iterator[Part]:
        """Yield what the ruleset's own tests are called, and what is decided in each of them."""
        # A test about data that are refused leads to no decision, and says nothing to those who are paid.
        decided = [(ran.name, ran.decided) for ran in (self.tests.ran if self.tests else ()) if ran.decided]
        if not decided:
            return
        yield Heading(2, words.say("handbook.heading.tests"))
        yield Paragraph(words.say("handbook.tests"))
        headings = (words.say("handbook.column.test"), words.say("cli.column.total"))
        rows = tuple((name, words.form.value(Fraction(each.decision.total), MONEY)) for name, each in decided)
        yield Table(headings, rows, numeric=(1,))
