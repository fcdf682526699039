"""Each mechanism of the domain has a ruleset that is short, tested and told in both languages."""

from __future__ import annotations

from functools import cache

import pytest

from incentive_engine import check_ruleset
from incentive_engine.check import SuiteRun
from incentive_engine.check.checking import check_text
from incentive_engine.kinds.scorecard import Scorecard
from incentive_engine.texts import Language
from tools.mechanisms import FOLDER, TESTS, Mechanism, mechanisms

MECHANISMS = {each.name: each for each in mechanisms()}
LINES = 40
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@cache
def run_of(name: str) -> SuiteRun:
    """Return what came of the tests of a mechanism."""
    return MECHANISMS[name].run_tests()


@pytest.fixture(params=MECHANISMS)
def mechanism(request: pytest.FixtureRequest) -> Mechanism:
    return MECHANISMS[request.param]


def test_every_mechanism_of_the_domain_is_there_once() -> None:
    assert [each.code for each in MECHANISMS.values()] == [f"M{number}" for number in range(1, 40)]


def test_nothing_stands_beside_the_rulesets_that_is_not_part_of_one() -> None:
    files = {path for each in MECHANISMS.values() for path in each.files}

    assert set(FOLDER.iterdir()) == files
    assert {path for path in files if path.name.endswith(TESTS)} == {
        each.tests_path for each in MECHANISMS.values()
    }


def test_a_ruleset_has_at_most_forty_lines(mechanism: Mechanism) -> None:
    assert len(mechanism.text.splitlines()) <= LINES


def test_it_bears_the_name_of_its_file_and_says_in_both_languages_what_it_is(mechanism: Mechanism) -> None:
    assert mechanism.ruleset.identity.id == mechanism.name
    for words in (mechanism.title, mechanism.shows):
        assert words.en
        assert words.zh
        assert words.en != words.zh


def test_nothing_is_wrong_with_it_and_there_is_not_even_a_warning(mechanism: Mechanism) -> None:
    assert check_ruleset(mechanism.path) == ()


def test_it_does_what_its_tests_say(mechanism: Mechanism) -> None:
    run = run_of(mechanism.name)

    assert run.problems == ()
    assert [ran.name for ran in run.failed] == []
    assert len(run.ran) >= 3


def test_what_it_decides_can_be_told_in_both_languages(mechanism: Mechanism) -> None:
    made = [ran.decided.decision for ran in run_of(mechanism.name).ran if ran.decided is not None]
    for number, decision in enumerate(made):
        # What it would take to reach more takes long to find out: it is told of the first decision.
        told = {language: decision.explain(language, nearest=number == 0).text() for language in LANGUAGES}
        assert mechanism.name in told["en"]
        assert "规则集" in told["zh"]


def test_all_that_people_read_of_has_a_title_in_both_languages(mechanism: Mechanism) -> None:
    policy = mechanism.ruleset.policy
    shape = policy.shape
    named = (shape.attributes, shape.metrics, shape.facts, shape.seasons, shape.parameters, shape.tables)
    titles = {name: each.title for section in (*named, shape.formulas) for name, each in section.items()}
    titles |= {line.rule.id: line.rule.title for line in policy.lines}
    for line in policy.lines:
        if isinstance(line.rule, Scorecard):
            titles |= {name: each.title for name, each in line.rule.perspectives.items()}

    assert [name for name, title in titles.items() if title is None or title.en == title.zh] == []


def test_who_punishes_the_last_in_rank_in_place_of_helping_is_warned() -> None:
    punished = """\
  - id: last_ones
    kind: red_line
    when: percentile(csat) < 10%
    consequence: {keep: 50%}
"""
    found = check_text(MECHANISMS["m27_no_forced_elimination"].text + punished)

    assert [problem.code for problem in found] == ["IE3877"]
