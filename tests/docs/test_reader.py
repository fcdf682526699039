"""A page that shows what does not happen is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sybil.example import SybilFailure

from tests.docs.pages import Reader

RULESET = """\
language: 1
ruleset: praise
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {thanks: count}
rules:
  - {id: thanks_bonus, kind: bonus, pay: 20 * thanks}
"""
WRONG = RULESET.replace("20 * thanks", "20 * thank")


def follow(page: str, folder: Path) -> None:
    written = folder / "page.md"
    written.write_text(page, encoding="utf-8")
    folder = folder / "reader"
    folder.mkdir()
    Reader(folder).follow(written)


def block(first_line: str, text: str) -> str:
    return f"```{first_line}\n{text}```\n"


def test_a_page_that_shows_what_happens_passes(tmp_path: Path) -> None:
    follow(
        "Some words.\n\n"
        + block('yaml title="praise.yaml"', RULESET)
        + block('yaml title="wrong.yaml, with a mistake"', WRONG)
        + block("console", "$ incentive-engine check \\\n    praise.yaml\npraise.yaml: no problems\n")
        + block('diff title="praise.yaml"', "-  - {id: thanks_bonus, kind: bonus, pay: 20 * thanks}\n+  []\n")
        + block("console", "$ cat praise.yaml\n...\nmetrics: {thanks: count}\nrules:\n  []\n")
        + block("python", "print(1)\nprint(2)\n")
        + block('text title="output"', "1\n2\n")
        + block("text", "a drawing\n")
        + block("sh", "make test   # runs it\n")
        + block("json", '{"a": 1}\n'),
        tmp_path,
    )


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        (block("yaml", WRONG), "thank"),
        (block('yaml title="praise.yaml"', WRONG), "thank"),
        (block('yaml title="praise.yaml, with a mistake"', RULESET), "nothing is wrong"),
        (block("yaml", "rules: []\n"), "IE"),
        (block('yaml title="fragment"', RULESET), "a whole ruleset"),
        (block('yaml title="fragment"', "tiers: [{upto: 1}\n"), "IE"),
        (block("python", "print(1)\n") + block('text title="output"', "2\n"), "printed was:\n1"),
        (block("python", "print(1)\n") + block("text", "1\n"), "not shown"),
        (block('text title="output"', "1\n"), "nothing has been printed"),
        (block('python title="examples/population/generate.py"', "no_such_name()\n"), "no part"),
        (block("console", "$ incentive-engine kinds\nnothing\n"), "tiered_bonus"),
        (block("sh", "make coffee\n"), "no such target"),
        (block("sh", "curl example.org\n"), "nothing is known"),
        (
            block('yaml title="p.yaml"', RULESET) + block('diff title="p.yaml"', "-pay: 5\n+pay: 6\n"),
            "has 0 times",
        ),
        (block("ruby", "1\n"), "nothing is known"),
    ],
)
def test_a_page_that_shows_something_else_fails(page: str, wrong: str, tmp_path: Path) -> None:
    with pytest.raises(SybilFailure) as failure:
        follow(page, tmp_path)

    assert wrong in failure.value.result


def test_a_page_that_ends_without_showing_what_was_printed_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="not shown"):
        follow(block("python", "print(1)\n"), tmp_path)


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (block("python", "raise KeyError('a')\n"), KeyError),
        (block("json", "{a: 1}\n"), ValueError),
        (block("console", "$ rm praise.yaml\n"), AssertionError),
    ],
)
def test_what_a_page_does_wrong_is_raised(page: str, error: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(error):
        follow(page, tmp_path)
