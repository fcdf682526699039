"""The catalogue of texts: one entry a message, with all languages side by side.

The entries stand in the TOML files of this folder, one file a subject. They are read when the first
text is asked for, so that evaluating without reading any text costs nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in every language, with the hint that goes with it.

    `texts` and `hints` map a language to a template for `str.format`; `severity` is `error`, `warning`
    or `note` for problems and empty for the sentences of an explanation. `title` is the short name
    that heads the message's page in the documentation.
    """

    code: str
    texts: Mapping[Language, str]
    hints: Mapping[Language, str]
    severity: str
    title: str


_CHINESE = "[\\u4e00-\\u9fff]"
_LATIN_MEETS_CHINESE = re.compile(f"[a-zA-Z0-9_]{_CHINESE}|{_CHINESE}[a-zA-Z0-9_]")

_added: dict[str, Entry] = {}


def _read(text: str) -> Iterator[Entry]:
    for code, fields in tomllib.loads(text).items():
        yield Entry(
            code=code,
            texts={"en": fields["en"], "zh": fields["zh"]},
            hints={"en": fields.get("hint_en", ""), "zh": fields.get("hint_zh", "")},
            severity=fields.get("severity", ""),
            title=fields.get("title", ""),
        )


@cache
def _shipped() -> Mapping[str, Entry]:
    folder = resources.files("incentive_engine.texts")
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    return {entry.code: entry for file in files for entry in _read(file.read_text(encoding="utf-8"))}


def add_texts(toml: str) -> None:
    """Add a third-party kind's own texts; the form is that of the TOML files of this folder.

    Raises:
        ValueError: if a code is taken by another text already.
    """
    for new in _read(toml):
        old = _shipped().get(new.code) or _added.get(new.code)
        if old is not None and old != new:
            raise ValueError(f"the text code {new.code} is taken already")
        _added[new.code] = new


def entry(code: str) -> Entry:
    """Return the entry of a code.

    Raises:
        KeyError: if there is no such code.
    """
    return _shipped().get(code) or _added[code]


def known_codes() -> list[str]:
    """Return all codes, sorted."""
    return sorted({*_shipped(), *_added})


def fill(code: str, values: Mapping[str, str], language: Language = "en") -> str:
    """Return the sentence of a code with its values filled in.

    In Chinese a space stands where a value that ends or begins in Latin letters meets a Chinese character.

    Raises:
        KeyError: if there is no such code, or a value that the sentence needs is not given.

    >>> fill("value.missing", {"name": "客户满意度"}, "zh"), fill("value.missing", {"name": "csat"}, "zh")
    ('客户满意度缺失。', 'csat 缺失。')
    """
    template = entry(code).texts[language]
    if language == "en":
        return template.format_map(values)
    filled = ""
    for words, name, _, _ in Formatter().parse(template):
        for piece in (words, "" if name is None else values[name]):
            filled += f" {piece}" if _LATIN_MEETS_CHINESE.fullmatch(filled[-1:] + piece[:1]) else piece
    return filled
