"""The reference of the ruleset language: every section, field, kind and function, from the code itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from incentive_engine.kinds.interface import Rule
from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.kinds.schema import docstrings, ruleset_schema
from incentive_engine.language.functions import FUNCTIONS
from incentive_engine.ruleset.fields import BY_ATTRIBUTE_FORM, FORMULA_FORM, NAME_PATTERN, TEXT_FORM

Schema = Mapping[str, Any]

PATH = "reference/language.md"
_DOCS = Path(__file__).parents[1] / "docs"

_INTRODUCTION = """\
# Reference

All that may stand in a ruleset. What it means is told by [the guide](../language/index.md) and by the pages
of the kinds. Editors show the same texts by the JSON Schema in `rulesets/ruleset.schema.json`, which
`incentive-engine schema` makes for the kinds that are installed.

A *formula* is a number or a calculation, such as `2 * handled`. A *number* is a formula or depends on an
attribute, as `{by: level, junior: 60%, senior: 40%}`. A *name* has letters (Chinese ones too), digits and
`_`. *Words* are a text for people, or one a language, as `{en: Commendation, zh: 通报表扬}`.
"""
_RULES = """\
## Rules

Each rule has a kind, which decides about its fields.
"""
_FUNCTIONS = """\
## Functions

A group consists of the agents with data for the same period who are in the rule's scope, the agent among
them. The functions over a group take `within=` with an attribute, for those who have the same value of it,
and `where=` with a condition. Those that look back do so over the agent's calendar periods.

| function | what it gives | 含义 |
|---|---|---|
"""


def language_page() -> str:
    """Return the page in Markdown."""
    kinds = {name: kind for name, kind in installed_kinds().items() if _is_ours(kind)}
    schema = ruleset_schema(kinds)
    shapes = {shape["title"]: shape for shape in schema["$defs"].values()}
    page = _Page(schema["$defs"])
    sections = [
        _INTRODUCTION,
        *page.tables("The file", schema, leave_out={"rules"}),
        _RULES,
        *page.tables("Every rule", _every_rule(shapes, list(kinds))),
        *(part for name in kinds for part in page.tables(name, _own(shapes[name]), page=_page_of(name))),
        _FUNCTIONS + _functions(),
    ]
    return "\n".join(sections)


_COMMON = docstrings(Rule)


def _is_ours(kind: type[Rule]) -> bool:
    return kind.__module__.startswith("incentive_engine.")


def _every_rule(shapes: Mapping[str, Schema], kinds: list[str]) -> Schema:
    """Return the fields that the kinds have in common."""
    fields = shapes[kinds[0]]["properties"]
    common = {name: {**fields[name], "description": text} for name, text in _COMMON.items() if name in fields}
    common["kind"] = {"enum": kinds, "description": _COMMON["kind"]}
    return {"description": "What rules of every kind have.", "properties": common, "required": ["id", "kind"]}


def _own(kind: Schema) -> Schema:
    """Return the fields of a kind, and those common ones of which it says something else."""
    fields = {
        name: field
        for name, field in kind["properties"].items()
        if name != "kind" and field["description"] != _COMMON.get(name)
    }
    return {**kind, "properties": fields}


def _page_of(kind: str) -> str:
    page = f"kinds/{kind.replace('_', '-')}.md"
    return f" [What it means](../{page})." if (_DOCS / page).is_file() else ""


class _Page:
    """Tells the fields of shapes, each shape once, behind the first that holds it."""

    def __init__(self, shapes: Mapping[str, Schema]) -> None:
        self._shapes = shapes
        self._told: set[str] = set()

    def tables(
        self, title: str, shape: Schema, *, leave_out: Collection[str] = (), page: str = ""
    ) -> Iterator[str]:
        """Yield the table of a shape's fields, and those of the shapes in it."""
        fields = {name: field for name, field in shape["properties"].items() if name not in leave_out}
        yield f"### {title} {{ #{_anchor(title)} }}\n\n{shape['description']}{page}\n"
        yield _table(fields, shape.get("required", ()))
        for name in dict.fromkeys(name for field in fields.values() for name in _held_by(field)):
            if name not in self._told:
                self._told.add(name)
                yield from self.tables(_shown(name), self._shapes[name])


def _shown(name: str) -> str:
    return name.removesuffix("Shape")


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-").replace("_", "-")


def _table(fields: Mapping[str, Schema], required: Collection[str]) -> str:
    lines = ["| field | value | |", "|---|---|---|"]
    for name, field in fields.items():
        mark = " \\*" if name in required else ""
        lines.append(f"| `{name}`{mark} | {_value(field)} | {field['description']} |")
    if any(name in required for name in fields):
        lines += ["", "\\* has to be there"]
    return "\n".join(lines) + "\n"


def _held_by(field: object) -> Iterator[str]:
    """Yield the shapes that a field refers to."""
    if isinstance(field, list):
        for each in field:
            yield from _held_by(each)
    elif isinstance(field, dict):
        for key, value in field.items():
            if key == "$ref":
                yield _name_of(value)
            elif key != "discriminator":
                yield from _held_by(value)


def _name_of(reference: str) -> str:
    return reference.rpartition("/")[2]


def _value(field: Schema) -> str:
    """Return what a field may hold, in words."""
    match field:
        case {"$ref": reference}:
            name = _shown(_name_of(reference))
            return f"[{name}](#{_anchor(name)})"
        case {"const": word}:
            return f"`{word}`"
        case {"enum": words}:
            return " ".join(dict.fromkeys(f"`{word}`" for word in words if not isinstance(word, bool)))
        case {"anyOf": forms} | {"oneOf": forms}:
            return _one_of(forms)
        case {"type": "array", "items": items}:
            return f"list: {_value(items)}"
        case {"patternProperties": named}:
            return f"names with: {_value(next(iter(named.values())))}"
        case {"additionalProperties": {} as named}:
            return f"texts with: {_value(named)}"
    return _plain(field)


def _one_of(forms: list[Schema]) -> str:
    """Return the forms of which a field has one."""
    words = {"type": "string"} in forms and any("en" in form.get("properties", {}) for form in forms)
    if words:
        return "words"
    found = ["number" if FORMULA_FORM in forms and BY_ATTRIBUTE_FORM in forms else ""]
    found += [_value(form) for form in forms if not (found[0] and form in (FORMULA_FORM, BY_ATTRIBUTE_FORM))]
    return ", or ".join(dict.fromkeys(filter(None, found)))


def _plain(field: Schema) -> str:
    if field.get("pattern") == NAME_PATTERN:
        return "name"
    if field.get("type") == FORMULA_FORM["type"]:
        return "formula"
    if field.get("type") == TEXT_FORM["type"]:
        return "text"
    return {"integer": "whole number", "string": "date" if field.get("format") == "date" else "text"}[
        field["type"]
    ]


def _functions() -> str:
    return "".join(
        f"| `{function.signature}` | {function.summary['en']} | {function.summary['zh']} |\n"
        for function in FUNCTIONS.values()
    )
