"""Whole populations, decided by the engine and by hand-written evaluators that share no code with it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from examples.real_data.run import VARIABLE, data_folder
from incentive_engine import load_ruleset
from tests.independent import bank_calls, growth_and_teams, service_incentives
from tests.independent.arithmetic import Row
from tests.independent.outcome import Decided, Key, all_of_engine
from tests.support.places import EXAMPLES, POPULATION, RULESETS

Decide = Callable[[Sequence[Row]], dict[Key, Decided]]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def assert_equal(
    ruleset: Path, data: Path, decide: Decide, results: Mapping[str, Sequence[str]], count: int
) -> None:
    given = rows(data)
    found = all_of_engine(load_ruleset(ruleset), given, results)
    assert len(found) == count
    expected = decide(given)
    assert found.keys() == expected.keys()
    for key, decided in expected.items():
        assert found[key] == decided, key


def test_the_policy_of_2026_is_equal_line_by_line_on_the_population() -> None:
    assert_equal(
        RULESETS / "service-incentives-2026.yaml",
        POPULATION,
        service_incentives.decide,
        service_incentives.RESULTS,
        658,
    )


def test_growth_and_teams_are_equal_line_by_line_on_the_population() -> None:
    assert_equal(
        RULESETS / "growth-and-teams-2026.yaml",
        POPULATION,
        growth_and_teams.decide,
        growth_and_teams.RESULTS,
        658,
    )


def test_the_bank_with_its_check_is_equal_line_by_line_on_the_real_data() -> None:
    folder = data_folder()
    if folder is None:
        pytest.skip(f"the real data is not here; {VARIABLE} may name its folder")
    assert_equal(
        EXAMPLES / "real_data" / "bank-with-short-call-check.yaml",
        folder / "snapshots_bank1999.csv",
        bank_calls.decide,
        bank_calls.RESULTS,
        239,
    )
