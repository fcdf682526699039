"""Paths lead to a part of a ruleset as one would say it, and say where they end."""

from __future__ import annotations

import pytest

from incentive_engine.check.matching import flow
from incentive_engine.ruleset.nodes import Scalar, Table
from incentive_engine.ruleset.problems import Span
from incentive_engine.ruleset.text import read_yaml
from incentive_engine.simulation.laboratory.paths import PathError, changed, found, without
from tests.simulation.laboratory.trying import POLICY

TEXT = (
    POLICY
    + """\
  - id: card
    kind: scorecard
    perspectives:
      service:
        weight: 100%
        measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]
    grades: {A: 80, B: 0}
"""
)


@pytest.fixture
def root() -> Table:
    table, _ = read_yaml(TEXT, "policy.yaml")
    assert table is not None
    return table


def path(text: str) -> Scalar:
    return Scalar(text, Span("scenario.yaml", 3, 5, 3, 5 + len(text)))


def value(text: str) -> Scalar:
    return Scalar(text, Span("scenario.yaml", 3, 50, 3, 50 + len(text)))


class TestFinding:
    @pytest.mark.parametrize(
        ("where", "what"),
        [
            ("parameters.target", "90%"),
            ("parameters.bonus", "100"),  # the value, not its title
            ("rules.volume.tiers.2.rate", "2"),
            ("rules.volume.tiers.top.rate", "2"),
            ("rules.1.kind", "tiered_bonus"),
            ("rules.card.perspectives.service.measures.csat.full_at", "100%"),
            ("rules.card.grades.A", "80"),
            ("metrics.csat.title.zh", "满意度"),
            ("ｒｕｌｅｓ.quality.pay", "bonus"),  # names are compared after NFKC
        ],
    )
    def test_a_path_goes_by_names_and_numbers(self, root: Table, where: str, what: str) -> None:
        assert flow(found(root, path(where))) == what


class TestChanging:
    def test_only_what_the_path_leads_to_is_different(self, root: Table) -> None:
        after = changed(root, path("rules.volume.tiers.top.rate"), value("3"))

        assert flow(after) == flow(root).replace("name: top, rate: 2", "name: top, rate: 3")
        assert flow(found(root, path("rules.volume.tiers.top.rate"))) == "2"

    def test_the_new_value_has_its_place_in_the_scenario(self, root: Table) -> None:
        new = found(changed(root, path("parameters.target"), value("85%")), path("parameters.target"))

        assert str(new.span) == "scenario.yaml:3:50"

    def test_the_title_beside_a_value_stays(self, root: Table) -> None:
        after = changed(root, path("parameters.bonus"), value("120"))

        assert flow(found(after, path("parameters"))) == "{bonus: {value: 120, title: Bonus}, target: 90%}"

    def test_a_whole_definition_takes_the_place_of_another(self, root: Table) -> None:
        table, _ = read_yaml("{value: 7, title: Other}", "scenario.yaml")
        assert table is not None

        after = changed(root, path("parameters.bonus"), table)
        assert flow(found(after, path("parameters.bonus.title"))) == "Other"

    def test_a_field_that_is_not_there_is_added(self, root: Table) -> None:
        after = changed(root, path("rules.quality.applies_to"), value("calls > 5"))

        assert flow(found(after, path("rules.quality.applies_to"))) == "calls > 5"

    def test_a_rule_that_is_not_there_is_added_with_its_id(self, root: Table) -> None:
        table, _ = read_yaml("{kind: bonus, id: other, pay: 5}", "scenario.yaml")
        assert table is not None

        after = changed(root, path("rules.gift"), table)
        assert flow(found(after, path("rules.6"))) == "{id: gift, kind: bonus, pay: 5}"

    def test_what_is_removed_is_gone(self, root: Table) -> None:
        after = without(without(root, path("rules.breach")), path("rules.volume.mode"))

        assert "breach," not in flow(after)
        assert "slices" not in flow(after)


class TestPathsThatLeadNowhere:
    @pytest.mark.parametrize(
        ("where", "message", "hint"),
        [
            (
                "rules.volum.tiers.3.rate",
                "IE5100: there is no `volum` in `rules`",
                "did you mean `volume`?",
            ),
            ("rules.volume.tiers.3.rate", "IE5100: there is no `3` in `rules.volume.tiers`", "`1`, `top`"),
            ("rules.volume.tiers.0.rate", "IE5100: there is no `0` in `rules.volume.tiers`", "`1`, `top`"),
            ("volume.mode", "IE5103: a ruleset has no section `volume`", "did you mean `rules.volume`?"),
            ("ruls.volume", "IE5103: a ruleset has no section `ruls`", "did you mean `rules`?"),
            (
                "nothing.else",
                "IE5103: a ruleset has no section `nothing`",
                "one of: `title`, `snapshot`, `attributes`, `metrics`, `parameters`, `rules`",
            ),
            ("rules.volume.tiers.3", "IE5100: there is no `3` in `rules.volume.tiers`", "`1`, `top`"),
            ("rules..volume", "IE5101: the path `rules..volume` has a point", "one point between them"),
            (
                "parameters.target.value",
                "IE5102: `parameters.target` is a single value, `90%`, and has no `value` in it",
                "end the path at `parameters.target`",
            ),
        ],
    )
    def test_it_is_said_where_they_end_and_what_there_is(
        self, root: Table, where: str, message: str, hint: str
    ) -> None:
        with pytest.raises(PathError) as error:
            changed(root, path(where), value("3"))

        problem = error.value.problem
        assert message in str(problem)
        assert hint in problem.hint()

    def test_the_place_is_that_of_the_step(self, root: Table) -> None:
        with pytest.raises(PathError) as error:
            changed(root, path("rules.volum.mode"), value("3"))

        assert str(error.value.problem.span) == "scenario.yaml:3:11"

    def test_nothing_is_removed_that_is_not_there(self, root: Table) -> None:
        with pytest.raises(PathError):
            without(root, path("rules.quality.applies_to"))

    def test_a_long_list_of_what_there_is_is_cut(self) -> None:
        many, _ = read_yaml(
            "metrics:\n" + "".join(f"  m{number}: count\n" for number in range(1, 14)), "x.yaml"
        )
        assert many is not None
        with pytest.raises(PathError) as error:
            found(many, path("metrics.x"))

        assert error.value.problem.hint().endswith("`m11`, `m12`, …")
