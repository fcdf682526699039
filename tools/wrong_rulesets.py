"""Reads the wrong rulesets of `tests/wrong`: what each is wrong about, and how it is put right.

Each file has one fault. It begins with comments of its own:

    # en: why that is a problem, in English
    # zh: the same in Chinese
    # expect: IE2124 35:19 the message
    # right: 35:     when: csat >= 85%

`expect` gives a problem's code, line, column and English message. `right` gives a line as it should be; of
several with the same number the others come behind it, and one without a text takes the line out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from incentive_engine.check.checking import check_text
from incentive_engine.compile.ruleset import compile_text
from incentive_engine.ruleset.problems import Problem

FOLDER = Path(__file__).parents[1] / "tests" / "wrong"

_HEADER = re.compile(r"# (?P<field>en|zh|expect|right): (?P<text>.*)")


@dataclass(frozen=True, slots=True)
class WrongRuleset:
    """One wrong ruleset.

    `text` is the whole file, `expected` its problems as `IE2124 35:19 message`, and `right` the lines that
    put it right, by their numbers, counted from 1. `why` says in each language why the fault is one.
    """

    name: str
    text: str
    why: dict[str, str]
    expected: tuple[str, ...]
    right: dict[int, tuple[str, ...]]

    @property
    def code(self) -> str:
        """The code of the problem that it shows."""
        return self.name.partition("-")[0]

    @property
    def header_lines(self) -> int:
        """The number of lines of its own comments."""
        return len(self.why) + len(self.expected) + sum(max(1, len(lines)) for lines in self.right.values())

    @property
    def ruleset(self) -> str:
        """The ruleset without its comments."""
        return "\n".join(self.text.split("\n")[self.header_lines :])

    @property
    def put_right(self) -> str:
        """The ruleset as it should be."""
        lines = enumerate(self.text.split("\n"), 1)
        kept = [part for number, line in lines for part in self.right.get(number, (line,))]
        return "\n".join(kept[self.header_lines :])

    @property
    def right_lines(self) -> tuple[str, ...]:
        """The lines that are written anew."""
        return tuple(line for lines in self.right.values() for line in lines)


def problems_of(text: str, code: str, file: str = "ruleset.yaml") -> tuple[Problem, ...]:
    """Return the problems of a text that is wrong about a code, warnings about design only where it is one.

    Each file is wrong about one thing, and metrics that nothing uses are in many of them.
    """
    return (
        check_text(text, file) if code.startswith(("IE387", "IE388")) else compile_text(text, file).problems
    )


def wrong_rulesets() -> Iterator[WrongRuleset]:
    """Yield all wrong rulesets in the order of their codes."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield read(path.name, path.read_bytes().decode("utf-8"))


def read(name: str, text: str) -> WrongRuleset:
    """Return a wrong ruleset from the text of its file."""
    why: dict[str, str] = {}
    expected: list[str] = []
    right: dict[int, list[str]] = {}
    for line in text.split("\n"):
        match = _HEADER.fullmatch(line)
        if match is None:
            break
        if match["field"] in ("en", "zh"):
            why[match["field"]] = match["text"]
        elif match["field"] == "expect":
            expected.append(match["text"])
        else:
            number, _, written = match["text"].partition(":")
            right.setdefault(int(number), []).extend([written[1:]] if written else [])
    return WrongRuleset(
        name.removesuffix(".yaml"),
        text,
        why,
        tuple(expected),
        {number: tuple(lines) for number, lines in right.items()},
    )
