"""Problems of a ruleset or of data, as values: code, severity, place, text, hint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from incentive_engine.texts import Language, entry


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text file: lines and columns count from 1, columns in characters; the end is excluded."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def overlaps(self, other: Span) -> bool:
        """Whether two places of one file share a character.

        >>> word = Span("rules.yaml", 3, 5, 3, 9)
        >>> word.overlaps(Span("rules.yaml", 3, 8, 4, 2)), word.overlaps(Span("rules.yaml", 3, 9, 3, 10))
        (True, False)
        """
        ends = (self.end_line, self.end_column), (other.end_line, other.end_column)
        return (self.line, self.column) < ends[1] and (other.line, other.column) < ends[0]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, or worth a warning, that its reader can mend.

    `code` names the entry in the catalogue of texts, `values` fill its sentences, `span` is the place
    (None where there is none, as for a missing file), `related` are further places that the reader
    has to see, such as the first of two duplicate keys.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = None
    related: tuple[Span, ...] = ()

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        return entry(self.code).severity

    def message(self, language: Language = "en") -> str:
        """Return what is wrong, in one sentence."""
        return entry(self.code).texts[language].format_map(self.values)

    def hint(self, language: Language = "en") -> str:
        """Return what to do about it, or an empty text."""
        return entry(self.code).hints[language].format_map(self.values).rstrip()

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        return f"{place}{self.severity} {self.code}: {self.message()}"
