"""What an expression could do to a program that evaluates it, refused before anything is evaluated.

The first list holds every way through simpleeval 1.0.8 that is known: gigabytes of text, minutes of powers,
changed data, attributes, modules, and depths at which Python's own parser fails.
"""

from __future__ import annotations

import ast
import sys
import threading
import time

import pytest
from simpleeval import SimpleEval

from tests.language.formulas import attempt

HOLES = [
    # Texts of gigabytes.
    "'a'.center(10**9)",
    "'a'.ljust(1000000000)",
    "('a'*50000).replace('a','b'*50000)",
    "'a' * 1000000000",
    "f'{1.5:.2000000000f}'",
    "f'{1:10000000000}'",
    "'%1000000000d' % 1",
    "'{:1000000000}'.format(1)",
    "(1).to_bytes(10**9,'big')",
    "b'x' * 1000000000",
    # Powers and shifts of minutes.
    "9**3999999",
    "9**99999*9**99999*9**99999",
    "1 << 10000",
    # Change of the caller's data.
    "handled.append(5)",
    "handled.clear()",
    "handled = 5",
    "handled += 5",
    "(handled := 5)",
    "card['score'] = 5",
    # Values of no use here, and what Python makes of values.
    "1;2",
    "1\n;2",
    "True + True",
    "rand()",
    "randint(5)",
    "team.upper",
    "team.real",
    "5 .real",
    "1j",
    "...",
    "1 is 1",
    "None",
    "{1: 2}",
    "{1, 2}",
    "(1, 2)",
    "[1, 2][0]",
    "team[0]",
    "team[:5]",
    "not handled.__class__",
    "3 if handled else team",
    "handled and team",
    "~handled",
    "handled // 2",
    "handled @ 2",
    # Loops, functions, modules.
    "[x for x in range(10000)]",
    "sum(x for x in range(10000))",
    "{x: x for x in [1]}",
    "lambda: 1",
    "(lambda: 1)()",
    "import os",
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "max.__globals__",
    "max.__call__(1, 2)",
    "print(1)",
    "eval('1')",
    "max(*[1, 2])",
    "max(**card)",
    "await handled",
    "yield handled",
    "handled if passed",
    "del handled",
    "assert passed",
    "x: int",
    "@max",
    "async def f(): pass",
    # Depths.
    "+".join("1" * 1000),
    "not " * 499 + "passed",
    "-" * 1999 + "1",
    "1 if passed else " * 117 + "1",
    "handled." * 249 + "x",
    "1 < " * 499 + "1",
    "(" * 999 + ")" * 999,
    "[" * 1999,
    "max(" * 400 + "1" + ")" * 400,
    "1" * 100_000,
    "(" * 100_000,
    "\x00",
    "handled\x00",
]


@pytest.mark.parametrize("formula", HOLES, ids=lambda text: text[:40].encode("unicode_escape").decode())
def test_no_way_through_the_evaluator_gets_into_a_formula(formula: str) -> None:
    began = time.perf_counter()

    found = attempt(formula)

    assert found.compiled is None
    assert found.problems
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("depth", [40, 200, 1999])
def test_nothing_that_is_let_through_to_the_parser_is_deep_enough_for_a_small_stack(depth: int) -> None:
    # A thread of 512 KiB is what macOS gives; Python's parser fails there at depths that the limits exclude.
    formulas = [
        "(" * depth + "1" + ")" * depth,
        "-" * depth + "1",
        "not " * depth + "passed",
        "max(" * depth + "1" + ")" * depth,
        "1 if passed else " * depth + "1",
        "1+" * depth + "1",
        "1<" * depth + "1",
    ]
    done: list[str] = []
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: done.extend(str(attempt(text).codes) for text in formulas))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)

    assert len(done) == len(formulas)


def test_the_largest_formula_within_the_limits_is_compiled() -> None:
    assert attempt("+".join("1" * 150)).value.node is not None
    assert attempt("(" * 40 + "1" + ")" * 40).value.node is not None
    assert attempt("not " * 38 + "passed").value.node is not None
    assert attempt("1 if passed else " * 19 + "1").value.node is not None


class _Swap(ast.NodeTransformer):
    """Puts something else where a formula has a product."""

    def __init__(self, instead: ast.expr) -> None:
        self.instead = instead

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return ast.copy_location(self.instead, node)


@pytest.mark.parametrize(
    "instead",
    [
        "_0 ** _1",
        "_0 // _1",
        "_0 % _1",
        "_0 << _1",
        "_0 @ _1",
        "+_0",
        "~_0",
        "lambda: _0",
        "_0[_1]",
        "{_0: _1}",
        "{_0, _1}",
        "[_0 for _0 in _1]",
        "(_0 for _0 in _1)",
        "f'{_0}'",
        "'text'",
        "12",
        "1j",
        "None",
        "...",
        "(yield _0)",
        "(await _0)",
    ],
)
def test_whatever_the_parser_returns_only_what_the_language_has_is_read(
    instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ast.parse(instead, mode="eval").body

    def swapped(formula: str) -> object:
        return _Swap(other).visit(ast.parse(formula).body[0])

    monkeypatch.setattr(SimpleEval, "parse", staticmethod(swapped))
    found = attempt("handled * complexity")

    assert found.codes == ["IE2081"]
    assert found.problems[0].values["found"] == "handled * complexity"


def test_nothing_of_the_formula_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    watching = True

    def watch(event: str, _: tuple[object, ...]) -> None:
        if watching and event in {"exec", "import", "os.system", "open", "subprocess.Popen"}:
            events.append(event)

    attempt("handled")  # So that what is imported late has been imported.
    monkeypatch.setattr(SimpleEval, "eval", lambda *_: events.append("eval"))
    sys.addaudithook(watch)
    for formula in HOLES:
        attempt(formula)
    watching = False

    assert events == []
