"""Readers can trust the pages: what these show is what happens, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, Reader

LINK = re.compile(r"\]\(([^()#\s]+)(?:#[^()\s]*)?\)")
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("name", NAMES)
def test_who_follows_a_page_gets_what_it_shows(name: str, tmp_path: Path) -> None:
    Reader(tmp_path).follow(ROOT / name)


@pytest.mark.parametrize("name", [name for name in NAMES if "/" not in name])
def test_the_links_of_a_page_outside_the_site_lead_to_files(name: str) -> None:
    targets = LINK.findall((ROOT / name).read_text(encoding="utf-8"))

    assert [target for target in targets if ":" not in target and not (ROOT / target).exists()] == []
