"""Pages of the documentation as their readers take them: what is to be run is run, in the order of the page.

| block | what is held |
|---|---|
| `yaml` | is a whole ruleset without any problem |
| `yaml title="fragment"` | is part of a ruleset: YAML in which nothing is wrong, and not a whole one |
| `yaml title="x.yaml"` | is a whole ruleset, and the reader's file of that name from here on |
| `yaml title="x.yaml, with a mistake"` | the same, except that something is wrong with it |
| `yaml` with a field `scenario` | is a whole scenario without any problem, on the reader's files |
| `csv title="x.csv"` | is the reader's file of that name from here on |
| `diff title="x.yaml"` | is what the reader changes there: `+` lines take the place of `-` lines |
| `python` | runs; what it prints is the `text title="output"` behind it |
| `python title="x.py"` | is a part of this file of the checkout, word for word but for its indentation |
| `console` | the commands behind `$` print what stands under them; a line `...` stands for any lines |
| `sh` | has only commands that are known, which are not run: they install, or change the checkout |
| `json`, `toml` | can be parsed |
| `text` | an output that the test of its own page holds, or a drawing |
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sybil import Document, Example, Region
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from incentive_engine import RulesetError, parse_ruleset
from incentive_engine.cli.main import commands
from incentive_engine.ruleset.text import read_yaml
from incentive_engine.simulation.laboratory import ScenarioError, load_scenario

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
FRAGMENT = "fragment"
MISTAKE = ", with a mistake"
OUTPUT = "output"
SETTINGS = {"COLUMNS": "100", "NO_COLOR": "1"}
SHELL_COMMANDS = {"eval", "make", "python"}

_INFO = re.compile(r"(?P<language>[\w-]*)(?P<options>[^\n]*)\n")
_TITLE = re.compile(r'title="([^"]*)"')
_PARTS_OF_THE_CHECKOUT = ("rulesets", "examples")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: what its first line says of it, and what stands in it."""

    language: str
    title: str
    text: str


def blocks(document: Document) -> Iterator[Region]:
    """Yield every fenced block of a page."""
    for region in RawFencedCodeBlockLexer(_INFO)(document):
        title = _TITLE.search(region.lexemes["options"])
        source = str(region.lexemes["source"])
        region.parsed = Block(region.lexemes["language"], title[1] if title else "", source)
        yield region


