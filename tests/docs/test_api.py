"""The page on the API names what the package has, and nothing else."""

from __future__ import annotations

import re

import incentive_engine
from tests.docs.pages import ROOT


def test_the_page_on_the_api_names_all_public_names() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    table = page.partition("## The names")[2]
    columns = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    named = {name for _, names, *_ in columns for name in re.findall(r"`(\w+)", names)}
    raised = set(re.findall(r"`(\w+Error)`", table))

    assert named | raised == set(incentive_engine.__all__)
