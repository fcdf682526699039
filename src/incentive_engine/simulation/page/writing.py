"""Writes the page as one HTML file: its style, its charts and the scripts that draw them are all in it."""

from __future__ import annotations

import base64
import hashlib
import json
from decimal import Decimal
from functools import cache
from importlib import resources

import altair as alt
import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from incentive_engine.simulation.laboratory import ScenarioResult
from incentive_engine.simulation.page.contents import Page
from incentive_engine.simulation.page.making import page_of, words_of
from incentive_engine.simulation.page.marks import Spec
from incentive_engine.simulation.page.words import Words
from incentive_engine.simulation.tables import Cell
from incentive_engine.texts import Language

_PACKAGE = "incentive_engine.simulation.page"
_LANGUAGES = {"en": "en", "zh": "zh-CN"}
# Columns whose sign says whether more or less is paid.
_SIGNED = {"difference", "share", "gained", "lost"}
_MOST_ROWS = 200


def html_page(result: ScenarioResult, language: Language = "en", *, with_agents: bool = False) -> str:
    """Return a page on what a scenario shows, as one HTML file that needs nothing besides.

    It holds sums and counts only; with `with_agents` also what each agent is paid, for readers who may see
    that.

    >>> html_page.__name__
    'html_page'
    """
    words = words_of(result, language)
    return _written(page_of(result, words, with_agents=with_agents), words)


def _written(page: Page, words: Words) -> str:
    charts: dict[str, Spec] = {}

    def chart(spec: Spec) -> str:
        """Take a chart in and return the name of its place."""
        name = f"chart-{len(charts) + 1}"
        charts[name] = spec
        return name

    script = _script()
    # The template is our own; every text that comes into it is escaped.
    environment = Environment(
        loader=PackageLoader(_PACKAGE, ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html.j2").render(
        page=page,
        language=_LANGUAGES[words.language],
        say=words.say,
        count=words.count,
        joined=words.joined,
        signed=_sign,
        chart=chart,
        charts=lambda: Markup(_json(charts)),  # noqa: S704 -- no `<` is left in it
        most=_MOST_ROWS,
        rules=_rules(script),
        style=Markup(_file("page.css")),  # noqa: S704 -- our own file
        script=Markup(script),  # noqa: S704 -- our own file, and the libraries it is bundled with
    )


def _rules(script: str) -> str:
    """Return what the page may do: run this very script, and reach nothing outside of itself."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'"


def _sign(key: str, cell: Cell) -> str:
    """Return by which colour a number is told apart, if by any."""
    if key not in _SIGNED or not isinstance(cell.value, Decimal) or not cell.value:
        return ""
    return "more" if cell.value > 0 else "less"


def _json(charts: dict[str, Spec]) -> str:
    """Return charts as JSON that no text in it can end: within a script HTML knows no escape but `<` does."""
    return json.dumps(charts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _script() -> str:
    """Return the script of the page with all that it needs: Vega, Vega-Lite and Vega-Embed."""
    version = ".".join(alt.VEGALITE_VERSION.split(".")[:2])
    bundle = vl_convert.javascript_bundle(_file("page.js"), vl_version=version)
    return f'"use strict";(()=>{{{bundle}}})();'.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _file(name: str) -> str:
    return (resources.files(_PACKAGE) / name).read_text(encoding="utf-8")
