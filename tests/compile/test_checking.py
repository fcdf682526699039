"""All that is wrong with a ruleset is reported at once, in order, and nothing that only follows from it."""

from __future__ import annotations

import hashlib

import pytest

from incentive_engine.compile.ruleset import compile_text
from incentive_engine.kinds.interface import Built, Context, Rule
from tests.compile.policies import HEADER, Probe, checked, decide, message, policy_of, problems

RULES = "rules: [{id: p, kind: probe, number: 1}]\n"
HEAD = """\
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
"""


class TestAllAtOnce:
    def test_faults_in_ten_places_are_ten_problems_in_the_order_of_the_file(self) -> None:
        text = """\
language: 1
ruleset: 2026 plan
verison: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2025-12-31}
snapshot: {agent: agent, period: month}
attributes:
  level: [junior, senior, junior]
metrics:
  csat: {type: ratio, beter: higher}
  handled: {type: count, range: [10, 0]}
parameters:
  bonus: {by: level, junior: 100}
formulas:
  work: handled * nonsense
rules:
  - {id: a, kind: bonsu, pay: 100}
  - {id: b, kind: bonus, pay: bonus, when: csat > 90%}
  - {id: c, kind: bonus, pay: 1,000}
  - {id: line, kind: red_line, when: handled > 5 min, consequence: void, affects: [a, e]}
"""
        assert problems(text) == [
            "IE1108 2 `2026 plan`",
            "IE1102 3 `verison`",
            "IE3011 6 `2025-12-31`",
            "IE3004 9 `junior`",
            "IE1102 11 `beter`",
            "IE3006 12 `10`",
            "IE3034 14 `level`",
            "IE2100 16 `nonsense`",
            "IE1115 18 `bonsu`",
            "IE1031 20 `1,000`",
            "IE2121 21 `5 min`",
            "IE3504 21 `e`",
        ]

    def test_there_is_no_policy_then(self) -> None:
        assert checked(HEADER + "rules: [{id: p, kind: probe, number: nonsense}]").policy is None

    def test_the_same_problem_is_told_once(self) -> None:
        text = "seasons: {peak: {from: 11-01, until: 2026-11-15}}\nparameters: {x: nonsense}\n"
        assert problems(text + RULES) == ["IE3010 1 `2026-11-15`", "IE2100 2 `nonsense`"]

    def test_more_problems_than_a_reader_can_use_are_cut_off_and_say_so(self) -> None:
        formulas = "".join(f"  x{number}: nonsense{number}\n" for number in range(150))
        found = checked(f"formulas:\n{formulas}{RULES}")
        assert found.policy is None
        assert len(found.problems) == 101
        assert found.problems[-1].code == "IE1013"

    def test_a_ruleset_that_cannot_be_read_has_the_problems_of_its_text(self) -> None:
        assert problems('language: 1\nversion: "1') == ['IE1040 2 `"`']


class TestWarnings:
    def test_a_ruleset_with_warnings_only_can_be_used(self) -> None:
        text = HEAD + "title: Plan #7 of 2026\n" + RULES
        found = checked(text)
        assert [problem.code for problem in found.problems] == ["IE1034"]
        assert found.policy is not None

    def test_warnings_before_an_error_do_not_hide_it(self) -> None:
        notes = "".join(f"  n{number}: {{type: count, note: a #b}}\n" for number in range(120))
        text = f"{HEAD}metrics:\n{notes}rules: [{{id: p, kind: probe, number: nonsense}}]\n"
        assert checked(text).policy is None


