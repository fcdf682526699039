"""Texts of a megabyte that are made to keep a parser busy; run as a script, the time and memory they take."""

from __future__ import annotations

import json
import resource
import sys
import time

from incentive_engine.ruleset import read_yaml, rendered

MOST = 1_000_000
ORDINARY = "a:\n" + "".join(f"  - {{id: rule_{index}, pay: 300}}\n" for index in range(9_900))
"""As many values as a text may have, and nothing wrong with them."""


def letters(count: int) -> str:
    """Return a text of a length."""
    return "x" * count


HOSTILE = {
    "dashes": "- " * 100_000,
    "open brackets": "[" * 100_000,
    "open brackets behind a key": "a: " + "[" * (MOST - 3),
    "open braces": "{a: " * 200_000,
    "question marks": "? " * 400_000,
    "a staircase": "\n".join(" " * depth + "a:" for depth in range(1_400)),
    "aliases of aliases": "a0: &a0 x\n"
    + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 20_000)),
    "merge keys": "<<: {a: 1}\n" * 80_000,
    "anchors on one line": "a: [" + "&a b, " * 49_000 + "]",
    "one long text": "a: " + letters(MOST - 4) + "\n",
    "one long text in quotes": 'a: "' + letters(MOST - 6) + '"\n',
    "one long name": letters(MOST - 4) + ": 1\n",
    "a quote that is never closed": 'a: "' + "x\n" * (MOST // 2 - 4),
    "one text on many lines": "a:\n" + " b\n" * 300_000,
    "a block of many lines": "a: |\n" + "  x\n" * 200_000,
    "many items on one line": "a: [" + "1, " * 300_000 + "1]",
    "many parentheses that are never closed": "a: [" + "(, " * 49_000 + "1]",
    "many pairs that are never closed": "a: [" + "b: (, " * 15_000 + "]",
    "one text of parentheses": "a: [" + "(" * 900_000 + ", a, b]",
    "many thousands commas": "a: [" + "1,000," * 24_000 + "1]",
    "many equal keys": "a: 1\n" * 24_000,
    "many empty values": "".join(f"a{i}:\n" for i in range(24_000)),
    "many comments that cut": "".join(f"a{i}: b #1\n" for i in range(24_000)),
    "many full-width colons": "键：值\n" * 90_000,
    "many colons": ":" * (MOST - 1),
    "many quotes": '"a" ' * 200_000,
    "many escapes": 'a: "' + "\\x41" * 240_000 + '"\n',
    "tabs": "a:\t1\n" * 150_000,
    "control characters": "\x01a" * 400_000,
    "carriage returns": "\r" * 900_000,
    "spaces": " " * (MOST - 1),
    "line breaks": "\n" * (MOST - 1),
    "comments": "# x\n" * 240_000,
    "directives": "%TAG ! tag:x,2026:\n" * 40_000 + "---\na: 1\n",
    "more than a megabyte": "a: 1\n" * 2_000_000,
}


def seconds_for(text: str) -> float:
    """Read a text, show its first problems, and return the processor time that it took."""
    before = time.process_time()
    _, problems = read_yaml(text, "rules.yaml")
    for problem in problems[:3]:
        rendered(problem, text)
    return time.process_time() - before


def memory() -> int:
    """Return the most memory that this process has taken, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # kilobytes, on Linux


if __name__ == "__main__":
    memory_before = memory()
    ordinary = seconds_for(ORDINARY)
    times = {name: seconds_for(text) / ordinary for name, text in HOSTILE.items()}
    json.dump({"times": times, "megabytes": memory() - memory_before}, sys.stdout)
