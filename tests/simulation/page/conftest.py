"""The page of a scenario in whose data names look like markup, written once for all tests."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from incentive_engine.simulation.laboratory import ScenarioResult
from incentive_engine.simulation.page.writing import html_page
from tests.simulation.page.pages import HOSTILE_ROWS, PROPOSAL, tried


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> ScenarioResult:
    # The same pay in other words, which the page quotes.
    text = PROPOSAL.replace("rate: 3", "rate: 3, rules.quality.pay: 1 * bonus")
    return tried(tmp_path_factory.mktemp("hostile"), text, HOSTILE_ROWS)


@pytest.fixture(scope="session")
def written(hostile: ScenarioResult) -> Mapping[str, str]:
    """The page in English without agents, and in Chinese with them."""
    return {"en": html_page(hostile), "zh": html_page(hostile, "zh", with_agents=True)}