class Reader:
    """Follows one page, in a folder of its own that has the rulesets and examples of the checkout."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._printed: str | None = None
        self._names: dict[str, Any] = {"__name__": "page"}
        for part in _PARTS_OF_THE_CHECKOUT:
            (folder / part).symlink_to(ROOT / part)

    def follow(self, page: Path) -> None:
        """Do what a page says.

        Raises:
            AssertionError: if something on the page does not hold.
        """
        document = Document.parse(str(page), blocks)
        for example in document:
            example.region.evaluator = self._held
            example.evaluate()
        assert self._printed is None, f"{page}: what the last Python block prints is not shown"

    def _held(self, example: Example) -> str | None:
        """Return what is wrong with a block, or None."""
        block: Block = example.parsed
        if self._printed is not None and (block.language, block.title) != ("text", OUTPUT):
            return f"what the Python block before prints is not shown:\n{self._printed}"
        do: Mapping[str, Callable[[Block], str | None]] = {
            "yaml": self._yaml,
            "csv": self._file,
            "diff": self._diff,
            "python": self._python,
            "text": self._text,
            "console": self._console,
            "sh": self._shell,
            "json": self._json,
            "toml": self._toml,
        }
        if block.language not in do:
            return f"nothing is known of blocks of {block.language!r}"
        return do[block.language](block)

    def _yaml(self, block: Block) -> str | None:
        if block.title == FRAGMENT:
            # Items of a list stand under some key of the whole.
            text = f"items:\n{block.text}" if block.text.startswith("- ") else block.text
            root, problems = read_yaml(text, FRAGMENT)
            if root is not None and "rules" in root and "ruleset" in root:
                return "this is a whole ruleset, not a fragment"
            return "\n".join(map(str, problems))
        if "\nscenario:" in block.text:
            return self._scenario(block)
        wrong = problems_of(block.text)
        if block.title:
            self._write(block.title.removesuffix(MISTAKE), block.text)
        if block.title.endswith(MISTAKE):
            return None if wrong else "nothing is wrong with this ruleset"
        return wrong

    def _scenario(self, block: Block) -> str | None:
        """Return what is wrong with a scenario, which names files of the reader's."""
        self._write(block.title, block.text)
        try:
            scenario = load_scenario(self._folder / block.title)
        except ScenarioError as error:
            return str(error)
        return "\n".join(map(str, scenario.warnings)) or None

    def _file(self, block: Block) -> None:
        self._write(block.title, block.text)

    def _diff(self, block: Block) -> str | None:
        text = (self._folder / block.title).read_text(encoding="utf-8")
        for before, after in changes(block.text):
            if text.count(before) != 1:
                return f"{block.title} has {text.count(before)} times:\n{before}"
            text = text.replace(before, after)
        self._write(block.title, text)
        return None

    def _python(self, block: Block) -> str | None:
        if block.title:
            whole = (ROOT / block.title).read_text(encoding="utf-8")
            is_part = unindented(block.text) in unindented(whole)
            return None if is_part else f"this is no part of {block.title}"
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.chdir(self._folder):
            exec(compile(block.text, "<page>", "exec"), self._names)  # noqa: S102 -- our own pages
        self._printed = printed.getvalue() or None
        return None

    def _text(self, block: Block) -> str | None:
        if block.title != OUTPUT:
            return None
        printed, self._printed = self._printed, None
        if printed is None:
            return "nothing has been printed before this output"
        return difference(block.text, printed)

    def _console(self, block: Block) -> str | None:
        for command, expected in commands_of(block.text):
            wrong = difference(expected, self._run(shlex.split(command)))
            if wrong:
                return f"{command}\n{wrong}"
        return None

    def _run(self, words: list[str]) -> str:
        """Return what a command prints on both of its streams."""
        match words:
            case ["cp", source, copy]:
                shutil.copyfile(self._folder / source, self._folder / copy)
                return ""
            case ["cat", name]:
                return (self._folder / name).read_text(encoding="utf-8-sig")
            case ["make", "demo"]:
                return self._run(demo())
            case ["incentive-engine", *arguments]:
                with contextlib.chdir(self._folder):
                    return CliRunner(env=SETTINGS).invoke(commands, arguments, prog_name=words[0]).output
            case _:
                raise AssertionError(f"nothing is known of the command {words}")

    def _shell(self, block: Block) -> str | None:
        for line in block.text.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] not in SHELL_COMMANDS:
                return f"nothing is known of the command {line!r}"
            if words[:1] == ["make"] and not set(targets_of(words)) <= make_targets():
                return f"make has no such target: {line!r}"
        return None

    def _json(self, block: Block) -> None:
        json.loads(block.text)

    def _toml(self, block: Block) -> None:
        tomllib.loads(block.text)

    def _write(self, name: str, text: str) -> None:
        path = self._folder / name
        assert os.path.commonpath([path, self._folder]) == str(self._folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def problems_of(text: str) -> str:
    """Return what is wrong with a ruleset, warnings too; nothing where all is well."""
    try:
        ruleset = parse_ruleset(text)
    except RulesetError as error:
        return str(error)
    return "\n".join(map(str, ruleset.warnings))


def unindented(text: str) -> str:
    """Return a text without what its lines begin with: a page shows parts of functions as they stand.

    >>> unindented("    if it:\\n        do()\\n")
    'if it:\\ndo()'
    """
    return "\n".join(line.lstrip() for line in text.strip("\n").splitlines())


def commands_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console, which may go on behind a backslash, and what stands under it.

    >>> list(commands_of("$ one --a\\\\\\n  --b\\nprinted\\n$ two\\n"))
    [('one --a  --b', 'printed\\n'), ('two', '')]
    """
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.replace("\\\n", "").partition("\n")
        yield command, printed


def changes(text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines that a diff takes away, each time with those that take their place.

    >>> list(changes("-pay: 20\\n+pay: 30\\n"))
    [('pay: 20\\n', 'pay: 30\\n')]
    """
    for part in re.findall(r"(?:^-.*\n)+(?:^\+.*\n)*", text, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        yield (
            "".join(line[1:] for line in lines if line.startswith("-")),
            "".join(line[1:] for line in lines if line.startswith("+")),
        )


def difference(expected: str, printed: str) -> str | None:
    """Return how what was printed differs from what a page shows, or None; `...` stands for any lines.

    >>> difference("one\\n...\\nfour\\n", "one\\ntwo\\nthree\\nfour\\n") is None
    True
    """
    shown = [line.rstrip() for line in expected.strip("\n").splitlines()]
    actual = "\n".join(line.rstrip() for line in printed.strip("\n").splitlines())
    pattern = "\n".join(r"(?s:.*?)" if line.strip() == "..." else re.escape(line) for line in shown)
    return None if re.fullmatch(pattern, actual) else f"printed was:\n{actual}"


def makefile() -> str:
    """Return the text of the Makefile, its long lines put together."""
    return (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")


def make_targets() -> set[str]:
    """Return the names by which make can be called."""
    return set(re.findall(r"^([a-z-]+):", makefile(), flags=re.MULTILINE))


def targets_of(words: list[str]) -> list[str]:
    """Return the targets that a call of make names."""
    return [word for word in words[1:] if "=" not in word]


def demo() -> list[str]:
    """Return the words of the command that `make demo` runs."""
    found = re.search(r"^demo:.*\n\t@\$\(BIN\)/(.*)\n", makefile(), flags=re.MULTILINE)
    assert found is not None
    return shlex.split(found[1])