class TestWhatOnlyFollows:
    @pytest.mark.parametrize(
        ("section", "expected"),
        [
            ("metrics: {x: {type: ratio, beter: higher}}", "IE1102 7 `beter`"),
            ("metrics: {x: raito}", "IE1103 7 `raito`"),
            ("metrics: {x: {type: }}", "IE1028 7 `type`"),
            ("attributes: {x: {type: choice, options: 5}}", "IE1105 7 `5`"),
            ("seasons: {x: {from: 11-01}}", "IE1101 7 `x`"),
            ("parameters: {x: {valeu: 5}}", "IE1114 7 `{valeu: 5}`"),
            ("formulas: {x: [{valeu: 5}]}", "IE1102 7 `valeu`"),
            ("formulas: {x: }", "IE1028 7 `x`"),
            ("metrcs: {x: count}", "IE1102 7 `metrcs`"),
        ],
    )
    def test_what_reads_a_name_that_does_not_fit_has_no_problem_of_its_own(
        self, section: str, expected: str
    ) -> None:
        rule = "rules: [{id: p, kind: probe, number: 2 * x, condition: x > 5}]\n"
        assert problems(f"{HEAD}{section}\n{rule}") == [expected]

    def test_what_reads_a_section_that_does_not_fit_has_none_either(self) -> None:
        assert problems(f"{HEAD}metrics: count\n{RULES}") == ["IE1104 7 `count`"]

    def test_the_other_names_of_the_section_are_there_all_the_same(self) -> None:
        rule = "rules: [{id: p, kind: probe, number: 2 * y, condition: z > 5}]\n"
        assert problems(f"{HEAD}metrics: {{x: raito, y: count}}\n{rule}") == [
            "IE1103 7 `raito`",
            "IE2100 8 `z`",
        ]

    def test_a_name_with_a_problem_may_be_in_full_width(self) -> None:
        rule = "rules: [{id: p, kind: probe, number: ABC}]\n"
        assert problems(f"{HEAD}metrics: {{ＡＢＣ: raito}}\n{rule}") == ["IE1103 7 `raito`"]

    @pytest.mark.parametrize("reads", ["number: a.score", "number: a", "condition: a.x.y > 3"])
    def test_what_reads_a_rule_that_does_not_fit_has_no_problem_of_its_own(self, reads: str) -> None:
        text = f"rules:\n  - {{id: a, kind: bonus}}\n  - {{id: p, kind: probe, {reads}}}\n"
        assert problems(text)[0] == "IE3062 2 `{id: a, kind: bonus}`"
        assert len(problems(text)) == (2 if "x.y" in reads else 1)

    @pytest.mark.parametrize("affects", ["a", "[a, quality, extra]"])
    def test_a_red_line_may_affect_a_rule_that_does_not_fit(self, affects: str) -> None:
        text = (
            "rules:\n"
            "  - {id: a, kind: bonus, pay: , tags: [quality, extra]}\n"
            f"  - {{id: line, kind: red_line, when: breaches > 0, consequence: void, affects: {affects}}}\n"
        )
        assert problems(text) == ["IE1028 2 `pay`"]

    def test_a_single_tag_of_a_rule_that_does_not_fit_is_known(self) -> None:
        text = (
            "rules:\n"
            "  - {id: a, kind: bonsu, tags: quality}\n"
            "  - {id: line, kind: red_line, when: breaches > 0, consequence: void, affects: quality}\n"
        )
        assert problems(text) == ["IE1115 2 `bonsu`"]

    def test_a_value_that_is_missing_behind_its_colon_is_told_once(self) -> None:
        text = "parameters:\n  x:\nrules:\n  - {id: p, kind: probe, number: x, condition: }\n"
        assert problems(text) == ["IE1028 2 `x`", "IE1028 4 `condition`"]

    def test_a_faulty_formula_in_a_rule_leaves_its_results_unjudged(self) -> None:
        text = (
            "rules:\n"
            "  - {id: a, kind: probe, number: 5 mins}\n"
            "  - {id: p, kind: probe, number: 2 * a.number}\n"
        )
        assert problems(text) == ["IE2019 2 `5 mins`"]


