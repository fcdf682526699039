"""What a proposal changes in the policy, in the words of its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from incentive_engine.check.changes import Subject
from incentive_engine.check.difference import difference
from incentive_engine.engine import Ruleset
from incentive_engine.kinds.scorecard import Scorecard
from incentive_engine.simulation.laboratory import Variant
from incentive_engine.simulation.laboratory.behaviour import Behaviour
from incentive_engine.simulation.page.contents import Passage
from incentive_engine.simulation.page.words import Words
from incentive_engine.texts import Language, fill

# That a proposal has a version and a title of its own is no change of the policy.
_NAMES = ("version", "title", "ruleset")
_NAMED = ("diff.part.measure", "diff.part.perspective")


def changed_policy(baseline: Ruleset, variant: Variant, words: Words) -> Iterator[Passage]:
    """Yield what a proposal changes, part by part; with stages, for each what is different then."""
    yield from _passages(baseline, variant.ruleset, words)
    for stage in variant.stages:
        first, last = (
            words.say("policy.open") if day is None else day.isoformat()
            for day in (stage.days.first, stage.days.last)
        )
        heading = words.say("policy.stage", first=first, last=last)
        sentences = [
            sentence
            for part in _passages(variant.ruleset, stage.ruleset, words)
            for sentence in part.sentences
        ]
        yield Passage(heading, sentences)


def assumed(behaviour: Behaviour | None, words: Words) -> Iterator[str]:
    """Yield what is assumed of how people work under a proposal, as the scenario writes it."""
    for assumption in () if behaviour is None else behaviour.assumptions:
        name, stated = assumption.field.title.in_language(words.language), assumption.stated
        parts = {
            "becomes": stated.becomes,
            "elasticity": stated.elasticity,
            "where": stated.where,
            "together": stated.together,
            "each": stated.each,
        }
        for code, text in parts.items():
            if text:
                yield words.say(f"assumed.{code}", metric=name, text=text, path=stated.of)


def _passages(before: Ruleset, after: Ruleset, words: Words) -> Iterator[Passage]:
    language = words.language
    titles = {**_titles(before, language), **_titles(after, language)}
    sections: dict[str, list[str]] = {}
    for change in difference(before, after).changes:
        subject = change.subject
        if subject.section or subject.field not in _NAMES:
            told = replace(change, subject=_in_words(subject, titles)).sentence(language)
            sections.setdefault(subject.section, []).append(told)
    for section, sentences in sections.items():
        yield Passage(fill(f"diff.section.{section}", {}, language), sentences)


def _titles(ruleset: Ruleset, language: Language) -> dict[str, str]:
    """Return how rules, metrics, named values and parts of scorecards are called, by their ids."""
    policy = ruleset.policy
    rules = [line.rule for line in policy.lines]
    values = {**policy.shape.parameters, **policy.shape.formulas}
    titles = {str(name): value.title for name, value in values.items() if value.title is not None}
    titles |= {
        str(name): part.title
        for rule in rules
        if isinstance(rule, Scorecard)
        for name, part in rule.perspectives.items()
        if part.title is not None
    }
    titles |= {field.name: field.title for field in policy.fields}
    titles |= {str(rule.id): rule.shown_title for rule in rules}
    return {name: title.in_language(language) for name, title in titles.items()}


def _in_words(subject: Subject, titles: Mapping[str, str]) -> Subject:
    """Return a subject that is called as its readers call it; what has no title keeps its id."""
    parts = tuple(
        replace(part, values={**part.values, "name": titles.get(part.values["name"], part.values["name"])})
        if part.code in _NAMED
        else part
        for part in subject.parts
    )
    return replace(subject, entry=titles.get(subject.entry, subject.entry), parts=parts)
