"""What is wrong with a scenario is said all at once, with the line that has to be mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from incentive_engine.simulation.laboratory import (
    ScenarioError,
    check_scenario,
    load_scenario,
    parse_scenario,
)
from tests.simulation.laboratory.trying import HEAD, POLICY, problems, said, scenario

RATE = "{id: rate, changes: {rules.volume.tiers.top.rate: 3}}"


TRIED = f"proposals: [{RATE}]\n"
STAGED = "proposals: [{id: a, stages: [{from: 2026-02-01, changes: {%s}}]}]"
BALANCE = "{kind: growth_credit, earn: [{credits: 1}], carry: yes}"


class TestOneProblem:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("proposal: 3", "IE1102 scenario.yaml:6 there is no field `proposal`"),
            (f"proposals: [{RATE}]\ntitle: 3", "IE1020 scenario.yaml:7 `title` is given twice"),
            ("", "IE5112 scenario.yaml:2 the scenario has neither proposals nor a sweep"),
            (f"proposals: [{RATE}, {RATE}]", "IE5104 scenario.yaml:6 `rate` is the id of another proposal"),
            ("proposals: [{id: baseline}]", "IE5104 scenario.yaml:6 `baseline` is the id of another"),
            (
                "proposals: [{id: a, changes: {rules.volum.mode: whole}}]",
                "IE5100 scenario.yaml:6 there is no `volum` in `rules`",
            ),
            (
                "proposals: [{id: a, changes: {rules.quality.when: csat >= 85}}]",
                "IE2124 scenario.yaml:6 ",
            ),
            ("proposals: [{id: a, changes: {rules.volume.mod: whole}}]", "IE1102 scenario.yaml:6 "),
            ("proposals: [{id: a, ruleset: none.yaml}]", "IE1001 scenario.yaml:6 "),
            (f"proposals: [{RATE}]\nby: taem", "IE5110 scenario.yaml:7 no ruleset of the scenario has"),
            (
                f"proposals: [{RATE}]\noutcome: star.place",
                "IE5124 scenario.yaml:7 `star.place` is the result",
            ),
            (f"proposals: [{RATE}]\nby: {{team: 1}}", "IE1105 scenario.yaml:7 "),
            (f"proposals: [{RATE}]\noutcome: previous(adjust.balance)", "IE5124 scenario.yaml:7 "),
            (f"proposals: [{RATE}]\noutcome: commission(calls)", "IE2104 scenario.yaml:7 "),
            (f"proposals: [{RATE}]\noutcome: team", "IE5117 scenario.yaml:7 `team` is text"),
            (f"proposals: [{RATE}]\noutcome: cals", "IE2101 scenario.yaml:7 "),
            (
                "proposals: [{id: a, stages: [{from: 2026-02-03, changes: {parameters.bonus: 5}}]}]",
                "IE3013 scenario.yaml:6 ",
            ),
            (
                STAGED % 'parameters.bonus: "rolling(calls, 2)"',
                "IE5108 scenario.yaml:6 what stands at `parameters.bonus` looks back",
            ),
            (
                STAGED % f"rules.points: {BALANCE}",
                "IE5109 scenario.yaml:6 with this change the ruleset carries something else",
            ),
            (STAGED % "rules.quality.pay: bonnus", "IE2101 scenario.yaml:6 "),
        ],
    )
    def test_it_stands_where_it_has_to_be_mended(self, tmp_path: Path, text: str, expected: str) -> None:
        found = said(problems(tmp_path, text))

        assert len(found) == 1, found
        assert found[0].startswith(expected), found

    def test_periods_are_those_of_the_baseline(self, tmp_path: Path) -> None:
        head = HEAD.replace("rows.csv}", "rows.csv, periods: {from: 2026-Q1}}")

        assert said(problems(tmp_path, f"proposals: [{RATE}]", head=head)) == [
            "IE5111 scenario.yaml:5 `2026-Q1` is no period of the kind `month`, in which the baseline decides"
        ]

    def test_rows_are_counted_by_a_condition(self, tmp_path: Path) -> None:
        head = HEAD.replace("rows.csv}", "rows.csv, where: calls}")

        (found,) = said(problems(tmp_path, f"proposals: [{RATE}]", head=head))
        assert found.startswith("IE3030 scenario.yaml:5 ")


class TestAllAtOnce:
    def test_what_does_not_fit_keeps_nothing_else_from_being_looked_at(self, tmp_path: Path) -> None:
        text = """
by: taem
outcom: calls
proposals:
  - {id: a, changs: {parameters.bonus: 1}}
  - {id: b, changes: {parameters.bonus: bonnus}}
  - {id: c, title: {fr: Moins}}
