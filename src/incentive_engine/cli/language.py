"""Which language the program speaks, and its own sentences in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise

import click

from incentive_engine.texts import Language, entry

LANGUAGES: tuple[Language, ...] = ("en", "zh")
VARIABLE = "INCENTIVE_ENGINE_LANG"


def asked_language(arguments: Sequence[str]) -> Language:
    """Return the language of `--lang`, else that of the environment variable, else English.

    It is looked up before the arguments are understood, so that help and misuse are told in it as well.

    >>> asked_language(["check", "policy.yaml", "--lang", "zh"]), asked_language(["--lang=zh", "--help"])
    ('zh', 'zh')
    """
    asked = os.environ.get(VARIABLE, "")
    for argument, following in pairwise([*arguments, ""]):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == "--lang":
            asked = value if equals else following
    return "zh" if asked == "zh" else "en"


def spoken(context: click.Context) -> Language:
    """Return the language that was asked for when the program was called."""
    language: Language = context.find_root().obj
    return language


def said(code: str, language: Language, **values: str) -> str:
    """Return a sentence of the program.

    >>> said("cli.error", "en", message="there is no such file")
    'error: there is no such file'
    """
    return entry(code).texts[language].format_map(values)


def advised(code: str, language: Language, **values: str) -> str:
    """Return the hint that goes with a sentence; empty where there is none."""
    return entry(code).hints[language].format_map(values)