class TestTheHeader:
    @pytest.mark.parametrize("field", ["language", "ruleset", "version", "snapshot"])
    def test_a_field_that_is_missing_hides_no_other_problem(self, field: str) -> None:
        head = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(field))
        text = f"# a ruleset\n{head}rules: [{{id: p, kind: probe, number: nonsense}}]\n"
        found = [problem.code for problem in compile_text(text, "t.yaml", {"probe": Probe}).problems]
        assert found == ["IE1101", "IE2100"]

    @pytest.mark.parametrize("field", ["currency", "period"])
    def test_without_currency_or_period_formulas_mean_nothing_yet(self, field: str) -> None:
        head = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(field))
        text = f"# a ruleset\n{head}rules: [{{id: p, kind: probe, number: nonsense}}]\n"
        found = [problem.code for problem in compile_text(text, "t.yaml", {"probe": Probe}).problems]
        assert found == ["IE1101"]

    def test_dates_of_the_ruleset_fall_on_the_borders_of_periods(self) -> None:
        assert problems(HEAD + "effective: {from: 2026-01-15}\n" + RULES) == ["IE3013 7 `2026-01-15`"]
        assert problems(HEAD + "effective: {until: 2026-01-15}\n" + RULES) == ["IE3013 7 `2026-01-15`"]

    def test_a_field_beside_them_that_does_not_exist_hides_nothing(self) -> None:
        text = f"{HEAD}budget: 5\nrules: [{{id: p, kind: probe, number: nonsense}}]\n"
        assert problems(text) == ["IE1102 7 `budget`", "IE2100 8 `nonsense`"]

    def test_another_language_is_refused(self) -> None:
        assert message(HEAD.replace("language: 1", "language: 2") + RULES) == (
            "`2` is not a possible value here / possible are: 1"
        )


class TestTheRules:
    def test_there_have_to_be_rules(self) -> None:
        assert [each.split()[0] for each in problems(HEAD)] == ["IE1101"]
        assert problems(HEAD + "rules: []\n") == ["IE1106 7 `[]`"]
        assert problems(HEAD + "rules:\n") == ["IE1028 7 `rules`"]

    def test_they_have_to_be_a_list(self) -> None:
        assert problems(HEAD + "rules: {id: p}\n") == ["IE1105 7 `{id: p}`"]
        assert problems(HEAD + "rules: none\n") == ["IE1105 7 `none`"]

    def test_each_has_to_have_fields(self) -> None:
        assert problems(HEAD + "rules: [p]\n") == ["IE1104 7 `p`"]
        assert problems(HEAD + "rules: [[p]]\n") == ["IE1104 7 `[p]`"]

    def test_an_empty_one_is_told_once(self) -> None:
        assert problems(HEAD + "rules:\n  - {id: p, kind: probe}\n  -\n") == ["IE1039 9 ``"]

    def test_each_has_to_say_its_kind(self) -> None:
        assert problems(HEAD + "rules: [{id: p}]\n") == ["IE1101 7 `{id: p}`"]
        assert problems(HEAD + "rules: [{id: p, kind: [a]}]\n") == ["IE1107 7 `[a]`"]
        assert problems(HEAD + "rules: [{id: p, kind: }]\n") == ["IE1028 7 `kind`"]

    def test_a_kind_that_does_not_exist_is_told_with_the_one_that_is_meant(self) -> None:
        assert "did you mean `probe`?" in message(HEAD + "rules: [{id: p, kind: porbe}]\n")

    def test_other_problems_of_such_a_rule_wait(self) -> None:
        assert problems(HEAD + "rules: [{id: p, kind: porbe, nubmer: 1}]\n") == ["IE1115 7 `porbe`"]


class TestThePolicy:
    def test_it_knows_the_text_that_it_comes_from(self) -> None:
        policy = policy_of(HEAD + RULES)
        assert policy.file == "trial.yaml"
        assert policy.content_hash == hashlib.sha256((HEAD + RULES).encode()).hexdigest()
        assert (str(policy.shape.ruleset), str(policy.cadence), policy.money_places) == ("trial", "month", 2)
        assert (policy.effective.first, policy.effective.last) == (None, None)

    def test_rules_are_of_the_kinds_that_are_given(self) -> None:
        class Empty(Rule):
            def build(self, context: Context) -> Built:
                assert context.cadence == "month"
                return Built({}, ())

        text = HEAD + "rules: [{id: p, kind: empty}]\n"
        assert compile_text(text, "t.yaml", {"empty": Empty}).policy is not None

    def test_kinds_are_those_that_are_installed_unless_given(self) -> None:
        assert compile_text(HEAD + "rules: [{id: p, kind: bonus, pay: 5}]\n", "t.yaml").policy is not None

    def test_everything_that_may_be_shown_is_watched(self) -> None:
        outcome = decide("rules: [{id: a, kind: bonus, pay: handled}]", handled=3)
        watched = set(outcome.policy.watched())
        line = outcome.line("a")
        assert {line.in_scope, line.voided, line.held, line.undetermined, line.amount, line.final} <= watched
        assert outcome.policy.total in watched
