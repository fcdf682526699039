"""A ruleset's text with the place of everything in it.

Every scalar is read as text, and YAML's own guesses never act. What cannot be understood, and what is
understood in another way than its writer means, is reported with its place: all of it together, as far
as the text can be read.
"""

from __future__ import annotations

from incentive_engine.ruleset.characters import read_file, readable, too_big
from incentive_engine.ruleset.nodes import Items, Node, Scalar, Table, span_at
from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.source import MOST_BYTES, Findings, Source
from incentive_engine.ruleset.traps import glued_key
from incentive_engine.ruleset.tree import read_tree

__all__ = ["Items", "Node", "Scalar", "Table", "read_file", "read_yaml", "span_at"]


def read_yaml(text: str, file: str) -> tuple[Table | None, list[Problem]]:
    r"""Return the table that a YAML text holds, and its problems in the order of their places.

    There is no table where the text cannot be read to its end, or holds something else. Where there is
    one beside problems, it is what was most likely meant; a value that is missing in the file is an empty
    scalar without quotes, and is reported already.

    >>> table, problems = read_yaml("currency: CNY\nperiod: month", "rules.yaml")
    >>> table
    {'currency': 'CNY', 'period': 'month'}
    >>> table, problems = read_yaml("cap: 300\ncap: 400", "rules.yaml")
    >>> print(problems[0])
    rules.yaml:2:1: error IE1020: `cap` is given twice; it stands in line 1 already
    """
    findings = Findings()
    if len(text) > MOST_BYTES or len(text.encode("utf-8", errors="surrogatepass")) > MOST_BYTES:
        return None, [too_big(file)]
    clean = readable(text.removeprefix("\ufeff"), file, findings)
    if clean is None:
        return None, findings.in_order()
    source = Source(clean, file)
    node = read_tree(clean, source, findings)
    if isinstance(node, Table):
        return node, findings.in_order()
    if node is None or (isinstance(node, Scalar) and not node):
        if not findings:
            findings.add(Problem("IE1014", span=Span(file, 1, 1, 1, 1)))
    elif not _has_glued_keys(node, source, findings):
        findings.add(Problem("IE1015", span=node.span))
    return None, findings.in_order()


def _has_glued_keys(node: Scalar | Items, source: Source, findings: Findings) -> bool:
    """Report the lines that would be fields if a space followed their colons."""
    lines = range(node.span.line, node.span.end_line + 1) if isinstance(node, Scalar) else ()
    problems = [problem for problem in (glued_key(number, source) for number in lines) if problem]
    for problem in problems:
        findings.add(problem)
    return bool(problems)
