"""What one version of a ruleset has that another has not, as data and in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from incentive_engine.ruleset.fields import Title
from incentive_engine.ruleset.problems import Span
from incentive_engine.texts import Language, fill, known_codes

Text = str | Title | None
ChangeKind = Literal["added", "removed", "changed", "moved"]

_PLAIN = re.compile(r"[\w.%:+-]+( (s|min|h|d))?")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what changes: a band, a measure, a case. `code` names the phrase, `values` fill it."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a change is about.

    `section` is the ruleset's section (empty for its head), `entry` the name in it, such as a rule's id,
    `parts` lead further inside, and `field` is the field that changes; empty where the whole part does.
    """

    section: str = ""
    entry: str = ""
    parts: tuple[Part, ...] = ()
    field: str = ""

    def part(self, code: str, field: str = "", /, **values: str) -> Subject:
        """Return a part of this subject."""
        return replace(self, parts=(*self.parts, Part(code, values)), field=field)

    def words(self, language: Language) -> str:
        """Return the subject in words, such as `volume_bonus: the band above 1500`."""
        words = self.entry or fill("diff.ruleset", {}, language)
        for part in self.parts:
            words = fill(part.code, {"owner": words, **part.values}, language)
        return words


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    `before` and `after` are as the files have them, None where there is nothing; a title is in two languages.
    """

    kind: ChangeKind
    subject: Subject
    before: Text = None
    after: Text = None
    before_place: Span | None = None
    after_place: Span | None = None

    def sentence(self, language: Language = "en") -> str:
        """Return what differs in one sentence."""
        values = {
            "subject": self.subject.words(language),
            "entry": self.subject.entry,
            "field": self.subject.field,
            "before": _shown(self.before, language),
            "after": _shown(self.after, language),
        }
        return fill(self._code, values, language)

    def placed(self, language: Language = "en") -> str:
        """Return the sentence with the lines of both files that it comes from."""
        places = {"before": self.before_place, "after": self.after_place}
        lines = {name: str(place.line) for name, place in places.items() if place is not None}
        code = f"diff.place.{'_'.join(lines)}"
        return fill(code, {"sentence": self.sentence(language), **lines}, language)

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the change for JSON."""
        return {
            "kind": self.kind,
            "section": self.subject.section,
            "entry": self.subject.entry,
            "subject": self.subject.words(language),
            "field": self.subject.field,
            "before": _plain(self.before, language),
            "after": _plain(self.after, language),
            "before_line": self.before_place.line if self.before_place else None,
            "after_line": self.after_place.line if self.after_place else None,
            "text": self.sentence(language),
        }

    @property
    def _code(self) -> str:
        """The sentence: that of the field, where it has one of its own."""
        subject = self.subject
        if self.kind == "moved":
            return "diff.moved"
        if self.kind == "changed":
            return _first_known(f"diff.changed.{subject.field}", "diff.changed")
        if subject.field:
            return _first_known(f"diff.{self.kind}.field.{subject.field}", f"diff.{self.kind}.field")
        return f"diff.{self.kind}.{'part' if subject.parts else subject.section}"


def _first_known(*codes: str) -> str:
    return next(code for code in codes if code in _codes())


@cache
def _codes() -> frozenset[str]:
    return frozenset(known_codes())


def _shown(text: Text, language: Language) -> str:
    """Return a text of the file as a sentence quotes it: numbers and names as they are."""
    plain = _plain(text, language) or ""
    if not plain or _PLAIN.fullmatch(plain):
        return plain
    return fill("diff.quoted", {"text": " ".join(plain.split())}, language)


def _plain(text: Text, language: Language) -> str | None:
    return text.in_language(language) if isinstance(text, Title) else text