"""

        assert [each.split(" ")[:2] for each in said(problems(tmp_path, text))] == [
            ["IE5110", "scenario.yaml:7"],
            ["IE1102", "scenario.yaml:8"],
            ["IE1102", "scenario.yaml:10"],
            ["IE2101", "scenario.yaml:11"],
            ["IE1112", "scenario.yaml:12"],
        ]

    def test_proposals_that_are_no_list_are_one_problem(self, tmp_path: Path) -> None:
        assert [each.code for each in problems(tmp_path, "proposals: 3\nsweep: []")] == ["IE1105"]

    def test_without_a_baseline_nothing_else_can_be_judged(self, tmp_path: Path) -> None:
        head = HEAD.replace("baseline: policy.yaml\n", "")

        assert [each.code for each in problems(tmp_path, "by: taem", head=head)] == ["IE1101"]


class TestRulesets:
    def test_all_problems_of_several_proposals_are_told_at_once(self, tmp_path: Path) -> None:
        changes = ("rules.x.pay: 3", "rules.quality.pay: bonnus")
        text = "proposals:\n" + "".join(f"  - {{id: p{line[6]}, changes: {{{line}}}}}\n" for line in changes)

        assert [each.split(" ")[:2] for each in said(problems(tmp_path, text))] == [
            ["IE5100", "scenario.yaml:7"],
            ["IE2101", "scenario.yaml:8"],
        ]

    def test_what_breaks_elsewhere_names_the_proposal_that_breaks_it(self, tmp_path: Path) -> None:
        policy = POLICY + "  - {id: extra, kind: bonus, pay: 10% * volume.amount}\n"

        (found,) = problems(tmp_path, "proposals: [{id: none, remove: [rules.volume]}]", policy=policy)
        assert found.span is not None
        assert Path(found.span.file).name == "policy.yaml"
        assert [str(each.line) for each in found.related] == ["6"]

    def test_of_a_baseline_with_problems_nothing_else_is_judged(self, tmp_path: Path) -> None:
        (found,) = said(
            problems(tmp_path, TRIED + "by: nothing", policy=POLICY.replace("pay: bonus", "pay: bonnus"))
        )

        assert found.startswith("IE2101 policy.yaml:22 ")

    def test_a_baseline_that_is_not_there_is_a_problem_of_the_line_that_names_it(
        self, tmp_path: Path
    ) -> None:
        with pytest.raises(ScenarioError) as error:
            parse_scenario(HEAD + TRIED, str(tmp_path / "scenario.yaml"))

        (found,) = said(error.value.problems)
        assert found.startswith("IE1001 scenario.yaml:4 ")

    def test_a_baseline_that_is_no_yaml_is_told_in_its_own_lines(self, tmp_path: Path) -> None:
        (found,) = said(problems(tmp_path, TRIED, policy="- 1"))

        assert found.startswith("IE1015 policy.yaml:1 ")

    def test_a_baseline_in_another_encoding_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "policy.yaml").write_bytes(POLICY.encode("gbk"))

        with pytest.raises(ScenarioError) as error:
            parse_scenario(HEAD + TRIED, str(tmp_path / "scenario.yaml"))
        assert [each.code for each in error.value.problems] == ["IE1005"]

    def test_rulesets_that_cannot_be_compared_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "euros.yaml").write_text(POLICY.replace("CNY", "EUR"), encoding="utf-8")

        (found,) = said(problems(tmp_path, "proposals: [{id: a, ruleset: euros.yaml}]"))
        assert found.startswith("IE5001 scenario.yaml:6 the baseline pays in CNY and the proposal in EUR")

    def test_a_proposal_may_change_another_ruleset(self, tmp_path: Path) -> None:
        (tmp_path / "other.yaml").write_text(POLICY.replace('version: "1"', 'version: "2"'), encoding="utf-8")

        found = scenario(
            tmp_path, "proposals: [{id: a, ruleset: other.yaml, changes: {parameters.bonus: 1}}]"
        )
        assert found.of("a").ruleset.identity.version == "2+a"

    def test_a_ruleset_without_version_is_told_once(self, tmp_path: Path) -> None:
        (tmp_path / "other.yaml").write_text(POLICY.replace('version: "1"\n', ""), encoding="utf-8")
        text = "proposals: [{id: a, ruleset: other.yaml, changes: {parameters.bonus: 1}}]"

        assert [each.code for each in problems(tmp_path, text)] == ["IE1101"]

    def test_warnings_of_a_ruleset_do_not_keep_it_from_being_tried(self, tmp_path: Path) -> None:
        policy = POLICY.replace("title: {en: Old policy, zh: 旧方案}", "title: Policy #1")

        assert scenario(tmp_path, f"proposals: [{RATE}]", policy=policy).proposals == ("rate",)

    def test_another_ruleset_goes_by_its_own_title(self, tmp_path: Path) -> None:
        (tmp_path / "other.yaml").write_text(POLICY.replace("Old policy", "Other policy"), encoding="utf-8")

        found = scenario(tmp_path, "proposals: [{id: a, ruleset: other.yaml}]").of("a")
        assert found.title.en == "Other policy"
        assert found.shown_title("zh") == "旧方案"


class TestTheFile:
    def test_it_is_read_from_its_folder(self, tmp_path: Path) -> None:
        (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
        file = tmp_path / "scenario.yaml"
        file.write_text(
            HEAD.replace("rows.csv}", "rows.csv, history: old.csv}") + f"proposals: [{RATE}]", "utf-8"
        )

        found = load_scenario(file)
        assert found.files == (file, *(tmp_path / name for name in ("policy.yaml", "rows.csv", "old.csv")))
        assert found.proposals == ("rate",)
        assert check_scenario(file) == ()

    def test_it_may_not_be_there(self, tmp_path: Path) -> None:
        (found,) = check_scenario(tmp_path / "none.yaml")

        assert found.code == "IE1001"

    def test_it_may_be_no_table(self) -> None:
        with pytest.raises(ScenarioError) as error:
            parse_scenario("- 1")

        assert [each.code for each in error.value.problems] == ["IE1015"]

    def test_a_warning_does_not_keep_it_from_being_run(self, tmp_path: Path) -> None:
        found = scenario(tmp_path, f"proposals: [{RATE}]\nnote: Bonus #1", head=HEAD)

        assert [each.code for each in found.warnings] == ["IE1034"]
