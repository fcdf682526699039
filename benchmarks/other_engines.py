"""The policy of `policy.yaml` for other engines, each as its own users would write it for speed."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Protocol, cast

import rule_engine
import zen
from simpleeval import SimpleEval

from benchmarks.by_hand import decimal_row
from benchmarks.rows import Row

Total = Decimal | float
Decide = Callable[[], Sequence[Total]]
"""Decides on all rows that were made ready, and returns what each agent gets."""

# The policy as formulas, worked out one after the other.
_CARD = {
    "csat_points": "rounded(least(greatest((csat - 0.70) / 0.25, 0), 1) * 100, 6)",
    "response_points": "rounded(least(greatest((300 - first_response) / 270, 0), 1) * 100, 6)",
    "process_points": "rounded(least(greatest((compliance - 0.90) / 0.10, 0), 1) * 100, 6)",
    "points": "rounded(csat_points * 0.5 + response_points * 0.3 + process_points * 0.2, 6)",
    "score": "rounded(points, 2)",
    "workload": "handled * complexity",
    "slices": "0 if workload <= 500 else (workload - 500) * 1.50 if workload <= 1000"
    " else 750 + (workload - 1000) * 2.25 if workload <= 1500 else 1875 + (workload - 1500) * 3",
    "volume": "rounded(least(slices * score / 100, base_salary * 0.30), 2)",
}
_QUALITY = {"quality": "0 if score < 70 else 200 if score < 80 else 500 if score < 90 else 900"}
_PAY = {
    "kept": "0.5 if compliance < 0.95 else 1",
    "punctuality": "200 if late_count <= 0 else 0",
    "earned": "rounded(volume * kept, 2) + rounded(quality * kept, 2) + punctuality",
    "deduction": "50 * (late_count - 2) if late_count >= 3 else 0",
    "total": "0 if pii_breaches > 0 else greatest(earned - deduction, 0)",
}
_ALL = _CARD | _QUALITY | _PAY


_STEPS = {2: Decimal("0.01"), 6: Decimal("0.000001")}


def _rounded(value: Decimal, places: Decimal) -> Decimal:
    """Round half away from zero."""
    return value.quantize(_STEPS[int(places)], ROUND_HALF_UP)


_FUNCTIONS: Mapping[str, Callable[..., object]] = {"rounded": _rounded, "least": min, "greatest": max}


# --- simpleeval


def simpleeval(rows: Sequence[Row]) -> Decide:
    """Formulas parsed once, their numbers and those of the rows made Decimal beforehand."""
    evaluator = SimpleEval(functions=dict(_FUNCTIONS))
    parsed = [(name, text, evaluator.parse(text)) for name, text in _ALL.items()]
    for constant in (part for _, _, tree in parsed for part in ast.walk(tree)):
        if isinstance(constant, ast.Constant):
            constant.value = cast("complex", Decimal(str(constant.value)))
    ready = [decimal_row(row) for row in rows]

    def total(row: Mapping[str, Decimal]) -> Total:
        names = dict(row)
        evaluator.names = names
        for name, text, tree in parsed:
            names[name] = evaluator.eval(text, tree)
        return names["total"]

    return lambda: [total(row) for row in ready]


# --- The words of the others


def _written(tree: ast.expr, function: Callable[[str, str], str], name: Callable[[str], str]) -> str:
    """Return a formula with `condition ? this : that`, functions and names as an engine writes them."""

    def text(part: ast.expr) -> str:
        match part:
            case ast.IfExp():
                return f"({text(part.test)} ? {text(part.body)} : {text(part.orelse)})"
            case ast.Compare(ops=[sign], comparators=[right]):
                return f"({text(part.left)} {_SIGNS[type(sign)]} {text(right)})"
            case ast.BinOp():
                return f"({text(part.left)} {_SIGNS[type(part.op)]} {text(part.right)})"
            case ast.Call(func=ast.Name(id=called)):
                return function(called, ", ".join(text(each) for each in part.args))
            case ast.Name():
                return name(part.id)
            case _:
                return ast.unparse(part)

    return text(tree)


_SIGNS: Mapping[type[ast.operator | ast.cmpop], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def _parsed(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body


# --- rule-engine


class _Rule(Protocol):
    def evaluate(self, thing: object) -> Decimal: ...


def rules(rows: Sequence[Row]) -> Decide:
    """Rules parsed once; the engine makes a Decimal of each number."""
    parsed: list[tuple[str, _Rule]] = []
    for name, formula in _ALL.items():
        text = _written(_parsed(formula), lambda called, parts: f"{called}({parts})", str)
        parsed.append((name, cast("_Rule", rule_engine.Rule(text))))

    def total(row: Row) -> Total:
        names: dict[str, object] = {**row, **_FUNCTIONS}
        result = Decimal(0)
        for name, rule in parsed:
            names[name] = result = rule.evaluate(names)
        return result

    return lambda: [total(row) for row in rows]


# --- zen-engine


class _Zen(Protocol):
    def evaluate(
        self, key: str, context: object, options: Mapping[str, object]
    ) -> Mapping[str, Mapping[str, float]]: ...


_Node = dict[str, object]
_BANDS = (("< 70", "0"), ("< 80", "200"), ("< 90", "500"), ("", "900"))


def zen_with_a_table(rows: Sequence[Row], *, trace: bool) -> Decide:
    """Three nodes: the scorecard, a decision table for the bonus on its score, the amounts."""
    table = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": "in", "name": "score", "field": "score"}],
        "outputs": [{"id": "out", "name": "quality", "field": "quality"}],
        "rules": [{"_id": str(number), "in": test, "out": pay} for number, (test, pay) in enumerate(_BANDS)],
    }
    nodes: dict[str, _Node] = {
        "card": _expressions(_CARD),
        "quality": {"type": "decisionTableNode", "content": table},
        "pay": _expressions(_PAY),
    }
    return _zen(nodes, rows, trace=trace)


def zen_with_one_node(rows: Sequence[Row], *, trace: bool) -> Decide:
    """All formulas in one node, the fastest way to write the policy."""
    return _zen({"all": _expressions(_ALL)}, rows, trace=trace)


def _zen(nodes: Mapping[str, _Node], rows: Sequence[Row], *, trace: bool) -> Decide:
    """Compiled once; numbers are decimals inside, floats outside."""
    whole: dict[str, _Node] = {
        "first": {"type": "inputNode"},
        **nodes,
        "last": {"type": "outputNode"},
    }
    names = list(whole)
    graph = {
        "nodes": [
            {"id": name, "name": name, "position": {"x": 0, "y": 0}, **node} for name, node in whole.items()
        ],
        "edges": [
            {"id": f"to {target}", "sourceId": source, "targetId": target, "type": "edge"}
            for source, target in pairwise(names)
        ],
    }
    content = zen.ZenDecisionContent(json.dumps(graph))
    engine = cast("_Zen", zen.ZenEngine({"loader": lambda _: content}))
    options = {"trace": trace}
    return lambda: [engine.evaluate("policy", row, options)["result"]["total"] for row in rows]


def _expressions(formulas: Mapping[str, str]) -> _Node:
    """Return a node of formulas; what the same node works out is written with `$.` before it."""
    functions = {"rounded": "round({})", "least": "min([{}])", "greatest": "max([{}])"}
    expressions = [
        {
            "id": name,
            "key": name,
            "value": _written(
                _parsed(formula),
                lambda called, parts: functions[called].format(parts),
                lambda read: f"$.{read}" if read in formulas else read,
            ),
        }
        for name, formula in formulas.items()
    ]
    return {"type": "expressionNode", "content": {"passThrough": True, "expressions": expressions}}
