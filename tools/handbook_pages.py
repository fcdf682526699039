"""The handbooks of shipped rulesets as pages of the documentation, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from incentive_engine import load_ruleset
from incentive_engine.check.running import run_tests
from incentive_engine.handbook import Handbook
from incentive_engine.texts import Language

ROOT = Path(__file__).parents[1]
RULESETS = ("service-incentives-2026", "growth-and-teams-2026")

_ENDINGS: Mapping[Language, str] = {"en": ".md", "zh": ".zh.md"}


def handbook_pages() -> dict[str, str]:
    """Return the pages in Markdown by their paths, `handbooks/` and the ruleset with the language."""
    pages: dict[str, str] = {}
    for name in RULESETS:
        ruleset = load_ruleset(ROOT / "rulesets" / f"{name}.yaml")
        tests = ROOT / "rulesets" / f"{name}.tests.yaml"
        made = Handbook(ruleset, tests=run_tests(ruleset, tests.read_text(encoding="utf-8"), tests.name))
        pages |= {
            f"handbooks/{name}{ending}": made.markdown(language) for language, ending in _ENDINGS.items()
        }
    return pages
