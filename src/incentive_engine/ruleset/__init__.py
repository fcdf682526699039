"""From the text that people write to a ruleset that is checked: places, problems, shapes."""

from incentive_engine.ruleset.problems import Problem, Span
from incentive_engine.ruleset.render import as_json, rendered
from incentive_engine.ruleset.text import Items, Node, Scalar, Table, read_file, read_yaml, span_at

__all__ = [
    "Items",
    "Node",
    "Problem",
    "Scalar",
    "Span",
    "Table",
    "as_json",
    "read_file",
    "read_yaml",
    "rendered",
    "span_at",
]
