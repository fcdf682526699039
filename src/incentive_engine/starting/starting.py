"""Puts a starting ruleset together from a part for each kind of rule.

The parts are the YAML files of this folder. Each has sections behind lines such as `=== metrics`; a line
`#: code` becomes a comment with the text of that code, and `@code` in quotes the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from textwrap import wrap

from incentive_engine.ruleset.period import Cadence, period_of
from incentive_engine.texts import Language, fill

KINDS = (
    *("tiered_bonus", "bonus", "scorecard", "star_award", "growth_credit"),
    *("pool", "adjustment", "red_line"),
)
"""The kinds of rules that a starting ruleset can have, in the order in which they stand in it."""

_NAMED = ("attributes", "metrics", "parameters")
_PAYS = {"tiered_bonus", "bonus", "star_award", "growth_credit", "pool"}
_COMMENT = "#: "
_CODE = re.compile(r"@(start[.\w]+)")
_WIDTH = 96

# A row for each agent of the example, by what the parts may ask for.
_ROWS: Mapping[str, tuple[str, str, str]] = {
    "team": ("east", "east", "west"),
    "handled": ("750", "420", "1180"),
    "csat": ("0.93", "0.88", "0.91"),
    "fcr": ("0.82", "0.78", "0.74"),
    "first_response": ("2.5", "4", "3"),
    "training_hours": ("6", "12", "0"),
    "correction": ("0", "0", "-40"),
    "correction_reason": ("", "", "@start.reason"),
    "pii_breaches": ("0", "0", "0"),
}
_AGENTS = ("A01", "A02", "B01")


@dataclass(frozen=True, slots=True)
class Start:
    """The texts of the files to begin with: the ruleset, its tests, and a table of snapshots."""

    ruleset: str
    tests: str
    snapshots: str


def start(
    kinds: Sequence[str],
    *,
    name: str,
    currency: str,
    cadence: Cadence,
    first: date,
    language: Language = "en",
) -> Start:
    """Return a ruleset with a rule of each of some kinds, in force from the period of a day on.

    A red line that has nothing to take gets a bonus beside it.

    >>> made = start(["bonus"], name="quality", currency="CNY", cadence=Cadence.MONTH, first=date(2026, 3, 8))
    >>> made.snapshots.splitlines()[:2]
    ['agent_id,month,csat', 'A01,2026-03,0.93']
    """
    chosen = [*kinds, *(["bonus"] if "red_line" in kinds and not _PAYS & set(kinds) else [])]
    parts = [_part(kind) for kind in KINDS if kind in chosen]
    period = period_of(first, cadence)
    named = {section: _entries(parts, section) for section in _NAMED}
    head = {
        "name": name,
        "currency": currency,
        "cadence": str(cadence),
        "first": period.start.isoformat(),
        "year": str(period.year),
    }
    columns = [*named["attributes"], *named["metrics"]]
    return Start(
        _ruleset(head, named, parts, language),
        _tests(parts, str(cadence), str(period), columns, language),
        _named(_snapshots(str(cadence), str(period), columns), language),
    )


# --- Parts


def _part(kind: str) -> dict[str, list[str]]:
    """Return the lines of the sections of one part."""
    text = resources.files("incentive_engine.starting").joinpath(f"{kind}.yaml").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("=== "):
            lines = sections.setdefault(line.removeprefix("=== "), [])
        else:
            lines.append(line)
    return sections


def _entries(parts: Iterable[Mapping[str, list[str]]], section: str) -> dict[str, list[str]]:
    """Return the names of a section, each once, with its line and the comments before it."""
    found: dict[str, list[str]] = {}
    for part in parts:
        comments: list[str] = []
        for line in part.get(section, ()):
            if line.startswith("#"):
                comments.append(line)
            else:
                found.setdefault(line.partition(":")[0], [*comments, line])
                comments = []
    return found


# --- Files


def _ruleset(
    head: Mapping[str, str],
    named: Mapping[str, Mapping[str, list[str]]],
    parts: Iterable[Mapping[str, list[str]]],
    language: Language,
) -> str:
    lines = [
        *("#: start.head", "language: 1", f"ruleset: {head['name']}", f'version: "{head["year"]}.1"'),
        f"title: {{en: Rewards {head['year']}, zh: {head['year']} 年激励方案}}",
        *(f"currency: {head['currency']}", f"period: {head['cadence']}", "#: start.effective"),
        f"effective: {{from: {head['first']}}}",
        *("#: start.snapshot", f"snapshot: {{agent: agent_id, period: {head['cadence']}}}"),
    ]
    for section, entries in named.items():
        if entries:
            lines += ["", f"#: start.{section}", f"{section}:"]
            lines += [f"  {line}" for entry in entries.values() for line in entry]
    lines += ["", "#: start.rules", "rules:"]
    for number, part in enumerate(parts):
        lines += [*([""] if number else []), *(f"  {line}" for line in part["rule"])]
    return _written(lines, language)


def _tests(
    parts: Iterable[Mapping[str, list[str]]],
    cadence: str,
    period: str,
    columns: Iterable[str],
    language: Language,
) -> str:
    cells = {cadence: period, **{column: _ROWS[column][0] for column in columns if _ROWS[column][0]}}
    lines = [
        "#: start.tests",
        "defaults:",
        *(f"  {name}: {cell}" for name, cell in cells.items()),
        "",
        "tests:",
    ]
    for number, part in enumerate(parts):
        lines += [*([""] if number else []), *(f"  {line}" for line in part["tests"])]
    return _written(lines, language)


def _snapshots(cadence: str, period: str, columns: Sequence[str]) -> str:
    rows = [("agent_id", cadence, *columns)]
    for place, agent in enumerate(_AGENTS):
        rows.append((agent, period, *(_ROWS[column][place] for column in columns)))
    return "".join(f"{','.join(row)}\n" for row in rows)


def _written(lines: Iterable[str], language: Language) -> str:
    said = (_named(line, language) for line in lines)
    return "".join(f"{line}\n" for each in said for line in _commented(each, language))


def _named(line: str, language: Language) -> str:
    """Return a line with the texts that it names by their codes."""
    return _CODE.sub(lambda code: fill(code[1], {}, language), line)


def _commented(line: str, language: Language) -> Iterator[str]:
    """Yield a line, or the lines of the comment that it stands for."""
    indent, found, code = line.partition(_COMMENT)
    if not found or indent.strip():
        yield line
        return
    text = fill(code, {}, language)
    # Chinese has no spaces to be broken at, and is short.
    for part in wrap(text, _WIDTH - len(indent)) if language == "en" else [text]:
        yield f"{indent}# {part}"
