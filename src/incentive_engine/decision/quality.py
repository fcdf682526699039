"""What a reader should know about the data behind a decision: rounded, missing, and resting on too little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incentive_engine.decision.reading import Reading
from incentive_engine.decision.steps import ExplainedStep, told
from incentive_engine.evaluate import cells
from incentive_engine.ruleset.fields import Title
from incentive_engine.texts import Language, fill

MISSING = "IE4102"
THIN = "IE4104"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader should know about one metric or attribute.

    `code` is one of IE4101 (`given` had more places than declared and was rounded to `used`), IE4102 (it is
    missing, and so unknown), IE4103 (the cell was empty, and `used` is what the ruleset says of such a cell)
    and IE4104 (it does not count, because the condition `given`, that there is enough of it, does not hold).
    `field` is its name in the ruleset, `title` its name for people.
    """

    code: str
    field: str
    title: Title
    given: str = ""
    used: str = ""

    def step(self) -> ExplainedStep:
        """Return the note as a step of an explanation."""
        return ExplainedStep(self.code, {"name": self.title, "given": self.given, "used": self.used})

    def message(self, language: Language = "en") -> str:
        """Return the note in one sentence."""
        values = {"name": self.title.in_language(language), "given": self.given, "used": self.used}
        return fill(self.code, values, language)

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the note for JSON."""
        return {
            "code": self.code,
            "field": self.field,
            "given": self.given,
            "used": self.used,
            "message": self.message(language),
        }


def notes_of(reading: Reading, from_intake: Iterable[cells.Note]) -> tuple[Note, ...]:
    """Return the notes that were made when the data was read, and those on what is missing or too little."""
    titles = {field.name: field.title for field in reading.policy.fields}
    read = [Note(note.code, note.field, titles[note.field], note.given, note.taken) for note in from_intake]
    return (*read, *_of_values(reading))


def _of_values(reading: Reading) -> Iterator[Note]:
    for field in reading.policy.fields:
        # A field's own steps know whether it is missing, or that there is not enough of it.
        for step in told(reading, reading.policy.origins[field.name]):
            if step.code == "value.missing":
                yield Note(MISSING, field.name, field.title)
            if step.code == "value.thin":
                yield Note(THIN, field.name, field.title, given=str(step.values["condition"]))
